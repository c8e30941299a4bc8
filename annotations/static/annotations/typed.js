/** What is typed in the form about a passage, and which passage it was begun on. */

/** @typedef {{tags: string[], note: string, audience: string}} Typed */
/** @typedef {{revision: string, start: number, end: number}} Span */

/**
 * @param {HTMLFormElement} form
 * @returns {Typed}
 */
export function typedIn(form) {
  const tags = [...form.querySelectorAll("[name=tags]:checked")].map(({ value }) => value);
  const { note, audience } = form.elements;
  return { tags, note: note.value, audience: audience.value };
}

/**
 * @param {HTMLFormElement} form
 * @param {Typed} typed
 */
export function fill(form, { tags, note, audience }) {
  for (const box of form.querySelectorAll("[name=tags]")) box.checked = tags.includes(box.value);
  form.elements.note.value = note;
  form.elements.audience.value = audience;
}

/**
 * Whether anything in the form would be lost.
 * @param {HTMLFormElement} form
 */
export function isTouched(form) {
  const { tags, note } = typedIn(form);
  return tags.length > 0 || note.trim() !== "";
}

/**
 * Whether two passages share no words; one that was chosen more exactly is no other.
 * @param {Span | null} one
 * @param {Span} other
 */
export function isApart(one, other) {
  if (!one) return false;
  return one.revision !== other.revision || one.end <= other.start || one.start >= other.end;
}
