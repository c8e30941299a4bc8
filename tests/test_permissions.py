"""Role × act × state × ownership × scope, all of it, and every address of the site for every role.

**Roles.** ``ROLES`` says of each how it stands to what *others* wrote, place by place: in the
article and in the course that ``@article`` and ``@course`` moderate, and in others.

**Acts.** Each table below is one act: a column for each state of what the act is on, a row for
those who stand alike. A row names roles (or ``GROUPS`` of them), or standings, or both: then it is
for those roles where they stand so. ``own`` is for what somebody wrote themselves, and a standing
without it for what others wrote. The first row that fits counts. ``yes`` means allowed; a number
is the HTTP status of the refusal. A combination that no row fits fails, and so does a row that fits
none, a state without a column, an act without a table.

**To add an act**, give it a table beside those on the same kind of thing; run this file, and it
shows each cell that is otherwise. An act on another kind of thing (an appeal, a sanction) needs a
new dictionary of tables in ``TABLES``, with the columns that its tables must have, and a test that
makes such things: ``Thing(owner, place, column, object)`` each, as ``test_on_a_case`` does. What is
asked of the database is remembered by predicate, person and thing (``asked_once``), so that
another act costs next to nothing.

**To add an address**, add it to ``ADDRESSES``, and to ``WRITES`` what it takes. If a moderator gets
something else there than a reader does, ``SCOPED`` says what those get who moderate a part of the
site, and whoever leads appeals.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, cycle
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import BooleanField
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from forum import api_urls, permissions, urls
from forum.accounts.models import User
from forum.courses.models import Course, Membership, Role
from forum.discussion.models import Article, Audience, Kind, Post, State
from forum.lib.errors import Conflict, Forbidden, NotFound, SignInFirst
from forum.moderation.actions import decide, file_appeal
from forum.moderation.actions import reverse as reverse_decision
from forum.moderation.models import (
    Appeal,
    Basis,
    Bulk,
    Case,
    CaseState,
    Decision,
    ModerationRole,
    ReasonTemplate,
    RoleAssignment,
    Sanction,
    SecondReview,
)
from forum.moderation.people.appealing import appeal_against
from forum.moderation.people.effects import LEFT_TO_ALL
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.sanctioning import impose
from forum.moderation.reading import cases_for
from forum.moderation.roles.scope import moderators_of, within
from tests import factories

STATUS = {SignInFirst: "401", Forbidden: "403", NotFound: "404", Conflict: "409"}

ROLES = """
                    article    elsewhere  course     other-course
anonymous           reads      reads      outside    outside
reader              reads      reads      outside    outside
student             reads      reads      reads      outside
assistant           reads      reads      reads      outside
staff               reads      reads      reads      outside
editor              reads      reads      outside    outside
moderator@article   moderates  reads      outside    outside
moderator@course    reads      reads      moderates  outside
moderator           moderates  moderates  moderates  moderates
lead                moderates  moderates  moderates  moderates
admin               moderates  moderates  moderates  moderates
"""
STANDINGS = {"own", "moderates", "reads", "outside"}
GROUPS = {
    "publisher": {"staff", "editor", "admin"},
    #: Has an account and does not publish.
    "member": {
        *(
            "reader",
            "student",
            "assistant",
            "moderator@article",
            "moderator@course",
            "moderator",
            "lead",
        ),
    },
    #: Has an account and moderates nothing.
    "layman": {"reader", "student", "assistant", "staff", "editor"},
    "part": {"moderator@article", "moderator@course"},
}
#: Only articles are drafts.
STATES = [state for state in State.values if state != State.DRAFT]

#: On what has an author: in the articles a response, in the courses a note for the course.
ON_A_POST = {
    "post.read": """
                        published held hidden removed withdrawn erased
    own                 yes       yes  yes    yes     yes       404
    moderates           yes       yes  yes    yes     yes       404
    reads               yes       404  404    404     404       404
    outside             404       404  404    404     404       404
    """,
    "comment.post": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    own                 yes       409  409    409     409       404
    moderates           yes       409  409    409     409       404
    reads               yes       404  404    404     404       404
    outside             404       404  404    404     404       404
    """,
    # Where the site lets no guests; where it does, see below.
    "guest.respond": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    member publisher    403       403  403    403     403       403
    """,
    "annotation.post": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    own                 yes       409  409    409     409       404
    moderates           yes       409  409    409     409       404
    reads               yes       404  404    404     404       404
    outside             404       404  404    404     404       404
    """,
    "post.revise": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    own                 yes       yes  409    409     409       404
    moderates           403       403  403    403     403       404
    reads               403       404  404    404     404       404
    outside             404       404  404    404     404       404
    """,
    "post.withdraw": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    own                 yes       yes  409    409     409       404
    moderates           403       403  403    403     403       404
    reads               403       404  404    404     404       404
    outside             404       404  404    404     404       404
    """,
    "post.reinstate": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    own                 409       409  409    409     yes       404
    moderates           403       403  403    403     403       404
    reads               403       404  404    404     404       404
    outside             404       404  404    404     404       404
    """,
    "post.flag": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    own                 403       403  403    403     403       404
    moderates           yes       409  409    409     409       404
    reads               yes       404  404    404     404       404
    outside             404       404  404    404     404       404
    """,
    # With an account or without one, whoever wrote it.
    "post.notice": """
                        published held hidden removed withdrawn erased
    own                 yes       409  409    409     409       404
    moderates           yes       409  409    409     409       404
    reads               yes       404  404    404     404       404
    outside             404       404  404    404     404       404
    """,
    "thread.follow": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    own                 yes       409  409    409     409       404
    moderates           yes       409  409    409     409       404
    reads               yes       404  404    404     404       404
    outside             404       404  404    404     404       404
    """,
    "annotation.place": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    member              403       403  403    403     403       403
    own                 yes       409  409    409     409       404
    moderates           yes       409  409    409     409       404
    reads               yes       404  404    404     404       404
    outside             404       404  404    404     404       404
    """,
    "revision.report": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    member              403       403  403    403     403       403
    own                 yes       yes  yes    yes     yes       404
    moderates           yes       yes  yes    yes     yes       404
    reads               yes       404  404    404     404       404
    outside             404       404  404    404     404       404
    """,
}

#: On a response, so in the articles only. Of notes and replies to them, see below.
ON_A_RESPONSE = {
    "quotation.mark": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    own                 yes       409  409    409     409       404
    moderates           403       403  403    403     403       404
    reads               403       404  404    404     404       404
    """,
    "post.endorse": """
                        published held hidden removed withdrawn erased
    anonymous           401       401  401    401     401       401
    own                 403       403  403    403     403       404
    moderates           yes       409  409    409     409       404
    reads               yes       404  404    404     404       404
    """,
}

#: On an article. What staff, editors and admins read that nobody else does are drafts.
ON_AN_ARTICLE = {
    "article.revise": """
                        draft published held hidden removed withdrawn erased
    anonymous           401   401       401  401    401     401       401
    member              403   403       403  403    403     403       403
    own                 yes   yes       yes  yes    yes     yes       404
    moderates           yes   yes       yes  yes    yes     yes       404
    reads               yes   yes       404  404    404     404       404
    """,
    "article.publish": """
                        draft published held hidden removed withdrawn erased
    anonymous           401   401       401  401    401     401       401
    member              403   403       403  403    403     403       403
    own                 yes   409       409  409    409     409       404
    moderates           yes   409       409  409    409     409       404
    reads               yes   409       404  404    404     404       404
    """,
    "article.follow": """
                        draft published held hidden removed withdrawn erased
    anonymous           401   401       401  401    401     401       401
    own                 409   yes       409  409    409     409       404
    publisher moderates 409   yes       409  409    409     409       404
    publisher           409   yes       404  404    404     404       404
    moderates           404   yes       409  409    409     409       404
    reads               404   yes       404  404    404     404       404
    """,
    "article.export": """
                        draft published held hidden removed withdrawn erased
    anonymous           401   401       401  401    401     401       401
    member              403   403       403  403    403     403       403
    own                 yes   yes       yes  yes    yes     yes       404
    moderates           yes   yes       yes  yes    yes     yes       404
    reads               yes   yes       404  404    404     404       404
    """,
}

#: On the case of a post: of a note for a course as well.
_ON_A_CASE = """
                        open escalated decided closed
    anonymous           401  401       401     401
    layman              403  403       403     403
    own moderates       403  403       403     403
    own                 404  404       404     404
    moderates           yes  yes       yes     yes
    reads outside       404  404       404     404
    """
ON_A_CASE = {
    "case.read": _ON_A_CASE,
    "case.decide": """
                        open escalated decided closed
    anonymous           401  401       401     401
    layman              403  403       403     403
    own moderates       403  403       403     403
    own                 404  404       404     404
    lead admin          yes  yes       yes     yes
    moderates           yes  403       yes     yes
    reads outside       404  404       404     404
    """,
    "case.reopen": _ON_A_CASE,
}

#: On a decision about a post: one's own, of now or of more than ten minutes ago; another's.
ON_A_DECISION = {
    "decision.undo": """
                        mine mine-late anothers
    anonymous           401  401       401
    layman              403  403       403
    own moderates       403  403       403
    own                 404  404       404
    moderates           yes  409       403
    reads outside       404  404       404
    """,
    "decision.revert": """
                        mine mine-late anothers
    anonymous           401  401       401
    layman              403  403       403
    own moderates       403  403       403
    own                 404  404       404
    lead admin          yes  yes       yes
    moderates           403  403       403
    reads outside       404  404       404
    """,
}

