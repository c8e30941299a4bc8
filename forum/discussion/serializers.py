"""The shapes of articles, comments and revisions in the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from forum.accounts.models import shown_name
from forum.discussion.holding import to_author
from forum.discussion.models import Article, Kind, Post, Revision, State
from forum.lib.fields import Anyway, Choice, Input, Text, Token, Whole, YesNo, moment
from forum.lib.html import Format

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader

# What clients send. "source" and "parent" are also attributes of DRF's own Field, of another type;
# it moves declared fields out of their way, which a type checker cannot see.


class ArticleFields(Input):
    """An article's paratext, all of it plain text."""

    byline = Text(required=False, allow_null=True, allow_blank=True)
    standfirst = Text(
        required=False, allow_null=True, allow_blank=True, help_text="“In brief”, above the text."
    )
    language = Text(
        required=False,
        allow_null=True,
        allow_blank=True,
        help_text="A BCP 47 code such as `ar` or `pt-BR`; empty where it is the site's.",
    )
    about_author = Text(required=False, allow_null=True, allow_blank=True)
    series = Text(required=False, allow_null=True, allow_blank=True)


class NewArticle(ArticleFields):
    title = Text()
    source = Text(allow_blank=True)  # type: ignore[assignment]  # of ours, as above
    format = Choice([f.value for f in (Format.MARKDOWN, Format.HTML)])
    slug = serializers.SlugField(
        required=False, allow_null=True, max_length=100, help_text="Made from the title if absent."
    )
    draft = YesNo(required=False, allow_null=True)
    token = Token(help_text="Chosen by you: the same again makes nothing new.")


class ArticleChange(ArticleFields):
    title = Text(required=False, allow_null=True, allow_blank=True)
    source = Text(  # type: ignore[assignment]  # of ours, as above
        required=False, allow_null=True, allow_blank=True
    )
    format = Choice(
        [f.value for f in (Format.MARKDOWN, Format.HTML)], required=False, allow_null=True
    )
    draft = YesNo(required=False, allow_null=True, help_text="`false` publishes a draft.")
    revision = Whole(
        required=False,
        allow_null=True,
        help_text="The id of the revision you changed; 409 when it is not the current one.",
    )


class NewComment(Input):
    source = Text(  # type: ignore[assignment]  # of ours, as above
        allow_blank=True, help_text="Markdown."
    )
    parent = Whole(  # type: ignore[assignment]  # of ours, as above
        required=False,
        allow_null=True,
        help_text="The id of the comment or annotation this answers; without one, it answers the "
        "article.",
    )
    token = Token(help_text="Chosen by you: the same again answers 200 with the first comment.")
    anyway = Anyway()


class CommentChange(Input):
    source = Text(allow_blank=True)  # type: ignore[assignment]  # of ours, as above
    revision = Whole(
        required=False,
        allow_null=True,
        help_text="The id of the revision you changed; 409 when it is not the current one.",
    )
    anyway = Anyway()


# What the site answers


def with_words(reader: Reader, path: str = "revisions", *, replies: bool = True) -> Prefetch[str]:
    """Bring along what ``reader`` may read of each post's current words, and nothing else.

    Among posts that are no ``replies`` to notes it costs less to say so.
    """
    words = Revision.objects.current().visible_to(reader, replies=replies).defer("source")
    return Prefetch(path, queryset=words, to_attr="words")


def words_of(post: Post) -> Revision | None:
    """The words of a post that was loaded ``with_words``; ``None`` for a stub."""
    words: list[Revision] = vars(post)["words"]
    return words[0] if words else None


class NameSerializer(serializers.Serializer[Any]):
    """Who wrote a post: the name as it was then, or ``null`` where the post is a stub."""

    name = serializers.CharField(allow_null=True)


class WordsSerializer(serializers.ModelSerializer[Revision]):
    class Meta:
        model = Revision
        fields = ["id", "number", "html", "text"]


class RevisionSerializer(serializers.ModelSerializer[Revision]):
    """One exact text. Positions everywhere are code points into ``text``."""

    class Meta:
        model = Revision
        fields = [
            "id",
            "post",
            "number",
            "html",
            "text",
            "text_sha256",
            "created_at",
            "superseded_at",
        ]


class ArticleSerializer(serializers.ModelSerializer[Article]):
    id = serializers.IntegerField(source="pk")
    state = serializers.ChoiceField(source="post.state", choices=State.choices)
    url = serializers.SerializerMethodField(help_text="The page for people.")
    responses = serializers.SerializerMethodField(help_text="How many you can read.")
    annotations = serializers.SerializerMethodField(help_text="How many you can read.")
    revision = serializers.SerializerMethodField()

    class Meta:
        model = Article
        fields = [
            "id",
            "slug",
            "title",
            "byline",
            "standfirst",
            "language",
            "about_author",
            "series",
            "state",
            "published_at",
            "closed_at",
            "policy",
            "premoderated",
            "url",
            "responses",
            "annotations",
            "revision",
        ]

    def get_url(self, article: Article) -> str:
        return str(self.context["request"].build_absolute_uri(article.get_absolute_url()))

    def get_responses(self, article: Article) -> int:
        return self._count(article, Kind.COMMENT)

    def get_annotations(self, article: Article) -> int:
        return self._count(article, Kind.ANNOTATION)

    @extend_schema_field(WordsSerializer)
    def get_revision(self, article: Article) -> dict[str, Any]:
        return dict(WordsSerializer(words_of(article.post)).data)

    def _count(self, article: Article, kind: Kind) -> int:
        counts: dict[tuple[int | None, str], int] = self.context["counts"]
        return counts.get((article.pk, kind), 0)


