// The whole story in one browser: event, card, score, comment, thanks, delivered; and what may come in between.
import axe from 'axe-core';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from './browser.mjs';
import { openShop, scoreOf } from './shop.mjs';

const names = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

export function storyTests(browser) {
    test(`${names[browser]}: the shop`, { timeout: 300_000 }, async (t) => {
        const shop = await openShop(browser);
        t.after(() => shop.close());
        const page = await shop.newPage();
        // Each step goes on from the one before it.
        let isBroken = false;
        const step = (name, work) =>
            t.test(name, async (step) => {
                if (isBroken) return step.skip('an earlier step failed');
                isBroken = true;
                await work(shop, page).catch(async (error) => {
                    step.diagnostic(await page.report());
                    throw error;
                });
                isBroken = false;
            });
        await step('a page that shows nothing loads the loader and the gate alone', idle);
        await step('a purchase brings the card, on a canvas, with nothing chosen', asked);
        await step('a card that is still draws no frame in five seconds', still);
        await step('a tap stores the score; a reload finds the interview where it was', resumed);
        await step('the comment is sent, thanks come after the commit, the collector has it once', thanked);
        await step('the next purchase asks nothing, and does not even load the core', notAgain);
        await step('offline all works the same, and is delivered when the collector is back', offline);
        await step('two tabs of one person show one card', twoTabs);
        await step('without a canvas the same controls take the answer', controls);
        await step("the words of the reader's language are brought with the card", words);
        await step('by keys alone: arrows move, space chooses, escape closes', keyboard);
        await step('started twice it is one client', twice);
        await step('after a denial nothing is kept, written or loaded; a grant takes it back', denied);
        if (browser === 'chromium') await step('when the words cannot be had, the card is in English', withoutWords);
        if (browser === 'chromium') await step('a card waits for its words, but not for long', lateWords);
        if (browser === 'chromium') await step('without storage it works from memory, and says so', withoutStorage);
        await step('nothing of it broke the policy', async (_shop, page) => assert.deepEqual(await page.violations(), []));
    });
}

const coreRequests = (shop) => shop.requests.filter((url) => url.includes('core.'));

async function idle(shop, page) {
    await page.open();
    await page.signIn('web-1');
    await until(() => shop.requests.includes('/surveys/shop.gate.json'), 'the gate');
    await page.evaluate(() => new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve)));
    assert.deepEqual(coreRequests(shop), []);
    assert.equal((await page.diagnostics()).core, false);
    assert.deepEqual(await page.violations(), []);
}

async function asked(_shop, page) {
    await page.buy();
    await page.control('score/9');
    await page.event('shown');
    const seen = await page.evaluate(() => {
        const { shadowRoot } = document.querySelector('candor-card');
        const canvas = shadowRoot.querySelector('canvas');
        return {
            painter: window.candor.diagnostics().painter,
            canvas: canvas.width > 200 && canvas.height > 100,
            radios: shadowRoot.querySelectorAll('[role=radiogroup] input[type=radio]').length,
            chosen: shadowRoot.querySelectorAll('input:checked').length,
            focus: document.activeElement.tagName !== 'CANDOR-CARD',
            errors: window.seen.events.filter(([type]) => type === 'error'),
        };
    });
    assert.deepEqual(seen, { painter: 'imgui', canvas: true, radios: 11, chosen: 0, focus: true, errors: [] });
}

async function still(_shop, page) {
    await page.page.move(5, 5);
    // Still from the moment on when two looks in a row see the same.
    let last = -1;
    await until(async () => {
        const { frames } = await page.diagnostics();
        const isStill = frames === last;
        last = frames;
        return isStill;
    }, 'the card to be still');
    const before = (await page.diagnostics()).frames;
    await new Promise((resolve) => setTimeout(resolve, 5000)); // what is measured, not a wait for anything
    assert.equal((await page.diagnostics()).frames, before);
}

async function resumed(shop, page) {
    await page.click('score/9');
    await page.event('answered');
    await page.click('comment');
    await page.page.type('quick and friendly');
    await until(async () => (await stored(page)).includes('quick and friendly'), 'the draft to be stored');
    await page.reload();
    const comment = await page.control('comment');
    assert.equal(comment.value, 'quick and friendly');
    assert.equal((await page.control('score/9')).checked, true);
    assert.equal((await page.diagnostics()).painter, 'imgui');
    void shop;
}

