// Who is deciding what, as it changes: asked for while the page is looked at, and answered with
// 304 where nothing is new.

import { isShortcut } from "./keys.js";

/**
 * @typedef {{id: number, version: number, queue: string, claimant: string, mine: boolean,
 *   ends: string}} CaseNow
 */

/** Milliseconds between two questions. */
const EVERY = 8_000;

/** What was answered last; and how many claims were sent, after each of which that is not known. */
let etag = "";
let sent = 0;

/**
 * Ask how `cases` stand, now and again, and tell `listen` of each.
 *
 * @param {string} address
 * @param {() => number[]} cases
 * @param {(now: CaseNow) => void} listen
 */
export function watchCases(address, cases, listen) {
  async function ask() {
    const before = sent;
    const ids = cases();
    if (document.hidden || !ids.length) return;
    const headers = { Accept: "application/json", ...(etag ? { "If-None-Match": etag } : {}) };
    const answer = await fetch(`${address}?cases=${ids.join(",")}`, { headers, cache: "no-store" });
    if (!answer.ok) return;
    if (before !== sent) return;
    etag = answer.headers.get("ETag") ?? "";
    for (const now of (await answer.json()).cases) listen(now);
  }
  const asking = () => ask().catch(() => {});
  setInterval(asking, EVERY);
  document.addEventListener("visibilitychange", asking);
  asking();
}

/**
 * Send `form`'s claim without leaving the page; the case as it is then, or nothing.
 *
 * @param {string} address
 * @param {Record<string, string>} values
 * @returns {Promise<CaseNow | undefined>}
 */
export async function sendClaim(address, values) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  // What this makes of the case is heard from its answer: nothing, next, would be news.
  etag = "";
  sent += 1;
  const answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams(values) });
  return answer.ok ? answer.json() : undefined;
}

/** Fields that take no letters, where a shortcut works and nothing typed could be undone. */
const LETTERLESS = "input[type=checkbox], input[type=radio]";

/** Undo on "u", and on Ctrl-Z or Cmd-Z unless somebody is typing: then that undoes the typing. */
export function watchUndo() {
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("input, textarea, select, [contenteditable]");
    const typing = field && !field.matches(LETTERLESS);
    const z = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (!(z && !typing) && !(event.key === "u" && isShortcut(event, LETTERLESS))) return;
    if (event.repeat || document.querySelector("dialog[open]")) return;
    const form = document.querySelector("form[data-undo]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  });
}
