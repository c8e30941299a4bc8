"""The public log of moderation: what is in it, and all that never is."""

from __future__ import annotations

import csv
import io
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.accounts.erasing import erase_account
from forum.courses.models import Course
from forum.discussion.models import Post
from forum.moderation.actions import decide
from forum.moderation.models import Case, Decision
from forum.moderation.transparency import log
from tests import factories

LOG = "/moderation/log/"


def text(page) -> str:
    return str(unescape(" ".join(page.content.decode().split())))


@pytest.fixture
def settle(carol, rules):
    """Decide about a post, which a reader flagged."""

    def about(post: Post, action: str = "remove", *, rule: str = "civility") -> Decision:
        case, _new = Case.objects.get_or_create(post=post)
        Case.objects.filter(pk=case.pk).update(state="open")
        case.refresh_from_db()
        grounds = {"rule": rules[rule], "reason": "Secretive words."} if action == "remove" else {}
        return decide(moderator=carol, case=case, action=action, version=case.version, **grounds)

    return about


def shown(client, **asked) -> list[int]:
    page = client.get(LOG, asked)
    assert page.status_code == 200
    return [line.number for line in page.context["lines"]]


def everywhere(client, api) -> str:
    """All that the log says of itself, in each of its forms."""
    table = b"".join(client.get(reverse("moderation-log-csv")).streaming_content).decode()
    listed = api.get("/api/v1/moderation-log/").content.decode()
    feed = client.get(reverse("moderation-log-feed")).content.decode()
    return f"{text(client.get(LOG))}{table}{listed}{feed}"


def test_what_was_decided_about_what_everybody_reads(client, settle, comment, rules):
    decision = settle(comment)
    assert shown(client) == [decision.pk]
    page = text(client.get(LOG))
    assert "Remove" in page
    assert 'href="/rules/civility/1/"' in page
    assert "Who pays for the bridge" in page


def test_no_names_no_words_no_reasons(client, api, settle, comment, settings):
    settle(comment)
    said = everywhere(client, api)
    for word in ("Alice", "alice", "Carol", "carol", "ferry", "Secretive"):
        assert word not in said, word
    settings.MODERATION_LOG_NAMES = True
    assert "Carol Kidd" in text(client.get(LOG))
    assert "Alice" not in text(client.get(LOG))


class TestWhatIsNeverIn:
    @pytest.fixture(params=["course", "private", "on-course", "draft", "removed", "held"])
    def hidden(self, request, article, sam, settle, alice, erin):
        """A decision about something that not everybody may know of."""
        course = sam.memberships.get().course
        for_course = {"audience": "course", "course": course}
        if request.param in ("draft", "removed"):
            other = factories.make_article(author=erin, title="A hidden title")
            decision = settle(factories.make_comment(other))
            Post.objects.filter(pk=other.post.pk).update(state=request.param)
            return decision
        if request.param == "held":
            comment = factories.make_comment(article)
            Post.objects.filter(pk=comment.pk).update(state="held", held_for="newcomer")
            return settle(Post.objects.get(pk=comment.pk))
        note = factories.make_annotation(article, author=alice)
        if request.param == "on-course":
            words = factories.make_comment(article, author=alice, source="Some words here.")
            decision = settle(factories.make_annotation(words, quote="words"))
            Post.objects.filter(pk=words.pk).update(**for_course)
            return decision
        else:
            decision = settle(note)
        fields = {"audience": "private"} if request.param == "private" else for_course
        Post.objects.filter(pk=note.pk).update(**fields)
        return decision

    def test_it_is_nowhere(self, client, api, hidden, article):
        assert shown(client) == []
        assert api.get("/api/v1/moderation-log/").json()["results"] == []
        table = b"".join(client.get(reverse("moderation-log-csv")).streaming_content)
        assert table.count(b"\r\n") == 1
        assert b"<entry>" not in client.get(reverse("moderation-log-feed")).content

    def test_nor_for_those_who_may_read_it(self, as_, hidden, sam, dan, carol, frances):
        for person in (sam, dan, carol, frances):
            assert shown(as_(person)) == []

    def test_nor_by_the_name_of_its_article(self, client, hidden):
        slug = hidden.case.post.root.article.slug
        page = client.get(LOG, {"article": slug})
        assert "A hidden title" not in text(page)


def test_of_an_article_that_was_removed_there_is_no_title(client, settle, erin):
    other = factories.make_article(author=erin, title="A hidden title")
    decision = settle(other.post)
    assert shown(client) == [decision.pk]
    page = text(client.get(LOG))
    assert "An article" in page
    assert "A hidden title" not in page
    assert other.slug not in page
    assert shown(client, article=other.slug) == []


def test_what_everybody_can_read_is_linked_and_nothing_else(client, settle, article):
    kept, removed = factories.make_comment(article), factories.make_comment(article)
    settle(kept, "keep")
    settle(removed)
    page = text(client.get(LOG))
    assert f'href="/posts/{kept.pk}/"' in page
    assert f"/posts/{removed.pk}/" not in page


def test_it_outlives_an_author_without_their_name(client, api, settle, comment, alice):
    decision = settle(comment)
    erase_account(person=alice, posts="erased")
    assert shown(client) == [decision.pk]
    assert "Alice" not in everywhere(client, api)


