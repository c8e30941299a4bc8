"""What a moderator of a part of the site is offered and told of people: what is of that part."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.courses.models import Course
from forum.lib.errors import Refused
from forum.moderation.actions import decide
from forum.moderation.models import Notice, Sanction
from forum.moderation.people.grounds import Place
from forum.moderation.people.person_record import FLAGS, record_of
from forum.moderation.people.strikes import unfounded_notices
from tests import factories
from tests.moderation.people.conftest import in_

FORM = "/moderation/people/alice/sanction/"


@pytest.fixture
def patty(article, alice):
    """Moderates the article, where Alice has written something, and nothing else."""
    factories.make_comment(article, author=alice)
    person = factories.make_user("patty")
    factories.make_role(person, article=article)
    return person


@pytest.fixture
def elsewhere(dan, codebook):
    return factories.make_article(author=dan, title="Elsewhere")


@pytest.fixture
def removed(rules, carol):
    """``removed(alice, article)``: what Carol decided about a response of Alice's there."""

    def remove(author, article, action="remove"):
        case = factories.make_flag(factories.make_comment(article, author=author)).case
        said = {"rule": rules["civility"], "reason": "Names."} if action != "keep" else {}
        return decide(moderator=carol, case=case, action=action, version=case.version, **said)

    return remove


@pytest.fixture
def sent(rules) -> dict[str, object]:
    return {
        "seen": 0,
        "kind": "silence",
        "days": 7,
        "scope": "article",
        "rule": rules["civility"].pk,
        "reason": "Names.",
        "act": "give",
    }


class TestTheForm:
    def test_it_offers_what_they_moderate(self, alice, patty, carol):
        Course.objects.create(slug="secret", title="A secret course")
        page = in_(patty).get(FORM).content.decode()
        for never in ("A secret course", 'value="site"', 'value="course"', 'value="ban"'):
            assert never not in page
        assert "A secret course" in in_(carol).get(FORM).content.decode()

    def test_a_course_of_others_is_like_none(self, alice, patty, article, sent):
        theirs = Course.objects.create(slug="theirs", title="Theirs")
        factories.make_role(patty, course=Course.objects.create(slug="mine", title="Mine"))
        there, nowhere = (
            in_(patty).post(FORM, sent | {"scope": "course", "course": pk}).content.decode()
            for pk in (theirs.pk, 999_999)
        )
        assert "Theirs" not in there
        assert [line for line in there.splitlines() if "error" in line] == [
            line for line in nowhere.splitlines() if "error" in line
        ]

    @pytest.mark.parametrize("who", ["patty", "carol"])
    def test_a_draft_and_anothers_article_are_like_none(
        self, request, alice, elsewhere, sent, api, who, rules
    ):
        person = request.getfixturevalue(who)
        draft = factories.make_article(title="Not yet", draft=True)
        slugs = [draft.slug, *([elsewhere.slug] if who == "patty" else [])]
        for slug in slugs:
            answer = in_(person).post(FORM, sent | {"article": slug})
            assert answer.status_code == 400
            assert "There is no such article." in answer.content.decode()
            api.force_authenticate(person)
            new = {"kind": "warn", "seen": 0, "rule": "civility", "reason": "Names."}
            told = [
                api.post(
                    "/api/v1/people/alice/sanctions/", new | {"scope": "article", "article": one}
                )
                for one in (slug, "nowhere")
            ]
            assert [one.status_code for one in told] == [400, 400]
            assert told[0].json()["errors"] == told[1].json()["errors"]
        assert not Sanction.objects.exists()

    def test_in_their_article_they_sanction(self, alice, patty, article, sent):
        assert in_(patty).post(FORM, sent | {"article": article.slug}).status_code == 302
        assert Sanction.objects.get().article == article


class TestTheDecisionThatLedToIt:
    def test_from_the_case_to_the_statement(self, alice, carol, article, removed, sent):
        decision = removed(alice, article)
        case = in_(carol).get(decision.case.get_absolute_url()).content.decode()
        assert f"{FORM}?decision={decision.pk}" in case
        form = in_(carol).get(FORM, {"decision": decision.pk}).content.decode()
        assert f'<option value="{decision.pk}" selected' in form
        in_(carol).post(FORM, sent | {"scope": "site", "decision": decision.pk})
        made = Sanction.objects.get()
        assert made.decision == decision
        own = in_(alice).get(f"/you/standing/{made.pk}/").content.decode()
        assert f"/decisions/{decision.pk}/" in own
        assert decision.case.get_absolute_url() in (
            in_(factories.make_user(is_moderator=True))
            .get(made.get_absolute_url())
            .content.decode()
        )
        assert f"/decisions/{decision.pk}/" in alice.notifications.latest("pk").body

    def test_not_one_about_another_or_elsewhere(
        self, alice, bob, patty, article, elsewhere, removed, sent, sanction, api
    ):
        wrong = [removed(bob, article), removed(alice, elsewhere)]
        for decision in wrong:
            answer = in_(patty).post(
                FORM, sent | {"article": article.slug, "decision": decision.pk}
            )
            assert answer.status_code == 400
            assert not Sanction.objects.exists()
            with pytest.raises(Refused) as refusal:
                sanction(
                    alice, "silence", by=patty, place=Place(article=article), decision=decision
                )
            assert refusal.value.field == "decision"


