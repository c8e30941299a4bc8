/**
 * The notes beside the text: each knows its passage, each passage its notes. Where they stand is
 * the margin's affair on a wide screen, and on others that of the paragraph they open under.
 */

import { Head } from "./here.js";
import { InPlace } from "./inplace.js";
import { Margin } from "./margin.js";
import { mark } from "./marks.js";
import { orphansIn } from "./orphans.js";
import { BodyText } from "./text.js";

const WIDE = window.matchMedia("(min-width: 1000px)");
/** Above this the toolbar covers the page, and the edge is this near, in pixels. */
const CEILING = 64;
const EDGE = 12;
/** A mark that names as many notes as this may lie under more. */
const NAMED = 50;

/** One entry of the margin: a note, or a passage that responses quote. */
class Entry {
  constructor(item) {
    const { note, passage, target, start, end, hue, short, tags = "" } = item.dataset;
    Object.assign(this, { item, note, passage, target, hue, short });
    this.key = item.id;
    this.placed = start !== "";
    this.start = this.placed ? Number(start) : Infinity;
    this.end = Number(end);
    this.tags = tags.split(" ").filter(Boolean);
    this.state = item.dataset.state || "exact";
    this.audience = item.dataset.audience || "public";
    /** Whether the filter lets it through. */
    this.shown = !item.hidden;
  }

  /** Who signed it. Read when it is asked for: there may be thousands. */
  get author() {
    this.signed ??= this.item.querySelector(".note-meta .person")?.textContent ?? "";
    return this.signed;
  }

  /** The first of the words it is about, or null. */
  words() {
    const name = this.note ? `mark-${this.note}` : `quoted-${this.passage}`;
    const found = document.getElementById(name);
    return found?.localName === "mark" ? found : (found?.closest("mark, .quoted") ?? null);
  }
}

