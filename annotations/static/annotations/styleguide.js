/**
 * Holds the states that a page cannot show at rest: every rule of the site's style sheets that is
 * about hovering, focus or pressing is copied for a class, so that what is shown is what is there.
 */

const STATES = /:(hover|focus-visible|active)\b/g;

/** The rules of `rules` that are about a state, about classes instead; conditions stay. */
function held(rules) {
  return [...rules].flatMap((rule) => {
    if (rule instanceof CSSStyleRule) {
      if (rule.selectorText.search(STATES) < 0) return [];
      const selector = rule.selectorText.replace(STATES, ".force-$1");
      return [`${selector} { ${rule.style.cssText} }`];
    }
    if (rule instanceof CSSMediaRule && rule.media.mediaText !== "print") {
      return [`@media ${rule.media.mediaText} { ${held(rule.cssRules).join("\n")} }`];
    }
    return [];
  });
}

const sheet = new CSSStyleSheet();
const sheets = [...document.styleSheets].filter(({ media }) => media.mediaText !== "print");
sheet.replaceSync(sheets.flatMap((each) => held(each.cssRules)).join("\n"));
document.adoptedStyleSheets.push(sheet);

for (const swatch of document.querySelectorAll("[data-colour]")) {
  swatch.style.background = `var(--${swatch.dataset.colour})`;
}
for (const line of document.querySelectorAll("[data-size-token]")) {
  line.style.fontSize = `var(--size-${line.dataset.sizeToken})`;
}
for (const bar of document.querySelectorAll("[data-space-token]")) {
  bar.style.width = `var(--space-${bar.dataset.spaceToken})`;
}
for (const contents of document.querySelectorAll(".contents")) contents.open = true;
const popover = document.querySelector(".styleguide-one > *");
popover.hidden = false;
if (popover instanceof HTMLDialogElement) popover.open = true;
