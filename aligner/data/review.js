/* The page of `aligner review`: the beads of a document in a list of which only what is seen is drawn, and keys that make them
   right. What a person does is sent one request after another; the answer says which rows stand in place of which. */
import { fillMarked, keyOf, make, placesTold, printable, reasonsOf, wordsTold } from "/marking.js";

const BLOCK = 200; // rows that are fetched together; the server gives 500 at most
const AHEAD = 4, AROUND = 20; // beads of the order of work that are fetched beforehand, and rows on either side of each
const KEPT = 6000; // rows that are kept, some kilobytes each
const OVER = 600; // pixels above and below the view that are drawn too
const GAP = 8; // pixels between two rows
const TALLEST = 15e6; // pixels of a scrolled page: Firefox ends at 17.9 million, Chromium at 33.5 million
const STEADY = 0.3; // where in the view the bead is that one stands on: a third of the beads before it, two of those to come
const IDLE = 140; // milliseconds after which scrolling has come to rest
const FAST = 50; // milliseconds for which rows are not asked for while the view moves by screens, or a key is obeyed
const MOST_DOCUMENTS = 300; // documents that are listed; the others are found by name
const SIDES = ["en", "vi"];
const LANGUAGES = { en: "English", vi: "Vietnamese" };
const STATUSES = ["", "accepted", "rejected"];

const $ = (id) => document.getElementById(id);
const number = (value) => value.toLocaleString("en");
const view = $("view"), list = $("beads");
const button = (label, key, does) => {
  const made = make("button", "", label);
  made.type = "button";
  if (key) {
    made.append(make("kbd", "", SIGNS[key] || key));
    made.lastChild.setAttribute("aria-hidden", "true");
    made.setAttribute("aria-keyshortcuts", key);
  }
  made.addEventListener("click", (event) => { event.stopPropagation(); perform(does); });
  return made;
};

/* ---- What is known of the document: a column each, by place; rows by id as far as they were fetched. */
const state = { document: 0, version: 0, ids: [], doubt: [], status: [], length: [], sides: [], progress: null };
const COLUMNS = ["ids", "doubt", "status", "length", "sides"];
let project = null, rows = new Map(), focus = -1, cursor = { doubt: Infinity, place: -1 }, order = "doubt", mode = null;

const characters = (sentences) => sentences.reduce((sum, text) => sum + text.length + 1, -1);
const outlined = (row) => ({
  ids: row.id,
  doubt: Math.round(1000 * row.doubt),
  status: STATUSES.indexOf(row.status),
  length: Math.max(characters(row.en), characters(row.vi)),
  sides: (row.en.length ? 1 : 0) + (row.vi.length ? 2 : 0),
});

/* ---- Talking to the server. */
const ask = async (path, body) => {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let answer, told = {};
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("the server does not answer; see whether aligner review still runs");
  }
  try { told = await answer.json(); } catch { /* an answer without words is told by its number */ }
  if (!answer.ok) throw new Error(told.error || `the server answered ${answer.status}`);
  return told;
};

let sent = Promise.resolve(), open = 0, era = 0;
const FORGOTTEN = Symbol("was not sent, since an earlier one failed");
const drawSaved = () => {
  tellIdle();
  $("saved").textContent = open ? `not saved: ${open}` : "all saved";
  $("saved").classList.toggle("open", open > 0);
};
/* One request after another; those behind one that failed are forgotten, and said to be. */
const send = (path, body = {}) => {
  const begun = era;
  open++;
  drawSaved();
  const answer = sent.then(async () => {
    if (begun !== era) throw FORGOTTEN;
    const change = await ask(path, { document: state.document, version: state.version, ...body });
    await apply(change);
    return change;
  }).catch((error) => {
    if (error !== FORGOTTEN) fail(error, "not saved: ", body.bead);
    throw FORGOTTEN;
  }).finally(() => { open--; drawSaved(); });
  sent = answer.catch(() => {});
  return answer;
};
const fail = (error, before = "", bead = state.ids[focus]) => {
  const lost = commands.length + Math.max(open - 1, 0);
  era++;
  commands.length = 0;
  mode = null;
  notify(`${before}${error.message}${lost ? `; what was asked for behind it (${lost}) was not done` : ""}`);
  /* What the server has counts; where it cannot be read either, that is asked for by hand. */
  perform(() => reload(bead).catch(() => {}));
};
const reload = (bead = state.ids[focus]) => load(state.document, bead);
const notify = (text, more = [button("Read again", "", async () => { $("notice").hidden = true; await reload(); })]) => {
  const close = button("Close", "", () => { $("notice").hidden = true; hold(); });
  $("notice").replaceChildren(make("span", "", printable(text)), ...more, close);
  $("notice").hidden = false;
};
const say = (text) => { $("done").textContent = ""; $("done").textContent = printable(text); };
window.addEventListener("beforeunload", (event) => { if (open) event.preventDefault(); });

/* ---- Commands: keys and buttons in their order. One that waits for an answer keeps those behind it waiting, not lost. */
const commands = [];
let running = false, isNext = false; // isNext: what a key asks for that was typed ahead comes before the keys behind it
/* For who drives the page from outside: whether everything that was asked for is done and kept. */
const tellIdle = () => { document.documentElement.dataset.idle = String(!running && !open); };
const perform = async (command) => {
  if (isNext) commands.unshift(command); else commands.push(command);
  if (running) return;
  running = true;
  tellIdle();
  try {
    while (commands.length) {
      try {
        const done = commands.shift()();
        if (done) await done;
      } catch (error) {
        if (error !== FORGOTTEN) fail(error);
      }
    }
  } finally {
    running = false;
    tellIdle();
  }
};