// All that lies in the database's records, as one text.
export function stored(page) {
    return page.evaluate(
        () =>
            new Promise((resolve, reject) => {
                const open = indexedDB.open('candor-shop');
                open.onerror = () => reject(open.error);
                open.onsuccess = () => {
                    const read = open.result.transaction('records').objectStore('records').getAll();
                    read.onsuccess = () => {
                        open.result.close();
                        resolve(read.result.map((value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : '')).join('\n'));
                    };
                };
            }),
    );
}

async function thanked(shop, page) {
    await page.click('send');
    await until(async () => /Thank you/.test(await page.said()), 'thanks');
    await until(async () => (await shop.collector.of('web-1')).some((response) => response.complete), 'the collector to have it');
    const [response, ...others] = await shop.collector.of('web-1');
    assert.deepEqual(others, []);
    assert.equal(response.survey, 'post-purchase');
    assert.equal(scoreOf(response), 9);
    assert.match(JSON.stringify(response), /quick and friendly/);
    assert.deepEqual([response.presentation.painter, response.presentation.input], ['imgui', 'pointer']);
    await page.click('close');
    await until(async () => !(await page.hasCard()), 'the card to go');
    assert.equal((await page.diagnostics()).painter, '');
}

async function notAgain(shop, page) {
    await delivered(page, 'web-1');
    await page.reload();
    shop.requests.length = 0;
    await page.buy();
    await until(async () => (await journal(page)).includes('purchase_completed'), 'the event to be in the journal');
    assert.deepEqual(coreRequests(shop), []);
    assert.equal(await page.hasCard(), false);
    const why = await page.evaluate(async () => (await window.candor.explain('post-purchase'))?.surveys?.[0]);
    assert.equal(why?.because, 'wait_answered');
    assert.equal(await page.hasCard(), false);
    assert.doesNotMatch(await journal(page), /purchase_completed/);
}

// The end of the person's interview is stored and all is acknowledged: what still waits makes the next page load the core.
async function delivered(page, person) {
    const running = new RegExp(`^{"id":"${person}",.*"running"`, 'm');
    await until(async () => !running.test(await stored(page)), 'the end of the interview to be stored');
    await page.evaluate(() => window.candor.flush()); // it need not wait for others to come along
    await until(async () => (await count(page, 'queue')) === 0, 'the queue to be empty');
}

function count(page, store) {
    return page.evaluate(
        (name) =>
            new Promise((resolve, reject) => {
                const open = indexedDB.open('candor-shop');
                open.onerror = () => reject(open.error);
                open.onsuccess = () => {
                    const read = open.result.transaction(name).objectStore(name).count();
                    read.onsuccess = () => {
                        open.result.close();
                        resolve(read.result);
                    };
                };
            }),
        store,
    );
}

function journal(page) {
    return page.evaluate(
        () =>
            new Promise((resolve, reject) => {
                const open = indexedDB.open('candor-shop');
                open.onerror = () => reject(open.error);
                open.onsuccess = () => {
                    const read = open.result.transaction('journal').objectStore('journal').getAll();
                    read.onsuccess = () => {
                        open.result.close();
                        resolve(read.result.join('\n'));
                    };
                };
            }),
    );
}

async function answer(page, score, comment) {
    await page.click(`score/${score}`);
    await page.click('comment');
    await page.page.type(comment);
    await page.click('send');
    await until(async () => /Thank you/.test(await page.said()), 'thanks');
}

async function offline(shop, page) {
    await shop.collector.stop();
    await page.signIn('web-2');
    await page.buy();
    await answer(page, 3, 'nobody is listening');
    await page.reload();
    await shop.collector.start();
    await page.reload();
    await until(async () => (await shop.collector.of('web-2')).some((response) => response.complete), 'the answer to be delivered');
    const responses = await shop.collector.of('web-2');
    assert.deepEqual(responses.map(scoreOf), [3]);
}

