// Packs the core's module for the wire, as core.bin: src/unpack.ts makes the same bytes of it again.
//
// A server's compressor finds little in machine code, for what is alike lies apart in it: opcodes between the numbers of
// locals, addresses and functions. Here each kind lies in a stream of its own. An instruction is a symbol and what the symbol
// takes from one of the streams:
//
//   the format                          one byte
//   the size of the module, and those of the parts that follow, as LEB128
//   lengths, counts, sources            of the symbols, a byte for each
//   opcodes                             what the symbols begin with, as long as the lengths say
//   symbols                             of all functions
//   the streams                         in the order of kStreams
//   before, after                       the module up to the id of the code's section, and from the end of that section
//
// A symbol stands for the bytes it begins with (an opcode, and operands that have few values), and then for `count` numbers of
// its source. The first symbol of a function tells of its locals; symbol 0 ends it. Of a byte of a local's number it is told
// how many others of that function came after it. The sizes of the functions and of the code are left out.
import { build } from 'esbuild';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sections } from './module.mjs';

const kFormat = 1;
// Numbers are LEB128, as in the module; floats are plain bytes. What takes nothing has source 0, the symbols themselves.
const kStreams = ['none', 'local', 'float', 'branch', 'targets', 'groups', 'call', 'offset', 'i32', 'i64'];

const source = join(dirname(fileURLToPath(import.meta.url)), 'src/unpack.ts');
const bundled = await build({ entryPoints: [source], bundle: true, format: 'esm', write: false, target: 'es2020' });
export const { unpack } = await import(`data:text/javascript;base64,${Buffer.from(bundled.outputFiles[0].contents).toString('base64')}`);

const leb = (value) => (value > 127 ? [(value & 127) | 128, ...leb(value >> 7)] : [value]);

// Reads the code: [[{ begin, stream, taken, count, isEnd }]], a function each.
function instructions(code) {
    let at = 0;
    const byte = () => code[at++];
    const raw = () => {
        const begin = at;
        while (code[at++] > 127);
        return [...code.subarray(begin, at)];
    };
    const bytes = (count) => [...code.subarray(at, (at += count))];
    const numbers = (count) => Array.from({ length: count }, raw).flat();
    const number = () => raw().reduceRight((value, part) => value * 128 + (part & 127), 0);

    const one = (begin, source, taken, count = 1) => ({ begin, source, taken, count });
    function instruction() {
        const op = byte();
        const unknown = () => new Error(`pack: an opcode that is not known: 0x${op.toString(16)} before byte ${at} of the code`);
        const plain = (...operands) => one([op, ...operands], 'none', [], 0);
        if (op <= 0x01 || op === 0x05 || op === 0x0b || op === 0x0f || op === 0x1a || op === 0x1b) return plain();
        if (op >= 0x45 && op <= 0xc4) return plain();
        if (op >= 0x02 && op <= 0x04) {
            const type = byte();
            if (type !== 0x40 && (type < 0x7c || type > 0x7f)) throw unknown();
            return plain(type);
        }
        if (op === 0x0c || op === 0x0d) return one([op], 'branch', raw());
        if (op === 0x0e) {
            const count = number();
            return one([op, ...leb(count)], 'targets', numbers(count + 1), count + 1);
        }
        if (op === 0x10) return one([op], 'call', raw());
        if (op === 0x11) return plain(...numbers(2)); // the type, the table
        if (op >= 0x20 && op <= 0x22) return one([op], 'local', raw());
        if (op === 0x23 || op === 0x24) return plain(...raw());
        if (op >= 0x28 && op <= 0x3e) return one([op, ...raw()], 'offset', raw());
        if (op === 0x3f || op === 0x40) return plain(byte());
        if (op === 0x41) {
            const value = raw();
            return value.length === 1 && value[0] < 2 ? plain(...value) : one([op], 'i32', value);
        }
        if (op === 0x42) return one([op], 'i64', raw());
        if (op === 0x43) return one([op], 'float', bytes(4), 4);
        if (op === 0x44) return one([op], 'float', bytes(8), 8);
        if (op === 0xfc) {
            const part = byte();
            if (part <= 7) return plain(part);
            if (part === 10 || part === 11) return plain(part, ...bytes(12 - part)); // memory.copy, memory.fill
        }
        throw unknown();
    }

    // What is not stored is written anew, in as few bytes as there can be.
    const size = () => {
        const begin = at;
        const value = number();
        if (at - begin !== leb(value).length) throw new Error(`pack: a size that takes more bytes than it needs, at byte ${begin} of the code`);
        return value;
    };
    return Array.from({ length: size() }, () => {
        const length = size();
        const end = at + length;
        const groups = number();
        const body = [one(leb(groups), 'groups', numbers(groups * 2), groups * 2)];
        while (at < end) body.push(instruction());
        if (at !== end) throw new Error(`pack: a function that does not end where its size says, at byte ${end} of the code`);
        body.at(-1).isEnd = true;
        return body;
    });
}

