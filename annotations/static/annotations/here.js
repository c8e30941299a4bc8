/** What stands in the margin besides the notes: the head over those on one passage, and piles. */

import { tr, trn } from "../forum/js/words.js";

/** @returns {HTMLElement} with its parts found by [data-…] */
function element(name, { text = "", ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.append(text);
  made.append(...children);
  return made;
}

/** The line over the notes on one passage: how many, which one is open, and what leads on. */
export class Head {
  /** @param {{step: (by: number) => void, close: () => void}} on */
  constructor({ step, close }) {
    this.title = element("p", { class: "here-title" });
    this.count = element("span", { class: "here-count" });
    const previous = stepper("‹", tr("Previous note on this passage"), () => step(-1));
    const next = stepper("›", tr("Next note on this passage"), () => step(1));
    this.steps = element("span", { class: "here-steps" }, previous, this.count, next);
    const shut = element("button", { type: "button", class: "here-close", text: tr("Close") });
    shut.addEventListener("click", close);
    this.item = element("li", { class: "here" }, this.title, this.steps, shut);
  }

  /** Say that of `total` notes here, or `near` here, the one number `at` is open. */
  show(at, total, near) {
    this.title.textContent = near && total > 1
      ? trn("%(count)s note near here", "%(count)s notes near here", total)
      : trn("%(count)s note on this passage", "%(count)s notes on this passage", total);
    this.count.textContent = tr("%(shown)s of %(all)s", { shown: at, all: total });
    this.steps.hidden = total === 1;
  }
}

function stepper(sign, label, act) {
  const made = element("button", { type: "button", class: "here-step", "aria-label": label, text: sign });
  made.addEventListener("click", act);
  return made;
}

/**
 * One line for several entries: how many they are, and which tags they carry most.
 *
 * @param {{item: HTMLElement, note?: string, hue: string, short: string}[]} entries
 */
export function pile(entries) {
  const made = element("li", { class: "note-pile" });
  made.append(element("button", { type: "button", "data-pile": "" }));
  fill(made.firstChild, entries);
  return made;
}

/** What the button of a pile says. */
export function fill(button, entries) {
  const notes = entries.filter((entry) => entry.note);
  const quotes = entries.length - notes.length;
  const said = [];
  if (notes.length) said.push(trn("%(count)s note", "%(count)s notes", notes.length));
  if (quotes) said.push(trn("%(count)s quote", "%(count)s quotes", quotes));
  const most = [...tally(notes)].sort(([, a], [, b]) => b.count - a.count).slice(0, 4);
  button.replaceChildren(
    element("span", { class: "pile-count", text: said.join(", ") }),
    ...most.map(([short, { hue, count }]) =>
      element("span", { class: `pile-tag tag-${hue}`, text: `${short} ${count}` }),
    ),
  );
}

function tally(notes) {
  const counts = new Map();
  for (const { short, hue } of notes) {
    if (!short) continue;
    if (!counts.has(short)) counts.set(short, { hue, count: 0 });
    counts.get(short).count += 1;
  }
  return counts;
}
