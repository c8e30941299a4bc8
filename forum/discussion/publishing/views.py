"""Pages of those who publish: the list of articles, and the form an article is made with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.contrib import messages
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from forum.discussion.importers.files import FILE_LIMIT, ArticleFile, read_article
from forum.discussion.importers.left_out import left_out
from forum.discussion.listing import drafts_for, published_articles_for, tell
from forum.discussion.lookup import get_article_for
from forum.discussion.models import Article, Revision, State
from forum.discussion.publishing import actions as publishing
from forum.discussion.publishing.actions import (
    Paratext,
    paratext_digest,
    publish_article,
    render_article,
    revise_article,
)
from forum.discussion.publishing.figures import (
    FIGURE_LIMIT,
    check_figure,
    keep_waiting,
    waiting_figure,
    waiting_url,
)
from forum.discussion.publishing.forms import ArticleForm
from forum.discussion.reports import Report, report_after, report_before
from forum.discussion.writing.forms import new_token
from forum.lib.errors import Conflict, Refused
from forum.lib.forms import refill
from forum.lib.html import Format, Rendered
from forum.lib.text import reading_minutes
from forum.lib.web import add_refusal, page_errors, person_of, shows_form
from forum.permissions import require

ARTICLES_A_PAGE = 50


@require_safe
@page_errors
def articles(request: HttpRequest) -> HttpResponse:
    """Drafts and published articles, with what can be done to each."""
    require(request.user, "article.create")
    found = published_articles_for(request.user)
    page = Paginator(found, ARTICLES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "drafts": tell(drafts_for(request.user), request.user),
        "published": tell(page.object_list, request.user),
        "page_obj": page,
    }
    return render(request, "discussion/staff_articles.html", context)


@shows_form
@page_errors
def new_article(request: HttpRequest) -> HttpResponse:
    """The form for a new article."""
    require(request.user, "article.create")
    if request.method == "POST":
        return _Desk(request, None).take()
    return _Desk(request, None).show(ArticleForm(initial={"token": new_token()}))


@shows_form
@page_errors
def edit_article(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a new revision of an article, or for more work on a draft."""
    article = get_article_for(request.user, slug)
    require(request.user, "article.revise", article.post)
    if request.method == "POST":
        return _Desk(request, article).take()
    return _Desk(request, article).show(ArticleForm.of(article, article.post.current))


