"""What people do about a post without a word: endorse it, follow it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from forum.accounts.models import User
from forum.discussion.models.posts import Post


class Endorsement(models.Model):
    """One person's yes to a response. There is no no."""

    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="endorsements", db_index=False
    )
    #: Without a name where the account is gone: what was counted stays counted.
    person = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="endorsements"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="endorsement_once"),
        ]

    def __str__(self) -> str:
        return f"Endorsement of post {self.post_id}"


class Subscription(models.Model):
    """One person follows a discussion, a thread in one, or a person, and is told of what is new."""

    #: The post of an article, whose discussion is followed, or that with which a thread begins: a
    #: response or a note.
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, related_name="subscriptions", db_index=False
    )
    #: Of a thread: the post of its article.
    root = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="+")
    #: Of a person: that person.
    author = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="followers", db_index=False
    )
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="subscriptions")
    #: The newest post that was there when they began, or that they have been told of, by its id.
    told = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="subscription_once"),
            models.UniqueConstraint(fields=["author", "person"], name="subscription_person_once"),
            models.CheckConstraint(
                name="subscription_to_one_thing",
                condition=Q(post__isnull=False, author=None)
                | Q(post=None, root=None, author__isnull=False),
            ),
            models.CheckConstraint(
                name="subscription_to_another", condition=~Q(author=models.F("person"))
            ),
        ]

    def __str__(self) -> str:
        what = f"person {self.author_id}" if self.author_id else f"post {self.post_id}"
        return f"{self.person} follows {what}"
