/** Where notes stand in the margin. Pure. */

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
