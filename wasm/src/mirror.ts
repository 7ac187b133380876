// The card's nodes as real controls, each at its node's place. They take focus, keys, pointer and text for the card.

import { Action, Key, kKeys, Pointer, Role, State } from './card.ts';
import type { Card, CardNode, Rect } from './card.ts';

export interface Input {
    act(node: number, action: Action, value?: string): void;
    key(key: number, modifiers: number): boolean; // whether the card used it
    type(text: string): boolean;
    pointer(kind: Pointer, x: number, y: number): void;
    scroll(by: number): boolean;
}

export interface Mirror {
    root: HTMLElement;
    update(card: Card): void;
    has(card: Card): boolean; // all that is on it
    announce(): void; // that it is there: once it is
    // The end of the card. Where the focus was on it, it goes back to who had it before.
    remove(host: Element): void;
}

interface Control {
    element: HTMLElement; // takes the place
    field: HTMLInputElement & HTMLTextAreaElement; // takes the focus: the same, or the radio or checkbox in it
    label: HTMLElement; // shows its text: the same, or a span in it
    node: CardNode;
}

// By role; a paragraph for the others.
const kTags: Record<number, string> = {
    [Role.heading]: 'h2', [Role.radiogroup]: 'div', [Role.radio]: 'label', [Role.textbox]: 'textarea', [Role.button]: 'button',
    [Role.checkbox]: 'label', [Role.link]: 'a', [Role.group]: 'div',
};
const kRoles: Record<number, string> = { [Role.radiogroup]: 'radiogroup', [Role.alert]: 'alert', [Role.group]: 'group' };
// Those that their content does not name.
const kNamed = [Role.radiogroup, Role.radio, Role.textbox, Role.button, Role.checkbox, Role.group];
const kHeading = 'candor-heading';
const kError = 'candor-error';

export function make(tag: string, parent?: Node): HTMLElement {
    const element = document.createElement(tag);
    parent?.appendChild(element);
    return element;
}

// Writes only what differs: each write is work for the browser, and may be read out.
export function attributes(element: Element, values: Record<string, string | false | undefined>): void {
    for (const [name, value] of Object.entries(values)) {
        if (typeof value !== 'string') element.removeAttribute(name);
        else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    }
}

function text(element: Element, value: string): void {
    if (element.textContent !== value) element.textContent = value;
}

// By the object model, not by an attribute: a content security policy may forbid the latter.
export function place({ style }: HTMLElement, [x, y, width, height]: Rect, [left, top]: readonly number[] = [0, 0]): void {
    style.left = `${x - left!}px`;
    style.top = `${y - top!}px`;
    style.width = `${width}px`;
    style.height = `${height}px`;
}

// A line that was measured to fit exactly must not break in another layout's rounding.
function roomFor({ role, rect: [x, y, width, height] }: CardNode): Rect {
    const spare = role === Role.heading || role === Role.text ? 1 : 0;
    return [x - spare, y, width + 2 * spare, height];
}

// What is typed finds its own direction, the placeholder has the card's.
const directText = (area: HTMLTextAreaElement) => attributes(area, { dir: !!area.value && 'auto' });

function create(node: CardNode, input: Input): Control {
    const { id, role } = node;
    const element = make(kTags[role] ?? 'p');
    const isCell = role === Role.radio || role === Role.checkbox;
    const field = (isCell ? make('input', element) : element) as Control['field'];
    const isPressed = isCell || role === Role.button;
    const label = isPressed ? make('span', element) : element;
    if (isPressed) {
        field.type = role === Role.radio ? 'radio' : isCell ? 'checkbox' : 'button';
        field.onclick = ({ detail, clientX, clientY }) => {
            if (detail) input.pointer(Pointer.down, clientX, clientY); // recorded as the pointer's
            input.act(id, Action.press);
        };
    }
    // The browser opens it by itself.
    if (role === Role.link) attributes(element, { href: node.value, target: '_blank', rel: 'noopener noreferrer' });
    if (isCell) {
        field.name = 'score'; // of the group
        attributes(label, { 'aria-hidden': 'true' });
    }
    if (role === Role.textbox) {
        field.oninput = () => {
            directText(field);
            input.act(id, Action.setValue, field.value);
        };
    }
    return { element, field, label, node };
}

// Chromium takes a radio that has had the focus for one of its group for ever, and tab then reaches no other.
function drop({ element }: Control): void {
    for (const field of element.querySelectorAll('input')) field.name = '';
    element.remove();
}

