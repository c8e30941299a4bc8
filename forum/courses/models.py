"""Courses, their sections, and who belongs to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from forum.accounts.models import User


class Course(models.Model):
    """A class that reads together."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """A part of a course, such as a weekly group."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sections")
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "name"], name="section_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.course}: {self.name}"


class Role(models.TextChoices):
    STUDENT = "student", _("Student")
    ASSISTANT = "assistant", _("Assistant")
    STAFF = "staff", _("Course staff")


class Membership(models.Model):
    """One person's place in one course; without a section it spans the whole course."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="memberships")
    section = models.ForeignKey(
        Section, on_delete=models.SET_NULL, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.STUDENT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "course"], name="member_once"),
            models.CheckConstraint(
                name="membership_role_known", condition=models.Q(role__in=Role.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.course} ({self.role})"
