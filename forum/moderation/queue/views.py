"""Pages of the queue: what waits, who is deciding what, and taking up the next."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum.accounts.models import User
from forum.discussion.lookup import as_id
from forum.lib.errors import Conflict
from forum.lib.text import check_choice
from forum.lib.web import page_errors
from forum.moderation.lookup import case_for, moderator_of
from forum.moderation.models import Basis, Bulk, Case, Decision, Queue
from forum.moderation.people.reading import appeals_waiting
from forum.moderation.queue import claims, listing, taking, whereabouts
from forum.moderation.queue.forms import QueueFilter
from forum.moderation.queue.leases import claimant_of
from forum.moderation.reading import cases_for
from forum.moderation.reversing import can_still_be_undone, reverse_bulk
from forum.moderation.reversing import reverse as turn_back
from forum.moderation.standing import decided_since

#: Cases that a page asks about at once, at most.
ASKED = 60
_ACTS = ("claim", "take-over", "release")


@require_safe
@page_errors
def queue(request: HttpRequest) -> HttpResponse:
    """The cases that wait for a decision, or those that have one."""
    moderator = moderator_of(request)
    if "back" in request.GET:
        return redirect(whereabouts.address(request))
    narrowed = QueueFilter(request.GET, moderator=moderator)
    wanted = narrowed.wanted()
    after, before = (listing.Place.parse(request.GET.get(name, "")) for name in ("after", "before"))
    page = listing.queue_page(moderator, wanted, after=after, before=before)
    whereabouts.keep(request, narrowed, after=after, before=None if after else before)
    on_first = wanted.tab == Queue.APPEALED and not page.before and not narrowed.narrows
    context = {
        "page": page,
        "rows": page.rows,
        "placed": after or before,
        # Those against decisions are in their cases.
        "appeals": appeals_waiting(moderator)[: listing.COUNTED] if on_first else None,
        "tab": wanted.tab,
        "offers_next": taking.offers_next(moderator, wanted.tab),
        "decides": moderator.decides_appeals or wanted.tab != Queue.ESCALATED,
        "tabs": listing.counts(moderator),
        "filter": narrowed,
        "narrowed": narrowed.narrows,
        "undo": undoable(moderator),
    }
    return render(request, "moderation/queue.html", context)


@require_safe
@page_errors
def news(request: HttpRequest) -> HttpResponse:
    """Where the cases ``?cases=1,2`` stand now, for pages that are open; 304 if nothing is new."""
    moderator = moderator_of(request)
    named = request.GET.get("cases", "").split(",")[:ASKED]
    asked = [number for number in map(as_id, named) if number]
    cases = cases_for(moderator).filter(pk__in=asked).select_related("claimed_by").order_by("pk")
    rows = [state_of(case, moderator) for case in cases]
    answer = JsonResponse({"cases": rows})
    answer["ETag"] = f'"{hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:32]}"'
    answer["Cache-Control"] = "private, no-cache"
    if request.headers.get("If-None-Match") == answer["ETag"]:
        return HttpResponse(status=304, headers={"ETag": answer["ETag"]})
    return answer


@require_POST
@page_errors
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim a case, go on having it, take it over, or give it up (``act``)."""
    moderator = moderator_of(request)
    case = case_for(moderator, pk, "case.decide")
    act = request.POST.get("act", "claim")
    check_choice(act, _ACTS, field="act")
    if act == "release":
        claims.release(moderator=moderator, case=case)
    elif act == "take-over":
        claimant = as_id(request.POST.get("claimant", ""))
        claims.take_over(moderator=moderator, case=case, claimant=claimant)
    else:
        try:
            claims.claim(moderator=moderator, case=case)
        except Conflict as conflict:
            if _wants_json(request):
                return JsonResponse({"detail": conflict.message}, status=409)
            messages.warning(request, conflict.message)
            return redirect(case)
    if _wants_json(request):
        case = Case.objects.select_related("claimed_by").get(pk=case.pk)
        return JsonResponse(state_of(case, moderator))
    return redirect(whereabouts.address(request) if act == "release" else case)


@require_POST
@page_errors
def take_next(request: HttpRequest) -> HttpResponse:
    """Claim the first case that nobody is deciding, of what the form is narrowed to; open it."""
    moderator = moderator_of(request)
    narrowed = QueueFilter(request.POST, moderator=moderator)
    wanted = narrowed.wanted() if "tab" in narrowed.said else None
    if wanted and wanted.tab == Queue.APPEALED:
        appeal = taking.next_appeal(moderator, wanted)
        if appeal:
            return redirect("appeal", appeal.pk)
    elif case := taken(moderator, wanted):
        return redirect(case)
    messages.info(request, _none_left(moderator, narrowed))
    return redirect(f"{reverse('moderation')}?{urlencode(narrowed.said)}")


def taken(moderator: User, wanted: listing.Wanted | None) -> Case | None:
    """The next case, now ``moderator``'s; ``None`` if there is none."""
    # Somebody may be faster; then there is another.
    for _attempt in range(5):
        case = taking.next_case(moderator, wanted)
        if case is None:
            break
        try:
            claims.claim(moderator=moderator, case=case)
        except Conflict:
            continue
        return case
    return None


def _none_left(moderator: User, narrowed: QueueFilter) -> str:
    """Why there is no next."""
    tab = narrowed.wanted().tab
    if not taking.offers_next(moderator, tab):
        return _("Those who lead appeals decide what is here.")
    if tab == Queue.APPEALED:
        return _("None of these appeals is yours to decide.")
    if narrowed.narrows:
        return _("Nothing else like that waits that somebody else is not deciding already.")
    return _("Nothing waits that somebody else is not deciding already.")


@require_POST
@page_errors
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what one has just decided: a decision, or all that was decided in one go."""
    moderator = moderator_of(request)
    last = undoable(moderator)
    wanted = request.POST.get("decision", "")
    if last is None or wanted != str(last.pk):
        raise Conflict(_("There is nothing that you could take back now."))
    if last.bulk:
        done = reverse_bulk(bulk=last.bulk, moderator=moderator, basis=Basis.UNDO)
        for _case_of, refusal in done.refusals:
            messages.warning(request, refusal.message)
        messages.success(
            request, _("Taken back: %(number)s decisions.") % {"number": len(done.decisions)}
        )
        return redirect(whereabouts.address(request))
    turn_back(decision=last, moderator=moderator, basis=Basis.UNDO)
    messages.success(request, _("Taken back. The case is as it was."))
    return redirect(last.case)


def undoable(moderator: User) -> Decision | None:
    """The last that ``moderator`` decided, if it can still be taken back."""
    last = (
        Decision.objects.filter(moderator=moderator)
        .select_related("case__post", "bulk", "moderator")
        .order_by("-pk")
        .first()
    )
    if last is None or last.basis != Basis.REVIEW or not can_still_be_undone(last):
        return None
    if last.bulk and Bulk.objects.filter(undoes=last.bulk).exists():
        return None
    return None if decided_since(last) else last


def state_of(case: Case, moderator: User) -> dict[str, object]:
    """Where ``case`` stands, for scripts: who is deciding it, and whether it has changed."""
    claimant = claimant_of(case)
    ends = case.claim_expires_at if claimant else None
    return {
        "id": case.pk,
        "version": case.version,
        "queue": case.queue,
        "claimant": claimant.public_name if claimant else "",
        "mine": claimant == moderator,
        # To the minute, so that one who goes on is no news to others every time.
        "ends": timezone.localtime(ends).strftime("%H:%M") if ends else "",
    }


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
