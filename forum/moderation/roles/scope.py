"""What somebody moderates, as a condition on posts and as a question about one of them.

``within`` asks posts, ``cases_within`` what cases keep of theirs, which indexes have.
``visible_to`` holds the same for what they read (``forum.discussion.visibility``): the moderators
of an article have what is public under it, those of a course what is for that course.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from forum.accounts.models import User
from forum.courses.models import Course
from forum.discussion.models import Audience, Post, State
from forum.moderation.models import Flag, RoleAssignment, Sanction
from forum.moderation.people.effects import SUSPENDING

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


def within(moderator: Reader, post: str = "post") -> Q:
    """The condition that what ``post`` leads to is theirs to moderate: of a case, ``"post"``; of a
    decision ``"case__post"``; of posts themselves ``""``. Of whoever moderates the whole site it
    is empty; of whoever moderates nothing it is never met."""
    if not moderator.is_authenticated:
        return Q(pk__in=())
    if moderator.moderates_site:
        return Q()
    if not moderator.moderates_only_parts:
        return Q(pk__in=())
    at = f"{post}__" if post else ""
    parts = moderator.moderated_parts
    article = Q(**{f"{at}root__in": parts.articles}) | Q(**{f"{at}pk__in": parts.articles})
    public = Q(**{f"{at}audience": Audience.PUBLIC})
    course = Q(**{f"{at}audience": Audience.COURSE, f"{at}course__in": parts.courses})
    return public & article | course


def cases_within(moderator: Reader, case: str = "") -> Q:
    """``within``, of cases: ``case`` is what leads to them, such as ``"decision__case"``."""
    if moderator.is_authenticated and moderator.moderates_site:
        return Q()
    return reduce(or_, parts_of(moderator, case), Q(pk__in=()))


def parts_of(moderator: Reader, case: str = "") -> list[Q]:
    """Each part that they moderate, as a condition on cases that an index of its own has."""
    if not moderator.is_authenticated or not moderator.moderates_parts:
        return []
    parts = moderator.moderated_parts
    at = f"{case}__" if case else ""
    articles = [
        Q(**{f"{at}article": article, f"{at}course": None}) for article in sorted(parts.articles)
    ]
    return articles + [Q(**{f"{at}course": course}) for course in sorted(parts.courses)]


def beside(post: Post, case: str = "case") -> Q:
    """The condition that a case is in the same part of the site as ``post``, whoever moderates it:
    what is public under its article or, where it is for a course, what is for that."""
    if post.course_id:
        return Q(**{f"{case}__course": post.course_id})
    return Q(**{f"{case}__article": post.article_id, f"{case}__course": None})


def covers(moderator: Reader, post: Post) -> bool:
    """Whether ``post`` is theirs to moderate. No query but for the parts, which are remembered."""
    if not moderator.is_authenticated:
        return False
    if moderator.moderates_site:
        return True
    parts = moderator.moderated_parts
    if post.audience == Audience.PUBLIC:
        return post.article_id in parts.articles
    return post.audience == Audience.COURSE and post.course_id in parts.courses


def courses_of(moderator: User) -> QuerySet[Course]:
    """The courses that ``moderator`` moderates, by title."""
    courses = Course.objects.order_by("title")
    if moderator.moderates_site:
        return courses
    return courses.filter(pk__in=moderator.moderated_parts.courses)


def meets(moderator: Reader, person: User) -> bool:
    """Whether ``moderator`` has to do with ``person``: of a part of the site, who wrote or flagged
    something there. Two queries at most."""
    if moderator.is_authenticated and moderator.moderates_site:
        return True
    wrote = Post.objects.filter(within(moderator, ""), author=person).exclude(state=State.DRAFT)
    flagged = Flag.objects.filter(cases_within(moderator, "case"), flagger=person)
    return wrote.exists() or flagged.exists()


def moderators_of(post: Post) -> QuerySet[User]:
    """Everybody in use who moderates ``post``, and is not suspended: whom to tell that something
    waits there, and who can decide it."""
    if post.audience == Audience.PUBLIC:
        return moderators_at(post.article_id, None)
    return moderators_at(None, post.course_id if post.audience == Audience.COURSE else None)


def moderators_at(article: int | None, course: int | None) -> QuerySet[User]:
    """The same of an article, or of a course; with neither, of the whole site."""
    given = RoleAssignment.objects.filter(person=OuterRef("pk"), taken_at=None)
    here = given.none()
    if article:
        here = given.filter(article=article)
    elif course:
        here = given.filter(course=course)
    whole = Q(is_superuser=True) | Q(is_moderator=True)
    stopped = Sanction.objects.in_force().filter(person=OuterRef("pk"), kind__in=SUSPENDING)
    at_work = Q(is_sanctioned=False) | ~Exists(stopped)
    return User.objects.filter(whole | Exists(here), at_work, is_active=True)
