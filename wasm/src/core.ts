// The core on a page: gives the module what only a page has, and carries out what the loader forwards.

import type { ContextOptions, Properties, Value } from './api.ts';
import type { CoreClient, Method } from './core_api.ts';
import type { CoreConfig } from './database.ts';
import * as http from './http.ts';
import * as locks from './locks.ts';
import { offsets } from './offsets.ts';
import { makeOverlay, warmUp } from './overlay.ts';
import { databaseStore, memoryStore } from './store.ts';
import type { Change, State } from './store.ts';
import { textHost } from './text.ts';
import { addHost, give, instantiate, kClosed, kFailed, kOk, taken, wasm } from './wasm.ts';

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

export function start({ options, documentUrl, database, open, journal, emit }: CoreConfig): CoreClient {
    const { project } = options;
    const stop = new AbortController();
    const store = database ? databaseStore(database, open) : memoryStore(journal.map((entry) => JSON.stringify(entry)));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const events: (() => void)[] = [];
    const awaited: Record<string, () => void> = {};
    const first = (event: 'ready' | 'decided') => new Promise<void>((resolve) => (awaited[event] = resolve));
    const ready = first('ready');
    const decided = first('decided');

    // ---- what the module asks of the page: each answers later

    const tick = () => {
        wasm.tick(client);
        for (const event of events.splice(0)) event();
    };

    const host = addHost({
        wake(delay) {
            clearTimeout(timer);
            timer = setTimeout(tick, Math.min(delay, 0x7fffffff));
        },
        // Inside a tick: carried out after it, for a listener may call anything.
        event(kind, level, survey, text, count) {
            const name = kEvents[kind];
            if (!name) return;
            events.push(() => {
                if (name === 'prompt' || name === 'changed') overlay.show();
                if (name === 'ended') overlay.hide();
                awaited[name]?.();
                if (name !== 'changed') emit(name, text, survey, name === 'log' ? level : count);
            });
        },
        send: http.send,
        cancel: http.cancel,
        transact(ticket, packet) {
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
            store.transact(request, step, (failure) => {
                giveText(failure);
                wasm.store_done(ticket, failure === undefined ? kOk : kFailed);
            });
        },
        closeStore: store.close,
        acquire: (ticket, name) => locks.acquire(ticket, `candor-${project}-${name}`),
        release: locks.release,
    });

    // ---- what the loader forwards

    const check = (what: string, status: number): void => {
        if (status !== kOk && status !== kClosed) emit('error', `${what}: ${kStatus[status] ?? status}`);
    };

    const withText = (text: unknown, then: (client: number) => number) => {
        giveText(text);
        return then(client);
    };
    // Statuses are checked; anything else goes back to the page.
    const calls: Record<Method, (first?: any, second?: any) => unknown> = {
        track(name, properties) {
            giveProperties(`${name}`, properties);
            return wasm.track(client);
        },
        screen: (name) => withText(name, wasm.screen),
        identify: (person) => withText(person, wasm.identify),
        reset: () => wasm.reset(client),
        forget: () => wasm.forget(client),
        flush: () => wasm.flush(client),
        setAttributes(attributes: Properties) {
            giveProperties(undefined, attributes);
            return wasm.set_attributes(client);
        },
        setContext({ appVersion, locale, osVersion, country, device }: ContextOptions) {
            give((out) => {
                for (const text of [appVersion, locale, osVersion, country, device]) out.text(text ?? '');
                out.list(offsets(Date.now()), ({ from, minutes }) => out.f64(from).i32(minutes));
            });
            return wasm.set_context(client);
        },
        consent: (consent) => wasm.consent(client, Math.max(1, kConsents.indexOf(consent))),
        busy: (isBusy = true) => wasm.busy(client, isBusy ? 1 : 0),
        show(survey, options) {
            // The document may still be on its way.
            void ready.then(() => {
                giveText(survey);
                check('show', wasm.show(client, options?.preview ? 1 : 0));
            });
        },
        hide: () => void wasm.hide(client),
        explain: (survey) =>
            Promise.race([decided, new Promise((resolve) => setTimeout(resolve, kPatience))]).then(() => {
                giveText(survey);
                return wasm.explain(client) === kOk ? JSON.parse(taken().text() || 'null') : undefined;
            }),
        close() {
            stop.abort();
            overlay.hide();
            wasm.close(client);
        },
    };

    const call = (method: Method, args: unknown[]): unknown => {
        const result = calls[method](...args);
        return typeof result === 'number' ? check(method, result) : result;
    };

    // ---- start

    give((out) => {
        const locale = options.locale || document.documentElement.lang || navigator.language;
        const texts = [project, options.endpoint, options.key, documentUrl, locale, options.appVersion];
        for (const text of texts) out.text(text ?? '');
        out.i32(Math.max(0, kConsents.indexOf(options.consent ?? '')));
        out.i32(options.reading === 'strict' ? 1 : 0);
        out.i32(options.log ?? 0);
        out.i32(+document.hidden);
    });
    const client = wasm.start(host, +locks.hasLocks());
    if (!client) throw new Error(taken().text());
    const overlay = makeOverlay(client, options);
    call('setContext', [{}]);
    const given = options.document;
    if (given) {
        if (given instanceof Uint8Array) give((out) => out.raw(given));
        else giveText(typeof given === 'string' ? given : JSON.stringify(given));
        check('document', wasm.load(client));
    }
    // A tab that cannot be seen claims nothing, and hands over what waits.
    for (const type of ['visibilitychange', 'pagehide', 'pageshow']) {
        addEventListener(type, () => wasm.hidden(client, +(document.hidden || type === 'pagehide')), { signal: stop.signal });
    }
    setTimeout(warmUp, 0, options);

    return { call, diagnostics: overlay.diagnostics };
}
