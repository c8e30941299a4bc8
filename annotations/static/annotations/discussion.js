/**
 * The discussion under the text: answers that are folded away, and more of it in its place. What is
 * not at hand at once is fetched when it is wanted (`growing.js`).
 */

import { tr, trn } from "../forum/js/words.js";

/** How long after the page came it is first asked whether there is news, in milliseconds. */
const FIRST = 20_000;

export class Discussion {
  /**
   * @param {HTMLElement} reading
   * @param {import("./growing.js").Host} host what is to be done with responses that have come
   */
  constructor(reading, host) {
    this.reading = reading;
    this.host = host;
    /** @type {HTMLElement} */
    this.thread = reading.querySelector("[data-thread]");
    this.folds = `folded ${reading.dataset.article}`;
    this.all = this.thread.querySelector("[data-fold-all]");
    if (this.all && this.thread.querySelector("[data-fold]")) this.all.hidden = false;
    for (const id of this.#remembered()) this.#fold(document.getElementById(id), true);
    this.thread.addEventListener("click", (event) => this.#clicked(event));
    document.addEventListener("click", (event) => this.#followed(event));
    window.addEventListener("hashchange", () => this.unfold());
    this.unfold();
    if (this.thread.dataset.news) window.setTimeout(() => this.#watch(), FIRST);
  }

  /** Let what the address leads to be seen, if it stands among answers that are folded away. */
  unfold() {
    const target = named(window.location.hash);
    for (let item = target?.closest(".response"); item; item = item.parentElement.closest(".response")) {
      if (item !== target) this.#fold(item, false);
    }
  }

  async #watch() {
    const { watchNews } = await import("./growing.js");
    watchNews(this.thread, this.host);
  }

  async #clicked(event) {
    const fold = event.target.closest("[data-fold]");
    if (fold) {
      this.#fold(fold.closest(".response"), fold.getAttribute("aria-expanded") === "true");
      this.#remember();
    } else if (event.target.closest("[data-fold-all]")) {
      const away = !this.all.classList.contains("is-away");
      for (const item of this.thread.querySelectorAll("[data-responses] > .response")) this.#fold(item, away);
      this.#remember();
    }
    if (event.target.closest("[data-more-all]")) {
      const { showAll } = await import("./growing.js");
      await showAll(this.thread, this.host);
      return;
    }
    const more = event.target.closest("[data-more]");
    if (!more || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const { showMore } = await import("./growing.js");
    await showMore(this.thread, more, this.host);
  }

  /** A link to a response that is on another part of the discussion leads there. */
  #followed(event) {
    const link = event.target.closest('a[href^="#"]');
    if (!link || link.hash.length < 2 || named(link.hash)) return;
    const response = /^#comment-(\d+)$/.exec(link.hash)?.[1] ?? link.closest(".response")?.dataset.post;
    if (!response) return;
    event.preventDefault();
    window.location.assign(addressOf(response, link.hash));
  }

  #fold(item, away) {
    const fold = item?.querySelector(":scope > .response-head > [data-fold]");
    if (!fold) return;
    const count = item.querySelectorAll(":scope > .responses .response:not(.is-aside)").length;
    item.classList.toggle("is-folded", away);
    fold.setAttribute("aria-expanded", String(!away));
    fold.textContent = away ? trn("Show %(count)s answer", "Show %(count)s answers", count) : tr("Hide answers");
  }

  #remember() {
    const folded = [...this.thread.querySelectorAll(".is-folded")].map(({ id }) => id);
    const top = this.thread.querySelectorAll("[data-responses] > .response > .response-head > [data-fold]");
    const away = [...top].every((fold) => fold.getAttribute("aria-expanded") === "false");
    this.all.classList.toggle("is-away", away);
    this.all.textContent = away ? tr("Show all answers") : tr("Hide all answers");
    try {
      window.sessionStorage.setItem(this.folds, JSON.stringify(folded));
    } catch {
      // This browser keeps nothing: they are folded until the page is left.
    }
  }

  #remembered() {
    try {
      return JSON.parse(window.sessionStorage.getItem(this.folds) ?? "[]");
    } catch {
      return [];
    }
  }
}

/** If the address leads to a response on another part of the discussion, go there. */
export function goToPart() {
  const response = /^#comment-(\d+)$/.exec(window.location.hash)?.[1];
  const asked = new URLSearchParams(window.location.search).get("at");
  if (!response || response === asked || named(window.location.hash)) return;
  if (document.querySelector("[data-more]")) {
    window.location.replace(addressOf(response, window.location.hash));
  }
}

function addressOf(response, hash) {
  const query = new URLSearchParams(window.location.search);
  for (const name of ["after", "before", "upto"]) query.delete(name);
  query.set("at", response);
  return `${window.location.pathname}?${query}${hash}`;
}

function named(hash) {
  return hash.length > 1 ? document.getElementById(hash.slice(1)) : null;
}
