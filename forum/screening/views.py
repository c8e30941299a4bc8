"""Pages of word lists, for moderators."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.accounts.models import User
from forum.lib.errors import Conflict, NotFound, Refused
from forum.lib.forms import refill
from forum.lib.web import add_refusal, page_errors, person_of, shows_form
from forum.moderation.models import Event, EventKind
from forum.permissions import require
from forum.screening import lists
from forum.screening.forms import WordListForm
from forum.screening.models import WordList
from forum.screening.trying import Trial, try_words

#: Changes that the overview shows, and lines of one of them.
_CHANGES, _LINES = 20, 12
#: Bytes of a file.
_FILE_LIMIT = 2_000_000


@require_safe
@page_errors
def words(request: HttpRequest) -> HttpResponse:
    """All lists, and who changed them last."""
    _moderator(request)
    found = WordList.objects.annotate(number=Count("words"))
    changes = Event.objects.filter(kind=EventKind.WORDS_CHANGED).order_by("-pk")[:_CHANGES]
    context = {"lists": found, "changes": [_change(event) for event in changes]}
    return render(request, "screening/words.html", context)


@shows_form
@page_errors
def new_word_list(request: HttpRequest) -> HttpResponse:
    """Make a list."""
    return _edit(request, None)


@shows_form
@page_errors
def word_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a list, try it, or delete it."""
    _moderator(request)
    return _edit(request, _list(pk))


@require_safe
@page_errors
def export_words(request: HttpRequest, pk: int) -> HttpResponse:
    """A list as a text, as it can be taken in again."""
    _moderator(request)
    found = _list(pk)
    answer = HttpResponse(lists.as_text(found), content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="words-{found.pk}.txt"'
    return answer


def _edit(request: HttpRequest, found: WordList | None) -> HttpResponse:
    moderator = _moderator(request)
    if request.method != "POST":
        form = WordListForm.of(found) if found else WordListForm()
        return _page(request, found, form)
    form = WordListForm(request.POST, request.FILES)
    status, trial = 400, None
    try:
        act = request.POST.get("act", "")
        if found and act == "delete":
            lists.delete_list(editor=moderator, word_list=found, version=_version(request))
            messages.success(request, _("The list is deleted. Its words stand among the changes."))
            return redirect("words")
        file = request.FILES.get("file")
        if isinstance(file, UploadedFile):
            _take_in(request, form, file)
            return _page(request, found, form)
        if act == "try":
            trial = try_words(moderator, lists.read_words(request.POST.get("words", "")))
            return _page(request, found, form, trial=trial)
        if form.is_valid():
            return _save(request, moderator, found, form)
    except Refused as refusal:
        form.is_valid()
        add_refusal(form, refusal)
    except Conflict as conflict:
        form.is_valid()
        form.add_error(None, conflict.message)
        status = 409
    return _page(request, found, form, status=status)


def _save(
    request: HttpRequest, moderator: User, found: WordList | None, form: WordListForm
) -> HttpResponse:
    if found is None:
        found = lists.make_list(editor=moderator, wanted=form.wanted())
    else:
        lists.change_list(
            editor=moderator, word_list=found, wanted=form.wanted(), version=_version(request)
        )
    messages.success(request, _("Saved. What is posted from now on is looked through for it."))
    return redirect(found)


def _take_in(request: HttpRequest, form: WordListForm, file: UploadedFile) -> None:
    """Add the words of ``file`` to those in the form. Raises ``Refused``."""
    if (file.size or 0) > _FILE_LIMIT:
        raise Refused("file", _("This file is too large."))
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("file", _("This file is not in UTF-8.")) from None
    new = lists.read_words(text, field="file")
    typed = request.POST.get("words", "").replace("\r\n", "\n")
    known = set(typed.split("\n"))
    added = [word for word in new if word not in known]
    refill(form, words="\n".join(filter(None, [typed.rstrip("\n"), *added])))
    messages.info(
        request, _("Taken in: %(number)s. Save the list to keep it.") % {"number": len(added)}
    )


def _page(
    request: HttpRequest,
    found: WordList | None,
    form: WordListForm,
    *,
    trial: Trial | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"list": found, "form": form, "trial": trial}
    return render(request, "screening/word_list.html", context, status=status)


def _moderator(request: HttpRequest) -> User:
    require(request.user, "words.edit")
    return person_of(request)


def _list(pk: int) -> WordList:
    found = WordList.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such list."))
    return found


def _version(request: HttpRequest) -> int:
    """The version that the editor started from; nonsense is no version."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _change(event: Event) -> dict[str, object]:
    """A change as the overview shows it."""
    name, *lines = event.detail.split("\n")
    return {
        "event": event,
        "name": name,
        "lines": lines[:_LINES],
        "more": max(0, len(lines) - _LINES),
    }
