"""What is in force against a person, for that person: a page, and the acknowledging of warnings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum.discussion.lookup import as_id
from forum.lib.web import Met, page_errors, person_of, refusals_in, take_unsent
from forum.moderation.forms import AppealForm
from forum.moderation.models import Sanction, Sanctioning
from forum.moderation.people.acknowledging import acknowledge as note_as_read
from forum.moderation.people.appealing import appeal_against
from forum.moderation.people.lookup import own_sanction, told_sanction
from forum.moderation.people.reading import held, own_standing
from forum.permissions import refusal


@require_safe
@page_errors
def standing(request: HttpRequest) -> HttpResponse:
    """What applies to whoever asks, until when, why, and what they can do about it."""
    person = person_of(request)
    context = {
        "standing": own_standing(person, below=as_id(request.GET.get("past", "")) or 0),
        "next": _next(request, request.GET.get("next", "")),
    }
    return render(request, "moderation/people/standing.html", context)


@require_POST
@page_errors
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one has read a warning, and go on where one was."""
    person = person_of(request)
    note_as_read(person=person, sanction=own_sanction(person.pk, pk))
    messages.success(request, _("Thank you. You can go on."))
    return redirect(_next(request, request.POST.get("next", "")) or "standing")


@require_safe
@page_errors
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One sanction, whole, for whoever has it; with the form that appeals, and what came of it."""
    return _statement_page(request, told_sanction(person_of(request).pk, pk))


@require_POST
@page_errors
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to a sanction. What was typed comes back where it cannot be taken."""
    person = person_of(request)
    found = told_sanction(person.pk, pk)
    form = AppealForm(request.POST)
    with refusals_in(form, forbidden=True) as met:
        if form.is_valid():
            appeal_against(sanction=found, appellant=person, text=form.cleaned_data["text"])
            messages.success(request, _("Your appeal has arrived. You will be told of the answer."))
            return redirect("sanction-statement", found.pk)
    return _statement_page(request, found, sent=form, met=met)


def acknowledge_first(request: HttpRequest) -> None:
    """Acknowledge the warning that a form says has been read with what it sends."""
    pk = as_id(request.POST.get("acknowledged", ""))
    if pk is None or not request.user.is_authenticated:
        return
    warning = Sanction.objects.filter(
        pk=pk, person=request.user, kind=Sanctioning.WARN, lifted_at=None
    ).first()
    if warning:
        note_as_read(person=request.user, sanction=warning)


def _statement_page(
    request: HttpRequest,
    found: Sanction,
    *,
    sent: AppealForm | None = None,
    met: Met | None = None,
) -> HttpResponse:
    (shown,) = held(Sanction.objects.filter(pk=found.pk))
    may = shown.appeal is None and refusal(request.user, "sanction.appeal", found) is None
    context = {
        "held": shown,
        "form": sent or (AppealForm(initial=take_unsent(request)) if may else None),
        "may": may,
        "problem": met and met.problem,
    }
    return render(
        request, "moderation/people/statement.html", context, status=met.status if met else 200
    )


def _next(request: HttpRequest, to: str) -> str:
    """``to``, if it is an address of this site other than the page itself."""
    known = url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure())
    return to if known and not to.startswith(reverse("standing")) else ""
