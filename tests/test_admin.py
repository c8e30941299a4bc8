"""The admin pages: all of them render, and none of them rewrites what must stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.models import Annotation, Codebook, Pseudonym, Quotation, Reattachment, Tag
from annotations.placement.reattaching import take_off
from forum.accounts.models import ApiToken, Erasure, User
from forum.courses.models import Course, Section
from forum.discussion.models import Article, Post, Revision
from forum.moderation.actions import decide
from forum.moderation.models import (
    Appeal,
    Case,
    Decision,
    Event,
    Flag,
    FlagSetAside,
    Notice,
    Order,
    ReasonTemplate,
    RoleAssignment,
    Rule,
    Sanction,
)
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.noting import add_note
from forum.moderation.people.sanctioning import impose
from forum.notifications.models import Notification
from tests import factories

OURS = ("accounts", "courses", "discussion", "notifications", "moderation", "annotations")
#: Registered, and nothing in them can be added, changed or deleted.
RECORDS: list[type[Model]] = [
    Post,
    Revision,
    Notification,
    Case,
    Flag,
    Notice,
    Decision,
    Event,
    Appeal,
    RoleAssignment,
    Rule,
    Annotation,
    Reattachment,
    Quotation,
    Erasure,
]
#: What has no page of its own: parts of something that has, and who stands behind a pseudonym.
WITHOUT = {
    "accounts.mute",
    "accounts.session",
    "annotations.tag",
    "annotations.annotationtag",
    "annotations.placement",
    "annotations.quotationplacement",
    "discussion.endorsement",
    "discussion.searchentry",
    "discussion.subscription",
    "moderation.bulk",
    "moderation.secondreview",
    "moderation.casereason",
    "notifications.noticesetting",
    Pseudonym._meta.label_lower,
}


def pages(model: type[Model]) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_"


@pytest.fixture
def boss(client: Client, frances) -> Client:
    """The site's admin, logged in."""
    client.force_login(frances)
    return client


@pytest.fixture
def site(article, alice, bob, carol, sam, erin, rules) -> Case:
    """One of everything, at least."""
    comment = factories.make_comment(article, author=alice)
    factories.make_comment(
        article, author=bob, parent=comment, source="“everyone knows what that means”"
    )
    note = factories.make_annotation(article, author=sam)
    words = article.post.current
    placed = note.annotation.start, note.annotation.end
    take_off(editor=erin, post=note, revision=words.pk, before=placed, reason="Wrong words.")
    factories.make_notice(comment)
    case = factories.make_flag(comment, flagger=bob).case
    case.refresh_from_db()
    removed = decide(
        moderator=carol,
        case=case,
        action="remove",
        version=case.version,
        rule=rules["civility"],
        reason="An insult.",
    )
    Appeal.objects.create(
        decision=removed, party="author", appellant_name="Erin", text="It is none."
    )
    ReasonTemplate.objects.create(title="Off the text", text="{quote} is elsewhere.")

    Order.objects.create(kind="act", member_state="DE", authority="A court", category="VIOLENCE")
    warning = impose(
        moderator=carol,
        person=alice,
        kind="warn",
        seen=0,
        grounds=Grounds(reason="An insult.", rule=rules["civility"]),
    )
    add_note(author=carol, person=alice, text="Once so far.")
    FlagSetAside.objects.create(revision=words, flagger_name="Bob", reason="spam", sanction=warning)
    ApiToken.issue(alice, name="laptop")
    Erasure.objects.create(account=999_999, posts="kept")
    Section.objects.create(course=Course.objects.get(), name="Tuesday")
    return case


def registered() -> list[type[Model]]:
    return [model for model in admin.site._registry if model._meta.app_label in OURS]


def test_every_model_is_there_or_said_not_to_be():
    ours = {m._meta.label_lower for app in OURS for m in apps.get_app_config(app).get_models()}
    assert ours - {model._meta.label_lower for model in registered()} == WITHOUT


