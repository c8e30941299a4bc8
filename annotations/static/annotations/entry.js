/** What stands in the margin, one entry each, and the order in which it is read. */

/** A note, or a passage that responses quote. */
export class Entry {
  /** @param {HTMLElement} item */
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
    /** Whether what it belongs to has just been withdrawn. */
    this.gone = false;
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

/**
 * The entries of those of `items` that are any.
 *
 * @param {Element[]} items
 * @returns {Entry[]}
 */
export function entriesOf(items) {
  return items
    .filter((item) => item.matches("[data-note], [data-passage]"))
    .map((item) => new Entry(item));
}

/**
 * `entries` in reading order: by text, by place in it; what has lost its passage comes last.
 *
 * @param {Entry[]} entries
 * @param {(target: string) => number} order of a text on the page
 * @returns {Entry[]}
 */
export function inReadingOrder(entries, order) {
  return [...entries].sort(
    (a, b) =>
      (a.placed !== b.placed && (a.placed ? -1 : 1)) ||
      difference(order(a.target), order(b.target)) ||
      difference(a.start, b.start) ||
      b.end - a.end ||
      difference(Number(a.note ?? Infinity), Number(b.note ?? Infinity)) ||
      0,
  );
}

/** The difference of two numbers either of which may be infinite. */
function difference(a, b) {
  return a === b ? 0 : a - b;
}
