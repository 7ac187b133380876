// The card on the page: a shadow root with the canvas and, over it, the controls. One animation frame for each change.

import type { Options } from './api.ts';
import { Layout, layOut, picture } from './card.ts';
import type { Card, Rect, View } from './card.ts';
import { attributes, make, makeMirror, place } from './mirror.ts';
import type { Input } from './mirror.ts';
import { kSurface, makeRenderer } from './renderer.ts';
import type { Picture, Renderer } from './renderer.ts';
import { kStyle } from './style.ts';
import { rest } from './tasks.ts';
import { puttingOff, warmText } from './text.ts';
import { giveText, kOk, wasm } from './wasm.ts';
import { bringWords, wantedWords } from './words.ts';

export type OverlayOptions = Pick<Options, 'painter' | 'scheme' | 'slot'>;

export interface Overlay {
    show(): void;
    hide(): void;
    // What the next card is drawn from, ahead of its moment.
    rehearse(): Promise<void>;
    diagnostics(): { painter: string; frames: number };
}

const kNobody: Input = { act() {}, key: () => false, type: () => false, scroll: () => false, pointer() {} };
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
    setTimeout(warmText);
    if (spare || !mayPaint(options)) return;
    const made = (spare = makeRenderer());
    setTimeout(() => spare === made && takeSpare()?.release(), kIdle);
}

// ---- what a picture says of itself

const kShadowReach = 48; // of sdk/card

// The edges of what the picture covers, shadow and all. It stays the same while the card is on its way from one size to
// another: a canvas of another size is another drawing buffer, which takes long.
function surfaceOf({ rect: [x, y, width, height], layout, nextFrame }: Card, view: View, [left, top, right, bottom]: Rect): Rect {
    if (layout === Layout.inline) return [x, y, x + width, y + height];
    const from = (edge: number) => Math.floor(Math.max(edge - kShadowReach, 0));
    let [l, t, r, b] = [from(x), from(y), Math.min(x + width + kShadowReach, view.width), Math.min(y + height + kShadowReach, view.height)];
    if (nextFrame >= 0 && right) [l, t, r, b] = [Math.min(l, left), Math.min(t, top), Math.max(r, right), Math.max(b, bottom)];
    return [l, t, r, b];
}

// The colour of the first bold text drawn, which is the question: what is typed takes it, whatever the document's theme is.
function ink({ commands, indices, vertices, runs }: Picture): string {
    const text = commands.find(({ run }) => runs[run]?.weight === 600);
    if (!text) return '';
    const color = (indices[text.first * 2]! | (indices[text.first * 2 + 1]! << 8)) * 20 + 16;
    return `rgb(${vertices.subarray(color, color + 3).join(' ')})`;
}

// ----

const page = () => document.body || document.documentElement;

export const slotOf = ({ slot }: OverlayOptions) => (slot ? document.querySelector<HTMLElement>(slot) : null);

function viewFor(options: OverlayOptions): View {
    const { scheme } = options;
    const { clientWidth, clientHeight } = document.documentElement;
    const { width, height } = viewport.scale > 1 ? { width: clientWidth, height: innerHeight } : viewport;
    return {
        width: Math.min(clientWidth, width),
        height: Math.min(clientHeight || innerHeight, height),
        ratio: devicePixelRatio || 1,
        isDark: scheme === 'dark' || (scheme !== 'light' && isDark.matches),
        isReduced: isReduced.matches,
        slot: slotOf(options)?.clientWidth ?? 0,
        time: performance.now() + 1,
    };
}

// The page stays behind a modal card, and the focus on it: what follows the card leads back to it, and so does what comes
// before.
function makeVeil(shadow: ShadowRoot, root: HTMLElement): HTMLElement {
    const veil = make('div');
    attributes(veil, { class: 'veil' });
    veil.onpointerdown = (event) => event.preventDefault();
    veil.addEventListener('wheel', (event) => event.preventDefault(), { passive: false });
    shadow.prepend(veil);
    attributes(root, { 'aria-modal': 'true' });
    const leads = (before: Node | null, to: () => HTMLElement | null) => {
        const guard = shadow.insertBefore(make('div'), before);
        guard.tabIndex = 0;
        guard.onfocus = () => to()?.focus();
    };
    leads(root, () => root.querySelector('.close'));
    leads(null, () => root);
    return veil;
}

