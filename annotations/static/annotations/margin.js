/**
 * The margin of a wide screen: every note level with its passage, or as near to it as its
 * neighbours let it; folded to a line where they crowd, piled where even lines do.
 *
 * Everything is moved by transforms, which shift no layout, and read before anything is written.
 */

import { fill, pile } from "./here.js";
import { fold, stack } from "./stack.js";

/** Between two notes, in pixels. */
const GAP = 12;
/** Notes that stand this far below their passages, in pixels, are too many to stand unfolded. */
const FAR = 160;
/** A pile gathers what begins within this of each other, in pixels. */
const SLOT = 64;
/** No unfolded note is lower than this, in pixels. */
const LEAST = 52;
/** The height of a folded note, in rem: see --note-line in note.css. */
const LINE = 1.75;
/** Of the notes on one passage this many are listed at once. */
const LISTED = 30;

export class Margin {
  /**
   * @param {HTMLElement} reading
   * @param {HTMLElement} list
   * @param {() => void} changed is called when a note has got another height
   */
  constructor(reading, list, changed) {
    this.reading = reading;
    this.list = list;
    /** How far down the list each entry wants to stand, and how high it is unfolded. */
    this.levels = new Map();
    this.heights = new Map();
    this.tops = new Map();
    this.piles = new Map();
    /** Which of them are folded to a line, and which lie in a pile. */
    this.shapes = new Map();
    this.watched = new Map();
    this.changed = changed;
    this.watcher = new ResizeObserver((sized) => this.#resized(sized.map(({ target }) => target)));
  }

  /** Where the passages stand has to be read anew. */
  forgetLevels() {
    this.levels.clear();
  }

  /** How high the notes are has to be read anew as well. */
  forget() {
    this.forgetLevels();
    this.heights.clear();
  }

  /** Let the browser lay out what is likely to be measured, unseen: see `place`. */
  prepare(shown) {
    this.#line();
    this.#read(shown);
    const order = this.#ordered(shown);
    this.#fitted(order, this.#guess(order));
  }

  /**
   * @param {object[]} shown the entries that are shown, in reading order
   * @param {object[]} open those on one passage, the one to be read first; may be none
   * @param {import("./here.js").Head} head
   * @param {number | null} level where the open ones want to stand, in the window
   */
  place(shown, open, head, level) {
    this.#line();
    const base = this.#read(shown);
    const rows = this.#fold(shown, new Set(open));
    this.#write(shown, rows, open, head);
    const others = rows.map((row) => this.#closed(row));
    if (!open.length) {
      this.#move(others, -1);
      return;
    }
    const at = level === null ? this.levels.get(open[0]) : level - base;
    const above = others.filter(({ wanted }) => wanted < at).length;
    const opened = this.#opened(open, head, at);
    this.#move([...others.slice(0, above), ...opened, ...others.slice(above)], above);
  }

  /** How far down the window `item` will stand, though it may be on its way there. */
  top(item) {
    return this.list.getBoundingClientRect().top + (this.tops.get(item) ?? 0);
  }

  /** Leave everything as it would stand without this. */
  clear() {
    this.list.classList.remove("is-aligned");
    this.list.parentElement.classList.remove("is-long");
    this.list.style.height = "";
    for (const element of this.tops.keys()) element.style.transform = "";
    for (const entry of this.shapes.keys()) this.#shape(entry, "full");
    for (const element of this.piles.values()) element.remove();
    this.piles.clear();
    this.tops.clear();
    this.forget();
    this.watcher.disconnect();
    this.watched.clear();
  }

  /** Read where the passages stand, all at once. */
  #read(shown) {
    const base = this.list.getBoundingClientRect().top;
    let level = 0;
    for (const entry of shown) {
      if (!this.levels.has(entry)) {
        const words = entry.words();
        if (words) level = words.getBoundingClientRect().top - base;
        this.levels.set(entry, level);
      }
      level = this.levels.get(entry);
    }
    return base;
  }

  /** What folds. Only notes that may stand unfolded are measured: of thousands, a few. */
  #fold(shown, open) {
    const order = this.#ordered(shown);
    let rows = this.#guess(order);
    const fresh = rows
      .filter(({ kind, first }) => kind === "full" && order[first].note)
      .map(({ first }) => order[first])
      .filter((entry) => !this.heights.has(entry) && !open.has(entry));
    if (fresh.length) {
      this.#fitted(order, rows);
      for (const entry of fresh) this.heights.set(entry, entry.item.offsetHeight + GAP);
      rows = this.#guess(order);
    }
    const wanted = order.map((entry) => this.levels.get(entry));
    return rows.flatMap(({ kind, first, last }) => {
      const entries = order.slice(first, last + 1).filter((entry) => !open.has(entry));
      // Of a pile most of which is open, one or two may be left: they need no pile.
      if (kind !== "pile" || entries.length > 2) {
        return entries.length ? [{ kind, wanted: wanted[first], entries }] : [];
      }
      return entries.map((entry) => ({ kind: "line", wanted: wanted[first], entries: [entry] }));
    });
  }

