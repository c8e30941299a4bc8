/** What was typed, or what there is to say, on its way across the loading of a new text. */

const KEY = `unsaved ${window.location.pathname}`;

/** Load the page anew. `kept` waits for it: `{fields}` of a form, or `{said}`. False: it cannot. */
export function reloadWith(kept, hash = "") {
  try {
    window.sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    return false;
  }
  if (hash) window.history.replaceState(null, "", hash);
  window.location.reload();
  return true;
}

/** What waited for this page, once. */
export function takeKept() {
  try {
    const kept = JSON.parse(window.sessionStorage.getItem(KEY) ?? "{}");
    window.sessionStorage.removeItem(KEY);
    return kept;
  } catch {
    return {};
  }
}

/** Say `words` at the foot of the screen, with a button that puts the notice away.
 *  @returns {HTMLElement} the notice */
export function notice(reading, words, label, away = () => {}) {
  const element = document.createElement("div");
  element.className = "notice kept";
  element.setAttribute("role", "status");
  const line = document.createElement("p");
  line.textContent = words;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = label;
  button.addEventListener("click", () => {
    element.remove();
    away();
  });
  element.append(line, button);
  reading.querySelector(".reading-text").append(element);
  return element;
}