// Brotli guesses a byte by the ranges in which the two before it lie. The symbols that come most often go to different ranges.
const kRanges = [[0, 1], [1, 16], [16, 64], [64, 128], [128, 192], [192, 240], [240, 255], [255, 256]];
const kPlaces = Array.from({ length: 64 }, (_, n) => kRanges.flatMap(([begin, end]) => (begin + n < end ? [begin + n] : []))).flat();

export function pack(module) {
    const all = sections(module);
    const index = all.findIndex(({ id }) => id === 10);
    const functions = instructions(all[index].content);

    const known = new Map();
    const keyOf = ({ begin, source, count, isEnd }) => [isEnd, source, count, begin].join();
    for (const instruction of functions.flat()) {
        const key = keyOf(instruction);
        if (!known.has(key)) known.set(key, { ...instruction, uses: 0 });
        ++known.get(key).uses;
    }
    const ends = [...known.values()].filter(({ isEnd }) => isEnd);
    if (ends.length !== 1 || known.size > 256) throw new Error(`pack: ${known.size} symbols, ${ends.length} of them ends`);
    ends[0].uses = Infinity; // so that its place is the first, 0
    const symbols = Array.from({ length: 256 }, () => ({ begin: [], source: 'none', count: 0 }));
    const sorted = [...known.values()].sort((a, b) => b.uses - a.uses);
    sorted.forEach((symbol, i) => (symbols[(symbol.place = kPlaces[i])] = symbol));

    const streams = kStreams.map(() => []);
    for (const body of functions) {
        const recent = Array.from({ length: 256 }, (_, i) => i);
        for (const instruction of body) {
            streams[0].push(known.get(keyOf(instruction)).place);
            const stream = streams[kStreams.indexOf(instruction.source)];
            for (const byte of instruction.taken) {
                const rank = recent.indexOf(byte);
                if (instruction.source === 'local') recent.unshift(...recent.splice(rank, 1));
                stream.push(instruction.source === 'local' ? rank : byte);
            }
        }
    }

    const joined = (some) => [...Buffer.concat(some.map(({ whole }) => whole))];
    const parts = [
        symbols.map(({ begin }) => begin.length),
        symbols.map(({ count }) => count),
        symbols.map(({ source }) => 4 + kStreams.indexOf(source)), // as parts
        symbols.flatMap(({ begin }) => begin),
        ...streams,
        [...module.subarray(0, 8), ...joined(all.slice(0, index)), 10],
        joined(all.slice(index + 1)),
    ];
    const packed = Buffer.from([kFormat, ...[module, ...parts].flatMap(({ length }) => leb(length)), ...parts.flat()]);
    if (Buffer.compare(unpack(packed), module)) throw new Error('pack: what was packed does not become the module again');
    return packed;
}
