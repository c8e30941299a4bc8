/** Endorsing a response in its place. Without script, or an account, the link leads to a page. */

import { tr } from "../forum/js/words.js";

export class Endorsing {
  /**
   * @param {HTMLElement} thread
   * @param {(message: string) => void} say tells a screen reader what happened
   */
  constructor(thread, say) {
    this.thread = thread;
    this.say = say;
    /** The ids of the responses that the reader endorses. */
    this.endorsed = new Set();
    this.csrf = "";
    thread.addEventListener("click", (event) => this.#clicked(event));
  }

  /** Take in who reads, and show what they endorse. */
  know({ csrf = "", endorsed = [] }) {
    this.csrf = csrf;
    this.endorsed = new Set(endorsed);
    this.show(this.thread);
  }

  /** Show among the responses in `root` which the reader endorses. */
  show(root) {
    if (!this.endorsed.size) return;
    for (const link of root.querySelectorAll("[data-endorse]")) {
      if (this.endorsed.has(Number(link.dataset.endorse))) press(link, true);
    }
  }

  async #clicked(event) {
    const link = event.target.closest("[data-endorse]");
    if (!link || !this.csrf || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.getAttribute("aria-busy")) return;
    const id = Number(link.dataset.endorse);
    const back = this.endorsed.has(id);
    link.setAttribute("aria-busy", "true");
    const answer = await fetch(link.href, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": this.csrf },
      body: new URLSearchParams(back ? { back: "1" } : {}),
    }).catch(() => null);
    link.removeAttribute("aria-busy");
    if (!answer?.ok) {
      // There it is said why.
      window.location.assign(link.href);
      return;
    }
    const { count } = await answer.json();
    if (back) this.endorsed.delete(id);
    else this.endorsed.add(id);
    link.querySelector("[data-endorse-count]").textContent = count || "";
    press(link, !back);
    this.say(back ? tr("You endorse it no longer.") : tr("You endorse it."));
  }
}

function press(link, on) {
  link.setAttribute("role", "button");
  link.setAttribute("aria-pressed", String(on));
}
