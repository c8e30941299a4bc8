"""Appeals against sanctions: from the statement to the answer, and what comes of it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import permissions
from forum.accounts.erasing import erase_account
from forum.discussion.models import Post
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.moderation.models import Appeal, Event, FlagSetAside, Sanction
from forum.moderation.people.appealing import appeal_against, decide_sanction_appeal
from forum.moderation.people.approving import approve, refuse
from forum.moderation.people.grounds import Place
from forum.moderation.people.lifting import lift
from forum.moderation.people.setting_aside import take_flag
from forum.moderation.people.telling import key_of_answer
from forum.moderation.transparency.report import count
from forum.moderation.transparency.template import tables
from forum.notifications.models import Notification
from forum.notifications.outbox import deliver_outbox
from tests import factories
from tests.moderation.people.conftest import in_


def kinds_in_force(person) -> list[str]:
    held = Sanction.objects.in_force().filter(person=person)
    return sorted(held.values_list("kind", flat=True))


@pytest.fixture
def banned(alice, carol, mallory, sanction) -> Sanction:
    """A ban of Alice that Carol proposed and Mallory approved."""
    ban: Sanction = sanction(alice, "ban")
    approve(moderator=mallory, sanction=ban)
    alice.refresh_from_db()
    return ban


@pytest.fixture
def appealed(alice, sanction):
    """``appealed("silence")``: Alice has such a sanction, and has appealed against it."""

    def make(kind: str = "silence", **said) -> Appeal:
        given = sanction(alice, kind, **said)
        return appeal_against(sanction=given, appellant=alice, text="I called nobody a name.")

    return make


class TestFiling:
    def test_whoever_is_banned_logs_in_reads_why_and_appeals(self, banned):
        client = Client()
        client.post("/accounts/login/", {"login": "alice", "password": factories.PASSWORD})
        address = f"/you/standing/{banned.pk}/"
        page = client.get(address).content.decode()
        assert "You call people names." in page
        assert "Send the appeal" in page
        sent = client.post(f"{address}appeal/", {"text": "I called nobody a name."})
        assert (sent.status_code, sent["Location"]) == (302, address)
        page = client.get(address).content.decode()
        assert "waits for somebody who did not give the sanction" in page
        assert "Send the appeal" not in page
        assert "I called nobody a name." in page
        logged = Event.objects.get(kind="appealed")
        assert (logged.actor_name, logged.subject_name) == ("Alice Liddell", "Alice Liddell")

    def test_the_e_mail_leads_there_whatever_they_have_chosen(self, alice, sanction):
        alice.email_notices = False
        alice.save(update_fields=["email_notices"])
        given = sanction(alice, "suspend")
        assert deliver_outbox.func() == 1
        (letter,) = mail.outbox
        assert f"/you/standing/{given.pk}/" in letter.body
        assert "appeal until" in letter.body
        assert "List-Unsubscribe" not in letter.extra_headers

    @pytest.mark.parametrize("kind", ["warn", "premoderate", "silence", "suspend"])
    def test_every_kind_can_be_appealed_against_once(self, alice, appealed, kind):
        first = appealed(kind)
        with pytest.raises(Conflict) as again:
            appeal_against(sanction=first.sanction, appellant=alice, text="Again.")
        assert again.value.code == "appealed"
        assert Appeal.objects.count() == 1

    def test_for_as_long_as_decisions(self, alice, sanction, settings, monkeypatch):
        given = sanction(alice, "silence")
        monkeypatch.setattr(
            timezone, "now", lambda: given.created_at + timedelta(days=184, seconds=1)
        )
        with pytest.raises(Forbidden) as late:
            appeal_against(sanction=given, appellant=alice, text="Late.")
        assert late.value.code == "too-late"
        settings.APPEAL_DAYS = 200
        appeal_against(sanction=given, appellant=alice, text="In time.")

    def test_a_ban_from_its_approval_on(self, alice, mallory, sanction, settings):
        ban = sanction(alice, "ban", meanwhile=False)
        Sanction.objects.filter(pk=ban.pk).update(approved_at=None)
        approve(moderator=mallory, sanction=ban)
        until = ban.approved_at + timedelta(days=settings.APPEAL_DAYS)
        page = in_(alice).get(f"/you/standing/{ban.pk}/").content.decode()
        assert f"{timezone.localtime(until):%Y}" in page

    def test_not_at_all_where_the_site_says_so(self, alice, sanction, settings):
        settings.APPEAL_DAYS = 0
        given = sanction(alice, "silence")
        page = in_(alice).get(f"/you/standing/{given.pk}/").content.decode()
        assert "Send the appeal" not in page
        assert "or to a court" in page
        refused = in_(alice).post(f"/you/standing/{given.pk}/appeal/", {"text": "No."})
        assert refused.status_code == 403

    @pytest.mark.parametrize("text", ["", "  ", "x" * 40_001])
    def test_what_cannot_be_taken_is_said_and_stays(self, alice, sanction, text):
        given = sanction(alice, "silence")
        answer = in_(alice).post(f"/you/standing/{given.pk}/appeal/", {"text": text})
        assert answer.status_code == 400
        assert text.strip() in answer.content.decode()
        assert not Appeal.objects.exists()

    def test_what_was_typed_waits_while_they_log_in(self, alice, sanction):
        given = sanction(alice, "silence")
        client = Client()
        client.post(f"/you/standing/{given.pk}/appeal/", {"text": "I called nobody a name."})
        client.force_login(alice)
        page = client.get(f"/you/standing/{given.pk}/").content.decode()
        assert "I called nobody a name." in page
        assert "Send the appeal" in page

    def test_of_a_ban_that_waits_they_learn_nothing(self, alice, bob, sanction, api):
        ban = sanction(alice, "ban", meanwhile=False)
        for person in (alice, bob):
            client = in_(person)
            assert client.get(f"/you/standing/{ban.pk}/").status_code == 404
            sent = client.post(f"/you/standing/{ban.pk}/appeal/", {"text": "No."})
            assert sent.status_code == 404
            assert client.post(f"/you/standing/{ban.pk}/acknowledge/").status_code == 404
        api.force_authenticate(alice)
        put = api.put(f"/api/v1/you/standing/{ban.pk}/acknowledgement/")
        assert put.status_code == 404

    def test_nobody_appeals_for_another(self, alice, bob, carol, sanction):
        given = sanction(alice, "silence")
        for person in (bob, carol):
            with pytest.raises(NotFound):
                appeal_against(sanction=given, appellant=person, text="They did not.")

    def test_what_was_lifted_is_appealed_against_no_more(self, alice, mallory, sanction):
        given = sanction(alice, "silence")
        lift(moderator=mallory, sanction=given, reason="Enough.")
        with pytest.raises(Conflict):
            appeal_against(sanction=given, appellant=alice, text="It was wrong.")

    def test_what_has_run_out_still_is(self, alice, carol, mallory, sanction, monkeypatch):
        given = sanction(alice, "silence", days=1)
        monkeypatch.setattr(timezone, "now", lambda: given.created_at + timedelta(days=2))
        appeal = appeal_against(sanction=given, appellant=alice, text="It was wrong.")
        decide_sanction_appeal(
            moderator=mallory, appeal=appeal, outcome="overturned", answer="It was."
        )
        given.refresh_from_db()
        assert given.overturned


class TestWhoDecides:
    def why_not(self, person, appeal) -> str:
        refusal = permissions.refusal(person, "sanction.answer", appeal)
        return "" if refusal is None else refusal.code or type(refusal).__name__

    def test_neither_who_gave_a_ban_nor_who_approved_it(self, alice, carol, mallory, banned):
        appeal = appeal_against(sanction=banned, appellant=alice, text="No.")
        third = factories.make_user(is_moderator=True)
        assert self.why_not(carol, appeal) == "second-moderator"
        assert self.why_not(mallory, appeal) == "second-moderator"
        assert self.why_not(third, appeal) == ""

    def test_whoever_leads_appeals_where_somebody_does(self, appealed, mallory):
        appeal = appealed()
        assert self.why_not(mallory, appeal) == ""
        lead = factories.make_user(leads_appeals=True)
        assert isinstance(permissions.refusal(mallory, "sanction.answer", appeal), Forbidden)
        assert self.why_not(lead, appeal) == ""

    def test_of_the_rank_of_whoever_gave_it(self, appealed, mallory, frances):
        appeal = appealed(by=frances)
        assert self.why_not(mallory, appeal) == "outranked"
        assert self.why_not(factories.make_user(is_superuser=True), appeal) == ""

    def test_nobody_about_their_equals(self, carol, mallory, frances, sanction):
        appeal = appeal_against(
            sanction=sanction(carol, "silence", by=frances), appellant=carol, text="No."
        )
        assert self.why_not(mallory, appeal) == "outranked"

    def test_whoever_gave_it_a_day_later_where_nobody_else_can(self, appealed, carol, monkeypatch):
        appeal = appealed()
        assert self.why_not(carol, appeal) == "too-early"
        monkeypatch.setattr(timezone, "now", lambda: appeal.filed_at + timedelta(hours=25))
        decide_sanction_appeal(moderator=carol, appeal=appeal, outcome="upheld", answer="No.")
        told = Notification.objects.filter(key=f"sanction-appeal:{appeal.pk}").get()
        assert "nobody else here could" in told.body
        assert "nobody else could" in Event.objects.get(kind="appeal-decided").detail

    def test_in_their_part_of_the_site(self, appealed, article, alice):
        elsewhere, here = factories.make_user(), factories.make_user()
        factories.make_role(elsewhere, article=factories.make_article(title="Other"))
        factories.make_role(here, article=article)
        giver = factories.make_user()
        factories.make_role(giver, article=article)
        factories.make_comment(article, author=alice)
        appeal = appealed(by=giver, place=Place(article=article))
        assert isinstance(permissions.refusal(elsewhere, "sanction.answer", appeal), NotFound)
        assert self.why_not(here, appeal) == ""

    def test_not_whoever_is_suspended(self, appealed, mallory, frances, sanction):
        appeal = appealed()
        sanction(mallory, "suspend", by=frances)
        assert self.why_not(mallory, appeal)


class TestDeciding:
    def test_upheld_it_stands_and_everybody_hears(self, alice, carol, mallory, appealed):
        appeal = appealed()
        decide_sanction_appeal(
            moderator=mallory, appeal=appeal, outcome="upheld", answer="You did, twice."
        )
        assert kinds_in_force(alice) == ["silence"]
        told = Notification.objects.filter(key=f"sanction-appeal:{appeal.pk}")
        assert {notice.recipient for notice in told} == {alice, carol}
        assert all("You did, twice." in notice.body for notice in told)
        page = in_(alice).get(f"/you/standing/{appeal.sanction_id}/").content.decode()
        assert "It stands" in page
        assert "You did, twice." in page
        logged = Event.objects.get(kind="appeal-decided")
        assert (logged.actor_name, logged.subject_name) == ("Mallory Archer", "Alice Liddell")

    def test_overturned_a_ban_is_as_if_it_had_never_been(self, alice, article, banned, frances):
        appeal = appeal_against(sanction=banned, appellant=alice, text="No.")
        decide_sanction_appeal(
            moderator=frances, appeal=appeal, outcome="overturned", answer="It was somebody else."
        )
        banned.refresh_from_db()
        alice.refresh_from_db()
        assert (banned.overturned, banned.lifted_by, banned.lifted_reason) == (
            *(True, frances),
            "It was somebody else.",
        )
        assert not alice.is_sanctioned
        sent = in_(alice).post(
            f"/articles/{article.slug}/respond/", {"source": "Back.", "token": "t"}
        )
        assert sent.status_code == 302
        assert Post.objects.filter(author=alice).exists()
        told = Notification.objects.filter(key=f"sanction-appeal:{appeal.pk}")
        assert {notice.recipient.username for notice in told} == {"alice", "carol", "mallory"}
        assert not Notification.objects.filter(key__endswith=":lifted", recipient=alice).exists()
        kinds = set(Event.objects.filter(subject=alice).values_list("kind", flat=True))
        assert {"appealed", "appeal-decided", "lifted"} <= kinds

    def test_overturned_what_it_replaced_holds_again(self, alice, mallory, sanction):
        first = sanction(alice, "silence", days=300)
        second = sanction(alice, "silence", days=3)
        assert list(Sanction.objects.in_force().filter(person=alice)) == [second]
        appeal = appeal_against(sanction=second, appellant=alice, text="No.")
        decide_sanction_appeal(moderator=mallory, appeal=appeal, outcome="overturned", answer="No.")
        assert list(Sanction.objects.in_force().filter(person=alice)) == [first]

    def test_a_warning_that_was_wrong_warned_nobody(self, alice, mallory, sanction):
        from tests.moderation.people.conftest import misuse

        warning = sanction(alice, "warn", **misuse("flags"))
        appeal = appeal_against(sanction=warning, appellant=alice, text="They were right.")
        decide_sanction_appeal(
            moderator=mallory, appeal=appeal, outcome="overturned", answer="They were."
        )
        with pytest.raises(Refused) as refusal:
            sanction(alice, "mute-flags")
        assert refusal.value.field == "kind"

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"outcome": "varied"}, "kind"),
            ({"outcome": "varied", "kind": "suspend", "days": 1}, "kind"),
            ({"outcome": "varied", "kind": "silence"}, "days"),
            ({"outcome": "varied", "kind": "silence", "days": 7}, "days"),
            ({"outcome": ""}, "outcome"),
            ({"answer": " "}, "answer"),
            ({"answer": "x" * 10_001}, "answer"),
        ],
    )
    def test_what_cannot_be_taken_names_the_field(self, appealed, mallory, api, wrong, field):
        appeal = appealed()
        sent = {"outcome": "upheld", "answer": "You did."} | wrong
        address = f"/moderation/sanctions/{appeal.sanction_id}/appeal/"
        assert in_(mallory).post(address, sent).status_code == 400
        api.force_authenticate(mallory)
        answer = api.patch(f"/api/v1/sanctions/{appeal.sanction_id}/appeal/", sent)
        assert answer.status_code == 400
        assert field in answer.json()["errors"]
        appeal.refresh_from_db()
        assert appeal.outcome == ""

    def test_the_second_to_decide_is_told(self, appealed, mallory, api):
        appeal = appealed()
        third = factories.make_user(is_moderator=True)
        address = f"/moderation/sanctions/{appeal.sanction_id}/appeal/"
        first = in_(mallory).post(address, {"outcome": "overturned", "answer": "It was wrong."})
        assert first.status_code == 302
        late = in_(third).post(address, {"outcome": "upheld", "answer": "I think not."})
        assert late.status_code == 409
        page = late.content.decode()
        assert "Mallory Archer has decided this appeal already" in page
        assert "I think not." in page
        api.force_authenticate(third)
        again = api.patch(
            f"/api/v1/sanctions/{appeal.sanction_id}/appeal/", {"outcome": "upheld", "answer": "x"}
        )
        assert (again.status_code, again.json()["outcome"]) == (409, "overturned")


class TestWhatEndsOtherwise:
    @pytest.mark.parametrize(("wrong", "outcome"), [(True, "overturned"), (False, "varied")])
    def test_lifted_meanwhile_answers_the_appeal(self, appealed, mallory, carol, wrong, outcome):
        appeal = appealed()
        lift(moderator=carol, sanction=appeal.sanction, reason="Enough.", overturned=wrong)
        appeal.refresh_from_db()
        assert (appeal.outcome, appeal.decided_by) == (outcome, carol)
        with pytest.raises(Conflict):
            decide_sanction_appeal(moderator=mallory, appeal=appeal, outcome="upheld", answer="x")

    @pytest.mark.parametrize("approved", [True, False])
    def test_a_ban_decided_answers_the_appeal_against_what_stood_for_it(
        self, alice, mallory, sanction, approved
    ):
        ban = sanction(alice, "ban")
        stands = Sanction.objects.get(pending=ban)
        appeal = appeal_against(sanction=stands, appellant=alice, text="No.")
        if approved:
            approve(moderator=mallory, sanction=ban)
        else:
            refuse(moderator=mallory, sanction=ban, reason="Not for this.")
        appeal.refresh_from_db()
        assert appeal.outcome == ("varied" if approved else "overturned")

    def test_whoever_is_gone_waits_for_nothing(self, alice, mallory, appealed):
        appeal = appealed()
        erase_account(person=alice, posts="kept")
        appeal.refresh_from_db()
        assert (appeal.text, appeal.appellant) == ("erased", None)
        assert "Alice" not in in_(mallory).get("/moderation/?tab=appealed").content.decode()
        with pytest.raises(NotFound):
            decide_sanction_appeal(moderator=mallory, appeal=appeal, outcome="upheld", answer="x")


class TestWhereItStands:
    def test_in_the_queue_and_among_the_people(self, appealed, mallory):
        appeal = appealed()
        client = in_(mallory)
        for address in ("/moderation/?tab=appealed", "/moderation/people/"):
            page = client.get(address).content.decode()
            assert f"/moderation/sanctions/{appeal.sanction_id}/appeal/" in page
            assert "I called nobody a name." in page
        tabs = client.get("/moderation/").content.decode()
        assert 'Appealed <span class="count">1</span>' in tabs
        assert "called nobody" not in tabs

    def test_for_those_whose_part_it_is(self, appealed, article):
        here, elsewhere = factories.make_user(), factories.make_user()
        factories.make_role(here, article=article)
        factories.make_role(elsewhere, article=factories.make_article(title="Other"))
        appeal = appealed(place=Place(article=article))
        address = f"/moderation/sanctions/{appeal.sanction_id}/appeal/"
        assert address in in_(here).get("/moderation/?tab=appealed").content.decode()
        assert address not in in_(elsewhere).get("/moderation/?tab=appealed").content.decode()
        assert in_(here).get(address).status_code == 200
        assert in_(elsewhere).get(address).status_code == 404

    def test_not_for_whoever_has_it(self, carol, frances, sanction):
        given = sanction(carol, "silence", by=frances, note="Not for Carol.")
        appeal_against(sanction=given, appellant=carol, text="I did not.")
        client = in_(carol)
        assert "I did not." not in client.get("/moderation/?tab=appealed").content.decode()
        assert client.get(f"/moderation/sanctions/{given.pk}/appeal/").status_code == 403

    def test_the_queue_costs_the_same(self, appealed, mallory, bob, sanction):
        def cost() -> int:
            client = in_(mallory)
            client.get("/moderation/?tab=appealed")
            with CaptureQueriesContext(connection) as queries:
                client.get("/moderation/?tab=appealed")
            return len(queries)

        appealed()
        one = cost()
        for kind in ("warn", "silence", "premoderate"):
            appeal_against(sanction=sanction(bob, kind), appellant=bob, text="No.")
        assert cost() == one


def test_the_api_from_the_standing_to_the_answer(alice, mallory, sanction, api):
    given = sanction(alice, "suspend")
    api.force_authenticate(alice)
    (held,) = api.get("/api/v1/you/standing/").data["now"]
    assert held["appeal"] is None
    assert held["appeal_until"]
    german = api.get("/api/v1/you/standing/", headers={"Accept-Language": "de"}).data["now"]
    for said in (held["statement"], german[0]["statement"]):
        assert {name for name, what in said.items() if not what} == {
            *("law", "misuse", "how_often", "gravity", "intent"),
        }
        assert said["reason"] == given.reason
    assert german[0]["statement"]["how_decided"].startswith("Durch einen Menschen")
    made = api.post(f"/api/v1/you/standing/{given.pk}/appeals/", {"text": "I did not."})
    assert (made.status_code, made.data["outcome"]) == (201, "")
    again = api.post(f"/api/v1/you/standing/{given.pk}/appeals/", {"text": "I did not."})
    assert (again.status_code, again.json()["code"]) == (409, "appealed")
    api.force_authenticate(mallory)
    address = f"/api/v1/sanctions/{given.pk}/appeal/"
    assert api.get(address).data["text"] == "I did not."
    done = api.patch(address, {"outcome": "overturned", "answer": "So it was."})
    assert (done.status_code, done.data["outcome"]) == (200, "overturned")
    api.force_authenticate(alice)
    (held,) = api.get("/api/v1/you/standing/").data["past"]
    assert held["appeal"]["answer"] == "So it was."


class TestTheTable:
    """The database refuses what must not be."""

    @pytest.mark.parametrize(
        "wrong",
        [
            {"decision": True},
            {"sanction": None},
            {"party": "author"},
            {"outcome": "overturned"},
            {"outcome": "perhaps", "answer": "x", "decided_at": timezone.now()},
        ],
    )
    def test_an_appeal_is_whole(self, case, carol, alice, sanction, wrong):
        from forum.moderation.actions import decide

        row = {"sanction": sanction(alice, "silence"), "party": "person", "text": "No."} | wrong
        if "decision" in row:
            row["decision"] = decide(
                moderator=carol, case=case, action="keep", version=case.version
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.create(appellant=alice, appellant_name="Alice", **row)

    def test_one_for_each_sanction(self, appealed, bob):
        first = appealed()
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.create(
                sanction=first.sanction, party="person", appellant=bob, text="Me too."
            )


@pytest.mark.parametrize("posts", ["erased", "kept"])
def test_moderators_keep_no_name_of_whoever_has_gone(appealed, alice, carol, mallory, posts):
    """What they were told of the answer names the person."""
    decide_sanction_appeal(
        moderator=mallory, appeal=appealed(), outcome="upheld", answer="You did, Alice Liddell."
    )
    about = Notification.objects.exclude(recipient=alice)
    assert "Alice Liddell" in about.get().subject
    erase_account(person=alice, posts=posts)
    assert not about.exists()


class TestVaried:
    """Something milder takes the place of a sanction, in one act."""

    def test_ninety_days_become_seven(self, alice, carol, mallory, appealed, rules):
        appeal = appealed("suspend", days=90)
        form = {"outcome": "varied", "answer": "It was too long.", "kind": "suspend", "days": 7}
        address = f"/moderation/sanctions/{appeal.sanction_id}/appeal/"
        form |= {"reason": "", "rule": ""}
        # What they will read is what they would; nothing has come of it yet.
        preview = in_(mallory).post(address, form | {"act": "preview"})
        shown = preview.context["preview"]
        assert shown.splitlines()[-1] in unescape(preview.text)
        appeal.refresh_from_db()
        assert (appeal.outcome, Sanction.objects.count()) == ("", 1)
        assert not Notification.objects.filter(key=key_of_answer(appeal)).exists()
        worse = in_(mallory).post(address, form | {"days": 90, "act": "preview"})
        assert worse.status_code == 400
        assert "An appeal makes nothing worse" in worse.text
        sent = in_(mallory).post(address, form)
        assert sent.status_code == 302
        old, new = Sanction.objects.filter(person=alice).order_by("pk")
        assert (old.overturned, old.lifted_by) == (True, mallory)
        assert (new.instead_of, new.kind, new.moderator) == (old, "suspend", mallory)
        assert (new.rule, new.reason) == (old.rule, "It was too long.")
        assert new.expires_at == new.created_at + timedelta(days=7)
        assert list(Sanction.objects.in_force().filter(person=alice)) == [new]
        appeal.refresh_from_db()
        assert appeal.outcome == "varied"
        # One outcome for everybody, to the person with the statement of what holds now.
        (told,) = Notification.objects.filter(recipient=alice).exclude(key=f"sanction:{old.pk}")
        assert "something milder takes the place of this" in told.subject
        for said in ("It was too long.", "Your account is suspended", "out-of-court"):
            assert said in told.body
        assert "you can appeal" not in told.body
        # All but the minute that it ends.
        assert told.body.splitlines()[:5] == shown.splitlines()[:5]
        assert told.body.splitlines()[-3:] == shown.splitlines()[-3:]
        assert told.path == f"/you/standing/{new.pk}/"
        assert Notification.objects.filter(recipient=carol).count() == 1
        kinds = list(Event.objects.filter(subject=alice).values_list("kind", flat=True))
        assert kinds == ["sanctioned", "appealed", "lifted", "sanctioned", "appeal-decided"]
        # It is the last word here.
        page = in_(alice).get(f"/you/standing/{new.pk}/").content.decode()
        assert "Send the appeal" not in page
        with pytest.raises(Forbidden) as refused:
            appeal_against(sanction=new, appellant=alice, text="Still too long.")
        assert refused.value.code == "final"
        page = in_(alice).get(f"/you/standing/{old.pk}/").content.decode()
        assert "Something milder takes its place" in page

    def test_what_nothing_is_milder_than_is_not_varied(self, alice, mallory, appealed):
        appeal = appealed("warn")
        page = in_(mallory).get(f"/moderation/sanctions/{appeal.sanction_id}/appeal/")
        assert 'value="varied"' not in page.content.decode()
        with pytest.raises(Refused) as refused:
            decide_sanction_appeal(
                moderator=mallory, appeal=appeal, outcome="varied", answer="x", kind="warn"
            )
        assert refused.value.field == "kind"
        assert kinds_in_force(alice) == ["warn"]

    def test_a_ban_becomes_a_suspension(self, alice, banned, frances, api, rules):
        appeal_against(sanction=banned, appellant=alice, text="No.")
        api.force_authenticate(frances)
        said = {"outcome": "varied", "answer": "Not for good.", "kind": "suspend", "days": 30}
        done = api.patch(f"/api/v1/sanctions/{banned.pk}/appeal/", said | {"rule": "on-topic"})
        assert (done.status_code, done.data["outcome"]) == (200, "varied")
        new = Sanction.objects.get(instead_of=banned)
        assert (new.rule, new.kind) == (rules["on-topic"], "suspend")
        assert kinds_in_force(alice) == ["suspend"]
        found = api.get(f"/api/v1/sanctions/{new.pk}/").data
        assert found["instead_of"] == banned.pk

    def test_flags_stay_aside_where_they_go_on_being(
        self, bob, article, mallory, warned_of_flags, sanction
    ):
        warned_of_flags(bob)
        mute = sanction(bob, "mute-flags", days=90)
        flag, _new = take_flag(flagger=bob, post=factories.make_comment(article), reason="spam")
        appeal = appeal_against(sanction=mute, appellant=bob, text="So long?")
        decide_sanction_appeal(
            moderator=mallory,
            appeal=appeal,
            outcome="varied",
            answer="A week.",
            kind="mute-flags",
            days=7,
        )
        assert FlagSetAside.objects.get(pk=flag.pk).sanction.instead_of == mute

    def test_it_is_counted_in_part(self, alice, mallory, appealed):
        appeal = appealed("silence", days=90)
        decide_sanction_appeal(
            moderator=mallory,
            appeal=appeal,
            outcome="varied",
            answer="It was too long.",
            kind="warn",
        )
        year = timezone.now().year
        figures = {(one.section, one.what, one.of): one.value for one in count(year)}
        assert figures["reversals", "sanctions", ""] == 0
        assert figures["reversals", "sanctions-in-part", ""] == 1
        assert figures["complaints", "outcome", "varied"] == 1
        _header, rows = tables(year)["7_appeals_and_recidivism"]
        partly = next(row for row in rows if "Decisions partially reversed" in row)
        assert 1 in partly
        page = Client().get("/moderation/log/?kind=account").content.decode()
        assert "Overturned in part" in page