/* ---- Rows, in blocks, a place once at a time. */
const asked = new Set();
const fetchRows = async (start, count) => {
  const places = [];
  for (let k = Math.max(0, Math.floor(start)); k < Math.min(start + count, state.ids.length); k++) {
    if (!rows.has(state.ids[k]) && !asked.has(state.ids[k])) places.push(k);
  }
  if (!places.length) return;
  const from = places[0], n = Math.min(BLOCK, places[places.length - 1] - from + 1), of = state.document;
  const wanted = state.ids.slice(from, from + n);
  for (const id of wanted) asked.add(id);
  try {
    const told = await ask(`/api/beads?document=${of}&start=${from}&count=${n}`);
    if (of !== state.document) return;
    /* A row that is known is newer than one that was asked for before; what is told of an id else never changes. */
    for (const row of told.rows) if (!rows.has(row.id)) rows.set(row.id, row);
    if (told.version > state.version && !open) { notify("Another page has changed this document; it was read again."); perform(() => reload()); }
  } finally {
    for (const id of wanted) asked.delete(id);
  }
  if (rows.size > KEPT) for (const id of [...rows.keys()].slice(0, rows.size - KEPT / 2)) if (!drawn.has(id)) rows.delete(id);
  drawSoon();
};
const block = (place) => fetchRows(Math.floor(place / BLOCK) * BLOCK, BLOCK);
const prefetch = (start, count) => { fetchRows(start, count).catch((error) => notify(error.message)); };
const rowAt = async (place) => {
  for (let tried = 0; !rows.has(state.ids[place]); tried++) {
    if (asked.has(state.ids[place])) { await new Promise((resolve) => setTimeout(resolve, 5)); tried = 0; }
    else if (tried > 20) throw new Error("the bead cannot be read");
    else await block(place);
  }
  return rows.get(state.ids[place]);
};

const load = async (of, id) => {
  const first = state.ids.length === 0;
  const told = await ask(`/api/outline?document=${of}`);
  for (const name of COLUMNS) state[name] = told[name];
  if (state.document !== of) say("");
  Object.assign(state, { document: of, version: told.version, progress: told.progress });
  rows = new Map();
  mode = null;
  focus = -1;
  cursor = { doubt: Infinity, place: -1 };
  list.setAttribute("aria-rowcount", state.ids.length);
  if (location.hash !== `#${of + 1}` && (of || location.hash)) history.replaceState(null, "", `#${of + 1}`);
  resize();
  drawProgress();
  const at = id === undefined ? -1 : state.ids.indexOf(id);
  if (!state.ids.length) { say("This document has no beads."); draw(); return; }
  if (at >= 0) stand(at, first); else if (!goOn(1, "")) stand(0, first);
  list.setAttribute("aria-busy", "false");
};

/* The rows of a change take the place of others; where one stands and has come to in the work moves along. */
const apply = async (change) => {
  if (change.reload) { await load(state.document, state.ids[focus]); return; }
  const { at, removed } = change, added = change.rows.length, by = added - removed;
  const gone = state.ids.slice(at, at + removed), stood = state.ids[focus];
  for (const id of gone) rows.delete(id);
  const told = change.rows.map(outlined);
  for (const name of COLUMNS) state[name].splice(at, removed, ...told.map((row) => row[name]));
  for (const row of change.rows) rows.set(row.id, row);
  state.version = change.version;
  if (open < 2) state.progress = change.progress; // else the page is ahead of the answers
  if (by) {
    heights.splice(at, removed, ...Array.from({ length: added }, (_, k) => guess(at + k)));
    sums.build(heights);
    list.setAttribute("aria-rowcount", state.ids.length);
    if (cursor.place >= at + removed) cursor.place += by;
  }
  if (focus >= at + removed) focus += by;
  else if (focus >= at) {
    const same = change.rows.findIndex((row) => row.id === stood);
    const given = state.ids.indexOf(change.focus, at);
    focus = same >= 0 ? at + same : Math.min(given >= 0 ? given : at, state.ids.length - 1);
  }
  drawProgress();
  draw();
};

/* ---- The list. Heights are guessed from lengths and measured when drawn; their sums are in a Fenwick tree (Fenwick 1994). */
let heights = [], tall = 1; // tall: pixels of a line
const sums = {
  tree: new Float64Array(1),
  build(values) {
    const n = values.length, tree = new Float64Array(n + 1);
    for (let k = 1; k <= n; k++) {
      tree[k] += values[k - 1];
      const parent = k + (k & -k);
      if (parent <= n) tree[parent] += tree[k];
    }
    this.tree = tree;
    this.whole = this.before(n);
  },
  add(place, by) {
    for (let k = place + 1; k < this.tree.length; k += k & -k) this.tree[k] += by;
    this.whole += by;
  },
  before(place) {
    let sum = 0;
    for (let k = place; k > 0; k -= k & -k) sum += this.tree[k];
    return sum;
  },
  find(offset) { // the place whose row holds that pixel
    let at = 0;
    for (let step = 2 ** Math.floor(Math.log2(Math.max(1, this.tree.length - 1))); step; step >>= 1) {
      if (at + step < this.tree.length && this.tree[at + step] <= offset) { at += step; offset -= this.tree[at]; }
    }
    return Math.min(at, this.tree.length - 2);
  },
  whole: 0,
};
const guessing = { narrow: false, across: 60, around: 28 }; // characters of a line; pixels around the text: padding, edges, the gap
const guess = (place) => {
  const lines = Math.max(1, Math.ceil(state.length[place] / guessing.across));
  if (guessing.narrow) return Math.round(guessing.around + 2.2 * tall + tall * lines * (state.sides[place] === 3 ? 2 : 1));
  return Math.round(guessing.around + Math.max(lines, 1.5) * tall);
};
const resize = () => {
  const probe = make("p", "", "The ferry of Cát Hải sails at a quarter past seven. Phà Cát Hải khởi hành lúc bảy giờ mười lăm phút.");
  probe.style.cssText = "position:absolute;visibility:hidden;white-space:nowrap";
  list.append(probe);
  const each = probe.offsetWidth / probe.textContent.length;
  tall = probe.offsetHeight;
  probe.remove();
  guessing.narrow = matchMedia("(max-width: 42rem)").matches;
  const wide = list.clientWidth, em = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const column = guessing.narrow ? wide - 2 * em : (wide - 14.8 * em) / 2;
  /* Words do not fill their lines: a twentieth is lost. */
  guessing.across = Math.max(8, 0.95 * column / each);
  heights = Array.from(state.ids, (_, k) => guess(k));
  sums.build(heights);
};

/* Where a place of the document is on the scrolled page: the same, unless the page would be too tall for a browser. While it is
   scrolled `shift` takes up what was guessed wrong above, so that nothing jumps; at rest it is taken back. */
