"""The tags of a note, where a moderator changes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from annotations.models import Annotation, AnnotationTag, Tag
from forum.discussion.models import Post
from forum.lib.errors import Conflict, Refused


def tags_of(post: Post) -> list[str]:
    """The tags of the note that ``post`` is, by their slugs, in the order of the codebook."""
    return list(Tag.objects.filter(annotations=post.pk).values_list("slug", flat=True))


def offered(post: Post) -> list[tuple[str, str]]:
    """The tags that the note could have, by slug and label: those in use, and those it has."""
    tags = Tag.objects.filter(codebook__in=_codebook(post)).filter(
        Q(retired_at=None) | Q(annotations=post.pk)
    )
    return list(tags.distinct().values_list("slug", "label"))


def labels(post: Post, slugs: Sequence[str]) -> list[str]:
    """What the tags ``slugs`` of the note's codebook are called, also those out of use, in that
    order. One that is gone is called as it was in addresses."""
    tags = Tag.objects.filter(codebook__in=_codebook(post), slug__in=slugs)
    called = dict(tags.values_list("slug", "label"))
    return [called.get(slug, slug) for slug in slugs]


def by_note(
    posts: Collection[int],
) -> tuple[dict[int, dict[str, str]], dict[int, frozenset[str]]]:
    """Of the notes that ``posts`` are: the tags in use that each could have, label by slug, and the
    slugs of those that it has. Three queries."""
    codebooks = dict(Annotation.objects.filter(pk__in=posts).values_list("pk", "codebook"))
    tags: dict[int, dict[str, str]] = defaultdict(dict)
    in_use = Tag.objects.filter(codebook__in=set(codebooks.values()), retired_at=None)
    for codebook, slug, label in in_use.values_list("codebook", "slug", "label"):
        tags[codebook][slug] = label
    has: dict[int, set[str]] = defaultdict(set)
    given = AnnotationTag.objects.filter(annotation__in=posts)
    for note, slug in given.values_list("annotation", "tag__slug"):
        has[note].add(slug)
    offered = {note: tags[codebook] for note, codebook in codebooks.items()}
    return offered, {note: frozenset(slugs) for note, slugs in has.items()}


def choose(post: Post, slugs: Sequence[str]) -> list[str]:
    """Those of ``slugs``, once each, in the order of the codebook.

    Raises ``Refused`` naming ``tags``: none, too many, or one that is not offered.
    """
    wanted = set(slugs)
    known = [slug for slug, _label in offered(post)]
    unknown = sorted(wanted - set(known))
    if unknown:
        raise Refused("tags", _("The codebook has no tag “%(value)s”.") % {"value": unknown[0]})
    if not wanted:
        raise Refused("tags", _("Choose at least one tag."))
    most = Annotation.objects.select_related("codebook").get(pk=post.pk).codebook.max_tags
    if len(wanted) > most:
        raise Refused("tags", _("Choose at most %(max_tags)s tags.") % {"max_tags": most})
    return [slug for slug in known if slug in wanted]


def put_tags(post: Post, before: Sequence[str], after: Sequence[str]) -> None:
    """Give the note the tags ``after`` in place of ``before``, in the caller's transaction.

    Raises ``Conflict`` where it has others by now.
    """
    # Locked until then: of two who change them, the second sees what the first has done.
    Annotation.objects.select_for_update().get(pk=post.pk)
    now = tags_of(post)
    if set(now) != set(before):
        raise Conflict(_("This note has other tags by now."), {"tags": now})
    AnnotationTag.objects.filter(annotation=post.pk).delete()
    chosen = Tag.objects.filter(codebook__in=_codebook(post), slug__in=after)
    AnnotationTag.objects.bulk_create(
        AnnotationTag(annotation_id=post.pk, tag=tag) for tag in chosen
    )


def _codebook(post: Post) -> QuerySet[Annotation, Any]:
    return Annotation.objects.filter(pk=post.pk).values("codebook")
