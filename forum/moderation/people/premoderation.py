"""The step of screening that holds what somebody writes who is pre-moderated."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from forum.discussion.holding import SANCTIONED
from forum.discussion.models import Audience
from forum.moderation.models import Sanctioning
from forum.moderation.people.standing import holding
from forum.screening.outcomes import Finding, Outcome
from forum.screening.submission import Step, Submission, nothing_said


def look_at_person(submission: Submission) -> Finding | None:
    """Whether a moderator wants to read first what this person writes there. Of whoever has no
    sanction nothing is asked; what they write for themselves alone is theirs."""
    author, post = submission.author, submission.post
    if author is None or not author.is_sanctioned or post.audience == Audience.PRIVATE:
        return None
    if holding(author, post, Sanctioning.PREMODERATE) is None:
        return None
    return Finding(Outcome.HOLD, code=SANCTIONED)


PEOPLE = Step(
    "sanction", look_at_person, gettext_lazy("Pre-moderation"), nothing_said, spares_nobody=True
)
