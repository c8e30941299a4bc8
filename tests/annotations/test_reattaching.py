"""Placing by hand: the action, its log, and the page it is done on."""

from __future__ import annotations

import threading
import time
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse

from annotations.append_only import TABLES
from annotations.models import Placement, Reattachment
from annotations.placement.placing import extent
from annotations.placement.reattaching import find_places, place_by_hand, take_off
from forum.discussion.models import Article, Post
from forum.discussion.publishing.actions import revise_article
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.notifications.models import Notification
from tests.factories import ARTICLE_TEXT, make_annotation, make_comment

WORDS = "the ferry that ran until last spring"
GONE = ARTICLE_TEXT.replace("- the ferry that ran until last spring\n", "")
REPLACED = ARTICLE_TEXT.replace("the ferry that ran until last spring", "a boat, now and then")


def place_of(note: Post) -> Placement:
    return Placement.objects.get(annotation_id=note.pk, revision__superseded_at=None)


def put(note, editor, on, **changes):
    """Put ``note`` on the first place with these words, as somebody who looked a moment ago."""
    place = place_of(note)
    start = place.revision.text.index(on)
    sent = {
        "start": start,
        "end": start + len(on),
        "words": on,
        "revision": place.revision_id,
        "before": extent(place.start, place.end),
    }
    return place_by_hand(editor=editor, post=note, **sent | changes)


@pytest.fixture
def orphan(article, alice, dan):
    """A note by Alice whose words Dan took out."""
    note = make_annotation(article, quote=WORDS, author=alice)
    revise_article(editor=dan, article=article, source=REPLACED)
    assert place_of(note).state == "orphaned"
    Notification.objects.all().delete()
    return note


