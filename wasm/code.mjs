// Reads the code of a WebAssembly module, as far as the core's compiler makes use of the instruction set.

export const leb = (value) => (value > 127 ? [(value & 127) | 128, ...leb(value >> 7)] : [value]);

// The bodies of the functions, [[{ begin, source, taken, count, isEnd }]]. The bytes of an instruction are those that it begins
// with, which are the same for many, and those `taken` from the stream that is named: `count` numbers or bytes. A body's first
// tells of its locals.
export function bodies(code) {
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
        const unknown = () => new Error(`code: an opcode that is not known: 0x${op.toString(16)} before byte ${at} of the code`);
        const plain = (...operands) => one([op, ...operands], 'none', [], 0);
        // 0 and 1 are so many of the numbers that they are instructions of their own.
        const numbered = (source) => {
            const value = raw();
            return value.length === 1 && value[0] < 2 ? plain(...value) : one([op], source, value);
        };
        if (op <= 0x01 || op === 0x05 || op === 0x0b || op === 0x0f || op === 0x1a || op === 0x1b) return plain();
        if (op >= 0x45 && op <= 0xc4) return plain();
        if (op >= 0x02 && op <= 0x04) {
            const type = byte();
            if (type !== 0x40 && (type < 0x7c || type > 0x7f)) throw unknown();
            return plain(type);
        }
        if (op === 0x0c || op === 0x0d) return numbered('branch');
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
        if (op === 0x41) return numbered('i32');
        if (op === 0x42) return numbered('i64');
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
        if (at - begin !== leb(value).length) throw new Error(`code: a size that takes more bytes than it needs, at byte ${begin} of the code`);
        return value;
    };
    return Array.from({ length: size() }, () => {
        const length = size();
        const end = at + length;
        const groups = number();
        const body = [one(leb(groups), 'groups', numbers(groups * 2), groups * 2)];
        while (at < end) body.push(instruction());
        if (at !== end) throw new Error(`code: a function that does not end where its size says, at byte ${end} of the code`);
        body.at(-1).isEnd = true;
        return body;
    });
}
