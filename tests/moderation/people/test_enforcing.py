"""Every kind of sanction, in every scope, on every act: what it takes, and no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from forum import permissions
from forum.accounts.models import User
from forum.courses.models import Course, Membership
from forum.discussion.actions import post_comment, withdraw_post
from forum.discussion.models import Post
from forum.lib.errors import Forbidden, TooOften
from forum.lib.html import Format, render
from forum.moderation.models import Case, Sanction
from forum.moderation.people.acknowledging import acknowledge
from forum.moderation.people.effects import LEFT_TO_ALL, forbids
from forum.moderation.people.grounds import Place
from forum.moderation.people.lifting import lift
from forum.moderation.priority import STAFF
from forum.moderation.queue.reporters import standing_of
from forum.screening.pacing import require_room, room_for
from forum.screening.pipeline import is_exempt
from forum.screening.submission import Submission
from tests import factories

#: What each kind forbids, of all that the person below may do without it.
POSTING = """
    comment.post annotation.post post.revise post.reinstate quotation.mark
    article.create article.revise article.publish
""".split()
WORKING = """
    article.export revision.report annotation.place
    case.list case.read case.decide case.reopen
    people.list person.record person.note person.sanction
    sanction.read sanction.lift sanction.approve
""".split()
FORBIDDEN = {
    "warn": {*POSTING},
    "premoderate": set(),
    "mute-flags": set(),
    "silence": {*POSTING, "post.endorse"},
    "suspend": {*POSTING, *WORKING, "post.endorse", "post.flag"},
}
FORBIDDEN["ban"] = FORBIDDEN["suspend"]
#: What is left to everybody, come what may.
LEFT = set(
    """
    post.read post.withdraw account.erase article.follow thread.follow person.follow person.mute
    sanction.acknowledge sanction.appeal
    """.split()
)
CODES = {"warn": "warned", "silence": "silenced", "suspend": "suspended", "ban": "banned"}
KINDS = [*FORBIDDEN]


@pytest.fixture
def person(db):
    """Somebody who writes, publishes and moderates."""
    return factories.make_user("pat", is_editor=True, is_moderator=True)


@pytest.fixture
def course(dan) -> Course:
    return Course.objects.get(slug="reading")


def things_under(article, person) -> dict[str, Any]:
    """What each act is on that is done under ``article``: ``person`` may do all of it."""
    others = factories.make_comment(article)
    own = factories.make_comment(article, author=person)
    taken_back = factories.make_comment(article, author=person)
    withdraw_post(author=person, post=taken_back)
    case = factories.make_flag(factories.make_comment(article)).case
    things: dict[str, Any] = dict.fromkeys(
        ("comment.post", "annotation.post", "post.endorse", "post.flag", "post.read"), others
    )
    things |= dict.fromkeys(("post.revise", "post.withdraw", "quotation.mark"), own)
    things |= dict.fromkeys(("thread.follow", "revision.report"), others)
    things |= dict.fromkeys(("article.follow", "article.revise", "article.export"), article.post)
    things |= dict.fromkeys(("case.read", "case.decide", "case.reopen"), case)
    things["post.reinstate"] = taken_back
    things["annotation.place"] = factories.make_annotation(article)
    return things


@pytest.fixture
def elsewhere(person, frances, sanction) -> Callable[[], dict[str, Any]]:
    """What is done nowhere in particular."""

    def make() -> dict[str, Any]:
        somebody = factories.make_user()
        draft = factories.make_article(draft=True)
        things: dict[str, Any] = dict.fromkeys(
            ("account.erase", "article.create", "case.list", "people.list")
        )
        things |= dict.fromkeys(
            ("person.follow", "person.mute", "person.record", "person.note", "person.sanction"),
            somebody,
        )
        things["article.publish"] = draft.post
        things["sanction.lift"] = sanction(somebody, "silence")
        things["sanction.read"] = things["sanction.lift"]
        things["sanction.approve"] = sanction(somebody, "ban", by=frances, meanwhile=False)
        return things

    return make


def forbidden(person, things: dict[str, Any]) -> set[str]:
    """The acts that ``person`` is refused."""
    found = set()
    for act, thing in things.items():
        if isinstance(thing, Post):
            thing = Post.objects.get(pk=thing.pk)
        if permissions.refusal(person, act, thing):
            found.add(act)
    return found


def in_force(sanction, person, kind, approver, **place) -> Sanction:
    made: Sanction = sanction(person, kind, by=approver, meanwhile=False, place=Place(**place))
    if kind == "ban":
        Sanction.objects.filter(pk=made.pk).update(
            approved_by_name="Another", approved_at=timezone.now()
        )
        type(person).objects.filter(pk=person.pk).update(is_sanctioned=True)
        made.refresh_from_db()
    person.refresh_from_db()
    return made


@pytest.fixture(autouse=True)
def _warned(sanction, person, frances):
    """A warning of misuse that flags can be set aside after."""
    from tests.moderation.people.conftest import misuse

    acknowledge(person=person, sanction=sanction(person, "warn", by=frances, **misuse("flags")))
    person.refresh_from_db()


class TestEverywhere:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_kind_forbids_what_the_table_says_and_no_more(
        self, person, article, frances, sanction, elsewhere, kind
    ):
        things = things_under(article, person) | elsewhere()
        assert forbidden(person, things) == set()
        given = in_force(sanction, person, kind, frances)
        things |= {"sanction.acknowledge": given, "sanction.appeal": given}
        assert forbidden(person, things) == FORBIDDEN[kind]
        assert set(things) - FORBIDDEN["ban"] == LEFT

    @pytest.mark.parametrize("kind", KINDS)
    def test_nothing_is_forbidden_to_anybody_else(self, person, article, frances, sanction, kind):
        other = factories.make_user(is_editor=True, is_moderator=True)
        things = things_under(article, other)
        in_force(sanction, person, kind, frances)
        assert forbidden(other, things) == set()

    def test_every_act_of_the_site_is_in_a_table_or_taken_by_a_suspension(self):
        known = FORBIDDEN["suspend"] | LEFT
        assert known <= set(permissions.RULES)
        for act in set(permissions.RULES) - known - LEFT_TO_ALL:
            assert forbids("suspend", act), act
            assert forbids("ban", act), act

    def test_the_refusal_says_why_until_when_and_where_to_read_it(
        self, person, article, frances, sanction
    ):
        for kind, code in CODES.items():
            given = in_force(sanction, person, kind, frances)
            refusal = permissions.refusal(person, "comment.post", article.post)
            assert isinstance(refusal, Forbidden)
            assert refusal.code == code
            assert given.reason in refusal.message
            assert refusal.remedy == "/you/standing/"
            assert refusal.details["sanction"] == given.pk
            assert bool(refusal.details["until"]) == bool(given.expires_at)

    def test_the_strongest_is_told(self, person, article, frances, sanction):
        in_force(sanction, person, "warn", frances)
        in_force(sanction, person, "suspend", frances)
        in_force(sanction, person, "silence", frances)
        refusal = permissions.refusal(person, "comment.post", article.post)
        assert refusal is not None
        assert refusal.code == "suspended"


def test_whoever_is_suspended_is_trusted_with_nothing_meanwhile(
    mallory, article, frances, sanction, settings
):
    """What moderators have rests: the limits hold, nothing they write goes unseen, and what they
    flag weighs what it does of anybody."""
    settings.POSTS_PER_MINUTE = 1
    factories.make_comment(article, author=mallory)

    def trusted() -> list[bool]:
        person = User.objects.get(pk=mallory.pk)
        draft = Post(kind="comment", author=person, root=article.post, parent=article.post)
        said = Submission(draft, article, render("A boat.", format=Format.MARKDOWN))
        standing = standing_of(person, article.post)
        return [room_for(person) is None, is_exempt(said), standing.trust == STAFF]

    assert trusted() == [True] * 3
    given = sanction(mallory, "suspend", by=frances)
    assert trusted() == [False] * 3
    with pytest.raises(TooOften):
        require_room(User.objects.get(pk=mallory.pk))
    lift(moderator=frances, sanction=given, reason="It was somebody else.")
    assert trusted() == [True] * 3


class TestScopes:
    @pytest.mark.parametrize("kind", ["warn", "premoderate", "mute-flags", "silence"])
    def test_under_one_article(self, person, article, frances, sanction, elsewhere, kind):
        here, there = things_under(article, person), things_under(factories.make_article(), person)
        nowhere = elsewhere()
        in_force(sanction, person, kind, frances, article=article)
        assert forbidden(person, here) == FORBIDDEN[kind] & set(here)
        assert forbidden(person, there) == set()
        assert forbidden(person, nowhere) == set()

    @pytest.mark.parametrize("kind", ["warn", "premoderate", "mute-flags", "silence"])
    def test_in_one_course(self, person, article, course, frances, sanction, kind):
        other = Course.objects.create(slug="other", title="Other")
        ours, theirs = factories.make_article(), factories.make_article()
        for one, of in ((ours, course), (theirs, other)):
            Membership.objects.create(user=person, course=of)
            Post.objects.filter(pk=one.pk).update(audience="course", course=of)
            one.post.refresh_from_db()
        here, there, public = (
            {"comment.post": one.post, "annotation.post": one.post}
            for one in (ours, theirs, article)
        )
        assert [forbidden(person, things) for things in (here, there, public)] == [set()] * 3
        in_force(sanction, person, kind, frances, course=course)
        assert forbidden(person, here) == FORBIDDEN[kind] & set(here)
        assert forbidden(person, there) == set()
        assert forbidden(person, public) == set()


class TestWhatHolds:
    def test_it_ends_at_the_second(self, person, article, frances, sanction, monkeypatch):
        given = in_force(sanction, person, "silence", frances)

        def refused_at(moment) -> bool:
            monkeypatch.setattr(timezone, "now", lambda: moment)
            return permissions.refusal(person, "comment.post", article.post) is not None

        assert given.expires_at is not None
        assert refused_at(given.expires_at - timedelta(seconds=1))
        assert refused_at(given.expires_at - timedelta(microseconds=1))
        assert not refused_at(given.expires_at)
        assert not refused_at(given.expires_at + timedelta(seconds=1))

    def test_whoever_has_none_costs_no_query(self, person, article, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert permissions.refusal(person, "case.list") is None
        assert not person.is_sanctioned

    def test_whoever_has_one_costs_a_single_query_and_a_moderator_another(
        self, person, alice, frances, sanction, django_assert_num_queries
    ):
        for somebody, act, on, number in (
            (person, "case.list", None, 2),
            (alice, "person.follow", person, 1),
        ):
            in_force(sanction, somebody, "silence", frances)
            with django_assert_num_queries(number):
                assert permissions.refusal(somebody, act, on) is None

    def test_a_warning_that_is_acknowledged_stops_nothing(self, person, article, frances, sanction):
        warning = in_force(sanction, person, "warn", frances)
        assert permissions.refusal(person, "comment.post", article.post)
        acknowledge(person=person, sanction=warning)
        assert permissions.refusal(person, "comment.post", article.post) is None
        assert not person.is_sanctioned


class TestPremoderation:
    def test_what_they_write_is_held_there_and_nowhere_else(self, bob, article, sanction):
        other = factories.make_article()
        sanction(bob, "premoderate", place=Place(article=article))
        held, _ = post_comment(author=bob, article=article, source="Look at this.")
        free, _ = post_comment(author=bob, article=other, source="And at this.")
        assert (held.state, held.held_for) == ("held", "sanctioned")
        assert Case.objects.filter(post=held, state="open").exists()
        assert (free.state, free.held_for) == ("published", "")

    def test_notes_and_edits_are_held_too(self, bob, article, sanction):
        from forum.discussion.actions import revise_post

        earlier = factories.make_comment(article, author=bob)
        sanction(bob, "premoderate")
        note = factories.make_annotation(article, author=bob)
        assert (note.state, note.held_for) == ("held", "sanctioned")
        revise_post(editor=bob, post=Post.objects.get(pk=earlier.pk), source="Something worse.")
        earlier.refresh_from_db()
        assert earlier.state == "hidden"

    def test_those_who_publish_and_moderate_are_not_spared(
        self, person, article, frances, sanction
    ):
        sanction(person, "premoderate", by=frances)
        held, _ = post_comment(author=person, article=article, source="Look at this.")
        assert (held.state, held.held_for) == ("held", "sanctioned")

    def test_in_a_course_what_they_write_for_it_is_held(self, person, course, frances, sanction):
        ours = factories.make_article()
        Membership.objects.create(user=person, course=course)
        Post.objects.filter(pk=ours.pk).update(audience="course", course=course)
        ours.post.refresh_from_db()
        sanction(person, "premoderate", by=frances, place=Place(course=course))
        held, _ = post_comment(author=person, article=ours, source="Look at this.")
        assert (held.state, held.held_for) == ("held", "sanctioned")

    def test_what_they_write_for_themselves_is_theirs(self, bob, article, sanction):
        sanction(bob, "premoderate")
        assert factories.make_annotation(article, author=bob, audience="private").state != "held"