#: On a decision about a post, for those whom it concerns: something taken, nothing taken. Whoever
#: flagged it is below.
ON_WHAT_CONCERNS = {
    "decision.read": """
                        removal kept
    anonymous           401     401
    own                 yes     yes
    moderates           yes     yes
    member publisher    404     404
    """,
    "appeal.file": """
                        removal kept
    anonymous           401     401
    own                 yes     403
    moderates           403     403
    member publisher    404     404
    """,
}

#: On what was drawn for a second look: one's own decision, another's.
ON_A_REVIEW = {
    "review.say": """
                        mine anothers
    anonymous           401  401
    layman              403  403
    own moderates       403  403
    own                 404  404
    moderates           403  yes
    reads outside       404  404
    """,
}

#: On an appeal against a decision about a post: one's own, another's; and on one's own appeal.
ON_AN_APPEAL = {
    "appeal.decide": """
                        mine anothers appealed
    anonymous           401  401      401
    layman              403  403      403
    own moderates       403  403      403
    own                 404  404      404
    lead admin          403  yes      403
    moderates           403  403      403
    reads outside       404  404      404
    """,
}

#: On a person: of each rank, oneself, one whose account is closed.
_ON_ANOTHER = """
                        member part moderator lead admin self closed
    anonymous           401    401  401       401  401   401  401
    member publisher    yes    yes  yes       yes  yes   403  404
    """
ON_A_PERSON = {
    "person.follow": _ON_ANOTHER,
    "person.mute": _ON_ANOTHER,
    # Of whoever moderates a part, what is of that.
    "person.record": """
                        member part moderator lead admin self closed
    anonymous           401    401  401       401  401   401  401
    moderator lead admin yes   yes  yes       yes  yes   403  yes
    part                404    404  404       404  404   403  404
    layman              403    403  403       403  403   403  403
    """,
    "person.note": """
                        member part moderator lead admin self closed
    anonymous           401    401  401       401  401   401  401
    moderator lead admin yes   yes  yes       yes  yes   403  yes
    part layman         403    403  403       403  403   403  403
    """,
    "person.sanction": """
                        member part moderator lead admin self closed
    anonymous           401    401  401       401  401   401  401
    admin               yes    yes  yes       yes  403   403  yes
    lead                yes    yes  yes       403  403   403  yes
    moderator           yes    yes  403       403  403   403  yes
    part                404    404  404       404  404   403  404
    layman              403    403  403       403  403   403  403
    """,
    "role.give": """
                        member part moderator lead admin self closed
    anonymous           401    401  401       401  401   401  401
    admin               yes    yes  yes       yes  yes   yes  404
    member publisher    403    403  403       403  403   403  403
    """,
    "moderator.revert": """
                        member part moderator lead admin self closed
    anonymous           401    401  401       401  401   401  401
    admin               yes    yes  yes       yes  403   403  yes
    lead                yes    yes  yes       403  403   403  yes
    member publisher    403    403  403       403  403   403  403
    """,
    # That one admin stays is for the action to say, which has them all locked.
    "admin.take": """
                        member part moderator lead admin self closed
    anonymous           401    401  401       401  401   401  401
    admin               yes    yes  yes       yes  yes   yes  yes
    member publisher    403    403  403       403  403   403  403
    """,
}

#: On a sanction: a ban that one has proposed oneself, one of another moderator's, one that is
#: approved; a silence that an admin gave, one in ``article``; and on one's own.
ON_A_SANCTION = {
    "sanction.acknowledge": """
                        mine anothers approved admins part own
    anonymous           401  401      401      401    401  401
    member publisher    404  404      404      404    404  yes
    """,
    # None of them is their own but the last, of which they know.
    "sanction.appeal": """
                        mine anothers approved admins part own
    anonymous           401  401      401      401    401  401
    member publisher    404  404      404      404    404  yes
    """,
    "sanction.read": """
                        mine anothers approved admins part own
    anonymous           401  401      401      401    401  401
    layman              403  403      403      403    403  403
    moderator@article   404  404      404      404    yes  404
    part                404  404      404      404    404  404
    member admin        yes  yes      yes      yes    yes  403
    """,
    "sanction.lift": """
                        mine anothers approved admins part own
    anonymous           401  401      401      401    401  401
    admin               yes  yes      yes      yes    yes  403
    layman              403  403      403      403    403  403
    moderator@article   404  404      404      404    403  404
    part                404  404      404      404    404  404
    member              yes  yes      yes      403    yes  403
    """,
    "sanction.approve": """
                        mine anothers approved admins part own
    anonymous           401  401      401      401    401  401
    layman part         403  403      403      403    403  403
    member admin        403  yes      409      409    409  403
    """,
}

#: On an appeal against a sanction: that one has given oneself, approved, of another moderator's,
#: of an admin's, in ``article``; and one's own.
ON_AN_ANSWER = {
    "sanction.answer": """
                        mine approved anothers admins part own
    anonymous           401  401      401      401    401  401
    layman              403  403      403      403    403  403
    moderator@article   404  404      404      404    403  404
    part                404  404      404      404    404  404
    admin               403  403      yes      yes    yes  403
    lead                403  403      yes      403    yes  403
    moderator           403  403      403      403    403  403
    """,
}

_FOR_ADMINS = """
                        -
    anonymous           401
    admin               yes
    member publisher    403
    """
_FOR_LEADS = """
                        -
    anonymous           401
    lead admin          yes
    member layman       403
    """
_FOR_MODERATORS = """
                        -
    anonymous           401
    layman              403
    member admin        yes
    """
ON_NOTHING = {
    # There is one admin only.
    "account.erase": """
                        -
    anonymous           401
    admin               403
    member publisher    yes
    """,
    "rule.write": _FOR_ADMINS,
    "statement.export": _FOR_ADMINS,
    "article.create": """
                        -
    anonymous           401
    publisher           yes
    member              403
    """,
    "case.list": _FOR_MODERATORS,
    "refusal.list": _FOR_MODERATORS,
    "words.edit": """
                        -
    anonymous           401
    moderator lead admin yes
    part layman         403
    """,
    "people.list": """
                        -
    anonymous           401
    moderator lead admin yes
    part layman         403
    """,
    "reason.edit": """
                        -
    anonymous           401
    moderator lead admin yes
    part layman         403
    """,
    "role.list": _FOR_ADMINS,
    "oversight.own": _FOR_MODERATORS,
    "review.list": _FOR_MODERATORS,
    "oversight.all": _FOR_LEADS,
    # On a role that somebody has, whoever it is.
    "role.take": _FOR_ADMINS,
}

#: On what was turned back in one go, which was one's own, another's; or what an admin turned back.
ON_A_BULK = {
    "bulk.revert": """
                        mine anothers admins
    anonymous           401  401      401
    admin               403  yes      yes
    lead                403  yes      403
    member layman       403  403      403
    """,
}

#: The tables by what their acts are on, with the columns that each of them has.
TABLES: list[tuple[dict[str, str], list[str]]] = [
    (ON_A_POST, STATES),
    (ON_A_RESPONSE, STATES),
    (ON_AN_ARTICLE, State.values),
    (ON_A_CASE, CaseState.values),
    (ON_A_DECISION, ["mine", "mine-late", "anothers"]),
    (ON_WHAT_CONCERNS, ["removal", "kept"]),
    (ON_A_REVIEW, ["mine", "anothers"]),
    (ON_AN_APPEAL, ["mine", "anothers", "appealed"]),
    (ON_A_PERSON, ["member", "part", "moderator", "lead", "admin", "self", "closed"]),
    (ON_A_SANCTION, ["mine", "anothers", "approved", "admins", "part", "own"]),
    (ON_A_BULK, ["mine", "anothers", "admins"]),
    (ON_AN_ANSWER, ["mine", "approved", "anothers", "admins", "part", "own"]),
    (ON_NOTHING, ["-"]),
]


