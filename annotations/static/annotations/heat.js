/**
 * The strip beside the text that shows, on the height of a screen, where in the whole of it the
 * notes are: how many, by the length of a line; of which tags, by colour and pattern.
 */

import { tr, trn } from "../forum/js/words.js";

/** The strip has this many lines. */
const BINS = 48;

/**
 * How many notes of each hue stand in each of `count` equal parts of the text.
 *
 * @param {{at: number, hue: string}[]} places with `at` from 0 to 1
 * @returns {Map<string, number>[]}
 */
export function bins(places, count = BINS) {
  const made = Array.from({ length: count }, () => new Map());
  for (const { at, hue } of places) {
    const bin = made[Math.min(count - 1, Math.max(0, Math.floor(at * count)))];
    bin.set(hue, (bin.get(hue) ?? 0) + 1);
  }
  return made;
}

/** How long the line of a part with `total` notes is, of that of the fullest, from 0 to 1: by the
 *  square root, so that one note can be seen beside a hundred. */
export function share(total, most) {
  return total ? Math.sqrt(total / most) : 0;
}

/**
 * The sections of a text with the notes in them.
 *
 * @param {{title: string, start: number}[]} headings in order
 * @param {{start: number}[]} notes in order
 * @returns {{title: string, notes: object[]}[]} those that have notes
 */
export function sections(headings, notes) {
  const made = [{ title: tr("Beginning"), start: -1, notes: [] }, ...headings.map((heading) => ({ ...heading, notes: [] }))];
  let at = 0;
  for (const note of notes) {
    while (at + 1 < made.length && made[at + 1].start <= note.start) at += 1;
    made[at].notes.push(note);
  }
  return made.filter((section) => section.notes.length);
}

export class Heat {
  /**
   * @param {HTMLElement} reading
   * @param {import("./notes.js").Notes} notes
   */
  constructor(reading, notes) {
    this.text = reading.querySelector("[data-text]");
    this.notes = notes;
    this.strip = reading.querySelector("[data-heat]");
    this.list = reading.querySelector("[data-sections]");
    this.rows = [];
    this.drawn = "";
    /** The part that was last gone to, while the strip has the focus. */
    this.gone = null;
    if (!this.strip) return;
    this.cursor = document.createElement("span");
    this.cursor.className = "heat-cursor";
    this.strip.addEventListener("click", (event) => this.#clicked(event));
    this.strip.addEventListener("keydown", (event) => this.#pressed(event));
    this.strip.addEventListener("blur", () => {
      this.gone = null;
    });
    let waiting = 0;
    const follow = () => {
      waiting ||= window.requestAnimationFrame(() => {
        waiting = 0;
        this.#follow();
      });
    };
    window.addEventListener("scroll", follow, { passive: true });
    notes.watchers.add(() => this.#soon());
    this.#soon();
  }

  /** List the notes by section, as the words that the strip stands for. */
  listSections() {
    if (!this.list) return;
    const here = this.#here();
    const headings = [...this.text.querySelectorAll("h2, h3, h4")].map((heading) => ({
      title: heading.textContent,
      start: this.#startOf(heading, here),
    }));
    const items = sections(headings, here).map(({ title, notes }) => {
      const link = document.createElement("a");
      link.href = `#mark-${notes[0].note}`;
      link.textContent = title;
      const item = document.createElement("li");
      const count = document.createElement("span");
      count.className = "filter-count";
      count.textContent = trn("%(count)s note", "%(count)s notes", notes.length);
      item.append(link, " ", count);
      return item;
    });
    this.list.replaceChildren(...items);
  }

  #here() {
    const { post } = this.text.dataset;
    return this.notes.shown.filter((entry) => entry.placed && entry.target === post);
  }

  /** After the first note below a heading begins its section. */
  #startOf(heading, here) {
    let [low, high] = [0, here.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const words = here[middle].words();
      const after = words && heading.compareDocumentPosition(words) & (Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY);
      if (after) high = middle;
      else low = middle + 1;
    }
    return here[low]?.start ?? Infinity;
  }

  #soon() {
    // When the browser has nothing better to do: the strip is not what one came to read.
    const later = window.requestIdleCallback ?? ((act) => window.setTimeout(act, 50));
    this.pending ??= later(() => {
      this.pending = null;
      this.#draw();
    });
  }