let shift = 0, last = 0, resting = 0;
const tallest = () => Math.min(sums.whole, TALLEST);
const stretch = () => Math.max(1, (sums.whole - view.clientHeight) / Math.max(1, tallest() - view.clientHeight));
const jump = (offset) => {
  const at = Math.max(0, Math.min(offset, sums.whole - view.clientHeight));
  list.style.height = `${tallest()}px`;
  const wanted = Math.round(at / stretch());
  if (view.scrollTop !== wanted) view.scrollTop = wanted;
  last = view.scrollTop;
  shift = at - last;
  draw();
};
const scrolled = () => {
  const now = view.scrollTop, far = Math.abs(now - last) > 3 * view.clientHeight;
  if (now === last) return;
  last = now;
  isFast = far;
  if (far && stretch() > 1) shift = now * stretch() - now;
  clearTimeout(resting);
  resting = setTimeout(() => { isFast = false; jump(view.scrollTop + shift); }, IDLE);
  const near = view.clientHeight + Math.abs(shift);
  if (shift && (now < near || now > tallest() - view.clientHeight - near)) jump(now + shift);
  else draw();
};

const drawn = new Map(); // by id: the element, and what it was made of
/* A row as it is to be now, made anew where it is another. */
const keep = (place) => {
  const id = state.ids[place], row = rows.get(id), own = place === focus;
  const is = own ? mode || "now" : "", known = drawn.get(id);
  /* What depends on the neighbours of the bead that one stands on. */
  const ends = own ? `${place === 0}${place === state.ids.length - 1}` : "";
  if (known && known.row === row && known.is === is && known.ends === ends) {
    if (known.place !== place) { known.place = place; tellPlace(known.element, place, row); }
    return known;
  }
  const element = drawBead(place, row);
  const made = { element, row, is, ends, place, fresh: true };
  if (known) {
    const had = known.element.contains(document.activeElement);
    known.element.replaceWith(element);
    if (had && own) element.focus({ preventScroll: true });
  }
  drawn.set(id, made);
  return made;
};
const draw = () => {
  const n = state.ids.length;
  if (!n) { list.replaceChildren(); drawn.clear(); return; }
  const height = view.clientHeight, top = view.scrollTop + shift;
  const seen = focus >= 0 && sums.before(focus) < top + height && sums.before(focus + 1) > top;
  const anchor = seen ? focus : sums.find(Math.max(0, top)), was = sums.before(anchor);
  const first = sums.find(Math.max(0, top - OVER));
  const wanted = new Set();
  if (focus >= 0) wanted.add(focus);
  let place = first;
  for (let y = sums.before(first); place < n && y < top + height + OVER; place++) { wanted.add(place); y += heights[place]; }
  const all = [...wanted].sort((a, b) => a - b), ids = new Set(all.map((k) => state.ids[k]));
  for (const [id, { element }] of drawn) if (!ids.has(id)) { element.remove(); drawn.delete(id); }
  let before = null;
  for (const k of all) {
    const { element } = keep(k);
    const next = before ? before.nextSibling : list.firstChild;
    if (next !== element) list.insertBefore(element, next);
    before = element;
  }
  for (const k of all) {
    const one = drawn.get(state.ids[k]);
    if (!one.fresh) continue;
    one.fresh = false;
    const measured = one.element.offsetHeight + GAP;
    if (measured !== heights[k]) { sums.add(k, measured - heights[k]); heights[k] = measured; }
  }
  shift += sums.before(anchor) - was;
  for (const k of all) drawn.get(state.ids[k]).element.style.transform = `translateY(${sums.before(k) - shift}px)`;
  list.style.height = `${sums.whole > TALLEST ? TALLEST : sums.whole - shift}px`;
  const missing = all.find((k) => k !== focus && !rows.has(state.ids[k]));
  clearTimeout(seeking);
  /* Who drags the bar through the whole document passes by most of it. */
  if (missing !== undefined && isFast) seeking = setTimeout(() => prefetch(missing - BLOCK / 4, BLOCK), FAST);
  else if (missing !== undefined) prefetch(missing - BLOCK / 4, BLOCK);
  else { prefetch(place, BLOCK / 2); prefetch(first - BLOCK / 2, BLOCK / 2); }
};
let soon = 0, seeking = 0, isFast = false;
const drawSoon = () => { if (!soon) soon = requestAnimationFrame(() => { soon = 0; draw(); }); };
view.addEventListener("scroll", scrolled, { passive: true });
let wide = 0;
new ResizeObserver(() => {
  if (!state.ids.length) return;
  if (view.clientWidth === wide) { draw(); return; }
  wide = view.clientWidth;
  const place = focus >= 0 ? focus : 0, from = sums.before(place) - view.scrollTop - shift;
  for (const one of drawn.values()) one.fresh = true;
  resize();
  jump(sums.before(place) - from);
}).observe(view);

