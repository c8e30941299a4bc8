/**
 * Help with Markdown in a form for words: buttons and keys that put its signs around what is selected, and
 * how much room is left once it gets short. Everything can be typed as well.
 */

import { offerNames } from "./names.js";
import { replace } from "./typing.js";
import { tr, trn } from "./words.js";

/**
 * @typedef {object} Format
 * @property {string} name what the button is called
 * @property {string} [key] with Ctrl or the command key
 * @property {[string, string]} [around] what goes before and behind the selected words
 * @property {string} [line] what goes before each of the selected lines
 * @property {string} [empty] what is put where nothing is selected
 */

/** @type {Format[]} */
const FORMATS = [
  { name: tr("Bold"), key: "b", around: ["**", "**"], empty: tr("bold words") },
  { name: tr("Italic"), key: "i", around: ["*", "*"], empty: tr("words") },
  { name: tr("Link"), key: "k", around: ["[", "](https://)"], empty: tr("words") },
  { name: tr("Quote"), line: "> ", empty: tr("quoted words") },
  { name: tr("List"), line: "- ", empty: tr("first") },
];
/** From then on it is said how much room is left: a fifth of all. */
const SHORT = 0.2;

/** @param {HTMLFormElement} form */
export function help(form) {
  const field = form.elements.source;
  if (!field || form.querySelector("[role=toolbar]")) return;
  field.before(toolbarFor(field));
  field.addEventListener("keydown", (event) => {
    const format = FORMATS.find(({ key }) => key === event.key.toLowerCase());
    if (!format || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    apply(field, format);
  });
  if (form.dataset.people) offerNames(field, form.dataset.people);
  const limit = Number(form.dataset.limit);
  if (limit) countdown(field, limit);
}

function toolbarFor(field) {
  const bar = document.createElement("div");
  bar.className = "formatting";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", tr("Formatting"));
  bar.setAttribute("aria-controls", field.id);
  const buttons = FORMATS.map((format, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet button-small";
    button.textContent = format.name;
    // One stop for the keyboard; arrows lead from there.
    button.tabIndex = index ? -1 : 0;
    if (format.key) button.title = `Ctrl+${format.key.toUpperCase()}`;
    button.addEventListener("click", () => apply(field, format));
    return button;
  });
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement);
    const next = buttons[(at + by + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
  bar.append(...buttons);
  return bar;
}

function apply(field, format) {
  field.focus();
  const { value, selectionStart: start, selectionEnd: end } = field;
  if (format.line) lines(field, format, value, start, end);
  else around(field, format, value, start, end);
}

/** Put the signs around what is selected, or take away those that are. */
function around(field, { around: [before, behind], empty }, value, start, end) {
  const marked = value.slice(start - before.length, start) === before && value.startsWith(behind, end);
  const whole = before !== "*" || value[start - 2] !== "*";
  if (marked && whole) {
    replace(field, start - before.length, end + behind.length, value.slice(start, end));
    field.setSelectionRange(start - before.length, end - before.length);
    return;
  }
  // White space at an end would keep the signs from meaning anything.
  const selected = value.slice(start, end);
  const words = selected.trim() || empty;
  const lead = selected.length - selected.trimStart().length;
  const from = selected.trim() ? start + lead : start;
  replace(field, from, from + selected.trim().length, before + words + behind);
  field.setSelectionRange(from + before.length, from + before.length + words.length);
}

/** Put the sign before each line that is selected, in a paragraph of its own. */
function lines(field, { line, empty }, value, start, end) {
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const to = value.indexOf("\n", end) < 0 ? value.length : value.indexOf("\n", end);
  const text = (value.slice(from, to) || empty)
    .split("\n")
    .map((words) => line + words)
    .join("\n");
  const gap = from === 0 || value.endsWith("\n\n", from) ? "" : "\n";
  replace(field, from, to, gap + text);
  field.setSelectionRange(from + gap.length + line.length, from + gap.length + text.length);
}

function countdown(field, limit) {
  const left = document.createElement("p");
  left.className = "field-left soft";
  left.setAttribute("role", "status");
  field.after(left);
  const count = () => {
    // As the server counts: code points.
    const rest = limit - [...field.value].length;
    left.textContent = rest > limit * SHORT ? "" : inWords(rest);
    left.classList.toggle("is-over", rest < 0);
  };
  field.addEventListener("input", count);
  count();
}

function inWords(rest) {
  return rest < 0
    ? trn("%(count)s character too many", "%(count)s characters too many", -rest)
    : trn("%(count)s character left", "%(count)s characters left", rest);
}
