"""What a moderator fills in to decide, from the form and without script: nothing else is sent."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from forum.discussion.models import Post
from forum.moderation.models import Case, Decision, Event
from forum.moderation.reasons import save_template
from forum.moderation.transparency.measures import measure_of, page_of
from forum.notifications.models import Notification
from tests import factories


@pytest.fixture
def decide_page(as_, carol):
    """``decide_page(case, **sent)`` sends the form of a case."""

    def send(case: Case, **sent):
        client = as_(carol)
        version = Case.objects.values_list("version", flat=True).get(pk=case.pk)
        address = reverse("case-decide", args=[case.pk])
        return client.post(address, {"version": version, "rule": ""} | sent)

    return send


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def focused(page) -> list[str]:
    form = page.context["decision"]
    return [name for name, field in form.fields.items() if "autofocus" in field.widget.attrs]


@pytest.mark.parametrize("state", ["held", "hidden"])
def test_what_waits_is_kept_and_not_restored(as_, case, carol, state):
    """To restore it would be the same under another name."""
    Post.objects.filter(pk=case.post_id).update(state=state)
    page = as_(carol).get(case.get_absolute_url())
    offered = [value for value, _label in page.context["decision"].fields["action"].choices]
    assert "keep" in offered
    assert "restore" not in offered


class TestTheLaw:
    def test_a_removal_rests_on_it_alone(self, decide_page, case):
        page = decide_page(
            case, action="remove", reason="It slanders a person.",
            legal_ground="§ 186 StGB", category="ILLEGAL_OR_HARMFUL_SPEECH",
        )  # fmt: skip
        assert page.status_code == 302
        decision = Decision.objects.get()
        assert (decision.ground, decision.legal_ground) == ("illegal", "§ 186 StGB")
        measure = measure_of(page_of(Decision.objects.all()).get())
        assert (measure.illegal, measure.ground) == (True, "§ 186 StGB")
        assert measure.category == "ILLEGAL_OR_HARMFUL_SPEECH"

    def test_without_a_rule_it_says_what_it_is_about(self, decide_page, case):
        sent = {"action": "remove", "reason": "It slanders.", "legal_ground": "§ 186 StGB"}
        page = decide_page(case, **sent)
        assert page.status_code == 400
        assert list(page.context["decision"].errors) == ["category"]
        assert focused(page) == ["category"]
        # In sight, and still filled in.
        assert '<details class="case-fold decide-law" open>' in page.content.decode()
        assert 'value="§ 186 StGB"' in page.content.decode()
        assert not Decision.objects.exists()

    def test_of_a_rule_what_it_is_about_may_be_another_thing(self, decide_page, case, rules):
        page = decide_page(
            case, action="remove", reason="Your address.",
            rule=rules["civility"].pk, category="DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        )  # fmt: skip
        assert page.status_code == 302
        decision = Decision.objects.get()
        assert (decision.ground, decision.legal_ground) == ("incompatible", "")
        assert decision.category == "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"

    def test_neither_rule_nor_law_is_refused(self, decide_page, case):
        page = decide_page(case, action="remove", reason="No.")
        assert page.status_code == 400
        assert list(page.context["decision"].errors) == ["rule"]

    def test_is_folded_unless_a_notice_waits(self, as_, case, carol):
        page = as_(carol).get(case.get_absolute_url()).content.decode()
        assert '<details class="case-fold decide-law">' in page
        factories.make_notice(case.post)
        page = as_(carol).get(case.get_absolute_url()).content.decode()
        assert '<details class="case-fold decide-law" open>' in page

    @pytest.mark.parametrize(
        "wrong",
        [
            {"ground": "illegal", "category": "VIOLENCE"},
            {"ground": "incompatible", "category": "VIOLENCE", "legal_ground": "§ 186 StGB"},
            {"ground": "incompatible", "category": ""},
            {"ground": "", "category": "VIOLENCE"},
            {"ground": "", "category": ""},
        ],
    )
    def test_the_database_refuses_a_ground_that_says_nothing(self, case, comment, rules, wrong):
        whole = {
            "case": case, "revision": comment.current, "moderator_name": "Carol",
            "action": "remove", "rule": rules["civility"], "reason": "No.",
            "state_before": "published", "state_after": "removed",
        }  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(**whole, **wrong)


class TestThePreview:
    def test_shows_what_the_author_would_read_and_decides_nothing(
        self, decide_page, case, rules, carol
    ):
        before = Event.objects.count()
        page = decide_page(
            case, act="preview", action="remove", rule=rules["civility"].pk,
            reason="It names a person.", note="The third time.",
        )  # fmt: skip
        assert page.status_code == 200
        text = text_of(page)
        for words in (
            "What its author will read",
            "It was removed: readers see only that something was there.",
            "1 reader flagged it: It has nothing to do with the article.",
            str(rules["civility"]),
            "Nothing is decided yet.",
        ):
            assert words in text
        # Not the note, but for its field.
        assert text.count("The third time.") == 1
        case.refresh_from_db()
        case.post.refresh_from_db()
        assert (case.state, case.version, case.post.state) == ("open", 1, "published")
        assert not Decision.objects.exists()
        assert not Notification.objects.exists()
        assert Event.objects.count() == before
        assert page.context["decision"]["action"].value() == "remove"

    def test_fills_a_template_in_to_be_changed(self, decide_page, case, carol, rules):
        template = save_template(
            moderator=carol, template=None, title="Off the text", rule_slug="on-topic",
            text="{author}, “{quote}” has nothing to do with {article}. {rule}!",
        )  # fmt: skip
        page = decide_page(case, act="preview", action="remove", template=template.pk)
        form = page.context["decision"]
        said = (
            "Alice Liddell, “The ferry ran on Sundays.” has nothing to do with"
            " Who pays for the bridge. Keep to the text!"
        )
        assert (form["reason"].value(), form["template"].value()) == (said, "")
        assert form["rule"].value() == str(rules["on-topic"].pk)
        assert decide_page(case, action="remove", template=template.pk).status_code == 302
        decision = Decision.objects.get()
        assert (decision.reason, decision.rule) == (said, rules["on-topic"])

    def test_refuses_what_the_decision_would(self, decide_page, case):
        page = decide_page(case, act="preview", action="remove", reason="It names a person.")
        assert page.status_code == 400
        assert focused(page) == ["rule"]
        assert "It names a person." in text_of(page)
        page = decide_page(case, act="preview", action="keep", version=7)
        assert page.status_code == 409

    def test_of_an_escalation_nobody_would_be_told(self, decide_page, case):
        page = decide_page(case, act="preview", action="escalate")
        assert "Nothing: nobody is told" in text_of(page)


KINDS: dict[str, dict[str, object]] = {
    "keep": {},
    "remove": {"rule": "civility", "reason": "No."},
    "hide-note": {"rule": "civility", "reason": "No."},
    "retag": {"rule": "civility", "reason": "It asks.", "tags": ["question"]},
    "ask-revision": {"rule": "civility", "reason": "Without the name.", "hide": "on"},
    "lock": {"rule": "civility", "reason": "In circles."},
    "escalate": {"note": "Over to you."},
}


@pytest.mark.parametrize("action", KINDS)
def test_everything_is_decided_with_what_the_page_offers(
    as_, decide_page, article, carol, rules, action
):
    case = factories.make_flag(factories.make_annotation(article)).case
    page = as_(carol).get(case.get_absolute_url())
    html = page.content.decode()
    sent = KINDS[action] | ({"rule": rules["civility"].pk} if "rule" in KINDS[action] else {})
    assert f'value="{action}"' in html
    for name in sent:
        assert f'name="{name}"' in html
    assert decide_page(case, action=action, **sent).status_code == 302
    assert Decision.objects.get().action == action


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"action": "remove"}, 400),
        ({"action": ""}, 400),
        ({"action": "retag", "tags": []}, 400),
        ({"action": "remove", "legal_ground": "x" * 501}, 400),
        ({"action": "remove", "category": "NONSENSE"}, 400),
        ({"action": "keep", "version": 99}, 409),
    ],
)
def test_nothing_typed_is_lost(decide_page, article, sent, status):
    case = factories.make_flag(factories.make_annotation(article)).case
    typed = {
        "reason": "My careful reason.", "note": "My careful note.", "hide": "on",
        "legal_ground": "My law", "tags": ["question"],
    }  # fmt: skip
    page = decide_page(case, **typed | sent)
    assert page.status_code == status
    form = page.context["decision"]
    for name, value in (typed | sent).items():
        if name != "version":
            assert form[name].value() == (True if name == "hide" else value), name
    html = page.content.decode()
    assert "My careful reason." in html
    assert "My careful note." in html
