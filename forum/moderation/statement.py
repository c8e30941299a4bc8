"""The statement of reasons: what was decided about a post and why, composed in one place.

Whoever a decision concerns reads the same on the site, in an e-mail and from the API: what article
17 (3) of the Digital Services Act asks for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from forum.discussion.holding import to_moderators
from forum.discussion.models import Revision, State
from forum.discussion.visibility import Reader
from forum.lib.errors import NotFound
from forum.moderation.effects import tag_labels
from forum.moderation.models import (
    Action,
    Basis,
    Category,
    Decision,
    Flag,
    FlagReason,
    Ground,
    Notice,
    Party,
    Rule,
)
from forum.moderation.standing import (
    appeal_until,
    decided_since,
    is_passing_on,
    restricts,
    takes_from,
    words_read,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: What was done, as a sentence about the post.
_DONE: dict[str, _StrPromise] = {
    Action.KEEP: _lazy("It stays as it is."),
    Action.REMOVE: _lazy("It was removed: readers see only that something was there."),
    Action.RESTORE: _lazy("It was restored: everybody can read it again."),
    Action.HIDE_NOTE: _lazy("Its words were hidden. What it marks and its tags stay."),
    Action.SHOW_NOTE: _lazy("Its words are shown again."),
    Action.RETAG: _lazy("Its tags were changed. Its words stay."),
    Action.ASK_REVISION: _lazy("Its author was asked to change it."),
    Action.HIDE: _lazy("It is hidden until a moderator has looked at it."),
    Action.LOCK: _lazy("The thread under it was locked: nobody can answer there."),
    Action.UNLOCK: _lazy("The thread under it was unlocked: it can be answered again."),
    Action.ESCALATE: _lazy("It was left to somebody else to decide."),
    Action.REVERSE: _lazy("An earlier decision was turned back: it is as it was before that."),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One decision, as those read it whom it concerns. Nobody is named who judged or flagged."""

    decision: Decision
    #: What it is about, such as "response 3 on “Who pays”".
    about: str
    done: str
    at: datetime
    #: The words that were decided about, and which revision they are.
    revision: Revision
    #: What led to it.
    facts: str
    rule: Rule | None
    #: The rules of the site, the law, or that the site hides what many flag; empty where nothing is
    #: restricted.
    ground: str
    legal_ground: str
    reason: str
    #: Whether a machine found it, and whether one decided it.
    found_automatically: bool
    decided_automatically: bool
    #: Of a restriction: where it applies, and for how long.
    territory: str
    duration: str
    #: Until when it can be appealed, by this reader; ``None`` for not, or not by them.
    appeal_until: datetime | None
    #: Whether it stands.
    stands: bool

    @property
    def path(self) -> str:
        return reverse("decision", args=[self.decision.pk])


def statement_of(
    decision: Decision, party: Party | None = None, reader: Reader | None = None
) -> Statement:
    """The statement of reasons for ``decision``, as ``party`` reads it, in the language at hand.

    ``reader`` who objected to it is shown the words they objected to: those that were decided about
    may be others.
    """
    post = decision.case.post
    restricting = restricts(decision)
    concerned = party is not None and takes_from(decision, party)
    until = appeal_until(decision, party) if concerned else None
    since = decided_since(decision)
    return Statement(
        decision=decision,
        about=_("%(called)s on “%(title)s”")
        % {"called": post.called, "title": post.root.article.title if post.root else ""},
        done=_done(decision),
        at=decision.created_at,
        revision=_words(decision, party, reader),
        facts=_facts(decision, party, reader),
        rule=decision.rule,
        ground=_rests_on(decision),
        legal_ground=decision.legal_ground,
        reason=decision.reason,
        found_automatically=decision.detected_automatically,
        decided_automatically=decision.basis == Basis.AUTOMATIC,
        territory=_("It applies wherever this site is read.") if restricting else "",
        duration=_duration(decision) if restricting else "",
        appeal_until=until,
        stands=since is None or is_passing_on(since),
    )


def as_text(statement: Statement) -> str:
    """The same as the text of a notice or an e-mail, without the words it is about."""
    said = statement
    lines = [f"{said.about[:1].upper()}{said.about[1:]}: {said.done}", said.facts]
    if said.decided_automatically:
        lines.append(said.ground)
    if said.rule:
        about = {"rule": said.rule, "version": said.rule.version}
        lines.append(_("Rule: %(rule)s (version %(version)s)") % about)
    if said.legal_ground:
        lines.append(_("Law: %(law)s") % {"law": said.legal_ground})
    if said.reason:
        lines.append(_("Reason: %(reason)s") % {"reason": said.reason})
    lines.append(how_decided(said))
    if said.territory:
        lines.append(f"{said.territory} {said.duration}")
    if said.appeal_until:
        lines.append(how_to_appeal(said))
    return "\n\n".join(lines)


