"""A discussion in the browser: its order, answers folded away, a long one's parts, what is news."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.accounts.models import User
from forum.discussion.actions import post_comment, revise_post
from forum.discussion.models import Article, Post
from tests.browser import becomes, expect, wait_until_whole
from tests.journeys.conftest import ARTICLE

pytestmark = pytest.mark.browser


@pytest.fixture
def article(demo) -> Article:
    return Article.objects.select_related("post").get(slug="us-china-north-korea")


@pytest.fixture
def say(article):
    """Somebody else posts."""
    author = User.objects.exclude(username="reader").order_by("pk")[0]

    def post(words: str, parent: Post | None = None) -> Post:
        made, _ = post_comment(author=author, article=article, source=words, parent=parent)
        return made

    return post


def edit(post: Post, words: str) -> None:
    """Its author changes it."""
    assert post.author
    revise_post(editor=post.author, post=post, source=words)


def first_answered(article: Article) -> Post:
    """The first response that has answers."""
    responses = Post.objects.filter(root=article.pk, kind="comment", note=None)
    return responses.filter(answers__kind="comment").order_by("number")[0]


def response(page, post: Post):
    return page.locator(f"#comment-{post.pk}")


def ids(page) -> list[str]:
    return list(page.evaluate("[...document.querySelectorAll('.response')].map(({ id }) => id)"))


def ask_for_news(page) -> None:
    """Let time pass until the page asks, and hears, whether there is news."""
    with page.expect_response("**/news/**") as answer:
        page.clock.run_for(31_000)
    answer.value.finished()


def show_all(page, name: str) -> None:
    """Follow the link that shows more responses as long as there is one."""
    while page.get_by_role("link", name=name).count():
        shown = len(ids(page))
        page.get_by_role("link", name=name).click()
        expect(page.locator(".response")).not_to_have_count(shown)


def test_the_order_is_chosen_and_kept_in_the_address(page, article):
    page.goto(ARTICLE)
    before = ids(page)
    page.get_by_role("link", name="Newest first").click()
    page.wait_for_url("**sort=newest**")
    becomes(lambda: ids(page) != before)
    becomes(lambda: sorted(ids(page)), sorted(before))
    expect(page.get_by_role("link", name="Newest first")).to_have_attribute("aria-current", "true")
    page.reload()
    expect(page.get_by_role("link", name="Newest first")).to_have_attribute("aria-current", "true")


def test_answers_fold_away_and_stay_so_until_one_is_wanted(page, article):
    top = first_answered(article)
    answer = top.answers.filter(kind="comment").order_by("pk")[0]
    page.goto(ARTICLE)
    fold = response(page, top).locator("[data-fold]").first
    fold.focus()
    page.keyboard.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(response(page, answer)).to_be_hidden()
    page.reload()
    expect(response(page, answer)).to_be_hidden()
    page.evaluate(f"location.hash = 'comment-{answer.pk}'")
    expect(response(page, answer)).to_be_visible()
    page.get_by_role("button", name="Hide all answers").click()
    expect(response(page, answer)).to_be_hidden()
    page.get_by_role("button", name="Show all answers").click()
    expect(response(page, answer)).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_what_others_post_waits_to_be_shown_and_moves_nothing(page, article, say, width):
    top = first_answered(article)
    page.set_viewport_size({"width": width, "height": 800})
    page.clock.install()
    page.goto(ARTICLE)
    last = Post.objects.filter(root=article.pk, number__isnull=False).order_by("-number")[0]
    ask_for_news(page)
    expect(page.locator(".thread-news")).to_have_count(0)
    answer = say("An answer that comes while this is read.", top)
    say("A response that comes while this is read.")
    edit(last, "These are other words now.")
    ask_for_news(page)
    offer = page.get_by_role("button", name="2 new responses, 1 response edited")
    expect(offer).to_be_visible()
    expect(response(page, answer)).to_have_count(0)
    response(page, last).evaluate("(element) => element.scrollIntoView({ block: 'center' })")
    place = "(element) => element.querySelector('.response-number').getBoundingClientRect().top"
    before = response(page, last).evaluate(place)
    offer.click()
    expect(response(page, answer)).to_be_visible()
    expect(response(page, last)).to_contain_text("These are other words now.")
    assert abs(response(page, last).evaluate(place) - before) < 2
    expect(page.locator(".is-new")).to_have_count(3)
    answers = response(page, top).locator(".responses").first
    expect(answers.locator(f"#comment-{answer.pk}")).to_have_count(1)
    page.get_by_role("button", name="Go there").click()
    expect(response(page, answer)).to_be_in_viewport()
    # It is what a page made now shows.
    shown = ids(page)
    page.goto(ARTICLE)
    becomes(lambda: ids(page), shown)


def test_a_reply_that_is_being_written_stays_while_news_come(log_in, article, say):
    page = log_in("reader")
    page.clock.install()
    page.goto(ARTICLE)
    top = first_answered(article)
    response(page, top).get_by_role("link", name="Reply").first.click()
    field = response(page, top).get_by_label("Your reply")
    field.fill("Half a thought")
    ask_for_news(page)
    edit(top, "Asked in other words.")
    say("And another one.", top)
    ask_for_news(page)
    page.get_by_role("button", name="1 new response, 1 response edited").click()
    expect(response(page, top)).to_contain_text("Asked in other words.")
    expect(field).to_have_value("Half a thought")


def test_a_response_is_endorsed_and_no_longer(log_in, article, say):
    post = say("Something worth a yes.")
    page = log_in("reader")
    page.goto(ARTICLE)
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    endorse = response(page, post).locator("[data-endorse]")
    endorse.focus()
    page.keyboard.press("Enter")
    expect(endorse).to_have_attribute("aria-pressed", "true")
    expect(endorse).to_contain_text("1")
    expect(page.locator("[data-status]")).to_have_text("You endorse it.")
    page.reload()
    expect(endorse).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Most endorsed").click()
    expect(page.locator(".response").first).to_have_attribute("id", f"comment-{post.pk}")
    # Until the page knows who reads it, the link leads to a page that asks the same.
    expect(endorse).to_have_attribute("aria-pressed", "true")
    endorse.click()
    expect(endorse).to_have_attribute("aria-pressed", "false")
    assert not post.endorsements.exists()


def test_a_stranger_is_led_to_log_in_and_back(page, article, say):
    post = say("Something worth a yes.")
    page.goto(ARTICLE)
    response(page, post).locator("[data-endorse]").click()
    page.wait_for_url("**/accounts/login/**")
    page.get_by_label("User name or e-mail").fill("reader")
    page.get_by_label("Password", exact=True).fill("postil-demo")
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Endorse it").click()
    page.wait_for_url(f"**#comment-{post.pk}")
    expect(response(page, post).locator("[data-endorse-count]")).to_have_text("1")


@pytest.fixture
def long(article, say, monkeypatch):
    """A discussion in parts of five."""
    monkeypatch.setattr("annotations.page.thread.FIRST", 5)
    monkeypatch.setattr("annotations.page.thread.PAGE", 5)
    monkeypatch.setattr("forum.discussion.lookup.FIRST", 5)
    for number in range(12):
        say(f"Said for the {number}th time.")
    order = Post.objects.filter(root=article.pk, kind="comment", note=None)
    return order.order_by("number")


def test_the_rest_of_a_long_discussion_comes_into_its_place(page, long):
    page.goto(ARTICLE)
    first = ids(page)
    assert len(first) < long.count()
    show_all(page, "Show more responses")
    becomes(lambda: ids(page)[: len(first)], first)
    becomes(lambda: len(set(ids(page))) == len(ids(page)) == long.count())


@pytest.mark.parametrize("begin", ["first", "last"])
def test_all_of_a_long_discussion_comes_at_once(page, long, begin):
    """So that the browser's own search, and what is printed, has all of it."""
    page.goto(ARTICLE if begin == "first" else f"/posts/{long.last().pk}/")
    page.get_by_role("button", name="Show all, to search or print").last.click()
    expect(page.locator(".thread-more")).to_have_count(0)
    becomes(lambda: len(set(ids(page))), long.count())
    assert len(ids(page)) == long.count()


