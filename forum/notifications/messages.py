"""E-mails as they are written: one notice, or several together."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from forum.notifications.models import Notification, NotificationKind
from forum.notifications.preferences import link_to_stop

_ABOUT = {
    NotificationKind.REPLY: "replies to you",
    NotificationKind.FOLLOWED: "discussions that you follow",
    NotificationKind.DECISION: "decisions about what you wrote",
    NotificationKind.OUTCOME: "the outcome of your flags",
    NotificationKind.PASSAGE: "passages that you marked",
}


def about(kinds: Sequence[str]) -> str:
    """What ``kinds`` of notices are about, in words."""
    return " and ".join(_ABOUT[NotificationKind(kind)] for kind in kinds)


def single(notices: Sequence[Notification]) -> EmailMessage:
    """The e-mail of one notice."""
    (notice,) = notices
    subject = " ".join(notice.subject.split())
    return _message(notices, subject, f"{notice.body}\n\n{_link(notice)}")


def digest(notices: Sequence[Notification]) -> EmailMessage:
    """One e-mail of several notices to one person, the oldest first."""
    subject = f"{len(notices)} notices" if len(notices) > 1 else "1 notice"
    body = "\n\n".join(f"{notice.body}\n{_link(notice)}" for notice in notices)
    return _message(notices, subject, body)


def _link(notice: Notification) -> str:
    return settings.SITE_URL + notice.path


def _message(notices: Sequence[Notification], subject: str, body: str) -> EmailMessage:
    recipient = notices[0].recipient
    kinds = sorted({notice.kind for notice in notices})
    stop = link_to_stop(recipient, kinds)
    choose = settings.SITE_URL + reverse("notifications-settings")
    foot = f"No more e-mails about {about(kinds)}: {stop}\nWhich e-mails you get: {choose}"
    return EmailMessage(
        subject=f"[{settings.SITE_NAME}] {subject}",
        # RFC 3676: what follows such a line is no part of the message.
        body=f"{body}\n\n-- \n{foot}\n",
        to=[recipient.email],
        headers={
            # RFC 8058: a mail program may post there for its user, without asking anything.
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            # RFC 3834: nobody's absence note answers it.
            "Auto-Submitted": "auto-generated",
        },
    )
