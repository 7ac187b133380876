// The packed core, without a browser: what unpacks is the module that was packed, and what is damaged is an error.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leb } from '../../wasm/code.mjs';
import { ordered } from '../../wasm/order.mjs';
import { nameOf, pack as packNamed, unpack as unpackNamed } from '../../wasm/pack.mjs';
import { placesOf } from '../../wasm/places.mjs';

const name = nameOf(['a', 'b']);
const pack = (module) => packNamed(module, name);
const unpack = (packed) => unpackNamed(packed, name.join());

const section = (id, ...content) => [id, ...leb(content.length), ...content];
const vector = (...items) => [...leb(items.length), ...items.flat()];
const sized = (...bytes) => [bytes.length, ...bytes];
const moduleOf = (...bodies) =>
    Buffer.from([
        ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
        ...section(1, ...vector([0x60, 1, 0x7f, 1, 0x7f])), // (i32) -> i32
        ...section(3, ...vector(...bodies.map(() => 0))),
        ...section(4, ...vector([0x70, 0, 1])),
        ...section(5, ...vector([0, 1])),
        ...section(6, ...vector([0x7f, 1, 0x41, 7, 0x0b])),
        ...section(7, ...vector([1, 0x66, 0, ...leb(bodies.length - 1)])), // the last as `f`
        ...section(9, ...vector([0, 0x41, 0, 0x0b, 1, 0])),
        ...section(10, ...vector(...bodies.map((body) => sized(...body)))),
        ...section(11, ...vector([0, 0x41, 16, 0x0b, 2, 5, 6])),
    ]);

const twice = [0, 0x20, 0, 0x41, 2, 0x6c, 0x0b];
const jumps = [0, 0x02, 0x40, 0x02, 0x40, 0x20, 0, 0x0e, 1, 0, 1, 0x0b, 0x41, 1, 0x0f, 0x0b, 0x41, 0xac, 2, 0x0b]; // 0: 1, else 300
const all = [
    ...[2, 2, 0x7f, 1, 0x7c], // locals 1 and 2, and 3 of f64
    ...[0x23, 0, 0x24, 0], // the global to itself
    ...[0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0xbf, 0x21, 3], // -1.5
    ...[0x20, 3, 0xfc, 2, 0x21, 1], // to a whole number: -1
    ...[0x41, 32, 0x41, 0xc1, 0, 0x41, 4, 0xfc, 11, 0], // memory.fill
    ...[0x41, 36, 0x41, 16, 0x41, 2, 0xfc, 10, 0, 0], // memory.copy
    ...[0x41, 0, 0x2d, 0, 32, 0x41, 0, 0x28, 2, 36, 0x6a, 0x22, 2, 0x1a], // 65 + 5 + 6 * 256
    ...[0x42, 0x80, 0x7f, 0x1a, 0x43, 0, 0, 0x80, 0xff, 0x1a], // i64 and f32
    ...[0x20, 0, 0x41, 0, 0x11, 0, 0], // twice
    ...[0x20, 0, 0x10, 1], // jumps
    ...[0x20, 1, 0x6a, 0x6a, 0x20, 2, 0x6a, 0x0b],
];
const module = moduleOf(twice, jumps, all);
const results = (bytes) => {
    const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    return [f(0), f(21)];
};

test('a module comes back byte for byte, and runs', () => {
    const packed = pack(module);
    assert.ok(WebAssembly.validate(packed)); // as servers and bundlers take it for a module
    const unpacked = unpack(packed);
    assert.deepEqual(Buffer.from(unpacked), module);
    assert.deepEqual(results(unpacked), [0 + 1 - 1 + 65 + 5 + 6 * 256, 42 + 300 - 1 + 65 + 5 + 6 * 256]);
});

test('streams that change places are read where they lie then', () => {
    let size = 1000;
    const exchanged = packNamed(module, name, () => --size); // the last that was tried is always the smallest
    assert.notDeepEqual(exchanged, pack(module));
    assert.equal(exchanged.length, pack(module).length);
    assert.deepEqual(Buffer.from(unpack(exchanged)), module);
    assert.deepEqual(packNamed(module, name, () => 1), pack(module));
});

test('functions that are alike come together, and are called as before', () => {
    const thrice = [0, 0x20, 0, 0x41, 3, 0x6c, 0x0b];
    const apart = moduleOf(twice, jumps, thrice, all);
    const together = ordered(apart);
    const text = (bytes) => bytes.toString('latin1');
    const both = text(Buffer.from([...sized(...twice), ...sized(...thrice)]));
    assert.ok(!text(apart).includes(both));
    assert.ok(text(together).includes(both));
    assert.deepEqual(results(together), results(apart));
});

