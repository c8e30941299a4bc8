"""Pages about people for moderators: who has what, a person's record, and what is done to them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum.accounts.models import User
from forum.discussion.lookup import as_id
from forum.lib.web import Met, page_errors, person_of, refusals_in, shows_form
from forum.moderation.lookup import moderator_of
from forum.moderation.models import Sanction
from forum.moderation.people import approving, lifting, noting, sanctioning
from forum.moderation.people.forms import NoteForm, SanctionForm, WhyForm
from forum.moderation.people.lookup import person_for, sanction_for
from forum.moderation.people.person_record import Begins, record_of
from forum.moderation.people.reading import Held, appeals_waiting, held
from forum.moderation.people.sanctioning import read_so_far
from forum.moderation.people.statements import lines, subject
from forum.permissions import can, require

ON_A_PAGE = 30


@require_safe
@page_errors
def people(request: HttpRequest) -> HttpResponse:
    """Bans that wait for a second moderator, and all that is in force, the latest first."""
    require(request.user, "people.list")
    moderator = person_of(request)
    others = Sanction.objects.exclude(person=moderator)
    page = Paginator(others.in_force().order_by("-id"), ON_A_PAGE).get_page(request.GET.get("page"))
    of_page = others.filter(pk__in=[row.pk for row in page]).order_by("-id")
    context = {
        "proposed": held(others.proposed()),
        "appeals": appeals_waiting(moderator),
        "page": page,
        "rows": held(of_page),
    }
    return render(request, "moderation/people/people.html", context)


@require_safe
@page_errors
def record(request: HttpRequest, username: str) -> HttpResponse:
    """What moderators know about a person."""
    moderator = moderator_of(request)
    person = person_for(moderator, username, "person.record")
    return _record_page(request, moderator, person, NoteForm())


@require_POST
@page_errors
def note(request: HttpRequest, username: str) -> HttpResponse:
    """Tell the other moderators something about a person."""
    moderator = moderator_of(request)
    person = person_for(moderator, username, "person.note")
    form = NoteForm(request.POST)
    with refusals_in(form) as met:
        if form.is_valid():
            noting.add_note(author=moderator, person=person, **form.cleaned_data)
            messages.success(request, _("Noted."))
            return redirect("person-record", person.username)
    return _record_page(request, moderator, person, form, status=met.status)


@shows_form
@page_errors
def sanction_person(request: HttpRequest, username: str) -> HttpResponse:
    """The form to sanction somebody: first the statement is shown, then it is given."""
    moderator = moderator_of(request)
    person = person_for(moderator, username, "person.sanction")
    if request.method != "POST":
        proposed = {name: request.GET[name] for name in _ASKED if name in request.GET}
        seen = read_so_far(moderator, person)
        form = SanctionForm(initial=proposed | {"seen": seen}, moderator=moderator, person=person)
        return _sanction_page(request, person, form)
    form = SanctionForm(request.POST, moderator=moderator, person=person)
    with refusals_in(form) as met:
        if form.is_valid() and request.POST.get("act") == "give":
            return _give(request, form)
        if form.is_valid():
            drafted = sanctioning.draft(**form.asked())
            return _sanction_page(request, person, form, preview=drafted)
    return _sanction_page(request, person, form, met=met)


def _give(request: HttpRequest, form: SanctionForm) -> HttpResponse:
    said = form.cleaned_data
    given = sanctioning.impose(**form.asked(), seen=said["seen"], meanwhile=said["meanwhile"])
    if given.is_proposed:
        messages.success(request, _("The ban is proposed. Another moderator has to approve it."))
    else:
        messages.success(request, _("Done. They have been told."))
    return redirect(given)


@require_safe
@page_errors
def sanction(request: HttpRequest, pk: int) -> HttpResponse:
    """One sanction, whole, with what can be done about it."""
    moderator = moderator_of(request)
    return _one_page(request, moderator, sanction_for(moderator, pk))


@require_POST
@page_errors
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """End a sanction before its time."""
    moderator = moderator_of(request)
    found = sanction_for(moderator, pk)
    require(moderator, "sanction.lift", found)
    form = WhyForm(request.POST)
    with refusals_in(form) as met:
        if form.is_valid():
            lifting.lift(moderator=moderator, sanction=found, **form.cleaned_data)
            messages.success(request, _("It holds no more. They have been told."))
            return redirect(found)
    return _one_page(request, moderator, found, form, met=met)


@require_POST
@page_errors
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a ban that another moderator has proposed, or refuse it."""
    moderator = moderator_of(request)
    found = sanction_for(moderator, pk)
    require(moderator, "sanction.approve", found)
    form = WhyForm(request.POST)
    with refusals_in(form) as met:
        if request.POST.get("act") == "approve":
            approving.approve(moderator=moderator, sanction=found)
            messages.success(request, _("The ban is in force. They have been told."))
            return redirect(found)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            approving.refuse(moderator=moderator, sanction=found, reason=reason)
            messages.success(request, _("The ban is refused."))
            return redirect(found)
    return _one_page(request, moderator, found, form, met=met)


#: What an address may fill in of the form: what the record proposes.
_ASKED = ("kind", "days", "misuse", "number", "of", "decision")


def _record_page(
    request: HttpRequest, moderator: User, person: User, form: NoteForm, *, status: int = 200
) -> HttpResponse:
    lists = ("decisions", "sanctions", "notes")
    below = Begins(**{name: as_id(request.GET.get(name, "")) or 0 for name in lists})
    context = {
        "record": record_of(moderator, person, page=request.GET.get("flags", ""), below=below),
        "person": person,
        "form": form,
        "may_sanction": can(moderator, "person.sanction", person),
        "may_note": can(moderator, "person.note", person),
    }
    return render(request, "moderation/people/record.html", context, status=status)


def _sanction_page(
    request: HttpRequest,
    person: User,
    form: SanctionForm,
    *,
    preview: Sanction | None = None,
    met: Met | None = None,
) -> HttpResponse:
    conflict = met and met.conflict
    context: dict[str, Any] = {
        "person": person,
        "form": form,
        "conflict": conflict,
        # Who has been told of what came in between has read that far.
        "seen": conflict.details.get("seen") if conflict else form["seen"].value(),
        "may_read": can(request.user, "person.record", person),
    }
    if preview:
        context["preview"] = Held(preview, subject(preview), lines(preview), in_force=False)
    return render(
        request,
        "moderation/people/sanction_person.html",
        context,
        status=met.status if met else 200,
    )


def _one_page(
    request: HttpRequest,
    moderator: User,
    found: Sanction,
    form: WhyForm | None = None,
    *,
    met: Met | None = None,
) -> HttpResponse:
    found.refresh_from_db()
    (shown,) = held(Sanction.objects.filter(pk=found.pk))
    context = {
        "held": shown,
        "sanction": found,
        "form": form or WhyForm(),
        "conflict": met and met.conflict,
        "may_lift": shown.in_force and can(moderator, "sanction.lift", found),
        "may_approve": can(moderator, "sanction.approve", found),
        "may_read": found.person and can(moderator, "person.record", found.person),
    }
    status = met.status if met else 200
    return render(request, "moderation/people/sanction.html", context, status=status)
