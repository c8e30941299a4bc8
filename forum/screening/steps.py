"""The steps that ask nobody: rate, article, newcomers, what was removed, repeats, links.

Each is described for moderators beside its look. Those for word lists and other servers have
modules of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forum.discussion.holding import GUEST, LINKS, NEWCOMER, PREMODERATED, REMOVALS, REPEATS
from forum.discussion.models import Audience, Kind, Post, Revision, State
from forum.lib.prepared import Prepared
from forum.screening.lookalikes import LETTERS
from forum.screening.outcomes import Finding, Outcome
from forum.screening.pacing import LATEST, NEAR
from forum.screening.submission import Step, Submission, nothing_said

#: An account that is younger counts as very new, and as new.
_VERY_NEW, _NEW = 1, 7
#: Repeats are looked for among so many of the author's latest, of so many hours.
_COMPARED, _COMPARED_HOURS = 10, 24
#: So much of each is compared, in code points, and first so much of its beginning.
_COMPARED_LENGTH, _BEGINNING = 400, 40
#: What is shorter says little, and is no repeat ("Thank you!").
_SAYS_LITTLE = 24
#: Hosts that a signal names.
_NAMED_HOSTS = 10

_ADDRESS = re.compile(r'<a href="([^"]*)"')
#: How an address of another site begins for a browser, whatever slashes it lacks.
_SCHEME = re.compile(r"(?i)(https?:)/*")
#: So begins a part of a host's name that has other letters than the first of computers had.
_IN_CODE = "xn--"
_COUNTS_NOT = re.compile(r"[\W_]+")
_ALIKE = str.maketrans(dict(LETTERS))

Evidence = Mapping[str, Any]


def look_at_rate(submission: Submission) -> Finding | None:
    """How much of what one may post in how long is used up. Who has used up all of it never comes
    so far: ``pacing.require_room`` refuses it before anything is done."""
    room = submission.past.room if submission.past else None
    if room is None or submission.is_edit:
        return None
    score = 0.4 if room.left <= 1 else 0.2 if room.left <= NEAR else 0.0
    return Finding(score=score, evidence={"left": room.left})


def say_rate(evidence: Evidence) -> str:
    """What is left of it."""
    left = evidence.get("left", 0)
    said = ngettext(
        "Its author could post %(left)d at most in that time.",
        "Its author could post %(left)d at most in that time.",
        left,
    )
    return said % {"left": left}


def look_at_article(submission: Submission) -> Finding:
    """Whether everything under the article is held."""
    if submission.article.premoderated:
        return Finding(Outcome.HOLD, code=PREMODERATED)
    return Finding()


def look_at_guest(submission: Submission) -> Finding | None:
    """Whether somebody without an account wrote it, which is always held."""
    return Finding(Outcome.HOLD, code=GUEST) if submission.author is None else None


def look_at_newcomer(submission: Submission) -> Finding | None:
    """How new its author is; the first posts of a person are held, where the site says so, until so
    many of theirs are published."""
    author = submission.author
    if author is None:
        return None
    days = max(0, (timezone.now() - author.date_joined).days)
    evidence = {"days": days}
    score = 0.4 if days < _VERY_NEW else 0.2 if days < _NEW else 0.0
    first: int = settings.HOLD_FIRST_POSTS
    if not first:
        return Finding(score=score, evidence=evidence)
    published = Post.objects.filter(author=author, state=State.PUBLISHED, audience=Audience.PUBLIC)
    # Of what is being edited nobody has decided yet what becomes of it.
    let_through = published.exclude(kind=Kind.ARTICLE).exclude(pk=submission.post.pk)
    number = let_through[:first].count()
    outcome = Outcome.HOLD if number < first else Outcome.PUBLISH
    return Finding(outcome, score, code=NEWCOMER, evidence=evidence | {"published": number})


def say_newcomer(evidence: Evidence) -> str:
    """The age of the account."""
    days = evidence.get("days", 0)
    if not days:
        return _("The account was less than a day old.")
    said = ngettext("The account was %(days)d day old.", "The account was %(days)d days old.", days)
    return said % {"days": days}


def look_at_removals(submission: Submission) -> Finding | None:
    """How many of its author's latest posts stand removed."""
    if submission.past is None:
        return None
    latest = [state for _at, state in submission.past.written[:LATEST]]
    removed = latest.count(State.REMOVED)
    most: int = settings.HOLD_AFTER_REMOVALS
    outcome = Outcome.HOLD if most and removed >= most else Outcome.PUBLISH
    score = min(1.0, removed / 5)
    return Finding(outcome, score, REMOVALS, evidence={"removed": removed, "of": len(latest)})


def say_removals(evidence: Evidence) -> str:
    """How many of how many."""
    said = {"removed": evidence.get("removed", 0), "of": evidence.get("of", 0)}
    if not said["of"]:
        return _("It was the first thing that its author posted.")
    if not said["removed"]:
        return ngettext(
            "Of the last post of its author none was removed.",
            "Of the last %(of)d posts of its author none was removed.",
            said["of"],
        ) % {"of": said["of"]}
    return ngettext(
        "Of the last %(of)d posts of its author %(removed)d was removed.",
        "Of the last %(of)d posts of its author %(removed)d were removed.",
        said["removed"],
    ) % {"of": said["of"], "removed": said["removed"]}


