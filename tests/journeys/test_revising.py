"""Course staff revise an article that has notes: the report, an orphan, and who is told."""

from __future__ import annotations

import re

import pytest

from annotations.models import Annotation, Placement, Reattachment
from forum.discussion.models import Article
from tests.browser import expect
from tests.journeys.conftest import ARTICLE, select

pytestmark = pytest.mark.browser

#: What the editor rewords, and what the editor takes out.
REWORDED = "From 2003 until 2009", "From 2003 until late in 2009"
CUT = "Its hand, and its hand alone, is on the tap."
#: Where the orphan goes.
NEW_PLACE = "When it is even half closed, Pyongyang"


def test_revising_an_article_that_has_notes(log_in, page):
    page = log_in("staff")
    article = Article.objects.get(slug=ARTICLE.strip("/").split("/")[-1])
    cut_note = Annotation.objects.get(post__parent=article.pk, quote=CUT)
    changed_note = Annotation.objects.get(post__parent=article.pk, quote=REWORDED[0])
    page.goto(f"/staff/articles/{article.slug}/edit/")
    source = article.post.current.source
    assert CUT in source
    page.locator("textarea[name=source]").fill(source.replace(*REWORDED).replace(CUT, ""))

    # The report comes first; nothing is published.
    page.locator("#article-form").get_by_role("button", name="Publish the changes").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is published yet.")
    report = page.locator("#report")
    expect(report).to_contain_text("Will be lost")
    expect(report.locator(".report-words b").first).to_contain_text(CUT)
    expect(report.locator("ins").first).to_have_text(re.compile("late in"))
    assert article.post.current.number == 1
    page.get_by_role("button", name="Publish with these changes").first.click()

    # And after it the same, with what can be done.
    page.wait_for_url(f"**/posts/{article.pk}/revisions/2/report/")
    expect(page.get_by_text("Revision 2 is published.")).to_be_visible()
    assert article.post.current.number == 2

    # A changed note says so, and leads to what it was.
    page.goto(f"{ARTICLE}#note-{changed_note.pk}")
    note = page.locator(f"#note-{changed_note.pk}")
    expect(note).to_contain_text("The passage has changed since.")
    note.get_by_role("link", name="As it was").click()
    expect(page.get_by_text("You are reading revision 1 of 2")).to_be_visible()
    expect(page.locator(f"#mark-{changed_note.pk}")).to_have_text(REWORDED[0])
    expect(page.locator(f"#note-{changed_note.pk}")).to_have_class(re.compile("is-active"))

    # The orphan is put back by selecting its new words.
    page.goto(ARTICLE)
    page.get_by_role("link", name=re.compile("without a passage")).click()
    page.locator(f"a[href='/posts/{cut_note.pk}/place/']").click()
    expect(page.locator("[data-place-hint]")).to_be_visible()
    select(page, "#text", NEW_PLACE)
    expect(page.get_by_label("The words it belongs to")).to_have_value(NEW_PLACE)
    page.get_by_label("Reason").fill("The sentence was cut; this one says the same.")
    page.locator("#place-form").get_by_role("button", name="Place it there").click()
    page.wait_for_url(f"**{ARTICLE}*")
    expect(page.locator(f"#mark-{cut_note.pk}")).to_be_visible()
    place = Placement.objects.get(annotation=cut_note, revision=article.post.current)
    assert place.revision.text[place.start : place.end] == NEW_PLACE
    assert place.method == "by hand"
    assert Reattachment.objects.get().reason.startswith("The sentence was cut")

    # Its author finds both notices.
    author = cut_note.post.author
    assert author is not None
    page.context.clear_cookies()
    page = log_in(author.username)
    page.goto("/notifications/")
    notices = page.locator(".list-item")
    expect(notices.filter(has_text="Your note has a place again")).to_have_count(1)
    expect(notices.filter(has_text="marked in").filter(has_text=article.title)).to_have_count(1)
    notices.filter(has_text="Your note has a place again").get_by_role("link").click()
    expect(page.locator(f"#note-{cut_note.pk}")).to_have_class(re.compile("is-active"))


def test_placing_works_without_script(log_in, browser, live_server):
    page = log_in("staff")
    article = Article.objects.get(slug=ARTICLE.strip("/").split("/")[-1])
    note = Annotation.objects.filter(post__parent=article.pk, post__audience="public").first()
    assert note is not None
    plain = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
    )
    try:
        bare = plain.new_page()
        bare.goto(f"/posts/{note.pk}/place/")
        bare.get_by_label("The words it belongs to").fill("the two capitals")
        bare.locator("#place-form").get_by_role("button", name="Place it there").click()
        expect(bare.get_by_text(re.compile("These words stand in"))).to_be_visible()
        bare.get_by_role("radio").last.check()
        bare.locator("#place-form").get_by_role("button", name="Place it there").click()
        expect(bare.locator(f"#mark-{note.pk}")).to_have_text("the two capitals")
    finally:
        plain.close()
