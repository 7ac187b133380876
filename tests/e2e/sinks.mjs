// Pages that send by other wires than the collector's: a real page, and a sink of another origin that first answers as a
// captive portal does.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { launch, until } from './browser.mjs';
import { native, ShopPage, wasm } from './shop.mjs';

const document = {
    candor: 1, project: 'shop', revision: 1, product: 'Harbour Coffee',
    surveys: [{ id: 'asked', kind: 'transactional', triggers: [{ event: 'go' }], wait: { answered: 90 }, questions: [{ id: 'score', type: 'nps' }, { id: 'thanks', type: 'thanks' }] }],
};
const types = { js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm' };

async function listen(answer) {
    const server = createServer(answer);
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { address: `http://127.0.0.1:${server.address().port}`, close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))) };
}

// Of each event that was acknowledged: its id, name and person, as that wire has them.
const readers = {
    cloudevents: (headers, body) => {
        assert.equal(headers['content-type'], 'application/cloudevents-batch+json');
        return JSON.parse(body).map(({ id, type, data }) => ({ id, name: type, person: data.person, data }));
    },
    'cloudevents-binary': (headers, body) => {
        assert.equal(headers['ce-specversion'], '1.0');
        const data = JSON.parse(body);
        return [{ id: headers['ce-id'], name: headers['ce-type'], person: data.person, data }];
    },
    posthog: (headers, body) => {
        const { api_key: key, batch } = JSON.parse(body);
        assert.equal(key, 'key-1');
        return batch.map(({ uuid, event, distinct_id: person, properties }) => ({ id: uuid, name: event, person, data: properties }));
    },
};

function openSink(wire) {
    const kept = [];
    const strangers = []; // sent as to a collector
    let refused = 0;
    const answer = async (request, response) => {
        const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*' };
        let body = '';
        for await (const part of request) body += part;
        if (request.method !== 'POST') return response.writeHead(204, headers).end();
        if (request.headers['content-type'].startsWith('text/plain')) return response.writeHead(400, headers).end(void strangers.push(body));
        if (refused++ === 0) return response.writeHead(200, { ...headers, 'content-type': 'text/html' }).end('<html>Log in to the hotel</html>');
        kept.push(...readers[wire](request.headers, body));
        response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end('{"status":1}');
    };
    return listen(answer).then((server) => ({ ...server, kept, strangers }));
}

// `attributes`: of the page's script, by the server's own address. `take`: sees each request first, and may answer it.
export async function openPages(attributes, take) {
    const folder = await mkdtemp(join(tmpdir(), 'candor-sinks-'));
    await writeFile(join(folder, 'shop.json'), JSON.stringify(document));
    execFileSync(join(native, 'platform/cli/candor'), ['build', join(folder, 'shop.json'), '--out', join(folder, 'out')], { stdio: ['ignore', 'ignore', 'inherit'] });
    const server = await listen(async (request, response) => {
        if (await take(request, response)) return;
        const { url } = request;
        const html = `<!doctype html><script src="/candor.js" data-project="shop" data-gate="/shop.gate.json" data-painter="controls"
            data-base="/" ${attributes(server.address)}></script>`;
        if (url === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(html);
        const from = url.endsWith('.json') ? join(folder, 'out') : join(wasm, 'web');
        const body = await readFile(join(from, url)).catch(() => undefined);
        response.writeHead(body ? 200 : 404, { 'content-type': types[url.split('.').pop()] ?? 'text/plain' }).end(body);
    });
    return { ...server, close: () => Promise.all([server.close(), rm(folder, { recursive: true })]) };
}

// How many events wait in the page's database: those would bring the core by themselves.
export const queued = (page) =>
    page.evaluate(
        () =>
            new Promise((resolve, reject) => {
                const open = indexedDB.open('candor-shop');
                open.onerror = () => reject(open.error);
                open.onsuccess = () => {
                    const count = open.result.transaction('queue').objectStore('queue').count();
                    count.onsuccess = () => (open.result.close(), resolve(count.result));
                };
            }),
    );

export function sinkTests(browserName) {
    test('a page sends by the wire that it names', { timeout: 300_000 }, async (t) => {
        for (const wire of Object.keys(readers)) await t.test(wire, (t) => sends(t, browserName, wire));
    });
}

async function sends(t, browserName, wire) {
    const sink = await openSink(wire);
    t.after(() => sink.close());
    const asked = [];
    // With a gate: what the loader counts by itself must not go to such a sink.
    const attributes = () => `data-endpoint="${sink.address}/in" data-key="key-1" data-wire="${wire}"`;
    const pages = await openPages(attributes, ({ url }) => void asked.push(url));
    t.after(() => pages.close());
    const browser = await launch(browserName);
    t.after(() => browser.close());
    const page = new ShopPage(await browser.newPage(), pages.address);
    await page.open('/');
    const ask = (person) => page.evaluate((name) => (window.candor.identify(name), window.candor.track('go')), person);
    await ask('bob');
    await page.click('close');
    await until(async () => !(await page.hasCard()), 'the end of the card');
    await ask('ann');
    await page.click('score/9');
    await page.click('close');
    // A page that goes hands over what waits in the collector's way: here it must not.
    await page.evaluate(() => ['pagehide', 'pageshow'].forEach((type) => dispatchEvent(new Event(type))));
    const names = wire === 'posthog' ? ['survey shown', 'survey sent', 'survey dismissed'] : ['candor.response', 'candor.exposure'];
    await until(async () => {
        await page.evaluate(() => window.candor.flush());
        return names.every((name) => sink.kept.some((event) => event.name === name));
    }, `${names.join(', ')}`);

    assert.ok(asked.includes('/wires.mjs'));
    // Of a moment that the loader alone meets, the core tells the sink, later and in its own way.
    await until(async () => (await queued(page)) === 0, 'the empty queue');
    const counts = () => sink.kept.filter(({ name }) => name === 'candor.exposure').length;
    const before = counts();
    await page.reload();
    asked.length = 0;
    await ask('ann');
    await page.evaluate(() => new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve)));
    assert.ok(!asked.includes('/core.mjs'));
    await until(async () => {
        await page.evaluate(() => window.candor.flush());
        return counts() > before;
    }, 'the count');
    assert.deepEqual(sink.strangers, []);
    const ids = sink.kept.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const answer = sink.kept.find(({ name }) => name === (wire === 'posthog' ? 'survey sent' : 'candor.response'));
    assert.equal(answer.person, 'ann');
    assert.equal(wire === 'posthog' ? answer.data.$survey_response_score : answer.data.answers[0].score, 9);
    const named = sink.kept.filter(({ person }) => person === 'bob').map(({ name }) => name);
    assert.deepEqual([...new Set(named)].sort(), wire === 'posthog' ? ['survey dismissed', 'survey shown'] : []);
    const errors = await page.evaluate(() => window.seen.events.filter(([type]) => type === 'error'));
    assert.deepEqual(errors, []);
}
