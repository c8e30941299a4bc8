"""What happens where one may not look leaves no trace where one may: not in words, numbers or
headers.

What everybody reads is compared before and after, byte for byte, by those whom it does not concern.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from forum.accounts.models import User
from forum.discussion.actions import post_comment, withdraw_post
from forum.discussion.models import Post
from forum.lib.errors import Refused
from forum.moderation.actions import decide, file_appeal
from forum.moderation.models import Case
from forum.moderation.people.grounds import Grounds, Place
from forum.moderation.people.sanctioning import impose
from forum.moderation.queue.claims import claim
from tests import factories
from tests.memory import forget_now

#: What changes with each answer, whatever happens: tokens, and how long ago something was.
_EACH_TIME = re.compile(rb"\b[A-Za-z0-9]{64}\b|nonce-[^']+|csrftoken=[^;]*|>[^<>]*</time>")
#: The length is that of the body, which is compared.
_NOT_COMPARED = ("Content-Length", "Date", "Expires")


def addresses(slug: str, people: list[User], posts: list[int]) -> list[str]:
    """What everybody may read, and the numbers that stand there. The yearly figures, which the law
    wants whole, are not among it."""
    article, api = reverse("article", args=[slug]), "/api/v1"
    found = ["/", article, f"{article}?sort=newest", "/feed/", "/sitemap.xml", "/search/?q=words"]
    found += [f"{article}feed/", f"{api}/articles/", f"{api}/articles/{slug}/"]
    found += [f"{api}/articles/{slug}/{what}/" for what in ("comments", "annotations")]
    found += [f"{api}/search/?q=words", "/moderation/log/", f"{api}/moderation-log/"]
    found += ["/moderation/log.csv", "/rules/"]
    found += [reverse("person", args=[person.username]) for person in people]
    for pk in posts:
        found += [f"/posts/{pk}/", f"/oembed?url=http://127.0.0.1:8000/posts/{pk}/"]
    return found


def read(client: Client, where: list[str]) -> dict[str, tuple[Any, ...]]:
    forget_now()
    cache.clear()
    told = {}
    for address in where:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        headers = {name: value for name, value in answer.items() if name not in _NOT_COMPARED}
        said = _EACH_TIME.sub(b"", repr(sorted(headers.items())).encode())
        told[address] = (answer.status_code, said, _EACH_TIME.sub(b"", body))
    return told


@pytest.fixture
def hidden_acts(
    article, alice, bob, carol, dan, sam, rules, settings
) -> dict[str, Callable[[], Any]]:
    """What nobody else is to know of."""
    seen = factories.make_comment(article, author=alice, source="Some words.")
    other = factories.make_comment(article, author=alice, source="Other words.")
    case = factories.make_flag(other, flagger=bob).case
    removed = factories.make_flag(factories.make_comment(article, author=alice), flagger=bob).case
    decision = decide(
        moderator=carol, case=removed, action="remove", version=removed.version,
        rule=rules["civility"], reason="Names.",
    )  # fmt: skip
    lesson = factories.make_annotation(article, author=sam, note="words of a course")
    course = sam.memberships.get().course
    Post.objects.filter(pk=lesson.pk).update(audience="course", course=course)
    factories.make_word_list("forbidden", kind="banned", rule="civility")
    grounds = Grounds(reason="Names.", rule=rules["civility"])

    def held() -> None:
        settings.HOLD_FIRST_POSTS = 99
        post = factories.make_comment(article, author=bob, source="Waiting words.")
        settings.HOLD_FIRST_POSTS = 0
        waiting = Case.objects.get(post=post)
        decide(
            moderator=carol, case=waiting, action="remove", version=waiting.version,
            rule=rules["civility"], reason="Names.",
        )  # fmt: skip

    def withdrawn_while_held() -> None:
        settings.HOLD_FIRST_POSTS = 99
        post = factories.make_comment(article, author=bob, source="Waiting words.")
        settings.HOLD_FIRST_POSTS = 0
        withdraw_post(author=bob, post=Post.objects.get(pk=post.pk))

    def refused() -> None:
        with pytest.raises(Refused):
            post_comment(author=bob, article=article, source="forbidden words")

    def in_a_course() -> None:
        flag = factories.make_flag(Post.objects.get(pk=lesson.pk), flagger=dan)
        flag.case.refresh_from_db()
        decide(
            moderator=carol, case=flag.case, action="remove", version=flag.case.version,
            rule=rules["civility"], reason="Names.",
        )  # fmt: skip

    def sanctioned() -> None:
        impose(
            moderator=carol, person=alice, kind="premoderate", seen=0, days=3, grounds=grounds,
            place=Place(article=article),
        )  # fmt: skip

    return {
        "a flag": lambda: factories.make_flag(seen, flagger=bob, note="words"),
        "a claim": lambda: claim(moderator=carol, case=Case.objects.get(pk=case.pk)),
        "escalated": lambda: decide(
            moderator=carol, case=Case.objects.get(pk=case.pk), action="escalate",
            version=Case.objects.get(pk=case.pk).version,
        ),
        "held and removed": held,
        "held and withdrawn": withdrawn_while_held,
        "refused": refused,
        "of a course": in_a_course,
        "private": lambda: factories.make_annotation(
            article, author=bob, note="private words", audience="private"
        ),
        "an appeal": lambda: file_appeal(decision=decision, appellant=alice, text="No words."),
        "a sanction": sanctioned,
        "a notice": lambda: factories.make_notice(seen, explanation="words"),
    }  # fmt: skip


def test_what_one_may_not_know_of_changes_nothing_that_one_may_read(
    hidden_acts, article, alice, bob, erin
):
    where = addresses(article.slug, [alice, bob], [*Post.objects.values_list("pk", flat=True)])
    # Of what is not there yet, what is asked for beforehand.
    last = max(Post.objects.values_list("pk", flat=True))
    where += [f"/posts/{last + more}/" for more in (1, 2, 3)]
    nobody, reader = Client(), Client()
    reader.force_login(erin, backend="allauth.account.auth_backends.AuthenticationBackend")
    before = {client: read(client, where) for client in (nobody, reader)}
    told: list[tuple[str, str]] = []
    for name, act in hidden_acts.items():
        act()
        for client in (nobody, reader):
            now = read(client, where)
            told += [(name, one) for one in where if now[one] != before[client][one]]
            before[client] = now
    assert told == []
