"""What a new text does, or a revision did, to the notes and quotes on the text before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.excerpts import Excerpt, excerpt
from annotations.models import (
    Annotation,
    AnnotationTag,
    Placement,
    Quotation,
    QuotationPlacement,
    Reattachment,
    Tag,
)
from annotations.placement.placing import Extent, Mark, extent, plan
from forum.discussion.models import Audience, Kind, Post, Revision, State
from forum.lib.diff import Change, Segment, fold, word_diff

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader

#: Code points that stay on either side of a change in a long passage.
_AROUND_CHANGE = 120
#: A note in one of these states is read by somebody, or may be soon.
_ALIVE = (State.PUBLISHED, State.HELD, State.HIDDEN)
#: The method of a passage whose words kept their order in the text.
_IN_ORDER = "diff"


class Did(StrEnum):
    """What one edit did to a passage."""

    KEPT = "exact"
    MOVED = "moved"
    CHANGED = "changed"
    LOST = "orphaned"
    #: It had been lost, and its words are back.
    FOUND = "found"
    #: It had been lost before, and still is.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Move:
    """One mark, before and after."""

    mark: Mark
    before: Extent
    after: Extent
    did: Did
    score: float
    #: Where it stands now, placed by hand since.
    mended: Extent = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that an edit touched, and who marked or quoted it, as far as that may be shown."""

    move: Move
    #: The note's post, or the response that quotes; ``None`` when the reader may not read it.
    post: Post | None
    tags: tuple[Tag, ...]
    old: Excerpt | None
    new: Excerpt | None

    @property
    def is_quote(self) -> bool:
        """Whether a response quotes it; else a note marks it."""
        return isinstance(self.move.mark, Quotation)

    @property
    def whereabouts(self) -> str:
        """Where it stands now, in words."""
        if self.old is None or self.new is None:
            return ""
        if self.old.lead != self.new.lead:
            return self.new.neighbour
        # What stood before it has moved too.
        above = self.new.above.strip()
        return (
            (_("in the paragraph after “%(above)s”") % {"above": above})
            if above
            else _("in the first paragraph")
        )

    @property
    def sides(self) -> tuple[list[Segment], list[Segment]]:
        """The old words and the new ones, each with what only it has told apart."""
        if self.old is None or self.new is None:
            return [], []
        diff = fold(word_diff(self.old.words, self.new.words), _AROUND_CHANGE)
        return (
            [segment for segment in diff if segment.kind is not Change.ADDED],
            [segment for segment in diff if segment.kind is not Change.REMOVED],
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many marks of one kind met which fate."""

    counts: Mapping[Did, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All that had a passage before, or have one again."""
        return sum(self.counts.values()) - self.gone

    @property
    def kept(self) -> int:
        return self.counts.get(Did.KEPT, 0)

    @property
    def moved(self) -> int:
        return self.counts.get(Did.MOVED, 0)

    @property
    def changed(self) -> int:
        return self.counts.get(Did.CHANGED, 0)

    @property
    def lost(self) -> int:
        return self.counts.get(Did.LOST, 0)

    @property
    def found(self) -> int:
        return self.counts.get(Did.FOUND, 0)

    @property
    def gone(self) -> int:
        return self.counts.get(Did.GONE, 0)

    @property
    def touched(self) -> int:
        """Those whose words an edit changed or took away."""
        return self.changed + self.lost


@dataclass(frozen=True, slots=True)
class Report:
    """What becomes of everything that is marked on one text. Private notes are counted too."""

    template: ClassVar[str] = "annotations/report.html"

    notes: Tally
    quotes: Tally
    changed: list[Passage]
    lost: list[Passage]
    moved: list[Passage]
    found: list[Passage]
    #: How many of the notes counted as changed or lost are not listed: not the reader's to see.
    unseen: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing is marked."""
        return not (self.notes.total or self.notes.gone or self.quotes.total)

    @property
    def touches(self) -> bool:
        """Whether the words of any passage change, or go."""
        return bool(self.notes.touched or self.quotes.touched)

    @property
    def is_quiet(self) -> bool:
        """Whether everything stays where it was."""
        return self.notes.kept == self.notes.total and self.quotes.kept == self.quotes.total

    @property
    def summary(self) -> str:
        """What there is to say of a quiet one, in a sentence; nothing when nothing was marked."""
        total = self.notes.total
        if not total:
            return ""
        return ngettext(
            "The one note on it kept its place.", "All %(number)s notes kept their places.", total
        ) % {"number": total}


def report_on(old: Revision, new_text: str, reader: Reader) -> Report:
    """What replacing ``old`` by ``new_text`` would do. Writes nothing."""
    moves = []
    for step in plan(old, new_text):
        did = Did(step.carried.state)
        if step.before is None:
            did = Did.GONE if step.after is None else Did.FOUND
        moves.append(Move(step.mark, step.before, step.after, did, step.carried.score))
    return _report(old.post_id, old.text, new_text, moves, reader)


def report_of(revision: Revision, reader: Reader) -> Report:
    """What ``revision`` did when it replaced the one before, by the places that are stored."""
    before = Revision.objects.filter(post=revision.post_id, number=revision.number - 1).first()
    if before is None:
        return _report(revision.post_id, "", revision.text, [], reader)
    moves = [*_stored_notes(before, revision), *_stored_quotes(before, revision)]
    return _report(revision.post_id, before.text, revision.text, moves, reader)


def _stored_notes(before: Revision, after: Revision) -> list[Move]:
    rows = Placement.objects.filter(revision__in=(before, after)).select_related("annotation")
    # Newest first, so that the first time counts: what a hand did since is told apart.
    by_hand = {
        row.annotation_id: row
        for row in Reattachment.objects.filter(revision=after).order_by("-id")
    }
    placed = {(row.annotation_id, row.revision_id): row for row in rows}
    moves = []
    for (annotation, revision), new in placed.items():
        old = placed.get((annotation, before.pk))
        if revision != after.pk or old is None:
            continue
        at = here = extent(new.start, new.end)
        method = new.method
        mended: Extent = None
        if hand := by_hand.get(annotation):
            at, mended, method = extent(hand.start_before, hand.end_before), here, _IN_ORDER
        was = extent(old.start, old.end)
        did = _did(was, at, before.text, after.text, method)
        moves.append(Move(new.annotation, was, at, did, new.score, mended))
    return moves


def _stored_quotes(before: Revision, after: Revision) -> list[Move]:
    rows = QuotationPlacement.objects.filter(
        revision__in=(before, after), quotation__comment_revision__superseded_at=None
    ).select_related("quotation")
    placed = {(row.quotation_id, row.revision_id): row for row in rows}
    moves = []
    for (quotation, revision), new in placed.items():
        old = placed.get((quotation, before.pk))
        if revision == after.pk and old is not None:
            was, at = extent(old.start, old.end), extent(new.start, new.end)
            did = _did(was, at, before.text, after.text, new.method)
            moves.append(Move(new.quotation, was, at, did, new.score))
    return moves


def _did(before: Extent, after: Extent, old_text: str, new_text: str, method: str) -> Did:
    if after is None:
        return Did.GONE if before is None else Did.LOST
    if before is None:
        return Did.FOUND
    if old_text[slice(*before)] != new_text[slice(*after)]:
        return Did.CHANGED
    return Did.KEPT if method == _IN_ORDER else Did.MOVED


def _report(
    post_id: int, old_text: str, new_text: str, moves: Iterable[Move], reader: Reader
) -> Report:
    """The report on ``moves``. Of what the reader may not read it keeps no more than a number,
    and of a private note the passage."""
    seen = _seen_notes(post_id, reader)
    quoting = _seen_quoting(post_id, reader)
    standing = _standing(post_id)
    tags = _tags(post_id)
    notes: Counter[Did] = Counter()
    quotes: Counter[Did] = Counter()
    listed: dict[Did, list[Passage]] = {did: [] for did in Did}
    unseen = 0
    for move in moves:
        mark, did = move.mark, move.did
        if isinstance(mark, Annotation):
            state, audience = standing[mark.pk]
            if state not in _ALIVE:
                continue
            notes[did] += 1
            post = seen.get(mark.pk)
            shown = post is not None or audience == Audience.PRIVATE
            unseen += not shown and did in (Did.CHANGED, Did.LOST)
        else:
            post = quoting.get(mark.comment_revision_id)
            if post is None:
                # Quoting is nobody's business before the response is everybody's.
                continue
            quotes[did] += 1
            shown = True
        if shown and did not in (Did.KEPT, Did.GONE):
            worn = tags.get(mark.pk, ()) if post and isinstance(mark, Annotation) else ()
            old, new = excerpt(old_text, move.before), excerpt(new_text, move.after)
            listed[did].append(Passage(move, post, worn, old, new))
    for passages in listed.values():
        passages.sort(key=lambda passage: passage.move.before or passage.move.after or (0, 0))
    return Report(
        notes=Tally(notes),
        quotes=Tally(quotes),
        changed=listed[Did.CHANGED],
        lost=listed[Did.LOST],
        moved=listed[Did.MOVED],
        found=listed[Did.FOUND],
        unseen=unseen,
    )


def _seen_notes(post_id: int, reader: Reader) -> dict[int, Post]:
    notes = Post.objects.visible_to(reader, replies=False)
    found = notes.filter(parent=post_id, kind=Kind.ANNOTATION)
    return {post.pk: post for post in found}


def _seen_quoting(post_id: int, reader: Reader) -> dict[int, Post]:
    """The responses that quote the text, by the revision of them that does."""
    found = Revision.objects.current().visible_to(reader, replies=False)
    found = found.filter(quotations__revision__post=post_id, post__state=State.PUBLISHED)
    return {revision.pk: revision.post for revision in found.select_related("post").only("post")}


def _standing(post_id: int) -> dict[int, tuple[str, str]]:
    """The state and audience of every note on the text: of some no more may be told than that.

    A note goes with the response whose words it takes.
    """
    notes = Post.objects.filter(parent=post_id, kind=Kind.ANNOTATION)
    rows = notes.values_list("pk", "state", "audience", "note_from__state")
    return {
        pk: (state if said in (None, *_ALIVE) else said, audience)
        for pk, state, audience, said in rows
    }


def _tags(post_id: int) -> dict[int, tuple[Tag, ...]]:
    rows = (
        AnnotationTag.objects.filter(annotation__post__parent=post_id)
        .select_related("tag")
        .order_by("tag__position", "tag_id")
    )
    worn: dict[int, tuple[Tag, ...]] = {}
    for row in rows:
        worn[row.annotation_id] = (*worn.get(row.annotation_id, ()), row.tag)
    return worn
