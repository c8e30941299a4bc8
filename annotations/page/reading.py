"""What the reading page shows: a text and its responses, both marked, and the notes in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from annotations.models import Tag
from annotations.page.asking import Wanted
from annotations.page.gathering import Gathered
from annotations.page.marking import Marking, Text
from annotations.page.notes import Note, filtered, with_threads
from annotations.page.thread import Thread, part_for, thread_of
from annotations.quotations.quotes import Passage, quotes_on_page
from forum.discussion.lookup import get_article_for
from forum.discussion.models import Article, Revision
from forum.discussion.prepared import PreparedFor
from forum.discussion.reading import CommentRow
from forum.lib.errors import NotFound
from forum.lib.outline import LEAST, Heading

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


@dataclass(frozen=True, slots=True)
class Chip:
    """One tag in the toolbar: how many notes carry it, and what choosing it leads to."""

    tag: Tag
    count: int
    chosen: bool
    query: str


@dataclass(frozen=True, slots=True)
class Run:
    """Entries of the margin that follow one another: notes, or passages that are quoted."""

    notes: Sequence[Note] = ()
    passages: Sequence[Passage] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The reading page of one article, for one reader."""

    article: Article
    revision: Revision
    text: Text
    #: The headings of the text, where there are enough of them to need a list.
    contents: Sequence[Heading]
    thread: Thread
    #: Those on the article and on the responses on this page.
    notes: list[Note]
    #: Notes and quoted passages in reading order.
    margin: list[Run]
    #: How many notes can be read, on this page or on others; and how many are shown.
    noted: int
    shown: int
    chips: list[Chip]
    #: What shows the notes with every tag.
    all: str
    #: How many passages are quoted, whether they are shown, and what turns that about.
    quoted: int
    quotes: bool
    other_quotes: str
    #: What a new note can be tagged with.
    tags: list[Tag]
    filtered: bool


def current_text(slug: str, reader: Reader) -> Revision | None:
    """The text of the article at ``slug`` with its post and article, if ``reader`` may read it.

    Three queries.
    """
    try:
        article = get_article_for(reader, slug)
    except NotFound:
        return None
    revision = _TEXT.instance(reader, post=article.pk)
    if revision is not None:
        revision.post = article.post
    return revision


_TEXT = PreparedFor(
    lambda reader, post: (
        Revision.objects.current()
        .visible_to(reader, replies=False)
        .filter(post=post)
        .defer("source", "text")
    )
)


def page_of(
    revision: Revision,
    gathered: Gathered,
    marking: Marking,
    wanted: Wanted,
    only: Collection[int] | None = None,
    *,
    alone: bool = False,
) -> Page:
    """The page of the article whose current text is ``revision``; no query.

    With ``only``, its responses are those with these ids. With them, or ``alone``, its notes are
    those on its responses. Of what is ``wanted``, tags that there are not count for nothing. What
    a response quotes, and which response is quoted, is shown of those on the page.
    """
    article, tags = revision.post.article, gathered.tags
    chosen = frozenset(tag.slug for tag in tags) & wanted.tags
    wanted = replace(wanted, tags=chosen)
    part = part_for(gathered, wanted, only)
    shown = [place.row for place in part.shown]
    order = {row.id: place for place, row in enumerate(shown, start=1)}
    here = order if alone or only is not None else {article.pk: 0, **order}
    notes = [note for pk in here for note in gathered.notes.get(pk, ())]
    if chosen:
        notes = filtered(notes, chosen)
    notes = with_threads(notes, [row for row in gathered.comments if row.note_id])
    under = _by_target(notes)
    quoted = quotes_on_page(gathered.quotes, article, shown)
    passages = [passage for passage in quoted.passages if passage.target_id in here]

    def mark(row: CommentRow) -> CommentRow:
        marked = marking.marked(row.html, quoted.stretches(row.id), under.get(row.id, ()))
        return row._replace(html=marked.html)

    text = marking.text(revision.html, quoted.stretches(article.pk), under.get(article.pk, ()))
    faded = {post: faded for post in quoted.by_response if (faded := quoted.faded(post))}
    touched = {*under, *quoted.by_response, *quoted.by_target}
    return Page(
        article=article,
        revision=revision,
        text=text,
        contents=text.headings if len(text.headings) >= LEAST else (),
        thread=thread_of(part, wanted, gathered.endorsed, faded, touched, mark),
        notes=notes,
        margin=_margin(notes, passages, order),
        noted=sum(map(len, gathered.notes.values())),
        shown=sum(note.shown for note in notes),
        chips=_chips(tags, notes, wanted),
        all=wanted.query(tags=frozenset()),
        quoted=len(passages),
        quotes=wanted.quotes,
        other_quotes=wanted.query(quotes=not wanted.quotes),
        tags=_choices(tags),
        filtered=bool(chosen),
    )


def _by_target(notes: Iterable[Note]) -> defaultdict[int, list[Note]]:
    under: defaultdict[int, list[Note]] = defaultdict(list)
    for note in notes:
        if note.shown:
            under[note.target_id].append(note)
    return under


def _margin(
    notes: Sequence[Note], passages: Sequence[Passage], order: Mapping[int, int]
) -> list[Run]:
    """Notes and passages together, in the order that notes are in already."""
    if not passages:
        return [Run(notes=notes)]

    def place(entry: Note | Passage) -> tuple[int, bool, int, int]:
        start, end = entry.start, entry.end
        return order.get(entry.target_id, 0), start is None, start or 0, -(end or 0)

    # Stable: of a note and a quote of the same words, the note comes first.
    entries: list[Note | Passage] = [*notes, *passages]
    runs = []
    for _, group in groupby(sorted(entries, key=place), key=type):
        run = list(group)
        runs.append(
            Run(
                notes=[entry for entry in run if isinstance(entry, Note)],
                passages=[entry for entry in run if isinstance(entry, Passage)],
            )
        )
    return runs


def _choices(tags: Iterable[Tag]) -> list[Tag]:
    return [tag for tag in tags if tag.codebook.is_default and tag.retired_at is None]


def _chips(tags: Iterable[Tag], notes: Sequence[Note], wanted: Wanted) -> list[Chip]:
    counts = Counter(worn.id for note in notes for worn in note.tags)
    chips = []
    for tag in tags:
        in_use = tag.codebook.is_default and tag.retired_at is None
        if not (in_use or counts[tag.pk]):
            continue
        query = wanted.query(tags=wanted.tags ^ {tag.slug})
        chips.append(Chip(tag, counts[tag.pk], tag.slug in wanted.tags, query))
    return chips
