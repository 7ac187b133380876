// What a core says and does, on a page without a window: node transcript.mjs FOLDER packed|plain OUT
// FOLDER holds core.mjs as plain.test.mjs bundles it, and the module in both forms. Time and chance are the same for both.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentOf } from '../host/surveys.mjs';

const [, , folder, form, out] = process.argv;
const { setImmediate } = globalThis;

const lines = [];
globalThis.say = (what, value) => lines.push(JSON.stringify([what, value]));

// ---- a page: its clock, its chance, and the little of a window that the core looks at

let clock = 1_790_000_000_000;
let chance = 0;
let timers = [];
Date.now = () => clock;
const page = {
    addEventListener: () => {},
    clearTimeout: (timer) => (timers = timers.filter((other) => other !== timer)),
    setTimeout: (work, delay = 0, ...given) => {
        const timer = { due: clock + delay, run: () => work(...given) };
        timers.push(timer);
        return timer;
    },
    document: { hidden: false, documentElement: { lang: 'en' }, createElement: () => ({ getContext: () => pen }) },
    scheduler: { postTask: (work) => setImmediate(work) },
    fetch: async (url) => new Response(await readFile(new URL(url))),
    matchMedia: () => ({ matches: false }),
    navigator: { language: 'en' },
    screen: { width: 900, height: 700 },
    crypto: {
        getRandomValues: (bytes) => bytes.set(createHash('sha512').update(`${chance++}`).digest().subarray(0, bytes.length)),
    },
};
const pen = { font: '', measureText: (text) => ({ width: text.length * 7.25, fontBoundingBoxAscent: 12.5, fontBoundingBoxDescent: 3.25 }) };
for (const [name, value] of Object.entries(page)) Object.defineProperty(globalThis, name, { value });
performance.now = () => clock - 1_789_999_000_000;

// What is under way is done, with all that is due within `span`.
async function pass(span = 0) {
    const end = clock + span;
    for (;;) {
        for (let i = 0; i < 8; ++i) await new Promise((resolve) => setImmediate(resolve));
        const [next] = timers.sort((a, b) => a.due - b.due);
        if (!next || next.due > end) break;
        page.clearTimeout(next);
        clock = Math.max(clock, next.due);
        next.run();
    }
    clock = end;
}

// ----

const { WebAssembly } = globalThis;
if (form === 'plain') delete globalThis.WebAssembly;
const core = await import(join(folder, 'core.mjs'));
await core.ready('');
globalThis.WebAssembly = WebAssembly;

function start(document, known = {}) {
    chance = 0;
    timers = [];
    const options = { project: document.project ?? 'shop', document, consent: 'granted' };
    const client = core.start({ options, documentUrl: '', database: null, open: async () => null, journal: [], emit: (...event) => say('event', event) });
    if (known.attributes) client.call('setAttributes', [known.attributes]);
    if (known.id) client.call('identify', [known.id]);
    return client;
}

async function end(client) {
    client.call('close', []);
    await pass(1000);
}

// The corpus, for a person of whom nothing is known.
for (const name of ['decide', 'rules']) {
    const { documents, cases } = JSON.parse(await readFile(new URL(`../../conformance/${name}.json`, import.meta.url), 'utf8'));
    for (const { name, document, person, moments, situation } of cases) {
        say('case', name);
        const [first] = moments;
        clock = (first?.now ?? situation.now) - 1000;
        const client = start(typeof document === 'string' ? documents[document] : document, { ...situation.profile, id: person?.anonymous ? '' : person?.id });
        await pass(1000);
        for (const { kind, name, now, properties } of moments) {
            if (now > clock) await pass(Math.min(now - clock, 10_000));
            clock = Math.max(clock, now);
            if (kind === 'screen') client.call('screen', [name]);
            else if (kind === 'event') client.call('track', [name, properties ?? {}]);
            await pass(10);
        }
        const evidence = client.call('explain', []);
        await pass(5000);
        say('evidence', await evidence);
        await end(client);
    }
}

// All kinds of questions, from the first to the thanks: what a question does not have is passed over.
const kSetValue = 3;
const kSteps = [
    ...['score/9', 'score/2', 'score/4', 'choice/late', 'choice/other', 'next'].map((key) => [key]),
    ['comment', kSetValue, 'ja, 日本 \u{1f600}'],
    ...['send', 'next', 'score/3', 'next', 'close'].map((key) => [key]),
];
const document = documentOf({ project: 'shop' });
for (const { id } of document.surveys) {
    for (const locale of ['en', 'ar']) {
        say('survey', [id, locale]);
        clock = 1_790_000_000_000;
        const client = start(document);
        client.call('setContext', [{ locale }]);
        await pass(100);
        client.call('show', [id]);
        await pass(100);
        for (const [key, action, value] of kSteps) {
            globalThis.card?.press(key, action, value);
            await pass(700);
            globalThis.card?.look();
        }
        await end(client);
    }
}
await writeFile(out, lines.join('\n'));
