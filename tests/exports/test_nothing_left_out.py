"""Every table that knows a person is in the export of their data, or says here why it is not."""

from __future__ import annotations

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.test import Client

from annotations.own_data.files import json_pieces
from annotations.own_data.page import pieces
from annotations.own_data.rows import OTHERS, POSTS
from forum.accounts.models import ApiToken, User
from forum.accounts.muting import mute
from forum.courses.models import Course, Membership
from forum.discussion.endorsing import endorse
from forum.discussion.following.actions import follow_person
from forum.discussion.publishing.actions import revise_article
from forum.lib.errors import Refused
from forum.moderation.actions import decide, flag_post
from forum.moderation.appealing import file_appeal
from forum.moderation.models import Decision, Flag, FlagSetAside, RoleAssignment
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.sanctioning import impose
from forum.notifications.models import NoticeSetting
from tests import factories

#: Where each is told of in the file: a list, or a part of ``profile``.
TOLD = {
    "account.EmailAddress.user": "profile.email_addresses",
    "mfa.Authenticator.user": "profile.second_factors",
    "accounts.ApiToken.user": "profile.api_tokens",
    "accounts.Session.user": "profile.sessions",
    "courses.Membership.user": "profile.courses",
    "moderation.RoleAssignment.person": "profile.roles",
    "notifications.NoticeSetting.person": "profile.notice_settings",
    "discussion.Post.author": "responses",
    "discussion.Revision.editor": "edits",
    "discussion.Endorsement.person": "endorsements",
    "discussion.Subscription.person": "follows",
    "accounts.Mute.person": "mutes",
    "notifications.Notification.recipient": "notices",
    "moderation.Flag.flagger": "flags",
    "moderation.FlagSetAside.flagger": "flags",
    "moderation.Notice.notifier": "notices_given",
    "moderation.Decision.moderator": "decisions",
    "moderation.Appeal.appellant": "appeals",
    "moderation.Sanction.person": "sanctions",
    "screening.Refusal.author": "refused",
}
OF_OTHERS = "who follows or mutes somebody is not for them to know"
THE_RECORD = "how moderators work, and what they tell one another, is the site's record"
AS_SOMETHING_ELSE = "it says of something that is told already whose it is"
LEFT_OUT = {
    "accounts.Mute.muted": OF_OTHERS,
    "discussion.Subscription.author": OF_OTHERS,
    "guests.GuestResponse.claimed_by": AS_SOMETHING_ELSE,
    "moderation.Case.author": AS_SOMETHING_ELSE,
    "moderation.Case.claimed_by": "it goes after ten minutes",
    "moderation.Bulk.moderator": AS_SOMETHING_ELSE,
    "moderation.Appeal.decided_by": THE_RECORD,
    "moderation.Event.actor": THE_RECORD,
    "moderation.Event.subject": THE_RECORD,
    "moderation.SecondReview.reviewer": THE_RECORD,
    "moderation.RoleAssignment.given_by": THE_RECORD,
    "moderation.RoleAssignment.taken_by": THE_RECORD,
    "moderation.Sanction.moderator": THE_RECORD,
    "moderation.Sanction.approved_by": THE_RECORD,
    "moderation.Sanction.lifted_by": THE_RECORD,
    "moderation.PersonNote.person": THE_RECORD,
    "moderation.PersonNote.author": THE_RECORD,
    "annotations.Placement.placed_by": THE_RECORD,
    "annotations.Reattachment.placed_by": THE_RECORD,
    "annotations.Pseudonym.user": "whoever gets the file would know who that is in the exports",
    "admin.LogEntry.user": "what was done on the admin pages is the site's record",
}
#: Of the account's own columns, those that are no data, and those of Django that nothing writes.
NO_DATA = {
    "password": "a secret",
    "first_name": "never written",
    "last_name": "never written",
    "is_staff": "follows from being an admin",
    "is_active": "whoever asks is",
    "leads_appeals": "one of the roles",
    "moderates_parts": "one of the roles",
    "is_sanctioned": "follows from the sanctions",
    "exported_at": "of this file",
    "groups": "never written",
    "user_permissions": "never written",
}
_AS = {"date_joined": "joined_at", "last_login": "last_login_at", "is_superuser": "admin"} | {
    "is_moderator": "moderator",
    "is_editor": "editor",
}


