// What the tests of single parts need of the web package, in one script for a page.
import { openDatabase } from '../../../wasm/src/database.ts';
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

async function makeStore(kind: 'database' | 'memory', project: string, journal: string[] = []): Promise<Store> {
    if (kind === 'memory') return memoryStore(journal);
    const open = () => openDatabase(project, (text) => console.error(text));
    const database = (await open())!;
    if (journal.length) {
        const writing = database.transaction('journal', 'readwrite');
        for (const text of journal) writing.objectStore('journal').put(text, text.includes('"session"') ? 'session' : undefined);
        await new Promise((done) => (writing.oncomplete = done));
    }
    return databaseStore(database, open);
}

Object.assign(window, { parts: { breakLines, kStyle, makeMirror, makeRenderer, makeStore, openDatabase, rasterise, textHost, transact } });
