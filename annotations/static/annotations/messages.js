/** What the form about a passage has to say: which fields to change, and what went wrong. */

import { tr } from "../forum/js/words.js";

export class Messages {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
  }

  /**
   * Say what is wrong, beside the fields that it names, and go to the first of them.
   * @param {Record<string, string[]>} errors
   */
  errors(errors) {
    let first = null;
    for (const [field, messages] of Object.entries(errors)) {
      const place = this.form.querySelector(`[data-field="${field}"]`);
      if (!place) {
        this.say(messages.join(" "));
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

  /** Take everything back. */
  clear() {
    this.form.querySelector("[data-message]").hidden = true;
    for (const field of this.form.querySelectorAll("[data-field]")) this.clearOf(field);
  }

  /** @param {Element} field */
  clearOf(field) {
    field.classList.remove("is-invalid");
    field.querySelector("[data-error]").hidden = true;
    for (const input of field.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
    }
  }

  /**
   * Say `text` at the head of the form.
   * @param {string} text
   * @returns {HTMLElement} where it stands, for what else belongs there
   */
  say(text) {
    const message = this.form.querySelector("[data-message]");
    const line = document.createElement("p");
    line.textContent = text;
    message.replaceChildren(line);
    message.hidden = false;
    message.scrollIntoView({ block: "nearest" });
    return message;
  }

  /**
   * Say that the words may break a rule, and what to do about it.
   * @param {{detail: string}} said
   * @param {() => void} save it all the same
   */
  asked({ detail }, save) {
    this.#offer(
      this.say(`${detail} ${tr("Nothing is saved yet. Change your note, or save it as it is.")}`),
      button(tr("Save it anyway"), save),
    );
  }

  /**
   * Say that a sanction is in the way, and where it is explained.
   * @param {{code: string, detail: string, statement: string}} said
   * @param {() => void} goOn after a warning, once it has been read
   */
  stopped({ code, detail, statement }, goOn) {
    const why = document.createElement("a");
    why.href = statement;
    why.target = "_blank";
    why.textContent = tr("Read why, and what you can do");
    const message = this.say(detail);
    const read = code === "warned" ? [button(tr("I have read the warning; go on"), goOn)] : [];
    message.append(actions(...read, why));
  }

  /**
   * Say that the text is another by now, and what is known of the passage.
   * @param {{detail?: string, proposal?: object}} said
   * @param {(proposal: object) => void} save at the place that is proposed
   * @param {() => void} load the new text
   */
  changed({ detail, proposal }, save, load) {
    const newText = button(tr("Load the new text"), load);
    if (proposal?.quote) {
      const message = this.say(tr("The text was revised while you wrote. Your passage now reads:"));
      const words = document.createElement("blockquote");
      words.className = "popover-now";
      words.textContent = proposal.quote;
      message.append(words);
      this.#offer(message, button(tr("Save it there"), () => save(proposal)), newText);
    } else if (proposal) {
      this.#offer(
        this.say(`${tr("The text has changed since you opened this page.")} ${detail ?? ""}`),
        button(tr("Save it where these words stand now"), () => save(proposal)),
        newText,
      );
    } else {
      this.#offer(
        this.say(
          `${detail ?? tr("The text was revised while you wrote.")} ${tr("Load the new text and select your passage again; what you typed comes with you.")}`,
        ),
        newText,
      );
    }
  }

  /** Go on with `buttons` below the `message`. */
  #offer(message, ...buttons) {
    message.append(actions(...buttons));
    buttons[0].focus();
  }
}

/**
 * @param {string} label
 * @param {() => void} act
 */
export function button(label, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button button-small";
  element.textContent = label;
  element.addEventListener("click", act);
  return element;
}

/** @param {Element[]} parts buttons and links, in one line */
export function actions(...parts) {
  const line = document.createElement("p");
  line.className = "actions";
  line.append(...parts);
  return line;
}
