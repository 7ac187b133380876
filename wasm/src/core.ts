// The core on a page: gives the module what only a page has, and carries out what the loader forwards.

import type { ContextOptions, Properties, Value } from './api.ts';
import type { CoreClient, CoreConfig, Method } from './core_api.ts';
import { Http } from './http.ts';
import { Locks } from './locks.ts';
import { offsets } from './offsets.ts';
import { Overlay, warmUp } from './overlay.ts';
import type { OverlayOptions } from './overlay.ts';
import type { Reader } from './packet.ts';
import { DatabaseStore, MemoryStore } from './store.ts';
import type { Change, State, Store } from './store.ts';
import { textHost } from './text.ts';
import { addHost, give, giveText, instantiate, kBusy, kClosed, kFailed, kOk, read, wasm } from './wasm.ts';
import type { Host } from './wasm.ts';

const kConsents = ['document', 'unknown', 'granted', 'denied'];
const kEvents = [
    'ready', 'prompt', 'shown', 'answered', 'dismissed', 'changed', 'ended', 'error', 'log', 'delivered', 'decided',
] as const;
const kPatience = 3000; // ms that an explanation waits for a first decision
const kStatus = [
    'ok', 'an argument was refused', 'closed', 'nothing is asked now', 'refused', 'timeout', 'busy', 'failed', 'unsupported',
    'unknown',
];

export function ready(base: string): Promise<void> {
    return instantiate(base ? `${base}core.wasm` : new URL('./core.wasm', import.meta.url).href, textHost);
}

export function start(config: CoreConfig): CoreClient {
    return new PageClient(config);
}

// ---- packets

const kKinds: Record<string, number> = { string: 0, number: 1, boolean: 2 };

// Where they are, and how many.
function giveProperties(properties: Properties = {}, name = ''): [name: number, at: number, count: number] {
    const at = give((out) =>
        out.text(name).list(Object.entries(properties), ([key, value]: [string, Value]) => {
            const kind = kKinds[typeof value] ?? 3; // anything else counts as nothing
            out.text(key).i32(kind, value === true ? 1 : 0);
            out.f64(kind === 1 ? (value as number) : 0).text(kind === 0 ? (value as string) : '');
        }),
    );
    const packet = read(at + 8);
    return [at, packet.u32(), packet.u32()];
}

const kConfigSize = 96;
const kStateSize = 72;
const kChangeSize = 48;

// Behind the state there is room for the change.
function giveState(state: State): number {
    const { rows, bytes, answerRows, answerBytes } = state.totals;
    return give((out) => {
        out.i32(kStateSize);
        out.list(state.records, ([key, value]) => out.text(key).text(value));
        out.list(state.queue, ({ id, body, hold, created, kind, attempts }) =>
            out.text(id).text(body).i64(hold).i64(created).i32(kind, attempts),
        );
        const nextDue = state.nextDue < 0 ? Infinity : state.nextDue;
        for (const number of [rows, bytes, answerRows, answerBytes, nextDue]) out.i64(number);
        out.list(state.journal, ([key, value]) => out.text(key).text(value));
        out.i32(kChangeSize).room(kChangeSize - 4);
    });
}

function takenChange(at: number): Change {
    const packet = read(at + 4);
    const texts = () => packet.list(() => packet.text());
    return {
        puts: packet.list(() => [packet.text(), packet.raw()]),
        erases: texts(),
        appends: packet.list(() => ({
            id: packet.text(),
            body: packet.raw(),
            hold: packet.i64(),
            created: packet.i64(),
            kind: packet.i32(),
            attempts: packet.i32(),
        })),
        removes: texts(),
        journalRemoves: texts(),
        eraseAll: packet.i32() !== 0,
    };
}

// ---- one client

class PageClient implements CoreClient, Host {
    private readonly client: number;
    private readonly store: Store;
    private readonly overlay: Overlay;
    private readonly locks: Locks;
    private readonly http: Http;
    private readonly stop = new AbortController();
    private timer: ReturnType<typeof setTimeout> | undefined;
    private events: (() => void)[] = [];
    private readonly happened = new Set<string>();
    private awaiting: [event: string, resolve: () => void][] = [];

