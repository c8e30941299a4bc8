/** Which notes are shown, with their marks: by tag, author, whose, state and words. The address
 *  remembers it, and counts follow. */

import { tr } from "../forum/js/words.js";
import { FIELDS, fieldsIn, format, parse, plain, test } from "./query.js";
import { BodyText } from "./text.js";

/** After the last letter typed, before the notes follow, in milliseconds. */
const REST = 150;
/** Towards its edge the line of chips fades within this, in pixels. */
const FADE = 24;

export class Filter {
  /**
   * @param {HTMLElement} reading
   * @param {import("./notes.js").Notes} notes
   * @param {(message: string) => void} say tells a screen reader what happened
   */
  constructor(reading, notes, say) {
    this.reading = reading;
    this.notes = notes;
    this.say = say;
    this.chips = [...reading.querySelectorAll("[data-filter]")];
    this.form = reading.querySelector("[data-filter-form]");
    this.query = parse(window.location.search);
    /** The ids of the reader's own posts; null until they are known. */
    this.own = null;
    this.facts = new Map();
    this.#listen();
    this.#reach(this.chips.find((chip) => chip.hasAttribute("aria-current")));
    if (fieldsIn(this.query)) this.apply();
    else this.#count();
  }

  /** Take in what the reader wrote, which "mine" asks for. */
  know(person) {
    this.own = new Set((person.own ?? []).map(({ id }) => String(id)));
    if (this.query.whose === "mine") this.apply();
  }

  /** Show what the filter lets through, and how many it is; returns that number. */
  apply() {
    // Until it is known which are the reader's own, everyone's are shown.
    const waiting = this.query.whose === "mine" && !this.own;
    const passes = test(waiting ? { ...this.query, whose: "everyone" } : this.query);
    const known = new Set(this.chips.map((chip) => chip.dataset.filter));
    const tagged = this.query.tag.some((slug) => known.has(slug));
    for (const entry of this.notes.notes) {
      const { tags, rest } = passes(this.#factsOf(entry));
      entry.rest = rest && !entry.gone;
      entry.shown = entry.rest && (tags || !tagged);
    }
    this.notes.remark();
    this.#count();
    return this.notes.shown.length;
  }

  /** Make sure that a note which has just been written can be seen. */
  reveal(item) {
    this.own?.add(item.dataset.note);
    this.apply();
    if (!this.notes.shown.some((entry) => entry.item === item)) this.#change(parse(""));
  }

  #listen() {
    for (const chip of this.chips) {
      chip.addEventListener("click", (event) => this.#clicked(event, chip));
    }
    window.addEventListener("popstate", () => {
      this.query = parse(window.location.search);
      this.fill();
      this.apply();
    });
    if (!this.form) return;
    let timer = 0;
    this.form.addEventListener("input", ({ target }) => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => this.#typed(), target.name === "q" ? REST : 0);
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      window.clearTimeout(timer);
      this.#typed();
    });
    for (const button of this.reading.querySelectorAll("[data-clear]")) {
      button.addEventListener("click", (event) => {
        event.preventDefault();
        this.#change(parse(""));
        this.chips[0]?.focus();
      });
    }
  }

