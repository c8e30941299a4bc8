"""The page on which admins give and take the roles of moderation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forum.accounts.models import User
from forum.discussion.models import Article
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.lib.web import add_refusal, page_errors, person_of, shows_form
from forum.moderation.models import Event, EventKind, RoleAssignment
from forum.moderation.roles import actions
from forum.moderation.roles.forms import OFFERED, RoleForm
from forum.permissions import require

#: Lines of the log that the page shows.
_CHANGES = 20


@shows_form
@page_errors
def roles(request: HttpRequest) -> HttpResponse:
    """Who has which role; give somebody one."""
    require(request.user, "role.list")
    if request.method != "POST":
        return _page(request, RoleForm())
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    person: User = form.cleaned_data["person"]
    try:
        new = _give(person_of(request), form)
    except Refused as refusal:
        add_refusal(form, refusal)
        return _page(request, form, status=400)
    except (Forbidden, NotFound) as refusal:
        form.add_error("person", str(refusal))
        return _page(request, form, status=400)
    said = {"name": person.public_name}
    if new:
        messages.success(request, _("%(name)s has this role now.") % said)
    else:
        messages.info(request, _("%(name)s had this role already.") % said)
    return redirect("roles")


@require_POST
@page_errors
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role from whoever has it."""
    require(request.user, "role.list")
    given = RoleAssignment.objects.select_related("person", "article", "course").filter(pk=pk)
    found = given.first()
    if found is None:
        raise NotFound(_("There is no such role."))
    try:
        actions.take_role(taker=person_of(request), given=found)
    except Conflict as conflict:
        messages.info(request, str(conflict))
    else:
        messages.success(request, _("%(name)s has lost the role.") % {"name": found.person_name})
    return redirect("roles")


@require_POST
@page_errors
def take_admin(request: HttpRequest, pk: int) -> HttpResponse:
    """Make somebody an admin no longer."""
    require(request.user, "role.list")
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise NotFound(_("There is no such person."))
    try:
        actions.unmake_admin(taker=person_of(request), person=person)
    except Conflict as conflict:
        messages.info(request, str(conflict))
    except Forbidden as refusal:
        return _page(request, RoleForm(), problem=str(refusal), status=403)
    else:
        messages.success(request, _("%(name)s has lost the role.") % {"name": person.public_name})
    # Whoever took it from themselves may not look here any more.
    return redirect("roles" if person.pk != request.user.pk else "home")


def _give(giver: User, form: RoleForm) -> bool:
    sent = form.cleaned_data
    if sent["role"] == actions.ADMIN:
        return actions.make_admin(giver=giver, person=sent["person"])
    return actions.give_role(
        giver=giver,
        person=sent["person"],
        role=sent["role"],
        article=sent["article"],
        course=sent["course"],
    )[1]


def _page(
    request: HttpRequest, form: RoleForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    held = RoleAssignment.objects.filter(taken_at=None, person__isnull=False)
    log = Event.objects.filter(kind__in=(EventKind.ROLE_GIVEN, EventKind.ROLE_TAKEN))
    context = {
        "form": form,
        "problem": problem,
        "admins": User.objects.filter(is_superuser=True).order_by("pk"),
        "held": held.select_related("person", "article", "course").order_by("-role", "pk"),
        "changes": log.order_by("-pk")[:_CHANGES],
        "articles": Article.objects.order_by("-pk")[:OFFERED],
    }
    return render(request, "moderation/roles.html", context, status=status)
