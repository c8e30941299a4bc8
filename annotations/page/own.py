"""What the reader wrote beneath an article, and what can be done to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from annotations.models import Quotation
from forum.discussion.models import Article, Post, waits

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


@dataclass(frozen=True, slots=True)
class Own:
    """Something that the reader wrote, and what can be done to it depends on."""

    id: int
    state: str
    #: The response whose words are this note.
    note_from: int | None = None
    #: Whether its present words quote something.
    quotes: bool = False
    written: datetime | None = None
    withdrawn: datetime | None = None
    #: What it waits for (``Post.held_for``).
    held_for: str = ""

    @property
    def waits(self) -> bool:
        """Whether it is held for a moderator without a decision."""
        return waits(self.state, self.held_for)


def own_posts(article: Article, reader: Reader) -> list[Own]:
    """Everything ``reader`` wrote beneath ``article``. One query."""
    mine = Post.objects.visible_to(reader).filter(root=article.pk, author=reader.pk)
    quoting = Quotation.objects.filter(
        comment_revision__post=OuterRef("pk"), comment_revision__superseded_at=None
    )
    rows = mine.annotate(quotes=Exists(quoting)).order_by("pk")
    columns = ("pk", "state", "note_from", "quotes", "created_at", "withdrawn_at", "held_for")
    return [Own(*row) for row in rows.values_list(*columns)]
