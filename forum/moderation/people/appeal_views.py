"""Appeals against sanctions, for those who decide them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from forum.accounts.models import User
from forum.lib.web import Met, asks_for_preview, page_errors, refusals_in, shows_form
from forum.moderation.lookup import moderator_of
from forum.moderation.models import Appeal, Sanction
from forum.moderation.people.appealing import decide_sanction_appeal
from forum.moderation.people.forms import AnswerForm
from forum.moderation.people.lookup import sanction_appeal_for
from forum.moderation.people.previewing import preview_answer
from forum.moderation.people.reading import held
from forum.moderation.redress_views import say_outcome
from forum.permissions import can, refusal, require


@shows_form
@page_errors
def sanction_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """An appeal, with the sanction that it is against; and the form that decides it."""
    moderator = moderator_of(request)
    found = sanction_appeal_for(moderator, pk)
    if request.method != "POST":
        return _page(request, moderator, found)
    require(moderator, "sanction.answer", found)
    sanction = found.sanction
    assert sanction is not None  # noqa: S101  # it was found by that
    form = AnswerForm(request.POST, sanction=sanction)
    with refusals_in(form) as met:
        if form.is_valid() and asks_for_preview(request):
            said = preview_answer(moderator=moderator, appeal=found, **form.cleaned_data)
            return _page(request, moderator, found, sent=form, preview=said)
        if form.is_valid():
            decided = decide_sanction_appeal(moderator=moderator, appeal=found, **form.cleaned_data)
            say_outcome(request, decided)
            return redirect("sanction-appeal-decide", pk)
    if met.conflict:
        found.refresh_from_db()
    return _page(request, moderator, found, sent=form, met=met)


def _page(
    request: HttpRequest,
    moderator: User,
    found: Appeal,
    *,
    sent: AnswerForm | None = None,
    met: Met | None = None,
    preview: str = "",
) -> HttpResponse:
    (shown,) = held(Sanction.objects.filter(appeals=found))
    waits = not found.outcome
    why_not = refusal(moderator, "sanction.answer", found) if waits else None
    person = shown.sanction.person
    context = {
        "appeal": found,
        "held": shown,
        "sanction": shown.sanction,
        "form": sent
        or (AnswerForm(sanction=shown.sanction) if waits and why_not is None else None),
        "preview": preview,
        "why_not": why_not,
        "conflict": met and met.conflict,
        "may_read": person and can(moderator, "person.record", person),
    }
    return render(
        request, "moderation/people/appeal.html", context, status=met.status if met else 200
    )
