"""Lists that are kept as they are sent: current, and for nobody who may not read them."""

from __future__ import annotations

import json
import random

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, override_settings

from annotations.kept_lists import LISTS, reads_more
from annotations.models import QuotationPlacement
from annotations.page import kept
from annotations.page.loading import every_tag, notes_on
from annotations.quotations.quoting import mark_quoted
from forum.courses.models import Course, Membership, Role
from forum.discussion.models import Article, Audience, Kind, Post, State
from forum.discussion.reading import comment_rows
from tests.factories import make_annotation, make_article, make_comment, make_user, put

KINDS = ("comments", "annotations")


@pytest.fixture
def here(article):
    return f"/api/v1/articles/{article.slug}"


@pytest.fixture
def talk(article, alice, bob):
    """A response with a note on it, and a note on the article."""
    comment = make_comment(article, author=bob, source="So it does.")
    return [
        comment,
        make_annotation(comment, author=alice, quote="it does"),
        make_annotation(article, author=bob),
    ]


def anew(client, address: str) -> dict:
    """The list with a parameter that says nothing, for which nothing is kept."""
    return dict(client.get(f"{address}?author=").json())


@pytest.mark.parametrize("kind", KINDS)
def test_everybody_is_sent_the_same_bytes(as_, here, talk, alice, kind):
    first = as_().get(f"{here}/{kind}/")
    assert json.loads(first.content) == anew(as_(), f"{here}/{kind}/")
    assert len(LISTS) == 1
    second = as_(alice).get(f"{here}/{kind}/")
    assert second.content == first.content
    assert len(LISTS) == 1
    assert second["Content-Type"] == "application/json"


@pytest.mark.parametrize("state", [s for s in State.values if s != State.DRAFT])
@pytest.mark.parametrize("which", range(3))
def test_whoever_asks_is_sent_what_they_may_read(
    as_, here, article, talk, alice, bob, carol, dan, state, which
):
    put(Post.objects.filter(pk=talk[which].pk), state)
    clients = [as_(), as_(alice), as_(bob), as_(carol), as_(dan)]
    for kind in KINDS:
        # Twice, so that each comes after each of the others.
        for client in [*clients, *clients]:
            assert client.get(f"{here}/{kind}/").json() == anew(client, f"{here}/{kind}/")


def test_what_one_person_alone_reads_is_sent_to_nobody_else(as_, here, article, alice, bob):
    own = make_annotation(article, author=alice, audience="private", note="Mine alone.")
    for _ in range(2):
        assert b"Mine alone." not in as_().get(f"{here}/annotations/").content
        assert b"Mine alone." in as_(alice).get(f"{here}/annotations/").content
        assert b"Mine alone." not in as_(bob).get(f"{here}/annotations/").content
    assert reads_more(alice, article.pk)
    assert not reads_more(bob, article.pk)
    Post.objects.filter(pk=own.pk).update(audience=Audience.PUBLIC)
    assert not reads_more(alice, article.pk)


def test_it_is_made_as_for_a_stranger_whoever_asks_first(as_, here, article, alice, monkeypatch):
    make_annotation(article, author=alice, audience="private", note="Mine alone.")
    # As if the note had come between the question and the list.
    monkeypatch.setattr("annotations.kept_lists.reads_more", lambda reader, article: False)
    assert b"Mine alone." not in as_(alice).get(f"{here}/annotations/").content


@pytest.mark.parametrize("kind", KINDS)
def test_one_who_has_it_is_told_so(here, article, talk, kind):
    first = Client().get(f"{here}/{kind}/")
    headers = {"If-None-Match": first["ETag"]}
    assert Client().get(f"{here}/{kind}/", headers=headers).status_code == 304
    make_annotation(talk[0], quote="So")
    make_comment(article)
    again = Client().get(f"{here}/{kind}/", headers=headers)
    assert again.status_code == 200
    assert again["ETag"] != first["ETag"]
    # No cache on the way takes it for another's.
    assert again["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Authorization", "Accept-Encoding"} <= set(again["Vary"].split(", "))


