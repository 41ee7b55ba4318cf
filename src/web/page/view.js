/*
 * view.js - the page of `cicatrix view`: look at results, correct labels.
 *
 * All that comes from the server (ids, reasons, messages) is hostile and reaches the page by
 * textContent alone.  Coordinates of the image are in pixels from its corner: pixel (i, j)
 * covers i..i+1, j..j+1.  A "patient" p is what makePatient() returns.
 */
'use strict';

/* Names as in src/image/image.c; red and yellow as in src/plot/montage.h. */
const LABELS = [
  {name: 'background', rgb: [120, 126, 134]}, {name: 'LV blood pool', rgb: [77, 166, 255]},
  {name: 'myocardium', rgb: [0xf0, 0x30, 0x32]}, {name: 'scar', rgb: [0xff, 0xe1, 0x2b]},
  {name: 'no-reflow', rgb: [214, 120, 255]}, {name: 'RV blood pool', rgb: [64, 208, 180]},
];
/* Sets of labels are bits. */
const SCARS = 1 << 3 | 1 << 4, WALL = 1 << 2 | SCARS, LV = 1 << 1 | WALL;

/* In the order of drawing.  As in the report the line of the wall is shifted outwards and the
 * others inwards, so that both are seen where they meet. */
const LINES = [
  {label: 5, set: 1 << 5, out: -0.15}, {label: 1, set: 1 << 1, out: -0.15},
  {label: 2, set: WALL, out: 0.15}, {label: 3, set: SCARS, out: -0.15}, {label: 4, set: 1 << 4, out: -0.3},
];

/* What a stroke may change, and which labels it can be asked of. */
const MODES = {
  any: {on: 63, labels: 63, words: 'anything'},
  wall: {on: WALL, labels: WALL, words: 'only myocardium and scar'},
  grow: {on: 1, labels: 62, words: 'only background'},
};

/* As in src/report/words.c. */
const REASONS = new Map(Object.entries({
  'heart-not-found': 'no left ventricle was found in the field of view',
  'no-myocardium': 'no myocardium was segmented',
  'few-slices': 'fewer than 3 slices have myocardium',
  'gap': 'a slice without myocardium lies between slices with it',
  'image-edge': 'myocardium touches the edge of the image',
  'no-blood-pool': 'no blood pool was segmented',
  'open-ring': 'myocardium does not close round the blood pool in most slices',
  'short-stack': 'the slices with myocardium span less than 4 cm, half of a left ventricle',
  'long-stack': 'the slices with myocardium span more than 15 cm, more than a left ventricle: is the distance between slices right?',
  'odd-width': 'the ventricle is narrower than 5 cm or wider than 10 cm: is the pixel size right?',
  'slices-out-of-order': 'the ventricle’s area rises or falls more than once along the stack: are the slices in order?',
  'slices-left-out': 'slices of the series were left out',
  'pieces-left-out': 'other pieces of a heart were drawn, and left out: look for missing slices',
  'two-orientations': 'the file’s sform and qform differ: left and right may be exchanged',
  'wide-spread': 'the network is less sure than in seven of eight patients it was tested on',
  'slices-disagree': 'neighbouring slices do not fit together in position or size',
  'perhaps-not-lge': 'wall, blood and surroundings look unusual for a short-axis LGE stack',
  'not-lge': 'wall, blood and surroundings do not look like a short-axis LGE stack',
  'not-short-axis': 'this does not look like a short-axis stack of a left ventricle',
}));
const VERDICTS = ['accept', 'review', 'reject'];

const ROW_PX = 42, TILE_PX = 116;          /* as in view.css */
const UNDO_BYTES = 16e6, KEPT_BYTES = 400e6; /* of one patient; of all in memory */
const MAX_VOXELS = 512e6;

const app = {
  token: '', place: null, cases: [], shown: [], sort: {key: '', up: true},
  id: null, open: null, /* the patient that is chosen; the same once it is loaded */
  kept: new Map(), loading: new Map(), /* id -> patient, the longest unused first; id -> promise */
  view: {x: 0, y: 0, scale: 1, fit: 'heart'}, /* middle in pixels, CSS pixels per mm */
  flip: [1, 1], invert: false, hidden: false, space: false, shift: false,
  drag: null, lasso: null, pointer: null, asking: false,
  label: 3, mode: ['any', 'any', 'any', 'wall', 'wall', 'any'], /* of each label */
  show: [false, false, true, true, true, false],
  tool: 'brush', size: 6, opacity: 35, filled: false, compare: true, smooth: true,
};

/* ---- small helpers ---- */

const $ = id => document.getElementById(id);
const isNumber = v => typeof v === 'number' && Number.isFinite(v);
const number = (v, digits = 1) => isNumber(v) ? v.toFixed(digits) : '–';
const clamp = (v, low, high) => Math.min(high, Math.max(low, v));
const colour = label => `rgb(${LABELS[label].rgb})`;
const press = (id, on) => $(id).setAttribute('aria-pressed', String(on));
const verdictClass = v => VERDICTS.includes(v) ? v : '';
const reasonText = r => REASONS.get(r) ?? String(r);

function make(tag, className = '', text = '') {
  const e = document.createElement(tag);
  e.className = className;
  e.textContent = text;
  return e;
}

function same(a, b, from = 0, to = a.length) {
  for (let i = from; i < to; i++)
    if (a[i] !== b[i]) return false;
  return true;
}

/* One call for each frame, however often it is asked for. */
function oncePerFrame(draw) {
  let waiting = false;
  return () => {
    if (!waiting)
      requestAnimationFrame(() => {
        waiting = false;
        draw();
      });
    waiting = true;
  };
}

function debounced(ms, f) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(f, ms, ...args);
  };
}

