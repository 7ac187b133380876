// Never lost, never counted twice: what pages, browsers, disks and networks do to an answer on its way.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from './browser.mjs';
import { openShop, scoreOf } from './shop.mjs';

const names = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };
const kMostHandedOver = 60 * 1024; // bytes

export function deliveryTests(browser) {
    test(`${names[browser]}: delivery`, { timeout: 400_000 }, async (t) => {
        const shop = await openShop(browser);
        t.after(() => shop.close());
        const step = (name, work) =>
            t.test(name, async (step) => {
                const open = [];
                const newPage = async () => {
                    const page = await shop.newPage();
                    open.push(page);
                    return page;
                };
                const page = await newPage();
                try {
                    await work({ ...shop, newPage }, page);
                } catch (error) {
                    step.diagnostic(await page.report());
                    step.diagnostic(JSON.stringify(shop.gateway.posts.slice(-8).map(({ events, ...post }) => ({ ...post, events: events.map(({ type }) => type) }))));
                    throw error;
                } finally {
                    shop.gateway.set('pass');
                    // One that a test has left would go on with its card.
                    for (const one of open) await one.page.close().catch(() => {});
                }
            });
        if (browser === 'webkit') await shop.newPage(); // whose session ends with its last window
        await step('five tabs: one asks, one answer, one event', fiveTabs);
        await step('one tab uploads at a time, and each event once', oneSender);
        await step('the page ends within the three seconds that a score waits: it is handed over', handedOver);
        await step('a tab that is put away hands over at once, and sends nothing twice', putAway);
        await step('a page that is set aside holds nothing, and goes on where another page left off', setAside);
        await step('a page that comes back finds that consent was denied meanwhile', deniedMeanwhile);
        await step('a tab notices that consent was denied in another, and sends nothing more', deniedElsewhere);
        await step('the tab is closed while it uploads, and its answer is not heard', closedWhileUploading);
        await step('answered offline, reloaded, closed, opened again: delivered once', offline);
        if (browser === 'chromium') {
            await step('the back button brings a page back as it was, and its card', backAgain);
            await step('the disk is full: answers go on from memory, and are moved over when there is room', diskFull);
        }
        if (browser !== 'webkit') {
            await step('answers, dismissals and consent are strict, the rest relaxed', durabilities);
            await step('in a sandboxed frame it works from memory, and says so', sandboxed);
            await step('the browser is killed while it uploads', killed);
        }
    });
    if (browser !== 'webkit') {
        test(`${names[browser]}: without cookies it works from memory, and says so`, { timeout: 120_000 }, () => withoutCookies(browser));
    }
}

// ---- what several do

const signIn = (page, person) => page.evaluate((name) => window.candor.identify(name), person);
const isGone = async (page) => !(await page.hasCard());
const thanks = (page) => until(async () => /Thank you/.test(await page.said()), 'thanks');

async function asked(page, person) {
    await page.open();
    await page.signIn(person);
    await page.buy();
    await page.control('score/9');
}

async function answer(page, score, comment) {
    await page.click(`score/${score}`);
    await page.click('comment');
    await page.page.type(comment);
    await page.click('send');
    await thanks(page);
}

// The answer is there, complete, once; and every event that spoke of it was counted once.
async function deliveredOnce(shop, person, score, isComplete = true) {
    await until(async () => (await shop.collector.of(person)).some(({ complete }) => complete === isComplete), `${person}'s answer`);
    const responses = await shop.collector.of(person);
    assert.deepEqual(responses.map(scoreOf), [score]);
    return responses[0];
}

// What lies in the shop's database.
const stored = (page) =>
    page.evaluate(
        () =>
            new Promise((resolve, reject) => {
                const open = indexedDB.open('candor-shop');
                open.onerror = () => reject(open.error);
                open.onsuccess = () => {
                    const reading = open.result.transaction(['records', 'queue']);
                    const records = reading.objectStore('records').getAll();
                    const queue = reading.objectStore('queue').getAll();
                    reading.oncomplete = () => {
                        open.result.close();
                        const texts = records.result.map((value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : ''));
                        resolve({ records: texts.join('\n'), queue: queue.result.map(({ id }) => id) });
                    };
                };
            }),
    );

