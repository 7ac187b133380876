// What a page may do to the card, and what the card must not do to the page: each time a survey is asked and answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from './browser.mjs';
import { HostPage, openHost, pageOf } from './host/host.mjs';
import { quiet } from './host/states.mjs';

const names = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

// Rules that pages have, or could have; each hits a card that is not on its guard.
const kHostile = {
    'everything unset': '* { all: unset !important }',
    'nothing but body and what is above it': 'button, canvas, candor-card, dialog, h2, input, label, span, textarea { display: none !important; visibility: hidden !important }',
    'no boxes': 'div, candor-card { display: none !important; opacity: 0 !important; pointer-events: none !important }',
    'large type': 'html { font-size: 80px !important; line-height: 4; letter-spacing: 9px; text-transform: uppercase; word-spacing: 1em; direction: rtl }',
    'ancestors with places of their own': 'html, body { transform: translate(40px, 30px) scale(.5); filter: grayscale(1); contain: layout paint; perspective: 10px; will-change: transform }',
    'moving': '* { animation: away 9s infinite !important; transition: all 9s !important } @keyframes away { to { transform: translateX(-900px) } }',
    'properties of its own names': ':root, * { --ink: red !important; --back: lime !important; --accent: red !important; --line: red !important; color: red !important; accent-color: red !important }',
};

const kFiles = {
    ...Object.fromEntries(Object.values(kHostile).flatMap((css, i) => [[`hostile-${i}.css`, css], [`hostile-${i}.html`, pageOf({ sheets: [`hostile-${i}.css`] })]])),
    'rtl.html': pageOf({ root: 'lang="ar" dir="rtl"' }),
    'zoomed.css': 'html { zoom: 1.5 }',
    'zoomed.html': pageOf({ sheets: ['zoomed.css'] }),
    'over.css': '#over { position: fixed; inset: 0; z-index: 2147483647; background: #8888 } body { isolation: isolate }',
    'over.html': pageOf({ sheets: ['over.css'], body: '<div id="over"><button id="full" type="button">fullscreen</button></div><dialog id="modal"><button>modal</button></dialog>' }),
    'framed.html': pageOf({ body: '<iframe id="frame" src="plain.html" width="900" height="600"></iframe>' }),
    'sandboxed.html': pageOf({ body: '<iframe id="frame" src="plain.html" sandbox="allow-scripts" width="900" height="600"></iframe>' }),
    'keyboard.js': `(${fakeViewport})();`,
    'keyboard.html': pageOf({ scripts: ['keyboard.js'] }),
    'noise.js': `(${poison})('noise');`,
    'noise.html': pageOf({ scripts: ['noise.js'] }),
    'throws.js': `(${poison})('throws');`,
    'throws.html': pageOf({ scripts: ['throws.js'] }),
};

export function isolationTests(browser) {
    const isDriven = browser !== 'webkit'; // what only puppeteer can do
    const isChromium = browser === 'chromium';
    test(`${names[browser]}: the page and the card leave each other alone`, { timeout: 300_000 }, async (t) => {
        const host = await openHost(browser, kFiles);
        t.after(() => host.close());
        const page = await host.newPage('plain.html');
        let plain;
        await t.test('the card changes nothing of the page', async () => (plain = await leavesNothing(page)));
        for (const [i, name] of Object.keys(kHostile).entries()) {
            await t.test(`a page’s styles do not reach it: ${name}`, () => hostile(page, `hostile-${i}.html`, plain));
        }
        await t.test('a page from right to left has the same card', () => hostile(page, 'rtl.html', plain));
        // WebKit does not tell a page what it is zoomed by.
        if (isDriven) await t.test('a page that is zoomed has it where it can be seen', () => zoomed(page));
        await t.test('it lies over everything, and goes on after what a browser sets above it', () => over(page, isChromium));
        if (isDriven) await t.test('in a frame, and in one of no origin', () => framed(page));
        for (const kind of ['noise', 'throws']) await t.test(`a canvas that gives nothing back: ${kind}`, () => poisoned(page, kind));
        await t.test('a keyboard on the screen leaves the field in sight', () => softKeyboard(page));
        await t.test('a route of a page of one script keeps it', () => routed(page));
        await t.test('a context lost in the middle of a word loses none of it', () => lost(page));
        if (isChromium) await t.test('on paper there is none', () => printed(page));
        if (isChromium) await t.test('who wants no motion gets none', () => withoutMotion(page));
    });
}

