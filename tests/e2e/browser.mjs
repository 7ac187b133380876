// One small face on three browsers: Chromium and Firefox through puppeteer, WebKit through its own driver.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const kWidth = 1100;
export const kHeight = 760;
const kDeadline = 60_000; // of any condition waited for: reached only by a failure

// ---- a screen: without one Firefox has no WebGL and WebKit no window

export async function startScreen() {
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const number = await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
        server.stdio[3].once('data', (data) => resolve(String(data).trim()));
    });
    return { display: `:${number}`, close: () => ended(server) };
}

function ended(process) {
    if (process.exitCode !== null || process.signalCode !== null) return undefined;
    return new Promise((resolve) => {
        process.once('exit', resolve);
        process.kill('SIGTERM');
    });
}

async function freePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

// ---- Chromium, Firefox

class PuppeteerPage {
    constructor(page) {
        this.page = page;
    }
    goto(url) {
        return this.page.goto(url, { waitUntil: 'load' });
    }
    reload() {
        return this.page.reload({ waitUntil: 'load' });
    }
    evaluate(work, ...args) {
        return this.page.evaluate(work, ...args);
    }
    // In the middle of what `find` returns the rectangle of.
    click(x, y) {
        return this.page.mouse.click(x, y);
    }
    move(x, y) {
        return this.page.mouse.move(x, y);
    }
    type(text) {
        return this.page.keyboard.type(text);
    }
    // One key, or with another held: `Shift+Tab`.
    async press(keys) {
        const [key, held] = keys.split('+').reverse();
        if (held) await this.page.keyboard.down(held);
        await this.page.keyboard.press(key === 'Space' ? ' ' : key);
        if (held) await this.page.keyboard.up(held);
    }
    async screenshot(path) {
        await this.page.screenshot({ path });
    }
    resize(width, height, deviceScaleFactor = 1) {
        return this.page.setViewport({ width, height, deviceScaleFactor });
    }
    front() {
        return this.page.bringToFront();
    }
    close() {
        return this.page.close();
    }
}

async function launchPuppeteer(name, options) {
    const { default: puppeteer } = await import('puppeteer-core');
    const home = await mkdtemp(join(tmpdir(), 'candor-e2e-'));
    const screen = name === 'firefox' ? await startScreen() : undefined;
    const common = { defaultViewport: { width: kWidth, height: kHeight }, protocolTimeout: 120_000 };
    const browser = await (name === 'firefox'
        ? puppeteer.launch({
              ...common,
              browser: 'firefox',
              executablePath: '/usr/bin/firefox-esr',
              headless: false,
              ...(options.profile && { userDataDir: options.profile }),
              env: { ...process.env, HOME: home, DISPLAY: screen.display, ...options.env },
              extraPrefsFirefox: { 'datareporting.policy.dataSubmissionEnabled': false, ...options.preferences },
          })
        : puppeteer.launch({
              ...common,
              executablePath: '/usr/bin/chromium',
              headless: true,
              userDataDir: options.profile ?? join(home, 'profile'),
              env: { ...process.env, HOME: home, ...options.env },
              args: [
                  '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking',
                  '--no-first-run', '--disable-sync', '--disable-component-update', '--disable-quic', ...(options.args ?? []),
              ],
          }));
    return {
        name,
        process: browser.process(),
        newPage: async () => new PuppeteerPage(await browser.newPage()),
        close: async () => {
            await browser.close().catch(() => {});
            await screen?.close();
            await rm(home, { recursive: true, force: true, maxRetries: 5 });
        },
    };
}

// ---- WebKit

