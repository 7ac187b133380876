// Reads the outline of a WebAssembly module: its sections, its functions and their names.

export function reader(bytes, at = 0) {
    const self = {
        get at() {
            return at;
        },
        get done() {
            return at >= bytes.length;
        },
        skip: (count) => (at += count),
        byte: () => bytes[at++],
        u32: () => {
            let value = 0;
            for (let shift = 0; ; shift += 7) {
                const byte = bytes[at++];
                value |= (byte & 0x7f) << shift;
                if (byte < 0x80) return value >>> 0;
            }
        },
        text: () => {
            const size = self.u32();
            at += size;
            return bytes.subarray(at - size, at).toString();
        },
    };
    return self;
}

// [{ id, name, content, whole }]; custom sections have id 0 and a name.
export function sections(module) {
    if (module.subarray(0, 4).toString('latin1') !== '\0asm') throw new Error('not a WebAssembly module');
    const found = [];
    const read = reader(module, 8);
    while (!read.done) {
        const begin = read.at;
        const id = read.byte();
        const size = read.u32();
        const content = module.subarray(read.at, read.at + size);
        const name = id === 0 ? reader(content).text() : '';
        read.skip(size);
        found.push({ id, name, content, whole: module.subarray(begin, read.at) });
    }
    return found;
}

function importedFunctions(all) {
    const section = all.find(({ id }) => id === 2);
    if (!section) return 0;
    const read = reader(section.content);
    let functions = 0;
    for (let left = read.u32(); left > 0; --left) {
        read.text();
        read.text();
        const kind = read.byte();
        if (kind === 0) {
            ++functions;
            read.u32();
        } else {
            // A table (element type, limits), a memory (limits) or a global (type, mutability).
            if (kind === 1) read.byte();
            if (kind === 3) read.skip(2);
            else if (read.byte() & 1) (read.u32(), read.u32());
            else read.u32();
        }
    }
    return functions;
}

function names(all) {
    const found = new Map();
    const section = all.find(({ id, name }) => id === 0 && name === 'name');
    if (!section) return found;
    const read = reader(section.content);
    read.text();
    while (!read.done) {
        const kind = read.byte();
        const size = read.u32();
        if (kind !== 1) {
            read.skip(size);
            continue;
        }
        for (let left = read.u32(); left > 0; --left) found.set(read.u32(), read.text());
    }
    return found;
}

// [{ name, size }] of each function's body.
export function functions(module) {
    const all = sections(module);
    const code = all.find(({ id }) => id === 10);
    if (!code) return [];
    const byIndex = names(all);
    const first = importedFunctions(all);
    const read = reader(code.content);
    const count = read.u32();
    return Array.from({ length: count }, (_, i) => {
        const size = read.u32();
        read.skip(size);
        return { name: byIndex.get(first + i) ?? '', size };
    });
}