function updateControl({ element, field, label, node }: Control, active: Element | null): void {
    const { key, name, rect, role, states, value } = node;
    const is = (state: State) => (states & state) !== 0;
    const isClose = role === Role.button && key === 'close';
    const isCell = role === Role.radio || role === Role.checkbox;
    const isChoice = isCell && !key.startsWith('score/');
    // What has the focus keeps it while an answer is stored: browsers take it from what is disabled.
    const isActive = active === field;
    const isDisabled = is(State.disabled);
    element.style.fontSize = `${node.px || 16}px`;
    attributes(element, { role: kRoles[role], class: isClose ? 'close' : isChoice ? 'choice' : is(State.primary) && 'primary' });
    attributes(field, {
        'data-key': key,
        'aria-label': kNamed.includes(role) && name,
        'aria-invalid': is(State.invalid) && role !== Role.group && 'true',
        'aria-describedby': is(State.invalid) && kError,
        'aria-disabled': isDisabled && isActive && 'true',
        'aria-description': isCell && (node.description || false),
        'aria-hidden': role === Role.status && 'true', // the live region says it
    });
    if (role === Role.textbox) {
        field.rows = is(State.multiline) ? 3 : 1;
        if (!is(State.invalid)) field.placeholder = node.description; // then it says what is wrong
        field.readOnly = isDisabled;
        // While somebody types the field leads.
        if (field.value !== value && !isActive) field.value = value;
        directText(field);
    } else if (isCell) {
        place(field, rect, rect);
        field.checked = is(State.checked);
        field.disabled = isDisabled && !isActive;
        text(label, isChoice ? name : value || name);
    } else if (role !== Role.radiogroup && role !== Role.group) {
        field.disabled = isDisabled && !isActive;
        text(label, isClose ? '×' : rect[2] ? name : ''); // what has no room says, and shows nothing
    }
}

