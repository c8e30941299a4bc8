"""Erasing an account: what goes, what stays, and that nothing shows it any more."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.models import Annotation, Placement, Quotation, Reattachment
from annotations.placement.placing import extent
from annotations.placement.reattaching import take_off
from forum.accounts.erasing import erase_account
from forum.accounts.models import ApiToken, Erasure, Session, User
from forum.courses.models import Course, Membership
from forum.discussion.actions import post_comment, revise_post, withdraw_post
from forum.discussion.endorsing import endorse
from forum.discussion.following.actions import follow
from forum.discussion.models import Article, Endorsement, Post, Revision, Subscription
from forum.lib.errors import Forbidden, NotFound, Refused
from forum.moderation.actions import decide, flag_post
from forum.moderation.models import Case, Decision, Event, Flag
from forum.notifications.models import Notification
from tests import factories
from tests.accounts.everything import texts_with
from tests.factories import PASSWORD

#: Stands in whatever Alice writes, and in what others quote of it.
WORD = "zygodactyl"
CHOICES = ["erased", "kept"]
NAMES = ("alice", "liddell")


@dataclass
class World:
    article: Article
    response: Post
    answer: Post
    note: Post
    private: Post
    withdrawn: Post
    removed: Post
    others_note: Post
    flag: Flag


@pytest.fixture
def world(article, alice, bob, carol, rules) -> World:
    """Alice has done whatever one can do; Bob has dealt with it, and Carol."""
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    ApiToken.issue(alice, name="script")
    Membership.objects.create(user=alice, course=Course.objects.get(slug="reading"))

    def respond(words: str, parent: Post | None = None) -> Post:
        return factories.make_comment(article, author=alice, source=words, parent=parent)

    first = respond(f"The first {WORD} words about the bridge, before they were put better.")
    revise_post(editor=alice, post=first, source=f"The {WORD} bridge must wait, and so must we.")
    answer = factories.make_comment(
        article, author=bob, parent=first, source="I do not think that we have to wait."
    )
    factories.make_comment(
        article, author=bob, source=f"> The {WORD} bridge must wait, and so must we.\n\nWhy?"
    )
    others_note = factories.make_annotation(first, author=bob, quote=f"{WORD} bridge")
    note = factories.make_annotation(article, author=alice, note=f"A {WORD} note.")
    factories.make_comment(article, author=bob, parent=note, source="Under her note.")
    private = factories.make_annotation(article, author=alice, note=f"{WORD}!", audience="private")
    withdrawn = respond(f"{WORD} that I take back.")
    withdraw_post(author=alice, post=withdrawn)
    removed = respond(f"{WORD} that is removed.")
    case = factories.make_flag(removed, flagger=bob, note=f"She says {WORD}.").case
    decide(
        moderator=carol,
        case=case,
        action="remove",
        version=case.version,
        rule=rules["on-topic"],
        reason=f"You say {WORD}.",
        note=f"{WORD} again.",
    )
    theirs = factories.make_comment(article, author=bob, source="What Bob says of it.")
    respond(f"{WORD} in an answer.", parent=theirs)
    flag, _ = flag_post(flagger=alice, post=theirs, reason="other", note=f"{WORD}?")
    endorse(person=alice, post=theirs)
    endorse(person=bob, post=first)
    follow(person=alice, article=article)
    follow(person=bob, article=article)
    respond(f"{WORD}, and Bob is told.")
    return World(article, first, answer, note, private, withdrawn, removed, others_note, flag)


def pages_of(world: World, *, reader: User | None = None) -> dict[str, str]:
    """Whatever shows the discussion, by its address."""
    client = Client()
    if reader:
        client.force_login(reader)
    slug = world.article.slug
    addresses = [
        *(reverse(name, args=[slug]) for name in ("article", "article-feed", "notes-feed")),
        *(reverse(name, args=[slug]) for name in ("api-comments", "api-annotations")),
        *(reverse("api-comment", args=[pk]) for pk in (world.response.pk, world.removed.pk)),
        reverse("post-history", args=[world.response.pk]),
        reverse("post", args=[world.note.pk]),
        reverse("home"),
        reverse("search") + f"?q={WORD}",
    ]
    return {address: client.get(address).content.decode() for address in addresses}


class TestWhatGoes:
    @pytest.mark.parametrize("posts", CHOICES)
    def test_the_name_stands_nowhere(self, world, alice, posts):
        assert texts_with(*NAMES)
        erase_account(person=alice, posts=posts)
        assert texts_with(*NAMES) == []

    def test_erased_words_stand_nowhere_but_in_what_others_wrote(self, world, alice):
        erase_account(person=alice, posts="erased")
        where = {found.partition(":")[0] for found in texts_with(WORD)}
        # Bob has typed them.
        his = {f"discussion.Revision.{name}" for name in ("source", "html", "text")}
        assert where == his | {"discussion.SearchEntry.body"}
        assert set(
            Revision.objects.filter(text__contains=WORD).values_list("number", "post__author_name")
        ) == {(1, "Bob Cratchit")}

    def test_kept_words_stay_but_what_was_taken_back(self, world, alice):
        erase_account(person=alice, posts="kept")
        world.response.refresh_from_db()
        assert (world.response.author_name, world.response.state) == ("Former member", "published")
        assert WORD in world.response.current.text
        assert world.response.revisions.count() == 2
        world.withdrawn.refresh_from_db()
        assert world.withdrawn.state == "erased"
        assert world.withdrawn.current.text == ""
        world.removed.refresh_from_db()
        assert (world.removed.state, world.removed.author_name) == ("removed", "Former member")
        assert world.others_note.annotation.quote == f"{WORD} bridge"

    @pytest.mark.parametrize("posts", CHOICES)
    def test_what_is_the_accounts_own_goes(self, world, alice, posts):
        erase_account(person=alice, posts=posts)
        assert not User.objects.filter(username="alice").exists()
        for model in (EmailAddress, ApiToken):
            assert not model.objects.exists()
        assert not Membership.objects.filter(user__username="alice").exists()
        assert not Endorsement.objects.exclude(person__username="bob").exists()
        assert not Subscription.objects.exclude(person__username="bob").exists()
        assert (
            not Notification.objects.exclude(recipient__username="bob")
            .filter(recipient__username__in=["alice"])
            .exists()
        )
        assert not Post.objects.filter(pk=world.private.pk).exists()

    @pytest.mark.parametrize("posts", CHOICES)
    def test_unpublished_articles_go_with_their_figures(
        self, world, alice, posts, django_capture_on_commit_callbacks
    ):
        make_editor(alice)
        draft = factories.make_article(author=alice, title="Not yet", draft=True)
        with django_capture_on_commit_callbacks(execute=True):
            erase_account(person=alice, posts=posts)
        assert not Post.objects.filter(pk=draft.pk).exists()

    @pytest.mark.parametrize("posts", CHOICES)
    def test_published_articles_stay_under_nobodys_name(self, world, alice, bob, posts):
        make_editor(alice)
        hers = factories.make_article(author=alice, title="Hers")
        response = factories.make_comment(hers, author=bob)
        erase_account(person=alice, posts=posts)
        hers.post.refresh_from_db()
        assert (hers.post.state, hers.post.author_name) == ("published", "Former member")
        assert hers.post.current.text
        assert Post.objects.visible_to(bob).filter(pk=response.pk).exists()

    def test_a_private_note_that_somebody_has_placed_loses_its_words(self, world, alice):
        make_editor(alice)
        place = world.private.annotation.placements.get()
        take_off(
            editor=alice,
            post=world.private,
            revision=place.revision_id,
            before=extent(place.start, place.end),
            reason=f"{WORD} was wrong",
        )
        erase_account(person=alice, posts="kept")
        assert Post.objects.get(pk=world.private.pk).state == "erased"
        assert Annotation.objects.get(pk=world.private.pk).quote == ""
        assert not Placement.objects.filter(annotation=world.private.pk).exists()
        log = Reattachment.objects.get()
        assert (log.placed_by, log.placed_by_name) == (None, f"Former member {alice.pk}")
        assert log.reason == "erased"
        assert texts_with(*NAMES) == []

    def test_sessions_go(self, world, alice, bob):
        for person in (alice, alice, bob):
            Client().force_login(person)
        erase_account(person=alice, posts="kept")
        assert Session.objects.get().user == bob


class TestWhatStays:
    def test_answers_keep_their_places_under_a_tombstone(self, world, alice, client):
        erase_account(person=alice, posts="erased")
        rows = client.get(reverse("api-comments", args=[world.article.slug])).json()["results"]
        by_id = {row["id"]: row for row in rows}
        stub, answer = by_id[world.response.pk], by_id[world.answer.pk]
        assert (stub["state"], stub["author"]["name"], stub["number"]) == ("erased", None, 1)
        assert (answer["parent"], answer["number"]) == (world.response.pk, 2)
        page = client.get(world.article.get_absolute_url()).content.decode()
        assert "No longer here." in page
        assert "I do not think that we have to wait." in page

    def test_what_nobody_has_seen_leaves_no_trace(self, world, alice, client):
        Post.objects.filter(pk=world.response.pk).update(state="held", held_for="newcomer")
        erase_account(person=alice, posts="erased")
        rows = client.get(reverse("api-comments", args=[world.article.slug])).json()["results"]
        assert world.response.pk not in {row["id"] for row in rows}
        assert world.answer.pk in {row["id"] for row in rows}

    def test_the_log_keeps_codes_and_no_text(self, world, alice, rules):
        account = alice.pk
        before = set(Event.objects.values_list("pk", "kind", "created_at"))
        erase_account(person=alice, posts="erased")
        decision = Decision.objects.get()
        assert (decision.action, decision.rule) == ("remove", rules["on-topic"])
        assert (decision.reason, decision.note) == ("erased", "erased")
        assert decision.moderator_name == "Carol Kidd"
        assert set(Event.objects.values_list("pk", "kind", "created_at")) == before
        details = Event.objects.filter(case__post=world.removed.pk).values_list("detail", flat=True)
        assert set(details) <= {"", "erased"}
        about_her = Flag.objects.get(case__post=world.removed.pk)
        assert (about_her.flagger_name, about_her.reason, about_her.note) == (
            "Bob Cratchit",
            "off-topic",
            "",
        )
        world.flag.refresh_from_db()
        assert (world.flag.flagger, world.flag.flagger_name) == (None, f"Former member {account}")
        assert (world.flag.reason, world.flag.note) == ("other", "")

    def test_the_record_of_kept_posts_keeps_its_reasons(self, world, alice):
        erase_account(person=alice, posts="kept")
        assert Decision.objects.get().reason == f"You say {WORD}."

    def test_a_moderators_decisions_stay_under_a_number(self, world, alice, carol, bob):
        erase_account(person=carol, posts="erased")
        decision = Decision.objects.get()
        assert decision.moderator is None
        assert decision.moderator_name == f"Former member {carol.pk}"
        assert decision.reason == f"You say {WORD}."
        assert texts_with("carol", "kidd") == []

    def test_notices_about_kept_posts_lose_the_name_alone(self, world, alice, bob):
        told = Notification.objects.filter(recipient=bob, post__author=alice)
        before = dict(told.values_list("pk", "subject"))
        assert any(subject.startswith("Alice Liddell ") for subject in before.values())
        erase_account(person=alice, posts="kept")
        after = dict(Notification.objects.filter(pk__in=before).values_list("pk", "subject"))
        kept = {pk: s for pk, s in before.items() if pk in after}
        assert after == {
            pk: subject.replace("Alice Liddell", "Former member") for pk, subject in kept.items()
        }

    def test_notices_of_erased_posts_are_taken_back(self, world, alice, bob):
        erase_account(person=alice, posts="erased")
        assert not Notification.objects.filter(post__state="erased").exists()
        # Of what Bob heard nothing else is gone.
        assert Notification.objects.filter(recipient=bob).count() == 0

    def test_that_it_happened_is_on_record(self, world, alice):
        account = alice.pk
        erase_account(person=alice, posts="kept")
        assert list(Erasure.objects.values_list("account", "posts")) == [(account, "kept")]

    def test_nobody_elses_words_change(self, world, alice, bob):
        others = Revision.objects.filter(post__author=bob)
        before = list(others.order_by("pk").values())
        erase_account(person=alice, posts="erased")
        assert list(others.order_by("pk").values()) == before


class TestWhatIsKeptInMemory:
    @pytest.mark.parametrize("posts", CHOICES)
    def test_no_page_feed_or_list_shows_it_any_more(self, world, alice, bob, carol, posts):
        for reader in (None, bob, carol):
            assert any("Alice Liddell" in text for text in pages_of(world, reader=reader).values())
        erase_account(person=alice, posts=posts)
        for reader in (None, bob, carol):
            for address, text in pages_of(world, reader=reader).items():
                assert "liddell" not in text.lower(), address
                assert ("Former member" in text) <= (posts == "kept"), address

    def test_a_page_that_was_kept_shows_tombstones(self, world, alice, bob):
        before = pages_of(world)[world.article.get_absolute_url()]
        assert f"A {WORD} note." in before
        erase_account(person=alice, posts="erased")
        after = pages_of(world)[world.article.get_absolute_url()]
        # What Bob has quoted in his own words: on the page and in what it tells machines.
        assert f"A {WORD} note." not in after
        assert after.count(WORD) == 2
        assert "No longer here." in after

    def test_an_article_that_was_only_endorsed_counts_a_change(self, alice, article):
        response = factories.make_comment(article)
        endorse(person=alice, post=response)
        before = Article.objects.get().activity
        erase_account(person=alice, posts="kept")
        assert Article.objects.get().activity > before

    def test_exports_hold_nothing_of_it(self, world, alice, dan, client):
        client.force_login(dan)
        address = reverse("export-download", args=[world.article.slug]) + "?format=jsonl"

        def read() -> str:
            return b"".join(client.get(address).streaming_content).decode()

        assert "Alice Liddell" in read()
        erase_account(person=alice, posts="erased")
        assert WORD not in read()


class TestRefusals:
    def test_it_wants_a_known_choice(self, alice):
        with pytest.raises(Refused) as refused:
            erase_account(person=alice, posts="burnt")
        assert refused.value.field == "posts"
        assert User.objects.filter(pk=alice.pk).exists()

    def test_the_last_admin_stays(self, frances):
        with pytest.raises(Forbidden):
            erase_account(person=frances, posts="kept")
        another = factories.make_user("gus", is_superuser=True)
        erase_account(person=frances, posts="kept")
        assert User.objects.filter(is_superuser=True).get() == another

    def test_twice_is_once(self, alice):
        again = User.objects.get(pk=alice.pk)
        erase_account(person=alice, posts="kept")
        with pytest.raises(NotFound):
            erase_account(person=again, posts="kept")

    def test_all_of_it_or_nothing(self, world, alice, settings):
        settings.ERASURE_STEPS = [*settings.ERASURE_STEPS[:-1], "tests.accounts.test_erasing.fail"]
        with pytest.raises(ZeroDivisionError):
            erase_account(person=alice, posts="erased")
        world.response.refresh_from_db()
        assert world.response.state == "published"
        assert WORD in world.response.current.text


def make_editor(person: User) -> None:
    person.is_editor = True
    person.save(update_fields=["is_editor"])


def fail(*_: object) -> None:
    raise ZeroDivisionError


def test_what_a_large_account_costs_is_no_more_queries(article, alice, bob):
    def queries(posts: int) -> int:
        person = factories.make_user()
        for number in range(posts):
            factories.make_comment(article, author=person, source=f"Words {number}.")
            factories.make_annotation(article, author=person)
        with CaptureQueriesContext(
            connection,
        ) as made:
            erase_account(person=person, posts="erased")
        return len(made)

    assert queries(2) == queries(9)


class TestPage:
    def test_it_tells_what_happens(self, client, world, alice):
        client.force_login(alice)
        page = client.get(reverse("you-erase")).content.decode()
        assert "cannot be undone" in page
        assert "You have written 5 responses and replies." in page
        assert "There is 1 note of yours that others read." in page
        assert reverse("you-erase") in client.get(reverse("you-data")).content.decode()
        assert reverse("you-data") in client.get(reverse("you")).content.decode()

    @pytest.mark.parametrize("posts", CHOICES)
    def test_it_erases_and_logs_out(self, client, world, alice, posts):
        client.force_login(alice)
        answer = client.post(reverse("you-erase"), {"posts": posts, "password": PASSWORD})
        assert answer.status_code == 302
        assert answer["Clear-Site-Data"] == '"storage"'
        assert not User.objects.filter(username="alice").exists()
        home = client.get(answer.url).content.decode()
        assert "Your account is erased." in home
        assert "Log in" in home

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"posts": "kept", "password": "wrong"}, "This is not your password."),
            ({"posts": "kept"}, "Type your password."),
            ({"password": PASSWORD}, "Choose what becomes of what you wrote."),
            ({"posts": "burnt", "password": PASSWORD}, "burnt"),
        ],
    )
    def test_it_refuses(self, client, alice, fields, said):
        client.force_login(alice)
        answer = client.post(reverse("you-erase"), fields)
        assert answer.status_code == 400
        assert said in answer.content.decode()
        assert User.objects.filter(pk=alice.pk).exists()

    def test_it_is_for_those_who_are_logged_in(self, client, db):
        assert client.get(reverse("you-erase")).status_code == 302

    def test_the_last_admin_is_told(self, client, frances):
        client.force_login(frances)
        assert "no other admin" in client.get(reverse("you-erase")).content.decode()
        answer = client.post(reverse("you-erase"), {"posts": "kept", "password": PASSWORD})
        assert answer.status_code == 403

    def test_guessing_is_slowed_down(self, client, alice, settings):
        settings.ACCOUNT_RATE_LIMITS = {"reauthenticate": "2/m/user"}
        client.force_login(alice)
        wrong = {"posts": "kept", "password": "wrong"}
        codes = [client.post(reverse("you-erase"), wrong).status_code for _ in range(3)]
        assert codes == [400, 400, 403]


class TestCommand:
    def test_it_erases(self, world, alice, capsys):
        call_command("erase_account", "alice", "--posts", "erased")
        assert capsys.readouterr().out == f"Account {alice.pk} is erased.\n"
        assert texts_with(*NAMES) == []

    def test_it_knows_nobody(self, db):
        with pytest.raises(CommandError, match="There is no user"):
            call_command("erase_account", "nobody", "--posts", "kept")

    def test_it_leaves_an_admin(self, frances):
        with pytest.raises(CommandError, match="no other admin"):
            call_command("erase_account", "frances", "--posts", "kept")


def test_other_cases_go_on(world, alice, carol, client):
    """An open case about what is erased is nobody's work any more; the others are."""
    open_one = factories.make_flag(world.response).case
    client.force_login(carol)
    assert client.get(open_one.get_absolute_url()).status_code == 200
    erase_account(person=alice, posts="erased")
    assert open_one.get_absolute_url() not in client.get(reverse("moderation")).content.decode()
    assert Case.objects.filter(pk=open_one.pk).exists()
    assert Quotation.objects.count() == 0
    again, _ = post_comment(author=carol, article=world.article, source="The next.")
    assert again.number > world.response.number
