// What the tests of single parts need of the web package, in one script for a page.
import { openDatabase } from '../../../wasm/src/database.ts';
import { handOver } from '../../../wasm/src/http.ts';
import { lastingStore } from '../../../wasm/src/lasting.ts';
import { makeMirror } from '../../../wasm/src/mirror.ts';
import { makeRenderer } from '../../../wasm/src/renderer.ts';
import { databaseStore, memoryStore } from '../../../wasm/src/store.ts';
import type { Change, Request, State, Store } from '../../../wasm/src/store.ts';
import { kStyle } from '../../../wasm/src/style.ts';
import { breakLines, rasterise, textHost } from '../../../wasm/src/text.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const nothing = (): Change => ({ eraseAll: false, puts: [], erases: [], appends: [], removes: [], journalRemoves: [] });

// A step written with texts instead of bytes.
type Texts = {
    eraseAll?: boolean;
    puts?: [string, string][];
    erases?: string[];
    appends?: { id: string; body?: string; hold?: number; kind?: number }[];
    removes?: string[];
    journalRemoves?: string[];
};

function change(texts: Texts): Change {
    return {
        ...nothing(),
        ...texts,
        puts: (texts.puts ?? []).map(([key, value]) => [key, encoder.encode(value)]),
        appends: (texts.appends ?? []).map(({ id, body = 'x', hold = 0, kind = 3 }) => ({
            id, body: encoder.encode(body), hold, created: 1, kind, attempts: 0,
        })),
    };
}

function readable(state: State) {
    return {
        records: Object.fromEntries(state.records.map(([key, value]) => [key, decoder.decode(value)])),
        queue: state.queue.map((event) => event.id),
        totals: state.totals,
        nextDue: state.nextDue,
        journal: state.journal.map(([key, value]) => [key, decoder.decode(value)]),
    };
}

// One transaction: what its step saw, and why it failed if it did.
function transact(store: Store, request: Partial<Request>, step: Texts | null | ((state: ReturnType<typeof readable>) => Texts | null)) {
    return new Promise<ReturnType<typeof readable> & { failure?: string }>((resolve) => {
        let seen = {} as ReturnType<typeof readable>;
        const full: Request = { full: false, journal: false, now: 1000, rows: 0, bytes: 1 << 20, reads: [], ...request };
        store.transact(
            full,
            (state) => {
                seen = readable(state);
                const texts = typeof step === 'function' ? step(seen) : step;
                return texts && change(texts);
            },
            (failure) => resolve({ ...seen, ...(failure === undefined ? {} : { failure }) }),
        );
    });
}

// One with bytes as they are: what its step saw.
function raw(store: Store, some: Partial<Change>, reads: string[] = []) {
    return new Promise<State['records']>((resolve) => {
        let seen: State['records'] = [];
        const request: Request = { full: true, journal: false, now: 0, rows: 0, bytes: 0, reads };
        store.transact(request, (state) => ((seen = state.records), { ...nothing(), ...some }), () => resolve(seen));
    });
}

// `lasting` is what a page has; `away`: without a database from its beginning on.
async function makeStore(kind: 'database' | 'memory' | 'lasting' | 'away', project: string, journal: string[] = []): Promise<Store> {
    if (kind === 'memory') return memoryStore(journal);
    if (kind === 'away') return lastingStore(null, async () => null, journal, () => {}, () => {});
    const open = () => openDatabase(project, (text) => console.error(text));
    const database = (await open())!;
    if (journal.length) {
        const writing = database.transaction('journal', 'readwrite');
        for (const text of journal) writing.objectStore('journal').put(text, text.includes('"session"') ? 'session' : undefined);
        await new Promise((done) => (writing.oncomplete = done));
    }
    return kind === 'database' ? databaseStore(database, open) : lastingStore(database, open, [], console.error, () => {});
}

// The store as the core makes it, and what it says.
async function makeLasting(project: string, options: { isOpen?: boolean; journal?: string[] } = {}) {
    const said: string[] = [];
    const open = (warn: (text: string) => void) => openDatabase(project, warn);
    const database = options.isOpen === false ? null : await open((text) => said.push(text));
    let denials = 0;
    const store = lastingStore(database, open, options.journal ?? [], (text) => said.push(text), () => void ++denials);
    return { store, said, denials: () => denials };
}

// What lies in the database, seen by nobody's code but this.
function look(project: string): Promise<{ records: Record<string, string>; queue: string[]; journal: string[] }> {
    return new Promise((resolve, reject) => {
        const open = indexedDB.open(`candor-${project}`);
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
            const reading = open.result.transaction(['records', 'queue', 'journal']);
            const [keys, values] = [reading.objectStore('records').getAllKeys(), reading.objectStore('records').getAll()];
            const queue = reading.objectStore('queue').getAll();
            const journal = reading.objectStore('journal').getAll();
            reading.oncomplete = () => {
                open.result.close();
                const named = keys.result.map((key, i): [unknown, any] => [key, values.result[i]]).filter(([key]) => typeof key === 'string');
                resolve({
                    records: Object.fromEntries(named.map(([key, value]) => [key, decoder.decode(value)])),
                    queue: queue.result.map(({ id }) => id),
                    journal: journal.result,
                });
            };
        };
    });
}

// Takes the place of a method of the browser's until it is called.
function broken(owner: object, name: string, work: (this: any, ...args: any[]) => any): () => void {
    const before = Object.getOwnPropertyDescriptor(owner, name)!;
    Object.defineProperty(owner, name, { ...before, value: work });
    return () => Object.defineProperty(owner, name, before);
}

// The storage fails as browsers let it: at every write, or altogether. Returns what heals it.
function breakStorage(kind: 'full' | 'gone'): () => void {
    const thrower = (name: string) => () => {
        throw new DOMException('as the test wants it', name);
    };
    const heal =
        kind === 'full'
            ? [broken(IDBObjectStore.prototype, 'put', thrower('QuotaExceededError'))]
            : [broken(IDBDatabase.prototype, 'transaction', thrower('InvalidStateError')), broken(IDBFactory.prototype, 'open', thrower('UnknownError'))];
    return () => heal.forEach((one) => one());
}

Object.assign(window, { parts: { breakLines, breakStorage, broken, handOver, kStyle, look, makeLasting, makeMirror, makeRenderer, makeStore, openDatabase, rasterise, raw, textHost, transact } });
