"""Notices of illegal content (article 16 of the Digital Services Act), and orders of authorities.

Anybody may give notice, with or without an account. What a notice says of whoever gave it is for
moderators alone, and is forgotten when it is not needed any more.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forum.accounts.models import NAME_LIMIT, User
from forum.discussion.models import Post, Revision
from forum.guests.models import DIGEST, EMAIL_LIMIT
from forum.lib.language import LANGUAGE_LIMIT
from forum.moderation.models.cases import Case
from forum.moderation.models.decisions import Decision
from forum.moderation.models.rules import CATEGORY_LIMIT, Category

#: Code points of an address that somebody gives notice of, and of a law that they name.
URL_LIMIT, LAW_LIMIT = 1_000, 500


class NoticeState(models.TextChoices):
    RECEIVED = "received", _("Received")
    DECIDED = "decided", _("Decided")


class Notice(models.Model):
    """One notice that what one revision says is illegal. Its number is what people refer to."""

    case = models.ForeignKey(Case, on_delete=models.RESTRICT, related_name="notices")
    revision = models.ForeignKey(Revision, on_delete=models.RESTRICT, related_name="+")
    state = models.CharField(
        max_length=10, choices=NoticeState.choices, default=NoticeState.RECEIVED
    )
    #: The exact address, as it was given.
    url = models.CharField(max_length=URL_LIMIT)
    explanation = models.TextField()
    category = models.CharField(max_length=CATEGORY_LIMIT, choices=Category.choices)
    #: The law that it is against, if whoever gave notice knows.
    law = models.CharField(max_length=LAW_LIMIT, blank=True)
    #: One of articles 3 to 7 of directive 2011/93/EU: nobody has to give a name for these.
    offence_against_children = models.BooleanField(default=False)
    #: The body that is a trusted flagger (article 22), where notice is given for one.
    trusted_flagger = models.CharField(max_length=NAME_LIMIT, blank=True)
    #: Whether the address it came with is one of a trusted flagger's that the site knows.
    is_trusted = models.BooleanField(default=False)
    notifier = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="notices")
    name = models.CharField(max_length=NAME_LIMIT, blank=True)
    #: Of somebody without an account, to be told what was decided.
    email = models.EmailField(max_length=EMAIL_LIMIT, blank=True)
    #: A keyed digest of it, by which notices of one person are told from those of others.
    email_digest = models.CharField(max_length=DIGEST, blank=True)
    #: In which they are told.
    language = models.CharField(max_length=LANGUAGE_LIMIT, blank=True)
    #: Of the form, so that one sent twice is one.
    token = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    #: The decision that answered it, the first after it.
    decision = models.ForeignKey(
        Decision, on_delete=models.RESTRICT, null=True, related_name="notices"
    )
    decided_at = models.DateTimeField(null=True)
    #: When its name and address were forgotten.
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["case"], name="notice_waiting", condition=Q(state=NoticeState.RECEIVED)
            ),
            models.Index(fields=["created_at"], name="notice_by_time"),
            models.Index(fields=["email_digest"], name="notice_by_address"),
            models.Index(fields=["decided_at"], name="notice_with_address", condition=~Q(email="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="notice_state_known", condition=Q(state__in=NoticeState.values)
            ),
            models.CheckConstraint(
                name="notice_category_known", condition=Q(category__in=Category.values)
            ),
            models.CheckConstraint(name="notice_says_why", condition=~Q(explanation="")),
            models.CheckConstraint(
                name="notice_decided_whole",
                condition=Q(state="received", decision=None, decided_at=None)
                | Q(state="decided", decision__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                # Article 16 (2) (c).
                name="notice_says_who",
                condition=Q(offence_against_children=True)
                | Q(forgotten_at__isnull=False)
                | ~Q(name=""),
            ),
            models.CheckConstraint(
                name="notice_forgotten_whole",
                condition=Q(forgotten_at=None) | Q(name="", email="", email_digest=""),
            ),
            models.UniqueConstraint(
                fields=["revision", "token"], name="notice_once", condition=~Q(token="")
            ),
        ]

    def __str__(self) -> str:
        return f"Notice {self.pk}"


#: The countries whose authorities order: those of the European Economic Area.
MEMBER_STATES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)


class OrderKind(models.TextChoices):
    ACT = "act", _("To act against illegal content (article 9)")
    INFORM = "inform", _("To provide information (article 10)")


class Order(models.Model):
    """An order of an authority, entered by an admin: the yearly report counts them."""

    kind = models.CharField(max_length=6, choices=OrderKind.choices)
    #: By its letters in ISO 3166.
    member_state = models.CharField(max_length=2, choices=[(code, code) for code in MEMBER_STATES])
    authority = models.CharField(max_length=200)
    category = models.CharField(max_length=CATEGORY_LIMIT, choices=Category.choices)
    post = models.ForeignKey(
        Post, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField(default=timezone.now)
    #: When the authority was told that it has arrived, and when effect was given to it.
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    effected_at = models.DateTimeField(null=True, blank=True)
    #: For the site's own use.
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [models.Index(fields=["received_at"], name="order_by_time")]
        constraints = [
            models.CheckConstraint(name="order_kind_known", condition=Q(kind__in=OrderKind.values)),
            models.CheckConstraint(
                name="order_category_known", condition=Q(category__in=Category.values)
            ),
            models.CheckConstraint(
                name="order_member_state_known", condition=Q(member_state__in=MEMBER_STATES)
            ),
            models.CheckConstraint(
                name="order_times_in_order",
                condition=(
                    Q(acknowledged_at=None) | Q(acknowledged_at__gte=models.F("received_at"))
                )
                & (Q(effected_at=None) | Q(effected_at__gte=models.F("received_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"Order {self.pk} of {self.authority}"
