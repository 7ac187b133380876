// candor.js, the classic script: <script src="candor.js" data-project="shop" data-gate="shop.gate.json" async></script>
// What the page said before, it pushed onto a plain array: (window.candor = window.candor || []).push(['track', 'x']).

import type { Options } from './api.ts';
import { makeCandor } from './start.ts';
import type { Candor } from './start.ts';

declare global {
    interface Window {
        candor?: Candor | unknown[];
    }
}

function optionsOf(script: HTMLScriptElement | null): Options | undefined {
    const { project, gate, endpoint, key, wire, document: documentUrl, locale, version, consent, painter, scheme, slot, base } =
        script?.dataset ?? {};
    if (!project) return undefined;
    const given = { project, gate, endpoint, key, wire, documentUrl, locale, appVersion: version, consent, painter, scheme, slot, base };
    return JSON.parse(JSON.stringify(given)); // without what is absent
}

const script = document.currentScript as HTMLScriptElement | null;
const before = window.candor;
const early = Array.isArray(before) ? before : [];
// Loaded twice, it is the one that was there first.
const candor =
    before && !Array.isArray(before)
        ? before
        : makeCandor(new URL('.', script?.src || location.href).href, (base) => import(base + 'core.mjs'));
window.candor = candor;
const options = optionsOf(script);
if (options) candor.start(options);
candor.push(...(early as []));
