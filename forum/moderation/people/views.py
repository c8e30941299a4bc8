"""Pages about people for moderators: who has what, a person's record, and what is done to them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.accounts.models import User
from forum.lib.errors import Conflict, NotFound, Refused
from forum.lib.web import add_refusal, page_errors, person_of
from forum.moderation.models import Sanction
from forum.moderation.people import approving, lifting, noting, sanctioning
from forum.moderation.people.forms import NoteForm, SanctionForm, WhyForm
from forum.moderation.people.person_record import record_of
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
    person = _person(request, username)
    require(request.user, "person.record", person)
    return _record_page(request, person, NoteForm())


@require_POST
@page_errors
def note(request: HttpRequest, username: str) -> HttpResponse:
    """Tell the other moderators something about a person."""
    person = _person(request, username)
    require(request.user, "person.note", person)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            noting.add_note(author=person_of(request), person=person, **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect("person-record", person.username)
    return _record_page(request, person, form, status=400)


@require_http_methods(["GET", "HEAD", "POST"])
@page_errors
def sanction_person(request: HttpRequest, username: str) -> HttpResponse:
    """The form to sanction somebody: first the statement is shown, then it is given."""
    person = _person(request, username)
    require(request.user, "person.sanction", person)
    who = {"moderator": person_of(request), "person": person}
    if request.method != "POST":
        proposed = {name: request.GET[name] for name in _ASKED if name in request.GET}
        seen = read_so_far(person_of(request), person)
        form = SanctionForm(initial=proposed | {"seen": seen}, **who)
        return _sanction_page(request, person, form)
    form = SanctionForm(request.POST, **who)
    if not form.is_valid():
        return _sanction_page(request, person, form, status=400)
    asked = form.asked(person_of(request), person)
    try:
        if request.POST.get("act") != "give":
            del asked["seen"]
            drafted = sanctioning.draft(**asked)
            return _sanction_page(request, person, form, preview=drafted)
        given = sanctioning.impose(**asked, meanwhile=form.cleaned_data["meanwhile"])
    except Refused as refusal:
        add_refusal(form, refusal)
        return _sanction_page(request, person, form, status=400)
    except Conflict as conflict:
        return _sanction_page(request, person, form, conflict=conflict, status=409)
    if given.is_proposed:
        messages.success(request, _("The ban is proposed. Another moderator has to approve it."))
    else:
        messages.success(request, _("Done. They have been told."))
    return redirect(given)


@require_safe
@page_errors
def sanction(request: HttpRequest, pk: int) -> HttpResponse:
    """One sanction, whole, with what can be done about it."""
    return _one_page(request, _sanction(request, pk))


@require_POST
@page_errors
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """End a sanction before its time."""
    found = _sanction(request, pk)
    require(request.user, "sanction.lift", found)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _one_page(request, found, form, status=400)
    said = form.cleaned_data
    try:
        lifting.lift(moderator=person_of(request), sanction=found, **said)
    except Refused as refusal:
        add_refusal(form, refusal)
        return _one_page(request, found, form, status=400)
    except Conflict as conflict:
        return _one_page(request, found, form, conflict=conflict, status=409)
    messages.success(request, _("It holds no more. They have been told."))
    return redirect(found)


@require_POST
@page_errors
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a ban that another moderator has proposed, or refuse it."""
    found = _sanction(request, pk)
    require(request.user, "sanction.approve", found)
    moderator = person_of(request)
    form = WhyForm(request.POST)
    try:
        if request.POST.get("act") == "approve":
            approving.approve(moderator=moderator, sanction=found)
            messages.success(request, _("The ban is in force. They have been told."))
            return redirect(found)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            approving.refuse(moderator=moderator, sanction=found, reason=reason)
            messages.success(request, _("The ban is refused."))
            return redirect(found)
    except Refused as refusal:
        add_refusal(form, refusal)
    except Conflict as conflict:
        return _one_page(request, found, form, conflict=conflict, status=409)
    return _one_page(request, found, form, status=400)


#: What an address may fill in of the form: what the record proposes.
_ASKED = ("kind", "days", "misuse", "number", "of", "decision")


def _person(request: HttpRequest, username: str) -> User:
    """The person of this name; only moderators are told whether there is one."""
    require(request.user, "case.list")
    found = User.objects.filter(username=username).first()
    if found is None:
        raise NotFound(_("There is no such person."))
    return found


def _sanction(request: HttpRequest, pk: int) -> Sanction:
    require(request.user, "case.list")
    rows = Sanction.objects.select_related("person", "moderator", "rule", "course", "article")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such sanction."))
    require(request.user, "sanction.read", found)
    return found


def _record_page(
    request: HttpRequest, person: User, form: NoteForm, *, status: int = 200
) -> HttpResponse:
    moderator = person_of(request)
    context = {
        "record": record_of(moderator, person, page=request.GET.get("flags", "")),
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
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
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
    return render(request, "moderation/people/sanction_person.html", context, status=status)


def _one_page(
    request: HttpRequest,
    found: Sanction,
    form: WhyForm | None = None,
    *,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    found.refresh_from_db()
    (shown,) = held(Sanction.objects.filter(pk=found.pk))
    person = request.user
    context = {
        "held": shown,
        "sanction": found,
        "form": form or WhyForm(),
        "conflict": conflict,
        "may_lift": shown.in_force and can(person, "sanction.lift", found),
        "may_approve": can(person, "sanction.approve", found),
        "may_read": found.person and can(person, "person.record", found.person),
    }
    return render(request, "moderation/people/sanction.html", context, status=status)
