// The store: IndexedDB where there is some, else memory. One operation, `transact`: one transaction reads what the request
// names, runs the step once on it, synchronously inside a request's `onsuccess`, applies the change and commits.

import { kJournal, kQueue, kRecords, kSession, openDatabase } from './database.ts';

export interface Event {
    id: string;
    body: Uint8Array;
    hold: number; // not handed out before this instant
    created: number;
    kind: number; // 0: an answer
    attempts: number;
}

export interface Request {
    full: boolean; // as durable as the browser can
    journal: boolean;
    now: number;
    rows: number;
    bytes: number;
    reads: string[]; // a trailing * means all keys with that beginning
}

export type Row = [key: string, value: Uint8Array];

export interface Totals {
    rows: number;
    bytes: number;
    answerRows: number;
    answerBytes: number;
}

export interface State {
    records: Row[];
    queue: Event[];
    totals: Totals;
    nextDue: number; // -1: the queue is empty
    journal: Row[];
}

export interface Change {
    eraseAll: boolean;
    puts: Row[];
    erases: string[];
    appends: Event[]; // an id that is queued already is skipped
    removes: string[];
    journalRemoves: string[];
}

// Null: no longer wanted, roll back.
export type Step = (state: State) => Change | null;
// Nothing, or why nothing of the change stayed.
export type Done = (failure?: string) => void;

export interface Store {
    transact(request: Request, step: Step, done: Done): void;
    close(): void;
}

const kTotals = 0; // the key, a number so that no read by name meets it
const kBatch = 64;
const kLongestHold = 10_000; // a hold further ahead was written by a clock that has been put back since

const encoder = new TextEncoder();

export const isDue = (event: Event, now: number): boolean => event.hold <= now || event.hold > now + kLongestHold;

const emptyTotals = (): Totals => ({ rows: 0, bytes: 0, answerRows: 0, answerBytes: 0 });

function add(totals: Totals, event: Event, sign: 1 | -1): void {
    const bytes = event.body.length * sign;
    totals.rows += sign;
    totals.bytes += bytes;
    if (event.kind === 0) {
        totals.answerRows += sign;
        totals.answerBytes += bytes;
    }
}

// A peek takes from the oldest on, until rows or bytes are used up; one event is handed out whatever its size.
class Peek {
    readonly events: Event[] = [];
    private bytes = 0;

    constructor(private readonly request: Request) {}

    get isFull(): boolean {
        return this.events.length >= this.request.rows;
    }

    // Whether the next one may still be taken.
    take(event: Event): boolean {
        if (!isDue(event, this.request.now)) return true;
        if (this.events.length && this.bytes + event.body.length > this.request.bytes) return false;
        this.events.push(event);
        this.bytes += event.body.length;
        return !this.isFull;
    }
}

// ---- IndexedDB

const keyOrRange = (key: string): IDBValidKey | IDBKeyRange =>
    key.endsWith('*') ? IDBKeyRange.bound(key.slice(0, -1), key.slice(0, -1) + '\uffff') : key;

export class DatabaseStore implements Store {
    private waiting: [Request, Step, Done][] = [];
    private database: IDBDatabase | null = null;
    private isClosed = false;

    constructor(
        database: IDBDatabase,
        private readonly project: string,
        private readonly onWarning: (text: string) => void,
    ) {
        this.adopt(database);
    }

    // Another version of this page, or the person, wants the database gone: it must not be held up.
    private adopt(database: IDBDatabase): void {
        this.database = database;
        database.onversionchange = () => {
            database.close();
            this.database = null;
        };
        database.onclose = () => (this.database = null);
    }

    transact(request: Request, step: Step, done: Done): void {
        if (this.isClosed) return done('closed');
        if (this.database && !this.waiting.length) return this.attempt(request, step, done, true);
        this.waiting.push([request, step, done]);
        if (this.waiting.length === 1) void this.reopen();
    }

    close(): void {
        this.isClosed = true;
        this.database?.close(); // what was begun is still finished
    }

