// The shop, its collector and a browser, for one test: everything real.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve, shopMounts } from '../../demo/web/serve.mjs';
import { launch, until } from './browser.mjs';
import { Gateway } from './gateway.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const wasm = process.env.CANDOR_WASM_DIR ?? join(root, 'build/wasm');
export const native = process.env.CANDOR_NATIVE_DIR ?? join(root, 'build/native');

// ---- the collector

export class Collector {
    static async start(folder, origin, more = []) {
        const collector = new Collector();
        collector.arguments = ['--database', join(folder, 'collector.db'), '--write-key', 'demo', '--allow-origin', origin, ...more];
        collector.port = 0;
        await collector.start();
        return collector;
    }

    // Again at the same address, when it ran before.
    async start() {
        this.process = spawn(join(native, 'demo/collector/candor-collector'), [...this.arguments, '--port', `${this.port}`], {
            stdio: ['ignore', 'pipe', 'inherit'],
        });
        let said = '';
        this.address = await new Promise((resolve, reject) => {
            this.process.once('error', reject);
            this.process.once('exit', (code) => reject(new Error(`the collector ended with ${code}`)));
            this.process.stdout.on('data', (data) => {
                const found = /listening on (\S+)/.exec((said += data));
                if (found) resolve(found[1]);
            });
        });
        this.port = Number(new URL(this.address).port);
    }

    async stop() {
        this.process.removeAllListeners('exit');
        if (this.process.exitCode !== null) return;
        const gone = new Promise((resolve) => this.process.once('exit', resolve));
        this.process.kill('SIGTERM');
        await gone;
    }

    // Each submission's highest revision.
    async responses() {
        const answer = await fetch(`${this.address}/v1/responses.jsonl`);
        assert.equal(answer.status, 200);
        return (await answer.text()).split('\n').filter(Boolean).map((line) => JSON.parse(line).data);
    }

    // The ledger of a survey's wave: persons and moments by state.
    async ledger(survey) {
        const answer = await fetch(`${this.address}/v1/summary`);
        const found = (await answer.json()).surveys.find((wave) => wave.survey === survey);
        const counted = (states) => Object.fromEntries(Object.entries(states ?? {}).filter(([, count]) => count !== 0));
        return { persons: counted(found?.exposures), moments: counted(found?.moments) };
    }

    async of(person) {
        return (await this.responses()).filter((response) => response.person === person);
    }
}

export const scoreOf = (response) => response.answers.find(({ type }) => type === 'nps')?.score;

// ---- the shop

export async function openShop(browserName, options = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'candor-shop-'));
    const surveys = join(folder, 'surveys');
    const document = join(folder, 'shop.json'); // whose name the published files have
    if (options.document) await writeFile(document, JSON.stringify(options.document));
    else await copyFile(join(root, 'demo/surveys', options.survey ?? 'shop.json'), document);
    execFileSync(join(native, 'platform/cli/candor'), ['build', document, '--out', surveys], {
        stdio: ['ignore', 'ignore', 'inherit'],
    });
    // Either needs the other's address: the shop's comes first, its pages are asked for later.
    let collector;
    const gateway = await Gateway.start(() => collector.address);
    const requests = [];
    const shop = await serve({
        collector: () => gateway.address,
        headers: options.headers,
        painter: 'canvas', // on a busy machine it may start late
        mounts: shopMounts({ wasm: join(wasm, 'web'), surveys }),
        onRequest: ({ url }) => requests.push(url),
    });
    collector = await Collector.start(folder, shop.address, options.collector);
    const profile = join(folder, 'profile');
    if (options.profile) await options.profile(profile);
    const start = () => launch(browserName, { ...options, profile });
    let browser = await start();
    return {
        address: shop.address,
        collector,
        gateway,
        get browser() {
            return browser;
        },
        folder,
        requests,
        newPage: async () => new ShopPage(await browser.newPage(), shop.address),
        // The same profile, by another process.
        again: async () => {
            await browser.close();
            browser = await start();
        },
        close: async () => {
            await browser.close();
            await shop.close();
            await gateway.close();
            await collector.stop();
            await rm(folder, { recursive: true, force: true });
        },
    };
}

