import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { mark, unmark } from "../../annotations/static/annotations/marks.js";
import { BodyText } from "../../annotations/static/annotations/text.js";
import { document, parse } from "./dom.mjs";

globalThis.document = document;

const cases = JSON.parse(readFileSync(new URL("../vectors/segments.json", import.meta.url)));

describe("marks", () => {
  for (const { name, html, notes, marked } of cases) {
    it(`are those that the server writes: ${name}`, () => {
      const root = parse(html);
      mark(root, notes);
      assert.equal(root.innerHTML, marked);
    });

    it(`change no text and can be taken out: ${name}`, () => {
      const root = parse(marked);
      assert.equal(new BodyText(root).text, new BodyText(parse(html)).text);
      unmark(root);
      assert.equal(root.innerHTML, html);
    });

    it(`are written anew over old ones: ${name}`, () => {
      const root = parse(marked);
      mark(root, notes);
      assert.equal(root.innerHTML, marked);
    });
  }
});

it("a mark names the topmost notes only", () => {
  const root = parse("<p>words</p>");
  const notes = Array.from({ length: 80 }, (_, id) => ({ id: id + 1, start: 0, end: 5, hue: 1, short: "BC" }));
  mark(root, notes);
  const [, named] = /data-notes="([\d ]*)"/.exec(root.innerHTML);
  assert.equal(named, notes.slice(-50).map(({ id }) => id).join(" "));
});
