// Packets, without a browser: what is written is read, whatever its size.
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), '../../wasm/src/packet.ts');
const bundled = await build({ entryPoints: [source], bundle: true, format: 'esm', write: false, target: 'es2020' });
const { Reader, Writer } = await import('data:text/javascript;base64,' + Buffer.from(bundled.outputFiles[0].contents).toString('base64'));

const copy = (writer, at = 0) => {
    const bytes = writer.take();
    const memory = new Uint8Array(at + bytes.length);
    memory.set(bytes, at);
    return new Reader(memory.buffer, at);
};

test('numbers and texts come back in their order', () => {
    const read = copy(new Writer().i32(-1).f64(1.79e12 + 0.5).text('né 😀\0x').raw(new Uint8Array([0, 255])).i32(7), 13);
    assert.deepEqual([read.u32(), read.f64(), read.text(), [...read.raw()], read.i32()], [0xffffffff, 1.79e12 + 0.5, 'né 😀\0x', [0, 255], 7]);
});

test('a packet grows at any place', () => {
    for (const size of [0, 1, 1011, 1016, 1019, 1020, 1021, 2048, 70_000]) {
        const text = 'x'.repeat(size);
        const writer = new Writer().text(text).f64(size).i32(size);
        writer.list(Array.from({ length: 300 }, (_, i) => i), (i) => writer.text(`${i}`).f64(i));
        const read = copy(writer);
        assert.equal(read.text(), text);
        assert.deepEqual([read.f64(), read.i32()], [size, size]);
        read.list(() => [read.text(), read.f64()]).forEach(([name, value], i) => assert.deepEqual([name, value], [`${i}`, i]));
    }
});

test('what is read is a copy', () => {
    const bytes = new Writer().raw(new Uint8Array([1, 2, 3])).take().slice();
    const raw = new Reader(bytes.buffer, 0).raw();
    bytes.fill(9);
    assert.deepEqual([...raw], [1, 2, 3]);
});
