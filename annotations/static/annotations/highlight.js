/** Showing which words are chosen, without a change to the text. */

import { passageAt } from "./selection.js";

export class Highlighted {
  /** @param {string} name of the ::highlight() in the style sheets */
  constructor(name) {
    this.name = name;
    this.passage = null;
    // Marks that come and go take the range's nodes with them; the words stay where they are.
    this.observer = new MutationObserver(() => {
      const { root, start, end } = this.passage;
      this.show(passageAt(root, start, end) ?? this.passage);
    });
  }

  /** Show `passage`, in place of what was shown before. Where the browser cannot, select it. */
  show(passage) {
    this.observer.disconnect();
    this.passage = passage;
    this.observer.observe(passage.root, { childList: true, subtree: true });
    if (window.CSS.highlights) {
      window.CSS.highlights.set(this.name, new Highlight(passage.range));
    } else {
      const { startContainer, startOffset, endContainer, endOffset } = passage.range;
      window.getSelection().setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
    }
  }

  clear() {
    if (!this.passage) return;
    this.observer.disconnect();
    this.passage = null;
    if (window.CSS.highlights) window.CSS.highlights.delete(this.name);
    else window.getSelection().removeAllRanges();
  }
}
