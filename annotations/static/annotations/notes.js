/**
 * The notes beside the text: each knows its passage, each passage its notes, and on a wide screen
 * a note stands level with what it is about.
 */

import { mark } from "./marks.js";
import { stack } from "./stack.js";

const WIDE = window.matchMedia("(min-width: 1000px)");
/** Between two notes in the margin, in pixels. */
const GAP = 12;
/** Above this the toolbar covers the page, in pixels. */
const TOOLBAR = 64;
/** Notes that stand this far below their passages, in pixels, are too many to stand unfolded. */
const TOO_FAR = 160;

export class Notes {
  /** @param {HTMLElement} reading the element around text, notes and responses */
  constructor(reading) {
    this.reading = reading;
    this.list = reading.querySelector("[data-notes-list]");
    this.active = new Set();
    /** The note that stands level with its passage whatever its neighbours want. */
    this.lead = "";
    this.#listen();
    this.#align();
    new ResizeObserver(() => this.#align()).observe(reading.querySelector("[data-text]"));
    new ResizeObserver(() => this.#align()).observe(reading);
    document.fonts?.ready.then(() => this.#align());
    this.showTargeted();
  }

  get items() {
    return [...this.list.querySelectorAll("[data-note]")];
  }

  /** All that stands in the margin: the notes, and who quotes a passage. */
  get entries() {
    return [...this.list.children].filter((entry) => entry.matches("[data-note], [data-passage]"));
  }

  /** Put notes that have just come into the list, each where it belongs, and mark their passages. */
  add(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = [...template.content.querySelectorAll("[data-note]")];
    for (const item of fresh) {
      if (document.getElementById(item.id)) continue;
      const after = this.entries.find((other) => this.#compare(item, other) < 0);
      this.list.insertBefore(item, after ?? null);
    }
    for (const item of fresh) window.htmx?.process(item);
    if (fresh.length) this.remark();
    return fresh;
  }

  /** Mark every text with those notes that are shown. */
  remark() {
    const under = new Map();
    for (const item of this.items) {
      const { note, target, start, end, hue, short } = item.dataset;
      if (item.hidden || start === "") continue;
      if (!under.has(target)) under.set(target, []);
      under.get(target).push({ id: +note, start: +start, end: +end, hue, short });
    }
    for (const body of this.reading.querySelectorAll("[data-text]")) {
      const notes = under.get(body.dataset.post) ?? [];
      if (notes.length || body.querySelector("mark")) mark(body, notes);
    }
    this.#highlight();
    this.#align();
  }

  /** Bring the notes with these ids forward, the first of them most, and their passages. */
  activate(ids) {
    this.active = new Set(ids.map(String));
    [this.lead = ""] = this.active;
    this.#highlight();
    this.#align();
  }

  /** Show the note, moving the page only if it will not be seen. */
  showNote(id, { focus = false } = {}) {
    const item = document.getElementById(`note-${id}`);
    if (!item) return;
    this.activate([id, ...[...this.active].filter((other) => other !== String(id))]);
    this.#bringIntoView(item);
    if (focus) {
      item.tabIndex = -1;
      item.focus({ preventScroll: true });
    }
  }

  /** Move the page so that the note is seen where it will stand, for it may be on its way. */
  #bringIntoView(item) {
    if (!WIDE.matches) {
      item.scrollIntoView({ block: "nearest" });
      return;
    }
    const top = this.list.getBoundingClientRect().top + parseFloat(item.style.top);
    const bottom = top + item.offsetHeight;
    const [ceiling, floor] = [TOOLBAR, window.innerHeight - GAP];
    if (top < ceiling) window.scrollBy(0, top - ceiling);
    else if (bottom > floor) window.scrollBy(0, Math.min(bottom - floor, top - ceiling));
  }

  /** Show the passage of the note. */
  showMark(id, { focus = false } = {}) {
    const found = document.getElementById(`mark-${id}`);
    if (!found) return;
    this.activate([id]);
    const element = found.closest("mark");
    const box = element.getBoundingClientRect();
    const seen = box.top > 80 && box.bottom < window.innerHeight - 20;
    if (!seen) element.scrollIntoView({ block: "center" });
    if (focus) element.focus({ preventScroll: true });
  }

  /** Follow the address: #note-12 and #mark-12 bring note 12 forward, #reply-13 the note above. */
  showTargeted() {
    const [, kind, id] = /^#(note|mark|reply)-(\d+)$/.exec(window.location.hash) ?? [];
    if (kind === "note") this.showNote(id);
    if (kind === "mark") this.showMark(id);
    if (kind === "reply") this.#showReply(document.getElementById(`reply-${id}`));
  }

  #showReply(reply) {
    const item = reply?.closest("[data-note]");
    if (!item) return;
    this.activate([item.dataset.note]);
    this.#bringIntoView(item);
    // A note may have moved to where it stands now, and a long thread reaches below it.
    const box = reply.getBoundingClientRect();
    if (box.top < TOOLBAR || box.bottom > window.innerHeight) reply.scrollIntoView({ block: "nearest" });
  }

  #listen() {
    this.reading.addEventListener("click", (event) => this.#clicked(event));
    this.reading.addEventListener("keydown", (event) => this.#pressed(event));
    // A form that has come to a note makes it longer.
    this.list.addEventListener("htmx:afterSettle", ({ target }) => {
      this.activate([target.closest("[data-note]").dataset.note]);
    });
    window.addEventListener("hashchange", () => this.showTargeted());
    WIDE.addEventListener("change", () => this.#align());
  }

  #clicked(event) {
    if (!window.getSelection().isCollapsed) return;
    const { target } = event;
    const link = target.closest("[data-show-mark]");
    const item = target.closest("[data-note]");
    if (link) {
      event.preventDefault();
      this.showMark(item.dataset.note, { focus: true });
    } else if (target.closest("a, button, input, form")) {
      return;
    } else if (item) {
      this.showMark(item.dataset.note);
      this.activate([item.dataset.note]);
    } else if (target.closest("mark")) {
      const ids = target.closest("mark").dataset.notes.split(" ");
      this.activate(ids);
      this.showNote(ids.at(-1));
    } else {
      this.activate([]);
    }
  }

  #pressed(event) {
    const { target } = event;
    if (event.key === "Enter" && target.matches("mark[tabindex]")) {
      event.preventDefault();
      this.activate(target.dataset.notes.split(" "));
      this.showNote(target.id.slice("mark-".length), { focus: true });
    } else if (event.key === "Escape" && target.closest("[data-note]") && !target.closest("form")) {
      this.showMark(target.closest("[data-note]").dataset.note, { focus: true });
    }
  }

  #highlight() {
    for (const item of this.items) {
      item.classList.toggle("is-active", this.active.has(item.dataset.note));
    }
    for (const element of this.reading.querySelectorAll("mark")) {
      const ids = element.dataset.notes.split(" ");
      element.classList.toggle("is-active", ids.some((id) => this.active.has(id)));
    }
  }

  /** Reading order: by text, by place in it; what has lost its passage comes last. */
  #compare(a, b) {
    const keys = [a, b].map(({ dataset }) => [
      this.#order(dataset.target),
      dataset.start === "" ? Infinity : +dataset.start,
      -dataset.end,
      +(dataset.note ?? Infinity),
    ]);
    const at = keys[0].findIndex((key, index) => key !== keys[1][index]);
    return at < 0 ? 0 : keys[0][at] - keys[1][at];
  }

