// What `candor` is, as a global and as a module: starts clients, and passes calls on to the first one.

import type { Client, EventName, Options } from './api.ts';
import type { CoreModule } from './core_api.ts';
import { kAsked, kTold, makeClient } from './loader.ts';

type Call = [name: string, ...args: unknown[]];

const kMostEarly = 200;

export interface Candor extends Client {
    start(options: Options): Client;
    /** `candor.push(['track', 'name'])`: also before the script is there, on a plain array of that name. */
    push(...calls: Call[]): void;
}

export function makeCandor(base: string, load: (base: string) => Promise<CoreModule>): Candor {
    const clients = new Map<string, Client>();
    const early: Call[] = []; // said before any client was started
    let first: Client | undefined;

    const run = (name: string, ...args: unknown[]): unknown => {
        if (name === 'start') return start(args[0] as Options);
        if (!first) {
            if (early.length < kMostEarly) early.push([name, ...args]);
            return name === 'on' ? () => {} : Promise.resolve();
        }
        const method = first[name as keyof Client] as ((...args: unknown[]) => unknown) | undefined;
        return typeof method === 'function' ? method(...args) : undefined;
    };

    // The same project started twice is one client. Without a window (on a server) it does nothing.
    const start = (options: Options): Client => {
        const project = options?.project ?? '';
        let client = clients.get(project);
        if (!client && typeof window !== 'undefined') {
            const folder = options.base ? new URL(options.base, document.baseURI).href : base;
            client = makeClient({ ...options, project }, folder, load, () => {
                clients.delete(project);
                if (first === client) first = clients.values().next().value;
            });
            clients.set(project, client);
            first ??= client;
            for (const call of early.splice(0)) run(...call);
        }
        return client ?? candor;
    };

    const candor = { start, push: (...calls: Call[]) => calls.forEach((call) => run(...call)) } as Candor;
    for (const name of [...kTold, ...kAsked, 'on'] as const) candor[name] = (...args: unknown[]): any => run(name, ...args);
    candor.diagnostics = () => first?.diagnostics() ?? { core: false, painter: '', frames: 0 };
    return candor;
}

export type { EventName };
