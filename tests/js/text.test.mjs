import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { BodyText, length, unitIndex } from "../../annotations/static/annotations/text.js";
import { parse } from "./dom.mjs";

const cases = JSON.parse(readFileSync(new URL("../vectors/text.json", import.meta.url)));

describe("the text of a body", () => {
  for (const { name, html, text } of cases) {
    it(name, () => {
      const body = new BodyText(parse(html));
      assert.equal(body.text, text);
      assert.equal(body.length, [...text].length);
    });
  }
});

describe("positions", () => {
  for (const { name, html, text } of cases) {
    it(`every passage comes back from its DOM points: ${name}`, () => {
      const body = new BodyText(parse(html));
      const characters = [...text];
      for (let start = 0; start < characters.length; start += 1) {
        const end = Math.min(start + 7, characters.length);
        const quote = characters.slice(start, end).join("");
        if (quote !== quote.trim()) continue;
        const points = body.points(start, end);
        const found = body.passage(...points.start, ...points.end);
        assert.deepEqual(found, { start, end, quote });
      }
    });
  }

  it("a point between two blocks is before the newline or after it", () => {
    const root = parse("<p>one</p><p>two</p>");
    const body = new BodyText(root);
    const [first, second] = root.childNodes;
    assert.equal(body.positionOf(first.childNodes[0], 3), 3);
    assert.equal(body.positionOf(second.childNodes[0], 0), 3);
    assert.equal(body.positionOf(second.childNodes[0], 0, true), 4);
    assert.equal(body.positionOf(root, 1), 3);
    assert.equal(body.positionOf(root, 1, true), 4);
    assert.equal(body.positionOf(root, 2), 7);
  });

  it("a selection that runs to the start of the next block ends before the newline", () => {
    const root = parse("<p>one</p><p>two</p>");
    const text = root.childNodes[0].childNodes[0];
    const found = new BodyText(root).passage(text, 0, root.childNodes[1], 0);
    assert.deepEqual(found, { start: 0, end: 3, quote: "one" });
  });

  it("a point outside the body stands for the end on its side", () => {
    const root = parse("<p>one two</p>");
    const text = root.childNodes[0].childNodes[0];
    const elsewhere = parse("<p>x</p>");
    const body = new BodyText(root);
    assert.deepEqual(body.passage(text, 4, elsewhere, 0), { start: 4, end: 7, quote: "two" });
    assert.deepEqual(body.passage(elsewhere, 0, text, 3), { start: 0, end: 3, quote: "one" });
  });

  it("white space around a selection is left out; white space alone selects nothing", () => {
    const root = parse("<p>one two three</p>");
    const text = root.childNodes[0].childNodes[0];
    const body = new BodyText(root);
    assert.deepEqual(body.passage(text, 3, text, 8), { start: 4, end: 7, quote: "two" });
    assert.equal(body.passage(text, 3, text, 4), null);
    assert.equal(body.passage(text, 2, text, 2), null);
  });
});

describe("code points", () => {
  it("counts a pair of surrogates as one", () => {
    assert.equal(length("a🌉b"), 3);
    assert.equal(length(""), 0);
    assert.equal(unitIndex("a🌉b", 2), 3);
    assert.equal(unitIndex("a🌉b", 9), 4);
  });
});
