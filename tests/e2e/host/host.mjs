// Pages around the card that are not the shop's: hostile ones, and ones that look at what the card does.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../../../demo/web/serve.mjs';
import { lettered, namesOf } from '../../../wasm/names.mjs';
import { launch, until } from '../browser.mjs';
import { ShopPage, wasm } from '../shop.mjs';
import { documentOf } from './surveys.mjs';

const here = dirname(fileURLToPath(import.meta.url));

const witness = async () => {
    const { named } = await namesOf(join(here, '../../../wasm/src/wasm.ts'));
    return `const exported = ${JSON.stringify(lettered(named))};\n${await readFile(join(here, 'witness.js'), 'utf8')}`;
};

// A page with the loader and nothing started. `scripts` and `sheets` come before the loader.
export const pageOf = ({ root = 'lang="en"', head = '', body = '', scripts = [], sheets = [] } = {}) => `<!doctype html>
<html ${root}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Host</title>
<link rel="icon" href="icon.svg">${head}
${sheets.map((name) => `<link rel="stylesheet" href="${name}">`).join('')}
${['witness.js', ...scripts, 'candor/candor.js'].map((name) => `<script src="${name}"></script>`).join('')}
</head><body><main><h1>Host</h1><p><button id="outside" type="button">outside</button> <label>Name <input id="field"></label></p>
<div id="slot"></div>${body}</main></body></html>`;

// `files`: what there is beside plain.html, by name.
export async function openHost(browserName, files = {}, options = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'candor-host-'));
    await cp(join(here, '../../../demo/web/public/icon.svg'), join(folder, 'icon.svg'));
    const all = { 'witness.js': await witness(), 'plain.html': pageOf(), ...files };
    for (const [name, content] of Object.entries(all)) await writeFile(join(folder, name), content);
    const mounts = [{ at: '/', folder }, { at: '/candor', folder: join(wasm, 'web') }];
    // A page in a sandbox is of no origin.
    const server = await serve({ mounts, headers: { 'access-control-allow-origin': '*' } });
    const browser = await launch(browserName, options);
    return {
        newPage: async (name) => {
            const page = new HostPage(await browser.newPage(), server.address);
            if (name) await page.open(name);
            return page;
        },
        close: async () => {
            await browser.close();
            await server.close();
            await rm(folder, { recursive: true, force: true });
        },
    };
}

let projects = 0;

export class HostPage extends ShopPage {
    open(name) {
        return super.open(`/${name}`);
    }

    // The client that the page has had ends: each has a project, and so a store, of its own.
    async start({ document = {}, ...options } = {}) {
        const project = `host-${++projects}`;
        await this.evaluate(
            async (given) => {
                await window.client?.close();
                window.errors = [];
                window.client = window.candor.start(given);
                // But that what ended a moment ago still holds the place: then it is asked for again.
                window.client.on('error', ({ text }) => /^show: (busy|not now)/.test(text) || window.errors.push(text));
                for (const type of ['shown', 'answered', 'snoozed', 'ended']) window.client.on(type, ({ survey, text }) => window.seen.events.push([type, survey, text]));
            },
            { painter: 'canvas', locale: 'en', slot: '#slot', ...options, project, document: documentOf({ project, ...document }) },
        );
    }

    // Once it lies there.
    async show(survey, options = {}) {
        await this.evaluate(
            (survey, options) =>
                new Promise((resolve, reject) => {
                    const { client } = window;
                    window.seen.events = [];
                    const show = () => client.show(survey, options);
                    const ends = [
                        client.on('prompt', () => (ends.forEach((end) => end()), resolve())),
                        client.on('error', ({ text }) => {
                            if (/^show: (busy|not now)/.test(text)) setTimeout(show, 20);
                            else if (/^(show|core|document)/.test(text)) reject(new Error(text));
                        }),
                    ];
                    show();
                }),
            survey,
            options,
        );
        await this.control('close');
    }

    async hide() {
        await this.evaluate(() => window.client.hide());
        await this.gone();
    }

    gone() {
        return until(async () => !(await this.hasCard()), 'the card to go');
    }

    // The question that is asked now.
    asks(text) {
        const question = () => document.querySelector('candor-card')?.shadowRoot.querySelector('[data-key="question"]')?.textContent;
        return until(async () => (await this.evaluate(question))?.includes(text), text);
    }

    async thanks() {
        await until(async () => /Thank you/.test(await this.said()), 'thanks');
    }

    // The key of the card's control that has the focus; `page`, where none of the card has it.
    focused() {
        return this.evaluate(() => {
            const card = document.querySelector('candor-card');
            if (!card || document.activeElement !== card) return 'page';
            return card.shadowRoot.activeElement?.dataset.key ?? '';
        });
    }

    // A survey from its score to the end, by real input.
    async complete(survey = 'nps', comment = 'all of it') {
        await this.show(survey);
        await this.click('score/9');
        await this.click('comment');
        await this.page.type(comment);
        await this.send();
    }

    // What was typed, and the rest of the way.
    async send() {
        await this.click('send');
        await this.thanks();
        await this.click('close');
        await this.gone();
    }
}
