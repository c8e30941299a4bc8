/** Withdrawing one's own in its place, and taking that back. Without script the link leads to a page. */

import { tr } from "../forum/js/words.js";
import { Quoted } from "./unquoting.js";

/** What holds a post on this page, and how a screen reader is told where the focus went. */
const POST = ".response, .reply, .note, [data-waiting] > *";
/** What of it stays: the answers of others. */
const STAYS = ".responses, .replies, .note-replies";

/**
 * Withdraw what `link` belongs to, and say so where it stood, with a way back. With a response go the
 * notes on it and those whose words it is, and the signs at what it quotes.
 *
 * @param {HTMLAnchorElement} link leads to the page that asks the same
 * @param {(message: string) => void} say tells a screen reader what happened
 * @param {import("./filter.js").Filter} filter shows the notes that are there
 */
export async function withdraw(link, say, filter) {
  if (link.getAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  const done = await sent(link.href);
  link.removeAttribute("aria-busy");
  if (!done) {
    // There it is said why.
    window.location.assign(link.href);
    return;
  }
  const post = link.closest(POST);
  const hidden = [...post.children].filter((part) => !part.hidden && !part.matches(STAYS));
  for (const part of hidden) part.hidden = true;
  const notes = notesWith(post, filter);
  const quoted = new Quoted(post, hidden, filter.notes);
  take(notes, quoted, true, filter);
  const line = document.createElement("p");
  line.className = "soft";
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "button button-quiet button-small";
  undo.textContent = tr("Undo");
  line.append(`${tr("Withdrawn.")} `, undo);
  post.prepend(line);
  undo.focus();
  say(tr("Withdrawn."));
  undo.addEventListener("click", async () => {
    if (undo.getAttribute("aria-busy")) return;
    undo.setAttribute("aria-busy", "true");
    const back = link.href.replace(/withdraw\/$/, "reinstate/");
    if (!(await sent(back))) {
      window.location.assign(back);
      return;
    }
    line.remove();
    for (const part of hidden) part.hidden = false;
    take(notes, quoted, false, filter);
    link.focus();
    say(tr("It is back."));
  });
}

/** The notes that are there with a response, and not without it. */
function notesWith({ id }, { notes }) {
  const isOf = ({ target, item }) => `comment-${target}` === id || item.querySelector(`.note-said a[href="#${id}"]`);
  return notes.notes.filter(isOf);
}

/** Take `notes` and what is `quoted` away, or let them be there again. */
function take(notes, quoted, away, filter) {
  for (const entry of notes) entry.gone = away;
  quoted.take(away);
  filter.apply();
}

/** @returns {Promise<boolean>} whether what `address` does is done */
async function sent(address) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const answer = await fetch(address, {
    method: "POST",
    headers: { Accept: "application/json", ...headers },
  }).catch(() => null);
  return Boolean(answer?.ok);
}
