"""One decision for many: what would become of each, what is left out and why, one undo."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.discussion.models import Post
from forum.moderation.actions import decide
from forum.moderation.models import Bulk, Case, Decision
from forum.moderation.queue.bulk_views import MOST
from forum.moderation.queue.claims import claim
from forum.moderation.queue.outlook import Outlook
from tests import factories

QUEUE = "/moderation/"
BULK = "/moderation/bulk/"


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def ticked(page) -> int:
    """How many cases would be decided now."""
    return len(re.findall(r'name="case"[^>]* checked', page.content.decode()))


def outlook_of(page) -> dict[int, Outlook]:
    return {one.row.case.pk: one for one in page.context["outlook"]}


@pytest.fixture
def cases(article, rules) -> list[Case]:
    said = ("Who paid for it?", "The ferry ran late.", "It rains.", "My school is over there.")
    return [factories.make_flag(factories.make_comment(article, source=each)).case for each in said]


@pytest.fixture
def notes(article, rules) -> list[Case]:
    """A response, and two notes with one tag each, of which the first has no words."""
    posts = [
        factories.make_comment(article),
        factories.make_annotation(article, note=""),
        factories.make_annotation(article),
    ]
    return [factories.make_flag(post).case for post in posts]


def sent(cases: list[Case], **values: object) -> dict[str, object]:
    versions = {f"version-{case.pk}": case.version for case in cases}
    return {"case": [case.pk for case in cases], "action": "keep", **versions, **values}


class TestManyAtOnce:
    def test_first_what_would_become_of_each(self, as_, cases, carol, mallory):
        claim(moderator=mallory, case=cases[1])
        Post.objects.filter(pk=cases[2].post_id).update(state="removed")
        decide(moderator=mallory, case=cases[3], action="keep", version=1)
        page = as_(carol).post("/moderation/bulk/", {"case": [case.pk for case in cases]})
        assert page.status_code == 200
        outlook = {one.row.case.pk: one for one in page.context["outlook"]}
        assert (outlook[cases[0].pk].before, outlook[cases[0].pk].after) == ("Published",) * 2
        assert "Mallory Archer is deciding" in outlook[cases[1].pk].obstacle
        assert outlook[cases[2].pk].obstacle
        assert "decided already" in outlook[cases[3].pk].obstacle
        assert ticked(page) == 1
        # Nothing that unticking would make untrue where no script counts.
        assert ">Decide those selected</button>" in text_of(page)
        assert Decision.objects.count() == 1

    def test_all_of_it_and_all_of_it_back(self, as_, cases, carol, rules):
        asked = sent(
            cases, confirm="yes", action="remove", rule=rules["on-topic"].pk, reason="Ferries."
        )
        page = as_(carol).post("/moderation/bulk/", asked, follow=True)
        assert "4 cases are decided." in text_of(page)
        states = Post.objects.filter(pk__in=[case.post_id for case in cases])
        assert set(states.values_list("state", flat=True)) == {"removed"}
        bulk = Bulk.objects.get()
        assert bulk.decisions.count() == 4
        last = page.context["undo"]
        assert last.bulk == bulk
        page = as_(carol).post("/moderation/undo/", {"decision": last.pk}, follow=True)
        assert "Taken back: 4 decisions." in text_of(page)
        assert set(states.values_list("state", flat=True)) == {"published"}
        assert not Case.objects.filter(queue="decided").exists()
        assert page.context["undo"] is None
        assert as_(carol).post("/moderation/undo/", {"decision": last.pk}).status_code == 409

    def test_what_has_changed_is_left_out(self, as_, cases, carol):
        asked = sent(cases, confirm="yes")
        factories.make_flag(Post.objects.get(pk=cases[0].post_id), reason="abuse")
        page = as_(carol).post("/moderation/bulk/", asked, follow=True)
        assert "3 cases are decided." in text_of(page)
        assert f"Case {cases[0].pk}: This case has changed" in text_of(page)

    def test_a_removal_needs_its_reason(self, as_, cases, carol):
        asked = sent(cases, confirm="yes", action="remove", note="Typed with care.")
        page = as_(carol).post("/moderation/bulk/", asked)
        assert page.status_code == 400
        assert "names the rule" in text_of(page)
        assert "Typed with care." in text_of(page)
        assert not Decision.objects.exists()

    def test_nothing_selected_or_not_to_be_read(self, as_, article, carol):
        own = factories.make_flag(factories.make_comment(article, author=carol)).case
        for chosen in ([], [own.pk], ["x", "9" * 40]):
            answer = as_(carol).post("/moderation/bulk/", {"case": chosen, "confirm": "yes"})
            assert answer["Location"] == QUEUE


class TestWhatIsLeftOut:
    def test_what_has_changed_since_it_was_selected_is_selected_anew(self, as_, cases, carol):
        page = as_(carol).get(QUEUE)
        versions = {f"version-{row.case.pk}": row.case.version for row in page.context["rows"]}
        factories.make_flag(Post.objects.get(pk=cases[0].post_id), reason="abuse")
        asked = {"case": [case.pk for case in cases], **versions}
        page = as_(carol).post(BULK, asked)
        assert outlook_of(page)[cases[0].pk].changed
        assert ticked(page) == 3
        assert "It has changed since you selected it." in text_of(page)
        box = f'value="{cases[0].pk}" id="bulk-{cases[0].pk}"'
        assert f"{box} checked" not in text_of(page)
        # Whoever has looked at it as it is now may choose it.
        now = [Case.objects.get(pk=case.pk) for case in cases]
        page = as_(carol).post(BULK, sent(now, confirm="yes"), follow=True)
        assert "4 cases are decided." in text_of(page)

    def test_what_was_not_selected_stays_so_where_it_is_left_out(self, as_, notes, carol):
        """A response is left out of what is for notes alone; that is no reason to select it."""
        asked = sent(notes[1:], action="hide-note", listed=[case.pk for case in notes])
        left = as_(carol).post(BULK, asked)
        assert outlook_of(left)[notes[0].pk].obstacle
        assert f'name="left" value="{notes[0].pk}"' not in text_of(left)
        assert f'name="left" value="{notes[1].pk}"' in text_of(left)

    def test_what_is_out_of_ones_part_is_named_and_not_told(self, as_, cases, alice):
        another = factories.make_article(title="Another")
        said = factories.make_comment(another, source="Of another article.")
        other = factories.make_flag(said).case
        factories.make_role(alice, article=cases[0].post.root.article)
        asked = [*cases, other]
        page = as_(alice).post(BULK, sent(asked))
        assert page.context["not_theirs"] == [other.pk]
        text = text_of(page)
        assert f"Case {other.pk}" in text
        assert "not in your part of the site" in text
        assert "Of another article." not in text
        as_(alice).post(BULK, sent(asked, confirm="yes"))
        other.refresh_from_db()
        assert (other.state, Decision.objects.count()) == ("open", 4)

    def test_too_many(self, as_, cases, carol):
        asked = {"case": [case.pk for case in cases] + list(range(10**6, 10**6 + MOST))}
        page = as_(carol).post(BULK, asked)
        assert len(page.context["not_theirs"]) == MOST - len(cases)
        assert f"{MOST} together at most" in text_of(page)

    def test_what_was_not_shown_is_shown_first(self, as_, cases, carol, rules):
        asked = sent(
            cases, confirm="yes", shown="keep", action="remove",
            rule=rules["on-topic"].pk, reason="Ferries.",
        )  # fmt: skip
        page = as_(carol).post(BULK, asked)
        assert {one.after for one in page.context["outlook"]} == {"Removed"}
        assert not Decision.objects.exists()
        as_(carol).post(BULK, asked | {"shown": "remove"})
        assert Decision.objects.count() == 4


class TestNotes:
    def test_hiding_words_and_keeping_tags(self, as_, notes, carol, rules):
        comment, bare, worded = notes
        asked = sent(notes, action="hide-note", rule=rules["civility"].pk, reason="Rude.")
        page = as_(carol).post(BULK, asked)
        found = outlook_of(page)
        assert found[comment.pk].obstacle == "Only notes are met with this."
        assert found[bare.pk].obstacle == "This note has no words of its own."
        assert found[worded.pk].after == "Published, without its words"
        # Under another decision they are there again, as they were chosen.
        asked = sent([worded], action="keep", left=[comment.pk, bare.pk])
        assert ticked(as_(carol).post(BULK, asked)) == 3
        as_(carol).post(BULK, sent([worded], action="hide-note", rule=rules["civility"].pk,
                                   reason="Rude.", confirm="yes"))  # fmt: skip
        assert Post.objects.get(pk=worded.post_id).current.text == ""

    def test_one_tag_for_all_and_back(self, as_, notes, carol, rules):
        comment, *tagged = notes
        has = set(Post.objects.get(pk=tagged[0].post_id).annotation.tags.values_list("slug"))
        page = as_(carol).post(BULK, sent(notes))
        offered = [slug for slug, _label in page.context["form"].fields["tag"].choices if slug]
        slug = next(each for each in offered if (each,) not in has)
        grounds = {"rule": rules["civility"].pk, "reason": "It is no such thing."}
        missing = as_(carol).post(BULK, sent(notes, action="retag", confirm="yes", **grounds))
        assert missing.status_code == 400
        assert "Choose a tag." in text_of(missing)
        asked = sent(notes, action="retag", tag=slug, **grounds)
        page = as_(carol).post(BULK, asked)
        assert outlook_of(page)[comment.pk].obstacle
        assert ticked(page) == 2
        page = as_(carol).post(BULK, asked | {"confirm": "yes"}, follow=True)
        assert "2 cases are decided." in text_of(page)

        def tags() -> list[set[tuple[str]]]:
            posts = Post.objects.filter(pk__in=[case.post_id for case in tagged])
            return [set(post.annotation.tags.values_list("slug")) for post in posts]

        assert tags() == [{(slug,)}] * 2
        assert outlook_of(as_(carol).post(BULK, asked))[tagged[0].pk].obstacle
        as_(carol).post("/moderation/undo/", {"decision": page.context["undo"].pk})
        assert tags() == [has] * 2

    @pytest.mark.parametrize(("hide", "state"), [("", "published"), ("on", "hidden")])
    def test_asking_the_authors(self, as_, notes, carol, rules, hide, state):
        asked = sent(notes, action="ask-revision", rule=rules["civility"].pk, hide=hide)
        refused = as_(carol).post(BULK, asked | {"confirm": "yes"})
        assert refused.status_code == 400
        assert "give its author a reason" in text_of(refused)
        as_(carol).post(BULK, asked | {"confirm": "yes", "reason": "Be kind."})
        posts = Post.objects.filter(pk__in=[case.post_id for case in notes])
        assert set(posts.values_list("state", flat=True)) == {state}
        assert Bulk.objects.get().decisions.count() == 3

    @pytest.mark.parametrize(
        ("name", "value"),
        [("action", "lock"), ("action", "x"), ("tag", "no-such"), ("rule", "999999")],
    )
    def test_what_cannot_be_taken_names_its_field(self, as_, notes, carol, name, value):
        page = as_(carol).post(BULK, sent(notes, confirm="yes", reason="Typed.") | {name: value})
        assert page.status_code == 400
        assert list(page.context["form"].errors) == [name]
        assert "Typed." in text_of(page)
        assert not Decision.objects.exists()


def test_its_queries_do_not_grow_with_it(as_, article, carol, rules):
    def count(cases: list[Case]) -> int:
        with CaptureQueriesContext(connection) as queries:
            page = as_(carol).post(BULK, sent(cases, action="hide-note"))
        assert len(page.context["outlook"]) == len(cases)
        return len(queries)

    def add(number: int) -> list[Case]:
        posts = [factories.make_annotation(article) for _ in range(number)]
        posts += [factories.make_comment(article) for _ in range(number)]
        return [factories.make_flag(post).case for post in posts]

    few = add(1)
    count(few)
    assert count(few) == count(few + add(8))