// ---- styles

// In the page: all that is computed for the card's own, and where each of it lies.
function looks() {
    const { shadowRoot } = document.querySelector('candor-card');
    return [...shadowRoot.querySelectorAll('*')].map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        // Of the canvas its place alone is seen; and what properties of the page's own come to is seen in others.
        const names = element instanceof HTMLCanvasElement ? [] : [...style].filter((name) => !name.startsWith('--'));
        const values = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)]));
        return { name: element.dataset.key ?? element.tagName, place: [x, y, width, height], values };
    });
}

const kPages = ['html', 'head', 'body', 'main', 'h1', 'p', 'label', 'input', 'button'];

function pageLooks(tags) {
    const styles = tags.map((tag) => {
        const element = document.querySelector(tag);
        const style = getComputedStyle(element);
        return [tag, element.getAttributeNames(), ...[...style].map((name) => `${name}: ${style.getPropertyValue(name)}`)];
    });
    return { styles, sheets: [document.styleSheets.length, document.adoptedStyleSheets.length], names: Object.keys(window).sort() };
}

const answerWithAComment = async (page) => {
    await page.click('score/9');
    await page.control('comment');
    await until(async () => !/Saving/.test(await page.said()), 'the score to be stored');
    await atRest(page);
};

// Neither its styles nor its picture are on their way.
const atRest = (page) =>
    until(
        () =>
            page.evaluate(async () => {
                await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
                return document.querySelector('candor-card').shadowRoot.getAnimations().length === 0 && window.witness.card.nextFrame < 0;
            }),
        'the card to come to rest',
    );

async function leavesNothing(page) {
    await page.start();
    await page.evaluate(() => window.client.explain()); // all is loaded
    const before = await page.evaluate(pageLooks, kPages);
    await page.show('nps');
    await answerWithAComment(page);
    assert.deepEqual(await page.evaluate(pageLooks, kPages), before);
    const plain = await page.evaluate(looks);
    await page.hide();
    assert.deepEqual(await page.evaluate(pageLooks, kPages), before);
    assert.ok(plain.length > 20);
    return plain;
}

async function hostile(page, file, plain) {
    await page.open(file);
    await page.start();
    await page.show('nps');
    await answerWithAComment(page);
    const now = await page.evaluate(looks);
    const differ = now.flatMap(({ name, place, values }, i) => {
        const was = plain[i];
        const moved = place.some((side, j) => Math.abs(side - was.place[j]) > 0.01);
        const other = Object.keys(values).filter((property) => values[property] !== was.values[property]);
        return [...(moved ? [`${name} lies at ${place}, not at ${was.place}`] : []), ...other.map((property) => `${name} has ${property}: ${values[property]}, not ${was.values[property]}`)];
    });
    assert.deepEqual(differ, []);
    assert.equal(now.length, plain.length);
    await finish(page);
    assert.deepEqual(await page.violations(), []);
}

// By real input, to the end of the survey that is shown with its field.
async function finish(page) {
    await page.click('comment');
    await page.page.type('all of it');
    await page.click('send');
    await page.thanks();
    await page.click('close');
    await page.gone();
}

// What lies uppermost in the middle of a control.
const isOnTop = async (page, key) => {
    const { x, y } = await page.control(key);
    return page.evaluate((x, y) => document.elementFromPoint(x, y)?.tagName === 'CANDOR-CARD', x, y);
};

async function zoomed(page) {
    await page.open('zoomed.html');
    await page.start();
    await page.show('nps');
    const isInSight = await page.evaluate(() => {
        const { x, y, right, bottom } = document.querySelector('candor-card').shadowRoot.querySelector('[role=dialog]').getBoundingClientRect();
        return x >= 0 && y >= 0 && right <= innerWidth && bottom <= innerHeight;
    });
    assert.equal(isInSight, true);
    await answerWithAComment(page);
    await finish(page);
}

