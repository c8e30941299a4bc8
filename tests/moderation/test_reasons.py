"""Templates of reasons: written by moderators, filled in for each post."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forum.lib.errors import Refused
from forum.moderation.models import Decision, Event, ReasonTemplate
from forum.moderation.reasons import filled, save_template
from tests import factories


@pytest.fixture
def template(carol, rules) -> ReasonTemplate:
    return save_template(
        moderator=carol,
        template=None,
        title="Off the text",
        text="{author}, “{quote}” has nothing to do with {article}. {rule}!",
        rule_slug="on-topic",
    )


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_it_is_filled_in(template, comment, rules):
    said = filled(template.text, comment, rules["on-topic"])
    assert said == (
        "Alice Liddell, “The ferry ran on Sundays.” has nothing to do with"
        " Who pays for the bridge. Keep to the text!"
    )


def test_what_people_wrote_is_no_template(article, carol):
    post = factories.make_comment(article, source="Who is {author}?")
    assert filled("{quote}", post, None) == "Who is {author}?"


def test_an_unknown_hole_is_refused(carol):
    with pytest.raises(Refused) as refused:
        save_template(moderator=carol, template=None, title="A", text="Dear {name},")
    assert refused.value.field == "text"
    assert not ReasonTemplate.objects.exists()


def test_the_log_says_who_changed_it(template, carol):
    event = Event.objects.get(kind="template-changed")
    assert (event.actor, event.detail, event.case) == (carol, "Off the text", None)


def test_two_of_one_name_are_refused(template, carol):
    with pytest.raises(Refused) as refused:
        save_template(
            moderator=carol, template=None, title="Off the text", text="B", rule_slug="on-topic"
        )
    assert refused.value.field == "title"


def test_on_the_page(as_, carol, rules):
    address = reverse("reasons")
    sent = {"title": "Off", "text": "“{quote}” is elsewhere.", "rule_slug": ""}
    page = as_(carol).post(address, sent | {"preview": "1"})
    assert "“everyone knows what that means” is elsewhere." in text_of(page)
    assert not ReasonTemplate.objects.exists()
    page = as_(carol).post(address, sent | {"text": "{nobody}"})
    assert (page.status_code, "{nobody}" in text_of(page)) == (400, True)
    assert as_(carol).post(address, sent).status_code == 302
    own = ReasonTemplate.objects.get()
    as_(carol).post(reverse("reason", args=[own.pk]), sent | {"title": "Elsewhere"})
    assert ReasonTemplate.objects.get().title == "Elsewhere"
    as_(carol).post(reverse("reason-delete", args=[own.pk]))
    assert not ReasonTemplate.objects.exists()


def test_a_decision_may_take_its_reason_from_one(as_, template, case, carol, rules):
    page = as_(carol).get(case.get_absolute_url())
    assert "“The ferry ran on Sundays.” has nothing to do with" in text_of(page)
    sent = {
        "action": "remove",
        "rule": rules["on-topic"].pk,
        "template": template.pk,
        "reason": "",
        "version": case.version,
    }
    assert as_(carol).post(reverse("case-decide", args=[case.pk]), sent).status_code == 302
    assert Decision.objects.get().reason.startswith("Alice Liddell, “The ferry")
