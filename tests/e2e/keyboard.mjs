// The card by keys alone, in one browser, and what of that the page gets to hear: the focus moves as the card says, nothing
// is chosen in passing, and no key that is meant for the card is the page's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from './browser.mjs';
import { openHost } from './host/host.mjs';
import { kConsent } from './host/surveys.mjs';

const names = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

export function keyboardTests(browser) {
    test(`${names[browser]}: by keys alone`, { timeout: 180_000 }, async (t) => {
        const host = await openHost(browser);
        t.after(() => host.close());
        const page = await host.newPage('plain.html');
        await page.evaluate(listen);
        await t.test('a survey from its score to the thanks, and the focus back to where it was', () => wholeSurvey(page));
        await t.test('on a scale keys move the focus alone, from right to left, too', () => scale(page));
        await t.test('choices, what is read, the way back and what is skipped', () => allTypes(page));
        await t.test('the box of consent', () => consent(page));
        await t.test('escape is the page’s while the focus is there, and tab leaves the card at both its ends', () => noTrap(page));
        await t.test('it says once that it is there, and once thanks, and takes no focus', () => announced(page));
        await t.test('the page hears nothing of what is typed on the card', () => unheard(browser, page));
    });
}

// In the page: what comes up to it of all that a hand does.
function listen() {
    window.heard = [];
    const types = [
        'keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'paste', 'copy', 'cut',
        'compositionstart', 'compositionupdate', 'compositionend',
    ];
    for (const type of types) {
        for (const target of [document, window]) target.addEventListener(type, ({ key, data }) => window.heard.push([type, key ?? data ?? '']));
    }
}

// What was heard, but for the end of the key that closed the card: it comes when the focus is the page's again.
const heard = async (page) => (await page.evaluate(() => window.heard.splice(0))).filter(([type, key]) => type !== 'keyup' || key !== 'Escape');

const isChecked = (page, key) => page.evaluate((key) => document.querySelector('candor-card').shadowRoot.querySelector(`[data-key="${key}"]`).checked, key);
const chosen = (page) => page.evaluate(() => [...document.querySelector('candor-card').shadowRoot.querySelectorAll(':checked')].map(({ dataset }) => dataset.key));

// A key, and where the focus is after it.
async function press(page, key, expected) {
    await page.page.press(key);
    await until(async () => (await page.focused()) === expected, `the focus on ${expected} after ${key}`);
}

// What is empty cannot be sent, and what cannot be used has no focus.
const canSend = (page) =>
    until(() => page.evaluate(() => document.querySelector('candor-card').shadowRoot.querySelector('[data-key=send]')?.disabled === false), 'send to be possible');

// From the page's last field into the card.
async function enter(page, expected) {
    await page.evaluate(() => document.getElementById('field').focus());
    await press(page, 'Tab', expected);
    await heard(page);
}

async function wholeSurvey(page) {
    await page.start();
    await page.show('nps');
    await enter(page, 'score/0');
    await press(page, 'ArrowRight', 'score/1');
    await press(page, 'ArrowDown', 'score/2');
    assert.deepEqual(await chosen(page), []);
    await press(page, 'End', 'score/10');
    await press(page, 'ArrowLeft', 'score/9');
    await page.page.press('Space');
    await until(() => page.place('comment'), 'the field');
    await until(() => isChecked(page, 'score/9'), 'nine to be chosen');
    await press(page, 'Tab', 'comment');
    await page.page.type('by keys 1 2 3');
    await canSend(page);
    await press(page, 'Tab', 'send');
    await page.page.press('Enter');
    await page.thanks();
    await until(async () => (await page.focused()) === 'card', 'the focus on the card, whose button is gone');
    await press(page, 'Tab', 'close');
    await page.page.press('Space');
    await page.gone();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'field');
    assert.deepEqual(await heard(page), []);
}

