// The queue with the keyboard, and who is deciding what while it is open.

import { addKeys, isShortcut } from "./keys.js";
import { tr, trn } from "./words.js";
import { watchCases, watchUndo } from "./claims.js";

const queue = document.querySelector("[data-queue]");
const rows = () => [...(queue?.querySelectorAll("[data-case]") ?? [])];
const selected = () => rows().filter((row) => row.querySelector("input[name=case]")?.checked);

/** The row that the keyboard is at, if it is at one. */
let at = -1;

function go(to) {
  const all = rows();
  if (!all.length) return;
  at = Math.max(0, Math.min(all.length - 1, to));
  for (const row of all) row.classList.remove("is-current");
  const row = all[at];
  row.classList.add("is-current");
  row.querySelector("[data-open]").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  keep();
}

/** Keep at which row the keyboard is, for whoever comes back when they have decided. */
function keep() {
  sessionStorage.setItem("queue-at", JSON.stringify([location.search, at]));
}

/** Mark the row at which the keyboard was on this very page: another by now, if that is decided. */
function comeBack() {
  const [search, row] = JSON.parse(sessionStorage.getItem("queue-at") ?? "[]");
  const all = rows();
  if (search !== location.search || row < 0 || !all.length) return;
  // One before what stands there now, so that "j" leads to it.
  at = Math.min(row, all.length) - 1;
  all[Math.max(at, 0)].classList.add("is-current");
  all[Math.max(at, 0)].scrollIntoView({ block: "nearest" });
}

function say() {
  const said = document.querySelector("[data-selected]");
  const count = selected().length;
  if (said) said.textContent = count ? trn("%(count)s selected", "%(count)s selected", count) : "";
}

/** Let go of a row that is decided already: nothing can be done with it, unless that is taken back. */
function leaveOut(row, gone) {
  const box = row.querySelector("input[name=case]");
  if (!box) return;
  box.disabled = gone;
  if (gone) box.checked = false;
  say();
}

/** Open the case at hand, to decide it: it is taken on the way, if it is free. */
function open() {
  const row = rows()[at];
  if (!row) return;
  const form = row.querySelector("form[data-claim]:not([hidden])");
  if (form) form.requestSubmit();
  else row.querySelector("[data-open]").click();
}

const acts = {
  j: () => go(at + 1),
  k: () => go(at - 1),
  o: open,
  x: () => {
    const box = rows()[at]?.querySelector("input[name=case]");
    if (!box || box.disabled) return;
    box.checked = !box.checked;
    say();
  },
  b: () => selected().length && document.getElementById("bulk").requestSubmit(),
  n: () => document.querySelector("form[data-next]")?.requestSubmit(),
};

document.addEventListener("keydown", (event) => {
  if (!isShortcut(event, "input[type=checkbox]")) return;
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

queue?.addEventListener("focusin", ({ target }) => {
  const row = target.closest("[data-case]");
  if (!row) return;
  at = rows().indexOf(row);
  keep();
});
queue?.addEventListener("click", (event) => {
  // Enter on a row's link opens it as "o" does: a click without a pointer.
  if (!event.target.matches("[data-open]") || event.detail !== 0 || !event.isTrusted) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const form = event.target.closest("[data-case]").querySelector("form[data-claim]:not([hidden])");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
queue?.addEventListener("change", say);
say();
comeBack();

if (queue) {
  const ids = () => rows().map((row) => Number(row.dataset.case));
  watchCases(queue.dataset.news, ids, (now) => {
    const row = queue.querySelector(`[data-case="${now.id}"]`);
    const label = row?.querySelector("[data-claimant]");
    if (!label) return;
    const gone = now.queue === "decided" || now.queue === "";
    row.classList.toggle("is-gone", gone);
    leaveOut(row, gone);
    const others = now.claimant && !now.mine;
    label.hidden = !gone && !now.claimant;
    if (gone) label.textContent = tr("Decided meanwhile");
    else if (now.mine) label.textContent = tr("You are deciding this until %(time)s", { time: now.ends });
    else if (others) {
      label.textContent = tr("%(name)s is deciding this until %(time)s", { name: now.claimant, time: now.ends });
    }
    const taking = row.querySelector("form[data-claim]");
    if (taking) taking.hidden = gone || Boolean(now.claimant);
  });
}

watchUndo();
addKeys(tr("Queue"), [
  { keys: ["j"], does: tr("Next case") },
  { keys: ["k"], does: tr("Case before") },
  { keys: ["o"], does: tr("Open it to decide it (Enter does as well)") },
  { keys: ["x"], does: tr("Select it") },
  { keys: ["b"], does: tr("Decide those selected together") },
  { keys: ["n"], does: tr("Take the next that waits") },
  { keys: ["u"], does: tr("Undo what you decided last") },
  { keys: ["Ctrl", "Z"], does: tr("The same") },
]);
