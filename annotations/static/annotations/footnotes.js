/** On paper each marked passage ends with the numbers of its notes, those of the list below. */

const WORD = /[\p{L}\p{N}]/u;

/**
 * Numbers as a footnote has them: "3", "4,6", "9–38".
 *
 * @param {number[]} numbers
 */
export function collapsed(numbers) {
  const runs = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && number === run[1] + 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? from : `${from}${to === from + 1 ? "," : "–"}${to}`)).join();
}

/** Number the passages whenever the page is about to be printed. @param {HTMLElement} reading */
export function watchPrinting(reading) {
  const number = () => numberMarks(reading);
  window.addEventListener("beforeprint", number);
  const print = window.matchMedia("print");
  print.addEventListener("change", ({ matches }) => matches && number());
  // It may be printed already: this is fetched late.
  if (print.matches) number();
}

function numberMarks(reading) {
  const notes = [...reading.querySelectorAll('.note:not([data-start=""], [hidden])')];
  const numbers = new Map(notes.map(({ dataset }, index) => [dataset.note, index + 1]));
  const marks = [...reading.querySelectorAll("mark[data-notes]")];
  const last = new Map();
  for (const mark of marks) {
    delete mark.dataset.numbers;
    for (const note of mark.dataset.notes.split(" ")) last.set(note, mark);
    if (mark.id) for (const { id } of [mark, ...mark.querySelectorAll("span[id]")]) last.set(id.slice(5), mark);
  }
  const ending = new Map();
  for (const [note, mark] of last) {
    if (numbers.has(note)) ending.set(mark, [...(ending.get(mark) ?? []), numbers.get(note)]);
  }
  let waiting = [];
  for (const mark of marks) {
    waiting.push(...(ending.get(mark) ?? []));
    // No word is parted by a number.
    const next = mark.nextSibling;
    const within = next?.localName === "mark" && WORD.test(mark.textContent.at(-1)) && WORD.test(next.textContent[0]);
    if (!waiting.length || within) continue;
    mark.dataset.numbers = collapsed(waiting);
    waiting = [];
  }
  reading.classList.add("is-numbered");
}
