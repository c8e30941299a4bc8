"""People and the tokens that speak for them."""

import hashlib
import secrets
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from forum.accounts.validators import validate_username
from forum.lib.text import clean_line

KEY_PREFIX = "postil_"
NAME_LIMIT = 80


class User(AbstractUser):
    """A person. What they may do follows from three facts: these two flags and memberships.

    ``is_superuser`` is the site's admin; ``is_staff`` only opens Django's admin pages.
    """

    username = models.CharField(
        max_length=60,
        unique=True,
        validators=[validate_username],
        error_messages={"unique": "This name is taken."},
    )
    display_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    is_moderator = models.BooleanField(
        "moderator", default=False, help_text="Reviews flags and decides cases, site-wide."
    )
    is_editor = models.BooleanField(
        "editor", default=False, help_text="Publishes articles and exports their annotations."
    )
    email_notices = models.BooleanField("notices by e-mail", default=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                name="user_erased_is_inactive",
                condition=models.Q(erased_at=None) | models.Q(is_active=False),
            ),
        ]

    def __str__(self) -> str:
        return self.public_name

    @property
    def public_name(self) -> str:
        """The name shown beside what this person writes."""
        return self.display_name or self.username

    @cached_property
    def staffs_a_course(self) -> bool:
        """Whether this person is staff of any course. One query, remembered."""
        return self.memberships.filter(role="staff").exists()

    @property
    def publishes(self) -> bool:
        """Whether this person puts articles on the site and exports their annotations."""
        return self.is_superuser or self.is_editor or self.staffs_a_course

    def get_full_name(self) -> str:
        return self.public_name

    def clean(self) -> None:
        super().clean()
        self.display_name = clean_line(
            self.display_name, field="display_name", limit=NAME_LIMIT, required=False
        )


class ApiToken(models.Model):
    """A key for the API. Only its SHA-256 is kept; the key is shown once, when it is made."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.user})"

    @staticmethod
    def digest(key: str) -> str:
        """The hash under which ``key`` is stored. Keys are random, so they need no salt."""
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def issue(cls, user: User, *, name: str) -> tuple[Self, str]:
        """Make a token for ``user`` and return it with its key, which cannot be had again."""
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        return cls.objects.create(user=user, name=name, token_hash=cls.digest(key)), key
