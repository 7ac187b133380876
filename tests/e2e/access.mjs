// Who cannot see the card, or needs it otherwise: what axe finds, what the browser tells a screen reader, and whether each
// control lies where the card is painted. In Chromium, which tells all of it.
import axe from 'axe-core';
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { openHost } from './host/host.mjs';
import { inEach, settled } from './host/states.mjs';
import { kConsent } from './host/surveys.mjs';

const kWide = [1100, 760], kNarrow = [390, 760];
const kRatios = [1, 1.25, 1.5, 2, 3];

export function accessTests() {
    test('what can be used by everybody', { timeout: 300_000 }, async (t) => {
        const host = await openHost('chromium');
        t.after(() => host.close());
        const page = await host.newPage('plain.html');
        for (const look of kLooks) await t.test(`axe finds nothing: ${nameOf(look)}`, () => audited(page, look));
        await t.test('each thing that is shown is told as it is written down', () => told(page));
        for (const locale of ['en', 'ar']) {
            await t.test(`each control lies where the card has it, at any pixel ratio: ${locale}`, () => mirrored(page, locale));
        }
    });
}

// Each pair of two of these, in one of them at least.
const kLooks = [
    { painter: 'canvas', scheme: 'light', size: kWide, locale: 'en', consent: 'none' },
    { painter: 'canvas', scheme: 'dark', size: kNarrow, locale: 'ar', consent: 'explicit' },
    { painter: 'canvas', scheme: 'dark', size: kWide, locale: 'ar', consent: 'notice' },
    { painter: 'controls', scheme: 'light', size: kNarrow, locale: 'ar', consent: 'none' },
    { painter: 'controls', scheme: 'dark', size: kWide, locale: 'en', consent: 'explicit' },
    { painter: 'controls', scheme: 'light', size: kNarrow, locale: 'en', consent: 'notice' },
    { painter: 'canvas', scheme: 'light', size: kNarrow, locale: 'en', consent: 'explicit', forced: true },
    { painter: 'controls', scheme: 'dark', size: kWide, locale: 'ar', consent: 'none' },
];

const nameOf = ({ painter, scheme, size: [width], locale, consent, forced }) =>
    [forced ? 'forced colours' : painter, scheme, width, locale, `consent ${consent}`].join(', ');

async function force(page, isForced) {
    const session = await page.page.page.createCDPSession();
    await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: isForced ? 'active' : 'none' }] });
    return session;
}

async function audited(page, { painter, scheme, size, locale, consent, forced }) {
    const session = await force(page, !!forced);
    await page.page.resize(...size);
    await page.start({ painter, scheme, locale, document: { consent: kConsent[consent] } });
    await page.evaluate(axe.source);
    const found = [];
    await inEach(page, consent, async ([name]) => {
        assert.equal((await page.diagnostics()).painter, painter === 'canvas' && !forced ? 'imgui' : 'controls');
        for (const violation of await audit(page)) found.push(`${name}: ${violation}`);
    });
    await session.send('Emulation.setEmulatedMedia', { features: [] });
    await session.detach();
    assert.deepEqual(found, []);
}

