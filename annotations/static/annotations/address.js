/** Passages in addresses, so that a passage outlives logging in. */

import { passageAt } from "./selection.js";

const WANTED = /^#annotate-(\d+)-(\d+)-(\d+)$/;

/** How addresses name a passage: its revision, its start and its end. */
export function nameOf({ revision, start, end }) {
  return `${revision}-${start}-${end}`;
}

/** Where to log in, to come back to this passage and annotate it. */
export function loginFor(reading, passage) {
  return reading.dataset.login + encodeURIComponent(`#annotate-${nameOf(passage)}`);
}

/** The text on this page in its revision `revision`, or undefined. */
export function textOf(reading, revision) {
  const texts = [...reading.querySelectorAll("[data-text]")];
  return texts.find((text) => text.dataset.revision === String(revision));
}

/** The passage that the address asks to annotate, once. Null: it is in a text that this page does
 *  not show any more. Undefined: the address asks for nothing. */
export function takeWanted(reading) {
  const [asked, revision, start, end] = WANTED.exec(window.location.hash) ?? [];
  if (!asked) return undefined;
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
  const root = textOf(reading, revision);
  return root ? passageAt(root, +start, +end) : null;
}
