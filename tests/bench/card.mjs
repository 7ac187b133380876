// What the card costs on a page, as JSON lines: node card.mjs [name...]. In Chromium, by the package as it is shipped.
//   card.frame_wasm    layout and paint of one frame, in milliseconds, on the cards of bench_card.cpp; after the pointer went
//                      to another control, and when nothing happened. `of_text` is what the page's canvas took to measure
//                      text, `layout` what the layout alone takes that the controls are made of.
//   card.first_frame   from the tick that chose to ask to the first frame on screen, by the package's own notion of that
//                      (the animation frame after the one that drew), of a card whose core and context were made in its
//                      trigger's delay; `drawn`: when the frame that draws was done. The median, and the worst.
//   card.longest_task  the longest task of the page's thread in which the package runs, on a processor made four times
//                      slower, from the page's load to the stored answer, less what WebGL and the page's own scripts took
//                      of it. (The task that loads the script is the page's: of it, what the script took.) In the thread's
//                      processor time, which a busy machine changes less than the clock's, though it does: what slows the
//                      processor down is told by a clock. Of several runs the median, the least and the worst, and what that
//                      one did; `wall`: the same by the clock. CANDOR_BENCH_TASKS=1: all tasks of the first run.
//   card.gl            of the same runs, by the clock: what WebGL took of the task that makes the context, and of the first
//                      that draws; `rest`: what else they took, in processor time
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../e2e/browser.mjs';
import { openShop } from '../e2e/shop.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const asked = process.argv.slice(2);
const isWanted = (name) => asked.length === 0 || asked.some((one) => name === one || (!one.includes('.') && name.startsWith(one)));

const sorted = (values) => [...values].sort((a, b) => a - b);
const median = (values) => sorted(values)[values.length >> 1];
const worst = (values) => Math.max(...values);
const rounded = (number) => Math.round(number * 1000) / 1000;
function print(bench, value, limit, more) {
    const compared = limit ? { limit, ratio: rounded(value / limit) } : {};
    console.log(JSON.stringify({ bench, value: rounded(value), unit: 'ms', ...compared, ...more }));
}

// ---- card.frame_wasm

const kFrameLimit = 1;
const kTurns = 21;
const kFramesATurn = 50;
const kCases = [
    { card: 'corner', survey: 'score', locale: 'en', surface: [1100, 760, 1] },
    { card: 'sheet', survey: 'score', locale: 'en', surface: [360, 740, 3] },
    { card: 'choices', survey: 'wishes', locale: 'en', surface: [1100, 760, 1] },
    { card: 'arabic', survey: 'score', locale: 'ar', surface: [1100, 760, 1] },
    { card: 'typed 1000', survey: 'words', locale: 'en', surface: [1100, 760, 1], typed: 1000 },
];
// A page of its own processes has a clock of 5 µs, others one of 100.
const kIsolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

// In the page, before anything of it runs: what the module exports and asks for goes through here. Its names are short ones
// that each build chooses anew, so that calls are known by when they are made and by what they take.
function tapModule() {
    const tap = (window.tap = { calls: [], isListening: false, isTimed: false, inText: 0 });
    const timed = (work) => (...given) => {
        if (!tap.isTimed) return work(...given);
        const begin = performance.now();
        const result = work(...given);
        tap.inText += performance.now() - begin;
        return result;
    };
    const heard = (work) => (...given) => {
        if (tap.isListening) {
            const bytes = given.length === 3 ? new Uint8Array(tap.exports.memory.buffer, given[1], given[2] - given[1]).slice() : undefined;
            tap.calls.push({ work, given, bytes });
        }
        return work(...given);
    };
    const real = WebAssembly.instantiate;
    WebAssembly.instantiate = async (bytes, { host, ...others }) => {
        const { module, instance } = await real(bytes, { host: new Proxy(host, { get: (all, name) => timed(all[name]) }), ...others });
        tap.exports = instance.exports;
        const wrapped = Object.entries(instance.exports).map(([name, what]) => [name, typeof what === 'function' ? heard(what) : what]);
        return { module, instance: { exports: Object.fromEntries(wrapped) } };
    };
}

