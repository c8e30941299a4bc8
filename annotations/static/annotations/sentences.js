/**
 * The sentences and words of a text, and the steps over them that a keyboard makes. Pure.
 *
 * Positions are Unicode code points; a span is half-open, {start, end}. No sentence holds a
 * newline, which parts blocks.
 */

import { tr } from "../forum/js/words.js";
import { length } from "./text.js";

/** A full stop after one of these ends no sentence. */
const ABBREVIATED =
  /(?:^|[\s("“‘])(?:(?:\p{Lu}\.)+|(?:[CD]apt|Col|Dr|e\.g|Fig|Gen|Gov|i\.e|Lt|Mr|Mrs|Ms|No|p|pp|Prof|Rep|Rev|Sen|St|cf|vs)\.)\s*$/u;
/** For browsers that cannot segment: a sentence with what closes it, a word or a picture. */
const SENTENCE = /[^.!?…。！？؟۔]+(?:[.!?…]+["'”’»)\]]*(?=\s|$)|[。！？؟۔]+[」』”’»)）]*|[.!?…]+)?\s*|[.!?…。！？؟۔]+\s*/gu;
const WORD =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]\p{M}*|[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*(?:['’][\p{L}\p{N}\p{M}]+)*|\p{Extended_Pictographic}(?:[\u{fe0f}\u{1f3fb}-\u{1f3ff}]|\u200d\p{Extended_Pictographic})*/gu;
/** What counts as a word although no letters are in it. */
const SIGN = /[\p{Extended_Pictographic}\p{Sc}\p{Sm}\p{So}]/u;

/** @typedef {{start: number, end: number}} Span */

/**
 * The sentences of `text`, without the white space around them.
 *
 * @returns {Span[]}
 */
export function sentencesOf(text, language) {
  const at = positions(text);
  const found = [];
  for (const { 0: block, index } of text.matchAll(/[^\n]+/g)) {
    for (const [from, to] of joined(block, pieces(block, language, "sentence", SENTENCE))) {
      const words = block.slice(from, to);
      if (!words.trim()) continue;
      const start = index + from + words.length - words.trimStart().length;
      found.push({ start: at(start), end: at(index + from + words.trimEnd().length) });
    }
  }
  return found;
}

/**
 * The words of `text`, without what stands between them.
 *
 * @returns {Span[]}
 */
export function wordsOf(text, language) {
  const at = positions(text);
  return pieces(text, language, "word", WORD).map(([from, to]) => ({ start: at(from), end: at(to) }));
}

/** Steps over one text. Each answers the next span, or null where there is none. */
export class Steps {
  #words;

  constructor(text, language) {
    this.text = text;
    this.language = language;
    this.sentences = sentencesOf(text, language);
  }

  get words() {
    this.#words ??= wordsOf(this.text, this.language);
    return this.#words;
  }

  /** Which sentence holds `position`, or is the nearest before it. */
  indexAt(position) {
    return Math.max(0, this.sentences.findLastIndex(({ start }) => start <= position));
  }

  /** The whole sentence that comes `by` sentences after the span, or before it. */
  sentence({ start, end }, by) {
    const from = by > 0 ? this.indexAt(end - 1) : this.indexAt(start);
    return this.sentences[from + by] ?? null;
  }

  /** The word after the span, or before it; of a span of several words its first, or its last. */
  word({ start, end }, by) {
    const inside = this.words.filter((word) => word.start >= start && word.end <= end);
    if (inside.length > 1) return inside.at(by > 0 ? 0 : -1);
    return by > 0
      ? (this.words.find((word) => word.start >= end) ?? null)
      : (this.words.findLast((word) => word.end <= start) ?? null);
  }

  /**
   * The span with one of its ends moved by a word or by a sentence, and never to nothing.
   *
   * @param {Span} span
   * @param {"start" | "end"} edge
   * @param {number} by 1 towards the end of the text, -1 towards its beginning
   * @param {"word" | "sentence"} unit
   */
  moved(span, edge, by, unit) {
    const stops = unit === "word" ? [this.sentences, this.words] : [this.sentences];
    const nearest = stops.map((spans) => {
      const ahead = (stop) => (stop[edge] - span[edge]) * by > 0;
      return (by > 0 ? spans.find(ahead) : spans.findLast(ahead))?.[edge] ?? Infinity * by;
    });
    const to = by > 0 ? Math.min(...nearest) : Math.max(...nearest);
    const next = { ...span, [edge]: to };
    return Number.isFinite(to) && this.#holdsSomething(next) ? next : null;
  }

  /** How many words the span holds. */
  count({ start, end }) {
    return this.words.filter((word) => word.start < end && word.end > start).length;
  }

  /** Where the span stands: "sentence 3 of 41". */
  place({ start, end }) {
    const [first, last] = [this.indexAt(start) + 1, this.indexAt(end - 1) + 1];
    const all = this.sentences.length;
    return first === last
      ? tr("sentence %(first)s of %(all)s", { first, all })
      : tr("sentences %(first)s to %(last)s of %(all)s", { first, last, all });
  }

  #holdsSomething(span) {
    return span.end > span.start && (this.count(span) > 0 || !this.words.length);
  }
}

/** Where the pieces of `text` begin and end, in UTF-16 units. */
function pieces(text, language, granularity, pattern) {
  const segmenter = segmenterFor(language, granularity);
  if (!segmenter) {
    return [...text.matchAll(pattern)].map(({ 0: words, index }) => [index, index + words.length]);
  }
  return [...segmenter.segment(text)]
    .filter(({ segment, isWordLike }) => isWordLike !== false || SIGN.test(segment))
    .map(({ segment, index }) => [index, index + segment.length]);
}

function segmenterFor(language, granularity) {
  if (!globalThis.Intl?.Segmenter) return null;
  try {
    return new Intl.Segmenter(language || undefined, { granularity });
  } catch {
    // What the page says of its language names none.
    return new Intl.Segmenter(undefined, { granularity });
  }
}

/** Sentences that were cut behind an abbreviation, whole again. */
function joined(block, sentences) {
  const whole = [];
  let open = false;
  for (const [from, to] of sentences) {
    if (open) whole.at(-1)[1] = to;
    else whole.push([from, to]);
    open = ABBREVIATED.test(block.slice(whole.at(-1)[0], to));
  }
  return whole;
}

/** From UTF-16 units to code points, asked for in growing order. */
function positions(text) {
  let [unit, point] = [0, 0];
  return (index) => {
    point += length(text.slice(unit, index));
    unit = index;
    return point;
  };
}
