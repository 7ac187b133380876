// The card on the page: a shadow root with the canvas and, over it, the controls. One animation frame for each change.

import type { Options } from './api.ts';
import { layOut, picture } from './card.ts';
import type { Rect, View } from './card.ts';
import { attributes, make, makeMirror, place } from './mirror.ts';
import { makeRenderer } from './renderer.ts';
import type { Picture, Renderer } from './renderer.ts';
import { kStyle } from './style.ts';
import { giveText, kOk, wasm } from './wasm.ts';
import { bringWords, wantedWords } from './words.ts';

export type OverlayOptions = Pick<Options, 'painter' | 'scheme'>;

export interface Overlay {
    show(): void;
    hide(): void;
    diagnostics(): { painter: string; frames: number };
}

const kSlow = 300; // ms; a canvas that comes later stays away, the person may be answering by then
const kIdle = 30_000; // ms that a context waits for its card

const viewport = visualViewport!; // absent only in a document that is not shown
const isForced = matchMedia('(forced-colors: active)');
const isDark = matchMedia('(prefers-color-scheme: dark)');
const isReduced = matchMedia('(prefers-reduced-motion: reduce)');

// ---- the canvas, made ahead, so that the card need not wait for it

let spare: Renderer | null = null;

function takeSpare(): Renderer | null {
    const renderer = spare;
    spare = null;
    return renderer;
}

const mayPaint = ({ painter }: OverlayOptions) => painter !== 'controls' && !isForced.matches;

// To be called when the page is idle: a context takes up to some hundred milliseconds.
export function warmUp(options: OverlayOptions): void {
    if (spare || !mayPaint(options)) return;
    const made = (spare = makeRenderer());
    setTimeout(() => spare === made && takeSpare()?.release(), kIdle);
}

// ---- what a picture says of itself

// What it covers, shadow and all.
function bounds({ vertices }: Picture): Rect {
    const numbers = new Float32Array(vertices.buffer, vertices.byteOffset, vertices.length / 4);
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    // Without arrays: it runs uncompiled, over some thousand vertices.
    for (let at = 0; at < numbers.length; at += 5) {
        const x = numbers[at]!;
        const y = numbers[at + 1]!;
        left = Math.min(left, x);
        top = Math.min(top, y);
        right = Math.max(right, x);
        bottom = Math.max(bottom, y);
    }
    [left, top] = [Math.floor(left), Math.floor(top)];
    return [left, top, Math.ceil(right) - left, Math.ceil(bottom) - top];
}

// The colour of the first text drawn, which is the question: what is typed takes it, whatever the document's theme is.
function ink({ commands, indices, vertices }: Picture): string {
    const text = commands.find((command) => command.run >= 0);
    if (!text) return '';
    const color = (indices[text.first * 2]! | (indices[text.first * 2 + 1]! << 8)) * 20 + 16;
    return `rgb(${vertices.subarray(color, color + 3).join(' ')})`;
}

// ----

function viewFor({ scheme }: OverlayOptions): View {
    const { clientWidth, clientHeight } = document.documentElement;
    const { width, height } = viewport.scale > 1 ? { width: clientWidth, height: innerHeight } : viewport;
    return {
        width: Math.min(clientWidth, width),
        height: Math.min(clientHeight || innerHeight, height),
        ratio: devicePixelRatio || 1,
        isDark: scheme === 'dark' || (scheme !== 'light' && isDark.matches),
        isReduced: isReduced.matches,
    };
}

