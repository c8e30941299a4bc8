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
        "1 flag so far: 0 agreed with, 0 not",
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
    assert "The <del>ferry ran on Sundays</del><ins>bridge, of course</ins>." in text


def test_each_flagged_revision_is_compared_with_the_present_words(
    as_, case, comment, alice, carol, sam
):
    revise_post(editor=alice, post=comment, source="The *ferry* ran on Mondays.")
    revise_post(editor=alice, post=comment, source="The ferry ran on Mondays.")
    factories.make_flag(comment, flagger=sam)
    revise_post(editor=alice, post=comment, source="The **ferry** ran on Mondays.")
    page = as_(carol).get(case.get_absolute_url())
    found = [(one.revision.number, one.flags) for one in page.context["file"].earlier_texts]
    # The second was flagged by nobody.
    assert found == [(3, 1), (1, 1)]
    text = text_of(page)
    assert "The ferry ran on <del>Sundays</del><ins>Mondays</ins>." in text
    assert "No words changed, only how they are set." in text
    assert 'href="#case-revision-1"' in text
    whole = f"/posts/{comment.pk}/history/?from=1&amp;to=4"
    assert whole in page.content.decode()


def test_a_response_in_its_thread(as_, article, comment, carol, sam):
    """What it answers, what stands beside it, and what answers it, as far as it can be read."""
    names = ["one", "two", "three", "four", "five", "six"]
    above = comment
    for name in names:
        above = factories.make_comment(article, parent=above, source=f"Above {name}.")
    before = factories.make_comment(article, parent=above, source="Beside, before.")
    post = factories.make_comment(article, parent=above, author=sam, source="The one.")
    after = factories.make_comment(article, parent=above, source="Beside, after.")
    answers = [factories.make_comment(article, parent=post, source=f"Re {n}.") for n in range(6)]
    Post.objects.filter(pk=answers[0].pk).update(state="removed")
    Post.objects.filter(pk=answers[1].pk).update(state="erased")
    case = factories.make_flag(post).case
    page = as_(carol).get(case.get_absolute_url())
    thread = page.context["file"].thread
    assert [one.excerpt for one in thread.above] == [f"Above {name}." for name in names[1:-1]]
    assert thread.goes_up
    assert [one.post for one in thread.before] == [before]
    assert [one.post for one in thread.after] == [after]
    assert [one.excerpt for one in thread.answers] == ["Re 0.", None, "Re 2.", "Re 3."]
    assert thread.more == 2
    text = text_of(page)
    # What it answers is shown once, whole.
    assert text.count("Above six.") == 1
    assert "2 more answers" in text
    assert "Its words are gone." in text
    assert "ran on Sundays" not in text
    assert after.get_absolute_url() in text


def test_a_thread_shows_nothing_that_the_moderator_may_not_read(as_, article, comment, carol):
    made = factories.make_comment(article, parent=comment, source="Gone for good.")
    Post.objects.filter(pk=made.pk).update(state="erased")
    note = factories.make_annotation(comment, quote="ferry ran", audience="private", note="Secret.")
    assert note.audience == "private"
    case = factories.make_flag(comment).case
    text = text_of(as_(carol).get(case.get_absolute_url()))
    for words in ("Gone for good.", "Secret."):
        assert words not in text


def test_a_note_with_what_answers_it(as_, article, carol):
    note = factories.make_annotation(article)
    factories.make_comment(article, parent=note, source="I wonder as well.")
    case = factories.make_flag(note).case
    file = as_(carol).get(case.get_absolute_url()).context["file"]
    assert [one.excerpt for one in file.thread.answers] == ["I wonder as well."]
    # In the paragraph it stands in, not cut off after a few words.
    paragraph = next(
        line for line in article.post.current.text.split("\n") if file.passage.quote in line
    )
    assert paragraph in file.passage.before + file.passage.quote + file.passage.after


def test_who_decides_what_was_escalated_reads_why(as_, case, carol):
    decide(moderator=carol, case=case, action="escalate", version=1, note="She is my cousin.")
    lead = factories.make_user("lead", leads_appeals=True)
    for reader in (lead, carol):
        page = as_(reader).get(case.get_absolute_url())
        before, _mark, _after = text_of(page).partition("Back to the queue")
        assert text_of(page).count("She is my cousin.") == 1
        assert "She is my cousin." in before
        assert page.context["file"].earlier_decisions == []


def test_in_short_what_stands_below_on_a_phone(as_, case, article, alice, bob, carol, rules):
    earlier = factories.make_comment(article, author=alice, source="A ferry again.")
    decide(
        moderator=carol, case=factories.make_flag(earlier, flagger=bob).case, action="remove",
        version=1, rule=rules["civility"], reason="An insult.",
    )  # fmt: skip
    text = text_of(as_(carol).get(case.get_absolute_url()))
    before, _mark, form = text.partition("data-decide")
    for words in (
        '<a href="#case-author">Its author: 2 posts, 1 removed, 0 flagged and kept</a>',
        '<a href="#case-similar">1 like case was decided before</a>',
    ):
        assert words in before
    assert "earlier decision" not in before
    assert form.count('href="#case-decide"') == 2
    decide(moderator=carol, case=case, action="keep", version=1)
    reopen(moderator=carol, case=Case.objects.get(pk=case.pk), version=2, reason="I misread it.")
    text = text_of(as_(carol).get(case.get_absolute_url()))
    assert '<a href="#case-earlier">1 earlier decision in this case</a>' in text


def test_it_leads_to_the_records_of_those_concerned(as_, case, article, alice, bob, carol):
    part = factories.make_user("part")
    factories.make_role(part, article=article)
    page = as_(carol).get(case.get_absolute_url())
    for person in (alice, bob):
        assert f"/moderation/people/{person.username}/" in text_of(page)
    # As far as their part of the site goes.
    page = as_(part).get(case.get_absolute_url())
    assert "/moderation/people/alice/" in text_of(page)


def test_the_reviewed_words_are_said_to_be_so(as_, case, comment, alice, carol):
    decide(moderator=carol, case=case, action="keep", version=1)
    text = text_of(as_(carol).get(case.get_absolute_url()))
    assert "Carol Kidd has let revision 1 stand" in text
    revise_post(editor=alice, post=comment, source="Other words.")
    text = text_of(as_(carol).get(case.get_absolute_url()))
    assert "has let revision 1 stand" not in text


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
        return row.record.raised, row.record.agreed

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
    reopen(moderator=carol, case=case, version=case.version, reason="I misread it.")
    decide(
        moderator=carol,
        case=case,
        action="remove",
        version=case.version,
        rule=rules["civility"],
        reason="An insult after all.",
    )
    page = as_(carol).get(case.get_absolute_url())
    upheld = {row.flag.flagger: row.record.agreed for row in page.context["file"].flags}
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
    assert choices == ["keep", "remove", "ask-revision", "lock", "escalate"]
    assert page.context["reopening"] is None
    decide(moderator=carol, case=case, action="keep", version=1)
    page = as_(carol).get(case.get_absolute_url())
    assert page.context["decision"] is None
    assert page.context["reopening"] is not None


def test_a_decided_case_leads_to_the_next(as_, case, carol, article):
    own = factories.make_flag(factories.make_comment(article, author=carol)).case
    Case.objects.filter(pk__lt=case.pk).update(state="decided", queue="decided")
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
