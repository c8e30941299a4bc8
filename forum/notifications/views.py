"""The list of what a person was told."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from forum.accounts.models import Mute
from forum.lib.errors import Refused
from forum.lib.web import page_errors, person_of, redirect_page, shows_form
from forum.notifications.actions import mark_all_read
from forum.notifications.forms import SettingsForm
from forum.notifications.messages import about
from forum.notifications.models import OF_OTHERS, How, Notification
from forum.notifications.preferences import choose, read_link, settings_of
from forum.notifications.reading import no_longer_quoted

NOTIFICATIONS_ON_A_PAGE = 20


@require_safe
@page_errors
def inbox(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first."""
    person = person_of(request)
    muted = Mute.objects.filter(person=person, muted__posts=OuterRef("post"))
    told = Notification.objects.filter(recipient=person).annotate(
        muted=Q(Exists(muted), kind__in=OF_OTHERS)
    )
    page = Paginator(told, NOTIFICATIONS_ON_A_PAGE).get_page(request.GET.get("page", "1"))
    newest = told.values_list("pk", flat=True).first()
    # Reading goes from the newest down, so what is unread always shows on the first page.
    unread = any(notification.read_at is None for notification in page)
    context = {
        "page_obj": page,
        "newest": newest,
        "unread": unread,
        "unreadable": no_longer_quoted(person, page),
    }
    return render(request, "notifications/inbox.html", context)


@require_POST
@page_errors
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark everything read that stood in the list the person was looking at."""
    person = person_of(request)
    try:
        up_to = int(request.POST.get("up_to", ""))
    except ValueError:
        raise Refused("up_to", _("Nothing says up to where you have read.")) from None
    mark_all_read(person, up_to=min(up_to, 2**63 - 1))
    return redirect_page(request, reverse("notifications"))


@shows_form
@page_errors
def settings(request: HttpRequest) -> HttpResponse:
    """Which notices come by e-mail, and when."""
    person = person_of(request)
    now = settings_of(person)
    form = SettingsForm(request.POST if request.method == "POST" else None, now=now)
    if form.is_valid():
        choose(person, form.chosen)
        messages.success(request, _("Saved."))
        return redirect("notifications-settings")
    context = {"form": form, "off": not person.email_notices}
    status = 400 if form.errors else 200
    return render(request, "notifications/settings.html", context, status=status)


# A mail program posts here for its user, with neither a session nor a token of ours (RFC 8058). The
# address is signed, and does one thing.
@csrf_exempt
@shows_form
@page_errors
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one kind of e-mail by the link in one, without logging in; a GET only asks."""
    person, kinds = read_link(token)
    stopped = request.method == "POST"
    if stopped:
        choose(person, dict.fromkeys(kinds, How.NEVER))
    context = {"about": about(kinds), "stopped": stopped, "neutral_masthead": True}
    return render(request, "notifications/stop.html", context)
