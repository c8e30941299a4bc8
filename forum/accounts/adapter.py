"""How django-allauth is bent to this site."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.accounts.actions import choose_language, end_other_sessions, take_address
from forum.accounts.mail import send_account_mail
from forum.accounts.models import name_device
from forum.lib.devices import browser_and_system
from forum.lib.interface import language_of, offered, remember, spoken_to

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress
    from django.http import HttpRequest, HttpResponse

    from forum.accounts.models import User


#: Characters of an e-mail address.
EMAIL_LIMIT = 254
_REAUTHENTICATION = {
    "reauthenticate": _lazy("Use your password"),
    "mfa_reauthenticate": _lazy("Use a code from your app, or a recovery code"),
    "mfa_reauthenticate:webauthn": _lazy("Use a passkey"),
}


def _here(url: str) -> str:
    """``url`` at the site's own address: not at a name that whoever asked has called it by."""
    path = urlsplit(url)._replace(scheme="", netloc="").geturl()
    return f"{settings.SITE_URL}{path}"


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own behaviour, without messages about what the page already shows."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _lazy("This account is closed."),
        "cannot_remove_primary_email": _lazy("Make another address the main one first."),
        "duplicate_email": _lazy("This is your address already, or waits to be confirmed."),
        "email_password_mismatch": _lazy(
            "This e-mail address and this password do not go together."
        ),
        "email_taken": _lazy("There is an account with this e-mail address already."),
        "enter_current_password": _lazy("This is not the password you had until now."),
        "incorrect_password": _lazy("This is not your password."),
        "too_many_login_attempts": _lazy("Too many attempts failed. Try again in a few minutes."),
        "username_blacklisted": _lazy("This name cannot be used. Choose another."),
        "username_password_mismatch": _lazy("This name and this password do not go together."),
        "username_taken": _lazy("This name is taken. Choose another."),
    }

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Say nothing on logging in and out: the masthead does."""
        template = kwargs.get("message_template") or (args[2] if len(args) > 2 else "")
        if str(template) in (
            "account/messages/logged_in.txt",
            "account/messages/logged_out.txt",
        ):
            return
        super().add_message(*args, **kwargs)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Go on in the language of the account; one without takes that of this browser."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.language in offered():
            remember(response, user.language)
        elif settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
            choose_language(user, language_of(request))
        return response

    def clean_email(self, email: str) -> str:
        """Refuse what the table would not take."""
        email = super().clean_email(email)
        if len(email) > EMAIL_LIMIT:
            raise ValidationError(_("This is too long for an e-mail address."))
        return email

    def set_password(self, user: User, password: str) -> None:
        """Log the person out everywhere else: who knew the old password may be logged in there."""
        user.set_password(password)
        user.save(update_fields=["password"])
        session = getattr(self.request, "session", None)
        end_other_sessions(person=user, but=session.session_key if session else None)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Make ``email_address`` the one of its person, and tell the one that it replaces."""
        person = email_address.user
        said = {"email": email_address.email}
        before = take_address(person, email_address)
        if before is None:
            self.add_message(
                request, messages.ERROR, "account/messages/email_confirmation_failed.txt", said
            )
            return False
        if before and before.lower() != email_address.email.lower():
            self.send_notification_mail("account/email/email_changed", person, email=before)
        self.add_message(request, messages.SUCCESS, "account/messages/email_confirmed.txt", said)
        return True

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        return [
            method | {"description": _REAUTHENTICATION.get(method["id"], method["description"])}
            for method in super().get_reauthentication_methods(user)
        ]

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person what was done to their account: with which program, but not from where."""
        with self._spoken_to(user):
            device = name_device(*browser_and_system(self.get_http_user_agent(self.request)))
        known = {"user": user, "device": device} | (context or {})
        super().send_notification_mail(template_prefix, user, known, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send an e-mail without letting anybody wait for it.

        Else the time that an answer takes would tell which addresses have an account.
        """
        known = {"request": allauth_context.request, "email": email} | context
        known |= {name: _here(url) for name, url in context.items() if name.endswith("_url")}
        with self._spoken_to(context.get("user")):
            message = self.render_mail(template_prefix, email, known)
        send_account_mail.enqueue(message.subject, message.body, message.from_email, message.to)

    @staticmethod
    def _spoken_to(person: User | None) -> AbstractContextManager[None]:
        """In the language of ``person``; of who has chosen none, in that of the request: whoever
        forgot their password asks from wherever they are."""
        return spoken_to(person) if person and person.language in offered() else nullcontext()