// ---- above everything

async function over(page, isChromium) {
    await page.open('over.html');
    await page.start();
    await page.show('nps');
    assert.equal(await isOnTop(page, 'score/9'), true);
    await page.click('score/9');
    await page.click('comment');
    await page.page.type('before ');
    // What a browser puts above all others alone can be used: a card above it would be seen and could not be. It goes on after it.
    const call = (id, name) => page.evaluate(async (id, name) => void (await document.getElementById(id)[name]()), id, name);
    const inBetween = async () => {
        assert.equal(await isOnTop(page, 'comment'), false);
        return page.page.type('lost ');
    };
    await call('modal', 'showModal');
    await inBetween();
    await call('modal', 'close');
    if (isChromium) {
        await call('over', 'requestFullscreen');
        await inBetween();
        await page.evaluate(() => document.exitFullscreen());
    }
    await until(() => isOnTop(page, 'comment'), 'the card to be uppermost again');
    await page.click('comment');
    await page.page.type('after');
    assert.equal((await page.control('comment')).value, 'before after');
    await page.click('send');
    await page.thanks();
    await page.click('close');
    await page.gone();
}

// ---- frames

// A frame as a page: its places are those of the page around it, less its own.
class Frame extends HostPage {
    constructor({ page, address }, frame) {
        const around = Object.create(page, {
            evaluate: { value: (work, ...args) => frame.evaluate(work, ...args) },
            click: {
                value: async (x, y) => {
                    const corner = await page.evaluate(() => {
                        const { x, y } = document.getElementById('frame').getBoundingClientRect();
                        return [x + 2, y + 2];
                    });
                    await page.click(x + corner[0], y + corner[1]);
                },
            },
        });
        super(around, address);
    }
}

async function framed(page) {
    for (const file of ['framed.html', 'sandboxed.html']) {
        await page.open(file);
        const frame = await until(() => page.page.page.frames().find((frame) => frame.url().endsWith('plain.html')), 'the frame');
        const inside = new Frame(page, frame);
        await inside.ready();
        await inside.start();
        await inside.complete();
        assert.deepEqual(await inside.violations(), []);
        // Without an origin there is no storage: that it says.
        const errors = await inside.evaluate(() => window.errors);
        assert.deepEqual(errors.filter((text) => !/storage/.test(text)), [], file);
    }
}

// ---- the canvas, the view

// In the page, before the loader. What a browser that guards its person against being recognised does to a canvas.
function poison(kind) {
    const spoil = (owner, name, noise) => {
        const own = owner[name];
        owner[name] = function (...args) {
            if (kind === 'throws') throw new DOMException('not to be read', 'SecurityError');
            return noise(own.apply(this, args), args);
        };
    };
    const random = (data) => {
        for (let i = 0; i < data.length; ++i) data[i] = (i * 97) % 255;
    };
    spoil(CanvasRenderingContext2D.prototype, 'getImageData', (image) => (random(image.data), image));
    spoil(HTMLCanvasElement.prototype, 'toDataURL', () => 'data:,');
    spoil(HTMLCanvasElement.prototype, 'toBlob', () => undefined);
    spoil(WebGLRenderingContext.prototype, 'readPixels', (_, args) => random(args.at(-1)));
}

async function poisoned(page, kind) {
    await page.open(`${kind}.html`);
    await page.start();
    await page.show('nps');
    assert.equal((await page.diagnostics()).painter, 'imgui');
    await page.hide();
    await page.complete();
    assert.deepEqual(await page.evaluate(() => window.errors), []);
}

// In the page, before the loader: a view that a test moves as a keyboard on the screen does.
function fakeViewport() {
    const view = new EventTarget();
    const size = { width: () => innerWidth, height: () => innerHeight, offsetLeft: () => 0, offsetTop: () => 0, pageLeft: () => 0, pageTop: () => 0, scale: () => 1 };
    window.moveView = (over, type) => {
        Object.assign(size, Object.fromEntries(Object.entries(over).map(([name, value]) => [name, () => value])));
        view.dispatchEvent(new Event(type));
    };
    for (const name of Object.keys(size)) Object.defineProperty(view, name, { get: () => size[name]() });
    Object.defineProperty(window, 'visualViewport', { value: view });
}

