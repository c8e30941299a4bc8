"""The rules of the site, in versions, and what the law calls a breach of each."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What a breach is about, as the Transparency Database of the EU sorts statements of reasons.

    With ``STATEMENT_CATEGORY_`` before it, a value is the one that its API takes.
    """

    ANIMAL_WELFARE = "ANIMAL_WELFARE", _("Animal welfare")
    CONSUMER_INFORMATION = "CONSUMER_INFORMATION", _("Consumer information")
    CYBER_VIOLENCE = "CYBER_VIOLENCE", _("Cyber violence")
    CYBER_VIOLENCE_AGAINST_WOMEN = (
        "CYBER_VIOLENCE_AGAINST_WOMEN",
        _("Cyber violence against women"),
    )
    PRIVACY = (
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        _("Violation of data protection or privacy"),
    )
    SPEECH = "ILLEGAL_OR_HARMFUL_SPEECH", _("Illegal or harmful speech")
    INTELLECTUAL_PROPERTY = (
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        _("Infringement of intellectual property"),
    )
    CIVIC_DISCOURSE = (
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        _("Negative effects on civic discourse or elections"),
    )
    NOT_SPECIFIED = "NOT_SPECIFIED_NOTICE", _("Not specified")
    TERMS = "OTHER_VIOLATION_TC", _("Another breach of the rules of the site")
    MINORS = "PROTECTION_OF_MINORS", _("Protection of minors")
    PUBLIC_SECURITY = "RISK_FOR_PUBLIC_SECURITY", _("Risk for public security")
    SCAMS = "SCAMS_AND_FRAUD", _("Scams and fraud")
    SELF_HARM = "SELF_HARM", _("Self-harm")
    PRODUCTS = "UNSAFE_AND_PROHIBITED_PRODUCTS", _("Unsafe or prohibited products")
    VIOLENCE = "VIOLENCE", _("Violence")


#: The longest of them.
CATEGORY_LIMIT = 48


class Rule(models.Model):
    """One version of one of the site's rules. A change is a new version; nothing is rewritten."""

    number = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=120)
    text = models.TextField()
    #: What a breach of it is about, in the statements of reasons that rest on it.
    category = models.CharField(
        max_length=CATEGORY_LIMIT, choices=Category.choices, default=Category.TERMS
    )
    #: What a removal under it weighs as a strike: 1 for what happens to anybody.
    severity = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number", "version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="rule_version_once"),
            models.UniqueConstraint(
                fields=["slug"], name="rule_one_current", condition=Q(retired_at=None)
            ),
            models.UniqueConstraint(
                fields=["number"], name="rule_number_once", condition=Q(retired_at=None)
            ),
            models.CheckConstraint(
                name="rule_severity_known", condition=Q(severity__gte=1, severity__lte=9)
            ),
            models.CheckConstraint(
                name="rule_category_known", condition=Q(category__in=Category.values)
            ),
        ]

    def __str__(self) -> str:
        return gettext("Rule %(number)s: %(title)s") % {"number": self.number, "title": self.title}

    @property
    def numbered(self) -> str:
        """It as a line of a list has it."""
        return f"{self.number}. {self.title}"

    def get_absolute_url(self) -> str:
        """The page of this version: what decisions cite, and stays for ever."""
        return reverse("rule-version", args=[self.slug, self.version])


class ReasonTemplate(models.Model):
    """Words that moderators give as a reason again and again, with holes for what differs."""

    #: The rule that it is for, whatever the version; empty for any.
    rule_slug = models.SlugField(max_length=60, blank=True)
    title = models.CharField(max_length=80)
    #: With ``{author}``, ``{rule}``, ``{article}``, ``{quote}``.
    text = models.TextField()
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["rule_slug", "title"]
        constraints = [
            models.UniqueConstraint(fields=["rule_slug", "title"], name="reason_template_once"),
        ]

    def __str__(self) -> str:
        return self.title
