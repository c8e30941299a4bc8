/** What a press or a key in the text or in the margin does to the notes. */

import { focusOn } from "./sight.js";
import { BodyText } from "./text.js";

/** A mark that names as many notes as this may lie under more. */
const NAMED = 50;

export class Choosing {
  /**
   * @param {HTMLElement} reading
   * @param {import("./notes.js").Notes} notes
   */
  constructor(reading, notes) {
    this.notes = notes;
    reading.addEventListener("click", (event) => this.#clicked(event));
    reading.addEventListener("keydown", (event) => this.#pressed(event));
    reading.addEventListener("focusin", ({ target }) => {
      const line = target.closest(".is-line[data-note]");
      if (line && target.matches(":focus-visible")) this.#note(line);
    });
    // A form that has come to a note makes it longer.
    reading.addEventListener("htmx:afterSettle", ({ target }) => {
      const item = target.closest("[data-note]");
      if (item) this.#note(item);
    });
  }

  #clicked(event) {
    if (!window.getSelection().isCollapsed) return;
    const { notes } = this;
    const { target } = event;
    const item = target.closest("[data-note]");
    const pile = target.closest(".note-pile");
    const marked = target.closest("mark[data-notes]");
    if (target.closest("[data-show-mark]")) {
      event.preventDefault();
      notes.showMark(item.dataset.note, { focus: true });
    } else if (pile) {
      notes.activate(pile.entries);
      focusOn(notes.lead.item);
    } else if (target.closest("a, button, input, form, summary")) {
      return;
    } else if (item) {
      this.#note(item);
    } else if (marked) {
      this.#mark(marked);
    } else if (!target.closest(".notes-list, .heat, .toolbar")) {
      if (notes.open.length) notes.activate([]);
    }
  }

  #pressed(event) {
    const { target } = event;
    if (event.key === "Enter" && target.matches("mark[tabindex]")) {
      event.preventDefault();
      this.#mark(target);
      focusOn(this.notes.lead.item);
    } else if (event.key === "Escape" && target.closest("[data-note], .here") && !target.closest("form")) {
      this.notes.close();
    }
  }

  /** A note has been chosen. */
  #note(item) {
    const { notes } = this;
    const entry = notes.entry(item.id);
    if (entry === notes.lead) return;
    const among = notes.open.includes(entry);
    notes.choose(entry);
    const words = entry.words();
    if (words && !among) notes.sight.words(words);
  }

  /** A mark has been chosen: the notes on its passage open, the innermost first; chosen again, the
   *  next. */
  #mark(element) {
    const { notes } = this;
    const over = this.#over(element);
    const inner = over.at(-1);
    const lead = over.find(({ start, end }) => start === inner.start && end === inner.end);
    const open = notes.around(lead);
    const again = notes.at ? notes.at === element : over.includes(notes.lead);
    if (again && open.length > 1 && same(open, notes.open)) {
      notes.step(1);
      return;
    }
    notes.activate(open, lead, element);
    notes.sight.note(lead);
  }

  /** The notes over the words of a mark that are shown, in reading order. */
  #over(element) {
    const ids = new Set(element.dataset.notes.split(" "));
    if (ids.size < NAMED) return this.notes.notes.filter(({ note }) => ids.has(note));
    const body = element.closest("[data-text]");
    const at = new BodyText(body).positionOf(element.lastChild, 0, true);
    return this.notes.over(body.dataset.post).filter(({ start, end }) => start <= at && end > at);
  }
}

function same(some, others) {
  return some.length === others.length && some.every((one) => others.includes(one));
}
