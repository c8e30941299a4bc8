/** What the form about a passage has to say: which fields to change, and what went wrong. */

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
