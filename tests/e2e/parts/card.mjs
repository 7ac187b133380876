// The card's controls and its text, with a core made up for the purpose, under the strictest policy.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openParts } from './page.mjs';

const names = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

export function cardTests(browser) {
    test(`${names[browser]}: controls and text`, { timeout: 120_000 }, async (t) => {
        const parts = await openParts(browser);
        t.after(() => parts.close());
        const page = await parts.newPage();
        await page.evaluate(makeCard);
        await t.test('nodes become real controls, each in its place, and no policy is broken', () => controls(page));
        await t.test('a click chooses, by the label too', () => click(page));
        await t.test('keys go to the card, and arrows never choose by themselves', () => keys(page));
        await t.test('what is typed reaches the card, and is not overwritten while it is typed', () => typing(page));
        await t.test('choices, links and the box of consent are native ones, and a key held down presses once', () => choices(page));
        await t.test('a wheel scrolls the card, and the page only where the card does not', () => wheel(page));
        await t.test('the focus follows what goes away, and is never taken from the page', () => focus(page));
        await t.test('lines break between words, in any script, and never lose a byte', () => lines(page));
        await t.test('the renderer paints what it is told, colours and emoji as they are', () => paint(page));
    });
}

// In the page: a card of a question, a scale of 0 to 10, a text box and two buttons; `calls` takes down what it was told.
function makeCard() {
    const { kStyle, makeMirror } = window.parts;
    const violations = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
    const calls = [];
    const mirror = makeMirror({
        act: (...call) => calls.push(['act', ...call]),
        key: (...call) => (calls.push(['key', ...call]), true),
        type: (...call) => (calls.push(['type', ...call]), true),
        pointer: () => {},
        scroll: (...call) => (calls.push(['scroll', ...call]), false),
    });
    const host = document.createElement('candor-card');
    const shadow = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`${kStyle} * { animation: none !important }`); // where it comes to lie is what counts
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(mirror.root);
    document.body.append(host);
    const make = (over = {}) => {
        const node = (id, parent, role, key, rect, rest = {}) =>
            ({ id, parent, role, key, rect, states: 0, px: 16, name: key, value: '', description: '', ...rest });
        const nodes = [
            node(1, -1, 0, 'card', [200, 100, 500, 400], { name: 'Survey' }),
            node(2, 1, 1, 'question', [220, 120, 400, 40], { name: 'How likely?' }),
            node(3, 1, 3, 'scale', [220, 180, 462, 40], { name: 'How likely?' }),
            ...Array.from({ length: 11 }, (_, i) =>
                node(10 + i, 3, 4, `score/${i}`, [220 + i * 42, 180, 40, 40],
                    { name: `${i}`, value: `${i}`, states: (over.chosen === i ? 1 : 0) | (over.focused === 10 + i ? 4 : 0) })),
            ...(over.withComment === false ? [] : [node(4, 1, 5, 'comment', [220, 260, 460, 90], { name: 'Why?', description: 'In your words', states: 64, value: over.comment ?? '' })]),
            node(5, 1, 6, 'send', [220, 380, 100, 40], { name: 'Send', states: 128 }),
            node(6, 1, 6, 'close', [650, 110, 40, 40], { name: 'Close' }),
            ...(over.more ?? []).map((args) => node(...args)),
            node(7, 1, 7, 'status', [340, 380, 200, 40], { name: over.status ?? '' }),
        ];
        return { rect: nodes[0].rect, direction: 0, locale: 'en', nextFrame: -1, nodes };
    };
    const find = (key) => shadow.querySelector(`[data-key="${key}"]`);
    window.card = { calls, find, make, mirror, shadow, violations, update: (over) => mirror.update(make(over)) };
    window.card.update();
}

async function controls(page) {
    const seen = await page.evaluate(() => {
        const { find, mirror, shadow, violations } = window.card;
        const box = (element) => ['x', 'y', 'width', 'height'].map((side) => Math.round(element.getBoundingClientRect()[side]));
        const before = [...shadow.querySelectorAll('*')];
        window.card.update();
        return {
            dialog: [mirror.root.getAttribute('role'), shadow.getElementById(mirror.root.getAttribute('aria-labelledby')).textContent, box(mirror.root)],
            group: [find('scale').getAttribute('role'), shadow.querySelectorAll('[role=radiogroup] input[type=radio]').length],
            nine: [box(find('score/9')), find('score/9').checked, find('score/9').labels[0].textContent],
            chosen: shadow.querySelectorAll('input:checked').length,
            comment: [find('comment').tagName, box(find('comment')), find('comment').placeholder, find('comment').getAttribute('aria-label')],
            send: [find('send').tagName, find('send').type, find('send').textContent, find('send').className],
            same: before.every((element, i) => element === shadow.querySelectorAll('*')[i]),
            violations,
        };
    });
    assert.deepEqual(seen, {
        dialog: ['dialog', 'How likely?', [200, 100, 500, 400]],
        group: ['radiogroup', 11],
        nine: [[598, 180, 40, 40], false, '9'],
        chosen: 0,
        comment: ['TEXTAREA', [220, 260, 460, 90], 'In your words', 'Why?'],
        send: ['BUTTON', 'button', 'Send', 'primary'],
        same: true,
        violations: [],
    });
}

