import assert from "node:assert/strict";
import { beforeEach, it, mock } from "node:test";

import { Drafts } from "../../annotations/static/annotations/drafts.js";

const DAY = 24 * 60 * 60 * 1000;

/** As much of a Storage as drafts touch: what is stored are its own keys. */
class Store {
  getItem(key) {
    return this[key] ?? null;
  }
  setItem(key, value) {
    this[key] = String(value);
  }
  removeItem(key) {
    delete this[key];
  }
}

let store;
const draftsOf = (person, article = "7") => {
  const drafts = new Drafts(article, () => store);
  drafts.belongTo(person);
  return drafts;
};

beforeEach(() => {
  store = new Store();
  mock.timers.reset();
});

it("a draft waits for its writer, on its article, until it is dropped", () => {
  draftsOf(1).set("note", { note: "Hm." });
  assert.equal(draftsOf(1).get("note").note, "Hm.");
  assert.equal(draftsOf(2).get("note"), null);
  assert.equal(draftsOf(1, "8").get("note"), null);
  assert.equal(draftsOf(null).get("note"), null);
  draftsOf(2).drop("note");
  assert.ok(draftsOf(1).get("note"));
  draftsOf(1).drop("note");
  assert.equal(draftsOf(1).get("note"), null);
});

it("nobody's drafts are not kept", () => {
  assert.equal(draftsOf(undefined).set("note", {}), false);
  assert.deepEqual(Object.keys(store), []);
});

it("drafts have names", () => {
  const drafts = draftsOf(1);
  for (const name of ["note", "response 3", "response 12"]) drafts.set(name, {});
  draftsOf(2).set("response 5", {});
  assert.deepEqual(drafts.names("response ").sort(), ["response 12", "response 3"]);
});

it("after a day it is gone, whoever comes", () => {
  mock.timers.enable({ apis: ["Date"], now: DAY });
  draftsOf(1).set("note", { note: "Hm." });
  mock.timers.setTime(2 * DAY - 1);
  assert.ok(draftsOf(1).get("note"));
  mock.timers.setTime(2 * DAY);
  assert.equal(draftsOf(1).get("note"), null);
  store.setItem("other", "x");
  draftsOf(2);
  assert.deepEqual(Object.keys(store), ["other"]);
});

it("storage that is forbidden, full or full of nonsense breaks nothing", () => {
  const forbidden = new Drafts("7", () => {
    throw new Error("SecurityError");
  });
  forbidden.belongTo(1);
  assert.equal(forbidden.set("note", {}), false);
  assert.equal(forbidden.get("note"), null);
  assert.deepEqual(forbidden.names(), []);
  forbidden.drop("note");
  store.setItem("draft 1 7 note", "{not json");
  assert.equal(draftsOf(1).get("note"), null);
});
