"""axe on every page of the site, light and wide, dark and narrow.

An address that is listed nowhere here fails the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from annotations.models import Annotation
from forum.accounts.models import User
from forum.discussion.actions import post_comment, withdraw_post
from forum.discussion.models import Article, Post
from forum.discussion.publishing import revise_article
from forum.moderation.models import Case
from forum.notifications.preferences import link_to_stop
from tests.browser import expect, wait_until_whole
from tests.snapshot import bring_demo


def stop_token() -> str:
    """What stands in the link that stops e-mails to the reader."""
    reader = User.objects.get(username=READER)
    return link_to_stop(reader, ["reply"]).rstrip("/").rpartition("/")[2]


#: Addresses with a name that show nothing to look at, and why.
NOT_PAGES = {
    "article-personal": "JSON for the reading page",
    "article-news": "JSON and parts for the reading page",
    "annotate": "takes forms only",
    "post": "leads to the post in its place",
    "case-decide": "takes forms only",
    "case-reopen": "takes forms only",
    "article-publish": "takes forms only",
    "export-download": "a file",
    "notifications-read": "takes forms only",
    "account_confirm_login_code": "log-in by code is off: leads to the log-in page",
    "account_set_password": "for accounts without a password: leads to the change of it",
    "styleguide": "for those who work on the site; it has a test of its own",
    "media": "a file",
    "article-feed": "Atom",
    "notes-feed": "Atom",
    "feed": "Atom",
    "oembed": "JSON for other sites",
    "robots": "for crawlers",
    "sitemap": "for crawlers",
    "django.contrib.sitemaps.views.sitemap": "for crawlers",
    "healthz": "JSON for machines",
    "readyz": "JSON for machines",
    "api-docs": "made by Swagger UI",
}
#: How each role is called in the demo.
STRANGER, READER, MODERATOR, STAFF, ADMIN = "", "reader", "moderator", "staff", "admin"


@dataclass(frozen=True, slots=True)
class World:
    """What the addresses are about."""

    article: Article
    revised: Article
    comment: Post
    withdrawn: Post
    note: Post
    case: Case
    reader: User


#: The role that sees most of a page, and the arguments of its address.
PAGES: dict[str, tuple[str, Callable[[World], tuple[object, ...]]]] = {
    "home": (ADMIN, lambda world: ()),
    "article": (READER, lambda world: (world.article.slug,)),
    "respond": (READER, lambda world: (world.article.slug,)),
    "post-edit": (READER, lambda world: (world.comment.pk,)),
    "post-history": (READER, lambda world: (world.revised.pk,)),
    "post-revision": (READER, lambda world: (world.revised.pk, 1)),
    "revision-report": (STAFF, lambda world: (world.revised.pk, 2)),
    "annotation-place": (STAFF, lambda world: (world.note.pk,)),
    "post-withdraw": (READER, lambda world: (world.comment.pk,)),
    "post-reinstate": (READER, lambda world: (world.withdrawn.pk,)),
    "post-flag": (MODERATOR, lambda world: (world.comment.pk,)),
    "post-endorse": (MODERATOR, lambda world: (world.comment.pk,)),
    "post-quotes": (READER, lambda world: (world.comment.pk,)),
    "codebook": (READER, lambda world: ("critical-reading",)),
    "rules": (READER, lambda world: ()),
    "moderation": (MODERATOR, lambda world: ()),
    "case": (MODERATOR, lambda world: (world.case.pk,)),
    "staff-articles": (STAFF, lambda world: ()),
    "article-new": (STAFF, lambda world: ()),
    "article-edit": (STAFF, lambda world: (world.article.slug,)),
    "article-orphans": (STAFF, lambda world: (world.revised.slug,)),
    "export": (STAFF, lambda world: (world.article.slug,)),
    "you": (READER, lambda world: ()),
    "notifications": (READER, lambda world: ()),
    "article-follow": (READER, lambda world: (world.article.slug,)),
    "notifications-settings": (READER, lambda world: ()),
    "notifications-stop": (STRANGER, lambda world: (stop_token(),)),
    "account_login": (STRANGER, lambda world: ()),
    "account_logout": (READER, lambda world: ()),
    "account_inactive": (STRANGER, lambda world: ()),
    "account_signup": (STRANGER, lambda world: ()),
    "account_reauthenticate": (READER, lambda world: ()),
    "account_email": (READER, lambda world: ()),
    "account_email_verification_sent": (STRANGER, lambda world: ()),
    "account_change_password": (READER, lambda world: ()),
    "account_reset_password": (STRANGER, lambda world: ()),
    "account_confirm_email": (STRANGER, lambda world: (_confirmation_of(world.reader),)),
    "account_reset_password_from_key_done": (STRANGER, lambda world: ()),
    "account_reset_password_from_key": (
        STRANGER,
        lambda world: (
            user_pk_to_url_str(world.reader),
            default_token_generator.make_token(world.reader),
        ),
    ),
    "account_reset_password_done": (STRANGER, lambda world: ()),
}
#: Addresses that no name leads to: what goes wrong, and what a query changes.
OTHERS = [
    (READER, "/nowhere/", 404),
    (READER, "/moderation/", 403),
    (READER, "/?x=%00", 400),
    (STRANGER, "/articles/reading-arguments/?tag=question", 200),
]


def _confirmation_of(person: User) -> str:
    address = EmailAddress.objects.get_or_create(user=person, email=person.email)[0]
    return str(EmailConfirmationHMAC(address).key)


def named(patterns: list[Any]) -> Iterator[str]:
    """The names of all addresses that are ours or allauth's; those of the admin are Django's."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace is None:
                yield from named(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name


def test_no_page_is_forgotten():
    names = {name for name in named(get_resolver().url_patterns) if not name.startswith("api-")}
    assert names - {*PAGES, *NOT_PAGES} == set()
    assert {*PAGES, *NOT_PAGES} - {"api-docs"} - names == set()


@pytest.fixture
def world(transactional_db) -> World:
    bring_demo()
    people = {name: User.objects.get(username=name) for name in (READER, STAFF)}
    article = Article.objects.get(slug="us-china-north-korea")
    revised = Article.objects.get(slug="parking-minimums")
    quote = "> each was adopted without a single vote against it\n\nIs that so?"
    comment, _ = post_comment(author=people[READER], article=article, source=quote)
    withdrawn, _ = post_comment(author=people[READER], article=article, source="Not this.")
    withdraw_post(author=people[READER], post=withdrawn)
    note = Annotation.objects.filter(revision__post=revised.pk).order_by("start").first()
    assert note
    source = revised.post.current.source.replace(note.quote, "Nothing of the sort.")
    revise_article(editor=people[STAFF], article=revised, source=source)
    case = Case.objects.filter(post__parent__isnull=False).order_by("pk").first()
    assert case
    return World(article, revised, comment, withdrawn, note.post, case, people[READER])


#: Into how many tests the pages of a role are parted, for several workers to share.
PARTS = {STRANGER: 2, READER: 3, MODERATOR: 1, STAFF: 1, ADMIN: 1}
SHARES = [(role, part) for role, parts in PARTS.items() for part in range(parts)]
#: A theme, and how wide the window is. 320 pixels are one of 1280 at a zoom of 400 %.
LOOKS = [("light", 1280), ("dark", 320)]
CROSSED = [(theme, width) for theme in ("light", "dark") for width in (1280, 320)]


def pages_of(role: str, world: World) -> list[tuple[str, int]]:
    """The addresses at which ``role`` looks, and what each answers."""
    pages = [
        (reverse(name, args=arguments(world)), 200)
        for name, (username, arguments) in PAGES.items()
        if username == role
    ]
    return pages + [(address, status) for username, address, status in OTHERS if username == role]


class Auditor:
    """A browser in which somebody looks at pages, and axe with them."""

    def __init__(self, browser: Any, address: str, theme: str, width: int) -> None:
        axe = pytest.importorskip("axe_playwright_python.sync_playwright")
        self.script = axe.Axe().axe_script
        self.theme, self.width = theme, width
        self.context = browser.new_context(
            base_url=address,
            color_scheme=theme,
            viewport={"width": width, "height": 800},
            # Colours on their way from one to another are neither.
            reduced_motion="reduce",
        )
        self.page = self.context.new_page()
        self.page.goto("/healthz")
        self.found: list[str] = []

    def become(self, username: str) -> None:
        if username:
            client = Client()
            client.force_login(User.objects.get(username=username))
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            url = self.page.evaluate("() => location.origin")
            self.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}]
            )

    def open(self, address: str, status: int = 200) -> None:
        """Go there, and wait until its scripts have put in what they fetch."""
        response = self.page.goto(address)
        wait_until_whole(self.page)
        if response.status != status:
            self.found.append(f"{address}: answers {response.status}, not {status}")

    def look(self, what: str, part: str = "html", *, off: Sequence[str] = ()) -> None:
        """Let axe look at ``part`` of the page as it is, without the rules that are ``off``."""
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(self.script)
        if over := self.page.evaluate(_TOO_WIDE):
            self.found.append(f"{what}: {over} pixels wider than {self.width}")
        self.found += [
            f"{what} ({self.theme}, {self.width}): {problem}"
            for problem in self.page.evaluate(_PROBLEMS, [part, list(off)])
        ]