def lines_of(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


PLACES, *_standings = lines_of(ROLES)
#: Role → place → how it stands to what others wrote there.
STANDS = {role: dict(zip(PLACES, said, strict=True)) for role, *said in _standings}


@dataclass(frozen=True)
class Row:
    """A row of the table of an act."""

    roles: frozenset[str]
    standings: frozenset[str]
    outcomes: dict[str, str]

    @classmethod
    def of(cls, words: list[str], columns: list[str]) -> Row:
        names, outcomes = words[: -len(columns)], words[-len(columns) :]
        roles = {role for name in names for role in GROUPS.get(name, {name}) if role in STANDS}
        standings = STANDINGS.intersection(names)
        unknown = set(names) - STANDINGS - set(GROUPS) - set(STANDS)
        assert names, f"nobody in {words}"
        assert not unknown, f"there is no {unknown}"
        found = dict(zip(columns, outcomes, strict=True))
        return cls(frozenset(roles), frozenset(standings), found)

    def fits(self, role: str, thing: Thing) -> bool:
        if self.roles and role not in self.roles:
            return False
        if not self.standings:
            return True
        where = self.standings - {"own"}
        own = "own" in self.standings
        return own == (role == thing.owner) and (not where or STANDS[role][thing.place] in where)


@dataclass(frozen=True)
class Thing:
    """What acts are on: in what state (a column), where, and whose, if it is one of the roles'."""

    owner: str | None
    place: str
    column: str
    object: Any
    #: The one role that tries it, where that is not for the owner to say.
    tried_by: str = ""


def table_of(act: str) -> list[Row]:
    for tables, columns in TABLES:
        if act in tables:
            header, *rows = lines_of(tables[act])
            assert header == columns, f"{act} leaves out what there is: {columns}"
            return [Row.of(row, columns) for row in rows]
    raise AssertionError(f"{act} has no table")


def outcome(person, act, on=None):
    answer = permissions.refusal(person, act, on)
    return "yes" if answer is None else STATUS[type(answer)]


def check(people: dict[str, Any], acts: Iterable[str], things: list[Thing]) -> None:
    """``wrong_cells`` has none, and ``things`` leave out no row of the tables."""
    for act in acts:
        rows = table_of(act)
        used = {row_for(act, rows, role, thing) for thing in things for role in tried_by(thing)}
        assert used == set(range(len(rows))), f"{act} has a row for nobody"
    assert wrong_cells(people, acts, things) == {}


def wrong_cells(people: dict[str, Any], acts: Iterable[str], things: list[Thing]) -> dict[Any, str]:
    """Where what becomes of an act, for everybody on every one of ``things``, is not as its table
    says."""
    wrong = {}
    for act in acts:
        rows = table_of(act)
        for thing in things:
            for role in tried_by(thing):
                said = rows[row_for(act, rows, role, thing)].outcomes[thing.column]
                found = outcome(people[role], act, thing.object)
                if said != found:
                    whose = "own" if thing.owner else "others'"
                    wrong[act, role, whose, thing.place, thing.column] = f"{found}, not {said}"
    return wrong


def tried_by(thing: Thing) -> Iterable[str]:
    """What somebody wrote is tried by them, and what nobody of the roles wrote by everybody."""
    one = thing.tried_by or thing.owner
    return [one] if one else STANDS


def row_for(act: str, rows: list[Row], role: str, thing: Thing) -> int:
    found = next((n for n, row in enumerate(rows) if row.fits(role, thing)), None)
    assert found is not None, f"{act} leaves out {role} on what is of {thing.owner}, {thing.place}"
    return found


@pytest.fixture
def people(article, bob, sam, dan, erin, carol, frances) -> dict[str, Any]:
    """Somebody of each role. The parts are of ``article`` and of the course that ``dan`` is in."""
    scoped = {name: factories.make_user(name.replace("@", "-")) for name in sorted(GROUPS["part"])}
    factories.make_role(scoped["moderator@article"], article=article)
    course, assistant = Course.objects.get(slug="reading"), factories.make_user("assistant")
    factories.make_role(scoped["moderator@course"], course=course)
    Membership.objects.create(user=assistant, course=course, role="assistant")
    return {
        "anonymous": AnonymousUser(),
        "reader": bob,
        "student": sam,
        "assistant": assistant,
        "staff": dan,
        "editor": erin,
        **scoped,
        "moderator": carol,
        "lead": factories.make_user("lead", leads_appeals=True),
        "admin": frances,
    }


@pytest.fixture
def asked_once(monkeypatch) -> None:
    """What a predicate says of a person and a thing is remembered, for nothing changes here."""
    answers: dict[tuple[Any, ...], Any] = {}

    def once(predicate: Callable[..., Any]) -> Callable[..., Any]:
        def ask(person: Any, on: Any) -> Any:
            key = predicate, person.pk, type(on), getattr(on, "pk", None)
            if key not in answers:
                answers[key] = predicate(person, on)
            return answers[key]

        return ask

    remembered = {act: tuple(map(once, rules)) for act, rules in permissions.RULES.items()}
    monkeypatch.setattr(permissions, "RULES", remembered)


@pytest.fixture
def posts(people, article, asked_once) -> list[Thing]:
    """A post in each place and state that is nobody's of the roles, and one of each of theirs."""
    elsewhere = factories.make_article(title="Elsewhere").post
    other = Course.objects.create(slug="other", title="Other")
    response = {"kind": Kind.COMMENT}
    note = {"kind": Kind.ANNOTATION, "audience": "course", "root": article.post}
    course = Course.objects.get(slug="reading")
    fields: dict[str, dict[str, Any]] = {
        "article": response | {"root": article.post},
        "elsewhere": response | {"root": elsewhere},
        "course": note | {"course": course},
        "other-course": note | {"course": other},
    }
    numbers = count(1)
    things = []
    for place in PLACES:
        for state in STATES:
            for owner in (None, *people):
                if owner == "anonymous":
                    continue
                post = Post(author=people[owner] if owner else None, state=state, **fields[place])
                post.author_name = str(post.author)
                post.parent = post.root
                post.number = next(numbers) if post.kind == Kind.COMMENT else None
                post.withdrawn_at = timezone.now() if state == State.WITHDRAWN else None
                things.append(Thing(owner, place, state, post))
    Post.objects.bulk_create([thing.object for thing in things])
    loaded = Post.objects.in_bulk([thing.object.pk for thing in things])
    return [replace(thing, object=loaded[thing.object.pk]) for thing in things]


def test_every_act_has_its_table():
    acts = [act for tables, _ in TABLES for act in tables]
    assert sorted(acts) == sorted(permissions.RULES)
    for act in acts:
        assert table_of(act)


def test_every_role_is_in_use(people):
    """A role of the code that is in no table would be tried by nobody."""
    assert set(people) == set(STANDS)
    held = {given.role for given in RoleAssignment.objects.all()}
    assert held == set(ModerationRole.values)


#: What says of an account what it may do, and what does not.
RIGHTS = {"is_superuser", "is_moderator", "leads_appeals", "moderates_parts", "is_editor"}
NO_RIGHTS = {
    *("is_active", "is_staff", "is_sanctioned", "email_notices", "show_picture"),
    *("blur_images", "gray_images", "hide_words"),
}


def test_whatever_the_code_tells_apart_is_tried(people):
    """What is new there has to come into a table, or among what decides nothing."""
    flags = {field.name for field in User._meta.fields if isinstance(field, BooleanField)}
    assert flags == RIGHTS | NO_RIGHTS
    for flag in RIGHTS:
        assert any(getattr(person, flag, False) for person in people.values()), flag
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    # A private note is told of below.
    assert set(Audience.values) == {"public", "course", "private"}
    assert set(Kind.values) == {"article", "comment", "annotation"}
    scopes = {field.name for field in RoleAssignment._meta.fields if field.is_relation}
    assert scopes - {"person", "given_by", "taken_by"} == {"article", "course"}


class TestWhatIsListedNowhere:
    """The tables fail for it: an act, a state, a role, a place, whose it is; and a row too many."""

    def test_an_act(self, monkeypatch):
        monkeypatch.setitem(permissions.RULES, "post.eat", permissions.RULES["post.read"])
        with pytest.raises(AssertionError, match="eat"):
            test_every_act_has_its_table()
        with pytest.raises(AssertionError, match="has no table"):
            table_of("post.eat")

    @pytest.mark.parametrize(("tables", "columns"), TABLES, ids=lambda one: str(one)[:20])
    def test_a_state(self, monkeypatch, tables, columns):
        monkeypatch.setattr(
            sys.modules[__name__], "TABLES", [(tables, [*columns, "frozen"]), *TABLES]
        )
        for act in tables:
            with pytest.raises(AssertionError, match="leaves out what there is"):
                table_of(act)

    @pytest.mark.parametrize("act", [act for tables, _ in TABLES for act in tables])
    def test_a_role_that_stands_like_none(self, monkeypatch, act):
        monkeypatch.setitem(STANDS, "auditor", dict.fromkeys(PLACES, "audits"))
        for column in table_of(act)[0].outcomes:
            for owner in (None, "auditor"):
                if owner is None or not any("own" in row.standings for row in table_of(act)):
                    with pytest.raises(AssertionError, match="leaves out auditor"):
                        row_for(act, table_of(act), "auditor", Thing(owner, "article", column, 1))

    def test_a_role_that_nobody_has(self, people, monkeypatch):
        monkeypatch.setitem(STANDS, "auditor", dict.fromkeys(PLACES, "reads"))
        with pytest.raises(AssertionError):
            test_every_role_is_in_use(people)

    def test_a_place(self):
        with pytest.raises(KeyError):
            row_for("post.read", table_of("post.read"), "reader", Thing(None, "moon", "held", 1))

    def test_a_row_that_fits_nobody(self, people, monkeypatch):
        monkeypatch.setitem(ON_NOTHING, "role.list", _FOR_ADMINS + "    reader              yes\n")
        with pytest.raises(AssertionError, match="a row for nobody"):
            check(people, ["role.list"], [Thing(None, "article", "-", None)])

    def test_a_cell_that_is_otherwise(self, people, monkeypatch):
        monkeypatch.setitem(ON_NOTHING, "role.list", _FOR_LEADS)
        with pytest.raises(AssertionError, match="lead"):
            check(people, ["role.list"], [Thing(None, "article", "-", None)])


def test_on_a_post(people, posts):
    check(people, ON_A_POST, posts)


def test_on_a_response(people, posts):
    check(people, ON_A_RESPONSE, [thing for thing in posts if thing.object.is_response])


def test_on_an_article(people, asked_once):
    things = []
    for state in State.values:
        for owner in (None, *(role for role in people if role != "anonymous")):
            for place in ("article", "elsewhere"):
                post = Post(kind=Kind.ARTICLE, author=people[owner] if owner else None, state=state)
                post.author_name = str(post.author)
                things.append(Thing(owner, place, state, post))
    Post.objects.bulk_create([thing.object for thing in things])
    articles = [
        Article(post=thing.object, slug=f"a-{thing.object.pk}", title="A") for thing in things
    ]
    Article.objects.bulk_create(articles)
    person = people["moderator@article"]
    RoleAssignment.objects.bulk_create(
        RoleAssignment(person=person, role="moderator", article=article, person_name="A")
        for article, thing in zip(articles, things, strict=True)
        if thing.place == "article"
    )
    check(people, ON_AN_ARTICLE, things)


def test_on_a_case(people, posts):
    """Whatever has become of what it is about."""
    numbers = count(1)
    check(
        people,
        ON_A_CASE,
        [
            replace(
                thing, column=state, object=Case(pk=next(numbers), post=thing.object, state=state)
            )
            for thing in posts
            for state in CaseState.values
        ],
    )


def decisions_on(people, posts: list[Thing]) -> Iterator[tuple[Thing, str, Decision]]:
    """What each role would meet that decides, of a decision on each post: the post, the role, the
    decision; a column is for the caller to choose."""
    numbers = count(1)
    for thing in posts:
        if thing.column == State.PUBLISHED:
            for role in tried_by(thing):
                case = Case(pk=next(numbers), post=thing.object, state="decided")
                yield thing, role, Decision(pk=case.pk, case=case)


def somebody(person: Any) -> Any:
    return person if person.is_authenticated else None


def test_on_a_decision(people, posts):
    now, another = timezone.now(), factories.make_user(is_moderator=True)
    things = []
    for column, ago in {"mine": 0, "mine-late": 10, "anothers": 0}.items():
        for thing, role, decision in decisions_on(people, posts):
            decision.pk = decision.pk * 20 + len(column)
            decision.created_at = now - timedelta(minutes=ago)
            decision.moderator = another if column == "anothers" else somebody(people[role])
            things.append(replace(thing, column=column, object=decision, tried_by=role))
    check(people, ON_A_DECISION, things)


def test_on_what_concerns_people(people, posts):
    things = []
    for column, action in {"removal": "remove", "kept": "keep"}.items():
        for thing, role, decision in decisions_on(people, posts):
            decision.action, decision.created_at = action, timezone.now()
            decision.pk = decision.pk * 10 + len(column)
            things.append(replace(thing, column=column, object=decision, tried_by=role))
    check(people, ON_WHAT_CONCERNS, things)


def test_whoever_flagged_it_reads_a_decision_and_objects_to_what_stays(article, alice, bob, carol):
    case = factories.make_flag(factories.make_comment(article, author=alice), flagger=bob).case
    kept = decide(moderator=carol, case=case, action="keep", version=case.version)
    assert permissions.can(bob, "decision.read", kept)
    assert permissions.can(bob, "appeal.file", kept)
    reverse_decision(decision=kept, moderator=carol, basis=Basis.UNDO)
    assert permissions.can(bob, "decision.read", kept)
    assert outcome(bob, "appeal.file", kept) == "409"


def test_on_a_review(people, posts):
    another = factories.make_user(is_moderator=True)
    things = []
    for column in ("mine", "anothers"):
        for thing, role, decision in decisions_on(people, posts):
            decision.moderator = another if column == "anothers" else somebody(people[role])
            review = SecondReview(pk=f"{column}{decision.pk}", decision=decision)
            things.append(replace(thing, column=column, object=review, tried_by=role))
    check(people, ON_A_REVIEW, things)


def test_on_an_appeal(people, posts):
    """One that those who moderate besides could decide as well."""
    another = factories.make_user(is_moderator=True)
    things = []
    for column in ("mine", "anothers", "appealed"):
        for thing, role, decision in decisions_on(people, posts):
            who = somebody(people[role])
            decision.moderator = who if column == "mine" else another
            appeal = Appeal(pk=f"{column}{decision.pk}", decision=decision)
            appeal.appellant = who if column == "appealed" else None
            things.append(replace(thing, column=column, object=appeal, tried_by=role))
    check(people, ON_AN_APPEAL, things)


def decided(article, author, moderator) -> Decision:
    case = factories.make_flag(factories.make_comment(article, author=author)).case
    return decide(moderator=moderator, case=case, action="keep", version=case.version)


def test_a_moderator_decides_the_appeal_where_only_who_decided_leads_appeals(
    article, alice, carol, frances
):
    appeal = Appeal(decision=decided(article, alice, frances), appellant=alice)
    assert permissions.can(carol, "appeal.decide", appeal)
    factories.make_user(leads_appeals=True)
    assert not permissions.can(carol, "appeal.decide", appeal)


def test_whoever_decided_decides_the_appeal_where_nobody_else_can(article, alice, carol):
    appeal = Appeal(decision=decided(article, alice, carol), appellant=alice)
    early = permissions.refusal(carol, "appeal.decide", appeal)
    assert early is not None
    assert early.code == "too-early"
    appeal.filed_at -= timedelta(hours=24)
    assert permissions.can(carol, "appeal.decide", appeal)
    factories.make_role(factories.make_user(), article=factories.make_article(title="Other"))
    assert permissions.can(carol, "appeal.decide", appeal)
    factories.make_role(factories.make_user(), article=article)
    assert not permissions.can(carol, "appeal.decide", appeal)


def test_on_a_person(people, asked_once):
    others = {
        "member": factories.make_user(),
        "part": factories.make_user(),
        "moderator": factories.make_user(is_moderator=True),
        "lead": factories.make_user(leads_appeals=True),
        "admin": factories.make_user(is_superuser=True),
        "closed": factories.make_user(is_active=False),
    }
    factories.make_role(others["part"], article=Article.objects.get())
    things = [Thing(None, "article", column, person) for column, person in others.items()]
    themselves = [
        Thing(role, "article", "self", person)
        for role, person in people.items()
        if role != "anonymous"
    ]
    check(people, ON_A_PERSON, [*things, *themselves])


def test_who_moderates_a_part_meets_those_who_wrote_or_flagged_there(people, article, author):
    elsewhere = factories.make_article(title="Elsewhere")
    flagged = factories.make_comment(article)
    flagger, equal = factories.make_user(), factories.make_user()
    factories.make_role(equal, article=elsewhere)
    part = people["moderator@article"]
    for person, place in ((author, elsewhere), (author, article), (equal, article)):
        factories.make_comment(place, author=person)
        said = {"404"} if place is elsewhere else {"yes"} if person is author else {"403"}
        assert {outcome(part, "person.sanction", person)} == said
        assert outcome(people["moderator@course"], "person.sanction", person) == "404"
    assert outcome(part, "person.sanction", flagger) == "404"
    factories.make_flag(flagged, flagger=flagger)
    assert outcome(part, "person.sanction", flagger) == "yes"


def test_on_a_sanction(people, article):
    member, another = factories.make_user(), factories.make_user(is_moderator=True)
    boss = factories.make_user(is_superuser=True)
    things = []
    for role, person in people.items():
        who = somebody(person)
        made = {
            "mine": Sanction(kind="ban", person=member, moderator=who),
            "anothers": Sanction(kind="ban", person=member, moderator=another),
            "approved": Sanction(
                kind="ban", person=member, moderator=another, approved_at=timezone.now()
            ),
            "admins": Sanction(kind="silence", person=member, moderator=boss),
            "part": Sanction(
                kind="silence", person=member, moderator=another, scope="article", article=article
            ),
            "own": Sanction(kind="warn", person=who, moderator=another),
        }
        things += [Thing(None, "article", *row, tried_by=role) for row in made.items()]
    check(people, ON_A_SANCTION, things)


def test_on_a_bulk(people, article, alice):
    another, boss = factories.make_user(is_moderator=True), factories.make_user(is_superuser=True)
    case = factories.make_flag(factories.make_comment(article, author=alice)).case
    said = {"case": case, "revision": case.post.current, "action": "keep", "moderator_name": "A"}
    said |= {"state_before": "published", "state_after": "published"}
    things = []
    for role, person in people.items():
        for column, by in {"mine": another, "anothers": another, "admins": boss}.items():
            made_by = somebody(person) if column == "mine" else another
            decision = Decision.objects.create(moderator=made_by, **said)
            bulk = Bulk.objects.create(moderator=by, moderator_name="A")
            back = said | {"action": "reverse", "overrides": decision, "bulk": bulk}
            Decision.objects.create(moderator=by, **back)
            things.append(Thing(None, "article", column, bulk, tried_by=role))
    check(people, ON_A_BULK, things)


#: Of those who moderate, while they are suspended or banned: as readers, who may not act at all.
SUSPENDED = ["moderator@article", "moderator@course", "moderator", "lead", "admin"]


def suspend(person, kind: str, rule) -> None:
    """Suspend or ban somebody, as it would be done by somebody who stands above them."""
    now = timezone.now()
    Sanction.objects.create(
        person=person,
        person_name=person.public_name,
        number=1,
        kind=kind,
        moderator_name="The site",
        rule=rule,
        reason="In bad faith.",
        expires_at=now + timedelta(days=7) if kind == "suspend" else None,
        approved_at=now if kind == "ban" else None,
        approved_by_name="Another" if kind == "ban" else "",
    )
    User.objects.filter(pk=person.pk).update(is_sanctioned=True)
    person.refresh_from_db()


@pytest.mark.parametrize("kind", ["suspend", "ban"])
class TestSuspended:
    @pytest.fixture
    def stopped(self, people, rules, kind) -> dict[str, Any]:
        """Those who moderate, suspended or banned."""
        for role in SUSPENDED:
            suspend(people[role], kind, rules["civility"])
        # As the next request finds them.
        return {role: User.objects.get(pk=people[role].pk) for role in SUSPENDED}

    def test_they_read_what_readers_read(self, stopped, people, article, author):
        comment = factories.make_comment(article, author=author)
        case = factories.make_flag(comment).case
        decision = Decision(pk=1, case=case, action="remove", created_at=timezone.now())
        reader = people["reader"]
        for state, post in in_states(comment, STATES):
            readable = set(Post.objects.visible_to(reader))
            assert (post in readable) is (state == "published")
            for role, person in stopped.items():
                assert set(Post.objects.visible_to(person)) == readable, (role, state)
                found = outcome(person, "post.read", post), outcome(reader, "post.read", post)
                assert found[0] == found[1], (role, state)
        for role, person in stopped.items():
            assert not list(cases_for(person)), role
            assert not Case.objects.filter(within(person)).exists(), role
            assert outcome(person, "decision.read", decision) == "404", role
            assert person not in moderators_of(comment), role

    def test_they_may_do_nothing_that_others_may_not(self, stopped, article, author, bob):
        comment = factories.make_comment(article, author=author)
        case = factories.make_flag(comment).case
        another = factories.make_user(is_moderator=True)
        decision = Decision(pk=1, case=case, moderator=another, created_at=timezone.now())
        things: dict[int, Any] = {
            id(ON_A_POST): comment,
            id(ON_A_RESPONSE): comment,
            id(ON_AN_ARTICLE): article.post,
            id(ON_A_CASE): case,
            id(ON_A_DECISION): decision,
            id(ON_WHAT_CONCERNS): decision,
            id(ON_A_REVIEW): SecondReview(pk=1, decision=decision),
            id(ON_AN_APPEAL): Appeal(pk=1, decision=decision),
            id(ON_A_PERSON): bob,
            id(ON_A_SANCTION): Sanction(kind="silence", person=bob, moderator=another),
            id(ON_AN_ANSWER): Appeal(
                sanction=Sanction(kind="silence", person=bob, moderator=another), party="person"
            ),
            id(ON_A_BULK): Bulk.objects.create(moderator=another, moderator_name="A"),
            id(ON_NOTHING): None,
        }
        for tables, _ in TABLES:
            for act in tables:
                for role, person in stopped.items():
                    if act not in LEFT_TO_ALL:
                        found = outcome(person, act, things[id(tables)])
                        assert found != "yes", (act, role)

    def test_they_are_told_why(self, stopped):
        for role, person in stopped.items():
            why = permissions.refusal(person, "case.list")
            assert why is not None
            assert why.code == ("suspended" if "suspended" in why.message else "banned"), role

    def test_all_of_it_is_theirs_again_when_it_is_over(self, stopped, article, author):
        case = factories.make_flag(factories.make_comment(article, author=author)).case
        Sanction.objects.all().update(
            lifted_at=timezone.now(), lifted_by_name="A", lifted_reason="Over."
        )
        for role, person in stopped.items():
            again = User.objects.get(pk=person.pk)
            covered = role != "moderator@course"
            assert permissions.can(again, "case.read", case) is covered, role
            assert (again in moderators_of(case.post)) is covered, role


def test_addresses_for_the_suspended(people, rules, clients, address_of):
    """Some are suspended and some banned, which is the same to ``TestSuspended``, act by act."""
    roles = [role for role in SUSPENDED if role in clients]
    for role, kind in zip(roles, cycle(["suspend", "ban"]), strict=False):
        suspend(people[role], kind, rules["civility"])
    for call in SCOPED:
        method, name = call.split() if " " in call else ("GET", call)
        sent: dict[str, Any] = {"content_type": "application/x-www-form-urlencoded"}
        if name.startswith("api-"):
            sent = {"data": b"{}", "content_type": "application/json"}
        tried = {role: clients[role] for role in ("reader", *roles)}
        reader, *theirs = answers(tried, method, address_of(name), **sent).split()
        assert set(theirs) <= {reader, "403"}, call


def test_on_an_appeal_against_a_sanction(people, article):
    """There are an admin and somebody who leads appeals, so that moderators leave it to them."""
    member, another = factories.make_user(), factories.make_user(is_moderator=True)
    boss = factories.make_user(is_superuser=True)
    things = []
    for role, person in people.items():
        who = somebody(person)
        then = timezone.now()
        made = {
            "mine": Sanction(kind="silence", person=member, moderator=who),
            "approved": Sanction(
                kind="ban", person=member, moderator=another, approved_by=who, approved_at=then
            ),
            "anothers": Sanction(kind="silence", person=member, moderator=another),
            "admins": Sanction(kind="silence", person=member, moderator=boss),
            "part": Sanction(
                kind="silence", person=member, moderator=another, scope="article", article=article
            ),
            "own": Sanction(kind="warn", person=who, moderator=boss),
        }
        for column, sanction in made.items():
            appeal = Appeal(sanction=sanction, appellant=sanction.person, party="person")
            things.append(Thing(None, "article", column, appeal, tried_by=role))
    check(people, ON_AN_ANSWER, things)


def test_on_nothing(people):
    check(people, ON_NOTHING, [Thing(None, "article", "-", None)])


@pytest.fixture
def author(alice):
    return alice


def in_states(post: Post, states: list[str]) -> Iterator[tuple[str, Post]]:
    """``post`` in one state after the other, each until the next is asked for."""
    for state in states:
        Post.objects.filter(pk=post.pk).update(state=state)
        yield state, Post.objects.get(pk=post.pk)


def test_guests_respond_where_the_site_lets_them(people, article, author, settings):
    settings.GUEST_RESPONSES = "always"
    comment = factories.make_comment(article, author=author)
    for state, post in in_states(comment, STATES):
        found = {role: outcome(person, "guest.respond", post) for role, person in people.items()}
        assert found.pop("anonymous") == ("yes" if state == "published" else "404")
        assert set(found.values()) == {"403"}
    note = factories.make_annotation(article, author=author, audience="private")
    assert outcome(people["anonymous"], "guest.respond", note) == "404"
    article.closed_at = timezone.now()
    article.save(update_fields=["closed_at"])
    assert outcome(people["anonymous"], "guest.respond", article.post) == "403"


def test_a_private_note_is_there_for_its_author_alone(people, article, author):
    note = factories.make_annotation(article, author=author, audience="private")
    acts = ("post.read", "post.flag", "post.revise", "post.withdraw", "comment.post")
    for act in acts:
        found = {outcome(people[role], act, note) for role in set(people) - {"anonymous"}}
        assert found == {"404"}, act
    assert [outcome(author, act, note) for act in acts] == ["yes", "403", "yes", "yes", "403"]
    for role in GROUPS["publisher"]:
        assert outcome(people[role], "annotation.place", note) == "404", role


def test_a_reply_is_as_a_response_but_is_not_endorsed_and_does_not_quote(people, article, author):
    note = factories.make_annotation(article)
    things = []
    for owner in (None, *(role for role in people if role != "anonymous")):
        writer = people[owner] if owner else author
        reply = factories.make_comment(article, author=writer, parent=note)
        things.append(Thing(owner, "article", "published", reply))
    for state in STATES:
        replies = Post.objects.filter(note=note)
        replies.update(state=state, withdrawn_at=timezone.now() if state == "withdrawn" else None)
        rows = replies.in_bulk()
        now = [replace(thing, column=state, object=rows[thing.object.pk]) for thing in things]
        # Elsewhere and in courses there are none here, and so not all rows are used.
        wrong = wrong_cells(people, ON_A_POST, now)
        assert wrong == {}
        for act in ON_A_RESPONSE:
            found = {outcome(person, act, now[0].object) for person in people.values()}
            assert found <= {"401", "403", "404"}, act


def test_nobody_answers_a_reply_whose_note_is_gone(people, article, author):
    note = factories.make_annotation(article)
    reply = factories.make_comment(article, author=author, parent=note)
    Post.objects.filter(pk=note.pk).update(state="removed")
    reply = Post.objects.get(pk=reply.pk)
    for role, person in people.items():
        expected = "409" if STANDS[role]["article"] == "moderates" else "404"
        expected = "401" if role == "anonymous" else expected
        assert outcome(person, "comment.post", reply) == expected, role


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "withdrawn", "erased"])
def test_nobody_replies_where_the_marked_response_is_gone(people, article, author, bob, state):
    marked = factories.make_comment(article, author=author, source="Some words here.")
    note = factories.make_annotation(marked, author=bob, quote="words")
    reply = factories.make_comment(article, author=bob, parent=note)
    Post.objects.filter(pk=marked.pk).update(state=state)
    nobody_posts_under([*people.values(), author], note, reply)


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "withdrawn", "erased"])
def test_nobody_replies_where_the_response_that_is_the_note_is_gone(
    people, article, author, bob, state
):
    words = factories.make_comment(article, author=author)
    note = factories.make_annotation(article, author=author)
    Post.objects.filter(pk=note.pk).update(note_from=words)
    reply = factories.make_comment(article, author=bob, parent=note)
    Post.objects.filter(pk=words.pk).update(state=state)
    nobody_posts_under([*people.values(), author], note, reply)