    private async reopen(): Promise<void> {
        const database = await openDatabase(this.project, this.onWarning);
        if (this.isClosed) database?.close();
        else if (database) this.adopt(database);
        for (const [request, step, done] of this.waiting.splice(0)) {
            if (this.database && !this.isClosed) this.attempt(request, step, done, false);
            else done('storage is gone');
        }
    }

    private attempt(request: Request, step: Step, done: Done, mayReopen: boolean): void {
        let transaction: IDBTransaction;
        try {
            transaction = this.database!.transaction([kRecords, kQueue, kJournal], 'readwrite', {
                durability: request.full ? 'strict' : 'relaxed',
            });
        } catch (error) {
            // The connection was closed under us.
            this.database = null;
            return mayReopen ? this.transact(request, step, done) : done(`${error}`);
        }
        let failure = '';
        transaction.oncomplete = () => done();
        transaction.onabort = () => done(failure || `${transaction.error ?? 'aborted'}`);
        const abort = (reason: unknown) => {
            failure = `${reason}`;
            transaction.abort();
        };
        const run = new Transaction(transaction, request, (state) => {
            let change: Change | null;
            try {
                change = step(state);
            } catch (error) {
                return abort(error);
            }
            if (!change) return abort('no longer wanted');
            run.apply(change, state.totals);
        });
        run.read();
    }
}

// No cursors: WebKit never ends a transaction that clears a store on which one was open.
class Transaction {
    private readonly records: IDBObjectStore;
    private readonly queue: IDBObjectStore;
    private readonly journal: IDBObjectStore;
    private open = 0;
    private next: () => void = () => {};

    constructor(
        transaction: IDBTransaction,
        private readonly request: Request,
        private readonly onState: (state: State) => void,
    ) {
        this.records = transaction.objectStore(kRecords);
        this.queue = transaction.objectStore(kQueue);
        this.journal = transaction.objectStore(kJournal);
    }

    // Runs `next` inside the last answer of what `issue` asks for.
    private then(issue: () => void, next: () => void): void {
        this.next = next;
        ++this.open;
        issue();
        if (--this.open === 0) next();
    }

    private ask<T>(request: IDBRequest<T>, use: (result: T) => void): void {
        ++this.open;
        request.onsuccess = () => {
            use(request.result);
            if (--this.open === 0) this.next();
        };
    }

    read(): void {
        const { request } = this;
        const found = new Map<string, Uint8Array>();
        const peek = new Peek(request);
        const state: State = { records: [], queue: peek.events, totals: emptyTotals(), nextDue: -1, journal: [] };
        this.then(
            () => {
                this.ask(this.records.get(kTotals), (totals) => (state.totals = totals ?? emptyTotals()));
                for (const key of request.reads) this.readRecords(key, found);
                this.ask(this.queue.index('hold').get(IDBKeyRange.lowerBound(-Infinity)), (first?: Event) => {
                    state.nextDue = first?.hold ?? -1;
                });
                if (request.rows) this.peek(peek);
                if (request.journal) this.readJournal(state.journal);
            },
            () => {
                state.records = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
                this.onState(state);
            },
        );
    }

    private readRecords(key: string, found: Map<string, Uint8Array>): void {
        const range = keyOrRange(key);
        let keys: IDBValidKey[] = [];
        this.ask(this.records.getAllKeys(range), (result) => (keys = result));
        this.ask(this.records.getAll(range), (values) => keys.forEach((name, i) => found.set(name as string, values[i])));
    }

    // The session's entry begins before all others.
    private readJournal(rows: Row[]): void {
        let keys: IDBValidKey[] = [];
        this.ask(this.journal.getAllKeys(), (result) => (keys = result));
        this.ask(this.journal.getAll(), (texts: string[]) => {
            keys.forEach((key, i) => {
                const row: Row = [`${key}`, encoder.encode(texts[i])];
                if (key === kSession) rows.unshift(row);
                else rows.push(row);
            });
        });
    }

