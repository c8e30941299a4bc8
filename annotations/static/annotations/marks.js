/**
 * Marks in a body: the same segments that annotations/page/marks.py writes on the server, so that what
 * is saved, filtered or private can be shown without asking for the page again.
 */

import { BodyText, unitIndex } from "./text.js";

/** Overlap is shown in this many steps of tint. */
const DENSITIES = 3;
/** A mark names this many of the notes over it, the topmost. */
const NAMED = 50;

/**
 * Cut [start, end) wherever a span begins or ends.
 *
 * @param {{id: number, start: number, end: number}[]} spans in the order that `sorted` gives
 * @returns {{start: number, end: number, keys: number[]}[]} with keys in order of their start
 */
export function cut(start, end, spans) {
  const over = spans.filter((span) => span.start < end && span.end > start);
  const edges = new Set([start, end]);
  for (const span of over) {
    edges.add(Math.max(span.start, start));
    edges.add(Math.min(span.end, end));
  }
  const places = [...edges].sort((a, b) => a - b);
  return places.slice(1).map((until, index) => {
    const at = places[index];
    const keys = over.filter((span) => span.start <= at && span.end > at).map((span) => span.id);
    return { start: at, end: until, keys };
  });
}

/** Spans as they lie over each other: earlier ones below, of those that start together the longer. */
export function sorted(spans) {
  return [...spans].sort((a, b) => a.start - b.start || b.end - a.end || a.id - b.id);
}

/**
 * Replace the marks in `root` by those of `notes`.
 *
 * @param {Element} root
 * @param {{id: number, start: number, end: number, hue: number, short: string}[]} notes
 */
export function mark(root, notes) {
  unmark(root);
  const spans = sorted(notes);
  const byId = new Map(notes.map((note) => [note.id, note]));
  const begun = new Set();
  let next = 0;
  let open = [];
  for (const piece of new BodyText(root).pieces) {
    const end = piece.start + piece.length;
    while (next < spans.length && spans[next].start < end) open.push(spans[next++]);
    open = open.filter((span) => span.end > piece.start);
    if (!open.length || piece.node.localName === "br") continue;
    wrap(piece, cut(piece.start, end, open), byId, begun);
  }
}

/** Take all marks out of `root`; its text nodes are whole again. */
export function unmark(root) {
  for (const element of root.querySelectorAll("mark")) {
    for (const anchor of element.querySelectorAll("span")) anchor.remove();
    element.replaceWith(...element.childNodes);
  }
  root.normalize();
}

function wrap(piece, segments, byId, begun) {
  const { node } = piece;
  const text = node.data;
  const parts = segments.map(({ start, end, keys }) => {
    const words = text.slice(
      unitIndex(text, start - piece.start),
      unitIndex(text, end - piece.start),
    );
    if (!keys.length) return words;
    const element = openMark(keys, byId, begun);
    element.append(words);
    return element;
  });
  node.replaceWith(...parts);
}

function openMark(keys, byId, begun) {
  const top = byId.get(keys.at(-1));
  const element = document.createElement("mark");
  element.className = `mark tag-${top.hue} density-${Math.min(keys.length, DENSITIES)}`;
  element.dataset.notes = keys.slice(-NAMED).join(" ");
  const first = keys.filter((key) => !begun.has(key));
  if (!first.length) return element;
  first.forEach((key) => begun.add(key));
  element.id = `mark-${first.at(-1)}`;
  element.tabIndex = 0;
  element.dataset.short = top.short;
  element.setAttribute("aria-details", `note-${first.at(-1)}`);
  for (const key of first.slice(0, -1)) {
    const anchor = document.createElement("span");
    anchor.id = `mark-${key}`;
    element.append(anchor);
  }
  return element;
}
