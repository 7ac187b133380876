// The module's locks. They end with the tab that holds them.

import { kBusy, kOk, wasm } from './wasm.ts';

const held = new Map<number, () => void>(); // by ticket: gives the lock back

// Without them a claim lapses by itself, after a minute.
export const hasLocks = () => !!navigator.locks;

export function acquire(ticket: number, name: string): void {
    const until = new Promise<void>((resolve) => held.set(ticket, resolve));
    navigator.locks
        .request(name, { ifAvailable: true }, (lock) => {
            wasm.candor_lock_done(ticket, lock ? kOk : kBusy);
            return lock && until;
        })
        // Where they are refused, so is storage (a sandbox, no cookies): there is nobody to share with.
        .catch(() => wasm.candor_lock_done(ticket, kOk));
}

export function release(ticket: number): void {
    held.get(ticket)?.();
    held.delete(ticket);
}

export function releaseAll(): void {
    for (const ticket of held.keys()) release(ticket);
}
