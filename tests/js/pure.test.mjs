import assert from "node:assert/strict";
import { it } from "node:test";

import { stack } from "../../annotations/static/annotations/stack.js";
import { ago } from "../../annotations/static/annotations/times.js";

it("notes stand where they want to when there is room", () => {
  assert.deepEqual(stack([0, 100, 300], [50, 50, 50], -1), [0, 100, 300]);
});

it("a note makes room downwards for the one before it", () => {
  assert.deepEqual(stack([0, 10, 20], [50, 50, 50], -1), [0, 50, 100]);
});

it("the chosen note gets its place, and those above make room upwards", () => {
  assert.deepEqual(stack([100, 110, 120], [50, 50, 50], 2), [20, 70, 120]);
});

it("nothing rises above the top of the column", () => {
  assert.deepEqual(stack([0, 10, 20], [50, 50, 50], 2), [0, 50, 100]);
});

it("times are said as people say them", () => {
  assert.equal(ago(20), "just now");
  assert.equal(ago(60), "1 minute ago");
  assert.equal(ago(3 * 3600 + 59), "3 hours ago");
  assert.equal(ago(86400), "yesterday");
  assert.equal(ago(5 * 86400), "5 days ago");
});
