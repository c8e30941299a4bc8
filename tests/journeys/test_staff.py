"""Course staff publish an article, revise it, and download its annotations."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from annotations.models import Placement
from forum.discussion.models import Article, Revision
from tests.browser import expect, wait_until_whole
from tests.journeys.conftest import ARTICLE, annotate

pytestmark = pytest.mark.browser

TEXT = """The harbour was dredged in spring, and **nobody** asked the fishers.

## What was said

- “It had to be done” – the mayor
- It was *not* done before 🐟

The fishers, for their part, have stopped asking.
"""


def test_publishing_annotating_revising(log_in_by_form):
    page = log_in_by_form("staff")
    page.goto("/staff/articles/")
    page.get_by_role("link", name="New article").first.click()
    page.get_by_label("Title").fill("Who asked the fishers?")
    page.get_by_label("Byline").fill("Mara Quill")
    page.get_by_label("In brief").fill("A harbour, a mayor and a silence.")
    page.locator("textarea[name=source]").fill(TEXT + "\n<script>alert(1)</script>")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("nobody asked the fishers")
    expect(page.get_by_label("Title")).to_have_value("Who asked the fishers?")
    assert not Article.objects.filter(title__startswith="Who asked").exists()
    page.locator("textarea[name=source]").fill(TEXT)
    page.locator("#article-form").get_by_role("button", name="Publish").click()
    expect(page).not_to_have_url(re.compile("/staff/articles/new/"))
    article = Article.objects.get(title="Who asked the fishers?")
    page.goto(article.get_absolute_url())
    wait_until_whole(page)
    expect(page.get_by_text("A harbour, a mayor and a silence.")).to_be_visible()

    popover = annotate(page, "#text", "nobody asked the fishers")
    popover.get_by_label("Unsupported claim").check()
    popover.get_by_role("button", name="Save").click()
    expect(page.locator(".note", has_text="Unsupported claim")).to_be_visible()

    page.goto(f"/staff/articles/{article.slug}/edit/")
    page.locator("textarea[name=source]").fill("A new opening paragraph.\n\n" + TEXT)
    page.locator("#article-form").get_by_role("button", name="Publish").click()
    expect(page).not_to_have_url(re.compile("/edit/"))
    page.goto(article.get_absolute_url())
    expect(page.locator("#text")).to_contain_text("A new opening paragraph.")
    expect(page.locator("#text mark").first).to_contain_text("nobody")
    assert article.post.current.number == 2
    placement = Placement.objects.get(revision=article.post.current)
    assert placement.state == "exact"
    text = article.post.current.text
    assert text[placement.start : placement.end] == "nobody asked the fishers"


@pytest.mark.parametrize("label", ["CSV, for statistics", "JSON Lines"])
def test_exporting(log_in, tmp_path, label):
    page = log_in("staff")
    page.goto("/staff/articles/us-china-north-korea/export/")
    page.get_by_label(label).check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    file = tmp_path / "annotations"
    download.value.save_as(str(file))
    rows = read(file, label)
    assert len(rows) >= 35
    texts = {r.pk: r.text for r in Revision.objects.all()}
    for row in rows:
        start, end = int(row["start"]), int(row["end"])
        assert texts[int(row["revision_id"])][start:end] == row["quote"]
        assert row["audience"] != "private"


def read(file: Path, label: str) -> list[dict[str, str]]:
    text = file.read_text(encoding="utf-8")
    if label.startswith("CSV"):
        return list(csv.DictReader(text.splitlines(keepends=True)))
    return [json.loads(line) for line in text.splitlines()]


def test_a_reader_neither_publishes_nor_exports(log_in):
    page = log_in("reader")
    for path in ("", "new/", "us-china-north-korea/edit/", "us-china-north-korea/export/"):
        assert page.goto(f"/staff/articles/{path}").status == 403
    assert page.goto(ARTICLE).status == 200
