// The wires but `candor`'s, for a page: loaded where the option `wire` names one. The core hands over a batch as the
// `candor` wire has it, and understands answers as that has them; here both are translated. What is sent, and what counts
// as an acknowledgement, is what sdk/courier/wire_*.cpp says: tests/conformance/wires.json holds the two together.

type Header = [name: string, value: string];
type Emit = (type: 'error', text: string) => void;
type Post = (headers: Header[], body: BodyInit) => Promise<Response>;
// Sends a batch of the core's, and answers as a collector would.
type Wire = (post: Post, headers: Header[], body: BufferSource) => Promise<Response>;

interface Envelope {
    id: string;
    source: string;
    type: string;
    time: string;
    datacontenttype?: string;
    data?: Record<string, any>;
    [attribute: string]: unknown;
}

const kJson = 'application/json';
const kMostAtOnce = 10; // events that go one a request: the others follow with the next batch
const kSurvivesPage = 50_000; // bytes, as in http.ts; what is translated has another size
const kAnonymous = 'anon:';

const read = (body: BufferSource): Envelope[] => JSON.parse(new TextDecoder().decode(body));
const valueOf = (headers: Header[], name: string) => headers.find(([key]) => key === name)?.[1] ?? '';

// As the collector says it. Of the server's own headers, its wish for a pause.
function answered(accepted: string[], response: Response): Response {
    const headers = new Headers({ 'content-type': kJson });
    for (const name of ['retry-after', 'date']) {
        const value = response.headers.get(name);
        if (value) headers.set(name, value);
    }
    return new Response(JSON.stringify({ accepted }), { headers });
}

// Nothing that the core could take for an acknowledgement.
const unanswered = (status = 200) => new Response('', { status, headers: { 'content-type': kJson } });

const mediaType = (response: Response) => (response.headers.get('content-type') ?? '').replace(/;.*/, '').trim().toLowerCase();

// ---- any sink of CloudEvents

async function isReceipt(response: Response): Promise<boolean> {
    if (mediaType(response).includes('html')) return false;
    return !/^[ \t\r\n]*<(!doctype html|html|head|body)/i.test(await response.text());
}

const authorization = (headers: Header[]): Header[] => {
    const key = valueOf(headers, 'Candor-Key');
    return key ? [['Authorization', `Bearer ${key}`]] : [];
};

const cloudevents: Wire = async (post, headers, body) => {
    const response = await post([...authorization(headers), ['Content-Type', 'application/cloudevents-batch+json']], body);
    if (!response.ok) return response;
    return (await isReceipt(response)) ? answered(read(body).map(({ id }) => id), response) : unanswered();
};

const percentEncoded = (text: string) =>
    [...new TextEncoder().encode(text)]
        .map((byte) =>
            byte > 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x25
                ? String.fromCharCode(byte)
                : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
        )
        .join('');

function binary({ data, datacontenttype, ...attributes }: Envelope): [Header[], string] {
    const headers: Header[] = [['Content-Type', datacontenttype ?? kJson]];
    for (const [name, value] of Object.entries(attributes)) {
        if (!/^[a-z0-9]+$/.test(name) || value == null) continue;
        headers.push([`ce-${name}`, percentEncoded(typeof value === 'string' ? value : JSON.stringify(value))]);
    }
    return [headers, data === undefined ? '' : JSON.stringify(data)];
}

const cloudeventsBinary: Wire = async (post, headers, body) => {
    const accepted: string[] = [];
    let last: Response | undefined;
    for (const event of read(body).slice(0, kMostAtOnce)) {
        const [attributes, data] = binary(event);
        let response: Response;
        try {
            response = await post([...authorization(headers), ...attributes], data);
        } catch (error) {
            if (!last) throw error;
            break; // what has arrived has arrived
        }
        if (!response.ok && !last) return response;
        if (!response.ok || !(await isReceipt(response))) {
            if (!last) return unanswered();
            last = response;
            break;
        }
        accepted.push(event.id);
        last = response;
    }
    return answered(accepted, last!);
};