// In the page: the calls that a frame is made of, said again many times.
async function measureFrames(turns, framesATurn) {
    const { tap } = window;
    const animationFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const root = document.querySelector('candor-card').shadowRoot.querySelector('[role=dialog]');
    const listen = async (cause) => {
        tap.calls = [];
        tap.isListening = true;
        cause();
        await animationFrame();
        await animationFrame();
        tap.isListening = false;
        return tap.calls;
    };
    const controls = [...root.querySelectorAll('input, button')].map((control) => control.getBoundingClientRect());
    const places = [controls[0], controls[controls.length - 1]].map(({ x, y, width, height }) => [x + width / 2, y + height / 2]);
    const pointAt = ([clientX, clientY]) => root.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY, pointerType: 'mouse' }));
    await listen(() => pointAt(places[0]));
    const calls = await listen(() => pointAt(places[1]));
    const [layout, draw] = calls.filter(({ given }) => given.length === 3);
    const pointer = calls.find(({ given }) => given.length === 4);
    if (!layout || !draw || !pointer) throw new Error('the calls of a frame were not heard');

    const kOut = 48;
    const say = ({ work, given: [client], bytes }) => {
        const at = tap.exports.input(bytes.length + kOut);
        new Uint8Array(tap.exports.memory.buffer).set(bytes, at);
        if (work(client, at, at + bytes.length) !== 0) throw new Error('no card');
    };
    let hovered = 0;
    const hover = () => pointer.work(pointer.given[0], pointer.given[1], ...places[++hovered % 2]);
    const turn = (change, call) => {
        const begin = performance.now();
        for (let i = 0; i < framesATurn; ++i) {
            change();
            if (call) say(call);
        }
        return (performance.now() - begin) / framesATurn;
    };
    const measure = (change) => {
        const rows = { frame: [], layout: [], ofText: [] };
        for (let i = 0; i <= turns; ++i) {
            const changing = turn(change, undefined);
            const frame = turn(change, draw) - changing;
            const laid = turn(change, layout) - changing;
            Object.assign(tap, { isTimed: true, inText: 0 });
            const whole = turn(change, draw);
            tap.isTimed = false;
            if (i === 0) continue;
            rows.frame.push(frame);
            rows.layout.push(laid);
            rows.ofText.push(tap.inText / framesATurn / whole);
        }
        return rows;
    };
    return { nothing: measure(() => {}), hover: measure(hover) };
}

async function showCard(page, { survey, locale, surface, typed }) {
    await page.page.resize(...surface);
    // What ended a moment ago may still hold the place: then it is asked for again.
    await until(async () => {
        await page.evaluate((locale, survey) => {
            window.candor.setContext({ locale });
            window.candor.show(survey, { preview: true });
        }, locale, survey);
        return page.hasCard();
    }, 'the card');
    await page.control('close');
    if (!typed) return;
    await page.click('score/7');
    await page.control('comment');
    await page.evaluate((count) => {
        const field = document.querySelector('candor-card').shadowRoot.querySelector('textarea');
        field.focus();
        field.value = 'The parcel came on the day that was promised, but the box had been opened and closed again. '.repeat(count).slice(0, count);
        field.dispatchEvent(new InputEvent('input'));
    }, typed);
}

async function frameWasm() {
    const document = JSON.parse(await readFile(join(here, 'cards.json'), 'utf8'));
    const shop = await openShop('chromium', { document, headers: kIsolated });
    try {
        const page = await shop.newPage();
        await page.page.page.evaluateOnNewDocument(tapModule);
        await page.open();
        for (const each of kCases) {
            await showCard(page, each);
            const rows = await page.evaluate(measureFrames, kTurns, kFramesATurn);
            for (const [after, { frame, layout, ofText }] of Object.entries(rows)) {
                const more = { layout: rounded(median(layout)), of_text: rounded(median(ofText)) };
                print('card.frame_wasm', median(frame), kFrameLimit, { card: each.card, after, ...more });
            }
            await page.evaluate(() => window.candor.hide());
            await until(async () => !(await page.hasCard()), 'the end of the card');
        }
    } finally {
        await shop.close();
    }
}

// ---- card.first_frame

const kFirstLimit = 50;
const kFirstRuns = 11;

// In the page: the tick is a timer's work, and the event comes at its end.
function watchFirstFrame() {
    const { setTimeout } = window;
    let tick = 0;
    window.setTimeout = (work, ...rest) =>
        setTimeout((...given) => {
            tick = performance.now();
            work(...given);
        }, ...rest);
    (window.candor = window.candor || []).push(['on', 'prompt', () => {
        const decided = tick;
        const watch = new MutationObserver(() => {
            if (!document.querySelector('candor-card')) return;
            watch.disconnect();
            // The card's own came first. Two frames on, the one in between was shown.
            requestAnimationFrame(() => {
                const drawn = performance.now() - decided;
                requestAnimationFrame(() => (window.firstFrame = { shown: performance.now() - decided, drawn }));
            });
        });
        watch.observe(document, { childList: true, subtree: true });
        document.body.append(document.createComment('for a card that is there already'));
    }]);
}

