// A page with the parts in it, in the given browser.
import { build } from 'esbuild';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../../../demo/web/serve.mjs';
import { launch } from '../browser.mjs';

const here = dirname(fileURLToPath(import.meta.url));

export async function openParts(name) {
    const folder = await mkdtemp(join(tmpdir(), 'candor-parts-'));
    await build({ entryPoints: [join(here, 'parts.ts')], bundle: true, external: ['./core.plain.mjs'], outfile: join(folder, 'parts.js'), format: 'iife', target: 'es2020', logLevel: 'warning' });
    await writeFile(
        join(folder, 'index.html'),
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>parts</title><link rel="icon" href="data:,"><body><p><button id="outside">outside</button></p><script src="/parts.js"></script></body></html>',
    );
    const server = await serve({ mounts: [{ at: '/', folder }] });
    const browser = await launch(name);
    return {
        address: server.address,
        newPage: async () => {
            const page = await browser.newPage();
            await page.goto(server.address + '/');
            return page;
        },
        close: async () => {
            await browser.close();
            await server.close();
            await rm(folder, { recursive: true, force: true });
        },
    };
}