def test_a_permalink_opens_the_part_it_leads_to(page, long):
    last = long.last()
    page.goto(f"/posts/{last.pk}/")
    expect(response(page, last)).to_be_in_viewport()
    show_all(page, "Show earlier responses")
    becomes(lambda: len(ids(page)), long.count())
    # An address from before there were parts.
    page.goto("/")
    page.goto(f"{ARTICLE}#comment-{last.pk}")
    page.wait_for_url(f"**at={last.pk}#comment-{last.pk}")
    expect(response(page, last)).to_be_in_viewport()


#: What shifts by itself, in window.shifted; not the cursor of the strip, which is where one reads.
_SHIFTED = """
  window.shifted = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput || value < 0.001) continue;
      window.shifted.push([value, sources.map(({ node }) => node?.className)]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""
#: From top to bottom in leaps, so that much comes into the window at once.
_LEAP = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight * 2) {
    scrollTo({ top: y, behavior: "instant" });
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  }
  // What shifted is told a moment later.
  await new Promise((done) => setTimeout(done, 100));
}"""


def test_on_a_phone_nothing_shifts_while_a_long_discussion_is_read(page, long, say, monkeypatch):
    monkeypatch.setattr("annotations.page.thread.FIRST", 25)
    monkeypatch.setattr("annotations.page.thread.PAGE", 90)
    said = timezone.now() - timedelta(minutes=42)
    for more in range(48):
        post = Post.objects.filter(pk=say("Nothing of this may shift.").pk)
        # To a name of some of these lengths "42 minutes ago" takes another line than the day.
        post.update(author_name="W" * (15 + more % 7), created_at=said)
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(_SHIFTED)
    page.goto(f"{ARTICLE}#responses")
    wait_until_whole(page)
    page.evaluate(_LEAP)
    show_all(page, "Show more responses")
    becomes(lambda: len(ids(page)), long.count())
    page.evaluate(_LEAP)
    becomes(lambda: page.get_by_text("42 minutes ago").count(), 48)
    assert page.evaluate("window.shifted") == []
