"""Flagging: what it opens, what it adds to, and who cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse as url_of
from django.utils import timezone

from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.models import Article, Post
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.moderation.actions import decide, flag_post, reopen, reverse
from forum.moderation.models import Case, Event, Flag, FlagReason
from forum.moderation.notices.actions import give_notice
from forum.moderation.queue.placing import facts_of
from forum.moderation.reviewed import review_of
from tests import factories


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).values_list("kind", flat=True))


@pytest.fixture
def kept(case, carol) -> Case:
    decide(moderator=carol, case=case, action="keep", version=case.version)
    return Case.objects.get(pk=case.pk)


def test_the_first_flag_opens_a_case(comment, bob):
    flag, new = flag_post(flagger=bob, post=comment, reason="spam", note="Ferry tickets.")
    assert new
    assert (flag.case.post, flag.case.state, flag.case.version) == (comment, "open", 1)
    assert flag.revision == comment.current
    assert kinds(flag.case) == ["opened", "flagged"]


def test_the_same_again_is_one_flag(comment, bob):
    flag, _ = flag_post(flagger=bob, post=comment, reason="spam")
    for reason in ("spam", "abuse"):
        assert flag_post(flagger=bob, post=comment, reason=reason) == (flag, False)
    assert kinds(flag.case) == ["opened", "flagged"]
    assert Case.objects.get().version == 1


def test_another_flag_joins_the_case_and_is_news(case, comment, sam):
    flag, new = flag_post(flagger=sam, post=comment, reason="abuse")
    assert (new, flag.case) == (True, case)
    assert Case.objects.get(pk=case.pk).version == case.version + 1
    assert kinds(case) == ["opened", "flagged", "flagged"]


@pytest.mark.parametrize("reason", FlagReason.values)
def test_what_was_kept_stays_decided_whatever_is_said_of_it(kept, comment, sam, reason):
    flag, new = flag_post(flagger=sam, post=comment, reason=reason)
    assert (new, flag.case.state) == (True, "decided")
    kept.refresh_from_db()
    assert (kept.state, kept.queue, kept.flags.count()) == ("decided", "decided", 2)
    assert kinds(kept)[-1] == "flagged"
    assert "reopened" not in kinds(kept)
    assert "had been reviewed" in kept.events.last().detail


def test_no_number_of_people_opens_or_hides_what_was_kept(kept, comment):
    old = timezone.now() - timedelta(days=400)
    for _ in range(12):
        person = factories.make_user(is_moderator=True, date_joined=old)
        flag_post(flagger=person, post=comment, reason="abuse")
    kept.refresh_from_db()
    comment.refresh_from_db()
    assert (kept.state, comment.state) == ("decided", "published")


def test_a_new_text_opens_it_again(kept, comment, alice, bob, sam):
    flag_post(flagger=sam, post=comment, reason="abuse")
    revise_post(editor=alice, post=comment, source="Ferries, ferries, ferries.")
    kept.refresh_from_db()
    assert kept.state == "decided"
    flag, new = flag_post(flagger=bob, post=comment, reason="off-topic")
    kept.refresh_from_db()
    assert (new, kept.state, flag.revision.number) == (True, "open", 2)
    assert kinds(kept)[-2:] == ["reopened", "flagged"]
    # What was said of the words that had been reviewed adds nothing.
    assert [one.name for one in facts_of(kept, comment).whole.reporters] == ["Bob Cratchit"]


def test_words_from_before_those_that_were_reviewed_are_reviewed(case, comment, alice, carol):
    before = comment.current
    revise_post(editor=alice, post=comment, source="The bridge, then.")
    case.refresh_from_db()
    decide(moderator=carol, case=case, action="keep", version=case.version)
    assert review_of(case, before) == review_of(case, comment.current) == case.decisions.get()


@pytest.mark.parametrize("how", ["undo", "reopened"])
def test_what_is_looked_at_again_takes_flags_as_ever(kept, comment, carol, sam, how):
    if how == "undo":
        reverse(decision=kept.decisions.get(), moderator=carol, basis="undo")
    else:
        reopen(moderator=carol, case=kept, version=kept.version, reason="I misread it.")
    flag, _ = flag_post(flagger=sam, post=comment, reason="abuse")
    assert flag.case.state == "open"
    assert (review_of(kept, flag.revision) is None) == (how == "undo")


def test_a_notice_of_what_is_illegal_opens_it_again(kept, comment, sam):
    give_notice(
        post=comment, notifier=sam, explanation="It names a witness.", category="VIOLENCE",
        good_faith=True,
    )  # fmt: skip
    kept.refresh_from_db()
    assert (kept.state, kept.queue) == ("open", "reported")


def test_words_that_their_author_was_asked_to_change_are_not_reviewed(
    case, comment, carol, sam, rules
):
    decide(
        moderator=carol, case=case, action="ask-revision", version=case.version,
        rule=rules["civility"], reason="Without the name, please.",
    )  # fmt: skip
    flag, _ = flag_post(flagger=sam, post=comment, reason="abuse")
    assert flag.case.state == "open"


def test_hiding_the_words_of_a_note_reviews_what_is_left(article, bob, carol, sam, rules):
    note = factories.make_annotation(article)
    case = flag_post(flagger=bob, post=note, reason="abuse")[0].case
    decide(
        moderator=carol, case=case, action="hide-note", version=case.version,
        rule=rules["civility"], reason="The words are an insult.",
    )  # fmt: skip
    flag, _ = flag_post(flagger=sam, post=note, reason="mis-tagged")
    assert (flag.case.state, flag.revision.text) == ("decided", "")


def test_an_edit_counts_for_whoever_has_the_case_open(case, comment, alice, carol):
    revise_post(editor=alice, post=comment, source="Other words.")
    with pytest.raises(Conflict):
        decide(moderator=carol, case=case, action="keep", version=case.version)
    case.refresh_from_db()
    assert (case.state, kinds(case)[-1]) == ("open", "edited")


def test_nobody_flags_what_they_wrote(comment, alice):
    with pytest.raises(Forbidden):
        flag_post(flagger=alice, post=comment, reason="spam")


def test_nobody_flags_a_private_note(article, alice, bob, carol, frances):
    note = factories.make_annotation(article, author=alice, audience="private")
    for person in (bob, carol, frances):
        with pytest.raises(NotFound):
            flag_post(flagger=person, post=note, reason="spam")


def test_nobody_flags_an_article(article, bob):
    with pytest.raises(Forbidden):
        flag_post(flagger=bob, post=article.post, reason="misleading")


def test_what_is_withdrawn_cannot_be_flagged(comment, alice, bob, carol):
    withdraw_post(author=alice, post=comment)
    with pytest.raises(NotFound):
        flag_post(flagger=bob, post=comment, reason="spam")
    with pytest.raises(Conflict):
        flag_post(flagger=carol, post=comment, reason="spam")


@pytest.mark.parametrize("reason", ["", "rude", "mis_tagged"])
def test_only_known_reasons_are_taken(comment, bob, reason):
    with pytest.raises(Refused) as refused:
        flag_post(flagger=bob, post=comment, reason=reason)
    assert refused.value.field == "reason"
    assert not Case.objects.exists()


def test_a_tag_can_be_what_is_wrong_with_an_annotation(article, alice, bob):
    note = factories.make_annotation(article, author=alice)
    assert flag_post(flagger=bob, post=note, reason="mis-tagged")[1]


def test_a_note_that_is_too_long_names_its_field(comment, bob):
    with pytest.raises(Refused) as refused:
        flag_post(flagger=bob, post=comment, reason="spam", note="a" * 4_001)
    assert refused.value.field == "note"
    assert not Flag.objects.exists()


def test_a_flag_outlives_the_account_that_raised_it(case, bob):
    bob.delete()
    flag = case.flags.get()
    assert (flag.flagger, flag.flagger_name) == (None, "Bob Cratchit")


KINDS: dict[str, Callable[[Article], Post]] = {
    "response": factories.make_comment,
    "note": factories.make_annotation,
    "reply": lambda article: factories.make_comment(
        article, parent=factories.make_annotation(article)
    ),
}


#: What is said to be illegal becomes a notice.
OF_FLAGS = [reason for reason in FlagReason.values if reason != FlagReason.ILLEGAL]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (kind, reason)
        for kind in KINDS
        for reason in OF_FLAGS
        if kind == "note" or reason != FlagReason.MIS_TAGGED
    ],
)
def test_whoever_flags_what_was_kept_is_told_so_and_why(
    client, article, bob, carol, sam, kind, reason, rules
):
    post = KINDS[kind](article)
    case = flag_post(flagger=bob, post=post, reason="other")[0].case
    decide(
        moderator=carol, case=case, action="keep", version=case.version,
        rule=rules["civility"], reason="Sharp, but about the text.",
    )  # fmt: skip
    client.force_login(sam, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.post(url_of("post-flag", args=[post.pk]), {"reason": reason}, follow=True)
    text = page.content.decode()
    assert "A moderator has looked at these words, and they stay." in text
    assert "Sharp, but about the text." in text
    assert str(rules["civility"]) in text
    assert url_of("post-notice", args=[post.pk]) in text
    case.refresh_from_db()
    assert (case.state, case.flags.count()) == ("decided", 2)
