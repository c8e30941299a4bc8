// Modules of the one app import those of the other by their addresses on a site, which are not where
// the files lie: "node --import ./tests/js/addresses.mjs --test …".

import { register } from "node:module";

const hooks = `
export function resolve(specifier, context, next) {
  if (!specifier.startsWith("../forum/")) return next(specifier, context);
  const url = new URL(specifier, context.parentURL).href;
  return next(url.replace("/annotations/static/forum/", "/forum/static/forum/"), context);
}`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);
