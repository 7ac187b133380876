// Packets, without a browser: what is laid out is read, wherever it lies and whatever its size.
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), '../../wasm/src/packet.ts');
const bundled = await build({ entryPoints: [source], bundle: true, format: 'esm', write: false, target: 'es2020' });
const { makeReader, makeWriter } = await import('data:text/javascript;base64,' + Buffer.from(bundled.outputFiles[0].contents).toString('base64'));

// As the module sees it: in a memory of its own, at that address.
const memoryOf = (writer, at = 0) => {
    let memory;
    const base = writer.take((size) => {
        memory = new Uint8Array(at + size);
        return memory.subarray(at);
    });
    assert.equal(base, at);
    return memory.buffer;
};

const copy = (writer, at = 0) => makeReader(memoryOf(writer, at), at);

test('numbers and texts come back in their order', () => {
    const writer = makeWriter().i32(-1, 5).f32(0.5, -2).text('né 😀\0x').text(new Uint8Array([0, 255])).i32(7).i64(1.79e12);
    const read = copy(writer, 16);
    assert.deepEqual([read.u32(), read.i32(), read.f32(), read.f32()], [0xffffffff, 5, 0.5, -2]);
    assert.deepEqual([read.text(), [...read.raw()], read.i32(), read.i64()], ['né 😀\0x', [0, 255], 7, 1.79e12]);
});

test('whole numbers of 64 bits are exact, and stand where C has them', () => {
    for (const number of [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, -(2 ** 32) - 1, 2 ** 53, -(2 ** 53), 1789000000123]) {
        const memory = new DataView(memoryOf(makeWriter().i32(3).i64(number), 8));
        assert.equal(memory.getBigInt64(16, true), BigInt(number));
        const read = makeReader(memory.buffer, 8);
        assert.deepEqual([read.i32(), read.i64()], [3, number]);
    }
    const largest = new DataView(memoryOf(makeWriter().i64(Infinity)));
    assert.equal(largest.getBigInt64(0, true), 2n ** 63n - 1n);
    assert.equal(new DataView(memoryOf(makeWriter().i64(makeReader(largest.buffer, 0).i64()))).getBigInt64(0, true), 2n ** 63n - 1n);
    const bits = copy(makeWriter().i32(1).i64(2 ** 32 * 7 + 9));
    assert.deepEqual([bits.i32(), bits.bits()], [1, '9.7']);
});

test('a struct is laid out as C does', () => {
    // candor_property[1], of one double at a multiple of eight
    const at = 24;
    const writer = makeWriter();
    const memory = new DataView(memoryOf(writer.list([0], () => writer.text('key').i32(1, 0).f64(2.5).text('')), at));
    assert.equal(memory.getUint32(at + 4, true), 1);
    const property = memory.getUint32(at, true);
    assert.equal(property % 8, 0);
    assert.deepEqual([memory.getUint32(property + 4, true), memory.getInt32(property + 8, true), memory.getFloat64(property + 16, true)], [3, 1, 2.5]);
});

test('a packet grows at any place', () => {
    for (const size of [0, 1, 1003, 1007, 1008, 1009, 1015, 1016, 1023, 1024, 1025, 2048, 70_000]) {
        const text = 'x'.repeat(size);
        const writer = makeWriter().text(text).i64(size).i32(size);
        writer.list(Array.from({ length: 300 }, (_, i) => i), (i) => writer.text(`${i}`).i64(i).list([i, i + 1], (j) => writer.i32(j)));
        const read = copy(writer, 1 << 16);
        assert.equal(read.text(), text);
        assert.deepEqual([read.i64(), read.i32()], [size, size]);
        const rows = read.list(() => [read.text(), read.i64(), read.list(() => read.i32())]);
        assert.equal(rows.length, 300);
        rows.forEach((row, i) => assert.deepEqual(row, [`${i}`, i, [i, i + 1]]));
    }
});

test('behind a list the row goes on', () => {
    const writer = makeWriter();
    writer.list(['a', 'b'], (text) => writer.text(text)).room(8).i32(9);
    const read = copy(writer);
    assert.deepEqual([read.list(() => read.text()), read.i64(), read.i32()], [['a', 'b'], 0, 9]);
});

test('what is read is a copy', () => {
    const memory = memoryOf(makeWriter().text(new Uint8Array([1, 2, 3])));
    const raw = makeReader(memory, 0).raw();
    new Uint8Array(memory).fill(9);
    assert.deepEqual([...raw], [1, 2, 3]);
});
