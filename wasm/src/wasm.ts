// The module: compiled once for a page, one instance for all projects. What crosses is described in exports.cpp: the structs of candor.h.

import { dateOf, instantOf, instantText, numberOf, numberText } from './lent.ts';
import { encoder, makeReader, makeWriter } from './packet.ts';
import type { Reader, Writer } from './packet.ts';
import { rest } from './tasks.ts';
import { unpack } from './unpack.ts';

// Where a parameter is a struct, or a string, it is the address of one in a packet.
export interface Exports {
    memory: WebAssembly.Memory;
    _initialize(): void;
    input(size: number): number;
    start(config: number, why: number, host: number, locks: number): number;
    close(client: number): number;
    flush(client: number): number;
    evidence(client: number): number;
    rehearse(client: number, begins: number): number;
    wanted_words(): number;
    add_words(tag: number, words: number): void;
    candor_tick(client: number): number;
    candor_load(client: number, document: number): number;
    candor_track(client: number, name: number, properties: number, count: number): number;
    candor_screen(client: number, name: number): number;
    candor_identify(client: number, person: number): number;
    candor_reset(client: number): number;
    candor_set_attributes(client: number, attributes: number, count: number): number;
    candor_set_context(client: number, context: number): number;
    candor_consent(client: number, value: number): number;
    candor_forget(client: number): number;
    candor_busy(client: number, value: number): number;
    candor_hidden(client: number, value: number): number;
    candor_typed(client: number): number;
    candor_show(client: number, survey: number, preview: number): number;
    candor_hide(client: number): number;
    candor_presented(client: number): number;
    candor_card_layout(client: number, options: number, card: number): number;
    candor_card_draw(client: number, options: number, draw: number): number;
    candor_card_pointer(client: number, kind: number, x: number, y: number): number;
    candor_card_scroll(client: number, by: number): number;
    candor_card_key(client: number, key: number, modifiers: number): number;
    candor_card_text(client: number, text: number): number;
    candor_card_action(client: number, node: number, action: number, value: number): number;
    candor_http_done(ticket: number, response: number): void;
    candor_lock_done(ticket: number, outcome: number): void;
    candor_store_step(ticket: number, state: number, change: number): number;
    candor_store_done(ticket: number, outcome: number, reason: number): void;
}

// What one client's page provides, each where the module has it. None of these may call into the module before it returns.
export interface Host {
    host_wake(delay: number): void;
    host_event(client: number, event: number): void;
    host_send(ticket: number, request: number): void;
    host_cancel(ticket: number): void;
    host_transact(ticket: number, request: number): void;
    host_close_store(): void;
    host_acquire(ticket: number, name: number): void;
    host_release(ticket: number): void;
}

// Text is measured alike for all.
export interface TextHost {
    metrics(px: number, weight: number, direction: number): { ascent: number; descent: number };
    lines(text: string, px: number, weight: number, direction: number, maxWidth: number): Line[];
}

// A client's storage, or some that lasts as long as the page.
export type StoreHost = Pick<Host, 'host_transact' | 'host_close_store'>;

export interface Line {
    begin: number; // in bytes
    end: number;
    width: number;
}

export const kOk = 0;
export const kClosed = 2;
export const kBusy = 6;
export const kFailed = 7;

// By build.mjs: what tells the files of one version from those of another, which a page may have in its cache.
declare const kModuleName: string;
declare const kPlainName: string;

export let wasm: Exports;
const hosts: (Host | StoreHost)[] = [];

// Lays out what the call that follows takes, and says where.
export function give(write: (out: Writer) => void): number {
    const out = makeWriter();
    write(out);
    return out.take((size) => {
        const at = wasm.input(size);
        return new Uint8Array(wasm.memory.buffer, at, size);
    });
}

export function giveText(text: unknown): number {
    return give((out) => out.text(`${text ?? ''}`));
}

// What lies there. To be read before the next call.
export function read(at: number): Reader {
    return makeReader(wasm.memory.buffer, at);
}

