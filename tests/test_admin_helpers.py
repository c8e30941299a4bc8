"""What the admin pages let somebody do who has every permission in them, and is no admin."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from forum.accounts.erasing import erase_account
from forum.accounts.models import ApiToken, User
from forum.lib.admin import AsksOfWhatItShows
from forum.moderation.models import Notice, RoleAssignment
from forum.moderation.roles.actions import make_admin, take_role, unmake_admin
from forum.notifications.models import Notification
from tests import factories

WORD = "a horse, a staple, a battery"


@pytest.fixture
def helper(client: Client, db) -> User:
    """Somebody with every permission, logged in."""
    person = factories.make_user("helper", is_staff=True)
    person.user_permissions.set(Permission.objects.all())
    client.force_login(person)
    return person


@pytest.fixture(params=["admin", "colleague", "lead", "moderator", "part", "editor", "teacher"])
def above(request, helper, article) -> User:
    """Somebody who is not theirs to touch."""
    powers: dict[str, dict[str, bool]] = {
        "admin": {"is_superuser": True},
        "colleague": {"is_staff": True},
        "lead": {"leads_appeals": True},
        "moderator": {"is_moderator": True},
        "editor": {"is_editor": True},
    }
    if request.param == "teacher":
        return factories.make_course_staff("above")
    person = factories.make_user("above", **powers.get(request.param, {}))
    if request.param == "part":
        factories.make_role(person, article=article)
    return person


def form_of(client: Client, address: str) -> dict[str, Any]:
    initial = client.get(address).context["adminform"].form.initial
    plain = {name: value for name, value in initial.items() if isinstance(value, str | bool | int)}
    return {name: value for name, value in plain.items() if value is not False}


def test_nobody_with_any_power_is_touched(client, above):
    """Who could set their password, or read their mail, would have what they have."""
    before = User.objects.filter(pk=above.pk).values().get()
    words = {"usable_password": "true", "password1": WORD, "password2": WORD}
    for page, sent in (
        ("accounts_user_change", {"email": "mine@example.org"}),
        ("auth_user_password_change", words),
        ("accounts_user_delete", {"post": "yes"}),
    ):
        address = reverse(f"admin:{page}", args=[above.pk])
        assert client.post(address, sent).status_code == 403, page
    several = {"action": "delete_selected", "post": "yes", "_selected_action": [above.pk]}
    client.post(reverse("admin:accounts_user_changelist"), several)
    assert User.objects.filter(pk=above.pk).values().get() == before


def test_nor_what_lets_them_in(client, above):
    address = EmailAddress.objects.create(user=above, email="a@example.org", primary=True)
    factor = Authenticator.objects.create(user=above, type="totp", data={"secret": "ABC"})
    token, _ = ApiToken.issue(above, name="laptop")
    for name, row in (
        ("account_emailaddress", address),
        ("mfa_authenticator", factor),
        ("accounts_apitoken", token),
    ):
        assert row not in client.get(reverse(f"admin:{name}_changelist")).context["cl"].queryset
        for page in ("change", "delete"):
            at = reverse(f"admin:{name}_{page}", args=[row.pk])
            assert client.post(at, {"post": "yes"}).status_code == 302, at
    more = {"user": above.pk, "email": "b@example.org", "verified": "on", "primary": "on"}
    assert client.post(reverse("admin:account_emailaddress_add"), more).status_code == 403
    for name, act, row in (
        ("account_emailaddress", "make_verified", address),
        ("accounts_apitoken", "revoke", token),
    ):
        chosen = {"action": act, "_selected_action": [row.pk]}
        client.post(reverse(f"admin:{name}_changelist"), chosen)
    assert [EmailAddress.objects.get(), Authenticator.objects.get()] == [address, factor]
    assert not EmailAddress.objects.filter(verified=True).exists()
    assert ApiToken.objects.get().revoked_at is None


def test_somebody_with_an_account_alone_is_helped_and_given_nothing(client, helper, alice):
    address = reverse("admin:accounts_user_change", args=[alice.pk])
    powers = dict.fromkeys(("is_staff", "is_editor", "is_superuser", "is_moderator"), "on")
    given = {"user_permissions": [1, 2], "groups": [Group.objects.create(name="all").pk]}
    sent = form_of(client, address) | {"email": "new@example.org"} | powers | given
    assert client.post(address, sent).status_code == 302
    changed = User.objects.get(pk=alice.pk)
    assert changed.email == "new@example.org"
    # Not closed either, which would be a ban that nobody is told of.
    assert changed.is_active
    assert [changed.is_staff, changed.publishes, changed.moderates] == [False] * 3
    assert [*changed.user_permissions.all(), *changed.groups.all()] == []


def test_groups_are_for_admins(client, helper):
    group = Group.objects.create(name="all")
    for page, keys in (("add", []), ("change", [group.pk]), ("delete", [group.pk])):
        address = reverse(f"admin:auth_group_{page}", args=keys)
        assert client.post(address, {"name": "x", "permissions": [1]}).status_code == 403
    assert not group.permissions.exists()


def test_an_address_stays_with_its_account(client, helper, alice, frances):
    address = EmailAddress.objects.create(user=alice, email="a@example.org", primary=True)
    at = reverse("admin:account_emailaddress_change", args=[address.pk])
    client.post(at, {"user": frances.pk, "email": address.email, "primary": "on"})
    assert EmailAddress.objects.get().user == alice


def test_a_token_that_was_revoked_stays_so(client, frances, alice):
    token, _ = ApiToken.issue(alice, name="laptop")
    ApiToken.objects.update(revoked_at=timezone.now())
    client.force_login(frances)
    at = reverse("admin:accounts_apitoken_change", args=[token.pk])
    sent = {"name": "phone", "revoked_at_0": "", "revoked_at_1": ""}
    assert client.post(at, sent).status_code == 302
    token.refresh_from_db()
    assert token.name == "phone"
    assert token.revoked_at


@pytest.mark.parametrize(
    "asked",
    [
        "mfa_authenticator_changelist?data__secret__startswith=A",
        "accounts_apitoken_changelist?token_hash__startswith=a",
        "discussion_revision_changelist?source__contains=secret",
        "discussion_post_changelist?token__startswith=a",
        "moderation_case_changelist?claimed_by=1",
        "accounts_user_changelist?flags=1",
        "discussion_article_changelist?cases=1",
    ],
)
def test_no_list_answers_about_what_it_does_not_show(client, frances, asked):
    client.force_login(frances)
    name, _, query = asked.partition("?")
    assert client.get(reverse(f"admin:{name}") + f"?{query}").status_code == 400


def test_that_holds_of_every_list():
    lists = admin.site._registry.items()
    assert [model for model, one in lists if not isinstance(one, AsksOfWhatItShows)] == []


def test_the_address_of_a_notifier_is_for_moderators_of_the_whole_site(client, helper, article):
    notice = factories.make_notice(
        factories.make_comment(article), name="Nora", email="nora@notewell.example"
    )
    factories.make_role(helper, article=article)
    page = reverse("admin:moderation_notice_change", args=[notice.pk])
    assert "nora@notewell" not in client.get(page).text
    asked = reverse("admin:moderation_notice_changelist") + "?email__startswith=nora"
    assert client.get(asked).status_code == 400
    factories.make_role(helper)
    assert "nora@notewell" in client.get(page).text
    assert Notice.objects.get().email == "nora@notewell.example"


def test_what_people_were_told_and_who_has_which_role_is_for_admins(client, helper, article, carol):
    factories.make_comment(article, author=carol)
    factories.make_comment(article, parent=article.post.thread.get())
    assert Notification.objects.exists()
    assert RoleAssignment.objects.exists()
    for name in ("notifications_notification", "moderation_roleassignment"):
        page = client.get(reverse(f"admin:{name}_changelist"))
        assert list(page.context["cl"].result_list) == []


class TestWhatIsSaidOfAPerson:
    """A request that began before a role was taken writes other things, and not that role."""

    def test_a_new_password_does_not_bring_a_role_back(self, carol, frances):
        begun = User.objects.get(pk=carol.pk)
        take_role(taker=frances, given=carol.roles.get())
        begun.set_password(WORD)
        begun.save()
        now = User.objects.get(pk=carol.pk)
        assert now.check_password(WORD)
        assert not now.is_moderator

    def test_nor_an_admin_nor_a_closed_account(self, frances, carol):
        make_admin(giver=frances, person=carol)
        begun = User.objects.get(pk=carol.pk)
        unmake_admin(taker=frances, person=User.objects.get(pk=carol.pk))
        User.objects.filter(pk=carol.pk).update(is_active=False)
        begun.set_password(WORD)
        begun.save()
        now = User.objects.get(pk=carol.pk)
        assert [now.is_superuser, now.is_staff, now.is_active] == [False] * 3

    def test_nor_an_account_that_was_erased(self, alice):
        begun = User.objects.get(pk=alice.pk)
        erase_account(person=alice, posts="kept")
        begun.set_password(WORD)
        with pytest.raises(PermissionDenied, match="closed"), transaction.atomic():
            begun.save()
        assert not User.objects.filter(username="alice").exists()
