"""Who was given which role in moderation, for the whole site or a part of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forum.accounts.models import NAME_LIMIT, User
from forum.courses.models import Course
from forum.discussion.models import Article
from forum.discussion.visibility import ROLES


class ModerationRole(models.TextChoices):
    """What can be given. An admin, who may do all of it, is an account's flag and no role here."""

    MODERATOR = "moderator", _("Moderator")
    #: Moderates the whole site, decides appeals and what was escalated, and looks after moderators.
    APPEALS_LEAD = "appeals-lead", _("Appeals lead")


class RoleAssignment(models.Model):
    """One role that one person was given: for an article, for a course, or for the whole site.

    A row stands until it is taken. What the person's own flags repeat of it (``User``) is written
    in the same transaction.
    """

    person = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="roles")
    person_name = models.CharField(max_length=NAME_LIMIT)
    role = models.CharField(max_length=12, choices=ModerationRole.choices)
    #: The part of the site that it is for; with neither, it is for all of it.
    article = models.ForeignKey(Article, on_delete=models.CASCADE, null=True, related_name="roles")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, null=True, related_name="roles")
    given_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    given_by_name = models.CharField(max_length=NAME_LIMIT)
    given_at = models.DateTimeField(default=timezone.now, editable=False)
    taken_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    taken_by_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    taken_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        # Named where the rule of who may read what stands, which looks into it.
        db_table = ROLES
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="role_known", condition=Q(role__in=ModerationRole.values)),
            models.CheckConstraint(
                name="role_for_one_part", condition=Q(article=None) | Q(course=None)
            ),
            models.CheckConstraint(
                name="role_lead_for_the_site",
                condition=Q(role="moderator") | Q(article=None, course=None),
            ),
            models.CheckConstraint(
                name="role_taken_by_somebody",
                condition=Q(taken_at=None, taken_by=None, taken_by_name="")
                | Q(~Q(taken_by_name=""), taken_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person"],
                name="role_once_on_the_site",
                condition=Q(article=None, course=None, taken_at=None),
            ),
            models.UniqueConstraint(
                fields=["person", "article"],
                name="role_once_in_an_article",
                condition=Q(article__isnull=False, taken_at=None),
            ),
            models.UniqueConstraint(
                fields=["person", "course"],
                name="role_once_in_a_course",
                condition=Q(course__isnull=False, taken_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.scope}"

    @property
    def scope(self) -> str:
        """What it is for, in words."""
        if self.article:
            return gettext("the article “%(title)s”") % {"title": self.article.title}
        if self.course:
            return gettext("the course “%(title)s”") % {"title": self.course.title}
        return gettext("the whole site")
