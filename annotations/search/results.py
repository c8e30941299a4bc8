"""What a search finds, counted and laid out, in as many queries however much that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotations.models import Annotation, AnnotationTag, Tag
from annotations.search.asked import Asked, Order
from forum.accounts.models import shown_name
from forum.accounts.muting import muted_among
from forum.discussion.models import Article, Kind, Post, Revision
from forum.discussion.search.excerpts import Piece, excerpt, marked
from forum.discussion.search.finding import matching

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader

#: Posts on a page.
PAGE = 20
#: Posts that are looked through: of more, those that fit best or come first in the order asked for.
MOST = 2_000
#: Values of a facet that are offered.
OFFERED = 8


class Found(NamedTuple):
    """A post that was found, before its words are loaded."""

    pk: int
    kind: str
    root: int | None
    author_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: what choosing it leads to, and how many of the posts found have it."""

    label: str | Promise
    count: int
    chosen: bool
    address: str
    value: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow what was found."""

    name: str
    choices: Sequence[Choice]
    #: What gives up the choice.
    cleared: str


@dataclass(frozen=True, slots=True)
class Result:
    """One post as the page shows it."""

    post: Post
    article: Article
    #: The title of an article, or the passage a note marks, with what was looked for marked.
    heading: Sequence[Piece]
    excerpt: Sequence[Piece]
    tags: Sequence[Tag]
    #: Whether the reader has muted its author.
    muted: bool


@dataclass(frozen=True, slots=True)
class Results:
    """What was found."""

    asked: Asked
    count: int = 0
    #: Whether there is more than was looked through.
    more: bool = False
    facets: Sequence[Facet] = ()
    results: Sequence[Result] = ()
    #: The page of what was found that these stand on.
    page: Page | None = None

    @property
    def chosen(self) -> list[Choice]:
        """What narrows the search, each with what gives it up."""
        asked = self.asked
        named: dict[tuple[str, str], str | Promise] = {
            ("kind", kind.value): label for kind, label in KINDS.items()
        }
        named |= {(f.name, choice.value): choice.label for f in self.facets for choice in f.choices}
        names = ("kind", "tag", "article", "author")
        chosen = [
            Choice(
                label=named.get((name, value), value),
                count=0,
                chosen=True,
                address=asked.address(**{name: ""}),
                value=value,
            )
            for name in names
            if (value := getattr(asked, name))
        ]
        if asked.since or asked.until:
            address = asked.address(since=None, until=None)
            chosen.append(Choice(_days(asked), 0, chosen=True, address=address, value="dates"))
        return chosen


def search(asked: Asked, reader: Reader) -> Results:
    """The posts ``reader`` may read that ``asked`` describes; nothing where nothing is asked."""
    if not asked:
        return Results(asked)
    found = [Found(*row) for row in _found(asked, reader)[: MOST + 1]]
    more = len(found) > MOST
    found = found[:MOST]
    page = Paginator(found, PAGE).get_page(asked.page)
    return Results(
        asked=asked,
        count=len(found),
        more=more,
        facets=_facets(asked, found),
        results=_laid_out(list(page.object_list), asked, reader),
        page=page,
    )


def _found(asked: Asked, reader: Reader) -> QuerySet[Post, tuple[Any, ...]]:
    posts: QuerySet[Post] = Post.objects.visible_to(reader).filter(_conditions(asked))
    order = {
        Order.BEST: ("misfit", "-created_at", "-pk") if asked.query else ("-created_at", "-pk"),
        Order.NEWEST: ("-created_at", "-pk"),
        Order.OLDEST: ("created_at", "pk"),
    }[asked.order]
    if asked.query:
        posts = matching(posts, asked.query)
    ordered = posts.order_by(*order)
    return ordered.values_list("pk", "kind", "root_id", "author_name", "created_at")


def _conditions(asked: Asked) -> Q:
    wanted = Q()
    if asked.kind:
        wanted &= Q(kind=asked.kind)
    if asked.article:
        under = Article.objects.filter(slug=asked.article).values("pk")
        wanted &= Q(root__in=under) | Q(pk__in=under)
    if asked.author:
        wanted &= Q(author_name=asked.author) | Q(author__username=asked.author)
    if asked.tag:
        tagged = AnnotationTag.objects.filter(tag__slug=asked.tag).values("annotation")
        wanted &= Q(pk__in=tagged)
    if asked.from_moment:
        wanted &= Q(created_at__gte=asked.from_moment)
    if asked.to_moment:
        wanted &= Q(created_at__lt=asked.to_moment)
    return wanted


def _days(asked: Asked) -> str:
    if asked.since and asked.until:
        return f"{asked.since} – {asked.until}"
    if asked.since:
        return gettext("since %(day)s") % {"day": asked.since}
    return gettext("until %(day)s") % {"day": asked.until}


# Facets


def _facets(asked: Asked, found: Sequence[Found]) -> list[Facet]:
    kinds = Counter(post.kind for post in found)
    under = Counter(post.root or post.pk for post in found)
    names = Counter(post.author_name for post in found if post.author_name)
    years = Counter(post.created_at.year for post in found)
    facets = [
        _facet(
            asked, "kind", [(kind.value, KINDS[kind], kinds[kind]) for kind in Kind if kinds[kind]]
        ),
        _facet(asked, "tag", _tags(asked, [p.pk for p in found if p.kind == Kind.ANNOTATION])),
        _facet(asked, "article", _articles(under)),
        _facet(
            asked,
            "author",
            [(name, shown_name(name), count) for name, count in names.most_common(OFFERED)],
        ),
        _years(asked, years),
    ]
    return [facet for facet in facets if _narrows(facet, len(found))]


def _narrows(facet: Facet, found: int) -> bool:
    """Whether there is something to choose, or to give up."""
    return any(choice.chosen or choice.count < found for choice in facet.choices)


KINDS = {Kind.ARTICLE: _("Articles"), Kind.COMMENT: _("Responses"), Kind.ANNOTATION: _("Notes")}


def _facet(asked: Asked, name: str, counted: Iterable[tuple[str, str | Promise, int]]) -> Facet:
    chosen = getattr(asked, name)
    choices = [
        Choice(
            label=label,
            count=count,
            chosen=value == chosen,
            address=asked.address(**{name: "" if value == chosen else value}),
            value=value,
        )
        for value, label, count in counted
    ]
    return Facet(name, choices, asked.address(**{name: ""}))


def _years(asked: Asked, counted: Counter[int]) -> Facet:
    choices = []
    for year, count in sorted(counted.items(), reverse=True):
        since, until = date(year, 1, 1), date(year, 12, 31)
        chosen = (asked.since, asked.until) == (since, until)
        dates = {"since": None, "until": None} if chosen else {"since": since, "until": until}
        choices.append(Choice(str(year), count, chosen, asked.address(**dates), str(year)))
    return Facet("year", choices, asked.address(since=None, until=None))


def _tags(asked: Asked, notes: Sequence[int]) -> list[tuple[str, str, int]]:
    if not notes:
        return []
    worn = AnnotationTag.objects.filter(annotation__in=notes).order_by()
    counted = worn.values_list("tag__slug", "tag__label").annotate(count=Count("pk"))
    return sorted(counted, key=lambda tag: (-tag[2], tag[1]))


def _articles(under: Counter[int]) -> list[tuple[str, str, int]]:
    top = under.most_common(OFFERED)
    named = Article.objects.filter(pk__in=[pk for pk, _ in top])
    articles = {pk: (slug, title) for pk, slug, title in named.values_list("pk", "slug", "title")}
    return [(*articles[pk], count) for pk, count in top if pk in articles]


# The page


def _laid_out(here: Sequence[Found], asked: Asked, reader: Reader) -> list[Result]:
    ids = [found.pk for found in here]
    current = Revision.objects.current().visible_to(reader).filter(post__in=ids)
    words = {revision.post_id: revision for revision in current.select_related("post__note_from")}
    roots = {found.root or found.pk for found in here}
    articles = {article.pk: article for article in Article.objects.filter(pk__in=roots)}
    notes = _notes(ids)
    authors = {pk for revision in words.values() if (pk := revision.post.author_id)}
    muted = muted_among(reader, authors) if reader.is_authenticated else set()
    # Whoever was withdrawn a moment ago has no words any more.
    return [
        _result(words[pk], articles[words[pk].post.article_id], notes.get(pk), asked, muted)
        for pk in ids
        if pk in words
    ]


def _result(
    revision: Revision,
    article: Article,
    note: Annotation | None,
    asked: Asked,
    muted: Collection[int],
) -> Result:
    post = revision.post
    heading = note.quote if note else article.title if post.kind == Kind.ARTICLE else ""
    return Result(
        post=post,
        article=article,
        heading=excerpt(heading, asked.query) if note else marked(heading, asked.query),
        excerpt=excerpt(revision.text, asked.query),
        tags=list(note.tags.all()) if note else (),
        muted=post.kind != Kind.ARTICLE and post.author_id in muted,
    )


def _notes(posts: Sequence[int]) -> dict[int, Annotation]:
    found = Annotation.objects.filter(pk__in=posts).prefetch_related("tags")
    return {note.pk: note for note in found}
