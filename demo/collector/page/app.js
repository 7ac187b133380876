// The dashboard: asks the summary whether it changed, and writes what it says into the page. Whatever came from outside
// is written as text, never as markup.
'use strict';

const POLL = 2000;      // ms between two questions
const POLL_LOST = 5000; // ms, while the collector does not answer
const STATES = [
  ['possible', 'met a trigger, no more'], ['sampled', 'were in the sample, no more'], ['shown', 'saw the card, no more'],
  ['snoozed', 'asked for later'], ['dismissed', 'dismissed it'], ['answered', 'answered'],
];
const byId = (id) => document.getElementById(id);

// ---- words and numbers ----------------------------------------------------------------------------------------------

const plain = new Intl.NumberFormat('en', {maximumFractionDigits: 1});
const whole = (value) => plain.format(value);
const percent = (value) => `${plain.format(value * 100)} %`;
const plural = (count, one, many) => `${whole(count)} ${count === 1 ? one : many}`;

// +33.3, −21.4, 0
function signed(value) {
  const rounded = Math.round(value * 10) / 10;
  const sign = rounded > 0 ? '+' : rounded < 0 ? '\u2212' : '';
  return sign + plain.format(Math.abs(rounded));
}

const relative = new Intl.RelativeTimeFormat('en', {numeric: 'auto'});
const absolute = new Intl.DateTimeFormat('en', {dateStyle: 'medium', timeStyle: 'short'});

function ago(iso) {
  const seconds = (Date.parse(iso) - Date.now()) / 1000;
  const units = [['day', 86400], ['hour', 3600], ['minute', 60]];
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return 'just now';
}

function intervalText(wave) {
  return `95 % interval ${signed(wave.interval.low)} to ${signed(wave.interval.high)}`;
}

function scoreText(wave) {
  if (wave.n === 0) return 'no responses yet';
  return `NPS ${signed(wave.nps)}, ${intervalText(wave)}, n = ${whole(wave.n)}`;
}

// ---- small parts ----------------------------------------------------------------------------------------------------

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function put(root, selector, text) {
  const element = root.querySelector(selector);
  if (element.textContent !== text) element.textContent = text;
  return element;
}

function timeElement(iso) {
  const element = make('time', '', ago(iso));
  element.dateTime = iso;
  element.title = absolute.format(new Date(iso));
  return element;
}

const groupOf = (score) => (score >= 9 ? 'promoter' : score >= 7 ? 'passive' : 'detractor');
const onAxis = (value) => (value + 100) / 2;

// The interval and the score as places on the axis from -100 to 100.
function placeOnAxis(track, wave) {
  const band = track.querySelector('.band');
  band.style.left = `${onAxis(wave.interval.low)}%`;
  band.style.width = `${onAxis(wave.interval.high) - onAxis(wave.interval.low)}%`;
  track.querySelector('.point').style.left = `${onAxis(wave.nps)}%`;
}

function tableRow(...cells) {
  const row = make('tr');
  for (const [text, className] of cells) row.append(make('td', className || '', text));
  return row;
}

// ---- one wave -------------------------------------------------------------------------------------------------------

// Translations are meant to be pooled; different texts in one language are not.
function wordingsInOneLanguage(wave) {
  const hashes = new Map();
  for (const {locale, hash} of wave.wordings) hashes.set(locale, new Set([...(hashes.get(locale) || []), hash]));
  return Math.max(0, ...[...hashes.values()].map((ones) => ones.size));
}

function showChips(section, wave) {
  const chips = [[wave.kind, '']];
  const versions = wordingsInOneLanguage(wave);
  if (versions > 1) chips.push([`${versions} wordings pooled`, 'warn']);
  if (wave.test > 0) chips.push([`${plural(wave.test, 'test response', 'test responses')}, not counted`, 'warn']);
  section.querySelector('.chips').replaceChildren(...chips.map(([text, kind]) => make('li', kind, text)));
}

// Of each aspect in which the presentations differ, how many responses had which: "painter imgui: 4, controls: 2".
function pooledText({pooled}) {
  const parts = Object.entries(pooled).map(([aspect, counts]) =>
    `${aspect} ${counts.map(({value, n}) => `${value === null ? 'not reported' : value}: ${whole(n)}`).join(', ')}`);
  return parts.length ? `Pooled from different presentations \u2013 ${parts.join('; ')}.` : '';
}

