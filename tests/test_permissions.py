"""Role × act × state, all of it, and every address of the site for every role.

Each table below is one act: a row for each role, a column for each state of the post that the
act is on. ``yes`` means allowed; a number is the HTTP status of the refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse

from forum import permissions, urls
from forum.discussion.models import Post, State
from forum.lib.errors import Conflict, Forbidden, NotFound, SignInFirst
from forum.moderation.models import Case
from tests import factories

STATUS = {SignInFirst: "401", Forbidden: "403", NotFound: "404", Conflict: "409"}
ROLES = ["anonymous", "reader", "author", "student", "staff", "editor", "moderator", "admin"]
STATES = [state for state in State.values if state != State.DRAFT]
ARTICLE_STATES = ["draft", "published", "removed", "erased"]

#: On a comment that ``author`` wrote.
ON_A_COMMENT = {
    "post.read": """
                published held hidden removed withdrawn erased
    anonymous   yes       404  404    404     404       404
    reader      yes       404  404    404     404       404
    author      yes       yes  yes    yes     yes       404
    student     yes       404  404    404     404       404
    staff       yes       404  404    404     404       404
    editor      yes       404  404    404     404       404
    moderator   yes       yes  yes    yes     yes       404
    admin       yes       yes  yes    yes     yes       404
    """,
    "comment.post": """
                published held hidden removed withdrawn erased
    anonymous   401       401  401    401     401       401
    reader      yes       404  404    404     404       404
    author      yes       409  409    409     409       404
    student     yes       404  404    404     404       404
    staff       yes       404  404    404     404       404
    editor      yes       404  404    404     404       404
    moderator   yes       409  409    409     409       404
    admin       yes       409  409    409     409       404
    """,
    "annotation.post": """
                published held hidden removed withdrawn erased
    anonymous   401       401  401    401     401       401
    reader      yes       404  404    404     404       404
    author      yes       409  409    409     409       404
    student     yes       404  404    404     404       404
    staff       yes       404  404    404     404       404
    editor      yes       404  404    404     404       404
    moderator   yes       409  409    409     409       404
    admin       yes       409  409    409     409       404
    """,
    "post.revise": """
                published held hidden removed withdrawn erased
    anonymous   401       401  401    401     401       401
    reader      403       404  404    404     404       404
    author      yes       409  409    409     409       404
    student     403       404  404    404     404       404
    staff       403       404  404    404     404       404
    editor      403       404  404    404     404       404
    moderator   403       403  403    403     403       404
    admin       403       403  403    403     403       404
    """,
    "post.withdraw": """
                published held hidden removed withdrawn erased
    anonymous   401       401  401    401     401       401
    reader      403       404  404    404     404       404
    author      yes       409  409    409     409       404
    student     403       404  404    404     404       404
    staff       403       404  404    404     404       404
    editor      403       404  404    404     404       404
    moderator   403       403  403    403     403       404
    admin       403       403  403    403     403       404
    """,
    "post.reinstate": """
                published held hidden removed withdrawn erased
    anonymous   401       401  401    401     401       401
    reader      403       404  404    404     404       404
    author      409       409  409    409     yes       404
    student     403       404  404    404     404       404
    staff       403       404  404    404     404       404
    editor      403       404  404    404     404       404
    moderator   403       403  403    403     403       404
    admin       403       403  403    403     403       404
    """,
    "quotation.mark": """
                published held hidden removed withdrawn erased
    anonymous   401       401  401    401     401       401
    reader      403       404  404    404     404       404
    author      yes       409  409    409     409       404
    student     403       404  404    404     404       404
    staff       403       404  404    404     404       404
    editor      403       404  404    404     404       404
    moderator   403       403  403    403     403       404
    admin       403       403  403    403     403       404
    """,
    "post.endorse": """
                published held hidden removed withdrawn erased
    anonymous   401       401  401    401     401       401
    reader      yes       404  404    404     404       404
    author      403       403  403    403     403       404
    student     yes       404  404    404     404       404
    staff       yes       404  404    404     404       404
    editor      yes       404  404    404     404       404
    moderator   yes       409  409    409     409       404
    admin       yes       409  409    409     409       404
    """,
    "post.flag": """
                published held hidden removed withdrawn erased
    anonymous   401       401  401    401     401       401
    reader      yes       404  404    404     404       404
    author      403       403  403    403     403       404
    student     yes       404  404    404     404       404
    staff       yes       404  404    404     404       404
    editor      yes       404  404    404     404       404
    moderator   yes       409  409    409     409       404
    admin       yes       409  409    409     409       404
    """,
    "annotation.place": """
                published held hidden removed withdrawn erased
    anonymous   401       401  401    401     401       401
    reader      403       403  403    403     403       403
    author      403       403  403    403     403       403
    student     403       403  403    403     403       403
    staff       yes       404  404    404     404       404
    editor      yes       404  404    404     404       404
    moderator   403       403  403    403     403       403
    admin       yes       409  409    409     409       404
    """,
    "revision.report": """
                published held hidden removed withdrawn erased
    anonymous   401       401  401    401     401       401
    reader      403       403  403    403     403       403
    author      403       403  403    403     403       403
    student     403       403  403    403     403       403
    staff       yes       404  404    404     404       404
    editor      yes       404  404    404     404       404
    moderator   403       403  403    403     403       403
    admin       yes       yes  yes    yes     yes       404
    """,
}

#: On an article that ``staff`` wrote.
ON_AN_ARTICLE = {
    "article.revise": """
                draft published removed erased
    anonymous   401   401       401     401
    reader      403   403       403     403
    author      403   403       403     403
    student     403   403       403     403
    staff       yes   yes       yes     404
    editor      yes   yes       404     404
    moderator   403   403       403     403
    admin       yes   yes       yes     404
    """,
    "article.publish": """
                draft published removed erased
    anonymous   401   401       401     401
    reader      403   403       403     403
    author      403   403       403     403
    student     403   403       403     403
    staff       yes   409       409     404
    editor      yes   409       404     404
    moderator   403   403       403     403
    admin       yes   409       409     404
    """,
    "article.follow": """
                draft published removed erased
    anonymous   401   401       401     401
    reader      404   yes       404     404
    author      404   yes       404     404
    student     404   yes       404     404
    staff       409   yes       409     404
    editor      409   yes       404     404
    moderator   404   yes       409     404
    admin       409   yes       409     404
    """,
    "article.export": """
                draft published removed erased
    anonymous   401   401       401     401
    reader      403   403       403     403
    author      403   403       403     403
    student     403   403       403     403
    staff       yes   yes       yes     404
    editor      yes   yes       404     404
    moderator   403   403       403     403
    admin       yes   yes       yes     404
    """,
}

#: On the case of a comment that ``author`` wrote, or that the moderator wrote.
ON_A_CASE = {
    "case.read": """
                others own
    anonymous   401    401
    reader      403    403
    author      403    403
    student     403    403
    staff       403    403
    editor      403    403
    moderator   yes    403
    admin       yes    yes
    """,
    "case.decide": """
                others own
    anonymous   401    401
    reader      403    403
    author      403    403
    student     403    403
    staff       403    403
    editor      403    403
    moderator   yes    403
    admin       yes    yes
    """,
    "case.reopen": """
                others own
    anonymous   401    401
    reader      403    403
    author      403    403
    student     403    403
    staff       403    403
    editor      403    403
    moderator   yes    403
    admin       yes    yes
    """,
}

ON_NOTHING = {
    "article.create": """
                -
    anonymous   401
    reader      403
    author      403
    student     403
    staff       yes
    editor      yes
    moderator   403
    admin       yes
    """,
    "case.list": """
                -
    anonymous   401
    reader      403
    author      403
    student     403
    staff       403
    editor      403
    moderator   yes
    admin       yes
    """,
}

TABLES = ON_A_COMMENT | ON_AN_ARTICLE | ON_A_CASE | ON_NOTHING


def table_of(act: str) -> dict[str, dict[str, str]]:
    """What the table of ``act`` says: state → role → outcome."""
    header, *rows = (row.split() for row in TABLES[act].strip().splitlines())
    assert [role for role, *_ in rows] == ROLES, f"{act} leaves a role out"
    columns = zip(*(said for _, *said in rows), strict=True)
    return {
        state: dict(zip(ROLES, column, strict=True))
        for state, column in zip(header, columns, strict=True)
    }


@pytest.fixture
def people(alice, bob, sam, dan, erin, carol, frances):
    return {
        "anonymous": AnonymousUser(),
        "reader": bob,
        "author": alice,
        "student": sam,
        "staff": dan,
        "editor": erin,
        "moderator": carol,
        "admin": frances,
    }


def outcome(person, act, on=None):
    answer = permissions.refusal(person, act, on)
    return "yes" if answer is None else STATUS[type(answer)]


def outcomes(people, act, things: Iterable[tuple[str, object]]) -> dict[str, dict[str, str]]:
    """What becomes of ``act`` for every role on each of ``things``, in the shape of its table."""
    return {
        state: {role: outcome(people[role], act, thing) for role in ROLES}
        for state, thing in things
    }


def in_states(post: Post, states: list[str]) -> Iterator[tuple[str, Post]]:
    """``post`` in one state after the other, each until the next is asked for."""
    for state in states:
        Post.objects.filter(pk=post.pk).update(state=state)
        yield state, Post.objects.get(pk=post.pk)


def test_every_act_has_its_table():
    assert set(TABLES) == set(permissions.RULES)


@pytest.mark.parametrize("act", ON_A_COMMENT)
def test_on_a_comment(people, article, act):
    comment = factories.make_comment(article, author=people["author"])
    assert outcomes(people, act, in_states(comment, STATES)) == table_of(act)


@pytest.mark.parametrize("act", ON_AN_ARTICLE)
def test_on_an_article(people, article, act):
    assert outcomes(people, act, in_states(article.post, ARTICLE_STATES)) == table_of(act)


@pytest.mark.parametrize("act", ON_A_CASE)
def test_on_a_case(people, article, act):
    cases = {}
    for whose, author in {"others": "author", "own": "moderator"}.items():
        comment = factories.make_comment(article, author=people[author])
        cases[whose] = Case.objects.get(pk=factories.make_flag(comment).case.pk)
    assert outcomes(people, act, cases.items()) == table_of(act)


@pytest.mark.parametrize("act", ON_NOTHING)
def test_on_nothing(people, act):
    assert outcomes(people, act, [("-", None)]) == table_of(act)


def test_nobody_else_places_a_private_note(people, article):
    note = factories.make_annotation(article, author=people["author"], audience="private")
    for role in ("staff", "editor", "admin"):
        assert outcome(people[role], "annotation.place", note) == "404", role


@pytest.mark.parametrize("act", ["post.read", "post.flag", "post.revise", "post.withdraw"])
def test_a_private_note_is_there_for_its_author_alone(people, article, act):
    note = factories.make_annotation(article, author=people["author"], audience="private")
    for role in set(ROLES) - {"author", "anonymous"}:
        assert outcome(people[role], act, note) == "404", role
    assert outcome(people["author"], act, note) == ("403" if act == "post.flag" else "yes")


@pytest.mark.parametrize("act", ON_A_COMMENT)
def test_a_reply_is_as_a_response_but_is_not_endorsed_and_does_not_quote(people, article, act):
    note = factories.make_annotation(article)
    reply = factories.make_comment(article, author=people["author"], parent=note)
    expected = table_of(act)
    if act == "quotation.mark":
        for state in set(STATES) - {"erased"}:
            expected[state]["author"] = "403"
    if act == "post.endorse":
        for state in STATES:
            expected[state] = {
                role: "403" if answer in ("yes", "409") else answer
                for role, answer in expected[state].items()
            }
    assert outcomes(people, act, in_states(reply, STATES)) == expected


def test_nobody_answers_a_reply_whose_note_is_gone(people, article):
    note = factories.make_annotation(article)
    reply = factories.make_comment(article, author=people["author"], parent=note)
    Post.objects.filter(pk=note.pk).update(state="removed")
    reply = Post.objects.get(pk=reply.pk)
    expected = dict(zip(ROLES, "401 404 404 404 404 404 409 409".split(), strict=True))
    assert {role: outcome(people[role], "comment.post", reply) for role in ROLES} == expected


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "withdrawn", "erased"])
def test_nobody_replies_where_the_marked_response_is_gone(people, article, state):
    marked = factories.make_comment(article, author=people["author"], source="Some words here.")
    note = factories.make_annotation(marked, author=people["reader"], quote="words")
    reply = factories.make_comment(article, author=people["reader"], parent=note)
    Post.objects.filter(pk=marked.pk).update(state=state)
    nobody_posts_under(people, note, reply)


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "withdrawn", "erased"])
def test_nobody_replies_where_the_response_that_is_the_note_is_gone(people, article, state):
    words = factories.make_comment(article, author=people["author"])
    note = factories.make_annotation(article, author=people["author"])
    Post.objects.filter(pk=note.pk).update(note_from=words)
    reply = factories.make_comment(article, author=people["reader"], parent=note)
    Post.objects.filter(pk=words.pk).update(state=state)
    nobody_posts_under(people, note, reply)


def nobody_posts_under(people, note, reply):
    for parent in (note, reply):
        parent = Post.objects.get(pk=parent.pk)
        answers = {role: outcome(people[role], "comment.post", parent) for role in ROLES}
        assert set(answers.values()) <= {"401", "404", "409"}, answers


def test_nobody_replies_to_a_private_note(people, article):
    note = factories.make_annotation(article, author=people["author"], audience="private")
    for role in set(ROLES) - {"author", "anonymous"}:
        assert outcome(people[role], "comment.post", note) == "404", role
    assert outcome(people["author"], "comment.post", note) == "403"


def test_nobody_responds_to_a_closed_article(people, article):
    from django.utils import timezone

    article.closed_at = timezone.now()
    article.save(update_fields=["closed_at"])
    assert outcome(people["reader"], "comment.post", article.post) == "403"
    assert outcome(people["reader"], "annotation.post", article.post) == "yes"


#: Every address, GET, for: anonymous reader author student staff editor moderator admin.
ADDRESSES = {
    "home": "200 200 200 200 200 200 200 200",
    "article": "200 200 200 200 200 200 200 200",
    "article-news": "200 200 200 200 200 200 200 200",
    "article-follow": "302 200 200 200 200 200 200 200",
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
    "post-endorse": "302 200 403 200 200 200 200 200",
    "post-quotes": "302 403 200 403 403 403 403 403",
    "codebook": "200 200 200 200 200 200 200 200",
    "rules": "200 200 200 200 200 200 200 200",
    "moderation": "302 403 403 403 403 403 200 200",
    "case": "302 403 403 403 403 403 200 200",
    "case-decide": "405 405 405 405 405 405 405 405",
    "case-reopen": "405 405 405 405 405 405 405 405",
    "staff-articles": "302 403 403 403 200 200 403 200",
    "article-new": "302 403 403 403 200 200 403 200",
    "article-edit": "302 403 403 403 200 200 403 200",
    "article-publish": "405 405 405 405 405 405 405 405",
    "export": "302 403 403 403 200 200 403 200",
    "export-download": "302 403 403 403 200 200 403 200",
    "you": "302 200 200 200 200 200 200 200",
    "notifications": "302 200 200 200 200 200 200 200",
    "notifications-settings": "302 200 200 200 200 200 200 200",
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
    "api-replies": "200 200 200 200 200 200 200 200",
    "api-codebooks": "200 200 200 200 200 200 200 200",
    "api-flags": "405 405 405 405 405 405 405 405",
    "api-rules": "200 200 200 200 200 200 200 200",
    "api-cases": "401 403 403 403 403 403 200 200",
    "api-case": "401 403 403 403 403 403 200 200",
    "api-decisions": "405 405 405 405 405 405 405 405",
    "api-case-reopen": "405 405 405 405 405 405 405 405",
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
#: Method and role, as above.
WRITES = {
    "POST respond": "302 400 400 400 400 400 400 400",
    "POST article-follow": "302 302 302 302 302 302 302 302",
    "POST annotate": "401 400 400 400 400 400 400 400",
    "POST post-edit": "302 403 400 403 403 403 403 403",
    "POST post-withdraw": "302 403 302 403 403 403 403 403",
    "POST post-reinstate": "302 403 302 403 403 403 403 403",
    "POST post-flag": "302 400 403 400 400 400 400 400",
    "POST post-endorse": "302 302 403 302 302 302 302 302",
    "POST post-quotes": "302 403 409 403 403 403 403 403",
    "POST annotation-place": "302 403 403 403 400 400 403 400",
    "POST case-decide": "302 403 403 403 403 403 400 400",
    "POST case-reopen": "302 403 403 403 403 403 400 400",
    "POST article-new": "302 403 403 403 400 400 403 400",
    "POST article-edit": "302 403 403 403 400 400 403 400",
    "POST article-publish": "302 403 403 403 302 302 403 302",
    "POST you": "302 302 302 302 302 302 302 302",
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
    "POST api-decisions": "401 403 403 403 403 403 400 400",
    "POST api-case-reopen": "401 403 403 403 403 403 400 400",
}


def named_patterns() -> list[URLPattern]:
    """Our own addresses; allauth's and the admin's are theirs to test."""
    own = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
    return [*own, *urls.api]


def test_every_address_has_its_row():
    assert {pattern.name for pattern in named_patterns()} == set(ADDRESSES)


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
def address_of(people, article, rules):
    """The address of each view, on things that ``author`` wrote."""
    comment = factories.make_comment(article, author=people["author"])
    note = factories.make_annotation(article, author=people["author"])
    case = factories.make_flag(comment).case
    ids = dict.fromkeys(("api-annotation", "annotation-place", "api-replies"), note.pk)
    ids["api-revision"] = comment.current.pk

    def find(name: str) -> str:
        on_a_case = name.startswith(("case", "api-case", "api-decisions")) and name != "api-cases"
        values = {
            "slug": "critical-reading" if name == "codebook" else article.slug,
            "pk": case.pk if on_a_case else ids.get(name, comment.pk),
            "name": "figures/none.png",
            "number": 1,
            "rest": "nowhere",
            "section": "articles",
            "token": "none",
        }
        pattern = next(p for p in named_patterns() if p.name == name)
        address = reverse(name, kwargs={key: values[key] for key in pattern.pattern.converters})
        if name in ("export-download", "api-export-annotations"):
            address += f"?article={article.slug}&format=csv"
        return address

    return find


@pytest.fixture
def clients(people):
    """A client for each role, signed in."""
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    made = {role: Client() for role in ROLES}
    for role in set(ROLES) - {"anonymous"}:
        made[role].force_login(people[role], backend=backend)
    return made


def answers(clients, method: str, address: str, **sent) -> str:
    """The statuses that each role gets, as a row of the tables; nothing of it stays."""
    found = []
    for role in ROLES:
        with transaction.atomic():
            found.append(str(clients[role].generic(method, address, **sent).status_code))
            transaction.set_rollback(True)
    return " ".join(found)


def test_addresses(clients, address_of):
    found = {name: answers(clients, "GET", address_of(name)) for name in ADDRESSES}
    assert found == ADDRESSES


def test_writes(clients, address_of):
    found = {}
    for call in WRITES:
        method, name = call.split()
        sent: dict[str, Any] = {"content_type": "application/x-www-form-urlencoded"}
        if name.startswith("api-"):
            sent = {"data": b"{}", "content_type": "application/json"}
        found[call] = answers(clients, method, address_of(name), **sent)
    assert found == WRITES
