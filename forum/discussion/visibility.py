"""Who may read which post. The one rule; every read path starts from ``visible_to``."""

from __future__ import annotations

from typing import Self, cast

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

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
    def visible_to(self, reader: Reader, *, replies: bool = True) -> Self:
        """The posts whose words ``reader`` may read; without ``replies`` to notes, at less cost.

        A post is visible when it is readable itself, its article is, and, for an annotation,
        the post it marks is, and the comment whose words are its note: restoring these
        restores the annotation. A reply to a note is visible where that note is as well.
        """
        return self.filter(_visible(self.model, "", reader, replies=replies))

    def stubs_for(self, reader: Reader, *, replies: bool = True) -> Self:
        """Comments that ``reader`` may know to exist but not read. Never load their words."""
        stubs = self.filter(_stub(self.model, reader, replies=replies))
        return stubs.exclude(_readable("", reader))

    def listed_for(self, reader: Reader, *, replies: bool = True) -> Self:
        """What ``reader`` meets in a list: the visible posts, and ``stubs_for`` between them.

        Load the words of these through ``Revision.objects.visible_to`` only: a post that it
        gives nothing for is a stub.
        """
        visible = _visible(self.model, "", reader, replies=replies)
        return self.filter(visible | _stub(self.model, reader, replies=replies))


class RevisionQuerySet(models.QuerySet):
    def current(self) -> Self:
        """The revisions people read now, one for each post."""
        return self.filter(superseded_at=None)

    def visible_to(self, reader: Reader, *, replies: bool = True) -> Self:
        """The revisions, present and past, of the posts that ``reader`` may read."""
        posts = cast("type[models.Model]", self.model._meta.get_field("post").related_model)
        return self.filter(_visible(posts, "post__", reader, replies=replies))


def _visible(posts: type[models.Model], prefix: str, reader: Reader, *, replies: bool) -> Q:
    return (
        _readable(prefix, reader)
        & (Q(**{f"{prefix}root": None}) | _readable(f"{prefix}root__", reader))
        & _stands(prefix, reader)
        & _in_thread(posts, prefix, reader, replies=replies)
    )


def _stands(prefix: str, reader: Reader) -> Q:
    """For an annotation: whether what it marks is readable, and it still says something."""
    marked = ~Q(**{f"{prefix}kind": "annotation"}) | _readable(f"{prefix}parent__", reader)
    return marked & _says_something(prefix, reader)


def _in_thread(posts: type[models.Model], prefix: str, reader: Reader, *, replies: bool) -> Q:
    """For a reply: whether its note is visible, their article left aside; or none at all.

    Looked up for replies alone: joined, every post of every list would bring three more along.
    """
    no_reply = Q(**{f"{prefix}note": None})
    if not replies:
        return no_reply
    note = posts._base_manager.filter(_readable("", reader) & _stands("", reader))
    return no_reply | Q(Exists(note.filter(pk=OuterRef(f"{prefix}note"))))


def _stub(posts: type[models.Model], reader: Reader, *, replies: bool) -> Q:
    """For a comment that is not readable: whether ``reader`` may know that there is one."""
    return (
        Q(kind="comment", audience="public", state__in=STUBBED)
        & _readable("root__", reader)
        & _in_thread(posts, "", reader, replies=replies)
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
