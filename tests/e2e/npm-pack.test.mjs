// The package as npm packs it: a Vite project builds with it and its page runs; a server imports it and nothing happens.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serve } from '../../demo/web/serve.mjs';
import { launch, until } from './browser.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const package_ = join(here, '../../wasm');
const built = join(process.env.CANDOR_WASM_DIR ?? join(here, '../../build/wasm'), 'web');

test('npm pack', { timeout: 180_000 }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'candor-pack-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const installed = join(folder, 'node_modules/candor-survey');

    await t.test('the tarball holds what its package.json names, and nothing else', async () => {
        // A copy, so that the build is left as it is.
        const staged = join(folder, 'staged');
        await cp(built, staged, { recursive: true });
        const [{ filename, files }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--silent'], { cwd: staged, encoding: 'utf8' }));
        const languages = await readdir(join(here, '../../sdk/survey/locales'));
        const words = languages.filter((file) => /\.txt$/.test(file) && file !== 'en.txt').map((file) => `words/${file.replace('.txt', '.mjs')}`);
        const expected = ['README.md', 'candor.d.ts', 'candor.js', 'candor.mjs', 'core.mjs', 'core.packed.wasm', 'core.plain.mjs', 'explain.mjs', 'package.json', 'wires.mjs', ...words.sort()];
        assert.deepEqual(files.map(({ path }) => path).sort(), expected);
        await mkdir(installed, { recursive: true });
        execFileSync('tar', ['-xzf', join(staged, filename), '--strip-components=1', '-C', installed]);
        const { exports } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
        for (const target of Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)))) {
            assert.ok((await readFile(join(installed, target))).length > 0, target);
        }
    });

    await t.test('imported without a window it does nothing and throws nothing', async () => {
        await writeFile(
            join(folder, 'server.mjs'),
            `import candor, { start } from 'candor-survey';
             const client = start({ project: 'shop', gate: '/shop.gate.json' });
             client.track('x'); candor.identify('y'); client.on('error', () => {})();
             console.log(JSON.stringify([typeof candor.track, candor.diagnostics(), await client.explain() ?? null]));`,
        );
        const said = execFileSync(process.execPath, [join(folder, 'server.mjs')], { encoding: 'utf8', timeout: 20_000 });
        assert.deepEqual(JSON.parse(said), ['function', { core: false, painter: '', frames: 0 }, null]);
    });

    await t.test('a TypeScript project sees its types', async () => {
        await writeFile(
            join(folder, 'types.ts'),
            `import candor, { start } from 'candor-survey';
             import type { CandorEvent, Client } from 'candor-survey';
             const client: Client = start({ project: 'shop', consent: 'granted', painter: 'auto' });
             client.track('bought', { amount: 3, gift: false });
             const stop: () => void = candor.on('answered', (event: CandorEvent) => event.survey);
             stop();
             // @ts-expect-error: no such option
             start({ project: 'shop', nonsense: 1 });`,
        );
        const tsc = join(package_, 'node_modules/typescript/bin/tsc');
        execFileSync(process.execPath, [tsc, '--noEmit', '--strict', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', join(folder, 'types.ts')], { cwd: folder, stdio: 'pipe' });
    });

    await t.test('a Vite project builds with it, and the page that results loads the core', async (t) => {
        await writeFile(join(folder, 'package.json'), '{"name":"app","private":true,"type":"module"}');
        await writeFile(join(folder, 'index.html'), '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>app</title><script type="module" src="/main.js"></script></html>');
        await writeFile(join(folder, 'main.js'), `import candor from 'candor-survey';
            window.seen = [];
            window.candor = candor;
            candor.start({ project: 'app', locale: 'fr-CA', document: ${JSON.stringify(await survey())} });
            for (const type of ['ready', 'error', 'prompt']) candor.on(type, (event) => window.seen.push([type, event.text]));
            candor.track('bought');`);
        const { build } = await import('vite');
        await build({ root: folder, logLevel: 'error', configFile: false, build: { outDir: join(folder, 'out'), emptyOutDir: true } });
        const assets = await readdir(join(folder, 'out/assets'));
        assert.equal(assets.filter((name) => name.endsWith('.wasm')).length, 1, `one core.packed.wasm in ${assets}`);
        const server = await serve({ mounts: [{ at: '/', folder: join(folder, 'out') }] });
        t.after(() => server.close());
        const browser = await launch('chromium');
        t.after(() => browser.close());
        const page = await browser.newPage();
        await page.goto(server.address + '/');
        const seen = await until(() => page.evaluate(() => window.seen.some(([type]) => type !== 'ready') && window.seen), 'the prompt');
        assert.deepEqual(seen.map(([type]) => type), ['ready', 'prompt']);
        // What is brought on demand was found by the bundler, too.
        const question = () => document.querySelector('candor-card')?.shadowRoot.querySelector('[data-key="question"]')?.textContent;
        assert.match(await until(() => page.evaluate(question), 'the card'), /^Quelle est la probabilité/);
        assert.equal((await page.evaluate(() => window.candor.explain())).chosen, 'post-purchase');
        // So was what comes in the place of WebAssembly.
        const blocked = await serve({ mounts: [{ at: '/', folder: join(folder, 'out') }], headers: { 'content-security-policy': "script-src 'self'" } });
        t.after(() => blocked.close());
        await page.goto(blocked.address + '/');
        assert.match(await until(() => page.evaluate(question), 'the card without WebAssembly'), /^Quelle est la probabilité/);
    });
});

// The shop's document for another project, asking at once.
async function survey() {
    const document = JSON.parse(await readFile(join(here, '../../demo/surveys/shop.json'), 'utf8'));
    const [asked] = document.surveys.filter(({ id }) => id === 'post-purchase');
    return { ...document, project: 'app', surveys: [{ ...asked, delay: 0, triggers: [{ event: 'bought' }] }] };
}