/* For a reload in the same tab; a browser may forbid it. */
function remember(key, value) {
  try {
    if (value !== undefined) sessionStorage.setItem(key, value);
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

const hideNotice = debounced(3000, () => { $('notice').hidden = true; });

function notice(text) {
  $('notice').textContent = text;
  $('notice').hidden = false;
  hideNotice();
}

/* Buttons are [value, label]; the last is the usual one.  Null if the reader pressed Escape. */
function ask(title, text, buttons) {
  const dialog = $('ask');
  $('ask-title').textContent = title;
  $('ask-text').textContent = text;
  return new Promise(resolve => {
    $('ask-buttons').replaceChildren(...buttons.map(([value, label], k) => {
      const b = make('button', k === buttons.length - 1 ? 'main' : '', label);
      b.autofocus = b.className === 'main';
      b.onclick = () => dialog.close(value);
      return b;
    }));
    dialog.returnValue = '';
    dialog.onclose = () => resolve(dialog.returnValue || null);
    dialog.showModal();
  });
}

/* ---- server ---- */

/* The token leaves the address bar at once: it has no business on screen shots. */
function readToken() {
  const hash = location.hash.slice(1), text = hash || remember('token') || '';
  app.token = /^\w+$/.test(text) ? text : '';
  remember('token', app.token);
  if (hash) history.replaceState(null, '', location.pathname);
}

function askToken() {
  $('entry-wrong').hidden = !app.token;
  if (!$('entry').open) $('entry').showModal();
}

function alarm(text) {
  $('alarm').hidden = !text;
  $('alarm-text').textContent = text;
}

const errorOf = async answer => {
  try {
    return String((await answer.json()).error);
  } catch {
    return `the server answered ${answer.status}`;
  }
};

/* `as` is 'json' or 'arrayBuffer'; throws an Error with one line for the reader. */
async function call(method, path, as = 'json', body, signal) {
  let answer, value;
  if (!app.token) {
    askToken();
    throw new Error('the server does not know this page');
  }
  try {
    const headers = {'Cicatrix-Token': app.token};
    answer = await fetch(`/api/cases${path}`, {method, body, signal, headers, cache: 'no-store'});
    value = answer.ok ? await answer[as]() : await errorOf(answer);
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    alarm('The server does not answer; was “cicatrix view” stopped? Leave this page open: it keeps ' +
          `what you drew. Start the command again with --port ${location.port}, then try again.`);
    throw new Error('the server does not answer');
  }
  if (answer.status === 403) askToken();
  else alarm('');
  if (!answer.ok) throw new Error(value);
  return value;
}

const pathOf = (id, what = '') => `/${encodeURIComponent(id)}${what}`;

/* Goes on where the reader was stopped. */
async function retry() {
  if (!app.token) return askToken();
  if (!await loadList()) return;
  const p = app.open;
  unsaved().forEach(draftSoon);
  if (!p) await openPatient(app.cases.some(c => c.id === app.id) ? app.id : app.shown[0]?.id);
  else if (p.failed) await save(p);
  else measureSoon(p);
}

/* ---- patients in memory ---- */

async function fetchArray(id, what, Type, n) {
  const buffer = await call('GET', pathOf(id, what), 'arrayBuffer');
  if (buffer.byteLength !== n * Type.BYTES_PER_ELEMENT)
    throw new Error(`${what} has ${buffer.byteLength} bytes, not as many as the image needs`);
  return new Type(buffer);
}

async function fetchPatient(id) {
  const m = await call('GET', pathOf(id)), n = m.slices * m.rows * m.columns;
  if (!(n > 0 && n <= MAX_VOXELS && m.pixel_mm.every(v => v > 0)))
    throw new Error('the size of the image makes no sense');
  const [image, network, corrected, draft] = await Promise.all([
    fetchArray(id, '/image', Float32Array, n), fetchArray(id, '/labels', Uint8Array, n),
    m.corrected ? fetchArray(id, '/corrected', Uint8Array, n) : null,
    m.draft ? fetchDraft(id, n) : null]);
  const p = makePatient(id, m, image, network, corrected);
  p.sent = draft; /* by an earlier page, and this one's from now on */
  if (draft && same(draft, p.saved)) void keepDraft(p); /* it is saved, so it goes */
  else p.draft = draft;
  return p;
}

/* The patient can be seen without it. */
async function fetchDraft(id, n) {
  try {
    return await fetchArray(id, '/draft', Uint8Array, n);
  } catch (e) {
    notice(`What was not saved of ${id} cannot be read: ${e.message}.`);
    return null;
  }
}

function makePatient(id, meta, image, network, corrected) {
  const {slices: nz, rows: ny, columns: nx, pixel_mm: mm, low, high, results} = meta;
  const saved = corrected ?? network.slice();
  const p = {
    id, meta, nx, ny, nz, mm, plane: nx * ny, voxelMl: mm[0] * mm[1] * meta.slice_spacing_mm / 1000,
    image, low, high, above: null /* the least grey value of scar that is drawn */, greys: [], readOnly: meta.read_only,
    network, saved, labels: saved.slice(), version: new Uint32Array(nz), lines: new Map(),
    results, savedResults: meta.corrected, measured: meta.corrected, /* null: as the network's */
    draft: null, /* drawn on an earlier page and never saved */
    hasDraft: meta.draft, drafting: 0 /* a timer */, drafted: null /* a promise */,
    hasCorrection: Boolean(meta.corrected), dirty: false, stale: false, failed: '',
    saving: null, /* a promise while the server is at work */
    undo: [], redo: [],
  };
  p.order = baseToApex(p);
  p.slice = p.order.find(s => countIn(p, s, WALL) > 0) ?? p.order[0];
  return p;
}

const slicesOf = results => results?.slices ?? []; /* none if there is no heart */

/* The arrays may begin at either end; the levels of the results tell at which. */
function baseToApex(p) {
  const order = Array.from({length: p.nz}, (_, i) => i);
  const level = slicesOf(p.results).map(s => ['basal', 'mid', 'apical', 'apex'].indexOf(s.level))
    .filter(l => l >= 0); /* slices without a wall have none */
  return level[0] > level.at(-1) ? order.reverse() : order;
}

function countIn(p, slice, set) {
  let n = 0;
  for (let i = slice * p.plane, end = i + p.plane; i < end; i++)
    n += set >> p.labels[i] & 1;
  return n;
}

/* From memory, or from the server; two who ask at once share the answer. */
async function patient(id) {
  let p = app.kept.get(id);
  if (p) {
    p.image ??= await fetchArray(id, '/image', Float32Array, p.plane * p.nz);
  } else {
    if (!app.loading.has(id))
      app.loading.set(id, fetchPatient(id).finally(() => app.loading.delete(id)));
    p = await app.loading.get(id);
  }
  app.kept.delete(id);
  app.kept.set(id, p);
  makeRoom();
  return p;
}

/* Unsaved edits stay whatever they cost; their images can be fetched again. */
function makeRoom() {
  const size = p => p.plane * p.nz * (p.image ? 7 : 3);
  let total = [...app.kept.values()].reduce((n, p) => n + size(p), 0);
  for (const p of [...app.kept.values()]) {
    if (total < KEPT_BYTES || p.id === app.id) continue;
    total -= size(p);
    p.image = null;
    if (p.dirty || p.saving) total += size(p);
    else app.kept.delete(p.id);
  }
}

const unsaved = () => [...app.kept.values()].filter(p => p.dirty || p.saving);

/* ---- list of patients ---- */

/* Started again, the server may show another study, with patients of the same ids. */
function samePlace(place) {
  app.place ??= place;
  if (place === app.place) return true;
  const names = unsaved().map(p => p.id).join(', ');
  app.token = ''; /* nothing of this page may go there */
  if (!names) {
    location.reload();
    return false;
  }
  alarm(`The server shows ${place} now, but ${names} of ${app.place} ${names.includes(',') ? 'are' : 'is'} not ` +
        'saved. Start “cicatrix view” with that folder again, or reload this page and lose these changes.');
  return false;
}

async function loadList() {
  try {
    const answer = await call('GET', '');
    if (!samePlace(answer.place)) return false;
    app.cases = answer.cases;
    $('folder').textContent = answer.folder + (answer.corrected ? ` → ${answer.corrected}` : '');
    $('version').textContent = `${answer.program.name} ${answer.program.version}`;
    document.body.classList.toggle('read-only', !answer.corrected);
    filterList();
    return true;
  } catch (e) {
    $('wait').textContent = `The list of patients could not be read: ${e.message}.`;
    return false;
  }
}

const collator = new Intl.Collator('en', {numeric: true});

function compareBy(key) {
  if (key === 'id') return (a, b) => collator.compare(a.id, b.id);
  if (key === 'verdict') return (a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict);
  return (a, b) => Number(a[key] ?? -1) - Number(b[key] ?? -1);
}

function filterList() {
  const text = $('filter').value.trim().toLowerCase(), verdict = $('verdict').value;
  const openOnly = $('open-only').checked, {key, up} = app.sort;
  app.shown = app.cases.filter(c =>
    (!verdict || c.verdict === verdict) && (!openOnly || !c.corrected || c.id === app.id) &&
    (!text || `${c.id} ${c.reasons.map(reasonText)} ${c.reasons}`.toLowerCase().includes(text)));
  if (key) {
    const compare = compareBy(key);
    app.shown.sort((a, b) => up ? compare(a, b) : compare(b, a));
  }
  for (const b of $('heads').querySelectorAll('button'))
    b.dataset.order = b.dataset.sort !== key ? '' : up ? 'up' : 'down';
  const shown = app.shown.length, all = app.cases.length, done = app.cases.filter(c => c.corrected).length;
  $('count').textContent = shown < all ? `${shown} of ${all}` : `${done} of ${all} done`;
  drawList();
}

function sortBy(key) {
  app.sort = {key, up: app.sort.key === key ? !app.sort.up : key === 'id'};
  filterList();
  scrollToChosen();
}

function listRow(c, index) {
  const row = make('div', 'patient cells'), why = c.reasons.map(reasonText);
  const p = app.kept.get(c.id), [mark, words] = (p ? p.dirty || p.draft : c.draft) ? ['●', 'unsaved']
    : c.corrected ? ['✓', 'corrected'] : ['', ''];
  const verdict = make('span', 'why');
  verdict.append(make('span', verdictClass(c.verdict), c.verdict), why.length ? `: ${why.join('; ')}` : '');
  row.append(make('span', 'id', c.id), make('span', '', number(c.percent_lge)),
             make('span', '', number(c.scar_ml)), make('span', words, mark), verdict);
  row.children[3].title = words;
  row.title = [c.id, ...why].join('\n');
  row.id = `row-${index}`;
  row.dataset.index = index;
  row.style.top = `${index * ROW_PX}px`;
  row.role = 'option';
  row.ariaSelected = String(c.id === app.id);
  row.ariaSetSize = app.shown.length;
  row.ariaPosInSet = index + 1;
  return row;
}

const chosen = () => app.shown.findIndex(c => c.id === app.id);

/* Only the rows in sight exist, so thousands of patients cost nothing. */
const drawList = oncePerFrame(() => {
  const list = $('list'), rows = [], first = Math.max(0, Math.floor(list.scrollTop / ROW_PX) - 3);
  const last = Math.min(app.shown.length, first + Math.ceil(list.clientHeight / ROW_PX) + 6);
  for (let i = first; i < last; i++)
    rows.push(listRow(app.shown[i], i));
  $('rows').style.height = `${app.shown.length * ROW_PX}px`;
  $('rows').replaceChildren(...rows);
  list.setAttribute('aria-activedescendant', `row-${chosen()}`);
});

function scrollToChosen() {
  const list = $('list'), top = chosen() * ROW_PX;
  if (top >= 0) list.scrollTop = clamp(list.scrollTop, top + ROW_PX - list.clientHeight, top);
}

function step(by) {
  const at = chosen(), c = app.shown[at < 0 ? 0 : clamp(at + by, 0, app.shown.length - 1)];
  if (c) void choose(c.id);
}

/* What becomes of unsaved changes is the reader's to say. */
async function mayLeave(p) {
  if (p?.saving) await p.saving;
  if (!p?.dirty) return true;
  const answer = await ask('Unsaved changes', `${p.id} has changes that are not saved.`,
                           [['', 'Stay here'], ['keep', 'Go on, save later'], ['save', 'Save and go on']]);
  return answer === 'keep' || (answer === 'save' && await save(p));
}

async function choose(id) {
  if (app.asking || (id === app.id && app.open)) return;
  app.asking = true;
  const leave = await mayLeave(app.open);
  app.asking = false;
  if (leave) await openPatient(id);
}

async function openPatient(id) {
  if (id === undefined) {
    $('wait').textContent = 'There are no patients in this folder.';
    return;
  }
  app.id = id;
  remember('patient', id);
  drawList();
  scrollToChosen();
  try {
    if (!app.kept.get(id)?.image) {
      showPatient(null);
      $('wait').textContent = `Loading ${id} …`;
      await new Promise(resolve => setTimeout(resolve, 60)); /* while a key repeats, load nothing */
    }
    if (app.id !== id) return;
    const p = await patient(id);
    if (app.id === id) showPatient(p);
    if (app.open === p && p.draft) await offerDraft(p);
  } catch (e) {
    if (app.id === id) $('wait').textContent = `${id} could not be read: ${e.message}.`;
  }
}

function showPatient(p) {
  if (app.open) app.open.greys = []; /* canvases are large, and quickly made again */
  endDrag();
  app.open = p;
  app.lasso = null;
  app.view.fit = 'heart';
  if (p) app.flip = p.meta.flip.map(turned => turned ? -1 : 1); /* as in the report */
  $('wait').textContent = '';
  document.title = p ? `${p.id} – Cicatrix` : 'Cicatrix';
  buildStrip(p);
  showWindow();
  fitTo('heart');
  drawTiles();
  showNumbers();
  showState();
  if (p?.stale) measureSoon(p);
  if (p) prefetch(p.id);
}

/* The next patient is there when the reader is done with this one. */
const prefetch = debounced(500, id => {
  const next = app.shown[chosen() + 1];
  if (next && app.id === id && !app.kept.has(next.id))
    patient(next.id).catch(() => { /* it is said when it is opened */ });
});

/* ---- state of the correction ---- */

function stateOf(p) {
  if (p.saving) return ['saving', 'saving'];
  if (p.failed) return ['failed', `Not saved: ${p.failed}. Nothing is lost; save again.`];
  if (p.dirty) return ['unsaved', 'unsaved changes'];
  return p.hasCorrection ? ['saved', 'saved'] : ['', 'as the network drew'];
}

function showState() {
  const p = app.open, can = canEdit(), [kind, text] = can ? stateOf(p) : ['', ''];
  const others = unsaved().filter(o => o !== p).length;
  $('state').className = kind;
  $('state').textContent = text + (others ? ` (unsaved elsewhere: ${others})` : '');
  $('state').title = text;
  for (const [id, name] of [['undo', 'Undo'], ['redo', 'Redo']]) {
    $(id).disabled = !can || !p[id].length;
    $(id).title = $(id).disabled ? name : `${name}: ${p[id].at(-1).name}`;
  }
  const confirm = can && !p.dirty && !p.hasCorrection, at = can ? p.order.indexOf(p.slice) : 0;
  $('save').textContent = confirm ? 'Confirm' : 'Save';
  $('save').title = confirm ? 'Keep the network’s labels, unchanged, as the reader’s' : 'Ctrl+S';
  $('save').disabled = !can || p.saving || (!p.dirty && p.hasCorrection);
  $('delete').disabled = !can || p.saving || !p.hasCorrection;
  $('copy-before').disabled = !can || at === 0;
  $('copy-after').disabled = !can || at === p.nz - 1;
  $('slice-back').disabled = !can || !sliceDiffers(p, p.slice);
  $('stack-back').disabled = !can || same(p.labels, p.network);
}

const sliceDiffers = (p, s) => !same(p.labels, p.network, s * p.plane, (s + 1) * p.plane);

function markInList(p) {
  const c = app.cases.find(row => row.id === p.id);
  if (c) Object.assign(c, {corrected: p.hasCorrection, draft: p.hasDraft});
  filterList();
}

/* ---- drafts: what is drawn outlives the page ---- */

function draftSoon(p) {
  clearTimeout(p.drafting);
  p.drafting = setTimeout(keepDraft, 1000, p);
}

/* One after the other, so that the last one counts. */
function keepDraft(p) {
  clearTimeout(p.drafting);
  p.drafted = (p.drafted ?? Promise.resolve()).then(() => sendDraft(p));
  return p.drafted;
}

async function sendDraft(p) {
  const labels = p.dirty ? p.labels.slice() : null;
  if (!app.token || (!labels && !p.hasDraft)) return; /* it has been asked for, or may not go there */
  if (!labels) return dropDraft(p);
  try {
    await call('PUT', pathOf(p.id, '/draft'), 'json', labels);
    Object.assign(p, {hasDraft: true, sent: labels});
  } catch (e) {
    notice(`What you draw is on this page alone: ${e.message}.`);
  }
  markInList(p);
}

/* Its own, no longer wanted.  What lies there by now may be another page's, which stays. */
async function dropDraft(p) {
  try {
    const {draft} = await call('GET', pathOf(p.id));
    const there = draft && p.sent && await fetchArray(p.id, '/draft', Uint8Array, p.labels.length);
    const own = there ? same(there, p.sent) : draft; /* one that could not be read is nobody's */
    if (own) await call('DELETE', pathOf(p.id, '/draft'));
    p.hasDraft = false;
  } catch (e) {
    notice(`What was drawn before is kept beside what is saved: ${e.message}.`);
  }
  markInList(p);
}

/* Taken up it can be undone, so that is what Escape does. */
async function offerDraft(p) {
  const text = `${p.id} was changed on a page that was closed, or whose browser ended, before it was saved, ` +
    'or is being changed on another page. ' +
    'If you take the changes up, undo brings back what is saved.';
  const answer = await ask('Changes that were not saved', text, [['drop', 'Discard'], ['take', 'Take them up']]);
  const draft = p.draft;
  p.draft = null;
  if (answer === 'drop') await keepDraft(p);
  else takeLabels(p, p.order, draft, 'to what was not saved');
}

/* What is saved by now, if another page or reader has been at work since; else null. */
async function savedElsewhere(p) {
  const {corrected} = await call('GET', pathOf(p.id));
  const labels = corrected && await fetchArray(p.id, '/corrected', Uint8Array, p.labels.length);
  return !labels || (p.hasCorrection && same(labels, p.saved)) ? null : {labels, results: corrected};
}

/* Two tabs, or two readers, may have the same patient. */
const askWhose = p => ask('Saved elsewhere meanwhile', `A correction of ${p.id} was saved by another page ` +
  'or reader after it had been loaded here. If you take it, undo brings your drawing back.',
  [['', 'Cancel'], ['mine', 'Save mine in its place'], ['theirs', 'Take the saved one']]);

async function send(p, labels) {
  const theirs = await savedElsewhere(p);
  const whose = theirs && !same(theirs.labels, labels) ? await askWhose(p) : 'mine';
  if (!whose) throw new Error('another correction was saved meanwhile');
  clearTimeout(p.drafting);
  await p.drafted; /* not after what is saved */
  p.savedResults = whose === 'mine' ? await call('PUT', pathOf(p.id, '/corrected'), 'json', labels) : theirs.results;
  p.saved = whose === 'mine' ? labels : theirs.labels;
  p.hasCorrection = true;
  if (p.hasDraft) await dropDraft(p);
  if (whose === 'theirs') takeLabels(p, p.order, p.saved, 'to what was saved elsewhere');
}

/* True if the server now has what is drawn. */
async function save(p) {
  while (p.saving) await p.saving;
  if (!p.dirty && p.hasCorrection) return true;
  p.failed = '';
  p.saving = send(p, p.labels.slice()) /* the reader may go on drawing meanwhile */
    .catch(e => { p.failed = e.message; });
  showState();
  await p.saving;
  p.saving = null;
  p.dirty = Boolean(p.failed) || !same(p.labels, p.saved);
  markInList(p);
  showState();
  measureSoon(p);
  draftSoon(p);
  return !p.dirty;
}

async function deleteCorrection(p) {
  try {
    const theirs = await savedElsewhere(p);
    const text = (theirs ? 'It was saved by another page or reader after this one had loaded it. ' : '') +
      `The saved correction of ${p.id} is taken away, and the labels go back to the ` +
      'network’s. Undo brings it back, unsaved.';
    if (!await ask('Delete the correction?', text, [['', 'Cancel'], ['yes', 'Delete']])) return;
    if (theirs) takeLabels(p, p.order, theirs.labels, 'to what was saved elsewhere');
    await call('DELETE', pathOf(p.id, '/corrected'));
  } catch (e) {
    return notice(`Not deleted: ${e.message}`);
  }
  Object.assign(p, {hasCorrection: false, savedResults: null, saved: p.network.slice(), failed: ''});
  backToNetwork(p, p.order);
  afterEdit(p, []);
  markInList(p);
}

/* ---- measuring ---- */

function measureSoon(p) {
  const known = knownResults(p);
  p.measuring?.abort(); /* an older answer must not win */
  p.stale = known === undefined;
  if (p.stale) measureLater(p);
  else p.measured = known;
  showNumbers();
}

const measureLater = debounced(180, p => p.stale && void measure(p));

/* What is saved, or as the network drew, has been measured already: undefined if neither. */
function knownResults(p) {
  if (p.savedResults && same(p.labels, p.saved)) return p.savedResults;
  return same(p.labels, p.network) ? null : undefined;
}

async function measure(p) {
  const {signal} = p.measuring = new AbortController();
  try {
    const measured = await call('POST', pathOf(p.id, '/measure'), 'json', p.labels.slice(), signal);
    if (signal.aborted) return;
    Object.assign(p, {measured, stale: false, problem: ''});
  } catch (e) {
    if (e.name === 'AbortError') return;
    p.problem = e.message;
  }
  showNumbers();
}

const NUMBERS = [
  ['Myocardium mL', r => r.lv.myocardium_ml], ['Myocardium g', r => r.lv.myocardium_g],
  ['Scar mL', r => r.scar.ml], ['Scar g', r => r.scar.g],
  ['No-reflow mL', r => r.scar.no_reflow_ml], ['%LGE', r => r.scar.percent_lge],
];

function difference(now, before) {
  if (!isNumber(now) || !isNumber(before)) return '–';
  const text = Math.abs(now - before).toFixed(1);
  return Number(text) === 0 ? text : (now > before ? '+' : '−') + text;
}

function tableRow(name, ...cells) {
  const row = make('tr'), head = make('th', '', name);
  head.scope = 'row';
  row.append(head, ...cells.map(text => make('td', '', text)));
  return row;
}

function showNumbers() {
  const p = app.open, rows = [];
  $('numbers').setAttribute('aria-busy', String(Boolean(p?.stale)));
  $('numbers-state').textContent = !p ? '' : p.stale ? p.problem ? `Corrected numbers are old: ${p.problem}`
    : 'measuring …' : p.measured ? '' : 'As the network drew; nothing is corrected.';
  if (p) {
    const was = p.results, is = p.measured;
    const large = r => typeof r?.scar.large === 'boolean' ? r.scar.large ? 'yes' : 'no' : '–';
    const change = [was, is].some(r => large(r) === '–') ? '–' : large(is) === large(was) ? 'same' : 'changed';
    for (const [name, value] of NUMBERS) {
      const before = value(was), now = is && value(is);
      const row = tableRow(name, number(before), number(now), difference(now, before));
      row.classList.toggle('main', name === '%LGE');
      rows.push(row);
    }
    rows.push(tableRow(`Large (${was.scar.rule} %)`, large(was), large(is), change));
  }
  $('numbers').tBodies[0].replaceChildren(...rows);
  showOpinion(p);
  showSliceTable(p);
}

function showOpinion(p) {
  const list = [];
  const add = (name, value, kind) => list.push(make('dt', '', name), make('dd', kind, value));
  if (p) {
    const {scar, quality} = p.results, interval = scar.percent_lge_interval90;
    add('Verdict', quality.verdict, verdictClass(quality.verdict));
    list.push(...quality.reasons.map(r => make('dd', 'wide', reasonText(r))));
    const known = isNumber(interval?.[0]) && isNumber(interval?.[1]);
    add('90 % interval', known ? `${number(interval[0])} to ${number(interval[1])} %` : 'not available');
    add('Probability of > 15 %', number(scar.probability_large, 2));
  }
  $('opinion').replaceChildren(...list);
}

function showSliceTable(p) {
  const byIndex = r => new Map(slicesOf(r).map(s => [s.index - 1, s]));
  const before = byIndex(p?.results), now = byIndex(p?.measured ?? p?.results);
  $('slices').tBodies[0].replaceChildren(...(p?.order ?? []).map(s => {
    const is = now.get(s), scar = [is, before.get(s)].map(one => number(one?.scar_ml, 2));
    const row = tableRow(`${s + 1} ${levelOf(p, s)}`, number(is?.myocardium_ml, 2), scar[0],
                         number(is?.percent_lge), scar[1]);
    row.cells[2].className = scar[0] === scar[1] ? '' : 'differs';
    row.dataset.slice = s;
    row.ariaCurrent = String(s === p.slice);
    return row;
  }));
}

const levelOf = (p, slice) => slicesOf(p.results).find(s => s.index === slice + 1)?.level ?? '';

/* ---- outlines ---- */

/* A walker on the corners of pixels looks right, down, left or up; the pixels on its right and
 * on its left hand, from its corner. */
const STEP = [[1, 0], [0, 1], [-1, 0], [0, -1]];
const RIGHT = [[0, 0], [-1, 0], [-1, -1], [0, -1]], LEFT = [[0, -1], [0, 0], [-1, 0], [-1, -1]];

/* Lines round the pixels of a slice whose label is in `set`, as report_outline() of
 * src/report/outline.c draws them; null if there are none. */
function outline(p, labels, slice, {set, out}) {
  const {nx, ny} = p, base = slice * p.plane, seen = new Uint8Array(p.plane + nx);
  const inside = (i, j, [di, dj]) => i + di >= 0 && j + dj >= 0 && i + di < nx && j + dj < ny &&
    set >> labels[base + (j + dj) * nx + i + di] & 1;
  const border = (i, j, d) => inside(i, j, RIGHT[d]) && !inside(i, j, LEFT[d]);
  let path = null;
  for (let k = 0; k < p.plane; k++) {
    const i = k % nx, j = (k - i) / nx;
    if (!(set >> labels[base + k] & 1) || seen[k] || !border(i, j, 0)) continue;
    path ??= new Path2D();
    addLine(path, smoothed(follow(i, j, border, out, (x, y) => { seen[y * nx + x] = 1; })));
  }
  return path;
}

/* Once round, half way between pixels and shifted by `out`.  Every closed walk goes right at
 * least once, so upper edges are marked as seen. */
function follow(i0, j0, border, out, mark) {
  const line = [];
  let i = i0, j = j0, d = 0;
  do {
    const [di, dj] = STEP[d];
    if (d === 0) mark(i, j);
    line.push([i + 0.5 * di + out * dj, j + 0.5 * dj - out * di]);
    i += di;
    j += dj;
    /* right before straight before left keeps pixels apart that meet at a corner */
    d = [(d + 1) % 4, d, (d + 3) % 4].find(t => border(i, j, t));
  } while (i !== i0 || j !== j0 || d !== 0);
  return line;
}

/* Four rounds of the kernel 1/4 1/2 1/4, no point further than 0.3 pixels from where it was. */
function smoothed(found) {
  const n = found.length;
  let at = found;
  for (let round = 0; n >= 12 && round < 4; round++) {
    const last = at;
    at = found.map(([x, y], k) => {
      const a = last[(k + n - 1) % n], b = last[(k + 1) % n], c = last[k];
      const dx = (a[0] + b[0]) / 4 + c[0] / 2 - x, dy = (a[1] + b[1]) / 4 + c[1] / 2 - y;
      const part = Math.min(1, 0.3 / (Math.hypot(dx, dy) || 1));
      return [x + part * dx, y + part * dy];
    });
  }
  return at;
}

function addLine(path, points) {
  points.forEach(([x, y], k) => k ? path.lineTo(x, y) : path.moveTo(x, y));
  path.closePath();
}

/* Of p.labels or p.network; found once for each state of a slice. */
function linesOf(p, which, slice) {
  const key = which + slice, version = which === 'labels' ? p.version[slice] : 0;
  let kept = p.lines.get(key);
  if (kept?.version !== version) {
    kept = {version, paths: LINES.map(line => outline(p, p[which], slice, line))};
    p.lines.set(key, kept);
  }
  return kept.paths;
}

/* ---- drawing ---- */

/* From pixels of the image to those of a canvas whose middle shows (x, y). */
function matrixOf(p, canvas, {x, y}, pxPerMm) {
  const a = pxPerMm * p.mm[0] * app.flip[0], d = pxPerMm * p.mm[1] * app.flip[1];
  return new DOMMatrix([a, 0, 0, d, canvas.width / 2 - a * x, canvas.height / 2 - d * y]);
}

/* A canvas with one pixel for each of a slice. */
function paintPixels(p, canvas, colourOf) {
  canvas.width = p.nx;
  canvas.height = p.ny;
  const ctx = canvas.getContext('2d'), picture = ctx.createImageData(p.nx, p.ny);
  const to = new Uint32Array(picture.data.buffer);
  for (let i = 0; i < p.plane; i++)
    to[i] = colourOf(i);
  ctx.putImageData(picture, 0, 0);
  return canvas;
}

/* Kept as long as the window is. */
function greySlice(p, slice) {
  const key = `${p.low} ${p.high} ${app.invert}`, from = slice * p.plane;
  const gain = 255 / (p.high - p.low), flip = app.invert ? 255 : 0;
  const canvas = p.greys[slice] ??= make('canvas');
  if (canvas.key === key) return canvas;
  canvas.key = key;
  return paintPixels(p, canvas, i => {
    const v = (p.image[from + i] - p.low) * gain;
    const g = (v > 0 ? v < 255 ? v | 0 : 255 : 0) ^ flip; /* NaN is 0 */
    return 0xff000000 | g << 16 | g << 8 | g;
  });
}

const fillCanvas = make('canvas');

function filledSlice(p, slice) {
  const paint = LABELS.map(({rgb: [r, g, b]}, l) =>
    l && app.show[l] ? 0xff000000 | b << 16 | g << 8 | r : 0);
  return paintPixels(p, fillCanvas, i => paint[p.labels[slice * p.plane + i]]);
}

/* A dark rim keeps lines in sight on bright scar. */
function strokeRimmed(ctx, path, style, width, rim) {
  if (rim) {
    ctx.strokeStyle = '#0008';
    ctx.lineWidth = width + rim;
    ctx.stroke(path);
  }
  ctx.strokeStyle = style;
  ctx.lineWidth = width;
  ctx.stroke(path);
}

function strokeLines(ctx, paths, matrix, width, rim) {
  LINES.forEach(({label}, k) => {
    if (!paths[k] || !app.show[label]) return;
    const path = new Path2D();
    path.addPath(paths[k], matrix);
    strokeRimmed(ctx, path, colour(label), width, rim);
  });
}

function drawImageAt(ctx, source, matrix, smooth) {
  ctx.setTransform(matrix);
  ctx.imageSmoothingEnabled = smooth;
  ctx.imageSmoothingQuality = 'high';
  ctx.drawImage(source, 0, 0);
  ctx.resetTransform();
}

/* A window that is moved to another screen may change in density alone, which no observer tells:
 * what is drawn would lie elsewhere than the pointer.  True if the canvases are empty now. */
function fitCanvases() {
  const stage = $('stage'), dpr = devicePixelRatio;
  const w = Math.round(stage.clientWidth * dpr), h = Math.round(stage.clientHeight * dpr);
  if ($('picture').width === w && $('picture').height === h) return false;
  for (const canvas of stage.querySelectorAll('canvas'))
    Object.assign(canvas, {width: w, height: h});
  return true;
}

const drawPicture = oncePerFrame(() => {
  if (fitCanvases()) drawCursor();
  const p = app.open, canvas = $('picture'), ctx = canvas.getContext('2d'), dpr = devicePixelRatio;
  ctx.clearRect(0, 0, canvas.width, canvas.height);
  showCorners(p);
  if (!p) return;
  const matrix = matrixOf(p, canvas, app.view, app.view.scale * dpr);
  drawImageAt(ctx, greySlice(p, p.slice), matrix, app.smooth);
  if (app.hidden) return;
  if (app.filled) {
    ctx.globalAlpha = app.opacity / 100;
    drawImageAt(ctx, filledSlice(p, p.slice), matrix, false);
    ctx.globalAlpha = 1;
  }
  if (app.compare && sliceDiffers(p, p.slice)) {
    ctx.setLineDash([5 * dpr, 3 * dpr]);
    strokeLines(ctx, linesOf(p, 'network', p.slice), matrix, 1.25 * dpr, 0);
    ctx.setLineDash([]);
  }
  if (!app.filled) strokeLines(ctx, linesOf(p, 'labels', p.slice), matrix, 2 * dpr, 2 * dpr);
});

function showCorners(p) {
  const {scale} = app.view, mm = [50, 20, 10, 5, 2, 1].find(m => m * scale <= 130) ?? 1;
  $('corner-name').textContent = p ? p.id : '';
  $('corner-slice').textContent = p ? `slice ${p.slice + 1} of ${p.nz} ${levelOf(p, p.slice)}` : '';
  $('corner-scale').hidden = !p;
  $('scale-text').textContent = `${mm} mm`;
  $('scale-bar').style.width = `${mm * scale}px`;
}

const grey = v => Number(v.toPrecision(4));

/* The pixel under the pointer, k in the arrays; null beside the image. */
function pixelUnder(p) {
  const [i, j] = p && app.pointer ? toImage(app.pointer).map(Math.floor) : [-1, -1];
  return i >= 0 && j >= 0 && i < p.nx && j < p.ny ? {i, j, k: p.slice * p.plane + j * p.nx + i} : null;
}

function showPixel(p) {
  const at = pixelUnder(p);
  $('corner-pixel').textContent = at
    ? `${at.i}, ${at.j}: ${grey(p.image[at.k])} ${LABELS[p.labels[at.k]]?.name ?? ''}` : '';
}

/* Brush and lasso have a canvas of their own: the picture is not drawn again for them. */
const drawCursor = oncePerFrame(() => {
  if (fitCanvases()) drawPicture();
  const p = app.open, canvas = $('cursor'), ctx = canvas.getContext('2d'), dpr = devicePixelRatio;
  const brush = canEdit() && app.tool === 'brush' && !app.space;
  const erase = app.drag ? app.drag.erase : app.shift, style = colour(erase ? 2 : app.label);
  ctx.clearRect(0, 0, canvas.width, canvas.height);
  showPixel(p);
  $('stage').className = brush ? 'bare' : app.space || !canEdit() ? 'hand' : '';
  const path = new Path2D();
  if (app.lasso) {
    addLasso(path, matrixOf(p, canvas, app.view, app.view.scale * dpr));
  } else if (brush && app.pointer) {
    const r = Math.max(2, app.size / 2 * app.view.scale);
    path.arc(app.pointer.x * dpr, app.pointer.y * dpr, r * dpr, 0, 2 * Math.PI);
  }
  ctx.setLineDash(erase ? [4 * dpr, 4 * dpr] : []);
  strokeRimmed(ctx, path, style, 1.5 * dpr, 1.5 * dpr);
});

/* Its first corner is a small square: a click there closes it. */
function addLasso(path, matrix) {
  const points = app.pointer && !app.drag ? [...app.lasso.points, toImage(app.pointer)] : app.lasso.points;
  const at = points.map(([x, y]) => matrix.transformPoint({x, y})), r = 4 * devicePixelRatio;
  path.rect(at[0].x - r, at[0].y - r, 2 * r, 2 * r);
  at.forEach(({x, y}, k) => k ? path.lineTo(x, y) : path.moveTo(x, y));
}

/* ---- small pictures ---- */

function buildStrip(p) {
  $('strip').replaceChildren(...(p?.order ?? []).map(s => {
    const tile = make('button', 'tile');
    tile.dataset.slice = s;
    tile.append(make('canvas'), make('span', 'top', s + 1), make('span', 'changed'),
                make('span', 'bottom'));
    tile.onclick = () => goTo(s);
    return tile;
  }));
  layStrip();
}

/* As few rows as fit, all of the same length. */
function layStrip() {
  const n = $('strip').childElementCount, fit = Math.max(1, Math.floor($('strip').clientWidth / 66));
  const columns = Math.ceil(n / Math.ceil(n / fit)) || 1;
  $('strip').style.gridTemplateColumns = `repeat(${columns}, minmax(0, ${TILE_PX}px))`;
}

function drawTile(p, tile, slice) {
  const [canvas, , mark, value] = tile.children, size = Math.round(TILE_PX * devicePixelRatio);
  canvas.width = canvas.height = size;
  const ctx = canvas.getContext('2d'), box = heartBox(p);
  const matrix = matrixOf(p, canvas, box, size / (2 * box.half));
  drawImageAt(ctx, greySlice(p, slice), matrix, true);
  strokeLines(ctx, linesOf(p, 'labels', slice), matrix, 1.3 * devicePixelRatio, 0);
  const ml = countIn(p, slice, SCARS) * p.voxelMl, changed = sliceDiffers(p, slice);
  mark.textContent = changed ? '✎' : '';
  value.textContent = ml > 0 ? `${ml.toFixed(2)} mL` : '';
  tile.ariaLabel = `slice ${slice + 1} ${levelOf(p, slice)}, scar ${ml.toFixed(2)} mL` +
    (changed ? ', changed' : '');
}

/* All, or those of some slices. */
function drawTiles(only) {
  for (const tile of $('strip').children) {
    const slice = Number(tile.dataset.slice);
    tile.ariaCurrent = String(slice === app.open.slice);
    if (!only || only.includes(slice)) drawTile(app.open, tile, slice);
  }
}

const drawTilesLater = debounced(120, () => drawTiles());

/* ---- view and window ---- */

/* As report_overlay_write() chooses: a square about the heart, 18 mm of room, 110 mm at least.
 * It is the network's heart, so that nothing jumps while one corrects. */
function heartBox(p) {
  if (p.heart) return p.heart;
  const box = boxOf(p.nx, p.ny, k => {
    for (let v = k; v < p.network.length; v += p.plane)
      if (LV >> p.network[v] & 1) return true;
    return false;
  });
  const {x0, y0, w, h} = box ?? {x0: 0, y0: 0, w: p.nx, h: p.ny};
  const half = Math.max(w * p.mm[0], h * p.mm[1]) / 2;
  p.heart = {x: x0 + w / 2, y: y0 + h / 2, half: box ? Math.max(55, 18 + half) : half};
  return p.heart;
}

/* The smallest box with all pixels that are in; null if none is. */
function boxOf(nx, ny, isIn) {
  let x0 = nx, x1 = -1, y0 = ny, y1 = -1;
  for (let k = 0; k < nx * ny; k++) {
    if (!isIn(k)) continue;
    const x = k % nx;
    x0 = Math.min(x0, x);
    x1 = Math.max(x1, x);
    y1 = (k - x) / nx;
    y0 = Math.min(y0, y1);
  }
  return x1 < 0 ? null : {x0, y0, w: x1 - x0 + 1, h: y1 - y0 + 1};
}

/* To the heart or the whole; null leaves it as it is. */
function fitTo(what) {
  const p = app.open, {clientWidth: w, clientHeight: h} = $('stage');
  app.view.fit = what;
  if (p && what === 'heart') {
    const {x, y, half} = heartBox(p);
    Object.assign(app.view, {x, y, scale: Math.min(w, h) / (2 * half)});
  } else if (p && what) {
    const scale = Math.min(w / (p.nx * p.mm[0]), h / (p.ny * p.mm[1]));
    Object.assign(app.view, {x: p.nx / 2, y: p.ny / 2, scale});
  }
  drawPicture();
  drawCursor();
}

/* From a point in the stage to pixels of the image. */
function toImage(at) {
  const {view: v, flip, open: {mm}} = app, stage = $('stage');
  return [v.x + (at.x - stage.clientWidth / 2) / (v.scale * mm[0] * flip[0]),
          v.y + (at.y - stage.clientHeight / 2) / (v.scale * mm[1] * flip[1])];
}

/* Moves the image so that its point `was` lies under `at`. */
function pan(was, at) {
  const now = toImage(at);
  app.view.x += was[0] - now[0];
  app.view.y += was[1] - now[1];
  fitTo(null);
}

function zoom(factor, at = {x: $('stage').clientWidth / 2, y: $('stage').clientHeight / 2}) {
  if (!app.open) return;
  const was = toImage(at);
  app.view.scale = clamp(app.view.scale * factor, 0.2, 80);
  pan(was, at);
}

function showWindow() {
  const p = app.open;
  $('width').value = p ? grey(p.high - p.low) : '';
  $('level').value = p ? grey((p.high + p.low) / 2) : '';
  $('above').value = isNumber(p?.above) ? grey(p.above) : '';
}

function setWindow(low, high) {
  if (app.open && high > low && isNumber(high - low)) Object.assign(app.open, {low, high});
  showWindow();
  drawPicture();
  drawTilesLater();
}

function invert() {
  app.invert = !app.invert;
  press('invert', app.invert);
  drawPicture();
  drawTilesLater();
}

function mirror(axis) {
  app.flip[axis] = -app.flip[axis];
  drawPicture();
  drawTilesLater();
}

function goTo(slice) {
  const p = app.open;
  if (!p || slice === p.slice) return;
  endDrag();
  app.lasso = null;
  p.slice = slice;
  drawTiles([]);
  showSliceTable(p);
  drawPicture();
  drawCursor();
  showState();
}

function moveSlice(by) {
  const p = app.open;
  if (p) goTo(p.order[clamp(p.order.indexOf(p.slice) + by, 0, p.nz - 1)]);
}

/* ---- editing ---- */

const canEdit = () => Boolean(app.open && !app.open.readOnly);
const sliceOf = (p, s) => p.labels.subarray(s * p.plane, (s + 1) * p.plane);
const beginChange = (p, slices) => slices.map(s => ({slice: s, was: sliceOf(p, s).slice()}));

/* What changed in a slice, before and after; null if nothing did. */
function changedBox(p, {slice, was}) {
  const now = sliceOf(p, slice), box = boxOf(p.nx, p.ny, k => now[k] !== was[k]);
  if (!box) return null;
  const cut = from => {
    const to = new Uint8Array(box.w * box.h);
    for (let r = 0, k = box.y0 * p.nx + box.x0; r < box.h; r++, k += p.nx)
      to.set(from.subarray(k, k + box.w), r * box.w);
    return to;
  };
  return {...box, slice, before: cut(was), after: cut(now)};
}

/* Makes one step to undo of what was drawn since; false if nothing was. */
function commitChange(p, name, begun) {
  const boxes = begun.map(b => changedBox(p, b)).filter(Boolean);
  if (!boxes.length) return false;
  const bytes = step => step.boxes.reduce((n, b) => n + 2 * b.w * b.h, 0);
  p.undo.push({name, boxes});
  p.redo = [];
  for (let total = p.undo.reduce((n, s) => n + bytes(s), 0); total > UNDO_BYTES && p.undo.length > 1;)
    total -= bytes(p.undo.shift());
  afterEdit(p, boxes.map(b => b.slice));
  return true;
}

/* Undo and redo; the reader is shown where it happened. */
function travel(from, to, state) {
  const p = app.open, one = canEdit() && !app.drag ? p[from].pop() : null;
  if (!one) return;
  p[to].push(one);
  for (const b of one.boxes)
    for (let r = 0; r < b.h; r++)
      sliceOf(p, b.slice).set(b[state].subarray(r * b.w, (r + 1) * b.w), (b.y0 + r) * p.nx + b.x0);
  afterEdit(p, one.boxes.map(b => b.slice));
  if (!one.boxes.some(b => b.slice === p.slice)) goTo(one.boxes[0].slice);
  notice(`${from === 'undo' ? 'Undone' : 'Done again'}: ${one.name}`);
}

function afterEdit(p, slices) {
  for (const s of slices)
    p.version[s]++;
  p.dirty = !same(p.labels, p.saved);
  if (!p.dirty) p.failed = '';
  drawPicture();
  drawTiles(slices);
  drawList();
  showState();
  measureSoon(p);
  draftSoon(p);
}

/* What a stroke draws, and on what. */
function brushRule(erase) {
  if (erase) return {label: 2, on: SCARS, above: null, name: 'scar back to myocardium'};
  return {label: app.label, on: MODES[app.mode[app.label]].on, above: app.label === 3 ? app.open.above : null,
          name: LABELS[app.label].name};
}

function put(p, i, j, rule) {
  const k = p.slice * p.plane + j * p.nx + i;
  if (i < 0 || j < 0 || i >= p.nx || j >= p.ny || !(rule.on >> p.labels[k] & 1)) return;
  if (rule.above === null || p.image[k] >= rule.above) p.labels[k] = rule.label;
}

/* All pixels whose centres lie within the brush anywhere on the way from a to b, and those under
 * the pointer however small the brush is. */
function paintLine(p, a, b, rule) {
  const r = app.size / 2, [mx, my] = p.mm, rx = r / mx, ry = r / my;
  const dx = (b[0] - a[0]) * mx, dy = (b[1] - a[1]) * my, length2 = dx * dx + dy * dy || 1;
  const from = (k, by) => Math.max(0, Math.floor(Math.min(a[k], b[k]) - by));
  const to = (k, by, n) => Math.min(n, Math.max(a[k], b[k]) + by);
  for (let j = from(1, ry); j < to(1, ry, p.ny); j++) {
    for (let i = from(0, rx); i < to(0, rx, p.nx); i++) {
      const x = (i + 0.5 - a[0]) * mx, y = (j + 0.5 - a[1]) * my;
      const t = clamp((x * dx + y * dy) / length2, 0, 1);
      if (Math.hypot(x - t * dx, y - t * dy) <= r) put(p, i, j, rule);
    }
  }
  const steps = Math.ceil(Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1]))) || 1;
  for (let s = 0; s <= steps; s++)
    put(p, ...[0, 1].map(k => Math.floor(a[k] + (b[k] - a[k]) * s / steps)), rule);
}

