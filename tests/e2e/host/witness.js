// Runs in a page before anything else: takes down what the core lays out, and what is asked of the browser. `exported` are
// the module's names for its functions (wasm/names.mjs); the server puts them in front.
/* global exported */
{
    const seen = (window.witness = {
        card: null, // the core's, as it laid it out last
        cards: 0,
        memory: null,
        storage: '', // `failing`: nothing can be stored; `holding`: it takes until it is let go
        held: [],
        timers: 0, // asked for, and run
        frames: 0,
        gl: 0, // calls
        contexts: [],
    });

    const kFailed = 7;

    // ---- the core: the structs of candor.h in the module's memory

    const readCard = (buffer, at) => {
        const view = new DataView(buffer);
        const u32 = (place) => view.getUint32(place, true);
        const text = (place) => new TextDecoder().decode(new Uint8Array(buffer, u32(place), u32(place + 4)));
        const rect = (place) => [0, 4, 8, 12].map((offset) => view.getFloat32(place + offset, true));
        const nodes = Array.from({ length: u32(at + 24) }, (_, i) => {
            const node = u32(at + 20) + i * 76;
            return {
                role: u32(node + 8), states: u32(node + 12), rect: rect(node + 16),
                key: text(node + 36), name: text(node + 44), value: text(node + 52), description: text(node + 60),
            };
        });
        return { rect: rect(at + 4), nodes, nextFrame: Number(view.getBigInt64(at + 40, true)) };
    };

    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...given) => {
        const { module, instance } = await instantiate.apply(WebAssembly, given);
        const exports = { ...instance.exports };
        const replace = (name, work) => {
            const own = exports[exported[name]];
            exports[exported[name]] = (...args) => work(own, ...args);
        };
        seen.memory = exports.memory;
        replace('candor_card_layout', (own, client, options, card) => {
            const status = own(client, options, card);
            seen.card = status === 0 ? readCard(exports.memory.buffer, card) : null;
            ++seen.cards;
            return status;
        });
        replace('candor_store_done', (own, ticket, outcome, reason) => {
            if (seen.storage === 'holding') seen.held.push(() => own(ticket, outcome, reason));
            else own(ticket, seen.storage === 'failing' ? kFailed : outcome, reason);
        });
        return { module, instance: { exports } };
    };

    // ---- the browser

    const counted = (name, count, pending) => {
        const own = window[name];
        if (!own) return;
        window[name] = (work, delay, ...rest) => {
            ++seen[count];
            const run = (...args) => {
                ++seen[count];
                if (name !== 'setInterval') pending?.delete(id);
                work(...args);
            };
            const id = own(run, delay, ...rest);
            pending?.set(id, performance.now() + (Number(delay) || 0));
            return id;
        };
    };
    const pending = new Map(); // timers, and when they are due
    counted('setTimeout', 'timers', pending);
    counted('setInterval', 'timers', pending);
    counted('requestIdleCallback', 'timers');
    counted('requestAnimationFrame', 'frames');
    for (const name of ['clearTimeout', 'clearInterval']) {
        const own = window[name];
        window[name] = (id) => (pending.delete(id), own(id));
    }
    seen.nextTimer = () => Math.min(...pending.values()) - performance.now();

    const { prototype } = WebGLRenderingContext;
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
        if (typeof value !== 'function' || name === 'constructor') continue;
        prototype[name] = function (...args) {
            ++seen.gl;
            return value.apply(this, args);
        };
    }
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (...args) {
        const context = getContext.apply(this, args);
        if (args[0] === 'webgl' && context) seen.contexts.push(new WeakRef(context));
        return context;
    };
}
