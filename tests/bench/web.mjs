// What a durable append costs on a page, as JSON lines: node web.mjs [name...]
//   web.append   an answer's commit at the store that a page has (wasm/src/lasting.ts): two records and two events, strict,
//                against a bare IndexedDB transaction that reads and writes the same; the ratio is to be at most 2
//   web.answer   from the tap on a score to the event that says it is stored, through the whole module, against the same
// In Chromium, the thing and its reference in turns, a pair each turn: the ratio is the median of the pairs' ratios.
import { openParts } from '../e2e/parts/page.mjs';
import { openShop } from '../e2e/shop.mjs';

const kPairs = 200;
const kMostRatio = 2;
const asked = process.argv.slice(2);
const isWanted = (name) => asked.length === 0 || asked.some((one) => name === one || (!one.includes('.') && name.startsWith(one)));

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const rounded = (number) => Math.round(number * 1000) / 1000;

function print(bench, pairs, limit) {
    const [value, reference, ratio] = [pairs.map(([own]) => own), pairs.map(([, bare]) => bare), pairs.map(([own, bare]) => own / bare)].map(median).map(rounded);
    console.log(JSON.stringify({ bench, value, unit: 'ms', reference, ratio, ...limit }));
}

// In the page: one commit with nothing of ours around it.
const kBare = `async () => {
    const open = indexedDB.open('bare', 1);
    open.onupgradeneeded = () => {
        open.result.createObjectStore('records');
        const queue = open.result.createObjectStore('queue', { autoIncrement: true });
        queue.createIndex('id', 'id', { unique: true });
        queue.createIndex('hold', 'hold');
    };
    const database = await new Promise((resolve, reject) => ((open.onsuccess = () => resolve(open.result)), (open.onerror = reject)));
    const bytes = new Uint8Array(900);
    const event = () => ({ id: crypto.randomUUID(), body: bytes, hold: 0, created: 1, kind: 0, attempts: 0 });
    return () => new Promise((resolve, reject) => {
        const begin = performance.now();
        const writing = database.transaction(['records', 'queue'], 'readwrite', { durability: 'strict' });
        const [records, queue] = [writing.objectStore('records'), writing.objectStore('queue')];
        records.get('install');
        records.get('person').onsuccess = () => {
            records.put(bytes, 'install');
            records.put(bytes, 'person');
            queue.add(event());
            queue.add(event());
        };
        writing.onabort = () => reject(writing.error);
        writing.oncomplete = () => resolve(performance.now() - begin);
    });
}`;

async function append() {
    const parts = await openParts('chromium');
    try {
        const page = await parts.newPage();
        return await page.evaluate(async (bareSource, count) => {
            const bare = await (0, eval)(bareSource)();
            const { store } = await window.parts.makeLasting('bench');
            const text = 'x'.repeat(900);
            const own = async () => {
                const begin = performance.now();
                const { failure } = await window.parts.transact(store, { full: true, reads: ['install', 'person'] }, {
                    puts: [['install', text], ['person', text]],
                    appends: [{ id: crypto.randomUUID(), body: text, kind: 0 }, { id: crypto.randomUUID(), body: text, kind: 2 }],
                });
                if (failure) throw new Error(failure);
                return performance.now() - begin;
            };
            const pairs = [];
            for (let i = 0; i < count; ++i) pairs.push([await own(), await bare()]);
            return pairs;
        }, kBare, kPairs);
    } finally {
        await parts.close();
    }
}

async function answer() {
    const shop = await openShop('chromium');
    try {
        const page = await shop.newPage();
        shop.gateway.set('refuse');
        await page.open();
        await page.signIn('bench');
        await page.buy();
        await page.control('score/9');
        await page.event('shown');
        return await page.evaluate(async (bareSource, count) => {
            const bare = await (0, eval)(bareSource)();
            let done;
            window.candor.on('answered', () => done());
            const { shadowRoot } = document.querySelector('candor-card');
            const tap = (score) => new Promise((resolve) => {
                const begin = performance.now();
                done = () => resolve(performance.now() - begin);
                shadowRoot.querySelector(`[data-key="score/${score}"]`).click();
            });
            const pairs = [];
            for (let i = 0; i < count; ++i) pairs.push([await tap(i % 11), await bare()]);
            return pairs;
        }, kBare, kPairs);
    } finally {
        await shop.close();
    }
}

if (isWanted('web.append')) print('web.append', await append(), { most_ratio: kMostRatio });
if (isWanted('web.answer')) print('web.answer', await answer());
