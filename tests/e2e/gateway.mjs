// Stands before the collector: keeps what pages post, and stands in for a network that fails.
import { createServer, request as ask } from 'node:http';
import { until } from './browser.mjs';

// How an upload fares. `refuse`: the connection breaks before anything is forwarded. `stall`: it is read, and waits there.
// `mute`: it is forwarded, and what the collector answers is kept back.
const kModes = ['pass', 'refuse', 'stall', 'mute'];

export class Gateway {
    // `target`: gives the collector's address.
    static async start(target) {
        const gateway = new Gateway();
        gateway.target = target;
        gateway.mode = 'pass';
        gateway.posts = []; // { type, size, events, isForwarded, isAnswered }
        gateway.stalled = [];
        gateway.server = createServer((request, response) => gateway.take(request, response));
        await new Promise((resolve) => gateway.server.listen(0, '127.0.0.1', resolve));
        gateway.address = `http://127.0.0.1:${gateway.server.address().port}`;
        return gateway;
    }

    set(mode) {
        if (!kModes.includes(mode)) throw new Error(`no mode ${mode}`);
        this.mode = mode;
        if (mode !== 'stall') for (const go of this.stalled.splice(0)) go();
    }

    async take(request, response) {
        const { mode } = this;
        if (mode === 'refuse') return request.socket.destroy();
        const chunks = [];
        // A page that ends takes its request along.
        try {
            for await (const chunk of request) chunks.push(chunk);
        } catch {
            return;
        }
        const body = Buffer.concat(chunks);
        const post = { type: request.headers['content-type'] ?? '', size: body.length, events: [], isForwarded: false, isAnswered: false };
        if (request.method === 'POST') {
            const given = JSON.parse(body.toString());
            post.events = Array.isArray(given) ? given : given.events;
            this.posts.push(post);
            if (mode === 'stall') {
                let isGone = false;
                response.once('close', () => (isGone = true));
                await new Promise((go) => this.stalled.push(go));
                if (isGone) return;
            }
        }
        post.isForwarded = true;
        const { hostname, port } = new URL(this.target());
        const forwarded = ask({ hostname, port, path: request.url, method: request.method, headers: request.headers }, (answer) => {
            if (mode === 'mute' && request.method === 'POST') {
                answer.resume();
                answer.once('end', () => (post.isAnswered = true));
                return;
            }
            response.writeHead(answer.statusCode, answer.headers);
            answer.pipe(response);
            answer.once('end', () => (post.isAnswered = true));
        });
        forwarded.once('error', () => request.socket.destroy());
        forwarded.end(body);
    }

    // The posts that carry an answer of this person.
    of(person) {
        return this.posts.filter(({ events }) => events.some(({ type, data }) => type === 'candor.response' && data.person === person));
    }

    async close() {
        this.set('pass');
        this.server.closeAllConnections?.();
        await new Promise((resolve) => this.server.close(resolve));
    }

    arrival(person) {
        return until(() => this.of(person)[0], `an answer of ${person} on its way`);
    }
}
