"""Who may read which post. The one rule; every read path starts from ``visible_to``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Col, Expression

from forum.accounts.models import User
from forum.courses.models import Membership

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

#: Whoever reads: somebody signed in, or nobody in particular.
Reader = User | AnonymousUser


class Rights(NamedTuple):
    """What the rule asks of a reader, but for who they are."""

    signed_in: bool
    #: All of the site.
    moderates: bool
    edits: bool
    #: Single articles or courses, where it is not all of the site.
    moderates_parts: bool = False

    @classmethod
    def of(cls, reader: Reader) -> Rights:
        """The rights of ``reader``."""
        if not reader.is_authenticated:
            return cls(False, False, False)
        every = reader.moderates_site
        edits = reader.is_editor or reader.is_superuser
        return cls(True, every, edits, reader.moderates_only_parts)


class Standing(NamedTuple):
    """All that the rule asks of a reader. A prepared query is made for one and run for others."""

    rights: Rights
    #: The reader's id; 0 for nobody in particular.
    pk: int

    @classmethod
    def of(cls, reader: Reader) -> Standing:
        """Where ``reader`` stands."""
        return cls(Rights.of(reader), reader.pk or 0)


#: What an author keeps seeing of their own, whatever became of it.
_OWN = ("draft", "published", "held", "hidden", "removed", "withdrawn")
#: What a moderator reads to decide and to answer for a decision.
_MODERATED = ("published", "held", "hidden", "removed", "withdrawn")
#: What leaves a stub in its thread, so that answers and numbers keep their place.
STUBBED = ("hidden", "removed", "withdrawn", "erased")


class PostQuerySet(models.QuerySet):
    """Posts, found by who may read them."""

    def visible_to(self, reader: Reader | Standing, *, replies: bool = True) -> Self:
        """The posts whose words ``reader`` may read; without ``replies`` to notes, at less cost.

        A post is visible when it is readable itself, its article is, and, for an annotation,
        the post it marks is, and the comment whose words are its note: restoring these
        restores the annotation. A reply to a note is visible where that note is as well.
        """
        return self.filter(_visible("", reader, replies=replies))

    def stubs_for(self, reader: Reader | Standing, *, replies: bool = True) -> Self:
        """Comments that ``reader`` may know to exist but not read. Never load their words."""
        stubs = self.filter(_stub(reader, replies=replies))
        return stubs.exclude(_Condition(["state"], _readable, _standing(reader)))

    def listed_for(self, reader: Reader | Standing, *, replies: bool = True) -> Self:
        """What ``reader`` meets in a list: the visible posts, and ``stubs_for`` between them.

        Load the words of these through ``Revision.objects.visible_to`` only: a post that it
        gives nothing for is a stub.
        """
        return self.filter(_visible("", reader, replies=replies) | _stub(reader, replies=replies))


class RevisionQuerySet(models.QuerySet):
    """Revisions, found by who may read their posts."""

    def current(self) -> Self:
        """The revisions people read now, one for each post."""
        return self.filter(superseded_at=None)

    def visible_to(self, reader: Reader | Standing, *, replies: bool = True) -> Self:
        """The revisions, present and past, of the posts that ``reader`` may read.

        Words that a moderator has taken off are for those who moderate there; words that were
        replaced while the post was held are for its author besides. What an article said while it
        was a draft is for those who read drafts.
        """
        found = self.filter(_visible("post__", reader, replies=replies))
        standing = _standing(reader)
        if not standing.rights.edits:
            found = found.filter(_Condition(["post__state", "number"], _is_no_draft, standing))
        if standing.rights.moderates:
            return found
        left = Q(withheld_at=None, replaced_while_held=False)
        if standing.rights.signed_in:
            left |= Q(_Condition(["post__state"], _own, standing), withheld_at=None)
        if standing.rights.moderates_parts:
            left |= Q(_Condition(["post__state"], _in_moderated_part, standing))
        return found.filter(left)


class _Condition(Expression):
    """A condition on a few rows, written as SQL at once. A query reaches each by one of
    ``columns``, whichever: so it joins them.

    Every request asks for what is visible, most of them more than once; put together from some
    thirty look-ups, the rule would cost more than all that is done with what it finds.
    """

    conditional = True

    def __init__(
        self,
        columns: Sequence[str],
        write: Callable[..., tuple[str, list[int]]],
        reader: Standing,
    ) -> None:
        super().__init__(output_field=models.BooleanField())
        self.rows: list[Any] = [F(column) for column in columns]
        self.write, self.reader = write, reader

    def get_source_expressions(self) -> list[Any]:
        return self.rows

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.rows = list(exprs)

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        aliases = [compiler.quote_name_unless_alias(cast(Col, row).alias) for row in self.rows]
        sql, params = self.write(*aliases, self.reader)
        return f"({sql})", tuple(params)


def _visible(prefix: str, reader: Reader | Standing, *, replies: bool) -> _Condition:
    columns = [f"{prefix}{post}state" for post in ("", "root__", "parent__", "note_from__")]
    return _Condition(columns, partial(_is_visible, replies=replies), _standing(reader))


def _stub(reader: Reader | Standing, *, replies: bool) -> _Condition:
    columns = ["state", "root__state"]
    return _Condition(columns, partial(_is_stub, replies=replies), _standing(reader))


def _standing(reader: Reader | Standing) -> Standing:
    return reader if isinstance(reader, Standing) else Standing.of(reader)


# The rule in SQL. Each function takes the aliases of posts and answers with the text of a
# condition and its parameters; beside these, the text is made of names and constants only.
# What is excluded must be false, not unknown, where an author or a course is NULL.
#
# Whatever is not public is not so itself, or hangs on something under the same article that is not
# public itself, and that whoever reads the one reads too: kept lists rely on it (docs/decisions,
# 2026-11-26).


def _is_visible(
    post: str, root: str, parent: str, source: str, reader: Standing, *, replies: bool
) -> tuple[str, list[int]]:
    return _all(
        _readable(post, reader),
        _either(f"{post}.root_id IS NULL", _readable(root, reader)),
        _either(f"{post}.kind <> 'annotation'", _readable(parent, reader)),
        _either(f"{post}.note_from_id IS NULL", _says_something(source, reader)),
        _in_thread(post, reader, replies=replies),
    )


def _is_stub(post: str, root: str, reader: Standing, *, replies: bool) -> tuple[str, list[int]]:
    """For a comment that is not readable: whether ``reader`` may know that there is one."""
    stub = f"{post}.kind = 'comment' AND {post}.audience = 'public' AND {post}.state IN {STUBBED}"
    # What was taken back, removed or erased while it waited nobody has seen; what was edited, or
    # is to be, was seen before.
    seen = f"{post}.held_for IN ('', 'edited', 'asked')"
    return _all(
        (stub, []), (seen, []), _readable(root, reader), _in_thread(post, reader, replies=replies)
    )


def _in_thread(post: str, reader: Standing, *, replies: bool) -> tuple[str, list[int]]:
    """For a reply: whether its note is visible, their article left aside; or none at all.

    Looked up for replies alone: joined, every post of every list would bring three more along.
    """
    no_reply = f"{post}.note_id IS NULL"
    if not replies:
        return no_reply, []
    stands, params = _all(
        (f"above.id = {post}.note_id", []),
        _readable("above", reader),
        _readable("marked", reader),
        _either("above.note_from_id IS NULL", _says_something("source", reader)),
    )
    note = f"SELECT 1 FROM {_NOTES} WHERE {stands}"  # noqa: S608  # our own tables and rules
    return _either(no_reply, (f"EXISTS ({note})", params))


def _says_something(source: str, reader: Standing) -> tuple[str, list[int]]:
    """Whether a note whose words are a comment's still has them. Both have the same audience."""
    if not reader.rights.signed_in:
        return f"{source}.state = 'published'", []
    if reader.rights.moderates:
        return f"{source}.state IN {_MODERATED}", []
    rules = [(f"{source}.state = 'published'", []), _own(source, reader)]
    if reader.rights.moderates_parts:
        rules.append(_in_moderated_part(source, reader))
    return _any(rules)