    constructor(private readonly config: CoreConfig) {
        const { options } = config;
        this.store = config.database
            ? new DatabaseStore(config.database, options.project, (text) => config.emit('error', text))
            : new MemoryStore(config.journal.map((entry) => JSON.stringify(entry)));
        this.locks = new Locks((ticket, isHeld) => wasm.candor_lock_done(ticket, isHeld ? kOk : kBusy));
        this.http = new Http((ticket, { status, redirected, headers, body, error }) => {
            const response = give((out) => {
                out.i32(36, status, redirected ? 1 : 0);
                out.list(headers, ([name, value]) => out.text(name).text(value));
                out.text(body).text(error);
            });
            wasm.candor_http_done(ticket, response);
        });
        this.client = this.startClient();
        const look: OverlayOptions = { painter: options.painter ?? 'auto', scheme: options.scheme ?? 'auto' };
        this.overlay = new Overlay(this.client, look);
        this.setContext({});
        if (options.document) this.loadDocument(options.document);
        this.watch();
        setTimeout(() => warmUp(look), 0);
    }

    private startClient(): number {
        const { options, documentUrl } = this.config;
        const locale = options.locale || document.documentElement.lang || navigator.language || '';
        const config = give((out) => {
            out.i32(kConfigSize);
            const { project, endpoint, key, appVersion } = options;
            for (const text of [project, endpoint, key, '', documentUrl, locale, appVersion, 'web']) out.text(text ?? '');
            out.i32(Math.max(0, kConsents.indexOf(options.consent ?? 'document')), options.reading === 'strict' ? 1 : 0);
            out.i32(options.log ?? 0, document.hidden ? 1 : 0).room(12 + 8); // the host, which the module fills in, and why not
        });
        const why = config + kConfigSize;
        const client = wasm.start(config, why, addHost(this), Locks.isAvailable ? 1 : 0);
        if (!client) throw new Error(read(why).text());
        return client;
    }

    private loadDocument(document: string | Uint8Array | object): void {
        const text = typeof document === 'string' || document instanceof Uint8Array ? document : JSON.stringify(document);
        this.check('document', wasm.candor_load(this.client, give((out) => out.text(text))));
    }

    // A tab that cannot be seen claims nothing, and hands over what waits.
    private watch(): void {
        const { signal } = this.stop;
        const tell = (hidden: boolean) => wasm.candor_hidden(this.client, hidden ? 1 : 0);
        document.addEventListener('visibilitychange', () => tell(document.hidden), { signal });
        addEventListener('pagehide', () => tell(true), { signal });
        addEventListener('pageshow', () => tell(document.hidden), { signal });
    }

    private check(what: string, status: number): void {
        if (status !== kOk && status !== kClosed) this.config.emit('error', `${what}: ${kStatus[status] ?? status}`);
    }

    // ---- what the loader forwards

    call(method: Method, args: unknown[]): unknown {
        const { client } = this;
        const [first, second] = args;
        const check = (status: number) => this.check(method, status);
        switch (method) {
            case 'track':
                return check(wasm.candor_track(client, ...giveProperties(second as Properties, `${first}`)));
            case 'screen':
            case 'identify':
                return check(wasm[`candor_${method}`](client, giveText(first)));
            case 'reset':
            case 'forget':
                return check(wasm[`candor_${method}`](client));
            case 'setAttributes': {
                const [, at, count] = giveProperties(first as Properties);
                return check(wasm.candor_set_attributes(client, at, count));
            }
            case 'setContext':
                return this.setContext(first as ContextOptions);
            case 'consent':
                return check(wasm.candor_consent(client, Math.max(1, kConsents.indexOf(first as string))));
            case 'busy':
                return check(wasm.candor_busy(client, first ? 1 : 0));
            case 'show':
                // The document may still be on its way.
                void this.first('ready', Infinity).then(() => {
                    check(wasm.candor_show(client, giveText(first), (second as { preview?: boolean } | undefined)?.preview ? 1 : 0));
                });
                return undefined;
            case 'hide':
                wasm.candor_hide(client);
                return undefined;
            case 'explain':
                return this.first('decided', kPatience).then(() => {
                    const survey = give((out) => out.text(`${first ?? ''}`).room(8));
                    const status = wasm.candor_explain(client, survey, survey + 8);
                    return status === kOk ? JSON.parse(read(survey + 8).text() || 'null') : undefined;
                });
            case 'flush':
                return check(wasm.flush(client));
            case 'close':
                return this.close();
        }
    }

