// The core's module as JavaScript says and does the same as the module itself, to the last bit of what is drawn.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { build } from 'esbuild';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lettered, namesOf } from '../../wasm/names.mjs';
import { nameOf, plainNameOf } from '../../wasm/pack.mjs';
import { wasm } from './shop.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, '../../wasm/src');

// core.mjs, with names as build.mjs gives them, on a page that writes down what happens.
async function bundle(folder) {
    const { named } = await namesOf(join(source, 'wasm.ts'));
    const name = nameOf(named);
    const ours = { name: 'ours', setup: ({ onResolve }) => onResolve({ filter: /\/(overlay|lasting)\.ts$/ }, ({ path }) => ({ path: join(here, 'plain', basename(path)) })) };
    await build({
        entryPoints: [join(source, 'core.ts')], bundle: true, format: 'esm', outfile: join(folder, 'core.mjs'), target: 'es2022', logLevel: 'warning',
        external: ['./core.plain.mjs', './explain.mjs', './wires.mjs'], plugins: [ours],
        define: { kModuleName: JSON.stringify(name.join()), kPlainName: JSON.stringify(plainNameOf(name)) },
        mangleProps: new RegExp(`^(${named.join('|')})$`), mangleCache: lettered(named),
    });
    await writeFile(join(folder, 'explain.mjs'), 'export const explain = (evidence) => evidence;');
    for (const file of ['core.packed.wasm', 'core.plain.mjs']) await copyFile(join(wasm, 'web', file), join(folder, file));
}

test('what is decided, stored, laid out and drawn is the same', { timeout: 500_000 }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'candor-plain-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await bundle(folder);
    const transcript = async (form) => {
        const file = join(folder, form);
        await promisify(execFile)(process.execPath, [join(here, 'plain/transcript.mjs'), folder, form, file]);
        return (await readFile(file, 'utf8')).split('\n');
    };
    const [packed, plain] = [await transcript('packed'), await transcript('plain')];
    const count = (what) => packed.filter((line) => what.test(line)).length;
    assert.ok(count(/^\["case"/) > 550);
    assert.ok(count(/^\["event",\["prompt"/) > 100);
    assert.ok(count(/^\["card",.*"vertices":"\w/) > 150);
    assert.ok(count(/^\["change",.*日本 😀/) > 0);
    const differ = packed.findIndex((line, i) => plain[i] !== line);
    if (differ >= 0) assert.deepEqual(JSON.parse(plain[differ] ?? 'null'), JSON.parse(packed[differ]));
    assert.equal(plain.length, packed.length);
});
