// The wires of a page, without a browser: the same vectors that the C++ adapters are held to (tests/unit/courier/wires_test.cpp).
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const bundled = await build({ entryPoints: [join(here, '../../wasm/src/wires.ts')], bundle: true, format: 'esm', write: false, target: 'es2020' });
const wires = await import('data:text/javascript;base64,' + Buffer.from(bundled.outputFiles[0].contents).toString('base64'));

// `post` stands for the network.
function send(name, emit, post, headers, body) {
    globalThis.fetch = (url, options) => {
        assert.equal(url, 'https://sink.example/in');
        assert.equal(options.method, 'POST');
        assert.equal(options.redirect, 'manual');
        assert.equal(options.credentials, 'omit');
        assert.equal(options.keepalive, options.body.byteLength < 50_000);
        return post(options.headers, options.body);
    };
    return wires.send(name, emit, 'https://sink.example/in', { method: 'POST', credentials: 'omit', redirect: 'manual', keepalive: true, headers, body });
}

const vectors = async (name) => JSON.parse(await readFile(join(here, '../conformance', name), 'utf8')).vectors;
const kNow = 1_790_000_000_000;
const batchFor = (wire) => (wire === 'cloudevents-binary' ? ['a'] : ['a', 'b', 'c']);
const encode = (events) => new TextEncoder().encode(JSON.stringify(events));
const headersOf = (key) => [['Content-Type', 'application/cloudevents-batch+json'], ['Candor-Key', key], ['Candor-Sent-At', `${kNow}`]];
const silent = () => assert.fail('nothing is to be told');

// As fetch has them: no body where none may be, and no type but the one that was sent.
const answer = (status, headers, body) => new Response(status === 204 ? null : new TextEncoder().encode(body), { status, headers });

// What the core makes of the answer that it is handed: sdk/courier/wire_parts.cpp and wire.cpp, as far as those answers go.
async function outcomeOf(response, ids) {
    const isPage = (response.headers.get('content-type') ?? '').includes('html');
    if (response.ok) {
        let accepted = [];
        try {
            accepted = JSON.parse(await response.text()).accepted ?? [];
        } catch {
            // none
        }
        for (const id of accepted) assert.ok(ids.includes(id), `${id} was not sent`);
        assert.equal(new Set(accepted).size, accepted.length);
        return accepted.length === ids.length ? 'delivered' : accepted.length ? 'partial' : 'unreachable';
    }
    const { status } = response;
    if (status === 400 || status === 422) return 'poisoned';
    if (status === 413) return 'too_large';
    if (status === 408 || status === 425 || status === 429 || status >= 500) return 'busy';
    if (status === 401 || status === 403) return isPage ? 'unreachable' : 'unauthorized';
    if (status === 410) return isPage ? 'unreachable' : 'gone';
    return 'unreachable';
}

test('what an answer means to each wire', async (t) => {
    const all = await vectors('wires.json');
    assert.ok(all.length > 50);
    for (const { wire, name, status, redirected, headers, body, outcome, retry_after: wait } of all) {
        await t.test(`${wire}: ${name}`, async () => {
            const ids = batchFor(wire);
            // src/http.ts follows no redirect: it knows one by its type.
            const redirect = redirected || (status >= 300 && status < 400);
            const opaque = { type: 'opaqueredirect', status: 0, ok: false, headers: new Headers(), text: async () => '', clone: () => opaque };
            const post = async () => {
                if (redirect) return opaque;
                if (status === 0) throw new TypeError('no network');
                return answer(status, headers, body);
            };
            const translated = send(wire, silent, post, headersOf('key'), encode(ids.map((id) => ({ id }))));
            if (status === 0) return assert.rejects(translated, /no network/);
            const response = await translated;
            if (redirect) return assert.equal(response, opaque);
            assert.equal(await outcomeOf(response, ids), outcome);
            const asked = response.headers.get('retry-after');
            if (outcome !== 'unreachable') assert.equal(asked === null ? undefined : asked * 1000, wait);
        });
    }
});

