"""Flagging: what it opens, what it adds to, and who cannot."""

from __future__ import annotations

import pytest

from forum.discussion.actions import revise_post, withdraw_post
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.moderation.actions import decide, flag_post
from forum.moderation.models import Case, CaseEvent, Flag
from tests import factories


def kinds(case: Case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).values_list("kind", flat=True))


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


def test_more_of_the_same_leaves_a_case_decided(kept, comment, sam):
    flag_post(flagger=sam, post=comment, reason="off-topic")
    kept.refresh_from_db()
    assert kept.state == "decided"
    assert kept.flags.count() == 2
    assert "reopened" not in kinds(kept)


def test_a_new_reason_opens_it_again(kept, comment, sam):
    flag_post(flagger=sam, post=comment, reason="abuse")
    kept.refresh_from_db()
    assert kept.state == "open"
    assert kinds(kept)[-2:] == ["reopened", "flagged"]


def test_a_new_text_opens_it_again(kept, comment, alice, bob):
    revise_post(editor=alice, post=comment, source="Ferries, ferries, ferries.")
    flag, new = flag_post(flagger=bob, post=comment, reason="off-topic")
    kept.refresh_from_db()
    assert (new, kept.state, flag.revision.number) == (True, "open", 2)


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