class TestNarrowing:
    @pytest.fixture
    def three(self, settle, article):
        note = factories.make_annotation(article)
        return {
            "response": settle(factories.make_comment(article)).pk,
            "note": settle(note, rule="lawful").pk,
            "kept": settle(factories.make_comment(article), "keep").pk,
        }

    def test_by_each(self, client, three, article):
        assert shown(client) == sorted(three.values(), reverse=True)
        assert shown(client, action="keep") == [three["kept"]]
        assert shown(client, rule="lawful") == [three["note"]]
        assert shown(client, kind="note") == [three["note"]]
        assert shown(client, kind="reply") == []
        assert len(shown(client, article=article.slug)) == 3
        assert shown(client, since="2020-01-01", until="2020-12-31") == []
        assert len(shown(client, since="2020-01-01")) == 3

    @pytest.mark.parametrize(
        "asked",
        [
            {"action": "nonsense"},
            {"kind": "'; DROP"},
            {"rule": "x" * 999},
            {"since": "yesterday"},
            {"until": "9999-99-99"},
            {"article": "a/b"},
        ],
    )
    def test_nonsense_is_said_to_be(self, client, api, asked, rules):
        assert client.get(LOG, asked).status_code == 400
        assert api.get("/api/v1/moderation-log/", asked).status_code == 400

    @pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "\x00"])
    def test_a_place_that_is_none(self, client, three, before):
        assert client.get(LOG, {"before": before}).status_code in (200, 400)

    @pytest.mark.parametrize("until", ["9999-12-31", "0001-01-01"])
    def test_the_ends_of_time(self, client, three, until):
        assert client.get(LOG, {"until": until}).status_code in (200, 400)

    def test_pages_have_all_of_it_once(self, client, three, monkeypatch):
        monkeypatch.setattr(log, "PAGE_SIZE", 2)
        first = client.get(LOG)
        rest = client.get(LOG + "?" + first.context["older"])
        found = [line.number for page in (first, rest) for line in page.context["lines"]]
        assert found == sorted(three.values(), reverse=True)
        assert rest.context["older"] == ""

    def test_as_a_table(self, client, three):
        written = b"".join(client.get(reverse("moderation-log-csv")).streaming_content).decode()
        assert written.count("\r\n") == 4
        rows = list(csv.DictReader(io.StringIO(written)))
        assert [int(row["number"]) for row in rows] == sorted(three.values(), reverse=True)
        assert rows[1]["rule"] == "lawful"

    def test_in_the_api(self, api, three, article):
        line = api.get("/api/v1/moderation-log/", {"kind": "note"}).json()["results"][0]
        assert line["id"] == three["note"]
        assert line["rule"] == {"slug": "lawful", "version": 1}
        assert line["article"] == article.slug


def test_it_costs_the_same_however_long_it_is(client, settle, article):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(LOG)
        return len(asked)

    settle(factories.make_comment(article))
    few = cost()
    for _n in range(3):
        settle(factories.make_annotation(article))
    assert cost() == few


def test_its_first_page_follows_the_key(db):
    """Nothing is sorted: the latest are read off the end."""
    plan = log.decisions(log.Wanted()).order_by("-pk")[:51].explain()
    assert "TEMP B-TREE" not in plan
    if connection.vendor == "sqlite":
        assert "moderation_decision" in plan


@pytest.mark.parametrize("asked", [{"since": "soon"}, {"kind": "poem"}, {"rule": "no-such"}])
def test_a_table_of_what_cannot_be_asked_for_is_not_the_whole_log(client, db, asked):
    answer = client.get(reverse("moderation-log-csv"), asked)
    assert (answer.status_code, answer["Content-Type"][:9]) == (400, "text/html")


class TestSanctions:
    """What was decided about people is there too, without them."""

    @pytest.fixture
    def given(self, alice, carol, article, rules):
        from forum.moderation.people.grounds import Grounds, Place
        from forum.moderation.people.sanctioning import impose, latest_number

        def give(kind, place=None, **said):
            return impose(
                moderator=carol,
                person=alice,
                kind=kind,
                seen=latest_number(alice),
                grounds=Grounds(reason="Alice calls people names.", rule=rules["civility"]),
                place=place or Place(),
                **said,
            )

        give("silence", Place(article=article), days=7)
        give("premoderate", Place(course=Course.objects.get(slug="reading")))
        give("ban", meanwhile=False)
        return give

    def test_nobody_is_named_and_nothing_of_a_course(self, client, given, article):
        page = client.get("/moderation/log/?kind=account").content.decode()
        assert article.title in page
        rows = page[page.index("<tbody>") : page.index("</tbody>")]
        assert rows.count("<tr") == 1
        assert "Silence" in rows
        for never in ("Alice", "alice", "names", "Carol"):
            assert never not in rows

    def test_by_the_day_in_the_api_and_the_table(self, client, given, api):
        (line,) = api.get("/api/v1/moderation-log/?kind=account").data["results"]
        assert (line["action"], line["kind"], line["rule"]["slug"]) == (
            *("silence", "account"),
            "civility",
        )
        table = client.get("/moderation/log.csv?kind=account").getvalue().decode()
        assert "silence,account,civility" in table
        assert "Alice" not in table

    def test_a_draft_is_not_told_of(self, client, given, article):
        article.post.state = "draft"
        article.post.save(update_fields=["state"])
        assert "<tbody>" not in client.get("/moderation/log/?kind=account").content.decode()
