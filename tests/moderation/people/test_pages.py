"""The pages and the API about people: for moderators, and for whoever is sanctioned."""

from __future__ import annotations

import pytest
from django.test import Client

from forum.discussion.models import Post
from forum.moderation.actions import decide
from forum.moderation.models import PersonNote, Sanction
from forum.moderation.people.approving import approve
from forum.moderation.people.lifting import lift
from forum.moderation.people.sanctioning import latest_number
from tests import factories
from tests.moderation.people.conftest import in_


@pytest.fixture
def sent(rules) -> dict[str, object]:
    """What the form sends to silence somebody for a week."""
    return {
        "seen": 0,
        "kind": "silence",
        "days": 7,
        "scope": "site",
        "rule": rules["civility"].pk,
        "reason": "You call people names.",
        "note": "A word among us.",
    }


class TestTheForm:
    def test_first_what_they_will_read_then_it_is_given(self, alice, carol, sent):
        client = in_(carol)
        shown = client.post("/moderation/people/alice/sanction/", sent | {"act": "preview"})
        assert shown.status_code == 200
        assert "What they will read" in shown.content.decode()
        assert not Sanction.objects.exists()
        given = client.post("/moderation/people/alice/sanction/", sent | {"act": "give"})
        made = Sanction.objects.get()
        assert given["Location"] == f"/moderation/sanctions/{made.pk}/"
        assert (made.kind, made.note, made.person) == ("silence", "A word among us.", alice)

    def test_what_was_typed_stays_when_another_was_first(self, alice, mallory, sent, sanction):
        sanction(alice, "warn")
        client = in_(mallory)
        lost = client.post("/moderation/people/alice/sanction/", sent | {"act": "give"})
        assert lost.status_code == 409
        page = lost.content.decode()
        assert "Carol Kidd" in page
        assert "You call people names." in page
        assert '<input type="hidden" name="seen" value="1">' in page
        assert Sanction.objects.count() == 1
        again = client.post("/moderation/people/alice/sanction/", sent | {"act": "give", "seen": 1})
        assert again.status_code == 302

    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": "exile"},
            {"days": ""},
            {"days": "soon"},
            {"reason": ""},
            {"rule": ""},
            {"rule": 999},
            {"seen": "x"},
            {"scope": "article", "article": "nowhere"},
            {"scope": "course"},
            {"scope": "world"},
            {"misuse": "flags"},
            {"category": "RUDENESS"},
            # Neither rule nor decision says what it is about.
            {"rule": "", "legal_ground": "§ 185 StGB"},
            {"number": 10**12},
        ],
    )
    def test_what_cannot_be_taken_is_said_and_nothing_written(self, alice, carol, sent, wrong):
        for act in ("preview", "give"):
            answer = in_(carol).post(
                "/moderation/people/alice/sanction/", sent | wrong | {"act": act}
            )
            assert answer.status_code == 400, wrong
            assert "error" in answer.content.decode()
        assert not Sanction.objects.exists()


class TestTheRecord:
    def test_what_moderators_know(self, alice, article, mallory, sanction):
        case = factories.make_flag(factories.make_comment(article, author=alice)).case
        sanction(alice, "silence", note="A word among us.")
        client = in_(mallory)
        client.post("/moderation/people/alice/notes/", {"text": "Writes <b>at night</b>."})
        page = client.get("/moderation/people/alice/").content.decode()
        for said in ("Strikes", "Silence", "Reliability", "Writes &lt;b&gt;at night&lt;/b&gt;."):
            assert said in page
        assert case.post.author == alice
        assert PersonNote.objects.get().author == mallory

    def test_one_sanction_is_lifted_on_its_page(self, alice, mallory, sanction):
        given = sanction(alice, "silence")
        client = in_(mallory)
        empty = client.post(f"/moderation/sanctions/{given.pk}/lift/", {"reason": " "})
        assert empty.status_code == 400
        client.post(f"/moderation/sanctions/{given.pk}/lift/", {"reason": "Enough."})
        given.refresh_from_db()
        assert given.lifted_reason == "Enough."
        again = client.post(f"/moderation/sanctions/{given.pk}/lift/", {"reason": "Enough."})
        assert again.status_code == 409

    def test_a_ban_is_refused_with_a_reason(self, alice, mallory, sanction):
        ban = sanction(alice, "ban")
        client = in_(mallory)
        assert ban.reason in client.get("/moderation/people/").content.decode()
        address = f"/moderation/sanctions/{ban.pk}/approval/"
        assert client.post(address, {"act": "refuse", "reason": ""}).status_code == 400
        assert client.post(address, {"act": "refuse", "reason": "No."}).status_code == 302
        ban.refresh_from_db()
        assert ban.was_refused

    def test_nobody_reads_the_record_or_a_sanction_of_their_own(self, carol, frances, sanction):
        given = sanction(carol, "silence", by=frances, note="Not for Carol.")
        for address in ("/moderation/people/carol/", f"/moderation/sanctions/{given.pk}/"):
            assert in_(carol).get(address).status_code == 403
        assert "You call" not in in_(carol).get("/moderation/people/").content.decode()


