/** Responses written in their place in the thread: quoting in them, keeping what is typed. */

import { tr } from "../forum/js/words.js";
import { nameOf } from "./address.js";
import { fetchForm } from "./slots.js";
import { notice, sayWhenPosted } from "./unsaved.js";

const FORM = ".response-slot .respond-form";
/** Drafts of responses are named by what they answer. */
const DRAFT = "response ";

export class Responding {
  /**
   * @param {HTMLElement} reading
   * @param {import("./drafts.js").Drafts} drafts
   */
  constructor(reading, drafts) {
    this.reading = reading;
    this.drafts = drafts;
    /** @type {Map<string, HTMLElement>} what says that a draft waits, by its name */
    this.reminders = new Map();
    document.addEventListener("htmx:load", ({ detail }) => {
      if (detail.elt.matches?.(FORM)) this.#opened(detail.elt);
    });
    document.addEventListener("htmx:beforeOnLoad", ({ target, detail }) => {
      // The answer leads to what was posted: nothing waits any more.
      const posted = detail.xhr.getResponseHeader("HX-Redirect");
      if (!target.matches?.(FORM) || !posted) return;
      this.drafts.drop(nameOfDraft(target));
      sayWhenPosted(posted, target.elements.parent ? "reply" : "response");
    });
    // Before the note around it, which Escape would close as well.
    reading.addEventListener("keydown", (event) => {
      const form = event.key === "Escape" && !event.isComposing && event.target.closest(FORM);
      if (!form) return;
      event.preventDefault();
      event.stopPropagation();
      this.#close(form);
    });
    reading.addEventListener("input", ({ target }) => {
      const form = target.closest(FORM);
      if (form) this.#keep(form);
    });
    // Before anybody else takes the form away: what was typed in it has to go with it.
    reading.addEventListener(
      "click",
      (event) => {
        if (!event.target.closest(`${FORM} [data-cancel]`)) return;
        event.preventDefault();
        this.#cancel(event.target.closest(FORM));
      },
      true,
    );
  }

  /** Where a response that quotes `passage` is written; null where nobody can respond. */
  addressFor(passage) {
    const opener = this.#opener(passage.post);
    if (!opener) return null;
    const address = new URL(opener.href);
    address.searchParams.set("passage", nameOf(passage));
    return address.href;
  }

  /** The form that somebody is writing in, the one with the focus before others. */
  written() {
    const forms = [...this.reading.querySelectorAll(FORM)].filter((form) => wordsOf(form).trim());
    return forms.find((form) => form === this.latest) ?? forms.at(-1) ?? null;
  }

  /** Quote `passage` in the response that is being written, or in a new one that answers it. */
  async quote(passage) {
    const address = this.addressFor(passage);
    const form = this.written();
    if (form) {
      await this.#insert(form, address);
      return;
    }
    await fetchForm(this.#opener(passage.post), address);
  }

  /** Offer what was typed before the page was loaded. */
  offerDrafts() {
    for (const name of this.drafts.names(DRAFT)) this.#offer(name);
  }

  #offer(name) {
    const opener = this.#opener(name.slice(DRAFT.length));
    if (!opener) return;
    // "Reply to response 3", where it is no response to the article.
    const isReply = opener.search.startsWith("?parent=");
    const said = isReply
      ? tr("Not posted yet: %(what)s", { what: opener.textContent.trim() })
      : tr("Your response is not posted yet.");
    this.reminders.get(name)?.remove();
    const reminder = notice(this.reading, said, [
      [tr("Go on"), () => opener.click()],
      [tr("Discard it"), () => this.drafts.drop(name)],
    ]);
    this.reminders.set(name, reminder);
  }

  async #insert(form, address) {
    const field = form.elements.source;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const quote = page.querySelector("[name=source]").value;
      const [before, after] = [field.value.slice(0, field.selectionEnd), field.value.slice(field.selectionEnd)];
      const parted = before.trim() ? `${before.trimEnd()}\n\n${quote}` : quote;
      field.value = parted + after.trimStart();
      field.setSelectionRange(parted.length, parted.length);
      this.#keep(form);
    } catch {
      notice(this.reading, tr("The site could not be reached. Try again in a moment."), [
        [tr("Close"), () => {}],
      ]);
    }
    this.#show(form);
  }

  #opened(form) {
    this.latest = form;
    this.reminders.get(nameOfDraft(form))?.remove();
    const field = form.elements.source;
    const invalid = form.querySelector("[aria-invalid=true]");
    const draft = this.drafts.get(nameOfDraft(form))?.source ?? "";
    if (draft && !invalid && !field.value.includes(draft.trim())) {
      field.value = [draft.trimEnd(), field.value].filter(Boolean).join("\n\n");
    }
    field.setSelectionRange(field.value.length, field.value.length);
    this.#show(form);
    form.addEventListener("focusin", () => {
      this.latest = form;
    });
  }

  #show(form) {
    const field = form.elements.source;
    field.focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
    field.scrollTop = field.scrollHeight;
  }

  #keep(form) {
    const source = wordsOf(form);
    if (source.trim()) this.drafts.set(nameOfDraft(form), { source });
    else this.drafts.drop(nameOfDraft(form));
  }

  /** Close; what was typed waits, and is said to wait. */
  #close(form) {
    const name = nameOfDraft(form);
    this.#keep(form);
    this.#putAway(form);
    if (this.drafts.get(name)) this.#offer(name);
  }

  #cancel(form) {
    const name = nameOfDraft(form);
    const draft = this.drafts.get(name);
    this.drafts.drop(name);
    const opener = this.#putAway(form);
    if (!draft || !opener) return;
    notice(this.reading, tr("What you typed is put away."), [
      [
        tr("Undo"),
        () => {
          this.drafts.set(name, draft);
          opener.click();
        },
      ],
      [tr("Close"), () => {}],
    ]);
  }

  /** Take the form away; the focus goes to the link that opened it. */
  #putAway(form) {
    const opener = this.#opener(nameOfDraft(form).slice(DRAFT.length));
    form.closest(".response-slot").replaceChildren();
    opener?.focus();
    return opener;
  }

  /** The link that opens the form for what answers the post, or null. */
  #opener(post) {
    const query = post === this.reading.dataset.article ? "" : `?parent=${post}`;
    return this.reading.querySelector(`a[href$="/respond/${query}"]`);
  }
}

function nameOfDraft(form) {
  return DRAFT + (form.elements.parent?.value ?? form.closest("[data-article]").dataset.article);
}

function wordsOf(form) {
  return form.elements.source.value;
}
