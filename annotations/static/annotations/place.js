/** Choosing a note's place by selecting it in the text; typing the words works without this. */

import { tr } from "../forum/js/words.js";
import { watchSelection } from "./selection.js";

const form = document.querySelector("[data-place-form]");
const bar = document.querySelector("[data-place-chosen]");
const status = document.querySelector("[data-status]");
const { words, at_once: atOnce } = form.elements;

document.querySelector("[data-place-hint]").hidden = false;
watchSelection(document.querySelector("[data-reading]"), {
  chosen({ start, end, quote }) {
    words.value = quote;
    atOnce.value = `${start}-${end}`;
    // Places that were offered for other words are of no use now.
    for (const choice of form.querySelectorAll("[name=place]")) choice.checked = false;
    bar.querySelector("[data-place-words]").textContent = `“${quote}”`;
    bar.hidden = false;
    status.textContent = tr("These words are chosen. “Place it there” puts the note on them.");
  },
  cleared() {},
});

// Typed words are looked for; the place that was selected is not theirs.
words.addEventListener("input", () => {
  atOnce.value = "";
  bar.hidden = true;
});
