// One decision for many: how many it would be, while boxes are ticked and others decide meanwhile.

import { tr, trn } from "./words.js";
import { watchCases } from "./claims.js";

const list = document.querySelector("[data-bulk]");
const button = document.querySelector("[data-decide-all]");
const boxes = [...list.querySelectorAll("input[name=case]")];
const box = (id) => boxes.find((one) => Number(one.value) === id);

/** Say how many are selected: on the button, and to whoever does not see it change. */
function say() {
  const count = boxes.filter((one) => one.checked).length;
  button.disabled = !count;
  button.textContent = trn("Decide %(count)s case", "Decide %(count)s cases", count);
  document.querySelector("[data-selected]").textContent = trn("%(count)s selected", "%(count)s selected", count);
}

/**
 * Why a case can no longer be decided as it is shown, if it cannot.
 *
 * @param {import("./claims.js").CaseNow} now
 * @param {number} version that is shown
 */
function obstacle(now, version) {
  if (now.queue === "decided" || now.queue === "") return tr("Decided meanwhile");
  if (now.version !== version) return tr("It has changed since you selected it");
  if (!now.claimant || now.mine) return "";
  return tr("%(name)s is deciding this until %(time)s", { name: now.claimant, time: now.ends });
}

/** Leave a case out while it cannot be decided; as it was before, once it can be again. */
function tell(now) {
  const one = box(now.id);
  if (!one) return;
  const why = obstacle(now, Number(one.dataset.version));
  if (Boolean(why) !== one.disabled) {
    if (why) one.dataset.was = one.checked ? "checked" : "";
    one.checked = !why && one.dataset.was === "checked";
    one.disabled = Boolean(why);
    say();
  }
  const row = one.closest(".bulk-one");
  row.classList.toggle("is-out", Boolean(why));
  const said = row.querySelector("[data-out]");
  said.hidden = !why;
  if (said.textContent !== why) said.textContent = why;
}

list.addEventListener("change", say);
// Firefox ticks again what was ticked before a reload; that is the browser's doing, not the page's.
window.addEventListener("pageshow", say);
say();
watchCases(list.dataset.news, () => boxes.map((one) => Number(one.value)), tell);
