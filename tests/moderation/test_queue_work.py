"""Working the queue: claims on the page, the next, many at once, taking it back, and too late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from forum.discussion.actions import revise_post
from forum.discussion.models import Post
from forum.moderation.actions import decide, reopen, reverse
from forum.moderation.models import Case, Decision, Event
from forum.moderation.queue.claims import claim
from forum.moderation.queue.leases import claimant_of
from forum.moderation.queue.listing import Wanted, stretches
from forum.moderation.queue.placing import place
from tests import factories

QUEUE = "/moderation/"
NEWS = "/moderation/news/"


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def cases(article, rules) -> list[Case]:
    said = ("Who paid for it?", "The ferry ran late.", "It rains.", "My school is over there.")
    return [factories.make_flag(factories.make_comment(article, source=each)).case for each in said]


class TestClaims:
    def test_taking_and_giving_up(self, as_, case, carol):
        address = f"{case.get_absolute_url()}claim/"
        answer = as_(carol).post(address)
        assert answer["Location"] == case.get_absolute_url()
        assert claimant_of(fresh(case)) == carol
        page = text_of(as_(carol).get(case.get_absolute_url()))
        assert "You are deciding this case. It is yours until" in page
        assert as_(carol).get(QUEUE + "?tab=mine").context["rows"][0].case == case
        as_(carol).post(address, {"act": "release"})
        assert claimant_of(fresh(case)) is None

    def test_others_see_whose_it_is_and_may_take_it_over(self, as_, case, carol, mallory):
        claim(moderator=carol, case=case)
        page = text_of(as_(mallory).get(case.get_absolute_url()))
        assert "Carol Kidd is deciding this case, until" in page
        assert "Carol Kidd is deciding this" in text_of(as_(mallory).get(QUEUE))
        address = f"{case.get_absolute_url()}claim/"
        as_(mallory).post(address)
        assert claimant_of(fresh(case)) == carol
        as_(mallory).post(address, {"act": "take-over", "claimant": carol.pk})
        assert claimant_of(fresh(case)) == mallory
        assert as_(mallory).post(address, {"act": "x"}).status_code == 400
        stale = as_(carol).post(address, {"act": "take-over", "claimant": carol.pk})
        assert stale.status_code == 409

    def test_scripts_get_what_is_new_or_that_nothing_is(self, as_, case, carol, mallory):
        address = f"{NEWS}?cases={case.pk},999999,x,{2**70}"
        first = as_(mallory).get(address)
        (row,) = first.json()["cases"]
        assert (row["id"], row["claimant"], row["mine"]) == (case.pk, "", False)
        etag = first["ETag"]
        assert as_(mallory).get(address, HTTP_IF_NONE_MATCH=etag).status_code == 304
        sent = as_(carol).post(
            f"{case.get_absolute_url()}claim/", headers={"accept": "application/json"}
        )
        assert (sent.status_code, sent.json()["mine"]) == (200, True)
        (row,) = as_(mallory).get(address, HTTP_IF_NONE_MATCH=etag).json()["cases"]
        assert (row["claimant"], row["mine"]) == ("Carol Kidd", False)
        refused = as_(mallory).post(
            f"{case.get_absolute_url()}claim/", headers={"accept": "application/json"}
        )
        assert refused.status_code == 409

    def test_nothing_is_told_of_what_one_wrote(self, as_, article, carol):
        own = factories.make_flag(factories.make_comment(article, author=carol)).case
        assert as_(carol).get(f"{NEWS}?cases={own.pk}").json() == {"cases": []}

    def test_the_next_is_one_that_nobody_has(self, as_, cases, carol, mallory):
        claim(moderator=mallory, case=cases[0])
        answer = as_(carol).post("/moderation/next/")
        assert answer["Location"] == cases[1].get_absolute_url()
        assert claimant_of(fresh(cases[1])) == carol
        for case in cases[2:]:
            claim(moderator=mallory, case=case)
        claim(moderator=carol, case=cases[1])
        Case.objects.filter(pk=cases[1].pk).update(state="decided", queue="decided")
        none = as_(carol).post("/moderation/next/", {"tab": "reported"})
        assert none["Location"] == f"{QUEUE}?tab=reported"

    def test_deciding_and_going_on(self, as_, cases, carol):
        answer = as_(carol).post(
            f"{cases[0].get_absolute_url()}decide/",
            {"version": 1, "action": "keep", "next": "yes"},
        )
        assert answer["Location"] == cases[1].get_absolute_url()
        assert claimant_of(fresh(cases[1])) == carol


class TestTooLate:
    def send(self, client, case, page, **values):
        file = page.context["file"]
        return client.post(
            f"{case.get_absolute_url()}decide/",
            {
                "version": page.context["version"],
                "action": "keep",
                "seen_event": file.events[-1].pk,
                "seen_revision": file.current.pk,
                **values,
            },
        )

    def test_it_says_who_decided_what(self, as_, case, carol, mallory, rules):
        page = as_(carol).get(case.get_absolute_url())
        factories.make_flag(Post.objects.get(pk=case.post_id), reason="abuse")
        decide(
            moderator=mallory, case=fresh(case), action="remove", version=fresh(case).version,
            rule=rules["civility"], reason="An insult.",
        )  # fmt: skip
        late = self.send(as_(carol), case, page)
        assert late.status_code == 409
        told, _mark, below = text_of(late).partition('<div class="split')
        told = told.partition("Since you looked at it:")[2]
        decided = "<b>Remove</b>, by rule 1: Argue with the argument"
        for words in (decided, "An insult.", "Mallory Archer", "published → removed"):
            assert words in told
        # The decision, and what happened beside it; not its line of the log as well.
        assert "<b>Flagged</b>" in told
        assert "<b>Decided</b>" not in told
        assert decided not in below.partition("What you were about to decide")[0]

    def test_it_shows_how_the_words_have_changed(self, as_, case, comment, alice, carol):
        page = as_(carol).get(case.get_absolute_url())
        revise_post(editor=alice, post=comment, source="The *ferry* ran on Mondays.")
        late = self.send(as_(carol), case, page)
        assert late.status_code == 409
        assert "<del>Sundays</del>" in text_of(late)
        assert "<ins>Mondays</ins>" in text_of(late)

    def test_it_says_so_without_what_was_seen(self, as_, case, carol, mallory):
        page = as_(carol).get(case.get_absolute_url())
        decide(moderator=mallory, case=case, action="keep", version=1)
        late = self.send(as_(carol), case, page, seen_event="x", seen_revision="9" * 30)
        assert late.status_code == 409
        told = text_of(late).partition('<div class="split')[0]
        assert "<b>Keep</b>" in told
        assert "Mallory Archer" in told

    def test_what_was_decided_before_is_no_news(self, as_, case, carol, mallory):
        decide(moderator=mallory, case=case, action="keep", version=1)
        reopen(moderator=mallory, case=fresh(case), version=2, reason="I misread it.")
        page = as_(carol).get(case.get_absolute_url())
        claim(moderator=mallory, case=fresh(case))
        told = text_of(self.send(as_(carol), case, page)).partition('<div class="split')[0]
        assert "<b>Claimed</b>" in told
        assert "<b>Keep</b>" not in told


class TestTooLateInTheApi:
    """A program hears as much as somebody at the page."""

    def read(self, api, moderator, case) -> dict:
        api.force_authenticate(moderator)
        found: dict = api.get(f"/api/v1/cases/{case.pk}/").json()
        return found

    def send(self, api, case, read, **values):
        asked = {
            "action": "keep",
            "version": read["version"],
            "seen_event": read["events"][-1]["id"],
            "seen_revision": read["post"]["revision"],
        }
        return api.post(f"/api/v1/cases/{case.pk}/decisions/", asked | values, format="json")

    def test_who_decided_what_and_why(self, api, case, carol, mallory, rules):
        read = self.read(api, carol, case)
        factories.make_flag(Post.objects.get(pk=case.post_id), reason="abuse")
        decide(
            moderator=mallory, case=fresh(case), action="remove", version=fresh(case).version,
            rule=rules["civility"], reason="An insult.",
        )  # fmt: skip
        late = self.send(api, case, read)
        assert (late.status_code, late["Content-Type"]) == (409, "application/problem+json")
        answer = late.json()
        assert (answer["version"], answer["state"]) == (fresh(case).version, "decided")
        decision = answer["changes"]["decision"]
        assert decision["moderator"] == {"name": "Mallory Archer"}
        assert (decision["action"], decision["rule"]) == ("remove", "civility")
        assert (decision["reason"], decision["state_after"]) == ("An insult.", "removed")
        assert decision["created_at"]
        assert [event["kind"] for event in answer["changes"]["events"]] == ["flagged", "decided"]
        assert answer["changes"]["text"] == []

    def test_how_the_words_have_changed(self, api, case, comment, alice, carol):
        read = self.read(api, carol, case)
        revise_post(editor=alice, post=comment, source="The *ferry* ran on Mondays.")
        claim(moderator=carol, case=fresh(case))
        changes = self.send(api, case, read).json()["changes"]
        assert changes["text"] == [
            {"kind": "same", "text": "The ferry ran on "},
            {"kind": "removed", "text": "Sundays"},
            {"kind": "added", "text": "Mondays"},
            {"kind": "same", "text": "."},
        ]
        assert changes["decision"] is None
        # That one took it oneself is no news.
        assert [event["kind"] for event in changes["events"]] == ["edited"]

    def test_who_has_it(self, api, case, carol, mallory):
        read = self.read(api, carol, case)
        claim(moderator=mallory, case=case)
        answer = self.send(api, case, read).json()
        assert (answer["claimed_by"], answer["state"]) == ("Mallory Archer", "open")

    def test_opening_again_what_is_open(self, api, case, carol, mallory):
        decide(moderator=carol, case=case, action="keep", version=1)
        read = self.read(api, carol, case)
        reopen(moderator=mallory, case=fresh(case), version=read["version"], reason="I misread it.")
        late = api.post(
            f"/api/v1/cases/{case.pk}/reopen/",
            {"version": read["version"], "reason": "Again."}, format="json",
        )  # fmt: skip
        assert late.status_code == 409
        assert late.json()["changes"]["decision"]["action"] == "keep"

    @pytest.mark.parametrize("value", ["1", -1, True, 2**70])
    def test_what_was_seen_is_a_number(self, api, case, carol, value):
        read = self.read(api, carol, case)
        refused = self.send(api, case, read, seen_event=value)
        assert refused.status_code == 400
        assert list(refused.json()["errors"]) == ["seen_event"]


class TestUndo:
    def test_one_decision(self, as_, case, carol, mallory):
        decide(moderator=carol, case=case, action="keep", version=1)
        last = Decision.objects.get()
        assert as_(mallory).post("/moderation/undo/", {"decision": last.pk}).status_code == 409
        assert f"Undo: Keep, case {case.pk}" in text_of(as_(carol).get(QUEUE))
        answer = as_(carol).post("/moderation/undo/", {"decision": last.pk})
        assert answer["Location"] == case.get_absolute_url()
        assert (fresh(case).state, fresh(case).queue) == ("open", "reported")
        assert Event.objects.filter(case=case, kind="undone").exists()


class TestPriority:
    def test_it_adds_up(self, api, case, comment, carol, alice):
        factories.make_flag(comment, flagger=carol, reason="abuse")
        past = timezone.now() - timedelta(days=8)
        Case.objects.filter(pk=case.pk).update(waits_since=past)
        api.force_authenticate(carol)
        answer = api.get(f"/api/v1/cases/{case.pk}/priority/")
        assert answer.status_code == 200
        priority = answer.json()["priority"]
        by_code = {item["code"]: item["points"] for item in priority["items"]}
        assert by_code["abuse"] == 15
        assert by_code["waiting"] == 16.5
        assert round(sum(by_code.values()), 1) == priority["total"]
        stored = fresh(case)
        assert round(sum(by_code.values()) - by_code["waiting"], 1) == stored.points
        assert (priority["points"], priority["band"]) == (stored.points, "usual")
        weights = {one["name"]: (one["weight"], one["counted"]) for one in priority["reporters"]}
        assert weights == {"Bob Cratchit": (1.0, 1.0), "Carol Kidd": (6.0, 6.0)}
        decide(moderator=carol, case=fresh(case), action="keep", version=fresh(case).version)
        assert api.get(f"/api/v1/cases/{case.pk}/priority/").json()["priority"] is None
        api.force_authenticate(alice)
        assert api.get(f"/api/v1/cases/{case.pk}/priority/").status_code == 403

    def test_the_page_says_it_in_words(self, as_, case, carol):
        text = text_of(as_(carol).get(case.get_absolute_url()))
        assert "1 person flagged it, weighed by their record" in text
        assert "said by newcomers alone: half" in text


def test_rows_say_the_points_that_they_are_listed_by(as_, cases, carol):
    """What has waited longer comes before what had more points when it came."""
    now = timezone.now()
    Case.objects.filter(pk=cases[2].pk).update(waits_since=now - timedelta(hours=48))
    place(cases[2])
    factories.make_flag(Post.objects.get(pk=cases[1].post_id), reason="abuse")
    page = as_(carol).get(QUEUE)
    rows = page.context["rows"]
    assert [row.case.pk for row in rows[:2]] == [cases[2].pk, cases[1].pk]
    assert rows[0].points < rows[1].points
    assert rows[0].total > rows[1].total
    said = f"{rows[0].total:g} points, {rows[0].waited:g} of them for waiting"
    assert said in text_of(page)


def test_like_cases_are_shown_with_what_they_have_in_common(as_, article, alice, carol, rules):
    earlier = factories.make_comment(article, author=alice, source="Buy tickets for the ferry.")
    old = factories.make_flag(earlier, reason="spam").case
    decide(
        moderator=carol, case=old, action="remove", version=1,
        rule=rules["no-advertising"], reason="An advertisement.",
    )  # fmt: skip
    again = factories.make_comment(article, source="Buy tickets for the ferry now.")
    case = factories.make_flag(again, reason="spam").case
    page = as_(carol).get(case.get_absolute_url())
    (one,) = page.context["similar"]
    assert (one.decision.case, one.decision.action) == (old, "remove")
    assert one.why == "similar words, flagged for the same reason"
    assert "Reason: An advertisement." in text_of(page)


def test_nearly_the_same_words_come_first_whoever_wrote_them(as_, article, alice, carol):
    words = "Whoever pays for the bridge should say so in public, and say how much it is."
    for source, author in (("Quite another thing.", alice), (words, None)):
        post = factories.make_comment(article, author=author, source=source)
        old = factories.make_flag(post, reason="other").case
        decide(moderator=carol, case=old, action="keep", version=1)
    post = factories.make_comment(article, author=alice, source=words + " Now!")
    case = factories.make_flag(post, reason="abuse").case
    like = as_(carol).get(case.get_absolute_url()).context["similar"]
    assert [one.why for one in like] == ["nearly the same words", "the same author"]


def test_what_was_turned_back_is_no_precedent(as_, article, alice, carol, rules):
    post = factories.make_comment(article, author=alice, source="Buy tickets.")
    old = factories.make_flag(post, reason="spam").case
    removal = decide(
        moderator=carol, case=old, action="remove", version=1,
        rule=rules["no-advertising"], reason="An advertisement.",
    )  # fmt: skip
    reverse(decision=removal, moderator=carol, basis="undo")
    old.refresh_from_db()
    decide(moderator=carol, case=old, action="keep", version=old.version, reason="It is a joke.")
    case = factories.make_flag(factories.make_comment(article, author=alice)).case
    (one,) = as_(carol).get(case.get_absolute_url()).context["similar"]
    assert (one.decision.action, one.decision.reason) == ("keep", "It is a joke.")


def test_notes_with_the_same_tag_are_like_one_another(as_, article, carol, rules):
    for quote, tags in (("everyone knows", ("bias-claim",)), ("that means", ("question",))):
        note = factories.make_annotation(article, quote=quote, tags=tags, note="")
        case = factories.make_flag(note, reason="mis-tagged").case
        decide(moderator=carol, case=case, action="keep", version=1)
    note = factories.make_annotation(article, quote="knows what", tags=("bias-claim",), note="")
    case = factories.make_flag(note, reason="other").case
    (one,) = as_(carol).get(case.get_absolute_url()).context["similar"]
    assert one.why == "the same tag"


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("reported"),
        Wanted("decided"),
        Wanted("reported", kind="comment"),
        Wanted("reported", article=1),
        Wanted("reported", course=1),
        Wanted("reported", author=1),
        Wanted("decided", rule="civility"),
        Wanted("reported", reason="spam"),
        Wanted("reported", age="older-3"),
        Wanted("reported", age="newer-1"),
    ],
    ids=str,
)
def test_the_order_comes_from_an_index(carol, wanted):
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            # Of few rows it makes light.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    for back in (False, True):
        for stretch in stretches(carol, wanted, 26, back=back):
            plan = stretch[:26].explain()
            if connection.vendor == "sqlite":
                assert "TEMP B-TREE" not in plan, plan
                assert "SCAN" not in plan, plan
            else:
                assert "Index" in plan, plan
                assert "Sort" not in plan.replace("Incremental Sort", ""), plan


@pytest.mark.parametrize(
    "wanted", [Wanted("reported", age="newer-1"), Wanted(age="newer-1", reason="spam")], ids=str
)
def test_what_came_lately_is_looked_for_at_the_end_of_each_band(carol, wanted):
    plans = [stretch[:26].explain() for stretch in stretches(carol, wanted, 26)]
    assert len(plans) == 3
    for plan in plans:
        assert ("rank>?" if connection.vendor == "sqlite" else "rank >=") in plan, plan