/* Pixels whose centres a closed line goes round, however often: a hand overshoots where it began. */
function fillPolygon(p, points, rule) {
  for (let j = 0; j < p.ny; j++) {
    const cuts = [], y = j + 0.5;
    points.forEach(([x1, y1], k) => {
      const [x2, y2] = points[(k + 1) % points.length];
      if (y1 <= y !== y2 <= y) cuts.push({x: x1 + (y - y1) / (y2 - y1) * (x2 - x1), turn: y1 <= y ? 1 : -1});
    });
    cuts.sort((a, b) => a.x - b.x);
    for (let c = 0, turns = 0; c < cuts.length - 1; c++) {
      turns += cuts[c].turn;
      if (turns === 0) continue;
      for (let i = Math.max(0, Math.ceil(cuts[c].x - 0.5)); i < Math.min(p.nx, cuts[c + 1].x - 0.5); i++)
        put(p, i, j, rule);
    }
  }
}

/* A stroke without effect must not look like a broken program. */
function commitStroke(p, rule, begun) {
  if (commitChange(p, `${rule.name}, slice ${p.slice + 1}`, begun)) return;
  notice(rule.above !== null ? `Nothing changed: scar is drawn from a grey value of ${grey(rule.above)} on (T).`
    : rule.on === 63 || rule.on === SCARS ? 'Nothing to change there.'
    : `Nothing changed: ${rule.name} changes ${MODES[app.mode[rule.label]].words} (G).`);
}

