/** What is personal on the page. It comes in one request of its own: the page is everybody's. */

import { tr, trn } from "../forum/js/words.js";

/** @returns {Promise<object>} what the server knows of the reader; `signed_in` at least */
export async function fetchPersonal(reading) {
  try {
    const answer = await fetch(reading.dataset.personal, {
      headers: { Accept: "application/json" },
      cache: "no-store",
    });
    return answer.ok ? await answer.json() : { signed_in: false };
  } catch {
    // Offline or interrupted: the page can be read all the same.
    return { signed_in: false };
  }
}

/** Put it in: the masthead, the reader's own notes, what they can do to what they wrote. */
export function showPersonal(person, reading, notes, filter) {
  if (!person.signed_in) {
    const masthead = document.querySelector("[data-personal-masthead]");
    const { login, signup } = reading.dataset;
    masthead?.replaceChildren(
      asLink({ label: tr("Log in"), href: login }),
      asLink({ label: tr("Sign up"), href: signup }),
    );
    return;
  }
  fill(document.querySelector("[data-personal-masthead]"), person.masthead);
  const messages = document.querySelector("[data-personal-messages]");
  fill(messages, person.messages);
  // What is said of a response that has just been written is said there, not out of sight.
  if (person.messages) reading.querySelector(".response:target > .response-tools")?.before(messages);
  reading.querySelector("[data-tools]")?.append(...person.tools.map((tool) => asLink(tool)));
  const follow = reading.querySelector("[data-follow]");
  if (follow && person.follows) follow.textContent = tr("Following");
  reading.querySelector("#new-response")?.insertAdjacentHTML("afterend", person.waiting);
  if (notes.add(person.notes).length) filter.apply();
  for (const { id, links } of person.own) showOwn(reading, id, links);
  // Forms that htmx fetches into this page are sent with the reader's token.
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": person.csrf }));
}

/** Offer what an author can do to the post `id`, in place of flagging it. */
export function showOwn(reading, id, links) {
  for (const place of reading.querySelectorAll(`[data-own="${id}"]`)) {
    place.querySelector("[data-flag]")?.remove();
    const response = place.closest(".response-tools");
    countOwn(response?.querySelector("[data-endorse]"));
    for (const link of links) {
      const element = asLink(link);
      if (response) element.className = "button button-quiet button-small";
      place.append(element, " ");
    }
  }
}

/** One's own response says how many endorse it. */
function countOwn(endorse) {
  const count = endorse?.querySelector("[data-endorse-count]").textContent;
  const words = document.createElement("span");
  words.className = "soft";
  if (count) words.textContent = trn("%(count)s endorsement", "%(count)s endorsements", Number(count));
  endorse?.replaceWith(words);
}

function fill(element, html) {
  if (element && html) element.innerHTML = html;
}

function asLink({ label, href }) {
  const element = document.createElement("a");
  element.href = href;
  element.textContent = label;
  return element;
}
