"""Deciding on the page: what is taken, what comes back, and who got there first."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.discussion.actions import revise_post
from forum.discussion.models import Post
from forum.moderation.actions import decide
from forum.moderation.models import Case, Decision, Event
from forum.notifications.models import Notification
from tests import factories


@pytest.fixture
def address(case) -> str:
    return reverse("case-decide", args=[case.pk])


@pytest.fixture
def removal(case, rules) -> dict[str, object]:
    """What a moderator sends to remove."""
    return {
        "action": "remove",
        "rule": rules["on-topic"].pk,
        "reason": "It is about a ferry.",
        "note": "Third time this week.",
        "version": case.version,
    }


def events(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).values_list("kind", flat=True))


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


class TestRemoving:
    def test_it_is_removed_and_written_down(self, as_, address, removal, case, carol, rules):
        page = as_(carol).post(address, removal, follow=True)
        assert page.redirect_chain == [(case.get_absolute_url(), 302)]
        decision = Decision.objects.get()
        assert (decision.action, decision.rule, decision.moderator_name) == (
            "remove",
            rules["on-topic"],
            "Carol Kidd",
        )
        assert (decision.reason, decision.note) == (
            "It is about a ferry.",
            "Third time this week.",
        )
        assert Post.objects.get(pk=case.post_id).state == "removed"
        assert events(case) == ["opened", "flagged", "decided", "notified"]
        text = text_of(page)
        assert "Decided: Remove." in text
        assert "by rule 2: Keep to the text" in text

    def test_author_and_flagger_are_told_once_each(
        self, as_, address, removal, case, alice, bob, carol
    ):
        as_(carol).post(address, removal)
        as_(carol).post(address, removal)
        told = {n.recipient: n for n in Notification.objects.all()}
        assert set(told) == {alice, bob}
        assert Notification.objects.count() == 2
        assert "was removed" in told[alice].subject
        for notice in told.values():
            assert "It is about a ferry." in notice.body
            assert "Keep to the text" in notice.body
            assert "Third time" not in notice.body
            assert "Bob" not in notice.body

    def test_somebody_who_flagged_twice_is_told_once(self, case, comment, alice, bob, carol):
        revise_post(editor=alice, post=comment, source="Boats.")
        factories.make_flag(comment, flagger=bob, reason="spam")
        case.refresh_from_db()
        decide(moderator=carol, case=case, action="keep", version=case.version)
        assert Notification.objects.filter(recipient=bob).count() == 1

    def test_the_public_cannot_read_it_any_more(self, as_, address, removal, comment, carol, sam):
        as_(carol).post(address, removal)
        assert not Post.objects.visible_to(sam).filter(pk=comment.pk).exists()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"rule": ""}, "A removal names the rule it rests on."),
        ({"rule": "999999999999999999999999"}, "Select a valid choice."),
        ({"reason": "  "}, "A removal gives its author a reason."),
        ({"action": ""}, "Choose what should become of it."),
        ({"action": "burn"}, "Select a valid choice."),
        ({"version": ""}, "The form came in incomplete."),
        ({"version": "99999999999999999999"}, "The form came in incomplete."),
        ({"note": "Third time this week." + "a" * 4_000}, "the limit is 4,000"),
    ],
)
def test_what_cannot_be_taken_comes_back_filled(
    as_, address, removal, case, carol, change, complaint
):
    page = as_(carol).post(address, removal | change)
    assert page.status_code == 400
    text = text_of(page)
    assert complaint in text
    assert "Third time this week." in text
    assert f'name="version" value="{case.version}"' in text
    assert (Decision.objects.count(), events(case)) == (0, ["opened", "flagged"])
    assert Post.objects.get(pk=case.post_id).state == "published"


def test_a_rule_out_of_force_cannot_be_named(as_, address, removal, rules, carol):
    rule = rules["on-topic"]
    rule.retired_at = timezone.now()
    rule.save(update_fields=["retired_at"])
    assert as_(carol).post(address, removal).status_code == 400


class TestConflicts:
    def test_a_second_decision_says_who_decided_what(
        self, as_, address, removal, case, carol, mallory
    ):
        assert as_(carol).post(address, removal | {"action": "keep"}).status_code == 302
        page = as_(mallory).post(address, removal)
        assert page.status_code == 409
        text = text_of(page)
        assert "Carol Kidd has decided this case already: Keep." in text
        assert "It is about a ferry." in text
        assert "Third time this week." in text
        assert Decision.objects.get().moderator == carol
        assert Post.objects.get(pk=case.post_id).state == "published"

    def test_the_same_form_twice_is_one_decision(self, as_, address, removal, carol):
        assert as_(carol).post(address, removal).status_code == 302
        assert as_(carol).post(address, removal).status_code == 409
        assert Decision.objects.count() == 1

    def test_a_decision_on_what_has_changed_since(
        self, as_, address, removal, case, comment, alice, carol
    ):
        revise_post(editor=alice, post=comment, source="It ran on Mondays too.")
        page = as_(carol).post(address, removal)
        assert page.status_code == 409
        text = text_of(page)
        assert "This case has changed since you opened it" in text
        assert "It ran on Mondays too." in text
        assert "Third time this week." in text
        assert not Decision.objects.exists()
        # The page has shown what changed, so its form can be sent.
        now = page.context["version"]
        assert now == case.version + 1
        assert as_(carol).post(address, removal | {"version": now}).status_code == 302

    def test_a_typing_error_does_not_hide_what_changed(
        self, as_, address, removal, case, comment, alice, carol
    ):
        revise_post(editor=alice, post=comment, source="It ran on Mondays too.")
        page = as_(carol).post(address, removal | {"reason": ""})
        assert page.status_code == 400
        assert page.context["version"] == case.version
        assert as_(carol).post(address, removal).status_code == 409

    def test_an_action_that_makes_no_sense_any_more(self, as_, address, removal, case, carol):
        Post.objects.filter(pk=case.post_id).update(state="removed")
        page = as_(carol).post(address, removal | {"action": "keep"})
        assert page.status_code == 409
        assert events(case) == ["opened", "flagged"]


class TestReopening:
    @pytest.fixture
    def decided(self, case, carol) -> Case:
        decide(moderator=carol, case=case, action="keep", version=case.version)
        return Case.objects.get(pk=case.pk)

    @pytest.fixture
    def again(self, decided) -> str:
        return reverse("case-reopen", args=[decided.pk])

    def test_it_can_be_decided_anew(self, as_, again, decided, mallory, rules, removal, address):
        sent = {"version": decided.version, "reason": "There is a second flag by mail."}
        page = as_(mallory).post(again, sent, follow=True)
        assert "The case is open again." in text_of(page)
        assert "There is a second flag by mail." in text_of(page)
        decided.refresh_from_db()
        assert decided.state == "open"
        removed = as_(mallory).post(address, removal | {"version": decided.version}, follow=True)
        assert [d.action for d in decided.decisions.all()] == ["keep", "remove"]
        assert "Earlier decisions" in text_of(removed)

    def test_it_takes_a_reason(self, as_, again, decided, carol):
        page = as_(carol).post(again, {"version": decided.version, "reason": " "})
        assert page.status_code == 400
        assert "Say why." in text_of(page)
        decided.refresh_from_db()
        assert decided.state == "decided"

    def test_one_that_is_open_already(self, as_, again, decided, carol):
        sent = {"version": decided.version, "reason": "I misread it."}
        as_(carol).post(again, sent)
        page = as_(carol).post(again, sent)
        assert page.status_code == 409
        assert "I misread it." in text_of(page)
        assert Event.objects.filter(kind="reopened").count() == 1


class TestLadder:
    @pytest.fixture(params=["case", "case-decide", "case-reopen"])
    def ask(self, request, case, removal):
        """Ask for the page, or send its form, as whoever a client is."""
        address = reverse(request.param, args=[case.pk])

        def send(client, pk: int | None = None):
            to = reverse(request.param, args=[pk]) if pk else address
            return client.get(to) if request.param == "case" else client.post(to, removal)

        return send

    def test_nobody_in_particular_logs_in_first(self, client, ask):
        answer = ask(client)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))

    def test_others_are_refused(self, as_, ask, alice, bob, dan, erin):
        for person in (alice, bob, dan, erin):
            answer = ask(as_(person))
            assert answer.status_code == 403
            assert b"ran on Sundays" not in answer.content

    def test_moderators_are_not(self, as_, ask, carol):
        assert ask(as_(carol)).status_code in (200, 302, 409)

    def test_a_case_that_is_not_there(self, as_, ask, carol, alice):
        assert ask(as_(carol), 999_999).status_code == 404
        assert ask(as_(alice), 999_999).status_code == 403


@pytest.mark.parametrize("name", ["case-decide", "case-reopen"])
def test_another_site_cannot_decide_in_your_name(case, removal, carol, name):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(carol)
    assert strict.post(reverse(name, args=[case.pk]), removal).status_code == 403
    assert not Decision.objects.exists()


def test_another_method(as_, case, address, carol):
    assert as_(carol).get(address).status_code == 405
    assert as_(carol).get(reverse("case-reopen", args=[case.pk])).status_code == 405
    assert as_(carol).post(case.get_absolute_url()).status_code == 405


def test_nobody_decides_about_themselves(as_, article, rules, carol):
    own = factories.make_flag(factories.make_comment(article, author=carol)).case
    for name in ("case-decide", "case-reopen"):
        answer = as_(carol).post(
            reverse(name, args=[own.pk]), {"action": "keep", "version": own.version}
        )
        assert answer.status_code == 403
    assert not Decision.objects.exists()
