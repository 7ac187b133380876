// The loader's gate, without a browser: when is the core needed? In doubt it is.
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), '../../wasm/src/gate.ts');
const bundled = await build({ entryPoints: [source], bundle: true, format: 'esm', write: false, target: 'es2020' });
const { isNamed, isNeeded, readGate, readRecord, touch } = await import(
    'data:text/javascript;base64,' + Buffer.from(bundled.outputFiles[0].contents).toString('base64')
);

const kMinute = 60_000;
const now = 1_790_000_000_000;
const gate = {
    candor: 1, project: 'shop', document: 'shop.json', hash: 'h1',
    triggers: [
        { id: 'rel.1#0', session: 3 },
        { id: 'buy.1#0', event: 'bought', count: 2 },
        { id: 'page.1#0', screen: 'bought', count: 1 },
    ],
};
const bought = { kind: 'event', name: 'bought' };
const session = { kind: 'session', name: '' };
const record = (over = {}) => ({ person: 'p', document: 'h1', last_call: 0, sessions: 1, triggers: { 'buy.1#0': { count: 0 } }, ...over });
const entries = (count) => Array.from({ length: count }, () => ({ ...bought, at: now }));
const known = (over = {}) => ({ gate, record: undefined, person: 'p', sessions: 0, journal: [], ...over });
const needs = (over, moment = bought, at = now) => isNeeded(known(over), moment, at);

test('a moment below its least count needs nothing, the one that reaches it does', () => {
    assert.equal(needs({ journal: entries(1) }), false);
    assert.equal(needs({ journal: entries(2) }), true);
    assert.equal(needs({ record: record({ triggers: { 'buy.1#0': { count: 1 } } }), journal: entries(1) }), true);
    assert.equal(needs({ record: record(), journal: entries(1) }), false);
});

test('a name counts for its own kind of moment only', () => {
    assert.equal(needs({ journal: entries(2) }, { kind: 'event', name: 'other' }), false);
    assert.equal(needs({ journal: [{ kind: 'screen', name: 'bought', at: now }] }), false);
    assert.equal(needs({ journal: [{ kind: 'screen', name: 'bought', at: now }] }, { kind: 'screen', name: 'bought' }), true);
    assert.equal(isNamed(gate, { kind: 'screen', name: 'other' }), false);
});

test('sessions count from the record on', () => {
    assert.equal(needs({ sessions: 2 }, session), false);
    assert.equal(needs({ sessions: 3 }, session), true);
    assert.equal(needs({ record: record(), sessions: 2 }, session), true);
});

test('a closed trigger holds until its instant, and for its person and document alone', () => {
    const closed = record({ triggers: { 'buy.1#0': { count: 9, closed: { until: now + 5, verdict: 'wait_answered' } } } });
    assert.equal(needs({ record: closed, journal: entries(1) }), false);
    assert.equal(needs({ record: closed, journal: entries(1) }, bought, now + 5), true);
    assert.equal(needs({ record: closed, journal: entries(1), person: 'q' }), true);
    assert.equal(needs({ record: { ...closed, document: 'h0' }, journal: entries(1) }), true);
    assert.equal(needs({ record: { ...closed, person: 'q' }, journal: [] }), true);
});

test('a trigger of an unknown kind needs the core, until it is closed', () => {
    const strange = { ...gate, triggers: [{ id: 'x.1#0', weather: 'rain' }] };
    assert.equal(needs({ gate: strange }), true);
    const closed = record({ triggers: { 'x.1#0': { closed: { until: now + 5, verdict: 'sample' } } } });
    assert.equal(needs({ gate: strange, record: closed }), false);
});

test('a session begins with the first call and after 30 minutes without one', () => {
    const first = touch(undefined, 0, now);
    assert.deepEqual(first, { session: { kind: 'session', starts: [now], last: now }, write: true });
    assert.deepEqual(touch(first.session, now, now + 30_000).write, false);
    assert.deepEqual(touch(first.session, now, now + 2 * kMinute), { session: { ...first.session, last: now + 2 * kMinute }, write: true });
    // Calls in between that were not worth a write count all the same.
    assert.equal(touch(first.session, now + 29 * kMinute, now + 31 * kMinute).session.starts.length, 1);
    assert.equal(touch(first.session, now, now + 30 * kMinute).session.starts.length, 2);
    // The core saw a call after the journal was folded.
    assert.deepEqual(touch(undefined, now - kMinute, now).session.starts, []);
});

test('a clock that was put back begins no session, and one that ran ahead freezes none', () => {
    const ahead = { kind: 'session', starts: [now], last: now + 999 * kMinute };
    const { session: settled } = touch(ahead, 0, now);
    assert.deepEqual(settled.starts, [now]);
    assert.equal(touch(settled, now, now + 31 * kMinute).session.starts.length, 2);
});

test('the starts kept are bounded', () => {
    const many = { kind: 'session', starts: Array.from({ length: 64 }, (_, i) => i), last: 64 };
    const { starts } = touch(many, 0, now).session;
    assert.deepEqual([starts.length, starts[0], starts[63]], [64, 1, now]);
});

test('what is no gate is refused, with the reason', () => {
    assert.match(readGate('{"candor": 1', 'shop'), /JSON|Unexpected|Expected/);
    assert.match(readGate('[]', 'shop'), /version 1/);
    assert.match(readGate('null', 'shop'), /version 1/);
    assert.match(readGate('{"candor":2,"project":"shop","triggers":[]}', 'shop'), /version 1/);
    assert.match(readGate(JSON.stringify({ ...gate, project: 'bank' }), 'shop'), /bank/);
    assert.deepEqual(readGate(JSON.stringify(gate), 'shop'), gate);
    for (const text of ['', '7', 'null', '{}', '{"triggers":7}', '{"triggers":null}']) assert.equal(readRecord(text), undefined);
});