function showScore(section, wave) {
  section.dataset.n = String(wave.n);
  if (wave.n === 0) return;
  const pooled = pooledText(wave);
  put(section, '.pooled', pooled).hidden = !pooled;
  put(section, '.nps strong', signed(wave.nps));
  put(section, '.basis .n', `n = ${plural(wave.n, 'response', 'responses')}`);
  put(section, '.basis .interval', intervalText(wave));
  section.querySelector('.axis').setAttribute('aria-label', `${scoreText(wave)}, on a scale from \u2212100 to +100`);
  placeOnAxis(section.querySelector('.track'), wave);
}

function makeBar(score) {
  const item = make('li');
  item.dataset.group = groupOf(score);
  const box = make('div', 'bar-box');
  box.setAttribute('aria-hidden', 'true');
  box.append(make('span', 'bar-count'), make('span', 'bar'));
  const label = make('span', 'bar-score', String(score));
  label.setAttribute('aria-hidden', 'true');
  item.append(box, label, make('span', 'hidden'));
  return item;
}

function showHistogram(section, wave) {
  const list = section.querySelector('.histogram ol');
  if (!list.children.length) list.append(...wave.counts.map((_, score) => makeBar(score)));
  const most = Math.max(1, ...wave.counts);
  wave.counts.forEach((count, score) => {
    const item = list.children[score];
    item.classList.toggle('empty-bar', count === 0);
    // The count stands above the bar and takes its room from it.
    item.querySelector('.bar').style.height = `calc((100% - 18px) * ${count / most})`;
    put(item, '.bar-count', whole(count));
    put(item, '.hidden', `Score ${score}, ${groupOf(score)}: ${plural(count, 'response', 'responses')}`);
  });
  for (const group of ['detractor', 'passive', 'promoter']) {
    const count = wave[`${group}s`];
    put(section, `.groups [data-group=${group}] .share`, wave.n ? `${percent(count / wave.n)} (${whole(count)})` : '');
  }
}

function showRate(section, wave) {
  const {answered, shown, rate} = wave.response_rate;
  put(section, '.rate', rate === null ? '\u2013' : percent(rate));
  const basis = `${whole(answered)} of ${plural(shown, 'person', 'persons')} shown`;
  const waiting = `${plural(answered, 'person', 'persons')} answered, ${whole(shown)} reported as shown so far`;
  put(section, '.rate-basis', rate === null ? waiting : basis);
}

function showFacts(section, wave) {
  showRate(section, wave);
  put(section, '.complete', wave.responses ? `${whole(wave.complete)} of ${whole(wave.responses)}` : '\u2013');
  put(section, '.complete-basis', wave.partial ? `${whole(wave.partial)} partial` : '');
  const last = section.querySelector('.last');
  last.replaceChildren(wave.last_answer ? timeElement(wave.last_answer) : '\u2013');
  put(section, '.last-basis', wave.last_answer ? absolute.format(new Date(wave.last_answer)) : '');
}

const opened = new Set(); // comments that the reader unfolded; they stay so

function foldButton(text, words) {
  const button = make('button', 'more', 'Show all');
  button.type = 'button';
  button.addEventListener('click', () => {
    const isOpen = opened.has(text);
    if (isOpen) opened.delete(text); else opened.add(text);
    words.classList.toggle('clamped', isOpen);
    button.textContent = isOpen ? 'Show all' : 'Show less';
    button.setAttribute('aria-expanded', String(!isOpen));
  });
  button.setAttribute('aria-expanded', 'false');
  return button;
}

function makeComment(comment) {
  const item = make('li');
  const badge = make('span', 'badge');
  badge.dataset.group = comment.group || '';
  badge.append(make('span', 'hidden', comment.score === null ? 'No score' : 'Score '));
  badge.append(comment.score === null ? '\u2013' : String(comment.score));
  const words = make('p', 'words-of', comment.text);
  words.dir = 'auto';
  words.classList.toggle('clamped', !opened.has(comment.text));
  const about = make('p', 'about');
  about.append(timeElement(comment.at));
  for (const fact of [comment.platform, comment.locale, comment.complete ? '' : 'partial']) {
    if (fact) about.append(` \u00b7 ${fact}`);
  }
  item.append(badge, words, about);
  return item;
}

// A comment that does not fit gets a button to unfold it; that it does not can be seen only once it is on the page.
function addFolds(list, comments) {
  comments.forEach((comment, index) => {
    const item = list.children[index];
    const words = item.querySelector('.words-of');
    const isOpen = opened.has(comment.text);
    if (!isOpen && words.scrollHeight <= words.clientHeight + 1) return words.classList.remove('clamped');
    const button = foldButton(comment.text, words);
    if (isOpen) {
      button.textContent = 'Show less';
      button.setAttribute('aria-expanded', 'true');
    }
    item.querySelector('.about').prepend(button);
  });
}

