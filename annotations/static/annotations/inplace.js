/**
 * Notes on a screen without a margin: those on the chosen passage open under its paragraph.
 *
 * The list stays where it is in the document, so that the text keeps its positions; the paragraph
 * makes room below itself, and the list is moved there.
 */

/** Between a paragraph and the notes on it, and the next paragraph, in pixels. */
const GAP = 12;
/** Of the notes on one passage this many are listed at once. */
const LISTED = 6;
const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, blockquote, pre, table, dd, dt";

export class InPlace {
  /**
   * @param {HTMLElement} reading
   * @param {HTMLElement} list
   */
  constructor(reading, list) {
    this.reading = reading;
    this.list = list;
    this.block = null;
    this.opened = [];
    new ResizeObserver(() => this.block && this.#fit()).observe(list);
  }

  /**
   * @param {object[]} open the entries on one passage, the one to be read first; may be none
   * @param {import("./here.js").Head} head
   * @param {Element | null} words those they are about
   */
  place(open, head, words) {
    this.list.classList.add("is-put", "is-ready");
    const near = words ?? this.block;
    const before = near?.getBoundingClientRect().top;
    this.#close();
    const block = open.length ? blockOf(open[0].words() ?? words) : null;
    this.list.classList.toggle("is-open", Boolean(block));
    if (block) this.#open(open, head, block);
    // What has opened or closed above must not carry the words away from under the finger.
    if (near) window.scrollBy(0, near.getBoundingClientRect().top - before);
  }

  /** Leave everything as it would stand without this. */
  clear() {
    this.#close();
    this.list.classList.remove("is-put", "is-open");
    this.list.style.top = "";
  }

  #open(open, head, block) {
    const listed = open.slice(0, LISTED);
    listed.forEach(({ item }, index) => {
      item.classList.add("is-here");
      item.classList.toggle("is-line", index > 0);
      item.classList.toggle("is-first", index === 0);
      if (index && "note" in item.dataset) item.tabIndex = 0;
    });
    this.list.prepend(head.item);
    this.opened = listed;
    this.block = block;
    this.#fit();
  }

  #close() {
    for (const { item } of this.opened) {
      item.classList.remove("is-here", "is-line", "is-first");
      if (item.tabIndex === 0) item.tabIndex = -1;
    }
    this.opened = [];
    if (this.block) this.block.style.marginBottom = "";
    this.block = null;
  }

  #fit() {
    const { bottom } = this.block.getBoundingClientRect();
    const top = bottom - this.reading.getBoundingClientRect().top + GAP;
    const height = this.list.offsetHeight;
    this.list.style.top = `${Math.round(top)}px`;
    this.block.style.marginBottom = `${height + 2 * GAP}px`;
  }
}

/** The paragraph, or what is like one, that `words` end in. */
function blockOf(words) {
  const body = words?.closest("[data-text]");
  const block = words?.closest(BLOCKS);
  if (!block || !body?.contains(block)) return body?.firstElementChild ?? null;
  return block.closest("table") ?? block;
}
