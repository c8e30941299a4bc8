"""Makers of test data. Each goes the way a person's act would: through the actions."""

from __future__ import annotations

import itertools

from django.db.models import QuerySet

from annotations.actions import annotate
from forum.accounts.models import User
from forum.courses.models import Course, Membership, Role
from forum.discussion.actions import post_comment
from forum.discussion.models import Article, Post
from forum.discussion.publishing import Paratext, publish_article
from forum.discussion.revisions import bump_every_activity
from forum.lib.html import Format
from forum.moderation.actions import flag_post
from forum.moderation.models import Flag

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
    """A person who can log in with ``PASSWORD``."""
    username = username or f"person{next(_numbers)}"
    person = User(username=username, **{"email": f"{username}@example.org"} | fields)
    person.set_password(PASSWORD)
    person.save()
    return person


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


def put(posts: QuerySet[Post], state: str) -> None:
    """Put ``posts`` into ``state`` as whatever changes it does: it is counted as a change."""
    posts.update(state=state)
    bump_every_activity()