function showComments(section, wave) {
  const list = section.querySelector('.comments ol');
  const many = wave.comments.length;
  put(section, '.comments h3', many > 1 ? `Comments, the newest ${many}` : 'Comments');
  section.querySelector('.comments .none').hidden = many > 0;
  list.hidden = many === 0;
  list.setAttribute('aria-label', `Comments on ${wave.survey}`);
  list.replaceChildren(...wave.comments.map(makeComment));
  addFolds(list, wave.comments);
}

function presentationText(presentation) {
  const rows = presentation.rows ? plural(presentation.rows, 'row', 'rows') : '';
  const {order, layout, input, painter, locale} = presentation;
  return [rows, order, layout, input, painter, locale].filter(Boolean).join(', ') || 'not reported';
}

function showAsked(section, wave) {
  const {exposures, moments} = wave; // moments: of transactional surveys
  section.querySelector('.states thead').hidden = !moments;
  section.querySelector('.states tbody').replaceChildren(...STATES.map(([state, words]) => tableRow(
    [words], [whole(exposures[state]), 'number'], ...(moments ? [[whole(moments[state]), 'number']] : []))));
  section.querySelector('.wordings tbody').replaceChildren(...wave.wordings.map((wording) => tableRow(
    [`${wording.id}, version ${wording.version}, ${wording.locale}`], [wording.hash], [whole(wording.n), 'number'])));
  section.querySelector('.presentations tbody').replaceChildren(...wave.presentations.map(
    (presentation) => tableRow([presentationText(presentation)], [whole(presentation.n), 'number'])));
}

const keyOf = (wave) => JSON.stringify([wave.project, wave.survey, wave.wave]);
const anchors = new Map(); // of waves to ids
const sections = new Map(); // of waves to {section, shown}

function anchorOf(key) {
  if (!anchors.has(key)) anchors.set(key, `wave-${anchors.size + 1}`);
  return anchors.get(key);
}

function makeSection(wave) {
  const section = byId('survey-template').content.cloneNode(true).firstElementChild;
  section.id = anchorOf(keyOf(wave));
  section.querySelector('h2').id = `${section.id}-title`;
  section.querySelector('.eyebrow').id = `${section.id}-wave`;
  section.setAttribute('aria-labelledby', `${section.id}-title ${section.id}-wave`);
  put(section, '.eyebrow', `${wave.project} \u00b7 wave ${wave.wave}`);
  put(section, 'h2', wave.survey);
  return section;
}

function fillSection(section, wave) {
  showChips(section, wave);
  showScore(section, wave);
  showHistogram(section, wave);
  showFacts(section, wave);
  showAsked(section, wave);
  showComments(section, wave);
}

// Sections stay where they are; one whose numbers did not change is left alone.
function showWave(wave, first) {
  const key = keyOf(wave);
  const isNew = !sections.has(key);
  if (isNew) sections.set(key, {section: makeSection(wave), shown: '', n: 0});
  const entry = sections.get(key);
  const text = JSON.stringify(wave);
  if (isNew) byId('surveys').append(entry.section);
  if (entry.shown === text) return;
  fillSection(entry.section, wave);
  if (!first) {
    entry.section.classList.remove('fresh');
    void entry.section.offsetWidth; // starts the animation anew
    entry.section.classList.add('fresh');
    if (wave.n !== entry.n) byId('announce').textContent = `${wave.survey}, wave ${wave.wave}: ${scoreText(wave)}`;
  }
  entry.shown = text;
  entry.n = wave.n;
}

// ---- all of them ----------------------------------------------------------------------------------------------------

function overviewRow(wave) {
  const row = make('tr');
  const name = make('td');
  const link = make('a', '', wave.survey);
  link.href = `#${anchorOf(keyOf(wave))}`;
  name.append(link, make('span', 'quiet', `wave ${wave.wave}`));
  const axis = make('td', 'wide');
  if (wave.n > 0) {
    const track = make('div', 'track');
    track.append(make('span', 'zero'), make('span', 'band'), make('span', 'point'));
    placeOnAxis(track, wave);
    axis.append(track, make('span', 'hidden', `${signed(wave.interval.low)} to ${signed(wave.interval.high)}`));
  } else {
    axis.append(make('span', 'quiet', 'no responses yet'));
  }
  const {answered, shown, rate} = wave.response_rate;
  const rateCell = make('td', 'number', rate === null ? '\u2013' : percent(rate));
  if (rate !== null) rateCell.append(make('span', 'quiet', ` \u00b7 ${whole(answered)} of ${whole(shown)}`));
  row.append(name, make('td', 'number score-cell', wave.n ? signed(wave.nps) : '\u2013'),
    make('td', 'number', whole(wave.n)), axis, rateCell);
  return row;
}

