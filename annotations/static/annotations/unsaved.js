/** What there is to say of things written and not sent, also across the loading of a new text. */

const KEY = `said ${window.location.pathname}`;

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
  const text = reading.querySelector(".reading-text");
  let list = text.querySelector(":scope > .kept-list");
  if (!list) {
    list = document.createElement("div");
    list.className = "kept-list";
    text.append(list);
  }
  return list;
}
