// The store: IndexedDB where there is some, else memory. One operation, `transact`: one transaction reads what the request
// names, runs the step once on it, synchronously inside a request's `onsuccess`, applies the change and commits.

import { kJournal, kQueue, kRecords, kSession } from './database.ts';
import { encoder } from './packet.ts';

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

export interface Database extends Store {
    rest(): void; // lets go of the connection, until it is needed again
}

const kStores = [kRecords, kQueue, kJournal];
const kTotals = 0; // the key, a number so that no read by name meets it
const kBatch = 64;
const kLongestOpen = 5_000; // ms: some WebKit never says how an opening went. What comes of it later is taken
const kLongestHold = 10_000; // a hold further ahead was written by a clock that has been put back since

const kUnwanted = 'no longer wanted';

const emptyTotals = (): Totals => ({ rows: 0, bytes: 0, answerRows: 0, answerBytes: 0 });

function add(totals: Totals, { body, kind }: Event, sign: 1 | -1): void {
    const bytes = body.length * sign;
    totals.rows += sign;
    totals.bytes += bytes;
    if (kind) return;
    totals.answerRows += sign;
    totals.answerBytes += bytes;
}

// A peek takes from the oldest on, until rows or bytes are used up; one event is handed out whatever its size. Returns
// whether the next one may still be taken.
const peekInto = (events: Event[], { now, rows, bytes }: Request) => (event: Event): boolean => {
    const size = event.body.length;
    if (event.hold > now && event.hold <= now + kLongestHold) return true;
    if (events.length && size > bytes) return false;
    bytes -= size;
    return events.push(event) < rows;
};

// The first and the last key that is meant.
const rangeOf = (key: string): [string, string] => (key.endsWith('*') ? [key.slice(0, -1), key.slice(0, -1) + '\uffff'] : [key, key]);

const byKey = ([a]: Row, [b]: Row) => (a < b ? -1 : 1);

// ---- IndexedDB

const keyRange = (key: string) => IDBKeyRange.bound(...rangeOf(key));

const answerOf = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve) => (request.onsuccess = () => resolve(request.result)));

export function databaseStore(first: IDBDatabase | null, open: () => Promise<IDBDatabase | null>): Database {
    let database: IDBDatabase | null;
    let reopening: Promise<void> | undefined;
    let isClosed = false;

    // Another version of this page, or the person, wants the database gone: it must not be held up.
    const adopt = (opened: IDBDatabase | null) => {
        reopening = undefined;
        database = opened;
        if (!opened) return;
        opened.onversionchange = opened.onclose = rest;
        if (isClosed) opened.close();
    };

    const rest = () => {
        database?.close(); // what was begun is still finished
        database = null;
    };

    const transact = (request: Request, step: Step, done: Done, mayReopen = true): void => {
        if (isClosed) return done('closed');
        let transaction: IDBTransaction;
        try {
            transaction = database!.transaction(kStores, 'readwrite', { durability: request.full ? 'strict' : 'relaxed' });
        } catch (error) {
            // There is none, or the connection was closed under us.
            database = null;
            if (!mayReopen) return done(`storage is gone: ${error}`);
            reopening ??= Promise.race([open().then(adopt), new Promise<void>((late) => setTimeout(late, kLongestOpen))]);
            return void reopening.then(() => transact(request, step, done, false));
        }
        let failure: unknown;
        transaction.oncomplete = () => done();
        transaction.onabort = () => done(`${failure ?? transaction.error ?? 'aborted'}`);
        run(transaction, request, step).catch((reason) => {
            failure = reason;
            transaction.abort();
        });
    };

    adopt(first);
    return {
        transact,
        rest,
        close() {
            isClosed = true;
            database?.close();
        },
    };
}

