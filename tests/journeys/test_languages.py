"""The site in German, and a Hebrew article that is marked by mouse and by keyboard."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from annotations.models import Annotation
from tests import factories
from tests.browser import PATIENCE, Remote, becomes, edges, expect

pytestmark = pytest.mark.browser

HEBREW = (
    "הוועדה אומרת שהגשר חייב להיסגר מיד, וכל אחד יודע מה זה אומר.\n\n"
    "מי ישלם על הגשר (Bridge 7)? שאלה טובה, אבל אף אחד לא שאל אותה."
)
#: Where the pointer goes down and up to select a phrase that runs from right to left.
_PLACE = """(phrase) => {
  const walker = document.createTreeWalker(document.querySelector("#text"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(phrase);
    if (at < 0) continue;
    const box = (offset) => {
      const range = document.createRange();
      range.setStart(walker.currentNode, offset);
      range.setEnd(walker.currentNode, offset + 1);
      return range.getBoundingClientRect();
    };
    const [first, last] = [box(at), box(at + phrase.length - 1)];
    const [above, below] = [first.top + first.height / 2, last.top + last.height / 2];
    return [first.right - 1, above, last.left + 1, below];
  }
}"""


@pytest.fixture
def logged_in(page: Remote, live_server, alice) -> Remote:
    client = Client()
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    return page


def drag(page: Remote, phrase: str) -> None:
    x1, y1, x2, y2 = page.evaluate(_PLACE, phrase)
    page.mouse.move(x1, y1)
    page.mouse.down()
    page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2, steps=4)
    page.mouse.move(x2, y2, steps=4)
    page.mouse.up()


def settled(page: Remote) -> None:
    expect(page.locator("[data-notes-list].is-settled")).to_be_attached()
    expect(page.locator("[data-personal-masthead] form")).to_be_attached()


def test_german_is_chosen_without_script_and_stays(
    browser, live_server, transactional_db, codebook
):
    article = factories.make_article()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(article.get_absolute_url())
    page.get_by_role("link", name="Language: English").click()
    page.get_by_label("Deutsch").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{article.get_absolute_url()}")
    expect(page.get_by_role("heading", name="Anmerkungen")).to_be_visible()
    expect(page.get_by_role("link", name="Antwort schreiben")).to_be_visible()
    # What people have written is in the language of the site.
    expect(page.locator("#text")).to_have_attribute("lang", "en")
    context.close()


def test_scripts_speak_german(logged_in, live_server, alice, codebook):
    page = logged_in
    article = factories.make_article()
    page.context.add_cookies([{"name": "language", "value": "de", "url": live_server.url}])
    page.goto(article.get_absolute_url())
    settled(page)
    page.locator("#text").focus()
    page.keyboard.press("s")
    expect(page.get_by_role("application", name="Mit der Tastatur auswählen")).to_be_focused()
    expect(page.locator("[data-place]")).to_contain_text("Artikel: Satz 1 von")
    page.keyboard.press("Escape")
    expect(page.locator("[data-status]")).to_have_text("Verlassen.")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Tasten")).to_contain_text("Nächste Anmerkung")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_masthead_takes_two_lines_on_a_phone_and_one_on_a_tablet(
    logged_in, live_server, alice, rules, language
):
    alice.is_moderator = True
    alice.display_name = "Alice Liddell"
    alice.save(update_fields=["is_moderator", "display_name"])
    page = logged_in
    page.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    for wide, lines in ((360, 2), (390, 2), (768, 1)):
        page.set_viewport_size({"width": wide, "height": 700})
        page.goto("/rules/")
        tops = page.locator(".masthead :is(a, button)").evaluate_all(
            "all => [...new Set(all.map((one) => Math.round(one.getBoundingClientRect().top)))]"
        )
        assert len(tops) == lines, (wide, tops)
        # Of a name there is enough left to know it by.
        assert page.locator(".masthead-you").evaluate("(one) => one.clientWidth") >= 70


def stands_left_of(one, other):
    becomes(lambda: edges(one)["right"] <= edges(other)["left"])


def test_a_hebrew_passage_is_marked_by_mouse(logged_in, dan, codebook):
    page = logged_in
    article = factories.make_article(author=dan, title="הגשר", source=HEBREW, language="he")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(article.get_absolute_url())
    settled(page)
    for phrase in ("חייב להיסגר", "הגשר (Bridge 7)? שאלה"):
        drag(page, phrase)
        page.get_by_role("button", name="Annotate").click()
        form = page.get_by_role("dialog", name="Annotate this passage")
        expect(form.locator("[data-quote]")).to_have_text(phrase)
        expect(form.locator("[data-quote]")).to_have_css("direction", "rtl")
        form.get_by_label("Question").check()
        form.get_by_label("Note").fill("מי אומר?")
        form.get_by_role("button", name="Save note").click()
        expect(form).to_have_count(0)
        note = Annotation.objects.get(quote=phrase)
        text = article.post.current.text
        assert text[note.start : note.end] == phrase
        mark = page.locator(f'#text mark[data-notes~="{note.pk}"]')
        expect(mark).to_have_text([phrase])
        # In the margin at the end of the lines, which is the left one.
        stands_left_of(page.locator(f"#note-{note.pk}"), mark)


def test_a_hebrew_passage_is_marked_by_keyboard(logged_in, dan, codebook):
    page = logged_in
    article = factories.make_article(author=dan, title="הגשר", source=HEBREW, language="he")
    page.goto(article.get_absolute_url())
    settled(page)
    page.locator("#text").focus()
    page.keyboard.press("s")
    expect(page.get_by_role("application", name="Select with the keyboard")).to_be_focused()
    # Left is forward here.
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Annotate").click()
    form = page.get_by_role("dialog", name="Annotate this passage")
    form.get_by_label("Question").check()
    form.get_by_role("button", name="Save note").click()
    expect(form).to_have_count(0)
    note = Annotation.objects.get()
    text = article.post.current.text
    assert text[note.start : note.end] == note.quote
    assert len(note.quote.split()) == 2
    assert note.quote in text.split("\n")[0]