function closeLasso(erase) {
  const p = app.open, points = app.lasso?.points ?? [], rule = brushRule(erase);
  app.lasso = null;
  drawCursor();
  if (points.length < 3) return;
  const begun = beginChange(p, [p.slice]);
  fillPolygon(p, points, rule);
  commitStroke(p, rule, begun);
}

function copyFrom(by) {
  const p = app.open, from = p.order[p.order.indexOf(p.slice) + by], begun = beginChange(p, [p.slice]);
  if (from === undefined) return;
  sliceOf(p, p.slice).set(sliceOf(p, from));
  if (!commitChange(p, `slice ${from + 1} copied to ${p.slice + 1}`, begun))
    notice('The two slices have the same labels.');
}

function takeLabels(p, slices, from, whence) {
  const begun = beginChange(p, slices), what = slices.length > 1 ? 'all slices' : `slice ${slices[0] + 1}`;
  for (const s of slices)
    sliceOf(p, s).set(from.subarray(s * p.plane, (s + 1) * p.plane));
  commitChange(p, `${whence}, ${what}`, begun);
}

const backToNetwork = (p, slices) => takeLabels(p, slices, p.network, 'back to the network’s');

/* ---- tools ---- */

function setLabel(label) {
  app.label = label;
  if (!app.show[label]) drawTilesLater();
  app.show[label] = true; /* one wants to see what one draws */
  showTools();
}

