// Contact sheets of the gallery as a browser shows it: the web package in Chromium, each card shown by candor.show() from
// its own document and brought to its state by mouse and keys.
//   node sheets.mjs FOLDER [PART OF A NAME]
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../demo/web/serve.mjs';
import { launch, until } from '../e2e/browser.mjs';
import { native, ShopPage, wasm } from '../e2e/shop.mjs';

const kAround = 24;
const kOnSheet = 12;
const [folder, wanted = ''] = process.argv.slice(2);
assert(folder, 'sheets.mjs FOLDER [PART OF A NAME]');
const program = process.env.CANDOR_GALLERY ?? join(native, 'tests/gallery/candor_gallery');

// No store can be made slow or broken from here, and no clock stopped: these states are on the desktop's sheets alone.
const isWithin = ({ steps }) => !steps.some((step) => /^(store|fail|after) /.test(step));

const pageOf = (picture) => `<!doctype html><html lang="${picture.locale}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>gallery</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">
<script src="/candor/candor.js" defer data-project="shop" data-gate="/surveys/${picture.name}.gate.json"
 data-endpoint="{{collector}}/v1/events" data-key="demo" data-painter="canvas" data-slot="#slot"></script>
<body style="margin: 0"><div id="slot" style="width: ${picture.slot}px; margin: 20px"></div>`;

async function publish(picture, place) {
    const source = join(place, `${picture.name}.json`);
    await writeFile(source, picture.document);
    execFileSync(join(native, 'platform/cli/candor'), ['build', source, '--out', join(place, 'surveys')], { stdio: ['ignore', 'ignore', 'inherit'] });
    await writeFile(join(place, `${picture.name}.html`), pageOf(picture));
}

// ---- a card

const frame = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

// What was answered is stored: the card has nothing to say of it any more.
async function stored(page) {
    await frame(page);
    await until(
        () => page.evaluate(() => {
            const dialog = document.querySelector('candor-card').shadowRoot.querySelector('[role=dialog]');
            const over = dialog.querySelector('[data-key=thanks]');
            return over || !dialog.querySelector('[data-key=status]')?.textContent;
        }),
        'the answer to be stored',
    );
    await frame(page);
}

const keyNames = { left: 'ArrowLeft', right: 'ArrowRight', up: 'ArrowUp', down: 'ArrowDown' };

async function take(shop, page, step) {
    const [, verb, rest] = /^(\S+) ?(.*)$/s.exec(step);
    const at = ['tap', 'hover', 'press'].includes(verb) && (await shop.control(rest));
    if (at) {
        // Twice: what the card makes of the step before may come in between, and takes the pointer off its controls.
        await page.mouse.move(at.x + 1, at.y);
        await frame(page);
        await page.mouse.move(at.x, at.y);
    }
    if (verb === 'tap') {
        await page.mouse.click(at.x, at.y);
        await page.mouse.move(1, 1);
        await stored(page);
    } else if (verb === 'press') await page.mouse.down();
    else if (verb === 'tab') await page.keyboard.press('Tab');
    else if (verb === 'key') await page.keyboard.press(keyNames[rest]);
    else if (verb === 'type') await page.keyboard.type(rest);
    else assert.equal(verb, 'hover', `there is no step ${step}`);
    await frame(page);
}

const cardRect = (page) =>
    page.evaluate(() => {
        const card = document.querySelector('candor-card').shadowRoot.querySelector('[role=dialog]');
        const { left, top, right, bottom } = card.getBoundingClientRect();
        return { left, top, right, bottom, width: innerWidth, height: innerHeight };
    });

async function shoot(page) {
    const card = await cardRect(page);
    const x = Math.max(card.left - kAround, 0), y = Math.max(card.top - kAround, 0);
    const clip = { x, y, width: Math.min(card.right + kAround, card.width) - x, height: Math.min(card.bottom + kAround, card.height) - y };
    return page.screenshot({ encoding: 'base64', clip });
}

async function show(browser, address, picture) {
    const context = await browser.createBrowserContext(); // with a database of its own
    try {
        const page = await context.newPage();
        await page.setViewport({ width: picture.width, height: picture.height, deviceScaleFactor: picture.ratio });
        await page.emulateMediaFeatures([
            { name: 'prefers-color-scheme', value: picture.scheme },
            { name: 'prefers-reduced-motion', value: 'reduce' },
        ]);
        const shop = new ShopPage(page, address);
        await shop.open(`/${picture.name}.html`);
        await page.evaluate((survey) => window.candor.show(survey, { preview: true }), picture.survey);
        await shop.control('close');
        for (const step of picture.steps) await take(shop, page, step);
        await frame(page);
        return { name: picture.name, painter: (await shop.diagnostics()).painter, png: await shoot(page) };
    } finally {
        await context.close();
    }
}

// ---- a sheet

async function writeSheet(browser, shots, file) {
    const page = await browser.newPage();
    await page.setViewport({ width: 1920, height: 800 });
    const figures = shots.map(({ name, painter, png, fault }) =>
        `<figure><figcaption>${name}${painter === 'imgui' ? '' : ` (${painter ?? ''}${fault ?? ''})`}</figcaption>${png ? `<img src="data:image/png;base64,${png}">` : ''}</figure>`);
    await page.setContent(`<style>body { margin: 24px; display: grid; grid-template-columns: repeat(3, minmax(608px, max-content)); width: max-content; gap: 24px; align-items: start; font: 600 14px sans-serif; color: #5c6470 }
        figure { margin: 0 } figcaption { height: 28px }</style>${figures.join('')}`);
    await page.screenshot({ path: file, fullPage: true });
    await page.close();
}

async function main() {
    const pictures = JSON.parse(execFileSync(program, ['list'], { maxBuffer: 1 << 28 })).filter(isWithin).filter(({ name }) => name.includes(wanted));
    const place = await mkdtemp(join(tmpdir(), 'candor-gallery-'));
    await mkdir(folder, { recursive: true });
    await writeFile(join(place, 'page.css'), 'html { background: #e9ecf1 } @media (prefers-color-scheme: dark) { html { background: #26292f } }');
    for (const picture of pictures) await publish(picture, place);
    const server = await serve({ mounts: [{ at: '/', folder: place }, { at: '/candor', folder: join(wasm, 'web') }] });
    const chromium = await launch('chromium');
    const browser = (await chromium.newPage()).page.browser();
    const faults = [];
    try {
        for (const [kind, isStill] of [['cards', false], ['states', true]]) {
            const shots = [];
            for (const picture of pictures.filter(({ still }) => still === isStill)) {
                const shot = await show(browser, server.address, picture).catch((error) => ({ name: picture.name, fault: error.message }));
                if (shot.painter !== 'imgui') faults.push(`${shot.name}: ${shot.fault ?? `painted by ${shot.painter}`}`);
                shots.push(shot);
            }
            for (let from = 0; from < shots.length; from += kOnSheet) {
                await writeSheet(browser, shots.slice(from, from + kOnSheet), join(folder, `web-${kind}-${from / kOnSheet + 1}.png`));
            }
        }
    } finally {
        await chromium.close();
        await server.close();
        await rm(place, { recursive: true, force: true });
    }
    for (const fault of faults) console.error(fault);
    process.exitCode = faults.length ? 1 : 0;
}

await main();