def test_every_page_renders(boss, site):
    for model in registered():
        row = model._default_manager.first()
        assert row is not None, f"the fixture has no {model._meta.verbose_name}"
        for address in (
            reverse(pages(model) + "changelist"),
            reverse(pages(model) + "changelist") + "?q=a",
            reverse(pages(model) + "change", args=[row.pk]),
            reverse(pages(model) + "history", args=[row.pk]),
        ):
            assert boss.get(address).status_code == 200, address
        form = boss.get(reverse(pages(model) + "add"))
        may_add = admin.site._registry[model].has_add_permission(form.wsgi_request)
        assert form.status_code == (200 if may_add else 403), model


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label_lower)
def test_records_are_to_look_at(boss, site, model):
    before = list(model._default_manager.values())
    pk = model._default_manager.values_list("pk", flat=True)[0]
    assert boss.post(reverse(pages(model) + "change", args=[pk]), {"note": "x"}).status_code == 403
    assert (
        boss.post(reverse(pages(model) + "delete", args=[pk]), {"post": "yes"}).status_code == 403
    )
    boss.post(
        reverse(pages(model) + "changelist"),
        {"action": "delete_selected", "_selected_action": [pk], "post": "yes"},
    )
    assert list(model._default_manager.values()) == before


def test_private_notes_are_not_in_the_admin_either(boss, article, alice):
    note = factories.make_annotation(article, author=alice, audience="private", note="My secret.")
    for model in (Post, Revision, Annotation):
        listed = boss.get(reverse(pages(model) + "changelist"))
        assert b"My secret" not in listed.content
        keys = [row.pk for row in listed.context["cl"].result_list]
        assert note.pk not in keys
        assert note.current.pk not in keys or model is not Revision
        page = boss.get(reverse(pages(model) + "change", args=[note.pk]))
        assert page.status_code == 302


def test_the_words_shown_are_escaped_and_never_the_source(boss, article, alice):
    comment = factories.make_comment(article, author=alice, source="A *source* & `<b>`")
    page = boss.get(reverse("admin:discussion_revision_change", args=[comment.current.pk]))
    text = page.content.decode()
    assert "A source &amp; &lt;b&gt;" in text
    assert "*source*" not in text


def test_the_record_is_for_whoever_moderates_what_it_is_about(client, article, site, frances):
    """Permission to look at the pages of the record is not enough to read in it."""
    helper = factories.make_user("helper", is_staff=True)
    looks = Permission.objects.filter(codename__startswith="view_")
    helper.user_permissions.set(looks.filter(content_type__app_label="moderation"))
    elsewhere = factories.make_article(title="Elsewhere")
    own_event = Event.objects.create(kind="role-given", actor_name="The site")

    def listed(model):
        client.force_login(User.objects.get(pk=helper.pk))
        answer = client.get(reverse(pages(model) + "changelist"))
        return set(answer.context["cl"].result_list)

    factories.make_role(helper, article=elsewhere)
    assert [listed(model) for model in (Case, Flag, Decision, Event, Appeal)] == [set()] * 5
    factories.make_role(helper, article=article)
    assert listed(Case) == {site}
    assert listed(Event) == set(site.events.all())
    factories.make_role(helper)
    of_people = Event.objects.filter(kind="sanctioned")
    assert listed(Event) == {*site.events.all(), own_event, *of_people}


def test_others_stay_outside(client, dan, carol, site):
    for person in (dan, carol):
        client.force_login(person)
        assert client.get(reverse("admin:moderation_case_changelist")).status_code == 302


