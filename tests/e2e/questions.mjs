// Every type of question in one browser, with real input: on the canvas first, then by the controls that show themselves.
import axe from 'axe-core';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from './browser.mjs';
import { openShop } from './shop.mjs';

const names = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

export function questionTests(browser) {
    test(`${names[browser]}: every type of question`, { timeout: 180_000 }, async (t) => {
        const shop = await openShop(browser, { survey: 'questions.json' });
        t.after(() => shop.close());
        const page = await shop.newPage();
        await t.test('on the canvas, by pointer', () => onCanvas(shop, page));
        await t.test('without a canvas, by keys', () => byKeys(shop, page));
        await t.test('no policy was broken', async () => assert.deepEqual(await page.violations(), []));
    });
}

// What can be used, as a screen reader finds it.
const controls = (page) =>
    page.evaluate(() => {
        const { shadowRoot } = document.querySelector('candor-card');
        return [...shadowRoot.querySelectorAll('input, button, textarea, a, [role=group], [role=radiogroup]')].map((control) => {
            const kind = control.getAttribute('role') ?? control.type ?? control.tagName;
            return `${kind} ${control.dataset.key}${control.checked ? ' *' : ''}${control.disabled ? ' -' : ''}`;
        });
    });

const audit = async (page) => {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => window.axe.run('candor-card', { runOnly: ['wcag2a', 'wcag2aa'] }));
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
};

const picture = async (page, name) => {
    const folder = process.env.CANDOR_PICTURES;
    if (folder) await page.page.screenshot(`${folder}/questions-${name}.png`);
};

// The question that is asked now: a click on what is about to go would hit what comes.
const asked = (page, text) =>
    until(async () => (await page.evaluate(() => document.querySelector('candor-card')?.shadowRoot.querySelector('[data-key="question"]')?.textContent))?.includes(text), text);

const response = async (shop, person) => (await shop.collector.of(person)).findLast((response) => response.complete);

async function onCanvas(shop, page) {
    await page.open();
    await page.signIn('web-1');
    await page.buy();
    await page.control('next');
    await asked(page, 'Five short questions');
    assert.equal((await page.diagnostics()).painter, 'imgui');
    const link = await page.evaluate(() => {
        const { href, target, rel, textContent } = document.querySelector('candor-card').shadowRoot.querySelector('a');
        return { href, target, rel, textContent };
    });
    assert.deepEqual(link, { href: 'https://shop.example/why-we-ask', target: '_blank', rel: 'noopener noreferrer', textContent: 'Why we ask' });
    await picture(page, 'statement');
    await page.click('next');
    await asked(page, 'How satisfied');
    assert.deepEqual((await controls(page)).slice(0, 6), ['radiogroup scale', ...[1, 2, 3, 4, 5].map((score) => `radio score/${score}`)]);
    await page.click('score/2');
    await asked(page, 'What went wrong');
    const choices = (await controls(page)).filter((control) => control.includes('choice/'));
    assert.equal(choices.length, 4);
    assert.equal(choices[3], 'radio choice/other');
    await page.click('choice/other');
    await page.click('comment');
    await page.page.type('The box was wet 😀');
    await picture(page, 'single');
    await page.click('send');
    await asked(page, 'What should');
    assert.deepEqual(await controls(page), [
        'group choices', 'checkbox choice/beans', 'checkbox choice/tea', 'checkbox choice/gifts', 'checkbox choice/other',
        'button send -', 'button skip', 'button back', 'button close',
    ]);
    await page.click('choice/gifts');
    await page.click('choice/tea');
    await until(async () => (await controls(page)).includes('checkbox choice/tea *'), 'tea to be checked');
    await picture(page, 'multiple');
    await page.click('back');
    await asked(page, 'What went wrong');
    await until(async () => (await page.control('comment')).value === 'The box was wet 😀', 'what was written');
    await page.click('send');
    await asked(page, 'What should');
    await until(async () => !(await controls(page)).includes('button send -'), 'the choices that were begun');
    await page.click('send');
    await asked(page, 'It was easy');
    await page.click('score/7');
    await until(async () => /thank/i.test(await page.said()), 'thanks');
    await page.evaluate(() => window.candor.flush());
    const { answers } = await until(() => response(shop, 'web-1'), 'the response');
    assert.deepEqual(answers, [
        { question: 'order', type: 'csat', score: 2 },
        { question: 'trouble', type: 'single', choices: ['other'], text: 'The box was wet 😀' },
        { question: 'wanted', type: 'multiple', choices: ['tea', 'gifts'] },
        { question: 'effort', type: 'ces', score: 7 },
    ]);
    await page.click('close');
    await until(async () => !(await page.hasCard()), 'the card to go');
}

async function byKeys(shop, page) {
    await page.signIn('web-2');
    await page.buy();
    await page.control('next');
    await page.evaluate(() => {
        const canvas = document.querySelector('candor-card').shadowRoot.querySelector('canvas');
        canvas?.getContext('webgl')?.getExtension('WEBGL_lose_context').loseContext();
    });
    await until(async () => (await page.diagnostics()).painter === 'controls', 'the controls to take over');
    // Once it can be used: what comes next waits for the store.
    const focus = (key) =>
        until(
            () =>
                page.evaluate((name) => {
                    const { shadowRoot } = document.querySelector('candor-card');
                    shadowRoot.querySelector(`[data-key="${name}"]`)?.focus();
                    return shadowRoot.activeElement?.dataset.key === name;
                }, key),
            `the focus on ${key}`,
        );
    const focused = () => page.evaluate(() => document.querySelector('candor-card').shadowRoot.activeElement?.dataset.key);
    if (page.page.page) assert.deepEqual(await audit(page), []);
    await focus('next');
    await page.page.press('Enter');
    await asked(page, 'How satisfied');
    await focus('score/1');
    for (const key of ['End', 'ArrowLeft', 'ArrowLeft']) await page.page.press(key);
    await until(async () => (await focused()) === 'score/3', 'the focus on 3');
    await page.page.press('Enter');
    await asked(page, 'What went wrong');
    assert.equal((await controls(page)).filter((control) => control.endsWith('*')).length, 0);
    if (page.page.page) assert.deepEqual(await audit(page), []);
    await picture(page, 'single-controls');
    // As the card lists them, in whatever order they stand.
    const [first, second] = (await controls(page)).filter((control) => control.includes('choice/')).map((control) => control.split(' ')[1]);
    await focus(first);
    await page.page.press('ArrowDown');
    await until(async () => (await focused()) === second, 'the focus on the second choice');
    await page.page.press('Enter');
    await asked(page, 'What should');
    await focus('choice/beans');
    await page.page.press('Enter');
    await until(async () => (await controls(page)).includes('checkbox choice/beans *'), 'beans to be checked');
    if (page.page.page) assert.deepEqual(await audit(page), []);
    await picture(page, 'multiple-controls');
    await focus('send');
    await page.page.press('Enter');
    await asked(page, 'It was easy');
    await focus('skip');
    await page.page.press('Enter');
    await until(async () => /thank/i.test(await page.said()), 'thanks');
    await page.evaluate(() => window.candor.flush());
    const { answers } = await until(() => response(shop, 'web-2'), 'the response');
    assert.deepEqual(answers, [
        { question: 'order', type: 'csat', score: 3 },
        { question: 'trouble', type: 'single', choices: [second.slice('choice/'.length)] },
        { question: 'wanted', type: 'multiple', choices: ['beans'] },
    ]);
}
