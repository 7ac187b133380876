// Where a card stands in a page, and what that means for who uses it: in the middle, among the page's own elements; and how
// it comes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from './browser.mjs';
import { openHost, pageOf } from './host/host.mjs';

const names = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

const kFiles = {
    'tall.css': '#slot { margin: 30px 50px; border: 3px solid; width: 400px } body { height: 4000px; margin: 20px }',
    'tall.html': pageOf({ sheets: ['tall.css'], body: '<p><a id="after" href="#after">after</a></p>' }),
    'no-slot.js': "addEventListener('DOMContentLoaded', () => document.getElementById('slot').remove());",
    'no-slot.html': pageOf({ scripts: ['no-slot.js'] }),
};

export function layoutTests(browser) {
    test(`${names[browser]}: where the card stands`, { timeout: 300_000 }, async (t) => {
        const host = await openHost(browser, kFiles);
        t.after(() => host.close());
        const page = await host.newPage('plain.html');
        for (const painter of ['canvas', 'controls']) {
            await t.test(`in the middle it keeps the focus, and gives it back: ${painter}`, () => modal(page, painter));
            await t.test(`among the page’s own elements it is one of them: ${painter}`, () => inline(page, painter));
        }
        await t.test('its place taken away, it goes on in the corner with what was typed', () => unseated(page));
        await t.test('without a place it stands in the corner', () => placeless(page));
        await t.test('what is no selector is told of', () => noSelector(page));
        await t.test('a text in another language than the card’s runs in its own direction', () => twoLanguages(page));
        await t.test('it can be put off', () => later(page));
        await t.test('what is needed is asked for at its field', () => needed(page));
        await t.test('it comes in and comes to rest', () => comesIn(page));
        if (browser !== 'webkit') for (const painter of ['canvas', 'controls']) {
            await t.test(`what is pressed looks so until it is let go: ${painter}`, () => pressed(page, painter));
        }
    });
}

const boxes = () => {
    const host = document.querySelector('candor-card');
    const root = host.shadowRoot;
    const rect = (element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return [left, top, right, bottom].map(Math.round);
    };
    const dialog = root.querySelector('[role=dialog]');
    const canvas = root.querySelector('canvas');
    const slot = document.getElementById('slot');
    return {
        card: rect(dialog), canvas: canvas && rect(canvas), slot: slot && rect(slot), host: rect(host), parent: host.parentElement.id,
        modal: dialog.getAttribute('aria-modal'), veil: root.querySelector('.veil') && getComputedStyle(root.querySelector('.veil')).backgroundColor,
        size: [innerWidth, innerHeight],
    };
};

const still = (page) =>
    until(() => page.evaluate(() => document.querySelector('candor-card').shadowRoot.getAnimations().length === 0), 'the card to come to rest');

const focusOutside = (page) => page.evaluate(() => document.getElementById('outside').focus());
const holder = (page) => page.evaluate(() => document.activeElement.id);

async function modal(page, painter) {
    await page.open('plain.html');
    await page.start({ painter });
    await focusOutside(page);
    await page.show('modal');
    await still(page);
    const { card, modal, veil, size } = await page.evaluate(boxes);
    assert.equal(modal, 'true');
    assert.match(veil, /0\.5/);
    assert.ok(Math.abs(card[0] - (size[0] - card[2])) <= 2, `${card} in ${size}`);
    assert.ok(Math.abs(card[1] - (size[1] - card[3])) <= 2, `${card} in ${size}`);
    assert.equal(await page.focused(), 'card');
    for (const [key, after] of [['Tab', 'score/0'], ['Tab', 'close'], ['Tab', 'card'], ['Tab', 'score/0']]) {
        await page.page.press(key);
        assert.equal(await page.focused(), after);
    }
    await page.page.move(5, 5);
    await page.page.click(5, 5); // beside it
    assert.notEqual(await page.focused(), 'page');
    await page.page.press('Escape');
    await page.gone();
    assert.equal(await holder(page), 'outside');
    await focusOutside(page);
    await page.complete('modal', 'in the middle');
}

async function inline(page, painter) {
    await page.open('tall.html');
    await page.start({ painter });
    await focusOutside(page);
    await page.show('inline');
    await still(page);
    const before = await page.evaluate(boxes);
    assert.equal(before.parent, 'slot');
    assert.equal(await holder(page), 'outside'); // it takes no focus
    const [left, top, right, bottom] = before.card;
    assert.deepEqual([left, top, right], [before.slot[0] + 3, before.slot[1] + 3, before.slot[2] - 3]);
    assert.equal(bottom, before.slot[3] - 3); // the page makes room for it
    if (before.canvas) assert.deepEqual(before.canvas, before.card);
    await page.evaluate(() => scrollTo(0, 60));
    const { card } = await page.evaluate(boxes);
    assert.deepEqual(card, [left, top - 60, right, bottom - 60]); // and scrolls with the page
    // The page's own order: from the field before it, through it, to what comes after.
    await page.evaluate(() => document.getElementById('field').focus());
    for (const after of ['score/0', 'close', 'page']) {
        await page.page.press('Tab');
        assert.equal(await page.focused(), after);
    }
    assert.equal(await holder(page), 'after');
    await page.click('score/9');
    await page.click('comment');
    await page.page.type('among them');
    await page.send();
}

async function unseated(page) {
    await page.open('tall.html');
    await page.start();
    await page.show('inline');
    await page.click('score/9');
    await page.click('comment');
    await page.page.type('kept');
    await page.evaluate(() => {
        document.getElementById('slot').remove();
        dispatchEvent(new Event('resize')); // pages that take it away lay themselves out anew
    });
    await until(async () => (await page.evaluate(() => document.querySelector('candor-card')?.parentElement === document.body)), 'the card to move');
    await page.control('comment');
    const typed = () => document.querySelector('candor-card').shadowRoot.querySelector('textarea').value;
    assert.equal(await page.evaluate(typed), 'kept');
    await page.send();
}

