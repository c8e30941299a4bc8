/** The tag chips: they choose which notes and marks are shown, and the address remembers it. */

import { isOff } from "./quotes.js";

export class Filter {
  /**
   * @param {HTMLElement} reading
   * @param {import("./notes.js").Notes} notes
   * @param {(message: string) => void} say tells a screen reader what happened
   */
  constructor(reading, notes, say) {
    this.notes = notes;
    this.say = say;
    this.chips = [...reading.querySelectorAll("[data-filter]")];
    this.chosen = new Set(new URLSearchParams(window.location.search).getAll("tag"));
    for (const chip of this.chips) {
      chip.addEventListener("click", (event) => this.#clicked(event, chip));
    }
    window.addEventListener("popstate", () => {
      this.chosen = new Set(new URLSearchParams(window.location.search).getAll("tag"));
      this.apply();
    });
  }

  /** Show what the chosen tags let through; none chosen, everything. */
  apply() {
    const known = this.chips.map((chip) => chip.dataset.filter);
    const chosen = new Set([...this.chosen].filter((slug) => slug && known.includes(slug)));
    const counts = new Map();
    let shown = 0;
    for (const item of this.notes.items) {
      const tags = item.dataset.tags.split(" ").filter(Boolean);
      item.hidden = chosen.size > 0 && !tags.some((tag) => chosen.has(tag));
      shown += item.hidden ? 0 : 1;
      for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    }
    counts.set("", this.notes.items.length);
    for (const chip of this.chips) {
      const slug = chip.dataset.filter;
      const on = slug ? chosen.has(slug) : chosen.size === 0;
      if (on) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
      chip.querySelector("[data-count]").textContent = counts.get(slug) ?? 0;
      chip.href = this.#address(slug ? toggled(chosen, slug) : new Set());
    }
    this.notes.remark();
    return shown;
  }

  /** Make sure that a note which has just been written can be seen. */
  reveal(item) {
    const tags = item.dataset.tags.split(" ");
    if (this.chosen.size && !tags.some((tag) => this.chosen.has(tag))) this.#choose(new Set());
    else this.apply();
  }

  #clicked(event, chip) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const slug = chip.dataset.filter;
    const shown = this.#choose(slug ? toggled(this.chosen, slug) : new Set());
    this.say(`${shown} ${shown === 1 ? "note" : "notes"} shown.`);
  }

  #choose(chosen) {
    this.chosen = chosen;
    window.history.replaceState(null, "", this.#address(chosen) + window.location.hash);
    return this.apply();
  }

  #address(chosen) {
    const parts = [...chosen].sort().map((slug) => `tag=${encodeURIComponent(slug)}`);
    if (isOff()) parts.push("quotes=off");
    return window.location.pathname + (parts.length ? `?${parts.join("&")}` : "");
  }
}

function toggled(chosen, slug) {
  const after = new Set(chosen);
  if (!after.delete(slug)) after.add(slug);
  return after;
}
