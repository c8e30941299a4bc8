// The map of keys, on "?". Each part of a page adds what it listens to; nothing else is listed.

import { tr } from "./words.js";

/**
 * @typedef {{keys: string | string[], does: string}} Key `keys` as they are printed on a keyboard;
 *   several are pressed together
 */

/** @type {Map<string, Key[]>} by the part of the page that they belong to */
const groups = new Map();

/** List `keys` in the map under `title`. */
export function addKeys(title, keys) {
  groups.set(title, [...(groups.get(title) ?? []), ...keys]);
}

/**
 * Whether a key that is pressed alone may do something now: shortcuts are not turned off, nobody
 * is typing, and no dialogue is open.
 *
 * @param {KeyboardEvent} event
 * @param {string} [letterless] a selector of fields of this page that take no letters
 */
export function isShortcut(event, letterless = "") {
  if (document.documentElement.dataset.keys === "off") return false;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.isComposing || event.repeat) return false;
  if (document.querySelector("dialog[open], [popover]:popover-open")) return false;
  if (letterless && event.target.matches?.(letterless)) return true;
  return !event.target.closest?.("input, textarea, select, [contenteditable], [role=dialog]");
}

const dialog = document.getElementById("keys");

async function open() {
  const { parts } = await import("./key-map.js");
  dialog.querySelector("[data-keys-list]").replaceChildren(...parts(groups));
  dialog.querySelector("[data-keys-off]").hidden = document.documentElement.dataset.keys !== "off";
  document.getElementById("display")?.hidePopover();
  if (!dialog.open) dialog.showModal();
}

/** Listen for "?", and for the button in the Display menu. */
export function watchKeys() {
  if (!dialog) return;
  addKeys(tr("Everywhere"), [
    { keys: ["?"], does: tr("Show this map") },
    { keys: ["Esc"], does: tr("Close what is open") },
  ]);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || !isShortcut(event)) return;
    event.preventDefault();
    open();
  });
  document.querySelector("[data-show-keys]")?.addEventListener("click", open);
  // A click beside the dialogue lands on the dialogue itself.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
