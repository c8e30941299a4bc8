"""Flags, cases, decisions and rules through the API."""

from __future__ import annotations

import pytest

from forum.discussion.models import Post, State
from forum.moderation.actions import decide
from forum.moderation.models import Case, Decision, Flag
from tests.factories import make_annotation, make_comment, make_flag

CASES = "/api/v1/cases/"


@pytest.fixture
def comment(article, alice):
    return make_comment(article, author=alice, source="You are a *fool*.")


@pytest.fixture
def case(comment, bob):
    return make_flag(comment, flagger=bob, reason="abuse").case


@pytest.fixture
def removal(case, rules):
    """What a moderator sends to remove the comment."""
    rule = next(iter(rules))
    return {
        "action": "remove",
        "rule": rule,
        "reason": "It attacks a person.",
        "note": "Second time.",
        "version": case.version,
    }


def test_flagging(as_, comment, alice, bob, carol):
    path = f"/api/v1/posts/{comment.pk}/flags/"
    sent = {"reason": "abuse", "note": "This goes too far."}
    refused = as_().post(path, sent)
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == "Token"
    first, again = as_(bob).post(path, sent), as_(bob).post(path, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    body = first.json()
    assert set(body) == {"id", "reason", "note", "revision", "created_at", "counts", "review"}
    assert body["review"] is None
    assert (body["reason"], body["note"]) == ("abuse", "This goes too far.")
    assert as_(carol).post(path, sent).json()["case"] == Case.objects.get().pk
    assert as_(alice).post(path, sent).status_code == 403
    assert as_(bob).get(path).status_code == 405
    assert Flag.objects.count() == 2


def test_flagging_what_was_reviewed(as_, case, comment, carol, sam):
    decide(moderator=carol, case=case, action="keep", version=case.version, reason="Sharp; fine.")
    answer = as_(sam).post(f"/api/v1/posts/{comment.pk}/flags/", {"reason": "spam"})
    assert answer.status_code == 201
    review = answer.json()["review"]
    assert (review["rule"], review["reason"]) == (None, "Sharp; fine.")
    assert set(review) == {"created_at", "rule", "reason"}
    assert Case.objects.get().state == "decided"


def test_what_cannot_be_flagged(as_, article, comment, alice, bob):
    private = make_annotation(article, author=alice, audience="private")
    for pk in (private.pk, 999_999):
        answer = as_(bob).post(f"/api/v1/posts/{pk}/flags/", {"reason": "spam"})
        assert answer.status_code == 404
    answer = as_(bob).post(f"/api/v1/posts/{article.pk}/flags/", {"reason": "spam"})
    assert answer.status_code == 403
    as_(alice).delete(f"/api/v1/comments/{comment.pk}/")
    answer = as_(bob).post(f"/api/v1/posts/{comment.pk}/flags/", {"reason": "spam"})
    assert answer.status_code == 404
    assert Flag.objects.count() == 0


@pytest.mark.parametrize("reason", ["rude", "", None, 3, ["abuse"], "mis_tagged"])
def test_a_reason_that_is_none(as_, comment, bob, reason):
    refused = as_(bob).post(f"/api/v1/posts/{comment.pk}/flags/", {"reason": reason})
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["reason"]


def test_cases_are_for_moderators(as_, case, alice, dan, carol, frances):
    for path in (CASES, f"{CASES}{case.pk}/", f"{CASES}999/"):
        assert as_().get(path).status_code == 401
        for person in (alice, dan):
            assert as_(person).get(path).status_code == 403
    assert as_(carol).get(f"{CASES}999/").status_code == 404
    for person in (carol, frances):
        (listed,) = as_(person).get(CASES).json()["results"]
        detail = as_(person).get(f"{CASES}{case.pk}/").json()
        assert set(listed) >= {"id", "version", "state", "post", "flags", "opened_at"}
        assert (listed["id"], listed["version"], listed["state"]) == (case.pk, 1, "open")
        assert listed["post"]["id"] == case.post_id
        assert listed["post"]["kind"] == "comment"
        assert listed["post"]["text"] == "You are a fool."
        assert listed["post"]["author"] == {"name": "Alice Liddell"}
        (flag,) = listed["flags"]
        assert (flag["reason"], flag["note"]) == ("abuse", "Look.")
        assert flag["flagger"] == {"name": "Bob Cratchit"}
        events = detail.pop("events")
        assert [event["kind"] for event in events] == ["opened", "flagged"]
        assert detail == listed


def test_deciding(as_, case, removal, alice, carol, comment):
    path = f"{CASES}{case.pk}/decisions/"
    assert as_().post(path, removal).status_code == 401
    assert as_(alice).post(path, removal).status_code == 403
    assert as_(carol).get(path).status_code == 405
    assert as_(carol).post(f"{CASES}999/decisions/", removal).status_code == 404
    answer = as_(carol).post(path, removal)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["action"], body["rule"]) == ("remove", removal["rule"])
    assert (body["state_before"], body["state_after"]) == ("published", "removed")
    assert body["moderator"] == {"name": "Carol Kidd"}
    assert body["case"] == {"id": case.pk, "version": 2, "state": "decided"}
    assert answer["Location"] == f"http://testserver{CASES}{case.pk}/"
    detail = as_(carol).get(answer["Location"]).json()
    assert (detail["version"], detail["state"]) == (2, "decided")
    assert detail["decisions"] == [{k: v for k, v in body.items() if k != "case"}]
    assert as_().get(f"/api/v1/comments/{comment.pk}/").status_code == 404


