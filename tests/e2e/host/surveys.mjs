// A document with a survey for each thing that a card shows, in a language from left to right and one from right to left.

const thanks = { id: 'thanks', type: 'thanks', text: { en: 'Thank you!', ar: 'شكرًا لك!' } };
const choices = [
    { id: 'late', text: { en: 'It came late', ar: 'وصل متأخرًا' } },
    { id: 'price', text: { en: 'It cost too much', ar: 'كان السعر مرتفعًا' } },
    { id: 'other', text: { en: 'Something else', ar: 'شيء آخر' }, other: true },
];
const nps = { id: 'score', type: 'nps' };
const why = {
    id: 'why', type: 'text', text: { en: 'Why that?', ar: 'لماذا؟' },
    placeholder: { en: 'Delivery, price …', ar: 'التوصيل، السعر…' },
};
const csat = {
    id: 'order', type: 'csat', text: { en: 'How satisfied are you with this order?', ar: 'ما مدى رضاك عن هذا الطلب؟' },
    low: { en: 'Very dissatisfied', ar: 'غير راضٍ تمامًا' }, high: { en: 'Very satisfied', ar: 'راضٍ تمامًا' },
};
const ces = {
    id: 'effort', type: 'ces', text: { en: 'It was easy to order.', ar: 'كان من السهل الطلب.' }, optional: true,
    low: { en: 'Strongly disagree', ar: 'لا أوافق بشدة' }, high: { en: 'Strongly agree', ar: 'أوافق بشدة' },
};
const single = { id: 'trouble', type: 'single', text: { en: 'What went wrong?', ar: 'ما الخطأ الذي حدث؟' }, choices };
const multiple = { id: 'wanted', type: 'multiple', text: { en: 'What should change?', ar: 'ما الذي ينبغي تغييره؟' }, choices };
const statement = {
    id: 'hello', type: 'statement', text: { en: 'Two short questions.', ar: 'سؤالان قصيران.' },
    link: { url: 'https://shop.example/why', text: { en: 'Why we ask', ar: 'لماذا نسأل' } },
};

const surveys = {
    nps: [nps, why], csat: [csat], ces: [ces], single: [single], multiple: [multiple],
    text: [single, why], all: [statement, csat, single, multiple, ces],
    modal: [nps, why], inline: [nps, why], later: [nps, why], colours: [csat], needed: [csat, { ...why, optional: false }, single],
};
// How its card stands; the others' stands in the corner.
const looks = {
    modal: { layout: 'modal' }, inline: { layout: 'inline' }, later: { later: true }, colours: { scale_colors: true },
};

export const kConsent = {
    explicit: { mode: 'explicit', policy: '2026-11', text: { en: 'You may store what I answer.', ar: 'يمكنكم حفظ إجاباتي.' } },
    notice: { mode: 'notice', text: { en: 'Answers are stored with your account.', ar: 'تُحفظ الإجابات مع حسابك.' } },
};

export const documentOf = (over) => ({
    candor: 1,
    revision: 1,
    product: 'Harbour Coffee',
    locale: 'en',
    surveys: Object.entries(surveys).map(([id, questions]) => ({
        id, kind: 'transactional', triggers: [{ event: id }], questions: [...questions, thanks], ...(looks[id] && { card: looks[id] }),
    })),
    ...over,
});
