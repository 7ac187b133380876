// Packs the core's module for the wire, as core.packed.wasm: src/unpack.ts makes the same bytes of it again. That
// file is a module, too, though of one custom section: servers compress what has the media type of WebAssembly, and many leave
// alone what has none.
//
// A server's compressor finds little in machine code, for what is alike lies apart in it: opcodes between the numbers of
// locals, addresses and functions. Here each kind lies in a stream of its own. An instruction is a symbol and what the symbol
// takes from one of the streams:
//
//   the head of a module, and of its only section, which is a custom one with a name that tells versions apart
//   the size of the module, and those of the parts that follow, as LEB128
//   the parts                           in the order of kParts, some of which may have changed places:
//     lengths, counts, sources          of the symbols, a byte for each
//     opcodes                           what the symbols begin with, as long as the lengths say
//     none                              the symbols of all functions
//     before, after                     the module up to the id of the code's section, and from the end of that section
//     the others                        the streams
//
// A symbol stands for the bytes it begins with (an opcode, and operands that have few values), and then for `count` numbers of
// its source. One that begins with nothing stands for two others, whose numbers are its count and its source. The first symbol
// of a function tells of its locals; symbol 0 ends it. Of a byte of a local's number it is told how many others of that
// function came after it. The sizes of the functions and of the code are left out.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bodies, leb } from './code.mjs';
import { sections } from './module.mjs';
import { paired } from './pairs.mjs';
import { placesOf } from './places.mjs';

const kLayout = 5; // counted up when it changes
// Numbers of the streams are LEB128, as in the module; floats are plain bytes. What takes nothing has the symbols themselves for
// its source. A call is far when the function's number takes two bytes: those of near ones stand for functions, all bytes of
// them. The last are those of locals: what is got, set, set and kept; and of what is got, that which came last and that before
// it, which are most: symbols of their own, whose streams say nothing new.
//
// Brotli goes through all parts with the same few tables, and loses something where one ends and another begins: in this order
// the least of some hundreds that were tried.
const kParts = [
    'after', 'float', 'counts', 'sources', 'i64', 'none', 'groups', 'lengths', 'before', 'opcodes', 'far', 'offset', 'targets', 'i32',
    'branch', 'call', 'get', 'tee', 'set', 'last', 'other',
];
// The unpacker knows these by what the symbols say, and the rest by their places.
const kExchanged = [['i64', 'groups', 'far', 'offset', 'targets', 'i32', 'branch', 'call'], ['get', 'tee', 'set', 'last', 'other']];
const kPairs = 16; // symbols for what comes together, at most
const kLocals = { 0x20: 'get', 0x21: 'set', 0x22: 'tee' };

const source = join(dirname(fileURLToPath(import.meta.url)), 'src/unpack.ts');
const bundled = await build({ entryPoints: [source], bundle: true, format: 'esm', write: false, target: 'es2020' });
const { unpack: unpacking } = await import(`data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].contents).toString('base64')}`);

// Without a rest.
export function unpack(packed, name) {
    const steps = unpacking(packed, name);
    for (;;) {
        const { done, value } = steps.next();
        if (done) return value;
    }
}

// The instructions of a function, as they are packed: numbers of locals told by how many others of it came since, far calls
// apart.
function withRanks(body) {
    const recent = Array.from({ length: 256 }, (_, i) => i);
    return body.map((instruction) => {
        if (instruction.source === 'call' && instruction.taken.length > 1) return { ...instruction, source: 'far' };
        if (instruction.source !== 'local') return instruction;
        const taken = instruction.taken.map((byte) => {
            const rank = recent.indexOf(byte);
            recent.unshift(...recent.splice(rank, 1));
            return rank;
        });
        const kind = kLocals[instruction.begin[0]];
        const source = kind === 'get' && taken.length === 1 && taken[0] < 2 ? ['last', 'other'][taken[0]] : kind;
        return { ...instruction, source, taken };
    });
}

// What a custom section is named by: its size, then letters. `contract` is what must be alike in the module and in the script.
export function nameOf(contract) {
    const hash = createHash('sha256').update(JSON.stringify([kLayout, contract])).digest('hex');
    return [4, ...Buffer.from(hash.slice(0, 4))];
}

