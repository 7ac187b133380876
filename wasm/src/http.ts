// The module's HTTP exchanges, by fetch. No cookies, no redirects.

import { decoder } from './packet.ts';
import type { Event } from './store.ts';
import { give, read, wasm } from './wasm.ts';

const kSurvivesPage = 60_000; // bytes; browsers give 64 KB to all that outlives a page

const kResponseSize = 36;

export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

const running = new Map<number, AbortController>(); // by ticket
let uploaded = ''; // what was last sent so that it outlives the page, unless it failed

let handed: { ids: string[]; answer: Promise<Response> } | undefined; // until the courier sends something else

// The page may be about to end: what waits goes out in one request, which nothing has to be asked before, answers first. It
// stays in the store. What the collector says to it serves when the courier comes with the same.
export function handOver(url: string, key: string, events: Event[]): void {
    let room = kSurvivesPage;
    const ids: string[] = [];
    const bodies: string[] = [];
    for (const { id, body } of [...events].sort((a, b) => a.kind - b.kind)) {
        const text = decoder.decode(body);
        if (body.length >= room || uploaded.includes(text)) continue;
        room -= body.length + 1;
        ids.push(id);
        bodies.push(text);
    }
    if (ids.every((id) => handed?.ids.includes(id))) return;
    const answer = fetch(url, {
        method: 'POST',
        body: `{"key":${JSON.stringify(key)},"sent_at":${Date.now()},"events":[${bodies}]}`,
        credentials: 'omit',
        redirect: 'manual',
        keepalive: true,
    });
    answer.catch(() => {}); // it is sent again
    handed = { ids, answer };
}

// What was said to the events of this request already, if it was an answer.
async function answerTo(body: Uint8Array): Promise<Response | undefined> {
    const { ids, answer } = handed!;
    const isPart = JSON.parse(decoder.decode(body)).every(({ id }: Event) => ids.includes(id));
    const response = isPart ? await answer.catch(() => undefined) : undefined;
    if (response?.ok) return response.clone(); // the rest may come in another round
    handed = undefined;
    return undefined;
}

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
    const isSurviving = hasBody && !handed && body.length < kSurvivesPage; // of the 64 KB much may be taken
    if (hasBody) uploaded = isSurviving ? decoder.decode(body) : '';
    let response: Response | undefined;
    let answer = new Uint8Array();
    let failure = '';
    try {
        response = (hasBody && handed && (await answerTo(body))) || (await ((hasBody && wire) || fetch)(url, {
            method,
            headers,
            body: hasBody ? body : null,
            credentials: 'omit',
            redirect: 'manual',
            keepalive: isSurviving,
            signal: abort.signal,
        }));
        if (response.type === 'opaqueredirect') throw new Error('redirected');
        answer = new Uint8Array(await response.arrayBuffer()).subarray(0, limit);
    } catch (error) {
        response = undefined;
        failure = `${error}`;
    }
    clearTimeout(timer);
    if (hasBody && !response?.ok) uploaded = '';
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
    uploaded = '';
    running.delete(ticket);
}