const calls = (page) => page.evaluate(() => window.card.calls.splice(0).filter(([kind, , action]) => kind !== 'act' || action === 0 || action === 3));

async function click(page) {
    await page.click(618, 200);
    await page.click(270, 400);
    assert.deepEqual(await calls(page), [['act', 19, 0], ['act', 5, 0]]);
    await page.evaluate(() => window.card.update({ chosen: 9 }));
    assert.equal(await page.evaluate(() => window.card.shadow.querySelector('input:checked').dataset.key), 'score/9');
}

async function keys(page) {
    await page.evaluate(() => {
        window.card.update({});
        window.card.find('score/4').focus();
        window.card.calls.length = 0;
        window.leaked = 0;
        addEventListener('keydown', () => ++window.leaked);
    });
    for (const key of ['ArrowRight', 'Home', 'End', '7', 'Escape']) await page.press(key);
    const seen = await calls(page);
    assert.deepEqual(seen, [['key', 5, 0], ['key', 8, 0], ['key', 9, 0], ['type', '7'], ['act', 6, 0]]);
    assert.deepEqual(await page.evaluate(() => [window.card.shadow.querySelectorAll('input:checked').length, window.leaked]), [0, 0]);
    // The card moves its focus, and the real one goes along.
    await page.evaluate(() => window.card.update({ focused: 17 }));
    assert.equal(await page.evaluate(() => window.card.shadow.activeElement.dataset.key), 'score/7');
}

async function typing(page) {
    await page.click(450, 300);
    await page.type('é ok');
    const seen = (await calls(page)).filter(([kind]) => kind === 'act');
    assert.deepEqual(seen[seen.length - 1], ['act', 4, 3, 'é ok']);
    const value = await page.evaluate(() => {
        window.card.update({ comment: 'é o' }); // late
        return window.card.find('comment').value;
    });
    assert.equal(value, 'é ok');
}

async function choices(page) {
    const seen = await page.evaluate(() => {
        const { find, shadow, update } = window.card;
        update({
            withComment: false,
            more: [
                [30, 1, 11, 'choices', [220, 260, 460, 80], { name: 'What?' }],
                [31, 30, 9, 'choice/tea', [220, 260, 460, 36], { name: 'Tea', value: 'tea', states: 1 }],
                [32, 30, 9, 'choice/mugs', [220, 300, 460, 36], { name: 'Mugs', value: 'mugs' }],
                [33, 1, 10, 'link', [220, 340, 100, 30], { name: 'Why?', value: 'https://acme.example/' }],
                [34, 1, 9, 'consent', [220, 430, 460, 36], { name: 'I agree', states: 2 | 32 }],
            ],
        });
        const told = (key) => {
            const { tagName, type, checked, disabled } = find(key);
            const of = (name) => find(key).getAttribute(name);
            return [tagName, type, checked, disabled, of('aria-label'), of('aria-invalid'), find(key).labels[0].textContent];
        };
        const { tagName, href, target, rel, textContent } = find('link');
        return {
            group: [find('choices').getAttribute('role'), find('choices').getAttribute('aria-label'), shadow.querySelectorAll('[role=group] input').length],
            tea: told('choice/tea'), mugs: told('choice/mugs'), consent: told('consent'),
            link: [tagName, href, target, rel, textContent],
        };
    });
    assert.deepEqual(seen, {
        group: ['group', 'What?', 2],
        tea: ['INPUT', 'checkbox', true, false, 'Tea', null, 'Tea'],
        mugs: ['INPUT', 'checkbox', false, false, 'Mugs', null, 'Mugs'],
        consent: ['INPUT', 'checkbox', false, true, 'I agree', 'true', 'I agree'],
        link: ['A', 'https://acme.example/', '_blank', 'noopener noreferrer', 'Why?'],
    });
    await page.evaluate(() => window.card.calls.splice(0));
    await page.click(400, 318);
    assert.deepEqual(await calls(page), [['act', 32, 0]]);
    const held = await page.evaluate(() => {
        const { calls, find } = window.card;
        const press = (key, repeat) => !find(key).dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', repeat, bubbles: true, cancelable: true, composed: true }));
        calls.length = 0;
        const stopped = [press('send', true), press('choice/tea', true), press('choice/tea', false)];
        return [stopped, calls.filter(([kind]) => kind === 'key').length];
    });
    assert.deepEqual(held, [[true, true, true], 1]);
}

async function wheel(page) {
    const seen = await page.evaluate(() => {
        const { calls, mirror } = window.card;
        calls.length = 0;
        const turn = () => mirror.root.dispatchEvent(new WheelEvent('wheel', { deltaY: 30, bubbles: true, cancelable: true }));
        return [turn(), calls.filter(([kind]) => kind === 'scroll')];
    });
    assert.deepEqual(seen, [true, [['scroll', 30]]]);
}

