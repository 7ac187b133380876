// In place of the lasting store: memory, which writes down what changes.
import { memoryStore } from '../../../wasm/src/store.ts';
import type { Change, Done, Request, Step } from '../../../wasm/src/store.ts';

const text = (_: string, value: unknown) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value);

export function lastingStore() {
    const { transact, close } = memoryStore([]);
    const told = (change: Change | null) => ((globalThis as any).say('change', JSON.stringify(change, text)), change);
    return {
        transact: (request: Request, step: Step, done: Done) => transact(request, (state) => told(step(state)), done),
        close,
        rest() {},
        waiting: () => [],
    };
}
