// Rules on real pages: who is not in the sample costs a page nothing more, a click is noticed, an attribute that comes
// later counts.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { until } from './browser.mjs';
import { openShop } from './shop.mjs';

const questions = [{ id: 'score', type: 'nps' }, { id: 'thanks', type: 'thanks' }];
const rules = {
    candor: 1,
    project: 'shop',
    revision: 1,
    product: 'Harbour Coffee',
    surveys: [
        {
            id: 'sampled', kind: 'transactional', triggers: [{ event: 'tea_brewed' }],
            sample: { percent: 50, by: 'person' }, questions,
        },
        {
            id: 'clicked', kind: 'transactional', triggers: [{ click: 'button[data-product]' }],
            targeting: { attribute: 'plan', eq: 'pro' }, questions,
        },
        {
            id: 'answered', kind: 'transactional', triggers: [{ event: 'beans_ground' }],
            wait: { answered: 90 }, questions,
        },
    ],
};

// As the blueprint of buckets has it, with a hash of node's own.
const isSampled = (person) =>
    Number(BigInt(`0x${createHash('sha256').update(`sampled.1:sample.${person}`).digest('hex').slice(0, 13)}`) % 100_000n) < 50_000;
const persons = Array.from({ length: 40 }, (_, i) => `guest-${i}`);

const coreRequests = (shop) => shop.requests.filter((url) => url.includes('core.'));
const isDecided = (page) => page.evaluate(() => window.seen.events.some(([type]) => type === 'decided'));
// Until the gate is read nobody listens to clicks.
const bought = (page) =>
    until(async () => {
        await page.buy();
        return isDecided(page);
    }, 'the decision');
const isIdle = (page) => page.evaluate(() => new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve)));

// What lies in the page's database: the record that the core left for the loader, and how many events wait.
const stored = (page) =>
    page.evaluate(
        () =>
            new Promise((resolve, reject) => {
                const open = indexedDB.open('candor-shop');
                open.onerror = () => reject(open.error);
                open.onsuccess = () => {
                    const transaction = open.result.transaction(['records', 'queue']);
                    const gate = transaction.objectStore('records').get('gate');
                    const queued = transaction.objectStore('queue').count();
                    transaction.oncomplete = () => {
                        open.result.close();
                        resolve({ record: gate.result ? new TextDecoder().decode(gate.result) : '', queued: queued.result });
                    };
                };
            }),
    );
const record = async (page) => (await stored(page)).record;

const sensors = [
    ['scrolling', { scroll: 90 }, () => (scrollTo(0, 2), requestAnimationFrame(() => scrollTo(0, document.documentElement.scrollHeight)))],
    ['exit intent', { exit_intent: true }, () => document.dispatchEvent(new MouseEvent('mouseout', { clientY: -1, bubbles: true }))],
    ['dwelling', { dwell: 2 }, null], // it comes by itself
];

export function ruleTests(browser) {
    test('rules on pages', { timeout: 300_000 }, async (t) => {
        const shop = await openShop(browser, { document: rules });
        t.after(() => shop.close());
        await t.test('who is not in the sample loads the core once, and never again', () => sampledOut(shop));
        await t.test('who is in the sample is asked', () => sampledIn(shop));
        await t.test('who answered yesterday loads the core no more, and is counted', () => answered(shop));
        await t.test('after a reset it is somebody new, whom nothing holds back', () => somebodyNew(shop));
        await t.test('the shop says why, rule by rule, as it turns', () => why(shop));
        await t.test('a first visitor on whose page nothing named happens loads loader and gate', () => firstVisit(shop));
        await t.test('a click is noticed by the loader, and an attribute that comes later counts', () => clicked(shop));
    });
    test('attributes are those of whom they were set for, also before the core is there', { timeout: 60_000 }, async (t) => {
        const shop = await openShop(browser, { document: rules });
        t.after(() => shop.close());
        await otherPerson(shop);
    });
    for (const [name, trigger, act] of sensors) {
        test(`the loader notices ${name}, and nothing before`, { timeout: 60_000 }, async (t) => {
            const survey = { id: 'noticed', kind: 'transactional', triggers: [trigger], questions };
            const shop = await openShop(browser, { document: { ...rules, surveys: [survey] } });
            t.after(() => shop.close());
            await noticed(shop, act);
        });
    }
}

