// What the loader notices by itself where a survey waits for it. Each is told as an event of a name that says all of it,
// as the gate has it: "$click:#buy", "$scroll:50", "$dwell:30", "$exit_intent". Scroll, dwell and exit intent once a page.

import type { Gate } from './gate.ts';

export function watch(gate: Gate, signal: AbortSignal, tell: (event: string) => void, fail: (text: string) => void): void {
    const listen = (type: string, listener: (event: any) => void) =>
        document.addEventListener(type, listener, { capture: true, passive: true, signal });
    for (const name of new Set(gate.triggers.map((trigger) => trigger.event ?? ''))) {
        if (name[0] !== '$') continue;
        const kind = name.split(':', 1)[0]!;
        const limit = name.slice(kind.length + 1);
        let told = false;
        const once = () => {
            if (!told) tell(name);
            told = true;
        };
        if (kind === '$click') {
            try {
                document.querySelector(limit); // throws where it is no selector
                listen('click', ({ target }) => target?.closest?.(limit) && tell(name));
            } catch (error) {
                fail(`${name}: ${error}`);
            }
        } else if (kind === '$exit_intent') {
            // Off the upper edge: to the tabs, the address, the cross.
            listen('mouseout', (event) => !event.relatedTarget && event.clientY <= 0 && once());
        } else if (kind === '$scroll') {
            const look = () => {
                const page = document.documentElement;
                if (scrollY + innerHeight >= (page.scrollHeight * +limit) / 100) once();
            };
            listen('scroll', look);
        } else if (kind === '$dwell') {
            // Second by second, while the page can be seen.
            let seen = 0;
            const timer = setInterval(() => {
                if (document.hidden || ++seen < +limit) return;
                clearInterval(timer);
                tell(name);
            }, 1000);
            signal.addEventListener('abort', () => clearInterval(timer));
        }
    }
}
