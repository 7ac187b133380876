// The module: compiled once for a page, one instance for all projects. What crosses is described in exports.cpp.

import { Reader, Writer, textAt } from './packet.ts';

export interface Exports {
    memory: WebAssembly.Memory;
    _initialize(): void;
    input(size: number): number;
    output(): number;
    start(host: number, locks: number): number;
    close(client: number): number;
    flush(client: number): number;
    tick(client: number): number;
    load(client: number): number;
    track(client: number): number;
    screen(client: number): number;
    identify(client: number): number;
    reset(client: number): number;
    set_attributes(client: number): number;
    set_context(client: number): number;
    consent(client: number, value: number): number;
    forget(client: number): number;
    busy(client: number, value: number): number;
    hidden(client: number, value: number): number;
    show(client: number, preview: number): number;
    hide(client: number): number;
    explain(client: number): number;
    presented(client: number): number;
    layout(client: number, width: number, height: number, ratio: number, scheme: number, reduced: number): number;
    draw(client: number, width: number, height: number, ratio: number, scheme: number, reduced: number): number;
    pointer(client: number, kind: number, x: number, y: number): number;
    key(client: number, key: number, modifiers: number): number;
    type(client: number): number;
    action(client: number, node: number, action: number): number;
    http_done(ticket: number): void;
    lock_done(ticket: number, outcome: number): void;
    store_step(ticket: number): number;
    store_done(ticket: number, outcome: number): void;
}

// What one client's page provides. None of these may call into the module before it returns.
export interface Host {
    wake(delay: number): void;
    event(kind: number, level: number, survey: string, text: string, count: number): void;
    send(ticket: number, request: Reader): void;
    cancel(ticket: number): void;
    transact(ticket: number, request: Reader): void;
    closeStore(): void;
    acquire(ticket: number, name: string): void;
    release(ticket: number): void;
}

// Text is measured alike for all.
export interface TextHost {
    metrics(px: number, weight: number): { ascent: number; descent: number };
    lines(text: string, px: number, weight: number, direction: number, maxWidth: number): Line[];
    caret(line: string, px: number, weight: number, direction: number, byte: number): number;
}

export interface Line {
    begin: number; // in bytes
    end: number;
    width: number;
}

export const kOk = 0;
export const kClosed = 2;
export const kBusy = 6;
export const kFailed = 7;

export let wasm: Exports;
const hosts: Host[] = [];
const writer = (): Writer => new Writer();

// Hands a packet to the call that follows.
export function give(write: (out: Writer) => void): void {
    const out = writer();
    write(out);
    const bytes = out.take();
    const at = wasm.input(bytes.length);
    new Uint8Array(wasm.memory.buffer).set(bytes, at);
}

// What the last call handed out.
export function taken(): Reader {
    return new Reader(wasm.memory.buffer, wasm.output());
}

export function addHost(host: Host): number {
    return hosts.push(host) - 1;
}

function imports(text: TextHost): WebAssembly.Imports {
    const read = (at: number) => new Reader(wasm.memory.buffer, at);
    const string = (at: number, size: number) => textAt(wasm.memory.buffer, at, size);
    const view = () => new DataView(wasm.memory.buffer);
    const of = (host: number) => hosts[host]!;
    const host = {
        now: () => Date.now(),
        monotonic: () => performance.now(),
        random: (at: number, count: number) => {
            crypto.getRandomValues(new Uint8Array(wasm.memory.buffer, at, count));
        },
        wake: (number: number, delay: number) => of(number).wake(delay),
        event: (number: number, kind: number, level: number, ...rest: [number, number, number, number, number]) => {
            const [survey, surveySize, message, messageSize, count] = rest;
            of(number).event(kind, level, string(survey, surveySize), string(message, messageSize), count);
        },
        send: (number: number, ticket: number, at: number) => of(number).send(ticket, read(at)),
        cancel: (number: number, ticket: number) => of(number).cancel(ticket),
        transact: (number: number, ticket: number, at: number) => of(number).transact(ticket, read(at)),
        close_store: (number: number) => of(number).closeStore(),
        acquire: (number: number, ticket: number, at: number, size: number) =>
            of(number).acquire(ticket, string(at, size)),
        release: (number: number, ticket: number) => of(number).release(ticket),
        metrics: (px: number, weight: number, at: number) => {
            const { ascent, descent } = text.metrics(px, weight);
            view().setFloat32(at, ascent, true);
            view().setFloat32(at + 4, descent, true);
        },
        lines: (at: number, size: number, px: number, weight: number, direction: number, width: number, out: number, capacity: number) => {
            const lines = text.lines(string(at, size), px, weight, direction, width);
            lines.slice(0, capacity).forEach((line, i) => {
                view().setUint32(out + i * 12, line.begin, true);
                view().setUint32(out + i * 12 + 4, line.end, true);
                view().setFloat32(out + i * 12 + 8, line.width, true);
            });
            return lines.length;
        },
        caret: (at: number, size: number, px: number, weight: number, direction: number, byte: number) =>
            text.caret(string(at, size), px, weight, direction, byte),
    };
    return { host, env: inert(), wasi_snapshot_preview1: inert() };
}

// The C library asks for system calls that nothing of ours reaches. They fail, as on a system that has none.
function inert(): WebAssembly.ModuleImports {
    return new Proxy({}, { get: () => () => 52, has: () => true });
}

let compiled: Promise<void> | undefined;

export function instantiate(url: string, text: TextHost): Promise<void> {
    compiled ??= load(url, imports(text)).catch((error) => {
        compiled = undefined;
        throw error;
    });
    return compiled;
}

async function load(url: string, given: WebAssembly.Imports): Promise<void> {
    const response = await fetch(url, { credentials: 'same-origin' });
    if (!response.ok) throw new Error(`${url}: status ${response.status}`);
    // A server that does not know the media type of WebAssembly gets the slower way.
    const isStreamable = response.headers.get('content-type')?.startsWith('application/wasm');
    const { instance } = isStreamable
        ? await WebAssembly.instantiateStreaming(response, given)
        : await WebAssembly.instantiate(await response.arrayBuffer(), given);
    wasm = instance.exports as unknown as Exports;
    wasm._initialize?.();
}
