"""One case on its page: what a moderator sees of it."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.discussion.actions import revise_post
from forum.discussion.models import Post
from forum.moderation.actions import decide, reopen
from forum.moderation.models import Case
from tests import factories


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_a_response_with_its_flags(as_, case, carol):
    page = as_(carol).get(case.get_absolute_url())
    assert page.status_code == 200
    text = text_of(page)
    for words in (
        "Response 2 by Alice Liddell",
        "Who pays for the bridge",
        "It answers the article",
        "The <em>ferry</em> ran on Sundays.",
        "It has nothing to do with the article",
        "It is about boats.",
        "Bob Cratchit",
        "1 flag so far, 0 upheld",
    ):
        assert words in text


def test_what_a_response_answers(as_, article, comment, carol):
    answer = factories.make_comment(article, parent=comment, source="They did not.")
    case = factories.make_flag(answer).case
    text = text_of(as_(carol).get(case.get_absolute_url()))
    assert "The <em>ferry</em> ran on Sundays." in text
    Post.objects.filter(pk=comment.pk).update(state="erased")
    text = text_of(as_(carol).get(case.get_absolute_url()))
    assert "ran on Sundays" not in text
    assert "whose words are gone" in text


def test_an_annotation_in_its_passage(as_, article, carol):
    note = factories.make_annotation(article, tags=("bias-claim", "question"))
    case = factories.make_flag(note, reason="mis-tagged").case
    text = text_of(as_(carol).get(case.get_absolute_url()))
    assert "everyone knows</mark> what that means" in text
    for words in ("Who is everyone?", "Bias claim", "Question", "Critical reading"):
        assert words in text


def test_an_annotation_of_a_response_without_a_note(as_, article, comment, carol):
    note = factories.make_annotation(comment, quote="ferry ran", note="")
    case = factories.make_flag(note).case
    text = text_of(as_(carol).get(case.get_absolute_url()))
    assert "response 2</a> by" in text
    assert "the tag stands alone" in text


def test_the_text_as_it_was_flagged(as_, case, comment, alice, carol):
    page = as_(carol).get(case.get_absolute_url())
    assert page.context["file"].earlier_texts == []
    revise_post(editor=alice, post=comment, source="The bridge, of course.")
    page = as_(carol).get(case.get_absolute_url())
    (earlier,) = page.context["file"].earlier_texts
    assert (earlier.revision.number, earlier.flags) == (1, 1)
    text = text_of(page)
    assert "The bridge, of course." in text
    assert "The <em>ferry</em> ran on Sundays." in text
    assert "Text edited" in text


def test_the_record_of_the_author(as_, case, article, alice, carol, rules):
    removed, kept = (factories.make_comment(article, author=alice) for _ in range(2))
    factories.make_annotation(article, author=alice, audience="private")
    gone = factories.make_flag(removed).case
    decide(
        moderator=carol, case=gone, action="remove", version=1, rule=rules["civility"], reason="No."
    )
    decide(moderator=carol, case=factories.make_flag(kept).case, action="keep", version=1)
    record = as_(carol).get(case.get_absolute_url()).context["file"].author
    assert (record.posts, record.removed, record.kept) == (3, 1, 1)
    assert record.joined == alice.date_joined


def test_the_record_of_a_flagger(as_, case, article, bob, carol, rules):
    def flagged() -> Case:
        return factories.make_flag(factories.make_comment(article), flagger=bob).case

    def remove(of: Case) -> None:
        decide(
            moderator=carol,
            case=of,
            action="remove",
            version=of.version,
            rule=rules["on-topic"],
            reason="Off.",
        )

    def record() -> tuple[int, int]:
        (row,) = as_(carol).get(case.get_absolute_url()).context["file"].flags
        return row.raised, row.upheld

    assert record() == (1, 0)
    upheld, dismissed = flagged(), flagged()
    remove(upheld)
    decide(moderator=carol, case=dismissed, action="keep", version=1)
    assert record() == (3, 1)
    upheld.refresh_from_db()
    reopen(moderator=carol, case=upheld, version=upheld.version, reason="I misread it.")
    decide(moderator=carol, case=upheld, action="restore", version=upheld.version)
    assert record() == (3, 0)


def test_a_removal_after_a_dismissal_upholds_the_later_flag(as_, case, bob, sam, carol, rules):
    decide(moderator=carol, case=case, action="keep", version=1)
    factories.make_flag(case.post, flagger=sam, reason="abuse")
    case.refresh_from_db()
    decide(
        moderator=carol,
        case=case,
        action="remove",
        version=case.version,
        rule=rules["civility"],
        reason="An insult after all.",
    )
    page = as_(carol).get(case.get_absolute_url())
    upheld = {row.flag.flagger: row.upheld for row in page.context["file"].flags}
    assert upheld == {bob: 0, sam: 1}


def test_what_is_erased_leaves_its_record(as_, case, carol, rules):
    decide(
        moderator=carol,
        case=case,
        action="remove",
        version=1,
        rule=rules["on-topic"],
        reason="Ferries are elsewhere.",
    )
    Post.objects.filter(pk=case.post_id).update(state="erased", author=None)
    page = as_(carol).get(case.get_absolute_url())
    assert page.status_code == 200
    text = text_of(page)
    assert "ran on Sundays" not in text
    assert "can no longer be read" in text
    assert "Ferries are elsewhere." in text


def test_the_forms_fit_the_state(as_, case, carol):
    page = as_(carol).get(case.get_absolute_url())
    choices = [value for value, _ in page.context["decision"].fields["action"].choices]
    assert choices == ["keep", "remove"]
    assert page.context["reopening"] is None
    decide(moderator=carol, case=case, action="keep", version=1)
    page = as_(carol).get(case.get_absolute_url())
    assert page.context["decision"] is None
    assert page.context["reopening"] is not None


def test_a_decided_case_leads_to_the_next(as_, case, carol, article):
    own = factories.make_flag(factories.make_comment(article, author=carol)).case
    Case.objects.filter(pk__lt=case.pk).update(state="decided")
    decide(moderator=carol, case=case, action="keep", version=1)
    waiting = factories.make_flag(factories.make_comment(article)).case
    page = as_(carol).get(case.get_absolute_url())
    assert page.context["next_case"] == waiting
    assert own.state == "open"


def test_nobody_reads_or_decides_the_case_about_themselves(as_, article, carol, mallory):
    flagger = factories.make_user(display_name="A brave flagger")
    own = factories.make_flag(factories.make_comment(article, author=carol), flagger=flagger).case
    page = as_(carol).get(own.get_absolute_url())
    assert page.status_code == 403
    assert "another moderator has to decide" in text_of(page)
    assert "A brave flagger" not in page.content.decode()
    assert own.get_absolute_url() not in as_(carol).get("/moderation/").content.decode()
    assert own.get_absolute_url() in as_(mallory).get("/moderation/").content.decode()
    assert as_(mallory).get(own.get_absolute_url()).status_code == 200


def test_what_people_wrote_is_escaped(as_, article, carol):
    evil = "<script>alert(1)</script>"
    comment = factories.make_comment(article, author=factories.make_user(display_name=evil))
    flagger = factories.make_user(display_name=evil + "!")
    case = factories.make_flag(comment, flagger=flagger, note=evil).case
    page = as_(carol).get(case.get_absolute_url())
    assert b"alert(1)" in page.content
    assert b"<script>alert" not in page.content


def test_its_queries_do_not_grow_with_it(as_, case, comment, article, alice, carol):
    moderator = as_(carol)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert moderator.get(case.get_absolute_url()).status_code == 200
        return len(queries)

    def add() -> None:
        for words in ("First.", "Second."):
            revise_post(editor=alice, post=comment, source=f"{words} {Case.objects.count()}")
            for reason in ("spam", "abuse", "other"):
                factories.make_flag(comment, reason=reason)
        now = Case.objects.get(pk=case.pk)
        decide(moderator=carol, case=now, action="keep", version=now.version)
        reopen(moderator=carol, case=now, version=now.version, reason="Once more.")
        factories.make_comment(article)

    add()
    count()
    few = count()
    for _ in range(3):
        factories.make_flag(factories.make_comment(article))
        add()
    assert count() == few