def _readable(post: str, reader: Standing) -> tuple[str, list[int]]:
    """Whether a single post is readable, its surroundings left aside."""
    if not reader.rights.signed_in:
        return f"({post}.state = 'published' AND {post}.audience = 'public')", []
    rules = [_own(post, reader)]
    if reader.rights.moderates:
        rules.append(
            (f"({post}.audience IN ('public', 'course') AND {post}.state IN {_MODERATED})", [])
        )
    else:
        # What has a course is for that course alone: a constraint of the table.
        mine = f"({post}.course_id IS NOT NULL AND {post}.course_id IN {_COURSES})"
        public = f"({post}.audience = 'public' OR {mine})"
        rules.append((f"({post}.state = 'published' AND {public})", [reader.pk]))
    if reader.rights.moderates_parts:
        rules.append(_in_moderated_part(post, reader))
    if reader.rights.edits:
        rules.append((f"{post}.state = 'draft'", []))
    else:
        rules.append((f"({post}.state = 'draft' AND EXISTS {_STAFFED})", [reader.pk]))
    return _any(rules)


def _is_no_draft(post: str, revision: str, reader: Standing) -> tuple[str, list[int]]:
    """Whether a revision was read by others than those who read drafts, or ``reader`` reads them.

    One that was replaced before its article was published was not.
    """
    rules: list[tuple[str, list[int]]] = [
        (f"{revision}.superseded_at IS NULL", []),
        (
            f"NOT EXISTS (SELECT 1 FROM {_ARTICLES} AS draft"  # noqa: S608  # likewise
            f" WHERE draft.post_id = {post}.id AND draft.published_at > {revision}.superseded_at)",
            [],
        ),
    ]
    if reader.rights.signed_in:
        rules += [_own(post, reader), (f"EXISTS {_STAFFED}", [reader.pk])]
    return _any(rules)