class TestTheRecord:
    @pytest.fixture
    def history(self, alice, article, elsewhere, removed, sanction):
        """Alice has something in both places: decisions, flags, sanctions."""
        for place in (article, elsewhere):
            removed(alice, place)
            factories.make_flag(factories.make_comment(place), flagger=alice, note=place.title)
            sanction(alice, "silence", place=Place(article=place), reason=f"In {place.title}.")
        sanction(alice, "premoderate", reason="All over.")

    def test_of_their_part_alone(self, alice, patty, carol, article, elsewhere, history):
        record = record_of(patty, alice)
        assert len(record.decisions.rows) == len(record.strikes) == len(record.flags) == 1
        assert record.flags_raised == 1
        assert [held.sanction.reason for held in record.sanctions.rows] == [f"In {article.title}."]
        assert record.notes.rows == []
        page = in_(patty).get("/moderation/people/alice/").content.decode()
        assert article.title in page
        for never in (elsewhere.title, "All over.", "Add the note"):
            assert never not in page
        whole = record_of(carol, alice)
        assert (len(whole.decisions.rows), len(whole.flags)) == (2, 2)
        assert len(whole.sanctions.rows) == 3

    def test_the_api_too(self, alice, patty, carol, article, history, api):
        api.force_authenticate(patty)
        record = api.get("/api/v1/people/alice/record/").data
        assert (len(record["strikes"]), record["flags_raised"]) == (1, 1)
        rows = api.get("/api/v1/people/alice/sanctions/").data["results"]
        assert [row["reason"] for row in rows] == [f"In {article.title}."]
        # It would say how many there are elsewhere.
        assert [row["number"] for row in rows] == [None]
        assert api.get("/api/v1/people/alice/notes/").status_code == 403
        api.force_authenticate(carol)
        rows = api.get("/api/v1/people/alice/sanctions/").data["results"]
        assert [row["number"] for row in rows] == [1, 2, 3]

    def test_they_note_nothing_about_the_whole_person(self, alice, patty):
        sent = in_(patty).post("/moderation/people/alice/notes/", {"text": "Hm."})
        assert sent.status_code == 403

    def test_flags_with_what_came_of_them_page_by_page(self, alice, bob, carol, article):
        for number in range(FLAGS + 1):
            flag = factories.make_flag(
                factories.make_comment(article), flagger=bob, note=f"Flag {number}."
            )
        case = flag.case
        decide(moderator=carol, case=case, action="keep", version=case.version)
        client = in_(carol)
        first = client.get("/moderation/people/bob/").content.decode()
        assert "Keep</span>" in first
        assert "Not decided yet" in first
        assert "Flag 0." not in first
        second = client.get("/moderation/people/bob/?flags=2").content.decode()
        assert "Flag 0." in second
        assert client.get("/moderation/people/bob/?flags=x").status_code == 200

    def test_nobody_reads_who_flagged_what_they_wrote(self, bob, carol, article):
        own = factories.make_comment(article, author=carol)
        factories.make_flag(own, flagger=bob, note="She is at it again.")
        assert record_of(carol, bob).flags == []
        assert "at it again" not in in_(carol).get("/moderation/people/bob/").content.decode()

    def test_it_costs_the_same_however_much_there_is(self, alice, carol, article, removed):
        def cost() -> int:
            client = in_(carol)
            client.get("/moderation/people/alice/")
            with CaptureQueriesContext(connection) as queries:
                client.get("/moderation/people/alice/")
            return len(queries)

        def more():
            removed(alice, article)
            factories.make_flag(factories.make_comment(article), flagger=alice)

        more()
        one = cost()
        for _n in range(4):
            more()
        assert cost() == one


class TestNotices:
    @pytest.fixture
    def gave(self, alice, carol, article, removed):
        """``gave(8)``: so many notices of Alice's led to nothing."""

        def give(number, action="keep"):
            for _n in range(number):
                decision = removed(factories.make_user(), article, action)
                Notice.objects.create(
                    case=decision.case,
                    revision=decision.revision,
                    notifier=alice,
                    name="Alice",
                    email="alice@example.org",
                    explanation="No.",
                    category="VIOLENCE",
                    url="https://example.org/",
                    state="decided",
                    decision=decision,
                    decided_at=timezone.now() + timedelta(seconds=1),
                )

        return give

    def test_unfounded_notices_propose_a_warning_first(self, alice, carol, gave, sanction):
        gave(7)
        assert record_of(carol, alice).proposals == []
        gave(1)
        (proposal,) = record_of(carol, alice).proposals
        assert (proposal.kind, proposal.misuse, proposal.number, proposal.of) == (
            *("warn", "flags"),
            *(8, 8),
        )
        page = in_(carol).get("/moderation/people/alice/").content.decode()
        assert "of 8 notices of illegal content" in page

    def test_who_is_mostly_right_is_left_alone(self, alice, carol, gave):
        gave(8)
        gave(3, "remove")
        assert unfounded_notices(alice) == (8, 11)
        assert record_of(carol, alice).proposals == []
