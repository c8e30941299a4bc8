/** Watching what a reader selects: a passage of the article or of a response. */

import { BodyText } from "./text.js";

/** How long a selection has to rest before anything happens, in milliseconds. */
const REST = 250;
/** With the focus in one of these a reader is not choosing: forms have selections of their own. */
const BUSY = "dialog, [data-stepper-bar], textarea, input";

/**
 * Call `chosen(passage)` whenever a passage of one text has been selected and the selection has
 * come to rest, and `cleared(pointed)` when it has gone: by a press somewhere, or by a key.
 *
 * A passage is {root, post, revision, start, end, quote, range}: which words of which text.
 */
export function watchSelection(reading, { chosen, cleared }) {
  let timer = 0;
  let pressing = false;
  let pointed = false;
  let last = "";

  const look = () => {
    if (pressing || document.activeElement?.closest(BUSY)) return;
    const passage = selectedPassage(reading);
    const now = passage ? `${passage.revision} ${passage.start} ${passage.end}` : "";
    if (now === last) return;
    last = now;
    if (passage) chosen(passage);
    else cleared(pointed);
  };
  const soon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, REST);
  };
  document.addEventListener("selectionchange", soon);
  document.addEventListener("keydown", () => {
    pointed = false;
  });
  let putBack = () => {};
  document.addEventListener("pointerdown", ({ target, pointerType }) => {
    // A finger's selection goes on by handles, of which no page is told.
    pressing = pointerType !== "touch";
    pointed = true;
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
  return passage && passageAt(root, passage.start, passage.end);
}

function bodyOf(node) {
  return (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-text]");
}

/**
 * The passage [start, end) of the text in `root`, or null where there is none.
 *
 * @param {HTMLElement} root
 */
export function passageAt(root, start, end) {
  const body = new BodyText(root);
  if (start < 0 || end <= start || end > body.length) return null;
  const { post, revision } = root.dataset;
  const quote = body.slice(start, end);
  return { root, post, revision, start, end, quote, range: rangeIn(body, start, end) };
}

/** A range around [start, end) of `body`. */
function rangeIn(body, start, end) {
  const points = body.points(start, end);
  const range = document.createRange();
  range.setStart(...points.start);
  range.setEnd(...points.end);
  return range;
}
