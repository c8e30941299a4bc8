"""Who may read which post. The one rule; every read path starts from ``visible_to``."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from forum.accounts.models import User
from forum.courses.models import Membership

#: Whoever reads: somebody signed in, or nobody in particular.
Reader = User | AnonymousUser

#: What an author keeps seeing of their own, whatever became of it.
_OWN = ("draft", "published", "held", "hidden", "removed", "withdrawn")
#: What a moderator reads to decide and to answer for a decision.
_MODERATED = ("published", "held", "hidden", "removed", "withdrawn")
#: What leaves a stub in its thread, so that answers and numbers keep their place.
STUBBED = ("hidden", "removed", "withdrawn", "erased")


class PostQuerySet(models.QuerySet):
    def visible_to(self, reader: Reader) -> Self:
        """The posts whose words ``reader`` may read.

        A post is visible when it is readable itself, its article is, and, for an annotation,
        the post it marks is, and the comment whose words are its note: restoring these
        restores the annotation.
        """
        return self.filter(_visible("", reader))

    def stubs_for(self, reader: Reader) -> Self:
        """Comments that ``reader`` may know to exist but not read. Never load their words."""
        return (
            self.filter(_readable("root__", reader), kind="comment", audience="public")
            .filter(state__in=STUBBED)
            .exclude(_readable("", reader))
        )

    def listed_for(self, reader: Reader) -> Self:
        """What ``reader`` meets in a list: the visible posts, and ``stubs_for`` between them.

        Load the words of these through ``Revision.objects.visible_to`` only: a post that it
        gives nothing for is a stub.
        """
        stub = Q(kind="comment", audience="public", state__in=STUBBED)
        return self.filter(_visible("", reader) | (stub & _readable("root__", reader)))


class RevisionQuerySet(models.QuerySet):
    def current(self) -> Self:
        """The revisions people read now, one for each post."""
        return self.filter(superseded_at=None)

    def visible_to(self, reader: Reader) -> Self:
        """The revisions, present and past, of the posts that ``reader`` may read."""
        return self.filter(_visible("post__", reader))


def _visible(prefix: str, reader: Reader) -> Q:
    return (
        _readable(prefix, reader)
        & (Q(**{f"{prefix}root": None}) | _readable(f"{prefix}root__", reader))
        & (~Q(**{f"{prefix}kind": "annotation"}) | _readable(f"{prefix}parent__", reader))
        & _says_something(prefix, reader)
    )


def _says_something(prefix: str, reader: Reader) -> Q:
    """Whether a note whose words are a comment's still has them. Both have the same audience."""
    rule = Q(**{f"{prefix}note_from": None})
    if reader.is_authenticated and (reader.is_moderator or reader.is_superuser):
        return rule | Q(**{f"{prefix}note_from__state__in": _MODERATED})
    rule |= Q(**{f"{prefix}note_from__state": "published"})
    if reader.is_authenticated:
        own = {f"{prefix}note_from__author": reader.pk, f"{prefix}note_from__state__in": _OWN}
        rule |= Q(**own)
    return rule


def _readable(prefix: str, reader: Reader) -> Q:
    """Whether the single post at ``prefix`` is readable, its surroundings left aside."""

    def has(**conditions: object) -> Q:
        return Q(**{prefix + name: value for name, value in conditions.items()})

    if not reader.is_authenticated:
        return has(state="published", audience="public")
    rule = has(author=reader.pk, state__in=_OWN)
    if reader.is_moderator or reader.is_superuser:
        rule |= has(audience__in=("public", "course"), state__in=_MODERATED)
    else:
        # What has a course is for that course alone: a constraint of the table.
        mine = Membership.objects.filter(user=reader).values("course")
        rule |= has(state="published") & (has(audience="public") | has(course__in=mine))
    if reader.publishes:
        rule |= has(state="draft")
    return rule
