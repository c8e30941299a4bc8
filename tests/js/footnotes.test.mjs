/** How the numbers of a passage's notes are written. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { collapsed } from "../../annotations/static/annotations/footnotes.js";

test("numbers in a row are one run", () => {
  assert.equal(collapsed([]), "");
  assert.equal(collapsed([3]), "3");
  assert.equal(collapsed([6, 4]), "4,6");
  assert.equal(collapsed([4, 5, 9]), "4,5,9");
  assert.equal(collapsed([2, ...Array.from({ length: 30 }, (_, index) => index + 9)]), "2,9–38");
});
