"""Pages of moderation: flagging, and one case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum.accounts.models import User
from forum.discussion.lookup import get_post_for
from forum.discussion.models import Post
from forum.lib.errors import NotFound, Refused
from forum.lib.forms import focus_error
from forum.lib.web import (
    Met,
    add_refusal,
    asks_for_preview,
    carry_over,
    is_fragment,
    page_errors,
    person_of,
    redirect_page,
    refusals_in,
    shows_form,
    take_unsent,
)
from forum.moderation import actions, reading
from forum.moderation.effects import actions_for
from forum.moderation.forms import DecisionForm, FlagForm, ReopenForm
from forum.moderation.lookup import case_for, moderator_of
from forum.moderation.models import (
    RESTRICTIONS,
    Appeal,
    Case,
    Flag,
    FlagReason,
    FlagSetAside,
    Notice,
    NoticeState,
)
from forum.moderation.notices.views import address_for
from forum.moderation.people.setting_aside import take_flag
from forum.moderation.previewing import Preview, preview
from forum.moderation.queue import whereabouts
from forum.moderation.queue.changes import Changes, changes_since
from forum.moderation.queue.explaining import priority_of
from forum.moderation.queue.leases import claimant_of
from forum.moderation.queue.similar import similar_to
from forum.moderation.queue.taking import next_case
from forum.moderation.queue.views import taken, undoable
from forum.moderation.reasons import readings
from forum.moderation.record import UNDECIDED
from forum.moderation.reviewed import review_for
from forum.permissions import can, refusal, require


@shows_form
@page_errors
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to a post. Whoever has done so already is told that it arrived."""
    person = person_of(request)
    try:
        post = get_post_for(person, pk)
    except NotFound:
        # It may be hidden, or gone, because of that very flag.
        raised = Flag.objects.filter(flagger=person, revision__post=pk).select_related("case")
        if own := raised.last():
            return _receipt(request, None, own)
        raise
    require(person, "post.flag", post)
    if request.method == "POST":
        return _take_flag(request, person, post)
    raised = Flag.objects.filter(flagger=person, revision__post=post, revision__superseded_at=None)
    aside = FlagSetAside.objects.filter(
        flagger=person, revision__post=post, revision__superseded_at=None
    )
    earlier = raised.select_related("case").first() or (
        aside.first() if person.is_sanctioned else None
    )
    if earlier:
        return _receipt(request, post, earlier)
    return _flag_page(request, post, FlagForm(post=post, initial=take_unsent(request)))


def _take_flag(request: HttpRequest, flagger: User, post: Post) -> HttpResponse:
    form = FlagForm(request.POST, post=post)
    if form.is_valid() and form.cleaned_data["reason"] == FlagReason.ILLEGAL:
        # The law asks for more than a flag holds.
        address = address_for(post)
        carry_over(request, address, explanation=form.cleaned_data["note"])
        return redirect_page(request, address)
    if not form.is_valid():
        return _flag_page(request, post, form, status=400)
    try:
        flag, new = take_flag(flagger=flagger, post=post, **form.cleaned_data)
    except Refused as refusal:
        add_refusal(form, refusal)
        return _flag_page(request, post, form, status=400)
    if is_fragment(request):
        return _receipt(request, post, flag, new=new)
    if not new:
        messages.info(request, _("You had flagged this already; once is enough."))
    return redirect("post-flag", post.pk)


def _flag_page(
    request: HttpRequest, post: Post, form: FlagForm, *, status: int = 200
) -> HttpResponse:
    fragment = is_fragment(request)
    template = "moderation/flag_form.html" if fragment else "moderation/flag.html"
    words = (post.note_from or post).current
    context = {"post": post, "form": form, "revision": words, "fragment": fragment}
    return render(request, template, context, status=status)


def _receipt(
    request: HttpRequest, post: Post | None, flag: Flag | FlagSetAside, *, new: bool = True
) -> HttpResponse:
    """What whoever raised ``flag`` is told; of a ``post`` that they can no longer read, no more."""
    part = "moderation/flag_receipt.html"
    template = part if is_fragment(request) else "moderation/flagged.html"
    context = {"post": post, "flag": flag, "new": new, "review": post and review_for(flag)}
    return render(request, template, context)


@require_safe
@page_errors
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case, whole."""
    return _case_page(request, case_for(moderator_of(request), pk, "case.read"))


@require_POST
@page_errors
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep, remove or restore what a case is about."""
    moderator = moderator_of(request)
    found = case_for(moderator, pk, "case.decide")
    form = DecisionForm(request.POST, post=found.post)
    with refusals_in(form) as met:
        if form.is_valid() and asks_for_preview(request):
            said = preview(moderator=moderator, case=found, **form.cleaned_data)
            return _case_page(request, found, sent=_filled_in(request, form), preview=said)
        if form.is_valid():
            decision = actions.decide(moderator=moderator, case=found, **form.cleaned_data)
            messages.success(
                request,
                _("Decided: %(value)s. The author and whoever flagged it have been told.")
                % {"value": decision.get_action_display()},
            )
            return redirect(_onward(request, moderator, found))
        _mind_version(form)
    return _case_page(request, found, sent=form, met=met)


