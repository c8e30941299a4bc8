/** Watching what a reader selects: a passage of the article or of a response. */

import { BodyText } from "./text.js";

/** How long a selection has to rest before anything happens, in milliseconds. */
const REST = 250;

/**
 * Call `chosen(passage)` whenever a passage of one text has been selected and the selection has
 * come to rest, and `cleared()` when it has gone.
 *
 * A passage is {root, post, revision, start, end, quote, range}.
 */
export function watchSelection(reading, { chosen, cleared }) {
  let timer = 0;
  let pressing = false;
  let last = "";

  const look = () => {
    // A form that is being filled in has a selection of its own.
    if (pressing || document.activeElement?.closest("[role=dialog], textarea, input")) return;
    const passage = selectedPassage(reading);
    const now = passage ? `${passage.revision} ${passage.start} ${passage.end}` : "";
    if (now === last) return;
    last = now;
    if (passage) chosen(passage);
    else cleared();
  };
  const soon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, REST);
  };
  document.addEventListener("selectionchange", soon);
  let putBack = () => {};
  document.addEventListener("pointerdown", ({ target }) => {
    pressing = true;
    putBack();
    putBack = letGo(target);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, () => {
      pressing = false;
      putBack();
      soon();
    });
  }
  return {
    /** Let the same words be selected again. */
    forget() {
      last = "";
    },
  };
}

/**
 * Let the marks and quotes around `target` take no focus, until the function that is returned is
 * called: Chromium drops a selection that begins with the first word of what it focuses.
 */
function letGo(target) {
  const held = [];
  const text = target.closest?.("[data-text]");
  for (let element = target; text && element !== text; element = element.parentElement) {
    if (element.hasAttribute("tabindex")) {
      held.push([element, element.tabIndex]);
      element.removeAttribute("tabindex");
    }
  }
  return () => {
    for (const [element, tabIndex] of held.splice(0)) element.tabIndex = tabIndex;
  };
}

/** The passage that is selected now, or null. */
export function selectedPassage(reading) {
  const selection = window.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const root = bodyOf(range.startContainer) ?? bodyOf(range.endContainer);
  if (!root || !reading.contains(root)) return null;
  const { startContainer, startOffset, endContainer, endOffset } = range;
  const passage = new BodyText(root).passage(startContainer, startOffset, endContainer, endOffset);
  return passage && describe(root, passage);
}

function bodyOf(node) {
  return (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-text]");
}

function describe(root, passage) {
  const points = new BodyText(root).points(passage.start, passage.end);
  const range = document.createRange();
  range.setStart(...points.start);
  range.setEnd(...points.end);
  return { root, post: root.dataset.post, revision: root.dataset.revision, range, ...passage };
}
