"""Posts, and their revisions: the words themselves."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.accounts.models import NAME_LIMIT, User
from forum.courses.models import Course
from forum.discussion.visibility import PostQuerySet, RevisionQuerySet
from forum.lib.addresses import address_of
from forum.lib.html import Format
from forum.lib.text import WORDS_PER_MINUTE

if TYPE_CHECKING:
    from annotations.models import Annotation
    from forum.discussion.models.articles import Article

#: What stands above a reply is counted so far. A thread may go deeper; a page nests lists less deep
#: than this (``threads.NESTED``), and goes on in the deepest.
MAX_DEPTH = 40
#: Code points of each of the two names that an imported post goes by where it came from.
SOURCE_LIMIT = 300

models.CharField.register_lookup(Length)


class Kind(models.TextChoices):
    """What a post is. A response and a reply to a note are both comments (``is_response``)."""

    ARTICLE = "article", _("Article")
    COMMENT = "comment", _("Response")
    ANNOTATION = "annotation", _("Annotation")


#: What a post is called in a sentence, unless it is a reply.
NOUNS = {Kind.ARTICLE: _("article"), Kind.COMMENT: _("response"), Kind.ANNOTATION: _("note")}


class State(models.TextChoices):
    """Whether a post is read by those it is for, and if it is not, why.

    What waits, is hidden, removed or withdrawn may be published again; what is erased is not.
    """

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    HELD = "held", _("Held for review")
    HIDDEN = "hidden", _("Hidden")
    REMOVED = "removed", _("Removed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ERASED = "erased", _("Erased")


def waits(state: str, held_for: str) -> bool:
    """Whether a post in this ``state`` is held for a reason that was not a decision."""
    return state == State.HELD or (state == State.HIDDEN and bool(held_for))


class Audience(models.TextChoices):
    """For whom a post is, once it is published."""

    PUBLIC = "public", _("Everyone")
    COURSE = "course", _("My course")
    PRIVATE = "private", _("Only me")


class Mark(models.IntegerChoices):
    """What is said of the words of a post, that they are no longer the first ones."""

    NONE = 0, "nothing"
    EDITED = 1, "edited"
    LATE = 2, "edited later"


class Post(models.Model):
    """Anything a person writes. Its words live in revisions; the current one is what is read.

    A comment is a response to the article or to another response, or a reply in the thread
    under a note; no thread crosses over. Which row may hang on which is watched by the triggers
    of ``hanging``: no constraint can look at another row.
    """

    kind = models.CharField(max_length=10, choices=Kind.choices)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="posts")
    #: The author's name as it was when this was written; it outlives the account.
    author_name = models.CharField(max_length=NAME_LIMIT)
    #: The article's post, for everything but an article. No index of its own: ``post_thread``.
    root = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="thread", db_index=False
    )
    #: What a comment answers (the article's post or a comment), or what an annotation marks.
    #: RESTRICT: an answered comment is withdrawn, never deleted.
    parent = models.ForeignKey("self", on_delete=models.RESTRICT, null=True, related_name="answers")
    #: The comment whose words are this annotation's note; it has none of its own then.
    note_from = models.ForeignKey(
        "self", on_delete=models.RESTRICT, null=True, blank=True, related_name="notes_made"
    )
    #: Of a reply in the thread under a note: that note. Without one, a comment is a response.
    note = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="replies",
        db_index=False,
    )
    #: How many comments stand above this one in its thread, which may be that of a note; for more
    #: than ``MAX_DEPTH``, that.
    depth = models.PositiveSmallIntegerField(default=0)
    #: "Response 3": given to a response once, in order of posting, and never given again.
    number = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PUBLISHED)
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.PUBLIC)
    course = models.ForeignKey(Course, on_delete=models.RESTRICT, null=True, blank=True)
    #: Chosen by the client, so that a form sent twice makes one post.
    token = models.CharField(max_length=64, blank=True)
    #: Of an imported post: the system and the site it came from, such as
    #: ``wordpress:example.org/blog``, and what it goes by there, such as ``comment/12``. NULL of
    #: all others: that is what lets both databases look imported posts up in an index of these.
    source = models.CharField(  # noqa: DJ001  # NULL, see above
        max_length=SOURCE_LIMIT, null=True, blank=True, editable=False
    )
    source_id = models.CharField(  # noqa: DJ001  # NULL, see above
        max_length=SOURCE_LIMIT, null=True, blank=True, editable=False
    )
    #: Why it waits for a moderator: a code of ``holding.REASONS``; empty where it does not, or
    #: nobody has said why. Of a withdrawn post: why it would wait if it were put back.
    held_for = models.CharField(max_length=20, blank=True, editable=False)
    #: When its author withdrew it.
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    #: Since when nobody may answer below, because a moderator has locked the thread from here on.
    locked_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PostQuerySet.as_manager()

    #: The id of the person it was looked up for and found visible to, if it was (``lookup``): the
    #: rules that follow in the same request need not ask again.
    found_for: int | None = None

    if TYPE_CHECKING:
        article: Article
        annotation: Annotation
        #: Filled in by ``with_words`` and for what was just posted: its current words, or none.
        words: list[Revision]

    class Meta:
        indexes = [
            models.Index(fields=["root", "kind", "id"], name="post_thread"),
            models.Index(fields=["author", "kind", "-id"], name="post_by_author"),
            models.Index(fields=["note"], name="post_replies", condition=Q(note__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="post_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="post_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="post_audience_known", condition=Q(audience__in=Audience.values)
            ),
            models.CheckConstraint(
                name="post_hangs_on_an_article",
                condition=Q(kind="article", root=None, parent=None)
                | Q(~Q(kind="article"), root__isnull=False, parent__isnull=False),
            ),
            models.CheckConstraint(
                name="post_only_responses_are_numbered",
                condition=Q(kind="comment", note=None, number__isnull=False)
                | Q(~Q(kind="comment", note=None), number=None),
            ),
            models.CheckConstraint(
                name="post_only_comments_reply_to_notes",
                condition=Q(note=None) | Q(kind="comment"),
            ),
            models.CheckConstraint(
                name="post_depth_within_limit",
                condition=Q(depth=0) | Q(kind="comment", depth__lte=MAX_DEPTH),
            ),
            models.CheckConstraint(
                name="post_course_audience_has_course",
                condition=Q(audience="course", course__isnull=False)
                | Q(~Q(audience="course"), course=None),
            ),
            models.CheckConstraint(
                name="post_only_articles_are_drafts",
                condition=~Q(state="draft") | Q(kind="article"),
            ),
            models.CheckConstraint(
                name="post_only_annotations_have_notes_from_comments",
                condition=Q(note_from=None) | Q(kind="annotation"),
            ),
            models.UniqueConstraint(
                fields=["author", "token"],
                name="post_token_once",
                condition=~Q(token=""),
            ),
            models.UniqueConstraint(fields=["root", "number"], name="post_number_once"),
            # Of imported posts alone: whoever writes here pays for no index.
            models.UniqueConstraint(
                fields=["source", "source_id"],
                name="post_imported_once",
                condition=Q(source__isnull=False),
            ),
            models.CheckConstraint(
                name="post_published_waits_for_nothing",
                condition=~Q(state="published") | Q(held_for=""),
            ),
            models.CheckConstraint(
                name="post_source_has_id",
                condition=Q(source=None, source_id=None)
                | Q(source__isnull=False, source_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        kind = gettext("Reply") if self.note_id else self.get_kind_display()
        return f"{kind} {self.pk}"

    @property
    def article_id(self) -> int:
        """The id of the article's post that this belongs to (its own, for an article)."""
        return self.root_id or self.pk

    @property
    def noun(self) -> str:
        """What it is called in a sentence."""
        return gettext("reply") if self.note_id else str(NOUNS[Kind(self.kind)])

    @property
    def called(self) -> str:
        """What it is called in a sentence that is about this one: a response has a number."""
        if self.number:
            return gettext("response %(number)s") % {"number": self.number}
        return self.noun

    @property
    def is_response(self) -> bool:
        """Whether it is a comment in the discussion of the article, not in the thread of a note."""
        return self.kind == Kind.COMMENT and self.note_id is None

    @property
    def waits(self) -> bool:
        """Whether it is held for a reason that was not a decision: its author may still edit it."""
        return waits(self.state, self.held_for)

    @property
    def loaded_article(self) -> Article | None:
        """The article that this belongs to, if it was loaded along. No query."""
        root = self if self.root_id is None else self._state.fields_cache.get("root")
        return root._state.fields_cache.get("article") if root else None

    @property
    def current(self) -> Revision:
        """The revision people read now. One query; lists join it instead."""
        return self.revisions.get(superseded_at=None)

    def get_absolute_url(self) -> str:
        """The permalink: it leads to the post in its place on the article's page."""
        return address_of("post", self.pk)


