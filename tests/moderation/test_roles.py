"""Roles: who is given them, what their flags repeat, and that they end where their scope ends."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from forum.accounts.erasing import erase_account
from forum.accounts.models import User
from forum.courses.models import Course
from forum.discussion.models import Post
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.moderation.models import Event, ModerationRole, RoleAssignment
from forum.moderation.queue.listing import waiting
from forum.moderation.reading import case_file, cases_for
from forum.moderation.roles.actions import give_role, make_admin, take_role, unmake_admin
from forum.moderation.roles.ranks import Rank, outranks, rank_of
from forum.moderation.roles.scope import covers, moderators_of, within
from tests.factories import make_annotation, make_article, make_comment, make_flag, make_user

FLAGS = ("is_superuser", "leads_appeals", "is_moderator", "moderates_parts")


def flags(person: User) -> list[str]:
    """The flags of ``person`` that are set, in the database."""
    return [name for name in FLAGS if getattr(User.objects.get(pk=person.pk), name)]


def give(giver, person, role="moderator", **scope) -> RoleAssignment:
    given, new = give_role(giver=giver, person=person, role=role, **scope)
    assert new
    return given


def put(post, state):
    Post.objects.filter(pk=post.pk).update(state=state)


class TestGivingAndTaking:
    def test_the_flags_say_what_the_roles_say(self, frances, alice, article):
        steps = [
            (give(frances, alice, article=article), ["moderates_parts"]),
            (give(frances, alice), ["is_moderator", "moderates_parts"]),
            (
                give(frances, alice, "appeals-lead"),
                ["leads_appeals", "is_moderator", "moderates_parts"],
            ),
        ]
        assert flags(alice) == steps[-1][1]
        # The moderator of the whole site became its appeals lead: one role for one scope.
        with pytest.raises(Conflict):
            take_role(taker=frances, given=steps[1][0])
        take_role(taker=frances, given=steps[2][0])
        assert flags(alice) == ["moderates_parts"]
        take_role(taker=frances, given=steps[0][0])
        assert flags(alice) == []
        assert not User.objects.get(pk=alice.pk).moderates

    def test_each_step_is_in_the_log(self, frances, alice, article):
        take_role(taker=frances, given=give(frances, alice, article=article))
        make_admin(giver=frances, person=alice)
        unmake_admin(taker=frances, person=alice)
        lines = Event.objects.values_list("kind", "actor_name", "subject", "detail")
        said = "Moderator: the article “Who pays for the bridge”"
        assert list(lines) == [
            ("role-given", "frances", alice.pk, said),
            ("role-taken", "frances", alice.pk, said),
            ("role-given", "frances", alice.pk, "Admin: the whole site"),
            ("role-taken", "frances", alice.pk, "Admin: the whole site"),
        ]

    def test_given_twice_it_is_given_once(self, frances, alice):
        given = give(frances, alice)
        assert give_role(giver=frances, person=alice, role="moderator") == (given, False)
        assert Event.objects.count() == 1
        assert make_admin(giver=frances, person=frances) is False

    @pytest.mark.parametrize("role", ["king", "", "admin"])
    def test_an_unknown_role(self, frances, alice, role):
        with pytest.raises(Refused) as refused:
            give_role(giver=frances, person=alice, role=role)
        assert refused.value.field == "role"

    def test_what_has_no_such_scope(self, frances, alice, article):
        course = Course.objects.get()
        for role, scope, field in [
            ("appeals-lead", {"article": article}, "role"),
            ("appeals-lead", {"course": course}, "role"),
            ("moderator", {"article": article, "course": course}, "article"),
        ]:
            with pytest.raises(Refused) as refused:
                give_role(giver=frances, person=alice, role=role, **scope)
            assert refused.value.field == field
        assert not RoleAssignment.objects.exists()

    def test_only_admins_give_and_take(self, frances, alice, bob, carol, dan):
        given = give(frances, alice)
        lead = make_user("lead", leads_appeals=True)
        for person in (bob, carol, dan, lead):
            for act in (
                lambda by: give_role(giver=by, person=bob, role="moderator"),
                lambda by: make_admin(giver=by, person=by),
                lambda by: take_role(taker=by, given=given),
                lambda by: unmake_admin(taker=by, person=frances),
            ):
                with pytest.raises(Forbidden):
                    act(person)
        assert flags(alice) == ["is_moderator"]

    def test_one_admin_stays(self, frances, alice):
        with pytest.raises(Forbidden):
            unmake_admin(taker=frances, person=frances)
        make_admin(giver=frances, person=alice)
        unmake_admin(taker=frances, person=frances)
        assert flags(alice) == ["is_superuser"]
        assert flags(frances) == []
        with pytest.raises(Conflict):
            unmake_admin(taker=alice, person=frances)
        # An admin whose account is closed could do nothing for the site.
        make_admin(giver=alice, person=frances)
        User.objects.filter(pk=frances.pk).update(is_active=False)
        with pytest.raises(Forbidden):
            unmake_admin(taker=alice, person=alice)

    def test_nothing_is_given_to_a_closed_account(self, frances, alice):
        User.objects.filter(pk=alice.pk).update(is_active=False)
        alice.refresh_from_db()
        with pytest.raises(NotFound):
            give_role(giver=frances, person=alice, role="moderator")

    def test_the_database_holds_to_it(self, alice, article):
        def assign(**fields):
            named = {"person": alice, "person_name": "A", "role": "moderator"}
            RoleAssignment.objects.create(**named | {"given_by_name": "The site"} | fields)

        course = Course.objects.get()
        assign()
        assign(article=article)
        assign(course=course)
        for fields in (
            {},
            {"article": article},
            {"course": course},
            {"role": "appeals-lead"},
            {"role": "appeals-lead", "article": article},
            {"article": make_article(title="Other"), "course": course},
            {"role": "king"},
            {"person": make_user(), "taken_by_name": "Nobody"},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                assign(**fields)

    def test_who_goes_leaves_their_roles_in_the_record_without_a_name(
        self, frances, alice, bob, article
    ):
        make_admin(giver=frances, person=bob)
        take_role(taker=bob, given=give(bob, alice, article=article))
        give(bob, alice)
        for person in (alice, bob):
            erase_account(person=User.objects.get(pk=person.pk), posts="kept")
        for row in RoleAssignment.objects.all():
            assert row.person_name == f"Former member {alice.pk}"
            assert row.given_by_name == f"Former member {bob.pk}"
            assert {row.person, row.given_by, row.taken_by} == {None}


def test_ranks(frances, alice, carol, article):
    lead = make_user("lead", leads_appeals=True)
    give(frances, alice, article=article)
    ladder = [make_user(), alice, carol, lead, frances]
    assert [rank_of(person) for person in ladder] == list(Rank)
    for place, person in enumerate(ladder):
        assert [outranks(person, other) for other in ladder] == [place > n for n in range(5)]


@pytest.fixture
def places(article, alice, sam):
    """A post of each place that a scope tells from the others."""
    course = Course.objects.get(slug="reading")
    other = Course.objects.create(slug="other", title="Other")
    elsewhere = make_article(title="Elsewhere")
    found = {
        "here": make_comment(article, author=alice),
        "elsewhere": make_comment(elsewhere, author=alice),
        "course": make_annotation(article, author=sam),
        "other course": make_annotation(article, author=sam),
        "private": make_annotation(article, author=sam, audience="private"),
    }
    Post.objects.filter(pk=found["course"].pk).update(audience="course", course=course)
    Post.objects.filter(pk=found["other course"].pk).update(audience="course", course=other)
    return {place: Post.objects.get(pk=post.pk) for place, post in found.items()}


SCOPES = {
    "article": {"here"},
    "course": {"course"},
    "site": {"here", "elsewhere", "course", "other course", "private"},
    "nothing": set(),
}


@pytest.fixture(params=SCOPES)
def scoped(request, frances, places):
    """Somebody with a role for one scope, and the places that are theirs."""
    person = make_user("bert", display_name="Bert")
    parts = {
        "article": {"article": places["here"].root.article},
        "course": {"course": places["course"].course},
        "site": {},
    }
    if request.param in parts:
        give(frances, person, **parts[request.param])
    return User.objects.get(pk=person.pk), SCOPES[request.param]


def test_the_ways_of_asking_agree(scoped, places):
    person, theirs = scoped
    posts = Post.objects.filter(pk__in=[post.pk for post in places.values()])
    inside = set(posts.filter(within(person, "")).values_list("pk", flat=True))
    assert {place for place, post in places.items() if post.pk in inside} == theirs
    assert {place for place, post in places.items() if covers(person, post)} == theirs
    told = {place for place, post in places.items() if person in moderators_of(post)}
    assert told == theirs


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "withdrawn", "erased"])
def test_what_is_not_published_is_read_by_whoever_moderates_it(scoped, places, state):
    person, theirs = scoped
    for place, post in places.items():
        put(post, state)
        read = Post.objects.visible_to(person).filter(pk=post.pk).exists()
        assert read == (place in theirs - {"private"} and state != "erased"), place


def test_a_note_whose_words_are_removed_goes_with_its_moderators(article, frances, alice, bob):
    words = make_comment(article, author=alice)
    note = make_annotation(article, author=alice)
    Post.objects.filter(pk=note.pk).update(note_from=words)
    reply = make_comment(article, author=alice, parent=note)
    for post in (words, reply):
        put(post, "removed")
    outsider = make_user()
    give(frances, bob, article=article)
    give(frances, outsider, article=make_article(title="Elsewhere"))
    for person, reads in ((bob, True), (outsider, False)):
        visible = Post.objects.visible_to(User.objects.get(pk=person.pk))
        assert {post.pk for post in visible.filter(root=article.pk)} == (
            {words.pk, note.pk, reply.pk} if reads else set()
        )


def test_the_queue_holds_the_cases_of_ones_own_part(scoped, places):
    person, theirs = scoped
    flagged = {place: post for place, post in places.items() if place != "private"}
    for place, post in flagged.items():
        flagger = make_user()
        if post.course:
            flagger.memberships.create(course=post.course)
        make_flag(post, flagger=flagger)
        assert cases_for(person).filter(post=post).exists() == (place in theirs), place
    assert waiting(person) == len(theirs - {"private"})


def test_what_one_reads_of_people_ends_where_ones_part_ends(article, frances, alice, bob, carol):
    """Their record in a case counts what was done in the same part of the site."""
    from forum.moderation.actions import decide

    elsewhere = make_article(title="Elsewhere")
    case = make_flag(make_comment(article, author=alice), flagger=bob).case
    other = make_flag(make_comment(elsewhere, author=alice), flagger=bob).case
    decide(moderator=carol, case=other, action="keep", version=other.version)
    part = make_user()
    give(frances, part, article=article)
    for person, posts, kept, raised in ((part, 1, 0, 1), (carol, 2, 1, 2)):
        file = case_file(User.objects.get(pk=person.pk), case)
        assert file.author is not None
        counted = (file.author.posts, file.author.kept, file.flags[0].record.raised)
        assert counted == (posts, kept, raised)


def test_the_roles_of_whoever_goes_are_nobodys(frances, alice, bob, article, places):
    give(frances, alice, article=article)
    alice.delete()
    assert RoleAssignment.objects.get().person is None
    assert list(moderators_of(places["here"])) == [frances]


def test_whoever_holds_no_scoped_role_is_asked_for_none(carol, alice, places):
    """The rule of who may read looks for roles only on behalf of people who have some."""
    for person in (carol, alice):
        sql = str(Post.objects.visible_to(person).query)
        assert RoleAssignment._meta.db_table not in sql
    assert RoleAssignment._meta.db_table in connection.introspection.table_names()
    assert ModerationRole.values == ["moderator", "appeals-lead"]
