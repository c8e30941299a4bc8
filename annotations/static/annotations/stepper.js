/**
 * Selecting without a mouse: a step at a time over the sentences and words of the article and of
 * the responses. What is chosen is shown by a highlight and said to a screen reader; the text
 * itself is never touched.
 */

import { tr, trn } from "../forum/js/words.js";
import { bringIntoView, leaveRoom } from "./beside.js";
import { Highlighted } from "./highlight.js";
import { passageAt, selectedPassage } from "./selection.js";
import { Steps } from "./sentences.js";
import { BodyText } from "./text.js";
import { inShort } from "./unsaved.js";

/** Above this the line of chips covers the page, in pixels. */
const HEAD = 60;

export class Stepper {
  /**
   * @param {HTMLElement} reading
   * @param {{chosen: (passage: object) => void, say: (message: string) => void}} on
   */
  constructor(reading, { chosen, say }) {
    this.reading = reading;
    this.chosen = chosen;
    this.say = say;
    this.shown = new Highlighted("stepping");
    const template = document.getElementById("stepper-bar");
    this.bar = template.content.firstElementChild.cloneNode(true);
    document.getElementById("main").append(this.bar);
    /** Which end of the passage Shift moves. */
    this.edge = "end";
    /** Whether the buttons stand for the arrows of a text from right to left. */
    this.turned = false;
    this.before = null;
    this.root = null;
    this.#listen();
  }

  get isOpen() {
    return !this.bar.hidden;
  }

  /** Begin at what is selected or has the focus, else at the first sentence that can be seen. */
  start() {
    this.before = document.activeElement;
    const selected = selectedPassage(this.reading);
    this.#read(selected?.root ?? this.#textAtFocus() ?? this.#textInSight());
    this.span = selected ?? this.#firstSentence();
    if (!this.span) return;
    window.getSelection().removeAllRanges();
    this.#turn("end");
    this.resume();
  }

  /** Go on where the reader was. */
  resume() {
    this.bar.hidden = false;
    leaveRoom(this.bar.offsetHeight);
    this.bar.focus({ preventScroll: true });
    this.#show();
    this.#tell();
  }

  /** End; nothing is chosen any more. */
  end() {
    this.shown.clear();
    if (!this.isOpen) return;
    this.bar.hidden = true;
    leaveRoom(0);
  }

