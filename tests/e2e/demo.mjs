// The story that `./dev demo --check` plays: one survey, three kinds of client, a collector that goes down, processes that
// are killed. Every part is real; each step is printed. Exits 0 when all of it came out as it should.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serve, shopMounts } from '../../demo/web/serve.mjs';
import { launch, startScreen, until } from './browser.mjs';
import { Collector, native, ShopPage, wasm } from './shop.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values: options } = parseArgs({ options: { pictures: { type: 'string', default: join(root, 'build/demo') } } });
const pictures = resolve(options.pictures);
const kSurvey = 'post-purchase';
const kComments = {
    'web-1': "Quick and friendly, l'été aussi 😀",
    'desktop-1': 'The mug arrived broken',
    'java-1': 'Très bien, مرحبا 日本語 😀',
};

let step = 0;
const say = (text) => console.log(`${String(++step).padStart(2)}. ${text}`);
const note = (text) => console.log(`    ${text}`);
const round = (text) => console.log(`\n${text}`);

// ---- a program that says what happens, a line each

class Program {
    constructor(command, args, env) {
        this.lines = [];
        this.read = 0;
        this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
        let rest = '';
        this.process.stdout.setEncoding('utf8').on('data', (data) => {
            const parts = (rest + data).split('\n');
            rest = parts.pop();
            this.lines.push(...parts);
        });
    }

    // The next line that matches, from where the last look ended.
    line(pattern) {
        return until(() => {
            assert(this.process.exitCode === null, `the program has ended; it said ${this.lines.slice(-5).join(' | ')}`);
            while (this.read < this.lines.length) {
                const found = pattern.exec(this.lines[this.read++]);
                if (found) return found;
            }
            return undefined;
        }, `${pattern} of ${this.process.spawnargs[0]}`);
    }

    // The last line that matches, wherever.
    last(pattern) {
        return until(() => this.lines.findLast((line) => pattern.test(line))?.match(pattern), String(pattern));
    }

    ended(signal) {
        if (this.process.exitCode !== null || this.process.signalCode !== null) return undefined;
        return new Promise((done) => {
            this.process.once('exit', done);
            this.process.kill(signal);
        });
    }
}

// ---- the three clients: each has buy, answer, comment, thanks, kill, why

class Web {
    constructor(place) {
        Object.assign(this, place, { name: 'web', profile: join(place.folder, 'web') });
    }
    async start() {
        this.browser = await launch('chromium', { profile: this.profile });
        this.page = new ShopPage(await this.browser.newPage(), this.shop);
        await this.page.open();
    }
    async be(person) {
        await this.page.signIn(person);
        await this.page.evaluate((name) => (document.getElementById('person').value = name), person);
    }
    reset() {
        return this.page.evaluate(() => window.candor.reset());
    }
    buy() {
        return this.page.buy();
    }
    async answer(score) {
        await this.page.control(`score/${score}`);
        await this.page.event('shown');
        await this.page.click(`score/${score}`);
    }
    async comment(text) {
        await this.page.click('comment');
        await this.page.page.type(text);
        await this.page.click('send');
    }
    async thanks() {
        await until(async () => /thank/i.test(await this.page.said()), "the page's thanks");
    }
    picture(file) {
        return this.page.page.screenshot(file);
    }
    async kill() {
        const gone = new Promise((done) => this.browser.process.once('exit', done));
        this.browser.process.kill('SIGKILL');
        await gone;
    }
    why() {
        return this.page.evaluate((survey) => window.candor.explain(survey), kSurvey);
    }
    async decided() {
        await this.page.evaluate(() => window.candor.flush?.());
    }
    async violations() {
        assert.deepEqual(await this.page.violations(), []);
    }
    async prompted() {
        return (await this.page.events('prompt')).length > 0;
    }
    async stop() {
        await this.browser?.close();
    }
}

