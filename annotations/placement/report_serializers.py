"""The shape of a report on what a new text would do, in the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rest_framework import serializers

from annotations.excerpts import Excerpt
from annotations.placement.placing import Extent
from annotations.placement.report import Passage, Report, Tally
from forum.discussion.models import Revision
from forum.lib.fields import Choice, Input, Text
from forum.lib.html import Format


class CarryRequest(Input):
    source = Text(  # type: ignore[assignment]  # a field's own source is another
        required=False, allow_null=True, help_text="As it is now if absent."
    )
    format = Choice(
        [f.value for f in (Format.MARKDOWN, Format.HTML)], required=False, allow_null=True
    )


@dataclass(frozen=True, slots=True)
class Stand:
    """A place and what stands there."""

    start: int
    end: int
    quote: str

    @classmethod
    def at(cls, extent: Extent, words: Excerpt | None) -> Stand | None:
        """Nothing, for what stands nowhere."""
        return cls(*extent, words.words) if extent and words else None


@dataclass(frozen=True, slots=True)
class Touched:
    """A note whose passage an edit changes, or takes away."""

    annotation: int
    before: Stand | None
    after: Stand | None
    score: float


@dataclass(frozen=True, slots=True)
class CarryAnswer:
    """A report, and the text it compares with."""

    revision: Revision
    report: Report

    @property
    def changed(self) -> list[Touched]:
        return _touched(self.report.changed)

    @property
    def orphaned(self) -> list[Touched]:
        return _touched(self.report.lost)


def _touched(passages: Iterable[Passage]) -> list[Touched]:
    """The notes among ``passages`` that the reader may read."""
    return [
        Touched(
            annotation=passage.post.pk,
            before=Stand.at(passage.move.before, passage.old),
            after=Stand.at(passage.move.after, passage.new),
            score=passage.move.score,
        )
        for passage in passages
        if passage.post and not passage.is_quote
    ]


class TallySerializer(serializers.Serializer[Tally]):
    """How many stand where they stood, elsewhere, on changed words, nowhere; or stand again."""

    exact = serializers.IntegerField(source="kept")
    moved = serializers.IntegerField()
    changed = serializers.IntegerField()
    orphaned = serializers.IntegerField(source="lost")
    found = serializers.IntegerField(help_text="Orphaned in the present text, not in the new.")


class CountsSerializer(serializers.Serializer[Report]):
    annotations = TallySerializer(source="notes")
    quotes = TallySerializer(help_text="Passages that responses quote.")


class StandSerializer(serializers.Serializer[Stand]):
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    quote = serializers.CharField(help_text="What stands there.")


class TouchedSerializer(serializers.Serializer[Touched]):
    """An annotation whose passage changes or, where `after` is `null`, goes."""

    annotation = serializers.IntegerField()
    before = StandSerializer()
    after = StandSerializer(allow_null=True)
    score = serializers.FloatField(help_text="How alike the two are, from 0 to 1.")


class CarryReportSerializer(serializers.Serializer[CarryAnswer]):
    revision = serializers.IntegerField(source="revision.pk", help_text="The present text.")
    counts = CountsSerializer(source="report")
    changed = TouchedSerializer(many=True)
    orphaned = TouchedSerializer(many=True)
