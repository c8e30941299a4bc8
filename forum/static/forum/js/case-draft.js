// What is typed about a case stays in this tab until it is sent: another form of the page, a link
// or a lease that has ended must not take it away.

/** Which case was sent from this tab, by the key of its draft. */
const SENT = "case-sent";

/** @param {HTMLFormElement} form */
function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "submit");
}

/** @param {HTMLFormElement} form */
function isEmpty(form) {
  return [...form.querySelectorAll("textarea")].every((field) => !field.value);
}

function write(form, key) {
  const said = fieldsOf(form)
    .filter((field) => (field.type === "radio" || field.type === "checkbox" ? field.checked : field.value))
    .map((field) => [field.name, field.value]);
  sessionStorage.setItem(key, JSON.stringify(said));
}

function read(form, said) {
  for (const field of fieldsOf(form)) {
    const values = said.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else field.value = values[0] ?? "";
  }
}

/**
 * Keep what is typed into `form`; put back what was, where the site has not sent it back itself.
 *
 * @param {HTMLFormElement | null} form
 */
export function keepDraft(form) {
  const key = form?.dataset.draft;
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const cameBack = form && (form.dataset.cameBack !== undefined || !isEmpty(form));
  if (sent && !(sent === key && cameBack)) sessionStorage.removeItem(sent);
  if (!form) return;
  const kept = sessionStorage.getItem(key);
  const told = form.querySelector("[data-draft-back]");
  if (kept && !cameBack) {
    read(form, JSON.parse(kept));
    told.hidden = isEmpty(form);
  }
  told.querySelector("button").addEventListener("click", () => {
    sessionStorage.removeItem(key);
    form.reset();
    told.hidden = true;
    form.querySelector("textarea").focus();
  });
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => write(form, key));
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
}
