// Makes the package's dist/: node build.mjs [--wasm core.wasm --wasm-opt tool --wasm2js tool] [--explain explain.wasm] [--out folder]
// The core.wasm that core.packed.wasm and core.plain.mjs are made of comes from CMake (CMakeLists.txt here), which calls this;
// without it the other scripts alone are made.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import { minify } from 'terser';
import { leb } from './code.mjs';
import { reader, sections } from './module.mjs';
import { lettered, namesOf } from './names.mjs';
import { kMeasures, kStarts, orderings } from './order.mjs';
import { nameOf, pack, plainNameOf } from './pack.mjs';
import { dealigned, plain } from './plain.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
    options: {
        wasm: { type: 'string' },
        'wasm-opt': { type: 'string', default: 'wasm-opt' },
        wasm2js: { type: 'string', default: 'wasm2js' },
        explain: { type: 'string' },
        out: { type: 'string', default: join(here, 'dist') },
    },
});
const out = values.out;
await mkdir(out, { recursive: true });

// Style sheets and shaders stand in the sources as /* css */ `…` and /* glsl */ `…`: esbuild leaves texts as they are. Where
// a blank may go is what both languages agree on; a style sheet needs no semicolon at the end of a block either.
function shorten(text, language) {
    const short = text.replace(/\s+/g, ' ').replace(/ ?([{};,]) | (?=[!{}])|(: ) ?/g, (_, mark, colon) => mark ?? colon?.trim() ?? '');
    return language === 'css' ? short.replaceAll(';}', '}') : short;
}
const shortTexts = {
    name: 'short texts',
    setup({ onLoad }) {
        onLoad({ filter: /\.ts$/ }, async ({ path }) => {
            const source = await readFile(path, 'utf8');
            return { loader: 'ts', contents: source.replace(/\/\* (css|glsl) \*\/ `[^`]+`/g, shorten) };
        });
    },
};

// Within explain.mjs, so that there is a file less to find.
const plainExplain = {
    name: 'plain explain',
    setup({ onResolve, onLoad }) {
        onResolve({ filter: /\/explain\.plain$/ }, ({ path }) => ({ path, namespace: 'plain' }));
        onLoad({ filter: /./, namespace: 'plain' }, async () => ({
            contents: values.explain ? await plain(values.wasm2js, await readFile(values.explain), 'instantiate') : 'export let instantiate',
        }));
    },
};

// Members of the core's own structures get short names. No public, stored or browser's interface has one of these.
const kMangled = [
    'absorb', 'act', 'appends', 'ascent', 'baseline', 'bits', 'commands', 'descent', 'eraseAll', 'erases', 'f32', 'f64',
    'i32', 'i64', 'indices', 'isDark', 'isReduced', 'journalRemoves', 'metrics', 'minutes', 'nextDue', 'nextFrame', 'nodes',
    'puts', 'reads', 'removes', 'revision', 'runs', 'schedule', 'stateFor', 'states', 'totals', 'transact', 'u32',
    'vertices', 'waiting',
];
// So do those of the module, here and in it. No object has members of both kinds: each kind has all letters.
const { exported, imported, named } = await namesOf(join(here, 'src/wasm.ts'));
const shortNames = { ...lettered(named), ...lettered(kMangled) };
const name = nameOf(named);
const plainName = plainNameOf(name);
const mangled = { mangleProps: new RegExp(`^(${[...kMangled, ...named].join('|')})$`), mangleCache: shortNames };

// What the modules of words call them, which stands for the lines and the version of the wording.
const sdk = join(here, '../sdk/survey');
const lines = [join(sdk, 'locales/locale.hpp'), join(sdk, 'texts.hpp')].map((file) => readFile(file, 'utf8'));
const meant = (await Promise.all(lines)).join('').match(/enum class Line .*|kWordKeys =\s+".*"|kNpsVersion = \d+/g);
if (meant.length !== 3) throw new Error('the lines of words are not where they were');
const wordsName = `w${createHash('sha256').update(meant.join()).digest('hex').slice(0, 4)}`;

// Each language's words are a module, so that a policy that allows scripts allows them too. Each is named outright: not all
// bundlers look for what a name put together might be.
const locales = join(sdk, 'locales');
const tags = (await readdir(locales)).map((file) => /^(.+)\.txt$/.exec(file)?.[1]).filter((tag) => tag && tag !== 'en');
await mkdir(join(out, 'words'), { recursive: true });
for (const tag of tags) {
    const words = (await readFile(join(locales, `${tag}.txt`), 'utf8')).replace(/^#.*\n/gm, '');
    await writeFile(join(out, 'words', `${tag}.mjs`), `export const ${wordsName} = ${JSON.stringify(words)};\n`);
}
const imports = tags.sort().map((tag) => `${JSON.stringify(tag)}:()=>import("./words/${tag}.mjs")`);

function withWords(core) {
    const whole = core.replace(/\bwordModules\b/, `({${imports}})`);
    if (whole === core) throw new Error('core.mjs imports no words');
    return whole;
}

async function minified(script, isModule, compress) {
    const ecma = 2020;
    const { code } = await minify(script, { ecma, module: isModule, toplevel: true, compress: compress && { ecma, ...compress } });
    return code;
}

// esbuild puts a module's files together, terser makes it short: what it calls the variables compresses better, by 5 %. Of what
// wasm2js made it gives short names alone: what else it takes out costs a compressor nothing.
async function bundle(entry, name, format, { define = {}, plugins = [], isShort = false } = {}) {
    const isCore = entry === 'core.ts';
    const { outputFiles } = await build({
        entryPoints: [join(here, 'src', entry)],
        bundle: true,
        write: false,
        minifySyntax: true,
        format,
        target: ['es2020'],
        legalComments: 'none',
        charset: 'utf8',
        external: ['./core.mjs', './core.plain.mjs', './explain.mjs', './wires.mjs'],
        plugins: [shortTexts, ...plugins],
        define,
        ...(isCore && mangled),
        logLevel: 'warning',
    });
    const [{ text }] = outputFiles;
    const code = await minified(isCore ? withWords(text) : text, format === 'esm', !isShort && { hoist_funs: isCore });
    await writeFile(join(out, name), code);
}

await Promise.all([
    bundle('script.ts', 'candor.js', 'iife'),
    bundle('module.ts', 'candor.mjs', 'esm'),
    bundle('core.ts', 'core.mjs', 'esm', {
        define: {
            kModuleName: JSON.stringify(name.join()),
            kPlainName: JSON.stringify(plainName),
            kWordsName: JSON.stringify(wordsName),
        },
    }),
    bundle('wires.ts', 'wires.mjs', 'esm'),
    bundle('explain.ts', 'explain.mjs', 'esm', { plugins: [plainExplain], isShort: true }),
]);

const api = await readFile(join(here, 'src/api.ts'), 'utf8');
const face = `
/** The module itself is a client: that of the project which was started first. */
export interface Candor extends Client {
    /** The same project started twice is one client. */
    start(options: Options): Client;
    /** \`candor.push(['track', 'name'])\`. With the script tag also before it is loaded, on a plain array of that name. */
    push(...calls: [name: string, ...args: unknown[]][]): void;
}

declare const candor: Candor;
export default candor;
export declare const start: Candor['start'];
`;
await writeFile(join(out, 'candor.d.ts'), api.replace(/^\/\/.*\n/gm, '').trimStart() + face);
const manifest = JSON.parse(await readFile(join(here, 'package.json'), 'utf8'));
delete manifest.scripts;
delete manifest.devDependencies;
await writeFile(join(out, 'package.json'), JSON.stringify(manifest, null, 2).replaceAll('./dist/', './').replaceAll('"dist/', '"') + '\n');
await copyFile(join(here, 'README.md'), join(out, 'README.md'));
if (values.wasm) {
    const module = await readFile(values.wasm);
    const script = await plain(values.wasm2js, stripped(module), plainName);
    await writeFile(join(out, 'core.plain.mjs'), await minified(script, true, false));
    await writeFile(join(out, 'core.packed.wasm'), smallest(stripped(await dealigned(values['wasm-opt'], module))));
}

function smallest(module) {
    const sizeOf = (packed) => brotliCompressSync(packed).length;
    const bySize = (tried) => tried.sort((a, b) => a.size - b.size);
    const tried = (measures) =>
        orderings(module, measures).map((ordered, i) => ({ ordered, measure: measures[i], size: sizeOf(pack(ordered, name)) }));
    const first = bySize(tried(kMeasures));
    const again = first.slice(0, 4).flatMap(({ measure }) => kStarts.map((start) => ({ ...measure, start })));
    const [best] = bySize([...first, ...tried(again)]);
    return pack(best.ordered, name, sizeOf);
}

// The module without its custom sections: the names of its functions serve size.mjs alone.
function stripped(module) {
    const asked = WebAssembly.Module.imports(new WebAssembly.Module(module)).map(({ module, name }) => `${module}.${name}`);
    const unknown = asked.filter((name) => !imported.has(name.replace(/^host\./, '')) && name !== 'wasi_snapshot_preview1.proc_exit');
    if (unknown.length) throw new Error(`core.wasm has undefined symbols: ${unknown.join(', ')}`);
    const rewritten = { 2: shortImports, 7: shortExports, 11: oneSegment };
    const kept = sections(module).filter(({ id }) => id !== 0 && id !== 12); // 12: how many segments there were
    return Buffer.concat([module.subarray(0, 8), ...kept.map(({ id, content, whole }) => rewritten[id]?.(content) ?? whole)]);
}

function text(value) {
    return [...leb(value.length), ...Buffer.from(value)];
}

function section(id, entries) {
    const content = [...leb(entries.length), ...entries.flat()];
    return Buffer.from([id, ...leb(content.length), ...content]);
}

// They are functions, all of them: their kind is 0, and their type a number.
function shortImports(content) {
    const read = reader(content);
    const entries = Array.from({ length: read.u32() }, () => {
        const module = read.text();
        const name = read.text();
        if (read.byte() !== 0) throw new Error(`core.wasm imports ${name}, which is no function`);
        return [...text(module), ...text(shortNames[name] ?? name), 0, ...leb(read.u32())];
    });
    return section(2, entries);
}

// Those that src/wasm.ts declares, for emscripten adds some for scripts of its own.
function shortExports(content) {
    const read = reader(content);
    const entries = Array.from({ length: read.u32() }, () => {
        const name = read.text();
        return { name, entry: [...text(shortNames[name] ?? name), read.byte(), ...leb(read.u32())] };
    });
    return section(7, entries.filter(({ name }) => exported.includes(name)).map(({ entry }) => entry));
}

// The optimiser leaves zeros out between segments. A compressor takes those for less than the beginnings of segments.
function oneSegment(content) {
    const read = reader(content);
    const segments = Array.from({ length: read.u32() }, () => {
        // Of memory 0, at a constant.
        const [memory, constant, begin, end] = [read.u32(), read.byte(), read.u32(), read.byte()];
        if (memory !== 0 || constant !== 0x41 || end !== 0x0b) throw new Error('core.wasm has a kind of data segment that is not known');
        const size = read.u32();
        return { begin, bytes: content.subarray(read.at, read.skip(size)) };
    });
    const { begin } = segments[0];
    const last = segments.at(-1);
    const data = Buffer.alloc(last.begin + last.bytes.length - begin);
    for (const segment of segments) data.set(segment.bytes, segment.begin - begin);
    return section(11, [[0, 0x41, ...signedLeb(begin), 0x0b, ...leb(data.length), ...data]]);
}

// The highest bit of the last byte's seven is the sign.
function signedLeb(value) {
    return value > 63 ? [(value & 127) | 128, ...signedLeb(value >> 7)] : [value];
}