function makeHost(): [host: HTMLElement, shadow: ShadowRoot] {
    const host = make('candor-card');
    const shadow = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(kStyle);
    shadow.adoptedStyleSheets = [sheet];
    return [host, shadow];
}

export function makeOverlay(client: number, options: OverlayOptions): Overlay {
    let frames = 0;

    const mount = () => {
        let mounted = performance.now();
        const abort = new AbortController();
        const { signal } = abort;
        let renderer: Renderer | null = null;
        let revision = '';
        let surface: Rect = [0, 0, 0, 0]; // of the canvas: edges, not sizes
        let isInline = false;
        let isPrepared = false;
        let isPresented = false;
        let scheduled: number | Promise<void> = 0;
        let prepared: { view: View; card: Card } | undefined; // and nothing has changed since
        const tried = new Set<string>(); // of languages
        let isWaiting = false; // for their words

        const schedule = () => {
            prepared = undefined;
            scheduled = scheduled || (isPrepared ? requestAnimationFrame(frame) : prepare());
        };

        // Null, too, as long as it waits for words.
        const layOutNow = (view: View) => {
            const card = signal.aborted ? null : layOut(client, view);
            const tag = card && wantedWords();
            if (tag && !tried.has(tag)) {
                tried.add(tag);
                isWaiting = true;
                void bringWords(tag).then(() => {
                    isWaiting = false;
                    mounted = performance.now();
                    schedule();
                });
            }
            return isWaiting ? null : card;
        };

        // What a frame with anything new is made of, each in a task of its own: it finds all of it there.
        const prepare = async (): Promise<void> => {
            await rest();
            const view = viewFor(options);
            const card = layOutNow(view);
            if (!card) return void (scheduled = 0);
            prepared = { view, card };
            await rest();
            const runs = (renderer && picture(client, view)?.runs) ?? [];
            for (const run of runs) {
                await rest();
                renderer?.upload(run, view.ratio);
            }
            await rest();
            const latest = prepared?.card ?? layOutNow(view); // something may have changed since
            if (!latest) return void (scheduled = 0);
            prepared = { view, card: latest };
            mirror.update(latest);
            if (!isPresented) await rest(); // nobody sees it yet; else controls and picture are to change at once
            if (signal.aborted) return;
            seat(latest);
            dress(view);
            void root.offsetWidth; // lays it out
            isPrepared = true;
            scheduled = requestAnimationFrame(frame);
        };

        const frame = () => {
            scheduled = 0;
            if (signal.aborted) return;
            const view = prepared?.view ?? viewFor(options);
            const card = prepared?.card ?? layOutNow(view);
            if (!card) return;
            if (!mirror.has(card)) return void (scheduled = prepare());
            ++frames;
            if (isForced.matches && renderer) fallBack();
            if (!prepared) seat(card);
            if (renderer) paint(renderer, view, card);
            if (!prepared) {
                dress(view);
                mirror.update(card);
            }
            prepared = undefined;
            if (veil && !isPresented) root.focus();
            // After the frame that this one becomes.
            if (!isPresented) {
                requestAnimationFrame(() => {
                    if (signal.aborted) return;
                    wasm.candor_presented(client);
                    mirror.announce();
                });
            }
            isPresented = true;
            if (card.nextFrame >= 0) schedule();
        };

        const dress = (view: View) => {
            // A keyboard on screen moves the part of the page that can be seen.
            const { offsetLeft, offsetTop, scale } = viewport;
            const moved = isInline || scale > 1 ? '' : `translate(${offsetLeft}px, ${offsetTop}px)`;
            const own = (host as { currentCSSZoom?: number }).currentCSSZoom || 1; // the page's own is none of ours, but in it
            const zoom = isInline ? '' : `${1 / own}`;
            for (const element of [root, renderer?.canvas]) if (element) Object.assign(element.style, { transform: moved, zoom });
            attributes(root, { class: `card${view.isDark ? ' dark' : ''}${renderer ? '' : ' plain'}` });
        };

        // Among the page's own elements, or above all of them. An element that has gone from the page leaves the card to it.
        const seat = ({ rect, layout }: Card) => {
            isInline = layout === Layout.inline;
            const home = (isInline && slotOf(options)) || page();
            host.style.setProperty('--candor-height', `${rect[3]}px`);
            attributes(host, { class: isInline && 'inline', popover: !isInline && 'manual' });
            if (host.parentNode !== home) {
                home.append(host);
                if (!isInline) host.showPopover?.(); // above everything, whatever the page's z-index
            }
            if (layout === Layout.modal && !veil) veil = makeVeil(shadow, root);
        };

        const paint = ({ canvas, paint }: Renderer, view: View, card: Card) => {
            const drawn = picture(client, view);
            const look = `${drawn?.revision} ${view.ratio}`;
            if (!drawn || look === revision) return;
            const isLate = options.painter !== 'canvas' && performance.now() - mounted > kSlow;
            if (!revision && isLate) return fallBack();
            surface = surfaceOf(card, view, surface);
            const [left, top, right, bottom] = surface;
            if (!(right > left)) return;
            const sized = (side: number) => (isInline ? side : Math.ceil(side / kSurface) * kSurface);
            const placed: Rect = [left, top, sized(right - left), sized(bottom - top)];
            paint(drawn, placed, view.ratio);
            place(canvas, placed);
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
                const { left, top } = isInline ? host.getBoundingClientRect() : { left: viewport.offsetLeft, top: viewport.offsetTop };
                used(wasm.candor_card_pointer(client, kind, x - left, y - top));
            },
        });
        const { root } = mirror;

        const [host, shadow] = makeHost();
        if (mayPaint(options)) renderer = takeSpare() ?? makeRenderer();
        if (renderer) {
            const { canvas } = renderer;
            attributes(canvas, { 'aria-hidden': 'true' });
            canvas.addEventListener('webglcontextlost', fallBack, { signal });
            shadow.append(canvas);
        }
        shadow.append(root);
        let veil: HTMLElement | undefined; // behind a modal card

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

    // The first of each thing takes long: code that is compiled when it is called, texts that are measured, textures. Between
    // two of these pieces a card may come, of this client or another, which takes the canvas.
    function* rehearsal(): Generator<Promise<void> | undefined> {
        const view = viewFor(options);
        yield;
        let texts = puttingOff(() => layOut(client, view));
        const tag = wantedWords();
        if (tag) {
            yield bringWords(tag);
            texts = puttingOff(() => layOut(client, view));
        }
        for (const measure of texts) {
            yield;
            measure();
        }
        yield;
        const card = layOut(client, view);
        if (!card) return;
        yield;
        const canvas = mayPaint(options) && spare;
        const isThere = () => canvas && canvas === spare;
        for (const run of (canvas && picture(client, view)?.runs) || []) {
            yield;
            if (isThere()) spare!.upload(run, view.ratio);
        }
        yield;
        const drawn = isThere() && picture(client, view);
        if (drawn) {
            const surface: Rect = [0, 0, kSurface, kSurface];
            spare!.paint(drawn, surface, view.ratio);
            spare!.paint({ ...drawn, commands: [] }, surface, view.ratio); // nobody is to see it
        }
        yield;
        const [host, shadow] = makeHost();
        const { root, update } = makeMirror(kNobody);
        shadow.append(root);
        // On the page for no longer than a task each time.
        for (const share of [0.2, 0.6, 1]) {
            yield;
            update({ ...card, nodes: card.nodes.slice(0, Math.ceil(card.nodes.length * share)) });
            yield;
            page().append(host);
            void root.offsetWidth;
            host.remove();
        }
    }

    let mayRehearse = false;
    const rehearse = async (): Promise<void> => {
        if (shown || document.hidden || !wasm.rehearse(client, 1)) return;
        mayRehearse = true;
        try {
            for (const piece of rehearsal()) {
                await piece;
                await rest();
                if (!mayRehearse) break;
            }
        } finally {
            wasm.rehearse(client, 0);
        }
    };

    let shown: ReturnType<typeof mount> | undefined;
    return {
        rehearse,
        show() {
            mayRehearse = false;
            shown = shown ?? mount();
            shown.schedule();
        },
        hide() {
            mayRehearse = false;
            shown?.hide();
            shown = undefined;
        },
        diagnostics: () => ({ painter: shown ? shown.painter() : '', frames }),
    };
}
