"""Flags of those whose flags are set aside."""

from __future__ import annotations

import pytest

from forum.discussion.actions import revise_post, withdraw_post
from forum.lib.errors import Forbidden
from forum.moderation.actions import decide, flag_post, reopen
from forum.moderation.models import Case, Event, Flag, FlagSetAside
from forum.moderation.people.appealing import appeal_against, decide_sanction_appeal
from forum.moderation.people.grounds import Place
from forum.moderation.people.lifting import lift
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


class TestOverturned:
    """What set them aside should not have been: they count, where nobody has decided since."""

    @pytest.fixture
    def mute(self, bob, warned_of_flags, sanction):
        warned_of_flags(bob)
        return sanction(bob, "mute-flags")

    @pytest.fixture
    def aside(self, mute, bob):
        """``aside(post)``: Bob flags it, which has no effect."""

        def raise_one(post) -> FlagSetAside:
            flag, _new = take_flag(flagger=bob, post=post, reason="abuse", note="Look.")
            assert isinstance(flag, FlagSetAside)
            return flag

        return raise_one

    def overturn(self, mute, mallory) -> str:
        """What Bob is told of it."""
        lift(moderator=mallory, sanction=mute, reason="They were right.", overturned=True)
        return str(mute.person.notifications.get(key=f"sanction:{mute.pk}:lifted").body)

    def test_they_join_the_cases_that_wait(self, article, bob, mallory, mute, aside):
        case = factories.make_flag(factories.make_comment(article), reason="spam").case
        flag = aside(case.post)
        points, version = Case.objects.get(pk=case.pk).points, Case.objects.get(pk=case.pk).version
        assert "1 flag that was set aside counts again." in self.overturn(mute, mallory)
        revived = case.flags.get(flagger=bob)
        assert (revived.reason, revived.note) == ("abuse", "Look.")
        assert revived.created_at == flag.created_at
        case.refresh_from_db()
        assert case.points > points
        assert case.version > version
        assert not FlagSetAside.objects.exists()
        line = case.events.get(kind="flagged", detail__contains="It had been set aside")
        assert line.actor == bob
        assert "1 flag that was set aside" in Event.objects.get(kind="lifted").detail

    def test_what_nobody_has_looked_at_is_opened(self, article, alice, mallory, mute, aside):
        posts = [factories.make_comment(article, author=alice) for _ in range(3)]
        for post in posts:
            aside(post)
        withdraw_post(author=alice, post=posts[1])
        revise_post(editor=alice, post=posts[2], source="Kind words.")
        self.overturn(mute, mallory)
        (case,) = Case.objects.all()
        assert (case.post, case.state, case.queue) == (posts[0], "open", "reported")
        assert FlagSetAside.objects.count() == 2

    def test_what_was_decided_since_stays_decided(self, article, carol, mallory, mute, aside):
        case = factories.make_flag(factories.make_comment(article)).case
        aside(case.post)
        case.refresh_from_db()
        decide(moderator=carol, case=case, action="keep", version=case.version)
        events = case.events.count()
        assert "counts again" not in self.overturn(mute, mallory)
        case.refresh_from_db()
        assert (case.state, case.flags.count(), case.events.count()) == ("decided", 1, events)
        assert FlagSetAside.objects.count() == 1

    def test_words_that_were_reviewed_stay(self, article, carol, mallory, mute, aside, rules):
        case = factories.make_flag(factories.make_comment(article)).case
        aside(case.post)
        case.refresh_from_db()
        decide(moderator=carol, case=case, action="keep", version=case.version)
        reopen(moderator=mallory, case=case, version=case.version, reason="Look again.")
        points = Case.objects.get(pk=case.pk).points
        self.overturn(mute, mallory)
        assert case.flags.count() == 2
        assert Case.objects.get(pk=case.pk).points == points

    def test_enough_of_them_hide_it(self, article, bob, mallory, mute, aside, monkeypatch):
        case = factories.make_flag(factories.make_comment(article)).case
        aside(case.post)
        monkeypatch.setattr("forum.moderation.queue.hiding.hides", lambda said: len(said) > 1)
        self.overturn(mute, mallory)
        case.post.refresh_from_db()
        assert case.post.state == "hidden"

    def test_what_else_set_them_aside_still_does(
        self, article, bob, mallory, mute, aside, sanction
    ):
        second = sanction(bob, "mute-flags", days=3)
        post = factories.make_comment(article)
        aside(post)
        assert "again" not in self.overturn(second, mallory)
        assert FlagSetAside.objects.get().sanction == mute
        assert "1 flag that was set aside counts again." in self.overturn(mute, mallory)
        assert Flag.objects.get().revision.post == post

    def test_what_was_only_ended_leaves_them_aside(self, article, mallory, mute, aside):
        aside(factories.make_comment(article))
        lift(moderator=mallory, sanction=mute, reason="Enough.")
        assert not Flag.objects.exists()

    def test_on_an_appeal(self, article, bob, mallory, mute, aside):
        aside(factories.make_comment(article))
        appeal = appeal_against(sanction=mute, appellant=bob, text="They were right.")
        decide_sanction_appeal(
            moderator=mallory, appeal=appeal, outcome="overturned", answer="They were."
        )
        told = bob.notifications.get(key=f"sanction-appeal:{appeal.pk}").body
        assert "1 flag that was set aside counts again." in told
        assert Flag.objects.get().flagger == bob
