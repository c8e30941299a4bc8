"""How django-allauth is bent to this site."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own behaviour, without messages about what the page already shows."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed.",
        "cannot_remove_primary_email": "Make another address the main one first.",
        "duplicate_email": "This is one of your addresses already.",
        "email_password_mismatch": "This e-mail address and this password do not go together.",
        "email_taken": "There is an account with this e-mail address already.",
        "enter_current_password": "This is not the password you had until now.",
        "incorrect_password": "This is not your password.",
        "too_many_login_attempts": "Too many attempts failed. Try again in a few minutes.",
        "username_blacklisted": "This name cannot be used. Choose another.",
        "username_password_mismatch": "This name and this password do not go together.",
        "username_taken": "This name is taken. Choose another.",
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