/* ---- One bead. */
const texts = (sentences) => sentences.map((text) => printable(text.normalize("NFC")));
const named = (place) => `bead ${number(place + 1)}`;
/* Where a row stands, and what a screen reader says of it: the bead, both texts and the reasons, not all the buttons. */
const tellPlace = (element, place, row) => {
  element.setAttribute("aria-rowindex", place + 1);
  if (!row) { element.firstChild.textContent = `${number(place + 1)} · reading …`; return; }
  const [meta, ...cells] = element.querySelectorAll(".meta, .en, .vi, .why"), worth = worthOf(row);
  meta.querySelector(".name").textContent = number(place + 1);
  meta.setAttribute("aria-label", [
    named(place),
    worth !== null && `${row.quality === null ? "probability" : "quality"} ${worth.toFixed(2)}`,
    `${row.en.length} to ${row.vi.length}`,
    row.status,
  ].filter(Boolean).join(", "));
  [meta, ...cells].forEach((cell, k) => { cell.id = `cell-${row.id}-${k}`; });
  element.setAttribute("aria-labelledby", [meta, ...cells].map((cell) => cell.id).join(" "));
};
const drawBead = (place, row) => {
  const element = make("div", "bead"), own = place === focus;
  element.setAttribute("role", "row");
  if (own) element.tabIndex = 0;
  element.setAttribute("aria-selected", String(own));
  element.dataset.id = state.ids[place];
  if (own) element.classList.add("now");
  if (!row) {
    element.classList.add("waiting");
    element.style.height = `${heights[place] - GAP}px`;
    element.append(make("div", "meta"));
    element.firstChild.setAttribute("role", "gridcell");
    tellPlace(element, place, row);
    return element;
  }
  const worth = worthOf(row);
  if (worth !== null) element.classList.add("q" + Math.min(4, Math.floor(5 * worth)));
  if (row.status) element.classList.add(row.status);
  if (!row.en.length || !row.vi.length) element.classList.add("null");
  element.append(drawMeta(row));
  const told = wordsTold(row.reasons);
  SIDES.forEach((side, k) => element.append(drawSide(place, row, side, told[k])));
  const why = drawWhy(row, own);
  if (why.childNodes.length) element.append(why);
  if (own) {
    if (mode && mode.kind === "flag") element.append(drawFlagging(row), drawActs([["Save", "Enter", saveNote, "main"], ["Leave", "Escape", leave, ""]]));
    else if (mode && mode.kind === "edit") element.append(drawActs([["Save", "Enter", saveTexts, "main"], ["Leave", "Escape", leave, ""]]));
    else if (mode) element.append(drawActs([["Split here", "Enter", splitHere, "main"], ["Other side", "Tab", otherSide, ""], ["Leave", "Escape", leave, ""]]));
    else {
      for (const side of SIDES) element.append(drawMoves(place, row, side));
      if (row.repair) element.append(drawRepair(row.repair));
      element.append(drawActs(ACTS.filter(([, , , , fits]) => !fits || fits(place, row))));
    }
  }
  tellPlace(element, place, row);
  return element;
};
/* Of a pair how good a translation it is, of sentences without counterpart how probable that is. */
const worthOf = (row) => row.quality ?? row.probability;
const drawMeta = (row) => {
  const meta = make("div", "meta"), first = make("div");
  meta.setAttribute("role", "gridcell");
  const worth = worthOf(row);
  if (worth !== null) {
    first.append(make("b", "", worth.toFixed(2)), " ");
    first.firstChild.title = row.quality === null ? "how probable it is that nothing stands for it" : "how good a translation it is";
  }
  first.append(make("span", "name"), ` · ${row.en.length}:${row.vi.length}`);
  meta.append(first);
  if (worth !== null) {
    const meter = make("div", "meter"), inner = make("i");
    inner.style.width = `${100 * worth}%`;
    meter.append(inner);
    meta.append(meter);
  }
  if (row.status) meta.append(make("div", `said ${row.status}`, `${row.status === "accepted" ? "✓" : "✗"} ${row.status}${row.touched ? ", arranged" : ""}`));
  return meta;
};
const drawSide = (place, row, side, told) => {
  const cell = make("div", side), own = place === focus, sentences = make("div", "sentences");
  cell.setAttribute("role", "gridcell");
  cell.append(sentences);
  if (own && mode && mode.kind === "edit") return drawFields(cell, sentences, row, side);
  if (own && mode && mode.kind === "boundary") return drawBoundary(cell, sentences, row, side);
  for (const text of texts(row[side])) {
    const line = make("p");
    line.lang = side;
    line.dir = "auto";
    fillMarked(line, text, placesTold(text, told));
    sentences.append(line);
  }
  if (!row[side].length) sentences.append(make("p", "none", "no counterpart"));
  return cell;
};
/* The words of a reason's code: what the columns call source and target is English and Vietnamese here. */
const inWords = (code) => code.replace(/^source_(?!not)/, "English ").replace(/^target_(?!not)/, "Vietnamese ")
  .replace(/^(source|target)_not_(.)/, (_, _side, letter) => `not ${letter.toUpperCase()}`).replaceAll("_", " ");
const drawWhy = (row, own) => {
  const why = make("div", "why");
  why.setAttribute("role", "gridcell");
  /* That a null bead is null is seen. */
  const reasons = reasonsOf(row.reasons).filter(([code]) => code !== "null");
  if (reasons.length) {
    const line = make("p");
    reasons.forEach(([code, details], k) => line.append(k ? " " : "", make("code", "", printable(inWords(code))), printable(details)));
    why.append(line);
  }
  if (row.told) why.append(make("p", "told", printable(row.told)));
  if (row.note) why.append(make("p", "flag", printable(row.note)));
  if (row.repair && !own) why.append(make("p", "offered", "another arrangement is offered"));
  return why;
};
const drawRepair = (repair) => {
  const box = make("div", "repair");
  box.setAttribute("role", "gridcell");
  box.append(make("h3", "", `offered in place of ${repair.replaces.length === 1 ? "this bead" : `these ${repair.replaces.length} beads`}`));
  repair.beads.forEach((bead, k) => {
    if (k) box.append(make("div", "rule"));
    for (const side of SIDES) {
      const text = make("p", bead[side].length ? "" : "none", texts(bead[side]).join(" ") || "no counterpart");
      text.lang = side;
      text.dir = "auto";
      box.append(text);
    }
  });
  return box;
};
const drawActs = (acts) => {
  const bar = make("div", "acts");
  bar.setAttribute("role", "gridcell");
  for (const [label, key, does, className] of acts) {
    const made = button(label, key, does);
    if (className) made.className = className;
    const says = BY_KEY.get(key)?.says;
    if (!mode && says) made.title = says;
    if (!mode && /[↑↓…]/u.test(label)) made.setAttribute("aria-label", says);
    bar.append(made);
  }
  return bar;
};
const drawMoves = (place, row, side) => {
  const moves = make("div", `moves of-${side}`), end = state.ids.length - 1, language = LANGUAGES[side];
  moves.setAttribute("role", "gridcell");
  for (const [direction, take, give] of MOVES[side]) {
    const group = make("span");
    group.append(make("b", "", direction === "previous" ? "↑" : "↓"));
    group.firstChild.setAttribute("aria-hidden", "true");
    if (direction === "previous" ? place > 0 : place < end) {
      const taking = button("take", take, doing(take));
      taking.title = `take the ${language} sentence of the ${direction} bead that stands nearest`;
      taking.setAttribute("aria-label", taking.title);
      group.append(taking);
    }
    if (row[side].length) {
      const giving = button("give", give, doing(give));
      giving.title = `give the ${direction === "next" ? "last" : "first"} ${language} sentence to the ${direction} bead`;
      giving.setAttribute("aria-label", giving.title);
      group.append(giving);
    }
    if (group.children.length > 1) moves.append(group);
  }
  return moves;
};
/* A press on a row stands on it; text can be marked as everywhere. */
list.addEventListener("click", (event) => {
  const element = event.target.closest(".bead");
  if (!element || event.target.closest("button, input, textarea, .boundary") || !getSelection().isCollapsed) return;
  const place = state.ids.indexOf(Number(element.dataset.id));
  if (place >= 0 && place !== focus) perform(() => { if (left()) stand(place, true, true); });
});