@require_POST
@page_errors
def publish_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish a draft as it stands."""
    article = get_article_for(request.user, slug)
    try:
        publishing.publish_draft(editor=person_of(request), article=article)
    except Conflict:
        article.post.refresh_from_db(fields=["state"])
        # A second click finds done what it asks for.
        if article.post.state != State.PUBLISHED:
            raise
    return redirect(article)


@dataclass(frozen=True, slots=True)
class Preview:
    """An article as readers will see it, though it is stored nowhere yet."""

    paratext: Paratext
    rendered: Rendered
    minutes: int
    figure_url: str
    #: What a publisher should know before pressing the button.
    remarks: list[str]
    #: What becomes of what is marked on the text; ``None`` where nothing is, or changes.
    report: Report | None


@dataclass(frozen=True, slots=True)
class Theirs:
    """What somebody else has saved while the form was being filled in."""

    #: Their text, if it is another than the one the editor started from.
    current: Revision | None
    #: What they put around it, where the form says something else: labels and values.
    around: list[tuple[str, str]]


class _Desk:
    """One look at the article form: what was sent, and the answer to it."""

    def __init__(self, request: HttpRequest, article: Article | None) -> None:
        self.request = request
        self.article = article

    def take(self) -> HttpResponse:
        """Do what the pressed button says. Without one, such as after Enter, that is a preview."""
        act = self.request.POST.get("act")
        form = ArticleForm(self.request.POST, self.request.FILES)
        remarks: list[str] = []
        theirs: Theirs | None = None
        status = 400
        try:
            file = self._file()
            if file:
                # What nobody has seen in the form is never published at once.
                form, act = form.filled_from(file), "preview"
                remarks = _remarks_on(file)
            figure = self._figure(form)
            if form.is_valid():
                if act == "draft" or (act == "publish" and not self._asks(form)):
                    return self._save(form, figure, publish=act == "publish")
                preview = self._preview(form, remarks)
                return self.show(form, preview=preview, asks=act == "publish")
        except Refused as refusal:
            add_refusal(form, refusal)
        except Conflict as conflict:
            status = 409
            form.add_error(None, conflict.message)
            if self.article:
                # They see both now, so saving again is a decision.
                theirs = self._theirs(form, self.article)
        return self.show(form, theirs=theirs, status=status)

    def show(
        self,
        form: ArticleForm,
        *,
        preview: Preview | None = None,
        asks: bool = False,
        theirs: Theirs | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The form, filled, with a preview or the text that somebody else saved beneath it.

        ``asks``: it was to be published, and the editor is told first what that would do.
        """
        context = {
            "form": form,
            "article": self.article,
            "is_draft": self.article is None or self.article.post.state == State.DRAFT,
            "preview": preview,
            "asks": asks,
            "theirs": theirs,
            "figure_url": self._figure_url(form),
            "today": now(),
        }
        return render(self.request, "discussion/article_form.html", context, status=status)

    def _theirs(self, form: ArticleForm, article: Article) -> Theirs:
        """What stands there now; the form is sent again as one that starts from it."""
        article.refresh_from_db()
        current = article.post.current
        is_new = form.data.get("expected") != str(current.pk)
        around = form.differing(article)
        refill(form, expected=str(current.pk), expected_paratext=paratext_digest(article))
        return Theirs(current if is_new else None, around)

    def _file(self) -> ArticleFile | None:
        upload = self.request.FILES.get("file")
        return read_article(_bytes(upload, FILE_LIMIT), upload.name or "") if upload else None

    def _figure(self, form: ArticleForm) -> ContentFile | None:
        """The figure to publish. A new one is kept, for the browser will not send it again."""
        upload = self.request.FILES.get("figure")
        if not upload:
            return waiting_figure(form.data.get("waiting", ""))
        figure = check_figure(_bytes(upload, FIGURE_LIMIT))
        refill(form, waiting=keep_waiting(figure))
        figure.seek(0)
        return figure

    def _figure_url(self, form: ArticleForm) -> str:
        waiting = waiting_url(form.data.get("waiting", "")) if form.is_bound else ""
        if waiting or not (self.article and self.article.figure):
            return waiting
        return self.article.figure.url

    def _preview(self, form: ArticleForm, remarks: list[str]) -> Preview:
        format = Format(form.cleaned_data["format"])
        paratext = form.paratext()
        source, rendered = render_article(form.cleaned_data["source"], format)
        remarks = [*remarks, *left_out(source, format)]
        figure_url = self._figure_url(form)
        if figure_url and not paratext.figure_alt:
            remarks.append(_("The figure has no description for readers who cannot see it."))
        report = self._report(source, format, rendered)
        if report and self.article:
            refill(form, agreed=_digest(self.article.post.current, source, format))
        minutes = reading_minutes(rendered.text)
        return Preview(paratext, rendered, minutes, figure_url, remarks, report)

    def _report(self, source: str, format: Format, rendered: Rendered) -> Report | None:
        if self.article is None:
            return None
        current = self.article.post.current
        if (source, format) == (current.source, current.format):
            return None
        report = report_before(current, rendered.text, self.request.user)
        return None if report.is_empty else report

    def _asks(self, form: ArticleForm) -> bool:
        """Whether publishing this would touch a passage, and the editor has not been told."""
        if self.article is None or self.article.post.state != State.PUBLISHED:
            return False
        current = self.article.post.current
        around = form.cleaned_data["expected_paratext"]
        if form.cleaned_data["expected"] != current.pk or around != paratext_digest(self.article):
            # Somebody else was faster; that is to be said first.
            return False
        format = Format(form.cleaned_data["format"])
        source, rendered = render_article(form.cleaned_data["source"], format)
        if form.cleaned_data["agreed"] == _digest(current, source, format):
            return False
        report = self._report(source, format, rendered)
        return report is not None and report.touches

    def _save(
        self, form: ArticleForm, figure: ContentFile | None, *, publish: bool
    ) -> HttpResponse:
        person = person_of(self.request)
        text = {
            "paratext": form.paratext(),
            "source": form.cleaned_data["source"],
            "format": Format(form.cleaned_data["format"]),
            "figure": figure,
        }
        if self.article is None:
            token = form.cleaned_data["token"]
            article, _new = publish_article(author=person, draft=not publish, token=token, **text)
        else:
            article = self.article
            expected = form.cleaned_data["expected"]
            publishes_now = publish and article.post.state == State.DRAFT
            revision = revise_article(
                editor=person,
                article=article,
                expected=expected,
                expected_paratext=form.cleaned_data["expected_paratext"],
                publish=publish,
                **text,
            )
            # Somebody else may have published a draft since this request began.
            article.post.refresh_from_db(fields=["state"])
            is_public = article.post.state == State.PUBLISHED
            if is_public and not publishes_now and revision.pk != expected:
                return self._tell(article, revision)
        if article.post.state == State.DRAFT:
            messages.success(self.request, _("The draft is saved."))
            return redirect("article-edit", article.slug)
        return redirect(article)

    def _tell(self, article: Article, revision: Revision) -> HttpResponse:
        """Lead to what the revision did, or to the article when all there is to say is a line."""
        report = report_after(revision, self.request.user)
        done = _("Revision %(number)s is published.") % {"number": revision.number}
        if report.is_quiet:
            messages.success(self.request, f"{done} {report.summary}".strip())
            return redirect(article)
        messages.success(self.request, done)
        return redirect("revision-report", article.pk, revision.number)


def _digest(current: Revision, source: str, format: Format) -> str:
    """What stands for one text in place of ``current``."""
    return hashlib.sha256(f"{current.pk} {format} {source}".encode()).hexdigest()


def _bytes(upload: UploadedFile, limit: int) -> bytes:
    """What was uploaded, or one byte more than ``limit`` of it, which is then refused."""
    data: bytes = upload.read(limit + 1)
    return data


def _remarks_on(file: ArticleFile) -> list[str]:
    remarks = [_("The form holds what the file says. Nothing is saved yet.")]
    remarks += file.lost
    if file.picture:
        remarks.append(_("The first picture in the file may be its figure; choose it in the form."))
    if file.figure:
        remarks.append(
            _("The file names a figure, “%(figure)s”; choose it in the form.")
            % {"figure": file.figure}
        )
    if file.ignored:
        names = ", ".join(f"“{name}”" for name in file.ignored)
        remarks.append(_("Not used from the front matter: %(names)s.") % {"names": names})
    return remarks
