// The module's HTTP exchanges, by fetch. No cookies, no redirects.

import { give, read, wasm } from './wasm.ts';

const kSurvivesPage = 50_000; // bytes; browsers give 64 KB to all that outlives a page

const kResponseSize = 36;

export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

const running = new Map<number, AbortController>(); // by ticket

// `wire`: what fetches in place of fetch where events go out, if the endpoint wants them in another way.
export async function send(ticket: number, request: number, wire?: Fetch): Promise<void> {
    const packet = read(request + 4);
    const abort = new AbortController();
    running.set(ticket, abort);
    const method = packet.text();
    const url = packet.text();
    const headers = packet.list((): [string, string] => [packet.text(), packet.text()]);
    const body = packet.raw();
    const timer = setTimeout(() => abort.abort(), packet.i64());
    const limit = packet.u32(); // of the answer's body, in bytes
    const hasBody = method !== 'GET';
    let response: Response | undefined;
    let answer = new Uint8Array();
    let failure = '';
    try {
        response = await ((hasBody && wire) || fetch)(url, {
            method,
            headers,
            body: hasBody ? body : null,
            credentials: 'omit',
            redirect: 'manual',
            keepalive: hasBody && body.length < kSurvivesPage,
            signal: abort.signal,
        });
        if (response.type === 'opaqueredirect') throw new Error('redirected');
        answer = new Uint8Array(await response.arrayBuffer()).subarray(0, limit);
    } catch (error) {
        response = undefined;
        failure = `${error}`;
    }
    clearTimeout(timer);
    if (!running.delete(ticket)) return;
    const answered = give((out) => {
        out.i32(kResponseSize, response?.status ?? 0, 0); // never redirected
        out.list([...(response?.headers ?? [])], ([name, value]) => out.text(name).text(value));
        out.text(answer).text(failure);
    });
    wasm.candor_http_done(ticket, answered);
}

export function cancel(ticket: number): void {
    running.get(ticket)?.abort();
    running.delete(ticket);
}
