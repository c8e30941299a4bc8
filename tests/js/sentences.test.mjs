import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import { sentencesOf, Steps, wordsOf } from "../../annotations/static/annotations/sentences.js";

const { Segmenter } = Intl;
afterEach(() => {
  Intl.Segmenter = Segmenter;
});

const words = (text, spans) => {
  const characters = [...text];
  return spans.map(({ start, end }) => characters.slice(start, end).join(""));
};

const TEXTS = [
  ["one after another", "It rains. Does it? It does!", ["It rains.", "Does it?", "It does!"], "en"],
  ["blocks part sentences", "A heading\nIts text. More.", ["A heading", "Its text.", "More."], "en"],
  ["emoji are one code point each", "🌉 A bridge. 👩‍👩‍👧 Cross it.", ["🌉 A bridge.", "👩‍👩‍👧 Cross it."], "en"],
  ["a line of nothing else", "Well.\n🎉🎉", ["Well.", "🎉🎉"], "en"],
  ["Chinese", "他来了。你呢？我不去！", ["他来了。", "你呢？", "我不去！"], "zh"],
  ["Arabic", "هل جاء؟ نعم جاء. انتهى", ["هل جاء؟", "نعم جاء.", "انتهى"], "ar"],
  ["a quotation that ends with its sentence", "“Go.” She went.", ["“Go.”", "She went."], "en"],
  ["abbreviations end nothing", "Mr. Kim met the U.S. Envoy. Both left.", ["Mr. Kim met the U.S. Envoy.", "Both left."], "en"],
];

for (const able of [true, false]) {
  describe(`sentences ${able ? "as the browser cuts them" : "without its help"}`, () => {
    for (const [name, text, sentences, language] of TEXTS) {
      it(name, () => {
        if (!able) Intl.Segmenter = undefined;
        assert.deepEqual(words(text, sentencesOf(text, language)), sentences);
      });
    }
  });
}

it("words, and pictures, without what stands between them", () => {
  const text = "“Don’t,” she said — 🎉 to 3 people.";
  const expected = ["Don’t", "she", "said", "🎉", "to", "3", "people"];
  assert.deepEqual(words(text, wordsOf(text, "en")), expected);
  Intl.Segmenter = undefined;
  assert.deepEqual(words(text, wordsOf(text, "en")), expected);
});

it("Chinese has words, and single signs where nothing is known of them", () => {
  const text = "我不去北京。";
  assert.ok(wordsOf(text, "zh").length >= 3);
  Intl.Segmenter = undefined;
  assert.deepEqual(words(text, wordsOf(text, "zh")), ["我", "不", "去", "北", "京"]);
});

it("a language that is none is no error", () => {
  assert.equal(sentencesOf("One. Two.", "no such language").length, 2);
});

describe("steps", () => {
  const text = "One two three. Four five.\nSix 🎉.";
  const steps = new Steps(text, "en");
  const show = (span) => span && words(text, [span])[0];
  const [first, second, third] = steps.sentences;

  it("go from sentence to sentence and stop at both ends", () => {
    assert.equal(show(steps.sentence(first, 1)), "Four five.");
    assert.equal(show(steps.sentence(second, 1)), "Six 🎉.");
    assert.equal(steps.sentence(third, 1), null);
    assert.equal(steps.sentence(first, -1), null);
    assert.equal(show(steps.sentence({ start: 4, end: 7 }, 1)), "Four five.");
    assert.equal(show(steps.sentence({ start: first.start, end: second.end }, 1)), "Six 🎉.");
  });

  it("go into a sentence, word by word, and on into the next", () => {
    const one = steps.word(first, 1);
    assert.equal(show(one), "One");
    assert.equal(show(steps.word(one, 1)), "two");
    assert.equal(show(steps.word(first, -1)), "three");
    assert.equal(show(steps.word(steps.word(first, -1), 1)), "Four");
    assert.equal(steps.word(one, -1), null);
  });

  it("move either end by a word, and to the stop that ends a sentence", () => {
    const two = { start: 4, end: 7 };
    const more = steps.moved(two, "end", 1, "word");
    assert.equal(show(more), "two three");
    assert.equal(show(steps.moved(more, "end", 1, "word")), "two three.");
    assert.equal(show(steps.moved(more, "end", -1, "word")), "two");
    assert.equal(show(steps.moved(more, "start", -1, "word")), "One two three");
    assert.equal(show(steps.moved(more, "start", 1, "word")), "three");
  });

  it("move either end by a sentence", () => {
    const both = steps.moved(first, "end", 1, "sentence");
    assert.equal(show(both), "One two three. Four five.");
    assert.equal(show(steps.moved(both, "start", 1, "sentence")), "Four five.");
    assert.equal(show(steps.moved(both, "end", -1, "sentence")), "One two three.");
  });

  it("never leave nothing", () => {
    const two = { start: 4, end: 7 };
    assert.equal(steps.moved(two, "end", -1, "word"), null);
    assert.equal(steps.moved(two, "start", 1, "word"), null);
    assert.equal(steps.moved(first, "end", -1, "sentence"), null);
  });

  it("say where they are", () => {
    assert.equal(steps.place(second), "sentence 2 of 3");
    assert.equal(steps.place({ start: 0, end: third.end }), "sentences 1 to 3 of 3");
    assert.equal(steps.count(first), 3);
    assert.equal(steps.count(third), 2);
  });
});
