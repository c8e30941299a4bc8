"""Public pages, kept as they are sent: rendered and compressed once for each change.

Each process keeps its own. Whether a page is still the present one is asked of the database each
time, so none is sent that a change has overtaken, whichever process wrote it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from forum.discussion.models import Article
from forum.discussion.prepared import PreparedFor
from forum.lib import gzipped
from forum.lib.gzipped import Part
from forum.lib.memo import Memo, weight_of

K = TypeVar("K", bound=Hashable)


class Now(NamedTuple):
    """A public article as it is now."""

    pk: int
    #: ``Article.activity``: another one is another page.
    activity: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A page as it is sent."""

    #: A gzip file, and the length of what it holds.
    file: bytes
    length: int
    #: The digest of ``file``.
    digest: str

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Sent:
        """The page that ``parts`` make."""
        parts = list(parts)
        file = gzipped.joined(parts)
        length = sum(len(part.plain) for part in parts)
        return cls(file, length, hashlib.blake2b(file, digest_size=16).hexdigest())


#: Of many who ask for one changed page at once, one renders it and the others wait.
_RENDERING = tuple(Lock() for _ in range(64))
#: How often a page is rendered while the article changes under it.
_TRIES = 3

Render = Callable[[Now], Sent | None]


_NOW = PreparedFor(
    lambda reader, slug: (
        Article.objects.visible_to(reader).filter(slug=slug).values_list("pk", "activity")
    )
)


def public_now(slug: str) -> Now | None:
    """What is at ``slug``, if everybody may read it. One query, which costs as little as can be:
    it is asked before every page."""
    rows = _NOW.rows(AnonymousUser(), slug=slug)
    return Now(*rows[0]) if rows else None


class Store(Generic[K]):
    """What is sent of public articles, by what it is asked for with; ``most`` bytes of it."""

    def __init__(self, most: int) -> None:
        #: What it keeps may take together, in bytes.
        self.most = most
        self._memo: Memo[K, tuple[Now, Sent]] = Memo(most, weight_of)

    def at(self, key: K, slug: str, now: Now, render: Render) -> Sent | None:
        """What is sent for ``key``, of the public article at ``slug`` as it is ``now`` or later.

        ``render`` makes it; ``None`` says that the article is public no more.
        """
        if (sent := self._kept(key, now)) is not None:
            return sent
        with _RENDERING[hash(key) % len(_RENDERING)]:
            # While this waited, somebody may have rendered it, or changed it.
            latest = public_now(slug)
            if latest is None:
                return None
            if (sent := self._kept(key, latest)) is None:
                sent, whole = rendered(slug, latest, render)
                if sent is not None and whole is not None and may_keep():
                    self._memo.put(key, (whole, sent))
            return sent

    def _kept(self, key: K, now: Now) -> Sent | None:
        kept = self._memo.get(key)
        return kept[1] if kept is not None and kept[0] == now else None

    def forget(self, key: K) -> None:
        """Keep nothing for ``key``: the article is not public, or not there."""
        self._memo.forget(key)

    def clear(self) -> None:
        """Keep nothing at all."""
        self._memo.clear()

    def __len__(self) -> int:
        return len(self._memo)

    @property
    def weight(self) -> int:
        """What is kept, in bytes, about."""
        return self._memo.weight


#: Pages, by the slug of their article and the language that is spoken around it.
PAGES: Store[tuple[str, str]] = Store(settings.PAGE_MEMORY // 8)


def page_key(slug: str) -> tuple[str, str]:
    """What the page at ``slug`` is kept by in the language that is spoken now."""
    return slug, get_language() or settings.LANGUAGE_CODE


def forget_pages(slug: str) -> None:
    """Keep no page at ``slug``, in whatever language."""
    for language, _ in settings.LANGUAGES:
        PAGES.forget((slug, language))


def rendered(slug: str, now: Now, render: Render) -> tuple[Sent | None, Now | None]:
    """What ``render`` makes of the article at ``slug``, and as what it is whole.

    It asks more than once, and a change in between would put marks of one text into another: it
    is made again then. A page that is overtaken each time is sent, but is the page of nothing.
    No page at all, if it is public no more.
    """
    sent = None
    for _ in range(_TRIES):
        sent = render(now)
        latest = public_now(slug) if sent is not None else None
        if latest is None:
            return None, None
        if latest == now:
            return sent, now
        now = latest
    return sent, None


def may_keep() -> bool:
    """Whether what is rendered for this request is what others get, too.

    Not under a path that the request itself has named: its links would lead everybody there.
    Nor while templates and static files can change under a running process.
    """
    root = settings.FORCE_SCRIPT_NAME or os.environ.get("SCRIPT_NAME", "")
    return not settings.DEBUG and get_script_prefix().rstrip("/") == root.rstrip("/")


def answer(request: HttpRequest, sent: Sent) -> HttpResponse:
    """``sent`` for whoever asks, compressed if they take it, or 304 if they have it."""
    compressed = gzipped.is_accepted(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    etag = f'"{sent.digest}"' if compressed else f'"{sent.digest}-plain"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        if request.method == "HEAD":
            response = HttpResponse()
            response["Content-Length"] = str(len(sent.file) if compressed else sent.length)
        else:
            response = HttpResponse(sent.file if compressed else gzipped.plain(sent.file))
        if compressed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    if get_language() in (None, settings.LANGUAGE_CODE):
        # Whoever keeps it asks anew each time, and their language asks with them.
        response["Vary"] = "Accept-Encoding"
        response["Cache-Control"] = "no-cache"
    else:
        response["Vary"] = "Accept-Encoding, Cookie"
        response["Cache-Control"] = "private, no-cache"
    return response
