// In place of the overlay: writes down what is laid out and drawn, and answers as it is told to.
import { layOut, picture } from '../../../wasm/src/card.ts';
import { giveText, wasm } from '../../../wasm/src/wasm.ts';

const view = { width: 900, height: 700, ratio: 1.5, isDark: false, isReduced: true, slot: 0, time: 0 };
const page = globalThis as any; // transcript.mjs

export const warmUp = () => {};
export const slotOf = () => null;

export function makeOverlay(client: number) {
    const look = () => {
        const card = layOut(client, view);
        const drawn = card && picture(client, view);
        const bytes = drawn && [drawn.vertices, drawn.indices].map((part) => Buffer.from(part).toString('base64'));
        page.say('card', [card, drawn && { ...drawn, vertices: bytes![0], indices: bytes![1] }]);
        return card;
    };
    const press = (key: string, action = 0, value = '') => {
        const node = look()?.nodes.find((node) => node.key === key);
        if (node) wasm.candor_card_action(client, node.id, action, giveText(value));
        return !!node;
    };
    return {
        show() {
            if (!look()) return;
            page.card = { look, press };
            wasm.candor_presented(client);
        },
        hide: () => (page.card = undefined),
        async rehearse() {
            if (wasm.rehearse(client, 1)) look();
            wasm.rehearse(client, 0);
        },
        diagnostics: () => ({ painter: '', frames: 0 }),
    };
}
