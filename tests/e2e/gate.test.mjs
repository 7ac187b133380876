// The loader's gate, without a browser: when is the core needed? In doubt it is.
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = join(dirname(fileURLToPath(import.meta.url)), '../../wasm/src/gate.ts');
const bundled = await build({ entryPoints: [source], bundle: true, format: 'esm', write: false, target: 'es2020' });
const { closings, isNamed, isNeeded, matchesGlob, readGate, readRecord, touch } = await import(
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
const record = (over = {}) => ({ at: 0, person: 'p', document: 'h1', last_call: 0, sessions: 1, triggers: { 'buy.1#0': { count: 0 } }, ...over });
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

test('screens by prefix and by pattern, and events that are kept for other reasons', () => {
    const patterns = {
        ...gate,
        keep: ['refund'],
        triggers: [
            { id: 'a.1#0', screen: '/docs/', match: 'prefix', count: 2 },
            { id: 'b.1#0', screen: '/shop/*/done', match: 'glob', count: 1 },
        ],
    };
    const at = (name) => ({ kind: 'screen', name });
    assert.equal(isNamed(patterns, at('/docs/a')), true);
    assert.equal(isNamed(patterns, at('/doc')), false);
    assert.equal(isNamed(patterns, { kind: 'event', name: 'refund' }), true);
    assert.equal(needs({ gate: patterns, journal: [{ ...at('/docs/a'), at: now }] }, at('/docs/a')), false);
    const two = [{ ...at('/docs/a'), at: now }, { ...at('/docs/b'), at: now }];
    assert.equal(needs({ gate: patterns, journal: two }, at('/docs/b')), true);
    assert.equal(needs({ gate: patterns }, at('/shop/7/done')), false); // not in the journal
    assert.equal(needs({ gate: patterns, journal: [{ ...at('/shop/7/done'), at: now }] }, at('/shop/7/done')), true);
    assert.equal(needs({ gate: patterns, journal: [{ kind: 'event', name: 'refund', at: now }] }, { kind: 'event', name: 'refund' }), false);
});

test('patterns match as they do in the core', async () => {
    // The corpus has them, with what is wanted.
    const corpus = JSON.parse(await readFile(new URL('../conformance/rules.json', import.meta.url), 'utf8'));
    let seen = 0;
    for (const { document, moments, expected } of corpus.cases) {
        const [trigger] = document.surveys[0]?.triggers ?? [];
        if (trigger?.match !== 'glob' || typeof trigger.screen !== 'string') continue;
        if (moments[0].kind !== 'screen') continue;
        assert.equal(matchesGlob(trigger.screen, moments[0].name), expected.chosen === 's', `${trigger.screen} ${moments[0].name}`);
        seen++;
    }
    assert.ok(seen > 15);
});

test('sessions count from the record on', () => {
    assert.equal(needs({ sessions: 2 }, session), false);
    assert.equal(needs({ sessions: 3 }, session), true);
    assert.equal(needs({ record: record(), sessions: 2 }, session), true);
});

test('a record by a clock ahead of ours holds nothing back', () => {
    const ahead = record({ at: now + 1, triggers: { 'buy.1#0': { count: 9, closed: { until: now + 5, verdict: 'wait_answered' } } } });
    assert.equal(needs({ record: ahead, journal: entries(1) }), true);
    assert.equal(needs({ record: { ...ahead, at: now }, journal: entries(1) }), false);
});

test('a closed trigger holds until its instant, and for its person and document alone', () => {
    const closed = record({ triggers: { 'buy.1#0': { count: 9, closed: { until: now + 5, verdict: 'wait_answered' } } } });
    assert.equal(needs({ record: closed, journal: entries(1) }), false);
    assert.equal(needs({ record: closed, journal: entries(1) }, bought, now + 5), true);
    assert.equal(needs({ record: closed, journal: entries(1), person: 'q' }), true);
    assert.equal(needs({ record: { ...closed, document: 'h0' }, journal: entries(1) }), true);
    assert.equal(needs({ record: { ...closed, person: 'q' }, journal: [] }), true);
});

test('a moment is held back by the closed triggers that it meets, and by no others', () => {
    const closed = { until: now + 5, verdict: 'sample', report: {} };
    const both = record({ triggers: { 'buy.1#0': { count: 1, closed }, 'page.1#0': { closed } } });
    const ids = (over, at = now) => closings(known({ record: both, journal: entries(1), ...over }), bought, at).map(([id]) => id);
    assert.deepEqual(ids({}), ['buy.1#0']);
    assert.deepEqual(ids({ journal: [] }), []); // not met yet
    assert.deepEqual(ids({}, now + 5), []);
    assert.deepEqual(ids({ person: 'q' }), []);
    assert.deepEqual(ids({ gate: undefined }), []);
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
    assert.match(readGate('{"candor": 1', 'shop'), /version 1/);
    assert.match(readGate('[]', 'shop'), /version 1/);
    assert.match(readGate('null', 'shop'), /version 1/);
    assert.match(readGate('{"candor":2,"project":"shop","triggers":[]}', 'shop'), /version 1/);
    assert.match(readGate(JSON.stringify({ ...gate, project: 'bank' }), 'shop'), /bank/);
    assert.deepEqual(readGate(JSON.stringify(gate), 'shop'), gate);
    for (const text of ['', '7', 'null', '{}', '{"triggers":7}', '{"triggers":null}']) assert.equal(readRecord(text), undefined);
});