class WebKitPage {
    constructor(driver, handle, keys) {
        Object.assign(this, { driver, handle, keys });
    }
    async front() {
        await this.driver.switchTo().window(this.handle);
    }
    async goto(url) {
        await this.front();
        await this.driver.get(url);
    }
    async reload() {
        await this.front();
        await this.driver.navigate().refresh();
    }
    async evaluate(work, ...args) {
        await this.front();
        const script = `const done = arguments[arguments.length - 1];
            Promise.resolve().then(() => (${work}).apply(null, arguments[0])).then(
                (value) => done({ value }), (error) => done({ error: String(error && error.stack || error) }));`;
        const { value, error } = await this.driver.executeAsyncScript(script, args);
        if (error) throw new Error(error);
        return value ?? undefined;
    }
    async click(x, y) {
        await this.front();
        await this.driver.actions().move({ x: Math.round(x), y: Math.round(y) }).click().perform();
    }
    async move(x, y) {
        await this.front();
        await this.driver.actions().move({ x: Math.round(x), y: Math.round(y) }).perform();
    }
    async type(text) {
        await this.front();
        await this.driver.actions().sendKeys(text).perform();
    }
    async press(keys) {
        await this.front();
        const [key, held] = keys.split('+').reverse();
        const names = { Enter: 'ENTER', Escape: 'ESCAPE', Tab: 'TAB', ArrowRight: 'ARROW_RIGHT', ArrowLeft: 'ARROW_LEFT', ArrowUp: 'ARROW_UP', ArrowDown: 'ARROW_DOWN', Home: 'HOME', End: 'END', Space: 'SPACE' };
        const actions = this.driver.actions();
        if (held) actions.keyDown(this.keys[held.toUpperCase()]);
        actions.sendKeys(this.keys[names[key]] ?? key);
        if (held) actions.keyUp(this.keys[held.toUpperCase()]);
        await actions.perform();
    }
    async screenshot(path) {
        await this.front();
        await writeFile(path, await this.driver.takeScreenshot(), 'base64');
    }
    async resize(width, height) {
        await this.front();
        await this.driver.manage().window().setRect({ width, height });
    }
    async close() {
        await this.front();
        await this.driver.close();
        const [other] = await this.driver.getAllWindowHandles();
        if (other) await this.driver.switchTo().window(other);
    }
}

function miniBrowser() {
    for (const folder of readdirSync('/usr/lib')) {
        for (const version of ['4.1', '4.0', '6.0']) {
            const path = `/usr/lib/${folder}/webkit2gtk-${version}/MiniBrowser`;
            if (existsSync(path)) return path;
        }
    }
    throw new Error('no MiniBrowser: webkit2gtk-driver is not installed');
}

async function launchWebKit(_name, options) {
    const { Builder, Capabilities, Key } = (await import('selenium-webdriver')).default;
    const home = await mkdtemp(join(tmpdir(), 'candor-e2e-'));
    const screen = await startScreen();
    const port = await freePort();
    const service = spawn('WebKitWebDriver', [`--port=${port}`], {
        stdio: 'ignore',
        env: { ...process.env, HOME: home, DISPLAY: screen.display, LIBGL_ALWAYS_SOFTWARE: '1', ...options.env },
    });
    await until(async () => fetch(`http://127.0.0.1:${port}/status`).then((answer) => answer.ok, () => false), 'WebKitWebDriver');
    const capabilities = new Capabilities({
        browserName: 'MiniBrowser',
        'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] },
    });
    const driver = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
    await driver.manage().setTimeouts({ script: 60_000 });
    await driver.manage().window().setRect({ width: kWidth, height: kHeight });
    let isFirst = true;
    return {
        name: 'webkit',
        process: service,
        newPage: async () => {
            // A window, not a tab: a tab behind another one is hidden, and there is no way to bring it to the front.
            if (!isFirst) await driver.switchTo().newWindow('window');
            isFirst = false;
            return new WebKitPage(driver, await driver.getWindowHandle(), Key);
        },
        close: async () => {
            await driver.quit().catch(() => {});
            await ended(service);
            await screen.close();
            await rm(home, { recursive: true, force: true, maxRetries: 5 });
        },
    };
}

// ---- for tests

export const launch = (name, options = {}) => (name === 'webkit' ? launchWebKit : launchPuppeteer)(name, options);

// The first value of `ask` that is true.
export async function until(ask, what, deadline = kDeadline) {
    const end = Date.now() + deadline;
    for (;;) {
        const value = await ask();
        if (value) return value;
        if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
}