// What only counts waits for others to come along, unless it is asked for: now and then, for each time is a plan. A tab that
// cannot be seen takes its time.
async function isSent(page) {
    await page.page.front();
    for (let look = 0; (await stored(page)).queue.length > 0; ++look) {
        if (look % 40 === 0) await page.evaluate(() => void window.candor.flush());
        if (look > 1600) throw new Error('waited in vain for the queue to be empty');
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
}

// That the card was shown has gone out: what follows is the answer's own upload.
async function nothingWaits(page) {
    await page.event('shown');
    await until(async () => /"shown"/.test((await stored(page)).records), 'what was shown to be stored');
    await isSent(page);
}

const answers = (post) => post.events.filter(({ type }) => type === 'candor.response');

// How often each event went out.
function timesSent(posts) {
    const times = {};
    for (const { events } of posts) for (const { id } of events) times[id] = (times[id] ?? 0) + 1;
    return times;
}

// ---- tabs

async function fiveTabs(shop, page) {
    const before = await shop.collector.ledger('post-purchase');
    const tabs = [page];
    while (tabs.length < 5) tabs.push(await shop.newPage());
    for (const tab of tabs) {
        await tab.page.front();
        await tab.open();
        await tab.signIn('tabs');
    }
    for (const tab of tabs) {
        await tab.page.front();
        await tab.buy();
    }
    // One after the other: WebKit's driver does one thing at a time.
    const all = async (ask) => {
        const answers = [];
        for (const tab of tabs) answers.push(await ask(tab));
        return answers;
    };
    const cards = async () => (await all((tab) => tab.hasCard())).filter(Boolean).length;
    let asking;
    await until(async () => {
        for (const tab of tabs) {
            await tab.page.front();
            if (await tab.hasCard()) asking = tab;
        }
        return asking;
    }, 'a card in one of the tabs');
    for (const tab of tabs) {
        await tab.page.front();
        await until(async () => (await tab.events('decided')).length > 0, 'all tabs to have decided');
    }
    assert.equal(await cards(), 1);
    await asking.page.front();
    await answer(asking, 9, 'from one of five');
    await asking.click('close');
    await until(() => isGone(asking), 'the card to go');
    for (const tab of tabs) {
        await tab.page.front();
        await tab.buy();
        await tab.evaluate(() => window.candor.flush());
    }
    assert.equal(await cards(), 0);
    await deliveredOnce(shop, 'tabs', 9);
    await isSent(page);
    const prompts = await all((tab) => tab.events('shown'));
    assert.equal(prompts.flat().length, 1);
    const after = await shop.collector.ledger('post-purchase');
    assert.equal((after.persons.answered ?? 0) - (before.persons.answered ?? 0), 1);
    const complete = shop.gateway.of('tabs').flatMap(answers).filter(({ data }) => data.complete);
    assert.equal(new Set(complete.map(({ id }) => id)).size, 1);
}

async function oneSender(shop, page) {
    shop.gateway.posts.length = 0;
    const other = await shop.newPage();
    await other.open();
    await other.signIn('sender');
    await other.evaluate(() => window.candor.explain()); // it has the core
    await page.page.front();
    await asked(page, 'sender');
    await nothingWaits(page);
    shop.gateway.set('stall');
    await page.click('score/8');
    await page.event('answered');
    await page.click('close');
    const post = await shop.gateway.arrival('sender');
    // Whoever of the two it is that sends: the other one asks for the lock, and is refused.
    for (const tab of [page, other]) {
        await tab.evaluate(() => {
            const { request } = LockManager.prototype;
            LockManager.prototype.request = function (name, options, work) {
                return request.call(this, name, options, (lock) => {
                    window.isRefused ||= !lock;
                    return work(lock);
                });
            };
            void window.candor.flush();
        });
    }
    await until(async () => (await page.evaluate(() => !!window.isRefused)) || other.evaluate(() => !!window.isRefused), 'the lock to be refused');
    const carrying = shop.gateway.of('sender').length;
    shop.gateway.set('pass');
    await until(() => post.isAnswered, 'the answer to the upload');
    await isSent(page);
    await deliveredOnce(shop, 'sender', 8, false);
    assert.deepEqual([carrying, shop.gateway.of('sender').length], [1, 1]);
}

// ---- the end of a page

async function handedOver(shop, page) {
    await asked(page, 'leaves');
    shop.gateway.posts.length = 0;
    await page.click('score/7');
    await page.event('answered');
    await page.page.goto(`${shop.address}/icon.svg`);
    const post = await shop.gateway.arrival('leaves');
    assert.match(post.type, /^text\/plain/); // nothing had to be asked before
    assert.ok(post.size <= kMostHandedOver);
    await until(() => post.isAnswered, 'the answer to the upload');
    // It stayed in the store, and may have been sent again: the same event.
    await page.open();
    await isSent(page);
    await deliveredOnce(shop, 'leaves', 7, false);
    assert.equal(new Set(shop.gateway.of('leaves').flatMap(answers).map(({ id }) => id)).size, 1);
}

async function putAway(shop, page) {
    await asked(page, 'put-away');
    shop.gateway.posts.length = 0;
    await page.click('score/6');
    await page.event('answered');
    await page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    });
    await shop.gateway.arrival('put-away');
    await isSent(page);
    const times = timesSent(shop.gateway.posts);
    assert.ok(Object.keys(times).length > 0);
    assert.deepEqual(Object.values(times).filter((count) => count !== 1), []);
    await deliveredOnce(shop, 'put-away', 6, false);
    await page.evaluate(() => {
        delete document.hidden;
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    });
    await page.click('close');
    await until(() => isGone(page), 'the card to go');
}