/* ---- Standing on a bead, and the order of work. */
const hold = () => {
  const one = drawn.get(state.ids[focus]);
  if (one && !one.element.contains(document.activeElement)) one.element.focus({ preventScroll: true });
};
/* `still`: the view stays, as far as the bead is in it. */
const stand = (place, hasFocus = true, still = false) => {
  if (focus >= 0 && focus !== place) { // it shrinks; measured again where it is seen
    const by = guess(focus) - heights[focus];
    heights[focus] += by;
    sums.add(focus, by);
    if (focus < place) shift += by;
  }
  const own = document.activeElement === document.body || list.contains(document.activeElement);
  focus = place;
  mode = null;
  const top = view.scrollTop + shift, height = view.clientHeight, from = sums.before(place);
  if (still && from >= top && from < top + height) { draw(); if (sums.before(place + 1) > top + height) steady(); } else steady();
  if (own || hasFocus) hold();
  if (!rows.has(state.ids[place])) block(place).catch((error) => notify(error.message));
  /* Once the bead is on the screen, those that come next are fetched. */
  clearTimeout(looking);
  looking = setTimeout(() => { for (const k of comers(AHEAD)) prefetch(k - AROUND, 2 * AROUND); }, FAST);
};
let looking = 0;
const steady = () => {
  jump(sums.before(focus) - STEADY * view.clientHeight);
  /* Now it is measured; a bead taller than what is left of the view begins higher. */
  const room = Math.max(0, Math.min(STEADY * view.clientHeight, view.clientHeight - heights[focus]));
  if (Math.abs(sums.before(focus) - view.scrollTop - shift - room) > 1) jump(sums.before(focus) - room);
};
/* Beads that nobody decided, the most doubtful first or as they are read, from one on; `from` is where the work has come to. */
const nextOf = (from, step) => {
  const { doubt, status, ids } = state, n = ids.length;
  if (order === "reading") {
    for (let k = from.place + step; k >= 0 && k < n; k += step) if (!status[k]) return k;
    return -1;
  }
  let best = -1;
  for (let k = 0; k < n; k++) {
    if (status[k]) continue;
    const ahead = doubt[k] < from.doubt || (doubt[k] === from.doubt && k > from.place);
    const itself = doubt[k] === from.doubt && k === from.place;
    if (itself || ahead !== step > 0) continue;
    if (best < 0 || (step > 0 ? doubt[k] > doubt[best] : doubt[k] <= doubt[best])) best = k;
  }
  return best;
};
const begun = () => (order === "reading" ? { doubt: 0, place: focus } : cursor);
const comers = (n) => {
  const found = [];
  for (let from = begun(); found.length < n; ) {
    const place = nextOf(from, 1);
    if (place < 0) break;
    found.push(place);
    from = { doubt: state.doubt[place], place };
  }
  return found;
};
const goOn = (step = 1, before = "") => {
  let place = nextOf(begun(), step), around = "";
  if (place < 0 && state.status.includes(0)) {
    const end = step > 0 ? { doubt: Infinity, place: -1 } : { doubt: -1, place: state.ids.length };
    place = nextOf(end, step);
    if (place >= 0) around = order === "reading" ? "From the other end. " : "Once more through those that were passed over. ";
  }
  if (place < 0) {
    say(`${before}Every bead is decided.`);
    if (focus >= 0) stand(focus);
    return false;
  }
  cursor = { doubt: state.doubt[place], place };
  stand(place);
  say(`${before}${around}Now ${named(place)}, doubt ${(state.doubt[place] / 1000).toFixed(2)}.`);
  return true;
};

/* ---- What a person does. */
const goTo = (place) => { if (state.ids.length) { stand(Math.max(0, Math.min(place, state.ids.length - 1))); say(`Now ${named(focus)}.`); } };
const step = (by) => goTo(focus + by);
const decide = async (kind, then = true) => {
  if (focus < 0) return;
  const place = focus, id = state.ids[place], row = await rowAt(place);
  const status = kind === "accept" ? "accepted" : kind === "reject" ? "rejected" : "";
  if (row.status !== status) {
    /* Shown at once; the answer makes it right. What comes behind it need not wait. */
    const { decided, expected_wrong: wrong } = state.progress;
    rows.set(id, { ...row, status, doubt: status ? 0 : row.doubt });
    if (status && !row.status) {
      Object.assign(state.progress, { decided: decided + 1, expected_wrong: Math.max(0, wrong - row.doubt) });
    }
    state.status[place] = STATUSES.indexOf(status);
    drawProgress();
    send("/api/edit", { kind, bead: id }).catch(() => {});
  }
  const told = `${status ? status[0].toUpperCase() + status.slice(1) : "Open again"}: ${named(place)}. `;
  if (then) goOn(1, told); else { draw(); say(told); }
};
/* An edit of which the page does not know what it makes: what is behind it waits. */
const edit = async (kind, told, more = {}) => {
  if (focus < 0) return null;
  const element = drawn.get(state.ids[focus])?.element;
  element?.classList.add("busy");
  try {
    const change = await send("/api/edit", { kind, bead: state.ids[focus], ...more });
    arrive(change);
    say(`${told}: ${named(focus)}.`);
    return change;
  } finally {
    element?.classList.remove("busy");
  }
};
const arrive = (change) => {
  const place = state.ids.indexOf(change.focus);
  stand(place >= 0 ? place : Math.min(Math.max(focus, 0), state.ids.length - 1));
};
const pull = (side, direction) => edit("pull", `The ${direction} ${LANGUAGES[side]} sentence taken over`, { side, from: direction });
const push = (side, direction) => edit("push", `${LANGUAGES[side]} sentence given to the ${direction} bead`, { side, to: direction });
const merge = (direction) => edit("merge", `Merged with the ${direction} bead`, { with: direction });
const repair = async () => {
  const row = focus >= 0 && await rowAt(focus);
  if (!row || !row.repair) { say("Nothing is offered for this bead."); return; }
  const n = row.repair.replaces.length;
  if (await edit("repair", "Repaired")) goOn(1, `Repaired: ${n === 1 ? "one bead" : `${n} beads`}. `);
};
const back = async (verb, told) => {
  if (!open && !state.progress[`can_${verb}`]) { say(`Nothing to ${verb}.`); return; }
  const change = await send(`/api/${verb}`);
  if (!change.reload) arrive(change);
  say(`${told}: ${named(focus)}.`);
};
const realign = async () => {
  say("Aligning what nobody decided …");
  const change = await send("/api/realign");
  say(`Aligned again: ${number(change.changed)} beads changed.`);
};

