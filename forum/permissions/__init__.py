"""Who may do what to what: the one table, and the two functions that read it.

Every act is named ``noun.verb`` and allowed when *all* its predicates hold, tried in order;
the first that fails says why. A predicate takes the person and the object the act is on (its
type stands beside each group below) and returns ``None`` for yes, or the refusal to raise.
What nobody may see answers "not found", not "forbidden".

The predicates have rooms: ``people``, ``posts``, ``cases``, ``appeals``, ``sanctions``. The table,
what reads it and what others import are here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from forum.accounts.models import User
from forum.lib.errors import PostilError, SignInFirst
from forum.moderation.people.standing import stopped
from forum.permissions.appeals import (
    appeal_is_theirs,
    decides_appeals,
    is_concerned,
    is_open_to_them,
    judged_anothers_post,
    require_appealable,
    still_stands,
    takes_from_them,
)
from forum.permissions.cases import (
    UNDO_MINUTES,
    can_still_take_it_back,
    case_is_theirs,
    decided_it,
    decision_is_theirs,
    had_no_say,
    has_none_of_theirs,
    is_not_settled_on_appeal,
    is_theirs_to_decide,
    is_theirs_to_open,
    judged_others,
    judges_others,
    reaches_whoever_decided,
    reaches_whoever_did,
    review_is_theirs,
    reviews_others,
    was_not_turned_back,
)
from forum.permissions.people import (
    administers,
    has_no_account,
    is_another,
    is_here,
    is_met,
    leads_appeals,
    leaves_an_admin,
    moderates,
    moderates_site,
    outranks_them,
    publishes,
    signed_in,
)
from forum.permissions.posts import (
    can_still_be_edited,
    can_still_be_put_back,
    has_own_words,
    is_an_answer,
    is_anothers,
    is_author,
    is_draft,
    is_endorsed,
    is_for_everybody,
    is_not_author,
    is_out_or_waits,
    is_public,
    is_published,
    is_withdrawn,
    its_note_is_published,
    its_thread_is_open,
    its_words_are_its_authors,
    quotes,
    sees,
    takes_guests,
    takes_responses,
)
from forum.permissions.sanctions import (
    answers_another,
    answers_in_their_part,
    has_it,
    has_time_to_appeal,
    is_not_about_them,
    is_not_lifted,
    is_second,
    judged_neither_way,
    outranks_whoever_has_it,
    reaches_all_who_judged,
    reaches_who_gave_it,
    sanction_is_theirs,
    waits_for_a_second,
)

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


__all__ = [
    "RULES",
    "UNDO_MINUTES",
    "Predicate",
    "can",
    "reaches_who_gave_it",
    "refusal",
    "require",
    "require_appealable",
    "require_still",
]


Predicate = Callable[[Any, Any], PostilError | None]

RULES: dict[str, tuple[Predicate, ...]] = {
    # on nothing (None)
    "article.create": (signed_in, publishes),
    "case.list": (signed_in, moderates),
    "reason.edit": (signed_in, moderates_site),
    "words.edit": (signed_in, moderates_site),
    "refusal.list": (signed_in, moderates),
    "role.list": (signed_in, administers),
    # Of oneself, and of everybody.
    "oversight.own": (signed_in, moderates),
    "oversight.all": (signed_in, leads_appeals),
    "review.list": (signed_in, moderates),
    "account.erase": (signed_in, leaves_an_admin),
    "rule.write": (signed_in, administers),
    "statement.export": (signed_in, administers),
    # on an article's post
    "article.revise": (signed_in, publishes, sees),
    "article.publish": (signed_in, publishes, sees, is_draft),
    "article.follow": (signed_in, sees, is_published),
    "article.export": (signed_in, publishes, sees),
    # on the article's or response's post whose text was revised
    "revision.report": (signed_in, publishes, sees),
    # on an annotation's post
    "annotation.place": (signed_in, publishes, sees, is_published),
    # on the post that is answered or marked
    "comment.post": (
        *(signed_in, sees, is_public, is_published, its_note_is_published, takes_responses),
        its_thread_is_open,
    ),
    "guest.respond": (
        *(has_no_account, takes_guests, is_for_everybody, sees, is_published),
        *(its_note_is_published, takes_responses, its_thread_is_open),
    ),
    "annotation.post": (signed_in, sees, is_published),
    # on a person
    "person.follow": (signed_in, is_here, is_another),
    "person.mute": (signed_in, is_here, is_another),
    "role.give": (signed_in, administers, is_here),
    "admin.take": (signed_in, administers),
    "moderator.revert": (signed_in, leads_appeals, outranks_them),
    # on a role that somebody has
    "role.take": (signed_in, administers),
    "people.list": (signed_in, moderates_site),
    # Of whoever moderates a part: what is of that.
    "person.record": (signed_in, moderates, is_another, is_met),
    "person.note": (signed_in, moderates_site, is_another),
    "person.sanction": (signed_in, moderates, is_another, is_met, outranks_them),
    # on a sanction
    "sanction.acknowledge": (signed_in, has_it),
    "sanction.appeal": (signed_in, has_it, has_time_to_appeal, is_not_lifted),
    "sanction.read": (signed_in, moderates, sanction_is_theirs, is_not_about_them),
    "sanction.lift": (
        *(signed_in, moderates, sanction_is_theirs, outranks_whoever_has_it, reaches_who_gave_it),
    ),
    "sanction.approve": (
        *(signed_in, moderates_site, outranks_whoever_has_it, is_second, waits_for_a_second),
    ),
    # on an appeal against a sanction
    "sanction.answer": (
        *(signed_in, moderates, answers_in_their_part, answers_another, reaches_all_who_judged),
        judged_neither_way,
    ),
    # on any post
    "post.read": (sees,),
    "post.revise": (
        *(signed_in, sees, is_an_answer, is_author, is_out_or_waits, has_own_words),
        *(can_still_be_edited, its_words_are_its_authors),
    ),
    "post.withdraw": (signed_in, sees, is_an_answer, is_author, is_out_or_waits),
    "post.reinstate": (
        *(signed_in, sees, is_an_answer, is_author, is_withdrawn, can_still_be_put_back),
    ),
    "post.flag": (signed_in, sees, is_an_answer, is_public, is_not_author, is_published),
    # The law lets anybody.
    "post.notice": (sees, is_public, is_published),
    # on the post with which a thread begins
    "thread.follow": (signed_in, sees, is_an_answer, is_public, is_published),
    # on a response
    "post.endorse": (signed_in, sees, is_endorsed, is_anothers, is_published),
    # on the response that quotes
    "quotation.mark": (signed_in, sees, quotes, is_author, is_published),
    # on a case
    "case.read": (signed_in, moderates, case_is_theirs, judges_others),
    "case.decide": (
        *(signed_in, moderates, case_is_theirs, judges_others, is_theirs_to_decide),
        was_not_turned_back,
    ),
    "case.reopen": (signed_in, moderates, case_is_theirs, judges_others, is_theirs_to_open),
    # on a decision
    "decision.undo": (
        *(signed_in, moderates, decision_is_theirs, judged_others, decided_it),
        *(is_not_settled_on_appeal, can_still_take_it_back),
    ),
    "decision.revert": (
        *(signed_in, moderates, decision_is_theirs, judged_others, leads_appeals),
        *(reaches_whoever_decided, had_no_say, is_not_settled_on_appeal),
    ),
    "decision.read": (signed_in, is_concerned),
    "appeal.file": (signed_in, is_concerned, takes_from_them, is_open_to_them, still_stands),
    # on a bulk of decisions that turned back others
    "bulk.revert": (signed_in, leads_appeals, reaches_whoever_did, has_none_of_theirs),
    # on what was drawn for a second look
    "review.say": (signed_in, moderates, review_is_theirs, reviews_others),
    # on an appeal
    "appeal.decide": (
        *(signed_in, moderates, appeal_is_theirs, judged_anothers_post, decides_appeals),
    ),
}


def refusal(person: Reader, act: str, on: object = None) -> PostilError | None:
    """Why ``person`` may not do ``act``, or ``None`` when they may. ``KeyError``: no such act.

    What a sanction forbids comes last: it tells nobody more than others are told.
    """
    for predicate in RULES[act]:
        answer = predicate(person, on)
        if answer is not None:
            return answer
    return stopped(person, act, on)


def can(person: Reader, act: str, on: object = None) -> bool:
    """Whether ``person`` may do ``act``."""
    return refusal(person, act, on) is None


def require(person: Reader, act: str, on: object = None) -> None:
    """Raise what ``refusal`` answers, if it answers anything."""
    answer = refusal(person, act, on)
    if answer is not None:
        raise answer


def require_still(person: User, act: str, on: object = None, *, named: bool = False) -> None:
    """``require``, of who ``person`` is by now: in the transaction that writes.

    A role may have been taken, or a sanction given, since the request began. Until the transaction
    ends, neither happens. ``named`` says that it has written a row that names ``person``, which
    makes others wait; else it is asked before anything else is taken. One query, where nothing has
    changed. Raises ``SignInFirst`` where the account is gone.
    """
    accounts = User.objects.all() if named else User.objects.select_for_update(no_key=True)
    now = accounts.filter(pk=person.pk, is_active=True).first()
    if now is None:
        raise SignInFirst(gettext("This account is closed."))
    same = all(getattr(now, name) == getattr(person, name) for name in User.SAID_BY_OTHERS)
    # Of parts and sanctions the account says only that there are some.
    if not same or now.moderates_parts or now.is_sanctioned:
        require(now, act, on)