@pytest.mark.parametrize("query", ["tag=bias-claim", "author=me", "state=exact", "target=article"])
def test_what_is_asked_for_by_few_is_not_kept(as_, here, talk, bob, query):
    assert as_(bob).get(f"{here}/annotations/?{query}").status_code == 200
    assert len(LISTS) == 0


def test_what_cannot_be_asked_for_is_refused_and_not_kept(as_, here, talk):
    for query in ("page_size=0", "cursor=nonsense", "page_size=1&page_size=x"):
        assert as_().get(f"{here}/comments/?{query}").status_code == 400
    assert len(LISTS) == 0


def test_one_page_is_kept_once_however_it_is_asked_for(here, article):
    for _ in range(3):
        make_comment(article)
    plain = Client().get(f"{here}/comments/?page_size=2")
    cursor = plain.json()["next"].partition("cursor=")[2].partition("&")[0]
    # Base64 reads on over what it does not know.
    for query in (
        "page_size=000002", "page_size=9&page_size=2", f"cursor={'x' * 3000}&page_size=2&cursor=",
        "cursor=&page_size=2&&&", "page%5Fsize=2",
    ):  # fmt: skip
        assert Client().get(f"{here}/comments/?{query}").content == plain.content
    assert len(LISTS) == 1
    second = Client().get(f"{here}/comments/?page_size=2&cursor={cursor}")
    for query in (f"cursor={'!' * 3000}{cursor}&page_size=2", f"cursor={cursor}==&page_size=2"):
        assert Client().get(f"{here}/comments/?{query}").content == second.content
    assert len(LISTS) == 2
    for query in ("", "?page_size=50", "?page_size="):
        assert Client().get(f"{here}/comments/{query}").status_code == 200
    for query in ("?page_size=1000", "?page_size=9999"):
        assert Client().get(f"{here}/comments/{query}").status_code == 200
    assert len(LISTS) == 4


def test_what_is_kept_is_weighed_with_its_address(here):
    before = LISTS.weight
    Client().get(f"{here}/comments/")
    short = LISTS.weight - before
    with override_settings(ALLOWED_HOSTS=["*"]):
        Client(headers={"host": f"{'long.' * 40}example"}).get(f"{here}/comments/")
    assert LISTS.weight - before - short >= short + 190


def test_an_indent_is_not_forgotten(as_, here, talk):
    indented = {"Accept": "application/json; indent=4"}
    for _ in range(2):
        plain = Client().get(f"{here}/comments/")
        pretty = Client().get(f"{here}/comments/", headers=indented)
        assert b"\n    " in pretty.content
        assert b"\n    " not in plain.content
        assert pretty.json() == plain.json()


def test_hidden_in_a_moment_it_is_read_by_a_moderator_still(as_, here, article, carol, monkeypatch):
    asked = []
    ask = kept.public_now

    def hidden_after_the_second_time(slug):
        asked.append(ask(slug))
        if len(asked) == 2:
            put(Post.objects.filter(pk=article.pk), State.HIDDEN)
        return asked[-1]

    monkeypatch.setattr(kept, "public_now", hidden_after_the_second_time)
    assert as_(carol).get(f"{here}/comments/").status_code == 200
    assert asked[0] == asked[1] is not None
    assert as_().get(f"{here}/comments/").status_code == 404
    assert len(LISTS) == 0


