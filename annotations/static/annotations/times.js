/** Times as people say them. The page says the day, which stays true in a cache. */

const UNITS = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86400],
];
/** From then on the day says more than the distance, in seconds. */
const FAR = 14 * 86400;
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });

/** So many are put into words at once; the rest when the browser has time. */
const AT_ONCE = 100;

/** "3 hours ago" for every <time> in `root`, with the full time on hover. */
export function humanise(root, now = Date.now()) {
  const found = [...root.querySelectorAll("[data-note] time, .response-head time")];
  const some = () => {
    for (const element of found.splice(0, AT_ONCE)) say(element, now);
    if (found.length) later(some);
  };
  some();
}

const later = (act) => (window.requestIdleCallback ?? ((go) => window.setTimeout(go, 50)))(act);

function say(element, now) {
  if (element.title) return;
  const then = new Date(element.dateTime);
  element.title = FULL.format(then);
  const age = (now - then) / 1000;
  if (age < FAR) element.textContent = ago(age);
}

/** How long ago `seconds` is, in words. */
export function ago(seconds) {
  if (seconds < 60) return "just now";
  const [unit, size] = UNITS.findLast(([, least]) => seconds >= least);
  return RELATIVE.format(-Math.floor(seconds / size), unit);
}
