/**
 * As much of a DOM as text.js and marks.js touch, made from canonical HTML: that HTML needs no
 * repair, so a small parser is an exact one. The browser tests say whether Chromium agrees.
 */

const VOID = new Set(["br", "hr"]);
const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };
const TOKEN = /<(\/?)([a-z][a-z0-9]*)([^>]*)>|[^<]+/g;
const ATTRIBUTE = /([a-z-]+)="([^"]*)"/g;

class Node {
  parentNode = null;

  remove() {
    this.replaceWith();
  }

  replaceWith(...others) {
    const { parentNode } = this;
    const siblings = parentNode.childNodes;
    const at = siblings.indexOf(this);
    const nodes = adopt(parentNode, others);
    siblings.splice(siblings.indexOf(this, at), 1, ...nodes);
    this.parentNode = null;
  }
}

class Text extends Node {
  nodeType = 3;
  childNodes = [];

  constructor(data) {
    super();
    this.data = data;
  }

  get outerHTML() {
    return this.data.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }
}

class Element extends Node {
  nodeType = 1;
  childNodes = [];
  attributes = new Map();

  constructor(name) {
    super();
    this.localName = name;
    this.dataset = new Proxy(
      {},
      { set: (_, key, value) => this.setAttribute(`data-${key}`, value) ?? true },
    );
  }

  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }

  set className(value) {
    this.setAttribute("class", value);
  }

  set id(value) {
    this.setAttribute("id", value);
  }

  set tabIndex(value) {
    this.setAttribute("tabindex", value);
  }

  append(...nodes) {
    this.childNodes.push(...adopt(this, nodes));
  }

  querySelectorAll(name) {
    return this.childNodes.flatMap((child) =>
      child.nodeType === 1
        ? [...(child.localName === name ? [child] : []), ...child.querySelectorAll(name)]
        : [],
    );
  }

  normalize() {
    const whole = [];
    for (const child of this.childNodes) {
      if (child.nodeType === 1) child.normalize();
      if (child.nodeType === 3 && whole.at(-1)?.nodeType === 3) whole.at(-1).data += child.data;
      else if (child.nodeType === 1 || child.data) whole.push(child);
    }
    this.childNodes = whole;
  }

  get innerHTML() {
    return this.childNodes.map((child) => child.outerHTML).join("");
  }

  get outerHTML() {
    const attributes = [...this.attributes].map(([name, value]) => ` ${name}="${value}"`).join("");
    const start = `<${this.localName}${attributes}>`;
    return VOID.has(this.localName) ? start : `${start}${this.innerHTML}</${this.localName}>`;
  }
}

/** The global that marks.js makes elements with. */
export const document = { createElement: (name) => new Element(name) };

/** A <div> that holds canonical `html`. */
export function parse(html) {
  const root = new Element("div");
  let open = root;
  for (const [token, closing, name, rest] of html.matchAll(TOKEN)) {
    if (!name) {
      open.append(token.replace(/&(#?[a-z0-9]+);/g, (_, entity) => ENTITIES[entity]));
    } else if (closing) {
      open = open.parentNode;
    } else {
      const element = new Element(name);
      // Kept as written: only the serialiser above looks at them.
      for (const [, key, value] of rest.matchAll(ATTRIBUTE)) element.setAttribute(key, value);
      open.append(element);
      if (!VOID.has(name)) open = element;
    }
  }
  return root;
}

function adopt(parent, nodes) {
  return [...nodes].map((node) => {
    const adopted = typeof node === "string" ? new Text(node) : node;
    if (adopted.parentNode && adopted.parentNode !== parent) {
      const siblings = adopted.parentNode.childNodes;
      // A moving node leaves its place; the caller may still be walking over a copy.
      adopted.parentNode.childNodes = siblings.filter((sibling) => sibling !== adopted);
    }
    adopted.parentNode = parent;
    return adopted;
  });
}