def keys_of_people() -> set[str]:
    """Every column that names an account."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is User
    }


def test_every_key_of_a_person_is_told_or_says_why_not():
    assert not set(TOLD) & set(LEFT_OUT)
    assert keys_of_people() == {*TOLD, *LEFT_OUT}
    lists = {place for place in TOLD.values() if "." not in place}
    assert lists <= {*POSTS, *OTHERS}


@pytest.fixture
def everything(article, alice: User, bob, carol, mallory, dan, rules) -> User:
    """Alice, of whom there is a row in every one of these tables."""
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    Authenticator.objects.create(
        user=alice, type="webauthn", data={"name": "Key ring", "credential": {"id": "Secret!"}}
    )
    ApiToken.issue(alice, name="script")
    Client().force_login(alice)
    Membership.objects.create(user=alice, course=Course.objects.get(slug="reading"))
    NoticeSetting.objects.create(person=alice, kind="reply", how="never")
    theirs = factories.make_comment(article, author=bob)
    hers = factories.make_comment(article, author=alice, source="About the ferry.")
    factories.make_comment(article, author=bob, parent=hers)
    endorse(person=alice, post=theirs)
    follow_person(person=alice, other=bob)
    mute(person=alice, other=carol)
    factories.make_word_list("zeppelin", kind="banned")
    with pytest.raises(Refused):
        factories.make_comment(article, author=alice, source="A zeppelin.")
    flag_post(flagger=alice, post=theirs, reason="other", note="My complaint.")
    factories.make_notice(theirs, notifier=alice, name="", email="", explanation="A crime.")
    removed = _remove(hers, factories.make_flag(hers, flagger=bob), carol, rules)
    file_appeal(decision=removed, appellant=alice, text="It is on topic.")
    # What she did in other roles, before she lost them.
    RoleAssignment.objects.create(
        person=alice, person_name="Alice", role="moderator", article=article,
        given_by=dan, given_by_name="Dan",
    )  # fmt: skip
    alice.is_editor = alice.is_moderator = True
    alice.save(update_fields=["is_editor", "is_moderator"])
    revise_article(editor=alice, article=article, source="Words of Alice.")
    other = factories.make_comment(article, author=bob)
    _remove(other, factories.make_flag(other, flagger=mallory), alice, rules)
    alice.is_editor = alice.is_moderator = False
    alice.save()
    given = impose(
        moderator=carol,
        person=alice,
        kind="silence",
        days=7,
        seen=0,
        grounds=Grounds(reason="Names.", rule=rules["civility"]),
    )
    FlagSetAside.objects.create(
        revision=hers.current,
        flagger=alice,
        flagger_name="Alice",
        reason="spam",
        note="Set aside.",
        sanction=given,
    )
    return alice


def _remove(post, flag: Flag, moderator: User, rules) -> Decision:
    return decide(
        moderator=moderator, case=flag.case, action="remove", version=flag.case.version,
        rule=rules["on-topic"], reason="Elsewhere.",
    )  # fmt: skip


def test_there_is_something_in_each_of_them(everything):
    for key in TOLD:
        label, name = key.rsplit(".", 1)
        assert apps.get_model(label)._default_manager.filter(**{name: everything}).exists(), key
    text = "".join(json_pieces(everything))
    data = json.loads(text)
    for place in TOLD.values():
        told = data
        for part in place.split("."):
            told = told[part]
        assert told, place
    assert [(flag["note"], flag["counts"]) for flag in data["flags"]] == [
        ("My complaint.", True),
        ("Set aside.", False),
    ]
    assert data["appeals"][0]["text"] == "It is on topic."
    assert data["notices_given"][0]["explanation"] == "A crime."
    assert data["profile"]["second_factors"][0]["name"] == "Key ring"
    assert "Secret!" not in text
    page = "".join(pieces(everything))
    for words in ("Set aside.", "It is on topic.", "A crime.", "Key ring", "script"):
        assert words in page, words


def test_every_column_of_the_account_is_told_or_says_why_not(alice):
    profile = json.loads("".join(json_pieces(alice)))["profile"]
    told = {*profile, *profile["comfort_at_the_desk"]}
    columns = {
        field.name
        for field in User._meta.get_fields()
        if not field.auto_created or not field.is_relation
    }
    assert {name for name in columns if _AS.get(name, name) not in told} == set(NO_DATA)
