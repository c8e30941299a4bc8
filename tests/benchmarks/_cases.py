"""A queue to be measured: some cases as people make them, and many more behind these."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

#: Cases that are really there to be read, and how many of them are decided: more than a page.
REAL, DECIDED = 140, 30
_SOME = 5_000


def fill() -> tuple[Any, Any]:
    """Cases as people make them, and a moderator of the site and one of two parts."""
    from django.core.management import call_command

    from annotations.codebooks.defaults import ensure_default_codebook
    from tests import factories

    call_command("migrate", verbosity=0)
    ensure_default_codebook()
    article = factories.make_article()
    author, flagger = factories.make_user(), factories.make_user()
    for number in range(REAL):
        post = factories.make_comment(article, author=author, source=f"What about ferry {number}?")
        factories.make_flag(post, flagger=flagger, reason="spam")
    scoped, moderator = factories.make_user(), factories.make_user(is_moderator=True)
    for part in (article, factories.make_article(title="Another")):
        factories.make_role(scoped, article=part)
    _work(moderator, scoped)
    return moderator, scoped


def _work(moderator: Any, scoped: Any) -> None:
    """A page of the real cases is decided, another taken up; one in ten was given notice of."""
    from forum.moderation.actions import decide
    from forum.moderation.models import Case
    from forum.moderation.queue.claims import claim
    from tests import factories

    for number, case in enumerate(Case.objects.order_by("-rank")):
        if number < DECIDED:
            decide(moderator=moderator, case=case, action="keep", version=case.version)
        elif number < 2 * DECIDED:
            claim(moderator=scoped if number % 2 else moderator, case=case)
        elif number % 10 == 0:
            factories.make_notice(case.post, email=f"{number}@example.org")
    # For as long as it takes to measure.
    Case.objects.filter(claimed_by__isnull=False).update(
        claim_expires_at=timezone.now() + timedelta(days=7)
    )


def grow(number: int) -> None:
    """Cases up to ``number``, each on a post of its own, behind the real ones."""
    from django.db import connection, transaction

    from forum.discussion.models import Post
    from forum.moderation.models import Case, CaseReason

    article = Post.objects.filter(kind="article").earliest("pk")
    like = Post.objects.filter(kind="comment").latest("pk")
    behind = Case.objects.order_by("rank").values_list("rank", flat=True).last() or 0
    there = Case.objects.count()
    highest = Post.objects.filter(root=article).order_by("-number").values_list("number", flat=True)
    start = highest.first() or 0
    while there < number:
        some = min(_SOME, number - there)
        with transaction.atomic():
            posts = Post.objects.bulk_create(
                Post(
                    kind="comment", root=article, parent=article, author_id=like.author_id,
                    author_name=like.author_name, number=start + index + 1,
                )
                for index in range(some)
            )  # fmt: skip
            cases = Case.objects.bulk_create(
                Case(
                    post=post, queue="reported" if index % 4 else "decided",
                    state="open" if index % 4 else "decided", kind="comment", article=article,
                    author_id=like.author_id, rank=behind + there + index + 1,
                    part_rank=behind + there + index + 1,
                )
                for index, post in enumerate(posts)
            )  # fmt: skip
            CaseReason.objects.bulk_create(
                CaseReason(case=case, reason="spam", queue=case.queue, rank=case.rank)
                for case in cases
            )
        there += some
        start += some
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
