// The loader: all that a page loads which shows nothing. It keeps the journal, and fetches the core when the gate, or the
// page, asks for it. Nothing here throws into the page.

import type { CandorEvent, Client, Consent, EventName, Options, Properties } from './api.ts';
import type { CoreClient, CoreConfig, CoreModule, Method } from './core_api.ts';
import { kJournal, kQueue, kRecords, kSession, openDatabase } from './database.ts';
import { closings, isNamed, isNeeded, readGate, readRecord, touch } from './gate.ts';
import type { Entry, Gate, GateRecord, Moment, Session } from './gate.ts';
import { watch } from './sensors.ts';

type Listener = (event: CandorEvent) => void;
type Resolve = (result: unknown) => void;
type Import = (base: string) => Promise<CoreModule>;

const kLongJournal = 200; // entries; then the core folds them when the page is idle
const kLongestTimer = 0x7fffffff;
const kMostEntries = 2000;
const kMostWaiting = 1000; // calls held in memory while the loader or the core starts

const kNobody = '#'; // after a reset: somebody new, whose no record is, also not that of who was anonymous before

const kMoments: Partial<Record<Method, 'event' | 'screen'>> = { track: 'event', screen: 'screen' };
// What the page says, and what it waits for.
export const kTold = [
    'track', 'screen', 'identify', 'reset', 'setAttributes', 'setContext', 'consent', 'forget', 'busy', 'show', 'hide',
] as const;
export const kAsked = ['explain', 'flush', 'close'] as const;
const kSessionMoment: Moment = { kind: 'session', name: '' };

const soon = (work: () => void) =>
    (self as Partial<Window>).requestIdleCallback ? requestIdleCallback(work, { timeout: 4000 }) : setTimeout(work, 200);

