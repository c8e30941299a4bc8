"""Quotes and passages in a real browser: following them, switching them off, marking over them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from django.urls import reverse

from annotations.models import Annotation, Quotation
from tests.annotations.test_quoting import SENTENCE
from tests.annotations.test_reading_in_browser import APART, SELECT, log_in, read
from tests.browser import becomes, expect
from tests.factories import make_annotation, make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["log_in", "read"]

#: Of every link drawn in a text: how wide and high it can be hit.
SIZES = """() => [...document.querySelectorAll(".quote-go, .quoted-go")].map((link) => {
  const { width, height } = link.getBoundingClientRect();
  return [width, height];
})"""
#: Whether the body's text, as the script reads it, is what the server stored.
TEXTS = """async () => {
  const { BodyText } = await import("/static/annotations/text.js");
  return [...document.querySelectorAll("[data-text]")].map((body) => new BodyText(body).text);
}"""


@pytest.fixture
def response(article, alice):
    return make_comment(article, author=alice, source=f"He says “{SENTENCE}”. Does he?")


def test_quote_and_passage_lead_to_each_other(page, read, response):
    pk = Quotation.objects.get().pk
    read()
    page.get_by_role("link", name="Go to the quoted passage in the article").click()
    passage = page.locator(f"#quoted-{pk}")
    expect(passage).to_be_in_viewport()
    expect(passage).to_be_focused()
    expect(passage).to_have_class(re.compile("is-shown"))
    expect(page.locator(f"#quoted-by-{pk}")).to_have_class(re.compile("is-shown"))
    page.get_by_role("link", name="Quoted in response 1").click()
    expect(page.locator(f"#quote-{pk}")).to_be_focused()
    expect(page.locator(f"#quote-{pk}")).to_be_in_viewport()
    page.go_back()
    expect(passage).to_have_class(re.compile("is-shown"))
    # The margin leads there too.
    page.locator(".note-quoted").get_by_role("link", name="response 1").click()
    expect(page.locator(f"#quote-{pk}")).to_have_class(re.compile("is-shown"))


def test_it_works_without_script(browser, live_server, article, response):
    pk = Quotation.objects.get().pk
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto(reverse("article", args=[article.slug]))
    plain.locator(".quote-go").click()
    expect(plain.locator(f"#quoted-{pk}")).to_be_in_viewport()
    plain.get_by_role("link", name=re.compile("^Quoted 1 ?, shown")).click()
    expect(plain.locator(".quoted-go")).to_be_hidden()
    plain.get_by_role("link", name=re.compile("^Quoted 1 ?, hidden")).click()
    expect(plain.locator(".quoted-go")).to_be_visible()
    context.close()


def test_positions_and_marks_are_the_same_with_quotes(page, read, log_in, article, alice, response):
    make_annotation(article, author=alice, quote="at once, and everyone")
    log_in(alice)
    read()
    texts = [article.post.current.text, response.current.text]
    becomes(lambda: page.evaluate(TEXTS), texts)
    # Over the edge of a passage that is quoted and marked already.
    page.evaluate(SELECT, ["#text", "The committee says "])
    page.evaluate(
        """() => {
          const text = document.querySelector("#text");
          const range = getSelection().getRangeAt(0);
          range.setEnd(text.querySelector(".quoted mark").firstChild, 7);
          getSelection().removeAllRanges();
          getSelection().addRange(range);
        }"""
    )
    page.mouse.move(5, 5)
    page.evaluate("document.dispatchEvent(new MouseEvent('mouseup', { bubbles: true }))")
    page.keyboard.press("Shift")
    page.get_by_role("button", name="Annotate").click()
    form = page.get_by_role("dialog", name="Annotate this passage")
    form.get_by_label("Question").check()
    form.get_by_role("button", name="Save note").click()
    expect(page.locator(".note")).to_have_count(2)
    becomes(lambda: page.evaluate(TEXTS), texts)
    made = Annotation.objects.latest("post_id")
    assert made.quote == article.post.current.text[made.start : made.end]
    assert made.quote.startswith("The committee says the bridge must close")
    expect(page.locator(f"#quoted-{Quotation.objects.get().pk}")).to_have_count(1)
    expect(page.locator(".quoted-go")).to_have_count(1)
    # What the script has written is what the server writes.
    before = page.locator("#text").inner_html()
    read()
    classes = re.compile(" is-(active|shown)")
    assert classes.sub("", page.locator("#text").inner_html()) == classes.sub("", before)


def test_switching_passages_off_and_on(page, read, article, alice, response):
    make_annotation(article, author=alice, tags=("question",))
    read()
    chip = page.locator("[data-quotes]")
    expect(page.locator(".note-quoted")).to_be_visible()
    chip.click()
    expect(page.locator(".note-quoted")).to_be_hidden()
    expect(page.locator(".quoted-go")).to_be_hidden()
    expect(page.locator(".note")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?quotes=off$"))
    page.get_by_role("link", name="Question").click()
    expect(page).to_have_url(re.compile(r"\?tag=question&quotes=off$"))
    page.reload()
    expect(page.locator(".note-quoted")).to_be_hidden()
    expect(page.locator(".note")).to_be_visible()
    chip.click()
    expect(page.locator(".note-quoted")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?tag=question$"))


def test_filtering_leaves_quotes_where_they_are(page, read, article, alice, response):
    make_annotation(article, author=alice, tags=("bias-claim",))
    read()
    page.get_by_role("link", name="Question").click()
    expect(page.locator(".note")).to_be_hidden()
    expect(page.locator(".note-quoted")).to_be_visible()
    becomes(lambda: "".join(page.locator("#text .quoted").all_inner_texts()), SENTENCE)
    page.get_by_role("link", name="Question").click()
    expect(page.locator(".note")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_links_can_be_hit_and_nothing_overflows(page, read, article, alice, response, width):
    for index in range(3):
        make_annotation(article, author=alice, quote="everyone knows", note=f"Note {index}.")
    page.set_viewport_size({"width": width, "height": 900})
    read()
    for size in page.evaluate(SIZES):
        assert min(size) >= 24, size
    becomes(lambda: page.evaluate("document.documentElement.scrollWidth") <= width)
    chip = page.locator("[data-quotes]")
    if width < 600:
        expect(chip).to_be_hidden()
        page.get_by_role("button", name="Filter").click()
    expect(chip).to_be_in_viewport()
    if width >= 1000:
        becomes(lambda: page.evaluate(APART))
        becomes(lambda: page.evaluate(APART.replace(".note", ".note-quoted")))


def test_a_mark_goes_on_beneath_the_sign(page, read, article, alice):
    source = "“The committee says the bridge must close at once”!"
    make_comment(article, author=alice, source=source)
    make_annotation(article, author=alice, quote="at once, and everyone")
    page.set_viewport_size({"width": 1280, "height": 900})
    read()
    ends = page.locator("#text mark").evaluate_all(
        "marks => marks.map((mark) => mark.getBoundingClientRect())"
        ".map(({ left, right }) => [left, right])"
    )
    assert len(ends) > 1
    assert all(abs(right - left) < 1 for (_, right), (left, _) in pairwise(ends))
    # A pointer that is elsewhere leaves the text alone; the keyboard finds the sign all the same.
    sign = page.get_by_role("link", name="Quoted in response 1")
    expect(sign).to_have_css("opacity", "0")
    sign.focus()
    page.keyboard.press("Shift")
    expect(sign).to_have_css("opacity", "1")
    page.locator("#text").hover()
    page.locator("#text p").first.hover()
    expect(sign).to_have_css("opacity", "1")


@pytest.mark.parametrize("address", ["article", "quotes"])
def test_it_is_accessible(page, read, log_in, article, alice, response, address):
    axe = pytest.importorskip("axe_playwright_python.base")
    from axe_playwright_python.sync_playwright import Axe

    assert axe
    log_in(alice)
    if address == "article":
        read()
    else:
        page.goto(reverse("post-quotes", args=[response.pk]))
        page.locator("summary").first.click()
    results = page._run(Axe().run, page._target)
    assert results.violations_count == 0, results.generate_report()
