"""Writing what an export holds: each article with its comments, in batches, once.

An article is written in a transaction, then its comments in transactions of a few hundred: rendered
before, so that whoever responds meanwhile waits for none of it. An import that is broken off is
taken up by the next: what is here is known by where it came from, and what is left is numbered on
in the same order. Nobody is notified of anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from forum.accounts.models import User
from forum.discussion import holding
from forum.discussion.importers.comment_text import comment_text
from forum.discussion.importers.exports import ExportedArticle, Standing, Writer
from forum.discussion.importers.forest import Leaf, Step, plan
from forum.discussion.importers.paratext import paratext_of
from forum.discussion.importers.people import People, public_name
from forum.discussion.importers.spool import Outline, Spool
from forum.discussion.importers.tally import Note, Outcome, Tally
from forum.discussion.models import MAX_DEPTH, Article, Kind, Post, State
from forum.discussion.publishing.actions import Paratext, free_slug, render_article
from forum.discussion.writing.revisions import write_first_revisions
from forum.lib.errors import Conflict, Refused
from forum.lib.html import Format, Rendered
from forum.lib.text import ARTICLE_LIMIT
from forum.permissions import require

#: Comments written in one transaction.
BATCH = 200
_LOOKED_UP = 500

_RESERVE = f"""
    UPDATE {Article._meta.db_table} SET last_number = last_number + %s, activity = activity + %s
    WHERE post_id = %s RETURNING last_number
