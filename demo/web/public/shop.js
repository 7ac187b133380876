// The shop itself knows one thing of Candor: to say what happens. The rest of what is here shows it at work.
'use strict';

const products = [
    { id: 'guji', name: 'Ethiopia Guji', note: 'Apricot, jasmine, honey. 250\u00a0g', price: 13.5 },
    { id: 'huila', name: 'Colombia Huila', note: 'Red apple, caramel. 250\u00a0g', price: 11.9 },
    { id: 'sidamo', name: 'Sidamo Espresso', note: 'Dark cherry, cocoa. 500\u00a0g', price: 19.0 },
    { id: 'decaf', name: 'Evening Decaf', note: 'Hazelnut, milk chocolate. 250\u00a0g', price: 12.4 },
];

// Before candor.js is there this is a plain array, which it reads when it comes.
window.candor = window.candor || [];
const say = (...call) => window.candor.push(call);

const at = (id) => document.getElementById(id);
const status = (text) => (at('status').textContent = text);
const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });

function element(tag, className, text, parent) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    parent.append(made);
    return made;
}

function buy(product) {
    status(`${product.name} is yours for ${money.format(product.price)}.`);
    say('track', 'purchase_completed', { product: product.id, amount: product.price });
}

for (const product of products) {
    const tile = element('li', 'product', '', at('products'));
    element('div', `swatch ${product.id}`, product.name[0], tile).setAttribute('aria-hidden', 'true');
    element('div', 'name', product.name, tile);
    element('div', 'note', product.note, tile);
    const row = element('div', 'row', '', tile);
    element('span', 'price', money.format(product.price), row);
    const button = element('button', '', 'Buy', row);
    button.setAttribute('aria-label', `Buy ${product.name}`);
    button.dataset.product = product.id;
    button.addEventListener('click', () => buy(product));
}

// ---- who is signed in; the page remembers it, as a shop's session would

const person = at('person');
person.value = sessionStorage.getItem('person') ?? '';
if (person.value) say('identify', person.value);
person.addEventListener('change', () => {
    sessionStorage.setItem('person', person.value);
    if (person.value) say('identify', person.value);
    else say('reset');
    status(person.value ? `Signed in as ${person.value}.` : 'Signed out.');
});

// ---- what Candor does, in words

const words = {
    prompt: 'A question is on its way.',
    shown: 'The question is on screen.',
    answered: 'The answer is stored.',
    dismissed: 'The question was declined.',
};
for (const [type, text] of Object.entries(words)) say('on', type, () => status(text));
let answered = false;
say('on', 'answered', () => (answered = true));
say('on', 'delivered', () => {
    if (answered) status('The answer was delivered.'); // what is counted is delivered, too, and no news
    answered = false;
});
say('on', 'error', (event) => status(event.text));

// ---- why somebody was asked or was not: every rule of every survey, as it stands now

function showRules({ survey, verdict, text, rules }, list, open) {
    const item = element('li', verdict, '', list);
    const details = element('details', '', '', item);
    details.open = open.has(survey);
    details.dataset.survey = survey;
    const summary = element('summary', '', '', details);
    element('code', '', survey, summary);
    summary.append(`: ${text}`);
    const table = element('ul', 'rules', '', details);
    for (const rule of rules) {
        const row = element('li', rule.verdict, '', table);
        element('code', '', rule.rule, row);
        row.append(` ${rule.text}.`);
    }
}

async function explain() {
    const list = at('reasons');
    const explained = await window.candor.explain?.();
    const open = new Set([...list.querySelectorAll('details[open]')].map(({ dataset }) => dataset.survey));
    list.replaceChildren();
    for (const survey of explained?.surveys ?? []) showRules(survey, list, open);
    if (!list.children.length) element('li', '', explained?.reason ?? 'Nothing was decided yet.', list);
}

at('why').addEventListener('click', () => {
    const list = at('reasons');
    list.hidden = !list.hidden;
    at('why').setAttribute('aria-expanded', String(!list.hidden));
    if (!list.hidden) explain();
});
for (const type of ['decided', 'shown', 'answered', 'dismissed', 'ended']) say('on', type, () => at('reasons').hidden || explain());