  #clicked(event, chip) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const slug = chip.dataset.filter;
    this.#change(slug ? this.#toggled(slug) : { ...this.query, tag: [] });
    this.#reach(chip);
  }

  /** Let a chip be seen whole in a line that goes on beyond its edge. */
  #reach(chip) {
    if (!chip) return;
    const { parentElement: line, offsetLeft: left, offsetWidth: width } = chip;
    const least = left + width + FADE - line.clientWidth;
    line.scrollLeft = Math.min(Math.max(line.scrollLeft, least), left - 4);
  }

  #typed() {
    const data = new FormData(this.form);
    const fields = Object.fromEntries(FIELDS.map((name) => [name, data.get(name) ?? ""]));
    const query = { ...this.query, ...fields };
    if (format(query) !== format(this.query)) this.#change(query);
  }

  #change(query) {
    // What is being typed stands in the history once: Back does not undo it letter by letter.
    const typing = query.q && this.query.q && query.q !== this.query.q;
    this.query = query;
    const address = this.#address(query) + window.location.hash;
    if (typing) window.history.replaceState(null, "", address);
    else window.history.pushState(null, "", address);
    if (this.form && !this.form.contains(document.activeElement)) this.fill();
    const shown = this.apply();
    this.say(tr("%(shown)s of %(all)s notes shown.", { shown, all: this.notes.notes.length }));
  }

  #toggled(slug) {
    const tag = this.query.tag.filter((other) => other !== slug);
    return { ...this.query, tag: tag.length < this.query.tag.length ? tag : [...tag, slug] };
  }

  #address(query) {
    return window.location.pathname + format(query, window.location.search);
  }

  /** Put what is counted where it is said: on the chips, in the toolbar, at the button. */
  #count() {
    const { notes } = this.notes;
    const counts = new Map();
    const rest = notes.filter((entry) => entry.rest ?? true);
    for (const tag of rest.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    counts.set("", rest.length);
    for (const chip of this.chips) {
      const slug = chip.dataset.filter;
      const on = slug ? this.query.tag.includes(slug) : !this.query.tag.length;
      if (on) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
      chip.querySelector("[data-count]").textContent = counts.get(slug) ?? 0;
      chip.href = this.#address(slug ? this.#toggled(slug) : { ...this.query, tag: [] });
    }
    const shown = this.notes.shown.length;
    const filtered = this.query.tag.length + fieldsIn(this.query) > 0;
    for (const place of this.reading.querySelectorAll("[data-shown]")) {
      place.hidden = !filtered;
      place.querySelector("[data-shown-count]").textContent = tr("%(shown)s of %(all)s", { shown, all: notes.length });
    }
    const none = this.reading.querySelector("[data-none]");
    if (none) none.hidden = !filtered || shown > 0;
    const fields = this.reading.querySelector("[data-fields-count]");
    if (fields) fields.textContent = fieldsIn(this.query) || "";
    this.#orphans();
  }

  /** How many shown notes have lost their passage, with a way to them. */
  #orphans() {
    const chip = this.reading.querySelector("[data-lost]");
    if (!chip) return;
    const lost = this.notes.shown.filter((entry) => !entry.placed).length;
    chip.hidden = !lost;
    chip.querySelector("[data-count]").textContent = lost;
    const section = this.reading.querySelector(".orphans");
    if (section) section.hidden = !lost;
  }

  /** Put the filter into the form, and the authors there are. */
  fill() {
    if (!this.form) return;
    const { author, whose, state, q } = this.form.elements;
    const names = new Set(this.notes.notes.map((entry) => entry.author));
    if (this.query.author) names.add(this.query.author);
    const sorted = [...names].filter(Boolean).sort((a, b) => a.localeCompare(b));
    author.replaceChildren(author.options[0], ...sorted.map((name) => new Option(name, name)));
    author.value = this.query.author;
    whose.value = this.query.whose;
    state.value = this.query.state;
    q.value = this.query.q;
  }

  #factsOf(entry) {
    if (!this.facts.has(entry)) {
      const { tags, audience, state } = entry;
      const filter = this;
      this.facts.set(entry, {
        tags,
        audience,
        state,
        get author() {
          return entry.author;
        },
        get mine() {
          return filter.own?.has(entry.note) ?? false;
        },
        // Thousands of notes are only read when somebody looks for words.
        get words() {
          const value = plain(filter.#wordsOf(entry));
          Object.defineProperty(this, "words", { value });
          return value;
        },
      });
    }
    return this.facts.get(entry);
  }

  /** The words of a note and of its passage, of which a long one is cut short in the note. */
  #wordsOf({ item, placed, target, start, end }) {
    const own = item.querySelector(".note-body")?.textContent ?? "";
    const quote = item.querySelector(".note-quote")?.textContent ?? "";
    if (!placed || !quote.endsWith("…")) return `${own} ${quote}`;
    this.texts ??= new Map();
    if (!this.texts.has(target)) {
      const { body } = this.notes.bodies.get(target) ?? {};
      this.texts.set(target, body && new BodyText(body));
    }
    return `${own} ${this.texts.get(target)?.slice(start, end) ?? quote}`;
  }
}
