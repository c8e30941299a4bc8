"""Lists of the API, kept as they are sent, for everybody who reads no more than everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from annotations.page import kept
from annotations.page.kept import Now, Sent, Store
from forum.discussion.models import Audience, Post, State
from forum.discussion.prepared import PreparedFor
from forum.lib.api import ApiView
from forum.lib.errors import NotFound
from forum.lib.gzipped import part_of
from forum.lib.paging import Asked

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader, Standing

#: Lists, by their addresses without the query, by the page that is asked for, and by the language.
#: There are few that anything leads to, but anybody can make up more: they push each other out, and
#: no page.
LISTS: Store[tuple[str, Asked, str]] = Store(settings.PAGE_MEMORY // 8)
_PLAIN = {"page_size", "cursor"}


class KeptList(ApiView):
    """A list under an article."""

    def kept(self, slug: str, listing: Callable[[], Response]) -> HttpResponse:
        """What ``listing`` answers, or what is kept of that.

        It is kept as for a stranger, and sent to all who have nothing more to read there.
        Raises what ``listing`` raises.
        """
        now = kept.public_now(slug)
        if now is None or not self._is_plain() or reads_more(self.request.user, now.pk):
            return listing()

        def render(_: Now) -> Sent | None:
            try:
                return Sent.of([part_of(self._as_stranger(listing), quickly=True)])
            except NotFound:
                # Public a moment ago; whoever asks may be one who reads it still.
                return None

        address = self.request.build_absolute_uri(self.request.path)
        key = address, Asked.by(self.request), get_language() or ""
        sent = LISTS.at(key, slug, now, render)
        if sent is None:
            return listing()
        answer = kept.answer(self.request, sent)
        answer["Content-Type"] = JSONRenderer.media_type
        # To somebody else it might be another list.
        answer["Cache-Control"] = "private, no-cache"
        patch_vary_headers(answer, ("Cookie", "Authorization"))
        return answer

    def _is_plain(self) -> bool:
        if self.request.accepted_media_type != JSONRenderer.media_type:
            # With an indent, say.
            return False
        return set(self.request.query_params) <= _PLAIN

    def _as_stranger(self, listing: Callable[[], Response]) -> str:
        reader = self.request.user
        self.request.user = AnonymousUser()
        try:
            data: Any = listing().data
        finally:
            self.request.user = reader
        return JSONRenderer().render(data).decode()


def reads_more(reader: Reader, article: int) -> bool:
    """Whether ``reader`` reads anything under ``article``, which is public, that others do not.

    Each post is looked at by itself, for whatever is not public is not so itself, or hangs on
    something under the same article that is not: what ``visibility`` has to keep to.
    """
    return reader.is_authenticated and bool(_MORE.rows(reader, article=article))


def _more(reader: Standing, article: int) -> Any:
    here = Post.objects.visible_to(reader).filter(root=article)
    more = here.exclude(state=State.PUBLISHED, audience=Audience.PUBLIC)
    return more.values_list("pk")[:1]


_MORE = PreparedFor(_more)
