// Text as the browser shapes it: measured, broken into lines and rasterised by canvas 2D, in the reader's own fonts.

import type { Line, TextHost } from './wasm.ts';

export const kFonts = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

const kMostCached = 300;

export const font = (px: number, weight: number) => `${weight} ${px}px ${kFonts}`;

export interface Run {
    key: string;
    text: string;
    px: number;
    weight: number;
    direction: number;
    width: number; // logical pixels, as all here
    height: number;
    baseline: number;
    left: number;
}

let shared: CanvasRenderingContext2D | null = null;

function context(): CanvasRenderingContext2D {
    shared ??= document.createElement('canvas').getContext('2d')!;
    return shared;
}

function widthOf(text: string, px: number, weight: number): number {
    const canvas = context();
    const wanted = font(px, weight);
    if (canvas.font !== wanted) canvas.font = wanted;
    return canvas.measureText(text).width;
}

export function utf8Length(text: string): number {
    let bytes = 0;
    for (const character of text) {
        const code = character.codePointAt(0)!;
        bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
    return bytes;
}

// ---- where a line may be broken

// Scripts that put no blanks between words. Hangul is not among them: Korean lines break at blanks.
const kUnspaced =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}々ー]/u;
const kSticksToNext = /[\p{Ps}\p{Pi}]$/u;
const kSticksToLast = /^[\p{Pe}\p{Pf}\p{M}、。，．：；！？,.:;!?…%’”ー々]/u;

type Segment = { segment: string; index: number };

function segments(text: string, granularity: 'word' | 'grapheme'): Segment[] {
    if (typeof Intl !== 'undefined' && 'Segmenter' in Intl) {
        return [...new Intl.Segmenter(undefined, { granularity }).segment(text)];
    }
    const pattern = granularity === 'word' ? /\s+|[^\s]+/gu : /\P{M}[\p{M}\u200d\ufe0f]*|\p{M}+/gu;
    return [...text.matchAll(pattern)].map((match) => ({ segment: match[0], index: match.index! }));
}

// The starts of the pieces into which a text without newlines may be broken, but for the first.
function opportunities(text: string): number[] {
    const found: number[] = [];
    let before = '';
    for (const { segment, index } of segments(text, 'word')) {
        const isBlank = /^\s/u.test(segment) && segment !== '\u00a0' && segment !== '\u202f';
        const afterBlank = /\s$/u.test(before) && !before.endsWith('\u00a0') && !before.endsWith('\u202f');
        const afterHyphen = /[\p{L}\p{N}][-\u2010\u2013]$/u.test(text.slice(0, index)) && /^\p{L}/u.test(segment);
        const unspaced = kUnspaced.test(before.slice(-1)) || kUnspaced.test(segment);
        const sticks = kSticksToNext.test(before) || kSticksToLast.test(segment);
        if (before && !isBlank && (afterBlank || afterHyphen || (unspaced && !sticks))) found.push(index);
        before = segment;
    }
    return found;
}

// ---- lines

type Fits = (text: string) => boolean;

// The first grapheme always fits, or there would be no end.
function breakWord(text: string, begin: number, end: number, fits: Fits): number {
    let at = begin;
    for (const { segment, index } of segments(text.slice(begin, end), 'grapheme')) {
        const next = begin + index + segment.length;
        if (at > begin && !fits(text.slice(begin, next))) break;
        at = next;
    }
    return at;
}

// One paragraph, as [begin, end) in UTF-16 units; the end leaves out the blanks at which it was broken.
function breakParagraph(text: string, fits: Fits): [number, number][] {
    if (fits(text)) return [[0, text.length]];
    const stops = [...opportunities(text), text.length];
    const lines: [number, number][] = [];
    const put = (begin: number, end: number) => lines.push([begin, begin + text.slice(begin, end).trimEnd().length]);
    let begin = 0;
    let last = 0; // the latest stop that fits on this line
    for (let i = 0; i < stops.length; ) {
        const stop = stops[i]!;
        if (fits(text.slice(begin, stop).trimEnd())) {
            last = stop;
            ++i;
        } else if (last > begin) {
            put(begin, last);
            begin = last;
        } else {
            const at = breakWord(text, begin, stop, fits);
            put(begin, at);
            begin = last = at;
            if (at >= stop) ++i;
        }
    }
    if (begin < text.length || !lines.length) put(begin, text.length);
    return lines;
}

export function breakLines(text: string, maxWidth: number, measure: (text: string) => number): Line[] {
    const lines: Line[] = [];
    let offset = 0; // in bytes
    for (const paragraph of text.split('\n')) {
        for (const [begin, end] of breakParagraph(paragraph, (part) => measure(part) <= maxWidth)) {
            const line = paragraph.slice(begin, end);
            const at = offset + utf8Length(paragraph.slice(0, begin));
            lines.push({ begin: at, end: at + utf8Length(line), width: measure(line) });
        }
        offset += utf8Length(paragraph) + 1;
    }
    return lines;
}

const cache = new Map<string, Line[]>();

export const textHost: TextHost = {
    metrics(px, weight) {
        widthOf('', px, weight);
        const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context().measureText('Hg');
        // Sums that are no number come from browsers without these two.
        return ascent + descent > 0 ? { ascent, descent } : { ascent: px * 0.95, descent: px * 0.25 };
    },
    lines(text, px, weight, direction, maxWidth) {
        const key = `${px} ${weight} ${direction} ${maxWidth} ${text}`;
        let lines = cache.get(key);
        if (!lines) {
            lines = breakLines(text, maxWidth, (part) => widthOf(part, px, weight));
            if (cache.size >= kMostCached) cache.clear();
            cache.set(key, lines);
        }
        return lines;
    },
    caret(line, px, weight, _direction, byte) {
        let bytes = 0;
        let end = 0;
        for (const character of line) {
            if (bytes >= byte) break;
            bytes += utf8Length(character);
            end += character.length;
        }
        return widthOf(line.slice(0, end), px, weight);
    },
};

// ---- pixels

// Two pictures of a run, one above the other: in white and in black. Where they agree a glyph has colours of its own, as
// emoji do; where they differ it takes the colour that it is drawn in (renderer.ts).
export function rasterise(run: Run, ratio: number): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    const height = Math.max(1, Math.ceil(run.height * ratio));
    canvas.width = Math.max(1, Math.ceil(run.width * ratio));
    canvas.height = height * 2;
    const pen = canvas.getContext('2d')!;
    ['#fff', '#000'].forEach((color, half) => {
        pen.save();
        pen.beginPath();
        pen.rect(0, half * height, canvas.width, height);
        pen.clip();
        pen.setTransform(canvas.width / run.width, 0, 0, height / run.height, 0, half * height);
        pen.font = font(run.px, run.weight);
        pen.direction = run.direction ? 'rtl' : 'ltr';
        pen.textAlign = 'left';
        pen.textBaseline = 'alphabetic';
        pen.fillStyle = color;
        pen.fillText(run.text, run.left, run.baseline);
        pen.restore();
    });
    return canvas;
}
