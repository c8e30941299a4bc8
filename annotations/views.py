"""The reading page, what is personal on it, and saving a note from it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST, require_safe

from annotations import actions
from annotations.jinja import url
from annotations.models import Codebook
from annotations.page import kept
from annotations.page.asking import Wanted
from annotations.page.fragments import notes_html
from annotations.page.gathering import gather, gather_public
from annotations.page.kept import Sent
from annotations.page.loading import one_note, own_notes
from annotations.page.marking import Marking
from annotations.page.own import Own, own_posts
from annotations.page.page_parts import parts_of, pieces_of
from annotations.page.reading import current_text, page_of
from annotations.placement.orphans import orphans_of
from forum.discussion.endorsing import endorsed_by
from forum.discussion.following.actions import follows
from forum.discussion.holding import to_author
from forum.discussion.lookup import as_id, get_article_for
from forum.discussion.models import Kind, Revision, State
from forum.discussion.reading import posts_of_muted
from forum.discussion.windows import edits_until, is_over, undo_until
from forum.lib.errors import Conflict, Forbidden, NotFound, PostilError, Refused, TooOften
from forum.moderation.people.standing_views import acknowledge_first
from forum.notifications.models import Notification
from forum.screening.web import sending_of

if TYPE_CHECKING:
    from forum.accounts.models import User
    from forum.discussion.models import Article
    from forum.discussion.visibility import Reader


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article with its notes and responses: the same page for everybody who may see it.

    It is rendered as for a stranger and kept; what is personal comes from ``personal``. Only an
    article that is not public, such as a draft, is rendered for the one person who asks.
    """
    now = kept.public_now(slug)
    wanted = Wanted.of(request.GET)
    if now is not None:
        if wanted == Wanted():
            sent = kept.PAGES.at(
                kept.page_key(slug), slug, now, partial(_render, request, slug, wanted)
            )
        else:
            render = partial(_render, request, slug, wanted, keep=False)
            sent, _ = kept.rendered(slug, now, render)
        if sent is not None:
            return kept.answer(request, sent)
    kept.forget_pages(slug)
    return _not_public(request, slug, wanted)


def _render(
    request: HttpRequest, slug: str, wanted: Wanted, now: kept.Now, *, keep: bool = True
) -> Sent | None:
    """The page for everybody; nothing of it is remembered unless to ``keep``."""
    revision = current_text(slug, AnonymousUser())
    if revision is None:
        return None
    keep = keep and kept.may_keep()
    gathered = gather_public(revision.post.article, now, keep=keep)
    page = page_of(revision, gathered, Marking(keep=keep), wanted)
    return Sent.of(parts_of(pieces_of(page, request, public=True, keep=keep), keep=keep))


def _not_public(request: HttpRequest, slug: str, wanted: Wanted) -> HttpResponse:
    """The page of an article that is not public, for one who may read it."""
    reader = request.user
    revision = current_text(slug, reader) if reader.is_authenticated else None
    if revision is None:
        raise Http404(_("There is no such article."))
    gathered = gather(revision.post.article, reader)
    page = page_of(revision, gathered, Marking(keep=False), wanted)
    pieces = pieces_of(page, request, public=False, keep=False)
    response = HttpResponse("".join(piece.write() for piece in pieces))
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_GET
@cache_control(private=True, no_store=True)
def personal(request: HttpRequest, slug: str) -> JsonResponse:
    """What the reading page shows to one person only, for the page's script to put in."""
    article = _article_for(request, slug)
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False})
    reader = request.user
    own = own_posts(article, reader)
    unread = Notification.objects.filter(recipient=reader, read_at=None).count()
    masthead = {"user": reader, "unread": unread}
    return JsonResponse(
        {
            "signed_in": True,
            "id": reader.pk,
            "name": reader.public_name,
            "unread": unread,
            "csrf": get_token(request),
            "masthead": render_to_string("parts/masthead_personal.html", masthead, request),
            "messages": render_to_string("parts/messages.html", {}, request).strip(),
            "tools": _tools(article, reader),
            "own": [{"id": one.id, "links": _own_links(one)} for one in own],
            "waiting": _waiting(article, reader, own),
            "endorsed": endorsed_by(reader, article),
            "follows": follows(reader, article),
            "muted": posts_of_muted(article, reader),
            "notes": notes_html(own_notes(article, reader), article).html,
        }
    )