test('what each wire makes of events', async (t) => {
    const all = await vectors('wire_requests.json');
    assert.ok(all.length > 8);
    for (const { wire, name, key, events, headers, body } of all) {
        await t.test(`${wire}: ${name}`, async () => {
            const sent = [];
            const post = async (given, content) => {
                sent.push({ headers: Object.fromEntries(given), body: JSON.parse(new TextDecoder().decode(content)) });
                assert.equal(given.length, Object.keys(sent[0].headers).length);
                new Headers(given); // what a browser refuses, this does
                return answer(400, {}, '');
            };
            await send(wire, silent, post, headersOf(key), encode(events));
            assert.deepEqual(sent, [{ headers, body }]);
        });
    }
});

test('the candor wire is handed through', async () => {
    const response = answer(200, {}, '{}');
    const headers = headersOf('key');
    const body = encode([{ id: 'a' }]);
    const post = async (...given) => (assert.deepEqual(given, [headers, body]), response);
    assert.equal(await send('candor', silent, post, headers, body), response);
});

test('in binary mode each event is a request, and what has arrived is not sent again when a later one fails', async () => {
    const ids = Array.from({ length: 14 }, (_, i) => `e${i}`);
    const run = async (fails) => {
        const sent = [];
        const post = async (headers) => {
            const id = new Headers(headers).get('ce-id');
            const failure = fails(id);
            if (failure) return failure;
            sent.push(id);
            return answer(202, {}, '');
        };
        const response = await send('cloudevents-binary', silent, post, headersOf(''), encode(ids.map((id) => ({ id }))));
        return { sent, response };
    };
    const all = await run(() => undefined);
    assert.deepEqual(await all.response.json(), { accepted: all.sent });
    assert.deepEqual(all.sent, ids.slice(0, 10)); // the others with the next batch
    const page = await run((id) => id === 'e3' && answer(200, { 'content-type': 'text/html' }, '<html>'));
    assert.deepEqual(await page.response.json(), { accepted: ['e0', 'e1', 'e2'] });
    const busy = await run((id) => id === 'e1' && answer(503, { 'retry-after': '7' }, ''));
    assert.deepEqual(await busy.response.json(), { accepted: ['e0'] });
    assert.equal(busy.response.headers.get('retry-after'), '7');
    const offline = await run((id) => {
        if (id === 'e2') throw new TypeError('no network');
    });
    assert.deepEqual(await offline.response.json(), { accepted: ['e0', 'e1'] });
    const poison = await run((id) => id === 'e0' && answer(400, {}, 'no'));
    assert.equal(poison.response.status, 400);
});

test('what has grown too large to outlive its page is not asked to', async () => {
    const events = [{ id: 'u1', type: 'candor.response', source: 'candor:s', data: { person: 'ann', submission: 's1', answers: [{ question: 'why', type: 'text', text: 'é'.repeat(20_000) }] } }];
    let size = 0;
    const post = async (headers, body) => ((size = body.byteLength), answer(200, {}, '{"status":1}'));
    assert.equal((await send('posthog', silent, post, headersOf(''), encode(events))).status, 200);
    assert.ok(size > 50_000);
});

test('an unknown wire fails, is told with those that there are, and sends nothing', async () => {
    const told = [];
    const sent = send('posthogg', (...event) => told.push(event), () => assert.fail('sent'), headersOf(''), encode([]));
    await assert.rejects(sent, /posthogg/);
    await assert.rejects(send('constructor', () => {}, () => assert.fail('sent'), [], encode([])), /constructor/);
    assert.deepEqual(told, [['error', 'wire: "posthogg" is none of candor, cloudevents, cloudevents-binary, posthog']]);
});

test('a deletion request that PostHog takes is told to the page, for nobody else will carry it out', async () => {
    const told = [];
    const deletion = encode([{ id: 'u1', type: 'candor.deletion', source: 'candor:s', data: { submissions: [] } }]);
    const run = (status, body) => send('posthog', (...event) => told.push(event), async () => answer(status, {}, body), headersOf(''), deletion);
    await run(503, '');
    await run(200, '{"status":1,"quota_limited":["events"]}');
    assert.deepEqual(told, []);
    await run(200, '{"status":1}');
    assert.equal(told.length, 1);
    assert.match(told[0].join(), /^error,deletion: posthog/);
});
