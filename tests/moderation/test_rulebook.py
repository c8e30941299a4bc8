"""The rules, version by version: read by everybody, changed by admins, cited for ever."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from forum.lib.errors import Conflict, Forbidden, Refused
from forum.moderation.actions import decide
from forum.moderation.models import Event, Rule
from forum.moderation.rulebook.actions import retire_rule, write_rule

CHANGED = {
    "number": "1",
    "title": "Argue with the argument",
    "text": "Say what is wrong with a claim. Threats are not welcome.",
    "category": "CYBER_VIOLENCE",
    "severity": "3",
    "expected": "1",
}


def text(page) -> str:
    return unescape(" ".join(page.content.decode().split()))


@pytest.fixture
def edit(as_, frances, rules):
    """Send the form of the rule on civility, as the admin, with other values for some fields."""

    def post(**fields):
        return as_(frances).post(reverse("rule-edit", args=["civility"]), CHANGED | fields)

    return post


class TestReading:
    def test_a_rule_is_named_in_the_language_of_the_page(self, rules):
        with override("de"):
            assert str(rules["civility"]) == "Regel 1: Argue with the argument"

    def test_each_version_stays_at_its_address(self, edit, client: Client, rules):
        answer = edit()
        assert answer["Location"] == "/rules/civility/2/"
        client.logout()
        second = text(client.get("/rules/civility/2/"))
        assert "Threats are not welcome." in second
        assert "<del>" in second
        assert "What has changed since version 1" in second
        assert "What a breach of it is about: Cyber violence" in second
        first = text(client.get("/rules/civility/1/"))
        assert "insults, mockery, threats and contempt" in first
        assert "It is not in force any more" in first
        assert "What has changed" not in first
        assert "Version 2, in force since" in text(client.get("/rules/civility/"))
        assert client.get("/rules/civility/3/").status_code == 404
        assert client.get("/rules/nothing/").status_code == 404
        assert "Threats are not welcome." in text(client.get("/rules/"))

    def test_what_is_retired_can_still_be_read(self, client, rules, frances):
        retire_rule(editor=frances, rule=rules["lawful"])
        page = text(client.get("/rules/"))
        assert "No longer in force" in page
        assert 'href="/rules/lawful/1/"' in page
        assert "not in force any more" in text(client.get("/rules/lawful/"))

    def test_in_the_api(self, api, edit, rules):
        edit()
        versions = api.get("/api/v1/rules/civility/").json()["results"]
        assert [version["version"] for version in versions] == [2, 1]
        assert versions[0]["retired_at"] is None
        assert versions[1]["retired_at"] == versions[0]["created_at"]
        assert versions[0]["url"].endswith("/rules/civility/2/")
        one = api.get("/api/v1/rules/civility/1/").json()
        assert one == versions[1]
        assert api.get("/api/v1/rules/civility/9/").status_code == 404
        assert api.get("/api/v1/rules/none/").status_code == 404

    def test_a_decision_cites_its_version(self, as_, case, carol, rules, edit, alice):
        decide(
            moderator=carol,
            case=case,
            action="remove",
            version=case.version,
            rule=rules["civility"],
            reason="An insult.",
        )
        edit()
        page = as_(alice).get(case.post.get_absolute_url(), follow=True)
        assert "/rules/civility/1/" in text(page)

    def test_the_contact_point_is_shown(self, client, settings, rules):
        settings.CONTACT_USERS = "help@example.org\nin English"
        assert "help@example.org" in text(client.get("/rules/"))


class TestWriting:
    def test_one_transaction_and_a_line_in_the_log(self, edit, frances, rules):
        edit()
        old, new = Rule.objects.filter(slug="civility").order_by("version")
        assert (new.version, new.category, new.retired_at) == (2, "CYBER_VIOLENCE", None)
        assert old.retired_at == new.created_at
        assert old.text == rules["civility"].text
        event = Event.objects.get(kind="rule-changed")
        assert (event.case, event.actor) == (None, frances)
        assert "version 2" in event.detail

    def test_what_it_weighs_as_a_strike_stays_with_the_next_version(
        self, edit, as_, frances, rules
    ):
        edit()
        form = as_(frances).get(reverse("rule-edit", args=["civility"])).context["form"]
        assert form["severity"].value() == 3
        edit(expected="2", title="Argue", severity=str(form["severity"].value()))
        weights = Rule.objects.filter(slug="civility").order_by("version")
        assert list(weights.values_list("severity", flat=True)) == [2, 3, 3]
        page = text(as_(frances).get("/rules/civility/"))
        assert "A removal by it counts as 3 strikes." in page

    def test_a_new_rule(self, as_, frances, rules):
        sent = CHANGED | {"slug": "sources", "number": "9", "expected": "0"}
        answer = as_(frances).post(reverse("rule-new"), sent)
        assert answer["Location"] == "/rules/sources/1/"
        # The name is taken now.
        assert as_(frances).post(reverse("rule-new"), sent).status_code == 409

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("number", "0"),
            ("number", "99999"),
            ("number", "2"),
            ("severity", "0"),
            ("severity", "10"),
            ("severity", ""),
            ("title", ""),
            ("title", "t" * 121),
            ("text", " "),
            ("text", "a" * 4_001),
            ("category", "NONSENSE"),
        ],
    )
    def test_what_cannot_be_taken(self, edit, field, value):
        page = edit(**{"text": "Words that are kept.", field: value})
        assert page.status_code == 400
        assert page.context["form"].errors[field]
        assert Rule.objects.filter(slug="civility").count() == 1
        if field != "text":
            assert "Words that are kept." in text(page)

    @pytest.mark.parametrize("slug", ["", "a b", "../x", "ä" * 3, "s" * 61])
    def test_names_that_are_no_addresses(self, as_, frances, rules, slug):
        sent = CHANGED | {"slug": slug, "number": "9", "expected": "0"}
        page = as_(frances).post(reverse("rule-new"), sent)
        assert page.status_code == 400
        assert page.context["form"].errors["slug"]

    def test_of_two_who_change_it_one_is_told(self, edit, rules):
        edit()
        page = edit(text="What I wanted instead.")
        assert page.status_code == 409
        assert "Somebody else has changed this rule" in text(page)
        assert "What I wanted instead." in text(page)
        # Sent once more, knowing it.
        assert edit(text="What I wanted instead.", expected="2").status_code == 302
        assert Rule.objects.filter(slug="civility").count() == 3
        assert Rule.objects.filter(slug="civility", retired_at=None).count() == 1

    def test_nothing_stays_of_what_failed(self, frances, rules):
        with pytest.raises(Refused) as refused:
            write_rule(editor=frances, slug="civility", number=2, title="T", text="W", expected=1)
        assert refused.value.field == "number"
        assert Rule.objects.get(slug="civility").retired_at is None
        assert not Event.objects.filter(kind="rule-changed").exists()

    def test_it_comes_back_as_the_next_version(self, edit, frances, rules, as_):
        as_(frances).post(reverse("rule-retire", args=["civility"]))
        assert Rule.objects.get(slug="civility").retired_at
        with pytest.raises(Conflict):
            retire_rule(editor=frances, rule=rules["civility"])
        assert edit(expected="0")["Location"] == "/rules/civility/2/"

    def test_for_admins_alone(self, carol, rules):
        with pytest.raises(Forbidden):
            write_rule(editor=carol, slug="x", number=9, title="T", text="W")
        with pytest.raises(Forbidden):
            retire_rule(editor=carol, rule=rules["lawful"])

    def test_what_is_written_is_shown_as_written(self, edit, client):
        edit(title="<script>alert(1)</script>", text="<b>{{ x }}</b>")
        page = client.get("/rules/civility/")
        assert b"<script>alert" not in page.content
        assert "<b>{{ x }}</b>" in text(page)
