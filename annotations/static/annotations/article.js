/** The reading page. Everything here adds to a page that can be read without it. */

import { Filter } from "./filter.js";
import { Heat } from "./heat.js";
import { Notes } from "./notes.js";
import { Panel } from "./panel.js";
import { fetchPersonal, showOwn, showPersonal } from "./personal.js";
import { Popover } from "./popover.js";
import { Quotes } from "./quotes.js";
import { watchSelection } from "./selection.js";
import { watchSlots } from "./slots.js";
import { humanise } from "./times.js";
import { Walk } from "./walk.js";

const reading = document.querySelector("[data-reading]");
const status = document.querySelector("[data-status]");

const say = (message) => {
  status.textContent = message;
};

const notes = new Notes(reading);
const filter = new Filter(reading, notes, say);
new Quotes(reading, say, () => filter.apply());
watchSlots(reading);
const heat = new Heat(reading, notes);
new Panel(reading, () => {
  filter.fill();
  heat.listSections();
});
new Walk(reading, notes, say);
reading.classList.add("is-live");
const personal = fetchPersonal(reading);
humanise(reading);
personal.then((person) => {
  showPersonal(person, reading, notes, filter);
  filter.know(person);
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