def nobody_posts_under(people, note, reply):
    for parent in (note, reply):
        parent = Post.objects.get(pk=parent.pk)
        answers = {person: outcome(person, "comment.post", parent) for person in people}
        assert set(answers.values()) <= {"401", "404", "409"}, answers


def test_nobody_responds_to_a_closed_article(people, article):
    article.closed_at = timezone.now()
    article.save(update_fields=["closed_at"])
    assert outcome(people["reader"], "comment.post", article.post) == "403"
    assert outcome(people["reader"], "annotation.post", article.post) == "yes"


#: Whom the addresses are tried by. They lead to what ``author`` wrote, who is a reader.
READERS = ["anonymous", "reader", "author", "student", "staff", "editor", "moderator", "admin"]
#: Every address, GET, for each of ``READERS``.
ADDRESSES = {
    "home": "200 200 200 200 200 200 200 200",
    "article": "200 200 200 200 200 200 200 200",
    "article-news": "200 200 200 200 200 200 200 200",
    "article-part": "200 200 200 200 200 200 200 200",
    "article-follow": "302 200 200 200 200 200 200 200",
    "article-people": "401 200 200 200 200 200 200 200",
    "article-personal": "200 200 200 200 200 200 200 200",
    "respond": "302 200 200 200 200 200 200 200",
    "annotate": "405 405 405 405 405 405 405 405",
    "post": "302 302 302 302 302 302 302 302",
    "post-edit": "302 403 200 403 403 403 403 403",
    "post-history": "200 200 200 200 200 200 200 200",
    "post-revision": "200 200 200 200 200 200 200 200",
    "revision-report": "302 403 403 403 200 200 403 200",
    "annotation-place": "302 403 403 403 200 200 403 200",
    "article-orphans": "302 403 403 403 200 200 403 200",
    "post-withdraw": "302 403 200 403 403 403 403 403",
    "post-reinstate": "302 403 409 403 403 403 403 403",
    "post-flag": "302 200 403 200 200 200 200 200",
    "post-notice": "200 200 200 200 200 200 200 200",
    "notice-new": "200 200 200 200 200 200 200 200",
    "notice": "404 404 404 404 404 404 404 404",
    "notice-stop": "404 404 404 404 404 404 404 404",
    "post-endorse": "302 200 403 200 200 200 200 200",
    "post-follow": "302 200 200 200 200 200 200 200",
    "person-follow": "302 404 404 404 404 404 200 200",
    "person-mute": "302 404 404 404 404 404 200 200",
    "post-quotes": "302 403 200 403 403 403 403 403",
    "post-author": "302 302 302 302 302 302 302 302",
    "person": "404 404 404 404 404 404 200 200",
    "picture": "200 200 200 200 200 200 200 200",
    "codebook": "200 200 200 200 200 200 200 200",
    "search": "200 200 200 200 200 200 200 200",
    "rules": "200 200 200 200 200 200 200 200",
    "rule": "200 200 200 200 200 200 200 200",
    "rule-version": "200 200 200 200 200 200 200 200",
    "transparency": "200 200 200 200 200 200 200 200",
    "transparency-year": "200 200 200 200 200 200 200 200",
    "transparency-csv": "200 200 200 200 200 200 200 200",
    "transparency-zip": "200 200 200 200 200 200 200 200",
    "moderation-log": "200 200 200 200 200 200 200 200",
    "moderation-log-csv": "200 200 200 200 200 200 200 200",
    "moderation-log-feed": "200 200 200 200 200 200 200 200",
    "statements": "302 403 403 403 403 403 403 200",
    "statements-download": "302 403 403 403 403 403 403 200",
    "rule-new": "302 403 403 403 403 403 403 200",
    "rule-edit": "302 403 403 403 403 403 403 200",
    "rule-retire": "405 405 405 405 405 405 405 405",
    "moderation": "302 403 403 403 403 403 200 200",
    "case": "302 403 403 403 403 403 200 200",
    "case-decide": "405 405 405 405 405 405 405 405",
    "case-reopen": "405 405 405 405 405 405 405 405",
    "appeal": "302 403 403 403 403 403 200 200",
    "reason-delete": "405 405 405 405 405 405 405 405",
    "reason": "302 403 403 403 403 403 200 200",
    "reasons": "302 403 403 403 403 403 200 200",
    "decision": "302 404 200 404 404 404 200 200",
    "decision-appeal": "405 405 405 405 405 405 405 405",
    "guest-decision": "404 404 404 404 404 404 404 404",
    "case-claim": "405 405 405 405 405 405 405 405",
    "moderation-news": "302 403 403 403 403 403 200 200",
    "moderation-next": "405 405 405 405 405 405 405 405",
    "moderation-undo": "405 405 405 405 405 405 405 405",
    "moderation-bulk": "405 405 405 405 405 405 405 405",
    "api-case-priority": "401 403 403 403 403 403 200 200",
    "api-queue": "401 403 403 403 403 403 200 200",
    "api-case-claim": "405 405 405 405 405 405 405 405",
    "api-decision-undo": "405 405 405 405 405 405 405 405",
    "staff-articles": "302 403 403 403 200 200 403 200",
    "article-new": "302 403 403 403 200 200 403 200",
    "article-edit": "302 403 403 403 200 200 403 200",
    "article-discussion": "302 403 403 403 200 200 403 200",
    "article-publish": "405 405 405 405 405 405 405 405",
    "export": "302 403 403 403 200 200 403 200",
    "export-download": "302 403 403 403 200 200 403 200",
    "language": "200 200 200 200 200 200 200 200",
    "guest-sent": "200 200 200 200 200 200 200 200",
    "guest-claim": "405 405 405 405 405 405 405 405",
    "guest-response": "404 404 404 404 404 404 404 404",
    "guest-stop": "404 404 404 404 404 404 404 404",
    "you": "302 200 200 200 200 200 200 200",
    "sessions": "302 200 200 200 200 200 200 200",
    "moderated-people": "302 403 403 403 403 403 200 200",
    "person-record": "302 403 403 403 403 403 200 200",
    "person-notes": "405 405 405 405 405 405 405 405",
    "person-sanction": "302 403 403 403 403 403 200 200",
    "sanction": "302 403 403 403 403 403 200 200",
    "sanction-lift": "405 405 405 405 405 405 405 405",
    "sanction-approval": "405 405 405 405 405 405 405 405",
    "standing": "302 200 200 200 200 200 200 200",
    "sanction-statement": "302 404 200 404 404 404 404 404",
    "sanction-appeal": "405 405 405 405 405 405 405 405",
    "sanction-appeal-decide": "302 403 403 403 403 403 200 200",
    "standing-acknowledge": "405 405 405 405 405 405 405 405",
    "you-data": "302 200 200 200 200 200 200 200",
    "you-erase": "302 200 200 200 200 200 200 200",
    "notifications": "302 200 200 200 200 200 200 200",
    "notifications-settings": "302 200 200 200 200 200 200 200",
    "followed": "302 200 200 200 200 200 200 200",
    "notifications-stop": "404 404 404 404 404 404 404 404",
    "notifications-read": "405 405 405 405 405 405 405 405",
    "api-articles": "200 200 200 200 200 200 200 200",
    "api-article": "200 200 200 200 200 200 200 200",
    "api-comments": "200 200 200 200 200 200 200 200",
    "api-comment": "200 200 200 200 200 200 200 200",
    "api-endorsement": "405 405 405 405 405 405 405 405",
    "api-revision": "200 200 200 200 200 200 200 200",
    "api-annotations": "200 200 200 200 200 200 200 200",
    "api-carry-report": "405 405 405 405 405 405 405 405",
    "api-annotation": "200 200 200 200 200 200 200 200",
    "api-sanctions": "401 403 403 403 403 403 200 200",
    "api-sanction": "401 403 403 403 403 403 200 200",
    "api-sanction-appeal": "401 403 403 403 403 403 200 200",
    "api-standing-appeals": "405 405 405 405 405 405 405 405",
    "api-sanction-lift": "405 405 405 405 405 405 405 405",
    "api-sanction-approval": "405 405 405 405 405 405 405 405",
    "api-person-record": "401 403 403 403 403 403 200 200",
    "api-person-sanctions": "401 403 403 403 403 403 200 200",
    "api-person-notes": "401 403 403 403 403 403 200 200",
    "api-standing": "401 200 200 200 200 200 200 200",
    "api-acknowledgement": "405 405 405 405 405 405 405 405",
    "api-own-data": "401 200 200 200 200 200 200 200",
    "api-replies": "200 200 200 200 200 200 200 200",
    "api-codebooks": "200 200 200 200 200 200 200 200",
    "api-flags": "405 405 405 405 405 405 405 405",
    "api-search": "200 200 200 200 200 200 200 200",
    "api-following": "401 200 200 200 200 200 200 200",
    "api-post-subscription": "405 405 405 405 405 405 405 405",
    "api-person-subscription": "405 405 405 405 405 405 405 405",
    "api-person-mute": "405 405 405 405 405 405 405 405",
    "oversight": "302 403 403 403 403 403 200 200",
    "oversight-csv": "302 403 403 403 403 403 200 200",
    "moderator-revert": "302 403 403 403 403 403 403 200",
    "revert-undo": "405 405 405 405 405 405 405 405",
    # Where nothing waits, or the next one does.
    "reviews": "302 403 403 403 403 403 302 302",
    "review": "302 403 403 403 403 403 200 200",
    "desk-settings": "302 403 403 403 403 403 200 200",
    "roles": "302 403 403 403 403 403 403 200",
    "role-take": "405 405 405 405 405 405 405 405",
    "admin-take": "405 405 405 405 405 405 405 405",
    "api-roles": "401 403 403 403 403 403 403 200",
    "api-role": "405 405 405 405 405 405 405 405",
    "api-rules": "200 200 200 200 200 200 200 200",
    "refusals": "302 403 403 403 403 403 200 200",
    "words": "302 403 403 403 403 403 200 200",
    "word-list-new": "302 403 403 403 403 403 200 200",
    "word-list": "302 403 403 403 403 403 200 200",
    "word-list-export": "302 403 403 403 403 403 200 200",
    "api-moderation-log": "200 200 200 200 200 200 200 200",
    "api-refusals": "401 403 403 403 403 403 200 200",
    "api-statements": "401 403 403 403 403 403 403 200",
    "api-rule": "200 200 200 200 200 200 200 200",
    "api-rule-version": "200 200 200 200 200 200 200 200",
    "api-cases": "401 403 403 403 403 403 200 200",
    "api-case": "401 403 403 403 403 403 200 200",
    "api-decisions": "405 405 405 405 405 405 405 405",
    "api-case-reopen": "405 405 405 405 405 405 405 405",
    "api-decision": "401 404 200 404 404 404 200 200",
    "api-appeals": "405 405 405 405 405 405 405 405",
    "api-appeal": "401 403 403 403 403 403 200 200",
    "api-export-annotations": "401 403 403 403 200 200 403 200",
    "api-schema": "200 200 200 200 200 200 200 200",
    "api-docs": "200 200 200 200 200 200 200 200",
    "api-404": "404 404 404 404 404 404 404 404",
    "feed": "200 200 200 200 200 200 200 200",
    "article-feed": "200 200 200 200 200 200 200 200",
    "notes-feed": "200 200 200 200 200 200 200 200",
    "oembed": "404 404 404 404 404 404 404 404",
    "robots": "200 200 200 200 200 200 200 200",
    "sitemap": "200 200 200 200 200 200 200 200",
    "django.contrib.sitemaps.views.sitemap": "200 200 200 200 200 200 200 200",
    "media": "404 404 404 404 404 404 404 404",
    "styleguide": "404 404 404 404 404 404 404 404",
    "healthz": "200 200 200 200 200 200 200 200",
    "readyz": "200 200 200 200 200 200 200 200",
}


