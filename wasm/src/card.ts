// The card as the core lays it out (candor_card in candor.h), and reading it from a packet.

import type { Picture } from './renderer.ts';
import { taken, wasm } from './wasm.ts';

export type Rect = [x: number, y: number, width: number, height: number];

// Numbers of candor.h; constant, so that the build writes them in place of the names.
export const enum Role { dialog, heading, text, radiogroup, radio, textbox, button, status, alert }
export const enum State { checked = 1, disabled = 2, focused = 4, invalid = 32, multiline = 64, primary = 128 }
export const enum Action { press, focus, blur, setValue }
export const enum Pointer { move = 0, leave = 3 }
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
    nodes: CardNode[];
}

export interface View {
    width: number;
    height: number;
    ratio: number;
    isDark: boolean;
    isReduced: boolean;
}

const args = ({ width, height, ratio, isDark, isReduced }: View) => [width, height, ratio, +isDark, +isReduced] as const;

// Null when nothing is asked.
export function layOut(client: number, view: View): Card | null {
    if (wasm.layout(client, ...args(view)) !== 0) return null;
    const packet = taken();
    const rect = (): Rect => [packet.f64(), packet.f64(), packet.f64(), packet.f64()];
    return {
        rect: rect(),
        direction: packet.i32(),
        locale: packet.text(),
        nextFrame: packet.f64(),
        nodes: packet.list(() => ({
            id: packet.i32(),
            parent: packet.i32(),
            role: packet.i32(),
            states: packet.u32(),
            rect: rect(),
            px: packet.f64(),
            key: packet.text(),
            name: packet.text(),
            value: packet.text(),
            description: packet.text(),
        })),
    };
}

// Its vertices lie in the module's memory: to be used before the next call.
export function picture(client: number, view: View): Picture | null {
    if (wasm.draw(client, ...args(view)) !== 0) return null;
    const packet = taken();
    const memory = wasm.memory.buffer;
    return {
        revision: `${packet.u32()}.${packet.u32()}`,
        vertices: new Uint8Array(memory, packet.u32(), packet.u32() * 20),
        indices: new Uint8Array(memory, packet.u32(), packet.u32() * 2),
        commands: packet.list(() => ({
            clip: [packet.f64(), packet.f64(), packet.f64(), packet.f64()] as Rect,
            run: packet.i32(),
            first: packet.u32(),
            count: packet.u32(),
        })),
        runs: packet.list(() => ({
            key: `${packet.u32()}.${packet.u32()}`,
            text: packet.text(),
            px: packet.f64(),
            weight: packet.i32(),
            direction: packet.i32(),
            width: packet.f64(),
            height: packet.f64(),
            baseline: packet.f64(),
            left: packet.f64(),
        })),
    };
}
