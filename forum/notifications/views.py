"""The list of what a person was told."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from forum.lib.errors import Refused
from forum.lib.web import page_errors, person_of, redirect_page
from forum.notifications.actions import mark_all_read
from forum.notifications.models import Notification

NOTIFICATIONS_ON_A_PAGE = 20


@require_safe
@page_errors
def inbox(request: HttpRequest) -> HttpResponse:
    """What the person was told, newest first."""
    person = person_of(request)
    told = Notification.objects.filter(recipient=person)
    page: Page[Notification] = Paginator(told, NOTIFICATIONS_ON_A_PAGE).get_page(
        request.GET.get("page", "1")
    )
    newest = told.values_list("pk", flat=True).first()
    # Reading goes from the newest down, so what is unread always shows on the first page.
    unread = any(notification.read_at is None for notification in page)
    context = {"page_obj": page, "newest": newest, "unread": unread}
    return render(request, "notifications/inbox.html", context)


@require_POST
@page_errors
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark everything read that stood in the list the person was looking at."""
    person = person_of(request)
    try:
        up_to = int(request.POST.get("up_to", ""))
    except ValueError:
        raise Refused("up_to", "Nothing says up to where you have read.") from None
    mark_all_read(person, up_to=min(up_to, 2**63 - 1))
    return redirect_page(request, reverse("notifications"))
