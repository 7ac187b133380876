// The names that the module and the page's script know each other's functions by: as src/wasm.ts declares them, and short.
import { readFile } from 'node:fs/promises';

// `named`, which get short ones: exports whose names have a low line within, as nothing else has, and imports, host_….
export async function namesOf(file) {
    const declarations = await readFile(file, 'utf8');
    const [, declared] = /interface Exports \{(.*?)\n\}/s.exec(declarations);
    const exported = [...declared.matchAll(/^    (\w+)[:(]/gm)].map(([, name]) => name);
    const imported = new Set(declarations.match(/\bhost_\w+/g));
    return { exported, imported, named: [...exported.filter((name) => /^[a-z]+_/.test(name)), ...imported] };
}

const kLetters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

export function lettered(names) {
    if (names.length > kLetters.length) throw new Error('more names than letters');
    return Object.fromEntries(names.map((name, i) => [name, kLetters[i]]));
}
