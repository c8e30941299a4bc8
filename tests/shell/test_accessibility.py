"""axe on every page of the site, light and wide, dark and narrow.

An address that is listed nowhere here fails the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from annotations.models import Annotation
from forum.accounts.models import User
from forum.discussion.actions import post_comment, withdraw_post
from forum.discussion.models import Article, Post
from forum.discussion.publishing.actions import revise_article
from forum.guests.letters import page_of, stop_page_of
from forum.guests.models import GuestResponse
from forum.moderation.actions import decide
from forum.moderation.appealing import file_appeal
from forum.moderation.links import link_of
from forum.moderation.models import (
    Appeal,
    Case,
    Decision,
    Notice,
    ReasonTemplate,
    Rule,
    Sanction,
    SecondReview,
)
from forum.moderation.notices import letters as notices
from forum.moderation.people.appealing import appeal_against
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.noting import add_note
from forum.moderation.people.sanctioning import impose, latest_number
from forum.notifications.preferences import link_to_stop
from forum.screening.models import Refusal, WordList
from tests.browser import becomes, expect, wait_until_whole
from tests.factories import make_comment, make_flag, make_notice
from tests.shell.logging_in import hold_app, hold_codes, hold_passkey
from tests.snapshot import bring_demo


def stop_token() -> str:
    """What stands in the link that stops e-mails to the reader."""
    reader = User.objects.get(username=READER)
    return link_to_stop(reader, ["reply"]).rstrip("/").rpartition("/")[2]


def guest() -> GuestResponse:
    """Somebody's response that waits to be confirmed."""
    article = Article.objects.get(slug="us-china-north-korea")
    return GuestResponse.objects.create(
        parent=article.post,
        name="Gwen",
        email="gwen@example.org",
        email_digest="0" * 64,
        source="From *outside*.",
        expires_at=timezone.now() + timedelta(days=1),
    )


def sanctioned(world: World) -> User:
    """Somebody whom the moderator has warned, and written a note about."""
    person = User.objects.create(username=f"wanda{User.objects.count()}")
    moderator = User.objects.get(username=MODERATOR)
    grounds = Grounds(reason="You call people names.", rule=Rule.objects.first())
    impose(moderator=moderator, person=person, kind="warn", seen=0, grounds=grounds)
    add_note(author=moderator, person=person, text="Once so far.")
    return person


def refused(world: World) -> tuple[()]:
    """Nothing for the address; but something was refused."""
    hits = [{"word": "ferry", "list": "Ferries", "start": 2, "end": 7}]
    found = {"code": "", "message": "", "rule": "civility", "score": 1.0}
    Refusal.objects.create(
        author_name="Gwen (guest)",
        article=world.article,
        kind="response",
        step="words",
        rule="civility",
        text="A ferry.",
        findings=[
            {"step": "article", "outcome": "publish", "evidence": {}} | found | {"score": 0.0},
            {"step": "words", "outcome": "refuse", "evidence": {"hits": hits, "number": 1}} | found,
        ],
        digest="0",
    )
    return ()


def appealed(world: World, person: User | None = None) -> Sanction:
    """A sanction of somebody that waits for the answer to their appeal."""
    person = person or User.objects.create(username=f"wade{User.objects.count()}")
    giver = User.objects.create(username=f"giver{User.objects.count()}", is_moderator=True)
    grounds = Grounds(reason="You call people names.", rule=Rule.objects.first())
    seen = latest_number(person)
    # Which forbids nothing.
    made = impose(moderator=giver, person=person, kind="premoderate", seen=seen, grounds=grounds)
    appeal_against(sanction=made, appellant=person, text="I did not.")
    return made


def word_list() -> WordList:
    """A list with a word."""
    made = WordList.objects.create(name="Ferries")
    made.words.create(text="ferry")
    return made


def template() -> ReasonTemplate:
    """Words for a reason."""
    text = "It is about something else."
    return ReasonTemplate.objects.get_or_create(title="Off the subject", text=text)[0]


def removal(world: World, author: str = "") -> Decision:
    """What the moderator removed; ``author`` wrote it, or a guest did."""
    post = make_comment(world.article, author=User.objects.filter(username=author).first())
    case = make_flag(post).case
    return decide(
        moderator=User.objects.get(username=MODERATOR),
        case=case,
        action="remove",
        version=case.version,
        rule=Rule.objects.first(),
        reason="It insults somebody.",
    )


