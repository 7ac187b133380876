// The words of a language other than English: a module of their own, brought once a card needs them.

import { give, read, wasm } from './wasm.ts';

type Words = Record<string, string | undefined>;

// By tag; and what the modules name their words: another name, other lines. Both are put here by build.mjs, as esbuild would
// put the modules into the bundle.
declare const wordModules: Record<string, (() => Promise<Words>) | undefined>;
declare const kWordsName: string;

const kPatience = 2000; // ms

// The language that a card was just laid out without; empty: none.
export const wantedWords = (): string => read(wasm.wanted_words()).text();

// When they cannot be had in time, the card is in English. What comes later serves the next.
export async function bringWords(tag: string): Promise<void> {
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, kPatience));
    const module = await Promise.race([wordModules[tag]?.().catch(() => undefined), late]);
    const words = module?.[kWordsName];
    if (!words) return;
    const packet = give((out) => out.text(tag).text(words));
    wasm.add_words(packet, packet + 8);
}
