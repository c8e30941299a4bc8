/**
 * What somebody wrote whom the reader has muted: folded to one line, with a button that shows it. It is
 * fetched by readers who have muted somebody. The page is everybody's, so it is folded here.
 */

import { tr } from "../forum/js/words.js";
import { fetchPersonal } from "./personal.js";

/** Where a post may stand on the page. */
const PLACES = ["comment", "note", "reply"];
/** The line that stays, and what is folded away. */
const HEAD = ":scope > .response-head, :scope > .reply-head, :scope > .note-meta";
const WORDS = [
  ".prose", ".faded-quotes", ".response-tools", ".reply-tools", ".response-slot", ".note-tags", ".note-body", ".note-said", ".note-state",
].map((part) => `:scope > ${part}`).join();

export class Muted {
  /**
   * @param {HTMLElement} reading
   * @param {number[]} posts the ids of what those wrote who are muted
   */
  constructor(reading, posts) {
    this.reading = reading;
    this.fold(posts);
    window.addEventListener("hashchange", () => this.#unfoldTarget());
  }

  /** Fold what has come to the page since. */
  async renew() {
    const { muted } = await fetchPersonal(this.reading);
    this.fold(muted ?? []);
  }

  fold(posts) {
    for (const post of posts) {
      for (const place of PLACES) this.#foldOne(document.getElementById(`${place}-${post}`));
    }
    this.#unfoldTarget();
  }

  #foldOne(item) {
    const head = item?.querySelector(HEAD);
    if (!head || item.querySelector(":scope > * > [data-muted]")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fold";
    button.dataset.muted = "";
    button.addEventListener("click", () => show(item, button, button.getAttribute("aria-expanded") !== "true"));
    head.append(" ", button);
    show(item, button, false);
  }

  /** What the address leads to is there to be read. */
  #unfoldTarget() {
    const button = document.getElementById(window.location.hash.slice(1))?.querySelector(":scope > * > [data-muted]");
    if (button) show(button.parentElement.parentElement, button, true);
  }
}

function show(item, button, shown) {
  button.setAttribute("aria-expanded", String(shown));
  button.textContent = shown ? tr("Muted: hide") : tr("Muted: show");
  item.classList.toggle("is-muted", !shown);
  for (const part of item.querySelectorAll(WORDS)) part.hidden = !shown;
}