async function sampledOut(shop) {
    const page = await shop.newPage();
    await page.open();
    const [out, other] = persons.filter((person) => !isSampled(person));
    await page.signIn(out);
    await page.evaluate(() => window.candor.track('tea_brewed'));
    await until(() => isDecided(page), 'the decision');
    await until(async () => /"verdict":"sample"/.test(await record(page)), 'the closed trigger');
    assert.equal(await page.hasCard(), false);
    assert.ok(coreRequests(shop).length > 0);
    await counted(shop, 'sampled', { persons: { possible: 1 }, moments: { possible: 1 } });
    await sent(page);

    await withoutCore(shop, page, 'tea_brewed');
    await counted(shop, 'sampled', { persons: { possible: 1 }, moments: { possible: 2 } });
    await withoutCore(shop, page, 'tea_brewed');
    await counted(shop, 'sampled', { persons: { possible: 1 }, moments: { possible: 3 } });

    // Somebody whose first such moment comes when it is known already that they are not in the sample.
    await page.signIn(other);
    await page.evaluate(() => window.candor.explain()); // whose answer is the core's
    await until(async () => JSON.parse(await record(page)).person === other, 'the record of the other person');
    await sent(page);
    await withoutCore(shop, page, 'tea_brewed');
    await counted(shop, 'sampled', { persons: { possible: 2 }, moments: { possible: 4 } });
    await withoutCore(shop, page, 'tea_brewed');
    await counted(shop, 'sampled', { persons: { possible: 2 }, moments: { possible: 5 } });

    // What the loader has counted the core does not count again: it folds the journal, sends, and nothing moves.
    await page.evaluate(() => window.candor.explain());
    await sent(page);
    await page.evaluate(() => window.candor.track('tea_brewed'));
    await counted(shop, 'sampled', { persons: { possible: 2 }, moments: { possible: 6 } });
}

// All is sent, and the queue knows: the next page has no reason to load the core.
const sent = async (page) => {
    await page.evaluate(() => window.candor.flush());
    await until(async () => (await stored(page)).queued === 0, 'the empty queue');
};

// A new page on which that happens and which loads nothing but loader and gate.
async function withoutCore(shop, page, event) {
    shop.requests.length = 0;
    await page.reload();
    await until(() => shop.requests.includes('/surveys/shop.gate.json'), 'the gate');
    await page.evaluate((name) => window.candor.track(name), event);
    await isIdle(page);
    await isIdle(page);
    assert.deepEqual(coreRequests(shop), []);
    assert.equal((await page.diagnostics()).core, false);
}

async function counted(shop, survey, wanted) {
    let ledger;
    const isThere = async () => isDeepStrictEqual((ledger = await shop.collector.ledger(survey)), wanted);
    await until(isThere, `the ledger of ${survey}`).catch((error) => {
        assert.deepEqual(ledger, wanted);
        throw error;
    });
}

async function answered(shop) {
    const page = await shop.newPage();
    await page.open();
    await page.signIn('taster');
    await page.evaluate(() => window.candor.track('beans_ground'));
    await page.click('score/9');
    await page.event('answered');
    await page.evaluate(() => window.candor.hide());
    await counted(shop, 'answered', { persons: { answered: 1 }, moments: { answered: 1 } });
    await sent(page);
    await withoutCore(shop, page, 'beans_ground');
    await counted(shop, 'answered', { persons: { answered: 1 }, moments: { answered: 1, sampled: 1 } });
}

