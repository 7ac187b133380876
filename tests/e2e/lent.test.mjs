// What the page lends the module says what the module's own code would say, as natively it does.
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), '../../wasm/src/lent.ts');
const bundled = await build({ entryPoints: [source], bundle: true, format: 'esm', write: false, target: 'es2020' });
const { dateOf, numberOf, numberText } = await import('data:text/javascript;base64,' + Buffer.from(bundled.outputFiles[0].contents).toString('base64'));

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
