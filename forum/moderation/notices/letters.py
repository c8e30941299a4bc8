"""What whoever gave notice is told: the links that show it to them alone, receipt and decision."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.guests.letters import queue_letter, withhold_letter
from forum.lib.errors import NotFound
from forum.lib.interface import spoken_to
from forum.moderation.models import Action, Basis, CaseState, Notice, NoticeState, Party
from forum.moderation.standing import appeal_until, takes_from
from forum.notifications.actions import notify, withhold
from forum.notifications.models import NotificationKind

if TYPE_CHECKING:
    from forum.moderation.models import Appeal, Decision

#: Each says what a signed number is for.
_PAGE, _STOP = "forum.moderation.notice", "forum.moderation.notice.stop"

#: What was decided about what somebody gave notice of.
_OUTCOMES: dict[str, Promise] = {
    Action.KEEP: _lazy("It stays. We do not find it illegal."),
    Action.REMOVE: _lazy("It was removed."),
    Action.RESTORE: _lazy("It was looked at again and restored."),
    Action.HIDE_NOTE: _lazy("Its words were hidden; the mark and its tags stay."),
    Action.SHOW_NOTE: _lazy("It was looked at again, and its words are shown again."),
    Action.RETAG: _lazy("Its words stay; its tags were changed."),
    Action.ASK_REVISION: _lazy("Its author was asked to revise it."),
    Action.LOCK: _lazy("It stays; nobody can answer it any more."),
    Action.UNLOCK: _lazy("It was looked at again, and can be answered again."),
    Action.REVERSE: _lazy("It was looked at again, and what was decided before was turned back."),
}


def page_of(notice: Notice) -> str:
    """The path of the page that shows ``notice`` to whoever gave it."""
    return reverse("notice", args=[_signed(notice, _PAGE)])


def stop_page_of(notice: Notice) -> str:
    """The path that forgets who gave ``notice``; it does nothing else."""
    return reverse("notice-stop", args=[_signed(notice, _STOP)])


def read_page(token: str) -> Notice:
    """The notice that such a link shows. Raises ``NotFound``: we did not make the link."""
    return _read(token, _PAGE)


def read_stop(token: str) -> Notice:
    """What a link that stops e-mails is about. Raises ``NotFound``."""
    return _read(token, _STOP)


def redress_until(decision: Decision) -> datetime | None:
    """Until when whoever gave notice can appeal against ``decision``, if they can."""
    if not takes_from(decision, Party.NOTIFIER):
        return None
    return appeal_until(decision, Party.NOTIFIER)


def outcome_of(decision: Decision) -> str:
    """What was decided, in a sentence for whoever gave notice."""
    said = _OUTCOMES.get(decision.action)
    return str(said) if said else decision.get_action_display()


def automation_of(decision: Decision) -> str:
    """What machines had to do with ``decision`` (article 16 (6)), in a sentence."""
    if decision.basis == Basis.AUTOMATIC:
        return _("It was decided automatically.")
    return _("A person decided; no automated means were used for the decision.")


def send_receipt(notice: Notice) -> None:
    """Confirm without delay that ``notice`` has arrived (article 16 (4)).

    Nothing that was typed is in it: the address may be that of somebody who knows nothing of this.
    """
    with spoken_to(notice):
        subject = _("We have received notice %(number)s") % {"number": notice.pk}
        body = _(
            "We have received your notice of illegal content. Its number is %(number)s. A "
            "moderator reads it; you will be told what was decided, and what you can do then."
        ) % {"number": notice.pk}
        _tell(notice, key=f"notice:{notice.pk}:received", subject=subject, body=body)


def answer_notices(decision: Decision, *, but: Notice | None = None) -> int:
    """Let ``decision`` answer every notice in its case that waits; return how many are told.

    What opened the case again answers none. Whoever gave notice before hears of what is decided
    after that as well, ``but`` who is told otherwise. In the caller's transaction.
    """
    settled = Notice.objects.filter(case=decision.case_id, case__state=CaseState.DECIDED)
    settled.filter(state=NoticeState.RECEIVED).update(
        state=NoticeState.DECIDED, decision=decision, decided_at=decision.created_at
    )
    notices = Notice.objects.filter(case=decision.case_id, forgotten_at=None)
    if but:
        notices = notices.exclude(pk=but.pk)
    told = 0
    for notice in notices.select_related("notifier"):
        told += _tell_decision(notice, decision)
    return told


def reopen_notices(decision: Decision) -> None:
    """Let the notices that ``decision`` answered, which opens its case again, wait again. In the
    caller's transaction."""
    answered = Notice.objects.filter(case=decision.case_id, decision=decision)
    answered.update(state=NoticeState.RECEIVED, decision=None, decided_at=None)