  /** In the order of their passages, for a table or an open note may upset that of the text. */
  #ordered(shown) {
    return [...shown].sort((a, b) => this.levels.get(a) - this.levels.get(b));
  }

  /** How they fold, by the heights that are known. */
  #guess(order) {
    const wanted = order.map((entry) => this.levels.get(entry));
    const height = (entry) => (entry.note ? (this.heights.get(entry) ?? LEAST + GAP) : this.line);
    return fold(wanted, order.map(height), { line: this.line, far: FAR, slot: SLOT });
  }

  /** Give the notes the shapes they are to be measured in. */
  #fitted(order, rows) {
    for (const { kind, first, last } of rows) {
      for (let index = first; index <= last; index += 1) this.#shape(order[index], kind);
    }
    this.#align();
  }

  #line() {
    this.line = LINE * parseFloat(window.getComputedStyle(document.documentElement).fontSize);
  }

  #write(shown, rows, open, head) {
    const kept = new Map();
    for (const { kind, entries } of rows) {
      for (const entry of entries) this.#shape(entry, kind);
      if (kind === "pile") kept.set(entries[0], this.#pile(entries));
    }
    for (const [first, element] of this.piles) if (!kept.has(first)) element.remove();
    this.piles = kept;
    open.forEach((entry, index) => {
      this.#shape(entry, index === 0 ? "full" : index < LISTED ? "line" : "pile");
    });
    if (open.length < 2) head.item.remove();
    else if (head.item.nextElementSibling !== firstOf(shown, open)) firstOf(shown, open).before(head.item);
    this.#align();
    this.list.classList.add("is-ready");
  }

  #align() {
    this.list.classList.add("is-aligned");
    this.list.parentElement.classList.add("is-long");
  }

  #shape(entry, kind) {
    if ((this.shapes.get(entry) ?? "full") === kind) return;
    this.shapes.set(entry, kind);
    const { item } = entry;
    item.classList.toggle("is-line", kind === "line");
    item.classList.toggle("is-piled", kind === "pile");
    if (!entry.note) return;
    // A folded note opens when it gets the focus; an unfolded one has links of its own to stop at.
    if (kind === "line") item.tabIndex = 0;
    else if (item.tabIndex === 0) item.tabIndex = -1;
  }

  #pile(entries) {
    const element = this.piles.get(entries[0]) ?? pile(entries);
    if (element.entries?.length !== entries.length) fill(element.firstChild, entries);
    element.entries = entries;
    if (element.nextElementSibling !== entries[0].item) entries[0].item.before(element);
    return element;
  }

  /** What stands in the column: an element, where it wants to be and how high it is. */
  #closed({ kind, wanted, entries }) {
    const [entry] = entries;
    const full = kind === "full" && entry.note;
    return {
      element: kind === "pile" ? this.piles.get(entry) : entry.item,
      entry: full ? entry : null,
      wanted,
      height: full ? this.heights.get(entry) : this.line,
    };
  }

  /** The open ones, which stand together under their head, the first of them unfolded. */
  #opened(open, head, wanted) {
    const column = open.slice(0, LISTED).map((entry, index) => ({
      element: entry.item,
      entry: index ? null : entry,
      wanted,
      height: index ? this.line : entry.item.offsetHeight + GAP,
    }));
    if (open.length < 2) return column;
    return [{ element: head.item, wanted, height: head.item.offsetHeight + GAP / 2 }, ...column];
  }

  /** Move everything where it can stand; the one at `fixed` stands where it wants to. */
  #move(column, fixed) {
    const heights = column.map(({ height }) => height);
    const tops = stack(column.map(({ wanted }) => wanted), heights, fixed);
    const moved = new Map();
    column.forEach(({ element }, index) => {
      const top = Math.round(tops[index]);
      if (this.tops.get(element) !== top) element.style.transform = `translateY(${top}px)`;
      moved.set(element, top);
    });
    this.tops = moved;
    this.list.style.height = `${Math.ceil((tops.at(-1) ?? 0) + (heights.at(-1) ?? 0))}px`;
    this.#watch(column);
  }

  /** Notice when an unfolded note grows, as when answers to it are shown. */
  #watch(column) {
    const full = new Map(
      column.filter(({ entry }) => entry).map(({ element, entry, height }) => [element, { entry, height }]),
    );
    for (const element of this.watched.keys()) if (!full.has(element)) this.watcher.unobserve(element);
    for (const element of full.keys()) if (!this.watched.has(element)) this.watcher.observe(element);
    this.watched = full;
  }

  #resized(elements) {
    const grown = elements.filter((element) => {
      const { height } = this.watched.get(element) ?? {};
      return height !== undefined && Math.abs(element.offsetHeight + GAP - height) > 1;
    });
    for (const element of grown) this.heights.delete(this.watched.get(element).entry);
    if (grown.length) this.changed();
  }
}

function firstOf(shown, open) {
  const among = new Set(open);
  return shown.find((entry) => among.has(entry)).item;
}