export class Notes {
  /** @param {HTMLElement} reading the element around text, notes and responses */
  constructor(reading) {
    this.reading = reading;
    this.list = reading.querySelector("[data-notes-list]");
    /** In reading order, those without a passage last. */
    this.entries = [];
    /** The entries that are open, in reading order, and which of them is read. */
    this.open = [];
    this.lead = null;
    /** Are called when other notes are shown, or they stand elsewhere. */
    this.watchers = new Set();
    this.head = new Head({ step: (by) => this.step(by), close: () => this.close() });
    this.margin = new Margin(reading, this.list, () => this.#soon());
    this.inPlace = new InPlace(reading, this.list);
    this.#bodies();
    this.#take([...this.list.children]);
    this.marked = this.#marking();
    this.#listen();
    this.#place();
    window.requestAnimationFrame(() => {
      // Read first: notes that have just been placed have not come from anywhere.
      if (this.list.offsetHeight >= 0) this.list.classList.add("is-settled");
    });
    this.showTargeted();
  }

  /** The notes alone. */
  get notes() {
    return this.entries.filter((entry) => entry.note);
  }

  /** The notes that the filter lets through. */
  get shown() {
    return this.notes.filter((entry) => entry.shown);
  }

  /** Put notes that have just come into the list, each where it belongs, and mark their passages. */
  add(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = [...template.content.querySelectorAll("[data-note]")].filter(
      (item) => !document.getElementById(item.id),
    );
    if (!fresh.length) return fresh;
    this.#bodies();
    this.#take(fresh);
    for (const item of fresh) window.htmx?.process(item);
    this.remark();
    return fresh;
  }

  /** Mark every text with those notes that are shown; leave alone what is marked already. */
  remark() {
    const before = this.marked;
    this.marked = this.#marking();
    for (const [post, { body }] of this.bodies) {
      const [was, notes] = [before.get(post) ?? [], this.marked.get(post) ?? []];
      if (was.length === notes.length && was.every((entry, index) => entry === notes[index])) continue;
      mark(body, notes.map(({ note, start, end, hue, short }) => ({ id: +note, start, end, hue, short })));
    }
    for (const entry of this.entries) {
      if (entry.note && entry.item.hidden === entry.shown) entry.item.hidden = !entry.shown;
    }
    this.open = this.open.filter((entry) => entry.shown);
    if (!this.open.includes(this.lead)) [this.lead = null] = this.open;
    this.margin.forgetLevels();
    this.#light();
    this.#place();
  }

  /** Bring these entries forward, `lead` to be read; at `words`, or at those of the lead. */
  activate(open, lead = open[0] ?? null, words = null) {
    const order = new Set(open);
    this.open = this.entries.filter((entry) => order.has(entry));
    this.lead = lead;
    this.at = words;
    this.#light();
    this.#place();
  }

  /** The next of the notes on this passage. */
  step(by) {
    const { open } = this;
    const at = (open.indexOf(this.lead) + by + open.length) % open.length;
    this.activate(open, open[at], this.at);
    this.#intoView(this.lead);
  }

  /** Close what is open; the focus goes back to the passage if it was in a note. */
  close() {
    const { lead } = this;
    const inside = this.list.contains(document.activeElement);
    this.activate([]);
    if (inside) lead?.words()?.focus({ preventScroll: true });
  }

  /** Show the note, moving the page only if it will not be seen. */
  showNote(id, { focus = false } = {}) {
    const entry = this.#entry(`note-${id}`);
    if (!entry) return;
    this.activate([entry]);
    if (focus) focusOn(entry.item);
    this.#intoView(entry);
  }

  /** Show the passage of the note, and the note with it. */
  showMark(id, { focus = false } = {}) {
    const entry = this.#entry(`note-${id}`);
    const words = entry?.words();
    if (!words) return;
    this.activate([entry]);
    this.#scrollTo(words);
    if (focus) words.focus({ preventScroll: true });
  }

  /** Show both, the passage in the first place: what leads from note to note comes here. */
  visit(entry, { focus = false } = {}) {
    this.activate([entry]);
    const words = entry.words();
    if (words) this.#scrollTo(words);
    if (!words || !WIDE.matches) this.#intoView(entry);
    if (focus) focusOn(entry.item);
  }

  /** Follow the address: #note-12 and #mark-12 bring note 12 forward, #reply-13 the note above,
   *  #quoted-by-7 who quotes. */
  showTargeted() {
    const [, kind, id] = /^#(note|mark|reply|quoted-by)-(\d+)$/.exec(window.location.hash) ?? [];
    if (kind === "note") this.showNote(id);
    if (kind === "mark") this.showMark(id);
    if (kind === "reply") this.#showReply(document.getElementById(`reply-${id}`));
    const passage = kind === "quoted-by" && this.#entry(`quoted-by-${id}`);
    if (passage) {
      this.activate([passage]);
      this.#intoView(passage);
    }
  }

  #showReply(reply) {
    const entry = this.#entry(reply?.closest("[data-note]")?.id);
    if (!entry) return;
    this.activate([entry]);
    this.#intoView(entry);
    // A note may have moved to where it stands now, and a long thread reaches below it.
    const box = reply.getBoundingClientRect();
    if (box.top < CEILING || box.bottom > window.innerHeight) reply.scrollIntoView({ block: "nearest" });
  }

  /** How far down the window the passage of each of these entries stands. */
  tops(entries) {
    const { levels } = this.margin;
    const base = this.list.getBoundingClientRect().top;
    return entries.map((entry) => {
      if (levels.has(entry)) return base + levels.get(entry);
      return entry.words()?.getBoundingClientRect().top ?? base;
    });
  }

  /** The notes over the words of a mark that are shown, in reading order. */
  over(element) {
    const ids = new Set(element.dataset.notes.split(" "));
    const named = (entry) => entry.note && ids.has(entry.note);
    const body = element.closest("[data-text]");
    if (ids.size < NAMED) return this.entries.filter(named);
    const at = new BodyText(body).positionOf(element.lastChild, 0, true);
    return this.marked.get(body.dataset.post).filter(({ start, end }) => start <= at && end > at);
  }

