/**
 * Names to complete after "@" in a field for words: a list of people under the line that is written,
 * which the arrow keys go through and Enter or Tab takes from. It is there for a screen reader as the
 * options of a text field are; whoever does not want it types on, or closes it with Escape.
 */

import { tr, trn } from "./words.js";
import { replace } from "./typing.js";

/** What is being named: "@" where a word begins, and what is typed of a name. */
const BEGUN = /(?:^|[^A-Za-z0-9_.+@/\\\u00c0-\u024f-])@([A-Za-z0-9_.-]{0,60})$/;
/** Milliseconds without a key before somebody is asked for. */
const PAUSE = 150;

let count = 0;

/**
 * @param {HTMLTextAreaElement} field
 * @param {string} address what answers with the people whose names begin with `q`
 */
export function offerNames(field, address) {
  new Names(field, address);
}

class Names {
  constructor(field, address) {
    this.field = field;
    this.address = address;
    /** @type {Map<string, {username: string, name: string}[]>} what has been answered */
    this.answers = new Map();
    this.timer = 0;
    this.shown = [];
    this.list = makeList(field);
    this.status = makeStatus(field);
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("input", () => this.#typed());
    field.addEventListener("keydown", (event) => this.#pressed(event));
    field.addEventListener("blur", () => this.#close());
    field.addEventListener("click", () => this.#close());
    // The caret has gone elsewhere.
    field.addEventListener("keyup", ({ key }) => {
      if (/^(Arrow(Left|Right)|Home|End)$/.test(key)) this.#close();
    });
    // A press must not take the focus out of the field.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]");
      if (option) this.#take(option);
    });
    window.addEventListener("resize", () => this.#close());
  }

  get isOpen() {
    return this.list.childElementCount > 0;
  }

  /** What is typed of a name right before the caret; null where no name is typed. */
  get begun() {
    const { selectionStart: end, selectionEnd, value } = this.field;
    if (end !== selectionEnd) return null;
    return BEGUN.exec(value.slice(Math.max(0, end - 80), end))?.[1] ?? null;
  }

  #typed() {
    window.clearTimeout(this.timer);
    const { begun } = this;
    if (begun === null) {
      this.#close();
      return;
    }
    this.#narrow(begun);
    this.timer = window.setTimeout(() => this.#ask(begun), this.answers.has(begun) ? 0 : PAUSE);
  }

  /** Until there is an answer: whoever is not meant any more must not be taken. */
  #narrow(begun) {
    if (!this.isOpen) return;
    const left = this.shown.filter((person) => isMeant(person, begun));
    if (left.length !== this.shown.length) this.#show(left);
  }

  async #ask(begun) {
    if (!this.answers.has(begun)) {
      const address = new URL(this.address, window.location.href);
      address.searchParams.set("q", begun);
      const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer?.ok) {
        this.#close();
        return;
      }
      this.answers.set(begun, (await answer.json()).people);
    }
    // Meanwhile somebody may have typed on.
    if (begun === this.begun && document.activeElement === this.field) this.#show(this.answers.get(begun));
  }

  #show(people) {
    this.shown = people;
    this.list.replaceChildren(...people.map((person, place) => optionFor(person, `${this.list.id}-${place}`)));
    if (!people.length) {
      this.#close();
      return;
    }
    this.field.setAttribute("aria-controls", this.list.id);
    this.list.showPopover?.();
    place(this.list, this.field);
    this.#choose(0);
    this.status.textContent = trn(
      "%(count)s person. Arrow keys choose, Enter takes, Escape closes.",
      "%(count)s people. Arrow keys choose, Enter takes, Escape closes.",
      people.length,
    );
  }

  #close() {
    window.clearTimeout(this.timer);
    this.list.replaceChildren();
    this.list.hidePopover?.();
    this.status.textContent = "";
    for (const name of ["aria-controls", "aria-activedescendant"]) this.field.removeAttribute(name);
  }

  /** Let the option at `place` be the chosen one; behind the last comes the first. */
  #choose(place) {
    const options = [...this.list.children];
    this.chosen = options.at(place % options.length);
    for (const option of options) option.setAttribute("aria-selected", String(option === this.chosen));
    this.field.setAttribute("aria-activedescendant", this.chosen.id);
  }

  #pressed(event) {
    if (!this.isOpen || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.#choose([...this.list.children].indexOf(this.chosen) + by);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) this.#take(this.chosen);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    // Escape would close the form as well.
    event.stopImmediatePropagation();
  }

  #take(option) {
    const end = this.field.selectionStart;
    const start = end - (this.begun?.length ?? 0);
    this.#close();
    this.field.focus();
    replace(this.field, start, end, `${option.dataset.username} `);
    this.#close();
  }
}

/** Whether `begun` begins a name of a person, as the site has it. */
function isMeant({ username, name }, begun) {
  return [username, ...name.split(/\s+/)].some((word) => word.toLowerCase().startsWith(begun.toLowerCase()));
}

function makeList(field) {
  const list = document.createElement("ul");
  list.className = "names";
  list.id = `names-${(count += 1)}`;
  list.popover = "manual";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", tr("People"));
  field.after(list);
  if (!document.querySelector("link[data-names]")) {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = new URL("../css/names.css", import.meta.url).href;
    sheet.dataset.names = "";
    document.head.append(sheet);
  }
  return list;
}

function makeStatus(field) {
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  field.after(status);
  return status;
}

function optionFor({ username, name }, id) {
  const option = document.createElement("li");
  option.id = id;
  option.dataset.username = username;
  option.setAttribute("role", "option");
  const [who, called] = [document.createElement("span"), document.createElement("span")];
  who.className = "person";
  who.textContent = name;
  called.className = "soft";
  called.textContent = `@${username}`;
  option.append(who, " ", called);
  return option;
}

/** Put `list` under the line that is written in `field`, or above it where there is no room. */
function place(list, field) {
  const { left, top, height } = caretIn(field);
  const { innerWidth: wide, innerHeight } = window;
  const high = window.visualViewport?.height ?? innerHeight;
  const below = top + height + 4;
  const fits = below + list.offsetHeight <= high;
  list.style.left = `${Math.max(8, Math.min(left, wide - list.offsetWidth - 8))}px`;
  list.style.top = `${fits ? below : Math.max(8, top - list.offsetHeight - 4)}px`;
}

/** Where the caret is on the screen: a copy of the field's text, laid out alike, tells. */
function caretIn(field) {
  const style = getComputedStyle(field);
  const copy = document.createElement("div");
  for (const name of ["font", "letterSpacing", "padding", "borderWidth", "borderStyle", "boxSizing", "direction"]) {
    copy.style[name] = style[name];
  }
  Object.assign(copy.style, {
    position: "fixed",
    visibility: "hidden",
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
    width: `${field.offsetWidth}px`,
  });
  const caret = document.createElement("span");
  caret.textContent = "\u200b";
  copy.append(field.value.slice(0, field.selectionStart), caret);
  document.body.append(copy);
  const box = field.getBoundingClientRect();
  const found = {
    left: box.left + caret.offsetLeft,
    top: Math.max(box.top, Math.min(box.bottom, box.top + caret.offsetTop - field.scrollTop)),
    height: caret.offsetHeight,
  };
  copy.remove();
  return found;
}