export function addHost(host: Host | StoreHost): number {
    return hosts.push(host) - 1;
}

function imports(text: TextHost, memory: () => StoreHost): WebAssembly.Imports {
    const style = (at: number): [px: number, weight: number, direction: number] => {
        const packet = read(at);
        return [packet.f32(), packet.i32(), packet.i32()];
    };
    const put = (text: string, at: number): number => encoder.encodeInto(text, new Uint8Array(wasm.memory.buffer, at)).written!;
    const own: Record<string, (...args: number[]) => unknown> = {
        host_now: () => Date.now(),
        host_monotonic: () => performance.now(),
        host_random: (_, at, count) => void crypto.getRandomValues(new Uint8Array(wasm.memory.buffer, at, count)),
        host_metrics(_, at, out) {
            const { ascent, descent } = text.metrics(...style(at!));
            new Float32Array(wasm.memory.buffer, out).set([ascent, descent]);
        },
        host_lines(_, string, at, width, out, capacity) {
            const lines = text.lines(read(string!).text(), ...style(at!), width!);
            const { buffer } = wasm.memory;
            const places = new Uint32Array(buffer, out, capacity! * 3); // what is beyond its end is not written
            const widths = new Float32Array(buffer, out, capacity! * 3);
            lines.forEach((line, i) => {
                places[i * 3] = line.begin;
                places[i * 3 + 1] = line.end;
                widths[i * 3 + 2] = line.width;
            });
            return lines.length;
        },
        host_number_of: (text) => numberOf(read(text!).text()),
        host_number_text: (number, at) => put(numberText(number!), at!),
        host_date_of: (text) => dateOf(read(text!).text()),
        host_instant_of: (text) => instantOf(read(text!).text()),
        host_instant_text: (instant, at) => void put(instantText(instant!), at!),
        host_memory: () => addHost(memory()),
    };
    const forward = (name: string) => (host: number, ...rest: number[]) => (hosts[host] as any)[name](...rest);
    const host = new Proxy(own, { get: (own, name: string) => own[name] ?? forward(name) }) as WebAssembly.ModuleImports;
    // The C library ends a program by `proc_exit`, which nobody has: that throws, and the module is left as it is.
    return { host, wasi_snapshot_preview1: host };
}

let compiled: Promise<void> | undefined;

export function instantiate(url: string, text: TextHost, memory: () => StoreHost): Promise<void> {
    compiled ??= load(url, imports(text, memory)).catch((error) => {
        compiled = undefined;
        throw error;
    });
    return compiled;
}

async function load(url: string, given: WebAssembly.Imports): Promise<void> {
    wasm = await (runs() ? packed(url, given) : plain(given.host!));
    wasm._initialize?.();
}

// Whether there is WebAssembly, and the page's policy allows it: where a module with nothing in it is refused, all are. (WebKit
// compiles what it then refuses to make an instance of.) What is wrong with ours, or keeps it away, is no reason to do without.
function runs(): boolean {
    try {
        return !!new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])));
    } catch {
        return false;
    }
}

async function packed(url: string, given: WebAssembly.Imports): Promise<Exports> {
    const response = await fetch(url, { credentials: 'same-origin' });
    if (!response.ok) throw new Error(`${url}: status ${response.status}`);
    const unpacking = unpack(new Uint8Array(await response.arrayBuffer()), kModuleName);
    let step;
    while (!(step = unpacking.next()).done) await rest();
    const { instance } = await WebAssembly.instantiate(step.value, given);
    return instance.exports as unknown as Exports;
}

// The same module as JavaScript.
async function plain(host: WebAssembly.ModuleImports): Promise<Exports> {
    // @ts-ignore: built beside this file
    const { [kPlainName]: instantiate } = await import('./core.plain.mjs');
    if (!instantiate) throw new Error('core.mjs and core.plain.mjs differ');
    return instantiate(host);
}