test('near calls and far ones, and numbers that are instructions of their own', () => {
    const next = [0, 0x20, 0, 0x41, 1, 0x6a, 0x0b];
    const caller = [
        0, // no locals
        ...[0x42, 0, 0x1a, 0x42, 1, 0x1a, 0x42, 2, 0x1a], // i64
        ...[0x02, 0x40, 0x02, 0x40, 0x02, 0x40, 0x0c, 2, 0x0b, 0x0c, 1, 0x0b, 0x0c, 0, 0x0b], // out of three blocks
        ...[0x20, 0, 0x10, 0, 0x10, 0x7f, 0x10, ...leb(128), 0x10, ...leb(149), 0x0b],
    ];
    const calls = moduleOf(...Array.from({ length: 150 }, (_, i) => (i === 149 ? twice : next)), caller);
    for (const module of [calls, ordered(calls)]) {
        const unpacked = unpack(pack(module));
        assert.deepEqual(Buffer.from(unpacked), module);
        assert.equal(new WebAssembly.Instance(new WebAssembly.Module(unpacked)).exports.f(7), 20);
    }
});

test('sizes of two bytes and of three', () => {
    const long = [0, ...Array.from({ length: 60 }, (_, i) => [0x41, i, 0x1a]).flat(), 0x20, 0, 0x0b];
    const code = Array.from({ length: 300 }, () => [...leb(long.length), ...long]).flat();
    const content = [0xac, 2, ...code];
    const large = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 10, ...leb(content.length), ...content]);
    assert.deepEqual(Buffer.from(unpack(pack(large))), large);
});

test('what the packer does not know, it refuses', () => {
    assert.throws(() => pack(moduleOf([0, 0xfd, 0x0c, 0x0b])), /not known: 0xfd/);
    assert.throws(() => pack(moduleOf([0, 0x06, 0x40, 0x0b, 0x0b])), /not known: 0x6/);
    assert.throws(() => pack(moduleOf([0, 0xfc, 8, 0, 0, 0x0b])), /not known: 0xfc/);
    assert.throws(() => pack(moduleOf([0, 0x02, 1, 0x0b, 0x0b])), /not known: 0x2/); // a block of the type section's types
    const wide = Buffer.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...section(10, 1, 0x82, 0x00, 0, 0x0b)]);
    assert.throws(() => pack(wide), /more bytes than it needs/);
});

test('another layout is named as such', () => {
    const packed = pack(module);
    assert.throws(() => unpackNamed(packed, nameOf(['b', 'a']).join()), /core.mjs and core.packed.wasm differ/);
    packed[packed.indexOf(name[1], 9)] ^= 1;
    assert.throws(() => unpack(packed), /core.mjs and core.packed.wasm differ/);
    assert.throws(() => unpack(module), /core.mjs and core.packed.wasm differ/);
});

test('a file that is cut off, or longer, is an error', () => {
    const packed = pack(module);
    for (let size = 0; size < packed.length; ++size) assert.throws(() => unpack(packed.subarray(0, size)), Error, `${size} bytes`);
    assert.throws(() => unpack(Buffer.concat([packed, packed])), /damaged/);
});

test('a damaged file ends in an error or in other bytes, and soon', { timeout: 20_000 }, () => {
    const packed = pack(module);
    for (let at = 9; at < packed.length; ++at) {
        for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
            const damaged = new Uint8Array(packed);
            damaged[at] = value;
            try {
                assert.ok(unpack(damaged).length < 2 ** 22);
            } catch (error) {
                assert.ok(!(error instanceof assert.AssertionError), `byte ${at} as ${value}`);
            }
        }
    }
});

test('symbols have places of their own, those that foretell the same near each other', () => {
    // After 3 to 8 comes 1, after 9 to 14 comes 2.
    const sequence = [3, 9, 4, 10, 5, 11, 6, 12, 7, 13, 8, 14].flatMap((symbol) => [0, symbol, symbol < 9 ? 1 : 2]);
    const places = placesOf(sequence, 15);
    assert.equal(places[0], 0);
    assert.equal(new Set(places).size, 15);
    assert.ok(places.every((place) => place < 256));
    const ranges = places.map((place) => [1, 16, 64, 128, 192, 240, 255, 256].findIndex((end) => place < end));
    const [ones, twos] = [ranges.slice(3, 9), ranges.slice(9)].map((some) => new Set(some));
    assert.ok([...ones].every((range) => !twos.has(range)));
    assert.equal(placesOf(Array.from({ length: 512 }, (_, i) => i % 256), 256).length, 256); // as many as there can be
});
