"""Makers of test data. Each goes the way a person's act would: through the actions."""

from __future__ import annotations

import itertools

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from annotations.actions import annotate
from forum.accounts.models import User
from forum.courses.models import Course, Membership, Role
from forum.discussion.actions import post_comment
from forum.discussion.models import Article, Post
from forum.discussion.publishing.actions import Paratext, publish_article
from forum.discussion.writing.revisions import bump_every_activity
from forum.guests.actions import confirm, respond_as_guest
from forum.guests.models import GuestResponse
from forum.lib.html import Format
from forum.moderation.actions import flag_post
from forum.moderation.models import Flag, ModerationRole, Notice, RoleAssignment
from forum.moderation.notices.actions import give_notice
from forum.moderation.roles.actions import repeat_roles
from forum.screening.lists import Wanted, make_list
from forum.screening.models import WordList

_numbers = itertools.count(1)

PASSWORD = "correct horse battery"

ARTICLE_TEXT = """\
The committee says the bridge must close at once, and everyone knows what that means.

It has carried *two* lanes since 1962 – and the “temporary” repairs of 1989 still hold. Traffic
will find another way, the committee says; traffic always does.

## What the report leaves out

- the ferry that ran until last spring
- the school on the far bank 🚸

> The bridge must close at once.

So the question is not whether the bridge is old. It is who pays when it is gone.
"""


def make_user(username: str = "", **fields: object) -> User:
    """A person who can log in with ``PASSWORD``. What makes a moderator comes with its role."""
    username = username or f"person{next(_numbers)}"
    person = User(username=username, **{"email": f"{username}@example.org"} | fields)
    person.set_password(PASSWORD)
    person.save()
    if person.leads_appeals:
        make_role(person, role=ModerationRole.APPEALS_LEAD)
    elif person.is_moderator:
        make_role(person)
    return person


def make_role(
    person: User,
    *,
    role: str = ModerationRole.MODERATOR,
    article: Article | None = None,
    course: Course | None = None,
) -> RoleAssignment:
    """A role in moderation, given to ``person`` by the site: for the whole of it, or a part."""
    given = RoleAssignment.objects.create(
        person=person,
        person_name=person.public_name,
        role=role,
        article=article,
        course=course,
        given_by_name="The site",
    )
    repeat_roles(person)
    return given


def make_course_staff(username: str = "") -> User:
    """A person who is staff of a course, and so publishes and exports."""
    person = make_user(username)
    course, _ = Course.objects.get_or_create(slug="reading", defaults={"title": "Reading"})
    Membership.objects.create(user=person, course=course, role=Role.STAFF)
    return person


def make_article(
    *,
    author: User | None = None,
    title: str = "Who pays for the bridge",
    source: str = ARTICLE_TEXT,
    format: Format = Format.MARKDOWN,
    draft: bool = False,
    **paratext: str,
) -> Article:
    """An article, published unless ``draft``."""
    article, _ = publish_article(
        author=author or make_course_staff(),
        paratext=Paratext(title=title, byline="Ada Byron", **paratext),
        source=source,
        format=format,
        draft=draft,
    )
    return article


def make_comment(
    article: Article,
    *,
    author: User | None = None,
    source: str = "The ferry matters more than the bridge.",
    parent: Post | None = None,
) -> Post:
    """A response to the article, or to ``parent``."""
    post, _ = post_comment(
        author=author or make_user(), article=article, source=source, parent=parent
    )
    return post


def make_annotation(
    target: Article | Post,
    *,
    quote: str = "everyone knows",
    author: User | None = None,
    tags: tuple[str, ...] = ("bias-claim",),
    note: str = "Who is everyone?",
    audience: str = "public",
) -> Post:
    """An annotation on the first place where ``quote`` stands. Needs the ``codebook`` fixture."""
    post = target.post if isinstance(target, Article) else target
    revision = post.current
    start = revision.text.index(quote)
    annotation, _ = annotate(
        author=author or make_user(),
        revision=revision,
        start=start,
        end=start + len(quote),
        quote=quote,
        tags=tags,
        note=note,
        audience=audience,
    )
    return annotation


def make_flag(
    post: Post, *, flagger: User | None = None, reason: str = "off-topic", note: str = "Look."
) -> Flag:
    """A flag on ``post``; the first one opens its case."""
    flag, _ = flag_post(flagger=flagger or make_user(), post=post, reason=reason, note=note)
    return flag


def make_guest_response(
    article: Article, *, email: str = "gwen@example.org", source: str = "The *ferry* matters."
) -> GuestResponse:
    """A response that Gwen, a guest, has confirmed; it waits. The site has to let guests."""
    token = f"guest-{next(_numbers)}"
    guest = respond_as_guest(article=article, name="Gwen", email=email, source=source, token=token)
    confirm(guest)
    guest.refresh_from_db()
    return guest


def make_word_list(*words: str, kind: str = "suspect", rule: str = "", name: str = "") -> WordList:
    """A list of ``words`` that is looked for from now on."""
    wanted = Wanted(
        name or f"List {next(_numbers)}", kind, rule, is_on=True, words="\n".join(words)
    )
    return make_list(editor=make_user(is_moderator=True), wanted=wanted)


def make_notice(post: Post, **fields: object) -> Notice:
    """A notice that ``post`` is illegal, of somebody without an account unless ``fields`` say."""
    given = {
        "explanation": "It accuses a person of a crime.",
        "category": "ILLEGAL_OR_HARMFUL_SPEECH",
        "good_faith": True,
        "name": "Nora Notifier",
        "email": "nora@example.org",
    }
    return give_notice(post=post, **given | fields)  # type: ignore[arg-type]  # told by the test


def make_trusted_notice(post: Post, **fields: object) -> Notice:
    """A notice of a body that is a trusted flagger where ``hotline.example.org`` is one's."""
    person = make_user()
    EmailAddress.objects.create(
        user=person, email=f"{person.username}@hotline.example.org", verified=True, primary=True
    )
    given = {"notifier": person, "trusted_flagger": "Hotline", "name": "", "email": ""}
    return make_notice(post, **given | fields)


def put(posts: QuerySet[Post], state: str) -> None:
    """Put ``posts`` into ``state`` as whatever changes it does: it is counted as a change."""
    posts.update(state=state)
    bump_every_activity()
