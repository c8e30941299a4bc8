"""Bringing the demo to an empty site: everybody does what they did, when they did it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from annotations.actions import annotate
from annotations.codebooks.defaults import ensure_default_codebook
from annotations.demo import clock
from annotations.demo.logins import PASSWORD, email
from forum.accounts.models import User
from forum.courses.models import Course, Membership, Role, Section
from forum.discussion.actions import post_comment, withdraw_post
from forum.discussion.importers.files import ArticleFile, read_article
from forum.discussion.models import Article, Post
from forum.discussion.publishing.actions import publish_article
from forum.moderation.actions import decide, flag_post
from forum.moderation.defaults import ensure_default_rules
from forum.moderation.models import Case, ModerationRole, Rule
from forum.moderation.roles.actions import give_role
from forum.notifications.models import Notification

#: The hour at which articles come out.
PUBLISHING_HOUR = timedelta(hours=8)
#: What came first: the course, with its people, before its first article.
COURSE_LEAD = timedelta(days=7)
#: How long after a post its first flag came, the next one after that, and then the decision.
FLAG_DELAY, FLAG_GAP, DECISION_DELAY = timedelta(hours=5), timedelta(hours=3), timedelta(hours=9)

_DATA = Path(__file__).parent


class DemoError(RuntimeError):
    """The demo's data does not fit together, or with the code."""


def is_empty() -> bool:
    """Whether the site has neither people nor articles, so that the demo can come in."""
    return not (User.objects.exists() or Article.objects.exists())


@transaction.atomic
def seed() -> None:
    """Make the demo, all of it or nothing. Sends no e-mail. Raises ``DemoError``."""
    ensure_default_codebook()
    ensure_default_rules()
    story = _Story()
    story.tell()
    # Marked as dealt with before the transaction ends, when waiting e-mails would leave.
    Notification.objects.filter(emailed_at=None).update(emailed_at=timezone.now())