class TestOwnStanding:
    def test_what_applies_and_never_the_private_note(self, alice, sanction):
        sanction(alice, "silence", note="A word among us.")
        page = in_(alice).get("/you/standing/").content.decode()
        for said in ("You cannot post for now", "You call people names.", "how to appeal"):
            assert said in page
        assert "A word among us." not in page

    def test_what_was_goes_on_past_the_latest(self, alice, carol, sanction, api, monkeypatch):
        monkeypatch.setattr("forum.moderation.people.stretches.SHOWN", 2)
        oldest = sanction(alice, "silence")
        over = [sanction(alice, "warn") for _ in range(3)]
        for one in over:
            lift(moderator=carol, sanction=one, reason="Enough.")
        client = in_(alice)

        def shown(**asked) -> list[int]:
            standing = client.get("/you/standing/", asked).context["standing"]
            # What holds is always there, however long ago it began.
            assert [held.pk for held in standing.now] == [oldest.pk]
            return [held.pk for held in standing.past.rows]

        first, second, third = (one.pk for one in over)
        assert shown() == [third, second]
        assert f'href="?past={second}#past"' in client.get("/you/standing/").text
        assert shown(past=second) == [first]
        assert 'href="?#past"' in client.get("/you/standing/", {"past": second}).text
        assert shown(past="x") == [third, second]
        api.force_authenticate(alice)
        known = api.get("/api/v1/you/standing/").data
        assert ([one["sanction"]["id"] for one in known["past"]], known["earlier"]) == (
            [third, second],
            second,
        )
        rest = api.get("/api/v1/you/standing/", {"past": second}).data
        assert ([one["sanction"]["id"] for one in rest["past"]], rest["earlier"]) == ([first], None)
        refused = api.get("/api/v1/you/standing/", {"past": "x"})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["past"])

    def test_a_ban_that_waits_is_not_told(self, alice, mallory, sanction, api):
        ban = sanction(alice, "ban")
        page = in_(alice).get("/you/standing/").content.decode()
        assert "Your account is suspended" in page
        assert "Your account is banned" not in page
        api.force_authenticate(alice)
        kinds = [one["sanction"]["kind"] for one in api.get("/api/v1/you/standing/").data["now"]]
        assert kinds == ["suspend"]
        approve(moderator=mallory, sanction=ban)
        assert "Your account is banned" in in_(alice).get("/you/standing/").content.decode()

    def test_whoever_is_suspended_logs_in_reads_and_has_their_data(self, alice, article, sanction):
        sanction(alice, "suspend")
        client = Client()
        client.post("/accounts/login/", {"login": "alice", "password": factories.PASSWORD})
        for address in ("/", article.get_absolute_url(), "/you/", "/you/data/", "/you/erase/"):
            assert client.get(address).status_code == 200, address
        assert client.get(f"/articles/{article.slug}/respond/").status_code == 403
        answer = client.post(
            f"/articles/{article.slug}/respond/", {"source": "Hello.", "token": "t"}
        )
        assert answer.status_code == 403
        assert "Hello." in answer.content.decode()