// As a browser tells a page that it is set aside, and brought back.
const transition = (page, type) => page.evaluate((type) => dispatchEvent(new PageTransitionEvent(type, { persisted: true })), type);

async function setAside(shop, page) {
    await asked(page, 'aside');
    await page.click('score/5');
    await page.event('answered');
    const held = () => page.evaluate(async () => (await navigator.locks.query()).held.map(({ name }) => name));
    assert.deepEqual((await held()).filter((name) => name.endsWith('card')), ['candor-shop-card']);
    await page.evaluate(() => {
        const { close } = IDBDatabase.prototype;
        IDBDatabase.prototype.close = function () {
            window.isLetGo = true;
            close.call(this);
        };
    });
    await transition(page, 'pagehide');
    assert.equal(await page.evaluate(() => window.isLetGo), true);
    await until(async () => (await held()).length === 0, 'the locks to be free');
    const other = await shop.newPage();
    await other.page.front();
    await other.open();
    await other.signIn('aside');
    // It has gone on with the card, and ends it.
    assert.equal((await other.control('score/5')).checked, true);
    await other.click('comment');
    await other.page.type('in the page after');
    await other.click('send');
    await thanks(other);
    await other.click('close');
    await until(() => isGone(other), 'the card to go');
    await deliveredOnce(shop, 'aside', 5);
    await page.page.front();
    await transition(page, 'pageshow');
    await until(() => isGone(page), 'the card that is over to go');
    await page.buy();
    await page.evaluate(() => window.candor.explain());
    assert.equal(await page.hasCard(), false);
    assert.equal((await shop.collector.of('aside')).length, 1);
}

// Really set aside; only Chromium does so while it is driven.
async function backAgain(shop, page) {
    await asked(page, 'back');
    await page.click('score/4');
    await page.event('answered');
    await page.evaluate(() => addEventListener('pageshow', ({ persisted }) => (window.isBack = persisted)));
    await page.page.goto(`${shop.address}/icon.svg`);
    await page.page.page.goBack({ waitUntil: 'domcontentloaded' });
    assert.equal(await page.evaluate(() => window.isBack), true);
    assert.equal((await page.control('score/4')).checked, true);
    await page.click('comment');
    await page.page.type('back again');
    await page.click('send');
    await thanks(page);
    await page.click('close');
    await until(() => isGone(page), 'the card to go');
    await isSent(page);
    await deliveredOnce(shop, 'back', 4);
}