async function scale(page) {
    const keys = async (moves) => {
        for (const [key, score] of moves) await press(page, key, `score/${score}`);
        assert.deepEqual(await chosen(page), []);
    };
    await page.start();
    await page.show('nps');
    await enter(page, 'score/0');
    await keys([['7', 7], ['1', 1], ['0', 10], ['0', 0], ['1', 1], ['2', 2], ['Home', 0], ['ArrowUp', 0], ['End', 10], ['ArrowRight', 10], ['Home', 0]]);
    await page.hide();
    await page.start({ locale: 'ar' });
    await page.show('csat');
    await enter(page, 'score/1');
    await keys([['ArrowLeft', 2], ['ArrowLeft', 3], ['ArrowRight', 2], ['End', 5], ['Home', 1]]);
    await press(page, '4', 'score/4');
    await page.page.press('Enter');
    await until(async () => /شكرًا/.test(await page.said()), 'thanks');
    await page.page.press('Escape');
    await page.gone();
    assert.deepEqual(await heard(page), []);
}

async function allTypes(page) {
    await page.start();
    await page.show('all');
    await enter(page, 'link');
    await press(page, 'Tab', 'next');
    await page.page.press('Space');
    await page.asks('How satisfied');
    // Who answers by keys is on the card, whatever it asks next.
    await press(page, 'Tab', 'score/1');
    await press(page, 'ArrowRight', 'score/2');
    await page.page.press('Enter');
    await page.asks('What went wrong');
    await press(page, 'Tab', 'choice/late');
    await press(page, 'End', 'choice/other');
    assert.deepEqual(await chosen(page), []);
    await page.page.press('Space');
    await until(() => page.place('comment'), 'the field');
    await press(page, 'Tab', 'comment');
    await page.page.type('wet');
    await canSend(page);
    await page.page.press('Control+Enter');
    await page.asks('What should change');
    await until(async () => (await page.focused()) === 'card', 'the focus on the card');
    await press(page, 'Tab', 'choice/late');
    await page.page.press('Space');
    await until(() => isChecked(page, 'choice/late'), 'the first choice');
    await press(page, 'Tab', 'choice/price');
    await page.page.press('Enter');
    await until(() => isChecked(page, 'choice/price'), 'the second choice');
    await page.page.press('Space');
    await until(async () => !(await isChecked(page, 'choice/price')), 'the second choice to be taken back');
    await press(page, 'Tab', 'choice/other');
    await canSend(page);
    await press(page, 'Tab', 'send');
    await press(page, 'Tab', 'back');
    await page.page.press('Enter');
    await page.asks('What went wrong');
    await until(() => isChecked(page, 'choice/other'), 'what was chosen');
    await canSend(page);
    assert.equal(await page.focused(), 'back'); // which is there once more
    await press(page, 'Shift+Tab', 'send');
    await press(page, 'Shift+Tab', 'comment');
    await press(page, 'Shift+Tab', 'choice/other');
    await press(page, 'Tab', 'comment');
    await page.page.press('Control+Enter');
    await page.asks('What should change');
    await press(page, 'Tab', 'choice/late');
    await press(page, 'Tab', 'choice/price');
    await press(page, 'Tab', 'choice/other');
    await canSend(page);
    await press(page, 'Tab', 'send');
    await page.page.press('Space');
    await page.asks('It was easy');
    await press(page, 'Tab', 'score/1');
    await press(page, 'Tab', 'skip');
    await page.page.press('Enter');
    await page.thanks();
    await page.page.press('Escape');
    await page.gone();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'field');
    assert.deepEqual(await heard(page), []);
}

async function consent(page) {
    await page.start({ document: { consent: kConsent.explicit } });
    await page.show('csat');
    await enter(page, 'score/1');
    await page.page.press('Space');
    await until(() => isChecked(page, 'score/1'), 'the score');
    assert.doesNotMatch(await page.said(), /Thank/);
    await press(page, 'Tab', 'consent');
    await page.page.press('Space');
    await page.thanks();
    await page.page.press('Escape');
    await page.gone();
    assert.deepEqual(await heard(page), []);
}