class TestPlacing:
    def test_it_has_a_place_and_the_log_says_who_gave_it(self, article, orphan, erin):
        before = Article.objects.get(pk=article.pk).activity
        log = put(orphan, erin, "a boat, now and then", reason="It is about the boat.")
        place = place_of(orphan)
        assert place.revision.text[place.start : place.end] == "a boat, now and then"
        assert (place.state, place.method, place.score) == ("changed", "by hand", 1.0)
        assert place.placed_by == erin
        assert (log.start, log.end) == (place.start, place.end)
        assert (log.start_before, log.end_before, log.state_before) == (None, None, "orphaned")
        assert (log.placed_by, log.placed_by_name) == (erin, erin.public_name)
        assert log.reason == "It is about the boat."
        assert Article.objects.get(pk=article.pk).activity > before
        # The anchor itself stays what it was.
        orphan.annotation.refresh_from_db()
        assert orphan.annotation.quote == WORDS

    def test_the_same_words_elsewhere_have_moved(self, article, alice, erin):
        note = make_annotation(article, quote="bridge", author=alice)
        text = article.post.current.text
        second = text.index("bridge", text.index("bridge") + 1)
        put(note, erin, "bridge", start=second, end=second + 6)
        assert place_of(note).state == "moved"
        put(note, erin, "bridge")
        assert place_of(note).state == "exact"

    def test_the_next_revision_carries_from_there(self, article, orphan, erin, dan):
        put(orphan, erin, "a boat, now and then")
        revise_article(editor=dan, article=article, source="Before.\n\n" + REPLACED)
        place = place_of(orphan)
        assert place.revision.text[place.start : place.end] == "a boat, now and then"
        assert place.state == "changed"

    def test_its_author_is_told_once(self, orphan, alice, erin):
        put(orphan, erin, "a boat, now and then", reason="It is about the boat.")
        told = Notification.objects.get(recipient=alice)
        assert told.kind == "passage"
        assert "has a place again" in told.subject
        assert "a boat, now and then" in told.body
        assert "It is about the boat." in told.body
        assert told.path == orphan.get_absolute_url()

    def test_nobody_tells_themselves(self, article, erin):
        note = make_annotation(article, quote="bridge", author=erin)
        put(note, erin, "school")
        assert not Notification.objects.exists()

    def test_of_a_note_on_a_response(self, article, alice, bob, erin):
        note = make_annotation(make_comment(article, author=bob), quote="ferry", author=alice)
        put(note, erin, "matters")
        assert place_of(note).state == "changed"

    @pytest.mark.parametrize(
        ("changes", "error", "field"),
        [
            ({"start": 9, "end": 9}, Refused, "words"),
            ({"start": -1}, Refused, "words"),
            ({"end": 20_000}, Refused, "words"),
            ({"reason": "\x00"}, Refused, "reason"),
            ({"words": "other words"}, Conflict, None),
            ({"start": 5_000, "end": 5_004}, Conflict, None),
            ({"revision": 0}, Conflict, None),
            ({"before": (3, 9)}, Conflict, None),
        ],
    )
    def test_what_cannot_be_done(self, orphan, erin, changes, error, field):
        with pytest.raises(error) as raised:
            put(orphan, erin, "a boat", **changes)
        assert getattr(raised.value, "field", None) == field
        assert place_of(orphan).state == "orphaned"
        assert not Reattachment.objects.exists()

    def test_not_onto_a_text_that_was_replaced(self, article, orphan, erin, dan):
        seen = article.post.current.pk
        revise_article(editor=dan, article=article, source="Before.\n\n" + REPLACED)
        with pytest.raises(Conflict) as raised:
            put(orphan, erin, "a boat", revision=seen)
        assert raised.value.details == {"revision": article.post.current.pk}

    def test_of_two_editors_one_places_it(self, orphan, erin, dan):
        put(orphan, erin, "a boat")
        with pytest.raises(Conflict) as raised:
            put(orphan, dan, "school", before=None)
        place = place_of(orphan)
        assert raised.value.details == {"place": (place.start, place.end)}
        assert place.placed_by == erin
        assert Reattachment.objects.count() == 1

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_race_one_places_it(self, orphan, erin, dan):
        outcomes = []
        gate = threading.Barrier(2)

        def race(editor, words):
            try:
                gate.wait(5)
                outcomes.append(put(orphan, editor, words, before=None))
            except Conflict as conflict:
                outcomes.append(conflict)
            finally:
                connections.close_all()

        threads = [
            threading.Thread(target=race, args=args) for args in ((erin, "a boat"), (dan, "school"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == [
            "Conflict",
            "Reattachment",
        ]
        log = Reattachment.objects.get()
        assert place_of(orphan).start == log.start

    def test_not_everybody_may(self, article, orphan, alice, carol, erin):
        for person in (alice, carol):
            with pytest.raises(Forbidden):
                put(orphan, person, "a boat")
        private = make_annotation(article, quote="bridge", author=alice, audience="private")
        with pytest.raises(NotFound):
            put(private, erin, "a boat")


class TestTakingOff:
    def test_it_stays_off_whatever_is_edited(self, article, alice, erin, dan):
        note = make_annotation(article, quote="everyone knows", author=alice)
        place = place_of(note)
        log = take_off(
            editor=erin, post=note, revision=place.revision_id,
            before=extent(place.start, place.end), reason="It is about another sentence.",
        )  # fmt: skip
        assert (log.start, log.start_before, log.state_before) == (None, place.start, "exact")
        assert place_of(note).state == "orphaned"
        told = Notification.objects.get(recipient=alice)
        assert "taken off" in told.subject
        assert "It is about another sentence." in told.body
        # The words are still there; a diff would put it straight back.
        for opening in ("One. ", "Two. "):
            revise_article(editor=dan, article=article, source=opening + ARTICLE_TEXT)
            assert place_of(note).state == "orphaned"
        put(note, erin, "everyone knows")
        revise_article(editor=dan, article=article, source="Three. " + ARTICLE_TEXT)
        assert place_of(note).state == "moved"

    def test_it_needs_a_reason_and_a_place(self, orphan, article, erin, alice):
        note = make_annotation(article, quote="bridge", author=alice)
        place = place_of(note)
        at: dict[str, Any] = {
            "revision": place.revision_id,
            "before": extent(place.start, place.end),
        }
        with pytest.raises(Refused) as raised:
            take_off(editor=erin, post=note, reason=" ", **at)
        assert raised.value.field == "reason"
        with pytest.raises(Conflict):
            take_off(editor=erin, post=orphan, reason="x", **at | {"before": None})
        with pytest.raises(Conflict):
            take_off(editor=erin, post=note, reason="x", **at | {"before": (1, 2)})
        assert not Reattachment.objects.exists()


class TestFinding:
    def test_every_place_counts(self):
        assert find_places("aa", "aaa") == [(0, 2), (1, 3)]
        assert find_places(" b ", "a b") == [(2, 3)]

    def test_white_space_may_differ(self):
        assert find_places("one two\r\nthree", "0 one\ntwo  three") == [(2, 16)]

    @pytest.mark.parametrize("words", ["nowhere", " ", "\x00", "x" * 10_001])
    def test_what_stands_nowhere_is_refused(self, words):
        with pytest.raises(Refused) as raised:
            find_places(words, "some text")
        assert raised.value.field == "words"

    @pytest.mark.parametrize(
        ("words", "text"),
        [("a " * 4_999 + "b", "a " * 120_000), ("a" * 9_999 + "b", "a" * 240_000)],
    )
    def test_words_that_nearly_stand_everywhere_cost_no_time(self, words, text):
        start = time.process_time()
        with pytest.raises(Refused):
            find_places(words, text)
        assert time.process_time() - start < 3

    def test_white_space_of_another_kind_keeps_its_place(self):
        text = "One  two\n\nthree. One two\tthree."
        assert [text[slice(*at)] for at in find_places("One two three", text)] == [
            "One  two\n\nthree",
            "One two\tthree",
        ]

    def test_words_that_stand_everywhere_are_found_a_hundred_times(self):
        assert len(find_places("a", "a" * 5_000)) == 100


class TestLog:
    @pytest.fixture
    def log(self, orphan, erin):
        return put(orphan, erin, "a boat")

    def test_the_table_is_the_one_protected(self):
        assert set(TABLES) == {Reattachment._meta.db_table}

    @pytest.mark.parametrize(
        "change",
        [
            {"start": 1},
            {"reason": "What I meant was"},
            {"placed_by_name": "Somebody"},
            {"state_before": "exact"},
        ],
    )
    def test_no_row_changes(self, log, change):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Reattachment.objects.update(**change)

    def test_no_row_goes(self, log):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Reattachment.objects.all().delete()
        statement = f"DELETE FROM {Reattachment._meta.db_table}"
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
        assert Reattachment.objects.exists()

    def test_the_account_goes_and_the_name_stays(self, log, erin, mallory):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Reattachment.objects.update(placed_by=mallory)
        name = erin.public_name
        erin.delete()
        log.refresh_from_db()
        assert (log.placed_by, log.placed_by_name) == (None, name)

    def test_the_admin_shows_it(self, client, log, frances, orphan):
        client.force_login(frances)
        page = client.get(f"/admin/annotations/annotation/{orphan.pk}/change/").content.decode()
        assert log.placed_by_name in page
        listed = client.get("/admin/annotations/reattachment/")
        assert listed.status_code == 200
        assert log.placed_by_name in listed.content.decode()
        one = f"/admin/annotations/reattachment/{log.pk}/"
        assert client.post(f"{one}delete/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_migration_goes_both_ways(orphan, erin):
    from django.core.management import call_command

    put(orphan, erin, "a boat")
    call_command("migrate", "annotations", "0002", verbosity=0)
    try:
        Reattachment.objects.update(reason="changed")
    finally:
        call_command("migrate", "annotations", verbosity=0)
    with pytest.raises(IntegrityError):
        Reattachment.objects.update(reason="changed again")


class TestPage:
    @pytest.fixture
    def desk(self, client, orphan, erin):
        """The page of the orphan, as Erin has it open."""
        client.force_login(erin)
        address = reverse("annotation-place", args=[orphan.pk])
        shown = client.get(address)
        assert shown.status_code == 200

        def send(act="place", **fields):
            form = shown.context["form" if act == "place" else "off_form"]
            hidden = {name: form[name].value() or "" for name in ("revision", "before")}
            return client.post(address, {"act": act} | hidden | fields)

        return SimpleNamespace(send=send, shown=unescape(shown.content.decode()), address=address)

    def test_it_shows_what_there_is_to_know(self, desk, article, orphan):
        assert WORDS in desk.shown
        assert "Who is everyone?" in desk.shown
        assert reverse("post-revision", args=[article.pk, 1]) + f"#note-{orphan.pk}" in desk.shown
        assert "a boat, now and then" in desk.shown

    def test_words_that_stand_once_are_enough(self, desk, orphan):
        answer = desk.send(words="a boat, now\r\nand then", reason="The boat.")
        assert answer.url == orphan.get_absolute_url()
        place = place_of(orphan)
        assert place.revision.text[place.start : place.end] == "a boat, now and then"
        assert Reattachment.objects.get().reason == "The boat."

    def test_of_several_places_one_is_chosen(self, desk, orphan):
        asked = desk.send(words="the bridge")
        assert asked.status_code == 400
        assert list(asked.context["form"].errors) == ["place"]
        choices = asked.context["form"].fields["place"].choices
        assert len(choices) >= 2
        assert "the committee" not in choices[-1][1]
        assert not Reattachment.objects.exists()
        assert desk.send(words="the bridge", place=choices[-1][0]).status_code == 302
        assert f"{place_of(orphan).start}-{place_of(orphan).end}" == choices[-1][0]

    def test_a_selection_says_which(self, desk, orphan, article):
        text = article.post.current.text
        start = text.rindex("bridge")
        assert desk.send(words="bridge", at_once=f"{start}-{start + 6}").status_code == 302
        assert place_of(orphan).start == start

    def test_a_selection_that_is_not_the_words_counts_for_nothing(self, desk, orphan):
        assert desk.send(words="a boat", at_once="0-6").status_code == 302
        place = place_of(orphan)
        assert place.revision.text[place.start : place.end] == "a boat"

    @pytest.mark.parametrize("words", ["", "   ", "words that stand nowhere", "x" * 10_001])
    def test_what_cannot_be_found_names_its_field(self, desk, orphan, words):
        answer = desk.send(words=words)
        assert answer.status_code == 400
        assert answer.context["form"].errors["words"]
        assert place_of(orphan).state == "orphaned"

    def test_a_text_revised_meanwhile_is_a_conflict_and_costs_nothing_typed(
        self, desk, orphan, article, dan
    ):
        revise_article(editor=dan, article=article, source="Before.\n\n" + REPLACED)
        answer = desk.send(words="a boat", reason="Typed.")
        assert answer.status_code == 409
        form = answer.context["form"]
        assert form["words"].value() == "a boat"
        assert form["reason"].value() == "Typed."
        assert place_of(orphan).state == "orphaned"
        assert desk.send(words="a boat", revision=form["revision"].value()).status_code == 302

    def test_taking_it_off(self, client, desk, orphan, erin):
        put(orphan, erin, "a boat")
        shown = client.get(desk.address)
        form = shown.context["off_form"]
        hidden = {name: form[name].value() for name in ("revision", "before")}
        refused = client.post(desk.address, {"act": "take-off", "reason": ""} | hidden)
        assert refused.status_code == 400
        assert refused.context["off_form"].errors["reason"]
        done = client.post(desk.address, {"act": "take-off", "reason": "Wrong."} | hidden)
        assert done.url == desk.address
        assert place_of(orphan).state == "orphaned"
        page = client.get(desk.address).content.decode()
        assert "Taken off its passage" in page
        assert "Wrong." in page

    def test_ladder(self, client, article, orphan, alice, carol, erin):
        address = reverse("annotation-place", args=[orphan.pk])
        assert client.get(address).url.startswith("/accounts/login/")
        for person, status in ((alice, 403), (carol, 403), (erin, 200)):
            client.force_login(person)
            assert client.get(address).status_code == status
        assert client.put(address).status_code == 405
        for pk in (article.pk, make_comment(article).pk, 10**9):
            assert client.get(reverse("annotation-place", args=[pk])).status_code == 404
        private = make_annotation(article, quote="bridge", author=alice, audience="private")
        assert client.get(reverse("annotation-place", args=[private.pk])).status_code == 404


class TestOrphans:
    def test_they_are_listed_for_those_who_can_place_them(
        self, client, article, orphan, erin, alice, dan
    ):
        make_annotation(article, quote="a boat", author=alice, audience="private")
        revise_article(editor=dan, article=article, source=GONE)
        client.force_login(erin)
        address = reverse("article-orphans", args=[article.slug])
        page = unescape(client.get(address).content.decode())
        assert WORDS in page
        assert "1 note stands" in page
        assert f"<p>{orphan.current.text}</p>" in page
        assert reverse("annotation-place", args=[orphan.pk]) in page
        tools = client.get(reverse("article-personal", args=[article.slug])).json()["tools"]
        assert {"label": "1 note without a passage", "href": address} in tools
        client.force_login(alice)
        assert client.get(address).status_code == 403

    def test_without_any_nothing_leads_there(self, client, article, erin):
        client.force_login(erin)
        tools = client.get(reverse("article-personal", args=[article.slug])).json()["tools"]
        assert not any("passage" in tool["label"] for tool in tools)
        page = client.get(reverse("article-orphans", args=[article.slug])).content.decode()
        assert "Every note has its passage" in page

    def test_the_list_costs_the_same_queries_however_long(
        self, client, article, orphan, erin, alice, dan, django_assert_num_queries
    ):
        from django.test.utils import CaptureQueriesContext

        client.force_login(erin)
        address = reverse("article-orphans", args=[article.slug])
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        comment = make_comment(article)
        for _ in range(5):
            make_annotation(article, quote="a boat", author=alice)
            make_annotation(comment, quote="ferry", author=alice)
        revise_article(editor=dan, article=article, source=GONE)
        Placement.objects.filter(annotation__post__parent=comment).update(
            state="orphaned", start=None, end=None
        )
        with django_assert_num_queries(len(few)):
            assert client.get(address).context["page_obj"].paginator.count == 11
