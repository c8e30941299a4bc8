"""People to name in what one writes under an article: those who take part first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db.models import F, Max, Q
from django.db.models.functions import Lower

from forum.accounts.models import User
from forum.discussion.models import Post

if TYPE_CHECKING:
    from forum.discussion.models import Article

#: People offered at once.
OFFERED = 6
#: Of those who take part, so many are looked through: who wrote last.
_LOOKED_THROUGH = 500
#: Letters that a name must begin with before others are offered who do not take part.
_LEAST = 2
#: Seconds that it is remembered who takes part, for one reader.
_REMEMBERED = 60


class Named(NamedTuple):
    """A person to name."""

    username: str
    name: str


def people_to_name(article: Article, reader: User, begun: str) -> list[Named]:
    """At most ``OFFERED`` people whose names begin with ``begun``, for ``reader`` to mention.

    First those who wrote something under ``article`` that ``reader`` may read, or it itself, who
    wrote last first. Then, where the site allows it (``MENTION_ANYBODY``), others by user name.
    Two queries at most.
    """
    begun = begun.lower()
    found = [named for named in _taking_part(article, reader) if _begins(named, begun)][:OFFERED]
    if settings.MENTION_ANYBODY and len(begun) >= _LEAST and len(found) < OFFERED:
        known = {named.username for named in found} | {reader.username}
        found += [named for named in _others(begun) if named.username not in known]
    return found[:OFFERED]


def _taking_part(article: Article, reader: User) -> list[Named]:
    # With the next post it is another list.
    key = f"taking-part:{article.pk}:{article.activity}:{reader.pk}"
    people: list[Named] | None = cache.get(key)
    if people is None:
        people = _asked(article, reader)
        cache.set(key, people, timeout=_REMEMBERED)
    return people


def _asked(article: Article, reader: User) -> list[Named]:
    written = Post.objects.visible_to(reader).filter(Q(root=article.pk) | Q(pk=article.pk))
    authors = (
        written.filter(author__is_active=True)
        .exclude(author=reader)
        .order_by()
        .values_list("author__username", "author__display_name")
        .annotate(last=Max("pk"))
        .order_by("-last")[:_LOOKED_THROUGH]
    )
    return [Named(username, name or username) for username, name, _ in authors]


def _begins(named: Named, begun: str) -> bool:
    words = [named.username, *named.name.split()]
    return any(word.lower().startswith(begun) for word in words)


def _others(begun: str) -> list[Named]:
    lowered = User.objects.annotate(lower=Lower("username")).filter(is_active=True)
    # What its index is for. Of signs, databases think differently where they belong.
    if begun.isascii() and begun.isalnum():
        lowered = lowered.filter(lower__gte=begun)
        if begun[-1] != "z":
            behind = "a" if begun[-1] == "9" else chr(ord(begun[-1]) + 1)
            lowered = lowered.filter(lower__lt=begun[:-1] + behind)
    found = lowered.filter(lower__startswith=begun).order_by(F("lower"))
    rows = found.values_list("username", "display_name")[: 2 * OFFERED]
    return [Named(username, name or username) for username, name in rows]
