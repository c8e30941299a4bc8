/** The two choices that a selected passage opens: to annotate it, or to quote it in a response. */

import { tr } from "../forum/js/words.js";
import { loginFor } from "./address.js";
import { leaveRoom, placeMenu } from "./beside.js";
import { inShort } from "./unsaved.js";

export class PassageMenu {
  /**
   * @param {HTMLElement} reading
   * @param {Promise<object>} personal
   * @param {import("./respond.js").Responding} responding
   * @param {{annotate: (passage: object) => void, quote: (passage: object) => void,
   *   say: (message: string) => void}} on
   */
  constructor(reading, personal, responding, { annotate, quote, say }) {
    this.reading = reading;
    this.responding = responding;
    this.say = say;
    this.passage = null;
    this.signedIn = true;
    this.byTouch = false;
    const template = document.getElementById("passage-menu");
    this.menu = template.content.firstElementChild.cloneNode(true);
    document.getElementById("main").append(this.menu);
    const [write, login, cite] = this.menu.children;
    Object.assign(this, { write, login, cite });
    write.addEventListener("click", () => annotate(this.#taken()));
    cite.addEventListener("click", (event) => {
      // A stranger follows the link, through logging in, to a page of its own.
      const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button;
      if (elsewhere || !this.signedIn) return;
      event.preventDefault();
      quote(this.#taken());
    });
    personal.then(({ signed_in: signedIn }) => {
      this.signedIn = signedIn;
      this.#fill();
    });
    this.#listen();
  }

  get isOpen() {
    return !this.menu.hidden;
  }

  /** Offer what can be done with `passage`; with `focus`, to the keyboard. */
  show(passage, { focus = false } = {}) {
    this.passage = passage;
    const { activeElement } = document;
    const within = activeElement !== passage.root && passage.root.contains(activeElement);
    passage.from = within ? activeElement : null;
    this.menu.hidden = false;
    this.#fill();
    if (focus) this.#first().focus({ preventScroll: true });
    else this.say(tr("Selected: “%(quote)s”. Press Tab for what you can do with it.", { quote: inShort(passage.quote) }));
  }

  hide() {
    if (!this.isOpen) return;
    this.menu.hidden = true;
    leaveRoom(0);
  }

  /** Close on the reader's wish: focus goes back to the text, where the selection still is. */
  #dismiss() {
    const inside = this.menu.contains(document.activeElement);
    const { passage } = this;
    this.hide();
    if (inside) returnTo(passage, { select: true });
  }

  #taken() {
    const { passage } = this;
    this.hide();
    return passage;
  }

  #fill() {
    if (!this.passage) return;
    this.write.hidden = !this.signedIn;
    this.login.hidden = this.signedIn;
    this.login.href = loginFor(this.reading, this.passage);
    const address = this.responding.addressFor(this.passage);
    this.cite.hidden = !address;
    this.cite.href = address ?? "";
    if (!this.signedIn) this.cite.textContent = tr("Log in to quote it");
    else if (this.responding.written()) this.cite.textContent = tr("Quote in your response");
    else this.cite.textContent = tr("Quote in a response");
    if (this.isOpen) this.#place();
  }

  #place() {
    placeMenu(this.menu, this.passage.range, { touch: this.byTouch });
  }

  #first() {
    return this.signedIn ? this.write : this.login;
  }

  #listen() {
    // Pressing a button must not take the selection away.
    this.menu.addEventListener("mousedown", (event) => event.preventDefault());
    document.addEventListener(
      "pointerdown",
      ({ pointerType }) => {
        this.byTouch = pointerType === "touch";
      },
      true,
    );
    window.addEventListener("resize", () => this.isOpen && this.#place());
    document.addEventListener("keydown", (event) => {
      if (!this.isOpen) return;
      if (event.key === "Escape") {
        event.preventDefault();
        this.#dismiss();
      } else if (event.key === "Tab" && !event.shiftKey && isAt(this.passage, this.menu)) {
        event.preventDefault();
        this.#first().focus({ preventScroll: true });
      }
    });
  }
}

/** Whether the focus is at the passage, so that Tab leads to what is about it and lies `beside`. */
export function isAt(passage, beside) {
  const { activeElement } = document;
  if (beside.contains(activeElement)) return false;
  return activeElement.contains(passage.root) || passage.root.contains(activeElement);
}

/** Give the focus back to where `passage` was chosen: the stepper, or the text, in which it stays
 *  selected if `select`. */
export function returnTo(passage, { select = false } = {}) {
  if (passage.back) {
    passage.back();
    return;
  }
  const { root, range, from } = passage;
  if (!from?.isConnected && !root.hasAttribute("tabindex")) root.tabIndex = -1;
  (from?.isConnected ? from : root).focus({ preventScroll: true });
  if (!select) window.getSelection().collapse(range.endContainer, range.endOffset);
}