async function softKeyboard(page) {
    await page.open('keyboard.html');
    await page.start();
    await page.show('nps');
    await page.click('score/2');
    await page.click('comment');
    await page.page.type('above');
    const seen = async (top, bottom) => {
        const field = () => page.evaluate(() => {
            const { top, bottom } = document.querySelector('candor-card').shadowRoot.querySelector('textarea').getBoundingClientRect();
            return [top, bottom];
        });
        await until(async () => {
            const [from, to] = await field();
            return from >= top && to <= bottom;
        }, `the field between ${top} and ${bottom}`);
    };
    const move = (over, type) => page.evaluate((over, type) => window.moveView(over, type), over, type);
    await quiet(page, 1000); // or it would be laid out anew without being told
    await move({ height: 300 }, 'resize');
    await seen(0, 300);
    await quiet(page, 1000);
    await move({ offsetTop: 180 }, 'scroll');
    await seen(180, 480);
    assert.equal(await page.focused(), 'comment');
    assert.equal((await page.control('comment')).value, 'above');
    await page.click('send');
    await page.thanks();
    await page.hide();
}

async function routed(page) {
    await page.open('plain.html');
    await page.start();
    await page.show('nps');
    await page.click('score/7');
    await page.click('comment');
    await page.page.type('one ');
    await page.evaluate(() => {
        history.pushState({}, '', '/another/route');
        document.querySelector('main').replaceChildren('another page');
        dispatchEvent(new PopStateEvent('popstate'));
    });
    await page.page.type('two');
    assert.equal((await page.control('comment')).value, 'one two');
    await page.click('send');
    await page.thanks();
    await page.click('close');
    await page.gone();
}

async function lost(page) {
    await page.open('plain.html');
    await page.start();
    await page.show('nps');
    await page.click('score/7');
    await page.click('comment');
    await page.page.type('half a wo');
    await page.evaluate(() => {
        const canvas = document.querySelector('candor-card').shadowRoot.querySelector('canvas');
        canvas.getContext('webgl').getExtension('WEBGL_lose_context').loseContext();
    });
    await until(async () => (await page.diagnostics()).painter === 'controls', 'the controls to take over');
    assert.equal(await page.focused(), 'comment');
    await page.page.type('rd');
    assert.equal((await page.control('comment')).value, 'half a word');
    await page.click('send');
    await page.thanks();
    await page.click('close');
    await page.gone();
}

async function printed(page) {
    await page.open('plain.html');
    await page.start();
    for (const survey of ['nps', 'inline']) await unprinted(page, survey);
}

async function unprinted(page, survey) {
    await page.show(survey);
    const boxes = () => page.evaluate(() => [...document.querySelector('candor-card').shadowRoot.querySelectorAll('*')].filter((element) => element.getClientRects().length).length);
    await page.page.page.emulateMediaType('print');
    assert.equal(await boxes(), 0);
    await page.page.page.emulateMediaType('screen');
    assert.ok((await boxes()) > 10);
    await page.hide();
}

async function withoutMotion(page) {
    await page.page.page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    await page.open('plain.html');
    await page.start();
    await page.evaluate(() => {
        // Where the card lies in each frame, and what of it moves by itself.
        window.places = new Set();
        window.moving = 0;
        const look = () => {
            const root = document.querySelector('candor-card')?.shadowRoot.querySelector('[role=dialog]');
            if (root && !root.hidden) {
                window.places.add(JSON.stringify(root.getBoundingClientRect()));
                window.moving += document.querySelector('candor-card').shadowRoot.getAnimations().length;
                if (window.witness.card?.nextFrame >= 0) ++window.moving;
            }
            requestAnimationFrame(look);
        };
        look();
    });
    await page.show('nps');
    await page.click('score/9');
    await page.control('comment');
    // Two: with the score alone, and with the field.
    assert.deepEqual(await page.evaluate(() => [window.places.size, window.moving]), [2, 0]);
    await page.hide();
    await page.page.page.emulateMediaFeatures([]);
}