export function makeOverlay(client: number, options: OverlayOptions): Overlay {
    let frames = 0;

    const mount = () => {
        let mounted = performance.now();
        const abort = new AbortController();
        const { signal } = abort;
        let renderer: Renderer | null = null;
        let revision = '';
        let isPresented = false;
        let scheduled = 0;
        let timer: ReturnType<typeof setTimeout> | undefined;
        const tried = new Set<string>(); // of languages
        let isWaiting = false; // for their words

        const schedule = () => {
            clearTimeout(timer);
            scheduled = scheduled || requestAnimationFrame(frame);
        };

        const frame = () => {
            scheduled = 0;
            const view = viewFor(options);
            const card = !signal.aborted && layOut(client, view);
            if (!card) return;
            const tag = wantedWords();
            if (tag && !tried.has(tag)) {
                tried.add(tag);
                isWaiting = true;
                void bringWords(tag).then(() => {
                    isWaiting = false;
                    mounted = performance.now();
                    schedule();
                });
            }
            if (isWaiting) return;
            ++frames;
            if (isForced.matches && renderer) fallBack();
            if (renderer) paint(renderer, view);
            // A keyboard on screen moves the part of the page that can be seen.
            const { offsetLeft, offsetTop, scale } = viewport;
            const moved = scale > 1 ? '' : `translate(${offsetLeft}px, ${offsetTop}px)`;
            const zoom = `${1 / ((host as { currentCSSZoom?: number }).currentCSSZoom || 1)}`; // the page's own is none of ours
            for (const element of [root, renderer?.canvas]) if (element) Object.assign(element.style, { transform: moved, zoom });
            attributes(root, { class: `card${view.isDark ? ' dark' : ''}${renderer ? '' : ' plain'}` });
            root.hidden = false;
            mirror.update(card);
            // After the frame that this one becomes.
            if (!isPresented) requestAnimationFrame(() => wasm.candor_presented(client));
            isPresented = true;
            if (card.nextFrame >= 0) timer = setTimeout(schedule, card.nextFrame);
        };

        const paint = ({ canvas, paint }: Renderer, view: View) => {
            const drawn = picture(client, view);
            const look = `${drawn?.revision} ${view.ratio}`;
            if (!drawn || look === revision) return;
            const isLate = options.painter !== 'canvas' && performance.now() - mounted > kSlow;
            if (!revision && isLate) return fallBack();
            const surface = bounds(drawn);
            if (!(surface[2] > 0)) return;
            paint(drawn, surface, view.ratio);
            place(canvas, surface);
            revision = look;
            root.style.setProperty('--ink', ink(drawn));
        };

        // The canvas goes, the controls show themselves.
        const fallBack = () => {
            renderer?.release();
            renderer = null;
            root.style.removeProperty('--ink');
            schedule();
        };

        const used = (status: number) => {
            if (status === kOk) schedule();
            return status === kOk;
        };
        const mirror = makeMirror({
            act: (node, action, value = '') => {
                wasm.candor_card_action(client, node, action, giveText(value));
                schedule();
            },
            key: (key, modifiers) => used(wasm.candor_card_key(client, key, modifiers)),
            type: (text) => used(wasm.candor_card_text(client, giveText(text))),
            scroll: (by) => used(wasm.candor_card_scroll(client, by)),
            pointer: (kind, x, y) => {
                used(wasm.candor_card_pointer(client, kind, x - viewport.offsetLeft, y - viewport.offsetTop));
            },
        });
        const { root } = mirror;
        root.hidden = true; // until it has a place

        const host = make('candor-card');
        const shadow = host.attachShadow({ mode: 'open' });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(kStyle);
        shadow.adoptedStyleSheets = [sheet];
        if (mayPaint(options)) renderer = takeSpare() ?? makeRenderer();
        if (renderer) {
            const { canvas } = renderer;
            attributes(canvas, { 'aria-hidden': 'true' });
            canvas.addEventListener('webglcontextlost', fallBack, { signal });
            shadow.append(canvas);
        }
        shadow.append(root);
        (document.body ?? document.documentElement).append(host);
        attributes(host, { popover: 'manual' }); // above everything, whatever the page's z-index
        host.showPopover?.();

        addEventListener('resize', schedule, { signal });
        for (const target of [viewport, isForced, isDark, isReduced]) {
            for (const type of ['resize', 'scroll', 'change']) target.addEventListener(type, schedule, { signal });
        }

        return {
            schedule,
            painter: () => (renderer ? 'imgui' : 'controls'),
            hide: () => {
                abort.abort();
                renderer?.release();
                mirror.remove(host);
            },
        };
    };

    let shown: ReturnType<typeof mount> | undefined;
    return {
        show() {
            shown = shown ?? mount();
            layOut(client, viewFor(options)); // what is measured here is known in the frame, and each is a task of its own
            shown.schedule();
        },
        hide() {
            shown?.hide();
            shown = undefined;
        },
        diagnostics: () => ({ painter: shown ? shown.painter() : '', frames }),
    };
}
