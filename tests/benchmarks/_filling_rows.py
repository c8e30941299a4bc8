"""Articles with their threads and notes, as rows written in bulk."""

from __future__ import annotations

from collections.abc import Sequence

from annotations.anchoring.selectors import describe
from annotations.models import Annotation, AnnotationTag, Codebook, Placement
from forum.accounts.models import User
from forum.discussion.models import MAX_DEPTH, Kind, Post, Revision
from forum.discussion.models import Article as ArticleRow
from forum.discussion.publishing.actions import Paratext, publish_article
from forum.lib.html import Format, Rendered, render
from tests.benchmarks._filling import LENGTH, TEXTS, Article
from tests.benchmarks._prose import Writer

_BATCH = 500
#: How often a comment answers another one, and how often a note marks a comment.
_ANSWERS, _ON_COMMENTS = 0.7, 0.1


class Rows:
    """Writes articles by ``people``; the same seed writes the same."""

    def __init__(self, seed: int, people: Sequence[User]) -> None:
        self.writer = Writer(seed)
        self.random = self.writer.random
        self.people = people
        self.texts = [self._rendered(self.writer.paragraph()) for _ in range(TEXTS)]
        self.notes = [self._rendered(self.writer.sentence()) for _ in range(TEXTS)]
        self.editor = User.objects.create(username="editor", is_editor=True)
        self.codebook = Codebook.objects.prefetch_related("tags").get(is_default=True)
        self.tags = list(self.codebook.tags.all())

    def article(self, slug: str, *, comments: int, annotations: int) -> Article:
        """An article with a thread and notes that overlap."""
        source = self.writer.text(LENGTH).text.replace("\n", "\n\n")
        row, _ = publish_article(
            author=self.editor,
            paratext=Paratext(title=self.writer.sentence()[:100]),
            source=source,
            format=Format.MARKDOWN,
            slug=slug,
        )
        thread = self._thread(row, comments)
        text = row.post.current
        self._annotations(row, [text, *(revision for _, revision in thread)], annotations)
        ArticleRow.objects.filter(pk=row.pk).update(last_number=comments)
        return Article(
            id=row.pk,
            slug=row.slug,
            revision=text.pk,
            text=text.text,
            comments=[post.pk for post, _ in thread],
        )

    def _thread(self, article: ArticleRow, count: int) -> list[tuple[Post, Revision]]:
        written: list[tuple[Post, Revision]] = []
        while len(written) < count:
            posts = []
            for number in range(len(written) + 1, min(len(written) + 50, count) + 1):
                above = None
                if written and self.random.random() < _ANSWERS:
                    above = self.random.choice(written)[0]
                    above = above if above.depth < MAX_DEPTH else None
                posts.append(
                    self._post(
                        Kind.COMMENT,
                        article,
                        parent=above or article.post,
                        depth=above.depth + 1 if above else 0,
                        number=number,
                    )
                )
            written += self._with_words(posts, self.texts)
        return written

    def _annotations(self, article: ArticleRow, texts: Sequence[Revision], count: int) -> None:
        marked = [
            self.random.choice(texts) if self.random.random() < _ON_COMMENTS else texts[0]
            for _ in range(count)
        ]
        posts = [self._post(Kind.ANNOTATION, article, parent=text.post) for text in marked]
        self._with_words(posts, self.notes)
        made = []
        for post, revision in zip(posts, marked, strict=True):
            start = self.random.randrange(len(revision.text) - 5)
            end = min(len(revision.text), start + self.random.randint(5, 200))
            selector = describe(revision.text, start, end)
            made.append(
                Annotation(
                    post=post,
                    revision=revision,
                    start=start,
                    end=end,
                    quote=selector.exact,
                    prefix=selector.prefix,
                    suffix=selector.suffix,
                    codebook=self.codebook,
                    codebook_version=self.codebook.version,
                )
            )
        Annotation.objects.bulk_create(made, batch_size=_BATCH)
        AnnotationTag.objects.bulk_create(
            [
                AnnotationTag(annotation=one, tag=tag)
                for one in made
                for tag in self.random.sample(self.tags, self.random.randint(1, 2))
            ],
            batch_size=_BATCH,
        )
        Placement.objects.bulk_create(
            [
                Placement(
                    annotation=one,
                    revision=one.revision,
                    start=one.start,
                    end=one.end,
                    state="exact",
                    score=1.0,
                    method="marked",
                )
                for one in made
            ],
            batch_size=_BATCH,
        )

    def _post(self, kind: Kind, article: ArticleRow, *, parent: Post, **more: int) -> Post:
        author = self.random.choice(self.people)
        return Post(
            kind=kind,
            author=author,
            author_name=author.public_name,
            root=article.post,
            parent=parent,
            **more,
        )

    def _with_words(
        self, posts: list[Post], texts: Sequence[tuple[str, Rendered]]
    ) -> list[tuple[Post, Revision]]:
        posts = Post.objects.bulk_create(posts, batch_size=_BATCH)
        revisions = []
        for post in posts:
            source, rendered = self.random.choice(texts)
            revisions.append(
                Revision(
                    post=post,
                    number=1,
                    source=source,
                    format=Format.COMMENT,
                    html=rendered.html,
                    text=rendered.text,
                    text_sha256=Revision.digest(rendered.text),
                    words=len(rendered.text.split()),
                    editor=post.author,
                )
            )
        revisions = Revision.objects.bulk_create(revisions, batch_size=_BATCH)
        return list(zip(posts, revisions, strict=True))

    def _rendered(self, source: str) -> tuple[str, Rendered]:
        return source, render(source, format=Format.COMMENT)