function setSize(mm) {
  app.size = clamp(mm, 1, 40);
  showTools();
}

function setTool(tool) {
  app.tool = tool;
  app.lasso = null;
  showTools();
}

function setMode(mode) {
  app.mode[app.label] = mode;
  showTools();
}

const fits = mode => Boolean(MODES[mode].labels >> app.label & 1);

function nextMode() {
  const names = Object.keys(MODES).filter(fits);
  setMode(names[(names.indexOf(app.mode[app.label]) + 1) % names.length]);
  notice(`Drawing changes ${MODES[app.mode[app.label]].words}.`);
}

function toggle(key) {
  app[key] = !app[key];
  showTools();
}

function showTools() {
  [...$('labels').children].forEach(({firstChild: name, lastChild: eye}, l) => {
    name.ariaPressed = String(l === app.label);
    if (l) eye.checked = app.show[l];
  });
  for (const radio of document.getElementsByName('mode')) {
    radio.checked = app.mode[app.label] === radio.value;
    radio.disabled = !fits(radio.value);
  }
  for (const tool of ['brush', 'lasso'])
    press(tool, app.tool === tool);
  for (const key of ['filled', 'compare', 'smooth'])
    press(key, app[key]);
  press('outlines', !app.filled);
  $('opacity').value = app.opacity;
  $('opacity').disabled = !app.filled;
  $('size').value = app.size;
  $('size-text').textContent = `${app.size} mm`;
  drawPicture();
  drawCursor();
}