async function placeless(page) {
    await page.open('no-slot.html');
    await page.start();
    await page.complete('inline');
}

async function noSelector(page) {
    await page.open('plain.html');
    await page.start({ slot: '##' });
    await page.evaluate(() => window.client.show('nps'));
    await until(() => page.evaluate(() => window.errors.some((text) => /##/.test(text))), 'the error');
    assert.equal(await page.hasCard(), false);
}

// Where no canvas shows it: the question mark of an English question comes last, also on a Hebrew card.
async function twoLanguages(page) {
    await page.open('plain.html');
    await page.start({ locale: 'he', painter: 'controls' });
    await page.show('nps');
    await page.click('score/9');
    await page.control('follow-up');
    await still(page);
    const [direction, text, left, right, edge, card] = await page.evaluate(() => {
        const root = document.querySelector('candor-card').shadowRoot;
        const heading = root.querySelector('[data-key=follow-up]');
        const at = (from, to) => {
            const range = document.createRange();
            range.setStart(heading.firstChild, from);
            range.setEnd(heading.firstChild, to);
            return range.getBoundingClientRect();
        };
        const { textContent: text } = heading;
        const [first, last] = [at(0, 1), at(text.length - 1, text.length)];
        return [root.querySelector('[role=dialog]').dir, text, first.left, last.left, last.right, heading.getBoundingClientRect().right];
    });
    assert.deepEqual([direction, text], ['rtl', 'Why that?']);
    assert.ok(right > left, `${left} to ${right}`);
    assert.ok(card - edge < 4, `${edge} of ${card}`); // and where the card's lines begin
    await page.hide();
}

async function later(page) {
    await page.open('plain.html');
    await page.start();
    await page.show('later');
    await page.click('later');
    await page.gone();
    await page.event('snoozed');
}

async function needed(page) {
    await page.open('plain.html');
    await page.start({ scheme: 'light' });
    await page.show('needed');
    await page.click('score/2');
    await page.click('send');
    await page.control('required');
    const told = await page.evaluate(() => {
        const root = document.querySelector('candor-card').shadowRoot;
        const field = root.querySelector('textarea');
        return [root.activeElement === field, field.getAttribute('aria-invalid'), root.getElementById(field.getAttribute('aria-describedby'))?.textContent];
    });
    assert.deepEqual(told, [true, 'true', 'Please answer before you go on.']);
    // What is typed has the question's colour, though it is told in another one how far one is.
    const color = await page.evaluate(() => getComputedStyle(document.querySelector('candor-card').shadowRoot.querySelector('textarea')).color);
    assert.equal(color, 'rgb(26, 26, 34)');
    await page.page.type('price');
    await until(() => page.evaluate(() => !document.querySelector('candor-card').shadowRoot.querySelector('[data-key=required]')), 'the error to go');
    await page.click('send');
    await page.asks('What went wrong?');
    await page.hide();
}

// Each frame of its coming: never beyond where it belongs, and at rest there.
async function comesIn(page) {
    await page.open('plain.html');
    await page.start();
    await page.evaluate(() => {
        window.tops = [];
        window.moved = new Set();
        const look = () => {
            const shadow = document.querySelector('candor-card')?.shadowRoot;
            if (shadow) {
                window.tops.push(shadow.querySelector('[role=dialog]').getBoundingClientRect().top);
                for (const { effect } of shadow.getAnimations()) window.moved.add(effect.target.tagName);
            }
            requestAnimationFrame(look);
        };
        look();
    });
    await page.show('nps');
    await still(page);
    const tops = await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(window.tops))));
    assert.deepEqual(await page.evaluate(() => [...window.moved].sort()), ['CANVAS', 'DIV']); // the picture and the controls
    const end = tops.at(-1);
    assert.ok(Math.max(...tops) <= end + 16.5 && Math.min(...tops) >= end - 0.5, `${tops}`);
    for (let i = 1; i < tops.length; ++i) assert.ok(tops[i] <= tops[i - 1] + 0.5, `${tops}`);
    await page.hide();
}

async function pressed(page, painter) {
    const { mouse } = page.page.page;
    await mouse.move(5, 5); // it may lie where the last card was
    await page.open('plain.html');
    await page.start({ painter });
    await page.show('nps');
    await still(page);
    const { x, y } = await page.control('score/7');
    const look = async () => `${await page.page.page.screenshot({ encoding: 'base64', clip: { x: x - 16, y: y - 16, width: 32, height: 32 } })}`;
    const another = (last) => until(async () => {
        const seen = await look();
        return seen !== last && seen;
    }, 'another look');
    const same = (wanted) => until(async () => (await look()) === wanted, 'the look that it had');
    const rest = await look();
    await mouse.move(x, y);
    const hovered = await another(rest);
    await mouse.down();
    const held = await another(hovered);
    assert.notEqual(held, rest);
    await mouse.move(5, 5);
    await mouse.up();
    await same(rest);
    assert.deepEqual(await page.events('answered'), []);
    // Pressed at one place and let go at another, nothing is pressed.
    const other = await page.control('score/8');
    await mouse.move(x, y);
    await mouse.down();
    await mouse.move(other.x, other.y);
    await mouse.up();
    await mouse.move(5, 5);
    await same(rest);
    assert.deepEqual(await page.events('answered'), []);
    await page.click('score/7');
    await page.event('answered');
    await page.hide();
}
