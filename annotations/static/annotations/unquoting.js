/** What a post quotes, and what is quoted of it, while it is withdrawn on this page. */

/** The quoted passages that are there with a post: those of its own words, and what they quote. */
export class Quoted {
  /**
   * @param {HTMLElement} post
   * @param {Element[]} own the parts of it that are its own, and not an answer's
   * @param {import("./notes.js").Notes} notes
   */
  constructor(post, own, { reading, entries }) {
    this.reading = reading;
    this.passages = entries.filter(({ passage }) => passage);
    this.of = this.passages.filter(({ target }) => `comment-${target}` === post.id);
    const keys = own
      .flatMap((part) => [...part.querySelectorAll("[data-quote]")])
      .flatMap(({ dataset }) => dataset.quote.split(" "));
    const addresses = new Set(keys.map((key) => `#quote-${key}`));
    this.links = [...reading.querySelectorAll(".quoted-go, [data-passage] a")].filter((link) =>
      addresses.has(link.getAttribute("href")),
    );
  }

  /** Take them away, or let them be there again. */
  take(away) {
    for (const link of this.links) {
      link.hidden = away;
      const between = link.previousElementSibling?.previousElementSibling
        ? link.previousElementSibling
        : link.nextElementSibling;
      if (link.closest("[data-passage]") && between?.matches(".note-quoted-by")) between.hidden = away;
    }
    for (const entry of this.passages) {
      const quotes = [...entry.item.querySelectorAll("a")];
      entry.gone = (away && this.of.includes(entry)) || quotes.every((link) => link.hidden);
      entry.item.hidden = entry.gone;
    }
    const gone = new Set(this.passages.filter((entry) => entry.gone).map(({ passage }) => passage));
    for (const words of this.reading.querySelectorAll("[data-quoted]")) {
      words.classList.toggle("quoted", words.dataset.quoted.split(" ").some((key) => !gone.has(key)));
    }
    for (const more of this.reading.querySelectorAll('.quoted-go[href^="#quoted-by-"]')) {
      more.hidden = gone.has(more.hash.slice("#quoted-by-".length));
    }
    const count = this.reading.querySelector(".chip-quoted .chip-count");
    if (count) count.textContent = String(this.passages.length - gone.size);
  }
}
