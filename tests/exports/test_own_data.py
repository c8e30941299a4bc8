"""The export of one's own data: all of it, nothing of others but what is needed and readable."""

from __future__ import annotations

import io
import json
import re
import tracemalloc
import zipfile
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, cast

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.own_data import files, page, pieces, rows
from annotations.own_data.files import HTML_NAME, JSON_NAME, json_pieces, own_data
from forum.accounts.actions import EXPORT_WAIT
from forum.accounts.models import ApiToken, User
from forum.accounts.muting import mute
from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.endorsing import endorse
from forum.discussion.following.actions import follow, follow_person
from forum.discussion.models import Post
from forum.discussion.publishing.actions import revise_article
from forum.lib.errors import Refused
from forum.moderation.actions import decide, flag_post
from forum.moderation.people.appealing import appeal_against, decide_sanction_appeal
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.sanctioning import impose
from tests import factories


def read_zip(response) -> tuple[dict[str, Any], str]:
    """What is in the download: the JSON, and the page."""
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert archive.testzip() is None
    assert archive.namelist() == [JSON_NAME, HTML_NAME]
    return json.loads(archive.read(JSON_NAME)), archive.read(HTML_NAME).decode()


def sent(person: User) -> Iterable[bytes]:
    return cast("Iterable[bytes]", own_data(person).streaming_content)


def data_of(person: User) -> dict[str, Any]:
    return read_zip(own_data(person))[0]


@pytest.fixture
def world(article, alice, bob, carol, rules):
    """Alice has written a bit of everything, among what others wrote."""
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    ApiToken.issue(alice, name="script")
    theirs = factories.make_comment(article, author=bob, source="Bob's own words.")
    response = factories.make_comment(article, author=alice, source="First <b>words</b>.")
    revise_post(editor=alice, post=response, source="Better *words*.")
    factories.make_comment(article, author=alice, source="To Bob.", parent=theirs)
    note = factories.make_annotation(article, author=alice, note="A note.")
    factories.make_annotation(article, author=alice, note="For me.", audience="private")
    factories.make_comment(article, author=alice, source="A reply.", parent=note)
    withdrawn = factories.make_comment(article, author=alice, source="Taken back.")
    withdraw_post(author=alice, post=withdrawn)
    removed = factories.make_comment(article, author=alice, source="To be removed.")
    case = factories.make_flag(removed, flagger=bob, note="Bob's complaint.").case
    decide(
        moderator=carol,
        case=case,
        action="remove",
        version=case.version,
        rule=rules["on-topic"],
        reason="It is about the ferry.",
        note="Carol's private note.",
    )
    flag_post(flagger=alice, post=theirs, reason="other", note="My complaint.")
    endorse(person=alice, post=theirs)
    follow(person=alice, article=article)
    follow_person(person=alice, other=bob)
    mute(person=alice, other=carol)
    return {"theirs": theirs, "response": response, "note": note, "removed": removed}