  #entry(key) {
    return this.entries.find((entry) => entry.key === key);
  }

  #bodies() {
    const bodies = [...this.reading.querySelectorAll("[data-text]")];
    this.bodies = new Map(bodies.map((body, order) => [body.dataset.post, { body, order }]));
  }

  /** Sort new items in among the entries. */
  #take(items) {
    const fresh = items
      .filter((item) => item.matches("[data-note], [data-passage]"))
      .map((item) => new Entry(item));
    this.entries = [...this.entries, ...fresh].sort((a, b) => this.#compare(a, b));
    const orphans = this.entries.filter((entry) => !entry.placed);
    if (orphans.length) orphansIn(this.list).append(...orphans.map(({ item }) => item));
    let next = null;
    for (const { item, placed } of this.entries.toReversed()) {
      if (!placed) continue;
      if (item.parentNode !== this.list) this.list.insertBefore(item, next);
      next = item;
    }
  }

  /** Reading order: by text, by place in it; what has lost its passage comes last. */
  #compare(a, b) {
    const order = ({ target }) => this.bodies.get(target)?.order ?? Infinity;
    return (
      a.placed !== b.placed && (a.placed ? -1 : 1) ||
      difference(order(a), order(b)) ||
      difference(a.start, b.start) ||
      b.end - a.end ||
      difference(Number(a.note ?? Infinity), Number(b.note ?? Infinity)) ||
      0
    );
  }

  /** The notes that mark each text. */
  #marking() {
    const under = new Map();
    for (const entry of this.entries) {
      if (!entry.note || !entry.shown || !entry.placed) continue;
      if (!under.has(entry.target)) under.set(entry.target, []);
      under.get(entry.target).push(entry);
    }
    return under;
  }

  #listen() {
    this.reading.addEventListener("click", (event) => this.#clicked(event));
    this.reading.addEventListener("keydown", (event) => this.#pressed(event));
    this.reading.addEventListener("focusin", ({ target }) => {
      if (target.matches(".is-line[data-note]") && target.matches(":focus-visible")) this.#chosen(target);
    });
    // A form that has come to a note makes it longer.
    this.reading.addEventListener("htmx:afterSettle", ({ target }) => {
      const item = target.closest("[data-note]");
      if (item) this.#chosen(item);
    });
    window.addEventListener("hashchange", () => this.showTargeted());
    const again = () => {
      this.margin.forget();
      this.#soon();
    };
    const size = ({ clientWidth, clientHeight }) => `${clientWidth} ${clientHeight}`;
    const text = this.reading.querySelector("[data-text]");
    const thread = this.reading.querySelector(".thread");
    let known = "";
    const watch = new ResizeObserver(() => {
      const now = [text, thread ?? text, this.list].map(size);
      now[2] = now[2].split(" ")[0];
      if (known && known !== now.join()) again();
      known = now.join();
    });
    for (const element of [text, thread, this.list]) if (element) watch.observe(element);
    WIDE.addEventListener("change", () => this.#place());
  }

  #clicked(event) {
    if (!window.getSelection().isCollapsed) return;
    const { target } = event;
    const item = target.closest("[data-note]");
    const pile = target.closest(".note-pile");
    const marked = target.closest("mark[data-notes]");
    if (target.closest("[data-show-mark]")) {
      event.preventDefault();
      this.showMark(item.dataset.note, { focus: true });
    } else if (pile) {
      this.activate(pile.entries);
      focusOn(this.lead.item);
    } else if (target.closest("a, button, input, form, summary")) {
      return;
    } else if (item) {
      this.#chosen(item);
    } else if (marked) {
      this.#choose(marked);
    } else if (!target.closest(".notes-list, .heat, .toolbar")) {
      if (this.open.length) this.activate([]);
    }
  }

  #pressed(event) {
    const { target } = event;
    if (event.key === "Enter" && target.matches("mark[tabindex]")) {
      event.preventDefault();
      this.#choose(target);
      focusOn(this.lead.item);
    } else if (event.key === "Escape" && target.closest("[data-note], .here") && !target.closest("form")) {
      this.close();
    }
  }

  /** A note has been chosen: among those on its passage, if they are open, else alone. */
  #chosen(item) {
    const entry = this.#entry(item.id);
    if (entry === this.lead) return;
    const among = this.open.includes(entry);
    this.activate(among ? this.open : [entry], entry, among ? this.at : null);
    const words = entry.words();
    if (words && !among) this.#scrollTo(words);
  }

  /** A mark has been chosen: its notes open, the innermost first; chosen again, the next. */
  #choose(element) {
    const over = this.over(element);
    const again = over.length > 1 && same(over, this.open);
    if (again) {
      this.step(1);
      return;
    }
    const inner = over.at(-1);
    const lead = over.find(({ start, end }) => start === inner.start && end === inner.end);
    this.activate(over, lead, element);
    this.#intoView(lead);
  }

  /** Show which notes are open, and the passage of the one that is read. */
  #light() {
    const { lead } = this;
    const now = new Set(this.open.map(({ item }) => item));
    if (lead?.note) {
      for (const element of this.reading.querySelectorAll(`mark[data-notes~="${lead.note}"]`)) {
        now.add(element);
      }
    }
    for (const element of this.lit ?? []) if (!now.has(element)) element.classList.remove("is-active");
    for (const element of now) element.classList.add("is-active");
    if (this.first !== lead?.item) {
      this.first?.classList.remove("is-lead");
      lead?.item.classList.add("is-lead");
    }
    this.first = lead?.item;
    this.lit = now;
  }

  #soon() {
    this.pending ??= window.requestAnimationFrame(() => {
      this.#place();
    });
  }

  #place() {
    window.cancelAnimationFrame(this.pending);
    this.pending = null;
    const placed = this.open.filter((entry) => entry.placed);
    const open = this.lead?.placed
      ? [this.lead, ...placed.filter((entry) => entry !== this.lead)]
      : placed;
    const at = this.at?.isConnected ? this.at : null;
    const near = placed.every(({ start, end }) => start < open[0].end && end > open[0].start);
    this.head.show(placed.indexOf(open[0]) + 1, placed.length, near ? "on this passage" : "near here");
    if (WIDE.matches) {
      this.inPlace.clear();
      this.margin.place(this.#standing(), open, this.head, at && at.getBoundingClientRect().top);
    } else {
      this.margin.clear();
      this.inPlace.place(open, this.head, at);
    }
    for (const watcher of this.watchers) watcher();
  }

  /** What stands in the margin now. */
  #standing() {
    const quotes = !this.reading.classList.contains("quotes-off");
    return this.entries.filter((entry) => entry.placed && (entry.note ? entry.shown : quotes));
  }

  /** Move the page so that the note is seen where it will stand, for it may be on its way. */
  #intoView({ item, placed, ...entry }) {
    if (!WIDE.matches || !placed) {
      item.scrollIntoView({ block: "nearest" });
      return;
    }
    const top = this.margin.top({ item, ...entry });
    const bottom = top + item.offsetHeight;
    const floor = window.innerHeight - EDGE;
    if (top < CEILING) window.scrollBy(0, top - CEILING);
    else if (bottom > floor) window.scrollBy(0, Math.min(bottom - floor, top - CEILING));
  }

  #scrollTo(words) {
    const box = words.getBoundingClientRect();
    const seen = box.top > CEILING + EDGE && box.bottom < window.innerHeight - 2 * EDGE;
    if (!seen) words.scrollIntoView({ block: "center" });
  }
}

function focusOn(item) {
  if (!item.hasAttribute("tabindex")) item.tabIndex = -1;
  item.focus({ preventScroll: true });
}

/** The difference of two numbers either of which may be infinite. */
function difference(a, b) {
  return a === b ? 0 : a - b;
}

function same(some, others) {
  return some.length === others.length && some.every((one) => others.includes(one));
}
