/** The panel that the toolbar's "Filter" opens: the fields, and the notes by section. */

const PHONE = window.matchMedia("(max-width: 599.98px)");

export class Panel {
  /**
   * @param {HTMLElement} reading
   * @param {() => void} opened is called before the panel is seen
   */
  constructor(reading, opened) {
    this.button = reading.querySelector("[data-filter-open]");
    this.panel = reading.querySelector("[data-filter-panel]");
    if (!this.button) return;
    this.opened = opened;
    this.quotes = reading.querySelector("[data-quotes]");
    if (this.quotes) {
      this.#putQuotes();
      PHONE.addEventListener("change", () => this.#putQuotes());
    }
    this.button.addEventListener("click", () => this.#turn(this.panel.hidden));
    this.panel.querySelector("[data-filter-close]").addEventListener("click", () => this.#shut());
    reading.querySelector(".toolbar").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.panel.hidden) return;
      event.preventDefault();
      this.#shut();
    });
    document.addEventListener("click", ({ target }) => {
      if (!this.panel.hidden && !target.closest(".toolbar")) this.#turn(false);
    });
    // What leads out of the panel closes it.
    this.panel.addEventListener("click", ({ target }) => target.closest("a") && this.#turn(false));
  }

  /** On a phone the line above the text has no room for everything. */
  #putQuotes() {
    const before = PHONE.matches ? this.panel.querySelector(".filter-foot") : this.button.parentElement;
    before.before(this.quotes);
  }

  #turn(on) {
    if (on) this.opened();
    this.panel.hidden = !on;
    this.button.setAttribute("aria-expanded", String(on));
    if (on) this.panel.querySelector("input").focus({ preventScroll: true });
  }

  #shut() {
    this.#turn(false);
    this.button.focus();
  }
}
