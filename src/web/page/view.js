/*
 * view.js - the page of `cicatrix view`: look at results, correct labels.
 *
 * Everything that comes from the server (ids, reasons, messages) is hostile: it reaches the
 * page by textContent alone.  Coordinates "in pixels" are those of the image with the corner
 * of its first pixel at (0, 0), so pixel (i, j) covers i..i+1, j..j+1.
 */
'use strict';

const $ = id => document.getElementById(id);

/* Names as in src/image/image.c; red and yellow as in src/plot/montage.h. */
const LABELS = [
  {name: 'background', rgb: [120, 126, 134]},
  {name: 'LV blood pool', rgb: [77, 166, 255]},
  {name: 'myocardium', rgb: [0xf0, 0x30, 0x32]},
  {name: 'scar', rgb: [0xff, 0xe1, 0x2b]},
  {name: 'no-reflow', rgb: [214, 120, 255]},
  {name: 'RV blood pool', rgb: [64, 208, 180]},
];
const MYOCARDIUM = 2, SCAR = 3, NO_REFLOW = 4;
const bits = (...labels) => labels.reduce((set, l) => set | 1 << l, 0);
const WALL = bits(MYOCARDIUM, SCAR, NO_REFLOW), SCARS = bits(SCAR, NO_REFLOW), LV = WALL | bits(1);

/* Lines in the order of drawing, with the labels that they enclose.  As in the report the
 * line of the wall is shifted outwards and the others inwards, so that both are seen. */
const LINES = [
  {label: 5, set: bits(5), out: -0.15}, {label: 1, set: bits(1), out: -0.15},
  {label: MYOCARDIUM, set: WALL, out: 0.15}, {label: SCAR, set: SCARS, out: -0.15},
  {label: NO_REFLOW, set: bits(NO_REFLOW), out: -0.3},
];

/* Which labels a stroke may change. */
const MODES = {any: bits(0, 1, 2, 3, 4, 5), wall: WALL, grow: bits(0)};
const MODE_WORDS = {any: 'anything', wall: 'only myocardium and scar', grow: 'only background'};

/* As in src/report/words.c. */
const REASONS = {
  'heart-not-found': 'no left ventricle was found in the field of view',
  'no-myocardium': 'no myocardium was segmented',
  'few-slices': 'fewer than 3 slices have myocardium',
  'gap': 'a slice without myocardium lies between slices with it',
  'image-edge': 'myocardium touches the edge of the image',
  'no-blood-pool': 'no blood pool was segmented',
  'open-ring': 'myocardium does not close round the blood pool in most slices',
  'short-stack': 'the slices with myocardium span less than 4 cm, half of a left ventricle',
  'slices-left-out': 'slices of the series were left out',
  'pieces-left-out': 'other pieces of a heart were drawn, and left out: look for missing slices',
  'two-orientations': 'the file\'s sform and qform differ: left and right may be exchanged',
  'wide-spread': 'the network is less sure than in seven of eight patients it was tested on',
  'slices-disagree': 'neighbouring slices do not fit together in position or size',
  'perhaps-not-lge': 'wall, blood and surroundings look unusual for a short-axis LGE stack',
  'not-lge': 'wall, blood and surroundings do not look like a short-axis LGE stack',
  'not-short-axis': 'this does not look like a short-axis stack of a left ventricle',
};
const reasonText = reason => Object.hasOwn(REASONS, reason) ? REASONS[reason] : String(reason);
const VERDICTS = ['accept', 'review', 'reject'];

const ROW_PX = 42;                 /* .patient in view.css */
const UNDO_BYTES = 16e6;           /* of one patient */
const KEPT_BYTES = 400e6;          /* of all patients in memory */
const MAX_VOXELS = 512e6;

const app = {
  token: '', cases: [], shown: [], sort: {key: '', up: true},
  id: null,          /* the patient chosen in the list */
  open: null,        /* the same once it is loaded */
  kept: new Map(),   /* id -> patient in memory, the longest unused first */
  loading: new Map(), /* id -> promise */
  view: {x: 0, y: 0, scale: 1, fit: 'heart'}, /* centre in pixels, CSS px per mm */
  flip: [false, false], invert: false, hidden: false, space: false, shift: false,
  drag: null, lasso: null, pointer: null, asking: false,
};

const prefs = {
  label: SCAR, tool: 'brush', size: 6, filled: false, opacity: 35, compare: true, smooth: true,
  mode: ['any', 'any', 'any', 'wall', 'wall', 'any'], show: [false, false, true, true, true, false],
};

/* ---- small helpers ---- */

function make(tag, className, text) {
  const e = document.createElement(tag);
  if (className)
    e.className = className;
  if (text !== undefined)
    e.textContent = text;
  return e;
}

const press = (id, on) => $(id).setAttribute('aria-pressed', String(on));
const isNumber = v => typeof v === 'number' && Number.isFinite(v);
const number = (v, digits = 1) => isNumber(v) ? v.toFixed(digits) : '–';
const clamp = (v, low, high) => Math.min(high, Math.max(low, v));
const colour = (label, alpha = 1) => `rgba(${LABELS[label].rgb.join()},${alpha})`;

function difference(now, before, digits = 1) {
  if (!isNumber(now) || !isNumber(before))
    return '–';
  const text = Math.abs(now - before).toFixed(digits);
  return Number(text) === 0 ? text : (now > before ? '+' : '−') + text;
}

function same(a, b, from = 0, to = a.length) {
  for (let i = from; i < to; i++)
    if (a[i] !== b[i])
      return false;
  return true;
}

/* One call for each frame, however often it is asked for. */
function oncePerFrame(draw) {
  let waiting = false;
  return () => {
    if (waiting)
      return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
}

function debounced(ms, f) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(f, ms, ...args);
  };
}

const loadPrefs = () => {
  try {
    const kept = JSON.parse(localStorage.getItem('cicatrix.view'));
    for (const key of ['filled', 'compare', 'smooth'])
      if (typeof kept[key] === 'boolean')
        prefs[key] = kept[key];
    if (isNumber(kept.size))
      prefs.size = clamp(kept.size, 1, 40);
    if (isNumber(kept.opacity))
      prefs.opacity = clamp(kept.opacity, 5, 100);
  } catch { /* the first time, or storage is forbidden */ }
};

const keepPrefs = debounced(300, () => {
  try {
    localStorage.setItem('cicatrix.view', JSON.stringify(prefs));
  } catch { /* as it is */ }
});

const hideNotice = debounced(3000, () => { $('notice').hidden = true; });

function notice(text) {
  $('notice').textContent = text;
  $('notice').hidden = false;
  hideNotice();
}

/* ---- dialogs ---- */

/* Resolves to the value of the button, or null when the reader pressed Escape. */
function ask(title, text, buttons) {
  const dialog = $('ask');
  $('ask-title').textContent = title;
  $('ask-text').textContent = text;
  return new Promise(resolve => {
    $('ask-buttons').replaceChildren(...buttons.map(([value, label, main]) => {
      const b = make('button', main ? 'main' : '', label);
      b.onclick = () => dialog.close(value);
      b.autofocus = Boolean(main);
      return b;
    }));
    dialog.returnValue = '';
    dialog.onclose = () => resolve(dialog.returnValue || null);
    dialog.showModal();
  });
}

function askAddress(wrong) {
  $('entry-text').textContent = wrong
    ? 'The server does not know this page (wrong token). If the command was started again, its ' +
      'address is a new one. Nothing that you drew is lost as long as this page stays open: ' +
      'paste the new address here.'
    : 'Open the address that “cicatrix view” printed in the terminal, with all that follows ' +
      'the #, or paste it here.';
  if (!$('entry').open)
    $('entry').showModal();
}

