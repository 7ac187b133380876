// The loader: all that a page loads which shows nothing. It keeps the journal, and fetches the core when the gate, or the
// page, asks for it. Nothing here throws into the page.

import type { CandorEvent, Client, Consent, Diagnostics, EventName, Options, Properties } from './api.ts';
import type { CoreClient, CoreModule, Method } from './core_api.ts';
import { kJournal, kQueue, kRecords, kSession, openDatabase } from './database.ts';
import { isNamed, isNeeded, readGate, readRecord, touch } from './gate.ts';
import type { Entry, Gate, GateRecord, Moment, Session } from './gate.ts';

type Listener = (event: CandorEvent) => void;
type Resolve = (result: unknown) => void;
type Import = (base: string) => Promise<CoreModule>;

const kLongJournal = 200; // entries; then the core folds them when the page is idle
const kLongestTimer = 0x7fffffff;
const kMostEntries = 2000;
const kMostWaiting = 1000; // calls held in memory while the loader or the core starts

const kMoments: Partial<Record<Method, 'event' | 'screen'>> = { track: 'event', screen: 'screen' };
const kSessionMoment: Moment = { kind: 'session', name: '' };

const soon = (work: () => void) =>
    typeof requestIdleCallback === 'function' ? requestIdleCallback(work, { timeout: 4000 }) : setTimeout(work, 200);

export class Loader implements Client {
    private readonly listeners = new Map<EventName, Set<Listener>>();
    private waiting: [Method, unknown[], Resolve][] = [];
    private readonly settings = new Map<Method, unknown[]>(); // what a core that is loaded later must hear first

    private database: IDBDatabase | null = null;
    private gate: Gate | undefined;
    private gateUrl = '';
    private record: GateRecord | undefined;
    private journal: Entry[] = []; // as stored, without the session
    private session: Session | undefined;
    private lastCall = 0;
    private person = '';
    private queued = 0; // events of earlier pages that still wait to be sent
    private denied = false;
    private isOpen = false; // the gate and the journal are read
    private isLoading = false;
    private isClosed = false;
    private core: CoreClient | undefined;

    constructor(
        private readonly options: Options,
        private readonly base: string,
        private readonly load: Import,
        private readonly onClose: () => void,
    ) {
        queueMicrotask(() => void this.open()); // when the page has had the chance to listen
    }

    // ---- what the page calls

    track(name: string, properties: Properties = {}) {
        this.call('track', [name, properties]);
    }
    screen(name: string) {
        this.call('screen', [name]);
    }
    identify(person: string) {
        this.call('identify', [person]);
    }
    reset() {
        this.call('reset', []);
    }
    setAttributes(attributes: Properties) {
        this.call('setAttributes', [attributes]);
    }
    setContext(context: object) {
        this.call('setContext', [context]);
    }
    consent(consent: string) {
        this.call('consent', [consent]);
    }
    forget() {
        this.call('forget', []);
    }
    busy(busy = true) {
        this.call('busy', [busy]);
    }
    show(survey: string, options: object = {}) {
        this.call('show', [survey, options]);
    }
    hide() {
        this.call('hide', []);
    }
    explain(survey = '') {
        return this.ask('explain', [survey]);
    }
    flush() {
        return this.ask('flush', []) as Promise<void>;
    }
    close() {
        return this.ask('close', []) as Promise<void>;
    }
    on(type: EventName, listener: Listener) {
        if (!this.listeners.has(type)) this.listeners.set(type, new Set());
        this.listeners.get(type)!.add(listener);
        return () => void this.listeners.get(type)!.delete(listener);
    }
    diagnostics(): Diagnostics {
        return { core: !!this.core, painter: '', frames: 0, ...this.core?.diagnostics() };
    }

    // ---- calls, in order

    private ask(method: Method, args: unknown[]): Promise<unknown> {
        return new Promise((resolve) => this.call(method, args, resolve));
    }

    private call(method: Method, args: unknown[], resolve: Resolve = () => {}) {
        try {
            if (this.core) {
                const result = this.core.call(method, args);
                if (method === 'close') this.end();
                resolve(result);
            } else if (this.isClosed || !this.isOpen || this.isLoading || this.isSilent()) {
                this.postpone(method, args, resolve);
            } else {
                this.take(method, args, resolve);
            }
        } catch (error) {
            this.emit('error', `${method}: ${error}`);
            resolve(undefined);
        }
    }

