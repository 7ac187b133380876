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
import { addHost, give, instantiate, kBusy, kClosed, kFailed, kOk, taken, wasm } from './wasm.ts';
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

function giveText(text: unknown): void {
    give((out) => out.text(`${text ?? ''}`));
}

const kKinds: Record<string, number> = { string: 0, number: 1, boolean: 2 };

function giveProperties(name: string | undefined, properties: Properties = {}): void {
    give((out) => {
        if (name !== undefined) out.text(name);
        out.list(Object.entries(properties), ([key, value]: [string, Value]) => {
            const kind = kKinds[typeof value] ?? 3; // anything else counts as nothing
            out.text(key).i32(kind);
            if (kind === 0) out.text(value as string);
            if (kind === 1) out.f64(value as number);
            if (kind === 2) out.i32(value ? 1 : 0);
        });
    });
}

function giveState(state: State): void {
    give((out) => {
        out.list(state.records, ([key, value]) => out.text(key).raw(value));
        out.list(state.queue, (event) =>
            out.text(event.id).raw(event.body).f64(event.hold).f64(event.created).i32(event.kind).i32(event.attempts),
        );
        const { rows, bytes, answerRows, answerBytes } = state.totals;
        for (const number of [rows, bytes, answerRows, answerBytes, state.nextDue]) out.f64(number);
        out.list(state.journal, ([key, value]) => out.text(key).raw(value));
    });
}

function takenChange(): Change {
    const packet = taken();
    const texts = () => packet.list(() => packet.text());
    return {
        eraseAll: packet.i32() !== 0,
        puts: packet.list(() => [packet.text(), packet.raw()]),
        erases: texts(),
        appends: packet.list(() => ({
            id: packet.text(),
            body: packet.raw(),
            hold: packet.f64(),
            created: packet.f64(),
            kind: packet.i32(),
            attempts: packet.i32(),
        })),
        removes: texts(),
        journalRemoves: texts(),
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
        this.locks = new Locks((ticket, isHeld) => wasm.lock_done(ticket, isHeld ? kOk : kBusy));
        this.http = new Http((ticket, { status, redirected, headers, body, error }) => {
            give((out) => {
                out.i32(status).i32(redirected ? 1 : 0);
                out.list(headers, ([name, value]) => out.text(name).text(value));
                out.raw(body).text(error);
            });
            wasm.http_done(ticket);
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
        give((out) => {
            const texts = [options.project, options.endpoint, options.key, documentUrl, locale, options.appVersion];
            for (const text of texts) out.text(text ?? '');
            out.i32(Math.max(0, kConsents.indexOf(options.consent ?? 'document')));
            out.i32(options.reading === 'strict' ? 1 : 0);
            out.i32(options.log ?? 0);
            out.i32(document.hidden ? 1 : 0);
        });
        const client = wasm.start(addHost(this), Locks.isAvailable ? 1 : 0);
        if (!client) throw new Error(taken().text());
        return client;
    }

    private loadDocument(document: string | Uint8Array | object): void {
        if (document instanceof Uint8Array) give((out) => out.raw(document));
        else giveText(typeof document === 'string' ? document : JSON.stringify(document));
        this.check('document', wasm.load(this.client));
    }

    // A tab that cannot be seen claims nothing, and hands over what waits.
    private watch(): void {
        const { signal } = this.stop;
        const tell = (hidden: boolean) => wasm.hidden(this.client, hidden ? 1 : 0);
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
                giveProperties(`${first}`, second as Properties);
                return check(wasm.track(client));
            case 'screen':
            case 'identify':
                giveText(first);
                return check(wasm[method](client));
            case 'reset':
            case 'forget':
                return check(wasm[method](client));
            case 'setAttributes':
                giveProperties(undefined, first as Properties);
                return check(wasm.set_attributes(client));
            case 'setContext':
                return this.setContext(first as ContextOptions);
            case 'consent':
                return check(wasm.consent(client, Math.max(1, kConsents.indexOf(first as string))));
            case 'busy':
                return check(wasm.busy(client, first ? 1 : 0));
            case 'show':
                // The document may still be on its way.
                void this.first('ready', Infinity).then(() => {
                    giveText(first);
                    check(wasm.show(client, (second as { preview?: boolean } | undefined)?.preview ? 1 : 0));
                });
                return undefined;
            case 'hide':
                wasm.hide(client);
                return undefined;
            case 'explain':
                return this.first('decided', kPatience).then(() => {
                    giveText(first);
                    return wasm.explain(client) === kOk ? JSON.parse(taken().text() || 'null') : undefined;
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
        give((out) => {
            const { appVersion, locale, osVersion, country, device } = context;
            for (const text of [appVersion, locale, osVersion, country, device]) out.text(text ?? '');
            out.list(offsets(Date.now()), ({ from, minutes }) => out.f64(from).i32(minutes));
        });
        this.check('setContext', wasm.set_context(this.client));
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
        wasm.tick(this.client);
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
            timeout: packet.f64(),
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
            now: packet.f64(),
            rows: packet.u32(),
            bytes: packet.u32(),
            reads: packet.list(() => packet.text()),
        };
        const step = (state: State): Change | null => {
            giveState(state);
            return wasm.store_step(ticket) === kOk ? takenChange() : null;
        };
        this.store.transact(request, step, (failure) => {
            giveText(failure);
            wasm.store_done(ticket, failure === undefined ? kOk : kFailed);
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