@require_POST
@cache_control(private=True, no_store=True)
def annotate(request: HttpRequest, slug: str) -> JsonResponse:
    """Save a note on a passage; answer its id, and its entry in the list of notes.

    400 names the fields to change, 401 asks to log in, 409 says that the text is another by
    now and, if it is known, where the passage stands in it.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"detail": _("Log in to annotate.")}, status=401)
    author = request.user
    article = _article_for(request, slug)
    acknowledge_first(request)
    form = request.POST
    try:
        post, new = actions.annotate(
            author=author,
            revision=_marked_revision(article, author, form.get("revision", "")),
            start=_position(form.get("start", ""), "start"),
            end=_position(form.get("end", ""), "end"),
            # A form sends every newline as CRLF; no canonical text holds a carriage return.
            quote=form.get("quote", "").replace("\r\n", "\n"),
            tags=form.getlist("tags") or form.getlist("tags[]"),
            note=form.get("note", ""),
            audience=form.get("audience", ""),
            token=form.get("token", ""),
            sending=sending_of(request),
        )
    except PostilError as error:
        return _refusal(error)
    notes = one_note(article, author, post.pk)
    texts = Revision.objects.visible_to(author, replies=False).current()
    current = texts.filter(post=post.parent_id).values_list("pk", flat=True).first()
    if current is None:
        gone = _("Your note is saved, but what it marks was withdrawn or removed a moment ago.")
        return _refusal(NotFound(gone))
    answer = {
        "id": post.pk,
        # What the places in the notes count in: maybe not the text that the page shows.
        "revision": current,
        "notes": notes_html(notes, article).html,
        "links": _own_links(Own(post.pk, post.state)),
    }
    return JsonResponse(answer, status=201 if new else 200)


@require_safe
def codebook(request: HttpRequest, slug: str) -> HttpResponse:
    """A codebook: what each tag means, when to use it and when not."""
    book = get_object_or_404(Codebook, slug=slug)
    tags = list(book.tags.all())
    context = {
        "codebook": book,
        "tags": [tag for tag in tags if tag.retired_at is None],
        "retired": [tag for tag in tags if tag.retired_at],
    }
    return render(request, "annotations/codebook.html", context)


def _article_for(request: HttpRequest, slug: str) -> Article:
    try:
        return get_article_for(request.user, slug)
    except NotFound as missing:
        raise Http404(missing.message) from None


def _marked_revision(article: Article, reader: Reader, value: str) -> Revision:
    revision = (
        Revision.objects.visible_to(reader)
        .select_related("post")
        .filter(pk=_position(value, "revision"))
        .first()
    )
    if revision is None or revision.post.article_id != article.pk:
        raise Refused("revision", _("There is no such text on this page."))
    return revision


def _position(value: str, field: str) -> int:
    """A whole number from a form field."""
    if (number := as_id(value)) is None:
        raise Refused(field, _("This must be a whole number."))
    return number


def _refusal(error: PostilError) -> JsonResponse:
    answer: dict[str, Any] = {"detail": error.message}
    if isinstance(error, Refused):
        return JsonResponse(answer | {"errors": {error.field: [error.message]}}, status=400)
    if isinstance(error, Conflict):
        code = {"code": error.code} if error.code else {}
        return JsonResponse({"proposal": None} | answer | code | error.details, status=409)
    if isinstance(error, TooOften):
        return JsonResponse(answer, status=429, headers={"Retry-After": str(error.wait)})
    if isinstance(error, Forbidden) and error.code:
        answer |= {"code": error.code} | error.details
    status = {Forbidden: 403, NotFound: 404}.get(type(error), 401)
    return JsonResponse(answer, status=status)


def _own_links(own: Own) -> list[dict[str, str]]:
    """What an author can do to their own post; the pages it leads to ask ``permissions``."""
    if own.state == State.PUBLISHED or own.waits:
        links = [_link(_("Withdraw"), "post-withdraw", own.id)]
        if not is_over(edits_until(own.written or timezone.now())):
            links.insert(0, _link(_("Edit"), "post-edit", own.note_from or own.id))
        if own.waits:
            links.append(_link(_("Why it waits"), "post", own.id))
        elif own.quotes:
            links.append(_link(_("Mark its quotes"), "post-quotes", own.id))
        return links
    if own.state == State.WITHDRAWN and not is_over(undo_until(own.withdrawn)):
        return [_link(_("Put it back"), "post-reinstate", own.id)]
    return []


def _waiting(article: Article, reader: User, own: list[Own]) -> str:
    """What of ``reader`` waits for a moderator before anybody else reads it, as HTML.

    Notes are not in it: they stand in the margin. One query, where there is anything.
    """
    held = [one.id for one in own if one.state == State.HELD]
    if not held:
        return ""
    texts = Revision.objects.current().visible_to(reader).filter(post__in=held)
    comments = texts.filter(post__kind=Kind.COMMENT).order_by("post")
    waiting = [
        {"revision": text, "post": text.post, "why": to_author(text.post.held_for)}
        for text in comments.select_related("post__parent")
    ]
    if not waiting:
        return ""
    return render_to_string("annotations/waiting.html", {"waiting": waiting, "article": article})


def _tools(article: Article, reader: User) -> list[dict[str, str]]:
    if not reader.publishes:
        return []
    tools = [
        _link(_("Edit article"), "article-edit", article.slug),
        _link(_("Export notes"), "export", article.slug),
    ]
    if lost := orphans_of(article, reader).count():
        label = ngettext(
            "%(number)s note without a passage", "%(number)s notes without a passage", lost
        )
        tools.append(_link(label % {"number": lost}, "article-orphans", article.slug))
    return tools


def _link(label: str, name: str, *args: int | str) -> dict[str, str]:
    return {"label": label, "href": url(name, *args)}