function inOrder(waves) {
  const compare = (a, b) => a.localeCompare(b, 'en', {numeric: true});
  return [...waves].sort((a, b) =>
    compare(a.project, b.project) || compare(a.survey, b.survey) || compare(b.wave, a.wave));
}

function removeGone(waves) {
  const keys = new Set(waves.map(keyOf));
  for (const [key, entry] of sections) {
    if (keys.has(key)) continue;
    entry.section.remove();
    sections.delete(key);
  }
}

// Puts the sections into the order of the list, and moves none that is in its place.
function arrange(waves) {
  const host = byId('surveys');
  waves.forEach((wave, index) => {
    const {section} = sections.get(keyOf(wave));
    if (host.children[index] !== section) host.insertBefore(section, host.children[index] || null);
  });
}

let first = true;

function show(summary) {
  const waves = inOrder(summary.surveys);
  byId('empty').hidden = waves.length > 0 || summary.dropped.length > 0;
  byId('overview').hidden = waves.length < 2;
  byId('overview').querySelector('tbody').replaceChildren(...waves.map(overviewRow));
  removeGone(waves);
  for (const wave of waves) showWave(wave, first);
  arrange(waves);
  byId('dropped').hidden = summary.dropped.length === 0;
  byId('dropped').querySelector('tbody').replaceChildren(...summary.dropped.map(
    (row) => tableRow([row.project], [row.kind], [row.reason], [whole(row.count), 'number'])));
  const total = waves.reduce((sum, wave) => sum + wave.n, 0);
  document.title = total ? `Candor \u00b7 ${plural(total, 'response', 'responses')}` : 'Candor';
  first = false;
}

function refreshTimes() {
  for (const element of document.querySelectorAll('time')) element.textContent = ago(element.dateTime);
}

// ---- talking to the collector ---------------------------------------------------------------------------------------

// A key in the address is taken out of it at once, so that it is in no history and no picture.
let readKey = new URLSearchParams(location.search).get('key') || sessionStorage.getItem('candor-read-key') || '';
if (location.search.includes('key=')) history.replaceState(null, '', location.pathname + location.hash);

let tag = '';
let timer = 0;
let lastUpdate = 0;

const withKey = (headers) => (readKey ? {...headers, Authorization: `Bearer ${readKey}`} : headers);

function setStatus(state, words) {
  byId('status').dataset.state = state;
  put(byId('status'), '.words', words);
}

function lock() {
  byId('unlock').hidden = false;
  byId('unlock-wrong').textContent = readKey ? 'That key does not open it.' : '';
  setStatus('locked', 'Locked');
  readKey = '';
  sessionStorage.removeItem('candor-read-key');
  byId('unlock-key').focus();
}

async function take(response) {
  if (response.status === 401) return lock();
  if (response.status === 200) {
    tag = response.headers.get('ETag') || '';
    show(await response.json());
  } else if (response.status !== 304) {
    throw new Error(`the collector said ${response.status}`);
  }
  byId('unlock').hidden = true;
  if (readKey) sessionStorage.setItem('candor-read-key', readKey);
  lastUpdate = Date.now();
  setStatus('live', 'Live');
}

function lose() {
  const since = lastUpdate ? `, numbers as of ${absolute.format(new Date(lastUpdate))}` : '';
  setStatus('lost', `No connection${since}`);
}

async function poll() {
  clearTimeout(timer);
  if (document.hidden) return;
  let wait = POLL;
  try {
    const headers = withKey(tag ? {'If-None-Match': tag} : {});
    await take(await fetch('v1/summary', {headers, cache: 'no-store'}));
  } catch (error) {
    console.error(error);
    lose();
    wait = POLL_LOST;
  }
  clearTimeout(timer);
  if (byId('unlock').hidden) timer = setTimeout(poll, wait);
}

// A link cannot carry the key in a header, and an address is no place for it.
async function download(event) {
  if (!readKey) return;
  event.preventDefault();
  const link = event.currentTarget;
  const response = await fetch(link.href, {headers: withKey({})});
  if (!response.ok) return lose();
  const url = URL.createObjectURL(await response.blob());
  const copy = make('a');
  copy.href = url;
  copy.download = link.download;
  copy.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

byId('unlock').addEventListener('submit', (event) => {
  event.preventDefault();
  readKey = byId('unlock-key').value.trim();
  byId('unlock-key').value = '';
  poll();
});
for (const id of ['download-csv', 'download-jsonl']) byId(id).addEventListener('click', download);
byId('endpoint').textContent = new URL('v1/events', location.href).href;
document.addEventListener('visibilitychange', poll);
setInterval(refreshTimes, 30000);
poll();
