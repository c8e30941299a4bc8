/** The form about a passage, which is fetched when a passage is first selected. */

import { tr } from "../forum/js/words.js";
import { notice } from "./unsaved.js";

const LOST = tr("The site could not be reached. Your passage is still selected; try again in a moment.");

export class Annotating {
  /**
   * @param {HTMLElement} reading
   * @param {Promise<object>} personal
   * @param {import("./drafts.js").Drafts} drafts
   * @param {{saved: (answer: object) => void, closed: () => void}} on
   */
  constructor(reading, personal, drafts, on) {
    this.reading = reading;
    this.make = (Popover) => new Popover(reading, personal, drafts, on);
    /** @type {import("./popover.js").Popover | null} */
    this.popover = null;
  }

  get isOpen() {
    return this.popover?.isOpen ?? false;
  }

  /** Whether anything would be lost by closing. */
  get isTouched() {
    return this.popover?.isTouched ?? false;
  }

  /** Have the form at hand: it is likely to be wanted. */
  async fetch() {
    const { Popover } = await import("./popover.js");
    this.popover ??= this.make(Popover);
    return this.popover;
  }

  /** Open the form for `passage`, or move there with whatever has been typed. */
  async open(passage) {
    try {
      await this.fetch();
    } catch {
      notice(this.reading, LOST, [[tr("Close"), () => {}]]);
      return;
    }
    this.popover.open(passage);
  }

  close() {
    this.popover?.close();
  }
}
