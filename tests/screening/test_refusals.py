"""What was refused is kept for moderators: enough to read why, and no more than that."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from forum.accounts.erasing import erase_account
from forum.discussion.actions import revise_post
from forum.guests.actions import respond_as_guest
from forum.lib.errors import Refused, TooOften
from forum.screening import refusals
from forum.screening.models import Refusal, Signal
from forum.screening.refusals import forget_refusals
from tests import factories
from tests.factories import make_annotation, make_comment


@pytest.fixture
def refused(article, alice, listed):
    """Try to post something with a banned word."""
    listed("banned", "ferry")

    def attempt(source: str = "The f3rry.", *, author=alice, on=article, **fields) -> None:
        with pytest.raises(Refused):
            make_comment(on, author=author, source=source, **fields)

    return attempt


def text(response) -> str:
    return unescape(" ".join(response.content.decode().split()))


class TestKeeping:
    def test_the_words_and_what_every_step_found(self, refused, article, alice):
        refused("Take the *f3rry*.")
        kept = Refusal.objects.get()
        assert (kept.author, kept.article, kept.post, kept.kind) == (
            alice,
            article,
            None,
            "response",
        )
        assert (kept.step, kept.rule, kept.text, kept.times) == (
            "words",
            "civility",
            "Take the f3rry.",
            1,
        )
        found = {one["step"]: one for one in kept.findings}
        assert list(found) == ["article", "newcomer", "removals", "words", "repeats", "links"]
        assert found["links"]["outcome"] == "publish"
        (hit,) = found["words"]["evidence"]["hits"]
        assert kept.text[hit["start"] : hit["end"]] == "f3rry"
        assert not Signal.objects.exists()

    def test_an_edit_and_a_note(self, refused, article, alice, listed):
        post = make_comment(article, author=alice, source="A tram.")
        with pytest.raises(Refused):
            revise_post(editor=alice, post=post, source="A ferry.")
        with pytest.raises(Refused):
            make_annotation(article, author=alice, note="A ferry.")
        edit, note = Refusal.objects.order_by("pk")
        assert (edit.post, edit.kind, note.post, note.kind) == (post, "response", None, "note")

    def test_a_guest_has_no_name_but_the_one_they_gave(self, refused, article, settings):
        settings.GUEST_RESPONSES = "always"
        with pytest.raises(Refused):
            respond_as_guest(
                article=article, name="Gwen", email="gwen@example.org", source="A ferry."
            )
        kept = Refusal.objects.get()
        assert (kept.author, kept.author_name) == (None, "Gwen (guest)")
        assert "example.org" not in str(kept.findings)

    def test_the_same_again_is_counted(self, refused, alice, bob):
        for _n in range(3):
            refused()
        refused(author=bob)
        assert list(Refusal.objects.order_by("pk").values_list("author", "times")) == [
            (alice.pk, 3),
            (bob.pk, 1),
        ]

    def test_of_one_person_and_in_all_so_many_at_most(self, refused, bob, monkeypatch):
        monkeypatch.setattr(refusals, "OF_ONE", 2)
        monkeypatch.setattr(refusals, "MOST", 3)
        for number in range(4):
            refused(f"Ferry {number}.")
        assert [kept.text for kept in Refusal.objects.all()] == ["Ferry 3.", "Ferry 2."]
        for number in range(2):
            refused(f"Ferry {number}.", author=bob)
        assert [kept.text for kept in Refusal.objects.all()] == ["Ferry 1.", "Ferry 0.", "Ferry 3."]

    def test_long_words_are_cut(self, refused, monkeypatch):
        monkeypatch.setattr(refusals, "TEXT_LIMIT", 10)
        refused("The tram and the ferry.")
        assert Refusal.objects.get().text == "The tram a"

    def test_after_a_month_it_is_gone(self, refused, as_, carol):
        refused()
        Refusal.objects.update(last_at=timezone.now() - timedelta(days=31))
        assert "f3rry" not in text(as_(carol).get(reverse("refusals")))
        assert forget_refusals() == 1
        assert not Refusal.objects.exists()

    def test_it_goes_with_the_account(self, refused, alice):
        refused()
        erase_account(person=alice, posts="kept")
        assert not Refusal.objects.exists()

    def test_who_posts_too_fast_is_noted_once_a_minute(self, article, alice, settings):
        settings.POSTS_PER_MINUTE = 1
        cache.clear()
        make_comment(article, author=alice)
        for number in range(3):
            with pytest.raises(TooOften):
                make_comment(article, author=alice, source=f"{number}")
        kept = Refusal.objects.get()
        assert (kept.step, kept.text, kept.article, kept.times) == ("rate", "", None, 1)
        cache.clear()
        with pytest.raises(TooOften):
            make_comment(article, author=alice, source="Once more.")
        assert Refusal.objects.get().times == 2

    def test_what_was_posted_and_what_was_asked_about_leaves_none(self, article, alice, listed):
        listed("suspect", "ferry")
        make_comment(article, author=alice, source="A ferry.")
        assert not Refusal.objects.exists()


class TestReading:
    def test_moderators_read_why(self, refused, as_, carol, alice):
        refused("Take the *f3rry* and see https://ferry.example/.")
        refused("Take the *f3rry* and see https://ferry.example/.")
        page = text(as_(carol).get(reverse("refusals")))
        assert "Alice" in page
        assert "Rule 1: Argue with the argument" in page
        assert ">f3rry</mark>" in page
        assert "ferry: https://ferry.example/" in page
        assert "2 times" in page
        assert "Would have been refused" not in page

    def test_of_one_person(self, refused, as_, carol, alice, bob):
        refused("Ferry one.")
        refused("Ferry two.", author=bob)
        page = text(as_(carol).get(reverse("refusals"), {"author": bob.username}))
        assert "Ferry two." in page
        assert "Ferry one." not in page

    def test_page_by_page(self, refused, as_, carol, monkeypatch):
        monkeypatch.setattr("forum.screening.refusal_views._SHOWN", 1)
        refused("Ferry one.")
        refused("Ferry two.")
        first = as_(carol).get(reverse("refusals"))
        older = first.context["older"]
        assert "Ferry one." not in text(first)
        second = text(as_(carol).get(reverse("refusals"), {"before": older}))
        assert "Ferry one." in second
        assert "Ferry two." not in second

    def test_whoever_moderates_an_article_reads_what_was_to_stand_there(
        self, refused, as_, api, article, bob
    ):
        other = factories.make_article()
        refused("Ferry here.")
        refused("Ferry there.", on=other)
        factories.make_role(bob, article=article)
        page = text(as_(bob).get(reverse("refusals")))
        assert "Ferry here." in page
        assert "Ferry there." not in page
        assert "posts of its author" not in page
        assert reverse("words") not in page
        api.force_authenticate(bob)
        [one] = api.get("/api/v1/refusals/").json()["results"]
        assert one["text"] == "Ferry here."
        assert "removals" not in {found["step"] for found in one["findings"]}

    def test_in_the_api(self, refused, api, carol, alice, article):
        refused()
        api.force_authenticate(carol)
        [one] = api.get("/api/v1/refusals/", {"author": alice.username}).json()["results"]
        assert (one["author"], one["article"]) == (alice.username, article.slug)
        assert (one["step"], one["rule"], one["times"]) == ("words", "civility", 1)
        words = next(found for found in one["findings"] if found["step"] == "words")
        assert (words["outcome"], words["weight"]) == ("refuse", 5.0)
        assert "The banned ones" in words["detail"]
        assert api.get("/api/v1/refusals/", {"author": "nobody"}).json()["results"] == []

    def test_nobody_else(self, refused, as_, client, alice, dan):
        refused()
        assert client.get(reverse("refusals")).status_code == 302
        for person in (alice, dan):
            assert as_(person).get(reverse("refusals")).status_code == 403

    def test_it_costs_the_same_however_many(self, refused, as_, carol):
        refused("Ferry 0.")
        client = as_(carol)
        client.get(reverse("refusals"))

        def cost() -> int:
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("refusals"))
            return len(asked)

        few = cost()
        for number in range(1, 6):
            refused(f"Ferry {number}.")
        assert cost() == few
