/**
 * Forms that are put into their slots in place of a page of their own: for a response, for a flag.
 * The keyboard goes there, and back when one is put away. htmx does it, and is fetched when the
 * first form is asked for: to look through thousands of responses for its own takes it long.
 */

/** Links that can be followed in place. */
const LINK = "a[data-in-place]";

/** @type {WeakMap<Element, HTMLAnchorElement>} what opened the form in a slot */
const openers = new WeakMap();
/** @type {Promise<object> | null} */
let fetched = null;

/** @returns {Promise<object>} htmx, ready to work; it fails where it cannot be fetched */
function htmx() {
  fetched ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector("[data-htmx]").dataset.htmx;
    script.addEventListener("load", () => resolve(window.htmx));
    script.addEventListener("error", () => {
      fetched = null;
      reject(new Error("htmx could not be fetched"));
    });
    // A script that comes between the end of the parsing and of the loading would wait for ever.
    if (document.readyState === "complete") document.head.append(script);
    else window.addEventListener("load", () => document.head.append(script), { once: true });
  });
  return fetched;
}

/**
 * Put the form at `address` where it belongs to `link`.
 *
 * @param {HTMLAnchorElement} link
 * @param {string} address
 */
export async function fetchForm(link, address = link.href) {
  try {
    const { ajax } = await htmx();
    const slot = slotOf(link);
    openers.set(slot, link);
    await ajax("GET", address, { source: link, target: slot, swap: "innerHTML" });
  } catch {
    // Of a request that failed htmx has told already, of itself it could not.
    if (window.htmx) return;
    link.dispatchEvent(new CustomEvent("htmx:sendError", { bubbles: true, detail: { elt: link } }));
  }
}

/** @param {HTMLElement} reading */
export function watchSlots(reading) {
  reading.addEventListener("htmx:afterSettle", ({ target }) => {
    const slot = target.closest(".response-slot");
    const first = slot?.querySelector("[aria-invalid='true'], [data-preview]");
    // Of a flag its reason is chosen first, which the arrow keys do.
    (first ?? slot?.querySelector(".flag-form [type='radio'], textarea"))?.focus();
  });
  reading.addEventListener("click", (event) => {
    const link = event.target.closest(LINK);
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button;
    if (!link || elsewhere) return;
    event.preventDefault();
    fetchForm(link);
  });
  reading.addEventListener("keydown", (event) => {
    const form = event.target.closest(".response-slot form");
    if (!form || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    // Once is enough: htmx would send it again after the answer.
    if (!form.matches(".htmx-request")) form.requestSubmit();
  });
  reading.addEventListener("click", (event) => {
    const slot = event.target.closest("[data-cancel]")?.closest(".response-slot");
    if (!slot) return;
    event.preventDefault();
    slot.replaceChildren();
    openers.get(slot)?.focus();
  });
}

/** Where the form goes that `link` leads to. */
function slotOf(link) {
  return link.closest("p, header").nextElementSibling;
}
