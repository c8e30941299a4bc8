"""Whoever moderates a part of the site: what they are shown, and can reckon, is of that part."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from forum.accounts.models import User
from forum.courses.models import Course
from forum.discussion.models import Article, Kind, Post
from forum.moderation.actions import decide
from forum.moderation.models import Action, Case, Flag
from forum.moderation.queue.explaining import priority_of
from forum.moderation.queue.listing import (
    COUNTED,
    PAGE_SIZE,
    Wanted,
    counts,
    queue_page,
    stretches,
)
from forum.moderation.queue.placing import place
from forum.moderation.queue.reporters import records
from forum.moderation.queue.taking import next_case
from tests import factories

#: Of a flag, so that moderators agreed with it or did not.
AGREED, NOT = Action.REMOVE, Action.KEEP


@pytest.fixture
def elsewhere() -> Article:
    return factories.make_article(title="Elsewhere")


@pytest.fixture
def part(article) -> User:
    """Who moderates ``article``, and nothing else."""
    person = factories.make_user("part")
    factories.make_role(person, article=article)
    return person


def flagged(flagger, article, outcome, moderator, rules) -> None:
    """A flag of ``flagger`` that a moderator agreed with, or not."""
    case = factories.make_flag(factories.make_comment(article), flagger=flagger).case
    decide(
        moderator=moderator, case=case, action=outcome, version=case.version,
        rule=rules["civility"], reason="As I see it.",
    )  # fmt: skip


class TestRecordsOfFlaggers:
    @pytest.fixture
    def case(self, article, elsewhere, comment, bob, carol, rules) -> Case:
        """On a flag of Bob's: moderators agreed with him once here, and never elsewhere."""
        flagged(bob, article, AGREED, carol, rules)
        for _ in range(6):
            flagged(bob, elsewhere, NOT, carol, rules)
        return Case.objects.get(pk=factories.make_flag(comment, flagger=bob).case_id)

    def test_are_counted_in_the_part(self, case, bob):
        flag = Flag.objects.get(case=case, flagger=bob)
        assert (flag.agreed, flag.disagreed) == (1, 6)
        assert (flag.part_agreed, flag.part_disagreed) == (1, 0)

    def test_weigh_in_the_queue_by_what_is_known_there(self, case):
        assert case.points < case.part_points
        assert case.part_rank < case.rank

    def test_are_shown_as_far_as_they_are_of_the_part(self, as_, case, part, carol):
        page = as_(part).get(case.get_absolute_url())
        assert "2 flags so far: 1 agreed with, 0 not" in page.text
        assert "agreed 1 times and 0 times not" in " ".join(page.text.split())
        assert "times and 6" not in page.text
        whole = as_(carol).get(case.get_absolute_url()).text
        assert "8 flags so far: 1 agreed with, 6 not" in whole
        assert "agreed 1 times and 6 times not" in " ".join(whole.split())

    def test_cannot_be_reckoned(self, as_, api, case, part, carol):
        """Whatever becomes of his flags elsewhere, nothing that they are answered differs."""
        known = self.all_that_is_told(as_, api, case, part)
        Flag.objects.filter(case=case).update(agreed=90, disagreed=0)
        place(case)
        assert self.all_that_is_told(as_, api, case, part) == known
        assert self.all_that_is_told(as_, api, case, carol) != known

    def all_that_is_told(self, as_, api, case, reader) -> list[object]:
        client = as_(reader)
        api.force_authenticate(reader)
        queue, page = (
            client.get(address) for address in ("/moderation/", f"/moderation/cases/{case.pk}/")
        )
        told = [queue.text, page.text, api.get(f"/api/v1/cases/{case.pk}/priority/").json()]
        told += [
            api.get(f"/api/v1/cases/{case.pk}/").json(),
            client.get(f"/moderation/news/?cases={case.pk}").text,
        ]
        other = re.compile(r"\b[A-Za-z0-9]{64}\b|>[^<]*</time>")
        return [other.sub("", one) if isinstance(one, str) else one for one in told]

    def test_of_many_are_counted_at_once(self, case, article, django_assert_num_queries):
        people = [factories.make_user() for _ in range(4)]
        for person in people:
            factories.make_flag(case.post, flagger=person)
        with django_assert_num_queries(2):
            assert len(records([person.pk for person in people])) == 4