async function noTrap(page) {
    await page.start();
    await page.show('csat');
    await page.evaluate(() => {
        const after = document.createElement('button');
        after.id = 'after';
        after.textContent = 'after';
        document.body.append(after);
        document.getElementById('field').focus();
    });
    const active = () => page.evaluate(() => document.activeElement.id);
    await heard(page);
    await page.page.press('Escape');
    await page.page.press('5');
    assert.deepEqual((await heard(page)).filter(([type]) => type === 'keydown').map(([, key]) => key), ['Escape', 'Escape', '5', '5']);
    assert.equal(await page.evaluate(() => document.getElementById('field').value), '5');
    assert.equal(await page.hasCard(), true);
    await press(page, 'Tab', 'score/1');
    await press(page, 'Tab', 'close');
    await press(page, 'Tab', 'page');
    assert.equal(await active(), 'after');
    await press(page, 'Shift+Tab', 'close');
    await page.page.press('Shift+Tab');
    await until(async () => /^score/.test(await page.focused()), 'the focus on the scale'); // WebKit: at its end
    await press(page, 'Shift+Tab', 'page');
    assert.equal(await active(), 'field');
    await page.page.press('Escape');
    assert.equal(await page.hasCard(), true);
    await press(page, 'Tab', 'score/1');
    await page.page.press('Escape');
    await page.gone();
    assert.equal(await active(), 'field');
    await page.evaluate(() => document.getElementById('after').remove());
    await heard(page);
}

async function announced(page) {
    await page.start();
    await page.evaluate(() => {
        document.getElementById('outside').focus();
        window.said = [];
        window.focusing = [];
        document.addEventListener('focusin', ({ target }) => window.focusing.push(target.tagName));
        // What a screen reader is told: the text that comes into a region that was in sight before it, in an earlier frame.
        const follow = (root) => {
            const live = root.querySelector('[role=status]');
            let [isSeen, last] = [false, ''];
            new MutationObserver(() => {
                const text = live.textContent;
                if (text && text !== last) window.said.push(isSeen ? text : `too early: ${text}`);
                last = text;
            }).observe(root, { childList: true, characterData: true, subtree: true });
            requestAnimationFrame(() => (isSeen = true));
        };
        new MutationObserver((_, observer) => {
            observer.disconnect();
            follow(document.querySelector('candor-card').shadowRoot.querySelector('.card'));
        }).observe(document.body, { childList: true });
    });
    await page.show('csat');
    const said = (text) => page.evaluate((text) => window.said.filter((one) => one.includes(text)).length, text);
    await until(async () => (await said('How satisfied')) > 0, 'the card to be told of');
    await page.evaluate(() => document.querySelector('candor-card').shadowRoot.querySelector('[data-key="score/4"]').click());
    await page.thanks();
    await until(async () => (await said('Thank you')) > 0, 'thanks to be told');
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    assert.deepEqual([await said('How satisfied'), await said('Thank you'), await said('too early')], [1, 1, 0]);
    assert.deepEqual(await page.evaluate(() => [document.activeElement.id, window.focusing]), ['outside', []]);
    await page.hide();
}

async function unheard(browser, page) {
    await page.start();
    await page.show('nps');
    await page.click('score/3');
    await page.click('comment');
    await heard(page);
    await page.page.type('secret');
    if (browser === 'chromium') {
        // An input method, as somebody writes Japanese.
        const session = await page.page.page.createCDPSession();
        await session.send('Input.imeSetComposition', { text: 'ひみ', selectionStart: 2, selectionEnd: 2 });
        await session.send('Input.insertText', { text: '秘密' });
        await session.detach();
        await until(async () => (await page.control('comment')).value === 'secret秘密', 'what was composed');
    }
    // What no test can do by hand in all three browsers.
    await page.evaluate(() => {
        const field = document.querySelector('candor-card').shadowRoot.querySelector('textarea');
        const rest = { bubbles: true, composed: true, cancelable: true };
        for (const type of ['compositionstart', 'compositionupdate', 'compositionend']) field.dispatchEvent(new CompositionEvent(type, { ...rest, data: 'ひ' }));
        for (const type of ['paste', 'copy', 'cut']) field.dispatchEvent(new ClipboardEvent(type, rest));
        field.dispatchEvent(new InputEvent('beforeinput', { ...rest, data: 'x' }));
        field.dispatchEvent(new KeyboardEvent('keypress', { ...rest, key: 'x' }));
    });
    assert.deepEqual(await heard(page), []);
    await page.hide();
}
