/**
 * Quotes and the passages they quote. The server writes them, and the links work without script;
 * this shows the whole of what a link has led to, and hides the passages when asked.
 */

import { tr } from "../forum/js/words.js";

/** What elements and addresses are called: a quote in a response, a passage that is quoted. */
const NAMED = /^#(quote|quoted|quoted-by)-(\d+)$/;

export class Quotes {
  /**
   * @param {HTMLElement} reading
   * @param {(message: string) => void} say tells a screen reader what happened
   * @param {() => void} changed is called when passages have been shown or hidden
   */
  constructor(reading, say, changed) {
    this.reading = reading;
    this.say = say;
    this.changed = changed;
    this.chip = reading.querySelector("[data-quotes]");
    this.chip?.addEventListener("click", (event) => this.#clicked(event));
    window.addEventListener("popstate", () => this.#turn(!isOff()));
    window.addEventListener("hashchange", () => this.showTargeted());
    reading.addEventListener("pointerover", (event) => this.#pointed(event.target));
    reading.addEventListener("focusin", (event) => this.#pointed(event.target));
    this.showTargeted();
  }

  /** Follow the address: all of #quote-7 or #quoted-7 is shown, however many pieces it is in. */
  showTargeted() {
    const [, kind, key] = NAMED.exec(window.location.hash) ?? [];
    this.#light(kind === "quoted-by" ? "quoted" : kind, key);
  }

  #clicked(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const on = isOff();
    const address = new URL(window.location.href);
    if (on) address.searchParams.delete("quotes");
    else address.searchParams.set("quotes", "off");
    window.history.replaceState(null, "", address);
    this.#turn(on);
    this.say(on ? tr("Quoted passages are shown.") : tr("Quoted passages are hidden."));
  }

  #turn(on) {
    if (!this.chip) return;
    this.reading.classList.toggle("quotes-off", !on);
    const act = this.chip.querySelector("[data-quotes-act]");
    act.textContent = `, ${on ? tr("shown: hide them") : tr("hidden: show them")}`;
    this.changed();
  }

  /** A link or an entry of the margin that is pointed at shows which words it is about. */
  #pointed(target) {
    const entry = target.closest("[data-passage]");
    const [, kind, key] = entry
      ? ["", "quoted", entry.dataset.passage]
      : (NAMED.exec(target.closest(".quote-go")?.hash ?? "") ?? []);
    if (key) this.#light(kind, key);
    else if (this.pointed) this.showTargeted();
    this.pointed = Boolean(key);
  }

  #light(kind, key) {
    const words = kind ? `[data-${kind}~="${key}"]` : "";
    const entry = kind === "quoted" ? `, [data-passage="${key}"]` : "";
    for (const element of this.reading.querySelectorAll(".is-shown")) {
      element.classList.remove("is-shown");
    }
    if (!words) return;
    for (const element of this.reading.querySelectorAll(words + entry)) {
      element.classList.add("is-shown");
    }
  }
}

/** Whether the address says that quoted passages are hidden. */
function isOff() {
  return new URLSearchParams(window.location.search).get("quotes") === "off";
}
