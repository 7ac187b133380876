// The store's contract, on IndexedDB and on memory: what tests/contract asks of every store, asked of these two.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastingTests } from './lasting.mjs';
import { openParts } from './page.mjs';

const names = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKit' };

export function storeTests(browser) {
    test(`${names[browser]}: the store`, { timeout: 120_000 }, async (t) => {
        const parts = await openParts(browser);
        t.after(() => parts.close());
        const page = await parts.newPage();
        for (const kind of ['database', 'memory', 'lasting', 'away']) await contract(t, kind, page);
        await t.test('two tabs: steps of both run one after the other, none is lost', () => interleaved(parts, page));
        await t.test('a database that goes away is opened again', () => reopened(page));
        await t.test('a failure inside the transaction leaves nothing of it', () => aborted(page));
        await lastingTests(t, page);
    });
}

async function contract(t, kind, page) {
    const check = (name, work, expected, journal = []) =>
        t.test(`${kind}: ${name}`, async () => {
            const project = `${kind}-${name.replace(/\W/g, '-')}`.slice(0, 64);
            assert.deepEqual(await page.evaluate(work, kind, project, journal), expected);
        });

    await check('a step sees what earlier ones put, by key and by beginning', async (kind, project) => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore(kind, project);
        await transact(store, {}, { puts: [['person/b', '2'], ['person/a', 'é😀'], ['install', '0']] });
        const some = await transact(store, { reads: ['person/*', 'absent'] }, {});
        await transact(store, { full: true }, { erases: ['person/*'], puts: [['person/c', '3']] });
        const all = await transact(store, { reads: ['*'] }, {});
        return [some.records, Object.keys(some.records), all.records];
    }, [{ 'person/a': 'é😀', 'person/b': '2' }, ['person/a', 'person/b'], { install: '0', 'person/c': '3' }]);

    await check('the queue keeps its order, its totals, and each id once', async (kind, project) => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore(kind, project);
        await transact(store, {}, { appends: [{ id: 'a', body: '12345', kind: 0 }, { id: 'b', body: '12' }, { id: 'a', body: 'again' }] });
        await transact(store, {}, { appends: [{ id: 'c', body: '1' }, { id: 'b', body: 'again' }] });
        const before = await transact(store, { rows: 10 }, {});
        await transact(store, {}, { removes: ['b', 'unknown'], appends: [{ id: 'd', body: '1234', kind: 0 }] });
        const after = await transact(store, { rows: 10 }, {});
        return [before.queue, before.totals, after.queue, after.totals];
    }, [
        ['a', 'b', 'c'], { rows: 3, bytes: 8, answerRows: 1, answerBytes: 5 },
        ['a', 'c', 'd'], { rows: 3, bytes: 10, answerRows: 2, answerBytes: 9 },
    ]);

    await check('an event removed and appended in one step comes back at the end', async (kind, project) => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore(kind, project);
        await transact(store, {}, { appends: [{ id: 'a', body: 'old' }, { id: 'b' }] });
        await transact(store, {}, { removes: ['a'], appends: [{ id: 'a', body: 'newer' }] });
        const after = await transact(store, { rows: 10 }, {});
        return [after.queue, after.totals.rows, after.totals.bytes];
    }, [['b', 'a'], 2, 6]);

    await check('a peek keeps to rows, bytes and holds', async (kind, project) => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore(kind, project);
        const empty = await transact(store, { rows: 10 }, {});
        await transact(store, {}, { appends: [
            { id: 'later', hold: 3000 }, { id: 'big', body: 'x'.repeat(100) }, { id: 'small' }, { id: 'absurd', hold: 999_000 },
        ] });
        const peek = async (request) => (await transact(store, request, {})).queue;
        return [
            empty.nextDue, (await transact(store, {}, {})).nextDue, await peek({}), await peek({ rows: 1 }), await peek({ rows: 9 }),
            await peek({ rows: 9, bytes: 50 }), await peek({ rows: 9, bytes: 101 }), await peek({ rows: 9, now: 3000 }),
        ];
    }, [-1, 0, [], ['big'], ['big', 'small', 'absurd'], ['big'], ['big', 'small'], ['later', 'big', 'small', 'absurd']]);

    await check('a peek finds what lies behind many that are held', async (kind, project) => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore(kind, project);
        const held = Array.from({ length: 200 }, (_, i) => ({ id: `held ${i}`, hold: 2000 }));
        await transact(store, {}, { appends: [...held, { id: 'due' }] });
        const first = await transact(store, { rows: 3 }, { removes: held.map(({ id }) => id) });
        const second = await transact(store, { rows: 3 }, {});
        return [first.queue, first.totals.rows, second.queue, second.totals.rows];
    }, [['due'], 201, ['due'], 1]);

    await check('a step that is no longer wanted changes nothing', async (kind, project) => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore(kind, project);
        await transact(store, {}, { puts: [['a', '1']] });
        const refused = await transact(store, { reads: ['a'] }, null);
        return [typeof refused.failure, (await transact(store, { reads: ['*'] }, {})).records];
    }, ['string', { a: '1' }]);

    await check('erasing everything comes first, and what the same step puts stays', async (kind, project, journal) => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore(kind, project, journal);
        await transact(store, {}, { puts: [['a', '1']], appends: [{ id: 'a', kind: 0 }] });
        await transact(store, { full: true, rows: 9, reads: ['*'], journal: true }, { eraseAll: true, removes: ['a'], puts: [['denied', '1']], appends: [{ id: 'deletion', body: '12', kind: 1 }] });
        const after = await transact(store, { reads: ['*'], rows: 9, journal: true }, {});
        return [after.records, after.queue, after.totals, after.journal];
    }, [{ denied: '1' }, ['deletion'], { rows: 1, bytes: 2, answerRows: 0, answerBytes: 0 }, []], ['{"kind":"event","name":"x"}']);

    await check('values are bytes; the last put of a key holds; erases come before puts', async (kind, project) => {
        const { makeStore, raw, transact } = window.parts;
        const store = await makeStore(kind, project);
        const all = Array.from({ length: 256 }, (_, i) => i);
        await raw(store, { puts: [['a', new Uint8Array(all)], ['b', new Uint8Array()], ['c', new Uint8Array([1])], ['c', new Uint8Array([2])]] });
        const before = await raw(store, {}, ['*']);
        await transact(store, {}, { erases: ['a', 'c*'], puts: [['c', '3']] });
        const after = await transact(store, { reads: ['*'] }, {});
        return [before.map(([key, value]) => [key, value.length, value.every((byte, i) => byte === (key === 'c' ? 2 : i))]), after.records];
    }, [[['a', 256, true], ['b', 0, true], ['c', 1, true]], { b: '', c: '3' }]);

    await check('transactions answer once, in the order of the calls, also those made inside an answer', async (kind, project) => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore(kind, project);
        const order = [];
        const one = (name) => transact(store, { full: name === 'a' }, {}).then(() => order.push(name));
        const first = one('a').then(() => one('d'));
        await Promise.all([first, one('b'), one('c')]);
        return order.join('');
    }, 'abcd');

    await check('what comes after the end runs no step', async (kind, project) => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore(kind, project);
        await transact(store, {}, { puts: [['a', '1']] });
        store.close();
        const late = await transact(store, { reads: ['*'] }, { puts: [['b', '2']] });
        return late.records ?? {};
    }, {});

    const entries = ['{"kind":"event","name":"x"}', '{"kind":"reset"}', '{"kind":"session","starts":[1]}'];
    await check('the journal is read in order, the session first, and removed by key', async (kind, project, journal) => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore(kind, project, journal);
        const unasked = await transact(store, {}, {});
        const before = await transact(store, { journal: true }, (state) => ({ journalRemoves: [state.journal[0][0], state.journal[1][0]] }));
        const after = await transact(store, { journal: true }, {});
        const texts = (state) => state.journal.map(([, text]) => text);
        // Memory is given its journal in the loader's order, which has the session first.
        return [unasked.journal, texts(before).sort(), texts(before).includes(texts(after)[0]), after.journal.length];
    }, [[], [...entries].sort(), true, 1], entries);
}

