/** The form that a selected passage opens: tags, a note, who may read it. */

import { notice, reloadWith, takeKept } from "./unsaved.js";

const NARROW = window.matchMedia("(max-width: 599.98px)");
const WIDE = window.matchMedia("(min-width: 1000px)");
/** Between the passage and the form, in pixels. */
const GAP = 8;
/** The height of the line of chips, and what the form needs to be at ease, in pixels. */
const HEAD = 50;
const LEAST = 480;
const KEPT = "What you typed is kept. Select your passage in the new text to go on.";
const SAVED = "Your note is saved. The text was revised while you wrote; this is the new one.";
const LOST = "The site could not be reached. What you typed is still here; try again in a moment.";

export class Popover {
  /**
   * @param {HTMLElement} reading
   * @param {Promise<object>} personal
   * @param {{saved: (answer: object) => void, closed: () => void}} on
   */
  constructor(reading, personal, { saved, closed }) {
    this.reading = reading;
    this.personal = personal;
    this.saved = saved;
    this.closed = closed;
    const template = document.getElementById("annotate-form");
    this.form = template.content.firstElementChild.cloneNode(true);
    document.body.append(this.form);
    this.passage = null;
    this.token = "";
    /** Says that something typed before the page was loaded waits in the form. */
    this.reminder = null;
    this.#listen();
    this.#takeUp(takeKept());
  }

  get isOpen() {
    return !this.form.hidden;
  }

  /** Whether anything would be lost by closing. */
  get isTouched() {
    const tagged = this.form.querySelector("[name=tags]:checked");
    return Boolean(tagged || this.form.elements.note.value.trim());
  }

  /** Open for `passage`, or move there with whatever has been typed. */
  async open(passage) {
    this.passage = passage;
    this.token = window.crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    this.#part("quote").textContent = passage.quote;
    this.#clearErrors();
    this.form.hidden = false;
    this.#highlight();
    this.#place();
    const person = await this.personal;
    this.#ask(person.signed_in);
    this.#place();
  }

  /** Close. Focus goes back to where the passage is; what was typed stays for the next time. */
  close() {
    if (!this.isOpen) return;
    const inside = this.form.contains(document.activeElement);
    this.form.hidden = true;
    window.CSS.highlights?.delete("chosen");
    if (inside) this.#returnFocus();
    this.closed();
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    for (const button of this.form.querySelectorAll("[data-cancel]")) {
      button.addEventListener("click", () => {
        this.#empty();
        this.close();
      });
    }
    document.addEventListener("keydown", (event) => this.#pressed(event));
    window.addEventListener("resize", () => this.isOpen && this.#place());
    // Not moved meanwhile: a button that moves while it is pressed is not pressed.
    this.form.addEventListener("input", (event) => {
      const field = event.target.closest("[data-field]");
      if (field) this.#clearError(field);
    });
  }

  #pressed(event) {
    if (!this.isOpen) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Tab" && !this.form.contains(document.activeElement)) {
      // The form is the next stop after the passage that opened it.
      event.preventDefault();
      const stops = [...this.form.querySelectorAll("input, a")];
      stops.find((stop) => stop.checkVisibility())?.focus();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }

  async #save(place = this.passage) {
    const save = this.#part("save");
    if (save.getAttribute("aria-busy") === "true") return;
    save.setAttribute("aria-busy", "true");
    this.#clearErrors();
    try {
      const person = await this.personal;
      const answer = await fetch(this.reading.dataset.annotate, {
        method: "POST",
        headers: { "X-CSRFToken": person.csrf ?? "", Accept: "application/json" },
        body: this.#data(place),
      });
      await this.#answered(answer);
    } catch {
      this.#message(LOST);
    } finally {
      save.removeAttribute("aria-busy");
    }
  }