def _onward(request: HttpRequest, moderator: User, decided: Case) -> Case | str:
    """Where ``moderator`` goes on: whoever works through the queue, with what waits there next."""
    if "next" not in request.POST:
        return decided
    following = taken(moderator, whereabouts.wanted(request, moderator))
    return following or whereabouts.address(request)


def _filled_in(request: HttpRequest, form: DecisionForm) -> DecisionForm:
    """The valid ``form`` with the words of the template that it chose, to be changed if wanted."""
    data = request.POST.copy()
    rule = form.cleaned_data["rule"]
    data["template"] = ""
    data["reason"] = form.cleaned_data["reason"]
    data["rule"] = str(rule.pk) if rule else ""
    filled_in = DecisionForm(data, post=form.post)
    filled_in.is_valid()
    return filled_in


@require_POST
@page_errors
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up a decided case again."""
    moderator = moderator_of(request)
    found = case_for(moderator, pk, "case.reopen")
    form = ReopenForm(request.POST)
    with refusals_in(form) as met:
        if form.is_valid():
            actions.reopen(moderator=moderator, case=found, **form.cleaned_data)
            messages.success(request, _("The case is open again."))
            return redirect(found)
        _mind_version(form)
    return _case_page(request, found, sent=form, met=met)


def _mind_version(form: DecisionForm | ReopenForm) -> None:
    """Say aloud what is wrong with a field that nobody sees."""
    if "version" in form.errors:
        form.add_error(None, _("The form came in incomplete. Look at the case and send it again."))


def _case_page(
    request: HttpRequest,
    found: Case,
    *,
    sent: DecisionForm | ReopenForm | None = None,
    met: Met | None = None,
    preview: Preview | None = None,
) -> HttpResponse:
    """The page of a case as it stands now, with what was typed still in the form ``sent``.

    A form that lost a race gets the present version, for the page says what has changed; one
    that comes back because of a typing error keeps the version that its sender had read.
    """
    moderator, conflict = person_of(request), met and met.conflict
    found.refresh_from_db()
    file = reading.case_file(moderator, found)
    author = file.post.author if file.post else None
    waits = found.state in UNDECIDED and not found.appealed_at
    why_not = refusal(moderator, "case.decide", found) if waits else None
    is_open = waits and why_not is None
    decision = _decision_form(request, found, sent, is_open=is_open)
    if sent and not conflict:
        focus_error(sent)
    read = None if conflict or sent is None else sent.cleaned_data.get("version")
    context = {
        "file": file,
        "case": found,
        "post": file.post,
        "is_open": is_open,
        "why_not": why_not,
        "decision": decision,
        "reopening": _reopening_form(moderator, found, sent),
        "version": read or found.version,
        "conflict": conflict,
        "appeals": Appeal.objects.filter(decision__case=found, outcome="")
        if found.appealed_at
        else [],
        "edits_reasons": can(moderator, "reason.edit"),
        "reasons": readings(decision.reasons, found.post) if decision else [],
        "preview": preview,
        "noticed": decision is not None
        and Notice.objects.filter(case=found, state=NoticeState.RECEIVED).exists(),
        "next_case": None
        if is_open
        else next_case(moderator, whereabouts.wanted(request, moderator)),
        "claimant": claimant_of(found),
        "priority": priority_of(moderator, found, found.post),
        "changes": _changes(request, found) if conflict else None,
        "similar": similar_to(moderator, found, file.current) if file.post else [],
        "undo": undoable(moderator),
        "reads_records": moderator.moderates_site,
        "may_sanction": author is not None and can(moderator, "person.sanction", author),
        "led_to_it": next((one for one in file.decisions if one.action in RESTRICTIONS), None),
    }
    status = met.status if met else 200
    return render(request, "moderation/case.html", context, status=status)


def _decision_form(
    request: HttpRequest, found: Case, sent: DecisionForm | ReopenForm | None, *, is_open: bool
) -> DecisionForm | None:
    """The form that came in or, where the case ``is_open``, a new one; with what makes sense."""
    form = sent if isinstance(sent, DecisionForm) else None
    if form is None and is_open:
        form = DecisionForm(initial=take_unsent(request), post=found.post)
    if form:
        form.offer(found.post.state, actions_for(found.post))
    return form


def _reopening_form(
    moderator: User, found: Case, sent: DecisionForm | ReopenForm | None
) -> ReopenForm | None:
    """The form that came in or, where the case is decided and they may, a new one."""
    if isinstance(sent, ReopenForm):
        return sent
    settled = found.state not in UNDECIDED and not found.appealed_at
    return ReopenForm() if settled and can(moderator, "case.reopen", found) else None


def _changes(request: HttpRequest, found: Case) -> Changes:
    """What has happened since whoever sent a form looked at the case, as that form says it."""
    seen = {}
    for name in ("event", "revision"):
        said = request.POST.get(f"seen_{name}", "")
        seen[name] = int(said) if said.isdecimal() and len(said) < 19 else 0
    return changes_since(person_of(request), found, **seen)
