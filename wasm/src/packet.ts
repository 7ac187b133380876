// The structs of candor.h as they lie in the module's memory: little-endian, each number at a multiple of its size. What
// a call takes is laid out in one packet: a row of structs, and behind it what they point to.

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const kHalf = 2 ** 32;

export class Writer {
    private bytes = new Uint8Array(1024);
    private view = new DataView(this.bytes.buffer);
    private size = 0;
    private readonly pointers: [at: number, write: () => void][] = [];

    private place(count: number, unit: number): number {
        const at = (this.size + unit - 1) & -unit;
        this.size = at + count;
        if (this.size > this.bytes.length) {
            const larger = new Uint8Array(Math.max(this.size, this.bytes.length * 2));
            larger.set(this.bytes);
            this.bytes = larger;
            this.view = new DataView(larger.buffer);
        }
        return at;
    }

    // Gets its place before the view: making room may replace that.
    i32(...values: number[]): this {
        for (const value of values) {
            const at = this.place(4, 4);
            this.view.setInt32(at, value, true);
        }
        return this;
    }

    f32(...values: number[]): this {
        for (const value of values) {
            const at = this.place(4, 4);
            this.view.setFloat32(at, value, true);
        }
        return this;
    }

    f64(value: number): this {
        const at = this.place(8, 8);
        this.view.setFloat64(at, value, true);
        return this;
    }

    // Room for what the module writes.
    room(count: number): this {
        this.place(count, 4);
        return this;
    }

    // A whole number of 64 bits; the largest stands for what is larger.
    i64(value: number): this {
        this.place(0, 8);
        return value < 2 ** 63 ? this.i32(value, Math.floor(value / kHalf)) : this.i32(-1, 0x7fffffff);
    }

    text(value: string | Uint8Array): this {
        const bytes = typeof value === 'string' ? encoder.encode(value) : value;
        return this.block(bytes.length, () => {
            const at = this.place(bytes.length, 1);
            this.bytes.set(bytes, at);
        });
    }

    list<T>(values: readonly T[], write: (value: T) => void): this {
        return this.block(values.length, () => values.forEach(write));
    }

    // A pointer and a count. What it points to comes when the row is complete.
    private block(count: number, write: () => void): this {
        this.i32(0, count);
        this.pointers.push([this.size - 8, write]);
        return this;
    }

    // Puts the packet where `allocate` says.
    take(allocate: (size: number) => Uint8Array): number {
        // What is pointed to may have pointers itself: they are added to those that this goes through.
        for (const [at, write] of this.pointers) {
            const target = this.place(0, 8);
            write();
            this.view.setInt32(at, target, true);
        }
        const place = allocate(this.size);
        const base = place.byteOffset;
        for (const [at] of this.pointers) this.view.setInt32(at, this.view.getInt32(at, true) + base, true);
        place.set(this.bytes.subarray(0, this.size));
        return base;
    }
}

export class Reader {
    private readonly view: DataView;

    constructor(
        private readonly memory: ArrayBuffer,
        private at: number,
    ) {
        this.view = new DataView(memory);
    }

    i32(): number {
        this.at += 4;
        return this.view.getInt32(this.at - 4, true);
    }

    u32(): number {
        return this.i32() >>> 0;
    }

    f32(): number {
        this.at += 4;
        return this.view.getFloat32(this.at - 4, true);
    }

    i64(): number {
        this.at = (this.at + 7) & -8;
        return this.u32() + this.i32() * kHalf;
    }

    // All 64 bits, to be compared.
    bits(): string {
        this.at = (this.at + 7) & -8;
        return `${this.u32()}.${this.u32()}`;
    }

    // A copy: what the module hands out lives for the call only.
    raw(): Uint8Array<ArrayBuffer> {
        const data = this.u32();
        return new Uint8Array(this.memory.slice(data, data + this.u32()));
    }

    text(): string {
        return decoder.decode(this.raw());
    }

    list<T>(read: () => T): T[] {
        const data = this.u32();
        const count = this.u32();
        const next = this.at;
        const values: T[] = [];
        this.at = data;
        for (let i = 0; i < count; ++i) values.push(read());
        this.at = next;
        return values;
    }
}