// The page of one who answered, and stays unnamed: the record is of nobody by name, before and after.
async function somebodyNew(shop) {
    const page = await shop.newPage();
    await page.open();
    await page.evaluate(() => window.candor.reset());
    await page.evaluate(() => window.candor.track('beans_ground'));
    await page.click('score/7');
    await page.event('answered');
    await page.evaluate(() => window.candor.hide());
    await sent(page);
    await withoutCore(shop, page, 'beans_ground');
    await page.evaluate(() => window.candor.reset());
    await page.evaluate(() => window.candor.track('beans_ground'));
    await page.control('score/9');
    await page.evaluate(() => window.candor.hide());
    await until(async () => !(await page.hasCard()), 'the card to go');
}

async function why(shop) {
    const page = await shop.newPage();
    await page.open();
    await page.evaluate(() => window.candor.reset()); // what was done before is not hers
    await page.signIn('asker');
    const said = () => page.evaluate(() => document.querySelector('#reasons').textContent);
    await page.evaluate(() => document.querySelector('#why').click());
    await until(async () => /answered: beans_ground was counted 0 times/.test(await said()), 'the rule that blocks');
    assert.match(await said(), /wait_answered never answered/);
    await page.evaluate(() => window.candor.track('beans_ground'));
    await until(async () => /answered: chosen/.test(await said()), 'the turn of it');
    await page.control('score/9');
    await page.evaluate(() => window.candor.hide());
    await until(async () => !(await page.hasCard()), 'the card to go');
    await sent(page);
}

async function firstVisit(shop) {
    const page = await shop.newPage();
    shop.requests.length = 0;
    await page.open();
    await until(() => shop.requests.includes('/surveys/shop.gate.json'), 'the gate');
    await page.evaluate(() => window.candor.track('something_else'));
    await isIdle(page);
    await isIdle(page);
    assert.deepEqual(coreRequests(shop), []);
}

async function sampledIn(shop) {
    const page = await shop.newPage();
    await page.open();
    await page.signIn(persons.find(isSampled));
    await page.evaluate(() => window.candor.track('tea_brewed'));
    await page.control('score/9');
    await page.event('shown');
    await page.evaluate(() => window.candor.hide());
    await until(async () => !(await page.hasCard()), 'the card to go');
}

// Whose attributes they were is over: nobody who clicks is asked for what somebody else's plan is.
async function otherPerson(shop) {
    const page = await shop.newPage();
    await page.open();
    await page.evaluate(() => window.candor.setAttributes({ plan: 'pro' }));
    await page.signIn('somebody-else');
    assert.deepEqual(coreRequests(shop), []);
    await bought(page);
    const why = await page.evaluate(() => window.candor.explain('clicked'));
    assert.match(JSON.stringify(why), /not targeted: attribute .*plan.* is not known/);
    assert.equal(await page.hasCard(), false);
}

async function noticed(shop, act) {
    const page = await shop.newPage();
    await page.open();
    // Long enough to be scrolled.
    await page.evaluate(() => {
        const filling = document.createElement('div');
        filling.style.height = '5000px';
        document.body.append(filling);
    });
    await until(() => shop.requests.includes('/surveys/shop.gate.json'), 'the gate');
    await isIdle(page);
    await page.evaluate(() => {
        document.dispatchEvent(new MouseEvent('mouseout', { clientY: 300, bubbles: true }));
        scrollTo(0, 1);
    });
    await isIdle(page);
    if (act) assert.deepEqual(coreRequests(shop), []);
    // Until the gate is read nobody listens: what is done before that is done again.
    await until(async () => {
        if (act) await page.evaluate(act);
        return (await page.events('shown')).length > 0;
    }, 'the survey');
}

async function clicked(shop) {
    const page = await shop.newPage();
    await page.open();
    await page.signIn('clicker');
    await page.evaluate(() => window.candor.setAttributes({ plan: 'free' }));
    await bought(page);
    assert.equal(await page.hasCard(), false);
    await page.evaluate(() => window.candor.setAttributes({ plan: 'pro' }));
    await page.control('score/9');
    await page.event('shown');
    const [, survey] = await page.evaluate(() => window.seen.events.find(([type]) => type === 'shown'));
    assert.equal(survey, 'clicked');
}
