// Pages whose policy, or whose browser, allows little: no WebAssembly, no script that is not named, no sink of text as script.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { launch, until } from './browser.mjs';
import { openHost, pageOf } from './host/host.mjs';
import { openShop, scoreOf, ShopPage, wasm } from './shop.mjs';
import { openPages } from './sinks.mjs';
import { stored } from './story.mjs';

const names = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

// Scripts as the policy says, and nothing else that is not of the page's origin. What breaks it is told of to the server.
const policyOf = (scripts) => ({
    'content-security-policy': [
        "default-src 'none'", `script-src ${scripts}`, "style-src 'self'", "img-src 'self'", 'connect-src *', "base-uri 'none'",
        "require-trusted-types-for 'script'", "trusted-types 'none'", 'report-uri /broken',
    ].join('; '),
});

const kNonce = 'c2F5cyB3aG8';
const guarded = (policy, { scripts = [], nonce = '' } = {}) =>
    pageOf({ head: policy && `<meta http-equiv="Content-Security-Policy" content="script-src ${policy}">`, scripts }).replaceAll('<script ', `<script nonce="${nonce}" `);

// Pages that compile no WebAssembly, each for another reason.
const kBlocked = {
    'scripts of its origin': guarded("'self'"),
    'scripts with a nonce': guarded(`'nonce-${kNonce}'`, { nonce: kNonce }),
    'scripts with a nonce, and theirs': guarded(`'nonce-${kNonce}' 'strict-dynamic'`, { nonce: kNonce }),
    'a browser without WebAssembly': guarded('', { scripts: ['without.js'] }),
};

export function policyTests(browser) {
    test(`${names[browser]}: what a page forbids`, { timeout: 300_000 }, async (t) => {
        await t.test('without WebAssembly the shop has its answer, with what was typed', (t) => blockedShop(t, browser));
        await t.test('a file that is damaged is an error, and WebAssembly once it is whole', (t) => damaged(t, browser));
        await t.test('no policy is broken, with Trusted Types and without any of its own', (t) => trusted(t, browser));
        const pages = Object.values(kBlocked).map((html, i) => [`blocked-${i}.html`, html]);
        const host = await openHost(browser, { ...Object.fromEntries(pages), 'without.js': 'delete window.WebAssembly;' });
        t.after(() => host.close());
        const page = await host.newPage('plain.html');
        for (const [i, name] of Object.keys(kBlocked).entries()) await t.test(`a survey goes on: ${name}`, () => blocked(page, `blocked-${i}.html`));
    });
}

async function blocked(page, file) {
    await page.open(file);
    await page.start({ painter: 'auto' });
    await page.complete();
    assert.deepEqual(await page.evaluate(() => window.errors), []);
    assert.equal((await page.evaluate(() => window.client.explain())).reason, undefined);
}

const files = (shop) => shop.requests.map((url) => url.split('/').pop()).filter((name) => name.startsWith('core.'));

// A person's survey in the shop, with a reload in the middle of the comment.
async function answered(shop, page, person) {
    await page.signIn(person);
    await page.buy();
    await page.click('score/9');
    await page.event('answered');
    assert.equal((await page.diagnostics()).painter, 'imgui');
    await page.click('comment');
    await page.page.type('quick and ');
    await until(async () => (await stored(page)).includes('quick and '), 'the draft to be stored');
    await page.reload();
    assert.equal((await page.control('comment')).value, 'quick and ');
    assert.equal((await page.control('score/9')).checked, true);
    await page.click('comment');
    await page.page.press('End');
    await page.page.type('friendly');
    await page.click('send');
    await until(async () => /Thank you/.test(await page.said()), 'thanks');
    await until(async () => (await shop.collector.of(person)).some((response) => response.complete), 'the collector to have it');
    const [response, ...others] = await shop.collector.of(person);
    assert.deepEqual(others, []);
    assert.equal(scoreOf(response), 9);
    assert.match(JSON.stringify(response), /quick and friendly/);
    assert.equal((await page.evaluate(() => window.candor.explain('post-purchase'))).surveys[0].survey, 'post-purchase');
    assert.deepEqual(await page.events('error'), []);
    await page.click('close');
    await until(async () => !(await page.hasCard()), 'the card to go');
}

async function blockedShop(t, browser) {
    const shop = await openShop(browser, { headers: policyOf("'self'") });
    t.after(() => shop.close());
    const page = await shop.newPage();
    await page.open();
    await answered(shop, page, 'web-1');
    assert.deepEqual([...new Set(files(shop))], ['core.mjs', 'core.plain.mjs']);
    // That it was tried is all that the browser has to tell.
    assert.deepEqual((await page.violations()).map((violation) => violation.split(' ')[1]).filter((blocked) => blocked !== 'wasm-eval'), []);
}

async function trusted(t, browser) {
    const shop = await openShop(browser, { headers: policyOf("'self' 'wasm-unsafe-eval'") });
    t.after(() => shop.close());
    const page = await shop.newPage();
    await page.open();
    await answered(shop, page, 'web-2');
    await page.signIn('web-3');
    await page.evaluate(() => window.candor.setContext({ locale: 'ja-JP' })); // whose words are a script
    await page.buy();
    await page.click('score/3');
    assert.ok(shop.requests.includes('/candor/words/ja.mjs'));
    assert.deepEqual(await page.violations(), []);
    assert.deepEqual(shop.requests.filter((url) => url.includes('broken')), []);
}

async function damaged(t, browserName) {
    const asked = [];
    let isWhole = false;
    const pages = await openPages(() => '', async ({ url }, response) => {
        asked.push(url);
        if (url !== '/core.packed.wasm' || isWhole) return false;
        const body = await readFile(join(wasm, 'web', url));
        response.writeHead(200, { 'content-type': 'application/wasm', 'cache-control': 'no-store' }).end(body.subarray(0, body.length / 2));
        return true;
    });
    t.after(() => pages.close());
    const browser = await launch(browserName);
    t.after(() => browser.close());
    const page = new ShopPage(await browser.newPage(), pages.address);
    await page.open('/');
    await page.evaluate(() => window.candor.track('go'));
    assert.match((await page.event('error'))[2], /^core: /);
    assert.equal(await page.hasCard(), false);
    isWhole = true;
    await page.evaluate(() => window.candor.track('go'));
    await page.control('score/9');
    assert.ok(!asked.includes('/core.plain.mjs'));
}
