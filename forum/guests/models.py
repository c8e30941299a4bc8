"""What guests write before anybody else reads it, and the e-mails that they are sent."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from forum.accounts.models import NAME_LIMIT, User
from forum.discussion.models import Post
from forum.lib.language import LANGUAGE_LIMIT

#: Code points of an e-mail address.
EMAIL_LIMIT = 254
#: Hexadecimal digits of a digest.
DIGEST = 64


class GuestResponse(models.Model):
    """A response of somebody without an account: no post until its address is confirmed."""

    #: What it answers: an article's post, a comment or a note.
    parent = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=NAME_LIMIT)
    #: Empty once it is not needed any more.
    email = models.EmailField(max_length=EMAIL_LIMIT, blank=True)
    #: A keyed digest of the address: what is left of it, by which its owner claims what they wrote.
    email_digest = models.CharField(max_length=DIGEST)
    #: The language that they read, in which they are written to; empty for the site's.
    language = models.CharField(max_length=LANGUAGE_LIMIT, blank=True)
    #: What was typed, until it is the text of a post.
    source = models.TextField(blank=True)
    #: Of the form, so that one sent twice is one.
    token = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    #: Until then it can be confirmed; afterwards nothing is left of it.
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    post = models.OneToOneField(
        Post, on_delete=models.CASCADE, null=True, related_name="guest_response"
    )
    #: When a moderator first decided about the post.
    decided_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="guest_unconfirmed",
                condition=Q(confirmed_at=None),
            ),
            models.Index(
                fields=["confirmed_at"], name="guest_with_address", condition=~Q(email="")
            ),
            models.Index(fields=["email_digest"], name="guest_by_address"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["email_digest", "token"],
                name="guest_token_once",
                condition=~Q(token=""),
            ),
            models.CheckConstraint(
                name="guest_confirmed_has_a_post",
                condition=Q(confirmed_at=None, post=None)
                | Q(confirmed_at__isnull=False, post__isnull=False, source=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Guest response {self.pk}"


class Letter(models.Model):
    """One e-mail to a guest, who has no account to be told things on. The table is an outbox."""

    to = models.EmailField(max_length=EMAIL_LIMIT, blank=True)
    #: What it says, so that it is written once ("confirm:17").
    key = models.CharField(max_length=80, unique=True)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    #: The path that stops letters to this address about this response.
    stop = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    #: How often it was tried, and from when on it may be tried again; until then somebody may have
    #: it in hand.
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    #: When it left, or was given up; address and words are gone then.
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="letter_outbox", condition=Q(sent_at=None)),
        ]

    def __str__(self) -> str:
        return self.subject
