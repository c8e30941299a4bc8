// What the map of keys shows; fetched when it is opened.

/** @typedef {import("./keys.js").Key} Key */

/**
 * The parts of the map, each under its title.
 *
 * @param {Map<string, Key[]>} groups
 * @returns {HTMLElement[]}
 */
export function parts(groups) {
  return [...groups].map(([title, keys]) => {
    const heading = document.createElement("h3");
    heading.textContent = title;
    const pairs = document.createElement("dl");
    pairs.append(...keys.map(pair));
    const part = document.createElement("div");
    part.className = "keys-part";
    part.append(heading, pairs);
    return part;
  });
}

function pair({ keys, does }) {
  const names = document.createElement("dt");
  names.append(
    ...[keys].flat().flatMap((key, index) => {
      const cap = document.createElement("kbd");
      cap.textContent = key;
      return index ? [" + ", cap] : [cap];
    }),
  );
  const said = document.createElement("dd");
  said.textContent = does;
  const both = document.createElement("div");
  both.append(names, said);
  return both;
}
