// The card's nodes as real controls, each at its node's place. They take focus, keys, pointer and text for the card.

import { Action, Key, Pointer, Role, State } from './card.ts';
import type { Card, CardNode, Rect } from './card.ts';

export interface Input {
    act(node: number, action: number, value?: string): void;
    key(key: number, modifiers: number): boolean; // whether the card used it
    type(text: string): boolean;
    pointer(kind: number, x: number, y: number): void;
    touched(): void; // something may have changed: lay out again
}

interface Control {
    element: HTMLElement; // takes the place
    field: HTMLElement; // takes the focus: the same, or the radio in it
    node: CardNode;
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, parent?: Node): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    parent?.appendChild(element);
    return element;
}

// Writes only what differs: each write is work for the browser, and may be read out.
function attribute(element: Element, name: string, value: string | null): void {
    if (element.getAttribute(name) === value) return;
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
}

function text(element: Element, value: string): void {
    if (element.textContent !== value) element.textContent = value;
}

// By the object model, not by an attribute: a content security policy may forbid the latter.
function place(element: HTMLElement, rect: Rect, origin: Rect): void {
    const { style } = element;
    style.left = `${rect[0] - origin[0]}px`;
    style.top = `${rect[1] - origin[1]}px`;
    style.width = `${rect[2]}px`;
    style.height = `${rect[3]}px`;
}

// A line that was measured to fit exactly must not break in another layout's rounding.
function roomFor({ role, rect: [x, y, width, height] }: CardNode): Rect {
    const isText = role === Role.heading || role === Role.text;
    return isText ? [x - 1, y, width + 2, height] : [x, y, width, height];
}

// What is typed finds its own direction, the placeholder has the card's.
function directText(area: HTMLTextAreaElement): void {
    attribute(area, 'dir', area.value ? 'auto' : null);
}

export class Mirror {
    readonly root = make('div');
    private readonly live = make('div');
    private readonly controls = new Map<number, Control>();
    private readonly name = `candor-${Math.random().toString(36).slice(2)}`; // of the radio group
    private focused = -1; // the node that the card was told of
    private before: Element | null = null; // who had the focus before the card

    constructor(private readonly input: Input) {
        this.root.className = 'card';
        this.root.tabIndex = -1;
        this.live.className = 'live';
        attribute(this.live, 'role', 'status');
        this.root.append(this.live);
        this.listen();
    }

    // Where the focus goes back to when it was on the card at its end.
    restoreFocus(hadFocus: boolean): void {
        if (hadFocus && this.before instanceof HTMLElement && this.before.isConnected) this.before.focus();
    }

    get hasFocus(): boolean {
        const { activeElement } = this.root.getRootNode() as ShadowRoot;
        return !!activeElement && this.root.contains(activeElement);
    }

    // ---- the tree

    update(card: Card): void {
        const hadFocus = this.hasFocus;
        const rects = new Map(card.nodes.map((node) => [node.id, node.rect]));
        const places = new Map<Element, Element | null>(); // parent → the child after which the next one goes
        const seen = new Set<number>();
        for (const node of card.nodes) {
            seen.add(node.id);
            if (node.role === Role.dialog) {
                this.updateDialog(node, card);
                places.set(this.root, this.live);
                continue;
            }
            const parent = this.controls.get(node.parent)?.element ?? this.root;
            const control = this.control(node);
            const after = places.get(parent) ?? null;
            const expected = after ? after.nextSibling : parent.firstChild;
            if (expected !== control.element) parent.insertBefore(control.element, expected);
            places.set(parent, control.element);
            place(control.element, roomFor(node), parent === this.root ? card.rect : (rects.get(node.parent) ?? card.rect));
            this.updateControl(control, node);
        }
        for (const [id, control] of this.controls) {
            if (seen.has(id)) continue;
            control.element.remove();
            this.controls.delete(id);
        }
        this.announce(card);
        if (hadFocus) this.follow(card);
    }

    private updateDialog(node: CardNode, card: Card): void {
        const { root } = this;
        place(root, card.rect, [0, 0, 0, 0]);
        attribute(root, 'role', 'dialog');
        attribute(root, 'data-key', node.key);
        attribute(root, 'lang', card.locale);
        attribute(root, 'dir', card.direction ? 'rtl' : 'ltr');
        const heading = card.nodes.find((other) => other.role === Role.heading);
        attribute(root, 'aria-labelledby', heading ? 'candor-heading' : null);
        attribute(root, 'aria-label', heading ? null : node.name);
    }

    private control(node: CardNode): Control {
        let control = this.controls.get(node.id);
        if (!control || control.node.role !== node.role) {
            control?.element.remove();
            control = this.create(node);
            this.controls.set(node.id, control);
        }
        control.node = node;
        return control;
    }

    private create(node: CardNode): Control {
        const of = (element: HTMLElement, field = element): Control => {
            attribute(field, 'data-key', node.key);
            return { element, field, node };
        };
        switch (node.role) {
            case Role.heading:
                return of(make('h2'));
            case Role.radiogroup: {
                const group = make('div');
                attribute(group, 'role', 'radiogroup');
                return of(group);
            }
            case Role.radio: {
                const label = make('label');
                const radio = make('input', label);
                radio.type = 'radio';
                radio.name = this.name;
                attribute(make('span', label), 'aria-hidden', 'true');
                radio.addEventListener('click', () => this.press(node.id));
                return of(label, radio);
            }
            case Role.textbox: {
                const field = make('textarea');
                field.addEventListener('input', () => {
                    directText(field);
                    this.input.act(node.id, Action.setValue, field.value);
                });
                return of(field);
            }
            case Role.button: {
                const button = make('button');
                button.type = 'button';
                make('span', button);
                button.addEventListener('click', () => this.press(node.id));
                return of(button);
            }
            default: {
                const paragraph = make('p');
                if (node.role === Role.alert) attribute(paragraph, 'role', 'alert');
                return of(paragraph);
            }
        }
    }

