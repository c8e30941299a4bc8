"""Akismet, a service that tells spam, for sites that have a key: its API as of version 1.1.

It is sent the words, the name that is shown, the sender's address and program, and where the words
are to stand; never an e-mail address. Address and program are not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.discussion.holding import AKISMET
from forum.discussion.models import Post
from forum.lib.addresses import address_of
from forum.screening.outcomes import Finding, Outcome
from forum.screening.outside import Answer, Patience, Unanswered, post, unanswered
from forum.screening.submission import Sending, Step, Submission

#: Where it is; a test has one of its own.
HOST = "https://rest.akismet.com"
_SPAM, _BLATANT = 0.8, 1.0

PATIENCE = Patience()


def ask_akismet(submission: Submission) -> Finding | None:
    """Whether Akismet takes it for spam, which has it held; nothing where the site has no key."""
    if not settings.AKISMET_KEY:
        return None
    fields = described(submission.post, submission.words.text, submission.sending)
    if submission.is_edit:
        fields["recheck_reason"] = "edit"
    try:
        answer = PATIENCE.ask(lambda: _verdict(fields))
    except Unanswered as failure:
        return unanswered(failure, AKISMET)
    is_spam, blatant = answer
    if not is_spam:
        return Finding(evidence={"spam": False})
    score = _BLATANT if blatant else _SPAM
    return Finding(Outcome.HOLD, score, AKISMET, evidence={"spam": True, "blatant": blatant})


def say_akismet(evidence: Mapping[str, Any]) -> str:
    """What it took it for, or that it said nothing."""
    if failed := evidence.get("failed"):
        return _("It was not answered (%(reason)s).") % {"reason": failed}
    if not evidence.get("spam"):
        return _("Not spam.")
    return _("Blatant spam.") if evidence.get("blatant") else _("Spam.")


AKISMET_CHECK = Step(
    "akismet", ask_akismet, gettext_lazy("Akismet"), say_akismet, asks_outside=True
)


def described(said: Post, text: str, sending: Sending) -> dict[str, str]:
    """``said`` as Akismet wants to have it, to be checked and to be corrected."""
    fields = {
        "api_key": settings.AKISMET_KEY,
        "blog": settings.SITE_URL,
        "comment_type": "comment" if said.is_response else "reply",
        "comment_author": said.author_name,
        "comment_content": text,
        "comment_date_gmt": f"{said.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "permalink": settings.SITE_URL + address_of("post", said.article_id),
        "blog_charset": "UTF-8",
        "blog_lang": settings.LANGUAGE_CODE,
        "user_ip": sending.address,
        "user_agent": sending.agent,
    }
    return {name: value for name, value in fields.items() if value}


def submit(verdict: str, fields: Mapping[str, str]) -> None:
    """Tell Akismet that it was wrong: ``ham`` or ``spam`` is what it is. Raises ``Unanswered``."""
    _sent(f"/1.1/submit-{verdict}", fields)


def _verdict(fields: Mapping[str, str]) -> tuple[bool, bool]:
    answer = _sent("/1.1/comment-check", fields)
    said = answer.body.strip()
    if said not in (b"true", b"false"):
        raise Unanswered("malformed")
    return said == b"true", answer.headers.get("x-akismet-pro-tip") == "discard"


def _sent(path: str, fields: Mapping[str, str]) -> Answer:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept-Encoding": "identity",
        "User-Agent": "Postil | screening/1",
    }
    body = urlencode(fields).encode()
    return post(HOST + path, body, headers, seconds=settings.SCREENING_SECONDS)
