"""Statements of reasons, appeals against them, and who hears what of both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.discussion.actions import revise_post
from forum.discussion.models import Post
from forum.guests.models import GuestResponse
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.moderation.actions import (
    decide,
    decide_appeal,
    file_appeal,
    file_appeal_as_guest,
    reopen,
)
from forum.moderation.actions import (
    reverse as turn_back,
)
from forum.moderation.links import link_of
from forum.moderation.models import Appeal, Case, Decision, Event
from forum.notifications.models import Notification
from tests import factories

REASON = "It is about a ferry."


def deciding(case: Case, moderator, rules, action: str = "remove", **choice) -> Decision:
    case.refresh_from_db()
    return decide(
        moderator=moderator,
        case=case,
        action=action,
        version=case.version,
        rule=rules["on-topic"],
        reason=REASON,
        **choice,
    )


@pytest.fixture
def removal(case, carol, rules) -> Decision:
    """Carol removed what Bob flagged, which Alice wrote."""
    return deciding(case, carol, rules)


@pytest.fixture
def kept(case, carol, rules) -> Decision:
    return deciding(case, carol, rules, action="keep")


@pytest.fixture
def appeal(removal, alice) -> Appeal:
    return file_appeal(decision=removal, appellant=alice, text="The ferry is in the text.")


def result_of(appeal: Appeal) -> Decision:
    assert appeal.result is not None
    return appeal.result


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


class TestStatement:
    def test_it_says_what_why_how_and_until_when(self, as_, removal, alice):
        text = text_of(as_(alice).get(reverse("decision", args=[removal.pk])))
        for said in (
            "It was removed",
            "The <em>ferry</em> ran on Sundays.",
            "1 reader flagged it: It has nothing to do with the article.",
            "It is against the rules of the site",
            "Rule 2: Keep to the text",
            "(version 1)",
            REASON,
            "A person decided this; no program found it.",
            "wherever this site is read",
            "It has no end",
            "you can appeal until",
        ):
            assert said in text, said
        for untold in ("Bob Cratchit", "Carol Kidd", "It is about boats."):
            assert untold not in text

    def test_the_e_mail_says_the_same_and_leads_there(self, removal, alice):
        notice = Notification.objects.get(recipient=alice)
        assert notice.path == reverse("decision", args=[removal.pk])
        for said in ("Rule 2", "version 1", REASON, "1 reader flagged it", "you can appeal until"):
            assert said in notice.body

    def test_flaggers_are_told_of_a_removal_and_have_nothing_to_appeal(self, as_, removal, bob):
        page = as_(bob).get(reverse("decision", args=[removal.pk]))
        assert REASON in text_of(page)
        assert page.context["form"] is None
        with pytest.raises(Forbidden):
            file_appeal(decision=removal, appellant=bob, text="Why not all of it?")

    def test_others_do_not_learn_of_it(self, as_, removal, sam, dan, erin):
        for person in (sam, dan, erin):
            assert as_(person).get(reverse("decision", args=[removal.pk])).status_code == 404

    def test_a_flagger_reads_the_words_they_have_read(
        self, as_, case, comment, alice, bob, carol, rules
    ):
        Post.objects.filter(pk=comment.pk).update(state="hidden", held_for="edited")
        revise_post(editor=alice, post=Post.objects.get(pk=comment.pk), source="Words that wait.")
        made = deciding(case, carol, rules, action="remove")
        assert "Words that wait." not in text_of(as_(bob).get(reverse("decision", args=[made.pk])))
        assert "Words that wait." in text_of(as_(alice).get(reverse("decision", args=[made.pk])))

    def test_in_the_api(self, api, removal, alice, bob, sam):
        address = reverse("api-decision", args=[removal.pk])
        api.force_authenticate(alice)
        found = api.get(address).json()
        assert found["text"] == "The ferry ran on Sundays."
        assert (found["action"], found["ground"], found["stands"]) == (
            "remove",
            "incompatible",
            True,
        )
        assert found["rule"]["slug"] == "on-topic"
        assert found["appeal_until"] is not None
        api.force_authenticate(bob)
        assert api.get(address).json()["appeal_until"] is None
        api.force_authenticate(sam)
        assert api.get(address).status_code == 404

    def test_what_a_program_found_is_said_to_be(self, case, comment, alice, carol, rules):
        Post.objects.filter(pk=comment.pk).update(state="held", held_for="words")
        deciding(case, carol, rules)
        told = Notification.objects.get(recipient=alice).body
        assert "A program found it; a person decided." in told
        # It stays what it was for which it waited, as nobody has read it.
        assert "It was held for review: It has words of a list of suspect words." in told

    def test_tags_are_called_by_their_labels(self, as_, article, bob, carol, rules):
        note = factories.make_annotation(article, author=bob)
        factories.make_flag(note, reason="mis-tagged")
        case = Case.objects.get(post=note)
        decision = deciding(case, carol, rules, "retag", tags=["missing-factor"])
        page = text_of(as_(bob).get(reverse("decision", args=[decision.pk])))
        assert "Before: Bias claim. Now: Missing factor." in page

    def test_it_names_every_redress(self, removal, alice):
        told = Notification.objects.get(recipient=alice, key=f"decision:{removal.pk}")
        # Article 17 (3) (f).
        for way in ("you can appeal until", "out-of-court body", "to a court"):
            assert way in told.body


class TestFiling:
    def test_the_case_comes_back(self, appeal, removal, case, alice):
        case.refresh_from_db()
        assert case.appealed_at == appeal.filed_at
        assert (appeal.party, appeal.outcome) == ("author", "")
        last = Event.objects.filter(case=case).last()
        assert last is not None
        assert (last.kind, last.actor) == ("appealed", alice)

    def test_once_for_each_decision(self, appeal, removal, alice):
        with pytest.raises(Conflict) as refused:
            file_appeal(decision=removal, appellant=alice, text="Again.")
        assert refused.value.code == "appealed"

    def test_flaggers_object_to_what_is_kept(self, kept, alice, bob):
        assert file_appeal(decision=kept, appellant=bob, text="Read it again.").party == "flagger"
        with pytest.raises(Forbidden):
            file_appeal(decision=kept, appellant=alice, text="I am glad.")

    def test_nobody_else_does(self, removal, sam, carol):
        with pytest.raises(NotFound):
            file_appeal(decision=removal, appellant=sam, text="I liked it.")
        with pytest.raises(Forbidden):
            file_appeal(decision=removal, appellant=carol, text="I did not mean it.")

    def test_for_184_days(self, removal, alice):
        removal.created_at -= timedelta(days=184)
        with pytest.raises(Forbidden) as refused:
            file_appeal(decision=removal, appellant=alice, text="Too late?")
        assert refused.value.code == "too-late"

    def test_a_site_may_have_none(self, settings, removal, alice):
        settings.APPEAL_DAYS = 0
        with pytest.raises(Forbidden):
            file_appeal(decision=removal, appellant=alice, text="Nobody listens.")

    def test_what_does_not_stand_any_more_cannot_be_appealed(self, removal, alice, carol):
        turn_back(decision=removal, moderator=carol, basis="undo")
        with pytest.raises(Conflict):
            file_appeal(decision=removal, appellant=alice, text="It was wrong.")

    def test_on_the_page(self, as_, removal, alice):
        address = reverse("decision-appeal", args=[removal.pk])
        page = as_(alice).post(address, {"text": "  "})
        assert (page.status_code, "Say why." in text_of(page)) == (400, True)
        long = "x" * 20_001
        page = as_(alice).post(address, {"text": long})
        assert (page.status_code, long in text_of(page)) == (400, True)
        page = as_(alice).post(address, {"text": "It is about the text."}, follow=True)
        assert "Your appeal has arrived" in text_of(page)
        assert "It is about the text." in text_of(page)
        page = as_(alice).post(address, {"text": "Once more."})
        assert page.status_code == 409

    def test_what_was_typed_waits_until_one_has_logged_in(self, as_, client, removal, alice):
        address = reverse("decision-appeal", args=[removal.pk])
        page = client.post(address, {"text": "It is about the text."})
        assert page.status_code == 302
        client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
        page = client.get(reverse("decision", args=[removal.pk]))
        assert "It is about the text." in text_of(page)

    def test_a_case_with_an_appeal_is_not_simply_opened_again(self, appeal, case, carol):
        case.refresh_from_db()
        with pytest.raises(Conflict):
            reopen(moderator=carol, case=case, version=case.version, reason="Hm.")
        assert Case.objects.get(pk=case.pk).state == "decided"


class TestDeciding:
    def test_overturned_is_turned_back_and_everybody_hears(
        self, appeal, removal, case, comment, alice, bob, carol, frances
    ):
        done = decide_appeal(
            moderator=frances, appeal=appeal, outcome="overturned", answer="It is in the text."
        )
        comment.refresh_from_db()
        case.refresh_from_db()
        assert (comment.state, case.state, case.appealed_at) == ("published", "decided", None)
        assert result_of(done).overrides == removal
        assert (done.outcome, done.decided_by) == ("overturned", frances)
        for person in (alice, bob):
            told = Notification.objects.filter(recipient=person)[0]
            assert "On appeal" in told.subject
            assert "It is in the text." in told.body
            assert told.path == reverse("decision", args=[result_of(done).pk])
            assert Notification.objects.filter(recipient=person).count() == 2

    def test_upheld_changes_nothing(self, appeal, comment, case, frances):
        decide_appeal(moderator=frances, appeal=appeal, outcome="upheld", answer="It is not.")
        comment.refresh_from_db()
        case.refresh_from_db()
        assert (comment.state, case.appealed_at) == ("removed", None)
        assert Decision.objects.count() == 1

    def test_varied_decides_something_else(self, as_, appeal, removal, comment, frances, rules):
        done = decide_appeal(
            moderator=frances,
            appeal=appeal,
            outcome="varied",
            answer="The thread ends here, the words stay.",
            action="lock",
            rule=rules["on-topic"],
        )
        comment.refresh_from_db()
        assert (comment.state, comment.locked_at is not None) == ("published", True)
        assert (result_of(done).action, result_of(done).basis) == ("lock", "appeal")
        assert result_of(done).overrides == removal
        assert [d.action for d in Decision.objects.all()] == ["remove", "reverse", "lock"]
        page = as_(frances).get(f"/moderation/appeals/{appeal.pk}/").content.decode()
        instead = page.partition("What was decided instead")[2]
        assert "<b>Lock the thread</b>, by rule" in instead

    def test_varied_says_what(self, appeal, frances):
        with pytest.raises(Refused) as refused:
            decide_appeal(moderator=frances, appeal=appeal, outcome="varied", answer="Hm.")
        assert refused.value.field == "action"

    def test_what_was_kept_is_looked_at_again(self, kept, bob, sam, comment, case, frances):
        first = file_appeal(decision=kept, appellant=bob, text="Read it again.")
        done = decide_appeal(moderator=frances, appeal=first, outcome="overturned", answer="Right.")
        case.refresh_from_db()
        assert (case.state, result_of(done).action) == ("open", "reverse")

    def test_what_is_decided_on_appeal_is_final_here(self, appeal, bob, frances):
        done = decide_appeal(moderator=frances, appeal=appeal, outcome="overturned", answer="Yes.")
        with pytest.raises(Forbidden) as refused:
            file_appeal(decision=result_of(done), appellant=bob, text="And I?")
        assert refused.value.code == "final"

    def test_not_by_whoever_decided(self, appeal, carol, mallory):
        with pytest.raises(Forbidden):
            decide_appeal(moderator=carol, appeal=appeal, outcome="upheld", answer="I was right.")
        decide_appeal(moderator=mallory, appeal=appeal, outcome="upheld", answer="She was right.")

    def test_by_the_only_moderator_after_a_day_and_it_is_said(
        self, appeal, alice, carol, case, monkeypatch
    ):
        with pytest.raises(Forbidden) as refused:
            decide_appeal(moderator=carol, appeal=appeal, outcome="upheld", answer="I was right.")
        assert refused.value.code == "too-early"
        monkeypatch.setattr(timezone, "now", lambda: appeal.filed_at + timedelta(hours=24))
        decide_appeal(moderator=carol, appeal=appeal, outcome="upheld", answer="I was right.")
        assert "nobody else moderates" in Notification.objects.filter(recipient=alice)[0].body
        assert "nobody else moderates" in case.events.get(kind="appeal-decided").detail

    def test_undone_by_whoever_decided_it_is_answered(self, appeal, removal, case, carol):
        turn_back(decision=removal, moderator=carol, basis="undo")
        appeal.refresh_from_db()
        case.refresh_from_db()
        assert (appeal.outcome, case.appealed_at) == ("overturned", None)

    def test_on_the_page(self, as_, appeal, frances, carol, alice):
        address = reverse("appeal", args=[appeal.pk])
        assert as_(alice).get(address).status_code == 403
        assert "somebody else decides the appeal" in text_of(as_(carol).get(address))
        page = as_(frances).get(address)
        assert "The ferry is in the text." in text_of(page)
        page = as_(frances).post(address, {"outcome": "overturned", "answer": ""})
        assert (page.status_code, "Say why." in text_of(page)) == (400, True)
        sent = {"outcome": "overturned", "answer": "It is in the text."}
        page = as_(frances).post(address, sent, follow=True)
        assert "Everybody concerned has been told." in text_of(page)
        page = as_(frances).post(address, sent)
        assert page.status_code in (403, 409)

    def test_in_the_api(self, api, removal, alice, frances):
        api.force_authenticate(alice)
        address = reverse("api-appeals", args=[removal.pk])
        assert api.post(address, {"text": ""}, format="json").status_code == 400
        filed = api.post(address, {"text": "It is in the text."}, format="json")
        assert (filed.status_code, filed.json()["party"]) == (201, "author")
        address = reverse("api-appeal", args=[filed.json()["id"]])
        assert api.get(address).status_code == 403
        api.force_authenticate(frances)
        assert api.get(address).json()["text"] == "It is in the text."
        sent = {"outcome": "overturned", "answer": "So it is."}
        assert api.patch(address, sent, format="json").json()["outcome"] == "overturned"
        assert api.patch(address, sent, format="json").status_code == 409

    def test_what_is_varied_in_the_api_says_what_it_is_about(self, api, appeal, frances):
        api.force_authenticate(frances)
        address = reverse("api-appeal", args=[appeal.pk])
        sent = {"outcome": "varied", "answer": "Less.", "action": "lock", "rule": "civility"}
        wrong = api.patch(address, sent | {"category": "RUDENESS"}, format="json")
        assert list(wrong.json()["errors"]) == ["category"]
        assert api.patch(address, sent | {"category": "VIOLENCE"}, format="json").status_code == 200
        appeal.refresh_from_db()
        assert result_of(appeal).category == "VIOLENCE"


class TestGuests:
    @pytest.fixture
    def guest(self, comment) -> GuestResponse:
        Post.objects.filter(pk=comment.pk).update(author=None, author_name="Gwen (guest)")
        return GuestResponse.objects.create(
            parent=comment.parent,
            name="Gwen",
            email="gwen@example.org",
            email_digest="0" * 64,
            expires_at=comment.created_at,
            confirmed_at=comment.created_at,
            post=comment,
        )

    def test_by_a_link_in_their_letter(self, guest, client, case, carol, rules, mailoutbox):
        case = Case.objects.get(pk=case.pk)
        decision = deciding(case, carol, rules)
        link = link_of(guest, decision)
        page = client.get(link)
        assert (page.status_code, REASON in text_of(page)) == (200, True)
        assert client.post(link, {"text": "It is in the text."}).status_code == 302
        appeal = Appeal.objects.get()
        assert (appeal.appellant, appeal.appellant_name, appeal.party) == (None, "Gwen", "author")
        with pytest.raises(Conflict):
            file_appeal_as_guest(guest=guest, decision=decision, text="Again.")
        assert client.post(link, {"text": "Again."}).status_code == 409

    def test_a_link_that_is_not_ours(self, guest, client, case, carol, rules):
        decision = deciding(Case.objects.get(pk=case.pk), carol, rules)
        link = link_of(guest, decision)
        for wrong in (link[:-3] + "x/", link_of(GuestResponse(pk=999_999), decision)):
            assert client.get(wrong).status_code == 404