    private updateControl({ element, field }: Control, node: CardNode): void {
        element.style.fontSize = `${node.px || 16}px`;
        const isDisabled = !!(node.states & State.disabled);
        switch (node.role) {
            case Role.radiogroup:
                attribute(element, 'aria-label', node.name);
                break;
            case Role.radio: {
                const radio = field as HTMLInputElement;
                place(radio, node.rect, node.rect);
                attribute(radio, 'aria-label', node.name);
                text(element.lastElementChild!, node.value || node.name);
                radio.checked = !!(node.states & State.checked);
                radio.disabled = isDisabled;
                break;
            }
            case Role.textbox: {
                const area = field as HTMLTextAreaElement;
                attribute(area, 'aria-label', node.name);
                attribute(area, 'aria-invalid', node.states & State.invalid ? 'true' : null);
                area.rows = node.states & State.multiline ? 3 : 1;
                area.placeholder = node.description;
                area.readOnly = isDisabled;
                // While somebody types the field leads.
                if (area.value !== node.value && !this.isActive(area)) area.value = node.value;
                directText(area);
                break;
            }
            case Role.button: {
                (field as HTMLButtonElement).disabled = isDisabled;
                const isClose = node.key === 'close';
                element.className = isClose ? 'close' : node.states & State.primary ? 'primary' : '';
                attribute(element, 'aria-label', node.name);
                text(element.firstElementChild!, isClose ? '✕' : node.name);
                break;
            }
            case Role.heading:
                if (!(this.root.getRootNode() as ShadowRoot).getElementById('candor-heading')) element.id = 'candor-heading';
                text(element, node.name);
                break;
            default:
                text(element, node.name);
        }
    }

    // A region that is there before its text is the only one that every screen reader reads.
    private announce(card: Card): void {
        text(this.live, card.nodes.filter((node) => node.role === Role.status).map((node) => node.name).join(' '));
    }

    // ---- focus: the card's own moves, and the case that what had it is gone. Never taken from the page.

    private isActive(element: Element): boolean {
        return (this.root.getRootNode() as ShadowRoot).activeElement === element;
    }

    private follow(card: Card): void {
        const wanted = card.nodes.find((node) => node.states & State.focused);
        const control = wanted && this.controls.get(wanted.id);
        if (control && !this.isActive(control.field)) {
            this.focused = wanted.id;
            control.field.focus();
        } else if (!this.hasFocus) {
            this.root.focus();
        }
    }

    // ---- input

    private controlOf(event: globalThis.Event): Control | undefined {
        const target = event.composedPath()[0] as Node;
        for (const control of this.controls.values()) if (control.field === target) return control;
        return undefined;
    }

    private press(id: number): void {
        this.input.act(id, Action.press);
        this.input.touched();
    }

    private listen(): void {
        const { root, input } = this;
        root.addEventListener('focusin', (event) => {
            if (!this.root.contains(event.relatedTarget as Node | null)) this.before = event.relatedTarget as Element | null;
            const control = this.controlOf(event);
            // A ring is drawn where the browser would draw one: not after a click.
            if (!control || !control.field.matches(':focus-visible') || this.focused === control.node.id) return;
            this.focused = control.node.id;
            input.act(control.node.id, Action.focus);
        });
        root.addEventListener('focusout', (event) => {
            const control = this.controlOf(event);
            if (!control || this.focused !== control.node.id) return;
            this.focused = -1;
            input.act(control.node.id, Action.blur);
        });
        root.addEventListener('keydown', (event) => this.keyDown(event));
        for (const type of ['keydown', 'keyup', 'keypress', 'input', 'paste'] as const) {
            // The page's shortcuts are not meant when somebody types on the card.
            root.addEventListener(type, (event) => event.stopPropagation());
        }
        root.addEventListener('pointermove', (event) => {
            if (event.pointerType !== 'touch') input.pointer(Pointer.move, event.clientX, event.clientY);
        });
        root.addEventListener('pointerleave', () => input.pointer(Pointer.leave, 0, 0));
    }

    // The card's controller moves the focus on a scale and knows what Enter and Escape mean. The rest is the browser's.
    private keyDown(event: KeyboardEvent): void {
        if (event.isComposing || event.altKey) return;
        const control = this.controlOf(event);
        const role = control?.node.role;
        const hasControl = event.ctrlKey || event.metaKey;
        const key = Key[event.key];
        let isUsed = false;
        if (key !== undefined && key === Key.Escape) {
            isUsed = this.input.key(key, 0);
        } else if (role === Role.radio || (role === Role.textbox && key === Key.Enter && hasControl)) {
            if (control && this.focused !== control.node.id) {
                this.focused = control.node.id;
                this.input.act(control.node.id, Action.focus);
            }
            if (key !== undefined) isUsed = this.input.key(key, (event.shiftKey ? 1 : 0) | (hasControl ? 2 : 0));
            else if (/^\d$/.test(event.key) && !hasControl) isUsed = this.input.type(event.key);
        }
        // Arrows on radios choose in browsers: here they must not, used or not.
        if (isUsed || (role === Role.radio && key !== undefined)) event.preventDefault();
        if (isUsed) this.input.touched();
    }
}
