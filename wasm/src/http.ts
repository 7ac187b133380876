// One HTTP exchange by fetch. No cookies, no redirects.

export interface Exchange {
    method: string;
    url: string;
    headers: [string, string][];
    body: Uint8Array<ArrayBuffer>;
    timeout: number;
    limit: number; // of the answer's body, in bytes
}

export interface Answer {
    status: number; // 0: none, `error` says why
    redirected: boolean;
    headers: [string, string][];
    body: Uint8Array;
    error: string;
}

const kSurvivesPage = 50_000; // bytes; browsers give 64 KB to all that outlives a page

const nothing = new Uint8Array(0);

export class Http {
    private readonly running = new Map<number, AbortController>();

    constructor(private readonly onDone: (ticket: number, answer: Answer) => void) {}

    send(ticket: number, exchange: Exchange): void {
        const abort = new AbortController();
        this.running.set(ticket, abort);
        const timer = setTimeout(() => abort.abort(), exchange.timeout);
        this.exchange(exchange, abort.signal)
            .catch((error): Answer => ({ status: 0, redirected: false, headers: [], body: nothing, error: `${error}` }))
            .then((answer) => {
                clearTimeout(timer);
                if (this.running.delete(ticket)) this.onDone(ticket, answer);
            });
    }

    cancel(ticket: number): void {
        this.running.get(ticket)?.abort();
        this.running.delete(ticket);
    }

    private async exchange({ method, url, headers, body, limit }: Exchange, signal: AbortSignal): Promise<Answer> {
        const isBodyless = method === 'GET' || method === 'HEAD';
        const response = await fetch(url, {
            method,
            headers,
            body: isBodyless ? null : body,
            credentials: 'omit',
            redirect: 'manual',
            keepalive: !isBodyless && body.length < kSurvivesPage,
            signal,
        });
        if (response.type === 'opaqueredirect') throw new Error('redirected');
        return {
            status: response.status,
            redirected: response.redirected,
            headers: [...response.headers],
            body: new Uint8Array(await response.arrayBuffer()).subarray(0, limit),
            error: '',
        };
    }
}
