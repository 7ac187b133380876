// Draws what Dear ImGui's draw lists say, with WebGL 1. One texture a text run, kept as long as it is in the picture.

import type { Rect } from './card.ts';
import { rasterise } from './text.ts';
import type { Run } from './text.ts';

export interface Command {
    clip: Rect;
    run: number; // -1: plain colour
    first: number;
    count: number;
}

export interface Picture {
    revision: string;
    vertices: Uint8Array; // candor_vertex, 20 bytes each
    indices: Uint8Array; // 16 bit
    commands: Command[];
    runs: (Run & { key: string })[];
}

export interface Renderer {
    canvas: HTMLCanvasElement;
    // Makes a texture ahead.
    upload(run: Picture['runs'][0], ratio: number): void;
    // The surface is the canvas's place, in logical pixels.
    paint(picture: Picture, surface: Rect, ratio: number): void;
    // Gives the context back: browsers allow a page only a few.
    release(): void;
}

// A texture is a run in white above the same in black: their difference is what takes the colour. `w` is where in the texture,
// `t` the tint, `l` and `d` are the light half's and the dark one's; nothing makes names in a shader short.
const kVertex = /* glsl */ `attribute vec4 at, color; uniform vec4 place; varying vec2 w; varying vec4 t;
void main() { w = at.zw * vec2(1, .5); t = color; gl_Position = vec4((at.xy - place.xy) * place.zw + vec2(-1, 1), 0, 1); }`;
const kFragment = /* glsl */ `precision mediump float; uniform sampler2D run; varying vec2 w; varying vec4 t;
void main() { vec4 l = texture2D(run, w), d = texture2D(run, w + vec2(0, .5));
gl_FragColor = vec4(mix(d, l, t).rgb, l.a) * t.a; }`;

// Numbers of WebGL; constant, so that the build writes them in place of the names.
const enum Gl {
    ONE = 1, TRIANGLES = 4, ONE_MINUS_SRC_ALPHA = 0x303, BLEND = 0xbe2, SCISSOR_TEST = 0xc11, TEXTURE_2D = 0xde1,
    UNSIGNED_BYTE = 0x1401, UNSIGNED_SHORT = 0x1403, FLOAT = 0x1406, RGBA = 0x1908, NEAREST = 0x2600, LINEAR = 0x2601,
    TEXTURE_MAG_FILTER = 0x2800, TEXTURE_MIN_FILTER = 0x2801, TEXTURE_WRAP_S = 0x2802, TEXTURE_WRAP_T = 0x2803,
    COLOR_BUFFER_BIT = 0x4000, CLAMP_TO_EDGE = 0x812f, ARRAY_BUFFER = 0x8892, ELEMENT_ARRAY_BUFFER = 0x8893,
    STREAM_DRAW = 0x88e0, FRAGMENT_SHADER = 0x8b30, VERTEX_SHADER = 0x8b31, LINK_STATUS = 0x8b82,
    UNPACK_PREMULTIPLY_ALPHA_WEBGL = 0x9241,
}

export const kSurface = 576; // logical pixels, of which a canvas's sides are multiples; most cards fit, shadow and all