  #listen() {
    this.bar.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const onButton = event.target !== this.bar;
      if (onButton && [" ", "Enter"].includes(event.key)) return;
      if (this.#press(event.key, event.shiftKey)) event.preventDefault();
    });
    this.bar.addEventListener("click", ({ target }) => {
      const keys = target.closest("[data-press]")?.dataset.press;
      if (!keys) return;
      const shift = keys.startsWith("Shift ");
      this.#press(shift ? keys.slice("Shift ".length) : keys, shift);
    });
    this.bar.addEventListener("focusout", ({ relatedTarget }) => {
      if (this.isOpen && document.hasFocus() && !this.bar.contains(relatedTarget)) this.end();
    });
  }

  /** Do what the key stands for. False: it stands for nothing here. */
  #press(key, shift) {
    const forward = this.#isRightToLeft() ? "ArrowLeft" : "ArrowRight";
    const [unit, by] = {
      ArrowDown: ["sentence", 1],
      ArrowUp: ["sentence", -1],
      ArrowRight: ["word", forward === "ArrowRight" ? 1 : -1],
      ArrowLeft: ["word", forward === "ArrowLeft" ? 1 : -1],
    }[key] ?? [null, 0];
    if (unit && shift) this.#stretch(by, unit);
    else if (unit) this.#go(this.steps[unit](this.span, by), by);
    else if (key === "Home") this.#go(this.steps.sentences[0]);
    else if (key === "End") this.#go(this.steps.sentences.at(-1));
    else if (key === "PageDown") this.#leap(1);
    else if (key === "PageUp") this.#leap(-1);
    else if (key === " ") this.#turn(this.edge === "end" ? "start" : "end", true);
    else if (key === "Enter") this.#choose();
    else if (key === "Escape") this.#leave();
    else return false;
    return true;
  }

  #go(span, by) {
    if (!span) {
      this.say(by > 0 ? tr("This text ends here.") : tr("This text begins here."));
      return;
    }
    this.span = span;
    this.#turn("end");
    this.#show();
    this.#tell();
  }

  #stretch(by, unit) {
    const { edge, span: old } = this;
    const span = this.steps.moved(old, edge, by, unit);
    if (!span) {
      this.say(tr("No further this way."));
      return;
    }
    this.span = span;
    this.#show();
    const [from, to] = [old[edge], span[edge]].sort((a, b) => a - b);
    const grown = span.end - span.start > old.end - old.start;
    const words = this.body.slice(from, to).trim();
    const did = grown ? tr("%(words)s, added.", { words }) : tr("%(words)s, left out.", { words });
    this.say(`${did} ${this.#size()}, ${this.#place()}.`);
  }

  /** To the text after this one, or before it. */
  #leap(by) {
    const texts = [...this.reading.querySelectorAll("[data-text]")];
    const root = texts[texts.indexOf(this.root) + by];
    if (!root) {
      this.say(by > 0 ? tr("This is the last text.") : tr("This is the first text."));
      return;
    }
    this.#read(root);
    this.#go(this.steps.sentences.at(0), by);
  }

  #turn(edge, aloud = false) {
    this.edge = edge;
    const button = this.bar.querySelector("[aria-pressed]");
    button.setAttribute("aria-pressed", String(edge === "start"));
    if (aloud) this.say(edge === "start" ? tr("Shift and the arrows now move the start of the passage.") : tr("Shift and the arrows now move the end of the passage."));
  }

  #choose() {
    const { start, end } = this.span;
    const passage = passageAt(this.root, start, end);
    this.bar.hidden = true;
    leaveRoom(0);
    this.chosen({ ...passage, back: () => this.resume() });
  }

  #leave() {
    this.end();
    this.say(tr("Left."));
    if (this.before?.isConnected && this.before !== document.body) {
      this.before.focus({ preventScroll: true });
      return;
    }
    if (!this.root.hasAttribute("tabindex")) this.root.tabIndex = -1;
    this.root.focus({ preventScroll: true });
  }

  #read(root) {
    this.root = root;
    this.body = new BodyText(root);
    this.steps = new Steps(this.body.text, root.closest("[lang]")?.lang);
  }

  #show() {
    const passage = passageAt(this.root, this.span.start, this.span.end);
    this.shown.show(passage);
    this.#point();
    this.bar.querySelector("[data-place]").textContent = `${this.#name()}: ${this.#place()}`;
    bringIntoView(passage.range, window.innerHeight - this.bar.offsetHeight);
  }

  #tell() {
    const { start, end } = this.span;
    const at = this.root === this.told ? "" : `${this.#name()}. `;
    this.told = this.root;
    this.say(`${at}${this.body.slice(start, end)} – ${this.#place()}.`);
  }

  #size() {
    const count = this.steps.count(this.span);
    const words = inShort(this.body.slice(this.span.start, this.span.end));
    return trn("%(count)s word: %(words)s", "%(count)s words: %(words)s", count, { words });
  }

  #place() {
    return this.steps.place(this.span);
  }

  #name() {
    const number = this.root.closest(".response")?.querySelector(".response-number");
    return number ? number.textContent.trim() : tr("Article");
  }

  #isRightToLeft() {
    const { range } = this.shown.passage;
    return getComputedStyle(range.startContainer.parentElement).direction === "rtl";
  }

  /** Let each button stand for the arrow that does what it says, in this text's direction. */
  #point() {
    const turned = this.#isRightToLeft();
    if (turned === this.turned) return;
    this.turned = turned;
    for (const button of this.bar.querySelectorAll("[data-press]")) {
      const cap = button.querySelector("kbd");
      const press = button.dataset.press;
      button.dataset.press = press.replace(/Left|Right/, (side) => (side === "Left" ? "Right" : "Left"));
      cap.textContent = cap.textContent.replace(/[←→]/, (arrow) => (arrow === "←" ? "→" : "←"));
    }
  }

  #textAtFocus() {
    const focused = document.activeElement;
    const note = focused.closest("[data-note]");
    if (note) return this.#textOfPost(note.dataset.target);
    return focused.closest("[data-text]") ?? this.#textOfPost(focused.closest(".response")?.dataset.post);
  }

  #textOfPost(post) {
    return post && this.reading.querySelector(`[data-text][data-post="${post}"]`);
  }

  #textInSight() {
    const texts = [...this.reading.querySelectorAll("[data-text]")];
    return texts.find((text) => text.getBoundingClientRect().bottom > HEAD) ?? texts[0];
  }

  /** The sentence at the focus or, without one in the text, the first that can be seen. */
  #firstSentence() {
    const { sentences } = this.steps;
    const focused = document.activeElement;
    if (focused !== this.root && this.root.contains(focused)) {
      return sentences[this.steps.indexAt(this.body.positionOf(focused, 0, true) ?? 0)];
    }
    let [low, high] = [0, sentences.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { range } = passageAt(this.root, sentences[middle].start, sentences[middle].end);
      if (range.getBoundingClientRect().bottom > HEAD) high = middle;
      else low = middle + 1;
    }
    return sentences[low];
  }
}
