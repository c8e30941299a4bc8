/**
 * Responses that come to a discussion while it is read: more of a long one, or what has just been
 * posted. They are put where they belong, and what is being read stays where it is.
 */

import { tr, trn } from "../forum/js/words.js";
import { drawn } from "./pause.js";
import { humanise } from "./times.js";
import { notice } from "./unsaved.js";

/**
 * What the page does with responses that have come.
 *
 * @typedef {object} Host
 * @property {HTMLElement} reading
 * @property {(responses: HTMLElement[], notes: string, edited: string[]) => void} took is called with
 *   responses that are in their places now, the HTML of the notes on them, and the ids of those that
 *   were there before and have other words
 * @property {(message: string) => void} say tells a screen reader what happened
 */

/** Between two times that it is asked whether there is news, in milliseconds: when somebody is
 *  there, and at most, when nothing happens for long. */
const OFTEN = 30_000;
const SELDOM = 300_000;
/** So many responses, about, are laid out at once. */
const SLICE = 40;

/**
 * Fetch what `link` leads to, which goes on behind or before the responses that are here. They are
 * put in by and by, those first that are next to what is being read, so that the page can be
 * scrolled meanwhile.
 */
export async function showMore(thread, link, host) {
  if (link.getAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  const page = await fetched(partOf(thread, link)).catch(() => null);
  if (!page) {
    link.removeAttribute("aria-busy");
    notice(host.reading, tr("The rest of the discussion could not be fetched. Try again in a moment."), [[tr("Close"), () => {}]]);
    return;
  }
  const later = link.dataset.more === "later";
  const next = page.querySelector(`[data-more="${link.dataset.more}"]`)?.parentElement;
  // Before they are seen: the words may take another line than the day.
  humanise(page);
  const into = thread.querySelector("[data-responses]");
  const fresh = [];
  const slices = slicesOf(page.querySelector("[data-responses]"));
  for (const slice of later ? slices : slices.reverse()) {
    if (fresh.length) await drawn();
    const made = { fresh: [], edited: [], left: 0 };
    still(thread, () => mergeList(slice, into, later ? "end" : "start", made));
    if (later && !fresh.length) made.fresh[0]?.querySelector(".response-number")?.focus({ preventScroll: true });
    fresh.push(...made.fresh);
  }
  still(thread, () => {
    if (next) link.parentElement.replaceWith(document.adoptNode(next));
    else link.parentElement.remove();
  });
  host.took(fresh, notesOf(page, fresh), []);
  host.say(trn("%(count)s more response is here.", "%(count)s more responses are here.", fresh.length));
}

/** Fetch all that is not here, part by part, until there is no more or a part cannot be fetched. */
export async function showAll(thread, host) {
  for (let link = thread.querySelector("[data-more]"); link; ) {
    await showMore(thread, link, host);
    const next = thread.querySelector("[data-more]");
    link = next === link ? null : next;
  }
}

/** Where what `link` leads to is by itself, without the page; of a draft there is the page only. */
function partOf(thread, link) {
  return thread.dataset.part ? thread.dataset.part + new URL(link.href).search : link.href;
}

/** The threads of a list in lists of their own, of about SLICE responses each. */
function slicesOf(list) {
  const slices = [];
  let room = 0;
  for (const item of [...list.children]) {
    if (room <= 0) {
      slices.push(document.createElement("ol"));
      room = SLICE;
    }
    room -= item.querySelectorAll(".response").length + 1;
    slices.at(-1).append(document.adoptNode(item));
  }
  return slices;
}

/** Ask from time to time whether there is news, and offer to show it. */
export function watchNews(thread, host) {
  const state = { wait: OFTEN, etag: "", asked: Date.now(), timer: 0 };

  const ask = async () => {
    window.clearTimeout(state.timer);
    if (!document.hidden) {
      state.asked = Date.now();
      const news = await fetch(addressOf(thread), {
        headers: state.etag ? { "If-None-Match": state.etag } : {},
        cache: "no-store",
      }).catch(() => null);
      if (news?.status === 404) return;
      if (news?.ok) {
        state.etag = news.headers.get("ETag") ?? "";
        offer(thread, await news.json(), host);
      }
      state.wait = news?.ok ? OFTEN : Math.min(state.wait * 1.5, SELDOM);
    }
    state.timer = window.setTimeout(ask, state.wait);
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - state.asked > OFTEN) ask();
  });
  for (const sign of ["keydown", "pointerdown", "scroll"]) {
    document.addEventListener(sign, () => (state.wait = OFTEN), { passive: true });
  }
  ask();
}

/** Offer news, or take the offer back when there is none. */
function offer(thread, news, host) {
  const words = inWords(news);
  let bar = thread.querySelector(":scope > .thread-news");
  if (!words) {
    bar?.remove();
    return;
  }
  if (!bar) {
    bar = document.createElement("p");
    bar.className = "thread-news";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-primary";
    button.addEventListener("click", () => show(thread, bar, host));
    bar.append(button);
    thread.append(bar);
  }
  const button = bar.firstElementChild;
  if (button.textContent === words) return;
  button.textContent = words;
  host.say(`${words}.`);
}

