// Puts the functions of a module in an order in which each is like the one before it: a compressor finds more that way.
import { bodies, leb } from './code.mjs';
import { reader, sections } from './module.mjs';

const bytesOf = ({ begin, taken }) => [...begin, ...taken];

// For each function, what others are like it: the share of the runs of instructions that both have, among those of either.
// `write` is what of an instruction counts, `length` that of a run.
function likeness(functions, write, length) {
    const runs = functions.map((body) => {
        const written = body.map(write);
        return new Set(written.slice(length - 1).map((_, i) => written.slice(i, i + length).join('|')));
    });
    const owners = new Map();
    runs.forEach((some, f) => some.forEach((run) => owners.set(run, [...(owners.get(run) ?? []), f])));
    return (f) => {
        const shared = functions.map(() => 0);
        for (const run of runs[f]) for (const other of owners.get(run)) ++shared[other];
        return shared.map((count, other) => count / (1 + runs[f].size + runs[other].size - count));
    };
}

const remembered = (make) => {
    const known = new Map();
    return (of) => {
        if (!known.has(of)) known.set(of, make(of));
        return known.get(of);
    };
};

function chains(functions) {
    const byShape = remembered((length) => remembered(likeness(functions, ({ begin }) => begin.join(), length)));
    const byBytes = remembered(likeness(functions, (instruction) => bytesOf(instruction).join(), 2));
    return ({ length, weight, start = 0 }) => {
        const left = new Set(functions.keys());
        const order = [];
        for (let last = Math.floor(start * functions.length); ; ) {
            left.delete(last);
            order.push(last);
            if (!left.size) return order;
            const shape = byShape(length)(last);
            const bytes = byBytes(last);
            const score = (f) => shape[f] + weight * bytes[f];
            last = [...left].reduce((best, f) => (score(f) > score(best) ? f : best));
        }
    };
}

// Which measure of likeness serves best is for who compresses the result to try: the length of the runs that are alike in their
// shape, and the weight of those that are alike in all.
export const kMeasures = [2, 3, 4, 5, 6].flatMap((length) => [0.5, 1, 1.5, 2].map((weight) => ({ length, weight })));

// Where the order begins, as a share of all functions, serves for nothing but another draw: brotli varies by a hundred bytes.
export const kStarts = [1, 2, 3, 4, 5, 6, 7].map((eighth) => eighth / 8);

// Of a module without custom sections, as those may tell of functions by number. One for each measure.
export function orderings(module, measures) {
    const all = sections(module);
    const functions = bodies(all.find(({ id }) => id === 10).content);
    return measures.map(chains(functions)).map((order) => inOrder(module, all, functions, order));
}

export const ordered = (module, measure = { length: 4, weight: 1 }) => orderings(module, [measure])[0];

function inOrder(module, all, functions, order) {
    const imported = WebAssembly.Module.imports(new WebAssembly.Module(module)).filter(({ kind }) => kind === 'function').length;
    const places = new Map(order.map((f, place) => [imported + f, imported + place]));
    const moved = (f) => leb(places.get(f) ?? f);

    const list = (read, item) => {
        const count = read.u32();
        return [...leb(count), ...Array.from({ length: count }, () => item(read)).flat()];
    };
    const text = (read) => {
        const bytes = Buffer.from(read.text());
        return [...leb(bytes.length), ...bytes];
    };
    const rewritten = {
        3: (read) => {
            const types = Array.from({ length: read.u32() }, () => leb(read.u32()));
            return [...leb(types.length), ...order.flatMap((f) => types[f])];
        },
        7: (read) =>
            list(read, () => {
                const name = text(read);
                const kind = read.byte();
                return [...name, kind, ...(kind === 0 ? moved : leb)(read.u32())];
            }),
        8: (read) => moved(read.u32()),
        9: (read) =>
            list(read, () => {
                // Of table 0, at a number of one byte.
                const [table, constant, at, end] = [read.byte(), read.byte(), read.byte(), read.byte()];
                if (table !== 0 || constant !== 0x41 || end !== 0x0b) throw new Error('order: a kind of table element that is not known');
                return [table, constant, at, end, ...list(read, () => moved(read.u32()))];
            }),
        10: (read) => {
            const renumbered = (call) => ({ ...call, taken: moved(call.taken.reduceRight((value, part) => value * 128 + (part & 127), 0)) });
            const written = order.map((f) =>
                functions[f].flatMap((instruction) => bytesOf(instruction.source === 'call' ? renumbered(instruction) : instruction)),
            );
            return [...leb(written.length), ...written.flatMap((body) => [...leb(body.length), ...body])];
        },
    };
    const parts = all.map(({ id, content, whole }) => {
        if (!rewritten[id]) return whole;
        const bytes = rewritten[id](reader(content));
        return Buffer.from([id, ...leb(bytes.length), ...bytes]);
    });
    const result = Buffer.concat([module.subarray(0, 8), ...parts]);
    if (!WebAssembly.validate(result)) throw new Error('order: the module is no longer valid');
    return result;
}
