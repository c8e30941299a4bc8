"""Lists of words: what is taken, who changes them, what is compiled, and trying them."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.lib.errors import Conflict, Forbidden, Refused
from forum.moderation.models import Event
from forum.screening import lists
from forum.screening.lists import Wanted, change_list, delete_list, make_list, read_words
from forum.screening.models import Word, WordList
from tests.factories import make_annotation, make_comment, make_word_list


def text(response) -> str:
    return unescape(response.content.decode())


def wanted(**fields) -> Wanted:
    return replace(Wanted("Ships", "suspect", "", is_on=True, words="ferry"), **fields)


@pytest.fixture
def ships(db):
    return make_word_list("ferry", "boat", name="Ships")


# What is taken


def test_a_list_is_a_word_a_line():
    said = "\ufeff# Ships\n ferry \r\n\n  kill   yourself\nferry\n*boat*\n"
    assert read_words(said) == ["ferry", "kill yourself", "*boat*"]
    assert read_words("") == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("ferry\n***", "line 2"),
        ("x" * 101, "100 characters"),
        ("a\x00b", "NUL"),
        ("\ud800", "surrogate"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_by_its_line(said, why):
    with pytest.raises(Refused, match=why) as refused:
        read_words(said)
    assert refused.value.field == "words"


def test_there_is_an_end_to_it(carol, monkeypatch):
    monkeypatch.setattr(lists, "MOST_WORDS", 3)
    make_list(editor=carol, wanted=wanted(words="a1\na2\na3"))
    with pytest.raises(Refused, match="3 words at most"):
        make_list(editor=carol, wanted=wanted(name="Others", words="b1"))
    assert Word.objects.count() == 3


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "pretty"), ("rule", "nonsense"), ("name", " "), ("name", "Ships")]
)
def test_a_list_that_is_none_is_refused(ships, carol, field, value):
    with pytest.raises(Refused) as refused:
        make_list(editor=carol, wanted=wanted(**{"name": "New", field: value}))
    assert refused.value.field == field
    assert WordList.objects.count() == 1


def test_only_moderators_change_them(ships, alice, dan):
    for person in (alice, dan):
        for act in (
            lambda by: make_list(editor=by, wanted=wanted(name="New")),
            lambda by: change_list(editor=by, word_list=ships, wanted=wanted(), version=1),
            lambda by: delete_list(editor=by, word_list=ships, version=1),
        ):
            with pytest.raises(Forbidden):
                act(person)
    assert ships.words.count() == 2


# What is changed, and known of it


def test_a_change_is_logged_word_by_word(ships, carol):
    change_list(
        editor=carol, word_list=ships, wanted=wanted(words="boat\nraft", is_on=False), version=1
    )
    assert (ships.version, ships.is_on) == (2, False)
    event = Event.objects.filter(kind="words-changed").latest("pk")
    assert (event.actor, event.detail) == (carol, "Ships\nNot looked for.\n+ raft\n- ferry")
    delete_list(editor=carol, word_list=ships, version=2)
    event = Event.objects.filter(kind="words-changed").latest("pk")
    assert event.detail == "Ships\nDeleted.\n- boat\n- raft"
    assert not Word.objects.exists()


def test_of_two_who_change_it_one_is_told(ships, carol, mallory):
    change_list(editor=carol, word_list=ships, wanted=wanted(words="raft"), version=1)
    with pytest.raises(Conflict):
        change_list(editor=mallory, word_list=ships, wanted=wanted(words="canoe"), version=1)
    with pytest.raises(Conflict):
        delete_list(editor=mallory, word_list=ships, version=1)
    assert [word.text for word in ships.words.all()] == ["raft"]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_let_through(ships, carol):
    start, outcomes = Barrier(6), []

    def change(number):
        try:
            start.wait()
            mine = WordList.objects.get(pk=ships.pk)
            said = wanted(words=f"raft{number}")
            change_list(editor=carol, word_list=mine, wanted=said, version=1)
            outcomes.append(f"raft{number}")
        except Conflict:
            outcomes.append("")
        finally:
            connection.close()

    threads = [Thread(target=change, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (done,) = filter(None, outcomes)
    assert len(outcomes) == 6
    assert [word.text for word in ships.words.all()] == [done]
    assert [hit.entry.text for hit in lists.KEPT.current().find(done)] == [done]


# What is compiled


def test_what_is_compiled_is_kept_until_a_list_changes(ships, article, alice, carol):
    compiled = lists.KEPT.current()
    with CaptureQueriesContext(connection) as captured:
        assert lists.KEPT.current() is compiled
    assert len(captured) == 1
    assert make_comment(article, author=alice, source="A ferry.").state == "held"
    change_list(editor=carol, word_list=ships, wanted=wanted(words="raft"), version=1)
    assert make_comment(article, author=alice, source="A ferry.").state == "published"
    assert make_comment(article, author=alice, source="A raft.").state == "held"
    change_list(editor=carol, word_list=ships, wanted=wanted(words="raft", is_on=False), version=2)
    assert make_comment(article, author=alice, source="A raft.").state == "published"


def test_a_list_that_is_deleted_is_not_looked_for(ships, article, alice, carol):
    assert make_comment(article, author=alice, source="A ferry.").state == "held"
    delete_list(editor=carol, word_list=ships, version=1)
    assert make_comment(article, author=alice, source="A ferry.").state == "published"


# Pages


@pytest.fixture
def moderator(client, carol):
    client.force_login(carol)
    return client


FORM = {"name": "Ships", "kind": "suspect", "rule": "", "words": "ferry\r\nboat", "is_on": "on"}


def test_a_list_is_made_changed_and_exported(moderator, rules):
    answer = moderator.post(reverse("word-list-new"), FORM | {"rule": "civility"})
    made = WordList.objects.get()
    assert answer.url == made.get_absolute_url()
    page = text(moderator.get(made.get_absolute_url()))
    assert ">\nboat\nferry\n</textarea>" in page
    changed = moderator.post(
        made.get_absolute_url(), FORM | {"words": "raft", "version": made.version}
    )
    assert changed.status_code == 302
    exported = moderator.get(reverse("word-list-export", args=[made.pk]))
    assert exported.content == b"raft\n"
    assert exported["Content-Type"] == "text/plain; charset=utf-8"
    overview = text(moderator.get(reverse("words")))
    assert "+ raft · - boat · - ferry" in overview


def test_what_is_refused_or_late_keeps_what_was_typed(moderator, ships):
    address = ships.get_absolute_url()
    answer = moderator.post(address, FORM | {"words": "raft\n***", "version": 1})
    assert answer.status_code == 400
    assert "line 2" in text(answer)
    assert "raft" in text(answer)
    for version in ("7", "", "x", "9" * 20):
        answer = moderator.post(address, FORM | {"words": "raft", "version": version})
        assert answer.status_code in (400, 409)
        assert "raft" in text(answer)
    assert ships.words.count() == 2


def test_a_file_is_taken_in_and_not_saved(moderator, ships):
    file = SimpleUploadedFile("words.txt", "# Ships\nraft\nferry\n".encode("utf-8-sig"))
    answer = moderator.post(ships.get_absolute_url(), FORM | {"version": 1, "file": file})
    assert answer.status_code == 200
    assert "ferry\nboat\nraft" in text(answer).replace("\r\n", "\n")
    assert ships.words.count() == 2
    for content in (b"\xff\xfe", b"***"):
        file = SimpleUploadedFile("words.txt", content)
        answer = moderator.post(ships.get_absolute_url(), FORM | {"version": 1, "file": file})
        assert answer.status_code == 400


def test_it_is_deleted_with_its_words_in_the_log(moderator, ships):
    sent = {"act": "delete", "version": 1}
    assert moderator.post(ships.get_absolute_url(), sent | {"version": 9}).status_code == 409
    answer = moderator.post(ships.get_absolute_url(), sent, follow=True)
    assert "Deleted. · - boat · - ferry" in text(answer)
    assert moderator.get(ships.get_absolute_url()).status_code == 404


def test_trying_shows_what_it_would_have_found(moderator, article, alice):
    make_comment(article, author=alice, source="The *f3rry* is no ferry.")
    make_comment(article, author=alice, source="A tram.")
    make_annotation(article, author=alice, note="My ferry.", audience="private")
    sent = FORM | {"act": "try", "words": "ferry"}
    answer = moderator.post(reverse("word-list-new"), sent)
    assert answer.status_code == 200
    page = text(answer)
    assert "Found in 1 of the last 2 posts" in page
    assert '<mark title="ferry">f3rry</mark>' in page
    assert "My ferry" not in page
    assert not WordList.objects.exists()
    assert moderator.post(reverse("word-list-new"), sent | {"words": "***"}).status_code == 400


def test_trying_costs_the_same_however_many_there_are(moderator, article, alice):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            moderator.post(reverse("word-list-new"), FORM | {"act": "try"})
        return len(captured)

    make_comment(article, author=alice, source="A ferry.")
    few = cost()
    for number in range(5):
        make_comment(article, author=alice, source=f"Ferry {number}.")
    assert cost() == few
