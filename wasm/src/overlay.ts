// The card on the page: a shadow root with the canvas and, over it, the controls. One animation frame for each change.

import { layOut, picture } from './card.ts';
import type { View } from './card.ts';
import { Mirror } from './mirror.ts';
import { Renderer } from './renderer.ts';
import type { Picture } from './renderer.ts';
import { kStyle } from './style.ts';
import { giveText, kOk, wasm } from './wasm.ts';

export interface OverlayOptions {
    painter: 'auto' | 'canvas' | 'controls';
    scheme: 'auto' | 'light' | 'dark';
}

const kSlow = 300; // ms; a canvas that comes later stays away, the person may be answering by then
const kIdle = 30_000; // ms that a context waits for its card

const media = (query: string) => matchMedia(query);
const isForced = media('(forced-colors: active)');
const isDark = media('(prefers-color-scheme: dark)');
const isReduced = media('(prefers-reduced-motion: reduce)');

// Made ahead, so that the card need not wait for it.
let spare: Renderer | null = null;
let spareTimer: ReturnType<typeof setTimeout> | undefined;

function dropSpare(): void {
    clearTimeout(spareTimer);
    spare?.release();
    spare = null;
}

// To be called when the page is idle: a context takes up to some hundred milliseconds.
export function warmUp(options: OverlayOptions): void {
    if (spare || options.painter === 'controls' || isForced.matches) return;
    spare = Renderer.create();
    spareTimer = setTimeout(dropSpare, kIdle);
}

function takeRenderer(): Renderer | null {
    clearTimeout(spareTimer);
    const renderer = spare ?? Renderer.create();
    spare = null;
    return renderer;
}

// What the picture covers, shadow and all.
function bounds(picture: Picture): [number, number, number, number] {
    const view = new DataView(picture.vertices.buffer, picture.vertices.byteOffset, picture.vertices.byteLength);
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = 0; at < view.byteLength; at += 20) {
        const x = view.getFloat32(at, true);
        const y = view.getFloat32(at + 4, true);
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
    }
    return [Math.floor(left), Math.floor(top), Math.ceil(right), Math.ceil(bottom)];
}

// The colour of the first text drawn, which is the question: what is typed takes it, whatever the document's theme is.
function ink({ commands, indices, vertices }: Picture): string {
    const text = commands.find((command) => command.run >= 0);
    if (!text) return '';
    const vertex = indices[text.first * 2]! | (indices[text.first * 2 + 1]! << 8);
    const [red, green, blue] = vertices.subarray(vertex * 20 + 16);
    return `rgb(${red} ${green} ${blue})`;
}

export class Overlay {
    frames = 0;
    private host: HTMLElement | null = null;
    private mirror: Mirror | null = null;
    private renderer: Renderer | null = null;
    private revision = '';
    private look = '';
    private mounted = 0; // instants of performance.now
    private isPresented = false;
    private scheduled = 0;
    private timer: ReturnType<typeof setTimeout> | undefined;
    private stop: AbortController | null = null;

    constructor(
        private readonly client: number,
        private readonly options: OverlayOptions,
    ) {}

    get painter(): string {
        return this.host ? (this.renderer ? 'imgui' : 'controls') : '';
    }

    // ---- on and off the page

    show(): void {
        if (!this.host) this.mount();
        this.schedule();
    }

    private mount(): void {
        const host = document.createElement('candor-card');
        const shadow = host.attachShadow({ mode: 'open' });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(kStyle);
        shadow.adoptedStyleSheets = [sheet];
        this.host = host;
        this.mounted = performance.now();
        this.isPresented = false;
        this.revision = '';
        this.mirror = new Mirror({
            act: (node, action, value = '') => {
                wasm.candor_card_action(this.client, node, action, giveText(value));
                this.schedule();
            },
            key: (key, modifiers) => wasm.candor_card_key(this.client, key, modifiers) === kOk,
            type: (text) => wasm.candor_card_text(this.client, giveText(text)) === kOk,
            pointer: (kind, x, y) => {
                const { offsetLeft = 0, offsetTop = 0 } = visualViewport ?? {};
                const status = wasm.candor_card_pointer(this.client, kind, x - offsetLeft, y - offsetTop);
                if (status === kOk) this.schedule();
            },
            touched: () => this.schedule(),
        });
        this.mirror.root.hidden = true; // until it has a place
        shadow.append(this.mirror.root);
        this.startPainter();
        (document.body ?? document.documentElement).append(host);
        if ('popover' in host) {
            host.popover = 'manual'; // above everything, whatever the page's z-index
            host.showPopover();
        }
        this.watch();
    }

