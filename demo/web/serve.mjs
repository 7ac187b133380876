// Serves the shop: node serve.mjs [--port 8080] [--collector http://127.0.0.1:8787] [--key demo] [--painter auto]
//        [--mount /path=folder …]
// Static files under a strict policy, with validators, and compressed. Port 0 takes a free one; the address is printed.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');

const types = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.mjs': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.json': 'application/json',
    '.wasm': 'application/wasm',
    '.svg': 'image/svg+xml',
    '.map': 'application/json',
};

export const policy = (collector) =>
    [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        `connect-src 'self' ${collector}`.trim(),
        "require-trusted-types-for 'script'",
    ].join('; ');

// The file that an address means: the mount with the longest path that begins it, and never anything outside of it.
function locate(mounts, path) {
    const found = mounts
        .filter(({ at }) => path === at || path.startsWith(at.endsWith('/') ? at : at + '/'))
        .sort((a, b) => b.at.length - a.at.length)[0];
    if (!found) return undefined;
    const rest = normalize(path.slice(found.at.length)).replace(/^[/\\]+/, '');
    const file = join(found.folder, rest === '' || rest === '.' ? 'index.html' : rest);
    return file.startsWith(found.folder) ? file : undefined;
}

async function answer(options, request) {
    if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405 };
    let path;
    try {
        path = decodeURIComponent(new URL(request.url, 'http://shop').pathname);
    } catch {
        return { status: 400 };
    }
    const file = locate(options.mounts, path);
    let body = file && !file.includes('\0') ? await readFile(file).catch(() => undefined) : undefined;
    if (!body) return { status: 404, body: Buffer.from('not found'), headers: { 'content-type': 'text/plain' } };
    if (file.endsWith('.html')) {
        const text = body.toString().replaceAll('{{collector}}', options.collector).replaceAll('{{key}}', options.key).replaceAll('{{painter}}', options.painter);
        body = Buffer.from(text);
    }
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 24)}"`;
    const headers = {
        'content-type': types[extname(file)] ?? 'application/octet-stream',
        'cache-control': 'no-cache',
        'content-security-policy': policy(options.collector),
        'x-content-type-options': 'nosniff',
        vary: 'accept-encoding',
        etag,
        ...options.headers,
    };
    if (request.headers['if-none-match'] === etag) return { status: 304, headers };
    if (/\bbr\b/.test(request.headers['accept-encoding'] ?? '')) {
        headers['content-encoding'] = 'br';
        body = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
    }
    return { status: 200, headers, body };
}

// mounts: [{ at: '/', folder }], folders absolute. Resolves to { address, close }.
// `collector` may be a function, for one whose address is known later.
export function serve({ port = 0, collector = '', key = 'demo', painter = 'auto', mounts, headers = {}, onRequest = () => {} }) {
    const options = {
        key,
        painter,
        mounts,
        headers,
        get collector() {
            return typeof collector === 'function' ? collector() : collector;
        },
    };
    const server = createServer((request, response) => {
        onRequest(request);
        answer(options, request).then(
            ({ status, headers = {}, body }) => {
                response.writeHead(status, headers);
                response.end(request.method === 'HEAD' ? undefined : body);
            },
            (error) => {
                response.writeHead(500);
                response.end(String(error));
            },
        );
    });
    return new Promise((done, fail) => {
        server.once('error', fail);
        server.listen(port, '127.0.0.1', () =>
            done({
                address: `http://127.0.0.1:${server.address().port}`,
                close: () => {
                    server.closeAllConnections?.();
                    return new Promise((closed) => server.close(closed));
                },
            }),
        );
    });
}

// The shop as the demo and the tests serve it. `wasm` and `surveys`: what the builds made.
export const shopMounts = ({ wasm, surveys }) => [
    { at: '/', folder: join(here, 'public') },
    { at: '/candor', folder: resolve(wasm) },
    { at: '/surveys', folder: resolve(surveys) },
];

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
    const { values } = parseArgs({
        options: {
            port: { type: 'string', default: '8080' },
            collector: { type: 'string', default: 'http://127.0.0.1:8787' },
            key: { type: 'string', default: 'demo' },
            painter: { type: 'string', default: 'auto' },
            wasm: { type: 'string', default: join(process.env.CANDOR_WASM_DIR ?? join(root, 'build/wasm'), 'web') },
            surveys: { type: 'string', default: join(process.env.CANDOR_NATIVE_DIR ?? join(root, 'build/native'), 'surveys') },
            mount: { type: 'string', multiple: true, default: [] },
        },
    });
    const extra = values.mount.map((mount) => {
        const [at, folder] = mount.split('=');
        return { at, folder: resolve(folder) };
    });
    const server = await serve({
        port: Number(values.port),
        collector: values.collector,
        key: values.key,
        painter: values.painter,
        mounts: [...shopMounts(values), ...extra],
    });
    console.log(`listening on ${server.address}`);
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => server.close().then(() => process.exit(0)));
}
