"""What an export holds, whose it is, and that every row is true."""

from __future__ import annotations

import hashlib
import random
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.actions import annotate
from annotations.exports import rows as rows_module
from annotations.exports.rows import BrokenAnchor, Names, annotation_rows
from annotations.models import Annotation, Pseudonym
from forum.courses.models import Course
from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.models import Post, Revision
from forum.discussion.publishing.actions import revise_article
from forum.moderation.actions import decide
from tests import factories

HOSTILE = """\
=SUM(A1:A9) is how the committee "counts", it says; 👩‍👩‍👧‍👦 families, 🇩🇪 flags, e\u0301 accents.

- +49 170 000 or -1 or @everyone
- ＝HYPERLINK("x";"y"), \u202eright to left\u202c, a\u00a0space, two\u2028lines

> "quoted, with a comma", and a tab\there

| a | b |
|---|---|
| 1, 2 | "3" |
"""


def rows(article, reader, names=Names.AUTHOR):
    return list(annotation_rows(article, reader=reader, names=names))


def remove(post, *, moderator, rule):
    case = factories.make_flag(post).case
    decide(
        moderator=moderator,
        case=case,
        action="remove",
        version=case.version,
        rule=rule,
        reason="It has to go.",
    )


def test_every_row_quotes_its_revision_word_for_word(dan, codebook):
    article = factories.make_article(author=dan, source=HOSTILE)
    comment = factories.make_comment(article, source=HOSTILE)
    author = factories.make_user()
    chance = random.Random(7)
    for revision in (article.post.current, comment.current):
        for _ in range(30):
            start = chance.randrange(len(revision.text))
            end = chance.randrange(start, len(revision.text)) + 1
            annotate(
                author=author,
                revision=revision,
                start=start,
                end=end,
                quote=revision.text[start:end],
                tags=["question"],
                note='=1+1, "really"?\n👀',
            )
    found = rows(article, dan)
    assert len(found) == 60
    for row in found:
        text = Revision.objects.get(pk=row.revision_id).text
        assert text[row.start : row.end] == row.quote
        assert text[: row.start].endswith(row.prefix)
        assert text[row.end :].startswith(row.suffix)
        assert hashlib.sha256(text.encode()).hexdigest() == row.text_sha256
        assert row.unit == "code points"
        assert row.note == '=1+1, "really"?\n👀'
    assert {row.target_kind for row in found} == {"article", "comment"}
    assert [row.annotation_id for row in found] == sorted(row.annotation_id for row in found)


def test_a_row_says_where_the_passage_stands_now(article, dan, alice):
    note = factories.make_annotation(article, author=alice, tags=("question", "bias-claim"))
    lost = factories.make_annotation(article, author=alice, quote="the ferry that ran")
    before = article.post.current
    source = "A new first line.\n\n" + before.source.replace(
        "- the ferry that ran until last spring\n", ""
    )
    now = revise_article(editor=dan, article=article, source=source)
    row, gone = rows(article, dan)
    assert (row.annotation_id, row.target_id, row.article_slug) == (
        note.pk,
        article.pk,
        article.slug,
    )
    assert (row.revision_id, row.revision_number) == (before.pk, 1)
    assert row.placement_state == "exact"
    assert (row.placement_revision_id, row.placement_revision_number) == (now.pk, 2)
    assert row.placement_start == row.start + len("A new first line.\n")
    assert now.text[row.placement_start : row.placement_end] == row.quote
    assert row.tags == ("bias-claim", "question")  # the codebook's order, not the author's
    assert (row.codebook, row.codebook_version) == ("critical-reading", 1)
    assert gone.annotation_id == lost.pk
    assert (gone.placement_state, gone.placement_start, gone.placement_end) == (
        "orphaned",
        None,
        None,
    )


def test_times_are_utc_and_an_edit_shows(article, dan, alice):
    note = factories.make_annotation(article, author=alice)
    (row,) = rows(article, dan)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row.created_at)
    assert row.edited_at is None
    revise_post(editor=alice, post=note, source="Who *is* everyone?")
    (row,) = rows(article, dan)
    assert row.note == "Who is everyone?"
    assert row.edited_at is not None
    assert row.edited_at >= row.created_at


