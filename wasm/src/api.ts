// What a page calls. Types only: this file is also the larger part of candor.d.ts.

export type Value = string | number | boolean | null;
export type Properties = Record<string, Value>;

/** `document`: the app asks for none, the survey document's own mode holds. */
export type Consent = 'document' | 'unknown' | 'granted' | 'denied';

export interface Options {
    /** Letters, digits, `.`, `_`, `-`; at most 64. */
    project: string;
    /** Where answers go. Without it they are kept and never sent. */
    endpoint?: string;
    /** The write key: public, it may append, never read. */
    key?: string;
    /** How the endpoint wants them: a collector's own way (`candor`, the default), or that of another back end. */
    wire?: 'candor' | 'cloudevents' | 'cloudevents-binary' | 'posthog';
    /** Address of the published gate (`shop.gate.json`). With it a page that shows nothing loads nothing more. */
    gate?: string;
    /** The survey document itself: JSON text, its bytes, or the parsed object. */
    document?: string | Uint8Array | object;
    /** Its address, when there is no gate that names it. */
    documentUrl?: string;
    /** BCP 47, such as `pt-BR`. Default: the page's language, else the browser's. */
    locale?: string;
    appVersion?: string;
    consent?: Consent;
    /**
     * `auto`: a canvas, unless it takes more than 300 ms to start. `canvas`: however long it takes. `controls`: never a
     * canvas, the card's real controls show themselves.
     */
    painter?: 'auto' | 'canvas' | 'controls';
    /** Default `auto`: what the system prefers. */
    scheme?: 'auto' | 'light' | 'dark';
    /** A selector of the element that cards stand in whose survey has the layout `inline`. Without it they stand in the corner. */
    slot?: string;
    /** `strict` refuses a document with anything unknown in it: for development. */
    reading?: 'field' | 'strict';
    /** Log events: 0 none (default) to 4 all. */
    log?: 0 | 1 | 2 | 3 | 4;
    /** The folder that core.mjs and core.packed.wasm are loaded from, when it is not the loader's own. */
    base?: string;
}

export interface ContextOptions {
    appVersion?: string;
    locale?: string;
    osVersion?: string;
    country?: string;
    device?: string;
}

/**
 * `ready`: storage is open and a document in force. `prompt`: a card is about to be drawn. `decided`: a moment was
 * decided. `error`: something was refused or failed, and `text` says what.
 */
export type EventName =
    'ready' | 'prompt' | 'shown' | 'answered' | 'dismissed' | 'snoozed' | 'ended' | 'delivered' | 'decided' | 'error' | 'log';

export interface CandorEvent {
    type: EventName;
    project: string;
    survey: string;
    text: string;
    count: number;
}

export interface Diagnostics {
    /** Whether the core was loaded on this page. */
    core: boolean;
    /** `imgui`, `controls`, or nothing while no card is shown. */
    painter: string;
    /** How often a card was drawn on this page. */
    frames: number;
}

/** Nothing here throws into the page: what fails is an `error` event. */
export interface Client {
    track(name: string, properties?: Properties): void;
    screen(name: string): void;
    identify(person: string): void;
    reset(): void;
    setAttributes(attributes: Properties): void;
    setContext(context: ContextOptions): void;
    consent(consent: Consent): void;
    forget(): void;
    busy(busy?: boolean): void;
    show(survey: string, options?: { preview?: boolean }): void;
    hide(): void;
    /** Why each survey was or was not chosen when last decided. */
    explain(survey?: string): Promise<unknown>;
    flush(): Promise<void>;
    close(): Promise<void>;
    /** Returns the function that ends it. */
    on(type: EventName, listener: (event: CandorEvent) => void): () => void;
    diagnostics(): Diagnostics;
}