class TestWhatIsInIt:
    def test_posts_in_whatever_state_with_all_their_revisions(self, world, alice, article):
        data = data_of(alice)
        assert (data["format"], data["version"]) == ("postil-personal-data", 1)
        responses = {row["revisions"][0]["source"]: row for row in data["responses"]}
        assert {source: row["state"] for source, row in responses.items()} == {
            "Better *words*.": "published",
            "To Bob.": "published",
            "A reply.": "published",
            "Taken back.": "withdrawn",
            "To be removed.": "removed",
        }
        first = responses["Better *words*."]
        assert [r["number"] for r in first["revisions"]] == [2, 1]
        assert first["revisions"][1]["source"] == "First <b>words</b>."
        assert "<em>words</em>" in first["revisions"][0]["html"]
        assert first["article"]["title"] == article.title
        assert first["address"].endswith(world["response"].get_absolute_url())
        assert first["answers"] is None
        assert responses["To Bob."]["answers"]["author"] == "Bob Cratchit"
        assert responses["A reply."]["answers"]["kind"] == "note"

    def test_what_was_decided_about_them(self, world, alice):
        (removed,) = [row for row in data_of(alice)["responses"] if row["state"] == "removed"]
        (decision,) = removed["decisions"]
        assert decision["reason"] == "It is about the ferry."
        assert decision["rule"].startswith("Rule ")

    def test_notes_with_their_passage_and_tags(self, world, alice, article):
        notes = data_of(alice)["notes"]
        assert {row["audience"]: row["revisions"][0]["text"] for row in notes} == {
            "public": "A note.",
            "private": "For me.",
        }
        for row in notes:
            assert row["passage"]["quote"] == "everyone knows"
            text = article.post.current.text
            assert text[row["passage"]["start"] : row["passage"]["end"]] == "everyone knows"
            assert [tag["slug"] for tag in row["tags"]] == ["bias-claim"]

    def test_the_rest(self, world, alice, article):
        data = data_of(alice)
        assert data["profile"]["username"] == "alice"
        assert data["profile"]["email_addresses"] == [
            {"address": "alice@example.org", "confirmed": True, "main": True}
        ]
        assert [token["name"] for token in data["profile"]["api_tokens"]] == ["script"]
        (flag,) = data["flags"]
        assert (flag["reason"], flag["note"]) == ("other", "My complaint.")
        assert len(data["endorsements"]) == 1
        assert [(row["title"], row["person"]) for row in data["follows"]] == [
            (article.title, None),
            (None, "Bob Cratchit"),
        ]
        assert [row["person"] for row in data["mutes"]] == ["Carol Kidd"]
        assert data["notices"][0]["subject"]
        assert data["articles"] == data["edits"] == data["decisions"] == data["refused"] == []

    def test_what_moderators_decided_about_them(self, alice, carol, mallory, rules):
        def give(kind, seen, **said):
            return impose(
                moderator=carol,
                person=alice,
                kind=kind,
                seen=seen,
                grounds=Grounds(reason="Names.", rule=rules["civility"], note="Among us."),
                **said,
            )

        given = give("silence", 0, days=7)
        appeal = appeal_against(sanction=given, appellant=alice, text="I did not.")
        decide_sanction_appeal(
            moderator=mallory, appeal=appeal, outcome="overturned", answer="So it was."
        )
        give("ban", 1, meanwhile=False)
        (row,) = data_of(alice)["sanctions"]
        assert (row["kind"], row["reason"], row["overturned"]) == ("silence", "Names.", True)
        assert row["appeal"]["text"] == "I did not."
        assert row["appeal"]["answer"] == "So it was."
        assert row["address"].endswith(f"/you/standing/{given.pk}/")
        for never in ("Among us.", "Carol", "Mallory"):
            assert never not in str(row)

    def test_what_was_not_taken_is_theirs_as_long_as_it_is_kept(self, article, alice, bob):
        factories.make_word_list("ferry", kind="banned")
        with pytest.raises(Refused):
            factories.make_comment(article, author=alice, source="A ferry.")
        (row,) = data_of(alice)["refused"]
        assert (row["text"], row["times"]) == ("A ferry.", 1)
        assert row["article"].endswith(article.get_absolute_url())
        assert data_of(bob)["refused"] == []

    def test_articles_and_who_changed_which(self, alice, erin, world):
        alice.is_editor = True
        alice.save(update_fields=["is_editor"])
        hers = factories.make_article(author=alice, title="Hers", standfirst="In short.")
        revise_article(editor=erin, article=hers, source="Words of Erin.")
        revise_article(editor=alice, article=hers, source="Words of Alice.")
        draft = factories.make_article(author=alice, title="Not yet", draft=True)
        data = data_of(alice)
        published, unpublished = data["articles"]
        assert (published["title"], published["standfirst"]) == ("Hers", "In short.")
        assert [r["number"] for r in published["revisions"]] == [3, 1]
        assert (unpublished["title"], unpublished["state"]) == (draft.title, "draft")
        (edit,) = data_of(erin)["edits"]
        assert (edit["title"], edit["number"], edit["source"]) == ("Hers", 2, "Words of Erin.")

    def test_what_a_moderator_decided(self, world, carol):
        (decision,) = data_of(carol)["decisions"]
        assert decision["note"] == "Carol's private note."


class TestWhatIsNot:
    def test_nothing_of_others(self, world, alice):
        text = "".join(json_pieces(alice))
        for words in ("Bob's own words", "Bob's complaint", "Carol's", "private note", "bob@"):
            assert words not in text
        assert "token_hash" not in text
        assert "password" not in text

    def test_nothing_that_they_may_not_see_any_more(self, world, alice, article):
        Post.objects.filter(pk=world["theirs"].pk).update(state="removed")
        (answer,) = [
            r for r in data_of(alice)["responses"] if r["revisions"][0]["text"] == "To Bob."
        ]
        assert answer["answers"]["author"] is None
        Post.objects.filter(pk=article.pk).update(state="removed")
        data = data_of(alice)
        text = json.dumps(data)
        assert article.title not in json.dumps([data["responses"], data["notes"], data["follows"]])
        assert "everyone knows" not in text
        # Their own words are theirs all the same.
        assert len(data["notes"]) == 2
        assert len(data["responses"]) == 5

    def test_what_is_erased_is_not_there(self, world, alice):
        Post.objects.filter(pk=world["response"].pk).update(state="erased")
        assert len(data_of(alice)["responses"]) == 4


