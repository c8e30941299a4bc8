/**
 * What a person is writing, kept in this tab for as long as it is open and a day at most, so that
 * loading the page again loses nothing. Nobody else who logs in is shown it. Where the browser
 * keeps nothing, nothing is kept, and all else goes on.
 */

/** How long a draft waits, in milliseconds. */
const LIFETIME = 24 * 60 * 60 * 1000;
const PREFIX = "draft";
/** What the draft of an annotation is called. */
export const NOTE = "note";
/** What begins the names of those that were put aside for another passage. */
export const ASIDE = "note on ";

export class Drafts {
  /**
   * @param {string} article the id of the article that they belong to
   * @param {() => Storage} storage asked for each time, for asking may be forbidden
   */
  constructor(article, storage = () => window.sessionStorage) {
    this.article = article;
    this.storage = storage;
    this.person = null;
  }

  /** Whose drafts these are. Without a person there are none. */
  belongTo(person) {
    this.person = person ?? null;
    this.#sweep();
  }

  /** The draft called `name`, or null. */
  get(name) {
    return this.person === null ? null : this.#read(this.#key(name));
  }

  /** Keep `draft` under `name`. False: it cannot be kept. */
  set(name, draft) {
    if (this.person === null) return false;
    try {
      this.storage().setItem(this.#key(name), JSON.stringify({ ...draft, at: Date.now() }));
      return true;
    } catch {
      return false;
    }
  }

  drop(name) {
    this.#try((storage) => storage.removeItem(this.#key(name)));
  }

  /** The names of all drafts that begin with `prefix`. */
  names(prefix = "") {
    if (this.person === null) return [];
    const begin = this.#key(prefix);
    return this.#keys()
      .filter((key) => key.startsWith(begin) && this.#read(key))
      .map((key) => key.slice(this.#key("").length));
  }

  #key(name) {
    return `${PREFIX} ${this.person} ${this.article} ${name}`;
  }

  #read(key) {
    const draft = this.#try((storage) => JSON.parse(storage.getItem(key)));
    return draft && Date.now() - draft.at < LIFETIME ? draft : null;
  }

  #keys() {
    return this.#try((storage) => Object.keys(storage)) ?? [];
  }

  /** Forget what has waited too long, whoever wrote it. */
  #sweep() {
    for (const key of this.#keys()) {
      if (!key.startsWith(`${PREFIX} `) || this.#read(key)) continue;
      this.#try((storage) => storage.removeItem(key));
    }
  }

  #try(act) {
    try {
      return act(this.storage());
    } catch {
      return null;
    }
  }
}
