// Draws what Dear ImGui's draw lists say, with WebGL 1. One texture a text run, kept as long as it is in the picture.

import { rasterise } from './text.ts';
import type { Run } from './text.ts';

export interface Command {
    clip: [x: number, y: number, width: number, height: number];
    run: number; // -1: plain colour
    first: number;
    count: number;
}

export interface Picture {
    revision: string;
    vertices: Uint8Array; // candor_vertex, 20 bytes each
    indices: Uint8Array; // 16 bit
    commands: Command[];
    runs: Run[];
}

export interface Surface {
    x: number; // of the canvas, in logical pixels of the card's surface
    y: number;
    width: number;
    height: number;
    ratio: number;
}

const kVertex = `attribute vec2 at, uv; attribute vec4 color; uniform vec4 place; varying vec2 where; varying vec4 tint;
void main() { where = uv; tint = color; gl_Position = vec4((at - place.xy) * place.zw + vec2(-1, 1), 0, 1); }`;
// `texture` is a run in white above the same in black: their difference is what takes the colour.
const kFragment = `precision mediump float; uniform sampler2D texture; varying vec2 where; varying vec4 tint;
void main() { vec4 light = texture2D(texture, vec2(where.x, where.y * .5)), dark = texture2D(texture, vec2(where.x, where.y * .5 + .5));
gl_FragColor = vec4(dark.rgb + (light.rgb - dark.rgb) * tint.rgb, light.a) * tint.a; }`;

export class Renderer {
    private readonly textures = new Map<string, WebGLTexture>();
    private readonly place: WebGLUniformLocation | null;
    private readonly plain: WebGLTexture;

    private constructor(
        readonly canvas: HTMLCanvasElement,
        private readonly gl: WebGLRenderingContext,
        program: WebGLProgram,
    ) {
        gl.useProgram(program);
        this.place = gl.getUniformLocation(program, 'place');
        gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
        gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
        const layout: [string, number, number, boolean, number][] = [
            ['at', 2, gl.FLOAT, false, 0],
            ['uv', 2, gl.FLOAT, false, 8],
            ['color', 4, gl.UNSIGNED_BYTE, true, 16],
        ];
        for (const [name, size, type, normalised, offset] of layout) {
            const location = gl.getAttribLocation(program, name);
            gl.enableVertexAttribArray(location);
            gl.vertexAttribPointer(location, size, type, normalised, 20, offset);
        }
        gl.enable(gl.BLEND);
        gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
        gl.enable(gl.SCISSOR_TEST);
        gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, 1);
        this.plain = this.texture(gl.NEAREST);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 1, 2, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array([255, 255, 255, 255, 0, 0, 0, 255]));
    }

    // Null where there is no WebGL, or it is lost at once.
    static create(): Renderer | null {
        const canvas = document.createElement('canvas');
        const gl = canvas.getContext('webgl', { antialias: false, depth: false, stencil: false });
        if (!gl) return null;
        const program = gl.createProgram();
        for (const [type, source] of [[gl.VERTEX_SHADER, kVertex], [gl.FRAGMENT_SHADER, kFragment]] as const) {
            const shader = gl.createShader(type);
            if (!program || !shader) return null;
            gl.shaderSource(shader, source);
            gl.compileShader(shader);
            gl.attachShader(program, shader);
        }
        gl.linkProgram(program);
        return gl.getProgramParameter(program, gl.LINK_STATUS) ? new Renderer(canvas, gl, program) : null;
    }

    paint(picture: Picture, surface: Surface): void {
        const { gl, canvas } = this;
        const { ratio } = surface;
        const width = Math.round(surface.width * ratio);
        const height = Math.round(surface.height * ratio);
        if (canvas.width !== width) canvas.width = width;
        if (canvas.height !== height) canvas.height = height;
        gl.viewport(0, 0, width, height);
        gl.scissor(0, 0, width, height);
        gl.clearColor(0, 0, 0, 0);
        gl.clear(gl.COLOR_BUFFER_BIT);
        gl.uniform4f(this.place, surface.x, surface.y, (2 * ratio) / width, (-2 * ratio) / height);
        gl.bufferData(gl.ARRAY_BUFFER, picture.vertices, gl.STREAM_DRAW);
        gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, picture.indices, gl.STREAM_DRAW);
        const textures = this.upload(picture.runs, ratio);
        for (const { clip, run, first, count } of picture.commands) {
            const left = Math.max(0, Math.floor((clip[0] - surface.x) * ratio));
            const top = Math.max(0, Math.floor((clip[1] - surface.y) * ratio));
            const right = Math.min(width, Math.ceil((clip[0] + clip[2] - surface.x) * ratio));
            const bottom = Math.min(height, Math.ceil((clip[1] + clip[3] - surface.y) * ratio));
            if (right <= left || bottom <= top) continue;
            gl.scissor(left, height - bottom, right - left, bottom - top);
            gl.bindTexture(gl.TEXTURE_2D, textures[run] ?? this.plain);
            gl.drawElements(gl.TRIANGLES, count, gl.UNSIGNED_SHORT, first * 2);
        }
    }

    // Gives the context back: browsers allow a page only a few.
    release(): void {
        this.canvas.remove();
        this.gl.getExtension('WEBGL_lose_context')?.loseContext();
    }

    private texture(filter: number): WebGLTexture {
        const { gl } = this;
        const texture = gl.createTexture()!;
        gl.bindTexture(gl.TEXTURE_2D, texture);
        for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
        for (const size of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, size, filter);
        return texture;
    }

    private upload(runs: Run[], ratio: number): WebGLTexture[] {
        const { gl } = this;
        const used = new Set<string>();
        const textures = runs.map((run) => {
            const key = `${ratio} ${run.key}`;
            used.add(key);
            let texture = this.textures.get(key);
            if (!texture) {
                texture = this.texture(gl.LINEAR);
                gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, rasterise(run, ratio));
                this.textures.set(key, texture);
            }
            return texture;
        });
        for (const [key, texture] of this.textures) {
            if (used.has(key)) continue;
            gl.deleteTexture(texture);
            this.textures.delete(key);
        }
        return textures;
    }
}