// ---- consent

async function deniedMeanwhile(shop, page) {
    await asked(page, 'meanwhile');
    await page.evaluate(() => window.candor.consent('granted'));
    await page.click('close');
    await until(() => isGone(page), 'the card to go');
    await isSent(page);
    await page.evaluate(() => {
        // Set aside it runs nothing; and it is brought back where nobody sees it: else what it does on being seen would tell it.
        const last = setTimeout(() => {});
        for (let timer = 0; timer <= last; ++timer) clearTimeout(timer);
        window.resume = window.setTimeout;
        window.setTimeout = () => 0;
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    });
    await transition(page, 'pagehide');
    const other = await shop.newPage();
    await other.page.front();
    await other.open();
    await other.evaluate(() => window.candor.consent('denied'));
    const isDenied = async () => /"denied":true/.test((await stored(other)).records);
    await until(isDenied, 'the denial to be stored');
    await page.page.front();
    await page.evaluate(() => (window.setTimeout = window.resume));
    await transition(page, 'pageshow');
    await page.evaluate(() => {
        delete document.hidden;
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
    });
    await page.evaluate(() => window.candor.identify('meanwhile-2'));
    await page.buy();
    await page.evaluate(() => window.candor.explain());
    assert.deepEqual([await page.hasCard(), await isDenied(), /meanwhile/.test((await stored(page)).records)], [false, true, false]);
    await page.evaluate(() => window.candor.consent('granted'));
    await until(async () => !(await isDenied()), 'the denial to be taken back');
}

async function deniedElsewhere(shop, page) {
    shop.gateway.set('refuse');
    await asked(page, 'denies');
    await answer(page, 2, 'not to be sent');
    await page.click('close');
    await until(() => isGone(page), 'the card to go');
    const other = await shop.newPage();
    await other.page.front();
    await other.open();
    await other.evaluate(() => window.candor.consent('denied'));
    await until(async () => !/denies/.test((await stored(other)).records), 'the person to be gone');
    await page.page.front();
    shop.gateway.posts.length = 0;
    shop.gateway.set('pass');
    await page.evaluate(() => window.candor.identify('denies-again'));
    await page.buy();
    await page.evaluate(() => window.candor.flush());
    // The deletion request goes out, by whoever sends it first.
    await until(() => shop.gateway.posts.some(({ events }) => events.some(({ type }) => type === 'candor.deletion')), 'the deletion request');
    await until(async () => !/denies/.test((await stored(page)).records), 'nothing of the person to be there');
    assert.equal(await page.hasCard(), false);
    assert.deepEqual(shop.gateway.posts.flatMap(answers), []);
    assert.deepEqual(await shop.collector.of('denies'), []);
    await page.evaluate(() => window.candor.consent('granted'));
    await until(async () => /"current"/.test((await stored(page)).records), 'somebody to be known again');
}

// ---- uploads that are cut off

async function closedWhileUploading(shop, page) {
    const person = `cut-off-${shop.gateway.posts.length}`;
    await asked(page, person);
    await nothingWaits(page);
    shop.gateway.set('mute'); // the collector has it, the page does not hear of it
    await answer(page, 4, 'cut off');
    const post = await shop.gateway.arrival(person);
    await until(() => post.isAnswered, 'the collector to have it');
    await page.page.close();
    shop.gateway.set('pass');
    const again = await shop.newPage();
    await again.page.front();
    await again.open();
    await isSent(again);
    await deliveredOnce(shop, person, 4);
    const complete = shop.gateway.of(person).flatMap(answers).filter(({ data }) => data.complete);
    assert.ok(complete.length >= 2, 'it was sent again');
    assert.equal(new Set(complete.map(({ id }) => id)).size, 1);
}

async function offline(shop, page) {
    shop.gateway.set('refuse');
    await asked(page, 'offline');
    await answer(page, 3, 'nobody is listening');
    await page.reload();
    assert.match((await stored(page)).records, /offline/);
    await page.page.close();
    if (shop.browser.name !== 'webkit') await shop.again(); // whose sessions forget all storage
    shop.gateway.set('pass');
    const again = await shop.newPage();
    await again.open();
    await isSent(again);
    await deliveredOnce(shop, 'offline', 3);
}

