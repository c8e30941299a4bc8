/** Where that which is about a passage stands: near it, never over it, and inside the window. */

/** On a phone all of it stands at the foot of the screen. */
export const NARROW = window.matchMedia("(max-width: 599.98px)");
const WIDE = window.matchMedia("(min-width: 1000px)");
/** Between the passage and what is about it, in pixels. */
const GAP = 8;
/** The height of the line of chips, and what a form needs to be at ease, in pixels. */
const HEAD = 50;
const EASE = 570;
/** Of a low window it is given this much. */
const MOST = 0.7;
/** Of the screen of a phone a form takes this much; of a low one more, as long as this many pixels
 *  are left for the passage; and all that a keyboard leaves. */
const SHEET = 0.72;
const LEAVE = 140;

/** Put the `form` level with the passage in the margin. Without a margin it stands below or above
 *  the passage, whichever has more room; on a phone at the foot of the screen. */
export function placeForm(form, range, reading) {
  reset(form);
  if (NARROW.matches) {
    const room = raise(form, SHEET);
    makeRoom(range, room);
    return;
  }
  if (WIDE.matches) placeInMargin(form, range, reading);
  else placeAround(form, range);
}

/** Put the `menu` above the first line of the passage or below its last; where the native menu of
 *  a finger's selection would be in the way, at the foot of the screen. */
export function placeMenu(menu, range, { touch }) {
  reset(menu);
  const atFoot = touch || NARROW.matches;
  menu.classList.toggle("is-at-foot", atFoot);
  const lines = [...range.getClientRects()].filter(({ width }) => width);
  if (!lines.length) return;
  if (atFoot) {
    const hidden = lines.at(-1).bottom + GAP - raise(menu, 1);
    if (hidden > 0 && hidden < menu.offsetHeight + GAP) window.scrollBy(0, hidden);
    return;
  }
  const [first, last] = [lines[0], lines.at(-1)];
  const [above, below] = [first.top - GAP - menu.offsetHeight, last.bottom + GAP];
  let [line, top] = [first, above];
  if (above < HEAD) [line, top] = [last, below];
  if (top + menu.offsetHeight > window.innerHeight) {
    // A passage longer than the window: in the corner, where least of it is hidden.
    top = window.innerHeight - menu.offsetHeight - GAP;
  }
  const middle = (line.left + line.right - menu.offsetWidth) / 2;
  put(menu, top, Math.max(GAP, Math.min(middle, windowWidth() - menu.offsetWidth - GAP)));
}

/** Let the page be read to its end above what stands at the foot of the screen. */
export function leaveRoom(height) {
  const { style } = document.body;
  style.paddingBottom = height ? `${height}px` : "";
  style.setProperty("--foot", `${height}px`);
}

/** Stand in the window before there is a place, so that taking the focus moves no page. */
export function placeInWindow(form) {
  reset(form);
  if (!NARROW.matches) put(form, HEAD, 0);
}

/** Scroll so that `range` can be seen between the line of chips and `floor`. */
export function bringIntoView(range, floor) {
  const box = range.getBoundingClientRect();
  const [top, bottom] = [HEAD + 2 * GAP, floor - GAP];
  if (box.top >= top && box.bottom <= bottom) return;
  const tall = box.height > bottom - top;
  window.scrollBy(0, box.top - (tall ? top : top + (bottom - top - box.height) / 3));
}

function placeInMargin(form, range, reading) {
  const text = range.getBoundingClientRect();
  const notes = reading.querySelector(".notes").getBoundingClientRect();
  const { style } = form;
  const onTheLeft = notes.left < reading.querySelector("[data-text]").getBoundingClientRect().left;
  const most = onTheLeft ? notes.right : windowWidth() - notes.left;
  style.width = `${Math.min(form.offsetWidth, most - 2 * GAP)}px`;
  style.maxHeight = `${window.innerHeight - HEAD - 2 * GAP}px`;
  const lowest = window.innerHeight - GAP - form.offsetHeight;
  const top = Math.max(HEAD + GAP, Math.min(text.top, lowest));
  put(form, top, onTheLeft ? notes.right - form.offsetWidth : notes.left);
}

function placeAround(form, range) {
  const least = Math.min(EASE, window.innerHeight * MOST);
  if (roomAround(range).most < least) makeRoom(range, window.innerHeight - least - 2 * GAP);
  const { text, above, below, most } = roomAround(range);
  form.style.maxHeight = `${Math.max(most, least / 2)}px`;
  const top = below >= above ? text.bottom + GAP : text.top - GAP - form.offsetHeight;
  const left = Math.min(text.left, windowWidth() - form.offsetWidth - 2 * GAP);
  put(form, top, Math.max(GAP, left));
}

function roomAround(range) {
  const text = range.getBoundingClientRect();
  const above = text.top - HEAD - 2 * GAP;
  const below = window.innerHeight - text.bottom - 2 * GAP;
  return { text, above, below, most: Math.max(above, below) };
}

/** Move the page so that the passage, or at least its end, stands above `floor`. */
function makeRoom(range, floor) {
  const text = range.getBoundingClientRect();
  const fits = text.height <= floor - HEAD - 3 * GAP;
  if (fits && text.top >= HEAD && text.bottom + GAP <= floor) return;
  window.scrollBy(0, fits ? text.top - HEAD - 2 * GAP : text.bottom + GAP - floor);
}

/** Keep `element` at the foot of what is seen, above a keyboard on the screen, and no higher than
 *  `share` of that. Returns where its upper edge is. */
function raise(element, share) {
  const { visualViewport: seen } = window;
  // Enlarged with two fingers, a page is moved about by them.
  const own = !seen || seen.scale > 1.01;
  const height = own ? window.innerHeight : seen.height;
  const covered = own ? 0 : Math.max(0, window.innerHeight - seen.height - seen.offsetTop);
  element.style.bottom = covered ? `${Math.round(covered)}px` : "";
  if (share < 1) {
    const most = Math.max(height * share, Math.min(EASE, height - LEAVE));
    element.style.maxHeight = `${Math.round(covered ? height : most)}px`;
  }
  leaveRoom(element.offsetHeight + covered);
  return window.innerHeight - covered - element.offsetHeight;
}

function put({ style }, top, left) {
  style.top = `${Math.round(top + window.scrollY)}px`;
  style.left = `${Math.round(left + window.scrollX)}px`;
}

function reset({ style }) {
  for (const name of ["maxHeight", "width", "top", "left", "bottom"]) style[name] = "";
}

/** Without the scroll bar. */
function windowWidth() {
  return document.documentElement.clientWidth;
}
