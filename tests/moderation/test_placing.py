"""Where a case stands: written with every flag, edit, decision and erasure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from forum.accounts.models import Leaving, User
from forum.discussion.actions import revise_post
from forum.discussion.models import Post
from forum.moderation.actions import decide, flag_post, reopen
from forum.moderation.erasing import erase_record
from forum.moderation.models import Case, CaseReason, Decision, Event
from forum.moderation.priority import Band, items, rank_of
from forum.moderation.queue.explaining import priority_of
from forum.moderation.queue.placing import facts_of, place
from forum.moderation.queue.reporters import records
from forum.moderation.transparency.measures import measure_of, page_of
from forum.notifications.models import Notification
from forum.screening.models import Signal
from tests import factories


def placed(case: Case) -> Case:
    case.refresh_from_db()
    reasons = CaseReason.objects.filter(case=case)
    assert {(row.queue, row.rank) for row in reasons} <= {(case.queue, case.rank)}
    assert {row.reason for row in reasons} == {flag.reason for flag in case.flags.all()}
    return case


def known(name: str, *, days: int, posts: int, article) -> User:
    """Somebody who has been here for a while."""
    person = factories.make_user(name, date_joined=timezone.now() - timedelta(days=days))
    for _ in range(posts):
        factories.make_comment(article, author=person)
    return person


def test_what_it_is_found_by(article, alice, case, rules):
    placed(case)
    assert (case.queue, case.kind, case.article_id) == ("reported", "comment", article.pk)
    assert (case.author, case.course, case.rule) == (alice, None, "")
    note = factories.make_annotation(article, author=alice)
    reply = factories.make_comment(article, parent=note)
    assert factories.make_flag(note).case.kind == "annotation"
    assert factories.make_flag(reply).case.kind == "reply"


def test_more_flags_bring_it_forward(case, comment, alice):
    before = placed(case).rank
    factories.make_flag(comment, reason="abuse")
    assert placed(case).rank < before
    assert case.points > 0


def test_what_is_decided_stands_by_when(case, comment, carol, rules):
    decide(
        moderator=carol, case=case, action="remove", version=case.version,
        rule=rules["on-topic"], reason="It is about the ferry.",
    )  # fmt: skip
    placed(case)
    assert (case.queue, case.rule, case.points) == ("decided", "on-topic", 0)
    assert case.rank == -int(case.decisions.get().created_at.timestamp())


def test_flags_that_were_answered_count_no_more(case, comment, alice, carol):
    for reason in ("abuse", "illegal"):
        factories.make_flag(comment, reason=reason)
    much = placed(case).points
    decide(moderator=carol, case=case, action="keep", version=case.version)
    factories.make_flag(comment, reason="abuse")
    assert placed(case).queue == "decided"
    revise_post(editor=alice, post=comment, source="The bridge, then.")
    factories.make_flag(comment, reason="mis-tagged")
    assert placed(case).queue == "reported"
    assert case.points < much
    assert case.waits_since > case.opened_at
    case.refresh_from_db()
    decide(moderator=carol, case=case, action="keep", version=case.version)
    case.refresh_from_db()
    reopen(moderator=carol, case=case, version=case.version, reason="I misread it.")
    assert placed(case).queue == "reported"
    assert items(facts_of(case, case.post).whole)[:2] == [("again", 5), ("flags", 0)]


def test_what_waits_for_its_author_is_held(article, bob, settings):
    settings.HOLD_FIRST_POSTS = 1
    held = factories.make_comment(article, author=bob)
    assert Case.objects.get(post=held).queue == "held"


def test_an_edit_places_it_again(case, comment, alice):
    Case.objects.filter(pk=case.pk).update(rank=0)
    revise_post(editor=alice, post=comment, source="Others.")
    assert placed(case).rank > 0


def test_what_is_erased_is_in_no_queue(case, comment, alice):
    Post.objects.filter(pk=comment.pk).update(state="erased")
    erase_record(alice, Leaving.ERASED)
    case.refresh_from_db()
    assert (case.queue, case.author) == ("", None)
    assert not CaseReason.objects.exclude(queue="").filter(case=case).exists()


def test_a_flag_keeps_how_far_its_flagger_was_trusted(article, comment, carol, rules):
    bob = known("robert", days=40, posts=10, article=article)
    for action in ("keep", "remove", "remove"):
        case = factories.make_flag(factories.make_comment(article), flagger=bob).case
        decide(
            moderator=carol, case=case, action=action, version=1,
            rule=rules["civility"], reason="An insult.",
        )  # fmt: skip
    flag = factories.make_flag(comment, flagger=bob)
    assert (flag.trust, flag.agreed, flag.disagreed) == (2, 2, 1)
    stranger = factories.make_flag(comment)
    assert (stranger.trust, stranger.agreed, stranger.disagreed) == (0, 0, 0)
    assert factories.make_flag(comment, flagger=carol).trust == 5


def test_only_the_first_to_flag_words_earn_a_record(article, comment, carol, rules):
    """Otherwise all accounts of a brigade were proved by flagging the same three posts."""
    crowd = [known(f"{name}", days=40, posts=1, article=article) for name in ("ann", "ben", "cem")]
    late = known("late", days=40, posts=1, article=article)
    post = factories.make_comment(article)
    for flagger in (*crowd, late):
        case = factories.make_flag(post, flagger=flagger).case
    case.refresh_from_db()
    decide(
        moderator=carol, case=case, action="remove", version=case.version,
        rule=rules["civility"], reason="An insult.",
    )  # fmt: skip
    flags = [factories.make_flag(comment, flagger=person) for person in (*crowd, late)]
    assert [flag.agreed for flag in flags] == [1, 1, 1, 0]
    assert [flag.part_agreed for flag in flags] == [1, 1, 1, 0]
    # Moderators read all of it: what is proposed against people rests on that.
    assert records({late.pk})[late.pk].agreed == 1


def test_accounts_of_one_week_weigh_as_one(article, comment, carol):
    monday = datetime(2026, 9, 7, 12, tzinfo=UTC)
    joined = [monday, monday + timedelta(days=6), monday + timedelta(days=7)]
    for moment in joined:
        days = (timezone.now() - moment).days
        person = known(f"after{days}", days=days, posts=1, article=article)
        User.objects.filter(pk=person.pk).update(date_joined=moment)
        person.refresh_from_db()
        factories.make_flag(comment, flagger=person, reason="abuse")
    case = Case.objects.get(post=comment)
    told = priority_of(carol, case, comment)
    assert told
    assert [(one.weight, one.counted) for one in told.reporters] == [(2, 2), (2, 0), (2, 2)]
    assert "of those who joined in the same week one counts" in told.shared
    assert {line.code: line.points for line in told.lines}["flags"] == 9.3


class TestHiding:
    @pytest.fixture
    def strangers(self, article) -> list[User]:
        """Regulars with none of whose flags moderators have agreed."""
        return [known(name, days=40, posts=10, article=article) for name in ("ann", "ben", "cem")]

    @pytest.fixture
    def regulars(self, article, strangers: list[User], carol, rules) -> list[User]:
        """The same, three times proved right."""
        for _ in range(3):
            post = factories.make_comment(article)
            for person in strangers:
                case = factories.make_flag(post, flagger=person).case
            case.refresh_from_db()
            decide(
                moderator=carol, case=case, action="remove", version=case.version,
                rule=rules["civility"], reason="An insult.",
            )  # fmt: skip
        return strangers

    def flag(self, post: Post, people: list[User], reason: str = "abuse") -> Post:
        for person in people:
            flag_post(flagger=person, post=Post.objects.get(pk=post.pk), reason=reason)
        return Post.objects.get(pk=post.pk)

    def test_enough_who_are_known_hide_it(self, article, comment, alice, regulars):
        assert self.flag(comment, regulars[:1]).state == "published"
        article.refresh_from_db()
        activity = article.activity
        hidden = self.flag(comment, regulars[1:2])
        assert hidden.state == "hidden"
        article.refresh_from_db()
        assert article.activity > activity
        case = Case.objects.get(post=comment)
        assert (case.state, case.queue) == ("open", "reported")
        decision = Decision.objects.get(case=case)
        assert (decision.action, decision.basis, decision.moderator) == ("hide", "automatic", None)
        assert (decision.state_before, decision.state_after) == ("published", "hidden")
        assert (decision.ground, bool(decision.reason)) == ("incompatible", True)
        assert Event.objects.filter(case=case, kind="hidden").count() == 1
        told = Notification.objects.get(recipient=alice)
        assert "hidden until a moderator has looked" in told.subject

    def test_its_statement_says_what_led_to_it_and_claims_no_breach(
        self, comment, alice, regulars, as_, api
    ):
        self.flag(comment, regulars[:2])
        decision = Decision.objects.get(action="hide")
        led = "The site hides what enough readers have flagged"
        api.force_authenticate(alice)
        said = api.get(f"/api/v1/decisions/{decision.pk}/").data
        assert said["rests_on"].startswith(led)
        page = unescape(as_(alice).get(reverse("decision", args=[decision.pk])).text)
        letter = Notification.objects.get(recipient=alice).body
        for text in (page, letter):
            assert led in text
            assert "Nobody has found that it breaks a rule." in text
            assert "2 readers flagged it: " in text
            assert "It ends when a moderator has looked at it." in text
            assert "you can appeal until" in text
            assert "It is against the rules of the site" not in text
        measure = measure_of(page_of(Decision.objects.filter(pk=decision.pk)).get())
        assert measure.ground.startswith("What enough readers have flagged is hidden")

    def test_a_moderator_puts_it_back_for_good(self, comment, carol, alice, regulars):
        self.flag(comment, regulars[:2])
        case = Case.objects.get(post=comment)
        decide(moderator=carol, case=case, action="keep", version=case.version)
        # These very words were looked at; others have not been.
        assert self.flag(comment, regulars[2:], reason="spam").state == "published"
        revise_post(editor=alice, post=Post.objects.get(pk=comment.pk), source="Others.")
        assert self.flag(comment, regulars[:2]).state == "hidden"

    def test_newcomers_hide_nothing(self, comment):
        crowd = [factories.make_user() for _ in range(20)]
        assert self.flag(comment, crowd).state == "published"
        assert not Decision.objects.exists()

    def test_nor_do_accounts_that_were_prepared(self, comment, strangers):
        assert self.flag(comment, strangers, reason="illegal").state == "published"
        assert not Decision.objects.exists()

    def test_what_those_who_run_the_site_wrote_stays(self, article, dan, carol, regulars):
        for person in (dan, carol):
            own = factories.make_comment(article, author=person)
            assert self.flag(own, regulars).state == "published"

    def test_the_site_may_not_want_it(self, comment, regulars, settings):
        settings.AUTO_HIDE = False
        assert self.flag(comment, regulars).state == "published"
        assert not Event.objects.filter(kind="hidden").exists()


def test_what_screening_found_counts_from_the_first(article, bob, settings):
    settings.HOLD_FIRST_POSTS = 1
    held = factories.make_comment(article, author=bob, source="Read http://a.example/b now.")
    Signal.objects.create(revision=held.current, step="another", outcome="publish", score=1)
    case = Case.objects.get(post=held)
    before = case.points
    place(case)
    found = dict(items(facts_of(case, held).whole))
    assert found["signals"] >= 5
    assert case.points > before > 5


class TestBands:
    """What somebody gave notice of comes before what waits, however long that has waited."""

    def notice(self, post: Post, **said: object) -> Case:
        return factories.make_notice(post, **said).case

    @staticmethod
    def place(case: Case) -> None:
        with transaction.atomic():
            place(Case.objects.get(pk=case.pk))

    @pytest.fixture
    def waiting(self, article, carol) -> list[Case]:
        """Danger, a notice, and a flag by who runs the site, the latest first."""
        made = [
            self.notice(factories.make_comment(article), category="SELF_HARM"),
            self.notice(factories.make_comment(article)),
            factories.make_flag(
                factories.make_comment(article), flagger=carol, reason="abuse"
            ).case,
        ]  # fmt: skip
        for days, case in enumerate(made):
            since = timezone.now() - timedelta(days=100 * days)
            Case.objects.filter(pk=case.pk).update(waits_since=since)
            self.place(case)
        return [placed(case) for case in made]

    def test_each_before_the_next(self, waiting):
        assert list(Case.objects.order_by("rank")) == waiting
        assert [case.band for case in waiting] == [Band.DANGER, Band.NOTICED, Band.USUAL]

    def test_a_decision_ends_it(self, waiting, carol):
        case = waiting[0]
        decide(moderator=carol, case=case, action="keep", version=case.version)
        assert (placed(case).band, case.queue) == (Band.USUAL, "decided")

    def test_what_the_page_adds_up_is_what_is_stored(
        self, waiting, comment, carol, mallory, settings
    ):
        settings.AUTO_HIDE = False
        for flagger in (None, None, None, carol, mallory):
            factories.make_flag(comment, flagger=flagger, reason="abuse")
        for case in [*waiting, Case.objects.get(post=comment)]:
            told = priority_of(carol, case, case.post)
            assert told
            kept = sum([line.points for line in told.lines if line.code != "waiting"])
            assert round(kept, 1) == case.points == told.points
            assert case.rank == rank_of(case.waits_since, case.points, case.band)

    @pytest.mark.django_db(transaction=True)
    def test_the_way_back_and_forth(self, waiting, comment):
        for _ in range(5):
            factories.make_flag(comment, reason="abuse")
        Case.objects.filter(post=comment).update(points=1, rank=1)
        ranks = dict(Case.objects.exclude(post=comment).values_list("pk", "rank"))
        try:
            call_command("migrate", "moderation", "0014", verbosity=0)
            order = list(Case.objects.filter(pk__in=ranks).order_by("rank").values_list("pk"))
            reasons = set(CaseReason.objects.filter(case__in=ranks).values_list("case", "rank"))
            assert reasons <= set(Case.objects.values_list("pk", "rank"))
        finally:
            call_command("migrate", verbosity=0)
        assert order == [(case.pk,) for case in waiting[::-1]]
        assert dict(Case.objects.filter(pk__in=ranks).values_list("pk", "rank")) == ranks
        case = placed(Case.objects.get(post=comment))
        points, rank = case.points, case.rank
        self.place(case)
        assert (placed(case).points, case.rank) == (points, rank)
