// Text as the browser shapes it: measured, broken into lines and rasterised by canvas 2D, in the reader's own fonts.

import { encoder } from './packet.ts';
import { rest } from './tasks.ts';
import type { Line, TextHost } from './wasm.ts';

export const kFonts = 'system-ui,sans-serif';

const kMostCached = 300;

export const font = (px: number, weight: number) => `${weight} ${px}px ${kFonts}`;

export interface Run {
    text: string;
    px: number;
    weight: number;
    direction: number;
    width: number; // logical pixels, as all here
    height: number;
    baseline: number;
    left: number;
}

const pen = document.createElement('canvas').getContext('2d')!;

function widthOf(text: string, px: number, weight: number): number {
    const wanted = font(px, weight);
    if (pen.font !== wanted) pen.font = wanted;
    return pen.measureText(text).width;
}

const utf8Length = (text: string) => encoder.encode(text).length;

// ---- where a line may be broken

// Scripts that put no blanks between words. Hangul is not among them: Korean lines break at blanks.
const kUnspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}々ー]/u;
const kSticksToNext = /[\p{Ps}\p{Pi}]$/u;
const kSticksToLast = /^[\p{Pe}\p{Pf}\p{M}、。，．：；！？,.:;!?…%’”ー々]/u;
const kBlank = /[^\S\u00a0\u202f]/;

type Segment = { segment: string; index: number };

function segments(text: string, granularity: 'word' | 'grapheme'): Segment[] {
    if (Intl.Segmenter) return [...new Intl.Segmenter(undefined, { granularity }).segment(text)];
    const pattern = granularity === 'word' ? /\s+|\S+/gu : /\P{M}[\p{M}\u200d\ufe0f]*|\p{M}+/gu;
    return [...text.matchAll(pattern)].map(({ 0: segment, index }) => ({ segment, index: index! }));
}

// The starts of the pieces into which a text without newlines may be broken, but for the first.
function opportunities(text: string): number[] {
    let before = '';
    const starts = segments(text, 'word').filter(({ segment, index }) => {
        const last = before.slice(-1);
        const afterHyphen = /[\p{L}\p{N}][-\u2010\u2013]$/u.test(text.slice(0, index)) && /^\p{L}/u.test(segment);
        const unspaced = kUnspaced.test(last) || kUnspaced.test(segment);
        const sticks = kSticksToNext.test(before) || kSticksToLast.test(segment);
        const mayBreak = before && !kBlank.test(segment[0]!) && (kBlank.test(last) || afterHyphen || (unspaced && !sticks));
        before = segment;
        return mayBreak;
    });
    return starts.map(({ index }) => index);
}

// ---- lines

// A line's end leaves out the blanks at which it was broken.
export function breakLines(text: string, maxWidth: number, measure: (text: string) => number): Line[] {
    const lines: Line[] = [];
    let offset = 0; // of the paragraph, in bytes
    for (const paragraph of text.split('\n')) {
        let begin = 0; // of the line, in UTF-16 units
        let last = 0; // the latest stop that fits on it
        const upTo = (end: number) => paragraph.slice(begin, end).trimEnd();
        const fits = (line: string) => measure(line) <= maxWidth;
        const put = (line: string) => {
            const at = offset + utf8Length(paragraph.slice(0, begin));
            lines.push({ begin: at, end: at + utf8Length(line), width: measure(line) });
            begin = last;
        };
        const wrapBefore = (stop: number) => last > begin && !fits(upTo(stop)) && put(upTo(last));
        const advance = (stop: number) => {
            wrapBefore(stop);
            last = stop;
        };
        if (fits(paragraph)) {
            put(paragraph);
        } else {
            for (const stop of [...opportunities(paragraph), paragraph.length]) {
                wrapBefore(stop);
                const from = begin;
                // What is longer than a line is broken anywhere, but for the first grapheme, or there would be no end.
                if (!fits(upTo(stop))) for (const { index } of segments(paragraph.slice(from, stop), 'grapheme')) advance(from + index);
                advance(stop);
            }
            put(upTo(last));
        }
        offset += utf8Length(paragraph) + 1;
    }
    return lines;
}

const cache = new Map<string, Line[]>();
let putOff: (() => void)[] | undefined;

const nowOrLater = <T>(measure: () => T, guess: T): T => (putOff ? (putOff.push(measure), guess) : measure());

// Does what measures text without measuring it, and tells what there is to be measured.
export function puttingOff(work: () => void): (() => void)[] {
    const asked = (putOff = []);
    try {
        work();
    } finally {
        putOff = undefined;
    }
    return asked;
}

export const textHost: TextHost = {
    metrics: (px, weight) =>
        nowOrLater(() => {
            widthOf('', px, weight);
            const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = pen.measureText('Hg');
            // Sums that are no number come from browsers without these two.
            return ascent + descent > 0 ? { ascent, descent } : { ascent: px * 0.95, descent: px * 0.25 };
        }, { ascent: px, descent: 0 }),
    lines: (text, px, weight, direction, maxWidth) =>
        nowOrLater(() => {
            const key = `${px} ${weight} ${direction} ${maxWidth} ${text}`;
            let lines = cache.get(key);
            if (!lines) {
                lines = breakLines(text, maxWidth, (part) => widthOf(part, px, weight));
                if (cache.size >= kMostCached) cache.clear();
                cache.set(key, lines);
            }
            return lines;
        }, [{ begin: 0, end: utf8Length(text), width: px }]),
};

// Fonts, and what is known of where words end: the first text that needs them takes long.
export async function warmText(): Promise<void> {
    for (const weight of [400, 600]) {
        for (const text of ['a', 'a b']) {
            await rest();
            textHost.lines(text, 16, weight, 0, text.length);
        }
        await rest();
        rasterise({ text: 'a', px: 16, weight, direction: 0, width: 9, height: 9, baseline: 9, left: 0 }, 1);
    }
}

// ---- pixels

// Two pictures of a run, one above the other: in white and in black. Where they agree a glyph has colours of its own, as
// emoji do; where they differ it takes the colour that it is drawn in (renderer.ts).
// They stand on the one canvas that there is, until the next.
export function rasterise(run: Run, ratio: number): HTMLCanvasElement {
    const { canvas } = pen;
    const height = Math.max(1, Math.ceil(run.height * ratio));
    canvas.width = Math.max(1, Math.ceil(run.width * ratio));
    canvas.height = height * 2;
    pen.font = font(run.px, run.weight);
    pen.textAlign = 'left';
    ['#fff', '#000'].forEach((color, half) => {
        pen.save();
        pen.direction = run.direction ? 'rtl' : 'ltr'; // not of what is measured afterwards
        pen.beginPath();
        pen.rect(0, half * height, canvas.width, height);
        pen.clip();
        pen.setTransform(canvas.width / run.width, 0, 0, height / run.height, 0, half * height);
        pen.fillStyle = color;
        pen.fillText(run.text, run.left, run.baseline);
        pen.restore();
    });
    return canvas;
}