// A page of the shop. What it does with the card goes through real input, at the place where the control lies.
export class ShopPage {
    constructor(page, address) {
        Object.assign(this, { page, address });
    }

    async open(path = '/') {
        await this.page.goto(this.address + path);
        await this.ready();
    }

    async reload() {
        await this.page.reload();
        await this.ready();
    }

    // The test listens from the first call on; violations before that are asked for by a report of the browser's own.
    async ready() {
        await until(() => this.page.evaluate(() => typeof window.candor?.track === 'function'), 'the loader');
        await this.page.evaluate(() => {
            if (window.seen) return;
            window.seen = { violations: [], events: [] };
            document.addEventListener('securitypolicyviolation', (event) => window.seen.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
            for (const type of ['prompt', 'shown', 'answered', 'dismissed', 'ended', 'delivered', 'decided', 'error']) {
                window.candor.on(type, (event) => window.seen.events.push([type, event.survey, event.text]));
            }
        });
    }

    evaluate(work, ...args) {
        return this.page.evaluate(work, ...args);
    }

    // As a login does: the shop's own code, which keeps the person for the next page.
    async signIn(person) {
        await this.evaluate((name) => {
            sessionStorage.setItem('person', name);
            window.candor.identify(name);
        }, person);
    }

    async buy() {
        const [x, y] = await this.evaluate(() => {
            const button = document.querySelector('button[data-product]');
            button.scrollIntoView({ block: 'center' });
            const { x, y, width, height } = button.getBoundingClientRect();
            return [x + width / 2, y + height / 2];
        });
        await this.page.click(x, y);
    }

    // Where the card's control lies, or nothing.
    place(key) {
        return this.evaluate((name) => {
            const card = document.querySelector('candor-card');
            const control = card?.shadowRoot.querySelector(`[data-key="${name}"]`);
            if (!control || card.shadowRoot.querySelector('[role=dialog]').hidden) return null;
            const { x, y, width, height } = control.getBoundingClientRect();
            return width > 0 ? { x: x + width / 2, y: y + height / 2, value: control.value ?? '', checked: !!control.checked, text: control.textContent } : null;
        }, key);
    }

    // Once it lies still: the same place in two looks, with a frame in between.
    async control(key) {
        let last;
        return until(async () => {
            const place = await this.place(key);
            const isStill = place && last && place.x === last.x && place.y === last.y;
            last = place;
            if (!isStill) await this.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
            return isStill && place;
        }, `the card's ${key}`);
    }

    async click(key) {
        const { x, y } = await this.control(key);
        await this.page.click(x, y);
    }

    // What the card says, as one text.
    said() {
        return this.evaluate(() => document.querySelector('candor-card')?.shadowRoot.querySelector('[role=dialog]').textContent ?? '');
    }

    hasCard() {
        return this.evaluate(() => !!document.querySelector('candor-card'));
    }

    diagnostics() {
        return this.evaluate(() => window.candor.diagnostics());
    }

    events(type) {
        return this.evaluate((name) => window.seen.events.filter(([kind]) => kind === name), type);
    }

    event(type) {
        return until(async () => (await this.events(type))[0], `the event ${type}`);
    }

    // For a step that failed: what the page knows.
    report() {
        return this.evaluate(async () => {
            const why = window.candor.diagnostics().core ? await window.candor.explain() : null;
            const blocking = why?.surveys?.map(({ survey, text }) => `${survey}: ${text}`);
            return JSON.stringify({ hidden: document.hidden, ...window.candor.diagnostics(), events: window.seen?.events, blocking });
        }).catch(String);
    }

    violations() {
        return this.evaluate(() => window.seen.violations);
    }
}