// Null where there is no WebGL, or it is lost at once.
export function makeRenderer(): Renderer | null {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = Math.round(kSurface * devicePixelRatio);
    const gl = canvas.getContext('webgl', { antialias: false, depth: false, stencil: false });
    const program = gl?.createProgram();
    if (!gl || !program) return null;
    for (const [type, source] of [[Gl.VERTEX_SHADER, kVertex], [Gl.FRAGMENT_SHADER, kFragment]] as const) {
        const shader = gl.createShader(type);
        if (!shader) return null;
        gl.shaderSource(shader, source);
        gl.compileShader(shader);
        gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, Gl.LINK_STATUS)) return null;

    const makeTexture = (filter: number): WebGLTexture => {
        const texture = gl.createTexture();
        gl.bindTexture(Gl.TEXTURE_2D, texture);
        for (const [name, value] of [
            [Gl.TEXTURE_WRAP_S, Gl.CLAMP_TO_EDGE], [Gl.TEXTURE_WRAP_T, Gl.CLAMP_TO_EDGE],
            [Gl.TEXTURE_MIN_FILTER, filter], [Gl.TEXTURE_MAG_FILTER, filter],
        ] as const) gl.texParameteri(Gl.TEXTURE_2D, name, value);
        return texture;
    };

    gl.useProgram(program);
    gl.bindBuffer(Gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bindBuffer(Gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    // A vertex is four floats, of a place and of one in the texture, and four bytes, of which 255 is 1.
    for (const [name, type, offset] of [['at', Gl.FLOAT, 0], ['color', Gl.UNSIGNED_BYTE, 16]] as const) {
        const location = gl.getAttribLocation(program, name);
        gl.enableVertexAttribArray(location);
        gl.vertexAttribPointer(location, 4, type, true, 20, offset);
    }
    gl.enable(Gl.BLEND);
    gl.blendFunc(Gl.ONE, Gl.ONE_MINUS_SRC_ALPHA);
    gl.enable(Gl.SCISSOR_TEST);
    gl.pixelStorei(Gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, 1);
    const place = gl.getUniformLocation(program, 'place');
    const plain = makeTexture(Gl.NEAREST);
    const whiteAboveBlack = new Uint8Array([255, 255, 255, 255, 0, 0, 0, 255]);
    gl.texImage2D(Gl.TEXTURE_2D, 0, Gl.RGBA, 1, 2, 0, Gl.RGBA, Gl.UNSIGNED_BYTE, whiteAboveBlack);

    const textures = new Map<string, WebGLTexture>();
    const keyOf = (run: Picture['runs'][0] | undefined, ratio: number) => `${ratio} ${run?.key}`;

    const upload: Renderer['upload'] = (run, ratio) => {
        const key = keyOf(run, ratio);
        if (textures.has(key)) return;
        textures.set(key, makeTexture(Gl.LINEAR));
        gl.texImage2D(Gl.TEXTURE_2D, 0, Gl.RGBA, Gl.RGBA, Gl.UNSIGNED_BYTE, rasterise(run, ratio));
    };

    // What comes first takes longest.
    gl.bufferData(Gl.ARRAY_BUFFER, 60, Gl.STREAM_DRAW);
    gl.drawArrays(Gl.TRIANGLES, 0, 3);

    return {
        canvas,
        upload,
        paint({ vertices, indices, commands, runs }, [x, y, ...size], ratio) {
            const [width, height] = size.map((side) => Math.round(side * ratio)) as [number, number];
            if (canvas.width !== width) canvas.width = width;
            if (canvas.height !== height) canvas.height = height;
            gl.viewport(0, 0, width, height);
            gl.scissor(0, 0, width, height);
            gl.clear(Gl.COLOR_BUFFER_BIT);
            gl.uniform4f(place, x, y, (2 * ratio) / width, (-2 * ratio) / height);
            gl.bufferData(Gl.ARRAY_BUFFER, vertices, Gl.STREAM_DRAW);
            gl.bufferData(Gl.ELEMENT_ARRAY_BUFFER, indices, Gl.STREAM_DRAW);
            for (const run of runs) upload(run, ratio);
            for (const { clip, run, first, count } of commands) {
                const left = Math.floor((clip[0] - x) * ratio);
                const top = Math.floor((clip[1] - y) * ratio);
                const right = Math.ceil((clip[0] + clip[2] - x) * ratio);
                const bottom = Math.ceil((clip[1] + clip[3] - y) * ratio);
                if (right <= left || bottom <= top) continue;
                gl.scissor(left, height - bottom, right - left, bottom - top);
                gl.bindTexture(Gl.TEXTURE_2D, textures.get(keyOf(runs[run], ratio)) ?? plain);
                gl.drawElements(Gl.TRIANGLES, count, Gl.UNSIGNED_SHORT, first * 2);
            }
            const kept = new Set(runs.map((run) => keyOf(run, ratio)));
            for (const [key, texture] of textures) {
                if (kept.has(key)) continue;
                gl.deleteTexture(texture);
                textures.delete(key);
            }
        },
        release() {
            canvas.remove();
            gl.getExtension('WEBGL_lose_context')?.loseContext();
        },
    };
}
