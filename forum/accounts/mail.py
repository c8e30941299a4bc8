"""E-mails about accounts: they answer what somebody has just done, so they leave at once or not."""

from __future__ import annotations

import logging

from django.core.mail import EmailMessage
from django_tasks import task

logger = logging.getLogger(__name__)

#: RFC 3834: nobody's absence note answers it.
_HEADERS = {"Auto-Submitted": "auto-generated"}


@task()
def send_account_mail(subject: str, body: str, sender: str, recipients: list[str]) -> None:
    """Send one e-mail. If it does not leave it is not tried again: who waits for it asks anew."""
    try:
        EmailMessage(subject, body, sender, recipients, headers=_HEADERS).send()
    except OSError:
        logger.exception("The e-mail “%s” did not leave", subject)
