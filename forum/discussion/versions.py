"""A post's history: its revisions, each with what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from forum.discussion.models import Post, Revision
from forum.lib.diff import Segment, fold, word_diff

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


@dataclass(frozen=True, slots=True)
class Version:
    """A revision as the history shows it; ``changes`` is ``None`` when nothing came before."""

    revision: Revision
    changes: list[Segment] | None = None

    @property
    def editor(self) -> str:
        """Who wrote it, as far as the site still knows."""
        editor = self.revision.editor
        return editor.public_name if editor else self.revision.post.author_name

    @property
    def is_current(self) -> bool:
        """Whether this is what people read now."""
        return self.revision.superseded_at is None


def revisions_for(reader: Reader, post: Post) -> QuerySet[Revision]:
    """The revisions of ``post`` that ``reader`` may read, newest first."""
    return (
        Revision.objects.visible_to(reader)
        .filter(post=post)
        .select_related("editor", "post")
        .defer("source")
        .order_by("-number")
    )


def versions(page: list[Revision], before: Revision | None) -> list[Version]:
    """``page``, newest first, as versions; ``before`` is the revision that its last one replaced.

    Stretches in which nothing changed are folded.
    """
    earlier = [*page[1:], before]
    return [
        Version(new, _changes(old, new) if old else None)
        for new, old in zip(page, earlier, strict=True)
    ]


def _changes(old: Revision, new: Revision) -> list[Segment]:
    if old.text == new.text:
        return []
    # An empty line between blocks, as they are set, not only a new line.
    spaced = (text.replace("\n", "\n\n") for text in (old.text, new.text))
    return fold(word_diff(*spaced))