    // Batch by batch, for what is held does not count.
    private peek(peek: Peek, after?: IDBValidKey): void {
        const range = after === undefined ? null : IDBKeyRange.lowerBound(after, true);
        let keys: IDBValidKey[] = [];
        this.ask(this.queue.getAllKeys(range, kBatch), (result) => (keys = result));
        this.ask(this.queue.getAll(range, kBatch), (events: Event[]) => {
            const wantsMore = events.every((event) => peek.take(event));
            if (wantsMore && keys.length === kBatch) this.peek(peek, keys[kBatch - 1]);
        });
    }

    // Erasing, then removing, then the rest: each may touch what the one after it looks for.
    apply(change: Change, before: Totals): void {
        const totals = change.eraseAll ? emptyTotals() : { ...before };
        this.then(
            () => this.erase(change, totals),
            () =>
                this.then(
                    () => this.append(change, totals),
                    () => void this.records.put(totals, kTotals),
                ),
        );
    }

    private erase(change: Change, totals: Totals): void {
        if (change.eraseAll) for (const store of [this.records, this.queue, this.journal]) store.clear();
        for (const key of change.erases) this.records.delete(keyOrRange(key));
        for (const key of change.journalRemoves) this.journal.delete(key === kSession ? key : Number(key));
        for (const id of new Set(change.removes)) {
            this.ask(this.queue.index('id').get(id), (event?: Event) => event && add(totals, event, -1));
            this.ask(this.queue.index('id').getKey(id), (key) => key !== undefined && this.queue.delete(key));
        }
    }

    private append(change: Change, totals: Totals): void {
        for (const [key, value] of change.puts) this.records.put(value, key);
        const ids = new Set<string>();
        for (const event of change.appends) {
            if (ids.has(event.id)) continue;
            ids.add(event.id);
            this.ask(this.queue.index('id').getKey(event.id), (key) => {
                if (key !== undefined) return;
                this.queue.add(event);
                add(totals, event, 1);
            });
        }
    }
}

// ---- memory, where the browser gives no storage

export class MemoryStore implements Store {
    private readonly records = new Map<string, Uint8Array>();
    private queue: Event[] = [];
    private journal: Row[];

    constructor(journal: string[]) {
        this.journal = journal.map((text, i) => [text.includes('"kind":"session"') ? kSession : `${i}`, encoder.encode(text)]);
    }

    transact(request: Request, step: Step, done: Done): void {
        // Later, as in a database: nothing of the host's runs inside a call to the module.
        queueMicrotask(() => {
            const change = step(this.state(request));
            if (!change) return done('no longer wanted');
            this.apply(change);
            done();
        });
    }

    close(): void {}

    private state(request: Request): State {
        const keys = request.reads.flatMap((key) => this.matching(key));
        const peek = new Peek(request);
        if (request.rows) this.queue.every((event) => peek.take(event));
        const totals = emptyTotals();
        for (const event of this.queue) add(totals, event, 1);
        return {
            records: [...new Set(keys)].sort().map((key): Row => [key, this.records.get(key)!]),
            queue: peek.events,
            totals,
            nextDue: this.queue.length ? Math.min(...this.queue.map((event) => event.hold)) : -1,
            journal: request.journal ? this.journal : [],
        };
    }

    private matching(key: string): string[] {
        if (!key.endsWith('*')) return this.records.has(key) ? [key] : [];
        return [...this.records.keys()].filter((name) => name.startsWith(key.slice(0, -1)));
    }

    private apply(change: Change): void {
        if (change.eraseAll) {
            this.records.clear();
            this.queue = [];
            this.journal = [];
        }
        for (const key of change.erases) for (const name of this.matching(key)) this.records.delete(name);
        this.journal = this.journal.filter(([key]) => !change.journalRemoves.includes(key));
        this.queue = this.queue.filter((event) => !change.removes.includes(event.id));
        for (const [key, value] of change.puts) this.records.set(key, value);
        for (const event of change.appends) {
            if (!this.queue.some((queued) => queued.id === event.id)) this.queue.push(event);
        }
    }
}
