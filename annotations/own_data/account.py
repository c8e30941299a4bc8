"""What the site keeps of one person's account, for the export of their own data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from annotations.own_data.pieces import Row, utc
from forum.moderation.models import RoleAssignment

if TYPE_CHECKING:
    from forum.accounts.models import User

_PASSKEY = Authenticator.Type.WEBAUTHN


def profile(person: User) -> Row:
    """The account itself."""
    addresses = EmailAddress.objects.filter(user=person).order_by("pk")
    courses = person.memberships.select_related("course", "section").order_by("pk")
    roles = RoleAssignment.objects.filter(person=person).select_related("article", "course")
    return {
        "id": person.pk,
        "username": person.username,
        "display_name": person.display_name,
        "email": person.email,
        "email_addresses": [
            {"address": a.email, "confirmed": a.verified, "main": a.primary} for a in addresses
        ],
        "joined_at": utc(person.date_joined),
        "last_login_at": utc(person.last_login),
        "moderator": person.is_moderator,
        "editor": person.is_editor,
        "admin": person.is_superuser,
        "courses": [
            {
                "course": m.course.title,
                "section": m.section.name if m.section else None,
                "role": m.role,
            }
            for m in courses
        ],
        "roles": [
            {
                "role": role.role,
                "article": role.article.slug if role.article else None,
                "course": role.course.slug if role.course else None,
                "given_at": utc(role.given_at),
                "taken_at": utc(role.taken_at),
            }
            for role in roles.order_by("pk")
        ],
        "language": person.language,
        "email_notices": person.email_notices,
        "show_picture": person.show_picture,
        "notice_settings": dict(person.notice_settings.values_list("kind", "how")),
        "comfort_at_the_desk": {
            name: getattr(person, name) for name in ("blur_images", "gray_images", "hide_words")
        },
        "second_factors": [
            {
                "kind": factor.type,
                "name": factor.data.get("name") if factor.type == _PASSKEY else None,
                "created_at": utc(factor.created_at),
                "last_used_at": utc(factor.last_used_at),
            }
            for factor in Authenticator.objects.filter(user=person).order_by("pk")
        ],
        "sessions": [
            {
                "device": session.device,
                "address": session.address,
                "began_at": utc(session.began_at),
                "seen_at": utc(session.seen_at),
            }
            for session in person.sessions.order_by("began_at")
        ],
        "api_tokens": [
            {
                "name": token.name,
                "created_at": utc(token.created_at),
                "last_used_at": utc(token.last_used_at),
                "revoked_at": utc(token.revoked_at),
            }
            for token in person.api_tokens.order_by("pk")
        ],
    }
