// The card as the core lays it out (candor_card in candor.h).

import type { Reader } from './packet.ts';
import type { Picture } from './renderer.ts';
import { give, read, wasm } from './wasm.ts';

export type Rect = [x: number, y: number, width: number, height: number];

// Numbers of candor.h; constant, so that the build writes them in place of the names.
export const enum Role {
    dialog, heading, text, radiogroup, radio, textbox, button, status, alert, checkbox, link, group,
}
export const enum State { checked = 1, disabled = 2, focused = 4, invalid = 32, multiline = 64, primary = 128 }
export const enum Layout { corner, sheet, modal, inline }
export const enum Action { press, focus, blur, setValue }
export const enum Pointer { move = 0, down = 1, leave = 3 }
export const enum Key { enter = 1, escape = 3 }
// Keys by their names in browsers, in the order of their numbers.
export const kKeys = ['', 'Enter', '', 'Escape', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'];

export interface CardNode {
    id: number;
    parent: number;
    role: number;
    states: number;
    rect: Rect;
    px: number; // type size
    key: string;
    name: string;
    value: string;
    description: string;
}

export interface Card {
    rect: Rect;
    direction: number;
    locale: string;
    nextFrame: number; // ms until it wants to be drawn again; -1: it is still
    layout: number;
    nodes: CardNode[];
}

export interface View {
    width: number;
    height: number;
    ratio: number;
    isDark: boolean;
    isReduced: boolean;
    slot: number; // width of the element for cards that stand in the page; 0: there is none
    time: number; // ms
}

const kHostEntry = 1; // the mirror's own field takes the text
const kHostBackdrop = 1; // and dims the page
const kOptionsSize = 48;
const kOutSize = 56; // of a candor_card, which is larger than a candor_draw

// What was asked for, behind the options; null when nothing is asked.
function ask(call: typeof wasm.candor_card_layout, client: number, view: View): Reader | null {
    const options = give((out) => {
        out.i32(kOptionsSize).f32(view.width, view.height, view.ratio);
        out.i32(+view.isDark, kHostEntry, +view.isReduced, kHostBackdrop).f32(view.slot, 0).i64(view.time);
        out.i32(kOutSize).room(kOutSize - 4);
    });
    const at = options + kOptionsSize;
    return call(client, options, at) === 0 ? read(at + 4) : null;
}

// Null when nothing is asked.
export function layOut(client: number, view: View): Card | null {
    const packet = ask(wasm.candor_card_layout, client, view);
    if (!packet) return null;
    const rect = (): Rect => [packet.f32(), packet.f32(), packet.f32(), packet.f32()];
    return {
        rect: rect(),
        nodes: packet.list(() => {
            const node = {
                id: packet.i32(),
                parent: packet.i32(),
                role: packet.i32(),
                states: packet.u32(),
                rect: rect(),
                px: packet.f32(),
                key: packet.text(),
                name: packet.text(),
                value: packet.text(),
                description: packet.text(),
            };
            packet.text(); // the question's id
            return node;
        }),
        direction: packet.i32(),
        locale: packet.text(),
        nextFrame: packet.i64(),
        layout: packet.i32(),
    };
}

// Its vertices lie in the module's memory: to be used before the next call.
export function picture(client: number, view: View): Picture | null {
    const packet = ask(wasm.candor_card_draw, client, view);
    if (!packet) return null;
    const memory = wasm.memory.buffer;
    return {
        vertices: new Uint8Array(memory, packet.u32(), packet.u32() * 20),
        indices: new Uint8Array(memory, packet.u32(), packet.u32() * 2),
        commands: packet.list(() => ({
            clip: [packet.f32(), packet.f32(), packet.f32(), packet.f32()] as Rect,
            run: packet.i32(),
            first: packet.u32(),
            count: packet.u32(),
        })),
        runs: packet.list(() => ({
            key: packet.bits(),
            text: packet.text(),
            px: packet.f32(),
            weight: packet.i32(),
            direction: packet.i32(),
            width: packet.f32(),
            height: packet.f32(),
            baseline: packet.f32(),
            left: packet.f32(),
        })),
        revision: packet.bits(),
    };
}
