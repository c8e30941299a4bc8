"""Pages of second looks: judging what was decided without knowing how."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.discussion.models import Post, Revision
from forum.lib.errors import NotFound
from forum.lib.web import page_errors, person_of, refusals_in, shows_form
from forum.moderation.models import CaseState, SecondReview
from forum.moderation.oversight.forms import ReviewForm
from forum.moderation.oversight.reviewing import say, tags_then, waiting_for
from forum.permissions import can, require


@require_safe
@page_errors
def reviews(request: HttpRequest) -> HttpResponse:
    """Lead to what has waited longest for a second look, or say that nothing waits."""
    require(request.user, "review.list")
    found = waiting_for(person_of(request)).first()
    return redirect("review", found.pk) if found else render(request, "moderation/reviews.html")


@shows_form
@page_errors
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """What was decided about, as it was then; once one has said what one thinks, the decision."""
    require(request.user, "review.list")
    found = (
        SecondReview.objects.select_related("decision__case__post", "decision__rule", "rule")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such review."))
    person = person_of(request)
    require(person, "review.say", found)
    if found.reviewed_at:
        return _page(request, found)
    form = ReviewForm(request.POST or None, review=found)
    if request.method != "POST":
        return _page(request, found, form)
    with refusals_in(form) as met:
        if form.is_valid():
            say(reviewer=person, review=found, **form.cleaned_data)
            return redirect("review", found.pk)
    if met.conflict:
        found.refresh_from_db()
        return _page(request, found, status=met.status)
    return _page(request, found, form, status=met.status)


def _page(
    request: HttpRequest, found: SecondReview, form: ReviewForm | None = None, *, status: int = 200
) -> HttpResponse:
    decision, person = found.decision, person_of(request)
    readable = Revision.objects.visible_to(person)
    post = Post.objects.visible_to(person).filter(pk=decision.case.post_id)
    context: dict[str, Any] = {
        "review": found,
        "form": form,
        "post": post.select_related("root__article", "annotation", "note_from").first(),
        "revision": readable.filter(pk=decision.revision_id).first(),
        "tags": tags_then(found),
        # What moderators were told before the decision, and nothing that came after.
        "flags": decision.case.flags.filter(created_at__lte=decision.created_at),
    }
    if form is None:
        context |= {
            "decision": decision,
            "waiting": waiting_for(person).count(),
            "can_reopen": decision.case.state == CaseState.DECIDED
            and not found.agrees
            and can(person, "case.reopen", decision.case),
        }
    return render(request, "moderation/review.html", context, status=status)