def _own(post: str, reader: Standing) -> tuple[str, list[int]]:
    mine = f"{post}.author_id IS NOT NULL AND {post}.author_id = %s"
    return f"({mine} AND {post}.state IN {_OWN})", [reader.pk]


def _in_moderated_part(post: str, reader: Standing) -> tuple[str, list[int]]:
    """For whoever moderates single articles or courses: whether it is in one of these.

    An article's moderators read what is public there; what is for a course, its own do.
    """
    article = f"given.article_id = COALESCE({post}.root_id, {post}.id)"
    here = (
        f"({post}.audience = 'public' AND {article})"
        f" OR ({post}.audience = 'course' AND given.course_id = {post}.course_id)"
    )
    held = f"given.person_id = %s AND given.taken_at IS NULL AND ({here})"
    given = f"SELECT 1 FROM {ROLES} AS given WHERE {held}"  # noqa: S608  # likewise
    return f"({post}.state IN {_MODERATED} AND EXISTS ({given}))", [reader.pk]


def _any(rules: Sequence[tuple[str, list[int]]]) -> tuple[str, list[int]]:
    sql = " OR ".join(sql for sql, _ in rules)
    return f"({sql})", [p for _, params in rules for p in params]


def _all(*rules: tuple[str, list[int]]) -> tuple[str, list[int]]:
    return " AND ".join(sql for sql, _ in rules), [p for _, params in rules for p in params]


def _either(simple: str, rule: tuple[str, list[int]]) -> tuple[str, list[int]]:
    return f"({simple} OR {rule[0]})", rule[1]


#: The roles that were given, with the parts of the site they are for: the model is moderation's.
ROLES = "moderation_roleassignment"
#: Notes, what they mark, and the comments whose words they are. The model of posts imports this.
_NOTES = (
    "discussion_post AS above JOIN discussion_post AS marked ON marked.id = above.parent_id"
    " LEFT JOIN discussion_post AS source ON source.id = above.note_from_id"
)
_ARTICLES = "discussion_article"
_MEMBERSHIPS = Membership._meta.db_table
#: The courses that somebody belongs to, and those they are staff of.
_COURSES = f"(SELECT course_id FROM {_MEMBERSHIPS} WHERE user_id = %s)"  # noqa: S608  # likewise
_STAFFED = (
    f"(SELECT 1 FROM {_MEMBERSHIPS}"  # noqa: S608  # likewise
    " WHERE user_id = %s AND role = 'staff')"
)