class TestPeople:
    def test_a_person_can_be_made_an_editor_and_nothing_that_is_a_role(self, boss, alice):
        address = reverse("admin:accounts_user_change", args=[alice.pk])
        form = boss.get(address).context["adminform"].form
        sent = {
            name: value
            for name, value in form.initial.items()
            if isinstance(value, str | bool | int) and value is not False
        }
        roles = dict.fromkeys(("is_moderator", "leads_appeals", "is_superuser"), "on")
        answer = boss.post(address, sent | roles | {"is_editor": "on"})
        assert answer.status_code == 302
        changed = User.objects.get(pk=alice.pk)
        assert changed.is_editor
        assert not changed.moderates
        assert not changed.leads_appeals
        assert LogEntry.objects.count() == 1

    def test_a_person_can_be_added(self, boss):
        sent = {
            "username": "nora",
            "email": "nora@example.org",
            "usable_password": "true",
            "password1": factories.PASSWORD,
            "password2": factories.PASSWORD,
        }
        assert boss.post(reverse("admin:accounts_user_add"), sent).status_code == 302
        assert User.objects.get(username="nora").email == "nora@example.org"

    @pytest.fixture
    def sent(self, boss, frances) -> dict[str, object]:
        """The form of the admin's own page as a browser sends it back, and the account closed."""
        address = reverse("admin:accounts_user_change", args=[frances.pk])
        initial = boss.get(address).context["adminform"].form.initial
        plain = {
            name: value
            for name, value in initial.items()
            if isinstance(value, str | bool | int) and value is not False
        }
        return {name: value for name, value in plain.items() if name != "is_active"}

    def test_the_last_admin_is_not_closed(self, boss, frances, sent):
        address = reverse("admin:accounts_user_change", args=[frances.pk])
        page = boss.post(address, sent)
        assert page.status_code == 200
        assert "This site has no other admin" in page.text
        assert User.objects.get(pk=frances.pk).is_active
        closed = factories.make_user(is_superuser=True, is_active=False)
        assert boss.post(address, sent).status_code == 200
        User.objects.filter(pk=closed.pk).update(is_active=True)
        assert boss.post(address, sent).status_code == 302
        assert not User.objects.get(pk=frances.pk).is_active

    def test_nor_deleted(self, boss, frances, alice):
        address = reverse("admin:accounts_user_delete", args=[frances.pk])
        chosen = {"action": "delete_selected", "post": "yes"}
        several = chosen | {"_selected_action": [frances.pk, alice.pk]}
        everybody = reverse("admin:accounts_user_changelist")
        assert boss.post(address, {"post": "yes"}).status_code == 403
        assert boss.post(everybody, several).status_code == 403
        assert User.objects.filter(pk__in=[frances.pk, alice.pk]).count() == 2
        factories.make_user("other", is_superuser=True)
        assert boss.post(everybody, several).status_code == 302
        assert not User.objects.filter(pk__in=[frances.pk, alice.pk]).exists()

    def test_who_is_suspended_stays_outside(self, boss, frances, rules):
        Sanction.objects.create(
            person=frances,
            person_name="frances",
            number=1,
            kind="suspend",
            moderator_name="A",
            rule=rules["civility"],
            reason="For now.",
            expires_at=timezone.now() + timedelta(days=1),
        )
        User.objects.filter(pk=frances.pk).update(is_sanctioned=True)
        assert boss.get(reverse("admin:index")).status_code == 302
        assert boss.get(reverse("admin:moderation_case_changelist")).status_code == 302

    def test_a_moderator_goes_and_the_decisions_stay(self, boss, site, carol):
        address = reverse("admin:accounts_user_delete", args=[carol.pk])
        assert boss.get(address).status_code == 200
        assert boss.post(address, {"post": "yes"}).status_code == 302
        assert not User.objects.filter(pk=carol.pk).exists()
        decision = Decision.objects.get()
        assert (decision.moderator, decision.moderator_name) == (None, "Carol Kidd")

    def test_tokens_are_revoked_and_never_made(self, boss, alice):
        token, key = ApiToken.issue(alice, name="laptop")
        address = reverse("admin:accounts_apitoken_changelist")
        page = boss.get(reverse("admin:accounts_apitoken_change", args=[token.pk]))
        assert key not in page.content.decode()
        assert token.token_hash not in page.content.decode()
        boss.post(address, {"action": "revoke", "_selected_action": [token.pk]})
        token.refresh_from_db()
        assert token.revoked_at is not None

    def test_groups_do_not_matter_but_work(self, boss):
        group = Group.objects.create(name="readers")
        assert boss.get(reverse("admin:auth_group_change", args=[group.pk])).status_code == 200


