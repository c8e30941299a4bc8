/** Changing what is in a field as typing would. */

/** As if it had been typed: the browser can undo it, and whoever listens hears of it. */
export function replace(field, start, end, text) {
  field.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