def articles_for(reader: Reader, *, state: str = "") -> QuerySet[Article]:
    """The articles that ``reader`` may read, all or those in ``state``, with their words."""
    return (
        Article.objects.visible_to(reader, state=state)
        .select_related("post")
        .prefetch_related(with_words(reader, "post__revisions", replies=False))
    )


class HeldSerializer(serializers.Serializer[Any]):
    """Why a post waits for a moderator: told to its author and to moderators alone."""

    code = serializers.CharField()
    text = serializers.CharField(help_text="The same in words for the author.")


def held_as(code: str) -> dict[str, str] | None:
    """What ``HeldSerializer`` describes, of what a post is held for."""
    return {"code": code, "text": to_author(code)} if code else None


class CommentSerializer(serializers.Serializer[Any]):
    """A response, or a reply to an annotation's note.

    What was withdrawn, hidden or removed keeps its place, without its words.
    """

    # For the schema alone: ``as_comments`` makes it, thirty times as fast as this would.
    id = serializers.IntegerField()
    number = serializers.IntegerField(
        allow_null=True, help_text="“Response 3” of its article; replies have none."
    )
    note = serializers.IntegerField(
        allow_null=True,
        help_text="The annotation in whose thread it replies; `null` for a response.",
    )
    parent = serializers.IntegerField(  # type: ignore[assignment]  # of ours, as above
        allow_null=True,
        help_text="The comment or annotation it answers; `null`: it answers the article.",
    )
    depth = serializers.IntegerField(help_text="How many comments stand above it, 40 at most.")
    author = NameSerializer()
    html = serializers.CharField()
    text = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    held = HeldSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    revision = serializers.IntegerField(allow_null=True, help_text="The id of its current text.")
    edited = serializers.BooleanField(
        help_text="Whether it was edited after others could have answered it."
    )
    endorsements = serializers.IntegerField(help_text="How many people endorse it.")
    url = serializers.URLField(help_text="Its permalink, for people.")


class Words(NamedTuple):
    """What people read of a post."""

    revision: int
    mark: int
    html: str
    text: str
    #: Known of a response's words that have just been looked through.
    quotes_nothing: bool = False

    @classmethod
    def of(cls, revision: Revision) -> Self:
        """The words of ``revision``."""
        return cls(
            revision.pk, revision.mark, revision.html, revision.text, revision.quotes_nothing
        )


#: What ``as_comments`` has to know of a post.
COMMENT_COLUMNS = (
    "pk",
    "number",
    "note_id",
    "parent_id",
    "root_id",
    "depth",
    "author_name",
    "state",
    "held_for",
    "created_at",
)


def words_for(reader: Reader, posts: Iterable[int], *, replies: bool) -> dict[int, Words]:
    """What ``reader`` may read of the current words of ``posts``, by their ids. One query."""
    visible = Revision.objects.current().visible_to(reader, replies=replies)
    found = visible.filter(post__in=posts).order_by()
    rows = found.values_list("post_id", "pk", "mark", "html", "text")
    return {post: Words(pk, mark, html, text) for post, pk, mark, html, text in rows}


def as_comments(
    rows: Iterable[Mapping[str, Any]],
    words: Mapping[int, Words],
    endorsed: Mapping[int, int],
    address: Callable[[int], str],
) -> list[dict[str, Any]]:
    """``rows`` of ``COMMENT_COLUMNS`` as ``CommentSerializer`` describes them.

    ``words`` are those that the reader may read, by the id of the post, and ``endorsed`` how often
    one has been that has been; ``address`` makes a permalink of one.
    """
    shaped = []
    for row in rows:
        said = words.get(row["pk"])
        shaped.append(
            {
                "id": row["pk"],
                "number": row["number"],
                "note": row["note_id"],
                "parent": None if row["parent_id"] == row["root_id"] else row["parent_id"],
                "depth": row["depth"],
                "author": {"name": shown_name(row["author_name"]) if said else None},
                "html": said.html if said else "",
                "text": said.text if said else "",
                "state": row["state"],
                "held": held_as(row["held_for"]) if said else None,
                "created_at": moment(row["created_at"]),
                "revision": said.revision if said else None,
                "edited": said is not None and said.mark > 0,
                "endorsements": endorsed.get(row["pk"], 0),
                "url": address(row["pk"]),
            }
        )
    return shaped