/* The boundary: by words, or with Shift by characters; a place is a sentence and a code point of it. */
const wordStarts = (sentences) => {
  const places = [[0, 0]];
  sentences.forEach((text, k) => {
    const points = Array.from(text);
    if (k) places.push([k, 0]);
    for (let at = 1; at < points.length; at++) if (/\s/u.test(points[at - 1]) && !/\s/u.test(points[at])) places.push([k, at]);
  });
  places.push([sentences.length, 0]);
  return places;
};
const middle = (sentences) => {
  if (sentences.length > 1) return [Math.round(sentences.length / 2), 0];
  const places = wordStarts(sentences), half = Array.from(sentences[0] || "").length / 2;
  return places.slice(1, -1).sort((a, b) => Math.abs(a[1] - half) - Math.abs(b[1] - half))[0] || places[0];
};
const chooseBoundary = async () => {
  const row = focus >= 0 && await rowAt(focus);
  if (!row) return;
  mode = { kind: "boundary", row, side: row.en.length ? "en" : "vi", at: { en: middle(row.en), vi: middle(row.vi) } };
  stood();
  say("Choose the boundary: arrows by word, with Shift by character; Tab the other side; Enter splits, Escape leaves.");
};
/* Modes are told apart by identity: a new one draws the bead anew. */
const stood = () => {
  draw();
  fitFields();
  if (sums.before(focus + 1) > view.scrollTop + shift + view.clientHeight) steady();
  hold();
};
const moveBoundary = (by, isFine) => {
  const sentences = mode.row[mode.side], [k, at] = mode.at[mode.side];
  const places = isFine ? sentences.flatMap((text, s) => Array.from(text, (_, c) => [s, c])).concat([[sentences.length, 0]]) : wordStarts(sentences);
  const behind = ([s, c]) => s > k || (s === k && c > at), before = ([s, c]) => s < k || (s === k && c < at);
  const found = by > 0 ? places.find(behind) : places.findLast(before);
  if (found) setBoundary(mode.side, found);
};
const setBoundary = (side, at) => {
  mode = { ...mode, side, at: { ...mode.at, [side]: at } };
  stood();
  const text = Array.from(mode.row[side][at[0]] || "").slice(at[1]).join("");
  say(`${LANGUAGES[side]}, the second bead: ${text ? `${text.split(/\s+/u).slice(0, 5).join(" ")} …` : "nothing"}`);
};
const otherSide = () => {
  const side = mode.side === "en" ? "vi" : "en";
  setBoundary(side, mode.at[side]);
};
const splitHere = () => {
  const { at } = mode;
  mode = null;
  return edit("split", "Split", { en: at.en, vi: at.vi });
};
const drawBoundary = (cell, sentences, row, side) => {
  const [at, point] = mode.at[side];
  sentences.classList.add("boundary");
  sentences.classList.toggle("here", mode.side === side);
  const caret = () => make("span", "caret");
  row[side].forEach((text, k) => {
    const line = make("p"), points = Array.from(text);
    line.lang = side;
    const cut = k < at ? points.length : k > at ? 0 : point;
    const put = (from, to, className) => {
      /* Each word can be pressed: the boundary is before it. */
      for (let start = from; start < to; ) {
        let end = start + 1;
        while (end < to && !(/\s/u.test(points[end - 1]) && !/\s/u.test(points[end]))) end++;
        const word = make("span", className, printable(points.slice(start, end).join(""))), place = [k, start];
        word.addEventListener("click", () => perform(() => { if (mode && mode.kind === "boundary") setBoundary(side, place); }));
        line.append(word);
        start = end;
      }
    };
    put(0, cut, "before");
    if (k === at) line.append(caret());
    put(cut, points.length, "after");
    sentences.append(line);
  });
  if (at === row[side].length) (sentences.lastChild || sentences).append(caret());
  return cell;
};

/* Fields for the sentences of both sides. */
const editTexts = async () => {
  const row = focus >= 0 && await rowAt(focus);
  if (!row) return;
  mode = { kind: "edit", row };
  stood();
  fields()[0].focus({ preventScroll: true });
  say("Edit the text: Enter saves, Escape leaves.");
};
const fitFields = () => {
  for (const field of fields()) {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }
  if (drawn.has(state.ids[focus])) drawn.get(state.ids[focus]).fresh = true;
  draw();
};
const drawFields = (cell, sentences, row, side) => {
  row[side].forEach((text, k) => {
    const field = make("textarea");
    Object.assign(field, { value: text, lang: side, dir: "auto", rows: 1, spellcheck: true });
    Object.assign(field.dataset, { side, sentence: k });
    field.setAttribute("aria-label", `${LANGUAGES[side]} sentence ${k + 1}`);
    field.addEventListener("input", fitFields);
    sentences.append(field);
  });
  if (!row[side].length) sentences.append(make("p", "none", "no counterpart"));
  return cell;
};
const fields = () => [...(drawn.get(state.ids[focus])?.element.querySelectorAll("textarea, input") || [])];
const changedFields = () => (mode && mode.kind === "edit"
  ? fields().filter((field) => field.value !== mode.row[field.dataset.side][field.dataset.sentence])
  : mode && mode.kind === "flag" ? fields().filter((field) => field.value !== mode.row.note) : []);
/* What could not be saved is not thrown away: it can be copied from the message. */
const kept = (written) => (error) => {
  $("notice").firstChild.textContent += `\nWritten: ${written.map(printable).join(" / ")}`;
  throw error;
};
const saveTexts = async () => {
  /* From the last on, since one that is emptied moves those behind it. */
  const changed = changedFields().reverse().map((field) => ({ side: field.dataset.side, sentence: Number(field.dataset.sentence), text: field.value }));
  mode = null;
  if (!changed.length) { stood(); say("Nothing was changed."); return; }
  for (const one of changed) await edit("edit", "Text changed", one).catch(kept(changed.slice(changed.indexOf(one)).map((left) => left.text)));
  stood();
};
const flagBead = async () => {
  const row = focus >= 0 && await rowAt(focus);
  if (!row) return;
  mode = { kind: "flag", row };
  stood();
  fields()[0].focus({ preventScroll: true });
};
const drawFlagging = (row) => {
  const box = make("div", "flagging"), label = make("label", "", "Note; an empty one takes the flag away"), field = make("input");
  box.setAttribute("role", "gridcell");
  field.value = row.note;
  field.maxLength = 1000;
  label.append(field);
  box.append(label);
  return box;
};
const saveNote = async () => {
  const note = fields()[0].value;
  mode = null;
  await edit("flag", note.trim() ? "Flagged" : "Not flagged", { note }).catch(kept([note]));
  stood();
};
const leave = () => { mode = null; stood(); };
/* Whether the bead can be left: what was written is not thrown away by a press elsewhere. */
const left = () => {
  if (!changedFields().length) return true;
  say("The text is not saved: Enter saves it, Escape leaves it.");
  fields()[0].focus({ preventScroll: true });
  return false;
};

