// A page whose collector, gate and survey document come from its own origin: nothing that it asks for carries its cookies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch, until } from './browser.mjs';
import { ShopPage } from './shop.mjs';
import { openPages, queued } from './sinks.mjs';

export function cookieTests(browserName) {
    test('no request carries a cookie', { timeout: 120_000 }, (t) => carriesNone(t, browserName));
}

const kinds = ['/shop.gate.json', '/shop.json', 'batch', 'handed over', 'counted'];

// What a page posts; each is answered as a collector does, once `answered` says so.
async function takePost(request, response, answered) {
    let body = '';
    for await (const part of request) body += part;
    const given = JSON.parse(body);
    const kind = Array.isArray(given) ? 'batch' : given.sent_at ? 'handed over' : 'counted';
    const accepted = (Array.isArray(given) ? given : given.events).map(({ id }) => id);
    answered(kind).then(() => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ accepted, rejected: [] })));
    return kind;
}

async function carriesNone(t, browserName) {
    const asked = []; // { kind, cookie }
    const came = async (kind, work = () => {}) => until(async () => (await work(), asked.some((one) => one.kind === kind)), kind);
    const take = async (request, response) => {
        const { method, url, headers } = request;
        // While a batch is on its way, the page hands over what came after it.
        const answered = async (kind) => kind === 'batch' && came('handed over');
        const kind = method === 'POST' ? await takePost(request, response, answered) : url;
        asked.push({ kind, cookie: headers.cookie });
        if (method !== 'POST') response.setHeader('set-cookie', 'session=1; Path=/');
        return method === 'POST';
    };
    const pages = await openPages((address) => `data-endpoint="${address}/in" data-key="key-1"`, take);
    t.after(() => pages.close());
    const browser = await launch(browserName);
    t.after(() => browser.close());
    const page = new ShopPage(await browser.newPage(), pages.address);
    const ask = () => page.evaluate(() => (window.candor.identify('ann'), window.candor.track('go')));
    const flush = () => page.evaluate(() => void window.candor.flush());
    await page.open('/');
    await ask();
    await page.event('shown');
    await came('batch', flush);
    await page.click('score/9');
    await page.event('answered');
    await page.evaluate(() => ['pagehide', 'pageshow'].forEach((type) => dispatchEvent(new Event(type))));
    await came('handed over');
    await until(async () => (await flush(), (await queued(page)) === 0), 'the empty queue');
    // Of a moment that asks for no core, the loader tells.
    await page.reload();
    await ask();
    await page.evaluate(() => dispatchEvent(new Event('pagehide')));
    await came('counted');

    assert.ok(asked.some(({ kind, cookie }) => kind === '/candor.js' && cookie === 'session=1'));
    for (const kind of kinds) {
        const cookies = asked.filter((one) => one.kind === kind).map(({ cookie }) => cookie);
        assert.ok(cookies.length > 0, kind);
        assert.ok(cookies.every((cookie) => cookie === undefined), `${kind}: ${cookies}`);
    }
}
