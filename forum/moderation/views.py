"""Pages of moderation: flagging, the rules, the queue, and one case."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum.accounts.models import User
from forum.discussion.lookup import get_post_for
from forum.discussion.models import Post
from forum.lib.errors import Conflict, NotFound, Refused
from forum.lib.web import add_refusal, is_fragment, page_errors, person_of, take_unsent
from forum.moderation import actions, reading
from forum.moderation.forms import DecisionForm, FlagForm, QueueFilter, ReopenForm
from forum.moderation.models import Case, CaseState, Flag, Rule
from forum.permissions import require


@require_http_methods(["GET", "HEAD", "POST"])
@page_errors
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to a post. Whoever has done so already is told that it arrived."""
    person = person_of(request)
    post = get_post_for(person, pk)
    require(person, "post.flag", post)
    if request.method == "POST":
        return _take_flag(request, person, post)
    raised = Flag.objects.filter(flagger=person, revision__post=post, revision__superseded_at=None)
    earlier = raised.select_related("case").first()
    if earlier:
        return _receipt(request, post, earlier)
    return _flag_page(request, post, FlagForm(post=post, initial=take_unsent(request)))


def _take_flag(request: HttpRequest, flagger: User, post: Post) -> HttpResponse:
    form = FlagForm(request.POST, post=post)
    if not form.is_valid():
        return _flag_page(request, post, form, status=400)
    try:
        flag, new = actions.flag_post(flagger=flagger, post=post, **form.cleaned_data)
    except Refused as refusal:
        add_refusal(form, refusal)
        return _flag_page(request, post, form, status=400)
    if is_fragment(request):
        return _receipt(request, post, flag, new=new)
    if not new:
        messages.info(request, "You had flagged this already; once is enough.")
    return redirect("post-flag", post.pk)


def _flag_page(
    request: HttpRequest, post: Post, form: FlagForm, *, status: int = 200
) -> HttpResponse:
    fragment = is_fragment(request)
    template = "moderation/flag_form.html" if fragment else "moderation/flag.html"
    words = (post.note_from or post).current
    context = {"post": post, "form": form, "revision": words, "fragment": fragment}
    return render(request, template, context, status=status)


def _receipt(request: HttpRequest, post: Post, flag: Flag, *, new: bool = True) -> HttpResponse:
    part = "moderation/flag_receipt.html"
    template = part if is_fragment(request) else "moderation/flagged.html"
    return render(request, template, {"post": post, "flag": flag, "new": new})


@require_safe
@page_errors
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in force, for everybody."""
    return render(request, "moderation/rules.html", {"rules": Rule.objects.filter(retired_at=None)})


@require_safe
@page_errors
def queue(request: HttpRequest) -> HttpResponse:
    """The cases that wait for a decision, or those that have one."""
    moderator = _moderator(request)
    narrowed = QueueFilter(request.GET)
    state = narrowed.wanted("state") or CaseState.OPEN
    page, rows = reading.queue_page(
        moderator,
        state=state,
        kind=narrowed.wanted("kind"),
        reason=narrowed.wanted("reason"),
        number=request.GET.get("page"),
    )
    context = {
        "page": page,
        "rows": rows,
        "state": state,
        "filter": narrowed,
        "narrowed": narrowed.wanted("kind") or narrowed.wanted("reason"),
        "waiting": reading.waiting(moderator),
    }
    return render(request, "moderation/queue.html", context)


@require_safe
@page_errors
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case, whole."""
    moderator = _moderator(request)
    found = _case(pk)
    require(moderator, "case.read", found)
    return _case_page(request, found)


@require_POST
@page_errors
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep, remove or restore what a case is about."""
    moderator = _moderator(request)
    found = _case(pk)
    require(moderator, "case.decide", found)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        _mind_version(form)
        return _case_page(request, found, sent=form, status=400)
    try:
        decision = actions.decide(moderator=moderator, case=found, **form.cleaned_data)
    except Refused as refusal:
        add_refusal(form, refusal)
        return _case_page(request, found, sent=form, status=400)
    except Conflict as conflict:
        return _case_page(request, found, sent=form, conflict=conflict, status=409)
    messages.success(
        request,
        f"Decided: {decision.get_action_display().lower()}. The author and whoever flagged it "
        "have been told.",
    )
    return redirect(found)


@require_POST
@page_errors
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up a decided case again."""
    moderator = _moderator(request)
    found = _case(pk)
    require(moderator, "case.reopen", found)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        _mind_version(form)
        return _case_page(request, found, sent=form, status=400)
    try:
        actions.reopen(moderator=moderator, case=found, **form.cleaned_data)
    except Refused as refusal:
        add_refusal(form, refusal)
        return _case_page(request, found, sent=form, status=400)
    except Conflict as conflict:
        return _case_page(request, found, sent=form, conflict=conflict, status=409)
    messages.success(request, "The case is open again.")
    return redirect(found)


def _moderator(request: HttpRequest) -> User:
    """Whoever asks, if they moderate; refused before anything is said about a case."""
    require(request.user, "case.list")
    return person_of(request)


def _case(pk: int) -> Case:
    found = Case.objects.select_related("post").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such case.")
    return found


def _mind_version(form: DecisionForm | ReopenForm) -> None:
    """Say aloud what is wrong with a field that nobody sees."""
    if "version" in form.errors:
        form.add_error(None, "The form came in incomplete. Look at the case and send it again.")


def _case_page(
    request: HttpRequest,
    found: Case,
    *,
    sent: DecisionForm | ReopenForm | None = None,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a case as it stands now, with what was typed still in the form ``sent``.

    A form that lost a race gets the present version, for the page says what has changed; one
    that comes back because of a typing error keeps the version that its sender had read.
    """
    moderator = person_of(request)
    found.refresh_from_db()
    file = reading.case_file(moderator, found)
    is_open = found.state == CaseState.OPEN
    decision = sent if isinstance(sent, DecisionForm) else None
    if is_open and decision is None:
        decision = DecisionForm(initial=take_unsent(request))
    if decision:
        decision.offer(found.post.state)
    reopening = sent if isinstance(sent, ReopenForm) else None if is_open else ReopenForm()
    read = None if conflict or sent is None else sent.cleaned_data.get("version")
    context = {
        "file": file,
        "case": found,
        "post": file.post,
        "is_open": is_open,
        "decision": decision,
        "reopening": reopening,
        "version": read or found.version,
        "conflict": conflict,
        "next_case": None if is_open else reading.next_open(moderator),
    }
    return render(request, "moderation/case.html", context, status=status)
