// The core on a page: gives the module what only a page has, and carries out what the loader forwards.

import type { ContextOptions, Properties, Value } from './api.ts';
import type { CoreClient, CoreConfig, Method } from './core_api.ts';
import * as http from './http.ts';
import { lastingStore } from './lasting.ts';
import type { LastingStore } from './lasting.ts';
import * as locks from './locks.ts';
import { offsets } from './offsets.ts';
import { makeOverlay, slotOf, warmUp } from './overlay.ts';
import { memoryStore } from './store.ts';
import type { Change, State, Store } from './store.ts';
import { rest } from './tasks.ts';
import { textHost } from './text.ts';
import { addHost, give, giveText, instantiate, kClosed, kFailed, kOk, read, wasm } from './wasm.ts';
import type { StoreHost } from './wasm.ts';

const kConsents = ['document', 'unknown', 'granted', 'denied'];
const kEvents = [
    'ready', 'prompt', 'shown', 'answered', 'dismissed', 'changed', 'ended', 'error', 'log', 'delivered', 'decided', '', 'snoozed',
] as const;
const kPatience = 3000; // ms that an explanation waits for a first decision
const kStatus = [
    'ok', 'invalid', 'closed', 'no prompt', 'refused', 'timeout', 'busy', 'failed', 'unsupported',
    'unknown',
];

