// Makes plain JavaScript of the core's module, core.plain.mjs, for pages where no WebAssembly may be compiled.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bodies, leb } from './code.mjs';
import { sections } from './module.mjs';

const run = promisify(execFile);

// What the compiler makes use of (CMakePresets.json).
const kFeatures = ['--enable-bulk-memory', '--enable-sign-ext', '--enable-nontrapping-float-to-int', '--enable-mutable-globals'];

// What a tool of Binaryen's makes of a module.
async function by(tool, module, options) {
    const folder = await mkdtemp(join(tmpdir(), 'candor-module-'));
    try {
        const [given, made] = [join(folder, 'given.wasm'), join(folder, 'made')];
        await writeFile(given, module);
        await run(tool, [...kFeatures, ...options, given, '-o', made]);
        return await readFile(made);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

// What is told of alignment is a hint, and half a percent of what a compressor makes of the module. Functions that differed in
// it alone are one then.
export const dealigned = (optimiser, module) => by(optimiser, module, ['--dealign', '--duplicate-function-elimination']);

// wasm2js knows no conversion to a whole number that saturates. Where it would, C++ says nothing of the result, so that the
// other kind does as well.
const kTruncations = [0xa8, 0xa9, 0xaa, 0xab, 0xae, 0xaf, 0xb0, 0xb1];

function withoutSaturation(module) {
    const lowered = ({ begin, taken }) => (begin[0] === 0xfc && begin[1] < 8 ? [kTruncations[begin[1]]] : [...begin, ...taken]);
    const sized = (bytes) => [...leb(bytes.length), ...bytes];
    const code = (content) => {
        const functions = bodies(content).map((body) => sized(body.flatMap(lowered)));
        return Buffer.from([10, ...sized([...leb(functions.length), ...functions.flat()])]);
    };
    return Buffer.concat([module.subarray(0, 8), ...sections(module).map(({ id, content, whole }) => (id === 10 ? code(content) : whole))]);
}

// A module of JavaScript that exports, as `name`, a function: given what the core's module imports, it returns what that exports.
// Loads and stores go by what is told of their alignment: one that says less than there is takes four times the code.
export async function plain(converter, module, name) {
    const script = (await by(converter, withoutSaturation(module), ['-Oz', '--emscripten'])).toString();
    // With the two halves of what does not fit: wasm.ts would have to put them together.
    if (/etTempRet0/.test(script)) throw new Error('core.wasm takes or returns 64-bit integers');
    return `${script}\nexport { instantiate as ${name} };`;
}