def test_a_note_whose_words_are_a_response_has_those_words(article, dan, alice):
    from tests.annotations.test_quoting import SENTENCE, mark

    own = factories.make_annotation(article, author=alice)
    comment = factories.make_comment(article, author=alice, source=f"Look: *“{SENTENCE}”*.")
    mark(comment, alice)
    first, said = rows(article, dan)
    assert (first.annotation_id, first.note_from, first.note) == (own.pk, None, "Who is everyone?")
    assert (said.note_from, said.note) == (comment.pk, f"Look: “{SENTENCE}”.")
    assert said.edited_at is None
    revise_post(editor=alice, post=comment, source="Other words.")
    _, said = rows(article, dan)
    assert said.note == "Other words."
    assert said.edited_at is not None


def test_a_quote_that_is_not_there_stops_the_export(article, dan):
    true, false = factories.make_annotation(article), factories.make_annotation(article)
    Annotation.objects.filter(pk=false.pk).update(quote="somebody says")
    stream = annotation_rows(article, reader=dan)
    assert next(stream).annotation_id == true.pk
    with pytest.raises(BrokenAnchor, match=str(false.pk)):
        next(stream)


def test_a_text_that_is_not_the_stored_one_stops_the_export(article, dan):
    factories.make_annotation(article)
    revision = article.post.current
    Revision.objects.filter(pk=revision.pk).update(text=revision.text + " And more.")
    with pytest.raises(BrokenAnchor):
        rows(article, dan)


# Whose notes are in it


def test_private_notes_are_never_in_it(article, dan, alice, frances, carol):
    public = factories.make_annotation(article, author=alice)
    for author in (alice, dan, frances):
        factories.make_annotation(article, author=author, audience="private")
    for reader in (dan, frances):
        assert [row.annotation_id for row in rows(article, reader)] == [public.pk]


def test_other_articles_stay_out(article, dan):
    note = factories.make_annotation(article)
    factories.make_annotation(factories.make_article(author=dan, title="Another"))
    assert [row.annotation_id for row in rows(article, dan)] == [note.pk]


def test_a_removed_note_is_there_for_whoever_may_still_read_it(article, dan, frances, carol, rules):
    kept, removed = factories.make_annotation(article), factories.make_annotation(article)
    remove(removed, moderator=carol, rule=rules["civility"])
    assert [row.annotation_id for row in rows(article, dan)] == [kept.pk]
    assert [(row.annotation_id, row.state) for row in rows(article, frances)] == [
        (kept.pk, "published"),
        (removed.pk, "removed"),
    ]


def test_a_withdrawn_note_is_there_for_whoever_may_still_read_it(article, dan, alice, frances):
    note = factories.make_annotation(article, author=alice)
    withdraw_post(author=alice, post=note)
    assert rows(article, dan) == []
    assert [row.state for row in rows(article, frances)] == ["withdrawn"]


def test_a_note_goes_and_comes_back_with_what_it_marks(article, dan, frances, carol, rules):
    comment = factories.make_comment(article)
    factories.make_annotation(comment, quote="The ferry")
    assert len(rows(article, dan)) == 1
    remove(comment, moderator=carol, rule=rules["civility"])
    assert rows(article, dan) == []
    assert [row.state for row in rows(article, frances)] == ["published"]
    case = comment.cases.get()
    decide(moderator=carol, case=_reopened(case, carol), action="restore", version=case.version)
    assert len(rows(article, dan)) == 1


def _reopened(case, moderator):
    from forum.moderation.actions import reopen

    reopen(moderator=moderator, case=case, version=case.version, reason="Once more.")
    return case


def test_notes_of_a_course_are_for_its_staff(article, dan, erin):
    note = factories.make_annotation(article)
    course = Course.objects.get(slug="reading")
    Post.objects.filter(pk=note.pk).update(audience="course", course=course)
    assert [row.audience for row in rows(article, dan)] == ["course"]
    assert rows(article, erin) == []