/* Anything but a number ends it.  A line drawn round the wall finds then what is bright in it. */
function setAbove(value) {
  app.open.above = isNumber(value) ? value : null;
  showWindow();
}

/* The value under the pointer; the same once more ends it. */
function aboveHere() {
  const p = app.open, at = pixelUnder(p), value = at ? p.image[at.k] : null;
  setAbove(value === p.above ? null : value);
  notice(p.above === null ? 'Scar is drawn whatever the grey value.' : `Scar is drawn from ${grey(p.above)} on.`);
}

/* A button to draw with, and a box to show or hide. */
function labelRow({name}, l) {
  const row = make('div', 'label'), button = make('button'), swatch = make('i'), eye = make('input');
  swatch.style.background = l ? colour(l) : 'none';
  button.append(swatch, `${l} ${name}`);
  button.title = `Draw ${name} (${l})`;
  button.onclick = () => canEdit() && setLabel(l);
  row.append(button);
  if (!l) return row;
  eye.type = 'checkbox';
  eye.title = eye.ariaLabel = `Show ${name} on the image`;
  eye.onchange = () => {
    app.show[l] = eye.checked;
    drawPicture();
    drawTilesLater();
  };
  row.append(eye);
  return row;
}

/* ---- pointer ---- */

function stagePoint(e) {
  const box = $('stage').getBoundingClientRect();
  return {x: e.clientX - box.left, y: e.clientY - box.top};
}