async function focus(page) {
    const seen = await page.evaluate(() => {
        const { find, mirror, shadow, update } = window.card;
        const active = () => (document.activeElement === shadow.host ? (shadow.activeElement.dataset.key ?? 'dialog') : document.activeElement.id);
        update({});
        find('comment').focus();
        update({ withComment: false });
        const gone = active();
        document.getElementById('outside').focus();
        update({ focused: 12 });
        const outside = active();
        update({ withComment: false });
        void mirror;
        return [gone, outside, active()];
    });
    assert.deepEqual(seen, ['card', 'outside', 'outside']);
}

async function lines(page) {
    const seen = await page.evaluate(() => {
        const { breakLines, textHost } = window.parts;
        const bytes = (text) => new TextEncoder().encode(text).length;
        const decode = (text, line) => new TextDecoder().decode(new TextEncoder().encode(text).subarray(line.begin, line.end));
        // Ten units a character, so that what is expected can be counted.
        const broken = (text, width) => breakLines(text, width * 10, (part) => [...part].length * 10).map((line) => decode(text, line));
        const long = 'How likely are you to recommend us? 日本語のテキストも改行されます。 شكرا جزيلا لكم जल्दी 👩‍👩‍👧 e\u0301e\u0301';
        const real = textHost.lines(long, 20, 600, 0, 150);
        return {
            words: broken('aa bb  cc', 5),
            hyphen: broken('well-known', 6),
            none: broken('', 5),
            newlines: broken('a\n\nb ', 5),
            tooLong: broken('abcdefgh ij', 3),
            quote: broken('say “no” (or yes).', 6),
            noBreakSpace: broken('aa 5\u00a0kg', 4),
            japanese: broken('日本、語。', 3).every((line) => !/^[、。]/.test(line)),
            graphemes: broken('e\u0301e\u0301e\u0301', 3),
            fits: real.length > 3 && real.every((line) => line.width <= 150.01),
            ordered: real.every((line, i) => line.begin <= line.end && (i === 0 || line.begin >= real[i - 1].end)) && real[real.length - 1].end === bytes(long),
            ascent: textHost.metrics(20, 400).ascent > 10,
        };
    });
    assert.deepEqual(seen, {
        words: ['aa bb', 'cc'],
        hyphen: ['well-', 'known'],
        none: [''],
        newlines: ['a', '', 'b '],
        tooLong: ['abc', 'def', 'gh', 'ij'],
        quote: ['say', '“no”', '(or', 'yes).'],
        noBreakSpace: ['aa', '5\u00a0kg'],
        japanese: true,
        graphemes: ['e\u0301', 'e\u0301', 'e\u0301'],
        fits: true,
        ordered: true,
        ascent: true,
    });
}

async function paint(page) {
    const seen = await page.evaluate(async () => {
        const { makeRenderer } = window.parts;
        const renderer = makeRenderer();
        if (!renderer) return 'no WebGL';
        document.body.append(renderer.canvas);
        // A red square of 20 logical pixels at (10, 10), and an emoji in black ink beside it.
        const vertices = new ArrayBuffer(8 * 20);
        const view = new DataView(vertices);
        const quad = (at, x, y, size, color) => [[0, 0], [1, 0], [1, 1], [0, 1]].forEach(([u, v], i) => {
            [x + u * size, y + v * size, u, v].forEach((value, j) => view.setFloat32((at + i) * 20 + j * 4, value, true));
            view.setUint32((at + i) * 20 + 16, color, true);
        });
        quad(0, 10, 10, 20, 0xff0000ff);
        quad(4, 40, 10, 40, 0xff000000);
        const indices = new Uint16Array([0, 1, 2, 0, 2, 3, 4, 5, 6, 4, 6, 7]);
        renderer.paint(
            {
                revision: '1', vertices: new Uint8Array(vertices), indices: new Uint8Array(indices.buffer),
                commands: [
                    { clip: [0, 0, 100, 100], run: -1, first: 0, count: 6 },
                    { clip: [0, 0, 100, 100], run: 0, first: 6, count: 6 },
                ],
                runs: [{ key: '1', text: '🟥', px: 30, weight: 400, direction: 0, width: 40, height: 40, baseline: 31, left: 0 }],
            },
            [0, 0, 100, 60], 2,
        );
        const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
        copy.canvas.width = 200;
        copy.canvas.height = 120;
        copy.drawImage(renderer.canvas, 0, 0);
        const pixel = (x, y) => [...copy.getImageData(x * 2, y * 2, 1, 1).data];
        const size = [renderer.canvas.width, renderer.canvas.height];
        const [square, outside, emoji] = [pixel(20, 20), pixel(5, 5), pixel(58, 30)];
        renderer.release();
        return { size, square, outside, isRed: emoji[0] > 150 && emoji[2] < 120 && emoji[3] > 200, emoji, gone: !renderer.canvas.isConnected };
    });
    delete seen.emoji;
    assert.deepEqual(seen, { size: [200, 120], square: [255, 0, 0, 255], outside: [0, 0, 0, 0], isRed: true, gone: true });
}