async function killed(shop, page) {
    await asked(page, 'killed');
    await nothingWaits(page);
    shop.gateway.set('stall'); // it never gets there
    await answer(page, 1, 'killed');
    await shop.gateway.arrival('killed');
    const gone = new Promise((resolve) => shop.browser.process.once('exit', resolve));
    shop.browser.process.kill('SIGKILL');
    await gone;
    shop.gateway.set('pass');
    await shop.again();
    const again = await shop.newPage();
    await again.open();
    await isSent(again);
    await deliveredOnce(shop, 'killed', 1);
}

// ---- storage that fails

// Takes all the room that there is, with big things, then with small ones.
const fill = (page) =>
    page.evaluate(async () => {
        const opened = (request) => new Promise((resolve, reject) => ((request.onsuccess = () => resolve(request.result)), (request.onerror = () => reject(request.error))));
        const open = indexedDB.open('junk');
        open.onupgradeneeded = () => open.result.createObjectStore('junk', { autoIncrement: true });
        const database = await opened(open);
        const put = (size) =>
            new Promise((resolve) => {
                const writing = database.transaction('junk', 'readwrite', { durability: 'strict' });
                writing.onabort = () => resolve(false);
                writing.oncomplete = () => resolve(true);
                writing.objectStore('junk').add(crypto.getRandomValues(new Uint8Array(size)));
            });
        for (const size of [1 << 16, 1 << 12, 1 << 8, 1]) while (await put(size));
        database.close();
    });

