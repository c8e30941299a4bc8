"""The steps in their order, and what comes of what they find.

Each step looks at what is to be published, and its finding is kept with the revision as a signal:
``Screening.keep`` writes all of them in the transaction that writes the words. The worst outcome
wins. Nothing here is asked inside a transaction: a step may ask another server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.discussion.models import Audience, Post, Revision
from forum.lib.errors import Nudge, Refused
from forum.lib.hooks import named
from forum.lib.insert import insert_values
from forum.moderation.models import Rule
from forum.screening.models import Signal
from forum.screening.outcomes import Finding, Outcome, worst
from forum.screening.refusals import keep_refusal
from forum.screening.submission import Step, Submission

#: A nudge of a step without a rule.
_NO_RULE = "-"


@dataclass(frozen=True, slots=True)
class Screening:
    """What all steps found of one submission."""

    findings: Sequence[tuple[Step, Finding]] = ()

    @property
    def outcome(self) -> Outcome:
        """The worst of what they found."""
        return worst(found.outcome for _step, found in self.findings)

    @property
    def held_for(self) -> str:
        """The code of why it waits, that of the first step which says so; empty: it does not."""
        for step, found in self.findings:
            if found.outcome == Outcome.HOLD:
                return found.code or step.name
        return ""

    def first(self, outcome: Outcome) -> tuple[Step, Finding]:
        """The first step that came to ``outcome``, of which there is one, and what it found."""
        return next((step, found) for step, found in self.findings if found.outcome == outcome)

    def keep(self, revision: Revision) -> None:
        """Write the signals of ``revision``, in the transaction that writes it. One statement."""
        now = _MADE.get_db_prep_save(timezone.now(), connection)
        empty = _EVIDENCE.get_db_prep_save({}, connection)
        rows = [
            (
                revision.pk,
                step.name,
                found.outcome.value,
                found.score,
                found.rule,
                _EVIDENCE.get_db_prep_save(dict(found.evidence), connection)
                if found.evidence
                else empty,
                now,
            )
            for step, found in self.findings
        ]
        insert_values(Signal, rows)


_COLUMNS = {field.name: field for field in Signal._meta.concrete_fields}
_MADE, _EVIDENCE = _COLUMNS["created_at"], _COLUMNS["evidence"]


def is_exempt(submission: Submission) -> bool:
    """Whether nothing is looked at: who reviews or publishes is trusted, and what only some people
    read (private notes, a course's) is theirs, and never leaves for another server."""
    author = submission.author
    if submission.post.audience != Audience.PUBLIC:
        return True
    return author is not None and (author.moderates_site or author.publishes)


def screen(submission: Submission, *, outside: bool = True) -> Screening:
    """Have every step look at ``submission``; what they found, if it may be written down at all.

    ``outside`` says whether other servers are asked.

    Raises ``Refused``, naming the words' field and the rule, and keeps why for moderators; or
    ``Nudge``, which its author gets past by sending the same with ``anyway`` in its ``sending``:
    the names of what they were asked about. Of what is sent a second time with its token nothing is
    asked again.
    """
    screening = look(submission, outside=outside)
    if screening.outcome == Outcome.REFUSE and not _was_posted(submission.post):
        step, found = screening.first(Outcome.REFUSE)
        keep_refusal(submission, screening.findings, step)
        raise _refusal(submission, step, found)
    if screening.outcome == Outcome.NUDGE:
        asked = _asked(screening)
        answered = set(submission.sending.anyway.split())
        if not answered.issuperset(asked) and not _was_posted(submission.post):
            raise _nudge(asked)
    return screening


def look(submission: Submission, *, outside: bool = True) -> Screening:
    """What every step finds, without any consequence. Of private notes nothing is asked at all."""
    if submission.post.audience == Audience.PRIVATE:
        return Screening()
    spared = is_exempt(submission)
    findings: list[tuple[Step, Finding]] = []
    refused = False
    for step in steps():
        if step.asks_outside and (refused or not outside):
            continue
        if spared and not step.spares_nobody:
            continue
        found = step.look(submission)
        if found is not None:
            findings.append((step, found))
            refused = refused or found.outcome == Outcome.REFUSE
    return Screening(tuple(findings))


def steps() -> list[Step]:
    """The steps of this site, in order."""
    return named(settings.SCREENING_STEPS)


def refused_as_held(screening: Screening) -> Screening:
    """``screening`` of words that are there already, and can be refused or asked about no more:
    they are held."""
    return Screening(
        tuple(
            (step, replace(found, outcome=Outcome.HOLD))
            if found.outcome == Outcome.REFUSE
            else (step, found)
            for step, found in screening.findings
        )
    )


def rule_named(slug: str) -> Rule | None:
    """The rule of this slug as it is in force."""
    return Rule.objects.filter(slug=slug, retired_at=None).first() if slug else None


def _refusal(submission: Submission, step: Step, found: Finding) -> Refused:
    message = found.message
    rule = rule_named(found.rule)
    if rule and not message:
        message = _(
            "This cannot be posted: something in it is against rule %(number)s, “%(title)s”. "
            "Change it, then send it again."
        ) % {"number": rule.number, "title": rule.title}
    message = message or _(
        "This cannot be posted: something in it is not allowed here. Change it, then send it again."
    )
    return Refused(submission.field, message, code=step.name)


def _asked(screening: Screening) -> dict[str, tuple[Step, Finding]]:
    """What the author is asked about, each under the name by which they answer."""
    return {
        f"{step.name}:{found.rule or _NO_RULE}": (step, found)
        for step, found in screening.findings
        if found.outcome == Outcome.NUDGE
    }


def _nudge(asked: dict[str, tuple[Step, Finding]]) -> Nudge:
    nudges = []
    for step, found in asked.values():
        rule = rule_named(found.rule)
        if found.message:
            said = found.message
        elif rule:
            said = _("This may break rule %(number)s, “%(title)s”.") % {
                "number": rule.number,
                "title": rule.title,
            }
        else:
            said = _("This may not be welcome here.")
        nudges.append({"step": step.name, "rule": found.rule, "text": said})
    message = " ".join(nudge["text"] for nudge in nudges)
    return Nudge(message, anyway=" ".join(sorted(asked)), nudges=nudges)


def _was_posted(post: Post) -> bool:
    """Whether this was posted before, and is a form that was sent twice."""
    if not post.token or post.pk:
        return False
    return Post.objects.filter(author=post.author_id, token=post.token).exists()