"""  # noqa: S608  # the name of our own table
_LEFT_OUT = {
    Standing.SPAM: Outcome.SPAM,
    Standing.TRASH: Outcome.TRASH,
    Standing.PINGBACK: Outcome.PINGBACK,
    Standing.OTHER: Outcome.OTHER,
    Standing.PRIVATE: Outcome.OTHER,
}
#: Of these it helps to know which.
_NAMED = (Outcome.TOO_LONG, Outcome.EMPTY, Outcome.UNREADABLE, Outcome.UNMATCHED)
_NOTHING = Rendered("", "")

Match = Callable[[ExportedArticle], Article | None]


class _Here(NamedTuple):
    """A comment that is on the site."""

    pk: int
    article: int
    depth: int


@dataclass(slots=True)
class _Thread:
    """Comments that belong under one article, which is ``None`` until it is written."""

    source: str
    places: list[int]
    article: Article | None
    #: What a comment without a date is taken to be as old as.
    published: datetime
    closed: bool = False
    here: dict[str, _Here] = field(default_factory=dict)
    outline: dict[str, Outline] = field(default_factory=dict)


class Importer:
    """Brings what a spool holds to the site, or with ``dry_run`` counts what it would bring.

    ``match`` says which article here an exported one is, where that is known beforehand; with
    ``create`` the others are made. Raises what ``permissions`` raises of ``importer``.
    """

    def __init__(
        self,
        spool: Spool,
        *,
        importer: User,
        match: Match,
        create: bool,
        people: People,
        drafts: bool = False,
        dry_run: bool = False,
    ) -> None:
        require(importer, "article.create")
        self._spool, self._match, self._create = spool, match, create
        self._people, self._drafts, self._dry_run = people, drafts, dry_run
        self.tally = Tally()

    def run(self) -> Tally:
        """Import. Running it again brings what has been added since, and changes nothing."""
        tally = self.tally
        # Several over there may be one here, with one thread.
        existing: dict[tuple[int, str], _Thread] = {}
        for place, exported in self._spool.articles():
            article, outcome = self._place(exported)
            comments = 0
            if article is None and outcome not in (Outcome.IMPORTED, Outcome.DRAFT):
                comments = len(self._spool.outline([place]))
                tally.comment(Outcome.NO_ARTICLE, count=comments)
            # Disqus makes threads of pages that nobody ever commented on.
            if self._create or comments or outcome is not Outcome.UNMATCHED:
                name = exported.link or exported.title or exported.id
                counted = f"{name} ({comments:,} comments)" if comments else name
                tally.article(outcome, counted if outcome in _NAMED else "")
            if article is not None and outcome in (Outcome.HERE, Outcome.MATCHED):
                thread = existing.setdefault(
                    (article.pk, exported.source),
                    _Thread(exported.source, [], article, article.published_at or timezone.now()),
                )
                thread.places.append(place)
                thread.closed |= exported.closed and outcome is Outcome.MATCHED
            elif outcome in (Outcome.IMPORTED, Outcome.DRAFT):
                when = exported.published or timezone.now()
                self._bring(_Thread(exported.source, [place], article, when))
        for thread in existing.values():
            self._bring(thread)
        tally.comment(Outcome.NO_ARTICLE, count=self._spool.homeless())
        tally.comment(Outcome.REPEATED, count=self._spool.repeated_comments)
        tally.articles[Outcome.REPEATED] += self._spool.repeated_articles
        return tally

    # Articles

    def _place(self, exported: ExportedArticle) -> tuple[Article | None, Outcome]:
        """The article that ``exported`` is here, made if need be, and what became of it."""
        if exported.standing in (Standing.TRASH, Standing.OTHER, Standing.SPAM):
            return None, _LEFT_OUT[exported.standing]
        here = _imported(exported.source, exported.id)
        if here is not None:
            return here, Outcome.HERE
        matched = self._match(exported)
        if matched is not None:
            return matched, Outcome.MATCHED
        if not self._create:
            return None, Outcome.UNMATCHED
        draft = exported.standing is not Standing.PUBLISHED
        if draft and not self._drafts:
            private = exported.standing is Standing.PRIVATE
            return None, Outcome.LEFT_PRIVATE if private else Outcome.LEFT_DRAFT
        if len(exported.content) > ARTICLE_LIMIT:
            return None, Outcome.TOO_LONG
        if not exported.content.strip():
            return None, Outcome.EMPTY
        try:
            source, rendered = render_article(exported.content, exported.format)
            paratext, cut = paratext_of(exported, rendered)
        except Refused as refusal:
            empty = "after sanitising" in refusal.message
            return None, Outcome.EMPTY if empty else Outcome.UNREADABLE
        author = self._author(exported.writer)
        self.tally.note(Note.NAME_CUT, cut)
        for lost in exported.lost:
            self.tally.note(lost)
        if exported.published is None and not draft:
            self.tally.note(Note.NO_DATE)
        if exported.closed:
            self.tally.note(Note.CLOSED)
        outcome = Outcome.DRAFT if draft else Outcome.IMPORTED
        if self._dry_run:
            return None, outcome
        now = timezone.now()
        with self._alone():
            post = Post.objects.create(
                kind=Kind.ARTICLE,
                author=author,
                author_name=public_name(exported.writer.name)[0],
                state=State.DRAFT if draft else State.PUBLISHED,
                source=exported.source,
                source_id=exported.id,
                created_at=exported.published or now,
            )
            article = Article(
                post=post,
                slug=free_slug(exported.slug or paratext.title, post),
                published_at=None if draft else exported.published or now,
                closed_at=now if exported.closed else None,
                title=paratext.title,
                byline=paratext.byline,
                standfirst=paratext.standfirst,
            )
            article.save(force_insert=True)
            write_first_revisions(
                [(post, source, exported.format, rendered)], heading=Paratext.of(article).heading()
            )
        return article, outcome

    @staticmethod
    @contextmanager
    def _alone() -> Iterator[None]:
        """A transaction. Raises ``Conflict`` where somebody else has just written the same."""
        try:
            with transaction.atomic():
                yield
        except IntegrityError:
            raise Conflict(
                "Somebody else imports the same at this moment; run it again when they are done."
            ) from None

    # Comments

    def _bring(self, thread: _Thread) -> None:
        """Write the comments of ``thread`` that are not here yet."""
        outline = self._spool.outline(thread.places)
        thread.outline = {row.id: row for row in outline}
        asked = {row.id for row in outline} | {row.parent for row in outline if row.parent}
        here = _comments_here(thread.source, sorted(asked))
        under = thread.article.pk if thread.article else None
        thread.here = {i: found for i, found in here.items() if found.article == under}
        leaves, wanted = [], {}
        for row in outline:
            if row.id in here:
                self.tally.comment(Outcome.HERE)
                continue
            outcome = self._prepare(row)
            wanted[row.id] = outcome
            leaves.append(
                Leaf(
                    *(row.id, row.parent, row.written or thread.published, row.place),
                    wanted=outcome in (Outcome.IMPORTED, Outcome.HELD),
                )
            )
        planned = plan(leaves, thread.here)
        self.tally.note(Note.REROOTED, planned.rerooted)
        self.tally.note(Note.CYCLE, planned.cycles)
        self.tally.note(Note.PLACE_KEPT, sum(step.empty for step in planned.steps))
        closes = thread.closed and not thread.here and bool(planned.steps)
        closes = closes and thread.article is not None and thread.article.closed_at is None
        self.tally.note(Note.CLOSED, closes)
        for start in range(0, len(planned.steps), BATCH):
            self._write(thread, planned.steps[start : start + BATCH], closes and not start)

    def _prepare(self, row: Outline) -> Outcome:
        """What is to become of a comment that is not here; its words are ready then."""
        if row.standing in _LEFT_OUT:
            outcome = _LEFT_OUT[row.standing]
            self.tally.comment(outcome)
            return outcome
        _, html = self._spool.said(row.place)
        outcome = Outcome.HELD if row.standing is Standing.PENDING else Outcome.IMPORTED
        try:
            words = comment_text(html)
            if not words.rendered.text:
                outcome = Outcome.EMPTY
            elif not self._dry_run:
                self._spool.keep_words(row.place, words)
        except Refused as refusal:
            outcome = Outcome.TOO_LONG if "the limit is" in refusal.message else Outcome.UNREADABLE
            if "write something" in refusal.message:
                outcome = Outcome.EMPTY
        left_out = outcome not in (Outcome.IMPORTED, Outcome.HELD)
        self.tally.comment(outcome, row.id if left_out else "")
        if not left_out:
            self.tally.note(Note.NO_DATE, row.written is None)
            self.tally.note(Note.AS_HTML, words.format is Format.HTML)
        return outcome

    def _write(self, thread: _Thread, steps: Sequence[Step], closes: bool) -> None:
        posts = [self._post(thread, step) for step in steps]
        if self._dry_run or thread.article is None:
            return
        article = thread.article
        # Counted as ``gathering`` understands it: a stub twice, and what nobody sees once.
        counts = len(posts) + sum(step.empty for step in steps)
        with self._alone():
            with connection.cursor() as cursor:
                cursor.execute(_RESERVE, [len(posts), counts, article.pk])
                last = int(cursor.fetchone()[0])
            if closes:
                Article.objects.filter(pk=article.pk).update(closed_at=timezone.now())
            for number, post in enumerate(posts, start=last - len(posts) + 1):
                post.number, post.root_id = number, article.pk
            self._insert(thread, steps, posts)
            write_first_revisions(
                [
                    (post, *self._words(thread, step))
                    for post, step in zip(posts, steps, strict=True)
                ]
            )
        for step, post in zip(steps, posts, strict=True):
            thread.here[step.id] = _Here(post.pk, article.pk, post.depth)

    def _post(self, thread: _Thread, step: Step) -> Post:
        """The post for ``step``, without its place in the thread."""
        row = thread.outline[step.id]
        writer, _ = self._spool.said(row.place)
        author = None
        name = ""
        if not step.empty:
            author = self._author(writer)
            name, cut = public_name(writer.name)
            self.tally.note(Note.NAME_CUT, cut)
            self.tally.note(Note.NO_NAME, not writer.name.strip())
        state = State.HELD if row.standing is Standing.PENDING else State.PUBLISHED
        return Post(
            kind=Kind.COMMENT,
            author=author,
            author_name=name,
            state=State.ERASED if step.empty else state,
            held_for=holding.IMPORTED if state == State.HELD and not step.empty else "",
            source=thread.source,
            source_id=step.id,
            created_at=row.written or thread.published,
        )

    def _insert(self, thread: _Thread, steps: Sequence[Step], posts: Sequence[Post]) -> None:
        """Insert ``posts``, each after what it answers, in as few statements as that takes."""
        article = thread.article
        here = {i: (found.pk, found.depth) for i, found in thread.here.items()}
        waiting = list(zip(steps, posts, strict=True))
        while waiting:
            wave, later = [], []
            for step, post in waiting:
                if step.parent is None:
                    post.parent_id = article.pk if article else None
                elif step.parent in here:
                    post.parent_id, depth = here[step.parent]
                    post.depth = min(depth + 1, MAX_DEPTH)
                else:
                    later.append((step, post))
                    continue
                wave.append((step, post))
            Post.objects.bulk_create([post for _, post in wave])
            here |= {step.id: (post.pk, post.depth) for step, post in wave}
            waiting = later

    def _words(self, thread: _Thread, step: Step) -> tuple[str, Format, Rendered]:
        if step.empty:
            return "", Format.COMMENT, _NOTHING
        words = self._spool.words(thread.outline[step.id].place)
        return words.source, words.format, words.rendered

    def _author(self, writer: Writer) -> User | None:
        author = self._people.find(writer)
        self.tally.note(Note.MINE, author is not None)
        return author


def _imported(source: str, id: str) -> Article | None:
    """The article that came from there, whoever may read it."""
    found = Article.objects.filter(post__source=source, post__source_id=id, post__kind=Kind.ARTICLE)
    return found.select_related("post").first()


def _comments_here(source: str, ids: Sequence[str]) -> dict[str, _Here]:
    """Which of ``ids`` are on the site, whoever may read them."""
    found: dict[str, _Here] = {}
    for start in range(0, len(ids), _LOOKED_UP):
        some = ids[start : start + _LOOKED_UP]
        rows = Post.objects.filter(source=source, source_id__in=some, root__isnull=False)
        for i, *place in rows.values_list("source_id", "pk", "root_id", "depth"):
            found[str(i)] = _Here(*place)
    return found