export function makeClient(options: Options, base: string, load: Import, onClose: () => void): Client {
    const listeners = new Map<EventName, Set<Listener>>();
    let waiting: [Method, unknown[], Resolve][] = [];
    const settings = new Map<Method, unknown[]>(); // what a core that is loaded later must hear first

    let database: IDBDatabase | null = null;
    let gate: Gate | undefined;
    let gateUrl = '';
    let record: GateRecord | undefined;
    let journal: Entry[] = []; // as stored, without the session
    let session: Session | undefined;
    let lastCall = 0;
    let person = '';
    let queued = 0; // events of earlier pages that still wait to be sent
    let denied = false;
    let isOpen = false; // the gate and the journal are read
    let isLoading = false;
    let isClosed = false;
    let core: CoreClient | undefined;
    const stop = new AbortController();

    // ---- calls, in order

    const call = (method: Method, args: unknown[], resolve: Resolve = () => {}): void => {
        try {
            if (core) {
                const result = core.call(method, args);
                if (method === 'close') end();
                resolve(result);
            } else if (isClosed || method === 'close') {
                if (!isClosed) end();
                resolve(undefined);
            } else if (!isOpen || isLoading || isSilent()) {
                postpone(method, args, resolve);
            } else {
                take(method, args, resolve);
            }
        } catch (error) {
            emit('error', `${method}: ${error}`);
            resolve(undefined);
        }
    };

    // Nobody can take the call now.
    const postpone = (method: Method, args: unknown[], resolve: Resolve): void => {
        if (isOpen && isSilent()) {
            if (method === 'consent') return decideConsent(args[0] as Consent);
            if (denied) return resolve(undefined);
        } else if (isLoading && journaled(method, args)) {
            return; // the page may be gone before the core is here
        }
        if (waiting.length < kMostWaiting) waiting.push([method, args, resolve]);
        else {
            emit('error', `too many calls: ${method}`);
            resolve(undefined);
        }
    };

    // A call that the loader answers by itself, or that needs the core.
    const take = (method: Method, args: unknown[], resolve: Resolve): void => {
        const isNew = enter();
        if (journaled(method, args)) {
            const kind = kMoments[method];
            if (kind) meet({ kind, name: args[0] as string });
        } else if (/^(set|busy)/.test(method)) {
            // setAttributes, setContext, busy: kept for the core.
            const [value] = args;
            const before = settings.get(method)?.[0] as object;
            settings.set(method, [typeof value === 'object' ? { ...before, ...value } : value]);
        } else if (method === 'consent' && args[0] === 'granted') {
            options.consent = 'granted';
        } else if (method === 'flush' && !queued && !journal.length) {
            resolve(undefined);
        } else if (method !== 'hide' && !kMoments[method]) {
            waiting.push([method, args, resolve]);
            fetchCore();
        }
        if (isNew) meet(kSessionMoment);
    };

    // Consent is denied or not known: nothing is stored, nobody is asked.
    const isSilent = () => denied || options.consent === 'unknown' || options.consent === 'denied';

    const decideConsent = (consent: Consent): void => {
        const wasDenied = denied;
        options.consent = consent;
        denied = consent === 'denied';
        if (denied) for (const [, , resolve] of waiting.splice(0)) resolve(undefined);
        if (denied !== wasDenied) {
            // To erase what is there, and to take back a stored denial, is the core's.
            waiting.unshift(['consent', [consent], () => {}]);
            fetchCore();
        } else if (!isSilent()) {
            begin();
            drain();
        }
    };

    // ---- opening

    const open: CoreConfig['open'] = (warn) => openDatabase(options.project, warn);

    const prepare = async (): Promise<void> => {
        [gate, database] = await Promise.all([fetchGate(), open((text) => emit('error', text))]);
        await readStored().catch((error) => emit('error', `storage: ${error}`));
        if (isClosed) return;
        isOpen = true;
        if (gate) watch(gate, stop.signal, (event) => call('track', [event]), (text) => emit('error', text));
        if (options.consent === 'denied' && !denied) {
            denied = true;
            if (record || queued || journal.length) fetchCore(); // to erase what earlier visits left
        } else if (!isSilent()) {
            begin();
        }
        drain();
    };

    const drain = () => {
        for (const [method, args, resolve] of waiting.splice(0)) call(method, args, resolve);
    };

    const fetchGate = async (): Promise<Gate | undefined> => {
        if (!options.gate) return undefined;
        let found: Gate | string;
        try {
            gateUrl = new URL(options.gate, document.baseURI).href;
            const response = await fetch(gateUrl, { credentials: 'omit' });
            found = response.ok ? readGate(await response.text(), options.project) : `status ${response.status}`;
        } catch (error) {
            found = `${error}`;
        }
        if (typeof found !== 'string') return found;
        emit('error', `gate ${gateUrl}: ${found}`);
        return undefined;
    };

    // What earlier pages and other tabs left.
    const readStored = (): Promise<void> =>
        new Promise((resolve, reject) => {
            if (!database) return resolve();
            const transaction = database.transaction([kRecords, kQueue, kJournal]);
            const stored = transaction.objectStore(kRecords).get('gate');
            const denials = transaction.objectStore(kRecords).count('denied');
            const events = transaction.objectStore(kQueue).count();
            const entries = transaction.objectStore(kJournal).getAll();
            transaction.onabort = () => reject(transaction.error);
            transaction.oncomplete = () => {
                record = stored.result && readRecord(new TextDecoder().decode(stored.result));
                queued = events.result;
                denied = denials.result > 0;
                lastCall = Math.max(lastCall, record?.last_call ?? 0);
                person = record?.person ?? '';
                journal = [];
                session = undefined;
                for (const text of entries.result) recall(JSON.parse(text));
                resolve();
            };
        });

    const recall = (entry: Entry): void => {
        if (entry.kind === 'session') {
            session = entry;
            return;
        }
        journal.push(entry);
        if (entry.kind === 'identify') person = entry.person;
        if (entry.kind === 'reset') person = kNobody;
    };

    // Whether the core is needed at once, at a time, or when the page is idle.
    const begin = (): void => {
        enter();
        if (!gate) return void soon(fetchCore);
        const wait = (record?.due ?? Infinity) - Date.now();
        if (wait <= 0 || journal.some((entry) => 'name' in entry && needs(entry))) return fetchCore();
        if (wait < kLongestTimer) setTimeout(fetchCore, wait);
        if (queued || needs(kSessionMoment) || journal.length > kLongJournal) soon(fetchCore);
    };

    // ---- the gate

    const known = () => ({ gate: gate!, record, person, sessions: session?.starts.length ?? 0, journal });

    const needs = (moment: Moment): boolean => !gate || isNeeded(known(), moment, Date.now());

    const meet = (moment: Moment): void => {
        if (needs(moment)) return fetchCore();
        if (journal.length > kLongJournal) soon(fetchCore);
        // Another tab may have reopened what was closed when this one began.
        readStored().then(
            () => needs(moment) && fetchCore(),
            (error) => emit('error', `storage: ${error}`),
        );
    };

    // ---- the journal

    // Returns whether a session began.
    const enter = (): boolean => {
        const now = Date.now();
        const before = session;
        const after = touch(before, lastCall, now);
        const starts = after.session.starts.length - (before?.starts.length ?? 0);
        const day = (at: number) => new Date(at).toDateString();
        if (lastCall && !starts && day(lastCall) !== day(now)) append({ kind: 'call', at: now });
        lastCall = now;
        if (after.write) {
            session = after.session;
            write(session, kSession);
        }
        return !!before && starts > 0;
    };

    // Whether the call went into the journal.
    const journaled = (method: Method, [value, properties]: unknown[]): boolean => {
        const at = Date.now();
        const kind = kMoments[method];
        // The attributes are those of whoever they were set for.
        if (method === 'reset' || (method === 'identify' && value !== person)) {
            settings.delete('setAttributes');
            waiting = waiting.filter(([waits]) => waits !== 'setAttributes');
        }
        if (kind) {
            const name = `${value}`;
            if (gate && !isNamed(gate, { kind, name })) return false;
            append({ kind, name, at, ...(kind === 'event' ? { properties: (properties ?? {}) as Properties } : {}) });
        } else if (method === 'identify') {
            if (value !== person) append({ kind: 'identify', person: value as string, at });
        } else if (method === 'reset') {
            append({ kind: 'reset', at });
        } else {
            return false;
        }
        return true;
    };

    const append = (entry: Entry): void => {
        if (journal.length >= kMostEntries) return emit('error', `the journal is full: ${entry.kind}`);
        recall(entry);
        write(entry);
    };

    // A transaction of its own, made before the core's first one: the core then finds the entry. As it is now: the page
    // may change what it has given.
    const write = (entry: Entry, key?: string): void => {
        if (!database) return;
        const text = JSON.stringify(entry);
        // Without an endpoint, or the means for an id, it is for the core to count; and only that knows other wires.
        const closed = key || !options.endpoint || options.wire || !crypto.randomUUID ? [] : closings(known(), entry as Moment, Date.now());
        const transaction = database.transaction(kJournal, 'readwrite');
        const store = transaction.objectStore(kJournal);
        transaction.onabort = () => emit('error', `journal: ${transaction.error}`);
        if (!closed.length) return void store.put(text, key);
        // Of what other tabs wrote, too, a person's first moment is the first.
        const before = store.getAll();
        before.onsuccess = () => {
            const counted: Record<string, object> = {};
            for (const [id, { report }] of closed) {
                // At whatever trigger of the survey: their ids begin alike. Where it is not, the core sets it right.
                const isLater = `${before.result}`.includes(`"${id.split('#')[0]}#`);
                if (report && (report.moments || !isLater)) counted[id] = makeReport(isLater ? { ...report, changes: {} } : report);
            }
            const events = Object.values(counted);
            store.put(`${text.slice(0, -1)},"counted":${JSON.stringify(counted)}}`);
            // What does not arrive by this, the core sends once more, as the same events, when it folds the journal.
            if (events[0]) beacon({ key: options.key, events });
        };
    };

    // An event as docs/wire.md has it. No finer than a day.
    const makeReport = (data: object): object => {
        const day = new Date().toISOString().slice(0, 10);
        const source = `candor:${options.project}`;
        const id = crypto.randomUUID();
        return { specversion: '1.0', id, source, type: 'candor.exposure', time: new Date(day), data: { day, ...data } };
    };

    const beacon = (body: object) =>
        fetch(options.endpoint!, {
            method: 'POST', credentials: 'omit', keepalive: true, body: JSON.stringify(body),
        }).catch(() => {});

    // ---- the core

    const fetchCore = (): void => {
        if (isLoading || isClosed) return;
        isLoading = true;
        startCore().catch((error) => {
            // The journal keeps what was said; the next moment tries again.
            isLoading = false;
            emit('error', `core: ${error}`);
            for (const [, , resolve] of waiting.splice(0)) resolve(undefined);
        });
    };

    const startCore = async (): Promise<void> => {
        const module = await load(base);
        await module.ready(base);
        if (isClosed) return;
        const config: CoreConfig = {
            options,
            documentUrl: gate ? new URL(gate.document, gateUrl).href : (options.documentUrl ?? ''),
            database,
            journal: database ? [] : session ? [session, ...journal] : journal,
            emit,
            open,
        };
        core = module.start(config);
        for (const [method, args] of settings) call(method, args);
        drain();
    };

    // ---- events, end

    const emit = (type: EventName, text: string, survey = '', count = 0): void => {
        const event = { type, project: options.project, survey, text, count };
        for (const listener of listeners.get(type) ?? []) {
            try {
                listener(event);
            } catch (error) {
                setTimeout(() => {
                    throw error; // the page's own, reported as such
                });
            }
        }
    };

    const end = (): void => {
        isClosed = true;
        stop.abort();
        if (!core) database?.close();
        onClose();
    };

    // ---- what the page calls

    setTimeout(prepare); // when the page has had the chance to listen, in a task of its own
    const client = {
        on(type: EventName, listener: Listener) {
            if (!listeners.has(type)) listeners.set(type, new Set());
            listeners.get(type)!.add(listener);
            return () => void listeners.get(type)!.delete(listener);
        },
        diagnostics: () => ({ core: !!core, painter: '', frames: 0, ...core?.diagnostics() }),
    } as Client;
    for (const method of kTold) client[method] = (...args: unknown[]) => call(method, args);
    for (const method of kAsked) client[method] = (...args: unknown[]) => new Promise<any>((resolve) => call(method, args, resolve));
    return client;
}