_TOO_WIDE = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"
_PROBLEMS = """async ([part, off]) => {
  const rules = { "target-size": { enabled: true } };
  for (const rule of off) rules[rule] = { enabled: false };
  const { violations } = await axe.run(part, { rules, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) =>
    `${id}: ${node.target} ${node.html.slice(0, 160)} ${node.failureSummary.split("\\n")[1]}`));
}"""


@pytest.fixture
def auditor(browser, live_server, theme, width) -> Iterator[Auditor]:
    auditor = Auditor(browser, live_server.url, theme, width)
    yield auditor
    auditor.context.close()
    assert not auditor.found, "\n".join(auditor.found)


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), LOOKS)
@pytest.mark.parametrize(("role", "part"), SHARES)
def test_axe_finds_nothing(auditor, world, role, part):
    auditor.become(role)
    for address, status in pages_of(role, world)[part :: PARTS[role]]:
        auditor.open(address, status)
        auditor.look(address)


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), CROSSED)
def test_axe_finds_nothing_in_what_opens(auditor, world):
    page = auditor.page
    auditor.become(READER)
    auditor.open(world.article.get_absolute_url())
    page.get_by_role("button", name="Display").click()
    expect(page.get_by_role("dialog", name="Display")).to_be_visible()
    auditor.look("the Display menu", "#display")
    page.get_by_role("button", name="Show all keys").click()
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Show this map")
    auditor.look("the map of keys", "#keys")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filter").click()
    page.get_by_text("Notes by section").click()
    expect(page.locator("[data-sections] li").first).to_be_visible()
    auditor.look("the filter")


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), CROSSED)
def test_axe_finds_nothing_in_forms_in_their_place(auditor, world):
    page = auditor.page
    auditor.become(READER)
    auditor.open(world.article.get_absolute_url())
    # Of a note: it opens, in the margin or under its paragraph, and is answered there.
    page.locator("#text mark").first.press("Enter")
    note = page.locator(".note.is-lead")
    expect(note).to_be_visible()
    auditor.look("a note", ".notes")
    note.get_by_role("link", name="Reply").last.click()
    expect(note.locator("textarea")).to_be_focused()
    auditor.look("a reply to a note", ".note.is-lead")
    # Of the article, with a passage of it quoted, and what the form says when nothing is in it.
    revision = page.locator("#text").get_attribute("data-revision")
    page.locator("#responses > header a[data-in-place]").evaluate(
        "(link, passage) => { link.search = `?passage=${passage}`; }", f"{revision}-0-40"
    )
    page.get_by_role("link", name="Write a response").click()
    form = page.locator("#new-response")
    expect(form.locator("textarea")).to_be_focused()
    auditor.look("a response with a quote", "#new-response")
    form.locator("textarea").fill("")
    form.get_by_role("button", name="Post").click()
    expect(form.locator("[aria-invalid]")).to_be_focused()
    auditor.look("a response with nothing in it", "#new-response")
    page.locator("#responses [data-flag]").first.click()
    expect(page.locator(".response-slot .flag-form")).to_be_visible()
    auditor.look("a flag, with the other forms")


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_nothing_in_the_styleguide(auditor, db, settings):
    settings.DEBUG = True
    auditor.open(reverse("styleguide"))
    # Light beside dark: everything is there twice, navigation too.
    auditor.look("the styleguide", off=["landmark-unique"])


@pytest.mark.browser
def test_the_styleguide_holds_states(page, db, settings):
    """They are the site's own: a button that is held has the colours of one that is hovered."""
    settings.DEBUG = True
    page.emulate_media(reduced_motion="reduce")
    page.goto(reverse("styleguide"))
    colour = "button => getComputedStyle(button).backgroundColor"
    rest, held = (
        page.locator(f"#buttons ~ .styleguide-pair .button{name}").first
        for name in (":not([class*=force])", ".force-hover")
    )
    before, expected = rest.evaluate(colour), held.evaluate(colour)
    assert before != expected
    rest.hover()
    assert rest.evaluate(colour) == expected


def test_the_styleguide_is_not_for_readers(client, db):
    assert client.get(reverse("styleguide")).status_code == 404