def how_decided(statement: Statement) -> str:
    """Who, or what, found it and decided it."""
    if statement.decided_automatically:
        return _("The site decided this by its settings; nobody has looked at it.")
    if statement.found_automatically:
        return _("A program found it; a person decided.")
    return _("A person decided this; no program found it.")


def how_to_appeal(statement: Statement) -> str:
    """That one can object, and until when."""
    if statement.appeal_until is None:
        return ""
    day = date_format(statement.appeal_until, "DATE_FORMAT")
    return _(
        "If you think this is wrong, you can appeal until %(day)s, on the page of this decision. "
        "It costs nothing, and somebody else decides. You can also turn to a certified "
        "out-of-court body, or to a court."
    ) % {"day": day}


def _done(decision: Decision) -> str:
    done = str(_DONE[decision.action])
    if decision.action == Action.ASK_REVISION and decision.state_after == State.HIDDEN:
        return done + " " + _("It is hidden until they do.")
    if decision.action == Action.KEEP:
        if decision.state_before in (State.HELD, State.HIDDEN):
            done = _("It is published.")
        if decision.basis == Basis.APPEAL:
            done = _("An earlier decision was turned back.") + " " + done
        return done
    if decision.action == Action.RETAG:
        before, after = (
            ", ".join(tag_labels(decision.case.post, slugs))
            for slugs in decision.effect.get("tags", [[], []])
        )
        tags = {"before": before, "after": after}
        return done + " " + _("Before: %(before)s. Now: %(after)s.") % tags
    return done


def _rests_on(decision: Decision) -> str:
    if decision.action == Action.HIDE:
        return _(
            "The site hides what enough readers have flagged, some of whose flags have proved "
            "right before, until a moderator has looked. Nobody has found that it breaks a rule."
        )
    return str(Ground(decision.ground).label) if decision.ground else ""


def _words(decision: Decision, party: Party | None, reader: Reader | None) -> Revision:
    if party not in (Party.FLAGGER, Party.NOTIFIER) or reader is None:
        return decision.revision
    read = words_read(reader, decision) if reader.is_authenticated else None
    if read is None:
        raise NotFound(_("There is no such decision."))
    return read


def _facts(decision: Decision, party: Party | None, reader: Reader | None) -> str:
    """What led to a decision: the flags and notices before it, why it waited, or none of these.

    Why it waited may say something of its author, which is for them and for moderators; and of what
    they did elsewhere, which is for moderators of the whole site.
    """
    flags = Flag.objects.filter(case=decision.case_id, created_at__lte=decision.created_at)
    reasons = Counter(flags.order_by("pk").values_list("reason", flat=True))
    waited_for = decision.effect.get("held_for", [""])[0]
    if decision.basis == Basis.APPEAL:
        return _("It was decided on an appeal.")
    facts = []
    if reasons:
        number = sum(reasons.values())
        why = "; ".join(str(FlagReason(reason).label) for reason, _n in reasons.most_common())
        facts.append(
            ngettext(
                "%(number)d reader flagged it: %(why)s.",
                "%(number)d readers flagged it: %(why)s.",
                number,
            )
            % {"number": number, "why": why}
        )
    if said := _notices(decision):
        facts.append(said)
    if waited_for and party in (Party.FLAGGER, Party.NOTIFIER):
        facts.append(_("It was held for review."))
    elif said := to_moderators(waited_for, whole=party == Party.AUTHOR or _moderates_site(reader)):
        facts.append(_("It was held for review: %(why)s") % {"why": said})
    return " ".join(facts) or _("Nobody had flagged it; a moderator looked at it all the same.")


def _notices(decision: Decision) -> str:
    """That notice was given before ``decision`` and of what (article 17 (3) (b)); never by whom."""
    given = Notice.objects.filter(case=decision.case_id, created_at__lte=decision.created_at)
    about = Counter(given.order_by("pk").values_list("category", flat=True))
    if not about:
        return ""
    number = sum(about.values())
    what = "; ".join(str(Category(category).label) for category, _n in about.most_common())
    return ngettext(
        "Notice was given that it is illegal (article 16 of the Digital Services Act): %(what)s.",
        "Notice was given %(number)d times that it is illegal (article 16 of the Digital Services "
        "Act): %(what)s.",
        number,
    ) % {"number": number, "what": what}


def _moderates_site(reader: Reader | None) -> bool:
    return reader is not None and reader.is_authenticated and reader.moderates_site


def _duration(decision: Decision) -> str:
    if decision.action == Action.HIDE:
        return _("It ends when a moderator has looked at it.")
    if decision.action == Action.ASK_REVISION:
        return _("It ends when its author has changed it and a moderator has looked at that.")
    return _("It has no end, unless it is turned back.")


def page_of(decision: Decision) -> str:
    """The address of the page of ``decision``."""
    return str(settings.SITE_URL) + reverse("decision", args=[decision.pk])
