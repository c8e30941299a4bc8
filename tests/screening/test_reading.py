"""What moderators read of signals."""

from __future__ import annotations

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.discussion.actions import revise_post
from forum.moderation.models import Case
from forum.moderation.roles.actions import give_role
from forum.screening.reading import Piece, places_in, signals_of
from tests.factories import make_annotation, make_comment, make_flag
from tests.properties import given, st


def text(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def held(article, alice, listed):
    listed("suspect", "ferry", "[link] boat")
    return make_comment(article, author=alice, source="The <b>F3RRY</b> & the *boat*, ferry.")


def test_the_case_says_why_with_the_words_in_their_place(client, held, carol):
    client.force_login(carol)
    case = Case.objects.get(post=held)
    answer = client.get(case.get_absolute_url())
    raw = answer.content.decode()
    assert '<mark title="ferry">F3RRY</mark>' in raw
    assert '<mark title="ferry">ferry</mark>' in raw
    page = text(answer)
    assert "2 words that are looked for, of: The suspect ones" in page
    assert "Rule 1" in page
    assert "priority +3" in page
    assert "checks found nothing" in page


def test_authors_are_not_shown_it(client, held, alice):
    client.force_login(alice)
    page = text(client.get(held.get_absolute_url()))
    assert "Something in it may be against the rules." in page
    assert "suspect" not in page
    assert "looked for" not in page


def test_signals_are_those_of_the_revision(held, alice):
    assert signals_of(held.current).loud
    revise_post(editor=alice, post=held, source="A tram.")
    assert [one.step for one in signals_of(held.current).loud] == ["newcomer"]


def test_what_was_posted_before_has_no_section(client, article, alice, carol, settings):
    settings.SCREENING_STEPS = []
    flag = make_flag(make_comment(article, author=alice))
    client.force_login(carol)
    assert "Before it was published" not in text(client.get(flag.case.get_absolute_url()))


def test_who_moderates_one_article_is_not_told_what_its_author_did_elsewhere(
    client, article, alice, bob, frances, held, carol
):
    give_role(giver=frances, person=bob, role="moderator", article=article)
    bob.refresh_from_db()
    theirs, all_of_it = (
        {one.step for one in signals_of(held.current, person).shown} for person in (bob, carol)
    )
    assert all_of_it - theirs == {"removals", "repeats"}
    client.force_login(bob)
    page = text(client.get(Case.objects.get(post=held).get_absolute_url()))
    assert "Before it was published" in page
    assert reverse("words") not in page


def test_a_note_without_words_has_its_signals(client, article, alice, carol):
    flag = make_flag(make_annotation(article, author=alice, note=""))
    client.force_login(carol)
    assert "Before it was published" in text(client.get(flag.case.get_absolute_url()))


def test_it_takes_two_queries_however_much_there_is(held):
    revision = held.current
    with CaptureQueriesContext(connection) as captured:
        assert len(signals_of(revision).shown) == 6
    assert len(captured) == 2


def test_a_step_that_is_gone_is_called_so(held, settings):
    settings.SCREENING_STEPS = []
    labels = {str(one.label) for one in signals_of(held.current).shown}
    assert labels == {"A check that is gone"}


def test_what_is_far_apart_is_shown_apart():
    far = "x" * 200
    hits = [{"start": 0, "end": 3, "word": "a"}, {"start": 203, "end": 206, "word": "b"}]
    first, second = places_in(f"one{far}two", hits)
    assert [first[1], second[1]] == [Piece("one", "a"), Piece("two", "b")]
    assert first[-1].text == "x" * 60 + "…"
    (together,) = places_in("one two", [hits[0], {"start": 4, "end": 7, "word": "b"}])
    assert "".join(piece.text for piece in together) == "one two"


HIT = st.fixed_dictionaries(
    {
        "start": st.one_of(st.none(), st.integers(-2, 40)),
        "end": st.one_of(st.none(), st.integers(-2, 40)),
        "word": st.text(max_size=3),
    }
)


@given(st.text(max_size=30), st.lists(HIT, max_size=6))
def test_whatever_the_hits_are_nothing_but_the_text_is_shown(text, hits):
    for place in places_in(text, hits):
        said = "".join(piece.text for piece in place)
        assert said.removeprefix("…").removesuffix("…") in text or "…" in text
