/**
 * The notes beside the text: each knows its passage, each passage its notes. Where they stand is
 * the margin's affair on a wide screen, and on others that of the paragraph they open under.
 */

import { Choosing } from "./choosing.js";
import { entriesOf, inReadingOrder } from "./entry.js";
import { Head } from "./here.js";
import { InPlace } from "./inplace.js";
import { Margin } from "./margin.js";
import { mark } from "./marks.js";
import { orphansIn } from "./orphans.js";
import { drawn, pause } from "./pause.js";
import { focusOn, Sight, WIDE } from "./sight.js";

/** @typedef {import("./entry.js").Entry} Entry */


export class Notes {
  /** @param {HTMLElement} reading the element around text, notes and responses */
  constructor(reading) {
    this.reading = reading;
    /** @type {HTMLElement} */
    this.list = reading.querySelector("[data-notes-list]");
    /** @type {Entry[]} in reading order, those without a passage last */
    this.entries = [];
    /** @type {Entry[]} those that are open, in reading order */
    this.open = [];
    /** @type {Entry | null} which of them is read */
    this.lead = null;
    /** @type {Element | null} the words at which they were opened, where those are not the lead's */
    this.at = null;
    /** Whether some are not on the same passage, which stays so while one steps through them. */
    this.near = false;
    /** @type {Set<() => void>} are called when other notes are shown, or they stand elsewhere */
    this.watchers = new Set();
    this.head = new Head({ step: (by) => this.step(by), close: () => this.close() });
    this.margin = new Margin(reading, this.list, () => this.#soon());
    this.inPlace = new InPlace(reading, this.list);
    this.sight = new Sight(this.margin);
    this.#bodies();
    this.#take([...this.list.children]);
    this.marked = this.#marking();
    this.#listen();
  }

  /** Let them be seen. Thousands are measured and placed in slices, out of sight until they stand. */
  async settle() {
    await pause();
    if (WIDE.matches) {
      this.margin.prepare(this.#standing());
      await drawn();
    }
    this.#place();
    this.showTargeted();
    await drawn();
    // Not before: notes that have just been placed have not come from anywhere.
    this.list.classList.add("is-settled");
  }

  /** The notes alone. */
  get notes() {
    return this.entries.filter((entry) => entry.note);
  }

  /** The notes that the filter lets through. */
  get shown() {
    return this.notes.filter((entry) => entry.shown);
  }

  /**
   * Put notes that have just come into the list, each where it belongs, and mark their passages.
   *
   * @param {string} html
   * @returns {HTMLElement[]} those that were not there before
   */
  add(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = [...template.content.querySelectorAll("[data-note]")].filter(
      (item) => !document.getElementById(item.id),
    );
    if (!fresh.length) return fresh;
    this.#bodies();
    this.#take(fresh);
    this.remark();
    return fresh;
  }

  /** Take away what stands on the text of `post`. */
  drop(post) {
    const gone = this.entries.filter(({ target }) => target === post);
    for (const { item } of gone) item.remove();
    this.entries = this.entries.filter((entry) => !gone.includes(entry));
    this.open = this.open.filter((entry) => !gone.includes(entry));
    if (gone.includes(this.lead)) [this.lead = null] = this.open;
  }

  /** Mark every text with those notes that are shown; leave alone what is marked already. */
  remark() {
    const before = this.marked;
    this.marked = this.#marking();
    for (const [post, { body }] of this.bodies) {
      const [was, notes] = [before.get(post) ?? [], this.over(post)];
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

  /**
   * Bring these entries forward, `lead` to be read; at `words`, or at those of the lead.
   *
   * @param {Entry[]} open
   * @param {Entry | null} lead
   * @param {Element | null} words
   */
  activate(open, lead = open[0] ?? null, words = null) {
    const order = new Set(open);
    const others = order.size !== this.open.length || this.open.some((entry) => !order.has(entry));
    this.open = this.entries.filter((entry) => order.has(entry));
    if (others) this.near = !open.every((entry) => overlap(entry, lead));
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
    this.sight.note(this.lead);
  }

  /**
   * The notes that are shown on what `entry` is on or on a part of it, in reading order.
   *
   * @param {Entry} entry
   * @returns {Entry[]}
   */
  around(entry) {
    const over = this.over(entry.target).filter((other) => overlap(other, entry));
    return over.includes(entry) ? over : [entry];
  }

  /** Open `entry`: among those that are open, if it is one of them. Else alone in the margin, and
   *  under its paragraph, where a head counts them, with all on its passage. */
  choose(entry) {
    if (this.open.includes(entry)) this.activate(this.open, entry, this.at);
    else this.activate(WIDE.matches ? [entry] : this.around(entry), entry);
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
    const entry = this.entry(`note-${id}`);
    if (!entry) return;
    this.choose(entry);
    if (focus) focusOn(entry.item);
    this.sight.note(entry);
  }

  /** Show the passage of the note, and the note with it. */
  showMark(id, { focus = false } = {}) {
    const entry = this.entry(`note-${id}`);
    const words = entry?.words();
    if (!words) return;
    this.choose(entry);
    this.sight.words(words);
    if (focus) words.focus({ preventScroll: true });
  }

  /** Show both, the passage in the first place: what leads from note to note comes here. */
  visit(entry, { focus = false } = {}) {
    this.choose(entry);
    const words = entry.words();
    if (words) this.sight.words(words);
    if (!words || !WIDE.matches) this.sight.note(entry);
    if (focus) focusOn(entry.item);
  }

  /** Follow the address: #note-12 and #mark-12 bring note 12 forward, #reply-13 the note above,
   *  #quoted-by-7 who quotes. */
  showTargeted() {
    const [, kind, id] = /^#(note|mark|reply|quoted-by)-(\d+)$/.exec(window.location.hash) ?? [];
    if (kind === "note") this.showNote(id);
    if (kind === "mark") this.showMark(id);
    if (kind === "reply") this.#showReply(document.getElementById(`reply-${id}`));
    const passage = kind === "quoted-by" && this.entry(`quoted-by-${id}`);
    if (passage) {
      this.activate([passage]);
      this.sight.note(passage);
    }
  }

  #showReply(reply) {
    const entry = this.entry(reply?.closest("[data-note]")?.id);
    if (!entry) return;
    this.choose(entry);
    this.sight.note(entry);
    this.sight.reply(reply);
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

  /** The notes that mark the text of `post`, in reading order. */
  over(post) {
    return this.marked.get(post) ?? [];
  }

  /** The entry that is called `key`, or undefined. */
  entry(key) {
    return this.entries.find((entry) => entry.key === key);
  }

  #bodies() {
    const bodies = [...this.reading.querySelectorAll("[data-text]")];
    this.bodies = new Map(bodies.map((body, order) => [body.dataset.post, { body, order }]));
  }

  /** Sort new items in among the entries. */
  #take(items) {
    const order = (target) => this.bodies.get(target)?.order ?? Infinity;
    this.entries = inReadingOrder([...this.entries, ...entriesOf(items)], order);
    const orphans = this.entries.filter((entry) => !entry.placed);
    if (orphans.length) orphansIn(this.list).append(...orphans.map(({ item }) => item));
    let next = null;
    for (const { item, placed } of this.entries.toReversed()) {
      if (!placed) continue;
      if (item.parentNode !== this.list) this.list.insertBefore(item, next);
      next = item;
    }
  }

  /**
   * The notes that mark each text, by the post that it is of.
   *
   * @returns {Map<string, Entry[]>}
   */
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
    new Choosing(this.reading, this);
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
    this.head.show(placed.indexOf(open[0]) + 1, placed.length, this.near);
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
    return this.entries.filter((entry) => entry.placed && (entry.note ? entry.shown : quotes && !entry.gone));
  }
}

/** Whether two entries share words. */
function overlap(one, other) {
  return one.start < other.end && one.end > other.start;
}
