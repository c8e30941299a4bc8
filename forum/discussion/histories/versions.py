"""A post's history: its revisions, each with what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from forum.accounts.models import shown_name
from forum.discussion.models import Post, Revision
from forum.lib.diff import Change, Segment, fold, word_diff
from forum.lib.errors import NotFound

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


@dataclass(frozen=True, slots=True)
class Version:
    """A revision as the history shows it; ``changes`` is ``None`` when nothing came before."""

    revision: Revision
    changes: list[Segment] | None = None
    #: The number of the revision that these changes are to.
    before: int | None = None

    @property
    def editor(self) -> str:
        """Who wrote it, as far as the site still knows."""
        editor = self.revision.editor
        return editor.public_name if editor else shown_name(self.revision.post.author_name)

    @property
    def is_current(self) -> bool:
        """Whether this is what people read now."""
        return self.revision.superseded_at is None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two revisions of one post and what differs between them, paragraph by paragraph."""

    old: Version
    new: Version
    paragraphs: list[list[Segment]]
    #: Words that only the new one has, and that only the old one has.
    added: int
    removed: int


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
        Version(new, _changes(old, new), old.number) if old else Version(new)
        for new, old in zip(page, earlier, strict=True)
    ]


def compare(revisions: QuerySet[Revision], old: int, new: int, *, whole: bool) -> Comparison:
    """What differs between revisions number ``old`` and ``new``. Raises ``NotFound``.

    Stretches in which nothing changed are folded, unless it is wanted ``whole``.
    """
    found = {revision.number: revision for revision in revisions.filter(number__in=(old, new))}
    if old not in found or new not in found:
        raise NotFound(_("There is no such revision."))
    segments = word_diff(found[old].text, found[new].text)
    return Comparison(
        old=Version(found[old]),
        new=Version(found[new]),
        paragraphs=paragraphs(segments if whole else fold(segments)),
        added=_words(segments, Change.ADDED),
        removed=_words(segments, Change.REMOVED),
    )


def paragraphs(segments: list[Segment]) -> list[list[Segment]]:
    """``segments`` cut at every new line. A gap stands by itself."""
    cut: list[list[Segment]] = [[]]
    for kind, text in map(_break_shown, segments):
        if kind is Change.GAP:
            cut += [[Segment(kind, "")], []]
            continue
        if len(cut) > 1 and not cut[-1]:
            text = text.lstrip(" ")
        first, *others = text.split("\n")
        cut[-1].append(Segment(kind, first))
        cut += [[Segment(kind, other)] for other in others]
    return [paragraph for paragraph in map(_said, cut) if paragraph]


def _break_shown(segment: Segment) -> Segment:
    """``segment``; in place of a mere line break that came in or went out, a sign for it."""
    kind, text = segment
    if text.strip() or kind not in (Change.ADDED, Change.REMOVED):
        return segment
    if "\n" in text:
        return Segment(kind, "¶\n" if kind is Change.ADDED else "¶")
    return Segment(Change.SAME, text if kind is Change.ADDED else "")


def _said(paragraph: list[Segment]) -> list[Segment]:
    """``paragraph`` without what says nothing; nothing at all when it was blank."""
    kept = [part for part in paragraph if part.text or part.kind is Change.GAP]
    return kept if any(part.text.strip() or part.kind is Change.GAP for part in kept) else []


def _words(segments: list[Segment], kind: Change) -> int:
    return sum(len(segment.text.split()) for segment in segments if segment.kind is kind)


def _changes(old: Revision, new: Revision) -> list[Segment]:
    if old.text == new.text:
        return []
    # An empty line between blocks, as they are set, not only a new line.
    spaced = (text.replace("\n", "\n\n") for text in (old.text, new.text))
    return fold(word_diff(*spaced))
