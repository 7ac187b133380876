// The one IndexedDB database of a project. The loader writes to its journal, the core does all the rest.

export const kRecords = 'records'; // key → bytes; and, under the number 0, what the queue amounts to
export const kQueue = 'queue';
export const kJournal = 'journal'; // JSON texts under rising numbers, and the session's entry under its name
export const kSession = 'session';

// Null when the browser gives no storage: private windows of some, a denied permission, a broken profile.
export function openDatabase(project: string, onWarning: (text: string) => void): Promise<IDBDatabase | null> {
    return new Promise((resolve) => {
        const fail = (reason: unknown) => {
            onWarning(`no storage: ${reason}`);
            resolve(null);
        };
        try {
            const request = indexedDB.open(`candor-${project}`, 1);
            request.onupgradeneeded = () => {
                const database = request.result;
                database.createObjectStore(kRecords);
                const queue = database.createObjectStore(kQueue, { autoIncrement: true });
                queue.createIndex('id', 'id', { unique: true });
                queue.createIndex('hold', 'hold');
                database.createObjectStore(kJournal, { autoIncrement: true });
            };
            request.onblocked = () => fail('blocked'); // by an older version of this page, in another tab
            request.onerror = () => fail(request.error);
            request.onsuccess = () => {
                const database = request.result;
                database.onversionchange = () => database.close(); // another one must not be held up
                resolve(database);
            };
        } catch (error) {
            fail(error);
        }
    });
}
