/** The form about a passage: tags, a note, who may read it. */

import { offerNames } from "../forum/js/names.js";
import { tr } from "../forum/js/words.js";
import { loginFor, textOf } from "./address.js";
import { leaveRoom, NARROW, placeForm, placeInWindow } from "./beside.js";
import { isAt, returnTo } from "./choice.js";
import { ASIDE, NOTE } from "./drafts.js";
import { Highlighted } from "./highlight.js";
import { actions, button, Messages } from "./messages.js";
import { passageAt } from "./selection.js";
import { fill, isApart, isTouched, typedIn } from "./typed.js";
import { inShort, notice, reloadSaying } from "./unsaved.js";

const KEPT = tr("What you typed is kept. Select your passage in the new text to go on.");
const SAVED = tr("Your note is saved. The text was revised while you wrote; this is the new one.");
const LOST = tr("The site could not be reached. What you typed is still here; try again in a moment.");

export class Popover {
  /**
   * @param {HTMLElement} reading
   * @param {Promise<object>} personal
   * @param {import("./drafts.js").Drafts} drafts
   * @param {{saved: (answer: object) => void, closed: () => void}} on
   */
  constructor(reading, personal, drafts, { saved, closed }) {
    this.reading = reading;
    this.personal = personal;
    this.drafts = drafts;
    this.saved = saved;
    this.closed = closed;
    const template = document.getElementById("annotate-form");
    this.dialog = template.content.firstElementChild.cloneNode(true);
    document.getElementById("main").append(this.dialog);
    this.form = this.dialog.querySelector("form");
    this.messages = new Messages(this.form);
    this.chosen = new Highlighted("chosen");
    this.passage = null;
    this.token = "";
    /** Where what is typed was begun, and so belongs until somebody types on elsewhere. */
    this.begun = null;
    /** Says that something typed and not saved waits in the form. */
    this.reminder = null;
    /** How high the form was when it was placed, in pixels. */
    this.height = 0;
    this.#listen();
    offerNames(this.form.elements.note, `${reading.dataset.personal}../people/`);
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** Whether anything would be lost by closing. */
  get isTouched() {
    return isTouched(this.form);
  }

  /** Open for `passage`, or move there with whatever has been typed. */
  async open(passage) {
    const from = this.isTouched && isApart(this.begun, passage) ? this.begun : null;
    this.passage = passage;
    this.token = window.crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    this.#part("quote").textContent = passage.quote;
    this.messages.clear();
    this.#tellBegun(from);
    this.reminder?.remove();
    this.#ask(true);
    if (!this.isOpen) {
      this.#show();
      this.#firstStop().focus({ preventScroll: true });
    }
    this.chosen.show(passage);
    if (!from) this.begun = passage;
    this.#keep();
    this.#place();
    const person = await this.personal;
    if (!person.signed_in) this.#ask(false);
    this.#place();
  }

  /** Close. Focus goes back to where the passage was chosen; what was typed waits, and is shown
   *  to wait. */
  close() {
    if (!this.isOpen) return;
    const inside = this.dialog.contains(document.activeElement);
    this.#hide();
    if (inside) returnTo(this.passage);
    if (this.isTouched) this.#remind(this.begun);
    this.closed();
  }

  /** Take up what was typed before the page was loaded. */
  takeUpDraft() {
    for (const name of this.drafts.names(ASIDE)) this.#offer(name);
    const draft = this.drafts.get(NOTE);
    if (!draft || this.isTouched) return;
    fill(this.form, draft);
    this.begun = this.#placeOf(draft);
    this.#remind(this.begun);
  }

  /** The passage that a draft was begun on, if it still reads as it did; else null. */
  #placeOf({ passage }) {
    const { revision, start, end, quote } = passage ?? {};
    const root = textOf(this.reading, revision);
    const found = root && passageAt(root, start, end);
    return found?.quote === quote ? found : null;
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.#part("cancel").addEventListener("click", () => this.#cancel());
    this.#part("close").addEventListener("click", () => this.close());
    // On a phone the browser closes what is modal, by Escape and by going back.
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    document.addEventListener("keydown", (event) => this.#pressed(event));
    for (const [target, name] of [[window, "resize"], [window.visualViewport, "resize"]]) {
      target?.addEventListener(name, () => this.isOpen && this.#place());
    }
    // It grows as one types and by what it has to say; nothing of it may leave the window.
    new ResizeObserver(() => {
      if (this.isOpen && this.dialog.offsetHeight > this.height) this.#place();
    }).observe(this.dialog);
    NARROW.addEventListener("change", () => this.#reopen());
    const meanings = this.#part("meanings");
    meanings.addEventListener("click", () => {
      const shown = this.form.querySelector(".popover-choices").classList.toggle("is-explained");
      meanings.setAttribute("aria-expanded", String(shown));
    });
    // Not moved meanwhile: a button that moves while it is pressed is not pressed.
    this.form.addEventListener("input", (event) => {
      const field = event.target.closest("[data-field]");
      if (field) this.messages.clearOf(field);
      // Who goes on here wants it here.
      this.begun = this.passage;
      this.#keep();
    });
  }

  #pressed(event) {
    if (!this.isOpen) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Tab" && !event.shiftKey && isAt(this.passage, this.dialog)) {
      // The form is the next stop after the passage that opened it.
      event.preventDefault();
      this.#firstStop().focus();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }

  #cancel() {
    const draft = this.isTouched && this.#draft();
    const passage = this.begun;
    this.#empty();
    this.close();
    if (!draft) return;
    this.reminder = notice(this.reading, tr("What you typed is put away."), [
      [
        tr("Undo"),
        () => {
          fill(this.form, draft);
          this.open(passage);
        },
      ],
      [tr("Close"), () => {}],
    ]);
  }

  /** `anyway`: what the author was asked about, and wants saved all the same. */
  async #save(place = this.passage, anyway = "") {
    const save = this.#part("save");
    if (save.getAttribute("aria-busy") === "true") return;
    save.setAttribute("aria-busy", "true");
    this.messages.clear();
    try {
      const person = await this.personal;
      const answer = await fetch(this.reading.dataset.annotate, {
        method: "POST",
        headers: { "X-CSRFToken": person.csrf ?? "", Accept: "application/json" },
        body: this.#data(place, anyway),
      });
      await this.#answered(answer);
    } catch {
      this.messages.say(LOST);
    } finally {
      // What there is to say makes the form higher; the buttons stay where they can be pressed.
      if (this.isOpen) this.#place();
      save.removeAttribute("aria-busy");
    }
  }

  #data(place, anyway) {
    const data = new FormData(this.form);
    if (anyway) data.set("anyway", anyway);
    for (const name of ["revision", "start", "end"]) data.set(name, place[name]);
    // A proposal says which words it is about when they are not those that were chosen.
    data.set("quote", place.quote ?? this.passage.quote);
    data.set("token", this.token);
    if (place.acknowledged) data.set("acknowledged", place.acknowledged);
    return data;
  }