  #order(target) {
    const bodies = [...this.reading.querySelectorAll("[data-text]")];
    const at = bodies.findIndex((body) => body.dataset.post === target);
    return at < 0 ? Infinity : at;
  }

  /** Put each note level with its passage, or as near to it as its neighbours let it. The note
   *  in the lead gets its very place; those above it make room upwards. */
  #align() {
    const wide = WIDE.matches;
    this.list.classList.toggle("is-aligned", wide);
    if (!wide) {
      this.list.style.height = "";
      for (const entry of this.entries) entry.style.top = "";
      return;
    }
    const entries = this.entries.filter((entry) => entry.offsetHeight);
    const wanted = new Map(this.#levels(entries));
    const place = (column) => {
      const heights = column.map((entry) => entry.offsetHeight + gapAfter(entry));
      const lead = column.findIndex((entry) => entry.dataset.note === this.lead);
      const tops = stack(column.map((entry) => wanted.get(entry)), heights, lead);
      return column.map((entry, index) => [entry, tops[index], tops[index] + heights[index]]);
    };
    this.list.classList.remove("is-dense");
    let placed = place(entries);
    if (placed.some(([entry, top]) => top - wanted.get(entry) > TOO_FAR)) {
      this.list.classList.add("is-dense");
      // Folded: the lines about quotes stand in a narrow column of their own, out of the way.
      const [notes, passages] = ["note", "passage"].map((kind) =>
        entries.filter((entry) => kind in entry.dataset),
      );
      placed = [...place(notes), ...place(passages)];
    }
    for (const [entry, top] of placed) entry.style.top = `${Math.round(top)}px`;
    const bottom = Math.max(0, ...placed.map(([, , end]) => end));
    this.list.style.height = `${Math.ceil(bottom)}px`;
  }

  /** Each entry with how far down the list its passage stands; without one, where the last did. */
  #levels(entries) {
    const base = this.list.getBoundingClientRect().top;
    let level = 0;
    return entries.map((entry) => {
      const { note, passage } = entry.dataset;
      const name = note ? `mark-${note}` : `quoted-${passage}`;
      const words = document.getElementById(name)?.closest("mark, .quoted");
      if (words) level = words.getBoundingClientRect().top - base;
      return [entry, level];
    });
  }
}

/** Lines about quoted passages stand close together. */
function gapAfter(entry) {
  return entry.dataset.passage ? GAP / 3 : GAP;
}
