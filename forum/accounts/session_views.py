"""Where a person is logged in, and logging out there."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.accounts.actions import end_other_sessions, end_session, sessions_of
from forum.lib.errors import Refused
from forum.lib.web import page_errors, person_of, shows_form


@shows_form
@page_errors
def sessions(request: HttpRequest) -> HttpResponse:
    """List the sessions of a person, and end one, or all but this."""
    person = person_of(request)
    here = request.session.session_key
    if request.method == "POST":
        if "others" in request.POST:
            ended = end_other_sessions(person=person, but=here)
            said = ngettext(
                "You are logged out of %(count)s other session.",
                "You are logged out of %(count)s other sessions.",
                ended,
            )
            messages.success(request, said % {"count": ended})
        elif handle := request.POST.get("end"):
            ended_one = end_session(person=person, handle=handle)
            messages.success(
                request, _("You are logged out of “%(device)s”.") % {"device": ended_one.device}
            )
        else:
            raise Refused("end", _("Nothing says which session is to end."))
        return redirect("sessions")
    found = sessions_of(person)
    context = {
        "sessions": found,
        "here": here,
        "others": any(row.session_key != here for row in found),
        "addresses": settings.KEEP_IP_ADDRESSES,
    }
    return render(request, "accounts/sessions.html", context)
