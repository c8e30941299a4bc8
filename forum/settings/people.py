"""Accounts: logging in, the second factor, sessions."""

from forum.settings.environment import env
from forum.settings.site import HTTPS, SITE_NAME

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
#: Failed log-ins are counted by address: behind a proxy by the one it names, which it adds last.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
#: One address, kept until the one that is to replace it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
#: What is done to an account is told by e-mail, and its password asked for once more before.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USERNAME_VALIDATORS = "forum.accounts.validators.USERNAME_VALIDATORS"
ACCOUNT_ADAPTER = "forum.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "forum.accounts.forms.LoginForm",
    "signup": "forum.accounts.forms.SignupForm",
    "add_email": "forum.accounts.forms.AddEmailForm",
    "change_password": "forum.accounts.forms.ChangePasswordForm",
    "set_password": "forum.accounts.forms.SetPasswordForm",
    "reset_password": "forum.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "forum.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "forum.accounts.forms.ReauthenticateForm",
}

MFA_ADAPTER = "forum.accounts.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = SITE_NAME
#: Codes of thirty seconds before and after are taken as well: clocks differ, and people type.
MFA_TOTP_TOLERANCE = 1
#: Whose address is not confirmed is stopped by ``second_factor_views``. This would also stop who
#: has a second factor from changing their address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
#: Browsers allow passkeys without TLS at ``localhost`` only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_FORMS = {
    "authenticate": "forum.accounts.second_factor_forms.AuthenticateForm",
    "reauthenticate": "forum.accounts.second_factor_forms.ReauthenticateForm",
    "activate_totp": "forum.accounts.second_factor_forms.ActivateForm",
    "add_webauthn": "forum.accounts.second_factor_forms.AddPasskeyForm",
    "edit_webauthn": "forum.accounts.second_factor_forms.EditPasskeyForm",
    "authenticate_webauthn": "forum.accounts.second_factor_forms.AuthenticatePasskeyForm",
    "login_webauthn": "forum.accounts.second_factor_forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "forum.accounts.second_factor_forms.ReauthenticatePasskeyForm",
}
SESSION_ENGINE = "forum.accounts.sessions"
#: Whether a session keeps the address it began at, for whoever it is of to see.
KEEP_IP_ADDRESSES = env.flag("KEEP_IP_ADDRESSES", False)