class TestWarned:
    """A warning in the way of somebody who posts, on a page and in place."""

    def test_the_words_stay_and_go_out_once_it_is_acknowledged(self, alice, article, sanction):
        warning = sanction(alice, "warn")
        client = in_(alice)
        form = {"source": "What I wanted to say.", "token": "t-1"}
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.post(f"/articles/{article.slug}/respond/", form, headers=headers)
            page = answer.content.decode()
            assert answer.status_code == 403
            assert "What I wanted to say." in page
            assert f'name="acknowledged" value="{warning.pk}"' in page
            assert "/you/standing/" in page
        sent = client.post(
            f"/articles/{article.slug}/respond/", form | {"acknowledged": warning.pk}
        )
        assert sent.status_code == 302
        assert Post.objects.get(author=alice).current.source == "What I wanted to say."
        warning.refresh_from_db()
        assert warning.acknowledged_at

    def test_a_page_that_cannot_be_used_leads_there_and_back(self, alice, article, sanction):
        warning = sanction(alice, "warn")
        client = in_(alice)
        form = f"/articles/{article.slug}/respond/"
        refused = client.get(form)
        assert refused.status_code == 403
        assert f"/you/standing/?next={form.replace('/', '%2F')}" in refused.content.decode()
        page = client.get("/you/standing/", {"next": form}).content.decode()
        assert f'<input type="hidden" name="next" value="{form}">' in page
        back = client.post(f"/you/standing/{warning.pk}/acknowledge/", {"next": form})
        assert back["Location"] == form
        assert client.get(form).status_code == 200

    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:"]
    )
    def test_it_leads_nowhere_else(self, alice, sanction, elsewhere):
        warning = sanction(alice, "warn")
        back = in_(alice).post(f"/you/standing/{warning.pk}/acknowledge/", {"next": elsewhere})
        assert back["Location"] == "/you/standing/"

    def test_nobody_acknowledges_anothers_by_the_way(self, alice, bob, article, sanction):
        warning = sanction(alice, "warn")
        form = {"source": "Mine.", "token": "t", "acknowledged": warning.pk}
        assert in_(bob).post(f"/articles/{article.slug}/respond/", form).status_code == 302
        warning.refresh_from_db()
        assert warning.acknowledged_at is None

    def test_the_api_says_which_and_takes_the_acknowledgement(self, alice, article, sanction, api):
        warning = sanction(alice, "warn")
        api.force_authenticate(alice)
        address = f"/api/v1/articles/{article.slug}/comments/"
        refused = api.post(address, {"source": "Hello."})
        assert refused.status_code == 403
        assert refused.data["code"] == "warned"
        assert refused.data["sanction"] == warning.pk
        assert refused.data["reason"] == warning.reason
        done = api.put(f"/api/v1/you/standing/{warning.pk}/acknowledgement/")
        assert done.status_code == 200
        assert api.post(address, {"source": "Hello."}).status_code == 201


