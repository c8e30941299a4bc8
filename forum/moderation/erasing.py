"""What becomes of the record when an account is erased: codes stay, texts and the name go."""

from __future__ import annotations

from django.db.models import Q, Value
from django.utils import timezone

from forum.accounts.models import Leaving, User, former_member
from forum.discussion.erasing import erased
from forum.moderation.models import (
    GONE,
    Appeal,
    Bulk,
    Case,
    CaseReason,
    Decision,
    Event,
    Flag,
    Notice,
    Queue,
    RoleAssignment,
    SecondReview,
)
from forum.moderation.people.erasing import erase_sanctions


def hold_cases(person: User, _posts: Leaving) -> None:
    """Take the cases of what ``person`` wrote before the posts, as whoever decides one does: each
    waits for the other to be done, not both for one another."""
    cases = Case.objects.select_for_update().filter(author=person).order_by("pk")
    for _case in cases.values_list("pk").iterator():
        pass


def erase_record(person: User, posts: Leaving) -> None:
    """Take texts off the record of what is erased, and the name of ``person`` off all of it.

    Who flagged and who decided can still be told from others, by the number of the account that
    there was. What a moderator gave as a reason is the site's, and stays where the post does.
    """
    gone = erased(person).values("pk")
    name = Value(former_member(person.pk))
    # There is nothing left to decide about those, and nobody finds others by their author.
    Case.objects.filter(post__in=gone).update(queue=Queue.NONE)
    CaseReason.objects.filter(case__post__in=gone).update(queue=Queue.NONE)
    Case.objects.filter(author=person).update(author=None)
    flags = Flag.objects.filter(case__post__in=gone)
    flags.exclude(note="").update(note="")
    Flag.objects.filter(flagger=person).update(flagger=None, flagger_name=name, note="")
    notices = Notice.objects.filter(Q(case__post__in=gone) | Q(notifier=person))
    notices.update(explanation=GONE)
    Notice.objects.filter(notifier=person).update(
        notifier=None, name="", email="", email_digest="", forgotten_at=timezone.now()
    )
    decisions = Decision.objects.filter(case__post__in=gone)
    decisions.exclude(reason="").update(reason=GONE)
    decisions.exclude(note="").update(note=GONE)
    Decision.objects.filter(moderator=person).update(moderator=None, moderator_name=name)
    Event.objects.filter(case__post__in=gone).exclude(detail="").update(detail=GONE)
    Bulk.objects.filter(moderator=person).update(moderator=None, moderator_name=name)
    erase_sanctions(person, gone)
    Event.objects.filter(actor=person).update(actor=None, actor_name=name)
    Event.objects.filter(subject=person).update(subject=None, subject_name=name)
    RoleAssignment.objects.filter(person=person).update(person=None, person_name=name)
    RoleAssignment.objects.filter(given_by=person).update(given_by=None, given_by_name=name)
    RoleAssignment.objects.filter(taken_by=person).update(taken_by=None, taken_by_name=name)
    reviews = SecondReview.objects.filter(decision__case__post__in=gone)
    reviews.exclude(note="").update(note=GONE)
    SecondReview.objects.filter(reviewer=person).update(reviewer=None, reviewer_name=name)
    appeals = Appeal.objects.filter(Q(appellant=person) | Q(decision__case__post__in=gone))
    appeals.exclude(text="").update(text=GONE)
    appeals.exclude(answer="").update(answer=GONE)
    Appeal.objects.filter(appellant=person).update(appellant=None, appellant_name=name)
    Appeal.objects.filter(decided_by=person).update(decided_by=None, decided_by_name=name)
