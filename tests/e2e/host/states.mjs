// All that a card shows, one thing at a time.
import { until } from '../browser.mjs';

// [name, survey, clicks, what there is after them]; `storage` as the witness has it (witness.js).
const kStates = [
    ['recommendation', 'nps', [], 'score/0'],
    ['recommendation, chosen', 'nps', ['score/9'], 'comment'],
    ['satisfaction', 'csat', [], 'score/1'],
    ['effort', 'ces', [], 'skip'],
    ['single choice', 'single', [], 'choice/late'],
    ['single choice, with its field', 'single', ['choice/other'], 'comment'],
    ['multiple choice, with its field', 'multiple', ['choice/late', 'choice/other'], 'comment'],
    ['text', 'text', ['choice/late'], 'comment'],
    ['statement', 'all', [], 'next'],
    ['after a statement', 'all', ['next'], 'back'],
    ['in the middle', 'modal', [], 'score/0'],
    ['among the page’s own', 'inline', [], 'score/0'],
    ['with a way to put it off', 'later', [], 'later'],
    ['coloured scale', 'colours', [], 'score/1'],
    ['second of three', 'needed', ['score/2'], 'progress'],
    ['sent without what is needed', 'needed', ['score/2', 'send'], 'required'],
    ['being stored', 'csat', ['score/4'], 'score/4', 'holding'],
    ['not stored', 'nps', ['score/9'], 'retry', 'failing'],
    ['thanks', 'csat', ['score/4'], 'thanks'],
];
const kAgreement = [
    ['box of consent', 'nps', [], 'consent'],
    ['box of consent, waited for', 'csat', ['score/2'], 'consent'],
];

// With the box a tick comes before all that is stored.
const statesOf = (consent) =>
    consent === 'explicit' ? [...kStates.filter(([, , , , storage]) => !storage).filter(([name]) => name !== 'thanks'), ...kAgreement] : kStates;

// Calls `look` with each of them in turn, whose names `isWanted`.
export async function inEach(page, consent, look, isWanted = () => true) {
    for (const state of statesOf(consent).filter(([name]) => isWanted(name))) {
        try {
            await bring(page, state);
            await look(state);
        } finally {
            await letGo(page); // or the page's next client waits for the storage, too
        }
        await page.hide();
    }
}

async function bring(page, [, survey, clicks, key, storage = '']) {
    await page.show(survey);
    await page.event('shown'); // stored, before storage fails
    await page.evaluate((storage) => (window.witness.storage = storage), storage);
    for (const click of clicks) await page.click(click);
    await page.control(key);
    await settled(page, storage === 'holding');
}

const letGo = (page) =>
    page.evaluate(() => {
        window.witness.storage = '';
        for (const go of window.witness.held.splice(0)) go();
    });

// Nothing of it is laid out anew in two frames, and all that was answered is stored.
export async function settled(page, isStoring = false) {
    let last = '';
    await until(async () => {
        const [now, said] = await page.evaluate(async () => {
            for (let i = 0; i < 2; ++i) await new Promise((resolve) => requestAnimationFrame(resolve));
            const { card, cards } = window.witness;
            return [`${cards} ${innerWidth} ${devicePixelRatio}`, card.nodes.find(({ key }) => key === 'status').name];
        });
        const isDone = now === last && /^(Saving|جار)/.test(said) === isStoring;
        last = now;
        return isDone;
    }, 'the card to be still');
}

// What the page's clients have put off (a draft to be stored, an answer to be sent) is done, and nothing is due for a while:
// who asks again and again never comes to this. Returns what was counted until then.
export const quiet = (page, span) =>
    until(async () => {
        await settled(page);
        const [counts, next] = await countsOf(page);
        return next > 2 * span && counts;
    }, 'nothing to be due');

export const countsOf = (page) =>
    page.evaluate(() => {
        const { timers, frames, gl, cards, nextTimer } = window.witness;
        return [{ timers, frames, gl, cards }, nextTimer()];
    });
