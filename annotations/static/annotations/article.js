/** The reading page. Everything here adds to a page that can be read without it. */

import { addKeys } from "../forum/js/keys.js";
import { followReading } from "./contents.js";
import { Filter } from "./filter.js";
import { Notes } from "./notes.js";
import { fetchPersonal, showOwn, showPersonal } from "./personal.js";
import { Popover } from "./popover.js";
import { Quotes } from "./quotes.js";
import { watchSelection } from "./selection.js";
import { humanise } from "./times.js";

addKeys("Text and notes", [
  { keys: ["Tab"], does: "Next marked passage" },
  { keys: ["Enter"], does: "From a passage to its note" },
  { keys: ["Esc"], does: "From a note to its passage" },
  { keys: ["Ctrl", "Enter"], does: "Save what you are writing" },
]);

const reading = document.querySelector("[data-reading]");
const status = document.querySelector("[data-status]");

const say = (message) => {
  status.textContent = message;
};

const notes = new Notes(reading);
const filter = new Filter(reading, notes, say);
new Quotes(reading, say, () => filter.apply());
const personal = fetchPersonal(reading);
followReading(reading);
humanise(reading);
personal.then((person) => {
  showPersonal(person, reading, notes, filter);
  humanise(reading);
  notes.showTargeted();
});

const popover = new Popover(reading, personal, {
  saved({ id, notes: html, links }) {
    notes.add(html);
    filter.reveal(document.getElementById(`note-${id}`));
    showOwn(reading, id, links);
    humanise(reading);
    notes.showMark(id, { focus: true });
    say("Your note is saved.");
  },
  closed() {
    selection.forget();
  },
});

const selection = watchSelection(reading, {
  chosen: (passage) => popover.open(passage),
  cleared: () => popover.isTouched || popover.close(),
});