    // Resolves when that happened for the first time, or after `limit` ms.
    private first(event: 'ready' | 'decided', limit: number): Promise<void> {
        return new Promise((resolve) => {
            if (this.happened.has(event)) return resolve();
            this.awaiting.push([event, resolve]);
            if (limit < Infinity) setTimeout(resolve, limit);
        });
    }

    private setContext(context: ContextOptions): void {
        const packet = give((out) => {
            const { appVersion, locale, osVersion, country, device } = context;
            out.i32(60);
            for (const text of [appVersion, locale, '', osVersion, country, device]) out.text(text ?? '');
            out.list(offsets(Date.now()), ({ from, minutes }) => out.i64(from).i32(minutes));
        });
        this.check('setContext', wasm.candor_set_context(this.client, packet));
    }

    private close(): void {
        this.stop.abort();
        this.overlay.hide();
        wasm.close(this.client);
    }

    diagnostics(): { painter: string; frames: number } {
        return { painter: this.overlay.painter, frames: this.overlay.frames };
    }

    // ---- what the module asks of the page: each answers later

    wake(delay: number): void {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.tick(), Math.min(delay, 0x7fffffff));
    }

    private tick(): void {
        wasm.candor_tick(this.client);
        for (const event of this.events.splice(0)) event();
    }

    // Inside a tick: carried out after it, for a listener may call anything.
    event(kind: number, level: number, survey: string, text: string, count: number): void {
        const name = kEvents[kind];
        this.events.push(() => {
            if (name === 'prompt' || name === 'changed') this.overlay.show();
            if (name === 'ended') this.overlay.hide();
            if (name) this.happened.add(name);
            for (const [wanted, resolve] of this.awaiting) if (wanted === name) resolve();
            this.awaiting = this.awaiting.filter(([wanted]) => wanted !== name);
            if (name && name !== 'changed') this.config.emit(name, text, survey, name === 'log' ? level : count);
        });
    }

    send(ticket: number, packet: Reader): void {
        const exchange = {
            method: packet.text(),
            url: packet.text(),
            headers: packet.list((): [string, string] => [packet.text(), packet.text()]),
            body: packet.raw(),
            timeout: packet.i64(),
            limit: packet.u32(),
        };
        this.http.send(ticket, exchange);
    }

    cancel(ticket: number): void {
        this.http.cancel(ticket);
    }

    transact(ticket: number, packet: Reader): void {
        const request = {
            full: packet.i32() === 1,
            journal: packet.i32() !== 0,
            reads: packet.list(() => packet.text()),
            now: packet.i64(),
            rows: packet.u32(),
            bytes: packet.u32(),
        };
        const step = (state: State): Change | null => {
            const at = giveState(state);
            const change = at + kStateSize;
            return wasm.candor_store_step(ticket, at, change) === kOk ? takenChange(change) : null;
        };
        this.store.transact(request, step, (failure) => {
            wasm.candor_store_done(ticket, failure === undefined ? kOk : kFailed, giveText(failure));
        });
    }

    closeStore(): void {
        this.store.close();
    }

    acquire(ticket: number, name: string): void {
        this.locks.acquire(ticket, `candor-${this.config.options.project}-${name}`);
    }

    release(ticket: number): void {
        this.locks.release(ticket);
    }
}
