// The structs of candor.h as they lie in the module's memory: little-endian, each number at a multiple of its size. What
// a call takes is laid out in one packet: a row of structs, and behind it what they point to.

export const encoder = new TextEncoder();
export const decoder = new TextDecoder();
const kHalf = 2 ** 32;

// All of them but `take` return the writer itself.
export interface Writer {
    i32(...values: number[]): Writer;
    f32(...values: number[]): Writer;
    f64(value: number): Writer;
    i64(value: number): Writer; // a whole number; the largest stands for what is larger
    room(count: number): Writer; // for what the module writes
    text(value: string | Uint8Array): Writer;
    list<T>(values: readonly T[], write: (value: T) => void): Writer;
    // Puts the packet where `allocate` says.
    take(allocate: (size: number) => Uint8Array): number;
}
export type Reader = ReturnType<typeof makeReader>;

export function makeWriter(): Writer {
    let bytes = new Uint8Array(1024);
    let view = new DataView(bytes.buffer);
    let size = 0;
    const pointers: [at: number, write: () => void][] = [];

    const place = (count: number, unit: number): number => {
        const at = (size + unit - 1) & -unit;
        size = at + count;
        if (size > bytes.length) {
            const before = bytes;
            bytes = new Uint8Array(size * 2);
            bytes.set(before);
            view = new DataView(bytes.buffer);
        }
        return at;
    };

    // A pointer and a count. What it points to comes when the row is complete.
    const block = (count: number, write: () => void) => {
        writer.i32(0, count);
        pointers.push([size - 8, write]);
        return writer;
    };

    const writer: Writer = {
        // Gets its place before the view: making room may replace that.
        i32(...values) {
            for (const value of values) {
                const at = place(4, 4);
                view.setInt32(at, value, true);
            }
            return writer;
        },
        f32(...values) {
            for (const value of values) {
                const at = place(4, 4);
                view.setFloat32(at, value, true);
            }
            return writer;
        },
        f64(value) {
            const at = place(8, 8);
            view.setFloat64(at, value, true);
            return writer;
        },
        room(count) {
            place(count, 4);
            return writer;
        },
        i64(value) {
            place(0, 8);
            return value < 2 ** 63 ? writer.i32(value, Math.floor(value / kHalf)) : writer.i32(-1, 0x7fffffff);
        },
        text(value) {
            const encoded = typeof value === 'string' ? encoder.encode(value) : value;
            return block(encoded.length, () => {
                const at = place(encoded.length, 1);
                bytes.set(encoded, at);
            });
        },
        list: (values, write) => block(values.length, () => values.forEach(write)),
        take(allocate) {
            // What is pointed to may have pointers itself: they are added to those that this goes through.
            for (const [at, write] of pointers) {
                const target = place(0, 8);
                write();
                view.setInt32(at, target, true);
            }
            const room = allocate(size);
            const base = room.byteOffset;
            for (const [at] of pointers) view.setInt32(at, view.getInt32(at, true) + base, true);
            room.set(bytes.subarray(0, size));
            return base;
        },
    };
    return writer;
}

export function makeReader(memory: ArrayBuffer, at: number) {
    const view = new DataView(memory);
    const i32 = () => view.getInt32((at += 4) - 4, true);
    const u32 = () => i32() >>> 0;
    const align = () => void (at = (at + 7) & -8);
    // A copy: what the module hands out lives for the call only.
    const raw = () => {
        const data = u32();
        return new Uint8Array(memory.slice(data, data + u32()));
    };
    return {
        i32,
        u32,
        f32: () => view.getFloat32((at += 4) - 4, true),
        i64() {
            align();
            return u32() + i32() * kHalf;
        },
        // All 64 bits, to be compared.
        bits() {
            align();
            return `${u32()}.${u32()}`;
        },
        raw,
        text: () => decoder.decode(raw()),
        list<T>(read: () => T): T[] {
            const data = u32();
            const values = new Array<T>(u32());
            const next = at;
            at = data;
            for (let i = 0; i < values.length; ++i) values[i] = read();
            at = next;
            return values;
        },
    };
}