    // Nobody can take the call now.
    private postpone(method: Method, args: unknown[], resolve: Resolve) {
        if (this.isClosed) return resolve(undefined);
        if (method === 'close') {
            this.end();
            return resolve(undefined);
        }
        if (this.isOpen && this.isSilent()) {
            if (method === 'consent') return this.decideConsent(args[0] as Consent);
            if (this.denied) return resolve(undefined);
        } else if (this.isLoading && this.journaled(method, args)) {
            return; // the page may be gone before the core is here
        }
        if (this.waiting.length < kMostWaiting) this.waiting.push([method, args, resolve]);
        else {
            this.emit('error', `too many calls before start, ${method} is lost`);
            resolve(undefined);
        }
    }

    // A call that the loader answers by itself, or that needs the core.
    private take(method: Method, args: unknown[], resolve: Resolve) {
        const isNew = this.touch();
        if (this.journaled(method, args)) {
            const kind = kMoments[method];
            if (kind) this.meet({ kind, name: args[0] as string });
        } else if (method === 'setAttributes' || method === 'setContext' || method === 'busy') {
            const [value] = args;
            const before = this.settings.get(method)?.[0] as object;
            this.settings.set(method, [typeof value === 'object' ? { ...before, ...value } : value]);
        } else if (method === 'consent' && args[0] === 'granted') {
            this.options.consent = 'granted';
        } else if (method === 'flush' && !this.queued && !this.journal.length) {
            resolve(undefined);
        } else if (method === 'close') {
            this.end();
            resolve(undefined);
        } else if (method !== 'hide' && !kMoments[method]) {
            this.waiting.push([method, args, resolve]);
            this.fetchCore();
        }
        if (isNew) this.meet(kSessionMoment);
    }

    // Consent is denied or not known: nothing is stored, nobody is asked.
    private isSilent(): boolean {
        return this.denied || this.options.consent === 'unknown' || this.options.consent === 'denied';
    }

    private decideConsent(consent: Consent) {
        const wasDenied = this.denied;
        this.options.consent = consent;
        this.denied = consent === 'denied';
        if (this.denied) for (const [, , resolve] of this.waiting.splice(0)) resolve(undefined);
        if (this.denied !== wasDenied) {
            // To erase what is there, and to take back a stored denial, is the core's.
            this.waiting.unshift(['consent', [consent], () => {}]);
            this.fetchCore();
        } else if (!this.isSilent()) {
            this.begin();
            this.drain();
        }
    }

    // ---- opening

    private async open() {
        const [gate, database] = await Promise.all([
            this.fetchGate(),
            openDatabase(this.options.project, (text) => this.emit('error', text)),
        ]);
        this.gate = gate;
        this.database = database;
        await this.readStored().catch((error) => this.emit('error', `storage: ${error}`));
        if (this.isClosed) return;
        this.isOpen = true;
        if (this.options.consent === 'denied' && !this.denied) {
            this.denied = true;
            if (this.record || this.queued || this.journal.length) this.fetchCore(); // to erase what earlier visits left
        } else if (!this.isSilent()) {
            this.begin();
        }
        this.drain();
    }

    private drain() {
        const waiting = this.waiting;
        this.waiting = [];
        for (const [method, args, resolve] of waiting) this.call(method, args, resolve);
    }

    private async fetchGate(): Promise<Gate | undefined> {
        if (!this.options.gate) return undefined;
        try {
            this.gateUrl = new URL(this.options.gate, document.baseURI).href;
            const response = await fetch(this.gateUrl, { credentials: 'omit' });
            const gate = response.ok ? readGate(await response.text(), this.options.project) : `status ${response.status}`;
            if (typeof gate !== 'string') return gate;
            this.emit('error', `gate ${this.gateUrl}: ${gate}`);
        } catch (error) {
            this.emit('error', `gate ${this.gateUrl}: ${error}`);
        }
        return undefined;
    }

    // What earlier pages and other tabs left.
    private readStored(): Promise<void> {
        const database = this.database;
        return new Promise((resolve, reject) => {
            if (!database) return resolve();
            const transaction = database.transaction([kRecords, kQueue, kJournal]);
            const record = transaction.objectStore(kRecords).get('gate');
            const denied = transaction.objectStore(kRecords).count('denied');
            const queued = transaction.objectStore(kQueue).count();
            const journal = transaction.objectStore(kJournal).getAll();
            transaction.onabort = () => reject(transaction.error);
            transaction.oncomplete = () => {
                this.record = record.result && readRecord(new TextDecoder().decode(record.result));
                this.queued = queued.result;
                this.denied = denied.result > 0;
                this.lastCall = Math.max(this.lastCall, this.record?.last_call ?? 0);
                this.person = this.record?.person ?? '';
                this.journal = [];
                this.session = undefined;
                for (const text of journal.result) this.recall(JSON.parse(text));
                resolve();
            };
        });
    }

