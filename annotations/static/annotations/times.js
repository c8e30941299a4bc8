/** Times as people say them. The page says the day, which stays true in a cache. */

import { language, tr } from "../forum/js/words.js";

const UNITS = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86400],
];
/** From then on the day says more than the distance, in seconds. */
const FAR = 14 * 86400;
const RELATIVE = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const FULL = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long", timeStyle: "short" });

/** Of thousands of notes, those are put into words that are about to be seen: a screen above and
 *  below. */
let near = null;

/**
 * "3 hours ago" for every <time> in `root`, with the full time on hover. Those of responses are said
 * at once, before they are seen: the words may need another line than the day.
 */
export function humanise(root) {
  near ??= new IntersectionObserver(
    (met) => {
      const now = Date.now();
      for (const { isIntersecting, target } of met) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        say(target, now);
      }
    },
    { rootMargin: "100%" },
  );
  const now = Date.now();
  for (const element of root.querySelectorAll(".response-head time")) say(element, now);
  for (const element of root.querySelectorAll("[data-note] time")) {
    if (!element.title) near.observe(element);
  }
}

function say(element, now) {
  if (element.title) return;
  const then = new Date(element.dateTime);
  element.title = FULL.format(then);
  const age = (now - then) / 1000;
  if (age < FAR) element.textContent = ago(age);
}

/** How long ago `seconds` is, in words. */
export function ago(seconds) {
  if (seconds < 60) return tr("just now");
  const [unit, size] = UNITS.findLast(([, least]) => seconds >= least);
  return RELATIVE.format(-Math.floor(seconds / size), unit);
}