class Revision(models.Model):
    """One exact text of a post, written once. Positions everywhere are code points into it."""

    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="revisions", db_index=False
    )
    number = models.PositiveIntegerField()
    #: What was typed. Dangerous: only ``html`` may reach a page.
    source = models.TextField(blank=True)
    format = models.CharField(max_length=10, choices=[(f.value, f.value) for f in Format])
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    text_sha256 = models.CharField(max_length=64)
    words = models.PositiveIntegerField()
    #: Who wrote this revision: of an article, not always its author.
    editor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    #: What readers are told of this and all earlier edits.
    mark = models.PositiveSmallIntegerField(choices=Mark.choices, default=Mark.NONE)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    #: Of words that were replaced: since when only moderators read them, who took them off.
    withheld_at = models.DateTimeField(null=True, editable=False)
    #: Whether it was replaced while the post waited for a moderator: never published, or taken
    #: down. Then it is for its author and for moderators, also once the post is published.
    replaced_while_held = models.BooleanField(default=False, editable=False)

    objects = RevisionQuerySet.as_manager()

    #: Known of a response's words that have just been looked through: nothing in them is a quote.
    quotes_nothing = False

    class Meta:
        ordering = ["post_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="revision_number_once"),
            models.UniqueConstraint(
                fields=["post"],
                name="revision_one_current",
                condition=Q(superseded_at=None),
            ),
            models.CheckConstraint(name="revision_mark_known", condition=Q(mark__in=Mark.values)),
            models.CheckConstraint(
                name="revision_first_is_no_edit", condition=Q(number__gt=1) | Q(mark=0)
            ),
        ]

    def __str__(self) -> str:
        return f"Revision {self.number} of post {self.post_id}"

    @staticmethod
    def digest(text: str) -> str:
        """The hash kept beside ``text``: SHA-256 of its UTF-8."""
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def reading_minutes(self) -> int:
        """How long a reader needs, in whole minutes, at least one."""
        return max(1, round(self.words / WORDS_PER_MINUTE))
