/** From note to note, by key or by button. */

import { tr } from "../forum/js/words.js";

/** The keys of this module, for whoever lists them. */
export const KEYS = [
  { keys: "n", does: tr("Next note") },
  { keys: "p", does: tr("Previous note") },
];

const FIELD = "input, textarea, select, [contenteditable], [role=dialog], [role=slider]";

export class Walk {
  /**
   * @param {HTMLElement} reading
   * @param {import("./notes.js").Notes} notes
   * @param {(message: string) => void} say tells a screen reader what happened
   */
  constructor(reading, notes, say) {
    this.notes = notes;
    this.say = say;
    for (const button of reading.querySelectorAll("[data-walk]")) {
      button.addEventListener("click", () => this.go(Number(button.dataset.walk)));
    }
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** To the next note (1) or the one before (-1); from the top of the screen if none is open. */
  go(by, { focus = false } = {}) {
    const { shown } = this.notes;
    if (!shown.length) {
      this.say(tr("No note is shown."));
      return;
    }
    const at = next(shown.indexOf(this.notes.lead), by, shown.length, () => this.#first(shown, by));
    const entry = shown[at];
    this.notes.visit(entry, { focus });
    const place = tr("Note %(shown)s of %(all)s", { shown: at + 1, all: shown.length });
    this.say(focus ? `${place}.` : `${place}. ${summary(entry)}`);
  }

  #pressed(event) {
    const by = { n: 1, p: -1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.documentElement.dataset.keys === "off") return;
    if (event.target.closest?.(FIELD) && !event.target.matches("[type=checkbox], [type=radio]")) return;
    event.preventDefault();
    this.go(by, { focus: true });
  }

  /** The first note at or below the top of the window, or the last above it. Looked for by
   *  halving: of thousands only a few are asked where they stand. */
  #first(shown, by) {
    let [low, high] = [0, shown.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const top = shown[middle].words()?.getBoundingClientRect().top ?? Infinity;
      if (top < 0) low = middle + 1;
      else high = middle;
    }
    return by > 0 ? Math.min(low, shown.length - 1) : Math.max(low - 1, 0);
  }
}

/** The index after `at`, going round; where nothing is open, the one that `first` finds. */
export function next(at, by, count, first) {
  return at < 0 ? first() : (at + by + count) % count;
}

/** A note in a sentence or two: its tags, who wrote it, what it says. */
function summary({ item, author }) {
  const tags = [...item.querySelectorAll(".note-tags .chip-label")].map((tag) => tag.textContent);
  const words = item.querySelector(".note-body")?.textContent.trim() ?? "";
  const passage = item.querySelector(".note-quote")?.textContent.trim() ?? "";
  return tr("%(tags)s, %(author)s: %(words)s. On “%(passage)s”.", {
    tags: tags.join(", "),
    author,
    words: words || tr("no words"),
    passage: passage.slice(0, 120),
  });
}
