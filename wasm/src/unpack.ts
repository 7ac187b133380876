// Makes the module of core.packed.wasm again. How it is laid out, and why, is told by pack.mjs, which writes it.

const kSize = 9; // where that of the custom section stands
const kNameBytes = 5;
const kParts = 21;
const kFloat = 1; // the parts that are not read as they are
const kLocals = 16; // from here on
const kEnd = 0; // the symbol that ends a function
const kSlice = 2048; // symbols written without a rest

// As far as they are called by their names here.
type Bytes = Uint8Array;
type Parts = [
    after: Bytes, float: Bytes, counts: Bytes, sources: Bytes, i64: Bytes, symbols: Bytes, groups: Bytes, lengths: Bytes,
    before: Bytes, opcodes: Bytes,
];
const leb = (value: number): number[] => (value > 127 ? [(value & 127) | 128, ...leb(value >> 7)] : [value]);

// `name` is that of the custom section, its size first: it stands for the layout and for what the module's imports and
// exports are called, for a page may have one of the two files from its cache. It takes long, and yields where it may rest.
export function* unpack(packed: Uint8Array, name: string): Generator<void, Uint8Array<ArrayBuffer>> {
    let at = kSize;
    const number = (): number => {
        const byte = packed[at++]!;
        return byte > 127 ? (byte & 127) | (number() << 7) : byte;
    };
    number();
    if (`${Array.from({ length: kNameBytes }, number)}` !== name) throw new Error('core.mjs and core.packed.wasm differ');
    const module = new Uint8Array(number());
    const parts = Array.from({ length: kParts }, number).map((size) => packed.subarray(at, (at += size)));
    const [after, , counts, sources, , symbols, , lengths, before, opcodes] = parts as unknown as Parts;
    let used = 0;
    const beginnings = Array.from(lengths, (length) => opcodes.subarray(used, (used += length)));

    module.set(before);
    let end = before.length;
    const insert = (begin: number, value: number) => {
        const bytes = leb(value);
        module.copyWithin(begin + bytes.length, begin, end);
        module.set(bytes, begin);
        end += bytes.length;
    };
    const next = parts.map(() => 0);
    const fresh = Uint8Array.from(lengths, (_, i) => i);
    let recent = fresh.slice();
    let begin = end;
    let functions = 0;
    const write = (symbol: number): void => {
        if (!lengths[symbol]) {
            write(counts[symbol]!);
            return write(sources[symbol]!);
        }
        module.set(beginnings[symbol]!, end);
        end += lengths[symbol]!;
        const source = sources[symbol]!;
        for (let left = counts[symbol]!; left > 0; ) {
            let byte = parts[source]![next[source]!++]!;
            if (source >= kLocals) {
                const rank = byte;
                byte = recent[rank]!;
                recent.copyWithin(1, 0, rank);
                recent[0] = byte;
            }
            module[end++] = byte;
            if (!(byte > 127) || source === kFloat) --left;
        }
        if (symbol === kEnd) {
            insert(begin, end - begin);
            begin = end;
            recent = fresh.slice();
            ++functions;
        }
    };
    for (let from = 0; from < symbols.length; from += kSlice) {
        yield;
        // Not for…of, whose steps are objects as long as it is not compiled.
        symbols.subarray(from, from + kSlice).forEach((symbol) => write(symbol));
    }
    insert(before.length, functions);
    insert(before.length, end - before.length);
    module.set(after, end);
    if (at !== packed.length || end + after.length !== module.length) throw new Error('core.packed.wasm is damaged');
    return module;
}