async function firstFrame() {
    const shop = await openShop('chromium', { headers: kIsolated });
    try {
        const runs = [];
        for (let i = 0; i < kFirstRuns; ++i) {
            const page = await shop.newPage();
            await page.page.page.evaluateOnNewDocument(watchFirstFrame);
            await page.open();
            await page.signIn(`first-${i}`);
            await page.buy();
            const run = await until(() => page.evaluate(() => window.firstFrame), 'the first frame');
            if ((await page.diagnostics()).painter !== 'imgui') throw new Error('the card was not drawn on a canvas');
            runs.push(run);
            await page.page.close();
        }
        const [shown, drawn] = ['shown', 'drawn'].map((name) => runs.map((run) => run[name]));
        print('card.first_frame', median(shown), kFirstLimit, { worst: rounded(worst(shown)), drawn: rounded(median(drawn)), worst_drawn: rounded(worst(drawn)), runs: kFirstRuns });
    } finally {
        await shop.close();
    }
}

// ---- card.longest_task

const kTaskLimit = 50;
const kTaskRuns = 9;
const kSlowDown = 4;
const kCategories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing', 'v8'];
const kGl = 'webgl ';
const kOurs = 'the package goes on';

// In the page: what goes on after a promise has no address in a trace. Of these, none but the package's is waited for.
function markTasks(name) {
    const marked = (value) => {
        performance.mark(name);
        return value;
    };
    const mark = (owner, method) => {
        const real = owner[method];
        owner[method] = function (...given) {
            return real.apply(this, given).then(marked);
        };
    };
    mark(Response.prototype, 'arrayBuffer');
    mark(Response.prototype, 'text');
    mark(WebAssembly, 'instantiate');
    mark(Scheduler.prototype, 'postTask');
}

// In the page: each call of WebGL that takes long enough to be seen becomes a span of the trace.
function markWebGl(prefix) {
    const wrap = (owner, name, isOurs = () => true) => {
        const real = owner[name];
        owner[name] = function (...given) {
            if (!isOurs(...given)) return real.apply(this, given);
            const start = performance.now();
            const result = real.apply(this, given);
            const end = performance.now();
            if (end - start > 0.1) performance.measure(prefix + name, { start, end });
            return result;
        };
    };
    const canvas = HTMLCanvasElement.prototype;
    wrap(canvas, 'getContext', (kind) => kind === 'webgl');
    const all = WebGLRenderingContext.prototype;
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(all))) {
        if (typeof value === 'function' && name !== 'constructor') wrap(all, name);
    }
    // A size is a drawing buffer.
    const drawn = new WeakSet();
    const { getContext } = canvas;
    canvas.getContext = function (...given) {
        const context = getContext.apply(this, given);
        if (given[0] === 'webgl') drawn.add(this);
        return context;
    };
    for (const side of ['width', 'height']) {
        const real = Object.getOwnPropertyDescriptor(canvas, side);
        const setter = { [side]: real.set };
        wrap(setter, side);
        Object.defineProperty(canvas, side, { ...real, set(value) { (drawn.has(this) ? setter[side] : real.set).call(this, value); } });
    }
}

// Spans have a beginning and an end; asynchronous ones come as two events.
function spansOf(events) {
    const open = new Map();
    const spans = [];
    for (const event of events) {
        const key = `${event.pid} ${event.id ?? event.id2?.local} ${event.name}`;
        if (event.ph === 'X') spans.push({ ...event, end: event.ts + (event.dur ?? 0) });
        else if (event.ph === 'b') open.set(key, event);
        else if (event.ph === 'e' && open.has(key)) spans.push({ ...open.get(key), end: event.ts });
    }
    return spans;
}

const kParts = ['FunctionCall', 'EvaluateScript', 'v8.compile', 'v8.compileModule', 'TimerFire', 'FireAnimationFrame', 'EventDispatch', 'RunMicrotasks', 'Layout', 'UpdateLayoutTree', 'Paint', 'MajorGC', 'MinorGC', 'XHRLoad'];

