"""E-mails as they are written: one notice, or several together."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from forum.notifications.models import ALWAYS, Notification, NotificationKind
from forum.notifications.preferences import link_to_stop

_ABOUT = {
    NotificationKind.REPLY: _lazy("replies to you"),
    NotificationKind.MENTION: _lazy("mentions of you"),
    NotificationKind.FOLLOWED: _lazy("discussions that you follow"),
    NotificationKind.DECISION: _lazy("decisions about what you wrote"),
    NotificationKind.OUTCOME: _lazy("the outcome of your flags"),
    NotificationKind.PASSAGE: _lazy("passages that you marked"),
    NotificationKind.SANCTION: _lazy("sanctions"),
}


def about(kinds: Sequence[str]) -> str:
    """What ``kinds`` of notices are about, in words."""
    return get_text_list([str(_ABOUT[NotificationKind(kind)]) for kind in kinds], _("and"))


def single(notices: Sequence[Notification]) -> EmailMessage:
    """The e-mail of one notice."""
    (notice,) = notices
    subject = " ".join(notice.subject.split())
    return _message(notices, subject, f"{notice.body}\n\n{_link(notice)}")


def digest(notices: Sequence[Notification]) -> EmailMessage:
    """One e-mail of several notices to one person, the oldest first."""
    subject = ngettext("%(number)s notice", "%(number)s notices", len(notices))
    subject %= {"number": len(notices)}
    body = "\n\n".join(f"{notice.body}\n{_link(notice)}" for notice in notices)
    return _message(notices, subject, body)


def _link(notice: Notification) -> str:
    return settings.SITE_URL + notice.path


def _message(notices: Sequence[Notification], subject: str, body: str) -> EmailMessage:
    recipient = notices[0].recipient
    kinds = sorted({notice.kind for notice in notices} - set(ALWAYS))
    headers = {
        # The same for the same notices: of one that comes twice, since whoever sent it was
        # killed before that was written down, mail programs show one.
        "Message-ID": _message_id(notices),
        # RFC 3834: nobody's absence note answers it.
        "Auto-Submitted": "auto-generated",
    }
    choose = settings.SITE_URL + reverse("notifications-settings")
    foot = [_("Which e-mails you get: %(address)s") % {"address": choose}]
    if kinds:
        stop = link_to_stop(recipient, kinds)
        said = {"about": about(kinds), "address": stop}
        foot.insert(0, _("No more e-mails about %(about)s: %(address)s") % said)
        # RFC 8058: a mail program may post there for its user, without asking anything.
        headers["List-Unsubscribe"] = f"<{stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    else:
        foot = [_("You are told this by e-mail whatever you have chosen.")]
    return EmailMessage(
        subject=f"[{settings.SITE_NAME}] {subject}",
        # RFC 3676: what follows such a line is no part of the message.
        body="\n".join([f"{body}\n\n-- ", *foot, ""]),
        to=[recipient.email],
        headers=headers,
    )


def _message_id(notices: Sequence[Notification]) -> str:
    which = ",".join(str(notice.pk) for notice in notices)
    digest = salted_hmac("forum.notifications.message", which, algorithm="sha256").hexdigest()
    return f"<{digest[:32]}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"
