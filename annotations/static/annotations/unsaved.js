/** What there is to say of things written, sent or not, also across the loading of a page. */

const KEY = `said ${window.location.pathname}`;
const POSTED = "posted";

/** Load the page anew; there it says `words`. False: this browser keeps nothing. */
export function reloadSaying(words, hash) {
  try {
    window.sessionStorage.setItem(KEY, words);
  } catch {
    return false;
  }
  window.history.replaceState(null, "", hash);
  window.location.reload();
  return true;
}

/** What waited to be said on this page, once. */
export function takeSaid() {
  try {
    const words = window.sessionStorage.getItem(KEY);
    window.sessionStorage.removeItem(KEY);
    return words;
  } catch {
    return null;
  }
}

/** Once the page is loaded on which it stands, say that what has the address `link` is posted.
 *  `kind` is what to call it. */
export function sayWhenPosted(link, kind) {
  try {
    window.sessionStorage.setItem(POSTED, `${kind} ${/\d+/.exec(link)}`);
  } catch {
    // This browser keeps nothing: it is posted all the same, and the page shows it.
  }
}

/**
 * What has just been posted and is what this page's address leads to, once.
 *
 * @returns {{kind: string, element: HTMLElement} | null}
 */
export function takePosted() {
  try {
    const [kind, id] = window.sessionStorage.getItem(POSTED)?.split(" ") ?? [];
    window.sessionStorage.removeItem(POSTED);
    // What is held for review is not here, nor is it posted yet.
    const { hash } = window.location;
    const element = [`#comment-${id}`, `#reply-${id}`].includes(hash) && document.querySelector(hash);
    return element ? { kind, element } : null;
  } catch {
    return null;
  }
}

/**
 * Say `words` at the foot of the screen, with buttons each of which puts the notice away.
 *
 * @param {HTMLElement} reading
 * @param {string} words
 * @param {[string, () => void][]} choices what each button is called and does
 * @returns {HTMLElement} the notice
 */
export function notice(reading, words, choices) {
  const element = document.createElement("div");
  element.className = "notice kept";
  element.setAttribute("role", "status");
  const line = document.createElement("p");
  line.textContent = words;
  const buttons = document.createElement("p");
  buttons.className = "actions";
  for (const [label, act] of choices) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small";
    button.textContent = label;
    button.addEventListener("click", () => {
      element.remove();
      act();
    });
    buttons.append(button);
  }
  element.append(line, buttons);
  noticesOf(reading).append(element);
  return element;
}

/** The first words of a passage. */
export function inShort(quote) {
  const words = quote.replace(/\s+/g, " ");
  const characters = Array.from(words);
  return characters.length > 48 ? `${characters.slice(0, 47).join("").trimEnd()}…` : words;
}

function noticesOf(reading) {
  let list = reading.querySelector(":scope > .kept-list");
  if (!list) {
    list = document.createElement("div");
    list.className = "kept-list";
    reading.querySelector(".reading-text").after(list);
  }
  return list;
}