class Desktop {
    constructor(place) {
        Object.assign(this, place, { name: 'desktop' });
    }
    async start(person) {
        const arguments_ = ['--document', join(root, 'demo/surveys/shop.json'), '--endpoint', this.endpoint, '--write-key', 'demo',
            '--storage', join(this.folder, 'desktop'), '--screenshot', join(pictures, 'desktop.png'), '--locale', 'en', '--trace'];
        if (person) arguments_.push('--person', person);
        this.program = new Program(join(native, 'demo/desktop/candor_shop'), arguments_, {
            DISPLAY: this.screen.display, LIBGL_ALWAYS_SOFTWARE: '1', SDL_VIDEODRIVER: 'x11',
        });
        await this.program.line(/^button buy /);
        this.window = await until(() => this.x('search', '--pid', `${this.program.process.pid}`, '--onlyvisible')?.split('\n')[0], 'the window');
        this.x('windowfocus', '--sync', this.window);
    }
    x(...args) {
        try {
            return execFileSync('xdotool', args, { env: { ...process.env, DISPLAY: this.screen.display }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
        } catch {
            return undefined;
        }
    }
    // Real input: the pointer goes where the picture is, and clicks.
    async click(pattern) {
        const [, x, y, width, height] = (await this.program.last(pattern)).map(Number);
        this.x('mousemove', '--window', this.window, `${Math.round(x + width / 2)}`, `${Math.round(y + height / 2)}`, 'click', '1');
    }
    node(key) {
        return new RegExp(`^node ${key} (-?\\d+) (-?\\d+) (\\d+) (\\d+)$`);
    }
    be(person) {
        return this.click(new RegExp(`^button person/${person} (-?\\d+) (-?\\d+) (\\d+) (\\d+)$`));
    }
    reset() {
        return this.click(/^button guest (-?\d+) (-?\d+) (\d+) (\d+)$/);
    }
    buy() {
        return this.click(/^button buy (-?\d+) (-?\d+) (\d+) (\d+)$/);
    }
    async answer(score) {
        await this.program.line(new RegExp(`^event shown ${kSurvey}`));
        await this.click(this.node(`score/${score}`));
        await this.program.line(new RegExp(`^event answered ${kSurvey}`));
    }
    async comment(text) {
        await this.click(this.node('comment'));
        this.x('type', '--delay', '12', text);
        await this.click(this.node('send'));
    }
    async thanks() {
        await this.program.line(new RegExp(`^event answered ${kSurvey}`));
    }
    async picture() {
        const mark = this.program.lines.length;
        this.program.process.kill('SIGUSR1');
        await until(() => this.program.lines.slice(mark).some((line) => line.startsWith('screenshot ')), 'the picture');
    }
    kill() {
        return this.program.ended('SIGKILL');
    }
    async decided() {
        const mark = this.program.lines.length;
        await until(() => this.program.lines.slice(mark - 3).some((line) => line.startsWith('event decided')), 'a decision');
    }
    async why() {
        const [, json] = await this.program.last(/^explain (.*)$/);
        return JSON.parse(json);
    }
    // All rules, in place of the shelf: its button has another word then.
    async showRules() {
        const pattern = /^button why (-?\d+) (-?\d+) (\d+) (\d+)$/;
        const width = async () => Number((await this.program.last(pattern))[3]);
        const before = await width();
        await this.click(pattern);
        await until(async () => (await width()) > before, 'the rules');
    }
    async prompted() {
        return this.program.lines.some((line) => line.startsWith('event possible'));
    }
    stop() {
        return this.program?.ended('SIGTERM');
    }
}

class Java {
    constructor(place) {
        Object.assign(this, place, { name: 'java' });
    }
    async start(person) {
        const storage = join(this.folder, 'java');
        await mkdir(storage, { recursive: true });
        const build = (path) => join(native, path);
        const arguments_ = [`-Dcandor.library=${build('platform/android/libcandor_jni.so')}`, '-Dfile.encoding=UTF-8',
            '-cp', `${build('platform/android/candor.jar')}:${build('demo/java/shop.jar')}`, 'Shop',
            '--document', join(root, 'demo/surveys/shop.json'), '--endpoint', this.endpoint, '--write-key', 'demo', '--storage', storage];
        if (person) arguments_.push('--person', person);
        this.program = new Program('java', arguments_, {});
        await this.program.line(/^commands: /);
        await this.program.line(/^event ready/);
    }
    tell(line) {
        this.program.process.stdin.write(`${line}\n`);
    }
    be(person) {
        this.tell(`identify ${person}`);
    }
    reset() {
        this.tell('reset');
    }
    buy() {
        this.tell('buy');
    }
    async answer(score) {
        await this.program.line(/^question score /);
        await this.program.line(new RegExp(`^event shown ${kSurvey}`));
        this.tell(`answer ${score}`);
        await this.program.line(new RegExp(`^event answered ${kSurvey}`));
    }
    comment(text) {
        this.tell(`comment ${text}`);
    }
    async thanks() {
        await this.program.line(new RegExp(`^event answered ${kSurvey}`));
    }
    picture() {}
    kill() {
        return this.program.ended('SIGKILL');
    }
    async decided() {
        await this.program.line(/^event decided/);
    }
    async why() {
        this.tell(`why ${kSurvey}`);
        const [, json] = await this.program.line(/^why (.*)$/);
        return JSON.parse(json);
    }
    async prompted() {
        return this.program.lines.some((line) => line.startsWith('event prompt_possible'));
    }
    stop() {
        return this.program?.ended('SIGTERM');
    }
}

// ---- what the collector says

async function summary(collector) {
    const answer = await fetch(`${collector.address}/v1/summary`);
    assert.equal(answer.status, 200);
    return answer.json();
}

const waveOf = (all) => all.surveys.find((wave) => wave.survey === kSurvey);

async function summaryWith(collector, n) {
    return until(async () => {
        const all = await summary(collector);
        return waveOf(all)?.n === n && waveOf(all).complete === n ? all : undefined;
    }, `${n} complete responses`, 120_000);
}

// Every batch that the collector took, posted once more as it came.
async function replay(collector, file) {
    const batches = (await readFile(file, 'utf8')).split('\n').filter(Boolean).map((line) => JSON.parse(line));
    for (const { content_type: type, body } of batches) {
        const answer = await fetch(`${collector.address}/v1/events`, { method: 'POST', headers: { 'content-type': type, 'candor-key': 'demo' }, body });
        assert.equal(answer.status, 200);
    }
    return batches.length;
}

async function pictureOf(url, file) {
    const browser = await launch('chromium', {});
    const page = await browser.newPage();
    await page.goto(url);
    await until(() => page.evaluate(() => document.body.innerText.includes('33')), 'the score on the dashboard');
    await page.screenshot(file);
    await browser.close();
}

// ---- the story

async function play(place, collector, record) {
    const clients = [new Web(place), new Desktop(place), new Java(place)];
    place.clients.push(...clients);

    round('Round one: each client asks one person after a purchase');
    for (const [client, score] of clients.map((client, i) => [client, [9, 3, 7][i]])) {
        const person = `${client.name}-1`;
        await client.start(person);
        await client.be(person);
        await client.buy();
        say(`${person} buys; two seconds later the card asks`);
        await client.answer(score);
        note(`chose ${score}`);
        if (client.name === 'desktop') await client.picture();
        if (client.name === 'web') await client.picture(join(pictures, 'web.png'));
        await client.comment(kComments[person]);
        await client.thanks();
        note(`wrote "${kComments[person]}", was thanked after the commit`);
        await client.violations?.();
    }
    await summaryWith(collector, 3);
    say('the collector has three complete responses');

    round('Round two: a second person on each, the collector is down, every client is killed');
    for (const client of clients) {
        await client.stop();
        await client.start(`${client.name}-1`);
        await client.reset();
        await client.be(`${client.name}-2`);
    }
    await collector.stop();
    say('collector stopped');
    for (const [client, score] of clients.map((client, i) => [client, [10, 9, 8][i]])) {
        await client.buy();
        await client.answer(score);
        await client.comment('while nobody listened');
        await client.thanks();
        await client.kill();
        say(`${client.name}-2 answered ${score}, was thanked; kill -9`);
    }
    await collector.start();
    say('collector started again; the clients are restarted');
    for (const client of clients) await client.start(`${client.name}-2`);
    const six = await summaryWith(collector, 6);
    const wave = waveOf(six);
    assert.equal(wave.persons_answered, 6);
    assert.equal(wave.nps.toFixed(1), '33.3');
    assert(wave.interval.low < wave.nps && wave.nps < wave.interval.high);
    assert.equal(wave.persons_shown, 6);
    const texts = wave.comments.map((comment) => comment.text);
    for (const comment of Object.values(kComments)) assert(texts.includes(comment), `the comment came as it was written: ${comment}`);
    say(`summary: ${wave.n} responses of ${wave.persons_answered} persons, NPS +${wave.nps.toFixed(1)} `
        + `(95 %: ${wave.interval.low.toFixed(1)} to ${wave.interval.high.toFixed(1)}), response rate ${wave.response_rate.answered} of ${wave.response_rate.shown}`);
    const count = await replay(collector, record);
    const again = await summary(collector);
    assert.deepEqual(again.surveys, six.surveys);
    say(`all ${count} recorded batches posted once more: nothing changed`);
    await pictureOf(`${collector.address}/`, join(pictures, 'collector.png'));

    round('Round three: back as the first persons, the event again');
    for (const client of clients) {
        await client.stop();
        await client.start(`${client.name}-1`);
        await client.be(`${client.name}-1`);
        await client.buy();
        const why = await until(async () => {
            const trace = await client.why();
            const survey = trace.surveys?.find((entry) => entry.survey === kSurvey);
            const rule = (name) => survey?.rules?.find((entry) => entry.rule === name);
            // Of this second purchase, not of what was decided before it.
            const counted = /counted 2 times/.test(rule('trigger')?.text);
            return counted && rule('wait_answered').verdict === 'block' ? survey : undefined;
        }, `${client.name}'s trace`);
        assert.equal(await client.prompted(), false, 'nobody is asked twice');
        await client.showRules?.();
        say(`${client.name}-1 buys again: no prompt`);
        for (const rule of why.rules.filter(({ verdict }) => verdict === 'block')) note(`${rule.rule}: ${rule.text}`);
    }
    assert.deepEqual((await summary(collector)).surveys.map(({ n }) => n), six.surveys.map(({ n }) => n));
}

async function main() {
    const begin = Date.now();
    await mkdir(pictures, { recursive: true });
    const folder = await mkdtemp(join(tmpdir(), 'candor-demo-'));
    const surveys = join(folder, 'surveys');
    const record = join(folder, 'batches.jsonl');
    execFileSync(join(native, 'platform/cli/candor'), ['build', join(root, 'demo/surveys/shop.json'), '--out', surveys], { stdio: ['ignore', 'ignore', 'inherit'] });
    say('candor build: the survey document is published, with its gate');
    let collector;
    // The canvas however long its context takes: the pictures are to show what Dear ImGui paints.
    const shop = await serve({ painter: 'canvas', collector: () => collector.address, mounts: shopMounts({ wasm: join(wasm, 'web'), surveys }) });
    collector = await Collector.start(folder, shop.address, ['--record', record]);
    say(`collector at ${collector.address}, the shop's page at ${shop.address}`);
    const screen = await startScreen();
    const place = { folder, screen, shop: shop.address, endpoint: `${collector.address}/v1/events`, clients: [] };
    try {
        await play(place, collector, record);
    } finally {
        for (const client of place.clients) await client.stop();
        await collector.stop();
        await shop.close();
        await screen.close();
        await rm(folder, { recursive: true, force: true });
    }
    console.log(`\nAll as it should be, in ${Math.round((Date.now() - begin) / 1000)} s. Pictures: ${pictures}/{web,desktop,collector}.png`);
}

await main();