def take_back_from_notifiers(reversal: Decision) -> None:
    """Tell those who gave notice, and have heard of what ``reversal`` takes back, that it was; the
    others hear of neither. In the caller's transaction.
    """
    first = reversal.overrides
    if first is None:
        return
    heard = Notice.objects.filter(case=reversal.case_id, forgotten_at=None)
    heard = heard.filter(created_at__lte=first.created_at)
    for notice in heard.select_related("notifier", "case__post"):
        key = f"notice:{notice.pk}:decided-{first.pk}"
        if withhold_letter(key) or withhold([key]):
            continue
        with spoken_to(notice):
            _tell(
                notice,
                key=f"notice:{notice.pk}:taken-back-{first.pk}",
                subject=_("Notice %(number)s is looked at again") % {"number": notice.pk},
                body=_(
                    "What was decided about your notice was taken back; a moderator looks again."
                ),
            )


def tell_notifiers_of_appeal(appeal: Appeal, result: Decision) -> None:
    """Tell whoever gave notice, and appealed, what became of that; and the others of ``result``,
    where it is another decision. One letter each. In the caller's transaction."""
    changed = result.pk != appeal.decision_id
    notice = appeal.notice
    if changed:
        answer_notices(result, but=notice)
    if notice is None or notice.forgotten_at:
        return
    with spoken_to(notice):
        said = [
            f"{appeal.get_outcome_display()}.",
            _("Answer: %(answer)s") % {"answer": appeal.answer},
        ]
        if changed:
            # The answer is the reason where no other was given.
            said += _decided(result, without=appeal.answer)
        _tell(
            notice,
            key=f"notice:{notice.pk}:appeal-{appeal.pk}",
            subject=_("Your appeal about notice %(number)s was decided") % {"number": notice.pk},
            body="\n\n".join(said),
        )


def _tell_decision(notice: Notice, decision: Decision) -> bool:
    with spoken_to(notice):
        return _tell(
            notice,
            key=f"notice:{notice.pk}:decided-{decision.pk}",
            subject=_("What was decided about notice %(number)s") % {"number": notice.pk},
            body="\n\n".join(_decided(decision)),
        )


def _decided(decision: Decision, *, without: str = "") -> list[str]:
    """What was decided, by which rule and why, unless that is what they are told anyway, and what
    they can do about it."""
    said = [outcome_of(decision)]
    if decision.rule:
        said.append(_("Rule: %(rule)s") % {"rule": decision.rule})
    if decision.legal_ground:
        said.append(_("Law: %(law)s") % {"law": decision.legal_ground})
    if decision.reason and decision.reason != without:
        said.append(_("Reason: %(reason)s") % {"reason": decision.reason})
    said.append(automation_of(decision))
    if until := redress_until(decision):
        said.append(
            _(
                "If you think that this is wrong, you can appeal until %(until)s, free of "
                "charge; somebody else decides then. You can also turn to an out-of-court "
                "dispute settlement body or to a court."
            )
            % {"until": date_format(until, "DATE_FORMAT")}
        )
    return said


def _tell(notice: Notice, *, key: str, subject: str, body: str) -> bool:
    """Tell whoever gave ``notice``, on the site or by e-mail; whether there is anybody to tell."""
    page = page_of(notice)
    if notice.notifier:
        notify(
            notice.notifier,
            kind=NotificationKind.OUTCOME,
            key=key,
            subject=subject,
            body=body,
            path=page,
            post=notice.case.post,
        )
    elif notice.email:
        link = _("Your notice, and what has become of it: %(link)s") % {
            "link": settings.SITE_URL + page
        }
        queue_letter(
            to=notice.email,
            key=key,
            subject=subject,
            body=f"{body}\n\n{link}",
            stop=stop_page_of(notice),
        )
    return bool(notice.notifier or notice.email)


def _signed(notice: Notice, salt: str) -> str:
    # Without a time, which would make it another link each time.
    return signing.Signer(salt=salt).sign_object(notice.pk)


def _read(token: str, salt: str) -> Notice:
    try:
        pk = signing.Signer(salt=salt).unsign_object(token)
    except signing.BadSignature:
        raise NotFound(_("This link is not whole.")) from None
    found = Notice.objects.select_related("case__post", "revision", "decision__rule", "notifier")
    notice = found.filter(pk=pk).first()
    if notice is None:
        raise NotFound(_("This link has expired, and what it was about is gone."))
    return notice
