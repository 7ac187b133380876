// The words of a language other than English: a module of their own, brought once a card needs them.

import { giveText, read, wasm } from './wasm.ts';

// By tag. Put here by build.mjs, as esbuild would put the modules into the bundle.
declare const wordModules: Record<string, () => Promise<{ default: string }>>;

// The language that a card was just laid out without; empty: none.
export const wantedWords = (): string => read(wasm.wanted_words()).text();

// When they cannot be had, the card is in English.
export async function bringWords(tag: string): Promise<void> {
    const words = await wordModules[tag]!().catch(() => null);
    if (words && tag === wantedWords()) wasm.add_words(giveText(words.default));
}
