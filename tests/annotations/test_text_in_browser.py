"""The vectors again, in a real browser: its DOM, not ours, has the last word."""

from __future__ import annotations

import json

import pytest

from tests.annotations.test_text import VECTORS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = """async (cases) => {
  const { BodyText } = await import("/static/annotations/text.js");
  return cases.map(({ html }) => {
    const root = document.createElement("div");
    root.innerHTML = html;
    const body = new BodyText(root);
    return { html: root.innerHTML, text: body.text, length: body.length };
  });
}"""

#: Every passage of up to twelve code points: made into a range, and read back from it.
ROUND_TRIPS = """async (cases) => {
  const { BodyText } = await import("/static/annotations/text.js");
  const wrong = [];
  for (const { name, html } of cases) {
    const root = document.createElement("div");
    root.innerHTML = html;
    document.body.append(root);
    const body = new BodyText(root);
    for (let start = 0; start < body.length; start += 1) {
      const end = Math.min(start + 12, body.length);
      const quote = body.slice(start, end);
      if (quote !== quote.trim()) continue;
      const range = document.createRange();
      const points = body.points(start, end);
      range.setStart(...points.start);
      range.setEnd(...points.end);
      const { startContainer, startOffset, endContainer, endOffset } = range;
      const found = body.passage(startContainer, startOffset, endContainer, endOffset);
      if (found?.start !== start || found?.end !== end) wrong.push([name, start, end, found]);
    }
    root.remove();
  }
  return wrong;
}"""

MARKS = """async (cases) => {
  const { mark, unmark } = await import("/static/annotations/marks.js");
  const { BodyText } = await import("/static/annotations/text.js");
  return cases.map(({ html, notes }) => {
    const root = document.createElement("div");
    root.innerHTML = html;
    const before = new BodyText(root).text;
    mark(root, notes);
    const marked = root.innerHTML;
    const same = new BodyText(root).text === before;
    unmark(root);
    return { marked, same, unmarked: root.innerHTML };
  });
}"""


def vectors(name):
    return json.loads((VECTORS / name).read_text())


@pytest.fixture
def site(page):
    page.goto("/rules/")
    return page


def test_chromium_reads_the_same_text(site):
    cases = vectors("text.json")
    for case, seen in zip(cases, site.evaluate(TEXTS, cases), strict=True):
        assert seen["text"] == case["text"], case["name"]
        assert seen["length"] == len(case["text"]), case["name"]


def test_chromium_finds_every_passage_again(site):
    assert site.evaluate(ROUND_TRIPS, vectors("text.json")) == []


def test_chromium_writes_the_marks_of_the_server(site):
    cases = vectors("segments.json")
    for case, seen in zip(cases, site.evaluate(MARKS, cases), strict=True):
        assert seen == {"marked": case["marked"], "same": True, "unmarked": case["html"]}
