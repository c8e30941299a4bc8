"""Pages of redress: a decision as those read it whom it concerns, appeals, and deciding these."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.accounts.models import User
from forum.discussion.visibility import Reader
from forum.guests.models import GuestResponse
from forum.lib.errors import Conflict, Forbidden, NotFound, PostilError, Refused, SignInFirst
from forum.lib.web import add_refusal, page_errors, person_of, take_unsent
from forum.moderation.appealing import decide_appeal, file_appeal, file_appeal_as_guest
from forum.moderation.effects import actions_for
from forum.moderation.forms import AppealDecisionForm, AppealForm
from forum.moderation.links import read_link
from forum.moderation.models import Action, Appeal, Decision, Party
from forum.moderation.standing import party_of, told
from forum.moderation.statement import how_decided, how_to_appeal, statement_of
from forum.permissions import can, refusal, require, require_appealable

_shows_form = require_http_methods(["GET", "HEAD", "POST"])


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
    status, problem = 400, None
    if form.is_valid():
        try:
            file_appeal(decision=found, appellant=person, text=form.cleaned_data["text"])
            messages.success(request, _("Your appeal has arrived. You will be told of the answer."))
            return redirect("decision", found.pk)
        except Refused as refused:
            add_refusal(form, refused)
        except (Conflict, Forbidden) as refused:
            status, problem = (409 if isinstance(refused, Conflict) else 403), refused
    return _statement_page(request, found, person=person, sent=form, problem=problem, status=status)


@_shows_form
@page_errors
def guest_decision(request: HttpRequest, token: str) -> HttpResponse:
    """The same for who wrote as a guest: the signed link speaks for them. A GET changes nothing."""
    guest, found = read_link(token)
    if request.method != "POST":
        return _statement_page(request, found, guest=guest)
    form = AppealForm(request.POST)
    status, problem = 400, None
    if form.is_valid():
        try:
            file_appeal_as_guest(guest=guest, decision=found, text=form.cleaned_data["text"])
            return redirect(request.path)
        except Refused as refused:
            add_refusal(form, refused)
        except (Conflict, Forbidden) as refused:
            status, problem = (409 if isinstance(refused, Conflict) else 403), refused
    return _statement_page(request, found, guest=guest, sent=form, problem=problem, status=status)


@_shows_form
@page_errors
def appeal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """An appeal, with what it is against; and the form that decides it."""
    require(request.user, "case.list")
    moderator = person_of(request)
    found = appeal_for(moderator, pk)
    if request.method != "POST":
        return _appeal_page(request, moderator, found)
    require(moderator, "appeal.decide", found)
    post = found.contested.case.post
    form = AppealDecisionForm(request.POST, post=post)
    if not form.is_valid():
        return _appeal_page(request, moderator, found, sent=form, status=400)
    try:
        decided = decide_appeal(moderator=moderator, appeal=found, **form.cleaned_data)
    except Refused as refused:
        add_refusal(form, refused)
        return _appeal_page(request, moderator, found, sent=form, status=400)
    except Conflict as conflict:
        found.refresh_from_db()
        return _appeal_page(request, moderator, found, sent=form, conflict=conflict, status=409)
    messages.success(
        request,
        _("Decided: %(outcome)s. Everybody concerned has been told.")
        % {"outcome": decided.get_outcome_display()},
    )
    return redirect("appeal", decided.pk)


def decision_for(person: Reader, pk: int) -> Decision:
    """The decision, if ``person`` may read it. Raises ``NotFound``, ``SignInFirst``."""
    if not person.is_authenticated:
        raise SignInFirst(_("Log in first."))
    found = (
        told(Decision.objects.select_related("case__post__root__article", "rule", "revision"))
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such decision."))
    require(person, "decision.read", found)
    return found


def appeal_for(moderator: User, pk: int) -> Appeal:
    """The appeal, if ``moderator`` may read its case. Raises ``NotFound``, ``Forbidden``."""
    found = (
        Appeal.objects.select_related(
            "decision__case__post__root__article",
            "decision__case__post__author",
            *("decision__rule", "decision__revision", "decision__moderator", "result"),
        )
        .filter(pk=pk, decision__isnull=False)
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such appeal."))
    require(moderator, "case.read", found.contested.case)
    return found


def _statement_page(
    request: HttpRequest,
    found: Decision,
    *,
    person: User | None = None,
    guest: GuestResponse | None = None,
    sent: AppealForm | None = None,
    problem: PostilError | None = None,
    status: int = 200,
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
        "problem": problem,
        "is_moderator": person is not None and can(person, "case.read", found.case),
        "guest": guest,
        "neutral_masthead": guest is not None,
    }
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
    conflict: Conflict | None = None,
    status: int = 200,
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
    statement = statement_of(found.contested, reader=moderator)
    context = {
        "appeal": found,
        "decision": found.decision,
        "statement": statement,
        "how_decided": how_decided(statement),
        "form": form,
        "why_not": why_not,
        "conflict": conflict,
    }
    return render(request, "moderation/appeal.html", context, status=status)