@dataclass(slots=True)
class _Story:
    """What happens in the demo, collected first and told in order of time."""

    people: dict[str, User] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    #: Article slug → when it came out.
    published: dict[str, datetime] = field(default_factory=dict)
    #: A response's key or an annotation's index → its post, and when it was posted.
    posts: dict[str | int, Post] = field(default_factory=dict)
    posted: dict[str | int, datetime] = field(default_factory=dict)
    events: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)

    def tell(self) -> None:
        """Let everything happen."""
        self._plan_articles()
        self._plan_responses(_load("responses") + _load("replies"))
        self._plan_annotations(_load("annotations"))
        self._plan_moderation(**_load("flags"))
        described = _load("people")
        self.events.append(
            (
                min(self.published.values()) - COURSE_LEAD,
                partial(self._gather, described["people"], described["course"]),
            )
        )
        self.events.sort(key=lambda event: event[0])
        earlier = _days_back(self.events[-1][0])
        for moment, happen in self.events:
            with clock.at(moment - earlier):
                happen()

    # Planning: when what happens

    def _plan_articles(self) -> None:
        for path in sorted((_DATA / "articles").glob("*.md")):
            file = read_article(path.read_bytes(), path.name)
            if file.published is None:
                raise DemoError(f"{path.name} does not say when it was published.")
            moment = file.published + PUBLISHING_HOUR
            self.published[file.slug] = moment
            self.events.append((moment, partial(self._publish, file)))

    def _plan_responses(self, responses: list[dict[str, Any]]) -> None:
        answered: dict[str | int, datetime] = {}
        for response in responses:
            moment = self._after(response["article"], response["days_after"])
            self.posted[response["key"]] = moment
            self.events.append((moment, partial(self._respond, response)))
            if response["parent"] is not None:
                answered.setdefault(response["parent"], moment)
        for response in responses:
            if response.get("withdrawn"):
                key, author = response["key"], response["author"]
                moment = answered.get(key, self.posted[key]) + timedelta(hours=2)
                self.events.append((moment, partial(self._withdraw, key, author)))

    def _plan_annotations(self, annotations: list[dict[str, Any]]) -> None:
        for index, annotation in enumerate(annotations):
            moment = self._after(annotation["article"], annotation["days_after"])
            self.posted[index] = moment
            self.events.append((moment, partial(self._annotate, index, annotation)))

    def _plan_moderation(
        self, flags: list[dict[str, Any]], decisions: list[dict[str, Any]]
    ) -> None:
        last: dict[str | int, datetime] = {}
        for flag in flags:
            key = _key(flag["on"])
            last[key] = last[key] + FLAG_GAP if key in last else self.posted[key] + FLAG_DELAY
            self.events.append((last[key], partial(self._flag, key, flag)))
        for decision in decisions:
            key = _key(decision["on"])
            self.events.append((last[key] + DECISION_DELAY, partial(self._decide, key, decision)))

    def _after(self, article: str, days: float) -> datetime:
        return self.published[article] + timedelta(days=days)

    # What happens

    def _gather(self, people: list[dict[str, str]], described: dict[str, Any]) -> None:
        course = Course.objects.create(slug=described["slug"], title=described["title"])
        sections = {
            name: Section.objects.create(course=course, name=name) for name in described["sections"]
        }
        password = make_password(PASSWORD)
        for person in people:
            role = person["role"]
            user = User.objects.create(
                username=person["username"],
                display_name=person["display_name"],
                email=email(person["username"]),
                password=password,
                is_superuser=role == "admin",
                is_staff=role == "admin",
            )
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            if role in Role.values:
                Membership.objects.create(
                    user=user, course=course, role=role, section=sections.get(person.get("section"))
                )
            self.people[user.username] = user
        for person in people:
            if person["role"] == ModerationRole.MODERATOR:
                moderator = self.people[person["username"]]
                give_role(
                    giver=self.people["admin"], person=moderator, role=ModerationRole.MODERATOR
                )

    def _publish(self, file: ArticleFile) -> None:
        figure = None
        if file.figure:
            path = _DATA / "articles" / file.figure
            figure = ContentFile(path.read_bytes(), name=path.name)
        self.articles[file.slug], _ = publish_article(
            author=self.people["staff"],
            paratext=file.paratext,
            source=file.source,
            format=file.format,
            slug=file.slug,
            figure=figure,
        )

    def _respond(self, response: dict[str, Any]) -> None:
        parent = response["parent"]
        self.posts[response["key"]], _ = post_comment(
            author=self.people[response["author"]],
            article=self.articles[response["article"]],
            source=response["source"],
            parent=None if parent is None else self.posts[parent],
        )

    def _withdraw(self, key: str, author: str) -> None:
        withdraw_post(author=self.people[author], post=self.posts[key])

    def _annotate(self, index: int, annotation: dict[str, Any]) -> None:
        target = annotation["target"]
        if target == "article":
            revision = self.articles[annotation["article"]].post.current
        else:
            revision = self.posts[target].current
        quote = annotation["quote"]
        start = _find(quote, revision.text, annotation["occurrence"])
        if start < 0:
            raise DemoError(f"Annotation {index} of the demo quotes what is not there: “{quote}”")
        self.posts[index], _ = annotate(
            author=self.people[annotation["author"]],
            revision=revision,
            start=start,
            end=start + len(quote),
            quote=quote,
            tags=annotation["tags"],
            note=annotation["note"],
            audience=annotation["audience"],
        )

    def _flag(self, key: str | int, flag: dict[str, Any]) -> None:
        flag_post(
            flagger=self.people[flag["by"]],
            post=self.posts[key],
            reason=flag["reason"],
            note=flag["note"],
        )

    def _decide(self, key: str | int, decision: dict[str, Any]) -> None:
        case = Case.objects.get(post=self.posts[key])
        rule = decision["rule"]
        decide(
            moderator=self.people["moderator"],
            case=case,
            action=decision["action"],
            version=case.version,
            rule=Rule.objects.get(slug=rule, retired_at=None) if rule else None,
            reason=decision["reason"],
            note=decision["note"],
        )


def _load(name: str) -> Any:
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))


def _key(on: dict[str, Any]) -> str | int:
    """What a flag is on: a response, by its key, or an annotation, by its place in the file."""
    key: str | int = on["response"] if "response" in on else on["annotation"]
    return key


def _find(quote: str, text: str, occurrence: int) -> int:
    """Where ``quote`` stands for the ``occurrence``-th time, from 1; -1 if it does not."""
    at = -1
    for _ in range(occurrence):
        at = text.find(quote, at + 1)
        if at < 0:
            break
    return at


def _days_back(last: datetime) -> timedelta:
    """By how many whole days the story has to move to be over by now."""
    ahead = last - datetime.now(UTC)
    return timedelta(days=max(0, ahead.days + 1))
