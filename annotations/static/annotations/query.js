/** What a filter of notes is, in an address and as a test. Pure. */

/**
 * @typedef {object} Query
 * @property {string[]} tag slugs; a note with any of them passes
 * @property {string} author the name a note is signed with
 * @property {"everyone" | "mine" | "course"} whose
 * @property {string} state of its place: exact, moved, changed or orphaned; "" for any
 * @property {string} q words that stand in the note or in its passage, all of them
 */

/**
 * What a filter looks at in a note.
 *
 * @typedef {object} Facts
 * @property {string[]} tags
 * @property {string} author
 * @property {string} audience
 * @property {string} state
 * @property {boolean} mine
 * @property {string} words of the note and of its passage, as `plain` leaves them
 */

const WHOSE = ["mine", "course"];
const STATES = ["exact", "moved", "changed", "orphaned"];
/** The fields besides the tags. */
export const FIELDS = ["author", "whose", "state", "q"];

/** The filter in the part of an address behind "?"; what makes no sense counts for nothing. */
export function parse(search) {
  const given = new URLSearchParams(search);
  const one = (name, allowed) => (allowed.includes(given.get(name)) ? given.get(name) : "");
  return {
    tag: [...new Set(given.getAll("tag"))].filter(Boolean),
    author: given.get("author") ?? "",
    whose: one("whose", WHOSE) || "everyone",
    state: one("state", STATES),
    q: given.get("q") ?? "",
  };
}

/** `search` with `query` in it instead of what filter it held; everything else in it stays. */
export function format(query, search = "") {
  const rest = [...new URLSearchParams(search)].filter(
    ([name]) => name !== "tag" && !FIELDS.includes(name),
  );
  const own = [...query.tag].sort().map((slug) => ["tag", slug]);
  for (const name of FIELDS) {
    const value = query[name].trim();
    if (value && value !== "everyone") own.push([name, value]);
  }
  const made = new URLSearchParams([...own, ...rest]).toString();
  return made ? `?${made}` : "";
}

/** How many fields of the filter, its tags apart, hold something. */
export function fieldsIn(query) {
  return FIELDS.filter((name) => query[name].trim() && query[name] !== "everyone").length;
}

/** Letters without case and accents, for comparing. */
export function plain(words) {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/**
 * Whether a note gets through, of the tags and of everything else.
 *
 * @param {Query} query
 * @returns {(facts: Facts) => {tags: boolean, rest: boolean}}
 */
export function test(query) {
  const words = plain(query.q).split(/\s+/).filter(Boolean);
  return (facts) => ({
    tags: !query.tag.length || facts.tags.some((slug) => query.tag.includes(slug)),
    rest:
      (!query.author || facts.author === query.author) &&
      (query.whose !== "mine" || facts.mine) &&
      (query.whose !== "course" || facts.audience === "course") &&
      (!query.state || facts.state === query.state) &&
      words.every((word) => facts.words.includes(word)),
  });
}
