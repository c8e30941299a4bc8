"""Many notes at once, written to the tables directly: one by one they would take minutes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from annotations.models import Annotation, AnnotationTag, Codebook, Placement
from forum.accounts.models import User
from forum.discussion.models import Article, Kind, Post, Revision


def make_people(count: int) -> list[User]:
    """People who only stand in lists."""
    return User.objects.bulk_create(
        User(username=f"crowd{number}", email=f"crowd{number}@example.org", email_notices=False)
        for number in range(count)
    )


def make_notes(
    article: Article,
    quotes: Sequence[str],
    authors: Sequence[User],
    *,
    audience: str = "public",
) -> list[Post]:
    """A note on each of ``quotes``, by ``authors`` in turn."""
    revision = article.post.current
    codebook = Codebook.objects.get(is_default=True)
    tag = codebook.tags.all()[0]
    posts = Post.objects.bulk_create(
        Post(
            kind=Kind.ANNOTATION,
            author=author,
            author_name=author.public_name,
            root=article.post,
            parent=article.post,
            audience=audience,
        )
        for _, author in zip(quotes, cycle(authors), strict=False)
    )
    Revision.objects.bulk_create(
        Revision(post=post, number=1, text_sha256=Revision.digest(""), format="comment", words=0)
        for post in posts
    )
    annotations = Annotation.objects.bulk_create(
        Annotation(
            post=post,
            revision=revision,
            start=revision.text.index(quote),
            end=revision.text.index(quote) + len(quote),
            quote=quote,
            codebook=codebook,
            codebook_version=codebook.version,
        )
        for post, quote in zip(posts, quotes, strict=True)
    )
    AnnotationTag.objects.bulk_create(
        AnnotationTag(annotation=annotation, tag=tag) for annotation in annotations
    )
    Placement.objects.bulk_create(
        Placement(
            annotation=annotation,
            revision=revision,
            start=annotation.start,
            end=annotation.end,
            state="exact",
            score=1.0,
            method="marked",
        )
        for annotation in annotations
    )
    return posts