function enterAddress() {
  const text = $('entry-address').value.trim();
  if (/^https?:/i.test(text) && !text.startsWith(location.origin + '/')) {
    location.href = text;
    return;
  }
  useToken(text.replace(/^.*#/, ''));
  void retry();
}

/* ---- server ---- */

class Failure extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

function useToken(text) {
  app.token = /^[0-9a-zA-Z_-]+$/.test(text) ? text : '';
  try {
    sessionStorage.setItem('cicatrix.token', app.token);
  } catch { /* a reload will ask */ }
}

/* The token leaves the address bar at once: it has no business on screen shots. */
function readToken() {
  if (location.hash.length > 1) {
    useToken(location.hash.slice(1));
    history.replaceState(null, '', location.pathname);
    return;
  }
  try {
    useToken(sessionStorage.getItem('cicatrix.token') ?? '');
  } catch { /* none */ }
}

function alarm(text) {
  $('alarm').hidden = !text;
  $('alarm-text').textContent = text;
}

async function errorOf(answer) {
  try {
    return String((await answer.json()).error);
  } catch {
    return `the server answered ${answer.status}`;
  }
}

/* `as` is 'json' or 'arrayBuffer'. */
async function call(method, path, as, body, signal) {
  let answer, value;
  try {
    answer = await fetch('/api/' + path,
                         {method, body, signal, headers: {'Cicatrix-Token': app.token}, cache: 'no-store'});
    value = answer.ok ? await answer[as]() : await errorOf(answer);
  } catch (e) {
    if (e.name === 'AbortError')
      throw e;
    alarm('The server does not answer; was “cicatrix view” stopped? Leave this page open: what you ' +
          'drew is kept in it. Start the command again with the same --port, then try again.');
    throw new Failure(0, 'the server does not answer');
  }
  alarm('');
  if (answer.ok)
    return value;
  if (answer.status === 403)
    askAddress(true);
  throw new Failure(answer.status, value);
}

const pathOf = (id, what = '') => `cases/${encodeURIComponent(id)}${what && '/' + what}`;

async function retry() {
  if (!app.token) {
    askAddress(false);
    return;
  }
  if (!await loadList())
    return;
  const p = app.open;
  if (!p)
    await openPatient(app.id ?? firstPatient());
  else if (p.failed)
    await save(p);
  else
    measureSoon(p);
}

/* ---- patients in memory ---- */

function checkMeta(m) {
  const n = m.slices * m.rows * m.columns;
  if (![m.slices, m.rows, m.columns].every(v => Number.isInteger(v) && v > 0) || n > MAX_VOXELS)
    throw new Failure(0, 'the size of the image makes no sense');
  if (!m.pixel_mm.every(v => v > 0))
    throw new Failure(0, 'the size of the pixels makes no sense');
  return n;
}

async function fetchArray(id, what, type, n) {
  const buffer = await call('GET', pathOf(id, what), 'arrayBuffer');
  if (buffer.byteLength !== n * type.BYTES_PER_ELEMENT)
    throw new Failure(0, `${what}: ${buffer.byteLength} bytes came, not as many as the image needs`);
  return new type(buffer);
}

async function fetchPatient(id) {
  const meta = await call('GET', pathOf(id), 'json');
  const n = checkMeta(meta);
  const [image, network, corrected] = await Promise.all([
    fetchArray(id, 'image', Float32Array, n), fetchArray(id, 'labels', Uint8Array, n),
    meta.corrected ? fetchArray(id, 'corrected', Uint8Array, n) : null]);
  return makePatient(id, meta, image, network, corrected);
}

function makePatient(id, meta, image, network, corrected) {
  const saved = corrected ?? network.slice();
  const p = {
    id, meta, image, network, saved, labels: saved.slice(),
    nx: meta.columns, ny: meta.rows, nz: meta.slices, plane: meta.rows * meta.columns,
    mm: meta.pixel_mm, voxelMl: meta.pixel_mm[0] * meta.pixel_mm[1] * meta.slice_spacing_mm / 1000,
    results: meta.results, savedResults: meta.corrected, measured: meta.corrected,
    hasCorrection: Boolean(meta.corrected), dirty: false, stale: false, saving: false, failed: '',
    undo: [], redo: [], undoBytes: 0, version: new Uint32Array(meta.slices), order: [], slice: 0,
    low: meta.low, high: meta.high, greys: [], lines: new Map(), readOnly: Boolean(meta.read_only),
  };
  p.order = baseToApex(p);
  p.slice = p.order.find(s => has(p, s, WALL)) ?? p.order[0];
  return p;
}

/* The arrays may begin at either end; the levels of the results tell at which. */
function baseToApex(p) {
  const order = Array.from({length: p.nz}, (_, i) => i);
  const level = (p.results?.slices ?? []).map(s => ['basal', 'mid', 'apical'].indexOf(s.level));
  return level.length > 1 && level[0] > level[level.length - 1] ? order.reverse() : order;
}

function has(p, slice, set) {
  for (let i = slice * p.plane, end = i + p.plane; i < end; i++)
    if (set >> p.labels[i] & 1)
      return true;
  return false;
}

/* From memory, or from the server; two who ask at once share the answer. */
async function patient(id) {
  const kept = app.kept.get(id);
  if (kept) {
    kept.image ??= await fetchArray(id, 'image', Float32Array, kept.plane * kept.nz);
    app.kept.delete(id);
    app.kept.set(id, kept);
    return kept;
  }
  if (!app.loading.has(id))
    app.loading.set(id, fetchPatient(id).finally(() => app.loading.delete(id)));
  const p = await app.loading.get(id);
  app.kept.set(id, p);
  makeRoom();
  return p;
}

/* Unsaved edits stay whatever they cost; their images can be fetched again. */
function makeRoom() {
  const size = p => p.plane * p.nz * (p.image ? 7 : 3) + p.undoBytes;
  let total = 0;
  for (const p of app.kept.values())
    total += size(p);
  for (const p of [...app.kept.values()]) {
    if (total < KEPT_BYTES)
      return;
    if (p === app.open || p.id === app.id)
      continue;
    total -= size(p);
    if (p.dirty || p.saving) {
      p.image = null;
      total += size(p);
    } else {
      app.kept.delete(p.id);
    }
  }
}

const unsaved = () => [...app.kept.values()].filter(p => p.dirty || p.saving);

/* ---- list of patients ---- */

async function loadList() {
  try {
    const answer = await call('GET', 'cases', 'json');
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
const firstPatient = () => app.shown[0]?.id ?? null;

function compareBy(key) {
  if (key === 'id')
    return (a, b) => collator.compare(a.id, b.id);
  if (key === 'verdict')
    return (a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict);
  return (a, b) => Number(a[key] ?? -1) - Number(b[key] ?? -1);
}

function filterList() {
  const text = $('filter').value.trim().toLowerCase(), verdict = $('verdict').value;
  const openOnly = $('open-only').checked;
  app.shown = app.cases.filter(c =>
    (!verdict || c.verdict === verdict) && (!openOnly || !c.corrected || c.id === app.id) &&
    (!text || c.id.toLowerCase().includes(text) || c.reasons.some(r => r.includes(text))));
  if (app.sort.key) {
    const compare = compareBy(app.sort.key), sign = app.sort.up ? 1 : -1;
    app.shown.sort((a, b) => sign * compare(a, b));
  }
  for (const b of $('heads').children) {
    const mine = b.dataset.sort === app.sort.key;
    b.toggleAttribute('data-order', mine);
    if (mine)
      b.dataset.order = app.sort.up ? 'up' : 'down';
  }
  const done = app.cases.reduce((n, c) => n + (c.corrected ? 1 : 0), 0);
  $('count').textContent = `${app.shown.length} of ${app.cases.length}, ${done} corrected`;
  drawList();
}

function listRow(c, index) {
  const row = make('div', 'patient'), cells = make('div', 'cells');
  const p = app.kept.get(c.id), changed = p && p.dirty;
  row.id = `row-${index}`;
  row.setAttribute('role', 'option');
  row.setAttribute('aria-selected', String(c.id === app.id));
  row.setAttribute('aria-setsize', String(app.shown.length));
  row.setAttribute('aria-posinset', String(index + 1));
  row.style.top = `${index * ROW_PX}px`;
  row.dataset.index = index;
  row.title = [c.id, ...c.reasons.map(reasonText)].join('\n');
  const mark = make('span', `mark${changed ? ' unsaved' : ''}`, changed ? '●' : c.corrected ? '✓' : '');
  mark.title = changed ? 'unsaved changes' : c.corrected ? 'corrected' : '';
  const verdict = VERDICTS.includes(c.verdict) ? c.verdict : '';
  cells.append(make('span', 'id', c.id), make('span', verdict, c.verdict),
               make('span', 'number', number(c.percent_lge)), make('span', 'number', number(c.scar_ml)),
               mark, make('span', 'why', c.reasons.map(reasonText).join('; ')));
  row.append(cells);
  return row;
}

/* Only the rows in sight exist, so thousands of patients cost nothing. */
const drawList = oncePerFrame(() => {
  const list = $('list'), rows = [];
  const first = Math.max(0, Math.floor(list.scrollTop / ROW_PX) - 3);
  const last = Math.min(app.shown.length, first + Math.ceil(list.clientHeight / ROW_PX) + 6);
  $('rows').style.height = `${app.shown.length * ROW_PX}px`;
  for (let i = first; i < last; i++)
    rows.push(listRow(app.shown[i], i));
  $('rows').replaceChildren(...rows);
  const at = app.shown.findIndex(c => c.id === app.id);
  list.setAttribute('aria-activedescendant', at >= first && at < last ? `row-${at}` : '');
});

function scrollToChosen() {
  const list = $('list'), top = app.shown.findIndex(c => c.id === app.id) * ROW_PX;
  if (top < 0)
    return;
  if (top < list.scrollTop)
    list.scrollTop = top;
  else if (top + ROW_PX > list.scrollTop + list.clientHeight)
    list.scrollTop = top + ROW_PX - list.clientHeight;
}

function step(by) {
  const at = app.shown.findIndex(c => c.id === app.id);
  const to = at < 0 ? 0 : clamp(at + by, 0, app.shown.length - 1);
  if (app.shown[to])
    void choose(app.shown[to].id);
}

/* What to do with unsaved changes is the reader's to say, each time. */
async function mayLeave() {
  const p = app.open;
  if (!p || !p.dirty)
    return true;
  const answer = await ask('Unsaved changes', `${p.id} has changes that are not saved.`, [
    ['stay', 'Stay here'], ['keep', 'Go on, save later'], ['save', 'Save and go on', true]]);
  return answer === 'keep' || (answer === 'save' && await save(p));
}

async function choose(id) {
  if (id === app.id || app.asking)
    return;
  app.asking = true;
  const leave = await mayLeave();
  app.asking = false;
  if (leave)
    await openPatient(id);
}

async function openPatient(id) {
  if (id === null) {
    $('wait').textContent = 'There are no patients in this folder.';
    return;
  }
  app.id = id;
  app.lasso = app.drag = null;
  try {
    sessionStorage.setItem('cicatrix.patient', id);
  } catch { /* then a reload begins with the first */ }
  drawList();
  scrollToChosen();
  if (!app.kept.has(id)) {
    showPatient(null);
    $('wait').textContent = `Loading ${id} …`;
    await new Promise(resolve => setTimeout(resolve, 60)); /* while a key repeats, load nothing */
    if (app.id !== id)
      return;
  }
  try {
    const p = await patient(id);
    if (app.id === id)
      showPatient(p);
  } catch (e) {
    if (app.id === id)
      $('wait').textContent = `${id} could not be read: ${e.message}. Choose it again to try again.`;
    if (app.id === id && !app.open)
      app.retryId = id;
  }
}

function showPatient(p) {
  if (app.open && app.open !== p)
    app.open.greys = []; /* canvases are large; they are made again quickly */
  app.open = p;
  app.view.fit = 'heart';
  $('wait').textContent = '';
  document.title = p ? `${p.id} – Cicatrix` : 'Cicatrix';
  buildStrip();
  showWindow();
  fitView();
  showAll();
  if (p)
    prefetch(p.id);
}

/* The next patient is there when the reader is done with this one. */
const prefetch = debounced(500, id => {
  const next = app.shown[app.shown.findIndex(c => c.id === id) + 1];
  if (next && app.id === id && !app.kept.has(next.id))
    patient(next.id).catch(() => { /* it will be said when it is opened */ });
});

function showAll() {
  drawPicture();
  drawCursor();
  drawTiles();
  showNumbers();
  showState();
}

/* ---- state of the correction ---- */

function stateOf(p) {
  if (p.saving)
    return ['saving', 'saving'];
  if (p.failed)
    return ['failed', `Not saved: ${p.failed}. Nothing is lost; save again.`];
  if (p.dirty)
    return ['unsaved', 'unsaved changes'];
  return p.hasCorrection ? ['saved', 'saved'] : ['', 'as the network drew'];
}

function showState() {
  const p = app.open, editable = p && !p.readOnly;
  const [kind, text] = editable ? stateOf(p) : ['', ''];
  const others = unsaved().filter(o => o !== p).length;
  $('state').className = kind;
  $('state').textContent = text + (others ? ` (unsaved in ${others} other${others > 1 ? 's' : ''})` : '');
  $('state').title = text;
  $('state').hidden = !editable;
  $('undo').disabled = !editable || !p.undo.length;
  $('redo').disabled = !editable || !p.redo.length;
  $('undo').title = `Undo${editable && p.undo.length ? ': ' + p.undo.at(-1).name : ''} (Ctrl+Z)`;
  $('redo').title = `Redo${editable && p.redo.length ? ': ' + p.redo.at(-1).name : ''} (Ctrl+Shift+Z)`;
  const confirm = editable && !p.dirty && !p.hasCorrection;
  $('save').textContent = confirm ? 'Confirm' : 'Save';
  $('save').title = confirm ? 'Keep the network\'s labels, unchanged, as the reader\'s'
    : 'Save the correction (Ctrl+S)';
  $('save').disabled = !editable || p.saving || (!p.dirty && p.hasCorrection);
  $('delete').disabled = !editable || p.saving || !p.hasCorrection;
  for (const id of ['copy-before', 'copy-after', 'slice-back', 'stack-back'])
    $(id).disabled = !editable;
  if (editable)
    showBackButtons(p);
}

function showBackButtons(p) {
  const at = p.order.indexOf(p.slice);
  $('copy-before').disabled = at === 0;
  $('copy-after').disabled = at === p.nz - 1;
  $('slice-back').disabled = !sliceDiffers(p, p.slice);
  $('stack-back').disabled = same(p.labels, p.network);
}

const sliceDiffers = (p, s) => !same(p.labels, p.network, s * p.plane, (s + 1) * p.plane);

function markInList(p) {
  const c = app.cases.find(row => row.id === p.id);
  if (c)
    c.corrected = p.hasCorrection;
  filterList();
}

async function save(p) {
  if (p.saving || p.readOnly)
    return false;
  const body = p.labels.slice(); /* the reader may go on drawing meanwhile */
  p.saving = true;
  p.failed = '';
  showState();
  try {
    p.savedResults = await call('PUT', pathOf(p.id, 'corrected'), 'json', body);
    p.saved = body;
    p.hasCorrection = true;
  } catch (e) {
    p.failed = e.message;
  }
  p.saving = false;
  p.dirty = !same(p.labels, p.saved) || Boolean(p.failed);
  if (!p.failed && !p.dirty) {
    p.measured = p.savedResults;
    p.stale = false;
  }
  markInList(p);
  showNumbers();
  showState();
  return !p.failed && !p.dirty;
}

async function deleteCorrection(p) {
  const answer = await ask('Delete the correction?', `The saved correction of ${p.id} is taken away; ` +
    'the labels go back to the network\'s. Undo brings the drawing back, unsaved.',
    [['', 'Cancel'], ['yes', 'Delete', true]]);
  if (answer !== 'yes')
    return;
  try {
    await call('DELETE', pathOf(p.id, 'corrected'), 'json');
  } catch (e) {
    notice(`Not deleted: ${e.message}`);
    return;
  }
  p.hasCorrection = false;
  p.savedResults = null;
  p.saved = p.network.slice();
  p.failed = '';
  backToNetwork(p, p.order);
  afterEdit(p, []);
  markInList(p);
}

/* ---- measuring ---- */

function measureSoon(p) {
  p.stale = true;
  p.measuring?.abort();
  showNumbers();
  measureLater(p);
}

const measureLater = debounced(180, p => void measure(p));

/* Labels whose results are known need no server. */
function knownResults(p) {
  if (same(p.labels, p.network))
    return [true, p.hasCorrection ? p.savedResults && same(p.labels, p.saved) ? p.savedResults : p.results : null];
  return p.savedResults && same(p.labels, p.saved) ? [true, p.savedResults] : [false, null];
}

async function measure(p) {
  const [known, results] = knownResults(p);
  let problem = '';
  p.measuring?.abort();
  const mine = p.measuring = new AbortController();
  try {
    p.measured = known ? results
      : await call('POST', pathOf(p.id, 'measure'), 'json', p.labels.slice(), mine.signal);
    p.stale = p.measuring !== mine;
  } catch (e) {
    if (e.name === 'AbortError')
      return;
    problem = e.message;
  }
  p.problem = problem;
  if (p === app.open)
    showNumbers();
}

/* name, unit, value */
const NUMBERS = [
  ['Myocardium', 'mL', r => r.lv.myocardium_ml], ['', 'g', r => r.lv.myocardium_g],
  ['Scar', 'mL', r => r.scar.ml], ['', 'g', r => r.scar.g],
  ['%LGE', '%', r => r.scar.percent_lge],
];
const yesNo = v => v === true ? 'yes' : v === false ? 'no' : '–';

function numberRow(cells) {
  const row = make('tr');
  row.append(make('th', '', cells[0]), ...cells.slice(1).map(t => make('td', '', t)));
  row.firstChild.scope = 'row';
  return row;
}

function showNumbers() {
  const p = app.open, rows = [];
  $('numbers').classList.toggle('old', Boolean(p?.stale));
  $('numbers').setAttribute('aria-busy', String(Boolean(p?.stale)));
  $('numbers-state').textContent = !p ? '' : p.problem && p.stale ? `Corrected numbers are old: ${p.problem}`
    : p.stale ? 'measuring …' : p.measured ? '' : 'As the network drew; nothing is corrected.';
  if (p) {
    for (const [name, unit, value] of NUMBERS) {
      const before = value(p.results), now = p.measured ? value(p.measured) : null;
      rows.push(numberRow([`${name || ' '} ${unit}`.replace('%LGE %', '%LGE'), number(before), number(now), difference(now, before)]));
    }
    rows.at(-1).className = 'sure';
    const was = yesNo(p.results.scar.large), is = p.measured ? yesNo(p.measured.scar.large) : '–';
    rows.push(numberRow([`Large (${p.results.scar.rule ?? '>15'} %)`, was, is,
                         is === '–' ? '–' : is === was ? 'same' : 'changed']));
  }
  $('numbers').tBodies[0].replaceChildren(...rows);
  showOpinion(p);
  showSliceTable(p);
}

function showOpinion(p) {
  const list = [];
  const add = (name, value, className) => list.push(make('dt', '', name), make('dd', className, value));
  if (p) {
    const {scar, quality} = p.results, interval = scar.percent_lge_interval90;
    add('Verdict', quality.verdict, VERDICTS.includes(quality.verdict) ? quality.verdict : '');
    for (const reason of quality.reasons)
      list.push(make('dd', 'wide', reasonText(reason)));
    add('90 % interval', Array.isArray(interval) ? `${number(interval[0])} to ${number(interval[1])} %`
      : 'not available');
    add(`Probability of ${scar.rule ?? '>15'} %`, isNumber(scar.probability_large)
      ? number(scar.probability_large, 2) : 'not available');
  }
  $('opinion').replaceChildren(...list);
}

function showSliceTable(p) {
  const byIndex = r => new Map((r?.slices ?? []).map(s => [s.index - 1, s]));
  const before = byIndex(p?.results), now = byIndex(p?.measured ?? p?.results);
  $('slices').tBodies[0].replaceChildren(...(p?.order ?? []).map(s => {
    const is = now.get(s), was = before.get(s);
    const row = numberRow([`${s + 1} ${(is ?? was)?.level ?? ''}`, number(is?.myocardium_ml, 2),
                           number(is?.scar_ml, 2), number(is?.percent_lge), number(was?.scar_ml, 2)]);
    row.cells[2].classList.toggle('differs', number(is?.scar_ml, 2) !== number(was?.scar_ml, 2));
    row.dataset.slice = s;
    if (s === p.slice)
      row.setAttribute('aria-current', 'true');
    return row;
  }));
}

/* ---- outlines ---- */

/* Directions of a walker on the corners of pixels: right, down, left, up. */
const STEP_X = [1, 0, -1, 0], STEP_Y = [0, 1, 0, -1];
/* The pixels on its right and on its left hand, from the corner. */
const RIGHT = [[0, 0], [-1, 0], [-1, -1], [0, -1]], LEFT = [[0, -1], [0, 0], [-1, 0], [-1, -1]];

/* Closed lines round the pixels of one slice whose label is in `set`, as report_outline() of
 * src/report/outline.c draws them: half way between pixels, shifted by `out`, smoothed. */
function outline(p, labels, slice, set, out) {
  const {nx, ny} = p, base = slice * p.plane, seen = new Uint8Array((nx + 1) * (ny + 1));
  const inside = (i, j) => i >= 0 && j >= 0 && i < nx && j < ny && set >> labels[base + j * nx + i] & 1;
  const border = (i, j, d) => inside(i + RIGHT[d][0], j + RIGHT[d][1]) && !inside(i + LEFT[d][0], j + LEFT[d][1]);
  let path = null;
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      if (!(set >> labels[base + j * nx + i] & 1) || seen[j * nx + i] || !border(i, j, 0))
        continue;
      path ??= new Path2D();
      addLine(path, smoothed(follow(i, j, border, out, k => { seen[k] = 1; }, nx)));
    }
  }
  return path;
}

/* Once round; every closed walk goes right at least once, so upper edges are marked as seen. */
function follow(i0, j0, border, out, mark, nx) {
  const line = [];
  let i = i0, j = j0, d = 0;
  do {
    if (d === 0)
      mark(j * nx + i);
    line.push(i + 0.5 * STEP_X[d] + out * STEP_Y[d], j + 0.5 * STEP_Y[d] - out * STEP_X[d]);
    i += STEP_X[d];
    j += STEP_Y[d];
    const from = d; /* right before straight before left keeps pixels apart that meet at a corner */
    d = [(from + 1) % 4, from, (from + 3) % 4].find(t => border(i, j, t)) ?? from;
  } while (i !== i0 || j !== j0 || d !== 0);
  return line;
}

/* Four rounds of the kernel 1/4 1/2 1/4, no point further than 0.3 pixels from where it was. */
function smoothed(found) {
  const n = found.length;
  if (n < 24)
    return found;
  let at = found;
  for (let round = 0; round < 4; round++) {
    const next = new Array(n);
    for (let k = 0; k < n; k += 2) {
      const a = (k + n - 2) % n, b = (k + 2) % n;
      const dx = 0.25 * (at[a] + at[b]) + 0.5 * at[k] - found[k];
      const dy = 0.25 * (at[a + 1] + at[b + 1]) + 0.5 * at[k + 1] - found[k + 1];
      const part = Math.min(1, 0.3 / Math.hypot(dx, dy));
      next[k] = found[k] + (part === Infinity ? 0 : part * dx);
      next[k + 1] = found[k + 1] + (part === Infinity ? 0 : part * dy);
    }
    at = next;
  }
  return at;
}

function addLine(path, line) {
  path.moveTo(line[0], line[1]);
  for (let k = 2; k < line.length; k += 2)
    path.lineTo(line[k], line[k + 1]);
  path.closePath();
}

/* Lines are found once for each state of a slice. */
function linesOf(p, which, slice) {
  const key = which + slice, version = which === 'labels' ? p.version[slice] : 0;
  let kept = p.lines.get(key);
  if (!kept || kept.version !== version) {
    kept = {version, paths: LINES.map(l => outline(p, p[which], slice, l.set, l.out))};
    p.lines.set(key, kept);
  }
  return kept.paths;
}

/* ---- drawing ---- */

/* From pixels of the image to pixels of a canvas whose middle shows (x, y). */
function matrixOf(p, x, y, pxPerMm, width, height) {
  const a = pxPerMm * p.mm[0] * (app.flip[0] ? -1 : 1), d = pxPerMm * p.mm[1] * (app.flip[1] ? -1 : 1);
  return new DOMMatrix([a, 0, 0, d, width / 2 - a * x, height / 2 - d * y]);
}

function viewMatrix(p, canvas) {
  const v = app.view;
  return matrixOf(p, v.x, v.y, v.scale * devicePixelRatio, canvas.width, canvas.height);
}

/* A slice in grey, one canvas pixel for each of its own; kept as long as the window is. */
function greySlice(p, slice) {
  const key = `${p.low} ${p.high} ${app.invert}`;
  let canvas = p.greys[slice];
  if (canvas?.key === key)
    return canvas;
  canvas ??= make('canvas');
  canvas.width = p.nx;
  canvas.height = p.ny;
  canvas.key = key;
  p.greys[slice] = canvas;
  const ctx = canvas.getContext('2d'), picture = ctx.createImageData(p.nx, p.ny);
  const to = new Uint32Array(picture.data.buffer), from = slice * p.plane;
  const gain = 255 / (p.high - p.low), low = p.low, flip = app.invert ? 255 : 0;
  for (let i = 0; i < p.plane; i++) {
    const v = (p.image[from + i] - low) * gain;
    const g = (v > 0 ? v < 255 ? v | 0 : 255 : 0) ^ flip; /* NaN is 0 */
    to[i] = 0xff000000 | g << 16 | g << 8 | g;
  }
  ctx.putImageData(picture, 0, 0);
  return canvas;
}

const fillCanvas = make('canvas');

function filledSlice(p, slice) {
  fillCanvas.width = p.nx;
  fillCanvas.height = p.ny;
  const ctx = fillCanvas.getContext('2d'), picture = ctx.createImageData(p.nx, p.ny);
  const to = new Uint32Array(picture.data.buffer), from = slice * p.plane;
  const paint = LABELS.map(({rgb}, l) => l && prefs.show[l]
    ? (0xff000000 | rgb[2] << 16 | rgb[1] << 8 | rgb[0]) >>> 0 : 0);
  for (let i = 0; i < p.plane; i++)
    to[i] = paint[p.labels[from + i]] ?? 0;
  ctx.putImageData(picture, 0, 0);
  return fillCanvas;
}

function strokeLines(ctx, paths, matrix, width, alpha, halo) {
  LINES.forEach(({label}, k) => {
    if (!paths[k] || !prefs.show[label])
      return;
    const path = new Path2D();
    path.addPath(paths[k], matrix);
    if (halo) {
      ctx.strokeStyle = 'rgba(0,0,0,.5)';
      ctx.lineWidth = width + 2 * devicePixelRatio;
      ctx.stroke(path);
    }
    ctx.strokeStyle = colour(label, alpha);
    ctx.lineWidth = width;
    ctx.stroke(path);
  });
}

function drawImageAt(ctx, source, matrix, smooth) {
  ctx.setTransform(matrix);
  ctx.imageSmoothingEnabled = smooth;
  ctx.imageSmoothingQuality = 'high';
  ctx.drawImage(source, 0, 0);
  ctx.setTransform(1, 0, 0, 1, 0, 0);
}

const drawPicture = oncePerFrame(() => {
  const p = app.open, canvas = $('picture'), ctx = canvas.getContext('2d');
  ctx.fillStyle = '#000';
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  showCorners(p);
  if (!p || !p.image || !canvas.width)
    return;
  const matrix = viewMatrix(p, canvas), dpr = devicePixelRatio;
  drawImageAt(ctx, greySlice(p, p.slice), matrix, prefs.smooth);
  if (app.hidden)
    return;
  if (prefs.filled) {
    ctx.globalAlpha = prefs.opacity / 100;
    drawImageAt(ctx, filledSlice(p, p.slice), matrix, false);
    ctx.globalAlpha = 1;
  }
  ctx.lineJoin = 'round';
  if (prefs.compare && sliceDiffers(p, p.slice)) {
    ctx.setLineDash([4 * dpr, 3 * dpr]);
    strokeLines(ctx, linesOf(p, 'network', p.slice), matrix, dpr, 0.9, true);
    ctx.setLineDash([]);
  }
  if (!prefs.filled)
    strokeLines(ctx, linesOf(p, 'labels', p.slice), matrix, 2 * dpr, 1, true);
});

function levelOf(p, slice) {
  return (p.results?.slices ?? []).find(s => s.index === slice + 1)?.level ?? '';
}

function showCorners(p) {
  $('corner-name').textContent = p ? p.id : '';
  $('corner-slice').textContent = p ? `slice ${p.slice + 1} of ${p.nz} ${levelOf(p, p.slice)}` : '';
  const mm = [50, 20, 10, 5, 2, 1].find(m => m * app.view.scale <= 130) ?? 1;
  $('corner-scale').hidden = !p;
  $('scale-text').textContent = `${mm} mm`;
  $('scale-bar').style.width = `${mm * app.view.scale}px`;
}

function showPixel() {
  const p = app.open, at = app.pointer && p ? toImage(app.pointer) : null;
  const i = at ? Math.floor(at[0]) : -1, j = at ? Math.floor(at[1]) : -1;
  let text = '';
  if (p?.image && i >= 0 && j >= 0 && i < p.nx && j < p.ny) {
    const k = p.slice * p.plane + j * p.nx + i;
    text = `${i}, ${j}: ${Number(p.image[k].toPrecision(4))}  ${LABELS[p.labels[k]]?.name ?? ''}`;
  }
  $('corner-pixel').textContent = text;
}

/* Brush and lasso have a canvas of their own: the picture is not drawn again for them. */
const drawCursor = oncePerFrame(() => {
  const p = app.open, canvas = $('cursor'), ctx = canvas.getContext('2d'), dpr = devicePixelRatio;
  ctx.clearRect(0, 0, canvas.width, canvas.height);
  showPixel();
  const can = Boolean(p && !p.readOnly);
  $('stage').classList.toggle('hand', app.space || !can);
  $('stage').classList.toggle('bare', can && !app.space && prefs.tool === 'brush');
  if (!can)
    return;
  if (app.lasso)
    drawLasso(ctx, viewMatrix(p, canvas), dpr);
  if (prefs.tool === 'brush' && app.pointer && !app.space)
    drawBrush(ctx, dpr);
});

function drawBrush(ctx, dpr) {
  const r = Math.max(2, prefs.size / 2 * app.view.scale) * dpr;
  const erasing = app.drag?.erase ?? app.shift;
  const ring = (style, width) => {
    ctx.strokeStyle = style;
    ctx.lineWidth = width * dpr;
    ctx.beginPath();
    ctx.arc(app.pointer.x * dpr, app.pointer.y * dpr, r, 0, 2 * Math.PI);
    ctx.stroke();
  };
  ring('rgba(0,0,0,.7)', 3);
  ctx.setLineDash(erasing ? [4 * dpr, 4 * dpr] : []);
  ring(colour(erasing ? MYOCARDIUM : prefs.label), 1.5);
  ctx.setLineDash([]);
}

function drawLasso(ctx, matrix, dpr) {
  const path = new Path2D(), at = new Path2D();
  app.lasso.points.forEach(([x, y], k) => k ? path.lineTo(x, y) : path.moveTo(x, y));
  if (app.pointer && !app.drag)
    path.lineTo(...toImage(app.pointer));
  at.addPath(path, matrix);
  ctx.strokeStyle = 'rgba(0,0,0,.7)';
  ctx.lineWidth = 3 * dpr;
  ctx.stroke(at);
  ctx.strokeStyle = colour(app.shift ? MYOCARDIUM : prefs.label);
  ctx.lineWidth = 1.5 * dpr;
  ctx.stroke(at);
  const [x, y] = app.lasso.points[0], first = matrix.transformPoint({x, y});
  ctx.strokeRect(first.x - 4 * dpr, first.y - 4 * dpr, 8 * dpr, 8 * dpr);
}

/* ---- small pictures ---- */

const TILE_PX = 116;

function buildStrip() {
  const p = app.open;
  $('strip').replaceChildren(...(p?.order ?? []).map(s => {
    const tile = make('button', 'tile');
    tile.dataset.slice = s;
    tile.append(make('canvas'), make('span', 'top', s + 1), make('span', 'changed'), make('span', 'bottom'));
    tile.onclick = () => goTo(s);
    return tile;
  }));
}

function drawTile(p, tile, slice, box) {
  const canvas = tile.firstChild, size = Math.round(TILE_PX * devicePixelRatio);
  canvas.width = canvas.height = size;
  const ctx = canvas.getContext('2d');
  const matrix = matrixOf(p, box.x, box.y, size / (2 * box.half), size, size);
  drawImageAt(ctx, greySlice(p, slice), matrix, true);
  strokeLines(ctx, linesOf(p, 'labels', slice), matrix, 1.3 * devicePixelRatio, 1, false);
  const ml = countIn(p, slice, SCARS) * p.voxelMl, changed = sliceDiffers(p, slice);
  tile.children[2].textContent = changed ? '✎' : '';
  tile.children[3].textContent = ml > 0 ? `${ml.toFixed(2)} mL` : '';
  tile.setAttribute('aria-label', `slice ${slice + 1} ${levelOf(p, slice)}, scar ${ml.toFixed(2)} mL` +
    (changed ? ', corrected' : ''));
}

function countIn(p, slice, set) {
  let n = 0;
  for (let i = slice * p.plane, end = i + p.plane; i < end; i++)
    n += set >> p.labels[i] & 1;
  return n;
}

/* Of all slices, or of those that changed. */
function drawTiles(only) {
  const p = app.open;
  if (!p?.image)
    return;
  const box = heartBox(p);
  for (const tile of $('strip').children) {
    const slice = Number(tile.dataset.slice);
    if (!only || only.includes(slice))
      drawTile(p, tile, slice, box);
    tile.setAttribute('aria-current', String(slice === p.slice));
  }
}

const drawTilesLater = debounced(120, () => drawTiles());

/* ---- view and window ---- */

/* As report_overlay_write() chooses: a square about the heart, 18 mm of room, 110 mm at least.
 * It is the network's heart, so that nothing jumps while one corrects. */
function heartBox(p) {
  if (p.heart)
    return p.heart;
  let x0 = p.nx, x1 = -1, y0 = p.ny, y1 = -1;
  for (let k = 0; k < p.network.length; k++) {
    if (!(LV >> p.network[k] & 1))
      continue;
    const i = k % p.nx, j = (k / p.nx | 0) % p.ny;
    x0 = Math.min(x0, i);
    x1 = Math.max(x1, i);
    y0 = Math.min(y0, j);
    y1 = Math.max(y1, j);
  }
  const found = x1 >= 0;
  p.heart = found ? {x: (x0 + x1 + 1) / 2, y: (y0 + y1 + 1) / 2,
                     half: Math.max(55, 18 + Math.max((x1 - x0 + 1) * p.mm[0], (y1 - y0 + 1) * p.mm[1]) / 2)}
    : {x: p.nx / 2, y: p.ny / 2, half: Math.max(p.nx * p.mm[0], p.ny * p.mm[1]) / 2};
  return p.heart;
}

function fitView() {
  const p = app.open, v = app.view, w = $('stage').clientWidth, h = $('stage').clientHeight;
  if (!p || !v.fit || !w || !h)
    return;
  const box = heartBox(p);
  if (v.fit === 'heart')
    Object.assign(v, {x: box.x, y: box.y, scale: Math.min(w, h) / (2 * box.half)});
  else
    Object.assign(v, {x: p.nx / 2, y: p.ny / 2, scale: Math.min(w / (p.nx * p.mm[0]), h / (p.ny * p.mm[1]))});
}

function fitTo(what) {
  app.view.fit = what;
  fitView();
  drawPicture();
  drawCursor();
}

/* The point of the image under `at` (in the stage) stays where it is. */
function zoom(factor, at) {
  const v = app.view, stage = $('stage');
  at ??= {x: stage.clientWidth / 2, y: stage.clientHeight / 2};
  if (!app.open)
    return;
  const before = toImage(at);
  v.scale = clamp(v.scale * factor, 0.2, 80);
  v.fit = null;
  const after = toImage(at);
  v.x += before[0] - after[0];
  v.y += before[1] - after[1];
  drawPicture();
  drawCursor();
}

/* From a point in the stage to pixels of the image. */
function toImage(at) {
  const p = app.open, v = app.view, stage = $('stage');
  const a = v.scale * p.mm[0] * (app.flip[0] ? -1 : 1), d = v.scale * p.mm[1] * (app.flip[1] ? -1 : 1);
  return [v.x + (at.x - stage.clientWidth / 2) / a, v.y + (at.y - stage.clientHeight / 2) / d];
}

function showWindow() {
  const p = app.open, set = (id, v) => { $(id).value = p ? Number(v.toPrecision(4)) : ''; };
  set('width', p ? p.high - p.low : 0);
  set('level', p ? (p.high + p.low) / 2 : 0);
}

function setWindow(width, level) {
  const p = app.open;
  if (!p || !(width > 0) || !Number.isFinite(width) || !Number.isFinite(level))
    return showWindow();
  p.low = level - width / 2;
  p.high = level + width / 2;
  showWindow();
  drawPicture();
  drawTilesLater();
}

function resetWindow() {
  const p = app.open;
  if (p)
    setWindow(p.meta.high - p.meta.low, (p.meta.high + p.meta.low) / 2);
}

function invert() {
  app.invert = !app.invert;
  press('invert', app.invert);
  drawPicture();
  drawTilesLater();
}

function mirror(axis) {
  app.flip[axis] = !app.flip[axis];
  drawPicture();
  drawCursor();
  drawTilesLater();
}

function goTo(slice) {
  const p = app.open;
  if (!p || slice === p.slice)
    return;
  endDrag();
  app.lasso = null;
  p.slice = slice;
  for (const e of [...$('strip').children, ...$('slices').tBodies[0].rows])
    e.setAttribute('aria-current', String(Number(e.dataset.slice) === slice));
  drawPicture();
  drawCursor();
  showState();
}

function moveSlice(by) {
  const p = app.open;
  if (p)
    goTo(p.order[clamp(p.order.indexOf(p.slice) + by, 0, p.nz - 1)]);
}

/* ---- editing ---- */

const beginChange = (p, slices) => slices.map(s => ({
  slice: s, was: p.labels.slice(s * p.plane, (s + 1) * p.plane)}));

/* The smallest box that holds what changed in a slice, before and after; null if nothing did. */
function changedBox(p, {slice, was}) {
  const now = p.labels.subarray(slice * p.plane, (slice + 1) * p.plane);
  let x0 = p.nx, x1 = -1, y0 = p.ny, y1 = -1;
  for (let k = 0; k < p.plane; k++) {
    if (now[k] === was[k])
      continue;
    x0 = Math.min(x0, k % p.nx);
    x1 = Math.max(x1, k % p.nx);
    y0 = Math.min(y0, k / p.nx | 0);
    y1 = k / p.nx | 0;
  }
  if (x1 < 0)
    return null;
  const w = x1 - x0 + 1, h = y1 - y0 + 1, before = new Uint8Array(w * h), after = new Uint8Array(w * h);
  for (let r = 0; r < h; r++) {
    const k = (y0 + r) * p.nx + x0;
    before.set(was.subarray(k, k + w), r * w);
    after.set(now.subarray(k, k + w), r * w);
  }
  return {slice, x0, y0, w, h, before, after};
}

/* One step to undo; false if nothing changed. */
function commitChange(p, name, begun) {
  const boxes = begun.map(b => changedBox(p, b)).filter(Boolean);
  if (!boxes.length)
    return false;
  p.undo.push({name, boxes, bytes: boxes.reduce((n, b) => n + 2 * b.w * b.h, 0)});
  p.redo = [];
  p.undoBytes = p.undo.reduce((n, u) => n + u.bytes, 0);
  while (p.undoBytes > UNDO_BYTES && p.undo.length > 1)
    p.undoBytes -= p.undo.shift().bytes;
  afterEdit(p, boxes.map(b => b.slice));
  return true;
}

/* Undo and redo; the reader is shown where it happened. */
function travel(from, to, state) {
  const p = app.open;
  if (!p || p.readOnly || app.drag || !p[from].length)
    return;
  const one = p[from].pop();
  p[to].push(one);
  for (const b of one.boxes)
    for (let r = 0; r < b.h; r++)
      p.labels.set(b[state].subarray(r * b.w, (r + 1) * b.w), b.slice * p.plane + (b.y0 + r) * p.nx + b.x0);
  afterEdit(p, one.boxes.map(b => b.slice));
  if (!one.boxes.some(b => b.slice === p.slice))
    goTo(one.boxes[0].slice);
  notice(`${from === 'undo' ? 'Undone' : 'Done again'}: ${one.name}`);
}

const undo = () => travel('undo', 'redo', 'before');
const redo = () => travel('redo', 'undo', 'after');

function afterEdit(p, slices) {
  const was = p.dirty;
  for (const s of slices)
    p.version[s]++;
  p.dirty = !same(p.labels, p.saved);
  p.failed = p.dirty ? p.failed : '';
  if (p !== app.open)
    return;
  drawPicture();
  drawTiles(slices);
  showState();
  measureSoon(p);
  if (was !== p.dirty)
    drawList();
}

const modeFits = (mode, label) => mode === 'any' || (mode === 'wall' ? Boolean(WALL >> label & 1) : label !== 0);

/* What a stroke draws, and on what. */
function brushRule(erase) {
  return erase ? {label: MYOCARDIUM, on: SCARS, name: 'scar back to myocardium'}
    : {label: prefs.label, on: MODES[prefs.mode[prefs.label]], name: LABELS[prefs.label].name};
}

/* All pixels whose centres lie within the brush anywhere on the way from a to b, and the one
 * under the pointer however small the brush is. */
function paintLine(p, a, b, rule) {
  const r = prefs.size / 2, [mx, my] = p.mm, base = p.slice * p.plane;
  const dx = (b[0] - a[0]) * mx, dy = (b[1] - a[1]) * my, length2 = dx * dx + dy * dy;
  const put = (i, j) => {
    const k = base + j * p.nx + i;
    if (i >= 0 && j >= 0 && i < p.nx && j < p.ny && rule.on >> p.labels[k] & 1)
      p.labels[k] = rule.label;
  };
  const j1 = Math.min(p.ny - 1, Math.floor(Math.max(a[1], b[1]) + r / my));
  const i1 = Math.min(p.nx - 1, Math.floor(Math.max(a[0], b[0]) + r / mx));
  for (let j = Math.max(0, Math.floor(Math.min(a[1], b[1]) - r / my)); j <= j1; j++) {
    for (let i = Math.max(0, Math.floor(Math.min(a[0], b[0]) - r / mx)); i <= i1; i++) {
      const x = (i + 0.5 - a[0]) * mx, y = (j + 0.5 - a[1]) * my;
      const t = length2 > 0 ? clamp((x * dx + y * dy) / length2, 0, 1) : 0;
      if ((x - t * dx) ** 2 + (y - t * dy) ** 2 <= r * r)
        put(i, j);
    }
  }
  put(Math.floor(b[0]), Math.floor(b[1]));
}

/* Pixels whose centres lie within a closed line (even-odd). */
function fillPolygon(p, points, rule) {
  for (let j = 0; j < p.ny; j++) {
    const cuts = [], y = j + 0.5;
    points.forEach(([x1, y1], k) => {
      const [x2, y2] = points[(k + 1) % points.length];
      if (y1 <= y !== y2 <= y)
        cuts.push(x1 + (y - y1) / (y2 - y1) * (x2 - x1));
    });
    cuts.sort((a, b) => a - b);
    for (let c = 0; c + 1 < cuts.length; c += 2) {
      const end = Math.min(p.nx - 1, Math.ceil(cuts[c + 1] - 0.5) - 1);
      for (let i = Math.max(0, Math.ceil(cuts[c] - 0.5)); i <= end; i++) {
        const k = p.slice * p.plane + j * p.nx + i;
        if (rule.on >> p.labels[k] & 1)
          p.labels[k] = rule.label;
      }
    }
  }
}

/* A stroke without effect must not look like a broken program. */
function sayNothingChanged(rule) {
  notice(rule.on === MODES.any || rule.label !== prefs.label ? 'Nothing to change there.'
    : `Nothing changed: ${rule.name} changes ${MODE_WORDS[prefs.mode[prefs.label]]} (G).`);
}

function closeLasso(erase) {
  const p = app.open, points = app.lasso?.points ?? [], rule = brushRule(erase);
  app.lasso = null;
  drawCursor();
  if (!p || points.length < 3)
    return;
  const begun = beginChange(p, [p.slice]);
  fillPolygon(p, points, rule);
  if (!commitChange(p, `lasso, ${rule.name}, slice ${p.slice + 1}`, begun))
    sayNothingChanged(rule);
}

function copyFrom(by) {
  const p = app.open, from = p?.order[p.order.indexOf(p.slice) + by];
  if (!p || p.readOnly || from === undefined)
    return;
  const begun = beginChange(p, [p.slice]);
  p.labels.copyWithin(p.slice * p.plane, from * p.plane, (from + 1) * p.plane);
  if (!commitChange(p, `copy slice ${from + 1} to ${p.slice + 1}`, begun))
    notice('The slices have the same labels already.');
}

function backToNetwork(p, slices) {
  const begun = beginChange(p, slices);
  for (const s of slices)
    p.labels.set(p.network.subarray(s * p.plane, (s + 1) * p.plane), s * p.plane);
  const what = slices.length > 1 ? 'all slices' : `slice ${slices[0] + 1}`;
  commitChange(p, `back to the network's, ${what}`, begun);
}

/* ---- tools ---- */

function setLabel(label) {
  prefs.label = label;
  if (label)
    prefs.show[label] = true; /* one wants to see what one draws */
  showTools();
  drawPicture();
}

function setSize(mm) {
  prefs.size = clamp(mm, 1, 40);
  showTools();
}

function nextMode() {
  const names = Object.keys(MODES).filter(m => modeFits(m, prefs.label));
  const at = names.indexOf(prefs.mode[prefs.label]);
  prefs.mode[prefs.label] = names[(at + 1) % names.length];
  showTools();
  notice(`Painting changes ${MODE_WORDS[prefs.mode[prefs.label]]}.`);
}

function setTool(tool) {
  prefs.tool = tool;
  app.lasso = null;
  showTools();
}

function showTools() {
  for (const {firstChild: name, lastChild: eye, dataset} of $('labels').children) {
    const l = Number(dataset.label);
    name.setAttribute('aria-pressed', String(l === prefs.label && !document.body.classList.contains('read-only')));
    if (l)
      eye.checked = prefs.show[l];
  }
  for (const radio of document.getElementsByName('mode')) {
    radio.checked = prefs.mode[prefs.label] === radio.value;
    radio.disabled = !modeFits(radio.value, prefs.label);
  }
  press('brush', prefs.tool === 'brush');
  press('lasso', prefs.tool === 'lasso');
  press('outlines', !prefs.filled);
  press('filled', prefs.filled);
  press('compare', prefs.compare);
  press('smooth', prefs.smooth);
  $('opacity').value = prefs.opacity;
  $('opacity').disabled = !prefs.filled;
  $('size').value = prefs.size;
  $('size-text').textContent = `${prefs.size} mm`;
  drawCursor();
  keepPrefs();
}

function toggle(key) {
  prefs[key] = !prefs[key];
  showTools();
  drawPicture();
}

function eyeOf(name, l) {
  const eye = make('input');
  eye.type = 'checkbox';
  eye.title = `Show ${name} on the image`;
  eye.setAttribute('aria-label', eye.title);
  eye.onchange = () => {
    prefs.show[l] = eye.checked;
    drawPicture();
    drawTilesLater();
  };
  return eye;
}

function buildLabels() {
  $('labels').append(...LABELS.map(({name}, l) => {
    const box = make('div', 'label'), button = make('button'), swatch = make('i');
    box.dataset.label = l;
    swatch.style.background = l ? colour(l) : 'transparent';
    button.append(swatch, make('span', 'name', `${l} ${name}`));
    button.title = `Draw ${name} (${l})`;
    button.onclick = () => setLabel(l);
    box.append(button);
    if (l)
      box.append(eyeOf(name, l));
    return box;
  }));
}

/* ---- pointer ---- */

function stagePoint(e) {
  const box = $('stage').getBoundingClientRect();
  return {x: e.clientX - box.left, y: e.clientY - box.top};
}

function dragKind(e, p) {
  if (e.button === 1 || (e.button === 0 && (app.space || p.readOnly)))
    return 'pan';
  return e.button === 2 ? 'window' : e.button === 0 ? prefs.tool : '';
}

function pointerDown(e) {
  const p = app.open, kind = p && !app.drag ? dragKind(e, p) : '';
  e.preventDefault(); /* no auto-scroll by the middle button */
  $('stage').focus({preventScroll: true});
  if (!kind)
    return;
  $('stage').setPointerCapture(e.pointerId);
  const at = stagePoint(e), image = toImage(at);
  app.pointer = at;
  app.drag = {kind, id: e.pointerId, from: at, last: at, erase: e.shiftKey};
  if (kind === 'brush') {
    app.drag.rule = brushRule(e.shiftKey);
    app.drag.begun = beginChange(p, [p.slice]);
    paintStep(p, image, image);
  } else if (kind === 'lasso') {
    lassoDown(e, image);
  }
  drawCursor();
}

function paintStep(p, a, b) {
  paintLine(p, a, b, app.drag.rule);
  p.version[p.slice]++;
  drawPicture();
}

/* Clicks set corners; a drag from the first point on is a free line that closes by itself. */
function lassoDown(e, image) {
  const lasso = app.lasso;
  if (!lasso) {
    app.lasso = {points: [image], free: false};
    return;
  }
  const p = app.open, [x, y] = lasso.points[0], scale = app.view.scale;
  const near = Math.hypot((x - image[0]) * p.mm[0], (y - image[1]) * p.mm[1]) * scale < 8;
  if (near && lasso.points.length > 2) {
    app.drag = null;
    closeLasso(e.shiftKey);
  } else {
    lasso.points.push(image);
  }
}

function pointerMove(e) {
  app.pointer = stagePoint(e);
  app.shift = e.shiftKey;
  drawCursor();
  const d = app.drag;
  if (!d || !app.open || e.pointerId !== d.id)
    return;
  const coalesced = e.getCoalescedEvents?.() ?? [];
  for (const one of coalesced.length ? coalesced : [e])
    dragTo(d, stagePoint(one));
}

function dragTo(d, at) {
  const p = app.open, v = app.view, before = toImage(d.last), now = toImage(at);
  if (d.kind === 'brush')
    paintStep(p, before, now);
  else if (d.kind === 'lasso')
    lassoTo(d, at, now);
  else if (d.kind === 'window')
    dragWindow(p, at.x - d.last.x, at.y - d.last.y);
  if (d.kind === 'pan') {
    v.x += before[0] - now[0];
    v.y += before[1] - now[1];
    v.fit = null;
    drawPicture();
  }
  d.last = at;
}

function lassoTo(d, at, now) {
  if (!app.lasso || (!d.moved && Math.hypot(at.x - d.from.x, at.y - d.from.y) < 4))
    return;
  d.moved = true;
  app.lasso.free ||= app.lasso.points.length === 1;
  app.lasso.points.push(now);
}

/* Relative to the window itself, so that it is as quick for 12 bits as for 8. */
function dragWindow(p, dx, dy) {
  const width = p.high - p.low, level = (p.high + p.low) / 2;
  setWindow(width * Math.exp(dx / 250), level + dy * width / 400);
}

function pointerUp(e) {
  if (app.drag && (!e || e.pointerId === app.drag.id))
    endDrag();
}

function endDrag() {
  const d = app.drag, p = app.open;
  app.drag = null;
  if (!d || !p)
    return;
  if (d.kind === 'brush' && !commitChange(p, `${d.rule.name}, slice ${p.slice + 1}`, d.begun))
    sayNothingChanged(d.rule);
  if (d.kind === 'lasso' && app.lasso?.free)
    closeLasso(d.erase);
  drawCursor();
}

let wheelSum = 0;

function wheel(e) {
  e.preventDefault();
  const delta = e.deltaY * [1, 16, 400][e.deltaMode];
  if (!e.ctrlKey) {
    zoom(Math.exp(-delta * 0.0015), stagePoint(e));
    return;
  }
  wheelSum += delta; /* a touchpad sends many small steps */
  if (Math.abs(wheelSum) >= 50) {
    moveSlice(Math.sign(wheelSum));
    wheelSum = 0;
  }
}

/* ---- keys ---- */

const canEdit = () => Boolean(app.open && !app.open.readOnly);
const edit = f => () => { if (canEdit()) f(); };

const KEYS = {
  j: () => step(1), k: () => step(-1), '/': () => $('filter').focus(), '?': () => $('help').showModal(),
  arrowleft: () => moveSlice(-1), arrowright: () => moveSlice(1), arrowup: () => moveSlice(-1),
  arrowdown: () => moveSlice(1), pageup: () => moveSlice(-1), pagedown: () => moveSlice(1),
  home: () => moveSlice(-1e9), end: () => moveSlice(1e9),
  f: () => fitTo('heart'), a: () => fitTo('whole'), '+': () => zoom(1.25), '=': () => zoom(1.25),
  '-': () => zoom(0.8), r: resetWindow, i: invert, x: () => mirror(0), y: () => mirror(1),
  p: () => toggle('smooth'), o: () => toggle('filled'), n: () => toggle('compare'), h: () => hide(true),
  b: edit(() => setTool('brush')), l: edit(() => setTool('lasso')), g: edit(nextMode),
  '[': edit(() => setSize(prefs.size - (prefs.size > 6 ? 1 : 0.5))),
  ']': edit(() => setSize(prefs.size + (prefs.size >= 6 ? 1 : 0.5))),
  ',': edit(() => copyFrom(-1)), '.': edit(() => copyFrom(1)),
  enter: edit(() => { if (app.lasso) closeLasso(app.shift); }),
  escape: () => {
    app.lasso = null;
    drawCursor();
  },
};
LABELS.forEach((_, l) => { KEYS[l] = edit(() => setLabel(l)); });

const LIST_KEYS = {
  arrowup: () => step(-1), arrowdown: () => step(1), pageup: () => step(-10), pagedown: () => step(10),
  home: () => step(-1e9), end: () => step(1e9), enter: () => $('stage').focus(),
};

function saveByKey() {
  const p = app.open;
  if (!canEdit())
    return;
  if (p.dirty)
    void save(p);
  else
    notice('There are no changes to save.');
}

const CONTROL_KEYS = {s: saveByKey, z: e => e.shiftKey ? redo() : undo(), y: redo};

function hide(on) {
  if (app.hidden === on)
    return;
  app.hidden = on;
  drawPicture();
}

/* Keys that belong to the element with the focus, not to the page. */
function isTheirs(e, key) {
  const t = e.target, type = t.type;
  if (t.matches('select') || (t.matches('input') && !['checkbox', 'radio', 'range'].includes(type)))
    return true;
  if (t.matches('input'))
    return key.startsWith('arrow') || ['home', 'end', 'pageup', 'pagedown', ' '].includes(key);
  return t.matches('button') && (key === ' ' || key === 'enter');
}

function keyDown(e) {
  const key = e.key.toLowerCase(), control = e.ctrlKey || e.metaKey;
  app.shift = e.shiftKey;
  if (document.querySelector('dialog[open]') || e.isComposing)
    return;
  drawCursor();
  if (control || e.altKey) {
    const f = control && !e.altKey && Object.hasOwn(CONTROL_KEYS, key) ? CONTROL_KEYS[key] : null;
    if (f && (key === 's' || !isTheirs(e, key))) {
      e.preventDefault();
      f(e);
    }
    return;
  }
  if (isTheirs(e, key)) {
    if (key === 'escape' || (key === 'enter' && e.target.id === 'filter'))
      $('list').focus();
    return;
  }
  if (key === ' ') {
    app.space = true;
    e.preventDefault();
    return;
  }
  const keys = e.target === $('list') && Object.hasOwn(LIST_KEYS, key) ? LIST_KEYS : KEYS;
  if (Object.hasOwn(keys, key)) {
    e.preventDefault();
    keys[key]();
  }
}

function keyUp(e) {
  app.shift = e.shiftKey;
  if (e.key === ' ')
    app.space = false;
  if (e.key.toLowerCase() === 'h')
    hide(false);
  drawCursor();
}

function releaseKeys() {
  app.space = app.shift = false;
  hide(false);
  drawCursor();
}

/* ---- wiring ---- */

const onClick = (id, f) => { $(id).onclick = f; };

function wireList() {
  $('filter').oninput = $('verdict').onchange = $('open-only').onchange = () => {
    filterList();
    $('list').scrollTop = 0;
  };
  $('list').onscroll = drawList;
  $('rows').onclick = e => {
    const row = e.target.closest('.patient');
    if (row && app.shown[row.dataset.index].id === app.id && !app.open)
      void openPatient(app.id); /* it failed before */
    else if (row)
      void choose(app.shown[row.dataset.index].id);
  };
  for (const head of $('heads').children) {
    head.onclick = () => {
      const key = head.dataset.sort;
      app.sort = {key, up: app.sort.key === key ? !app.sort.up : key === 'id'};
      filterList();
      scrollToChosen();
    };
  }
}

function wireView() {
  onClick('fit', () => fitTo('heart'));
  onClick('whole', () => fitTo('whole'));
  onClick('zoom-in', () => zoom(1.25));
  onClick('zoom-out', () => zoom(0.8));
  onClick('smooth', () => toggle('smooth'));
  onClick('window-reset', resetWindow);
  onClick('invert', invert);
  $('width').onchange = $('level').onchange = () =>
    setWindow($('width').valueAsNumber, $('level').valueAsNumber);
  onClick('outlines', () => { if (prefs.filled) toggle('filled'); });
  onClick('filled', () => { if (!prefs.filled) toggle('filled'); });
  onClick('compare', () => toggle('compare'));
  $('opacity').oninput = () => {
    prefs.opacity = Number($('opacity').value);
    keepPrefs();
    drawPicture();
  };
  $('hide').onpointerdown = () => hide(true);
  $('hide').onpointerup = $('hide').onpointerleave = () => hide(false);
  $('slices').onclick = e => {
    const row = e.target.closest('[data-slice]');
    if (row)
      goTo(Number(row.dataset.slice));
  };
}

function wireEdit() {
  onClick('undo', undo);
  onClick('redo', redo);
  onClick('save', () => void save(app.open));
  onClick('delete', () => void deleteCorrection(app.open));
  onClick('brush', () => setTool('brush'));
  onClick('lasso', () => setTool('lasso'));
  $('size').oninput = () => setSize(Number($('size').value));
  for (const radio of document.getElementsByName('mode')) {
    radio.onchange = () => {
      prefs.mode[prefs.label] = radio.value;
      showTools();
    };
  }
  onClick('copy-before', () => copyFrom(-1));
  onClick('copy-after', () => copyFrom(1));
  onClick('slice-back', () => backToNetwork(app.open, [app.open.slice]));
  onClick('stack-back', () => backToNetwork(app.open, app.open.order));
}

function wireStage() {
  const stage = $('stage');
  stage.onpointerdown = pointerDown;
  stage.onpointermove = pointerMove;
  stage.onpointerup = stage.onpointercancel = pointerUp;
  stage.onpointerleave = () => {
    app.pointer = null;
    drawCursor();
  };
  stage.ondblclick = e => {
    if (app.lasso)
      closeLasso(e.shiftKey);
  };
  stage.oncontextmenu = e => e.preventDefault();
  stage.addEventListener('wheel', wheel, {passive: false});
  new ResizeObserver(() => {
    for (const id of ['picture', 'cursor']) {
      $(id).width = Math.round(stage.clientWidth * devicePixelRatio);
      $(id).height = Math.round(stage.clientHeight * devicePixelRatio);
    }
    fitView();
    drawPicture();
    drawCursor();
  }).observe(stage);
  new ResizeObserver(drawList).observe($('list'));
}

/* After a click on a tool the keys belong to the image again; by keyboard the focus stays. */
function giveFocusBack(e) {
  if (e.detail > 0 && e.target.closest('#bar button, aside button, aside input, #strip button, header .edit button') &&
      !document.querySelector('dialog[open]'))
    $('stage').focus({preventScroll: true});
}

function wirePage() {
  document.addEventListener('keydown', keyDown);
  document.addEventListener('keyup', keyUp);
  document.addEventListener('click', giveFocusBack);
  addEventListener('blur', releaseKeys);
  addEventListener('hashchange', () => {
    readToken();
    $('entry').close();
    void retry();
  });
  addEventListener('beforeunload', e => {
    if (unsaved().length)
      e.preventDefault();
  });
  onClick('retry', () => void retry());
  onClick('help-open', () => $('help').showModal());
  onClick('help-close', () => $('help').close());
  $('entry-form').onsubmit = enterAddress;
}

async function start() {
  loadPrefs();
  buildLabels();
  wireList();
  wireView();
  wireEdit();
  wireStage();
  wirePage();
  showTools();
  showState();
  readToken();
  try {
    const last = sessionStorage.getItem('cicatrix.patient');
    app.id = last;
  } catch { /* begin with the first */ }
  if (!app.token) {
    askAddress(false);
    return;
  }
  if (await loadList()) {
    showTools();
    await openPatient(app.cases.some(c => c.id === app.id) ? app.id : firstPatient());
  }
}

void start();
