"""What a user name may be."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _lazy

#: ASCII only: two names that look alike must be the same name.
validate_username = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{1,59}\Z",
    _lazy("A user name is 2 to 60 letters, digits, dots, dashes or underscores."),
)
USERNAME_VALIDATORS = [validate_username]