export async function ready(base: string): Promise<void> {
    const url = base ? `${base}core.packed.wasm` : new URL('./core.packed.wasm', import.meta.url).href;
    await instantiate(url, textHost, () => storeHost(memoryStore([])));
    await rest(); // a client's start is a task of its own
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

const kConfigSize = 104;
const kContextSize = 60;
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

// What the module asks of storage.
function storeHost(store: Store): StoreHost {
    return {
        host_transact(ticket, at) {
            const packet = read(at + 4);
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
            store.transact(request, step, (failure) => {
                wasm.candor_store_done(ticket, failure === undefined ? kOk : kFailed, giveText(failure));
            });
        },
        host_close_store: store.close,
    };
}

// ---- one client

// A page that was set aside (the browser's back button brings it back) begins anew, as one that is loaded: another may have
// gone on with its card meanwhile.
export function start(config: CoreConfig): CoreClient {
    const { options, database, open, journal, emit } = config;
    const stop = new AbortController();
    const said = new Map<Method, unknown>(); // what only this page knows
    const texts = journal.map((entry) => JSON.stringify(entry));
    const store = lastingStore(database, open, texts, (text) => emit('error', text), () => {
        options.consent = 'denied';
        client.call('consent', ['denied']);
    });
    let person: unknown;
    let client = run(config, store);

    const remember = (method: Method, [value]: any[]): void => {
        if (method === 'consent') options.consent = value;
        if (/^(set|busy)/.test(method)) said.set(method, typeof value === 'object' ? { ...(said.get(method) as object), ...value } : value);
        if (method === 'reset' || (method === 'identify' && value !== person)) said.delete('setAttributes'); // of somebody else
        if (method === 'identify') person = value;
    };

    addEventListener('pageshow', ({ persisted }) => {
        if (!persisted) return;
        client.call('close', []);
        if (options.consent === 'granted') options.consent = 'document'; // as stored: it may have been denied meanwhile
        client = run(config, store);
        for (const [method, value] of said) client.call(method, [value]);
    }, { signal: stop.signal });

    return {
        call(method, args) {
            remember(method, args);
            const result = client.call(method, args);
            if (method === 'close') {
                stop.abort();
                store.close();
            }
            return result;
        },
        diagnostics: () => client.diagnostics(),
    };
}

function run({ options, documentUrl, emit }: CoreConfig, store: LastingStore): CoreClient {
    const { project, endpoint } = options;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const events: (() => void)[] = [];
    const awaited: Record<string, () => void> = {};
    const first = (event: 'ready' | 'decided') => new Promise<void>((resolve) => (awaited[event] = resolve));
    const ready = first('ready');
    const decided = first('decided');

    // ---- what the module asks of the page: each answers later

    const tick = () => {
        wasm.candor_tick(client);
        for (const event of events.splice(0)) event();
    };

    // @ts-ignore: built beside this file
    const translated: http.Fetch = (...request) => import('./wires.mjs').then((wires) => wires.send(options.wire, emit, ...request));

    const host = addHost({
        host_wake(delay) {
            clearTimeout(timer);
            timer = setTimeout(tick, Math.min(delay, 0x7fffffff));
        },
        // Inside a tick: carried out after it, for a listener may call anything.
        host_event(_client, at) {
            const packet = read(at + 4);
            const name = kEvents[packet.i32()];
            const level = packet.i32();
            const survey = packet.text();
            const text = packet.text();
            const count = packet.i64();
            if (!name) return;
            events.push(() => {
                if (name === 'prompt' || name === 'changed') overlay.show();
                if (name === 'ended') overlay.hide();
                if (name === 'decided') overlay.rehearse().catch((error) => emit('error', `card: ${error}`));
                awaited[name]?.();
                if (name !== 'changed') emit(name, text, survey, name === 'log' ? level : count);
            });
        },
        host_send: (ticket, request) => http.send(ticket, request, options.wire && translated),
        host_cancel: http.cancel,
        ...storeHost(store),
        host_close_store() {}, // it may serve the next one
        host_acquire: (ticket, name) => locks.acquire(ticket, `candor-${project}-${read(name).text()}`),
        host_release: locks.release,
    });

    // ---- what the loader forwards

    const check = (what: string, status: number): void => {
        if (status !== kOk && status !== kClosed) emit('error', `${what}: ${kStatus[status] ?? status}`);
    };

    // Statuses are checked; anything else goes back to the page.
    const calls: Record<Method, (first?: any, second?: any) => unknown> = {
        track: (name, properties) => wasm.candor_track(client, ...giveProperties(properties, `${name}`)),
        screen: (name) => wasm.candor_screen(client, giveText(name)),
        identify: (person) => wasm.candor_identify(client, giveText(person)),
        reset: () => wasm.candor_reset(client),
        forget: () => wasm.candor_forget(client),
        flush: () => wasm.flush(client),
        setAttributes(attributes: Properties) {
            const [, at, count] = giveProperties(attributes);
            return wasm.candor_set_attributes(client, at, count);
        },
        setContext({ appVersion, locale, osVersion, country, device }: ContextOptions) {
            const context = give((out) => {
                out.i32(kContextSize);
                for (const text of [appVersion, locale, '', osVersion, country, device]) out.text(text ?? '');
                out.list(offsets(Date.now()), ({ from, minutes }) => out.i64(from).i32(minutes));
            });
            return wasm.candor_set_context(client, context);
        },
        consent: (consent) => wasm.candor_consent(client, Math.max(1, kConsents.indexOf(consent))),
        busy: (isBusy = true) => wasm.candor_busy(client, isBusy ? 1 : 0),
        show(survey, options) {
            // The document may still be on its way.
            void ready.then(() => check('show', wasm.candor_show(client, giveText(survey), options?.preview ? 1 : 0)));
        },
        hide: () => void wasm.candor_hide(client),
        explain: (survey) =>
            Promise.race([decided, new Promise((resolve) => setTimeout(resolve, kPatience))]).then(async () => {
                const evidence = read(wasm.evidence(client)).text();
                wasm.evidence(0); // keeps nothing of it
                if (!evidence) return undefined;
                // @ts-ignore: built beside this file
                const { explain } = await import('./explain.mjs');
                return explain(evidence, `${survey ?? ''}`);
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

    const config = give((out) => {
        const locale = options.locale || document.documentElement.lang || navigator.language;
        out.i32(kConfigSize);
        const texts = [project, options.endpoint, options.key, '', documentUrl, locale, options.appVersion, 'web'];
        for (const text of texts) out.text(text ?? '');
        out.i32(Math.max(0, kConsents.indexOf(options.consent ?? '')), options.reading === 'strict' ? 1 : 0);
        out.i32(options.log ?? 0, +document.hidden).room(12); // the host, which the module fills in
        out.text(options.wire === 'posthog' ? project : '').room(8); // whether it is to tell of persons, and why not
    });
    slotOf(options); // what is no selector is told of before anything runs
    const why = config + kConfigSize;
    const client = wasm.start(config, why, host, +locks.hasLocks());
    if (!client) throw new Error(read(why).text());
    const overlay = makeOverlay(client, options);
    const isSmall = Math.min(screen.width, screen.height) < 600;
    call('setContext', [{ device: matchMedia('(pointer: coarse)').matches ? (isSmall ? 'phone' : 'tablet') : 'desktop' }]);
    const given = options.document;
    if (given) {
        const text = typeof given === 'string' || given instanceof Uint8Array ? given : JSON.stringify(given);
        check('document', wasm.candor_load(client, give((out) => out.text(text))));
    }
    // A tab that cannot be seen claims nothing, and hands over what waits. One that is set aside holds up no other.
    for (const type of ['visibilitychange', 'pagehide', 'pageshow']) {
        addEventListener(type, (event) => {
            const isHidden = document.hidden || type === 'pagehide';
            // What waits is told in our own wire; by another it goes as ever.
            if (isHidden && endpoint && !options.wire) http.handOver(endpoint, options.key ?? '', store.waiting());
            wasm.candor_hidden(client, +isHidden);
            if (type !== 'pagehide' || !(event as PageTransitionEvent).persisted) return;
            locks.releaseAll();
            store.rest();
        }, { signal: stop.signal });
    }
    addEventListener('keydown', () => wasm.candor_typed(client), { capture: true, passive: true, signal: stop.signal });
    setTimeout(warmUp, 0, options);

    return { call, diagnostics: overlay.diagnostics };
}