def appeal(world: World) -> Appeal:
    """An appeal of the reader's that waits."""
    reader = User.objects.get(username=READER)
    return file_appeal(decision=removal(world, READER), appellant=reader, text="I do not.")


def guest_decision(world: World) -> str:
    """The signed part of the link with which a guest reads a decision."""
    decision = removal(world)
    someone = guest()
    someone.source, someone.confirmed_at, someone.post = "", timezone.now(), decision.case.post
    someone.save()
    return link_of(someone, decision).split("/")[3]


def second_review() -> SecondReview:
    """A decision that was drawn for a second look."""
    decision = Decision.objects.filter(moderator__username=MODERATOR).order_by("pk")[0]
    return SecondReview.objects.get_or_create(decision=decision)[0]


def notice(world: World) -> Notice:
    """A notice of somebody without an account."""
    given = Notice.objects.filter(case__post=world.comment).first()
    return given or make_notice(world.comment)


def token_in(address: str) -> str:
    """The signed part of an address of a guest's."""
    return address.split("/")[2]


#: Addresses with a name that show nothing to look at, and why.
NOT_PAGES = {
    "article-personal": "JSON for the reading page",
    "article-people": "JSON for forms",
    "article-news": "JSON and parts for the reading page",
    "article-part": "a part for the reading page",
    "annotate": "takes forms only",
    "post": "leads to the post in its place",
    "guest-claim": "takes forms only",
    "post-author": "leads to a profile",
    "picture": "an image",
    "case-decide": "takes forms only",
    "case-claim": "takes forms only",
    "decision-appeal": "takes forms only",
    "reason-delete": "takes forms only",
    "moderation-next": "takes forms only",
    "moderation-undo": "takes forms only",
    "moderation-bulk": "takes forms only",
    "moderation-news": "for scripts",
    "word-list-export": "a file",
    "role-take": "takes forms only",
    "admin-take": "takes forms only",
    "oversight-csv": "a file",
    "revert-undo": "takes forms only",
    "case-reopen": "takes forms only",
    "standing-acknowledge": "takes forms only",
    "sanction-appeal": "takes forms only",
    "person-notes": "takes forms only",
    "sanction-lift": "takes forms only",
    "sanction-approval": "takes forms only",
    "article-publish": "takes forms only",
    "export-download": "a file",
    "notifications-read": "takes forms only",
    "account_confirm_login_code": "log-in by code is off: leads to the log-in page",
    "mfa_authenticate": "between two steps: it has a test of its own",
    "mfa_login_webauthn": "JSON, and takes forms",
    "mfa_download_recovery_codes": "a file",
    "account_set_password": "for accounts without a password: leads to the change of it",
    "styleguide": "for those who work on the site; it has a test of its own",
    "media": "a file",
    "rule-retire": "takes forms only",
    "transparency-csv": "a file",
    "transparency-zip": "a file",
    "moderation-log-csv": "a file",
    "moderation-log-feed": "Atom",
    "statements-download": "a file",
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
    #: The key of the reader's passkey.
    passkey: int


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
    "search": (READER, lambda world: ()),
    "post-follow": (MODERATOR, lambda world: (world.comment.pk,)),
    "person-follow": (MODERATOR, lambda world: (READER,)),
    "person-mute": (MODERATOR, lambda world: (READER,)),
    "followed": (READER, lambda world: ()),
    "post-quotes": (READER, lambda world: (world.comment.pk,)),
    "codebook": (READER, lambda world: ("critical-reading",)),
    "rules": (READER, lambda world: ()),
    "rule": (READER, lambda world: ("civility",)),
    "rule-version": (READER, lambda world: ("civility", 1)),
    "rule-new": (ADMIN, lambda world: ()),
    "rule-edit": (ADMIN, lambda world: ("civility",)),
    "notice-new": (STRANGER, lambda world: ()),
    "post-notice": (STRANGER, lambda world: (world.comment.pk,)),
    "notice": (STRANGER, lambda world: (token_in(notices.page_of(notice(world))),)),
    "notice-stop": (STRANGER, lambda world: (token_in(notices.stop_page_of(notice(world))),)),
    "transparency": (STRANGER, lambda world: ()),
    "transparency-year": (STRANGER, lambda world: (timezone.now().year,)),
    "moderation-log": (STRANGER, lambda world: ()),
    "statements": (ADMIN, lambda world: ()),
    "moderation": (MODERATOR, lambda world: ()),
    "case": (MODERATOR, lambda world: (world.case.pk,)),
    "moderated-people": (MODERATOR, lambda world: ()),
    "person-record": (MODERATOR, lambda world: (sanctioned(world).username,)),
    "person-sanction": (MODERATOR, lambda world: (world.reader.username,)),
    "sanction-appeal-decide": (MODERATOR, lambda world: (appealed(world).pk,)),
    "sanction": (MODERATOR, lambda world: (sanctioned(world).sanctions.get().pk,)),
    "decision": (READER, lambda world: (removal(world, READER).pk,)),
    "guest-decision": (STRANGER, lambda world: (guest_decision(world),)),
    "appeal": (ADMIN, lambda world: (appeal(world).pk,)),
    "reasons": (MODERATOR, lambda world: ()),
    "reason": (MODERATOR, lambda world: (template().pk,)),
    "refusals": (MODERATOR, refused),
    "words": (MODERATOR, lambda world: ()),
    "word-list-new": (MODERATOR, lambda world: ()),
    "word-list": (MODERATOR, lambda world: (word_list().pk,)),
    "roles": (ADMIN, lambda world: ()),
    "desk-settings": (MODERATOR, lambda world: ()),
    "oversight": (ADMIN, lambda world: ()),
    "moderator-revert": (ADMIN, lambda world: (MODERATOR,)),
    "reviews": (MODERATOR, lambda world: ()),
    "review": (ADMIN, lambda world: (second_review().pk,)),
    "staff-articles": (STAFF, lambda world: ()),
    "article-new": (STAFF, lambda world: ()),
    "article-edit": (STAFF, lambda world: (world.article.slug,)),
    "article-orphans": (STAFF, lambda world: (world.revised.slug,)),
    "export": (STAFF, lambda world: (world.article.slug,)),
    "person": (READER, lambda world: (world.reader.username,)),
    "you": (READER, lambda world: ()),
    "language": (STRANGER, lambda world: ()),
    "sessions": (READER, lambda world: ()),
    "mfa_index": (READER, lambda world: ()),
    "mfa_activate_totp": (MODERATOR, lambda world: ()),
    "mfa_deactivate_totp": (READER, lambda world: ()),
    "mfa_view_recovery_codes": (READER, lambda world: ()),
    "mfa_generate_recovery_codes": (READER, lambda world: ()),
    "mfa_list_webauthn": (READER, lambda world: ()),
    "mfa_add_webauthn": (READER, lambda world: ()),
    "mfa_edit_webauthn": (READER, lambda world: (world.passkey,)),
    "mfa_remove_webauthn": (READER, lambda world: (world.passkey,)),
    "mfa_reauthenticate": (READER, lambda world: ()),
    "mfa_reauthenticate_webauthn": (READER, lambda world: ()),
    "sanction-statement": (READER, lambda world: (appealed(world, world.reader).pk,)),
    "standing": (READER, lambda world: ()),
    "you-data": (READER, lambda world: ()),
    "you-erase": (READER, lambda world: ()),
    "notifications": (READER, lambda world: ()),
    "article-follow": (READER, lambda world: (world.article.slug,)),
    "notifications-settings": (READER, lambda world: ()),
    "notifications-stop": (STRANGER, lambda world: (stop_token(),)),
    "guest-sent": (STRANGER, lambda world: ()),
    "guest-response": (STRANGER, lambda world: (token_in(page_of(guest())),)),
    "guest-stop": (STRANGER, lambda world: (token_in(stop_page_of(guest())),)),
    "article-discussion": (STAFF, lambda world: (world.article.slug,)),
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
    (STRANGER, "/search/?q=china&kind=annotation", 200),
    (STRANGER, "/search/?q=china&since=yesterday", 400),
    (STRANGER, "/articles/reading-arguments/respond/", 200),
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
    hold_app(people[READER], "A" * 32)
    hold_codes(people[READER])
    passkey = hold_passkey(people[READER])
    return World(article, revised, comment, withdrawn, note.post, case, people[READER], passkey.pk)


#: Into how many tests the pages of a role are parted, for several workers to share.
PARTS = {STRANGER: 2, READER: 3, MODERATOR: 1, STAFF: 1, ADMIN: 1}
SHARES = [(role, part) for role, parts in PARTS.items() for part in range(parts)]
#: A theme, and how wide the window is. 320 pixels are one of 1280 at a zoom of 400 %.
LOOKS = [("light", 1280), ("dark", 320)]
#: For tests in which something is opened: how it opens depends on the width.
one_look_each = pytest.mark.parametrize("looks", [[look] for look in LOOKS], ids=["light", "dark"])


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

    def __init__(self, browser: Any, address: str, looks: list[tuple[str, int]]) -> None:
        axe = pytest.importorskip("axe_playwright_python.sync_playwright")
        self.script = axe.Axe().axe_script
        self.looks = looks
        theme, width = looks[0]
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
            # Some pages want the password once more.
            client.post(reverse("account_reauthenticate"), {"password": "postil-demo"})
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            url = self.page.evaluate("() => location.origin")
            self.context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}]
            )

    def open(self, address: str, status: int = 200) -> None:
        """Go there, and wait until its scripts have put in what they fetch."""
        self._take(*self.looks[0])
        response = self.page.goto(address)
        wait_until_whole(self.page)
        if response.status != status:
            self.found.append(f"{address}: answers {response.status}, not {status}")

    def look(self, what: str, part: str = "html", *, off: Sequence[str] = ()) -> None:
        """Let axe look at ``part`` of the page as it is, without the rules that are ``off``."""
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(self.script)
        for theme, width in self.looks:
            self._take(theme, width)
            if over := self.page.evaluate(_TOO_WIDE):
                self.found.append(f"{what}: {over} pixels wider than {width}")
            self.found += [
                f"{what} ({theme}, {width}): {problem}"
                for problem in self.page.evaluate(_PROBLEMS, [part, list(off)])
            ]

    def _take(self, theme: str, width: int) -> None:
        """Have the page in this theme and as wide as that."""
        if len(self.looks) > 1:
            self.page.emulate_media(color_scheme=theme)
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.evaluate(_TWO_FRAMES)


