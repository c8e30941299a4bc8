"""What the reading page shows: a text and its responses, both marked, and the notes in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from annotations.gathering import Gathered
from annotations.marking import Marking
from annotations.models import Tag
from annotations.notes import Note, filtered, in_reading_order, with_threads
from annotations.quotes import Passage, Quote, Quotes, quotes_on_page
from forum.discussion.lookup import get_article_for
from forum.discussion.models import Article, Revision
from forum.discussion.prepared import PreparedFor
from forum.discussion.reading import Body, CommentRow
from forum.discussion.threads import Step, build, walk
from forum.lib.errors import NotFound
from forum.lib.outline import LEAST, Heading, outline

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
    body: Body
    #: The headings of the body, where there are enough of them to need a list.
    contents: Sequence[Heading]
    thread: list[Step[CommentRow]]
    #: By response, those of its quotes whose passage is not what it was.
    faded: Mapping[int, tuple[Quote, ...]]
    responses: int
    notes: list[Note]
    #: Notes and quoted passages in reading order.
    margin: list[Run]
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
    wanted: Collection[str] = (),
    *,
    quotes: bool = True,
) -> Page:
    """The page of the article whose current text is ``revision``; no query.

    ``wanted`` are the slugs of the tags to filter by; unknown ones count for nothing. Without
    ``quotes`` the passages that responses quote are not shown until they are asked for.
    """
    article, tags = revision.post.article, gathered.tags
    rows = [row for row in gathered.comments if row.note_id is None]
    thread = list(walk(build(rows)))
    order = {step.row.id: place for place, step in enumerate(thread, start=1)}
    chosen = {tag.slug for tag in tags} & set(wanted)
    notes = filtered(gathered.notes, chosen) if chosen else gathered.notes
    notes = in_reading_order(notes, order)
    notes = with_threads(notes, [row for row in gathered.comments if row.note_id])
    under = _by_target(notes)
    quoted = quotes_on_page(gathered.quotes, article, rows)
    passages = quoted.passages
    marked = marking.marked(revision.html, quoted.stretches(article.pk), under[article.pk])
    html, headings = outline(marked.html)
    touched = {*under, *quoted.by_response, *quoted.by_target}
    return Page(
        article=article,
        revision=revision,
        body=Body(html),
        contents=headings if len(headings) >= LEAST else (),
        thread=[
            _marked(step, under, quoted, marking) if step.row.id in touched else step
            for step in thread
        ],
        faded={post: faded for post in quoted.by_response if (faded := quoted.faded(post))},
        responses=sum(not row.stub for row in rows),
        notes=notes,
        margin=_margin(notes, passages, order),
        shown=sum(note.shown for note in notes),
        chips=_chips(tags, notes, chosen, quotes=quotes),
        all=_query((), quotes=quotes),
        quoted=len(passages),
        quotes=quotes,
        other_quotes=_query(chosen, quotes=not quotes),
        tags=_choices(tags),
        filtered=bool(chosen),
    )


def _by_target(notes: Iterable[Note]) -> defaultdict[int, list[Note]]:
    under: defaultdict[int, list[Note]] = defaultdict(list)
    for note in notes:
        if note.shown:
            under[note.target_id].append(note)
    return under


def _marked(
    step: Step[CommentRow], under: Mapping[int, list[Note]], quoted: Quotes, marking: Marking
) -> Step[CommentRow]:
    row = step.row
    marked = marking.marked(row.html, quoted.stretches(row.id), under.get(row.id, ()))
    return step._replace(row=row._replace(html=marked.html))


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


def _chips(
    tags: Iterable[Tag], notes: Sequence[Note], chosen: Collection[str], *, quotes: bool
) -> list[Chip]:
    counts = Counter(worn.id for note in notes for worn in note.tags)
    chips = []
    for tag in tags:
        in_use = tag.codebook.is_default and tag.retired_at is None
        if not (in_use or counts[tag.pk]):
            continue
        query = _query(set(chosen) ^ {tag.slug}, quotes=quotes)
        chips.append(Chip(tag, counts[tag.pk], tag.slug in chosen, query))
    return chips


def _query(chosen: Iterable[str], *, quotes: bool) -> str:
    """What an address ends with that shows ``chosen`` tags, and quoted passages or not."""
    parts = [f"tag={slug}" for slug in sorted(chosen)]
    if not quotes:
        parts.append("quotes=off")
    return f"?{'&'.join(parts)}" if parts else ""
