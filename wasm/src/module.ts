// candor.mjs, the ES module. Importing it does nothing, in a server too.

import type { CoreModule } from './core_api.ts';
import { makeCandor } from './start.ts';

// A bundler follows this import, and the core's address of core.packed.wasm, by themselves; `base` is for pages without one.
const candor = makeCandor('', (base): Promise<CoreModule> =>
    // @ts-ignore: built beside this file
    base ? import(/* @vite-ignore */ /* webpackIgnore: true */ base + 'core.mjs') : import('./core.mjs'),
);

export const { start } = candor;
export default candor;
