// explain.mjs: why nobody was asked, or who. Brought when somebody wants to know.

import { makeReader, makeWriter } from './packet.ts';

// explain.wasm as base64, by build.mjs: a file less to find.
declare const kModule: string;

interface Exports {
    memory: WebAssembly.Memory;
    _initialize(): void;
    input(size: number): number;
    explain(evidence: number, survey: number): number;
}

// What a core can tell of its last decision, or why there was none.
export async function explain(evidence: string, survey: string): Promise<unknown> {
    const told = JSON.parse(evidence);
    if (told.reason) return told;
    const bytes = Uint8Array.from(atob(kModule), (letter) => letter.charCodeAt(0));
    const { instance } = await WebAssembly.instantiate(bytes, { wasi_snapshot_preview1: { proc_exit() {} } });
    const { memory, _initialize, input, explain } = instance.exports as unknown as Exports;
    _initialize();
    const packet = makeWriter().text(evidence).text(survey);
    const at = packet.take((size) => {
        const begin = input(size);
        return new Uint8Array(memory.buffer, begin, size);
    });
    const text = explain(at, at + 8);
    return JSON.parse(makeReader(memory.buffer, text).text());
}
