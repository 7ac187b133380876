// A client's store when the database fails: what is answered is kept in memory, said so, and moved over once it works again.
import assert from 'node:assert/strict';

export async function lastingTests(t, page) {
    const test = (name, work, expected) => t.test(`lasting: ${name}`, async () => assert.deepEqual(await page.evaluate(work), expected));

    await test('a commit with an answer is strict, another relaxed, and either is done once it is complete', async () => {
        const { broken, makeLasting, transact } = window.parts;
        const { store } = await makeLasting('strict');
        const asked = [];
        let isComplete = false;
        const { transaction } = IDBDatabase.prototype;
        const heal = broken(IDBDatabase.prototype, 'transaction', function (stores, mode, options) {
            const made = transaction.call(this, stores, mode, options);
            asked.push(options?.durability);
            made.addEventListener('complete', () => (isComplete = true));
            return made;
        });
        const seen = [];
        for (const full of [true, false]) {
            isComplete = false;
            await transact(store, { full }, { appends: [{ id: `${full}`, kind: 0 }] });
            seen.push(isComplete);
        }
        heal();
        return [asked, seen];
    }, [['strict', 'relaxed'], [true, true]]);

    await test('a full disk: answers go on in memory, and are moved over when there is room', async () => {
        const { breakStorage, look, makeLasting, makeStore, transact } = window.parts;
        const { store, said } = await makeLasting('full');
        await transact(store, {}, { puts: [['a', '1']], appends: [{ id: 'sent', kind: 0 }] });
        // Which this page has never read.
        const other = await makeStore('database', 'full');
        await transact(other, {}, { puts: [['other', '9']], appends: [{ id: 'older', kind: 0 }] });
        const heal = breakStorage('full');
        const failed = await transact(store, { full: true }, { puts: [['b', '2']], erases: ['a'], appends: [{ id: 'new', kind: 0 }] });
        const inMemory = await transact(store, { reads: ['*'], rows: 9 }, { removes: ['sent'] });
        const meanwhile = await look('full');
        heal();
        await transact(store, { full: true }, {});
        const after = await look('full');
        const back = await transact(store, { reads: ['*'], rows: 9 }, {});
        return [
            failed.failure ?? '', said.length, /QuotaExceeded/.test(said[0]), inMemory.records, inMemory.queue,
            meanwhile.records, meanwhile.queue, after.records, after.queue, back.totals.rows,
        ];
    }, [
        '', 1, true, { b: '2', other: '9' }, ['sent', 'older', 'new'],
        { a: '1', other: '9' }, ['sent', 'older'], { b: '2', other: '9' }, ['older', 'new'], 2,
    ]);

    await test('a database that fails altogether: what this page has seen goes on', async () => {
        const { breakStorage, look, makeLasting, transact } = window.parts;
        const { store, said } = await makeLasting('gone-twice');
        await transact(store, {}, { puts: [['person', '1'], ['unread', 'x']], appends: [{ id: 'one', kind: 0 }] });
        const again = await makeLasting('gone-twice');
        await transact(again.store, { reads: ['person'], rows: 9 }, {});
        const heal = breakStorage('gone');
        const failed = await transact(again.store, { reads: ['person'], rows: 9, full: true }, (state) => ({
            puts: [['person', `${state.records.person}2`], ['unread', 'overwritten']], removes: ['one'], appends: [{ id: 'two', kind: 0 }],
        }));
        const inMemory = await transact(again.store, { reads: ['person'], rows: 9 }, {});
        heal();
        await transact(again.store, { full: true }, {});
        const after = await look('gone-twice');
        void said;
        return [failed.failure ?? '', again.said.length, inMemory.records, inMemory.queue, after.records, after.queue];
    }, ['', 1, { person: '12' }, ['two'], { person: '12', unread: 'x' }, ['two']]);

    await test('no database at first: what is there already is not written over', async () => {
        const { look, makeLasting, makeStore, transact } = window.parts;
        const before = await makeStore('database', 'late', ['{"kind":"event","name":"before"}']);
        await transact(before, {}, { puts: [['install', 'old']], appends: [{ id: 'old', kind: 0 }] });
        const { store } = await makeLasting('late', { isOpen: false, journal: ['{"kind":"event","name":"x"}'] });
        const first = await transact(store, { reads: ['*'], rows: 9, journal: true }, (state) => ({
            puts: [['install', 'new'], ['more', '1']], appends: [{ id: 'new', kind: 0 }], journalRemoves: state.journal.map(([key]) => key),
        }));
        const isEmpty = (await look('late')).queue.length === 1;
        await transact(store, { full: true }, {});
        const after = await look('late');
        return [first.records, first.queue, isEmpty, after.records, after.queue, after.journal];
    }, [{}, [], true, { install: 'old', more: '1' }, ['old', 'new'], ['{"kind":"event","name":"before"}']]);

    await test('a database that does not open: an answer goes on in memory, and is moved over once it has opened', async () => {
        const { broken, look, makeLasting, transact } = window.parts;
        const { store, said } = await makeLasting('slow');
        await transact(store, {}, { puts: [['a', '1']] });
        store.rest();
        const { open } = IDBFactory.prototype;
        const held = {};
        const heal = broken(IDBFactory.prototype, 'open', () => held);
        const { setTimeout } = window;
        const mend = broken(window, 'setTimeout', (work, delay) => (delay < 10_000 && queueMicrotask(work), 1));
        const inVain = new Promise((resolve) => setTimeout(resolve, 10_000, { failure: 'in vain' }));
        const kept = await Promise.race([transact(store, { full: true }, { appends: [{ id: 'kept', kind: 0 }] }), inVain]);
        mend();
        heal();
        const request = open.call(indexedDB, 'candor-slow');
        await new Promise((resolve) => (request.onsuccess = resolve));
        held.result = request.result;
        held.onsuccess();
        await transact(store, { full: true }, {});
        const after = await look('slow');
        return [kept.failure ?? '', said.length, after.records, after.queue];
    }, ['', 1, { a: '1' }, ['kept']]);

    await test('it comes back by itself, without a further call', async () => {
        const { breakStorage, broken, look, makeLasting, transact } = window.parts;
        const { store } = await makeLasting('alone');
        await transact(store, {}, {});
        let due;
        const mend = broken(window, 'setTimeout', (work, delay) => (delay >= 10_000 ? ((due = work), 1) : 0));
        const heal = breakStorage('full');
        await transact(store, { full: true }, { appends: [{ id: 'kept', kind: 0 }] });
        heal();
        mend();
        const isAway = (await look('alone')).queue.length === 0;
        due();
        await transact(store, {}, {}); // what was begun before it is done
        return [isAway, (await look('alone')).queue];
    }, [true, ['kept']]);

    await test('everything erased while the database fails is erased there, too', async () => {
        const { breakStorage, look, makeLasting, transact } = window.parts;
        const { store } = await makeLasting('forgotten');
        await transact(store, {}, { puts: [['a', '1']], appends: [{ id: 'one', kind: 0 }] });
        const heal = breakStorage('full');
        await transact(store, { full: true }, { eraseAll: true, puts: [['denied', '1']], appends: [{ id: 'deletion', kind: 1 }] });
        const rest = await transact(store, { rows: 9 }, {});
        heal();
        await transact(store, { full: true }, {});
        const after = await look('forgotten');
        return [rest.queue, after.records, after.queue];
    }, [['deletion'], { denied: '1' }, ['deletion']]);

    await test('a denial in another tab ends this one, at its next transaction', async () => {
        const { look, makeLasting, transact } = window.parts;
        const here = await makeLasting('denied-there');
        const there = await makeLasting('denied-there');
        await transact(here.store, { reads: ['denied'] }, { puts: [['person', '1']], appends: [{ id: 'answer', kind: 0 }] });
        await transact(there.store, { full: true }, { eraseAll: true, puts: [['denied', '1']] });
        const late = await transact(here.store, { reads: ['person'], rows: 9 }, { puts: [['person', '2']] });
        const counted = [here.denials(), there.denials(), here.store.waiting().length];
        const own = await transact(here.store, { full: true }, { eraseAll: true, puts: [['denied', '1']] });
        const back = await transact(there.store, { full: true, reads: ['denied'] }, { erases: ['denied'], puts: [['person', '3']] });
        return [typeof late.failure, late.queue ?? [], counted, own.failure ?? '', back.failure ?? '', (await look('denied-there')).records];
    }, ['string', [], [1, 0, 0], '', '', { person: '3' }]);

    await test('an idle page does not hold up who deletes the database, nor one that is blocked the page', async () => {
        const { broken, openDatabase } = window.parts;
        const said = [];
        await openDatabase('idle', () => {});
        const deleted = await new Promise((resolve) => {
            const request = indexedDB.deleteDatabase('candor-idle');
            request.onsuccess = () => resolve('deleted');
            request.onblocked = () => resolve('blocked');
        });
        const holder = await new Promise((resolve) => {
            const request = indexedDB.open('candor-held', 1);
            request.onsuccess = () => resolve(request.result);
        });
        const { open } = IDBFactory.prototype;
        const heal = broken(IDBFactory.prototype, 'open', function (name) {
            return open.call(this, name, 2);
        });
        const blocked = await openDatabase('held', (text) => said.push(text));
        heal();
        holder.close();
        return [deleted, blocked, said];
    }, ['deleted', null, ['no storage: blocked']]);

    await test('nothing waits to be handed over while the collector asked for a wait, or said that it is over', async () => {
        const { makeLasting, transact } = window.parts;
        const { store } = await makeLasting('waits');
        const before = store.waiting().length;
        const seen = [];
        const state = (until, stopped) => JSON.stringify({ attempt: 1, from: 0, until, limit: 0, stopped, proven: true });
        for (const courier of [null, state(Date.now() + 60_000, false), state(1, false), state(0, true), 'damaged']) {
            await transact(store, {}, { puts: courier ? [['courier', courier]] : [], appends: [{ id: 'one', kind: 0 }] });
            seen.push(store.waiting().length);
        }
        return [before, ...seen];
    }, [0, 1, 0, 1, 0, 1]);

    await test('what is handed over is one request of at most 60 KB, answers first, and not twice while nothing is new', async () => {
        const { broken, handOver } = window.parts;
        const posts = [];
        const heal = broken(window, 'fetch', (url, options) => {
            posts.push({ url, options });
            return new Promise(() => {});
        });
        const event = (id, kind, size) => ({ id, kind, hold: 0, created: 1, attempts: 0, body: new TextEncoder().encode(JSON.stringify({ id, x: 'é'.repeat(size) })) });
        const many = [...Array.from({ length: 100 }, (_, i) => event(`e${i}`, 2, 1000)), event('huge', 0, 40_000), event('answer', 0, 10)];
        handOver('https://collector/v1/events', 'a "key"', []);
        const none = posts.length;
        handOver('https://collector/v1/events', 'a "key"', many);
        handOver('https://collector/v1/events', 'a "key"', many);
        heal();
        const [{ url, options }] = posts;
        const { key, events, sent_at: at } = JSON.parse(options.body);
        const size = new TextEncoder().encode(options.body).length;
        return [
            none, posts.length, url, key, typeof at, options.keepalive, options.method, options.headers ?? {}, size > 55_000 && size <= 61_440,
            events[0].id, events[1].id, events.some(({ id }) => id === 'huge'),
        ];
    }, [0, 1, 'https://collector/v1/events', 'a "key"', 'number', true, 'POST', {}, true, 'answer', 'e0', false]);
}
