"""Pages on which those who publish put notes back that have lost their passage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotations.excerpts import excerpt
from annotations.forms import PlaceForm, TakeOffForm, looked_at
from annotations.models import Annotation, Placement, Reattachment
from annotations.page.marks import marked_body
from annotations.placement.orphans import orphans_of
from annotations.placement.placing import extent
from annotations.placement.reattaching import find_places, place_by_hand, take_off
from forum.discussion.lookup import get_article_for, get_post_for
from forum.discussion.models import Article, Kind, Post, Revision
from forum.lib.errors import Conflict, Refused
from forum.lib.forms import refill
from forum.lib.web import add_refusal, page_errors, person_of, shows_form, take_unsent
from forum.permissions import require

ORPHANS_A_PAGE = 25
#: Code points of text on either side of the passage as it was.
_CONTEXT = 300


@dataclass(frozen=True, slots=True)
class _Mark:
    """The note as the present text shows it."""

    id: int
    start: int | None
    end: int | None
    hue: int
    short: str


@require_safe
@page_errors
def orphans(request: HttpRequest, slug: str) -> HttpResponse:
    """The notes on an article and its responses whose passages are gone."""
    article = get_article_for(request.user, slug)
    require(request.user, "article.revise", article.post)
    words = Revision.objects.current().visible_to(request.user, replies=False)
    found = (
        orphans_of(article, request.user)
        .select_related("annotation__post__parent", "annotation__post__note_from")
        .prefetch_related(
            "annotation__tags",
            "annotation__revision",
            Prefetch("annotation__post__revisions", words, to_attr="words"),
        )
        .order_by("annotation__revision", "annotation__start", "annotation")
    )
    page = Paginator(found, ORPHANS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "annotations/orphans.html", {"article": article, "page_obj": page})


@shows_form
@page_errors
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which one note is put on a passage, or taken off one."""
    post = get_post_for(request.user, pk, Kind.ANNOTATION)
    require(request.user, "annotation.place", post)
    desk = _Place(request, post)
    if request.method == "POST":
        return desk.take()
    typed = take_unsent(request)
    if typed.get("act") == "take-off":
        return desk.show(off_form=TakeOffForm.at(desk.placement, typed=typed))
    return desk.show(PlaceForm.at(desk.placement, typed=typed))


class _Place:
    """One look at the page of a note's place, and the answer to what was sent from it."""

    def __init__(self, request: HttpRequest, post: Post) -> None:
        self.request = request
        self.post = post
        self._look()

    def _look(self) -> None:
        """Load the note as it stands now."""
        found = Annotation.objects.select_related("post", "codebook").prefetch_related("tags")
        self.annotation = found.get(pk=self.post.pk)
        visible = Revision.objects.visible_to(self.request.user, replies=False)
        self.made_on = visible.get(pk=self.annotation.revision_id)
        self.current = visible.current().select_related("post").get(post=self.post.parent_id)
        self.placement = Placement.objects.get(annotation=self.annotation, revision=self.current)

    def take(self) -> HttpResponse:
        sent = self.request.POST
        off = sent.get("act") == "take-off"
        form: Any = TakeOffForm(sent) if off else PlaceForm(sent)
        status = 400
        try:
            if form.is_valid():
                log = self._take_off(form) if off else self._place(form)
                if log is not None:
                    return self._done(log)
        except Refused as refused:
            add_refusal(form, refused)
        except Conflict as conflict:
            status = 409
            form.add_error(None, conflict.message)
            self._look()
            # They see how things are now, so sending it again is a decision.
            refill(form, **looked_at(self.placement), at_once="")
        return self.show(**{"off_form" if off else "form": form}, status=status)

    def _place(self, form: PlaceForm) -> Reattachment | None:
        """Put the note where the form says; ``None`` when it says several places."""
        words = form.cleaned_data["words"].replace("\r\n", "\n")
        text = self.current.text
        at = form.cleaned_data["at_once"]
        if at is None or text[slice(*at)] != words:
            places = find_places(words, text)
            form.offer(places, text)
            chosen = form.data.get("place")
            at = next((p for p in places if f"{p[0]}-{p[1]}" == chosen), None)
            if at is None and len(places) > 1:
                form.add_error(
                    "place",
                    _("These words stand in %(number)s places. Choose one.")
                    % {"number": len(places)},
                )
                return None
            at = at or places[0]
        return place_by_hand(
            editor=person_of(self.request),
            post=self.post,
            start=at[0],
            end=at[1],
            words=text[slice(*at)],
            revision=form.cleaned_data["revision"],
            before=form.cleaned_data["before"],
            reason=form.cleaned_data["reason"],
        )

    def _take_off(self, form: TakeOffForm) -> Reattachment:
        return take_off(
            editor=person_of(self.request),
            post=self.post,
            revision=form.cleaned_data["revision"],
            before=form.cleaned_data["before"],
            reason=form.cleaned_data["reason"],
        )

    def _done(self, log: Reattachment) -> HttpResponse:
        if log.start is None:
            messages.success(self.request, _("The note is off the passage. Its author is told."))
            return redirect("annotation-place", self.post.pk)
        messages.success(self.request, _("The note has its place. Its author is told."))
        return redirect(self.post)

    def show(
        self,
        form: PlaceForm | None = None,
        off_form: TakeOffForm | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        placement, annotation = self.placement, self.annotation
        tags = list(annotation.tags.all())
        hue, short = (tags[0].colour, tags[0].short) if tags else (7, "")
        mark = _Mark(annotation.pk, placement.start, placement.end, hue, short)
        words = Revision.objects.visible_to(self.request.user, replies=False).current()
        article = Article.objects.select_related("post").get(pk=self.post.article_id)
        context = {
            "post": self.post,
            "article": article,
            "annotation": annotation,
            "tags": tags,
            "words": words.filter(post=self.post.pk).first(),
            "made_on": self.made_on,
            "was": excerpt(self.made_on.text, (annotation.start, annotation.end), _CONTEXT),
            "current": self.current,
            "target": self.current.post,
            "placement": placement,
            "now": excerpt(self.current.text, extent(placement.start, placement.end), _CONTEXT),
            "body": marked_body(self.current.html, [mark]),
            "log": annotation.reattachments.select_related("revision").order_by("-id"),
            "form": form or PlaceForm.at(placement),
            "off_form": off_form or TakeOffForm.at(placement),
        }
        return render(self.request, "annotations/place.html", context, status=status)
