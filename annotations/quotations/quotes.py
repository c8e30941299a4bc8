"""What the reading page shows of quotes: where each one leads, and who quotes a passage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.models import PlacementState, QuotationPlacement
from annotations.quotations.quote_links import Link, Stretch
from forum.discussion.models import Article
from forum.discussion.reading import CommentRow
from forum.lib.prepared import Prepared

#: A passage names this many of the responses that quote it in the text, and all in the margin.
NAMED = 4


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a response's words that quotes another text."""

    id: int
    #: The response that quotes, and its number.
    comment_id: int
    response: int
    comment_start: int
    comment_end: int
    #: The post that is quoted, and its number when it is a response.
    target_id: int
    target: int | None
    #: The number of the revision that was quoted.
    revision: int
    quote: str
    #: Where the passage stands in the text people read now.
    start: int | None
    end: int | None
    state: str

    @property
    def gone(self) -> bool:
        """Whether the passage is no longer in the text."""
        return self.start is None

    @property
    def changed(self) -> bool:
        """Whether the passage has other words by now."""
        return self.state == PlacementState.CHANGED

    @property
    def made_on(self) -> str:
        """The address of the text that was quoted."""
        return reverse("post-revision", args=[self.target_id, self.revision])


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that responses quote: all those that quote it from the same word to the same."""

    target_id: int
    target: int | None
    start: int
    end: int
    #: In the order of the responses' numbers, one for each response.
    quotes: tuple[Quote, ...]

    @property
    def id(self) -> int:
        """What the page knows it by: the first quotation of it."""
        return self.quotes[0].id

    @property
    def many(self) -> bool:
        """Whether more responses quote it than the text names."""
        return len(self.quotes) > NAMED

    @property
    def changed(self) -> bool:
        """Whether somebody quoted it in other words than stand there now."""
        return any(quote.changed for quote in self.quotes)


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotes on one page, by the responses they stand in and by the texts they lead to."""

    by_response: Mapping[int, Sequence[Quote]]
    by_target: Mapping[int, Sequence[Passage]]
    #: The passage at one place of one text, by its id.
    at: Mapping[tuple[int, int | None, int | None], int]

    @property
    def passages(self) -> list[Passage]:
        """Every passage that is quoted and still there."""
        return [passage for passages in self.by_target.values() for passage in passages]

    def stretches(self, post_id: int) -> tuple[Stretch, ...]:
        """The quotes in the words of a post, and the quoted passages, with their links."""
        quotes = self.by_response.get(post_id, ())
        return *map(self._quote, quotes), *map(_quoted, self.by_target.get(post_id, ()))

    def faded(self, post_id: int) -> tuple[Quote, ...]:
        """The quotes in a response whose passage is not what it was."""
        return tuple(q for q in self.by_response.get(post_id, ()) if q.gone or q.changed)

    def _quote(self, quote: Quote) -> Stretch:
        where = (
            (_("response %(target)s") % {"target": quote.target})
            if quote.target
            else _("the article")
        )
        if quote.gone:
            label = _(
                "The quoted passage is no longer in %(where)s: see the text that was quoted"
            ) % {"where": where}
            link = Link(quote.made_on, "quote-go is-gone", label)
        else:
            href = f"#quoted-{self.at[quote.target_id, quote.start, quote.end]}"
            if quote.changed:
                label = _("Go to the quoted passage, which has been changed since, in %(where)s")
            else:
                label = _("Go to the quoted passage in %(where)s")
            link = Link(href, "quote-go", label % {"where": where})
        return Stretch(quote.comment_start, quote.comment_end, "quote", quote.id, (link,))


#: A row of what ``quote_rows`` gives.
QuoteRow = tuple[Any, ...]


def quote_rows(article: Article, *, above: int = 0) -> list[QuoteRow]:
    """For ``quotes_on_page``: all quotes in the responses to ``article``. One query.

    It knows nothing of readers. With ``above``, only those in responses whose ids are higher.
    """
    return _PLACED.rows(article=article.pk, above=above)


def quotes_on_page(
    quotes: Iterable[QuoteRow], article: Article, rows: Iterable[CommentRow]
) -> Quotes:
    """Those of ``quotes`` that stand in ``rows``, which the reader reads, and that lead to the
    article or to others of them."""
    read = {row.id: row for row in rows if not row.stub}
    found = []
    for comment, target, *columns in quotes:
        if comment in read and (target == article.pk or target in read):
            quote = Quote(
                comment_id=comment,
                response=read[comment].number,
                target_id=target,
                target=read[target].number if target in read else None,
                **dict(zip(_COLUMNS, columns, strict=True)),
            )
            found.append(quote)
    return gathered(found)


def gathered(quotes: Iterable[Quote]) -> Quotes:
    """``quotes``, in the order of the responses' numbers, with the passages they lead to."""
    by_response: defaultdict[int, list[Quote]] = defaultdict(list)
    for quote in quotes:
        by_response[quote.comment_id].append(quote)
    found = [quote for group in by_response.values() for quote in group]
    by_target = _passages(found)
    at: dict[tuple[int, int | None, int | None], int] = {
        (p.target_id, p.start, p.end): p.id for there in by_target.values() for p in there
    }
    return Quotes(by_response, by_target, at)


#: The posts that quote and that are quoted.
_ENDS = ("quotation__comment_revision__post", "quotation__revision__post")
#: Field of a ``Quote`` → where it is found.
_COLUMNS = {
    "id": "quotation",
    "comment_start": "quotation__comment_start",
    "comment_end": "quotation__comment_end",
    "revision": "quotation__revision__number",
    "quote": "quotation__quote",
    "start": "start",
    "end": "end",
    "state": "state",
}


_PLACED = Prepared(
    lambda article, above: (
        QuotationPlacement.objects.filter(
            revision__superseded_at=None,
            quotation__comment_revision__superseded_at=None,
            quotation__comment_revision__post__root=article,
            quotation__comment_revision__post__gt=above,
        )
        .order_by("quotation__comment_revision__post__number", "quotation__comment_start")
        .values_list(*_ENDS, *_COLUMNS.values())
    )
)


def _passages(quotes: Iterable[Quote]) -> dict[int, list[Passage]]:
    together: defaultdict[tuple[int, int, int], dict[int, Quote]] = defaultdict(dict)
    for quote in quotes:
        if quote.start is not None and quote.end is not None:
            # The first of two quotes in one response stands for both.
            same = together[quote.target_id, quote.start, quote.end]
            same.setdefault(quote.comment_id, quote)
    by_target: defaultdict[int, list[Passage]] = defaultdict(list)
    for (target_id, start, end), same in together.items():
        first = next(iter(same.values()))
        by_target[target_id].append(
            Passage(target_id, first.target, start, end, tuple(same.values()))
        )
    for passages in by_target.values():
        passages.sort(key=attrgetter("start", "end"))
    return by_target


def _quoted(passage: Passage) -> Stretch:
    named = passage.quotes if not passage.many else passage.quotes[: NAMED - 1]
    links = [
        Link(
            f"#quote-{q.id}",
            "quoted-go",
            _("Quoted in response %(response)s") % {"response": q.response},
            str(q.response),
        )
        for q in named
    ]
    if passage.many:
        more = len(passage.quotes) - len(named)
        label = ngettext(
            "Quoted in %(number)s more response: see them all",
            "Quoted in %(number)s more responses: see them all",
            more,
        ) % {"number": more}
        links.append(Link(f"#quoted-by-{passage.id}", "quoted-go", label, f"+{more}"))
    return Stretch(passage.start, passage.end, "quoted", passage.id, tuple(links))