async function diskFull(shop, page) {
    const session = await page.page.page.createCDPSession();
    await session.send('Storage.overrideQuotaForOrigin', { origin: shop.address, quotaSize: 8 << 20 });
    await asked(page, 'full');
    await nothingWaits(page);
    await fill(page);
    const person = async () => /^\{"id":"full".*$/m.exec((await stored(page)).records)?.[0] ?? '';
    const before = await person();
    await answer(page, 9, 'no room for it');
    await deliveredOnce(shop, 'full', 9);
    const errors = (await page.events('error')).map(([, , text]) => text);
    assert.deepEqual(errors.filter((text) => /^storage: .*memory/.test(text)).length, 1, errors.join());
    assert.equal(await person(), before);
    await page.evaluate(() => indexedDB.deleteDatabase('junk'));
    await session.send('Storage.overrideQuotaForOrigin', { origin: shop.address });
    await until(async () => (await person()) !== before, 'memory to be moved over');
    await page.click('close');
    await until(() => isGone(page), 'the card to go');
    await page.reload();
    await page.buy();
    const why = await page.evaluate(async () => (await window.candor.explain('post-purchase'))?.surveys?.[0]?.because);
    assert.equal(why, 'wait_answered');
    await isSent(page);
    assert.equal((await shop.collector.of('full')).length, 1);
}

// By clicks of the page's own: a frame takes no real input here.
async function answeredByScript(context, score) {
    const control = (key) => context.evaluate((key) => !!document.querySelector('candor-card')?.shadowRoot.querySelector(`[data-key="${key}"]`), key);
    const click = (key) => context.evaluate((key) => document.querySelector('candor-card').shadowRoot.querySelector(`[data-key="${key}"]`).click(), key);
    await until(() => control(`score/${score}`), 'the card');
    await context.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await click(`score/${score}`);
    await until(() => control('skip'), 'the next question');
    await click('skip');
}

const kListen = () => {
    window.said = [];
    window.candor = [['on', 'error', ({ text }) => window.said.push(text)]];
};

async function fromMemory(shop, context, person) {
    await until(() => context.evaluate(() => typeof window.candor?.track === 'function'), 'the loader');
    await signIn(context, person);
    await context.evaluate(() => window.candor.track('purchase_completed', { product: 'guji', amount: 13.5 }));
    await answeredByScript(context, 8);
    await deliveredOnce(shop, person, 8);
    const said = await context.evaluate(() => window.said);
    assert.ok(said.some((text) => /no storage/.test(text)), said.join());
}

async function sandboxed(shop, page) {
    void page;
    // What a frame without an origin loads has to be open to all.
    const open = await openShop(shop.browser.name, { headers: { 'access-control-allow-origin': '*' }, collector: ['--allow-origin', '*'] });
    try {
        const outer = await open.browser.newPage();
        await outer.page.evaluateOnNewDocument(kListen);
        await outer.goto(`${open.address}/shop.css`);
        await outer.evaluate((source) => {
            const frame = document.createElement('iframe');
            frame.setAttribute('sandbox', 'allow-scripts');
            frame.style.cssText = 'width: 900px; height: 700px';
            frame.src = source;
            document.body.append(frame);
        }, `${open.address}/`);
        const frame = await until(() => outer.page.frames().find((one) => one !== outer.page.mainFrame() && one.url().startsWith(open.address)), 'the frame');
        await fromMemory(open, frame, 'sandboxed');
    } finally {
        await open.close();
    }
}

async function withoutCookies(browser) {
    const shop = await openShop(browser, {
        preferences: { 'network.cookie.cookieBehavior': 2 },
        ...(browser === 'chromium' && {
            profile: async (folder) => {
                await mkdir(join(folder, 'Default'), { recursive: true });
                const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
                await writeFile(join(folder, 'Default', 'Preferences'), JSON.stringify(settings));
            },
        }),
    });
    try {
        const page = await shop.browser.newPage();
        await page.page.evaluateOnNewDocument(kListen);
        await page.goto(`${shop.address}/`);
        await fromMemory(shop, page, 'without-cookies');
    } finally {
        await shop.close();
    }
}

// ---- how durable each commit is

async function durabilities(shop, page) {
    await page.page.page.evaluateOnNewDocument(() => {
        window.commits = []; // [durability, what it wrote]
        const { transaction } = IDBDatabase.prototype;
        IDBDatabase.prototype.transaction = function (stores, mode, options) {
            const made = transaction.call(this, stores, mode, options);
            made.commitSeen = [options?.durability, []];
            window.commits.push(made.commitSeen);
            return made;
        };
        for (const name of ['put', 'add', 'delete', 'clear']) {
            const method = IDBObjectStore.prototype[name];
            IDBObjectStore.prototype[name] = function (...given) {
                const body = given[0]?.body && JSON.parse(new TextDecoder().decode(given[0].body)).type;
                const key = given[name === 'put' ? 1 : 0];
                this.transaction.commitSeen?.[1].push(`${name} ${body ?? (typeof key === 'string' ? key : key?.lower ?? '')}`);
                return method.apply(this, given);
            };
        }
    });
    await asked(page, 'durable');
    const of = (what) => page.evaluate((what) => [...new Set(window.commits.filter(([, all]) => all.some((one) => one.startsWith(what))).map(([durability]) => durability))], what);
    await page.event('shown');
    assert.deepEqual(await page.evaluate(() => window.commits.some(([durability]) => durability === 'strict')), false);
    await page.click('score/9');
    await page.event('answered');
    assert.deepEqual(await of('add candor.response'), ['strict']);
    await page.reload(); // counts anew
    await page.click('close');
    await until(() => isGone(page), 'the card to go');
    await page.signIn('durable-2');
    await page.buy();
    await page.control('score/9');
    await page.event('shown');
    await page.evaluate(() => (window.commits.length = 0));
    await page.click('close');
    await until(async () => (await of('put person')).length > 0, 'the dismissal to be stored');
    assert.ok((await of('put person')).includes('strict'));
    await page.evaluate(() => ((window.commits.length = 0), window.candor.consent('denied')));
    await until(async () => (await of('put denied')).length > 0, 'the denial to be stored');
    assert.deepEqual(await of('put denied'), ['strict']);
    await page.evaluate(() => ((window.commits.length = 0), window.candor.consent('granted')));
    await until(async () => (await of('delete denied')).length > 0, 'the denial to be taken back');
    assert.deepEqual(await of('delete denied'), ['strict']);
}
