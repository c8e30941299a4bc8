"""Pages of oversight: what moderators did in figures, and turning back what one of them did."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from forum.accounts.models import User
from forum.lib.errors import NotFound
from forum.lib.web import page_errors, person_of, shows_form
from forum.moderation.models import Bulk
from forum.moderation.oversight import reverting, statistics
from forum.moderation.oversight.forms import RevertForm
from forum.moderation.oversight.reviewing import waiting_for
from forum.permissions import can, require

#: What the address calls a period, its length in days, and its name.
PERIODS = {
    "7": (7, _lazy("7 days")),
    "30": (30, _lazy("30 days")),
    "90": (90, _lazy("90 days")),
    "365": (365, _lazy("A year")),
    "all": (None, _lazy("From the beginning")),
}
_USUAL = "30"
#: Decisions that a preview lists, and bulks that can be put back.
_LISTED, _BULKS = 20, 10
#: A table of numbers may open with a name that a spreadsheet takes for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@page_errors
def oversight(request: HttpRequest) -> HttpResponse:
    """What moderators did; of whoever does not lead appeals, what they did themselves."""
    person, everybody = _reader(request)
    period, since = _period(request)
    only = None if everybody else person
    reverts = reverting.reverts_for(person)[:_BULKS] if everybody else []
    context = {
        "rows": statistics.figures(since=since, moderator=only),
        "agreement": statistics.agreement(since=since, moderator=only),
        "everybody": everybody,
        "period": period,
        "periods": [(key, label) for key, (_days, label) in PERIODS.items()],
        "reverts": reverts,
        "theirs": {bulk.pk for bulk in reverts if can(person, "bulk.revert", bulk)},
        "waiting": waiting_for(person).count(),
    }
    return render(request, "moderation/oversight.html", context)


@require_safe
@page_errors
def download(request: HttpRequest) -> HttpResponse:
    """The same figures as a table (CSV, RFC 4180), times in seconds."""
    person, everybody = _reader(request)
    period, since = _period(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="moderators-{period}.csv"'
    writer = csv.writer(answer)
    numbers = ("appealed", "overturned", "undone", "reverted", "reviewed", "agreed")
    writer.writerow(["moderator", "handled", "median_seconds", *numbers])
    for row in statistics.figures(since=since, moderator=None if everybody else person):
        name = f"'{row.name}" if row.name.startswith(_FORMULA) else row.name
        median = "" if row.median is None else round(row.median.total_seconds())
        figures = [getattr(row, number) for number in numbers]
        writer.writerow([name, row.handled, median, *figures])
    return answer


@shows_form
@page_errors
def revert(request: HttpRequest, username: str) -> HttpResponse:
    """Look at what one moderator decided, and turn all of it back."""
    require(request.user, "oversight.all")
    person = User.objects.filter(username=username).first()
    if person is None:
        raise NotFound(_("There is no such person."))
    require(request.user, "moderator.revert", person)
    if request.method == "POST":
        return _revert(request, person)
    return _preview(request, person, RevertForm(request.GET or None))


@require_POST
@page_errors
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Put back what was turned back in one bulk; of a long one, a stretch of it."""
    require(request.user, "oversight.all")
    bulk = Bulk.objects.filter(pk=pk).first()
    if bulk is None:
        raise NotFound(_("There is no such list."))
    step = reverting.undo_revert(
        person=person_of(request), bulk=bulk, below=_whole(request.POST.get("below", ""))
    )
    context = {"step": step, "done": step.done, "put_back": True}
    return render(request, "moderation/reverted.html", context)


def _reader(request: HttpRequest) -> tuple[User, bool]:
    require(request.user, "oversight.own")
    return person_of(request), can(request.user, "oversight.all")


def _period(request: HttpRequest) -> tuple[str, datetime | None]:
    """The period that the address names, or the usual one, and when it began."""
    key = request.GET.get("period", _USUAL)
    key = key if key in PERIODS else _USUAL
    days = PERIODS[key][0]
    return key, None if days is None else timezone.now() - timedelta(days=days)


def _preview(
    request: HttpRequest, person: User, form: RevertForm, *, status: int = 200
) -> HttpResponse:
    since = form.cleaned_data.get("since") if form.is_bound and form.is_valid() else None
    if form.is_bound and form.errors:
        status = 400
    standing = reverting.standing_of(person, since)
    context = {
        "person": person,
        "form": form,
        "since": since,
        "kinds": reverting.by_action(standing),
        "number": standing.count(),
        "some": standing.select_related("rule")[:_LISTED],
    }
    return render(request, "moderation/revert.html", context, status=status)


def _revert(request: HttpRequest, person: User) -> HttpResponse:
    form = RevertForm(request.POST)
    if not form.is_valid():
        return _preview(request, person, form)
    step = reverting.revert(
        reverter=person_of(request),
        person=person,
        since=form.cleaned_data["since"],
        reason=form.cleaned_data["reason"],
        bulk=_begun(request),
        below=_whole(request.POST.get("below", "")),
    )
    if not step.left and not step.done.refusals:
        number = len(step.done.decisions)
        said = ngettext(
            "%(number)s decision was turned back.", "%(number)s decisions were turned back.", number
        )
        messages.success(request, said % {"number": number})
        return redirect("oversight")
    context = {"person": person, "form": form, "step": step, "done": step.done}
    return render(request, "moderation/reverted.html", context)


def _begun(request: HttpRequest) -> Bulk | None:
    pk = _whole(request.POST.get("bulk", ""))
    if pk is None:
        return None
    bulk = Bulk.objects.filter(pk=pk).first()
    if bulk is None:
        raise NotFound(_("There is no such list."))
    return bulk


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