#: What follows the width has done so by then.
_TWO_FRAMES = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
_TOO_WIDE = "Math.max(0, document.documentElement.scrollWidth - innerWidth)"
_PROBLEMS = """async ([part, off]) => {
  const rules = { "target-size": { enabled: true } };
  for (const rule of off) rules[rule] = { enabled: false };
  const { violations } = await axe.run(part, { rules, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) =>
    `${id}: ${node.target} ${node.html.slice(0, 160)} ${node.failureSummary.split("\\n")[1]}`));
}"""


@pytest.fixture
def looks() -> list[tuple[str, int]]:
    return LOOKS


@pytest.fixture
def auditor(browser, live_server, looks) -> Iterator[Auditor]:
    auditor = Auditor(browser, live_server.url, looks)
    yield auditor
    auditor.context.close()
    assert not auditor.found, "\n".join(auditor.found)


@pytest.mark.browser
@pytest.mark.parametrize(("role", "part"), SHARES)
def test_axe_finds_nothing(auditor, world, role, part, settings):
    settings.GUEST_RESPONSES = "always"
    auditor.become(role)
    for address, status in pages_of(role, world)[part :: PARTS[role]]:
        auditor.open(address, status)
        auditor.look(address)


@pytest.mark.browser
@one_look_each
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
@one_look_each
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
    form.locator("textarea").press_sequentially("@")
    expect(page.get_by_role("option").first).to_be_visible()
    auditor.look("people to name", "#new-response")
    page.keyboard.press("Escape")
    page.locator("#responses").get_by_role("link", name="More about response").last.click()
    expect(page.locator("[data-about-post] button").first).to_be_focused()
    auditor.look("what else can be done about a response", ".about-post")
    page.locator("#responses [data-flag]").first.click()
    expect(page.locator(".response-slot .flag-form")).to_be_visible()
    auditor.look("a flag, with the other forms")


@pytest.mark.browser
def test_axe_finds_nothing_between_the_two_steps(auditor, world):
    page = auditor.page
    page.goto(reverse("account_login"))
    page.locator("[name=login]").fill(READER)
    page.locator("[name=password]").fill("postil-demo")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    auditor.look("the second step")


@pytest.mark.browser
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
    becomes(lambda: rest.evaluate(colour), expected)


def test_the_styleguide_is_not_for_readers(client, db):
    assert client.get(reverse("styleguide")).status_code == 404