class TestTheApi:
    def test_a_sanction_is_given_read_and_lifted(self, alice, carol, mallory, rules, article, api):
        api.force_authenticate(carol)
        seen = api.get("/api/v1/people/alice/record/").data["seen"]
        new = {"kind": "silence", "seen": seen, "days": 3, "rule": "civility", "reason": "Names."}
        new |= {"article": article.slug}  # for that one, without a scope
        made = api.post("/api/v1/people/alice/sanctions/", new)
        assert made.status_code == 201
        assert made.data["scope"] == {"kind": "article", "course": None, "article": article.slug}
        assert made.data["in_force"]
        assert api.get(made["Location"]).data["id"] == made.data["id"]
        late = api.post("/api/v1/people/alice/sanctions/", new)
        assert (late.status_code, late.json()["seen"]) == (409, 1)
        api.force_authenticate(mallory)
        address = f"/api/v1/sanctions/{made.data['id']}/lift/"
        lifted = api.post(address, {"reason": "Enough.", "overturned": True})
        assert (lifted.status_code, lifted.data["in_force"]) == (200, False)
        assert api.post(address, {"reason": "Enough."}).status_code == 409

    def test_a_ban_is_proposed_and_approved(self, alice, carol, mallory, rules, api):
        api.force_authenticate(carol)
        new = {"kind": "ban", "seen": 0, "rule": 1, "reason": "Names.", "meanwhile": False}
        ban = api.post("/api/v1/people/alice/sanctions/", new).data
        assert (ban["proposed"], ban["in_force"]) == (True, False)
        address = f"/api/v1/sanctions/{ban['id']}/approval/"
        own = api.post(address, {"approve": True})
        assert (own.status_code, own.json()["code"]) == (403, "second-moderator")
        api.force_authenticate(mallory)
        waiting = api.get("/api/v1/sanctions/?state=proposed").data["results"]
        assert [one["id"] for one in waiting] == [ban["id"]]
        assert api.post(address, {"approve": False}).status_code == 400
        assert api.post(address, {"approve": True}).data["in_force"]
        assert api.get("/api/v1/sanctions/?state=in-force").data["results"][0]["kind"] == "ban"

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"kind": "exile"}, "kind"),
            ({"days": 0}, "days"),
            ({"days": 2**40}, "days"),
            ({"rule": "no-such"}, "rule"),
            ({"reason": ""}, "reason"),
            ({"scope": "course", "course": "none"}, "course"),
            ({"scope": "article"}, "article"),
            ({"course": "none"}, "course"),
            ({"scope": "site", "course": "reading"}, "scope"),
            ({"course": "reading", "article": "none"}, "scope"),
            ({"seen": -1}, "seen"),
            ({"misuse": "flags", "number": 3, "of": 2}, "number"),
            ({"category": "RUDENESS"}, "category"),
        ],
    )
    def test_what_cannot_be_taken_names_the_field(self, alice, carol, rules, api, wrong, field):
        api.force_authenticate(carol)
        new = {"kind": "warn", "seen": 0, "rule": "civility", "reason": "Names."}
        if "days" in wrong:
            new["kind"] = "silence"
        answer = api.post("/api/v1/people/alice/sanctions/", new | wrong)
        assert answer.status_code == 400
        assert field in answer.json()["errors"]
        assert latest_number(alice) == 0

    def test_notes_are_added_and_read(self, alice, carol, api):
        api.force_authenticate(carol)
        made = api.post("/api/v1/people/alice/notes/", {"text": "Once so far."})
        assert made.status_code == 201
        (note,) = api.get("/api/v1/people/alice/notes/").data["results"]
        assert (note["author"], note["text"]) == ("Carol Kidd", "Once so far.")
        assert api.get("/api/v1/people/nobody/notes/").status_code == 404


def test_from_the_proposal_of_a_ban_to_its_statement(alice, carol, mallory, article, sent):
    """One moderator proposes, another approves, the person is told why and can no longer post."""
    proposed = in_(carol).post(
        "/moderation/people/alice/sanction/",
        sent | {"kind": "ban", "days": "", "act": "give", "meanwhile": "on"},
    )
    approval = proposed["Location"] + "approval/"
    assert in_(carol).post(approval, {"act": "approve"}).status_code == 403
    assert in_(mallory).post(approval, {"act": "approve"}).status_code == 302
    client = in_(alice)
    page = client.get("/you/standing/").content.decode()
    assert "Your account is banned" in page
    assert "You call people names." in page
    answer = client.post(f"/articles/{article.slug}/respond/", {"source": "No!", "token": "t"})
    assert answer.status_code == 403
    inbox = client.get("/notifications/").content.decode()
    assert "Your account is banned" in inbox


def test_the_lists_of_a_record_go_on(article, alice, carol, mallory, sanction, rules, monkeypatch):
    monkeypatch.setattr("forum.moderation.people.stretches.SHOWN", 2)
    decided = []
    for _ in range(3):
        case = factories.make_flag(factories.make_comment(article, author=alice)).case
        made = decide(moderator=carol, case=case, action="keep", version=case.version)
        decided.append(made.pk)
        PersonNote.objects.create(person=alice, person_name="Alice", author_name="C", text="Hm.")
    given = [sanction(alice, "warn").pk for _ in range(3)]
    client = in_(mallory)
    address = "/moderation/people/alice/"

    def shown(page) -> tuple[list[int], list[int], int]:
        record = page.context["record"]
        sanctions = [held.sanction.pk for held in record.sanctions.rows]
        return sanctions, [one.pk for one in record.decisions.rows], len(record.notes.rows)

    page = client.get(address)
    assert shown(page) == ([given[2], given[1]], [decided[2], decided[1]], 2)
    for link in (f"?sanctions={given[1]}#sanctions", f"?decisions={decided[1]}#decisions"):
        assert link in page.text
    page = client.get(address, {"sanctions": given[1], "decisions": decided[1]})
    assert shown(page) == ([given[0]], [decided[0]], 2)
    assert 'href="?#sanctions"' in page.text
    assert "?sanctions=" not in page.text
    assert client.get(address, {"sanctions": "x" * 30, "notes": "-1"}).status_code == 200