#: Every address that takes something, with nothing sent: 400 and the like mean "let in".
#: Method and address, for each of ``READERS``.
WRITES = {
    "POST desk-settings": "302 403 403 403 403 403 302 302",
    "POST moderator-revert": "302 403 403 403 403 403 403 302",
    "POST revert-undo": "302 403 403 403 403 403 403 404",
    "POST review": "302 403 403 403 403 403 400 400",
    "POST roles": "302 403 403 403 403 403 403 400",
    "POST role-take": "302 403 403 403 403 403 403 302",
    # Of somebody who is none.
    "POST admin-take": "302 403 403 403 403 403 403 302",
    "POST api-roles": "401 403 403 403 403 403 403 400",
    "DELETE api-role": "401 403 403 403 403 403 403 204",
    "POST word-list-new": "302 403 403 403 403 403 400 400",
    "POST word-list": "302 403 403 403 403 403 400 400",
    "POST respond": "302 400 400 400 400 400 400 400",
    "POST article-follow": "302 302 302 302 302 302 302 302",
    "POST annotate": "401 400 400 400 400 400 400 400",
    "POST post-edit": "302 403 400 403 403 403 403 403",
    "POST post-withdraw": "302 403 302 403 403 403 403 403",
    "POST post-reinstate": "302 403 302 403 403 403 403 403",
    "POST post-flag": "302 400 403 400 400 400 400 400",
    "POST post-notice": "400 400 400 400 400 400 400 400",
    "POST post-endorse": "302 302 403 302 302 302 302 302",
    "POST post-follow": "302 302 302 302 302 302 302 302",
    "POST person-follow": "302 404 404 404 404 404 302 302",
    "POST person-mute": "302 404 404 404 404 404 302 302",
    "POST post-quotes": "302 403 409 403 403 403 403 403",
    "POST annotation-place": "302 403 403 403 400 400 403 400",
    "POST case-decide": "302 403 403 403 403 403 400 400",
    "POST case-reopen": "302 403 403 403 403 403 400 400",
    "POST case-claim": "302 403 403 403 403 403 302 302",
    "POST moderation-next": "302 403 403 403 403 403 302 302",
    "POST moderation-undo": "302 403 403 403 403 403 409 409",
    "POST moderation-bulk": "302 403 403 403 403 403 302 302",
    "POST rule-new": "302 403 403 403 403 403 403 400",
    "POST rule-edit": "302 403 403 403 403 403 403 400",
    "POST rule-retire": "302 403 403 403 403 403 403 302",
    "POST decision-appeal": "302 404 400 404 404 404 400 400",
    "POST appeal": "302 403 403 403 403 403 403 400",
    "POST reasons": "302 403 403 403 403 403 400 400",
    "POST reason": "302 403 403 403 403 403 400 400",
    "POST reason-delete": "302 403 403 403 403 403 302 302",
    "POST article-new": "302 403 403 403 400 400 403 400",
    "POST article-edit": "302 403 403 403 400 400 403 400",
    "POST article-discussion": "302 403 403 403 400 400 403 400",
    "POST article-publish": "302 403 403 403 302 302 403 302",
    "POST language": "400 400 400 400 400 400 400 400",
    "POST guest-claim": "302 302 302 302 302 302 302 302",
    "POST you": "302 302 302 302 302 302 302 302",
    "POST sessions": "302 400 400 400 400 400 400 400",
    "POST person-notes": "302 403 403 403 403 403 400 400",
    "POST person-sanction": "302 403 403 403 403 403 400 400",
    "POST sanction-lift": "302 403 403 403 403 403 400 400",
    "POST sanction-approval": "302 403 403 403 403 403 409 409",
    "POST sanction-appeal": "302 404 400 404 404 404 404 404",
    "POST sanction-appeal-decide": "302 403 403 403 403 403 403 400",
    "PATCH api-sanction-appeal": "401 403 403 403 403 403 403 400",
    "POST api-standing-appeals": "401 404 400 404 404 404 404 404",
    "POST standing-acknowledge": "302 404 302 404 404 404 404 404",
    "POST you-data": "302 200 200 200 200 200 200 200",
    "POST you-erase": "302 400 400 400 400 400 400 400",
    "POST notifications-settings": "302 400 400 400 400 400 400 400",
    "POST notifications-read": "302 400 400 400 400 400 400 400",
    "POST api-articles": "401 403 403 403 400 400 403 400",
    "PATCH api-article": "401 403 403 403 200 200 403 200",
    "POST api-comments": "401 400 400 400 400 400 400 400",
    "PATCH api-comment": "401 403 400 403 403 403 403 403",
    "DELETE api-comment": "401 403 204 403 403 403 403 403",
    "PUT api-endorsement": "401 204 403 204 204 204 204 204",
    "DELETE api-endorsement": "401 204 403 204 204 204 204 204",
    "POST api-annotations": "401 400 400 400 400 400 400 400",
    "POST api-carry-report": "401 403 403 403 200 200 403 200",
    "PATCH api-annotation": "401 403 400 403 403 403 403 403",
    "DELETE api-annotation": "401 403 204 403 403 403 403 403",
    "POST api-flags": "401 400 403 400 400 400 400 400",
    "PUT api-post-subscription": "401 204 204 204 204 204 204 204",
    "DELETE api-post-subscription": "401 204 204 204 204 204 204 204",
    "PUT api-person-subscription": "401 404 404 404 404 404 204 204",
    "DELETE api-person-subscription": "401 404 404 404 404 404 204 204",
    "PUT api-person-mute": "401 404 404 404 404 404 204 204",
    "DELETE api-person-mute": "401 404 404 404 404 404 204 204",
    "POST api-sanction-lift": "401 403 403 403 403 403 400 400",
    "POST api-sanction-approval": "401 403 403 403 403 403 409 409",
    "POST api-person-sanctions": "401 403 403 403 403 403 400 400",
    "POST api-person-notes": "401 403 403 403 403 403 400 400",
    "PUT api-acknowledgement": "401 404 200 404 404 404 404 404",
    "POST api-decisions": "401 403 403 403 403 403 400 400",
    "POST api-case-reopen": "401 403 403 403 403 403 400 400",
    "PUT api-case-claim": "401 403 403 403 403 403 200 200",
    "DELETE api-case-claim": "401 403 403 403 403 403 204 204",
    # It is the moderator's own.
    "POST api-decision-undo": "401 403 403 403 403 403 201 403",
    "POST api-appeals": "401 404 400 404 404 404 403 403",
    "PATCH api-appeal": "401 403 403 403 403 403 403 400",
}