async function twoTabs(shop, page) {
    const other = await shop.newPage();
    await page.page.front();
    await page.signIn('web-3');
    await other.open();
    await other.signIn('web-3');
    await other.buy();
    await page.page.front();
    await page.buy();
    const cards = async () => [await page.hasCard(), await other.hasCard()].filter(Boolean).length;
    await until(async () => (await cards()) > 0, 'a card in one of the tabs');
    for (const tab of [page, other]) {
        await tab.page.front();
        await until(async () => (await tab.events('decided')).length > 0, 'both tabs to have decided');
    }
    assert.equal(await cards(), 1);
    await other.page.close();
    await page.page.front();
    if (await page.hasCard()) {
        await page.click('close');
        await until(async () => !(await page.hasCard()), 'the card to go');
    }
}

async function controls(shop, page) {
    await page.reload();
    await page.signIn('web-4');
    await page.buy();
    await page.control('score/0');
    await page.evaluate(() => {
        const canvas = document.querySelector('candor-card').shadowRoot.querySelector('canvas');
        canvas.getContext('webgl').getExtension('WEBGL_lose_context').loseContext();
    });
    await until(async () => (await page.diagnostics()).painter === 'controls', 'the controls to take over');
    const seen = () =>
        page.evaluate(() => {
            const { shadowRoot } = document.querySelector('candor-card');
            const { color } = getComputedStyle(shadowRoot.querySelector('[data-key="question"]'));
            return { canvas: !!shadowRoot.querySelector('canvas'), visible: color !== 'rgba(0, 0, 0, 0)' };
        });
    await until(async () => (await seen()).visible, 'the question to show itself');
    assert.equal((await seen()).canvas, false);
    if (page.page.page) assert.deepEqual(await audit(page), []);
    await answer(page, 7, 'without a picture');
    await until(async () => (await shop.collector.of('web-4')).some((response) => response.complete), 'the answer to be delivered');
    await page.click('close');
    await until(async () => !(await page.hasCard()), 'the card to go');
}

const question = (page) => page.evaluate(() => document.querySelector('candor-card')?.shadowRoot.querySelector('[data-key="question"]')?.textContent);

async function words(shop, page) {
    await page.reload();
    assert.ok(!shop.requests.some((url) => url.includes('words/')), 'English needs none');
    await page.signIn('web-9');
    await page.evaluate(() => window.candor.setContext({ locale: 'ja-JP' }));
    await page.buy();
    await page.click('score/8');
    assert.match(await question(page), /薦める/);
    assert.deepEqual(shop.requests.filter((url) => url.includes('words/')).map((url) => url.split('/').pop()), ['ja.mjs']);
    await until(async () => (await shop.collector.of('web-9')).length > 0, 'the answer to be delivered');
    const [{ wording }] = await shop.collector.of('web-9');
    assert.deepEqual([wording.id, wording.locale], ['nps', 'ja']);
    await page.click('close');
    await until(async () => !(await page.hasCard()), 'the card to go');
}

// What axe finds wrong with the card. Not in WebKit, whose driver runs no scripts of that length.
async function audit(page) {
    await page.page.page.evaluate(axe.source);
    return page.evaluate(async () => {
        const { violations } = await window.axe.run(document.querySelector('candor-card'));
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
    });
}

async function keyboard(_shop, page) {
    await page.reload();
    await page.signIn('web-5');
    await page.buy();
    await page.control('score/0');
    await page.event('shown');
    await page.evaluate(() => document.querySelector('candor-card').shadowRoot.querySelector('[data-key="score/0"]').focus());
    const active = () => page.evaluate(() => document.querySelector('candor-card')?.shadowRoot.activeElement?.dataset.key ?? '');
    await page.page.press('ArrowRight');
    await until(async () => (await active()) === 'score/1', 'the focus to move');
    await page.page.press('End');
    await until(async () => (await active()) === 'score/10', 'the focus to be at the end');
    await page.page.press('5');
    await until(async () => (await active()) === 'score/5', 'the digit to move the focus');
    assert.equal((await page.control('score/5')).checked, false);
    await page.page.press('Space');
    await until(async () => (await page.control('score/5')).checked, 'space to choose');
    await page.event('answered');
    await page.page.press('Escape');
    await until(async () => !(await page.hasCard()), 'escape to close the card');
}