async function show(thread, bar, host) {
  bar.firstElementChild.setAttribute("aria-busy", "true");
  const page = await fetched(`${addressOf(thread)}&show=1`).catch(() => null);
  bar.firstElementChild.removeAttribute("aria-busy");
  if (!page) {
    notice(host.reading, tr("The new responses could not be fetched. Try again in a moment."), [[tr("Close"), () => {}]]);
    return;
  }
  bar.remove();
  const { fresh, edited, left } = still(thread, () => merge(page, thread, "start"));
  const { newest, newestWords } = page.querySelector("[data-responses]").dataset;
  Object.assign(thread.dataset, { newest, newestWords });
  for (const item of [...fresh, ...edited]) item.classList.add("is-new");
  host.took([...fresh, ...edited], notesOf(page, [...fresh, ...edited]), edited.map((item) => item.dataset.post));
  const [first] = [...fresh, ...edited];
  const said = inWords({ new: fresh.length, edited: edited.length });
  const choices = [[tr("Close"), () => {}]];
  if (first) choices.unshift([tr("Go there"), () => goTo(first)]);
  const rest = left ? trn("%(count)s more is on a part of the discussion that is not shown here.", "%(count)s more are on a part of the discussion that is not shown here.", left) : "";
  if (said || rest) notice(host.reading, [said && `${said}.`, rest].filter(Boolean).join(" "), choices);
}

function goTo(item) {
  item.scrollIntoView({ block: "center" });
  item.querySelector(".response-number")?.focus({ preventScroll: true });
}

function inWords(news) {
  return [
    news.new && trn("%(count)s new response", "%(count)s new responses", news.new),
    news.edited && trn("%(count)s response edited", "%(count)s responses edited", news.edited),
  ].filter(Boolean).join(", ");
}

function addressOf(thread) {
  const address = new URL(thread.dataset.news, window.location.href);
  address.searchParams.set("newest", thread.dataset.newest);
  address.searchParams.set("words", thread.dataset.newestWords);
  const sort = new URLSearchParams(window.location.search).get("sort");
  if (sort) address.searchParams.set("sort", sort);
  return address.href;
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** The HTML of the notes in `page` on these responses. */
function notesOf(page, responses) {
  const posts = new Set(responses.map((item) => item.dataset.post));
  const notes = [...page.querySelectorAll("[data-notes-list] > [data-target]")];
  return notes.filter((note) => posts.has(note.dataset.target)).map((note) => note.outerHTML).join("");
}

/** Do what changes the page, and let what is read stay where it is on the screen. */
function still(thread, act) {
  const read = [...thread.querySelectorAll(".response-head, .prose")].find(
    (element) => element.getBoundingClientRect().bottom > 0,
  );
  const before = read?.getBoundingClientRect().top;
  const made = act();
  if (read?.isConnected && thread.getBoundingClientRect().top < 0) {
    window.scrollBy({ top: read.getBoundingClientRect().top - before, behavior: "instant" });
  }
  return made;
}

/**
 * Put the responses of `page` among those of `thread`.
 *
 * In a list each stands behind the one that comes before it in `page`. One that has none before it
 * goes to the `start` or `end` of the list. What only says where others belong is put in for them,
 * and never for itself.
 *
 * @returns {{fresh: HTMLElement[], edited: HTMLElement[], left: number}} those that are new here,
 *   those whose words were others, and how many there was no place for
 */
function merge(page, thread, start) {
  const made = { fresh: [], edited: [], left: 0 };
  mergeList(page.querySelector("[data-responses]"), thread.querySelector("[data-responses]"), start, made);
  return made;
}

function mergeList(from, into, start, made) {
  let last = null;
  let lost = false;
  const first = into.firstElementChild;
  for (const item of [...from.children]) {
    const there = document.getElementById(item.id);
    const answers = item.querySelector(":scope > .responses");
    if (there) {
      last = there;
      lost = false;
      if (!item.hasAttribute("data-aside")) renew(there, item, made);
      if (answers) mergeList(answers, listIn(there), start, made);
    } else if (item.hasAttribute("data-aside") && !answers) {
      // It would say where the next one belongs, but is on another part.
      lost = true;
    } else if (lost) {
      made.left += [item, ...item.querySelectorAll(".response")].filter((one) => !one.hasAttribute("data-aside")).length;
    } else {
      const fresh = document.adoptNode(item);
      if (last) last.after(fresh);
      else if (start === "start" && first) first.before(fresh);
      else into.append(fresh);
      last = fresh;
      made.fresh.push(...[fresh, ...fresh.querySelectorAll(".response")].filter((one) => !one.hasAttribute("data-aside")));
    }
  }
}

function listIn(item) {
  const list = item.querySelector(":scope > .responses") ?? document.createElement("ol");
  if (!list.isConnected) {
    list.className = "responses";
    item.append(list);
  }
  return list;
}

/** Let a response have the words that `item` has; a form that is open in it stays. */
function renew(there, item, made) {
  const words = ":scope > .prose";
  const [old, now] = [there, item].map((one) => one.querySelector(words)?.dataset.revision);
  if (there.hasAttribute("data-aside")) {
    const kept = there.querySelector(":scope > .responses");
    there.className = item.className;
    there.removeAttribute("data-aside");
    there.dataset.post = item.dataset.post;
    const parts = [...item.children].filter((part) => !part.matches(".responses"));
    there.replaceChildren(...parts.map((part) => document.adoptNode(part)), ...(kept ? [kept] : []));
    made.fresh.push(there);
  } else if (now && old !== now) {
    for (const part of [":scope > .response-head", words]) {
      there.querySelector(part).replaceWith(document.adoptNode(item.querySelector(part)));
    }
    made.edited.push(there);
  }
}