// What the same module as JavaScript exports, by the name of its packed form.
export const plainNameOf = (name) => `p${Buffer.from(name.slice(1))}`;

// The parts of a packed module by their names, but for `sources`, which tells of
// the streams by number: those it is made for come in an order.
function partsOf(module) {
    const all = sections(module);
    const index = all.findIndex(({ id }) => id === 10);
    const functions = bodies(all[index].content);

    const known = new Map();
    const symbolOf = ({ begin, source, count, isEnd }) => {
        const key = [isEnd, source, count, begin].join();
        if (!known.has(key)) known.set(key, { begin, source, count, isEnd });
        return known.get(key);
    };
    const ranked = functions.map(withRanks);
    const sequence = paired(ranked.map((body) => body.map(symbolOf)), kPairs).flat();

    // By how often they come, the end first, so that its place is 0.
    const uses = new Map([...known.values()].map((symbol) => [symbol, 0]));
    for (const symbol of sequence) uses.set(symbol, (uses.get(symbol) ?? 0) + 1);
    for (const { first, second } of uses.keys()) for (const part of [first, second]) if (part && !uses.has(part)) uses.set(part, 0);
    const ends = [...uses.keys()].filter(({ isEnd }) => isEnd);
    if (ends.length !== 1 || uses.size > 256) throw new Error(`pack: ${uses.size} symbols, ${ends.length} of them ends`);
    uses.set(ends[0], Infinity);
    const sorted = [...uses.keys()].sort((a, b) => uses.get(b) - uses.get(a));
    const numbers = new Map(sorted.map((symbol, i) => [symbol, i]));
    const places = placesOf(sequence.map((symbol) => numbers.get(symbol)), sorted.length);
    const placeOf = (symbol) => places[numbers.get(symbol)];

    const table = Array.from({ length: 256 }, () => ({ begin: [], count: 0, source: 'none' }));
    for (const symbol of sorted) {
        const { first, second } = symbol;
        table[placeOf(symbol)] = first ? { begin: [], count: placeOf(first), source: placeOf(second) } : symbol;
    }
    const joined = (some) => [...Buffer.concat(some.map(({ whole }) => whole))];
    const parts = Object.fromEntries(kParts.map((part) => [part, []]));
    for (const { source, taken } of ranked.flat()) parts[source].push(...taken);
    return Object.assign(parts, {
        lengths: table.map(({ begin }) => begin.length),
        counts: table.map(({ count }) => count),
        sourcesIn: (order) => table.map(({ source }) => (typeof source === 'number' ? source : order.indexOf(source))),
        opcodes: table.flatMap(({ begin }) => begin),
        none: sequence.map(placeOf),
        before: [...module.subarray(0, 8), ...joined(all.slice(0, index)), 10],
        after: joined(all.slice(index + 1)),
    });
}

function write(module, name, parts, order) {
    const ordered = order.map((part) => (part === 'sources' ? parts.sourcesIn(order) : parts[part]));
    const content = [...name, ...[module, ...ordered].flatMap(({ length }) => leb(length)), ...ordered.flat()];
    const packed = Buffer.from([...module.subarray(0, 8), 0, ...leb(content.length), ...content]);
    if (Buffer.compare(unpack(packed, name.join()), module)) throw new Error('pack: what was packed does not become the module again');
    return packed;
}

const couples = (some) => some.flatMap((one, i) => some.slice(i + 1).map((other) => [one, other]));

// Parts change places as long as `sizeOf` what is packed gets less; without it they lie where kParts has them.
export function pack(module, name, sizeOf) {
    const parts = partsOf(module);
    let best = { order: kParts, packed: write(module, name, parts, kParts) };
    if (!sizeOf) return best.packed;
    best.size = sizeOf(best.packed);
    for (const [one, other] of kExchanged.flatMap(couples)) {
        const order = best.order.map((part) => (part === one ? other : part === other ? one : part));
        const packed = write(module, name, parts, order);
        const size = sizeOf(packed);
        if (size < best.size) best = { order, packed, size };
    }
    return best.packed;
}