class TestPage:
    def test_it_can_be_read_without_anything_else(self, world, alice):
        _, html = read_zip(own_data(alice))
        assert html.startswith("<!DOCTYPE html>")
        for words in (
            "Better <em>words</em>.",
            "First &lt;b&gt;words&lt;/b&gt;.",
            "everyone knows",
        ):
            assert words in html
        assert "in answer to Bob Cratchit" in html
        assert "My complaint." in html
        assert "It is about the ferry." in html
        assert not re.search(r"<(script|link|img|iframe)|src=|url\(|@import", html)

    def test_what_was_typed_is_escaped(self, article, alice):
        User.objects.filter(pk=alice.pk).update(display_name="<script>alert(1)</script>")
        alice.refresh_from_db()
        comment = factories.make_comment(article, author=alice)
        flag_post(
            flagger=alice,
            post=factories.make_comment(article),
            reason="other",
            note="<img src=x onerror=alert(1)>",
        )
        assert comment.pk
        _, html = read_zip(own_data(alice))
        assert "<script" not in html
        assert "<img" not in html

    def test_every_list_of_the_file_has_a_place_on_the_page(self, alice):
        assert set(page._TITLES) == {*rows.POSTS, *rows.OTHERS}
        assert set(page._SHOWN) == set(rows.OTHERS)


class TestCost:
    def test_no_more_queries_for_more_posts(self, article, alice):
        def queries() -> int:
            with CaptureQueriesContext(connection) as made:
                b"".join(sent(alice))
            return len(made)

        def write(n: int) -> None:
            for _ in range(n):
                factories.make_comment(article, author=alice)
                factories.make_annotation(article, author=alice)

        write(1)
        few = queries()
        write(8)
        assert queries() == few

    def test_in_many_pieces_nothing_is_lost_or_told_twice(self, article, alice, monkeypatch):
        monkeypatch.setattr(rows, "REVISIONS", 2)
        monkeypatch.setattr(pieces.chunks, "__defaults__", (2,))
        monkeypatch.setattr(files, "_PIECE", 10)
        for number in range(5):
            post = factories.make_comment(article, author=alice, source=f"Words {number}.")
            for again in range(number):
                revise_post(editor=alice, post=post, source=f"Words {number}, {again}.")
        data = data_of(alice)
        assert [[r["number"] for r in row["revisions"]] for row in data["responses"]] == [
            list(range(number + 1, 0, -1)) for number in range(5)
        ]

    def test_memory_does_not_grow_with_what_was_written(self, article, alice, codebook):
        # A thousand revisions of 30 kB are 30 MB, twice.
        from forum.discussion.models import Revision

        words = "word " * 2_000
        post = factories.make_comment(article, author=alice)
        Revision.objects.bulk_create(
            [
                Revision(
                    post=post,
                    number=number,
                    source=words,
                    html=f"<p>{words}</p>",
                    text=words,
                    format="comment",
                    words=2_000,
                    editor=alice,
                    superseded_at=timezone.now(),
                )
                for number in range(2, 1_002)
            ],
            batch_size=100,
        )
        tracemalloc.start()
        try:
            size = sum(len(piece) for piece in sent(alice))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert size > 50_000
        assert peak < 5_000_000


class TestAsking:
    def test_the_page_offers_it_and_a_form_brings_it(self, client, world, alice):
        client.force_login(alice)
        page = client.get(reverse("you-data")).content.decode()
        assert "Download your data" in page
        answer = client.post(reverse("you-data"))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/zip"
        assert re.search(
            r'filename="postil_alice_\d{8}T\d{6}Z\.zip"', answer["Content-Disposition"]
        )
        assert answer["Cache-Control"] == "private, no-store"
        data, _ = read_zip(answer)
        assert data["profile"]["username"] == "alice"

    def test_not_twice_in_a_moment(self, client, alice, bob):
        client.force_login(alice)
        assert client.post(reverse("you-data")).status_code == 200
        again = client.post(reverse("you-data"))
        assert again.status_code == 429
        assert 0 < int(again["Retry-After"]) <= EXPORT_WAIT.total_seconds()
        assert "You can do so again in 10 minutes." in again.content.decode()
        before = timezone.now() - EXPORT_WAIT - timedelta(seconds=1)
        User.objects.filter(pk=alice.pk).update(exported_at=before)
        assert client.post(reverse("you-data")).status_code == 200
        client.force_login(bob)
        assert client.post(reverse("you-data")).status_code == 200

    def test_the_api_has_it_too(self, api, alice):
        address = reverse("api-own-data")
        assert api.get(address).status_code == 401
        api.force_authenticate(alice)
        answer = api.get(address)
        assert read_zip(answer)[0]["profile"]["username"] == "alice"
        again = api.get(address)
        assert again.status_code == 429
        assert again["Content-Type"] == "application/problem+json"
        assert int(again["Retry-After"]) > 0

    def test_whoever_is_not_logged_in_does_that_first(self, client, db):
        for method in (client.get, client.post):
            assert method(reverse("you-data")).url.startswith(reverse("account_login"))


def test_notices_quote_what_one_may_read_alone(article, alice, bob):
    theirs = factories.make_comment(article, author=bob, source="The ferry matters.")
    factories.make_annotation(theirs, author=alice, quote="ferry")
    revise_post(editor=bob, post=theirs, source="The bus matters.")
    assert "“ferry”" in data_of(alice)["notices"][0]["body"]
    factories.put(Post.objects.filter(pk=theirs.pk), "removed")
    data, page = read_zip(own_data(alice))
    assert data["notices"][0]["body"] is None
    assert "“ferry”" not in page