class TestWhatIsFound:
    @pytest.fixture
    def held(self, article, alice, settings) -> Post:
        settings.HOLD_FIRST_POSTS = 1
        post = factories.make_comment(article, author=alice, source="The ferry, the ferry.")
        Post.objects.filter(pk=post.pk).update(held_for="removals")
        return post

    def test_of_what_its_author_did_elsewhere_is_not_told(self, as_, held, part, carol):
        case = Case.objects.get(post=held)
        said = "Several posts of its author were removed lately."
        for address in ("/moderation/?tab=held", case.get_absolute_url()):
            assert said not in as_(part).get(address).text
            assert "A check held it." in as_(part).get(address).text
            assert said in as_(carol).get(address).text

    def test_nor_in_the_log_and_in_what_was_decided(self, as_, api, held, part, carol):
        case = Case.objects.get(post=held)
        made = decide(moderator=carol, case=case, action="keep", version=case.version)
        api.force_authenticate(part)
        for address in (
            f"/api/v1/cases/{case.pk}/",
            "/api/v1/cases/",
            f"/api/v1/decisions/{made.pk}/",
        ):
            answer = api.get(address)
            assert answer.status_code == 200
            assert "removals" not in answer.content.decode()
            assert "removed lately" not in answer.content.decode()
        assert "removed lately" not in as_(part).get(f"/decisions/{made.pk}/").text
        assert "removed lately" in as_(carol).get(f"/decisions/{made.pk}/").text

    def test_nor_weighed(self, article, elsewhere, alice, part, carol, settings):
        for _ in range(3):
            gone = factories.make_comment(elsewhere, author=alice)
            Post.objects.filter(pk=gone.pk).update(state="removed")
        settings.HOLD_AFTER_REMOVALS = 3
        held = factories.make_comment(article, author=alice)
        case = Case.objects.get(post=held)
        points = {}
        for person in (carol, part):
            priority = priority_of(person, case, held)
            assert priority
            points[person] = {line.code: line.points for line in priority.lines}["signals"]
        # That she is a newcomer is told to both, and nothing else to one of them.
        assert points[carol] > points[part] == 2
        assert case.points > case.part_points


class TestTheQueue:
    """Of whoever moderates one part or several."""

    @pytest.fixture
    def course(self, dan) -> Course:
        return Course.objects.get(slug="reading")

    @pytest.fixture
    def cases(self, article, elsewhere, course) -> list[Case]:
        """Some in each of five places, mixed up, with ranks that are their own."""
        other = Course.objects.create(slug="other", title="Other")
        third = factories.make_article(title="Third")
        fields = [
            {"root": article.post}, {"root": elsewhere.post}, {"root": third.post},
            {"root": article.post, "course": course}, {"root": article.post, "course": other},
        ]  # fmt: skip
        made = []
        for number in range(200):
            where = fields[number % 5]
            of_course = "course" in where
            kind = Kind.ANNOTATION if of_course else Kind.COMMENT
            post = Post(
                kind=kind, parent=where["root"], author_name="A",
                number=None if of_course else number + 1,
                audience="course" if of_course else "public", **where,
            )  # fmt: skip
            made.append(post)
        Post.objects.bulk_create(made)
        Case.objects.bulk_create(
            Case(
                post=post, article_id=post.root_id, course_id=post.course_id, kind=post.kind,
                rank=number, part_rank=(number * 37) % 200, queue="reported",
            )
            for number, post in enumerate(made)
        )  # fmt: skip
        return list(Case.objects.order_by("part_rank"))

    @pytest.fixture(params=["one", "two", "course", "three"])
    def moderator(self, request, article, elsewhere, course) -> User:
        person = factories.make_user("scoped")
        parts = {
            "one": [{"article": article}],
            "two": [{"article": article}, {"article": elsewhere}],
            "course": [{"course": course}],
            "three": [{"article": article}, {"article": elsewhere}, {"course": course}],
        }
        for scope in parts[request.param]:
            factories.make_role(person, **scope)
        return person

    def theirs(self, moderator, cases) -> list[Case]:
        articles, courses = moderator.moderated_parts
        return [
            case
            for case in cases
            if (case.course_id in courses if case.course_id else case.article_id in articles)
        ]

    def test_each_page_has_what_is_theirs_in_its_order(self, moderator, cases):
        theirs = self.theirs(moderator, cases)
        wanted, read, place = Wanted("reported"), [], None
        while True:
            page = queue_page(moderator, wanted, after=place)
            read += [row.case for row in page.rows]
            place = page.after
            if place is None:
                break
        assert read == theirs
        if page.before:
            back = queue_page(moderator, wanted, before=page.before)
            end = theirs.index(page.rows[0].case)
            assert [row.case for row in back.rows] == theirs[end - PAGE_SIZE : end]
        assert next_case(moderator) == theirs[0]
        (counted,) = {n for tab, _, n, _ in counts(moderator) if tab == "reported"}
        assert counted == min(len(theirs), COUNTED)

    @pytest.mark.parametrize("tab", ["reported", "held", "decided"])
    def test_its_order_comes_from_an_index(self, moderator, cases, tab):
        (page,) = stretches(moderator, Wanted(tab), PAGE_SIZE + 1)
        parts = page.explain() if connection.vendor == "sqlite" else analyzed(page)
        if connection.vendor == "sqlite":
            assert "SCAN" not in re.sub(r"SCAN (part|\(subquery|CONSTANT)", "", parts), parts
            looked_up = re.findall(r"SEARCH moderation_case USING.*INDEX (\w+) \((.*)\)", parts)
            assert looked_up
            for index, columns in looked_up:
                assert index in ("case_in_article", "case_in_course"), parts
                assert "queue=?" in columns, parts
        else:
            assert "Seq Scan on moderation_case" not in parts, parts
            assert re.search("case_in_(article|course)", parts), parts

    def test_what_is_shown_is_not_joined_to_what_is_ordered(self, moderator, cases):
        """PostgreSQL would begin with every case that there is."""
        with CaptureQueriesContext(connection) as asked:
            queue_page(moderator, Wanted("reported"))
        ordered = [one["sql"] for one in asked if '"part_rank" ASC' in one["sql"]]
        assert len(ordered) == 1
        assert "discussion_article" not in ordered[0]


def analyzed(page: QuerySet[Case]) -> str:
    """The plan for many rows: of few PostgreSQL makes light."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    return str(page.explain())