function pointerDown(e) {
  const p = app.open;
  e.preventDefault(); /* the middle button would scroll */
  $('stage').focus({preventScroll: true});
  if (!p || app.drag) return;
  const hand = app.space || p.readOnly, kind = [hand ? 'pan' : app.tool, 'pan', 'window'][e.button];
  const at = app.pointer = stagePoint(e), erase = e.shiftKey;
  $('stage').setPointerCapture(e.pointerId);
  app.drag = {kind, id: e.pointerId, from: at, last: at, erase};
  if (kind === 'brush') {
    Object.assign(app.drag, {rule: brushRule(erase), begun: beginChange(p, [p.slice])});
    dragTo(app.drag, at);
  } else if (kind === 'lasso') {
    lassoDown(p, toImage(at), erase);
  }
  drawCursor();
}

/* Clicks set corners; a drag from the first point on is a free line that closes by itself. */
function lassoDown(p, at, erase) {
  const points = app.lasso?.points;
  if (!points) {
    app.lasso = {points: [at], free: false};
    return;
  }
  const dx = (at[0] - points[0][0]) * p.mm[0], dy = (at[1] - points[0][1]) * p.mm[1];
  if (points.length > 2 && Math.hypot(dx, dy) * app.view.scale < 8) {
    app.drag = null;
    closeLasso(erase);
  } else {
    points.push(at);
  }
}

/* A quick hand moves far between two frames: the points between are in the event. */
function pointerMove(e) {
  const d = app.drag, all = e.getCoalescedEvents?.() ?? [];
  app.pointer = stagePoint(e);
  app.shift = e.shiftKey;
  drawCursor();
  if (d?.id === e.pointerId)
    for (const one of all.length ? all : [e])
      dragTo(d, stagePoint(one));
}

function dragTo(d, at) {
  const p = app.open, was = toImage(d.last);
  if (d.kind === 'brush') {
    paintLine(p, was, toImage(at), d.rule);
    p.version[p.slice]++;
    drawPicture();
  } else if (d.kind === 'lasso') {
    lassoTo(d, at);
  } else if (d.kind === 'pan') {
    pan(was, at);
  } else if (d.kind === 'window') {
    dragWindow(p, at.x - d.last.x, at.y - d.last.y);
  }
  d.last = at;
}

function lassoTo(d, at) {
  d.moved ||= Math.hypot(at.x - d.from.x, at.y - d.from.y) > 4;
  if (!d.moved || !app.lasso) return;
  app.lasso.free ||= app.lasso.points.length === 1;
  app.lasso.points.push(toImage(at));
}

/* Relative to the window itself, so that it is as quick for 12 bits as for 8. */
function dragWindow(p, dx, dy) {
  const level = (p.high + p.low) / 2 + dy * (p.high - p.low) / 400;
  const half = (p.high - p.low) / 2 * Math.exp(dx / 250);
  setWindow(level - half, level + half);
}

function endDrag() {
  const d = app.drag, p = app.open;
  app.drag = null;
  if (d?.kind === 'brush') commitStroke(p, d.rule, d.begun);
  if (d?.kind === 'lasso' && app.lasso?.free) closeLasso(d.erase);
  drawCursor();
}

