"""What moderators are shown of the signals of a revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy

from forum.accounts.models import User
from forum.discussion.holding import OF_ELSEWHERE
from forum.discussion.models import Revision
from forum.moderation.models import Rule
from forum.screening.models import Refusal, Signal
from forum.screening.outcomes import Outcome, points, weight
from forum.screening.pipeline import steps
from forum.screening.submission import FORMER_STEP

#: Code points around a word that was found, and places that are shown of one signal.
_AROUND, _MOST_PLACES = 60, 8
#: What a step came to, of words that were refused.
_OF_REFUSED = {
    Outcome.NUDGE.value: gettext_lazy("Would have asked its author"),
    Outcome.HOLD.value: gettext_lazy("Would have held it"),
    Outcome.REFUSE.value: gettext_lazy("Refused"),
}
#: Code points within which a word is not cut.
_WORD = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; what was found in it has the name of what found it."""

    text: str
    found: str = ""


class Found(NamedTuple):
    """What one step found, wherever it is kept."""

    step: str
    outcome: str
    #: The outcome in words.
    verdict: str
    score: float
    rule: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """One signal as a moderator reads it."""

    step: str
    label: str
    outcome: str
    #: The outcome in words.
    verdict: str
    #: What it rests on, in a sentence; may be empty.
    detail: str
    #: What it adds to the priority of a case, 0 to 5.
    weight: float
    rule: Rule | None
    #: Where what was found stands, with the words around.
    places: Sequence[Sequence[Piece]]
    #: What was found and stands nowhere in the text, such as in an address.
    elsewhere: Sequence[str]

    @property
    def is_quiet(self) -> bool:
        """Whether it found nothing that matters."""
        return self.outcome == Outcome.PUBLISH and not self.weight


@dataclass(frozen=True, slots=True)
class Signals:
    """All signals of a revision, in the order of the steps."""

    shown: Sequence[Shown]
    #: What they add to the priority of a case together, 10 at most.
    points: float

    @property
    def loud(self) -> list[Shown]:
        """Those that found something."""
        return [one for one in self.shown if not one.is_quiet]

    @property
    def quiet(self) -> list[Shown]:
        """Those that did not."""
        return [one for one in self.shown if one.is_quiet]


def signals_of(revision: Revision, reader: User | None = None) -> Signals:
    """The signals of ``revision``, for a moderator who may read it. Two queries at most.

    A ``reader`` who moderates a part of the site alone is not told what its author did elsewhere.
    """
    found = [
        Found(
            signal.step,
            signal.outcome,
            signal.get_outcome_display(),
            signal.score,
            signal.rule,
            signal.evidence,
        )
        for signal in Signal.objects.filter(revision=revision)
    ]
    return _as_shown(found, revision.text, reader)


@dataclass(frozen=True, slots=True)
class ShownRefusal:
    """Something that was refused, as a moderator reads it."""

    refusal: Refusal
    #: What the step is called that refused it.
    label: str
    rule: Rule | None
    #: What every step found; what refused it among them.
    signals: Signals


def shown_refusals(refusals: Sequence[Refusal], reader: User) -> list[ShownRefusal]:
    """``refusals`` as ``reader`` reads them. One query."""
    slugs = {finding["rule"] for refusal in refusals for finding in refusal.findings}
    rules = _rules(slugs | {refusal.rule for refusal in refusals})
    known = {step.name: step for step in steps()}
    shown = []
    for refusal in refusals:
        step = known.get(refusal.step)
        found = [
            Found(
                one["step"],
                one["outcome"],
                str(_OF_REFUSED.get(one["outcome"], "")),
                one["score"],
                one["rule"],
                one["evidence"],
            )
            for one in refusal.findings
        ]
        shown.append(
            ShownRefusal(
                refusal,
                str(step.label if step else FORMER_STEP),
                rules.get(refusal.rule),
                _as_shown(found, refusal.text, reader, rules),
            )
        )
    return shown


def _as_shown(
    found: Iterable[Found],
    text: str,
    reader: User | None,
    rules: Mapping[str, Rule] | None = None,
) -> Signals:
    if reader is not None and not reader.moderates_site:
        found = [one for one in found if one.step not in OF_ELSEWHERE]
    found = list(found)
    by_slug = _rules({one.rule for one in found}) if rules is None else rules
    known = {step.name: step for step in steps()}
    shown = []
    for one in found:
        step = known.get(one.step)
        hits = _hits(one.evidence)
        shown.append(
            Shown(
                step=one.step,
                label=str(step.label if step else FORMER_STEP),
                outcome=one.outcome,
                verdict=one.verdict,
                detail=step.describe(one.evidence) if step and one.evidence else "",
                weight=weight(one.score),
                rule=by_slug.get(one.rule),
                places=places_in(text, hits),
                elsewhere=[
                    f"{hit.get('word', '')}: {hit['address']}" for hit in hits if hit.get("address")
                ],
            )
        )
    return Signals(shown, points(one.score for one in found))


def _rules(slugs: set[str]) -> dict[str, Rule]:
    """The rules of these slugs as they are in force; a query where there is any slug."""
    slugs = slugs - {""}
    rules = Rule.objects.filter(slug__in=slugs, retired_at=None) if slugs else ()
    return {rule.slug: rule for rule in rules}


def places_in(text: str, hits: Iterable[Mapping[str, Any]]) -> list[list[Piece]]:
    """Where ``hits`` stand in ``text``, each with the words around it; what is near is together.

    A hit has ``start`` and ``end`` in code points of ``text``, and the ``word`` that it is of. What
    does not fit the text, which may have been erased since, is left out.
    """
    spans = sorted(
        (hit["start"], hit["end"], str(hit.get("word", "")))
        for hit in hits
        if isinstance(hit.get("start"), int) and isinstance(hit.get("end"), int)
    )
    places: list[list[Piece]] = []
    at = -1
    for start, end, word in spans:
        if not max(0, at) <= start < end <= len(text):
            continue
        if places and start - at <= 2 * _AROUND:
            # Up to here, in place of what came after the one before.
            places[-1][-1] = Piece(text[at:start])
        elif len(places) == _MOST_PLACES:
            break
        else:
            before = _from_a_word(text, start - _AROUND, start)
            places.append([Piece(("…" if before else "") + text[before:start])])
        after = _to_a_word(text, end, end + _AROUND)
        places[-1] += [
            Piece(text[start:end], word),
            Piece(text[end:after] + ("…" if after < len(text) else "")),
        ]
        at = end
    return places


def _from_a_word(text: str, start: int, end: int) -> int:
    """Where a word begins in ``text[start:end]``, near its beginning; else ``start``."""
    if start <= 0:
        return 0
    space = text.find(" ", start, min(end, start + _WORD))
    return start if space < 0 else space + 1


def _to_a_word(text: str, start: int, end: int) -> int:
    """Where a word ends in ``text[start:end]``, near its end; else ``end``."""
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", max(start, end - _WORD), end)
    return end if space < 0 else space


def _hits(evidence: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    hits = evidence.get("hits")
    return [hit for hit in hits if isinstance(hit, dict)] if isinstance(hits, list) else []
