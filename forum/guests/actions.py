"""What guests do: respond, confirm, be told, be forgotten, and claim what they wrote."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forum.accounts.actions import is_a_user_name
from forum.accounts.models import NAME_LIMIT, User
from forum.discussion.actions import count_comment, depth_below
from forum.discussion.mentions.actions import write
from forum.discussion.models import Article, Kind, Post, State
from forum.discussion.writing.revisions import bump_activity, look_ahead, write_first_revision
from forum.guests.letters import forget_letters, page_of, write_letter
from forum.guests.models import EMAIL_LIMIT, GuestResponse, Letter
from forum.lib.errors import Conflict, Refused
from forum.lib.html import Format, Rendered
from forum.lib.insert import insert
from forum.lib.interface import spoken_by_site
from forum.lib.text import COMMENT_LIMIT, clean_line, clean_source
from forum.permissions import require
from forum.screening.pipeline import look, refused_as_held, screen
from forum.screening.submission import AS_IT_IS, Sending, Submission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Code points left for a guest's own name: the rest says that it is a guest's.
_OWN_NAME = NAME_LIMIT - 20
#: An address that nobody has decided about is forgotten after so long all the same.
_NEVER_DECIDED = timedelta(days=180)


def digest_of(email: str) -> str:
    """What is kept of an address: nobody gets from it to the address without our key."""
    return salted_hmac("forum.guests.email", email.strip().lower(), algorithm="sha256").hexdigest()


def respond_as_guest(
    *,
    article: Article,
    name: str,
    email: str,
    source: str,
    parent: Post | None = None,
    token: str = "",
    allow: Callable[[str], None] = lambda email: None,
    sending: Sending = AS_IT_IS,
) -> GuestResponse:
    """Keep a response of somebody without an account, and send them a link to confirm it.

    Nobody reads it before that. The same ``token`` with the same address is the same response.
    ``allow`` is asked with the address before anything is written, and may raise.
    It is screened now, while its author can still change it, and again when it is confirmed; other
    servers are asked then alone, about what somebody stands for.
    Raises ``Refused`` naming ``name``, ``email`` or ``source``, ``Nudge``, and what
    ``permissions`` raises.
    """
    parent = parent or article.post
    require(AnonymousUser(), "guest.respond", parent)
    depth = depth_below(parent, article)
    name = _clean_name(name)
    email = clean_email(email)
    source = clean_source(source, field="source", limit=COMMENT_LIMIT)
    rendered = write(source).rendered
    if not rendered.text:
        raise Refused("source", _("Please write something that can be read."))
    allow(email)
    post = _post(article, parent, depth, name)
    screen(Submission(post, article, rendered, sending=sending), outside=False)
    # Others read the name as well.
    named = Submission(post, article, Rendered("", name), "name", sending=sending)
    screen(named, outside=False)
    forget()
    guest = GuestResponse(
        parent=parent,
        name=name,
        email=email,
        email_digest=digest_of(email),
        language=get_language() or "",
        source=source,
        token=token,
        expires_at=timezone.now() + timedelta(hours=settings.GUEST_LINK_HOURS),
    )
    try:
        with transaction.atomic():
            insert(guest)
            _ask_to_confirm(guest, article)
    except IntegrityError:
        earlier = GuestResponse.objects.filter(email_digest=guest.email_digest, token=token)
        same = earlier.first() if token else None
        if same is None:
            raise
        return same
    return guest


def confirm(guest: GuestResponse, *, sending: Sending = AS_IT_IS) -> Post:
    """Make the post that ``guest`` asked for, which waits for a moderator.

    Whoever confirms it again gets the same post. Raises ``Conflict`` once it is too late, and what
    ``permissions`` raises if nobody can respond there any more.
    """
    if guest.post:
        return guest.post
    if timezone.now() >= guest.expires_at:
        raise Conflict(_("This link has expired."), code="expired")
    parent = guest.parent
    require(AnonymousUser(), "guest.respond", parent)
    article = Article.objects.select_related("post").get(pk=parent.article_id)
    rendered = write(guest.source).rendered
    post = _post(article, parent, depth_below(parent, article), guest.name)
    said = Submission(post, article, rendered, sending=sending, email=guest.email)
    # It was let through before; lists may have changed since, and other servers be asked.
    screening = refused_as_held(look(said))
    post.state, post.held_for = State.HELD, screening.held_for
    then = [screening.keep, *look_ahead(post, rendered)]
    with transaction.atomic():
        highest, _followed = count_comment(post)
        post.number = None if post.note else highest
        insert(post)
        write_first_revision(
            post, rendered, source=guest.source, format=Format.COMMENT, editor=None, then=then
        )
        # Compare and set: of two who confirm at once, one does.
        unconfirmed = GuestResponse.objects.filter(pk=guest.pk, confirmed_at=None)
        done = unconfirmed.update(confirmed_at=timezone.now(), post=post, source="")
        if not done:
            transaction.set_rollback(True)
    guest.refresh_from_db()
    return post if done else confirm(guest)


def _post(article: Article, parent: Post, depth: int, name: str) -> Post:
    """What a guest of this name answers to ``parent``, not saved."""
    note = parent if parent.kind == Kind.ANNOTATION else parent.note
    # Others read it in the language of the site.
    with spoken_by_site():
        signed = _("%(name)s (guest)") % {"name": name}
    return Post(
        kind=Kind.COMMENT,
        author=None,
        author_name=signed,
        root_id=article.pk,
        parent=parent,
        note=note,
        depth=depth,
    )


def stop_letters(guest: GuestResponse) -> None:
    """Forget the address of ``guest``: nothing more is sent there about this response."""
    with transaction.atomic():
        waiting = Letter.objects.filter(sent_at=None, key__endswith=f":{guest.pk}")
        waiting.update(sent_at=timezone.now(), to="", body="")
        GuestResponse.objects.filter(pk=guest.pk).update(email="")
    guest.email = ""


def tell_decision(post: Post, *, key: str, subject: str, body: str) -> bool:
    """Tell the guest who wrote ``post`` what was decided, in the caller's transaction, which speaks
    their language.

    Whether there is one to be told. From now on their address is soon forgotten.
    """
    guest = GuestResponse.objects.filter(post=post, claimed_by=None).first()
    if guest is None:
        return False
    GuestResponse.objects.filter(pk=guest.pk, decided_at=None).update(decided_at=timezone.now())
    page = settings.SITE_URL + page_of(guest)
    text = f"{body}\n\n{_('What has become of it: %(link)s') % {'link': page}}"
    write_letter(guest, key=f"{key}:{guest.pk}", subject=subject, body=text)
    return bool(guest.email)


def forget() -> tuple[int, int]:
    """Delete what nobody confirmed in time, and addresses that are not needed any more.

    An address is kept for ``GUEST_EMAIL_DAYS`` after the first decision, so that whoever has it
    hears of an appeal. Returns how many there were of each.
    """
    now = timezone.now()
    late = GuestResponse.objects.filter(confirmed_at=None, expires_at__lt=now)
    gone, _each = late.delete()
    kept = timedelta(days=settings.GUEST_EMAIL_DAYS)
    old = Q(decided_at__lt=now - kept) | Q(confirmed_at__lt=now - _NEVER_DECIDED)
    confirmed = GuestResponse.objects.filter(old, confirmed_at__isnull=False)
    addresses = confirmed.exclude(email="").update(email="")
    forget_letters()
    return gone, addresses


def claimable_by(person: User, addresses: Iterable[str]) -> list[GuestResponse]:
    """What ``person``, whose confirmed ``addresses`` these are, wrote as a guest. One query."""
    digests = [digest_of(address) for address in addresses]
    if not digests:
        return []
    found = GuestResponse.objects.filter(
        email_digest__in=digests, claimed_by=None, post__author=None, post__isnull=False
    )
    return list(found.exclude(post__state=State.ERASED).select_related("post").order_by("post"))


def claim(person: User, addresses: Iterable[str]) -> int:
    """Make ``person`` the author of what they wrote as a guest; return how many posts.

    Their address is not needed for these any more: they are told things here.
    """
    claimed = 0
    for guest in claimable_by(person, addresses):
        with transaction.atomic():
            mine = GuestResponse.objects.filter(pk=guest.pk, claimed_by=None)
            if guest.post and mine.update(claimed_by=person, email=""):
                Post.objects.filter(pk=guest.post.pk).update(
                    author=person, author_name=person.public_name
                )
                bump_activity(guest.post)
                claimed += 1
    return claimed


def forget_claims(person: User, _posts: object) -> None:
    """Leave nothing by which what ``person`` has claimed is found again, in the eraser's
    transaction."""
    claimed = GuestResponse.objects.filter(claimed_by=person)
    claimed.update(email="", email_digest="", name="", token="", language="")


def _clean_name(name: str) -> str:
    name = clean_line(name, field="name", limit=_OWN_NAME)
    if is_a_user_name(name):
        raise Refused("name", _("This is somebody’s user name. Choose another name, or log in."))
    return name


def clean_email(email: str) -> str:
    """``email`` as it is kept. Raises ``Refused`` naming ``email``."""
    email = clean_line(email, field="email", limit=EMAIL_LIMIT)
    try:
        validate_email(email)
    except ValidationError:
        raise Refused("email", _("This is not an e-mail address.")) from None
    return email


def _ask_to_confirm(guest: GuestResponse, article: Article) -> None:
    # Nothing that the guest typed: this may go to somebody who has nothing to do with it.
    lines = [
        _("Somebody, probably you, responded to “%(title)s” with this address.")
        % {"title": article.title},
        _("Open this page and choose “Confirm”; then a moderator reads the response:"),
        settings.SITE_URL + page_of(guest),
        _("The link is good until %(until)s UTC.")
        % {"until": date_format(guest.expires_at.astimezone(UTC), "DATETIME_FORMAT")},
        _("If it was not you, do nothing: what was written is deleted then."),
    ]
    write_letter(
        guest,
        key=f"confirm:{guest.pk}",
        subject=_("Confirm your response"),
        body="\n\n".join(lines),
    )