def test_the_second_decision_comes_too_late(as_, case, removal, carol, mallory):
    path = f"{CASES}{case.pk}/decisions/"
    assert as_(carol).post(path, removal).status_code == 201
    late = as_(mallory).post(path, {"action": "keep", "version": case.version})
    assert late.status_code == 409
    assert (late.json()["version"], late.json()["state"]) == (2, "decided")
    assert "Carol" in late.json()["detail"]
    again = as_(carol).post(path, removal | {"version": 2})
    assert again.status_code == 409
    assert Decision.objects.count() == 1


def test_a_stale_decision(as_, case, removal, carol, comment):
    make_flag(comment)
    stale = as_(carol).post(f"{CASES}{case.pk}/decisions/", removal)
    assert stale.status_code == 409
    assert (stale.json()["version"], stale.json()["state"]) == (2, "open")
    fresh = as_(carol).post(f"{CASES}{case.pk}/decisions/", removal | {"version": 2})
    assert fresh.status_code == 201


def test_nobody_judges_their_own_words(as_, article, carol, mallory, bob, rules):
    own = make_flag(make_comment(article, author=carol), flagger=bob).case
    keep = {"action": "keep", "version": own.version}
    assert as_(carol).post(f"{CASES}{own.pk}/decisions/", keep).status_code == 403
    assert as_(carol).get(f"{CASES}{own.pk}/").status_code == 403
    assert own.pk not in [case["id"] for case in as_(carol).get(CASES).json()["results"]]
    assert as_(mallory).post(f"{CASES}{own.pk}/decisions/", keep).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"version": None}, "version"),
        ({"version": "1"}, "version"),
        ({"version": True}, "version"),
        ({"version": 10**30}, "version"),
        ({"action": "burn"}, "action"),
        ({"action": None}, "action"),
        ({"rule": "no-such-rule"}, "rule"),
        ({"rule": 99}, "rule"),
        ({"rule": ["x"]}, "rule"),
        ({"rule": None}, "rule"),
        ({"rule": ""}, "rule"),
        ({"reason": ""}, "reason"),
        ({"reason": 5}, "reason"),
        ({"note": "\x00"}, "note"),
    ],
)
def test_what_cannot_be_taken_is_named(as_, case, removal, carol, change, field):
    refused = as_(carol).post(f"{CASES}{case.pk}/decisions/", removal | change)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == [field]
    without = {name: value for name, value in removal.items() if name != "version"}
    assert as_(carol).post(f"{CASES}{case.pk}/decisions/", without).status_code == 400


def test_a_rule_by_its_number(as_, case, removal, carol, rules):
    rule = rules[removal["rule"]]
    refused = as_(carol).post(f"{CASES}{case.pk}/decisions/", removal | {"rule": "nope"})
    assert all(slug in refused.json()["errors"]["rule"][0] for slug in rules)
    answer = as_(carol).post(f"{CASES}{case.pk}/decisions/", removal | {"rule": rule.number})
    assert answer.json()["rule"] == rule.slug


@pytest.mark.parametrize("rule", ["", None])
def test_keeping_needs_no_rule(as_, case, carol, rule):
    sent = {"action": "keep", "rule": rule, "reason": "", "note": "", "version": case.version}
    answer = as_(carol).post(f"{CASES}{case.pk}/decisions/", sent)
    assert (answer.status_code, answer.json()["rule"]) == (201, None)


def test_reopening_and_restoring(as_, case, removal, alice, carol, comment):
    as_(carol).post(f"{CASES}{case.pk}/decisions/", removal)
    path = f"{CASES}{case.pk}/reopen/"
    sent = {"version": 2, "reason": "Too hard."}
    assert as_(alice).post(path, sent).status_code == 403
    assert as_(carol).post(path, {"version": 2}).status_code == 400
    opened = as_(carol).post(path, sent)
    assert opened.status_code == 200
    assert (opened.json()["state"], opened.json()["version"]) == ("open", 3)
    assert as_(carol).post(path, sent).status_code == 409
    restored = as_(carol).post(f"{CASES}{case.pk}/decisions/", {"action": "restore", "version": 3})
    assert restored.status_code == 201
    assert Post.objects.get(pk=comment.pk).state == State.PUBLISHED
    again = as_(carol).get(f"{CASES}{case.pk}/").json()
    assert [decision["action"] for decision in again["decisions"]] == ["remove", "restore"]


def test_cases_by_state(as_, article, case, removal, carol, bob):
    other = make_flag(make_comment(article), flagger=bob).case
    as_(carol).post(f"{CASES}{case.pk}/decisions/", removal)

    def found(query):
        return [row["id"] for row in as_(carol).get(f"{CASES}{query}").json()["results"]]

    assert found("") == [case.pk, other.pk]
    assert found("?state=open") == [other.pk]
    assert found("?state=decided") == [case.pk]
    refused = as_(carol).get(f"{CASES}?state=lost")
    assert list(refused.json()["errors"]) == ["state"]


def test_rules(as_, rules):
    listed = as_().get("/api/v1/rules/").json()["results"]
    assert [rule["number"] for rule in listed] == sorted(rule.number for rule in rules.values())
    assert set(listed[0]) == {"id", "number", "slug", "version", "title", "text"}


def test_the_list_makes_a_constant_number_of_queries(as_, queries, article, carol, bob, rules):
    def more(count):
        for _ in range(count):
            case = make_flag(make_comment(article), flagger=bob).case
            as_(carol).post(
                f"{CASES}{case.pk}/decisions/", {"action": "keep", "version": case.version}
            )

    more(5)
    few = queries(as_(carol), f"{CASES}?page_size=200")
    more(45)
    assert len(as_(carol).get(f"{CASES}?page_size=200").json()["results"]) == 50
    assert queries(as_(carol), f"{CASES}?page_size=200") == few