async function interleaved(parts, page) {
    const other = await parts.newPage();
    const work = async (count) => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore('database', 'tabs');
        const all = [];
        for (let i = 0; i < count; ++i) {
            all.push(transact(store, { reads: ['n'], full: i % 10 === 0 }, (state) => ({
                puts: [['n', `${Number(state.records.n ?? 0) + 1}`]],
                appends: [{ id: `${Math.random()}` }],
            })));
        }
        const failures = (await Promise.all(all)).filter((result) => result.failure);
        const last = await transact(store, { reads: ['n'] }, {});
        return { failures: failures.length, n: Number(last.records.n), rows: last.totals.rows };
    };
    // WebKit's driver runs one script at a time: there the second tab begins while the first one's queue is still open.
    const results = await Promise.all([page.evaluate(work, 60), other.evaluate(work, 60)]);
    await other.close();
    assert.deepEqual(results.map((result) => result.failures), [0, 0]);
    const most = results.reduce((a, b) => (a.n > b.n ? a : b));
    assert.deepEqual(most, { failures: 0, n: 120, rows: 120 });
}

async function reopened(page) {
    const seen = await page.evaluate(async () => {
        const { makeStore, openDatabase, transact } = window.parts;
        const store = await makeStore('database', 'gone');
        await transact(store, {}, { puts: [['a', '1']] });
        // Somebody deletes the database: the connection must not hold that up.
        await new Promise((resolve, reject) => {
            const request = indexedDB.deleteDatabase('candor-gone');
            request.onsuccess = resolve;
            request.onerror = request.onblocked = () => reject(new Error('blocked'));
        });
        const after = await transact(store, { reads: ['*'] }, { puts: [['b', '2']] });
        const again = await transact(store, { reads: ['*'] }, {});
        store.close();
        const closed = await transact(store, {}, {});
        void openDatabase;
        return [after.records, after.failure ?? '', again.records, closed.failure];
    });
    assert.deepEqual(seen, [{}, '', { b: '2' }, 'closed']);
}

async function aborted(page) {
    const seen = await page.evaluate(async () => {
        const { makeStore, transact } = window.parts;
        const store = await makeStore('database', 'aborted');
        await transact(store, {}, { puts: [['a', '1']], appends: [{ id: 'one' }] });
        const thrown = await transact(store, {}, () => {
            throw new Error('a step of its own');
        });
        // A value that no database takes, found out after others were put.
        const refused = await transact(store, {}, () => ({ puts: [['a', '2']], appends: [{ id: 'two', hold: () => 0 }] }));
        const after = await transact(store, { reads: ['a'], rows: 9 }, {});
        return [thrown.failure, typeof refused.failure, after.records, after.queue, after.totals.rows];
    });
    assert.deepEqual(seen, ['Error: a step of its own', 'string', { a: '1' }, ['one'], 1]);
}
