/** Beginning to select with the keyboard. What does it is fetched when it is first wanted. */

import { tr } from "../forum/js/words.js";
import { isShortcut } from "../forum/js/keys.js";
import { notice } from "./unsaved.js";

/** The key that begins, when it is pressed alone. */
const KEY = "s";
const LOST = tr("The site could not be reached. Try again in a moment.");

export class Stepping {
  /**
   * @param {HTMLElement} reading
   * @param {{chosen: (passage: object) => void, say: (message: string) => void}} on
   */
  constructor(reading, on) {
    this.reading = reading;
    this.on = on;
    /** @type {import("./stepper.js").Stepper | null} */
    this.stepper = null;
    for (const button of document.querySelectorAll("[data-stepper]")) {
      button.addEventListener("click", () => this.#start());
    }
    document.addEventListener("keydown", (event) => {
      if (event.key !== KEY || !isShortcut(event) || event.target.closest?.("[data-stepper-bar]")) return;
      event.preventDefault();
      this.#start();
    });
    // Who uses the keyboard at all may want it: it is there when the key is pressed.
    document.addEventListener("keydown", () => fetched().catch(() => {}), { once: true });
  }

  /** Nothing is chosen any more. */
  end() {
    this.stepper?.end();
  }

  async #start() {
    try {
      const { Stepper } = await fetched();
      this.stepper ??= new Stepper(this.reading, this.on);
    } catch {
      notice(this.reading, LOST, [[tr("Close"), () => {}]]);
      return;
    }
    this.stepper.start();
  }
}

function fetched() {
  return import("./stepper.js");
}