// The tasks in which a script from `folder` runs or is compiled, or goes on.
function tasksOf(events, folder) {
    const spans = spansOf(events);
    const urlOf = ({ args }) => args?.data?.url ?? args?.fileName ?? args?.beginData?.url ?? '';
    const goesOn = events.filter(({ name }) => name === kOurs).map((event) => ({ ...event, end: event.ts }));
    const ours = [...spans.filter((span) => urlOf(span).includes(folder)), ...goesOn];
    const threads = new Set(ours.map(({ pid, tid }) => `${pid} ${tid}`));
    const began = Math.min(...ours.map(({ ts }) => ts));
    const isWithin = (outer) => (inner) => inner !== outer && inner.pid === outer.pid && inner.ts >= outer.ts && inner.end <= outer.end;
    const isTask = ({ name, pid, tid }) => name === 'RunTask' && threads.has(`${pid} ${tid}`);
    return spans
        .filter((span) => isTask(span) && ours.some(isWithin(span)))
        .map((task) => {
            const within = spans.filter(isWithin(task));
            const webgl = within.filter(({ name }) => name.startsWith(kGl));
            const ms = (list) => list.reduce((sum, { ts, end }) => sum + (end - ts), 0) / 1000;
            const isOurs = (span) => urlOf(span).includes(folder);
            // A script tag's work is part of the page's loading: of such a task ours is what runs in the script, or for it.
            const isLoading = within.some((span) => span.name === 'EvaluateScript' && isOurs(span));
            const own = within.filter((span) => span.tid === task.tid && isOurs(span));
            const outermost = own.filter((span) => !own.some((other) => isWithin(other)(span)));
            const others = within.filter((span) => span.name === 'EvaluateScript' && !isOurs(span));
            const parts = new Map();
            for (const span of within.filter(({ name, tid }) => tid === task.tid && kParts.includes(name))) {
                const called = span.args?.data?.functionName;
                const name = `${span.name}${called ? ` ${called}` : ''}${urlOf(span) ? ` ${urlOf(span).split('/').pop()}` : ''}`;
                parts.set(name, (parts.get(name) ?? 0) + ms([span]));
            }
            const longest = [...parts].sort((a, b) => b[1] - a[1]).slice(0, 6).map(([name, time]) => `${name} ${Math.round(time)}`);
            const has = (name) => webgl.some((span) => span.name === kGl + name);
            const whole = ms([task]);
            const wall = isLoading ? ms(outermost) : whole - ms(webgl) - ms(others);
            // What is not the package's has no processor time of its own: by its share.
            const processor = ((task.tdur ?? 0) / 1000) * (wall / whole);
            return {
                at: Math.round((task.ts - began) / 1000), own: processor, wall, whole, webgl: ms(webgl), longest,
                context: has('getContext'), calls: webgl.map((span) => `${span.name.slice(kGl.length)} ${rounded(ms([span]))}`),
            };
        });
}

async function traced(shop, person) {
    const page = await shop.newPage();
    const { page: puppet } = page.page;
    await puppet.evaluateOnNewDocument(markWebGl, kGl);
    await puppet.evaluateOnNewDocument(markTasks, kOurs);
    const session = await puppet.createCDPSession();
    await session.send('Emulation.setCPUThrottlingRate', { rate: kSlowDown });
    await puppet.tracing.start({ categories: kCategories });
    await page.open();
    await page.signIn(person);
    await page.buy();
    await page.event('shown');
    await page.click('score/9');
    await page.event('answered');
    const trace = JSON.parse(Buffer.from(await puppet.tracing.stop()).toString());
    await page.page.close();
    return tasksOf(trace.traceEvents, '/candor/');
}

async function longestTask() {
    const shop = await openShop('chromium');
    try {
        const runs = [];
        for (let i = 0; i < kTaskRuns; ++i) runs.push(await traced(shop, `task-${i}`));
        const most = (tasks, key) => tasks.reduce((a, b) => (a[key] > b[key] ? a : b));
        const longest = runs.map((tasks) => most(tasks, 'own'));
        const times = longest.map(({ own }) => own);
        const { at, own, longest: did } = most(longest, 'own');
        const wall = rounded(median(runs.map((tasks) => most(tasks, 'wall').wall)));
        const least = rounded(Math.min(...times));
        print('card.longest_task', median(times), kTaskLimit, { least, worst: rounded(own), wall, at, did, slowed: kSlowDown });
        for (const [what, isIt] of [['context', (task) => task.context], ['draw', (task) => !task.context && task.webgl > 0]]) {
            const tasks = runs.map((all) => all.find(isIt)).filter(Boolean);
            if (!tasks.length) continue;
            const { webgl, calls } = most(tasks, 'webgl');
            const rest = rounded(median(tasks.map(({ own }) => own)));
            print('card.gl', median(tasks.map(({ webgl }) => webgl)), 0, { of: what, worst: rounded(webgl), rest, calls: calls.slice(0, 8), slowed: kSlowDown });
        }
        if (process.env.CANDOR_BENCH_TASKS) for (const task of runs[0]) console.error(JSON.stringify(task));
    } finally {
        await shop.close();
    }
}

if (isWanted('card.frame_wasm')) await frameWasm();
if (isWanted('card.first_frame')) await firstFrame();
if (isWanted('card.longest_task') || isWanted('card.gl')) await longestTask();