  #draw() {
    const here = this.#here();
    const box = this.text.getBoundingClientRect();
    const tops = this.notes.tops(here);
    this.places = here.map((entry, index) => {
      return { entry, hue: entry.hue, at: (tops[index] - box.top) / box.height };
    });
    const made = bins(this.places);
    const drawn = JSON.stringify(made.map((bin) => [...bin]));
    this.strip.hidden = !here.length;
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      const most = Math.max(...made.map(total));
      this.rows = made.map((bin) => row(bin, most));
      this.strip.replaceChildren(...this.rows, this.cursor);
    }
    this.#follow();
  }

  /** Show which part of the text is on the screen. */
  #follow() {
    const { top, height } = this.text.getBoundingClientRect();
    const from = Math.min(1, Math.max(0, -top / height));
    const to = Math.min(1, Math.max(0, (window.innerHeight - top) / height));
    this.cursor.style.top = `${from * 100}%`;
    this.cursor.style.height = `${(to - from) * 100}%`;
    const bin = Math.min(BINS - 1, Math.floor(((from + to) / 2) * BINS));
    // Where a key has led to is what is said, not where the middle of the screen has come to.
    if (bin !== this.bin && this.gone === null) this.#tell(bin);
  }

  #tell(bin) {
    this.bin = bin;
    this.strip.setAttribute("aria-valuenow", String(Math.round((bin / (BINS - 1)) * 100)));
    const count = (this.places ?? []).filter(({ at }) => binOf(at) === bin).length;
    const where = tr("%(percent)s % of the text", { percent: Math.round((bin / (BINS - 1)) * 100) });
    this.strip.setAttribute("aria-valuetext", `${where}, ${trn("%(count)s note", "%(count)s notes", count)}`);
  }

  #clicked({ clientY }) {
    const { top, height } = this.strip.getBoundingClientRect();
    this.#go(Math.min(BINS - 1, Math.max(0, Math.floor(((clientY - top) / height) * BINS))));
  }

  #pressed(event) {
    const full = [...new Set((this.places ?? []).map(({ at }) => binOf(at)))].sort((a, b) => a - b);
    const now = this.gone ?? this.bin ?? -1;
    const to = {
      ArrowDown: () => full.find((bin) => bin > now),
      ArrowRight: () => full.find((bin) => bin > now),
      ArrowUp: () => full.findLast((bin) => bin < now),
      ArrowLeft: () => full.findLast((bin) => bin < now),
      Home: () => full[0],
      End: () => full.at(-1),
    }[event.key];
    if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const bin = to();
    if (bin !== undefined) this.#go(bin);
  }

  /** Go to the first note in that part of the text, or where there is none, to the part. */
  #go(bin) {
    if (document.activeElement === this.strip) this.gone = bin;
    const [first] = (this.places ?? []).filter(({ at }) => binOf(at) === bin).sort((a, b) => a.at - b.at);
    if (first) {
      this.notes.visit(first.entry);
    } else {
      const { top, height } = this.text.getBoundingClientRect();
      window.scrollBy(0, top + ((bin + 0.5) / BINS) * height - window.innerHeight / 2);
    }
    this.#tell(bin);
  }
}

function binOf(at) {
  return Math.min(BINS - 1, Math.max(0, Math.floor(at * BINS)));
}

function total(bin) {
  return [...bin.values()].reduce((sum, count) => sum + count, 0);
}

function row(bin, most) {
  const made = document.createElement("span");
  made.className = "heat-row";
  const all = total(bin);
  if (!all) return made;
  made.title = trn("%(count)s note", "%(count)s notes", all);
  const line = document.createElement("span");
  line.className = "heat-line";
  line.style.width = `${Math.round(share(all, most) * 100)}%`;
  for (const [hue, count] of [...bin].sort(([a], [b]) => a - b)) {
    const cell = document.createElement("span");
    cell.className = `heat-cell tag-${hue}`;
    cell.style.flexGrow = String(count);
    line.append(cell);
  }
  made.append(line);
  return made;
}