export function makeMirror(input: Input): Mirror {
    const root = make('div');
    const live = make('div', root);
    const controls = new Map<number, Control>();
    let focused = -1; // the node that the card was told of
    let before: EventTarget | null = null; // who had the focus before the card
    let said: string | undefined; // what the card shows and tells of
    let title = '';

    const active = () => (root.getRootNode() as ShadowRoot).activeElement;
    const hasFocus = () => root.contains(active());

    // ---- the tree

    const update = (card: Card): void => {
        const { nodes } = card;
        const hadFocus = hasFocus();
        const heading = nodes.find(({ role }) => role === Role.heading);
        const last = new Map<Element, Element>([[root, live]]); // parent → the child after which the next one goes
        for (const node of nodes) {
            if (node.role === Role.dialog) {
                place(root, card.rect);
                attributes(root, {
                    role: 'dialog',
                    'data-key': node.key,
                    lang: card.locale,
                    dir: card.direction ? 'rtl' : 'ltr',
                    'aria-labelledby': heading && kHeading,
                    'aria-label': !heading && node.name,
                });
                continue;
            }
            let control = controls.get(node.id);
            if (control?.node.role !== node.role) {
                if (control) drop(control);
                controls.set(node.id, (control = create(node, input)));
            }
            control.node = node;
            const { element } = control;
            const around = controls.get(node.parent);
            const parent = around?.element ?? root;
            const before = last.get(parent);
            const expected = before ? before.nextSibling : parent.firstChild;
            if (expected !== element) parent.insertBefore(element, expected);
            last.set(parent, element);
            attributes(element, { id: node === heading ? kHeading : node.role === Role.alert && kError });
            place(element, roomFor(node), (around?.node ?? card).rect);
            updateControl(control, active());
        }
        for (const [id, control] of controls) {
            if (nodes.includes(control.node)) continue;
            drop(control);
            controls.delete(id);
        }
        // A region that is there before its text is the only one that every screen reader reads.
        const status = nodes.filter(({ role }) => role === Role.status).map(({ name }) => name).join(' ');
        title = `${nodes[0]!.name}: ${heading?.name}`;
        if (said !== (said = status + heading?.name)) text(live, status);
        if (hadFocus) follow(nodes.find(({ states }) => states & State.focused));
    };

    // ---- focus: the card's own moves, and the case that what had it is gone. Never taken from the page.

    const follow = (wanted: CardNode | undefined): void => {
        const field = wanted && controls.get(wanted.id)?.field;
        if (field && field !== active()) {
            focused = wanted.id;
            field.focus();
        } else if (!hasFocus()) {
            root.focus();
        }
    };

    const tell = ({ node: { id } }: Control): void => {
        if (focused === id) return;
        focused = id;
        input.act(id, Action.focus);
    };

    // ---- input

    const controlOf = ({ target }: Event): Control | undefined => [...controls.values()].find(({ field }) => field === target);

    // The card's controller moves the focus on a scale and knows what Enter and Escape mean. The rest is the browser's.
    const keyDown = (event: KeyboardEvent): void => {
        if (event.isComposing || event.altKey) return;
        const control = controlOf(event);
        const role = control?.node.role;
        const hasControl = event.ctrlKey || event.metaKey;
        const key = kKeys.indexOf(event.key);
        let isUsed = false;
        if (key === Key.escape) {
            // Not by the card's own key: it does not know of a focus after a click, or on the dialog itself.
            (root.querySelector('.close') as HTMLElement).click();
            isUsed = true;
        } else if (event.repeat && key === Key.enter && role !== Role.textbox) {
            isUsed = true; // held down, it would answer the next question, too
        } else if (
            control &&
            (role === Role.radio || (role === Role.checkbox && key === Key.enter) || (role === Role.textbox && key === Key.enter && hasControl))
        ) {
            tell(control);
            if (key > 0) isUsed = input.key(key, +event.shiftKey + 2 * +hasControl);
            else isUsed = /^\d$/.test(event.key) && !hasControl && input.type(event.key);
        }
        // Arrows on radios choose in browsers: here they must not, used or not.
        if (isUsed || (role === Role.radio && key > 0)) event.preventDefault();
    };

    attributes(root, { class: 'card', tabindex: '-1' });
    attributes(live, { role: 'status' });
    root.addEventListener('focusin', (event) => {
        const { relatedTarget } = event;
        // Nobody, when what had it on the card is gone; and what leads back to a modal card is the card's own.
        if (relatedTarget && (relatedTarget as Node).getRootNode() !== root.getRootNode()) before = relatedTarget;
        const control = controlOf(event);
        // A ring is drawn where the browser would draw one: not after a click.
        if (control?.field.matches(':focus-visible')) tell(control);
    });
    root.addEventListener('focusout', (event) => {
        if (controlOf(event)?.node.id !== focused) return;
        input.act(focused, Action.blur);
        focused = -1;
    });
    root.onkeydown = keyDown;
    // The page's shortcuts are not meant when somebody types on the card, and what is typed is not for it.
    const types = 'keydown keyup keypress beforeinput input copy cut paste compositionstart compositionupdate compositionend';
    for (const type of types.split(' ')) {
        root.addEventListener(type, (event) => event.stopPropagation());
    }
    // A wheel, or a finger; but a field that has more text than it shows scrolls by itself.
    const isOwn = ({ target }: Event) => target instanceof HTMLTextAreaElement && target.scrollHeight > target.clientHeight;
    let touched = 0;
    root.addEventListener('wheel', (event) => {
        if (!isOwn(event) && input.scroll(event.deltaY * (event.deltaMode ? 24 : 1))) event.preventDefault();
    }, { passive: false });
    // What is pressed looks so until it is let go; what that comes to is for a click to say. A field takes all by itself.
    root.onpointerdown = ({ button, clientX, clientY, target }) => {
        touched = clientY;
        if (!button && !(target instanceof HTMLTextAreaElement)) input.pointer(Pointer.down, clientX, clientY);
    };
    root.onpointerup = ({ clientX, clientY, pointerType }) => {
        input.pointer(Pointer.leave, 0, 0);
        if (pointerType !== 'touch') input.pointer(Pointer.move, clientX, clientY);
    };
    root.onpointermove = (event) => {
        const { clientX, clientY, pointerType } = event;
        if (pointerType !== 'touch') return input.pointer(Pointer.move, clientX, clientY);
        if (!isOwn(event)) input.scroll(touched - clientY);
        touched = clientY;
    };
    root.onpointerleave = () => input.pointer(Pointer.leave, 0, 0);

    return {
        root,
        update,
        announce: () => void (live.textContent || text(live, title)),
        has: ({ nodes }) => nodes.every(({ id, role }) => role === Role.dialog || controls.has(id)),
        remove(host) {
            const hadFocus = hasFocus();
            host.remove();
            if (hadFocus) (before as HTMLElement | null)?.focus();
        },
    };
}