const audit = (page) =>
    page.evaluate(async () => {
        const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        const { violations, passes } = await window.axe.run('candor-card', { runOnly: { type: 'tag', values } });
        const rules = passes.map(({ id }) => id);
        const unseen = ['aria-dialog-name', 'button-name', 'target-size'].filter((rule) => !rules.includes(rule));
        return [
            ...unseen.map((rule) => `${rule} had nothing to look at`),
            ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' ')}`),
        ];
    });

// ---- the tree

const kExpected = new URL('access.expected.txt', import.meta.url);

async function told(page) {
    await page.page.resize(...kWide);
    const session = await page.page.page.createCDPSession();
    await session.send('Accessibility.enable');
    let text = '';
    const look = async (name) => (text += `== ${name}\n${await tree(session)}\n`);
    for (const consent of ['notice', 'explicit']) {
        await page.start({ document: { consent: kConsent[consent] } });
        await inEach(page, consent, ([name]) => look(name), (name) => consent === 'notice' || name.startsWith('box'));
    }
    await page.start();
    await page.show('nps');
    await page.evaluate(() => document.getElementById('field').focus());
    for (const key of ['Tab', 'ArrowRight']) await page.page.press(key);
    await settled(page);
    await look('with the focus on a score');
    await page.hide();
    await session.detach();
    if (process.env.CANDOR_TREES) await writeFile(process.env.CANDOR_TREES, text); // to be looked at, and taken
    assert.equal(text, await readFile(kExpected, 'utf8'));
}

// The browser's own, below the dialog: role, name, and what else a screen reader says of it.
async function tree(session) {
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    const kSaid = ['checked', 'disabled', 'focused', 'invalid', 'live', 'multiline', 'readonly', 'modal', 'level'];
    const line = ({ role, name, value, description, properties = [] }) => {
        const said = properties.filter(({ name, value: { value } }) => kSaid.includes(name) && value !== false && value !== 'false');
        const rest = said.map(({ name, value: { value } }) => (value === true || value === 'true' ? name : `${name} ${value}`));
        const parts = [name?.value && `“${name.value}”`, value?.value && `= “${value.value}”`, description?.value && `(${description.value})`];
        return [role.value, ...parts, ...rest.sort()].filter(Boolean).join(' ');
    };
    const lines = [];
    const walk = (node, depth, around) => {
        const isNothing = node.ignored || ['none', 'generic', 'InlineTextBox', 'LabelText'].includes(node.role.value);
        const isSaid = node.role?.value === 'StaticText' && node.name.value === around; // by its parent's name
        const isShown = !isNothing && !isSaid;
        if (isShown) lines.push('  '.repeat(depth) + line(node));
        const name = isShown ? node.name?.value : around;
        for (const id of node.childIds ?? []) if (byId.has(id)) walk(byId.get(id), depth + +isShown, name);
    };
    walk(nodes.find(({ role }) => role.value === 'dialog'), 0);
    return lines.map((line) => line + '\n').join('');
}

// ---- the mirror

async function mirrored(page, locale) {
    await page.start({ locale });
    let looked = 0, states = 0;
    await inEach(page, 'none', async (state) => {
        // Two a state, another two for the next: each of them with each width, and often.
        const ratios = [0, 2].map((i) => kRatios[(states + i) % kRatios.length]);
        ++states;
        for (const size of [kWide, kNarrow]) {
            for (const ratio of ratios) {
                await page.page.resize(...size, ratio);
                // Another screen alone is told to nobody; here it is as if the window had been moved by a pixel, too.
                await page.evaluate(() => dispatchEvent(new Event('resize')));
                await settled(page, state[4] === 'holding');
                const { differ, controls } = await page.evaluate(compare);
                assert.deepEqual(differ, [], `${state[0]}, ${size[0]}, ${ratio}`);
                looked += controls;
            }
        }
        await page.page.resize(...kWide);
    });
    assert.ok(states > kRatios.length && looked > 40 * states);
}

// In the page: the nodes that the core laid out last against the controls, in their order.
function compare() {
    const [kDialog, kHeading, kText, kButton] = [0, 1, 2, 6];
    const { rect: whole, nodes } = window.witness.card;
    const host = document.querySelector('candor-card');
    const { shadowRoot } = host;
    // Of a card among the page's own elements places are told from its own corner.
    const corner = host.className === 'inline' ? host.getBoundingClientRect() : { x: 0, y: 0 };
    const differ = [];
    const near = (what, element, [x, y, width, height], spare = 0) => {
        const box = element.getBoundingClientRect();
        const [a, b] = [[box.x - corner.x + spare, box.y - corner.y, box.width - 2 * spare, box.height], [x, y, width, height]];
        if (a.some((side, i) => Math.abs(side - b[i]) > 0.5)) differ.push(`${what} lies at ${a}, not at ${b}`);
    };
    const elements = [...shadowRoot.querySelectorAll('[data-key]')];
    const keys = [elements.map(({ dataset }) => dataset.key), nodes.map(({ key }) => key)].map(String);
    if (keys[0] !== keys[1]) differ.push(`${keys[0]} instead of ${keys[1]}`);
    for (const [i, { role, key, name, rect }] of nodes.entries()) {
        const element = elements[i];
        if (role === kDialog) {
            near(key, element, whole);
            continue;
        }
        near(key, element, rect, role === kHeading || role === kText ? 1 : 0);
        const said = element.getAttribute('aria-label') ?? element.textContent;
        if (rect[2] && said !== name) differ.push(`${key} is named ${said}, not ${name}`);
        if (role === kButton && element.textContent !== name && key !== 'close') differ.push(`${key} shows ${element.textContent}`);
    }
    const canvas = shadowRoot.querySelector('canvas');
    const { x, y, width, height } = canvas.getBoundingClientRect();
    const [left, top] = [x - corner.x - 0.5, y - corner.y - 0.5]; // in a page it lies on its parts of a pixel
    const isAround = left <= whole[0] && top <= whole[1] && left + width + 1 >= whole[0] + whole[2] && top + height + 1 >= whole[1] + whole[3];
    if (!isAround) differ.push('the canvas does not hold the card');
    const pixels = [canvas.width - width * devicePixelRatio, canvas.height - height * devicePixelRatio];
    if (pixels.some((rest) => Math.abs(rest) > 0.5)) differ.push(`the canvas is off by ${pixels} pixels`);
    return { differ, controls: elements.length };
}
