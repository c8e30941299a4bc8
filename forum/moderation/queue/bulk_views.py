"""One decision for many cases: first what would become of each, then all of it, or none."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from forum.accounts.models import User
from forum.discussion.lookup import as_id
from forum.lib.errors import Refused
from forum.lib.web import add_refusal, page_errors
from forum.moderation.actions import decide_all
from forum.moderation.deciding import grounds_of
from forum.moderation.lookup import moderator_of
from forum.moderation.models import Action, Case
from forum.moderation.queue import whereabouts
from forum.moderation.queue.forms import BulkForm
from forum.moderation.queue.listing import PAGE_SIZE, rank_for
from forum.moderation.queue.outlook import notes_of, outlook_for
from forum.moderation.reading import cases_for
from forum.moderation.standing import with_turned_back

#: Cases decided in one go, at most.
MOST = 4 * PAGE_SIZE


@require_POST
@page_errors
def bulk(request: HttpRequest) -> HttpResponse:
    """Show what would become of the chosen cases; with ``confirm``, do it.

    ``case`` are those that are chosen, ``left`` those that could not be under what was chosen
    before, ``listed`` all that are shown. Each ``version-ID`` is the one that was looked at.
    """
    moderator = moderator_of(request)
    asked = _asked(request, "case", "left", "listed")
    cases = _cases(moderator, asked[:MOST])
    if not cases:
        messages.info(request, _("Select some cases first."))
        return redirect(whereabouts.address(request))
    notes = notes_of(cases)
    sent = "action" in request.POST
    form = BulkForm(request.POST if sent else None, tags=notes.tags)
    status = 200
    if sent and not form.is_valid():
        status = 400
    elif sent and "confirm" in request.POST and _was_shown(request, form):
        chosen = set(_asked(request, "case"))
        try:
            return _decide(request, moderator, [case for case in cases if case.pk in chosen], form)
        except Refused as refused:
            add_refusal(form, refused)
            status = 400
    said = form.cleaned_data if form.is_bound else {}
    action = said.get("action") or Action.KEEP
    versions = {case.pk: _version(request, case) or case.version for case in cases}
    outlook = outlook_for(
        moderator,
        cases,
        versions,
        notes,
        action=action,
        tag=said.get("tag", ""),
        hide=said.get("hide", False),
    )
    # What was left out is tried again under another decision; what was not chosen stays so.
    chosen = set(_asked(request, "case", "left"))
    there = {case.pk for case in cases}
    not_theirs = [pk for pk in asked[:MOST] if pk not in there]
    context = {
        "form": form,
        "outlook": outlook,
        "chosen": chosen,
        "action": Action(action).label,
        "shown": action,
        "choosable": any(not one.obstacle for one in outlook),
        "left_out": len(not_theirs) + sum(bool(one.obstacle or one.changed) for one in outlook),
        "not_theirs": not_theirs,
        "too_many": MOST if len(asked) > MOST else 0,
    }
    return render(request, "moderation/bulk.html", context, status=status)


def _decide(
    request: HttpRequest, moderator: User, cases: list[Case], form: BulkForm
) -> HttpResponse:
    choice = dict(form.cleaned_data)
    if not cases:
        raise Refused("case", _("Select some cases first."))
    # Said once, and not of each.
    grounds_of(choice["action"], choice["rule"], choice["reason"].strip(), "", "")
    tag = choice.pop("tag", "")
    # Each as it stood when it was looked at.
    read = [(case, _version(request, case)) for case in cases]
    done = decide_all(moderator=moderator, cases=read, tags=[tag] if tag else [], **choice)
    for case, why in done.refusals:
        messages.warning(
            request, _("Case %(number)s: %(why)s") % {"number": case.pk, "why": why.message}
        )
    if done.decisions:
        said = ngettext(
            "%(number)s case is decided. You can take it back.",
            "%(number)s cases are decided. You can take all of it back at once.",
            len(done.decisions),
        )
        messages.success(request, said % {"number": len(done.decisions)})
    return redirect(whereabouts.address(request))


def _was_shown(request: HttpRequest, form: BulkForm) -> bool:
    """Whether what is confirmed is what was shown; else it is shown first."""
    action: str = form.cleaned_data["action"]
    return request.POST.get("shown", action) == action


def _asked(request: HttpRequest, *names: str) -> list[int]:
    """The ids of cases that the form names, each once."""
    sent = [as_id(one) for name in names for one in request.POST.getlist(name)]
    return list(dict.fromkeys(pk for pk in sent if pk))


def _cases(moderator: User, asked: list[int]) -> list[Case]:
    """Those of ``asked`` that ``moderator`` reads, as they come in the queue."""
    found = cases_for(moderator).filter(pk__in=asked).order_by(rank_for(moderator), "pk")
    return list(
        with_turned_back(found, moderator).select_related(
            "post__root__article", "post__annotation", "post__note__annotation", "claimed_by"
        )
    )


def _version(request: HttpRequest, case: Case) -> int:
    said = request.POST.get(f"version-{case.pk}", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0