def look_at_repeats(submission: Submission) -> Finding | None:
    """Whether its author has posted the same words lately, whatever their case and punctuation."""
    author = submission.author
    gist = _gist(submission.words.text)
    if author is None or len(gist) < _SAYS_LITTLE:
        return Finding() if author else None
    if submission.is_edit:
        # Of whoever makes their old posts say something else, what they wrote last are edits.
        latest = _EDITS.rows(author=author.pk)
    else:
        latest = _BEGINNINGS.rows(Kind(submission.post.kind).value, author=author.pk)
    begins = [
        pk
        for pk, beginning in latest
        if pk != submission.post.pk and gist.startswith(_gist(beginning))
    ]
    same = _saying(gist, begins) if begins else []
    outcome = Outcome.PUBLISH
    if settings.HOLD_REPEATS and len(same) >= settings.HOLD_REPEATS:
        outcome = Outcome.HOLD
    elif settings.NUDGE_REPEATS and len(same) >= settings.NUDGE_REPEATS:
        outcome = Outcome.NUDGE
    return Finding(
        outcome,
        score=min(1.0, len(same) / 4),
        code=REPEATS,
        message=_("You have posted the same words before.") if same else "",
        evidence={"posts": same},
    )


def say_repeats(evidence: Evidence) -> str:
    """How often."""
    number = len(evidence.get("posts", ()))
    if not number:
        return ""
    said = ngettext(
        "Its author had posted the same words once in the day before.",
        "Its author had posted the same words %(number)d times in the day before.",
        number,
    )
    return said % {"number": number}


def _saying(gist: str, posts: list[int]) -> list[int]:
    """Those of ``posts`` that say the same, and were written lately. One query."""
    since = timezone.now() - timedelta(hours=_COMPARED_HOURS)
    current = Revision.objects.current().filter(post__in=posts, created_at__gt=since)
    texts = current.order_by("-post").values_list("post_id", Left("text", _COMPARED_LENGTH))
    return [pk for pk, text in texts if _gist(text) == gist]


# Most begin in another way, and nothing else of them need be looked at.
_BEGINNINGS = Prepared(
    lambda kind, author: (
        Post.objects.filter(author=author, kind=kind, revisions__superseded_at=None)
        .order_by("-pk")
        .values_list("pk", Left("revisions__text", _BEGINNING))[:_COMPARED]
    )
)
_EDITS = Prepared(
    lambda author: (
        Revision.objects.current()
        .filter(editor=author, post__author=author)
        .exclude(post__kind=Kind.ARTICLE)
        .order_by("-pk")
        .values_list("post_id", Left("text", _BEGINNING))[:_COMPARED]
    )
)


def look_at_links(submission: Submission) -> Finding:
    """How many links it has that lead to other sites."""
    hosts = hosts_in(submission.words.html)
    own = urlsplit(settings.SITE_URL).hostname
    others = [host for host in hosts if host != own]
    most: int = settings.HOLD_LINKS
    outcome = Outcome.HOLD if most and len(others) > most else Outcome.PUBLISH
    named = list(dict.fromkeys(others))[:_NAMED_HOSTS]
    evidence = {"links": len(others), "hosts": named} if others else {}
    return Finding(outcome, min(1.0, max(0, len(others) - 1) / 10), LINKS, evidence=evidence)


def say_links(evidence: Evidence) -> str:
    """How many, and where they lead."""
    number = evidence.get("links", 0)
    if not number:
        return ""
    said = ngettext(
        "%(number)d link to another site: %(hosts)s",
        "%(number)d links to other sites: %(hosts)s",
        number,
    )
    return said % {"number": number, "hosts": ", ".join(evidence.get("hosts", ()))}


def addresses_in(html: str) -> list[str]:
    """Where the links in canonical ``html`` lead."""
    return [unescape(address) for address in _ADDRESS.findall(html)] if "<a " in html else []


def as_read(address: str) -> str:
    """``address`` as people read it: what stands in it as code, in its host too, as letters."""
    head, slashes, rest = unquote(address).partition("//")
    host, slash, path = rest.partition("/")
    return "".join([head, slashes, ".".join(map(_label_as_read, host.split("."))), slash, path])


def _label_as_read(label: str) -> str:
    if not label.lower().startswith(_IN_CODE):
        return label
    try:
        return label[len(_IN_CODE) :].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def hosts_in(html: str) -> list[str]:
    """The hosts to which links in canonical ``html`` lead, as often as they do."""
    hosts = []
    for address in addresses_in(html):
        try:
            host = urlsplit(_SCHEME.sub(r"\1//", address, count=1)).hostname
        except ValueError:
            host = address
        if host:
            hosts.append(host)
    return hosts


def _gist(text: str) -> str:
    """What the beginning of ``text`` says, without case, punctuation, space and disguise."""
    plain = unicodedata.normalize("NFKD", text[:_COMPARED_LENGTH].casefold()).casefold()
    return _COUNTS_NOT.sub("", plain).translate(_ALIKE)


RATE = Step("rate", look_at_rate, gettext_lazy("How much at once"), say_rate)
ARTICLE = Step("article", look_at_article, gettext_lazy("The article"), nothing_said)
GUESTS = Step("guest", look_at_guest, gettext_lazy("Guests"), nothing_said)
NEWCOMERS = Step("newcomer", look_at_newcomer, gettext_lazy("Newcomers"), say_newcomer)
PAST_REMOVALS = Step("removals", look_at_removals, gettext_lazy("Removed before"), say_removals)
SAME_AGAIN = Step("repeats", look_at_repeats, gettext_lazy("The same again"), say_repeats)
MANY_LINKS = Step("links", look_at_links, gettext_lazy("Links"), say_links)
