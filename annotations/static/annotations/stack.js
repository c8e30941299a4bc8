/** Where notes stand in the margin, and which of them fold. Pure. */

/**
 * Where things of these heights go so that none covers another and each is as near as can be to
 * where it wants to be. The one at `fixed` (or none, -1) is served first.
 *
 * @param {number[]} wanted
 * @param {number[]} heights
 * @param {number} fixed
 * @returns {number[]}
 */
export function stack(wanted, heights, fixed) {
  const tops = [];
  let free = 0;
  wanted.forEach((level, index) => {
    tops.push(index === fixed ? level : Math.max(level, free));
    free = tops[index] + heights[index];
  });
  for (let index = fixed - 1; index >= 0; index -= 1) {
    tops[index] = Math.min(tops[index], tops[index + 1] - heights[index]);
  }
  // Nothing may rise above the top of the column.
  let floor = 0;
  return tops.map((top, index) => {
    const at = Math.max(top, floor);
    floor = at + heights[index];
    return at;
  });
}

/**
 * The runs of things that touch one another in which one stands more than `far` below where it
 * wants to be: there are too many of them for their room.
 *
 * @returns {[number, number][]} the first of each run, and the one after its last
 */
export function crowds(wanted, heights, far) {
  const tops = stack(wanted, heights, -1);
  const found = [];
  let first = 0;
  let crowded = false;
  tops.forEach((top, index) => {
    crowded ||= top - wanted[index] > far;
    const end = top + heights[index];
    if (index + 1 < tops.length && tops[index + 1] <= end) return;
    if (crowded) found.push([first, index + 1]);
    first = index + 1;
    crowded = false;
  });
  return found;
}

/**
 * Fold what is crowded: to a line each, and where even lines are too many, all that begin within
 * `slot` of one another to one line together, a pile.
 *
 * @param {number[]} wanted in order
 * @param {number[]} heights unfolded
 * @param {{line: number, far: number, slot: number}} sizes
 * @returns {{kind: "full" | "line" | "pile", first: number, last: number}[]} in order
 */
export function fold(wanted, heights, { line, far, slot }) {
  const kinds = heights.map(() => "full");
  const folded = [...heights];
  for (const [from, to] of crowds(wanted, heights, far)) {
    kinds.fill("line", from, to);
    for (let index = from; index < to; index += 1) folded[index] = Math.min(line, folded[index]);
  }
  for (const [from, to] of crowds(wanted, folded, far)) kinds.fill("pile", from, to);
  const rows = [];
  let room = null;
  kinds.forEach((kind, index) => {
    const at = kind === "pile" ? Math.floor(wanted[index] / slot) : null;
    if (at !== null && at === room) rows.at(-1).last = index;
    else rows.push({ kind, first: index, last: index });
    room = at;
  });
  return unfolded(rows.flatMap(apart), wanted, heights, line);
}

/** Unfold again what has the room for it, as what stands at the edge of a crowd. */
function unfolded(rows, wanted, heights, line) {
  const high = rows.map(({ kind, first }) =>
    kind === "full" ? heights[first] : Math.min(line, heights[first]),
  );
  const tops = stack(rows.map(({ first }) => wanted[first]), high, -1);
  return rows.map((row, index) => {
    const room = (tops[index + 1] ?? Infinity) - tops[index];
    return row.kind === "line" && room >= heights[row.first] ? { ...row, kind: "full" } : row;
  });
}

/** A pile of one or two is no pile. */
function apart({ kind, first, last }) {
  if (kind !== "pile" || last - first > 1) return [{ kind, first, last }];
  const rows = [];
  for (let index = first; index <= last; index += 1) {
    rows.push({ kind: "line", first: index, last: index });
  }
  return rows;
}
