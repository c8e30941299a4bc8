/** Moving the page so that a note or its passage is seen, and no further. */

export const WIDE = window.matchMedia("(min-width: 1000px)");
/** Above this the toolbar covers the page, and the edge is this near, in pixels. */
const CEILING = 64;
const EDGE = 12;

export class Sight {
  /** @param {import("./margin.js").Margin} margin knows where a note will stand */
  constructor(margin) {
    this.margin = margin;
  }

  /** Let the note be seen where it will stand, for it may be on its way. */
  note({ item, placed }) {
    if (!WIDE.matches || !placed) {
      item.scrollIntoView({ block: "nearest" });
      return;
    }
    const top = this.margin.top(item);
    const bottom = top + item.offsetHeight;
    const floor = window.innerHeight - EDGE;
    if (top < CEILING) window.scrollBy(0, top - CEILING);
    else if (bottom > floor) window.scrollBy(0, Math.min(bottom - floor, top - CEILING));
  }

  /** Let the words be seen: in the middle, if they are not seen yet. */
  words(words) {
    const box = words.getBoundingClientRect();
    const seen = box.top > CEILING + EDGE && box.bottom < window.innerHeight - 2 * EDGE;
    if (!seen) words.scrollIntoView({ block: "center" });
  }

  /** Let a reply in a note be seen, where a long thread reaches below the note. */
  reply(reply) {
    const box = reply.getBoundingClientRect();
    if (box.top < CEILING || box.bottom > window.innerHeight) reply.scrollIntoView({ block: "nearest" });
  }
}

/** Give the focus to a note, wherever it stands. */
export function focusOn(item) {
  if (!item.hasAttribute("tabindex")) item.tabIndex = -1;
  item.focus({ preventScroll: true });
}
