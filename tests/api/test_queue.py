"""The queue in the API: listed and narrowed as on its page, claimed, and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.moderation.actions import decide
from forum.moderation.models import Case, Decision, Event
from forum.moderation.queue import listing
from tests import factories

QUEUE = "/api/v1/queue/"


def close(case: Case, moderator, action: str = "keep", **choice) -> Decision:
    case.refresh_from_db()
    return decide(moderator=moderator, case=case, action=action, version=case.version, **choice)


@pytest.fixture
def desk(api, carol, rules):
    api.force_authenticate(carol)
    return api


@pytest.fixture
def cases(article, alice, rules) -> dict[str, Case]:
    """By what they are: an advertisement, an insult in a note, and what is against the law."""
    spam = factories.make_flag(factories.make_comment(article, author=alice), reason="spam").case
    abuse = factories.make_flag(factories.make_annotation(article), reason="abuse").case
    notice = factories.make_notice(factories.make_comment(article)).case
    return {"spam": spam, "abuse": abuse, "notice": notice}


def listed(desk, cases, **asked) -> list[str]:
    names = {case.pk: name for name, case in cases.items()}
    answer = desk.get(QUEUE, asked)
    assert answer.status_code == 200, answer.json()
    return [names[row["id"]] for row in answer.json()["results"]]


def test_the_most_urgent_comes_first(desk, cases):
    assert listed(desk, cases) == ["notice", "abuse", "spam"]
    row = desk.get(QUEUE).json()["results"][1]
    assert (row["kind"], row["flags"], row["held"], row["claimed_by"]) == ("annotation", 1, "", "")
    assert (
        row["points"]
        == desk.get(f"/api/v1/cases/{row['id']}/priority/").json()["priority"]["points"]
    )


def test_it_is_narrowed(desk, cases, article, alice, carol):
    assert listed(desk, cases, kind="annotation") == ["abuse"]
    assert listed(desk, cases, reason="spam") == ["spam"]
    assert listed(desk, cases, author=alice.username) == ["spam"]
    assert len(listed(desk, cases, article=article.slug)) == 3
    assert listed(desk, cases, age="older-1") == []
    assert listed(desk, cases, tab="decided") == []
    close(cases["spam"], carol)
    assert listed(desk, cases, tab="decided") == ["spam"]


@pytest.mark.parametrize(
    "name", ["tab", "kind", "reason", "article", "course", "rule", "age", "after"]
)
def test_what_is_not_known_is_refused_by_its_name(desk, name):
    answer = desk.get(QUEUE, {name: "nowhere"})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


def test_page_by_page(desk, cases, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    first = desk.get(QUEUE, {"kind": ""}).json()
    assert [row["id"] for row in first["results"]] == [cases["notice"].pk, cases["abuse"].pk]
    assert first["previous"] is None
    second = desk.get(first["next"]).json()
    assert [row["id"] for row in second["results"]] == [cases["spam"].pk]
    assert second["next"] is None
    assert desk.get(second["previous"]).json()["results"] == first["results"]


class TestClaiming:
    def test_one_has_it_for_ten_minutes(self, desk, cases, carol, mallory, api):
        address = f"/api/v1/cases/{cases['spam'].pk}/claim/"
        claim = desk.put(address, {}, format="json").json()
        assert claim["claimed_by"] == carol.public_name
        [mine] = desk.get(QUEUE, {"tab": "mine"}).json()["results"]
        assert mine["claimed_by"] == carol.public_name

        api.force_authenticate(mallory)
        late = api.put(address, {}, format="json")
        assert (late.status_code, late.json()["claimed_by"]) == (409, carol.public_name)
        wrong = api.put(address, {"take_over_from": "somebody"}, format="json")
        assert wrong.status_code == 409
        taken = api.put(address, {"take_over_from": carol.username}, format="json")
        assert taken.json()["claimed_by"] == mallory.public_name
        assert Event.objects.filter(case=cases["spam"], kind="taken-over").exists()

    def test_it_ends(self, desk, cases, mallory):
        address = f"/api/v1/cases/{cases['spam'].pk}/claim/"
        desk.put(address, {}, format="json")
        assert desk.delete(address).status_code == 204
        assert desk.delete(address).status_code == 204
        desk.put(address, {}, format="json")
        Case.objects.update(claim_expires_at=timezone.now() - timedelta(seconds=1))
        desk.force_authenticate(mallory)
        assert desk.put(address, {}, format="json").status_code == 200


class TestTakingBack:
    def test_exactly_what_it_changed(self, desk, cases, carol, rules):
        removal = close(cases["spam"], carol, "remove", rule=rules["civility"], reason="No.")
        answer = desk.post(f"/api/v1/decisions/{removal.pk}/undo/", {}, format="json")
        assert answer.status_code == 201
        assert answer.json()["case"]["state"] == "open"
        cases["spam"].post.refresh_from_db()
        assert cases["spam"].post.state == "published"
        again = desk.post(f"/api/v1/decisions/{removal.pk}/undo/", {}, format="json")
        assert again.status_code == 409

    def test_an_escalation_too(self, desk, cases, carol):
        escalation = close(cases["spam"], carol, "escalate")
        assert (
            desk.post(f"/api/v1/decisions/{escalation.pk}/undo/", {}, format="json").status_code
            == 201
        )

    def test_not_what_others_decided_or_nobody(self, desk, cases, mallory):
        theirs = close(cases["spam"], mallory)
        assert (
            desk.post(f"/api/v1/decisions/{theirs.pk}/undo/", {}, format="json").status_code == 403
        )
        assert desk.post("/api/v1/decisions/999999/undo/", {}, format="json").status_code == 404
