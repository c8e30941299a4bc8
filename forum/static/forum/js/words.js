/**
 * What scripts say, in the language of the page. They are written in English; the words of another
 * language are fetched before any module that uses this one begins.
 */

const root = globalThis.document?.documentElement;
const { words = {}, form } = root?.dataset.words ? await import(root.dataset.words) : {};

/** The language of the page, for `Intl`: `en` where there is no page. */
export const language = root?.lang || "en";

/**
 * `message` in the language of the page.
 *
 * @param {string} message in English, with a `%(name)s` for each of `values`
 * @param {Record<string, string | number>} [values]
 */
export function tr(message, values) {
  return filled(words[message] ?? message, values);
}

/** The same of what depends on a number, which is the value `count`. */
export function trn(one, many, count, values) {
  const said = words[one] ? words[one][form(count)] : count === 1 ? one : many;
  return filled(said, { count: count.toLocaleString(language), ...values });
}

function filled(said, values) {
  return values ? said.replace(/%\((\w+)\)s/g, (_, name) => values[name]) : said;
}