/* ---- Documents, order, share, export. */
const showDocuments = async () => {
  project = await ask("/api/project");
  drawDocuments();
  $("documents").showModal();
};
const drawDocuments = () => {
  const bare = (text) => text.normalize("NFD").replace(/\p{M}+/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
  const wanted = bare($("find").value.trim()), found = [];
  let more = 0;
  project.documents.forEach((one, k) => {
    if (wanted && !bare(one.name).includes(wanted)) return;
    if (found.length < MOST_DOCUMENTS) found.push(k); else more++;
  });
  const entries = found.map((k) => {
    const item = make("li"), entry = make("button"), one = project.documents[k];
    entry.type = "button";
    entry.setAttribute("aria-current", String(k === state.document));
    entry.append(make("span", "", printable(one.name) || "(no name)"));
    entry.append(make("small", "", `${number(one.decided)} of ${number(one.beads)} decided · ${one.expected_wrong.toFixed(1)} wrong to be expected`));
    entry.addEventListener("click", () => {
      $("documents").close();
      if (k !== state.document) perform(async () => { await sent; state.ids = []; await load(k); });
    });
    item.append(entry);
    return item;
  });
  if (more) entries.push(make("li", "note", `${number(more)} more: find them by name`));
  if (!found.length) entries.push(make("li", "note", "none of that name"));
  $("documents").querySelector("ul").replaceChildren(...entries);
};
$("find").addEventListener("input", drawDocuments);
$("documents").addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const all = [...$("documents").querySelectorAll("li button")], at = all.indexOf(document.activeElement);
  const to = all[Math.max(0, Math.min(all.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))];
  if (to) { to.focus(); event.preventDefault(); }
});
$("documents").addEventListener("close", hold);
const askNumber = () => {
  $("number").value = focus + 1;
  $("goto").showModal();
  $("number").select();
};
$("goto").addEventListener("close", hold);
$("goto").querySelector("form").addEventListener("submit", () => {
  const wanted = Number.parseInt($("number").value, 10);
  if (wanted >= 1) perform(() => goTo(wanted - 1));
  else say(`Give a number from 1 to ${number(state.ids.length)}.`);
});
const setOrder = (value) => {
  order = value;
  $("order").value = order;
  say(order === "doubt" ? "Doubtful beads first." : "In the order in which it is read.");
};
const toggleKeys = () => {
  $("keys").hidden = !$("keys").hidden;
  $("help").setAttribute("aria-expanded", String(!$("keys").hidden));
};
const drawProgress = () => {
  const told = state.progress;
  if (!told) return;
  $("wrong").textContent = told.expected_wrong < 10 ? told.expected_wrong.toFixed(1) : number(Math.round(told.expected_wrong));
  $("more").textContent = told.more ? number(told.more) : "✓ 0";
  $("decided").textContent = number(told.decided);
  $("beads-in-all").textContent = `of ${number(told.beads)} decided`;
  if (document.activeElement !== $("share")) $("share").value = Number((100 * told.share).toFixed(2));
  $("bar").firstChild.style.width = `${told.beads ? 100 * told.decided / told.beads : 0}%`;
  $("undo").disabled = !told.can_undo && !open;
  $("redo").disabled = !told.can_redo;
  const name = project && project.documents[state.document] ? printable(project.documents[state.document].name) : "";
  $("document").textContent = name || "Document";
};
$("share").addEventListener("change", () => perform(async () => {
  const share = Number.parseFloat($("share").value) / 100;
  if (!(share >= 0 && share <= 1)) { say("Give a share from 0 to 100 %."); return; }
  state.progress = await ask("/api/share", { document: state.document, share });
  drawProgress();
  say(`${number(state.progress.more)} more to look at until at most ${Number((100 * share).toFixed(2))} % are wrong.`);
}));
$("share").addEventListener("keydown", (event) => { if (event.key === "Enter") hold(); });
$("order").addEventListener("change", () => { setOrder($("order").value); hold(); });
$("export").addEventListener("submit", (event) => {
  event.preventDefault();
  perform(async () => {
    await sent;
    const told = await ask("/api/export", { format: $("format").value });
    say(`Written: ${number(told.pairs)} pairs to ${told.file}.`);
    $("menu").open = false;
  });
});
$("fit").addEventListener("click", () => perform(async () => {
  say("Fitting …");
  await sent;
  const told = await ask("/api/fit", {});
  $("menu").open = false;
  notify([`Fitted on ${number(told.labels)} decisions.`, ...told.told].join("\n"), []);
}));
for (const [id, does] of [["undo", () => undo()], ["redo", () => redo()], ["realign", () => realign()], ["document", () => showDocuments()], ["help", toggleKeys]]) {
  $(id).addEventListener("click", () => perform(() => (left() ? does() : undefined)));
}
const undo = () => back("undo", "Undone");
const redo = () => back("redo", "Redone");

/* ---- Keys: this table is all of them; the page shows it. Letters with Shift stand as capitals, whatever Caps Lock says. */
const KEYS = [
  { group: "Going on" },
  { keys: "j ArrowDown", says: "next bead", does: () => step(1) },
  { keys: "k ArrowUp", says: "previous bead", does: () => step(-1) },
  { keys: "n", says: "next doubtful bead", does: () => goOn(1) },
  { keys: "N", says: "previous doubtful bead", does: () => goOn(-1) },
  { keys: "Home", says: "first bead", does: () => goTo(0) },
  { keys: "End", says: "last bead", does: () => goTo(Infinity) },
  { keys: "g", says: "to a bead by its number", does: askNumber },
  { keys: "o", says: "order of work", does: () => setOrder(order === "doubt" ? "reading" : "doubt") },
  { group: "Deciding" },
  { keys: "Enter", says: "accept and go on", does: () => decide("accept") },
  { keys: "x", says: "reject and go on", does: () => decide("reject") },
  { keys: "s Space", says: "take the offer and go on", does: repair },
  { keys: "Backspace", says: "take a decision back", does: () => decide("clear", false) },
  { keys: "f", says: "flag with a note", does: flagBead },
  { group: "Whole beads" },
  { keys: "m", says: "merge with the next", does: () => merge("next") },
  { keys: "M", says: "merge with the previous", does: () => merge("previous") },
  { keys: "b", says: "split at the best place", does: () => edit("split", "Split") },
  { keys: "/", says: "split at a chosen place", does: chooseBoundary },
  { keys: "l", says: "unlink the two sides", does: () => edit("unlink", "Unlinked") },
  { keys: "t", says: "edit the text", does: editTexts },
  { group: "English sentences" },
  { keys: "e", says: "take one from the next", does: () => pull("en", "next") },
  { keys: "E", says: "give one to the next", does: () => push("en", "next") },
  { keys: "d", says: "take one from the previous", does: () => pull("en", "previous") },
  { keys: "D", says: "give one to the previous", does: () => push("en", "previous") },
  { group: "Vietnamese sentences" },
  { keys: "v", says: "take one from the next", does: () => pull("vi", "next") },
  { keys: "V", says: "give one to the next", does: () => push("vi", "next") },
  { keys: "c", says: "take one from the previous", does: () => pull("vi", "previous") },
  { keys: "C", says: "give one to the previous", does: () => push("vi", "previous") },
  { group: "The document" },
  { keys: "u", says: "undo", does: undo },
  { keys: "r", says: "redo", does: redo },
  { keys: "a", says: "align the rest again", does: realign },
  { keys: "w", says: "other document", does: showDocuments },
  { keys: "?", says: "show or hide these keys", does: toggleKeys },
];
const SIGNS = { ArrowDown: "↓", ArrowUp: "↑", Backspace: "⌫", Escape: "Esc" };
const BY_KEY = new Map(KEYS.flatMap((row) => (row.keys ? row.keys.split(" ").map((key) => [key, row]) : [])));