async function twice(shop, page) {
    await delivered(page, 'web-5');
    await page.reload();
    shop.requests.length = 0;
    const seen = await page.evaluate(() => {
        const options = { project: 'shop', gate: 'surveys/shop.gate.json' };
        return [window.candor.start(options) === window.candor.start(options), window.candor.start(options).diagnostics().core];
    });
    assert.deepEqual(seen, [true, false]);
    assert.deepEqual(shop.requests.filter((url) => url.includes('gate')), []);
}

async function denied(shop, page) {
    await page.signIn('web-6');
    await page.evaluate(() => window.candor.consent('denied'));
    await until(async () => !/web-[1-6]/.test(await stored(page)), 'all persons to be gone');
    await page.reload();
    shop.requests.length = 0;
    await page.buy();
    // The loader has read the denial when it answers this, and has decided about the purchase before it.
    await page.evaluate(() => window.candor.flush());
    assert.deepEqual([await journal(page), coreRequests(shop), await page.hasCard()], ['', [], false]);
    await page.evaluate(() => window.candor.consent('granted'));
    await page.signIn('web-7');
    await page.buy();
    await page.control('score/0');
    await page.click('close');
    await until(async () => !(await page.hasCard()), 'the card to go');
}

async function withoutWords(shop) {
    const page = await shop.newPage();
    await page.page.page.setRequestInterception(true);
    page.page.page.on('request', (request) => (request.url().includes('words/') ? request.abort() : request.continue()));
    await page.open();
    await page.signIn('web-10');
    await page.evaluate(() => window.candor.setContext({ locale: 'hi' }));
    await page.buy();
    await page.control('score/0');
    assert.match(await question(page), /^How likely/);
    await answer(page, 9, 'in English all the same');
    await until(async () => (await shop.collector.of('web-10')).some((response) => response.complete), 'the answer to be delivered');
    assert.equal((await shop.collector.of('web-10'))[0].wording.locale, 'en');
    await page.page.close();
}

async function lateWords(shop) {
    const page = await shop.newPage();
    let release;
    await page.page.page.setRequestInterception(true);
    page.page.page.on('request', (request) => {
        if (request.url().includes('words/')) release = () => request.continue();
        else request.continue();
    });
    await page.open();
    // What is read meanwhile, in each frame, and each frame something asks for another.
    await page.evaluate(() => {
        window.read = [];
        const look = () => {
            const root = document.querySelector('candor-card')?.shadowRoot.querySelector('[role=dialog]');
            const question = !root?.hidden && root?.querySelector('[data-key="question"]')?.textContent;
            if (question && window.read.at(-1) !== question) window.read.push(question);
            window.dispatchEvent(new Event('resize'));
            requestAnimationFrame(look);
        };
        look();
    });
    const read = () => page.evaluate(() => window.read.map((text) => text.slice(0, 5)));
    await page.signIn('web-11');
    await page.evaluate(() => window.candor.setContext({ locale: 'fr' }));
    await page.buy();
    await until(() => release, 'the words to be asked for');
    assert.deepEqual(await read(), []);
    release();
    await page.click('score/6');
    assert.deepEqual(await read(), ['Quell']);
    await page.click('close');
    await until(async () => !(await page.hasCard()), 'the card to go');

    release = undefined;
    await page.signIn('web-12');
    await page.evaluate(() => {
        window.read = [];
        window.candor.setContext({ locale: 'es' });
    });
    await page.buy();
    await until(() => release, 'the words to be asked for');
    await page.click('score/5'); // they have not come
    release();
    await answer(page, 6, 'still in English');
    assert.deepEqual(await read(), ['How l']);
    await until(async () => (await shop.collector.of('web-12')).some((response) => response.complete), 'the answer to be delivered');
    assert.equal((await shop.collector.of('web-12'))[0].wording.locale, 'en');
    await page.page.close();
}

async function withoutStorage(shop) {
    const page = await shop.newPage();
    await page.page.page.evaluateOnNewDocument(() => {
        IDBFactory.prototype.open = () => {
            throw new DOMException('denied', 'SecurityError');
        };
        window.candor = [['on', 'error', (event) => (window.said = event.text)]];
    });
    await page.open();
    await page.signIn('web-8');
    await page.buy();
    await answer(page, 10, 'from memory');
    await until(async () => (await shop.collector.of('web-8')).some((response) => response.complete), 'the answer to be delivered');
    assert.match(await page.evaluate(() => window.said), /no storage/);
    await page.page.close();
}
