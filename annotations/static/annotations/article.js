/** The reading page. Everything here adds to a page that can be read without it. */

import { addKeys } from "../forum/js/keys.js";
import { takeWanted } from "./address.js";
import { PassageMenu } from "./choice.js";
import { followReading } from "./contents.js";
import { Drafts } from "./drafts.js";
import { Filter } from "./filter.js";
import { Heat } from "./heat.js";
import { Notes } from "./notes.js";
import { Panel } from "./panel.js";
import { fetchPersonal, showOwn, showPersonal } from "./personal.js";
import { Popover } from "./popover.js";
import { Quotes } from "./quotes.js";
import { Responding } from "./respond.js";
import { watchSelection } from "./selection.js";
import { watchSlots } from "./slots.js";
import { Stepper } from "./stepper.js";
import { humanise } from "./times.js";
import { notice } from "./unsaved.js";
import { KEYS as WALKING, Walk } from "./walk.js";

addKeys("Text and notes", [
  ...WALKING,
  { keys: "s", does: "Select with the keyboard" },
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
watchSlots(reading);
const heat = new Heat(reading, notes);
new Panel(reading, () => {
  filter.fill();
  heat.listSections();
});
new Walk(reading, notes, say);
reading.classList.add("is-live");
const personal = fetchPersonal(reading);
followReading(reading);
humanise(reading);

const drafts = new Drafts(reading.dataset.article);
const responding = new Responding(reading, drafts);

const popover = new Popover(reading, personal, drafts, {
  saved({ id, notes: html, links }) {
    stepper.end();
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

const menu = new PassageMenu(reading, personal, responding, {
  annotate: (passage) => popover.open(passage),
  quote(passage) {
    stepper.end();
    responding.quote(passage);
  },
  say,
});

const stepper = new Stepper(reading, {
  chosen: (passage) => menu.show(passage, { focus: true }),
  say,
});

const selection = watchSelection(reading, {
  chosen(passage) {
    if (popover.isOpen) popover.open(passage);
    else menu.show(passage);
  },
  cleared(pointed) {
    menu.hide();
    if (pointed && !popover.isTouched) popover.close();
  },
});

// What the stepper has chosen is no selection that a press elsewhere would take away.
document.addEventListener("pointerdown", ({ target }) => {
  if (!menu.isOpen || !menu.passage.back || target.closest(".passage-menu")) return;
  menu.hide();
  stepper.end();
});

personal.then((person) => {
  showPersonal(person, reading, notes, filter);
  filter.know(person);
  humanise(reading);
  notes.showTargeted();
  drafts.belongTo(person.id);
  popover.takeUpDraft();
  responding.offerDrafts();
  goOnWithWanted(person);
});

/** Back from logging in, with a passage to annotate. */
function goOnWithWanted({ signed_in: signedIn }) {
  const passage = takeWanted(reading);
  if (passage === undefined) return;
  if (passage === null) {
    notice(reading, "The text was revised meanwhile. Select your passage again.", [["Close", () => {}]]);
    return;
  }
  passage.range.startContainer.parentElement.scrollIntoView({ block: "center" });
  if (signedIn) popover.open(passage);
  else menu.show(passage);
}