#: Where a moderator gets something else than a reader: what whoever moderates the article in
#: question gets, whoever moderates something else, and whoever leads appeals. Everywhere else all
#: of them get what a reader gets.
SCOPED = {
    "desk-settings": "200 200 200",
    "POST desk-settings": "302 302 302",
    "oversight": "200 200 200",
    "oversight-csv": "200 200 200",
    "moderator-revert": "403 403 200",
    "reviews": "302 200 302",
    "review": "200 404 200",
    "POST moderator-revert": "403 403 302",
    "POST revert-undo": "403 403 404",
    "POST review": "400 404 400",
    "refusals": "200 200 200",
    "api-refusals": "200 200 200",
    "words": "403 403 200",
    "moderated-people": "403 403 200",
    # Who has written and flagged nothing there is nobody for them.
    "person-record": "404 404 200",
    "person-sanction": "404 404 200",
    "sanction": "404 404 200",
    "sanction-appeal-decide": "404 404 200",
    "api-sanction-appeal": "404 404 200",
    "POST sanction-appeal-decide": "404 404 400",
    "PATCH api-sanction-appeal": "404 404 400",
    "api-sanctions": "403 403 200",
    "api-sanction": "404 404 200",
    "api-person-record": "404 404 200",
    "api-person-sanctions": "404 404 200",
    "api-person-notes": "403 403 200",
    "POST person-notes": "403 403 400",
    "POST person-sanction": "404 404 400",
    "POST sanction-lift": "404 404 400",
    "POST sanction-approval": "404 404 409",
    "POST api-sanction-lift": "404 404 400",
    "POST api-sanction-approval": "404 404 409",
    "POST api-person-sanctions": "404 404 400",
    "POST api-person-notes": "403 403 400",
    "word-list-new": "403 403 200",
    "word-list": "403 403 200",
    "word-list-export": "403 403 200",
    "POST word-list-new": "403 403 400",
    "POST word-list": "403 403 400",
    "person-follow": "404 404 200",
    "person-mute": "404 404 200",
    "person": "404 404 200",
    "moderation": "200 200 200",
    "moderation-news": "200 200 200",
    "POST moderation-next": "302 302 302",
    "POST moderation-undo": "409 409 409",
    "POST moderation-bulk": "302 302 302",
    "POST case-claim": "302 404 302",
    "api-case-priority": "200 404 200",
    "api-queue": "200 200 200",
    "PUT api-case-claim": "200 404 200",
    "DELETE api-case-claim": "204 404 204",
    "POST api-decision-undo": "403 404 403",
    "case": "200 404 200",
    "api-cases": "200 200 200",
    "api-case": "200 404 200",
    "appeal": "200 404 200",
    "reasons": "403 403 200",
    "reason": "403 403 200",
    "POST reasons": "403 403 400",
    "POST reason": "403 403 400",
    "POST reason-delete": "403 403 302",
    "api-appeal": "200 404 200",
    "decision": "200 404 200",
    "api-decision": "200 404 200",
    "POST decision-appeal": "400 404 400",
    "POST appeal": "403 404 400",
    "PATCH api-appeal": "403 404 400",
    "POST api-appeals": "403 404 403",
    "POST person-follow": "404 404 302",
    "POST person-mute": "404 404 302",
    "POST case-decide": "400 404 400",
    "POST case-reopen": "400 404 400",
    "PUT api-person-subscription": "404 404 204",
    "DELETE api-person-subscription": "404 404 204",
    "PUT api-person-mute": "404 404 204",
    "DELETE api-person-mute": "404 404 204",
    "POST api-decisions": "400 404 400",
    "POST api-case-reopen": "400 404 400",
}
#: What moderators may do as little as readers, and those who lead appeals may.
FOR_LEADS = {
    *("POST appeal", "PATCH api-appeal"),
    *("POST sanction-appeal-decide", "PATCH api-sanction-appeal"),
    *("moderator-revert", "POST moderator-revert", "POST revert-undo"),
}
SCOPES = ["moderator@article", "moderator@course", "lead"]


