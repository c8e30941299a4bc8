/** The notes whose words are no longer in the text: they stand at the end, under a heading. */

import { tr } from "../forum/js/words.js";

/**
 * The list they stand in, made when there is a first one.
 *
 * @param {HTMLElement} list that of the other notes
 * @returns {HTMLElement}
 */
export function orphansIn(list) {
  const known = list.parentNode.querySelector("[data-orphans]");
  if (known) return known;
  const section = document.createElement("section");
  section.className = "orphans";
  section.id = "orphans";
  section.tabIndex = -1;
  section.setAttribute("aria-labelledby", "orphans-title");
  const title = document.createElement("h3");
  title.className = "notes-title";
  title.id = "orphans-title";
  title.textContent = tr("Notes whose passage is gone");
  const made = document.createElement("ol");
  made.className = "orphans-list";
  made.dataset.orphans = "";
  section.append(title, made);
  list.after(section);
  return made;
}
