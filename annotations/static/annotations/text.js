/**
 * The text of a body, as forum/lib/canonical.py defines it, read from the DOM:
 *
 * 1. characters of text nodes count as they stand;
 * 2. <br> is one newline;
 * 3. between two characters parted by the start or end of any block element stands one newline.
 *
 * Positions are Unicode code points. Marks, and the empty spans in them, change nothing.
 */

const TEXT_NODE = 3;
const ELEMENT_NODE = 1;

/** Elements that part nothing: the inline ones of canonical HTML, and what marking adds. */
const INLINE = new Set(
  "a abbr b cite code del em i ins kbd q s samp small strong sub sup u var mark span".split(" "),
);

/** How many code points `string` holds. */
export function length(string) {
  let count = string.length;
  for (let i = 1; i < string.length; i += 1) {
    if (isLow(string.charCodeAt(i)) && isHigh(string.charCodeAt(i - 1))) count -= 1;
  }
  return count;
}

/** The index into `string`, in UTF-16 units, where its code point number `position` begins. */
export function unitIndex(string, position) {
  let index = 0;
  for (let left = position; left > 0 && index < string.length; left -= 1) {
    const pair = isHigh(string.charCodeAt(index)) && isLow(string.charCodeAt(index + 1));
    index += pair ? 2 : 1;
  }
  return index;
}

const isHigh = (unit) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit) => unit >= 0xdc00 && unit < 0xe000;

/** The text of one body, and where in the DOM each part of it stands. A snapshot: make a new one
 *  after the DOM has changed. */
export class BodyText {
  /** @param {Element} root the element whose content is the body */
  constructor(root) {
    this.root = root;
    /** @type {{node: Node, start: number, length: number}[]} text nodes and line breaks, in order */
    this.pieces = [];
    this.length = 0;
    this.#walk(root);
    this.text = this.#parts.join("");
    this.#characters = null;
  }

  #parts = [];
  #parted = false;
  #characters;
  /** For each node, how many pieces come before its start, and before its end. */
  #starts = new Map();
  #ends = new Map();

  /** The words in [start, end). */
  slice(start, end) {
    this.#characters ??= Array.from(this.text);
    return this.#characters.slice(start, end).join("");
  }

  /** The position of a DOM point, or null outside the body. Between two blocks there are two
   *  answers: `after` asks for the one behind the newline. */
  positionOf(node, offset, after = false) {
    if (!this.#starts.has(node)) return null;
    let index;
    if (node.nodeType === TEXT_NODE) {
      index = this.#starts.get(node);
      const piece = this.pieces[index];
      if (piece?.node !== node) return this.#edge(index, after);
      if (offset > 0 && offset < node.data.length) {
        return piece.start + length(node.data.slice(0, offset));
      }
      if (offset > 0) index += 1;
    } else {
      const child = node.childNodes[offset];
      index = child ? this.#starts.get(child) : this.#ends.get(node);
    }
    return this.#edge(index, after);
  }

  /** What [start, end) of two DOM points selects, without white space around it; null if nothing.
   *  A point outside the body stands for the end of the body that lies on its side. */
  passage(startNode, startOffset, endNode, endOffset) {
    let start = this.positionOf(startNode, startOffset, true) ?? 0;
    let end = this.positionOf(endNode, endOffset) ?? this.length;
    if (end <= start) return null;
    const quote = this.slice(start, end);
    start += length(quote) - length(quote.trimStart());
    end -= length(quote) - length(quote.trimEnd());
    return end > start ? { start, end, quote: this.slice(start, end) } : null;
  }

  /** The DOM points around [start, end), for a Range. */
  points(start, end) {
    const first = this.pieces.findIndex((piece) => piece.start + piece.length > start);
    const last = this.pieces.findLastIndex((piece) => piece.start < end);
    if (first < 0 || last < first) return null;
    return {
      start: this.#point(this.pieces[first], start),
      end: this.#point(this.pieces[last], end),
    };
  }

  #point(piece, position) {
    const inside = Math.min(Math.max(position - piece.start, 0), piece.length);
    if (piece.node.nodeType === TEXT_NODE) return [piece.node, unitIndex(piece.node.data, inside)];
    const parent = piece.node.parentNode;
    return [parent, Array.from(parent.childNodes).indexOf(piece.node) + inside];
  }

  #edge(index, after) {
    const next = this.pieces[index];
    const previous = this.pieces[index - 1];
    if (after && next) return next.start;
    return previous ? previous.start + previous.length : 0;
  }

  #walk(node) {
    this.#starts.set(node, this.pieces.length);
    if (node.nodeType === TEXT_NODE) {
      this.#add(node, node.data);
    } else if (node.localName === "br") {
      this.#add(node, "\n");
    } else if (node.nodeType === ELEMENT_NODE) {
      const block = !INLINE.has(node.localName);
      this.#parted ||= block;
      for (const child of node.childNodes) this.#walk(child);
      this.#parted ||= block;
    }
    this.#ends.set(node, this.pieces.length);
  }

  #add(node, text) {
    if (!text) return;
    if (this.#parted && this.pieces.length) {
      this.#parts.push("\n");
      this.length += 1;
    }
    this.#parted = false;
    this.#parts.push(text);
    this.pieces.push({ node, start: this.length, length: length(text) });
    this.length += this.pieces.at(-1).length;
  }
}
