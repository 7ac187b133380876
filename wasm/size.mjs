// What a page loads, as JSON lines: node size.mjs [--wasm folder] [--surveys folder]
//   {"file": …, "raw": …, "gzip": …, "brotli": …}    each file of the web package, and the published documents
//   {"part": …, "raw": …, "share": …}                what the core's module is made of, by the names of its functions
//   {"page": "idle", "brotli": …, "limit": …}        a page that shows nothing: the loader and the gate
//   {"page": "shown", "brotli": …, "limit": …}       a page that shows the card: all of it
//   {"page": "blocked", "brotli": …, "limit": …}     one that does without WebAssembly
// Ends with 1 when a page is over its limit.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { functions, sections } from './module.mjs';

const kLimits = { idle: 4 * 1024, shown: 80 * 1024, blocked: 128 * 1024 };

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const build = process.env.CANDOR_WASM_DIR ?? join(root, 'build/wasm');
const native = process.env.CANDOR_NATIVE_DIR ?? join(build, '../native');
const { values } = parseArgs({
    options: {
        wasm: { type: 'string', default: build },
        surveys: { type: 'string' }, // a folder with the published shop.json and shop.gate.json
        candor: { type: 'string', default: join(native, 'platform/cli/candor') },
    },
});

const print = (line) => console.log(JSON.stringify(line));

// The published documents, made by the command line where they are not given.
function publish() {
    if (values.surveys) return { folder: values.surveys, remove: () => {} };
    if (!existsSync(values.candor)) {
        console.error(`size: ${values.candor} is not there: build the native preset, or give --surveys`);
        process.exit(2);
    }
    const folder = mkdtempSync(join(tmpdir(), 'candor-size-'));
    execFileSync(values.candor, ['build', join(root, 'demo/surveys/shop.json'), '--out', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function measure(name, path) {
    const bytes = readFileSync(path);
    const brotli = brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }).length;
    print({ file: name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli });
    return brotli;
}

// ---- the parts of the module

const kLayers = ['survey', 'history', 'decide', 'interview', 'card', 'paint', 'outbox', 'courier', 'client', 'web'];

// By the name: whose namespace the function lies in, or, for a template of the standard library, whose type it was made for.
// What exports.cpp exports has no namespace, and neither have functions of C.
function partOf(name, exported) {
    if (/nlohmann::/.test(name)) return 'json';
    const layer = /\bcandor::(\w+)/.exec(name);
    if (layer) return kLayers.includes(layer[1]) ? layer[1] : 'base';
    if (/\b(Im[A-Z]\w+|stb_?\w+)\b/.test(name)) return 'imgui';
    if (/^candor_/.test(name)) return 'client';
    if (exported.has(name)) return 'web';
    return /::|^operator |^__cxa/.test(name) ? 'libc++' : 'libc';
}

function printParts(path) {
    const module = readFileSync(path);
    const sizes = new Map();
    const add = (part, size) => sizes.set(part, (sizes.get(part) ?? 0) + size);
    const exported = new Set(WebAssembly.Module.exports(new WebAssembly.Module(module)).map(({ name }) => name));
    for (const { name, size } of functions(module)) add(partOf(name, exported), size);
    const kept = sections(module).filter(({ id }) => id !== 0);
    for (const { id, whole } of kept) if (id !== 10) add(id === 11 ? 'data' : 'tables', whole.length);
    const total = kept.reduce((sum, { whole }) => sum + whole.length, 8);
    for (const [part, raw] of [...sizes].sort((a, b) => b[1] - a[1])) {
        print({ part, raw, share: Math.round((raw / total) * 1000) / 1000 });
    }
}

// ----

const documents = publish();
const web = join(values.wasm, 'web');
const brotli = {};
const scripts = readdirSync(web).filter((file) => /\.(m?js|wasm)$/.test(file));
const words = readdirSync(join(web, 'words')).map((file) => `words/${file}`);
for (const file of [...scripts, ...words]) brotli[file] = measure(file, join(web, file));
for (const file of ['shop.gate.json', 'shop.json']) brotli[file] = measure(file, join(documents.folder, file));
documents.remove();
printParts(join(values.wasm, 'wasm/core.wasm'));

const pages = {
    idle: ['candor.js', 'shop.gate.json'],
    shown: ['candor.js', 'shop.gate.json', 'core.mjs', 'core.packed.wasm', 'shop.json'],
    blocked: ['candor.js', 'shop.gate.json', 'core.mjs', 'core.plain.mjs', 'shop.json'],
};
for (const [page, files] of Object.entries(pages)) {
    const sum = files.reduce((total, file) => total + brotli[file], 0);
    print({ page, brotli: sum, limit: kLimits[page] });
    if (sum > kLimits[page]) process.exitCode = 1;
}
