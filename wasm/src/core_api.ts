// What the loader and the core say to each other. They are built from one source and loaded as a pair.

import type { CandorEvent, Options, Properties } from './api.ts';
import type { Entry } from './gate.ts';

export type Method =
    | 'track' | 'screen' | 'identify' | 'reset' | 'setAttributes' | 'setContext' | 'consent' | 'forget' | 'busy'
    | 'show' | 'hide' | 'explain' | 'flush' | 'close';

export interface CoreConfig {
    options: Options;
    documentUrl: string;
    database: IDBDatabase | null;
    open(warn: (text: string) => void): Promise<IDBDatabase | null>; // it anew, for only the loader carries the code
    journal: Entry[]; // of a page without storage
    emit(type: CandorEvent['type'], text: string, survey?: string, count?: number): void;
}

export interface CoreClient {
    call(method: Method, args: unknown[]): unknown;
    diagnostics(): { painter: string; frames: number };
}

export interface CoreModule {
    // Fetches and compiles what a client needs.
    ready(base: string): Promise<void>;
    // Only after `ready`. Throws when the options are refused.
    start(config: CoreConfig): CoreClient;
}

export type { Properties };
