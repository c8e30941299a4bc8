"""What a moderator would rather not see unprepared is veiled at the desk, and nowhere else."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.accounts.models import User
from forum.discussion.actions import revise_post
from forum.discussion.models import Post
from forum.moderation.actions import decide, file_appeal
from forum.moderation.people.noting import add_note
from tests.factories import make_comment, make_flag, make_word_list

VEILED = re.compile(
    r'<span class="veil-word" tabindex="0" role="group" aria-label="Veiled word">'
    r"<span>([^<]*)</span></span>"
)


@pytest.fixture
def case(article, alice):
    comment = make_comment(article, author=alice, source="What a <nitwit> & nitwit you are.")
    made = make_flag(comment).case
    words = make_word_list()
    words.words.create(text="nitwit")
    from forum.screening.lists import KEPT

    KEPT.clear()
    return made


@pytest.fixture
def desk(client, carol):
    client.force_login(carol)

    def choose(**chosen):
        assert client.post("/you/desk/", chosen).status_code == 302
        return client

    return choose


def test_choices_are_kept_in_the_account(desk, carol):
    desk(blur_images="on", hide_words="on")
    kept = User.objects.get(pk=carol.pk)
    assert (kept.blur_images, kept.gray_images, kept.hide_words) == (True, False, True)
    page = desk(gray_images="on").get("/you/desk/").content.decode()
    assert page.split("</main>")[0].count(" checked") == 1
    kept.refresh_from_db()
    assert (kept.blur_images, kept.gray_images, kept.hide_words) == (False, True, False)


def test_only_moderators_have_the_page(client, bob):
    client.force_login(bob)
    assert client.get("/you/desk/").status_code == 403
    assert "/you/desk/" not in client.get("/you/").content.decode()


def left(page: str) -> str:
    """A page without what is veiled in it, the key map and the head."""
    return VEILED.sub("", page.split("<main")[1].split("</main>")[0])


def test_words_of_the_lists_are_veiled_in_the_queue_and_in_a_case(desk, case):
    plain = desk().get("/moderation/").content.decode()
    assert "veil" not in plain
    queue = desk(hide_words="on").get("/moderation/").content.decode()
    assert set(VEILED.findall(queue)) == {"nitwit"}
    assert "&amp; <span" in queue
    assert "forum/css/veil.css" in queue
    page = desk(hide_words="on").get(case.get_absolute_url()).content.decode()
    assert "forum/css/veil.css" in page
    # The words alone, in what is otherwise as it was written.
    assert "<p>What a &lt;<span" in page
    assert "nitwit" not in left(page)
    assert "veil" not in desk().get(case.get_absolute_url()).content.decode()


def test_veiled_wherever_a_case_shows_what_people_wrote(desk, case, article, alice, carol):
    post = case.post
    answer = make_comment(article, parent=post, source="Takes a **nit***wit* to know one.")
    # It was held for the word.
    Post.objects.filter(pk=answer.pk).update(state="published", held_for="")
    answer.refresh_from_db()
    make_flag(answer, reason="abuse", note="He says nitwit\n\ntoo.")
    revise_post(editor=alice, post=post, source="What a nitwit & nitwit you really are.")
    client = desk(hide_words="on")
    page = client.get(case.get_absolute_url()).content.decode()
    assert "nitwit" not in left(page)
    page = client.get(f"/moderation/cases/{answer.cases.get().pk}/").content.decode()
    # A word that begins in one element and ends in another is veiled in both.
    assert {"nit", "wit"} <= set(VEILED.findall(page))
    assert "nitwit" not in left(page)


def test_veiled_when_an_appeal_is_decided_and_a_statement_read(desk, case, alice, carol, rules):
    removal = decide(
        moderator=carol, case=case, action="remove", version=case.version,
        rule=rules["civility"], reason="An insult.",
    )  # fmt: skip
    appeal = file_appeal(decision=removal, appellant=alice, text="But he is a nitwit.")
    client = desk(hide_words="on")
    for path in (f"/moderation/appeals/{appeal.pk}/", f"/decisions/{removal.pk}/"):
        page = client.get(path).content.decode()
        assert VEILED.search(page), path
        assert "nitwit" not in left(page), path
        assert "forum/css/veil.css" in page
    client.force_login(alice)
    assert "veil" not in client.get(f"/decisions/{removal.pk}/").content.decode()


def test_veiled_in_the_notes_on_a_record(desk, case, alice, mallory):
    add_note(author=mallory, person=alice, text="Called Bob a nitwit,\n\nagain.")
    page = desk(hide_words="on").get(f"/moderation/people/{alice.username}/").content.decode()
    assert set(VEILED.findall(page)) == {"nitwit"}
    assert "nitwit" not in left(page)
    assert "forum/css/veil.css" in page


def test_of_a_word_that_begins_so_the_whole_is_veiled(desk, article, alice):
    case = make_flag(make_comment(article, author=alice, source="You dunderheads, you!")).case
    make_word_list("dunder*")
    page = desk(hide_words="on").get(case.get_absolute_url()).content.decode()
    assert set(VEILED.findall(page)) == {"dunderheads"}


def test_what_has_no_such_word_is_not_veiled(desk, article, alice):
    case = make_flag(make_comment(article, author=alice, source="Quite so.")).case
    page = desk(hide_words="on").get(case.get_absolute_url()).content.decode()
    assert "veil-word" not in page


def test_the_lists_are_asked_for_once_a_page(desk, case, article):
    client = desk(hide_words="on")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(case.get_absolute_url())
        return len(queries)

    for _ in range(6):
        make_comment(article, parent=case.post, source="What a nitwit.")
    count()
    few = count()
    for _ in range(6):
        make_comment(article, parent=case.post, source="What a nitwit.")
    assert count() == few


def test_images_lose_their_colour_by_a_style_sheet(desk, case):
    assert "forum/css/gray.css" in desk(gray_images="on").get("/moderation/").content.decode()
    assert "forum/css/gray.css" not in desk().get(case.get_absolute_url()).content.decode()
