// How structures cross between JavaScript and the module: rows of little-endian numbers and of texts (length, bytes),
// read in the order in which they were written. packet.hpp is the other end.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Writer {
    private bytes = new Uint8Array(1024);
    private view = new DataView(this.bytes.buffer);
    private size = 0;

    private room(count: number): number {
        const at = this.size;
        this.size += count;
        if (this.size > this.bytes.length) {
            const larger = new Uint8Array(Math.max(this.size, this.bytes.length * 2));
            larger.set(this.bytes);
            this.bytes = larger;
            this.view = new DataView(larger.buffer);
        }
        return at;
    }

    i32(value: number): this {
        const at = this.room(4); // first: it may replace the view
        this.view.setInt32(at, value, true);
        return this;
    }

    f64(value: number): this {
        const at = this.room(8);
        this.view.setFloat64(at, value, true);
        return this;
    }

    raw(value: Uint8Array): this {
        this.i32(value.length);
        const at = this.room(value.length);
        this.bytes.set(value, at);
        return this;
    }

    text(value: string): this {
        return this.raw(encoder.encode(value));
    }

    list<T>(values: readonly T[], write: (value: T) => void): this {
        this.i32(values.length);
        values.forEach(write);
        return this;
    }

    take(): Uint8Array {
        return this.bytes.subarray(0, this.size);
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

    f64(): number {
        this.at += 8;
        return this.view.getFloat64(this.at - 8, true);
    }

    // A copy: what the module hands out lives for the call only.
    raw(): Uint8Array<ArrayBuffer> {
        const size = this.u32();
        this.at += size;
        return new Uint8Array(this.memory.slice(this.at - size, this.at));
    }

    text(): string {
        return decoder.decode(this.raw());
    }

    list<T>(read: () => T): T[] {
        const count = this.u32();
        const values: T[] = [];
        for (let i = 0; i < count; ++i) values.push(read());
        return values;
    }
}

export function textAt(memory: ArrayBuffer, at: number, size: number): string {
    return decoder.decode(memory.slice(at, at + size));
}
