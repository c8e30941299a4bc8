"""Words that not everybody may read, looked for at every address of the site by everybody.

``SECRETS`` says what there is and who may meet it; whatever address a page gets, it is tried. What
one may not read answers as what there is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from forum import api_urls, urls
from forum.accounts.models import User
from forum.courses.models import Course, Membership
from forum.discussion.actions import withdraw_post
from forum.discussion.models import Post
from forum.guests.letters import deliver_letters
from forum.moderation.actions import decide, file_appeal
from forum.moderation.models import Case, Decision, SecondReview
from forum.moderation.oversight import reviewing
from forum.moderation.people.grounds import Grounds, Place
from forum.moderation.people.noting import add_note
from forum.moderation.people.sanctioning import impose
from forum.notifications.models import Notification
from forum.notifications.outbox import deliver_outbox
from tests import factories
from tests.test_permissions import ADDRESSES

#: Who moderates all of the site meets everything; they are not tried.
ROLES = ["anonymous", "reader", "author", "flagger", "staff", "here", "there", "course"]

#: What nobody but those named here may meet, in words that stand nowhere else. *here* moderates the
#: article that it is all about, *there* another one, *course* a course.
SECRETS: dict[str, tuple[str, ...]] = {
    # Who flagged, and what they said of it (which is in their own data)
    "Fiona Flagwise": ("flagger", "here"),
    "flagnotewords": ("flagger", "here"),
    # What moderators tell one another
    "privatenotewords": ("here",),
    "reviewnotewords": ("here",),
    "Modesta Moderant": ("here",),
    "personnotewords": (),
    "sanctionnotewords": ("here",),
    # What whoever is concerned reads
    "publicreasonwords": ("author", "flagger", "here"),
    "sanctionreasonwords": ("author", "here"),
    "appealtextwords": ("author", "here"),
    # Who gave notice, and of what
    "Nora Notewell": ("here",),
    "nora@notewell.example": (),
    "noticewords": ("here",),
    # Words that are not published
    "removedwords": ("author", "flagger", "here"),
    "withheldwords": ("author", "flagger", "here"),
    "waitingwords": ("author", "here"),
    "withdrawnwords": ("author", "here"),
    "draftwords": ("staff",),
    "drafted-slug": ("staff",),
    "coursewords": ("staff", "course"),
    "privatewords": ("author",),
    # Of a guest
    "guestwords": ("here",),
    "gwen@guest.example": (),
    # In another part of the site
    "elsewhereflagnote": ("there",),
    "elsewherewords": ("author", "there"),
    # What is looked for, and not in any text
    "listedword": (),
}


@dataclass
class World:
    """What was made, and what of it the addresses may be about."""

    people: dict[str, Any]
    ids: dict[str, list[int]] = field(default_factory=dict)
    slugs: list[str] = field(default_factory=list)


@pytest.fixture
def world(article, dan, rules, settings) -> World:
    settings.GUEST_RESPONSES = "always"
    settings.SECOND_REVIEW_PERCENT = 0
    elsewhere = factories.make_article(title="Elsewhere")
    course = Course.objects.get(slug="reading")
    author = factories.make_user("author")
    flagger = factories.make_user("fiona", display_name="Fiona Flagwise")
    moderator = factories.make_user("modesta", display_name="Modesta Moderant", is_moderator=True)
    second = factories.make_user("second", is_moderator=True)
    people: dict[str, Any] = {
        "anonymous": None,
        "reader": factories.make_user("reader"),
        "author": author,
    }
    people |= {"flagger": flagger, "staff": dan}
    for name, part in (("here", {"article": article}), ("there", {"article": elsewhere})):
        people[name] = factories.make_user(f"mod-{name}")
        factories.make_role(people[name], **part)
    people["course"] = factories.make_user("mod-course")
    factories.make_role(people["course"], course=course)
    student = factories.make_user("student")
    for person in (student, people["course"]):
        Membership.objects.create(user=person, course=course, role="student")

    def flagged(post: Post, by: User = flagger, note: str = "flagnotewords") -> Case:
        return factories.make_flag(post, flagger=by, note=note).case

    def decided(case: Case, action: str, by: User = moderator, **said: Any) -> Decision:
        case.refresh_from_db()
        given = {"rule": rules["civility"], "reason": "publicreasonwords"}
        given |= {"note": "privatenotewords"}
        return decide(moderator=by, case=case, action=action, version=case.version, **given | said)

    factories.make_comment(article, author=author, source="Hello, everybody.")
    removed = decided(
        flagged(factories.make_comment(article, author=author, source="removedwords, all.")),
        "remove",
    )
    note = factories.make_annotation(article, author=author, note="withheldwords, all.")
    hidden = decided(flagged(note), "hide-note")
    kept = decided(flagged(factories.make_comment(article, author=author)), "keep", reason="")
    waiting = flagged(factories.make_comment(article, author=author))
    withdrawn = factories.make_comment(article, author=author, source="withdrawnwords.")
    flagged(withdrawn)
    withdraw_post(author=author, post=Post.objects.get(pk=withdrawn.pk))
    escalated = flagged(factories.make_comment(article, author=author))
    decided(escalated, "escalate", rule=None, reason="")
    other = factories.make_comment(elsewhere, author=author, source="elsewherewords.")
    beyond = flagged(other, by=student, note="elsewhereflagnote")
    decided(beyond, "remove", by=second, note="", reason="Off.")
    noticed = factories.make_notice(
        factories.make_comment(article, author=author),
        explanation="noticewords.", name="Nora Notewell", email="nora@notewell.example",
    )  # fmt: skip
    appeal = file_appeal(decision=removed, appellant=author, text="appealtextwords.")
    review = SecondReview.objects.create(decision=kept)
    reviewing.say(reviewer=second, review=review, action="keep", note="reviewnotewords")
    settings.HOLD_FIRST_POSTS = 99
    held = factories.make_comment(article, author=author, source="waitingwords, all.")
    settings.HOLD_FIRST_POSTS = 0
    guest = factories.make_guest_response(article, email="gwen@guest.example", source="guestwords.")
    lesson = factories.make_annotation(article, author=student, note="coursewords.")
    Post.objects.filter(pk=lesson.pk).update(audience="course", course=course)
    case = factories.make_flag(Post.objects.get(pk=lesson.pk), flagger=dan).case
    private = factories.make_annotation(
        article, author=author, note="privatewords.", audience="private"
    )
    draft = factories.make_article(author=dan, title="Draftwords", source="draftwords.", draft=True)
    draft.slug = "drafted-slug"
    draft.save(update_fields=["slug"])
    factories.make_word_list("listedword")
    add_note(author=moderator, person=author, text="personnotewords.")
    warned = impose(
        moderator=moderator, person=author, kind="premoderate", seen=0, days=3,
        grounds=Grounds(
            reason="sanctionreasonwords.", note="sanctionnotewords.", rule=rules["civility"]
        ),
        place=Place(article=article),
    )  # fmt: skip
    posts = [
        removed.case.post_id, note.pk, kept.case.post_id, withdrawn.pk, other.pk, held.pk,
        guest.post_id, lesson.pk, private.pk, draft.pk, article.pk,
    ]  # fmt: skip
    return World(
        people,
        {
            "post": posts,
            "case": [*Case.objects.values_list("pk", flat=True)],
            "decision": [*Decision.objects.values_list("pk", flat=True)],
            "appeal": [appeal.pk],
            "review": [review.pk],
            "sanction": [warned.pk],
            "revision": [*Post.objects.get(pk=note.pk).revisions.values_list("pk", flat=True)]
            + [Post.objects.get(pk=pk).current.pk for pk in posts[:1] + posts[4:]],
            "other": [1],
            "used": [waiting.pk, escalated.pk, case.pk, hidden.pk, noticed.pk],
        },
        [article.slug, elsewhere.slug, draft.slug],
    )


def kind_of(name: str) -> str:
    """What the id in the address ``name`` is of."""
    bare = name.removeprefix("api-")
    if bare.startswith("case") or bare == "decisions":
        return "case"
    for kind in ("decision", "appeal", "review", "sanction"):
        if bare.startswith(kind) and bare != "reviews":
            return "decision" if bare == "appeals" else kind
    if bare == "revision":
        return "revision"
    if bare in ("annotation", "comment", "replies", "flags") or bare.startswith(
        ("post", "annotation", "endorsement", "revision-")
    ):
        return "post"
    return "other"


def addresses(world: World) -> Iterator[str]:
    """Every address of the site, about whatever there is."""
    own = [one for one in urls.urlpatterns if isinstance(one, URLPattern)]
    words = {"token": ["none"], "rest": ["nowhere"], "name": ["figures/none.png"]}
    words |= {"section": ["articles"], "colour": ["1"], "letters": ["AL"]}
    words |= {"username": ["author", "fiona", "modesta"]}
    for pattern in [*own, *api_urls.urlpatterns]:
        name = str(pattern.name)
        if set(ADDRESSES[name].split()) == {"405"}:
            continue
        slugs = ["civility"] if "rule" in name else world.slugs
        slugs = ["critical-reading"] if "codebook" in name else slugs
        known: dict[str, list[Any]] = words | {"slug": slugs, "pk": world.ids[kind_of(name)]}
        known["number"] = [timezone.now().year] if "transparency" in name else [1]
        asked = list(pattern.pattern.converters)
        for first in known[asked[0]] if asked else [None]:
            values = {key: known[key][0] for key in asked}
            yield reverse(name, kwargs=values | ({asked[0]: first} if asked else {}))
    for slug in world.slugs:
        yield f"/api/v1/exports/annotations/?article={slug}&format=csv"
        yield reverse("export-download", args=[slug]) + "?format=jsonl"
    for query in ("removedwords", "waitingwords", "elsewherewords", "draftwords", "coursewords"):
        # What was looked for is said again.
        yield f"/search/?q={query[:-1]}*"
    for pk in world.ids["post"]:
        yield f"/posts/{pk}/history/?revision=1"
        yield f"/oembed?url=http://127.0.0.1:8000/posts/{pk}/"
    for tab in ("held", "appealed", "escalated", "decided", "mine"):
        yield f"/moderation/?tab={tab}"
    cases = ",".join(map(str, world.ids["case"]))
    yield f"/moderation/news/?cases={cases}"


#: Of the admin's pages, those that are not about who has an account, and what lets them in.
OF_WORDS = ("moderation", "notifications", "discussion", "annotations", "courses")


def pages_of_the_admin(client: Client) -> Iterator[str]:
    """The lists of the admin, and the page of each row; of what is read elsewhere, of two."""
    for model in admin.site._registry:
        label = model._meta.app_label
        if label not in OF_WORDS:
            continue
        listed = reverse(f"admin:{label}_{model._meta.model_name}_changelist")
        yield listed
        rows = client.get(listed).context["cl"].result_list
        for row in rows if label == "moderation" else list(rows)[:2]:
            yield reverse(f"admin:{label}_{model._meta.model_name}_change", args=[row.pk])


#: What is told by what it is called, and not by what is in it.
_SAID_AGAIN = re.compile(r"[?&](?:q|url|next)=[^\"'\s]*")


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code < 500, address
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as packed:
            body = b"".join(name.encode() + packed.read(name) for name in packed.namelist())
    headers = " ".join(f"{name}: {value}" for name, value in answer.items())
    return _SAID_AGAIN.sub("", f"{headers} {body.decode('utf-8', 'replace')}").replace(address, "")


def met_at(client: Client, addresses: Iterable[str]) -> dict[str, list[str]]:
    """Each secret that is met at one of ``addresses``, and where."""
    met: dict[str, list[str]] = {}
    for address in addresses:
        text = read(client, address)
        for secret in SECRETS:
            if secret in text:
                met.setdefault(secret, []).append(address)
    return met


def client_of(person: User | None) -> Client:
    client = Client()
    if person:
        client.force_login(User.objects.get(pk=person.pk))
    return client


def test_nobody_meets_what_is_not_for_them(world):
    everywhere = list(addresses(world))
    for role in ROLES:
        met = met_at(client_of(world.people[role]), everywhere)
        leaks = {secret: where for secret, where in met.items() if role not in SECRETS[secret]}
        assert leaks == {}, role
        # Whoever may meet it does, or it would be looked for in vain.
        assert set(met) == {secret for secret, roles in SECRETS.items() if role in roles}, role


def test_nor_in_the_admin_whatever_they_are_let_look_at(world):
    looks = Permission.objects.filter(codename__startswith="view_")
    for role in ("reader", "author", "here", "course"):
        person = world.people[role]
        User.objects.filter(pk=person.pk).update(is_staff=True)
        person.user_permissions.set(looks)
        client = client_of(person)
        met = met_at(client, pages_of_the_admin(client))
        leaks = {secret: where for secret, where in met.items() if role not in SECRETS[secret]}
        assert leaks == {}, role
        # Whoever moderates the article reads the record of it here as well.
        assert ("flagnotewords" in met) == (role == "here")


def test_what_leaves_for_the_database_has_reasons_and_nobody_in_it(world):
    client = client_of(factories.make_user("admin", is_superuser=True))
    year = timezone.now().year
    statements = ["/moderation/statements/download/", "/moderation/statements/"]
    statements += ["/moderation/statements/download/?of=people", "/api/v1/statements/"]
    statements += ["/api/v1/statements/?of=people", "/moderation/statements/?of=people"]
    report = [f"/transparency/{year}{kind}" for kind in ("/", ".csv", ".zip")]
    met = met_at(client, [*statements, *report])
    assert set(met) == {"publicreasonwords", "sanctionreasonwords"}
    assert not {where for places in met.values() for where in places} & set(report)


def test_nobody_is_sent_what_is_not_for_them(world):
    deliver_outbox.func()
    deliver_letters.func()
    roles = {person.email: role for role, person in world.people.items() if person}
    roles |= {"gwen@guest.example": "guest", "nora@notewell.example": "notifier"}
    sent = [
        (roles.get(message.to[0]), f"{message.subject} {message.body} {message.extra_headers}")
        for message in mail.outbox
    ]
    names = {person.pk: role for role, person in world.people.items() if person}
    sent += [
        (names.get(notice.recipient_id), f"{notice.subject} {notice.body} {notice.path}")
        for notice in Notification.objects.all()
    ]
    assert {"author", "flagger", "guest", "notifier"} <= {role for role, _ in sent}
    for role, text in sent:
        # Who moderates the site is none of the roles.
        if role:
            found = {secret for secret in SECRETS if secret in text}
            assert {one for one in found if role not in SECRETS[one]} == set(), text


def test_what_one_may_not_know_of_answers_as_what_there_is_not(world):
    """In its status, its words and what it is told to the API, for writing too."""
    for role in ("anonymous", "reader", "flagger", "staff", "there", "course"):
        check_unknown(world, role)


def check_unknown(world: World, role: str) -> None:
    client = client_of(world.people[role])
    every: dict[str, set[tuple[object, ...]]] = {
        "flagger": {("decision", pk) for pk in world.ids["decision"]},
        "there": set(Case.objects.filter(article__article__slug="elsewhere").values_list("pk")),
        "course": set(Case.objects.exclude(course=None).values_list("pk")),
    }
    own = every.get(role, set())
    cases = [pk for pk in world.ids["case"] if (pk,) not in own]
    addresses = [f"/moderation/cases/{pk}/" for pk in cases]
    addresses += [f"/api/v1/cases/{pk}/{more}" for pk in cases for more in ("", "priority/")]
    names = {"appeal": "/moderation/appeals/{}/", "review": "/moderation/reviews/{}/"}
    names |= {"sanction": "/moderation/sanctions/{}/", "decision": "/decisions/{}/"}
    for kind, address in names.items():
        addresses += [
            address.format(pk)
            for pk in world.ids[kind]
            if (kind, pk) not in own and role != "there"
        ]
    for address in addresses:
        nothing = re.sub(r"/\d+/", "/987654/", address)
        for method in ("get", "post"):
            found, other = (getattr(client, method)(one) for one in (address, nothing))
            assert found.status_code == other.status_code, (role, address)
            same = [
                re.sub(r"\b[A-Za-z0-9]{64}\b|/\d+/|nonce-\S+", "", one.content.decode())
                for one in (found, other)
            ]
            assert same[0] == same[1], (role, address)
