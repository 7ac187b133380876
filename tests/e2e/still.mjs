// What the card costs a page: nothing while it is still, and nothing that stays once it is gone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHost } from './host/host.mjs';
import { countsOf, quiet } from './host/states.mjs';
import { openShop } from './shop.mjs';

const names = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

export function stillTests(browser) {
    test(`${names[browser]}: a card that is still does nothing`, { timeout: 120_000 }, async (t) => {
        const host = await openHost(browser);
        t.after(() => host.close());
        await still(await host.newPage('plain.html'));
    });
}

const kSpan = 5000; // ms

async function still(page) {
    await page.start();
    await page.show('nps');
    await page.event('shown');
    await page.click('score/9');
    await page.click('comment');
    await page.page.type('and then nothing');
    await page.page.move(5, 5);
    const before = await quiet(page, kSpan);
    await new Promise((resolve) => setTimeout(resolve, kSpan)); // what is measured, not a wait for anything
    assert.deepEqual((await countsOf(page))[0], before);
    assert.ok(before.gl > 100 && before.frames > 3 && before.timers > 0);
    await page.hide();
}

// ---- a thousand cards

const kCycles = Number(process.env.CANDOR_CYCLES ?? 150); // 1000 for a look at the whole
const kFirst = 50; // until then caches fill

export function cycleTests() {
    test(`${kCycles} cards, one after the other, leave nothing behind`, { timeout: 600_000 }, async (t) => {
        const host = await openHost('chromium');
        t.after(() => host.close());
        const page = await host.newPage('plain.html');
        const session = await page.page.page.createCDPSession();
        await session.send('Performance.enable');
        await page.start();
        const measure = async () => {
            await session.send('HeapProfiler.collectGarbage');
            const { metrics } = await session.send('Performance.getMetrics');
            const { JSEventListeners, Nodes, JSHeapUsedSize } = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
            const rest = await page.evaluate(() => {
                const { contexts, memory } = window.witness;
                return { made: contexts.length, memory: memory.buffer.byteLength };
            });
            return { listeners: JSEventListeners, nodes: Nodes, heap: JSHeapUsedSize, ...rest };
        };
        const show = async (count) => assert.equal(await page.evaluate(cycle, count), 0, 'WebGL contexts that are not let go');
        await show(kFirst);
        const first = await measure();
        for (let rest = kCycles - kFirst; rest > 0; rest -= kFirst) await show(Math.min(rest, kFirst));
        const last = await measure();
        t.diagnostic(JSON.stringify({ first, last }));
        assert.deepEqual(await page.evaluate(() => window.errors), []);
        const cards = kCycles - kFirst;
        assert.equal(last.made - first.made, cards); // each of them was painted
        assert.equal(last.memory, first.memory);
        // Of the last few some may not be collected yet; one that each card leaves is as many as there were cards.
        for (const what of ['listeners', 'nodes']) assert.ok(last[what] - first[what] < cards / 2, `${what}: ${first[what]}, then ${last[what]}`);
        const perCard = (last.heap - first.heap) / cards;
        assert.ok(perCard < kMostPerCard, `${perCard} bytes stay of each card`);
    });
}

const kMostPerCard = 4096; // bytes; what a card has in it takes many times that

// In the page: as many cards as are wanted are shown, answered and closed, one after the other.
async function cycle(count) {
    const { client } = window;
    const once = (type) => new Promise((resolve) => {
        const end = client.on(type, () => (end(), resolve()));
    });
    const click = (key) => document.querySelector('candor-card').shadowRoot.querySelector(`[data-key="${key}"]`).click();
    // What ended a moment ago may still hold the place: then it is asked again.
    const show = () => client.show('nps', { preview: true });
    const stop = client.on('error', ({ text }) => /^show: (busy|not now)/.test(text) && setTimeout(show));
    for (let i = 0; i < count; ++i) {
        const shown = once('shown');
        show();
        await shown;
        const answered = once('answered');
        click('score/9');
        await answered;
        const ended = once('ended');
        click('close');
        await ended;
    }
    stop();
    // Before anything is collected: those that nobody let go.
    return window.witness.contexts.filter((context) => context.deref()?.isContextLost() === false).length;
}

// ---- ahead of its moment

export function rehearsalTests() {
    test('what a card is drawn from is made before its moment, and nobody sees it then', { timeout: 120_000 }, async (t) => {
        const shop = await openShop('chromium');
        t.after(() => shop.close());
        const page = await shop.newPage();
        await page.page.page.evaluateOnNewDocument(witness);
        await page.open();
        await page.signIn('rehearsed');
        await page.buy();
        await page.event('shown');
        const { ahead, made, seen, frames } = await page.evaluate(() => window.rehearsal);
        assert.ok(ahead > 11, `${ahead} textures`); // the scores, the question, and more
        assert.equal(made, ahead);
        assert.equal(seen, 0);
        assert.ok(frames > 10);
        assert.equal((await page.diagnostics()).painter, 'imgui');
    });
}

// In the page: textures made until the card may be shown and until it is, and animation frames until then that find any of it.
function witness() {
    const counts = (window.rehearsal = { ahead: 0, made: 0, seen: 0, frames: 0 });
    const { texImage2D } = WebGLRenderingContext.prototype;
    WebGLRenderingContext.prototype.texImage2D = function (...given) {
        ++counts.made;
        return texImage2D.apply(this, given);
    };
    const watch = () => {
        if (counts.ahead) return;
        ++counts.frames;
        counts.seen += document.querySelectorAll('candor-card').length;
        requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
    (window.candor = window.candor || []).push(['on', 'prompt', () => (counts.ahead = counts.made)]);
}
