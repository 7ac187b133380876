// explain.mjs: why nobody was asked, or who. Brought when somebody wants to know.

// @ts-ignore: of explain.wasm, by build.mjs. As JavaScript it runs wherever the core does.
import { instantiate } from './explain.plain';
import { makeReader, makeWriter } from './packet.ts';


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
    const { memory, _initialize, input, explain }: Exports = instantiate({ proc_exit() {} });
    _initialize();
    const packet = makeWriter().text(evidence).text(survey);
    const at = packet.take((size) => {
        const begin = input(size);
        return new Uint8Array(memory.buffer, begin, size);
    });
    const text = explain(at, at + 8);
    return JSON.parse(makeReader(memory.buffer, text).text());
}
