"""oEmbed (oembed.com): what other sites show of an article, a response or a note of ours.

Words and a link, no script and no frame: whatever embeds it can show it as it likes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.accounts.models import shown_name
from forum.discussion.feeds.views import public_article
from forum.discussion.lookup import as_id, get_post_for
from forum.discussion.models import Article, Kind, Post, Revision
from forum.lib.atom import absolute
from forum.lib.errors import NotFound

#: Pixels, where nobody asks for less; and seconds that an answer stays true.
WIDTH, AGE = 600, 3_600
#: Code points of an article, and of a response or note.
_ARTICLE, _POST = 400, 1_000
_READER = AnonymousUser()


@require_safe
def oembed(request: HttpRequest) -> JsonResponse:
    """What stands at ``url``, for everybody to show. 404: nothing that everybody may read; 501:
    another ``format`` than JSON."""
    if request.GET.get("format", "json") != "json":
        return JsonResponse({"detail": _("There is JSON only.")}, status=501)
    width = min(as_id(request.GET.get("maxwidth", "")) or WIDTH, WIDTH)
    # The site's own language, whoever asks: what is answered is kept for others.
    with translation.override(settings.LANGUAGE_CODE):
        told = _at(request.GET.get("url", ""))
    answer = JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "provider_name": settings.SITE_NAME,
            "provider_url": absolute("/"),
            "cache_age": AGE,
            "width": width,
            "height": None,
            **told,
        }
    )
    # Anybody may ask, from a page of theirs as well: it is what everybody reads.
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age={AGE}"
    return answer


def _at(address: str) -> dict[str, Any]:
    here = urlsplit(settings.SITE_URL)
    try:
        asked = urlsplit(address)
    except ValueError:
        raise Http404(_("This is no address.")) from None
    if asked.netloc != here.netloc or asked.scheme not in ("http", "https"):
        raise Http404(_("This address is not on this site."))
    try:
        match = resolve(unquote(asked.path))
    except Resolver404:
        raise Http404(_("There is nothing at this address.")) from None
    if match.url_name == "article":
        return _article(public_article(match.kwargs["slug"]))
    if match.url_name == "post":
        return _post(match.kwargs["pk"])
    raise Http404(_("There is nothing to embed at this address."))


def _article(article: Article) -> dict[str, Any]:
    words = " ".join(article.standfirst.split()) or _text(article.post, _ARTICLE)
    html = format_html(
        '<blockquote cite="{0}"><p><a href="{0}">{1}</a></p><p>{2}</p></blockquote>',
        absolute(article.get_absolute_url()),
        article.title,
        Truncator(words).chars(_ARTICLE),
    )
    return {"title": article.title, "author_name": article.byline, "html": html}


def _post(pk: int) -> dict[str, Any]:
    try:
        post = get_post_for(_READER, pk)
    except NotFound as missing:
        raise Http404(missing.message) from None
    article = Article.objects.get(pk=post.article_id)
    if post.kind == Kind.ARTICLE:
        return _article(public_article(article.slug))
    marked = post.annotation if post.kind == Kind.ANNOTATION else None
    words = _text(post.note_from or post, _POST)
    author = shown_name(post.author_name)
    html = format_html(
        '<blockquote cite="{}">{}{}<footer>{}, <a href="{}">{}</a></footer></blockquote>',
        absolute(post.get_absolute_url()),
        format_html("<p><q>{}</q></p>", Truncator(marked.quote).chars(_POST)) if marked else "",
        format_html("<p>{}</p>", words) if words else "",
        author,
        absolute(post.get_absolute_url()),
        article.title,
    )
    title = _("%(author_name)s on “%(title)s”") % {"author_name": author, "title": article.title}
    return {"title": title, "author_name": author, "html": html}


def _text(post: Post, limit: int) -> str:
    words = Revision.objects.current().visible_to(_READER).filter(post=post).first()
    return Truncator(" ".join(words.text.split()) if words else "").chars(limit)