    hide(): void {
        if (!this.host) return;
        const hadFocus = this.mirror!.hasFocus;
        cancelAnimationFrame(this.scheduled);
        clearTimeout(this.timer);
        this.scheduled = 0;
        this.stop?.abort();
        this.renderer?.release();
        this.renderer = null;
        this.host.remove();
        this.host = null;
        this.mirror!.restoreFocus(hadFocus);
        this.mirror = null;
    }

    private watch(): void {
        this.stop = new AbortController();
        const { signal } = this.stop;
        const again = () => this.schedule();
        addEventListener('resize', again, { signal });
        for (const type of ['resize', 'scroll']) visualViewport?.addEventListener(type, again, { signal });
        for (const query of [isDark, isReduced]) query.addEventListener('change', again, { signal });
        isForced.addEventListener('change', () => (isForced.matches ? this.fallBack() : this.schedule()), { signal });
    }

    // ---- who paints

    private startPainter(): void {
        this.look = '';
        if (this.options.painter === 'controls' || isForced.matches) return;
        this.renderer = takeRenderer();
        if (!this.renderer) return;
        const { canvas } = this.renderer;
        canvas.setAttribute('aria-hidden', 'true');
        canvas.addEventListener('webglcontextlost', () => this.fallBack());
        this.host!.shadowRoot!.prepend(canvas);
    }

    // The canvas goes, the controls show themselves.
    private fallBack(): void {
        if (!this.renderer) return;
        this.renderer.canvas.remove();
        this.renderer = null;
        this.mirror!.root.style.removeProperty('--ink');
        this.schedule();
    }

    // ---- frames

    schedule(): void {
        if (!this.host || this.scheduled) return;
        clearTimeout(this.timer);
        this.scheduled = requestAnimationFrame(() => {
            this.scheduled = 0;
            this.frame();
        });
    }

    private view(): View {
        const { clientWidth, clientHeight } = document.documentElement;
        const zoomed = visualViewport && visualViewport.scale > 1 ? null : visualViewport;
        return {
            width: Math.min(clientWidth, zoomed?.width ?? clientWidth),
            height: Math.min(clientHeight || innerHeight, zoomed?.height ?? innerHeight),
            ratio: devicePixelRatio || 1,
            isDark: this.options.scheme === 'auto' ? isDark.matches : this.options.scheme === 'dark',
            isReduced: isReduced.matches,
        };
    }

    private frame(): void {
        const view = this.view();
        const card = layOut(this.client, view);
        if (!card || !this.mirror || !this.host) return;
        ++this.frames;
        this.follow();
        if (this.renderer) this.paint(this.renderer, view);
        this.dress(view);
        this.mirror.update(card);
        if (!this.isPresented) {
            this.isPresented = true;
            // After the frame that this one becomes.
            requestAnimationFrame(() => wasm.candor_presented(this.client));
        }
        if (card.nextFrame >= 0) this.timer = setTimeout(() => this.schedule(), card.nextFrame);
    }

    // A keyboard on screen moves the part of the page that can be seen.
    private follow(): void {
        const { offsetLeft = 0, offsetTop = 0, scale = 1 } = visualViewport ?? {};
        const moved = scale > 1 ? '' : `translate(${offsetLeft}px, ${offsetTop}px)`;
        for (const element of [this.mirror!.root, this.renderer?.canvas]) if (element) element.style.transform = moved;
    }

    private paint(renderer: Renderer, view: View): void {
        const drawn = picture(this.client, view);
        if (!drawn) return;
        const look = `${drawn.revision} ${view.ratio}`;
        if (look === this.revision) return;
        const isLate = this.options.painter === 'auto' && performance.now() - this.mounted > kSlow;
        if (!this.revision && isLate) return this.fallBack();
        const [left, top, right, bottom] = bounds(drawn);
        if (!(right > left)) return;
        renderer.paint(drawn, { x: left, y: top, width: right - left, height: bottom - top, ratio: view.ratio });
        const { style } = renderer.canvas;
        style.left = `${left}px`;
        style.top = `${top}px`;
        style.width = `${right - left}px`;
        style.height = `${bottom - top}px`;
        this.revision = look;
        this.mirror!.root.style.setProperty('--ink', ink(drawn));
    }

    private dress(view: View): void {
        const look = `card${view.isDark ? ' dark' : ''}${this.renderer ? '' : ' plain'}`;
        if (look !== this.look) this.mirror!.root.className = look;
        this.look = look;
        this.mirror!.root.hidden = false;
    }
}