  async #answered(answer) {
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      const stale = said.revision && String(said.revision) !== this.passage.revision;
      this.#empty();
      this.close();
      // The note stands in a text that this page does not show; in this one it would mark others.
      if (stale && reloadSaying(SAVED, `#note-${said.id}`)) return;
      this.saved(said);
    } else if (answer.status === 401) {
      this.#ask(false);
    } else if (answer.status === 400 && said.errors) {
      this.messages.errors(said.errors);
    } else if (answer.status === 409 && said.anyway) {
      this.messages.asked(said, () => this.#save(this.passage, said.anyway));
    } else if (answer.status === 409) {
      this.messages.changed(said, (proposal) => this.#save(proposal), () => this.#carryOver());
    } else if (said.statement) {
      this.messages.stopped(said, () => this.#save({ ...this.passage, acknowledged: said.sanction }));
    } else {
      this.messages.say(said.detail ?? tr("The site could not save this (%(status)s). Try again.", { status: answer.status }));
    }
  }

  /** Load the new text, and bring along what has been typed. */
  #carryOver() {
    if (this.drafts.set(NOTE, { ...this.#draft(), passage: null })) window.location.reload();
    else this.messages.say(tr("This browser keeps nothing for the new page. Copy your note, then reload."));
  }

  #draft() {
    const at = this.begun ?? this.passage;
    const passage = at && { revision: at.revision, start: at.start, end: at.end, quote: at.quote };
    return { ...typedIn(this.form), passage };
  }

  #keep() {
    if (this.isTouched) this.drafts.set(NOTE, this.#draft());
    else this.drafts.drop(NOTE);
  }

  /** Say what was begun `from` another passage, which is about to be saved here. */
  #tellBegun(from) {
    const part = this.#part("begun");
    part.hidden = !from;
    if (!from) return;
    const words = document.createElement("p");
    words.textContent = tr("Begun on “%(quote)s”", { quote: inShort(from.quote) });
    const choices = actions(
      button(tr("Go back there"), () => this.#goTo(from)),
      button(tr("Start afresh"), () => this.#startAfresh(from)),
    );
    part.replaceChildren(words, choices);
  }

  /** Go on at `passage` with what is in the form. */
  #goTo(passage) {
    this.begun = passage;
    passage.range.startContainer.parentElement.scrollIntoView({ block: "center" });
    this.open(passage);
    this.#firstStop().focus({ preventScroll: true });
  }

  /** Empty the form for this passage; what was begun `from` another one waits to be gone on with. */
  #startAfresh(from) {
    this.begun = from;
    this.#putAside();
    this.open(this.passage);
    this.#firstStop().focus({ preventScroll: true });
  }

  /** Keep what is in the form for later. */
  #putAside() {
    const draft = this.#draft();
    const name = ASIDE + this.token;
    this.drafts.set(name, draft);
    this.#empty();
    this.#offer(name, draft);
  }

  /** Offer a draft that was put aside. */
  #offer(name, draft = this.drafts.get(name)) {
    const passage = this.#placeOf(draft);
    const goOn = () => {
      if (this.isTouched) this.#putAside();
      this.drafts.drop(name);
      fill(this.form, draft);
      this.begun = passage;
      this.#keep();
      if (passage) this.#goTo(passage);
      else this.#remind(null);
    };
    notice(this.reading, notSaved(draft.passage.quote), [
      [tr("Go on"), goOn],
      [tr("Discard it"), () => this.drafts.drop(name)],
    ]);
  }

  /** Say that something waits, show where it belongs, and offer to go on with it. */
  #remind(passage) {
    this.reminder?.remove();
    const discard = [
      tr("Discard it"),
      () => {
        this.#empty();
        this.chosen.clear();
      },
    ];
    if (!passage) {
      this.reminder = notice(this.reading, KEPT, [discard]);
      return;
    }
    this.chosen.show(passage);
    const goOn = () => this.#goTo(passage);
    this.reminder = notice(this.reading, notSaved(passage.quote), [[tr("Go on"), goOn], discard]);
  }

  #empty() {
    this.form.reset();
    this.begun = null;
    this.drafts.drop(NOTE);
    this.reminder?.remove();
  }

  /** Show the form, or to whoever is not logged in the way there. */
  #ask(signedIn) {
    for (const part of this.form.querySelectorAll("[data-fields]")) part.hidden = !signedIn;
    this.#part("anonymous").hidden = signedIn;
    this.#part("login").href = loginFor(this.reading, this.passage);
  }

  /** On a phone the form is all there is, elsewhere the text beside it can still be used. */
  #show() {
    placeInWindow(this.dialog);
    if (NARROW.matches) this.dialog.showModal();
    else this.dialog.show();
  }

  #hide() {
    this.dialog.close();
    this.chosen.clear();
    leaveRoom(0);
  }

  #reopen() {
    if (!this.isOpen) return;
    const { activeElement } = document;
    this.dialog.close();
    leaveRoom(0);
    this.#show();
    if (this.dialog.contains(activeElement)) activeElement.focus();
    this.#place();
  }

  #place() {
    placeForm(this.dialog, this.chosen.passage.range, this.reading);
    this.height = this.dialog.offsetHeight;
  }

  #firstStop() {
    const stops = [...this.form.querySelectorAll("input, a")];
    return stops.find((stop) => stop.checkVisibility());
  }

  #part(name) {
    return this.form.querySelector(`[data-${name}]`);
  }
}

function notSaved(quote) {
  return tr("Your note on “%(quote)s” is not saved yet.", { quote: inShort(quote) });
}