def expected_of(call: str, row: str) -> str:
    """What everybody gets: ``READERS`` as ``row`` says, and then ``SCOPES``."""
    answers = dict(zip(READERS, row.split(), strict=True))
    same = answers["reader"] == answers["moderator"] and call not in FOR_LEADS
    assert same != (call in SCOPED), f"SCOPED {'needs no' if same else 'leaves out'} {call}"
    return f"{row} {SCOPED.get(call) or ' '.join([answers['reader']] * len(SCOPES))}"


def named_patterns() -> list[URLPattern]:
    """Our own addresses; allauth's and the admin's are theirs to test."""
    own = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
    return [*own, *api_urls.urlpatterns]


def test_every_address_has_its_row():
    assert {pattern.name for pattern in named_patterns()} == set(ADDRESSES)
    assert set(ADDRESSES) | set(WRITES) >= set(SCOPED)


def test_every_address_that_takes_something_has_its_row(client, address_of):
    """Whatever answers POST, PATCH, PUT or DELETE with anything but "not allowed" is listed."""
    taking = set()
    for pattern in named_patterns():
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = client.generic(method, address_of(pattern.name))
            if answer.status_code not in (404, 405):
                taking.add(f"{method} {pattern.name}")
    assert taking - READ_WITH_ANY_METHOD == set(WRITES)