// ---- PostHog

function eventName(type: string, data: Record<string, any>): string {
    if (type === 'candor.response' && data.test !== true) return 'survey sent';
    if (type === 'candor.prompt' && /^(shown|dismissed)$/.test(data.outcome)) return `survey ${data.outcome}`;
    return type;
}

function survey({ survey, submission, answers, complete }: Record<string, any>): object {
    const properties: Record<string, unknown> = { $survey_id: survey, $survey_submission_id: submission };
    if (!answers) return properties;
    properties.$survey_completed = complete === true;
    for (const { question, type, score, choices, text } of answers) {
        const given = score ?? (type === 'single' && choices?.length ? choices[0] : choices) ?? text;
        if (given !== undefined) properties[`$survey_response_${question}`] = given;
    }
    return properties;
}

const posthogEvent = ({ id, type, source, time, data = {} }: Envelope) => ({
    event: eventName(type, data),
    uuid: id,
    distinct_id: data.person || source,
    timestamp: time,
    properties: {
        $lib: 'candor',
        ...(data.sdk ? { $lib_version: data.sdk } : {}),
        ...(!data.person || data.person.startsWith(kAnonymous) ? { $process_person_profile: false } : {}),
        ...('submission' in data ? survey(data) : {}),
        candor: data,
    },
});

const isOverQuota = (limited: unknown) => (Array.isArray(limited) ? limited.length > 0 : limited != null && limited !== false);

// As JSON, if that is what it is. What says twice the same thing is none to the core's reader either, but no server says so.
async function jsonOf(response: Response): Promise<any> {
    const type = mediaType(response);
    if (type && type !== kJson && !type.endsWith('+json')) return undefined;
    try {
        return JSON.parse(await response.text());
    } catch {
        return undefined;
    }
}

const posthog =
    (warn: (text: string) => void): Wire =>
    async (post, headers, body) => {
        const events = read(body);
        const sent = JSON.stringify({
            api_key: valueOf(headers, 'Candor-Key'),
            sent_at: new Date(+valueOf(headers, 'Candor-Sent-At')),
            batch: events.map(posthogEvent),
        });
        const response = await post([['Content-Type', kJson]], sent);
        if (response.status === 429 && (await response.clone().text()).includes('billing limit')) return unanswered(403);
        if (!response.ok) return response;
        const answer = response.status === 200 && (await jsonOf(response));
        if (!answer) return unanswered();
        if (isOverQuota(answer.quota_limited)) return unanswered(403);
        if (answer.status !== 1 && answer.status !== 'Ok') return unanswered();
        if (events.some(({ type }) => type === 'candor.deletion')) {
            warn('deletion: posthog keeps what it was sent, and has the request as an event only: erase it there');
        }
        return answered(events.map(({ id }) => id), response);
    };

// In place of fetch, for a batch. An unknown name fails as the network does: what waits is kept, and may go once the page
// has the right one.
export function send(name: string, emit: Emit, url: string, options: RequestInit): Promise<Response> {
    const wires: Record<string, Wire> = {
        candor: () => fetch(url, options),
        cloudevents,
        'cloudevents-binary': cloudeventsBinary,
        posthog: posthog((text) => emit('error', text)),
    };
    const found = Object.entries(wires).find(([known]) => known === name);
    if (!found) {
        const reason = `wire: "${name}" is none of ${Object.keys(wires).join(', ')}`;
        emit('error', reason);
        return Promise.reject(new Error(reason));
    }
    const post: Post = (headers, given) => {
        const body = typeof given === 'string' ? new TextEncoder().encode(given) : given;
        return fetch(url, { ...options, headers, body, keepalive: (body as Uint8Array).byteLength < kSurvivesPage });
    };
    return found[1](post, options.headers as Header[], options.body as BufferSource);
}
