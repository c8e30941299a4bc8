"""Flags of those whose flags are set aside."""

from __future__ import annotations

import pytest

from forum.lib.errors import Forbidden
from forum.moderation.actions import flag_post
from forum.moderation.models import Case, Event, Flag, FlagSetAside
from forum.moderation.people.grounds import Place
from forum.moderation.people.setting_aside import take_flag
from tests import factories


@pytest.fixture
def muted(bob, warned_of_flags, sanction):
    """Bob, whose flags are set aside everywhere."""
    warned_of_flags(bob)
    sanction(bob, "mute-flags")
    return bob


def test_it_is_kept_and_logged_and_opens_nothing(muted, article):
    post = factories.make_comment(article)
    flag, new = take_flag(flagger=muted, post=post, reason="spam", note="Look.")
    assert new
    assert isinstance(flag, FlagSetAside)
    assert (flag.reason, flag.note, flag.flagger_name) == ("spam", "Look.", "Bob Cratchit")
    assert not Case.objects.exists()
    assert not Flag.objects.exists()
    line = Event.objects.filter(kind="flagged").get()
    assert (line.actor, line.case) == (muted, None)
    assert "Set aside" in line.detail
    assert take_flag(flagger=muted, post=post, reason="abuse") == (flag, False)
    assert FlagSetAside.objects.count() == 1


def test_a_case_that_is_open_or_decided_stays_as_it_is(muted, article):
    post = factories.make_comment(article)
    case = factories.make_flag(post).case
    before = (case.version, case.flags.count(), case.events.count())
    take_flag(flagger=muted, post=post, reason="abuse")
    case.refresh_from_db()
    assert (case.version, case.flags.count(), case.events.count()) == before


def test_no_other_road_leads_to_a_flag_that_counts(muted, article):
    with pytest.raises(Forbidden) as refusal:
        flag_post(flagger=muted, post=factories.make_comment(article), reason="spam")
    assert refusal.value.code == "flags-set-aside"


def test_elsewhere_they_count(bob, article, warned_of_flags, sanction):
    warned_of_flags(bob)
    sanction(bob, "mute-flags", place=Place(article=article))
    here, there = factories.make_comment(article), factories.make_comment(factories.make_article())
    assert isinstance(take_flag(flagger=bob, post=here, reason="spam")[0], FlagSetAside)
    assert isinstance(take_flag(flagger=bob, post=there, reason="spam")[0], Flag)


def test_they_are_told_on_the_page_and_in_the_api(muted, article, client, api):
    post = factories.make_comment(article)
    client.force_login(muted)
    answer = client.post(f"/posts/{post.pk}/flag/", {"reason": "spam"}, follow=True)
    assert "Your flag is kept, but has no effect" in answer.content.decode()
    assert "A moderator will look" not in answer.content.decode()
    api.force_authenticate(muted)
    again = api.post(f"/api/v1/posts/{post.pk}/flags/", {"reason": "spam"})
    assert (again.status_code, again.data["counts"]) == (200, False)
    other = factories.make_comment(article)
    api.force_authenticate(factories.make_user())
    assert api.post(f"/api/v1/posts/{other.pk}/flags/", {"reason": "spam"}).data["counts"]
