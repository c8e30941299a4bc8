// One case with the keyboard; who is deciding it; and that it stays one's own while one works on it.

import { addKeys, isShortcut } from "./keys.js";
import { tr } from "./words.js";
import { keepDraft } from "./case-draft.js";
import { sendClaim, watchCases, watchUndo } from "./claims.js";

const form = document.querySelector("form[data-decide]");
const claims = document.querySelector("[data-claims]");

/** Milliseconds after which a claim is asked for again, if something has been done meanwhile. */
const GOING_ON = 120_000;

function choose(action) {
  const radio = form?.querySelector(`input[name=action][value="${action}"]`);
  if (!radio) return false;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** Send the form, and go on with what waits next. */
function send() {
  const on = form.querySelector("button[name=next]") ?? form.querySelector("button[type=submit]");
  if (!on.disabled) form.requestSubmit(on);
}

const acts = {
  k: () => choose("keep") && send(),
  r: () => choose("remove") && form.querySelector("[name=rule]").focus(),
  e: () => choose("escalate") && form.querySelector("[name=note]").focus(),
  a: () => choose("ask-revision") && form.querySelector("[name=rule]").focus(),
  s: () => choose("restore") && form.querySelector("[name=reason]").focus(),
  h: () => (choose("hide-note") || choose("show-note")) && form.querySelector("[name=rule]").focus(),
  t: () => choose("retag") && form.querySelector("[name=tags]").focus(),
  l: () => (choose("lock") || choose("unlock")) && form.querySelector("[name=rule]").focus(),
  v: () => form?.querySelector("button[value=preview]")?.click(),
  c: () => claims?.querySelector("button[value=claim]")?.click(),
  n: () => document.querySelector("[data-go-on]")?.click(),
  q: () => document.querySelector(".page-kicker a")?.click(),
};

document.addEventListener("keydown", (event) => {
  const sending = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  if (sending && form && event.target.form === form) {
    event.preventDefault();
    send();
    return;
  }
  if (!isShortcut(event, "input[type=radio], input[type=checkbox]")) return;
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

keepDraft(form);

if (claims) {
  const { address, news } = claims.dataset;
  /** Whether it is one's own; whether it is somebody else's, as far as is known. */
  let mine = "mine" in claims.dataset;
  let others = "others" in claims.dataset;
  let active = false;
  let asking = false;

  /** Take the case, or go on having it. Whoever types into it is deciding it, taken or not. */
  async function take() {
    if (asking || others) return;
    asking = true;
    const now = await sendClaim(address, { act: "claim" }).catch(() => undefined);
    // Refused, it is somebody else's, which is told soon: not asked again for every letter.
    setTimeout(() => { asking = false; }, now ? 0 : GOING_ON / 10);
    if (now) tell(now);
  }

  for (const kind of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(kind, () => { active = true; }, { passive: true });
  }
  setInterval(() => {
    if (!mine || !active || document.hidden) return;
    active = false;
    take();
  }, GOING_ON);
  // Also where the lease has ended under one's hands.
  form?.addEventListener("input", () => mine || take());

  const said = claims.querySelector("[data-claimant]");

  /** @param {import("./claims.js").CaseNow} now */
  function tell(now) {
    const lost = mine && !now.mine;
    mine = now.mine;
    others = Boolean(now.claimant) && !now.mine;
    const decided = now.queue === "decided" || now.queue === "";
    const changed = now.version !== Number(claims.dataset.version);
    claims.querySelector("[data-changed]").hidden = !changed;
    claims.classList.toggle("is-others", others);
    let words = tr("Nobody is deciding this case.");
    if (decided) words = tr("Decided meanwhile");
    else if (others) {
      words = tr("%(name)s is deciding this case, until %(time)s at least.", {
        name: now.claimant,
        time: now.ends,
      });
    } else if (mine) {
      words = tr("You are deciding this case. It is yours until %(time)s, and longer while you work on it.", {
        time: now.ends,
      });
    } else if (lost) {
      words = tr("The ten minutes are over: nobody is deciding this case. It is yours again when you go on.");
    }
    // Said again, it would be read out again.
    if (said.textContent !== words) said.textContent = words;
    for (const button of form?.querySelectorAll("button[type=submit]") ?? []) {
      button.disabled = others || decided;
    }
    // Whoever takes it up here has been offered that, and can give it up.
    claims.querySelector("[data-take]")?.toggleAttribute("hidden", mine || others || decided);
    claims.querySelector("[data-give-up]")?.toggleAttribute("hidden", !mine);
    claims.querySelector("[data-take-over]")?.toggleAttribute("hidden", !others);
  }

  watchCases(news, () => [Number(claims.dataset.case)], tell);
}

watchUndo();
addKeys(tr("Case"), [
  { keys: ["k"], does: tr("Keep it, and go on with the next") },
  { keys: ["r"], does: tr("Remove it: go to the rule and the reason") },
  { keys: ["e"], does: tr("Escalate it: go to the note") },
  { keys: ["a"], does: tr("Ask its author to revise it") },
  { keys: ["s"], does: tr("Restore it: go to the reason") },
  { keys: ["h"], does: tr("Hide the words of a note, or show them again") },
  { keys: ["t"], does: tr("Change the tags of a note") },
  { keys: ["l"], does: tr("Lock the thread, or unlock it") },
  { keys: ["v"], does: tr("See what its author will read") },
  { keys: ["Ctrl", "Enter"], does: tr("Decide so, and go on with the next") },
  { keys: ["c"], does: tr("Take the case") },
  { keys: ["n"], does: tr("Next open case, once it is decided") },
  { keys: ["q"], does: tr("Back to the queue") },
  { keys: ["u"], does: tr("Undo what you decided last") },
  { keys: ["Ctrl", "Z"], does: tr("The same") },
]);