  #data(place) {
    const data = new FormData(this.form);
    for (const name of ["revision", "start", "end"]) data.set(name, place[name]);
    // A proposal says which words it is about when they are not those that were chosen.
    data.set("quote", place.quote ?? this.passage.quote);
    data.set("token", this.token);
    return data;
  }

  async #answered(answer) {
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      const stale = said.revision && String(said.revision) !== this.passage.revision;
      this.#empty();
      this.close();
      // The note stands in a text that this page does not show; in this one it would mark others.
      if (stale && reloadWith({ said: SAVED }, `#note-${said.id}`)) return;
      this.saved(said);
    } else if (answer.status === 401) {
      this.#ask(false);
    } else if (answer.status === 400 && said.errors) {
      this.#errors(said.errors);
    } else if (answer.status === 409) {
      this.#changed(said);
    } else {
      this.#message(said.detail ?? `The site could not save this (${answer.status}). Try again.`);
    }
    if (this.isOpen) this.#place();
  }

  /** The text is another by now. Nothing typed is lost; what is known of the passage is said. */
  #changed({ detail, proposal }) {
    const actions = document.createElement("p");
    actions.className = "actions";
    let message;
    if (proposal?.quote) {
      message = this.#message("The text was revised while you wrote. Your passage now reads:");
      const words = document.createElement("blockquote");
      words.className = "popover-now";
      words.textContent = proposal.quote;
      message.append(words);
      actions.append(button("Save it there", () => this.#save(proposal)));
    } else if (proposal) {
      message = this.#message(`The text has changed since you opened this page. ${detail ?? ""}`);
      actions.append(button("Save it where these words stand now", () => this.#save(proposal)));
    } else {
      message = this.#message(
        `${detail ?? "The text was revised while you wrote."} Load the new text and select your passage again; what you typed comes with you.`,
      );
    }
    actions.append(button("Load the new text", () => this.#carryOver()));
    message.append(actions);
    actions.querySelector("button").focus();
  }

  /** Load the new text, and bring along what has been typed. */
  #carryOver() {
    const tags = [...this.form.querySelectorAll("[name=tags]:checked")].map(({ value }) => value);
    const { note, audience } = this.form.elements;
    const fields = { tags, note: note.value, audience: audience.value };
    if (!reloadWith({ fields })) {
      this.#message("This browser keeps nothing for the new page. Copy your note, then reload.");
    }
  }

  /** Fill the form with what was typed before the page was loaded anew. */
  #takeUp({ fields, said }) {
    if (said) notice(this.reading, said, "Close");
    if (!fields) return;
    for (const box of this.form.querySelectorAll("[name=tags]")) {
      box.checked = fields.tags.includes(box.value);
    }
    this.form.elements.note.value = fields.note;
    this.form.elements.audience.value = fields.audience;
    this.reminder = notice(this.reading, KEPT, "Discard it", () => this.form.reset());
  }

  #empty() {
    this.form.reset();
    this.reminder?.remove();
  }

  #errors(errors) {
    let first = null;
    for (const [field, messages] of Object.entries(errors)) {
      const place = this.form.querySelector(`[data-field="${field}"]`);
      if (!place) {
        this.#message(messages.join(" "));
        continue;
      }
      place.classList.add("is-invalid");
      const error = place.querySelector("[data-error]");
      error.textContent = messages.join(" ");
      error.hidden = false;
      const input = place.querySelector("input, textarea");
      input.setAttribute("aria-invalid", "true");
      first ??= input;
    }
    first?.focus();
  }

  #clearErrors() {
    this.#part("message").hidden = true;
    for (const field of this.form.querySelectorAll("[data-field]")) this.#clearError(field);
  }

  #clearError(field) {
    field.classList.remove("is-invalid");
    field.querySelector("[data-error]").hidden = true;
    for (const input of field.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
    }
  }

  #message(text) {
    const message = this.#part("message");
    const line = document.createElement("p");
    line.textContent = text;
    message.replaceChildren(line);
    message.hidden = false;
    return message;
  }

  /** Show the form, or to whoever is not logged in the way there. */
  #ask(signedIn) {
    this.#part("fields").hidden = !signedIn;
    this.#part("anonymous").hidden = signedIn;
    this.#part("login").href = this.reading.dataset.login;
  }

  /** Show the passage as chosen while focus, and with it the selection, is in the form. */
  #highlight() {
    if (!window.CSS.highlights) return;
    window.CSS.highlights.set("chosen", new Highlight(this.passage.range));
  }

  #returnFocus() {
    const { root } = this.passage;
    if (!root.hasAttribute("tabindex")) root.tabIndex = -1;
    root.focus({ preventScroll: true });
    window.getSelection().collapse(this.passage.range.endContainer, this.passage.range.endOffset);
  }

  /** Where the note will be: in the margin, level with the passage. Without a margin it stands
   *  below or above the passage, whichever has more room; on a phone at the foot of the screen. */
  #place() {
    const { style } = this.form;
    style.maxHeight = "";
    style.width = "";
    style.top = "";
    style.left = "";
    if (!WIDE.matches) this.#makeRoom();
    if (NARROW.matches) return;
    const text = this.passage.range.getBoundingClientRect();
    const height = window.innerHeight - HEAD;
    let { left } = text;
    let top;
    if (WIDE.matches) {
      ({ left } = this.reading.querySelector(".notes").getBoundingClientRect());
      style.width = `${Math.min(this.form.offsetWidth, window.innerWidth - left - 2 * GAP)}px`;
      style.maxHeight = `${height - 2 * GAP}px`;
      const lowest = window.innerHeight - GAP - this.form.offsetHeight;
      top = Math.max(HEAD + GAP, Math.min(text.top, lowest));
    } else {
      const above = text.top - HEAD - 2 * GAP;
      const below = window.innerHeight - text.bottom - 2 * GAP;
      style.maxHeight = `${Math.max(above, below)}px`;
      top = below >= above ? text.bottom + GAP : text.top - GAP - this.form.offsetHeight;
      left = Math.max(GAP, Math.min(left, window.innerWidth - this.form.offsetWidth - 2 * GAP));
    }
    style.top = `${Math.round(top + window.scrollY)}px`;
    style.left = `${Math.round(left + window.scrollX)}px`;
  }

  /** Move the page if the form would hide the passage, or be squeezed. */
  #makeRoom() {
    const text = this.passage.range.getBoundingClientRect();
    const above = text.top - HEAD - 2 * GAP;
    const below = window.innerHeight - text.bottom - 2 * GAP;
    const hidden = NARROW.matches && below < this.form.offsetHeight;
    const squeezed = !NARROW.matches && Math.max(above, below) < LEAST;
    if (hidden || squeezed) window.scrollBy(0, above);
  }

  #part(name) {
    return this.form.querySelector(`[data-${name}]`);
  }
}

function button(label, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button button-small";
  element.textContent = label;
  element.addEventListener("click", act);
  return element;
}
