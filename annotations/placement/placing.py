"""Keeping what is marked in place when the text beneath it changes.

Annotations and quotations have a place in every revision of what they mark. A new revision
gives each the next, in the transaction that writes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from annotations.anchoring.carry import Carried, carry
from annotations.models import (
    Annotation,
    Placed,
    Placement,
    PlacementState,
    Quotation,
    QuotationPlacement,
)
from forum.discussion.models import Revision

#: What can be placed.
Mark = Annotation | Quotation
#: A place, or none, as rows and carried passages both have it.
Extent = tuple[int, int] | None
#: The method of a place that a person gave or took away.
BY_HAND = "by hand"
#: Taken away by hand, a mark stays away until a hand puts it back: every edit would else return
#: it to the very place it was taken from.
_TAKEN_AWAY = Carried(None, None, "orphaned", 0.0, 0.0, BY_HAND)


@dataclass(frozen=True, slots=True)
class Step:
    """What a new revision does to one mark."""

    mark: Mark
    #: Its place in the revision before; ``None`` when it was orphaned there.
    before: Extent
    #: What this edit did to it. Orphaned before, it is carried from what it was made on.
    carried: Carried
    #: What it is in the new revision, compared with what was marked.
    state: PlacementState

    @property
    def after(self) -> Extent:
        """Its place in the new revision."""
        return extent(self.carried.start, self.carried.end)

    @property
    def lost(self) -> bool:
        """Whether this edit took its passage away."""
        return self.before is not None and self.after is None


def plan(old: Revision, new_text: str) -> list[Step]:
    """What replacing ``old`` by ``new_text`` does to every mark on it. Writes nothing.

    What was orphaned in ``old`` is carried from the revision it was made on, so that putting
    the words back brings it back. What was taken away by hand stays away.
    """
    here: list[tuple[Mark, Placed]] = []
    lost: defaultdict[int, list[Mark]] = defaultdict(list)
    away: list[Step] = []
    for mark, placed in _marks_on(old):
        if placed.start is None and placed.method == BY_HAND:
            away.append(Step(mark, None, _TAKEN_AWAY, PlacementState.ORPHANED))
        elif placed.start is None:
            lost[mark.revision_id].append(mark)
        else:
            here.append((mark, placed))
    places = [(placed.start or 0, placed.end or 0) for _, placed in here]
    # Where nothing stands, nothing is to be compared.
    found = carry(old.text, new_text, places) if places else []
    steps = [
        Step(
            mark,
            (placed.start or 0, placed.end or 0),
            carried,
            _state(mark, carried, new_text, placed),
        )
        for (mark, placed), carried in zip(here, found, strict=True)
    ]
    # Not joined above: every mark would bring a copy of the text it was made on.
    for made_on in Revision.objects.filter(pk__in=lost) if lost else ():
        steps += _from_made_on(made_on, new_text, lost[made_on.pk])
    return steps + away


def write_places(steps: Iterable[Step], new: Revision) -> None:
    """Store the places that ``plan`` found in ``new``."""
    placements: list[Placement] = []
    quoted: list[QuotationPlacement] = []
    for step in steps:
        place = {
            "revision": new,
            "start": step.carried.start,
            "end": step.carried.end,
            "state": step.state,
            "score": step.carried.score,
            "method": step.carried.method,
        }
        if isinstance(step.mark, Annotation):
            placements.append(Placement(annotation=step.mark, **place))
        else:
            quoted.append(QuotationPlacement(quotation=step.mark, **place))
    Placement.objects.bulk_create(placements, batch_size=500)
    QuotationPlacement.objects.bulk_create(quoted, batch_size=500)


def place_at_once(mark: Mark, current: Revision) -> None:
    """Give a new mark its first places: where it was made, and in ``current`` if that is newer.

    Those in the revisions between, which nobody changes any more, follow without a lock.
    """
    made = Carried(mark.start, mark.end, "exact", 1.0, 0.0, "marked")
    write_places([Step(mark, None, made, PlacementState.EXACT)], mark.revision)
    if current.pk != mark.revision.pk:
        write_places(_from_made_on(mark.revision, current.text, [mark]), current)
        transaction.on_commit(lambda: _place_between(mark, current), robust=True)


def _place_between(mark: Mark, current: Revision) -> None:
    between = Revision.objects.filter(
        post=current.post_id, number__gt=mark.revision.number, number__lt=current.number
    )
    for revision in between.only("text"):
        write_places(_from_made_on(mark.revision, revision.text, [mark]), revision)


def _marks_on(revision: Revision) -> Iterable[tuple[Mark, Placed]]:
    """Every annotation of ``revision``, and the quotations of it that are read now."""
    placements = Placement.objects.filter(revision=revision)
    for placement in placements.select_related("annotation"):
        yield placement.annotation, placement
    quoted = QuotationPlacement.objects.filter(
        revision=revision, quotation__comment_revision__superseded_at=None
    )
    for quotation_placement in quoted.select_related("quotation"):
        yield quotation_placement.quotation, quotation_placement


def _from_made_on(made_on: Revision, new_text: str, marks: Sequence[Mark]) -> list[Step]:
    places = [(mark.start, mark.end) for mark in marks]
    return [
        Step(mark, None, carried, _state(mark, carried, new_text))
        for mark, carried in zip(marks, carry(made_on.text, new_text, places), strict=True)
    ]


def _state(
    mark: Mark, carried: Carried, new_text: str, before: Placed | None = None
) -> PlacementState:
    """The state since the mark was made. ``carried`` tells of the last step alone."""
    if carried.start is None:
        return PlacementState.ORPHANED
    if new_text[carried.start : carried.end] != mark.quote:
        return PlacementState.CHANGED
    moved = carried.state == "moved" or (before and before.state == PlacementState.MOVED)
    return PlacementState.MOVED if moved else PlacementState.EXACT


def extent(start: int | None, end: int | None) -> Extent:
    """The place that two columns hold."""
    return None if start is None or end is None else (start, end)