    private recall(entry: Entry) {
        if (entry.kind === 'session') {
            this.session = entry;
            return;
        }
        this.journal.push(entry);
        if (entry.kind === 'identify') this.person = entry.person;
        if (entry.kind === 'reset') this.person = '';
    }

    // Whether the core is needed at once, at a time, or when the page is idle.
    private begin() {
        this.touch();
        if (!this.gate) return void soon(() => this.fetchCore());
        const wait = (this.record?.due ?? Infinity) - Date.now();
        if (wait <= 0 || this.journal.some((entry) => 'name' in entry && this.isNeeded(entry))) return this.fetchCore();
        if (wait < kLongestTimer) setTimeout(() => this.fetchCore(), wait);
        if (this.queued || this.isNeeded(kSessionMoment) || this.journal.length > kLongJournal) soon(() => this.fetchCore());
    }

    // ---- the gate

    private isNeeded(moment: Moment): boolean {
        const { gate, record, person, journal } = this;
        const sessions = this.session?.starts.length ?? 0;
        return !gate || isNeeded({ gate, record, person, sessions, journal }, moment, Date.now());
    }

    private meet(moment: Moment) {
        if (this.isNeeded(moment)) return this.fetchCore();
        if (this.journal.length > kLongJournal) soon(() => this.fetchCore());
        // Another tab may have reopened what was closed when this one began.
        this.readStored().then(
            () => this.isNeeded(moment) && this.fetchCore(),
            (error) => this.emit('error', `storage: ${error}`),
        );
    }

    // ---- the journal

    // Returns whether a session began.
    private touch(): boolean {
        const now = Date.now();
        const before = this.session;
        const { session, write } = touch(before, this.lastCall, now);
        this.lastCall = now;
        if (write) {
            this.session = session;
            this.write(session, kSession);
        }
        return !!before && session.starts.length > before.starts.length;
    }

    // Whether the call went into the journal.
    private journaled(method: Method, [value, properties]: unknown[]): boolean {
        const at = Date.now();
        const kind = kMoments[method];
        if (kind) {
            const name = `${value}`;
            if (this.gate && !isNamed(this.gate, { kind, name })) return false;
            this.append({ kind, name, at, ...(properties ? { properties: properties as Properties } : {}) });
        } else if (method === 'identify') {
            if (value !== this.person) this.append({ kind: 'identify', person: value as string, at });
        } else if (method === 'reset') {
            this.append({ kind: 'reset', at });
        } else {
            return false;
        }
        return true;
    }

    private append(entry: Entry) {
        if (this.journal.length >= kMostEntries) return this.emit('error', `the journal is full, ${entry.kind} is lost`);
        this.recall(entry);
        this.write(entry);
    }

    // A transaction of its own, made before the core's first one: the core then finds the entry.
    private write(entry: Entry, key?: string) {
        if (!this.database) return;
        const transaction = this.database.transaction(kJournal, 'readwrite');
        transaction.objectStore(kJournal).put(JSON.stringify(entry), key);
        transaction.onabort = () => this.emit('error', `journal: ${transaction.error}`);
    }

    // ---- the core

    private fetchCore() {
        if (this.isLoading || this.isClosed) return;
        this.isLoading = true;
        this.startCore().catch((error) => {
            // The journal keeps what was said; the next moment tries again.
            this.isLoading = false;
            this.emit('error', `core: ${error}`);
            for (const [, , resolve] of this.waiting.splice(0)) resolve(undefined);
        });
    }

    private async startCore() {
        const module = await this.load(this.base);
        await module.ready(this.base);
        if (this.isClosed) return;
        const gate = this.gate;
        this.core = module.start({
            options: this.options,
            documentUrl: gate ? new URL(gate.document, this.gateUrl).href : (this.options.documentUrl ?? ''),
            database: this.database,
            journal: this.database ? [] : this.session ? [this.session, ...this.journal] : this.journal,
            emit: (...event) => this.emit(...event),
        });
        for (const [method, args] of this.settings) this.call(method, args);
        this.drain();
    }

    // ---- events, end

    private emit(type: EventName, text: string, survey = '', count = 0) {
        const event = { type, project: this.options.project, survey, text, count };
        for (const listener of this.listeners.get(type) ?? []) {
            try {
                listener(event);
            } catch (error) {
                setTimeout(() => {
                    throw error; // the page's own, reported as such
                });
            }
        }
    }

    private end() {
        this.isClosed = true;
        if (!this.core) this.database?.close();
        this.onClose();
    }
}