let wheelSum = 0;

function wheel(e) {
  e.preventDefault();
  const delta = e.deltaY * [1, 16, 400][e.deltaMode];
  if (!e.ctrlKey) return zoom(Math.exp(-delta * 0.0015), stagePoint(e));
  wheelSum += delta; /* a touchpad sends many small steps */
  if (Math.abs(wheelSum) >= 50) {
    moveSlice(Math.sign(wheelSum));
    wheelSum = 0;
  }
}

/* ---- actions, keys ---- */

function saveByKey() {
  if (app.open.dirty) void save(app.open);
  else notice('There are no changes to save.');
}

/* Name (the id of its button, if it has one), keys, what it does. */
const LOOK = [
  ['fit', 'f', () => fitTo('heart')], ['whole', 'a', () => fitTo('whole')],
  ['zoom-in', '+', () => zoom(1.25)], ['', '=', () => zoom(1.25)], ['zoom-out', '-', () => zoom(0.8)],
  ['smooth', 'p', () => toggle('smooth')], ['compare', 'n', () => toggle('compare')],
  ['window-reset', 'r', () => app.open && setWindow(app.open.meta.low, app.open.meta.high)],
  ['invert', 'i', invert], ['', 'x', () => mirror(0)], ['', 'y', () => mirror(1)],
  ['', 'o', () => toggle('filled')], ['', 'h', () => hide(true)],
  ['outlines', '', () => app.filled && toggle('filled')],
  ['filled', '', () => app.filled || toggle('filled')],
  ['', 'j', () => step(1)], ['', 'k', () => step(-1)], ['', '/', () => $('filter').focus()],
  ['', 'arrowleft', () => moveSlice(-1)], ['', 'arrowright', () => moveSlice(1)],
  ['', 'arrowup', () => moveSlice(-1)], ['', 'arrowdown', () => moveSlice(1)],
  ['', 'pageup', () => moveSlice(-1)], ['', 'pagedown', () => moveSlice(1)],
  ['', 'home', () => moveSlice(-1e9)], ['', 'end', () => moveSlice(1e9)],
  ['help-open', '?', () => $('help').showModal()], ['help-close', '', () => $('help').close()],
  ['retry', '', () => void retry()],
];
const EDIT = [
  ['undo', 'ctrl z', () => travel('undo', 'redo', 'before')],
  ['redo', 'ctrl y', () => travel('redo', 'undo', 'after')],
  ['', 'ctrl shift z', () => travel('redo', 'undo', 'after')],
  ['save', '', () => void save(app.open)], ['', 'ctrl s', saveByKey],
  ['delete', '', () => void deleteCorrection(app.open)],
  ['brush', 'b', () => setTool('brush')], ['lasso', 'l', () => setTool('lasso')], ['', 'g', nextMode],
  ['', 't', aboveHere],
  ['', '[', () => setSize(app.size - (app.size > 6 ? 1 : 0.5))],
  ['', ']', () => setSize(app.size + (app.size < 6 ? 0.5 : 1))],
  ['copy-before', ',', () => copyFrom(-1)], ['copy-after', '.', () => copyFrom(1)],
  ['slice-back', '', () => backToNetwork(app.open, [app.open.slice])],
  ['stack-back', '', () => backToNetwork(app.open, app.open.order)],
  ['', 'enter', () => closeLasso(app.shift)], ['', 'escape', () => setTool(app.tool)],
  ...LABELS.map((_, l) => ['', String(l), () => setLabel(l)]),
];
const KEYS = new Map();
const LIST_KEYS = new Map([
  ['arrowup', () => step(-1)], ['arrowdown', () => step(1)], ['pageup', () => step(-10)],
  ['pagedown', () => step(10)], ['home', () => step(-1e9)], ['end', () => step(1e9)],
  ['enter', () => $('stage').focus()],
]);

function hide(on) {
  app.hidden = on;
  drawPicture();
}

/* Keys that belong to the element with the focus, not to the page. */
function isTheirs(t, key) {
  if (t.matches('[type=checkbox], [type=radio], [type=range]'))
    return /^(arrow.*|home|end|page.*| )$/.test(key);
  return t.matches('input, select') || (t.matches('button') && (key === ' ' || key === 'enter'));
}

function keyDown(e) {
  const key = e.key.toLowerCase(), control = e.ctrlKey || e.metaKey;
  app.shift = e.shiftKey;
  if (document.querySelector('dialog[open]') || e.isComposing || e.altKey) return;
  drawCursor();
  if (isTheirs(e.target, key) && !(control && key === 's')) {
    const number = e.target.type === 'number';
    if (key === 'escape' || (key === 'enter' && (number || e.target === $('filter'))))
      $(number ? 'stage' : 'list').focus(); /* which has the keys to go on with */
    return;
  }
  const name = control ? `ctrl ${e.shiftKey ? 'shift ' : ''}${key}` : key;
  const run = (e.target === $('list') && LIST_KEYS.get(name)) || KEYS.get(name);
  if (name === ' ') app.space = true;
  if (run || app.space) e.preventDefault();
  run?.();
}

function keyUp(e) {
  app.shift = e.shiftKey;
  if (e.key === ' ') app.space = false;
  if (e.key.toLowerCase() === 'h') hide(false);
  drawCursor();
}

/* ---- wiring ---- */

function wireActions() {
  const editOnly = f => () => {
    if (app.drag?.kind === 'brush') endDrag(); /* a stroke is a step of its own */
    if (canEdit()) f();
  };
  for (const [id, key, f] of [...LOOK, ...EDIT.map(([i, k, f]) => [i, k, editOnly(f)])]) {
    if (id) $(id).onclick = f;
    if (key) KEYS.set(key, f);
  }
  document.addEventListener('keydown', keyDown);
  document.addEventListener('keyup', keyUp);
  document.addEventListener('click', e => { /* by mouse: the keys belong to the image again */
    const tool = e.target.closest('#bar button, #bar [type=range], aside button, aside input:not([type=number]),' +
                                  '#strip button, header .edit button');
    if (e.detail > 0 && tool && !document.querySelector('dialog[open]'))
      $('stage').focus({preventScroll: true});
  });
}

function wireInputs() {
  $('filter').oninput = $('verdict').onchange = $('open-only').onchange = () => {
    $('list').scrollTop = 0;
    filterList();
  };
  $('list').onscroll = drawList;
  $('rows').onclick = e => {
    const row = e.target.closest('.patient');
    if (row) void choose(app.shown[row.dataset.index].id);
  };
  for (const head of $('heads').querySelectorAll('button'))
    head.onclick = () => sortBy(head.dataset.sort);
  $('slices').onclick = e => {
    const row = e.target.closest('[data-slice]');
    if (row) goTo(Number(row.dataset.slice));
  };
  $('width').onchange = $('level').onchange = () => {
    const half = $('width').valueAsNumber / 2, level = $('level').valueAsNumber;
    setWindow(level - half, level + half);
  };
  $('above').onchange = () => canEdit() && setAbove($('above').valueAsNumber);
  $('opacity').oninput = () => {
    app.opacity = $('opacity').valueAsNumber;
    drawPicture();
  };
  $('hide').onpointerdown = () => hide(true);
  $('hide').onpointerup = $('hide').onpointerleave = () => hide(false);
  $('size').oninput = () => setSize($('size').valueAsNumber);
  for (const radio of document.getElementsByName('mode'))
    radio.onchange = () => setMode(radio.value);
}

function wireStage() {
  const stage = $('stage');
  stage.onpointerdown = pointerDown;
  stage.onpointermove = pointerMove;
  stage.onpointerup = stage.onpointercancel = e => app.drag?.id === e.pointerId && endDrag();
  stage.onpointerleave = () => {
    app.pointer = null;
    drawCursor();
  };
  stage.ondblclick = e => closeLasso(e.shiftKey);
  stage.oncontextmenu = e => e.preventDefault();
  stage.addEventListener('wheel', wheel, {passive: false});
  new ResizeObserver(() => {
    fitTo(app.view.fit);
    layStrip();
  }).observe(stage);
  new ResizeObserver(drawList).observe($('list'));
}

function wirePage() {
  addEventListener('resize', drawPicture);
  addEventListener('blur', () => {
    app.space = app.shift = false;
    hide(false);
  });
  addEventListener('hashchange', () => { /* a new token, and nothing drawn is lost */
    if (location.hash.length < 2) return;
    readToken();
    $('entry').close();
    void retry();
  });
  addEventListener('beforeunload', e => {
    unsaved().forEach(p => void keepDraft(p));
    if (unsaved().length) e.preventDefault();
  });
}

$('labels').append(...LABELS.map(labelRow));
wireActions();
wireInputs();
wireStage();
wirePage();
showTools();
showState();
readToken();
app.id = remember('patient');
void retry();
