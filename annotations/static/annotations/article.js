/** The reading page. Everything here adds to a page that can be read without it. */

import { tr } from "../forum/js/words.js";
import { addKeys } from "../forum/js/keys.js";
import { takeWanted } from "./address.js";
import { Annotating } from "./annotating.js";
import { PassageMenu } from "./choice.js";
import { followReading } from "./contents.js";
import { Discussion, goToPart } from "./discussion.js";
import { Drafts, NOTE } from "./drafts.js";
import { Filter } from "./filter.js";
import { Endorsing } from "./endorsing.js";
import { Heat } from "./heat.js";
import { Notes } from "./notes.js";
import { Panel } from "./panel.js";
import { fetchPersonal, showOwn, showPersonal } from "./personal.js";
import { Quotes } from "./quotes.js";
import { Responding } from "./respond.js";
import { watchSelection } from "./selection.js";
import { watchSlots } from "./slots.js";
import { focusOn } from "./sight.js";
import { Stepping } from "./stepping.js";
import { humanise } from "./times.js";
import { notice, takePosted, takeSaid } from "./unsaved.js";
import { KEYS as WALKING, Walk } from "./walk.js";

addKeys(tr("Text and notes"), [
  ...WALKING,
  { keys: "s", does: tr("Select with the keyboard") },
  { keys: ["Tab"], does: tr("Next marked passage") },
  { keys: ["Enter"], does: tr("From a passage to its note") },
  { keys: ["Esc"], does: tr("From a note to its passage") },
  { keys: ["Ctrl", "Enter"], does: tr("Save what you are writing") },
]);

goToPart();
const reading = document.querySelector("[data-reading]");
const status = document.querySelector("[data-status]");

const say = (message) => {
  status.textContent = message;
};

const personal = fetchPersonal(reading);
/** What the reader can do to their own posts, by the id of each. */
const own = new Map();
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
followReading(reading);

const drafts = new Drafts(reading.dataset.article);
const responding = new Responding(reading, drafts);

const popover = new Annotating(reading, personal, drafts, {
  saved({ id, notes: html, links }) {
    stepper.end();
    notes.add(html);
    filter.reveal(document.getElementById(`note-${id}`));
    showOwn(reading, id, links);
    humanise(reading);
    notes.showMark(id, { focus: true });
    say(tr("Your note is saved."));
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

const stepper = new Stepping(reading, {
  chosen: (passage) => menu.show(passage, { focus: true }),
  say,
});

const selection = watchSelection(reading, {
  chosen(passage) {
    if (popover.isOpen) popover.open(passage);
    else menu.show(passage);
    // Should it fail, opening the form tells.
    popover.fetch().catch(() => {});
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

const endorsing = new Endorsing(reading.querySelector("[data-thread]"), say);

new Discussion(reading, {
  reading,
  say,
  took(responses, html, edited) {
    for (const post of edited) notes.drop(post);
    notes.add(html);
    filter.apply();
    for (const item of responses.filter((one) => !edited.includes(one.dataset.post))) {
      for (const { id, links } of own.get(item.dataset.post) ?? []) showOwn(item, id, links);
    }
    for (const item of responses) endorsing.show(item);
    humanise(reading);
    muted?.renew();
  },
});

reading.addEventListener("click", (event) => {
  const link = event.target.closest('.own-links [href$="/withdraw/"]');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  import("./withdrawing.js").then(
    ({ withdraw }) => withdraw(link, say, filter),
    () => window.location.assign(link.href),
  );
});
/** What folds the posts of people who are muted, for a reader who has muted somebody. */
let muted;

const said = takeSaid();
if (said) notice(reading, said, [[tr("Close"), () => {}]]);
// Before the responses are first seen, for both may take another line.
reading.classList.add("is-live");
humanise(reading.querySelector("[data-thread]"));
const settled = notes.settle();
settled.then(() => {
  humanise(reading);
  // Nobody prints a page before they have seen it.
  import("./footnotes.js").then(({ watchPrinting }) => watchPrinting(reading));
});

Promise.all([personal, settled]).then(([person]) => {
  showPersonal(person, reading, notes, filter);
  for (const one of person.own ?? []) own.set(String(one.id), [one]);
  filter.know(person);
  endorsing.know(person);
  humanise(reading);
  if (person.muted) import("./muted.js").then(({ Muted }) => (muted = new Muted(reading, person.muted)));
  notes.showTargeted();
  drafts.belongTo(person.id);
  tellPosted();
  if (drafts.names(NOTE).length) popover.fetch().then((form) => form.takeUpDraft());
  responding.offerDrafts();
  goOnWithWanted(person);
});

/** Back from posting: it is said, and the reader goes on from there. */
function tellPosted() {
  const posted = takePosted();
  if (!posted) return;
  say(posted.kind === "reply" ? tr("Your reply is posted.") : tr("Your response is posted."));
  focusOn(posted.element);
}

/** Back from logging in, with a passage to annotate. */
function goOnWithWanted({ signed_in: signedIn }) {
  const passage = takeWanted(reading);
  if (passage === undefined) return;
  if (passage === null) {
    notice(reading, tr("The text was revised meanwhile. Select your passage again."), [[tr("Close"), () => {}]]);
    return;
  }
  passage.range.startContainer.parentElement.scrollIntoView({ block: "center" });
  if (signedIn) popover.open(passage);
  else menu.show(passage);
}
