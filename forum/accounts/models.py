"""People and the tokens that speak for them."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.accounts.sessions import SessionStore, this_hour
from forum.accounts.validators import validate_username
from forum.lib.language import LANGUAGE_LIMIT
from forum.lib.text import clean_line

KEY_PREFIX = "postil_"
NAME_LIMIT = 80
#: The name of whoever has erased their account, beside what they left.
FORMER_MEMBER = "Former member"


def former_member(account: int) -> str:
    """The name of whoever had ``account``, where one has to be told from another: in logs."""
    return f"{FORMER_MEMBER} {account}"


def shown_name(name: str) -> str:
    """``name`` as people read it: of whoever has erased their account, in the language at hand."""
    gone, _space, number = name.removeprefix(FORMER_MEMBER).partition(" ")
    if gone or not name.startswith(FORMER_MEMBER):
        return name
    if number.isdecimal():
        return gettext("Former member %(number)s") % {"number": number}
    return name if number else gettext("Former member")


class Parts(NamedTuple):
    """The parts of the site that somebody moderates, by id."""

    articles: frozenset[int]
    courses: frozenset[int]


class User(AbstractUser):
    """A person. What they may do follows from these flags, roles that were given, and memberships.

    ``is_superuser`` is the site's admin; ``is_staff`` only opens Django's admin pages.
    ``is_moderator``, ``leads_appeals`` and ``moderates_parts`` repeat what the roles say that were
    given to them, so that no request has to ask; only those who give and take roles write them.
    """

    username = models.CharField(
        max_length=60,
        unique=True,
        validators=[validate_username],
        error_messages={"unique": _("This name is taken.")},
    )
    display_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    is_moderator = models.BooleanField(
        _("moderator"), default=False, help_text=_("Reviews flags and decides cases, site-wide.")
    )
    leads_appeals = models.BooleanField(_("leads appeals"), default=False, editable=False)
    #: Whether they moderate single articles or courses: ``moderated_parts`` says which.
    moderates_parts = models.BooleanField(
        _("moderates parts of the site"), default=False, editable=False
    )
    is_editor = models.BooleanField(
        _("editor"),
        default=False,
        help_text=_("Publishes articles and exports their annotations."),
    )
    #: In which the site speaks to this person, in e-mails too; empty: in its own.
    language = models.CharField(
        _("language"), max_length=LANGUAGE_LIMIT, blank=True, editable=False
    )
    email_notices = models.BooleanField(_("notices by e-mail"), default=True)
    show_picture = models.BooleanField(
        _("picture of the initials"), default=True, help_text=_("Beside the name on their profile.")
    )
    #: Whether a sanction of theirs may be in force, so that of nobody else it is asked: false only
    #: where none is. Set with the sanction, in one transaction (``forum.moderation.people``).
    is_sanctioned = models.BooleanField(default=False, editable=False)
    #: What spares a moderator at the desk. Nothing else looks at these.
    blur_images = models.BooleanField(_("blur images"), default=False, editable=False)
    gray_images = models.BooleanField(_("images without colour"), default=False, editable=False)
    hide_words = models.BooleanField(_("hide words of the lists"), default=False, editable=False)
    #: When they last downloaded their data.
    exported_at = models.DateTimeField(null=True, editable=False)

    #: What others say of a person: whoever says it writes it, by name (``save``).
    SAID_BY_OTHERS: ClassVar[frozenset[str]] = frozenset(
        {
            *("is_superuser", "is_staff", "is_active", "is_editor", "is_sanctioned"),
            *("is_moderator", "leads_appeals", "moderates_parts"),
        }
    )

    class Meta(AbstractUser.Meta):
        indexes = [
            # In small letters, as people are named in a text.
            models.Index(Lower("username"), name="user_by_name"),
        ]

    def __str__(self) -> str:
        return self.public_name

    def save(self, *, update_fields: Iterable[str] | None = None, **how: Any) -> None:
        """Write ``update_fields``; without them all that is not ``SAID_BY_OTHERS``.

        A new password would otherwise write back a role that was taken since the request began, and
        an account that was erased since. Raises ``PermissionDenied`` where it is gone.
        """
        if update_fields is None and not self._state.adding:
            kept = self.SAID_BY_OTHERS | self.get_deferred_fields()
            columns = (field for field in self._meta.concrete_fields if not field.primary_key)
            update_fields = [column.name for column in columns if column.name not in kept]
        try:
            super().save(update_fields=update_fields, **how)
        except DatabaseError as error:
            # Django's own, where no row was there to update. It has no class of its own.
            if type(error) is not DatabaseError:
                raise
            raise PermissionDenied(gettext("This account is closed.")) from error

    @property
    def public_name(self) -> str:
        """The name shown beside what this person writes."""
        return self.display_name or self.username

    def get_absolute_url(self) -> str:
        """Their profile."""
        return reverse("person", args=[self.username])

    @cached_property
    def staffs_a_course(self) -> bool:
        """Whether this person is staff of any course. One query, remembered."""
        return self.memberships.filter(role="staff").exists()

    @property
    def is_suspended(self) -> bool:
        """Whether a suspension or a ban holds against this person: what moderators have rests
        meanwhile. No query of whoever has no sanction; of others one, remembered."""
        return self.is_sanctioned and self._is_suspended_now

    @cached_property
    def _is_suspended_now(self) -> bool:
        # The model belongs to moderation, which knows what is in force.
        in_force = self.sanctions.in_force()
        return bool(in_force.filter(kind__in=("suspend", "ban")).exists())

    @property
    def moderates_site(self) -> bool:
        """Whether this person moderates all of the site."""
        return (self.is_superuser or self.is_moderator) and not self.is_suspended

    @property
    def moderates_only_parts(self) -> bool:
        """Whether this person moderates single articles or courses, and not all of the site."""
        return self.moderates_parts and not self.moderates_site and not self.is_suspended

    @property
    def moderates(self) -> bool:
        """Whether this person moderates anything here."""
        return self.moderates_site or self.moderates_only_parts

    @property
    def decides_appeals(self) -> bool:
        """Whether this person decides what moderators leave to others, and looks after these."""
        return (self.is_superuser or self.leads_appeals) and not self.is_suspended

    @cached_property
    def moderated_parts(self) -> Parts:
        """The articles and courses that this person moderates. One query at most, remembered."""
        if not self.moderates_parts or self.is_suspended:
            return Parts(frozenset(), frozenset())
        given = list(self.roles.filter(taken_at=None).values_list("article", "course"))
        return Parts(
            frozenset(article for article, course in given if article),
            frozenset(course for article, course in given if course),
        )

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


class Mute(models.Model):
    """One person would rather not read another. Nobody but they learns of it."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mutes", db_index=False)
    muted = models.ForeignKey(User, on_delete=models.CASCADE, related_name="muted_by")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "muted"], name="mute_once"),
            models.CheckConstraint(
                name="mute_of_another", condition=~models.Q(person=models.F("muted"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} mutes {self.muted}"


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


def name_device(browser: str, system: str) -> str:
    """A program and what it runs on, in words; either may be empty."""
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("A program that does not say what it is")


class Session(AbstractBaseSession):
    """What a browser's cookie stands for; of whoever is logged in there it says who, and where.

    See ``forum.accounts.sessions``, which writes these.
    """

    #: No constraint: Django takes one that fails for a key that is taken, and tries another.
    user = models.ForeignKey(
        User,
        null=True,
        on_delete=models.CASCADE,
        related_name="sessions",
        db_index=False,
        db_constraint=False,
    )
    began_at = models.DateTimeField(null=True)
    #: The hour in which it was last used.
    seen_at = models.DateTimeField(null=True)
    browser = models.CharField(max_length=40, blank=True)
    system = models.CharField(max_length=40, blank=True)
    #: Only where the site keeps addresses.
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at", "-began_at"], name="session_of_user")]
        constraints = [
            models.CheckConstraint(
                name="session_of_somebody_has_times",
                condition=models.Q(user=None, began_at=None, seen_at=None)
                | models.Q(user__isnull=False, began_at__isnull=False, seen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user or 'nobody'}: {self.device}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore

    @property
    def device(self) -> str:
        """The program and what it runs on, in words."""
        return name_device(self.browser, self.system)

    @property
    def handle(self) -> str:
        """What a form may call it: who knows it cannot make the key from it."""
        return hashlib.sha256(f"session:{self.session_key}".encode()).hexdigest()[:20]

    @property
    def is_in_use(self) -> bool:
        """Whether somebody has used it within this hour."""
        return self.seen_at is not None and self.seen_at >= this_hour()

    @property
    def used_about(self) -> datetime | None:
        """When it was last used, as long ago in whole hours."""
        return timezone.now() - (this_hour() - self.seen_at) if self.seen_at else None


class Leaving(models.TextChoices):
    """What becomes of what somebody wrote who erases their account."""

    ERASED = "erased", _("Erase what I wrote")
    KEPT = "kept", _("Leave what I wrote, without my name")


class Erasure(models.Model):
    """That an account was erased, and how; not whose it was."""

    #: The id that it had.
    account = models.PositiveBigIntegerField(unique=True)
    posts = models.CharField(max_length=6, choices=Leaving.choices)
    erased_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-erased_at"]
        constraints = [
            models.CheckConstraint(
                name="erasure_of_posts_known", condition=models.Q(posts__in=Leaving.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Account {self.account}"
