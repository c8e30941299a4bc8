"""What waits for a moderator and is withdrawn by its author waits no more, until it is put back."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from forum.discussion.actions import reinstate_post, revise_post, withdraw_post
from forum.discussion.models import Post
from forum.lib.errors import Conflict
from forum.moderation.actions import decide, reopen
from forum.moderation.models import Case, Event
from forum.moderation.queue.claims import claim
from tests import factories


@pytest.fixture
def held(article, alice, settings) -> Case:
    """The case of a response of Alice's that waits, for she is new here."""
    settings.HOLD_FIRST_POSTS = 5
    post = factories.make_comment(article, author=alice)
    assert post.state == "held"
    return Case.objects.get(post=post)


def withdraw(case: Case) -> None:
    post = Post.objects.get(pk=case.post_id)
    assert post.author is not None
    withdraw_post(author=post.author, post=post)
    case.refresh_from_db()


def put_back(case: Case) -> Post:
    post = Post.objects.get(pk=case.post_id)
    assert post.author is not None
    reinstate_post(author=post.author, post=post)
    case.refresh_from_db()
    return post


def last_line(case: Case) -> tuple[str, str, str]:
    line = case.events.latest("pk")
    return line.kind, line.actor_name, line.detail


def in_tab(as_, person, tab: str) -> list[int]:
    page = as_(person).get("/moderation/", {"tab": tab})
    return [row.case.pk for row in page.context["rows"]]


class TestWithdrawing:
    def test_the_case_is_closed_and_leaves_the_tab(self, as_, held, carol):
        assert in_tab(as_, carol, "held") == [held.pk]
        version = held.version
        withdraw(held)
        assert (held.state, held.queue, held.version) == ("closed", "", version + 1)
        assert last_line(held) == ("withdrawn", "Alice Liddell", "Its author has withdrawn it.")
        for tab in ("held", "reported", "decided"):
            assert in_tab(as_, carol, tab) == []
        page = as_(carol).get(f"/moderation/cases/{held.pk}/")
        assert page.context["is_open"] is False
        assert "Closed" in page.text

    def test_who_was_deciding_it_is_told(self, held, carol):
        claim(moderator=carol, case=held)
        read = Case.objects.get(pk=held.pk)
        withdraw(held)
        assert held.claimed_by is None
        with pytest.raises(Conflict, match="Its author has withdrawn it in the meantime"):
            decide(moderator=carol, case=read, action="keep", version=read.version)
        with pytest.raises(Conflict):
            claim(moderator=carol, case=read)

    def test_put_back_it_waits_again(self, as_, held, carol):
        withdraw(held)
        assert put_back(held).state == "held"
        assert (held.state, held.queue) == ("open", "held")
        assert last_line(held)[0] == "reopened"
        assert in_tab(as_, carol, "held") == [held.pk]
        decide(moderator=carol, case=held, action="keep", version=held.version)
        assert Post.objects.get(pk=held.post_id).state == "published"

    def test_as_often_as_one_likes(self, held):
        for _ in range(3):
            withdraw(held)
            assert (held.state, held.queue) == ("closed", "")
            put_back(held)
            assert (held.state, held.queue) == ("open", "held")

    def test_what_was_escalated_goes_back_to_those_who_lead(self, held, carol, frances):
        decide(moderator=carol, case=held, action="escalate", version=held.version)
        withdraw(held)
        assert (held.state, held.queue) == ("closed", "")
        put_back(held)
        assert (held.state, held.queue) == ("escalated", "escalated")

    def test_an_edit_that_waits(self, article, alice, carol, settings):
        post = factories.make_comment(article, author=alice)
        factories.make_word_list("rubbish")
        revise_post(editor=alice, post=Post.objects.get(pk=post.pk), source="What rubbish.")
        case = Case.objects.get(post=post)
        assert (Post.objects.get(pk=post.pk).state, case.queue) == ("hidden", "held")
        withdraw(case)
        assert (case.state, case.queue) == ("closed", "")
        assert put_back(case).state == "hidden"
        assert (case.state, case.queue) == ("open", "held")

    @pytest.mark.parametrize("objection", ["flag", "notice"])
    def test_who_objects_to_it_is_still_answered(self, article, alice, bob, carol, objection):
        post = factories.make_comment(article, author=alice)
        if objection == "flag":
            case = factories.make_flag(post, flagger=bob).case
        else:
            case = factories.make_notice(post).case
        factories.make_word_list("rubbish")
        revise_post(editor=alice, post=Post.objects.get(pk=post.pk), source="What rubbish.")
        withdraw(case)
        assert (case.state, case.queue) == ("open", "reported")
        assert last_line(case)[0] == "withdrawn"
        put_back(case)
        assert (case.state, case.queue) == ("open", "held")
        assert last_line(case)[0] == "held"

    def test_what_was_published_and_flagged_is_as_before(self, case, comment):
        withdraw(case)
        assert (case.state, case.queue) == ("open", "reported")
        put_back(case)
        assert (case.state, Post.objects.get(pk=comment.pk).state) == ("open", "published")

    def test_a_moderator_may_open_it_so_that_it_does_not_come_back(self, held, carol, rules):
        withdraw(held)
        reopen(moderator=carol, case=held, version=held.version, reason="It is grave.")
        assert (held.state, held.queue) == ("open", "reported")
        decide(
            moderator=carol,
            case=held,
            action="remove",
            version=held.version,
            rule=rules["civility"],
            reason="It insults.",
        )
        with pytest.raises(Conflict):
            put_back(held)

    def test_what_one_was_asked_to_change_is_hidden_again(self, case, carol, rules):
        decide(
            moderator=carol,
            case=case,
            action="ask-revision",
            hide=True,
            version=case.version,
            rule=rules["civility"],
            reason="Say it kindly.",
        )
        withdraw(case)
        assert put_back(case).state == "hidden"
        assert case.state == "decided"


@pytest.mark.django_db(transaction=True)
def test_those_of_before_are_closed_and_it_can_be_undone(case, held):
    closing = import_module("forum.moderation.migrations.0018_close_what_was_withdrawn")
    log = import_module("forum.moderation.migrations.0017_withdrawn_cases")
    Post.objects.filter(pk__in=[held.post_id, case.post_id]).update(state="withdrawn")
    closing.close(apps, None)
    held.refresh_from_db()
    case.refresh_from_db()
    assert (held.state, held.queue, case.state) == ("closed", "", "open")
    assert last_line(held) == ("withdrawn", "Alice Liddell", "Its author has withdrawn it.")
    with connection.schema_editor() as editor:
        log.without(apps, editor)
        log.protect(apps, editor)
    held.refresh_from_db()
    assert held.state == "open"
    assert not Event.objects.filter(kind="withdrawn").exists()
