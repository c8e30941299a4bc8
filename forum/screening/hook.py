"""A check of the site's own, asked over HTTP: ``docs/screening-hook.md`` is its contract."""

from __future__ import annotations

import hmac
import json
import re
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.discussion.holding import HOOK
from forum.discussion.models import Kind
from forum.screening.models import RULE_LIMIT
from forum.screening.outcomes import Finding, Outcome
from forum.screening.outside import Patience, Unanswered, post, unanswered
from forum.screening.submission import Step, Submission

#: The version of the contract.
VERSION = 1
#: Code points of what a check says to moderators, and to authors; places it may name.
_REASON, _MESSAGE, _PLACES = 1_000, 300, 50
#: What an outcome weighs unless the check says so itself.
_SCORES = {Outcome.PUBLISH: 0.0, Outcome.NUDGE: 0.4, Outcome.HOLD: 0.6, Outcome.REFUSE: 1.0}
_RULE = re.compile(rf"[a-z0-9-]{{0,{RULE_LIMIT}}}", re.ASCII)
#: Neither can be stored.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

PATIENCE = Patience()


def look_elsewhere(submission: Submission) -> Finding | None:
    """What the site's own check says; nothing where there is none."""
    url: str = settings.SCREENING_HOOK_URL
    if not url:
        return None
    body = json.dumps(question(submission), ensure_ascii=False).encode()
    try:
        answer = PATIENCE.ask(lambda: _asked(url, body))
    except Unanswered as failure:
        return unanswered(failure, HOOK)
    return _finding(answer, submission.words.text)


def say_hook(evidence: Mapping[str, Any]) -> str:
    """What the check said to moderators, or that it said nothing."""
    if failed := evidence.get("failed"):
        return _("It was not answered (%(reason)s).") % {"reason": failed}
    return str(evidence.get("reason", ""))


SITE_CHECK = Step(
    "hook", look_elsewhere, gettext_lazy("The site’s own check"), say_hook, asks_outside=True
)


def question(submission: Submission) -> dict[str, Any]:
    """What is sent: the words, what they are about to be, and whose; no e-mail, no address."""
    said, article, author = submission.post, submission.article, submission.author
    return {
        "version": VERSION,
        "id": str(uuid4()),
        "kind": "reply" if said.note_id else "response" if said.kind == Kind.COMMENT else "note",
        "post": said.pk,
        "edit": submission.is_edit,
        "text": submission.words.text,
        "html": submission.words.html,
        "before": submission.before.text if submission.before else None,
        "article": {
            "id": article.pk,
            "title": article.title,
            "language": article.language,
            "url": settings.SITE_URL + article.get_absolute_url(),
        },
        "parent": said.parent_id,
        "author": {
            "id": author.pk if author else None,
            "name": said.author_name,
            "joined": author.date_joined.isoformat() if author else None,
            "guest": author is None,
        },
    }


def signature(secret: str, moment: int, body: bytes) -> str:
    """What proves that ``body`` was sent by this site at ``moment``, in seconds since 1970."""
    signed = hmac.new(secret.encode(), b"%d." % moment + body, sha256)
    return f"t={moment},v1={signed.hexdigest()}"


def _asked(url: str, body: bytes) -> dict[str, Any]:
    signed = signature(settings.SCREENING_HOOK_SECRET, int(time.time()), body)
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": f"Postil screening/{VERSION}",
        "X-Postil-Signature": signed,
    }
    answer = post(url, body, headers, seconds=settings.SCREENING_SECONDS)
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise Unanswered("malformed") from None
    return _read(said)


def _read(said: object) -> dict[str, Any]:
    """What the check said, if it is what the contract says. Raises ``Unanswered``."""
    if not isinstance(said, dict) or said.get("outcome") not in list(Outcome):
        raise Unanswered("malformed")
    score = said.get("score", _SCORES[Outcome(said["outcome"])])
    rule, places = said.get("rule", ""), said.get("places", [])
    texts = [said.get("reason", ""), said.get("message", "")]
    is_right = (
        isinstance(score, int | float)
        and not isinstance(score, bool)
        and 0 <= score <= 1
        and isinstance(rule, str)
        and bool(_RULE.fullmatch(rule))
        and all(isinstance(text, str) and not _UNSTORABLE.search(text) for text in texts)
        and isinstance(places, list)
        and all(_is_place(place) for place in places[:_PLACES])
    )
    if not is_right:
        raise Unanswered("malformed")
    return {
        "outcome": Outcome(said["outcome"]),
        "score": float(score),
        "rule": rule,
        "reason": texts[0][:_REASON],
        "message": texts[1][:_MESSAGE],
        "places": places[:_PLACES],
    }


def _is_place(place: object) -> bool:
    return (
        isinstance(place, list)
        and len(place) == 2
        and all(isinstance(at, int) and not isinstance(at, bool) for at in place)
    )


def _finding(said: dict[str, Any], text: str) -> Finding:
    hits = [
        {"start": start, "end": end, "word": ""}
        for start, end in said["places"]
        if 0 <= start < end <= len(text)
    ]
    evidence = {"reason": said["reason"]} if said["reason"] else {}
    return Finding(
        said["outcome"],
        said["score"],
        code=HOOK,
        rule=said["rule"],
        message=said["message"],
        evidence=evidence | ({"hits": hits} if hits else {}),
    )
