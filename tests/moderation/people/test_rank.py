"""Who may sanction whom: the whole table of ranks."""

from __future__ import annotations

import itertools

import pytest

from forum import permissions
from forum.courses.models import Course
from forum.lib.errors import Forbidden, NotFound
from forum.moderation.people.grounds import Place
from forum.moderation.roles.ranks import outranks
from tests import factories

#: The columns: whom. ``yes`` means allowed.
TABLE = """
            reader staff editor part moderator lead admin
reader      no     no    no     no   no        no   no
staff       no     no    no     no   no        no   no
editor      no     no    no     no   no        no   no
part        yes    yes   yes    no   no        no   no
moderator   yes    yes   yes    yes  no        no   no
lead        yes    yes   yes    yes  yes       no   no
admin       yes    yes   yes    yes  yes       yes  no
"""


@pytest.fixture
def cast(article):
    """Two of each."""

    def make_part():
        person = factories.make_user()
        factories.make_role(person, article=article)
        return person

    def two(make):
        return [make(), make()]

    people = {
        "reader": two(factories.make_user),
        "staff": two(factories.make_course_staff),
        "editor": two(lambda: factories.make_user(is_editor=True)),
        "part": two(make_part),
        "moderator": two(lambda: factories.make_user(is_moderator=True)),
        "lead": two(lambda: factories.make_user(leads_appeals=True)),
        "admin": two(lambda: factories.make_user(is_superuser=True)),
    }
    # Who moderates a part knows those who are there.
    for _, other in people.values():
        factories.make_comment(article, author=other)
    return people


def test_the_whole_table(cast):
    header, *rows = (line.split() for line in TABLE.strip().splitlines())
    assert header == list(cast)
    assert [row[0] for row in rows] == list(cast)
    expected = {
        (role, whom): said
        for role, *answers in rows
        for whom, said in zip(header, answers, strict=True)
    }
    found = {
        (role, whom): "yes"
        if permissions.can(cast[role][0], "person.sanction", cast[whom][1])
        else "no"
        for role, whom in itertools.product(cast, cast)
    }
    assert found == expected


def test_nobody_judges_themselves(cast):
    for role, (person, _) in cast.items():
        assert not outranks(person, person), role
        assert not permissions.can(person, "person.sanction", person), role
        assert not permissions.can(person, "person.record", person), role


class TestPartsOfTheSite:
    """Those who moderate a part of it sanction there, and nowhere else."""

    @pytest.fixture
    def patty(self, article):
        person = factories.make_user("patty")
        factories.make_role(person, article=article)
        return person

    def test_within_their_part(self, patty, article, sanction):
        """But what a moderator of the whole site gave there is not theirs to lift."""
        person = factories.make_user()
        factories.make_comment(article, author=person)
        given = sanction(person, "silence", by=patty, place=Place(article=article))
        assert permissions.can(patty, "sanction.lift", given)
        above = sanction(person, "premoderate", place=Place(article=article))
        assert isinstance(permissions.refusal(patty, "sanction.lift", above), Forbidden)

    @pytest.mark.parametrize("where", ["site", "another", "course"])
    def test_not_beyond_it(self, patty, article, sanction, where):
        places = {
            "site": Place(),
            "another": Place(article=factories.make_article(title="Another")),
            "course": Place(course=Course.objects.create(slug="theirs", title="Theirs")),
        }
        person = factories.make_user()
        factories.make_comment(article, author=person)
        with pytest.raises(Forbidden) as refusal:
            sanction(person, "silence", by=patty, place=places[where])
        assert refusal.value.code == "out-of-scope"
        given = sanction(person, "silence", place=places[where])
        answer = permissions.refusal(patty, "sanction.lift", given)
        assert isinstance(answer, NotFound)
