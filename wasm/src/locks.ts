// Web Locks: they end with the tab that holds them.

export class Locks {
    private readonly held = new Map<number, () => void>();

    constructor(private readonly onDone: (ticket: number, isHeld: boolean) => void) {}

    // Without them a claim lapses by itself, after a minute.
    static get isAvailable(): boolean {
        return typeof navigator !== 'undefined' && !!navigator.locks;
    }

    acquire(ticket: number, name: string): void {
        let giveBack = () => {};
        const until = new Promise<void>((resolve) => (giveBack = resolve));
        this.held.set(ticket, giveBack);
        navigator.locks
            .request(name, { ifAvailable: true }, (lock) => {
                this.onDone(ticket, !!lock);
                return lock ? until : undefined;
            })
            .catch(() => this.onDone(ticket, false));
    }

    release(ticket: number): void {
        this.held.get(ticket)?.();
        this.held.delete(ticket);
    }
}
