"""A feed of the notes on one article, for whoever follows it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.accounts.models import shown_name
from forum.discussion.feeds.views import LATEST, newest_words, public_article
from forum.discussion.models import Kind, Revision, State
from forum.discussion.templatetags.revision_html import revision_html
from forum.lib.atom import Entry, feed
from forum.lib.interface import spoken_by_site


@require_safe
@spoken_by_site()
def notes(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest notes on an article and on the responses to it, each with its passage."""
    article = public_article(slug)
    newest = newest_words(article, Kind.ANNOTATION).exclude(post__note_from__state=State.WITHDRAWN)
    found = newest.select_related("post__annotation").prefetch_related("post__annotation__tags")
    return feed(
        request,
        title=_("Notes on “%(title)s”") % {"title": article.title},
        about=article.get_absolute_url(),
        entries=map(_entry, found[:LATEST]),
    )


def _entry(revision: Revision) -> Entry:
    post, annotation = revision.post, revision.post.annotation
    author = shown_name(post.author_name)
    quote = Truncator(" ".join(annotation.quote.split())).chars(60)
    tags = format_html_join(", ", "{}", [(tag.label,) for tag in annotation.tags.all()])
    html = format_html(
        "<blockquote>{}</blockquote><p>{}</p>{}", annotation.quote, tags, revision_html(revision)
    )
    return Entry(
        title=_("%(author_name)s on “%(quote)s”") % {"author_name": author, "quote": quote},
        path=post.get_absolute_url(),
        author=author,
        html=str(html),
        published=post.created_at,
        updated=revision.created_at,
    )