class TestArticles:
    def test_a_discussion_is_closed_and_nothing_else_changes(self, boss, article):
        address = reverse("admin:discussion_article_change", args=[article.pk])
        before = Article.objects.get(pk=article.pk)
        sent = {"closed_at_0": "2026-11-22", "closed_at_1": "12:00:00", "title": "Other"}
        assert boss.post(address, sent).status_code == 302
        after = Article.objects.get(pk=article.pk)
        assert after.closed_at is not None
        assert (after.title, after.last_number) == (before.title, before.last_number)
        assert after.activity == before.activity + 1


class TestCodebooks:
    @pytest.fixture
    def sent(self, boss, codebook) -> dict[str, object]:
        """The form of the codebook's page as a browser would send it back."""
        page = boss.get(reverse("admin:annotations_codebook_change", args=[codebook.pk]))
        forms = [page.context["adminform"].form]
        for formset in page.context["inline_admin_formsets"]:
            forms += [formset.formset.management_form, *formset.formset.forms]
        found: dict[str, object] = {}
        for form in forms:
            for bound in form:
                value = bound.value()
                if value is not None and value is not False:
                    found[bound.html_name] = getattr(value, "pk", value)
        return found

    def save(self, boss: Client, codebook: Codebook, sent: dict[str, object]) -> None:
        address = reverse("admin:annotations_codebook_change", args=[codebook.pk])
        answer = boss.post(address, sent)
        assert answer.status_code == 302, answer.context["errors"]
        codebook.refresh_from_db()

    def test_saving_it_unchanged_changes_nothing(self, boss, codebook, sent):
        self.save(boss, codebook, sent)
        assert codebook.version == 1

    def test_a_changed_definition_is_a_new_version(self, boss, codebook, sent):
        self.save(boss, codebook, sent | {"tags-0-definition": "Something sharper."})
        assert codebook.version == 2
        tag = Tag.objects.filter(codebook=codebook).order_by("position")[0]
        assert tag.definition == "Something sharper."

    def test_a_changed_description_is_a_new_version(self, boss, codebook, sent):
        self.save(boss, codebook, sent | {"description": "For reading critically."})
        assert (codebook.version, codebook.description) == (2, "For reading critically.")

    def test_a_tag_is_retired_and_not_deleted(self, boss, codebook, sent, article):
        note = factories.make_annotation(article)
        retired = {"tags-0-retired_at_0": "2026-11-22", "tags-0-retired_at_1": "12:00:00"}
        self.save(boss, codebook, sent | retired | {"tags-0-DELETE": "on"})
        tag = Tag.objects.filter(codebook=codebook).order_by("position")[0]
        assert tag.retired_at is not None
        assert note.annotation.tags.exists()

    def test_one_that_is_used_stays(self, boss, codebook, article):
        factories.make_annotation(article)
        gone = reverse("admin:annotations_codebook_delete", args=[codebook.pk])
        assert boss.post(gone, {"post": "yes"}).status_code == 403
        assert Codebook.objects.filter(pk=codebook.pk).exists()


def test_the_outbox_shows_what_waits(boss, site):
    Notification.objects.filter(kind="decision").update(emailed_at=timezone.now())
    page = boss.get(
        reverse("admin:notifications_notification_changelist") + "?emailed_at__isempty=1"
    )
    kinds = {row.kind for row in page.context["cl"].result_list}
    assert kinds == {"outcome", "reply", "passage", "sanction"}


def test_an_admin_does_not_read_who_flagged_what_they_wrote(boss, article, frances, bob, rules):
    post = factories.make_comment(article, author=frances)
    flag = factories.make_flag(post, flagger=bob, note="She is at it again.")
    other = factories.make_user(is_moderator=True)
    decision = decide(moderator=other, case=flag.case, action="keep", version=1)
    for row in (flag, flag.case, decision, *flag.case.events.all(), *Notification.objects.all()):
        if getattr(row, "recipient", None) == frances:
            continue
        listed = boss.get(reverse(pages(type(row)) + "changelist"))
        assert row.pk not in [found.pk for found in listed.context["cl"].result_list]
        address = reverse(pages(type(row)) + "change", args=[row.pk])
        assert boss.get(address).status_code == 302