def test_pages_lead_on_under_the_name_they_were_asked_by(here, article, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for _ in range(3):
        make_comment(article)
    for host in ("one.example", "two.example", "one.example"):
        page = Client(headers={"host": host}).get(f"{here}/comments/?page_size=2").json()
        assert page["next"].startswith(f"http://{host}/")
        rest = Client(headers={"host": host}).get(page["next"]).json()
        assert [row["number"] for row in page["results"] + rest["results"]] == [1, 2, 3]


def test_a_draft_is_not_kept(as_, dan, alice, codebook):
    draft = make_article(author=dan, draft=True)
    address = f"/api/v1/articles/{draft.slug}/comments/"
    assert as_(dan).get(address).status_code == 200
    assert as_(alice).get(address).status_code == 404
    assert as_().get(address).status_code == 404
    assert len(LISTS) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_of_an_article_that_is_gone_nothing_is_sent(as_, here, article, talk, kind):
    assert as_().get(f"{here}/{kind}/").status_code == 200
    put(Post.objects.filter(pk=article.pk, kind=Kind.ARTICLE), State.REMOVED)
    assert as_().get(f"{here}/{kind}/").status_code == 404


# Whoever reads no more than everybody


def for_course(post: Post, course: Course) -> Post:
    """The same note, for a course."""
    Post.objects.filter(pk=post.pk).update(audience=Audience.COURSE, course=course)
    post.refresh_from_db()
    return post


def mark_quote(author, comment: Post) -> Post:
    """A note on what ``comment`` quotes first, whose words are the comment."""
    place = QuotationPlacement.objects.filter(
        quotation__comment_revision=comment.current, revision__superseded_at=None
    ).earliest("pk")
    assert place.start is not None
    assert place.end is not None
    passage = place.revision.text[place.start : place.end]
    post, _ = mark_quoted(
        author=author, comment=comment, revision=place.revision,
        start=place.start, end=place.end, quote=passage, tags=["question"],
    )  # fmt: skip
    return post


@pytest.fixture
def crowd(article, alice, bob, carol, sam) -> list[Post]:
    """Posts of every kind that hangs on another, under one article."""
    course = Course.objects.get(slug="reading")
    first = make_comment(
        article,
        author=alice,
        source="“The committee says the bridge must close at once”. So it does, and the ferry "
        "matters more than anything else here.",
    )
    second = make_comment(
        article, author=bob, parent=first,
        source="“and the ferry matters more than anything else here” is wrong.",
    )  # fmt: skip
    third = make_comment(article, author=sam, parent=second, source="Plain words.")
    notes = [
        make_annotation(article, author=bob),
        make_annotation(first, author=alice, quote="So it"),
        mark_quote(alice, first),
        # It marks one response, and its words are another.
        mark_quote(bob, second),
        make_annotation(third, author=carol, quote="Plain"),
        for_course(make_annotation(article, author=sam), course),
        for_course(make_annotation(first, author=sam, quote="does"), course),
    ]
    alone = make_annotation(article, author=alice, audience=Audience.PRIVATE)
    replies = [
        make_comment(article, author=author, parent=note)
        for author, note in zip([bob, alice, bob, carol, alice, sam, sam], notes, strict=True)
    ]
    answer = make_comment(article, author=carol, parent=replies[0])
    return [first, second, third, *notes, alone, *replies, answer]


def shown(article: Article, reader) -> list[list[str]]:
    """What ``reader`` is shown under ``article``."""
    rows = (comment_rows(article, reader), notes_on(article, reader, every_tag()))
    return [sorted(map(repr, some)) for some in rows]


def test_whoever_reads_no_more_is_shown_what_everybody_is(
    as_, here, article, crowd, alice, bob, carol, dan, erin, sam, frances
):
    both = make_user("both", is_moderator=True)
    Membership.objects.create(
        user=both, course=Course.objects.get(slug="reading"), role=Role.STUDENT
    )
    readers = [alice, bob, carol, dan, erin, sam, frances, both, make_user("nobody")]
    chosen = random.Random(7)
    rare = [state for state in State.values if state not in (State.DRAFT, State.PUBLISHED)]
    seen = []
    for share in (0, *[0.05] * 12, *[0.1] * 12, *[0.4] * 6):
        for post in crowd:
            changed = chosen.random() < share
            state = chosen.choice(rare) if changed else State.PUBLISHED
            Post.objects.filter(pk=post.pk).update(state=state)
        # Course notes and private ones are not public whatever their state: also without these.
        others = Post.objects.filter(root=article.pk).exclude(audience=Audience.PUBLIC)
        if chosen.random() < 0.5:
            others.update(state=State.ERASED)
        put(Post.objects.filter(pk=article.pk), State.PUBLISHED)
        everybody = shown(article, AnonymousUser())
        for reader in readers:
            more = reads_more(reader, article.pk)
            seen.append(more)
            assert more or shown(article, reader) == everybody
        for reader in chosen.sample(readers, 2):
            for kind in KINDS:
                address = f"{here}/{kind}/"
                assert as_(reader).get(address).json() == anew(as_(reader), address)
    assert 10 < sum(seen) < len(seen) - 10