/* Buttons of the bead that one stands on: label, key, what it does, class, where it fits. */
const doing = (key) => BY_KEY.get(key).does;
const MOVES = {
  en: [["previous", "d", "D"], ["next", "e", "E"]],
  vi: [["previous", "c", "C"], ["next", "v", "V"]],
};
const isPair = (_, row) => row.en.length > 0 && row.vi.length > 0;
const isParted = (_, row) => row.en.length + row.vi.length > 0;
const ACTS = [
  ["Take the offer", "s", doing("s"), "main", (_, row) => row.repair !== null],
  ["Accept", "Enter", doing("Enter"), "main"],
  ["Reject", "x", doing("x"), ""],
  ["Merge ↑", "M", doing("M"), "", (place) => place > 0],
  ["Merge ↓", "m", doing("m"), "", (place) => place < state.ids.length - 1],
  ["Split", "b", doing("b"), "", isParted],
  ["Split at …", "/", doing("/"), "", isParted],
  ["Unlink", "l", doing("l"), "", isPair],
  ["Edit", "t", doing("t"), ""],
  ["Flag", "f", doing("f"), ""],
];

const MODES = {
  boundary: {
    ArrowLeft: (event) => moveBoundary(-1, event.shiftKey),
    ArrowRight: (event) => moveBoundary(1, event.shiftKey),
    Home: () => setBoundary(mode.side, [0, 0]),
    End: () => setBoundary(mode.side, [mode.row[mode.side].length, 0]),
    Tab: otherSide,
    Enter: splitHere,
    Escape: leave,
  },
  edit: { Enter: saveTexts, Escape: leave },
  flag: { Enter: saveNote, Escape: leave },
};
/* A key is understood when its turn has come: what is typed ahead of a field that is still to open is written into it. */
const obey = (key, event) => {
  const field = document.querySelector("dialog[open] :is(input, textarea):focus, .bead.now :is(input, textarea):focus");
  const dialog = document.querySelector("dialog[open]");
  if (mode && MODES[mode.kind][key]) return MODES[mode.kind][key](event);
  if (dialog && key === "Escape") return dialog.close();
  if (dialog && key === "Enter") {
    isNext = true;
    dialog.querySelector("form button, li button")?.click();
    isNext = false;
    return undefined;
  }
  if (field && event.key.length === 1) {
    field.setRangeText(event.key, field.selectionStart, field.selectionEnd, "end");
    return field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return mode || dialog ? undefined : BY_KEY.get(key)?.does();
};
document.addEventListener("keydown", (event) => {
  const on = event.target, key = keyOf(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (on.matches("button, summary") && (key === "Enter" || key === "Space" || key === "Tab")) return;
  if (on.matches("header input, header select") || (on.closest("dialog[open]") && !running)) return;
  const isHeard = running
    ? key.length === 1 || BY_KEY.has(key) || Object.values(MODES).some((keys) => keys[key])
    : mode ? MODES[mode.kind][key] : BY_KEY.has(key);
  if (!isHeard) return;
  event.preventDefault();
  perform(() => obey(key, event));
});
/* A press of Escape in the head goes back to the beads. */
document.querySelector("header").addEventListener("keydown", (event) => { if (event.key === "Escape") { $("menu").open = false; hold(); } });
document.addEventListener("click", (event) => { if (!event.target.closest("#menu")) $("menu").open = false; });

const drawKeys = () => {
  const parts = [];
  for (const row of KEYS) {
    if (row.group) { parts.push(make("dt", "group", row.group)); continue; }
    const term = make("dt");
    row.keys.split(" ").forEach((key, k) => {
      if (k) term.append(" ");
      const sign = make("kbd", "", SIGNS[key] || key);
      sign.dataset.key = key;
      term.append(sign);
    });
    parts.push(term, make("dd", "", row.says));
  }
  $("keys").querySelector("dl").replaceChildren(...parts);
};

const begin = async () => {
  drawKeys();
  drawSaved();
  const hasRoom = matchMedia("(min-width: 75rem)");
  const showWhereRoom = () => { if ($("keys").hidden === hasRoom.matches) toggleKeys(); };
  hasRoom.addEventListener("change", showWhereRoom);
  showWhereRoom();
  const wanted = Math.max(0, (Number.parseInt(location.hash.slice(1), 10) || 1) - 1);
  [project] = await Promise.all([ask("/api/project"), load(wanted).catch((error) => (wanted ? load(0) : Promise.reject(error)))]);
  document.title = printable(project.title);
  $("title").textContent = printable(project.title);
  $("format").append(...project.formats.map((name) => make("option", "", name)));
  $("about").textContent = [project.reviewer && `reviewer: ${project.reviewer}`, project.signature].filter(Boolean).map(printable).join(" · ");
  const told = project.changed.length ? [`Changed since they were read, and not read again: ${project.changed.join(", ")}`] : [];
  told.push(...project.remarks);
  if (told.length) notify(told.join("; "), []);
  drawProgress();
  document.documentElement.dataset.ready = "true";
};
perform(begin);