# Names


def test_names_are_as_they_were_written(article, dan, alice):
    factories.make_annotation(article, author=alice)
    type(alice).objects.filter(pk=alice.pk).update(display_name="Alice Hargreaves")
    (row,) = rows(article, dan)
    assert (row.author, row.author_id) == ("Alice Liddell", alice.pk)


def test_pseudonyms_stay_the_same_and_say_nothing(article, dan, alice, bob):
    for author in (alice, bob, alice):
        factories.make_annotation(article, author=author)
    first = rows(article, dan, Names.PSEUDONYM)
    factories.make_annotation(article, author=bob)
    second = rows(article, dan, Names.PSEUDONYM)
    names = [row.author for row in first]
    assert names[0] == names[2] != names[1]
    assert [row.author for row in second] == [*names, names[1]]
    for row in second:
        assert re.fullmatch(r"P-[2-9A-Z]{6}", row.author)
        assert row.author_id is None
    assert Pseudonym.objects.filter(project="site").count() == 2


def test_a_pseudonym_taken_meanwhile_is_the_one_used(article, dan, alice, monkeypatch):
    """Another export makes Alice's pseudonym between our look and our write."""
    from annotations.exports import pseudonyms

    factories.make_annotation(article, author=alice)
    draw = pseudonyms._draw

    def late():
        Pseudonym.objects.get_or_create(user=alice, defaults={"name": "P-222222"})
        return draw()

    monkeypatch.setattr(pseudonyms, "_draw", late)
    assert [row.author for row in rows(article, dan, Names.PSEUDONYM)] == ["P-222222"]


def test_a_pseudonym_that_somebody_has_is_drawn_again(alice, bob, monkeypatch):
    from annotations.exports import pseudonyms

    drawn = iter(["P-AAAAAA", "P-AAAAAA", "P-BBBBBB"])
    monkeypatch.setattr(pseudonyms, "_draw", lambda: next(drawn))
    given = pseudonyms.pseudonyms_for({alice.pk, bob.pk})
    assert set(given.values()) == {"P-AAAAAA", "P-BBBBBB"}


def test_without_an_account_the_name_stays_and_the_pseudonym_goes(article, dan, alice):
    factories.make_annotation(article, author=alice)
    alice.delete()
    assert [(r.author, r.author_id) for r in rows(article, dan)] == [("Alice Liddell", None)]
    assert [r.author for r in rows(article, dan, Names.PSEUDONYM)] == ["former-member"]


# Streaming


def queries_for(article, reader, names=Names.PSEUDONYM):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        count = len(rows(article, reader, names))
    return count, len(captured)


def test_queries_grow_with_chunks_not_with_rows(article, dan, alice, monkeypatch):
    monkeypatch.setattr(rows_module, "CHUNK", 10)
    for _ in range(9):
        factories.make_annotation(article, author=alice)
    rows(article, dan, Names.PSEUDONYM)  # gives Alice her pseudonym
    _, one_chunk = queries_for(article, dan)
    for _ in range(30):
        factories.make_annotation(article, author=alice)
    count, four_chunks = queries_for(article, dan)
    assert count == 39
    # A chunk is its rows, tags and places; texts and pseudonyms were there from the first.
    assert four_chunks - one_chunk == 3 * 3


def test_rows_come_before_the_rest_is_read(article, dan, monkeypatch):
    monkeypatch.setattr(rows_module, "CHUNK", 2)
    for _ in range(6):
        factories.make_annotation(article)
    with CaptureQueriesContext(connection) as captured:
        stream = annotation_rows(article, reader=dan)
        assert len(captured) == 0
        next(stream)
        first = len(captured)
        next(stream)
        assert len(captured) == first
        next(stream)
        assert len(captured) > first


def test_chunks_leave_nothing_out(article, dan, monkeypatch):
    for _ in range(7):
        factories.make_annotation(article)
    whole = rows(article, dan)
    for size in (1, 2, 3, 7, 8):
        monkeypatch.setattr(rows_module, "CHUNK", size)
        assert rows(article, dan) == whole
