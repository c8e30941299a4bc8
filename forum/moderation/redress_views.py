"""Pages of redress: a decision as those read it whom it concerns, appeals, and deciding these."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum.accounts.models import User
from forum.guests.models import GuestResponse
from forum.lib.errors import PostilError
from forum.lib.web import (
    Met,
    asks_for_preview,
    page_errors,
    person_of,
    refusals_in,
    shows_form,
    take_unsent,
)
from forum.moderation.appealing import decide_appeal, file_appeal, file_appeal_as_guest
from forum.moderation.effects import actions_for
from forum.moderation.forms import AppealDecisionForm, AppealForm
from forum.moderation.links import read_link
from forum.moderation.lookup import appeal_for, decision_for, moderator_of
from forum.moderation.models import Action, Appeal, Decision, Party
from forum.moderation.previewing import Preview, overturning, preview_answer
from forum.moderation.standing import party_of
from forum.moderation.statement import how_decided, how_to_appeal, statement_of
from forum.permissions import can, refusal, require, require_appealable


@require_safe
@page_errors
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """A decision and its reasons, for those whom it concerns."""
    person = person_of(request)
    found = decision_for(person, pk)
    return _statement_page(request, found, person=person)


@require_POST
@page_errors
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to a decision. What was typed comes back where it cannot be taken."""
    person = person_of(request)
    found = decision_for(person, pk)
    form = AppealForm(request.POST)
    with refusals_in(form, forbidden=True) as met:
        if form.is_valid():
            file_appeal(decision=found, appellant=person, text=form.cleaned_data["text"])
            messages.success(request, _("Your appeal has arrived. You will be told of the answer."))
            return redirect("decision", found.pk)
    return _statement_page(request, found, person=person, sent=form, met=met)


@shows_form
@page_errors
def guest_decision(request: HttpRequest, token: str) -> HttpResponse:
    """The same for who wrote as a guest: the signed link speaks for them. A GET changes nothing."""
    guest, found = read_link(token)
    if request.method != "POST":
        return _statement_page(request, found, guest=guest)
    form = AppealForm(request.POST)
    with refusals_in(form, forbidden=True) as met:
        if form.is_valid():
            file_appeal_as_guest(guest=guest, decision=found, text=form.cleaned_data["text"])
            return redirect(request.path)
    return _statement_page(request, found, guest=guest, sent=form, met=met)


@shows_form
@page_errors
def appeal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """An appeal, with what it is against; and the form that decides it."""
    moderator = moderator_of(request)
    found = appeal_for(moderator, pk)
    if request.method != "POST":
        return _appeal_page(request, moderator, found)
    require(moderator, "appeal.decide", found)
    form = AppealDecisionForm(request.POST, post=found.contested.case.post)
    with refusals_in(form) as met:
        if form.is_valid() and asks_for_preview(request):
            said = preview_answer(moderator=moderator, appeal=found, **form.cleaned_data)
            return _appeal_page(request, moderator, found, sent=form, preview=said)
        if form.is_valid():
            decided = decide_appeal(moderator=moderator, appeal=found, **form.cleaned_data)
            say_outcome(request, decided)
            return redirect("appeal", decided.pk)
    if met.conflict:
        found.refresh_from_db()
    return _appeal_page(request, moderator, found, sent=form, met=met)


def say_outcome(request: HttpRequest, decided: Appeal) -> None:
    """Tell whoever has ``decided`` an appeal how it ended."""
    messages.success(
        request,
        _("Decided: %(outcome)s. Everybody concerned has been told.")
        % {"outcome": decided.get_outcome_display()},
    )


def _statement_page(
    request: HttpRequest,
    found: Decision,
    *,
    person: User | None = None,
    guest: GuestResponse | None = None,
    sent: AppealForm | None = None,
    met: Met | None = None,
) -> HttpResponse:
    party = party_of(person, found) if person else Party.AUTHOR
    statement = statement_of(found, party, person)
    own = found.appeals.filter(appellant=person) if person else found.appeals.filter(party=party)
    appeal = own.first()
    may = appeal is None and _why_not(person, found) is None
    context = {
        "statement": statement,
        "decision": found,
        "how_decided": how_decided(statement),
        "how_to_appeal": how_to_appeal(statement),
        "appeal": appeal,
        "form": sent or (AppealForm(initial=take_unsent(request)) if may else None),
        "may": may,
        "to": request.path if guest else reverse("decision-appeal", args=[found.pk]),
        "problem": met and met.problem,
        "is_moderator": person is not None and can(person, "case.read", found.case),
        "guest": guest,
        "neutral_masthead": guest is not None,
    }
    status = met.status if met else 200
    return render(request, "moderation/statement.html", context, status=status)


def _why_not(person: User | None, found: Decision) -> PostilError | None:
    if person:
        return refusal(person, "appeal.file", found)
    try:
        require_appealable(found, Party.AUTHOR)
    except PostilError as why:
        return why
    return None


def _appeal_page(
    request: HttpRequest,
    moderator: User,
    found: Appeal,
    *,
    sent: AppealDecisionForm | None = None,
    met: Met | None = None,
    preview: Preview | None = None,
) -> HttpResponse:
    post = found.contested.case.post
    waits = not found.outcome
    why_not = refusal(moderator, "appeal.decide", found) if waits else None
    form = sent
    if form is None and waits and why_not is None:
        form = AppealDecisionForm(post=post)
    if form:
        # As it will be once the decision has been turned back.
        post.state = found.contested.state_before
        chosen = [action for action in actions_for(post) if action != Action.ESCALATE]
        form.offer(post.state, chosen)
        form.fields["outcome"].help_text = overturning(found)
    statement = statement_of(found.contested, reader=moderator)
    context = {
        "appeal": found,
        "decision": found.decision,
        "statement": statement,
        "how_decided": how_decided(statement),
        "form": form,
        "preview": preview,
        "why_not": why_not,
        "conflict": met and met.conflict,
    }
    status = met.status if met else 200
    return render(request, "moderation/appeal.html", context, status=status)
