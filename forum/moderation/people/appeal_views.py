"""Appeals against sanctions, for those who decide them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from forum.accounts.models import User
from forum.lib.errors import Conflict, NotFound, Refused
from forum.lib.web import add_refusal, page_errors, person_of
from forum.moderation.models import Appeal, Sanction
from forum.moderation.people.appealing import decide_sanction_appeal
from forum.moderation.people.forms import AnswerForm
from forum.moderation.people.reading import held
from forum.permissions import can, refusal, require


@require_http_methods(["GET", "HEAD", "POST"])
@page_errors
def sanction_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """An appeal, with the sanction that it is against; and the form that decides it."""
    require(request.user, "case.list")
    moderator = person_of(request)
    found = sanction_appeal_for(moderator, pk)
    if request.method != "POST":
        return _page(request, moderator, found)
    require(moderator, "sanction.answer", found)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, moderator, found, sent=form, status=400)
    try:
        decided = decide_sanction_appeal(moderator=moderator, appeal=found, **form.cleaned_data)
    except Refused as refused:
        add_refusal(form, refused)
        return _page(request, moderator, found, sent=form, status=400)
    except Conflict as conflict:
        found.refresh_from_db()
        return _page(request, moderator, found, sent=form, conflict=conflict, status=409)
    messages.success(
        request,
        _("Decided: %(outcome)s. Everybody concerned has been told.")
        % {"outcome": decided.get_outcome_display()},
    )
    return redirect("sanction-appeal-decide", pk)


def sanction_appeal_for(moderator: User, pk: int) -> Appeal:
    """The appeal against the sanction ``pk``, if ``moderator`` may read that. Raises ``NotFound``,
    ``Forbidden``."""
    found = (
        Appeal.objects.select_related(
            *("sanction__person", "sanction__moderator", "sanction__approved_by"),
            *("sanction__course", "sanction__article", "sanction__decision__case"),
        )
        .filter(sanction=pk)
        .first()
    )
    if found is None or found.sanction is None:
        raise NotFound(_("There is no such appeal."))
    require(moderator, "sanction.read", found.sanction)
    return found


def _page(
    request: HttpRequest,
    moderator: User,
    found: Appeal,
    *,
    sent: AnswerForm | None = None,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    (shown,) = held(Sanction.objects.filter(appeals=found))
    waits = not found.outcome
    why_not = refusal(moderator, "sanction.answer", found) if waits else None
    person = shown.sanction.person
    context = {
        "appeal": found,
        "held": shown,
        "sanction": shown.sanction,
        "form": sent or (AnswerForm() if waits and why_not is None else None),
        "why_not": why_not,
        "conflict": conflict,
        "may_read": person and can(moderator, "person.record", person),
    }
    return render(request, "moderation/people/appeal.html", context, status=status)
