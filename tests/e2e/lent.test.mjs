// What the page lends the module says what the module's own code would say, as natively it does.
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), '../../wasm/src/lent.ts');
const bundled = await build({ entryPoints: [source], bundle: true, format: 'esm', write: false, target: 'es2020' });
const { dateOf, instantOf, instantText, numberOf, numberText } = await import('data:text/javascript;base64,' + Buffer.from(bundled.outputFiles[0].contents).toString('base64'));

test('numbers as texts', () => {
    const texts = ['0', '1', '-1.5', '0.1', '100', '123456789012345680000', '1e+21', '1.5e+300', '0.000001', '1e-7', '5e-324', '1.7976931348623157e+308'];
    for (const text of texts) assert.equal(numberText(numberOf(text)), text);
    assert.equal(numberText(-0), '0');
    for (const number of [NaN, Infinity, -Infinity]) assert.equal(numberText(number), 'null');
});

test('digits and an exponent, as the reader of JSON hands them over', () => {
    assert.equal(numberOf('0e0'), 0);
    assert.equal(numberOf('012e-1'), 1.2);
    assert.equal(numberOf('01e400'), Infinity);
    assert.equal(numberOf('01e-400'), 0);
    assert.equal(numberOf(`0${'9'.repeat(800)}e-800`), 1);
    assert.equal(numberOf('09007199254740993e0'), 9007199254740992); // halfway: the even one
});

test('dates of HTTP', () => {
    assert.equal(dateOf('Sun, 06 Nov 1994 08:49:37 GMT'), 784111777000);
    assert.equal(dateOf(' \tSun, 06 Nov 1994 08:49:37 GMT '), 784111777000);
    assert.equal(dateOf('Mon, 06 Nov 1994 08:49:37 GMT'), 784111777000); // not that day
    assert.equal(dateOf('Tue, 29 Feb 2000 12:00:00 GMT'), 951825600000);
    assert.equal(dateOf('Wed, 31 Dec 1969 23:59:59 GMT'), -1000);
    const others = [
        '', 'soon', '5', '120', '5 GMT', '2026-11-22', '2026-11-22T07:00:00Z', 'Sun, 31 Feb 2026 00:00:00 GMT', 'Sun, 06 Nov 1994 24:00:00 GMT',
        'Sun, 06 Nov 1994 08:49:37', 'Sun, 06 Nov 1994 08:49:37 CET', 'Sun, 06 Nov 1994 08:49:37 GMT+1', '06 Nov 1994 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994',
    ];
    for (const text of others) assert.ok(Number.isNaN(dateOf(text)), text);
});

// As tests/unit/base/values_test.cpp has them.
test('instants as texts', () => {
    assert.equal(instantText(0), '1970-01-01T00:00:00.000Z');
    assert.equal(instantText(1795330800123), '2026-11-22T07:00:00.123Z');
    assert.equal(instantText(-1), '1969-12-31T23:59:59.999Z');
    assert.equal(instantText(-(2 ** 63)), '0000-01-01T00:00:00.000Z');
    assert.equal(instantText(2 ** 63), '9999-12-31T23:59:59.999Z');
});

test('texts as instants', () => {
    for (const instant of [0, -1, 1795330800123, 951782400000, 253402300799999, -62167219200000]) {
        const text = instantText(instant);
        assert.equal(instantOf(text), instant);
        assert.equal(instantOf(text.slice(0, 10)), Math.floor(instant / 864e5) * 864e5);
    }
    assert.equal(instantOf('2026-11-22'), 1795305600000);
    assert.equal(instantOf('2026-11-22T07:00:00Z'), 1795330800000);
    assert.equal(instantOf('2026-11-22t12:30:00.12345+05:30'), 1795330800123);
    assert.equal(instantOf('2026-11-22T07:00:00.1z'), 1795330800100);
    assert.equal(instantOf('2026-11-22T06:59:60-00:00'), 1795330800000);
    assert.equal(instantOf('2026-11-22T00:00:00-23:59'), 1795305600000 + 23 * 36e5 + 59 * 6e4);
    const others = [
        '', '2026', '2026-13-01', '2026-00-01', '2026-01-00', '2026-02-29', '2026-04-31', '2026-11-22T', '2026-11-22T07:00', '2026-11-22T07:00Z',
        '2026-11-22T07:00:00', '2026-11-22T24:00:00Z', '2026-11-22T07:60:00Z', '2026-11-22T07:00:61Z', '2026-11-22T07:00:00.Z', '2026-11-22T07:00:00Zx',
        '2026-11-22T07:00:00+5:30', '2026-11-22T07:00:00+24:00', '2026-11-22T07:00:00+05:60', '2026-11-22 07:00:00Z', '+026-11-22', '-026-11-22',
        '2026-11-2x', '22.11.2026', '22-11-2026', ' 2026-11-22', '2026-11-22\n', '2026-11-22T:::::00Z', 'Sun, 22 Nov 2026 07:00:00 GMT',
    ];
    for (const text of others) assert.ok(Number.isNaN(instantOf(text)), text);
});