#: They answer whatever the method, and change nothing.
READ_WITH_ANY_METHOD = {
    f"{method} {name}"
    for method in ("POST", "PUT", "PATCH", "DELETE")
    for name in ("healthz", "readyz")
}


@pytest.fixture
def address_of(people, author, article, rules):
    """The address of each view, on things that ``author`` wrote."""
    comment = factories.make_comment(article, author=author)
    note = factories.make_annotation(article, author=author)
    case = factories.make_flag(comment).case
    factories.make_user("ophelia")
    warning = impose(
        moderator=factories.make_user(is_moderator=True),
        person=author,
        kind="warn",
        seen=0,
        grounds=Grounds(reason="Names.", rule=rules["civility"]),
    )
    Sanction.objects.filter(pk=warning.pk).update(acknowledged_at=timezone.now())
    ids = dict.fromkeys(("api-annotation", "annotation-place", "api-replies"), note.pk)
    ids["api-revision"] = comment.current.pk
    ids |= dict.fromkeys(("standing-acknowledge", "api-acknowledgement"), warning.pk)
    removals = []
    for _each in range(2):
        removed = factories.make_flag(factories.make_comment(article, author=author)).case
        made = decide(
            moderator=people["moderator"],
            case=removed,
            action="remove",
            version=removed.version,
            rule=rules["civility"],
            reason="An insult.",
        )
        removals.append(made)
    appeal = file_appeal(decision=removals[1], appellant=author, text="It is none.")
    ids |= dict.fromkeys(
        ("decision", "decision-appeal", "api-decision", "api-appeals", "api-decision-undo"),
        removals[0].pk,
    )
    ids |= dict.fromkeys(("appeal", "api-appeal"), appeal.pk)
    ids["role-take"] = ids["api-role"] = people["lead"].roles.get().pk
    ids["admin-take"] = author.pk
    made = decided(article, author, factories.make_user("former", is_moderator=True))
    ids["review"] = SecondReview.objects.create(decision=made).pk
    ids["revert-undo"] = Bulk.objects.create(moderator_name="Former").pk
    template = ReasonTemplate.objects.create(title="Off the text", text="{quote} is elsewhere.")
    ids |= dict.fromkeys(("reason", "reason-delete"), template.pk)
    appeal_against(sanction=warning, appellant=author, text="I did not.")
    ids |= dict.fromkeys(("sanction-statement", "sanction-appeal"), warning.pk)
    ids |= dict.fromkeys(("sanction-appeal-decide", "api-standing-appeals"), warning.pk)
    ids["api-sanction-appeal"] = warning.pk
    of_it = ("sanction", "sanction-lift", "sanction-approval")
    ids |= dict.fromkeys([*of_it, *(f"api-{name}" for name in of_it)], warning.pk)
    ids["word-list"] = ids["word-list-export"] = factories.make_word_list().pk

    def find(name: str) -> str:
        on_a_case = name.startswith(("case", "api-case", "api-decisions")) and name != "api-cases"
        slugs = {"codebook": "critical-reading"}
        slugs |= dict.fromkeys((n for n in ADDRESSES if "rule" in n), "lawful")
        values = {
            "slug": slugs.get(name, article.slug),
            "pk": case.pk if on_a_case else ids.get(name, comment.pk),
            "name": "figures/none.png",
            "username": "ophelia",
            "number": timezone.now().year if name.startswith("transparency") else 1,
            "rest": "nowhere",
            "section": "articles",
            "token": "none",
            "colour": 1,
            "letters": "AL",
        }
        pattern = next(p for p in named_patterns() if p.name == name)
        address = reverse(name, kwargs={key: values[key] for key in pattern.pattern.converters})
        if name in ("export-download", "api-export-annotations"):
            address += f"?article={article.slug}&format=csv"
        return address

    return find


@pytest.fixture
def clients(people, author):
    """A client for each of ``READERS`` and ``SCOPES``, signed in."""
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    made = {role: Client() for role in (*READERS, *SCOPES)}
    for role in set(made) - {"anonymous"}:
        made[role].force_login((people | {"author": author})[role], backend=backend)
    return made


def answers(clients, method: str, address: str, **sent) -> str:
    """The statuses that everybody gets, as a row of the tables; nothing of it stays."""
    found = []
    for client in clients.values():
        with transaction.atomic():
            found.append(str(client.generic(method, address, **sent).status_code))
            transaction.set_rollback(True)
    return " ".join(found)


def test_addresses(clients, address_of):
    found = {name: answers(clients, "GET", address_of(name)) for name in ADDRESSES}
    assert found == {name: expected_of(name, row) for name, row in ADDRESSES.items()}


def test_writes(clients, address_of):
    found = {}
    for call in WRITES:
        method, name = call.split()
        sent: dict[str, Any] = {"content_type": "application/x-www-form-urlencoded"}
        if name.startswith("api-"):
            sent = {"data": b"{}", "content_type": "application/json"}
        found[call] = answers(clients, method, address_of(name), **sent)
    assert found == {call: expected_of(call, row) for call, row in WRITES.items()}
