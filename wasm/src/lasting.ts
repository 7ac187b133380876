// The store of a client: the database, and while that fails memory, which begins with all that this page has seen of it. What
// memory took is moved over as soon as the database works again. One transaction at a time, in the order of the calls.

import { decoder } from './packet.ts';
import { databaseStore, makeMemory, nothing, runIn } from './store.ts';
import type { Change, Done, Event, Request, State, Step, Store } from './store.ts';

export interface LastingStore extends Store {
    rest(): void; // a page that is set aside holds no connection
    waiting(): Event[]; // to be sent, as far as this page knows; none while the collector is not to be asked
}

const kDenied = 'denied'; // the record that says so (client/people.hpp)
const kFirstWait = 10_000; // ms until the database is tried again; it doubles
const kLongestWait = 300_000;
const kAll: Request = { full: true, journal: true, now: Infinity, rows: Infinity, bytes: Infinity, reads: ['*'] };

const both = (some: string[], others: string[]) => [...new Set([...some, ...others])];

// `first`: null where there was none; `texts`: the journal of a page without one. `onDenied`: in another tab.
export function lastingStore(
    first: IDBDatabase | null,
    open: (warn: (text: string) => void) => Promise<IDBDatabase | null>,
    texts: string[],
    warn: (text: string) => void,
    onDenied: () => void,
): LastingStore {
    let reason = ''; // why it could not be opened
    const database = databaseStore(first, () => open((text) => (reason = text)));
    const known = makeMemory(texts); // what this page has seen and done
    let taken = makeMemory(); // what of it the database lacks,
    let lost = nothing(); // and what is to go there
    let seen = new Set<string>(); // keys that may be written over
    let isAway = !first;
    let isClosed = false;
    let wait = kFirstWait;
    let next = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = Promise.resolve();

    const isDeniedElsewhere = ({ records }: State, { reads }: Request) =>
        ![...reads, ...lost.erases].includes(kDenied) && !known.records.has(kDenied) && records.some(([key]) => key === kDenied);

    // Resolves to why the change is not in the database, if it is not, and whether that is the database's doing.
    const attempt = (request: Request, step: Step) =>
        new Promise<[failure: string | undefined, isStorage: boolean]>((resolve) => {
            const asked = { ...request, reads: [...request.reads, kDenied] };
            let found: State | undefined;
            let change: Change | null | undefined; // null: the step wants none
            let isForeign = false;
            const wrapped = (state: State) => {
                change = null; // also where it throws
                isForeign = isDeniedElsewhere(state, request);
                if (isForeign) return null;
                found = state;
                return (change = step(state));
            };
            database.transact(asked, wrapped, (failure) => {
                const isStorage = failure !== undefined && change !== null;
                if (found && !isStorage) known.absorb(asked, found);
                if (failure === undefined) known.apply(change!);
                resolve([failure, isStorage]);
                if (!isForeign) return;
                // What this page knew was erased there.
                forget();
                known.apply({ ...nothing(), eraseAll: true, puts: [[kDenied, new Uint8Array()]] });
                onDenied();
            });
        });

    const forget = () => {
        isAway = false;
        wait = kFirstWait;
        taken = makeMemory();
        lost = nothing();
    };

    const goAway = async (failure: string): Promise<void> => {
        warn(`storage: ${reason || failure}; answers stay in memory`);
        // Where it can still be read, also what this page has not asked for yet.
        await attempt(kAll, () => null);
        seen = new Set(known.records.keys());
        isAway = true;
        later();
    };

    const later = () => {
        next = Date.now() + wait;
        clearTimeout(timer);
        timer = setTimeout(() => enqueue(comeBack), wait);
        wait = Math.min(wait * 2, kLongestWait);
    };

    const comeBack = async (): Promise<void> => {
        if (isClosed || !isAway) return;
        const [failure, isStorage] = await attempt({ ...kAll, journal: false, rows: 0 }, ({ records }) => ({
            ...lost,
            puts: [...taken.records].filter(([key]) => lost.eraseAll || seen.has(key) || !records.some(([name]) => name === key)),
            appends: taken.queue,
        }));
        if (failure === undefined) forget();
        else if (isStorage) later();
    };

    const remember = (change: Change): void => {
        if (change.eraseAll) lost = { ...nothing(), eraseAll: true };
        taken.apply(change);
        lost.erases = both(lost.erases, change.erases);
        lost.removes = both(lost.removes, change.removes);
        lost.journalRemoves = both(lost.journalRemoves, change.journalRemoves);
    };

    const take = async (request: Request, step: Step, done: Done): Promise<void> => {
        if (isClosed) return done('closed');
        if (request.full || Date.now() >= next) await comeBack();
        if (!isAway) {
            const [failure, isStorage] = await attempt(request, step);
            if (!isStorage) return done(failure);
            await goAway(failure!);
        }
        done(runIn(known, request, step, remember));
    };

    const enqueue = (work: () => Promise<void>) => {
        last = last.then(work).catch((error) => warn(`storage: ${error}`));
    };

    if (isAway) later();
    return {
        transact: (request, step, done) => enqueue(() => take(request, step, done)),
        rest: database.rest,
        close() {
            enqueue(async () => {
                isClosed = true;
                database.close();
            });
        },
        waiting() {
            const retry = decoder.decode(known.records.get('courier')); // courier/retry.hpp
            const until = /"until":(\d+)/.exec(retry)?.[1] ?? 0;
            return /"stopped":true/.test(retry) || +until > Date.now() ? [] : known.queue;
        },
    };
}
