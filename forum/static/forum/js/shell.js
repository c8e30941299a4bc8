// What every page shares: forms that are on their way, requests that did not get through, and
// the menus of the masthead.

import { tr } from "./words.js";
import { watchDisplay } from "./display-menu.js";
import { watchKeys } from "./keys.js";

watchDisplay();
watchKeys();

/** Forms that words are written in get help with it, which is fetched when there is one. */
async function helpWriting(root) {
  const form = root.matches?.("form[data-limit]") ? root : root.querySelector?.("form[data-limit]");
  if (form) (await import("./formatting.js")).help(form);
}

helpWriting(document);
document.addEventListener("htmx:load", ({ detail }) => helpWriting(detail.elt));

/** Forms that were sent and have not been answered. */
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") {
    return;
  }
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
});

// The page may come back from the browser's memory, with its forms as they were left.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) {
    return;
  }
  for (const form of document.forms) {
    sent.delete(form);
  }
  for (const button of document.querySelectorAll("button[aria-busy]")) {
    button.removeAttribute("aria-busy");
  }
});

/** Say `message` just before `element`, in place of what was said there earlier. */
function complain(element, message) {
  const before = element.previousElementSibling;
  if (before?.matches("[data-request-failed]")) {
    before.remove();
  }
  const notice = document.createElement("div");
  notice.className = "notice notice-bad";
  notice.setAttribute("role", "alert");
  notice.setAttribute("data-request-failed", "");
  const words = document.createElement("p");
  words.textContent = message;
  notice.append(words);
  element.before(notice);
}

document.addEventListener("htmx:sendError", (event) => {
  complain(event.detail.elt, tr("This did not get through. Are you online? Nothing is lost: try again."));
});

document.addEventListener("htmx:responseError", (event) => {
  const gone = event.detail.xhr.status === 404;
  complain(
    event.detail.elt,
    gone
      ? tr("This is no longer there. Reload the page to see how things stand.")
      : tr("Something went wrong on our side. Nothing is lost: try again in a minute."),
  );
});

// A form that came back starts where it has to be mended.
document.querySelector("form [aria-invalid='true']")?.focus();
