"""Pages for giving notice of illegal content, and for whoever gave it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from forum.discussion.lookup import article_of, get_post_for
from forum.discussion.windows import is_over
from forum.discussion.writing.forms import new_token
from forum.guests.forms import stamp
from forum.lib.errors import NotFound, Refused, TooOften
from forum.lib.web import (
    Met,
    add_refusal,
    page_errors,
    redirect_page,
    refusals_in,
    retry_after,
    shows_form,
    take_unsent,
)
from forum.moderation.appealing import file_appeal_as_notifier
from forum.moderation.forms import AppealForm
from forum.moderation.models import Appeal, Decision, Notice
from forum.moderation.notices import actions, letters, limits
from forum.moderation.notices.forms import AddressForm, NoticeForm, post_at
from forum.moderation.standing import told
from forum.permissions import require

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from forum.discussion.models import Post


@require_safe
@page_errors
def new(request: HttpRequest) -> HttpResponse:
    """Where whoever has only an address begins: it leads to the form for what stands there."""
    if "url" not in request.GET:
        return render(request, "moderation/notices/new.html", {"form": AddressForm()})
    form = AddressForm(request.GET)
    with refusals_in(form) as met:
        if form.is_valid():
            post = post_at(request.user, form.cleaned_data["url"], request.get_host())
            require(request.user, "post.notice", post)
            return redirect("post-notice", post.pk)
    return render(request, "moderation/notices/new.html", {"form": form}, status=met.status)


@shows_form
@page_errors
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a notice of one post, for everybody who may read it."""
    post = get_post_for(request.user, pk)
    require(request.user, "post.notice", post)
    account = request.user.is_authenticated
    if request.method == "POST":
        return _take(request, post, NoticeForm(request.POST, has_account=account))
    initial = {"token": new_token(), "began": stamp()} | take_unsent(request)
    return _page(request, post, NoticeForm(initial=initial, has_account=account))


def _take(request: HttpRequest, post: Post, form: NoticeForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, post, form, status=400)
    client = get_adapter().get_client_ip(request)
    try:
        notice = actions.give_notice(
            post=post,
            notifier=request.user if request.user.is_authenticated else None,
            allow=partial(limits.count, client=client),
            **form.told(),
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return _page(request, post, form, status=400)
    except TooOften as refusal:
        form.add_error(None, refusal.message)
        return retry_after(_page(request, post, form, status=429), refusal.wait)
    return redirect_page(request, letters.page_of(notice))


def _page(request: HttpRequest, post: Post, form: NoticeForm, *, status: int = 200) -> HttpResponse:
    words = (post.note_from or post).current
    context = {"post": post, "form": form, "revision": words, "article": article_of(post)}
    return render(request, "moderation/notices/give.html", context, status=status)


@shows_form
@page_errors
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt of a notice and, once there is one, the decision: for whoever has the link.

    They can appeal against the last decision there; a GET changes nothing.
    """
    found = letters.read_page(token)
    if request.method != "POST":
        return _notice_page(request, found)
    last = _decisions(found).first()
    if last is None:
        raise NotFound(_("There is no such decision."))
    form = AppealForm(request.POST)
    with refusals_in(form, forbidden=True) as met:
        if form.is_valid():
            file_appeal_as_notifier(notice=found, decision=last, text=form.cleaned_data["text"])
            return redirect(request.path)
    return _notice_page(request, found, sent=form, met=met)


def _decisions(found: Notice) -> QuerySet[Decision]:
    """What was decided since ``found`` was given, the latest first."""
    since = told(found.case.decisions.filter(created_at__gte=found.created_at))
    return since.select_related("rule", "case__post").order_by("-pk")


def _notice_page(
    request: HttpRequest,
    found: Notice,
    *,
    sent: AppealForm | None = None,
    met: Met | None = None,
) -> HttpResponse:
    decisions = list(_decisions(found))
    appeals = list(Appeal.objects.filter(notice=found).order_by("-pk"))
    form = sent
    if decisions and not found.forgotten_at and form is None:
        until = letters.redress_until(decisions[0])
        appealed = any(appeal.decision_id == decisions[0].pk for appeal in appeals)
        form = AppealForm() if until and not is_over(until) and not appealed else None
    rows = [
        {
            "decision": decision,
            "outcome": letters.outcome_of(decision),
            "automation": letters.automation_of(decision),
            "appeal_until": letters.redress_until(decision),
        }
        for decision in decisions
    ]
    context = {
        "notice": found,
        "rows": rows,
        "appeals": appeals,
        "form": form,
        "problem": met and met.problem,
        "stop": "" if found.forgotten_at else letters.stop_page_of(found),
        "neutral_masthead": True,
    }
    return render(
        request, "moderation/notices/notice.html", context, status=met.status if met else 200
    )


# A mail program posts here for its user, with neither a session nor a token of ours (RFC 8058).
@csrf_exempt
@shows_form
@page_errors
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Send no more about a notice, and forget who gave it; a GET only asks."""
    found: Notice = letters.read_stop(token)
    if request.method == "POST":
        actions.forget_notifier(found)
    context = {"stopped": bool(found.forgotten_at), "neutral_masthead": True}
    return render(request, "moderation/notices/stop.html", context)


def address_for(post: Post) -> str:
    """Where notice is given of ``post``."""
    return reverse("post-notice", args=[post.pk])
