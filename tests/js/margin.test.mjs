import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { bins, sections, share } from "../../annotations/static/annotations/heat.js";
import { fieldsIn, format, parse, plain, test } from "../../annotations/static/annotations/query.js";
import { crowds, fold } from "../../annotations/static/annotations/stack.js";
import { KEYS, next } from "../../annotations/static/annotations/walk.js";

const SIZES = { line: 28, far: 160, slot: 64 };
const kinds = (wanted, height = 80) =>
  fold(wanted, wanted.map(() => height), SIZES).map(({ kind, first, last }) =>
    kind === "pile" ? `pile of ${last - first + 1}` : kind,
  );

describe("folding", () => {
  it("leaves notes alone that have room", () => {
    assert.deepEqual(kinds([0, 100, 400]), ["full", "full", "full"]);
  });

  it("leaves two alone that begin in one line", () => {
    assert.deepEqual(kinds([0, 0]), ["full", "full"]);
  });

  it("folds five on one passage to a line each", () => {
    assert.deepEqual(kinds([0, 0, 0, 0, 0, 120]), [...Array(5).fill("line"), "full"]);
    assert.deepEqual(kinds([0, 0, 0, 0, 0, 150]).slice(0, 4), Array(4).fill("line"));
  });

  it("folds where they crowd and nowhere else", () => {
    assert.deepEqual(kinds([0, 500, 500, 500, 500, 2000]), ["full", "line", "line", "line", "full", "full"]);
  });

  it("piles thirty on one passage", () => {
    assert.deepEqual(kinds(Array(30).fill(10)), ["pile of 30"]);
  });

  it("piles what begins close together, so that piles stand where their notes do", () => {
    const wanted = Array.from({ length: 2000 }, (_, index) => index * 4);
    const rows = fold(wanted, wanted.map(() => 80), SIZES);
    assert.equal(rows.length, 125);
    assert.equal(rows.reduce((sum, { first, last }) => sum + last - first + 1, 0), 2000);
  });

  it("makes no pile of two", () => {
    assert.deepEqual(kinds([...Array(30).fill(0), 70, 70]), ["pile of 30", "line", "full"]);
  });

  it("finds the runs that are crowded", () => {
    assert.deepEqual(crowds([0, 0, 0, 1000], [100, 100, 100, 100], 160), [[0, 3]]);
    assert.deepEqual(crowds([0, 0, 1000], [100, 100, 100], 160), []);
    assert.deepEqual(crowds([], [], 160), []);
  });
});

describe("a filter in the address", () => {
  it("is read, and what makes no sense is not", () => {
    const query = parse("?tag=b&tag=a&tag=b&author=Ann&whose=mine&state=moved&q=who%20says&x=1");
    assert.deepEqual(query, { tag: ["b", "a"], author: "Ann", whose: "mine", state: "moved", q: "who says" });
    assert.deepEqual(parse("?whose=hers&state=lost"), parse(""));
  });

  it("comes back as it was, and keeps what is not its own", () => {
    const search = "?tag=a&tag=b&author=Ann+Lee&whose=course&state=changed&q=%C3%A9t%C3%A9&quotes=off";
    assert.equal(format(parse(search), search), search);
    assert.equal(format(parse(""), search), "?quotes=off");
    assert.equal(format(parse("")), "");
  });

  it("counts its fields without the tags", () => {
    assert.equal(fieldsIn(parse("?tag=a")), 0);
    assert.equal(fieldsIn(parse("?tag=a&q=x&whose=mine")), 2);
    assert.equal(fieldsIn(parse("?q=+")), 0);
  });
});

describe("what a filter lets through", () => {
  const facts = {
    tags: ["a", "b"],
    author: "Ann",
    audience: "public",
    state: "exact",
    mine: false,
    words: plain("Où est Zoë? The bridge must close"),
  };
  const passes = (search, changed = {}) => {
    const { tags, rest } = test(parse(search))({ ...facts, ...changed });
    return tags && rest;
  };

  it("is everything when it is empty", () => assert.ok(passes("")));
  it("is a note with any of the tags", () => {
    assert.ok(passes("?tag=b&tag=c"));
    assert.ok(!passes("?tag=c"));
  });
  it("is what one author wrote", () => {
    assert.ok(passes("?author=Ann"));
    assert.ok(!passes("?author=An"));
  });
  it("is one's own, or the course's", () => {
    assert.ok(!passes("?whose=mine"));
    assert.ok(passes("?whose=mine", { mine: true }));
    assert.ok(!passes("?whose=course"));
    assert.ok(passes("?whose=course", { audience: "course" }));
  });
  it("is what stands as it did, or does not", () => {
    assert.ok(passes("?state=exact"));
    assert.ok(passes("?state=orphaned", { state: "orphaned" }));
    assert.ok(!passes("?state=moved"));
  });
  it("is what holds all the words, without case and accents, in any order", () => {
    assert.ok(passes("?q=BRIDGE+zoe"));
    assert.ok(passes("?q=zo%C3%AB"));
    assert.ok(!passes("?q=bridge+ferry"));
  });
});

describe("the strip", () => {
  it("counts notes by place and hue", () => {
    const made = bins([{ at: 0, hue: "1" }, { at: 0.49, hue: "2" }, { at: 0.4, hue: "2" }, { at: 1, hue: "3" }], 2);
    assert.deepEqual(made.map((bin) => [...bin]), [[["1", 1], ["2", 2]], [["3", 1]]]);
  });

  it("shows one note beside a hundred", () => {
    assert.equal(share(100, 100), 1);
    assert.equal(share(1, 100), 0.1);
    assert.equal(share(0, 100), 0);
  });

  it("is said in words by section", () => {
    const notes = [{ start: 1 }, { start: 12 }, { start: 15 }, { start: 40 }];
    const found = sections([{ title: "A", start: 10 }, { title: "B", start: 20 }, { title: "C", start: 30 }], notes);
    assert.deepEqual(found.map(({ title, notes: { length } }) => [title, length]), [["Beginning", 1], ["A", 2], ["C", 1]]);
  });

  it("says nothing of a beginning without notes", () => {
    assert.deepEqual(sections([{ title: "A", start: 0 }], [{ start: 5 }]).map(({ title }) => title), ["A"]);
  });
});

describe("from note to note", () => {
  const never = () => assert.fail("not asked for");
  it("goes on, back and round", () => {
    assert.equal(next(0, 1, 3, never), 1);
    assert.equal(next(0, -1, 3, never), 2);
    assert.equal(next(2, 1, 3, never), 0);
  });
  it("begins where one is", () => assert.equal(next(-1, 1, 3, () => 2), 2));
  it("says its keys", () => assert.deepEqual(KEYS.map(({ keys }) => keys), ["n", "p"]));
});