// What it waits for are answers of the transaction's own requests, so that this one stays open. No cursors: WebKit never
// ends a transaction that clears a store on which one was open.
async function run(transaction: IDBTransaction, request: Request, step: Step): Promise<void> {
    const [records, queue, journal] = kStores.map((name) => transaction.objectStore(name)) as [IDBObjectStore, IDBObjectStore, IDBObjectStore];
    const ids = queue.index('id');
    const entries = async (store: IDBObjectStore, range?: IDBKeyRange | IDBValidKey, count?: number) => {
        const [keys, values] = await Promise.all([answerOf(store.getAllKeys(range, count)), answerOf(store.getAll(range, count))]);
        return keys.map((key, i): [IDBValidKey, any] => [key, values[i]]);
    };

    // Batch by batch, for what is held does not count.
    const events: Event[] = [];
    const take = peekInto(events, request);
    const peek = async (range?: IDBKeyRange): Promise<void> => {
        const batch = await entries(queue, range, kBatch);
        if (batch.every(([, event]) => take(event)) && batch.length === kBatch) {
            await peek(IDBKeyRange.lowerBound(batch[kBatch - 1]![0], true));
        }
    };

    const found = new Map<string, Uint8Array>();
    const [totals = emptyTotals(), next, rows] = await Promise.all([
        answerOf<Totals | undefined>(records.get(kTotals)),
        answerOf<Event | undefined>(queue.index('hold').get(IDBKeyRange.lowerBound(-Infinity))),
        request.journal ? entries(journal) : [],
        request.rows && peek(),
        ...request.reads.map(async (key) => {
            for (const [name, value] of await entries(records, keyRange(key))) found.set(name as string, value);
        }),
    ]);
    const change = step({
        records: [...found].sort(byKey),
        queue: events,
        totals,
        nextDue: next?.hold ?? -1,
        // The session's entry begins before all others.
        journal: rows
            .sort(([a], [b]) => +(b === kSession) - +(a === kSession))
            .map(([key, text]) => [`${key}`, encoder.encode(text)]),
    });
    if (!change) throw kUnwanted;

    // Erasing, then removing, then the rest: each may touch what the one after it looks for.
    const sums = change.eraseAll ? emptyTotals() : { ...totals };
    if (change.eraseAll) for (const store of [records, queue, journal]) store.clear();
    for (const key of change.erases) records.delete(keyRange(key));
    for (const key of change.journalRemoves) journal.delete(key === kSession ? key : +key);
    const removed = [...new Set(change.removes)].map(async (id) => {
        const key = await answerOf(ids.getKey(id));
        if (key === undefined) return;
        add(sums, await answerOf(queue.get(key)), -1);
        queue.delete(key);
    });
    await Promise.all(removed);
    for (const [key, value] of change.puts) records.put(value, key);
    for (const event of change.appends) {
        if ((await answerOf(ids.getKey(event.id))) !== undefined) continue;
        queue.add(event);
        add(sums, event, 1);
    }
    records.put(sums, kTotals);
    transaction.commit?.(); // now, and not when it is noticed that nothing more is asked: a page may be about to end
}

// ---- memory

export const nothing = (): Change => ({ eraseAll: false, puts: [], erases: [], appends: [], removes: [], journalRemoves: [] });

export interface Memory {
    records: Map<string, Uint8Array>;
    queue: Event[];
    stateFor(request: Request): State;
    apply(change: Change): void;
    // What a request has read, in place of what was there.
    absorb(request: Request, state: State): void;
}

export function makeMemory(texts: string[] = []): Memory {
    const records = new Map<string, Uint8Array>();
    let journal = texts.map((text, i): Row => [`-${i + 1}`, encoder.encode(text)]); // no keys of a database's

    const matching = (keys: string[]) =>
        [...records].sort(byKey).filter(([name]) => keys.map(rangeOf).some(([from, to]) => from <= name && name <= to));

    const memory: Memory = {
        records,
        queue: [],
        stateFor(request) {
            const { queue } = memory;
            const totals = emptyTotals();
            const events: Event[] = [];
            for (const event of queue) add(totals, event, 1);
            if (request.rows) queue.every(peekInto(events, request));
            return {
                records: matching(request.reads),
                queue: events,
                totals,
                nextDue: queue.length ? Math.min(...queue.map((event) => event.hold)) : -1,
                journal: request.journal ? journal : [],
            };
        },
        apply({ eraseAll, puts, erases, appends, removes, journalRemoves }) {
            for (const [name] of matching(eraseAll ? ['*'] : erases)) records.delete(name);
            journal = journal.filter(([key]) => !eraseAll && !journalRemoves.includes(key));
            const queue = memory.queue.filter((event) => !eraseAll && !removes.includes(event.id));
            for (const [key, value] of puts) records.set(key, value);
            for (const event of appends) if (!queue.some(({ id }) => id === event.id)) queue.push(event);
            memory.queue = queue;
        },
        absorb({ reads, journal: isAsked }, state) {
            // Where less came than there is, it is not known what else went.
            if (state.queue.length === state.totals.rows) memory.queue = [];
            memory.apply({ ...nothing(), erases: reads, puts: state.records, appends: state.queue });
            if (isAsked) journal = state.journal;
        },
    };
    return memory;
}

// Why not, if nothing of the change stayed.
export function runIn(memory: Memory, request: Request, step: Step, then: (change: Change) => void = () => {}): string | undefined {
    const change = step(memory.stateFor(request));
    if (!change) return kUnwanted;
    memory.apply(change);
    then(change);
    return undefined;
}

// Lasts as long as the page.
export function memoryStore(texts: string[]): Store {
    const memory = makeMemory(texts);
    return {
        // Later, as in a database: nothing of the host's runs inside a call to the module.
        transact: (request, step, done) => queueMicrotask(() => done(runIn(memory, request, step))),
        close: () => memory.apply({ ...nothing(), eraseAll: true }),
    };
}
