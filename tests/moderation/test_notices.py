"""Notices of illegal content: given by anybody, received, decided, told, forgotten."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from forum import permissions
from forum.accounts.erasing import erase_account
from forum.discussion.models import Post
from forum.guests import forms
from forum.guests.letters import deliver_letters
from forum.guests.models import Letter
from forum.lib.errors import NotFound, Refused
from forum.moderation import standing
from forum.moderation.actions import decide
from forum.moderation.actions import reverse as reverse_decision
from forum.moderation.appealing import decide_appeal, file_appeal, file_appeal_as_notifier
from forum.moderation.models import Appeal, Case, Event, Notice
from forum.moderation.notices import limits
from forum.moderation.notices.actions import (
    forget_notifier,
    forget_notifiers,
    give_notice,
    kept_for,
)
from forum.moderation.notices.letters import page_of, read_page, stop_page_of
from forum.moderation.queue.explaining import priority_of
from forum.notifications.models import Notification
from tests import factories

pytestmark = pytest.mark.django_db

GIVEN = {
    "category": "ILLEGAL_OR_HARMFUL_SPEECH",
    "explanation": "It accuses the ferryman of theft, which is not true.",
    "law": "§ 186 StGB",
    "name": "Nora Notifier",
    "email": "nora@example.org",
    "good_faith": "on",
}
EVIL = "<script>alert(1)</script> \u202e {{ 7*7 }} ' OR 1=1 --"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Nobody is too quick, and nobody was here before."""
    monkeypatch.setattr(forms, "QUICKEST", 0)
    cache.clear()


@pytest.fixture
def send(client, comment):
    """Send the form as the page has it, with other values for some fields."""

    def post(about: Post = comment, **fields):
        address = reverse("post-notice", args=[about.pk])
        form = client.get(address).context["form"]
        sent = GIVEN | {name: form[name].value() for name in ("token", "began")}
        sent = {name: value for name, value in (sent | fields).items() if value is not None}
        return client.post(address, sent)

    return post


def text(page) -> str:
    return unescape(" ".join(page.content.decode().split()))


def close(case: Case, moderator, action="keep", **fields):
    case.refresh_from_db()
    return decide(moderator=moderator, case=case, action=action, version=case.version, **fields)


def band_of(case: Case, moderator) -> str:
    priority = priority_of(moderator, case, case.post)
    return priority.band if priority else ""


class TestGiving:
    def test_without_an_account(self, client, send, comment):
        answer = send()
        notice = Notice.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, page_of(notice))
        assert (notice.name, notice.email, notice.notifier) == (
            "Nora Notifier",
            "nora@example.org",
            None,
        )
        assert (notice.revision, notice.law) == (comment.current, "§ 186 StGB")
        assert notice.url.endswith(f"/posts/{comment.pk}/")
        receipt = text(client.get(answer["Location"]))
        assert f"Notice {notice.pk}" in receipt
        assert "We have received your notice." in receipt
        assert list(notice.case.events.values_list("kind", "actor_name")) == [
            ("opened", "Somebody without an account"),
            ("noticed", "Somebody without an account"),
        ]
        assert Event.objects.filter(detail__contains="nora").count() == 0

    def test_a_receipt_is_sent_and_quotes_nothing(self, send):
        send(explanation="Words for the moderator alone.")
        notice = Notice.objects.get()
        deliver_letters.call()
        [message] = mail.outbox
        assert message.to == ["nora@example.org"]
        assert f"notice {notice.pk}" in message.subject
        assert page_of(notice) in message.body
        assert "moderator alone" not in message.body
        assert "Nora" not in message.body

    def test_with_an_account(self, as_, comment, bob):
        client = as_(bob)
        address = reverse("post-notice", args=[comment.pk])
        form = client.get(address).context["form"]
        assert "email" not in form.fields
        sent = {"category": "VIOLENCE", "explanation": "It threatens.", "good_faith": "on"}
        answer = client.post(address, sent)
        notice = Notice.objects.get()
        assert answer["Location"] == page_of(notice)
        assert (notice.notifier, notice.name, notice.email) == (bob, "Bob Cratchit", "")
        told = Notification.objects.get(recipient=bob)
        assert told.path == page_of(notice)
        assert not Letter.objects.exists()

    def test_of_an_article_a_note_and_a_reply(self, send, article):
        note = factories.make_annotation(article)
        reply = factories.make_comment(article, parent=note)
        for about in (article.post, note, reply):
            assert send(about).status_code == 302
        assert set(Notice.objects.values_list("case__post", flat=True)) == {
            article.post.pk,
            note.pk,
            reply.pk,
        }

    def test_nobody_has_to_say_who_they_are_for_offences_against_children(self, send, client):
        answer = send(name="", email="", offence_against_children="on")
        notice = Notice.objects.get()
        assert (notice.name, notice.email) == ("", "")
        assert client.get(answer["Location"]).status_code == 200
        assert not Letter.objects.exists()

    def test_sent_twice_is_once(self, client, comment):
        address = reverse("post-notice", args=[comment.pk])
        form = client.get(address).context["form"]
        sent = GIVEN | {name: form[name].value() for name in ("token", "began")}
        assert client.post(address, sent)["Location"] == client.post(address, sent)["Location"]
        assert Notice.objects.count() == 1
        assert Letter.objects.count() == 1

    def test_a_decided_case_is_open_again(self, send, case, carol):
        close(case, carol)
        send()
        case.refresh_from_db()
        assert case.state == "open"
        assert "reopened" in case.events.values_list("kind", flat=True)

    def test_trusted_flaggers_are_known_by_an_address_that_they_have_confirmed(
        self, comment, settings
    ):
        settings.TRUSTED_FLAGGERS = ["Hotline.example.org"]

        def trusted(*, confirmed: bool, email="a@hotline.example.org", **fields) -> bool:
            person = factories.make_user(email=email)
            EmailAddress.objects.create(user=person, email=email, verified=confirmed)
            given = {"notifier": person, "trusted_flagger": "Hotline"}
            return factories.make_notice(comment, **given | fields).is_trusted

        assert trusted(confirmed=True)
        assert not trusted(confirmed=False)
        assert not trusted(confirmed=True, email="a@example.org")
        assert not trusted(confirmed=True, email="b@hotline.example.org", trusted_flagger="")
        # Whoever has no account types what they like.
        typed = factories.make_notice(
            comment, email="c@hotline.example.org", trusted_flagger="Hotline"
        )
        assert not typed.is_trusted


class TestRefusing:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("explanation", ""),
            ("explanation", "  \n "),
            ("explanation", "a" * 4_001),
            ("explanation", "nul \x00"),
            ("category", ""),
            ("category", "NONSENSE"),
            ("law", "x" * 501),
            ("name", ""),
            ("name", "\u202e"),
            ("name", "n" * 81),
            ("email", ""),
            ("email", "nobody"),
            ("email", "a@b.org\nBcc: c@d.org"),
            ("email", f"{'a' * 300}@example.org"),
            ("trusted_flagger", "t" * 81),
            ("good_faith", None),
        ],
    )
    def test_what_cannot_be_taken(self, send, field, value):
        page = send(**{"explanation": "Kept.", field: value})
        assert page.status_code == 400
        assert page.context["form"].errors[field]
        assert not Notice.objects.exists()
        assert not Case.objects.exists()
        if field != "explanation":
            assert "Kept." in text(page)

    def test_programs(self, send):
        assert send(website="https://spam.example").status_code == 400
        assert send(began="").status_code == 400
        assert not Notice.objects.exists()

    def test_what_is_typed_is_shown_as_typed(self, send, client, as_, carol):
        location = send(explanation=EVIL, name=EVIL[:60], law=EVIL, trusted_flagger=EVIL[:60])
        notice = Notice.objects.get()
        assert notice.explanation == EVIL
        for page in (
            client.get(location["Location"]),
            as_(carol).get(notice.case.get_absolute_url()),
        ):
            assert page.status_code == 200
            assert b"<script>alert" not in page.content
            assert "{{ 7*7 }}" in text(page)

    def test_too_many(self, send, monkeypatch):
        monkeypatch.setattr(limits, "PER_ADDRESS", 2)
        for n in range(2):
            assert send(explanation=f"Reason {n}.").status_code == 302
        refused = send(explanation="Words that are kept.", email="NORA@example.org")
        assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
        assert "Words that are kept." in text(refused)
        monkeypatch.setattr(limits, "PER_NETWORK", 2)
        assert send(email="another@example.org").status_code == 429
        assert Notice.objects.count() == 2

    def test_nothing_tells_who_has_an_account(self, send, alice, client):
        sent = [send(email=email)["Location"] for email in (alice.email, "stranger@example.org")]
        numbers = [str(pk) for pk in Notice.objects.order_by("pk").values_list("pk", flat=True)]
        # Only its addresses, its number (as a word) and its time may tell one from the other. All
        # are masked in both: what has a number by chance (a day, an article of a law) has it twice.
        own = re.compile(rf'/notices/[^/"]+/|datetime="[^"]*"|\b(?:{"|".join(numbers)})\b')
        known, unknown = (own.sub("N", text(client.get(address))) for address in sent)
        assert known == unknown
        assert len(set(Letter.objects.values_list("subject", flat=True))) == 2

    @pytest.mark.parametrize("audience", ["course", "private"])
    def test_what_one_may_not_read(self, client, as_, article, sam, bob, audience):
        note = factories.make_annotation(article, author=sam)
        fields = {"audience": audience}
        if audience == "course":
            fields["course"] = sam.memberships.get().course
        Post.objects.filter(pk=note.pk).update(**fields)
        address = reverse("post-notice", args=[note.pk])
        for reader in (client, as_(bob)):
            assert reader.get(address).status_code == 404
            assert reader.post(address, GIVEN).status_code == 404
        note.refresh_from_db()
        with pytest.raises(NotFound):
            factories.make_notice(note)
        if audience == "course":
            assert as_(sam).get(address).status_code == 200

    def test_the_action_asks_for_good_faith_itself(self, comment):
        with pytest.raises(Refused) as refused:
            give_notice(post=comment, explanation="Why", category="VIOLENCE", good_faith=False)
        assert refused.value.field == "good_faith"


class TestByAddress:
    def test_it_leads_to_the_form(self, client, article, comment):
        note = factories.make_annotation(article)
        reply = factories.make_comment(article, parent=note)
        page = article.get_absolute_url()
        for url, post in {
            page: article.post,
            f"http://testserver{page}?at=3": article.post,
            f"http://127.0.0.1:8000{page}#comment-{comment.pk}": comment,
            f"http://testserver{page}#note-{note.pk}": note,
            f"http://testserver{page}#reply-{reply.pk}": reply,
            f"http://testserver/posts/{comment.pk}/": comment,
        }.items():
            answer = client.get(reverse("notice-new"), {"url": url})
            assert answer.status_code == 302, url
            assert answer["Location"] == reverse("post-notice", args=[post.pk])

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "nonsense",
            "https://elsewhere.example/posts/1/",
            "http://testserver/posts/999999/",
            "http://testserver/posts/999999999999999999999999/",
            "http://testserver/articles/none/",
            "http://testserver/articles/none/#comment-99999999999999999999",
            "http://testserver/rules/",
            "http://[broken",
            "javascript:alert(1)",
            "/posts/1\x00/",
            "x" * 2_000,
            "\ud800",
        ],
    )
    def test_what_is_no_address_here(self, client, url):
        page = client.get(reverse("notice-new"), {"url": url.encode("utf-8", "surrogatepass")})
        assert page.status_code == 400
        assert "Location" not in page

    def test_what_one_may_not_read_is_as_what_is_not_there(self, client, article, alice):
        secret = factories.make_annotation(article, author=alice, audience="private")
        ask = reverse("notice-new")
        hidden = client.get(ask, {"url": f"/posts/{secret.pk}/"})
        nowhere = client.get(ask, {"url": "/posts/999999/"})
        assert hidden.context["form"].errors == nowhere.context["form"].errors
        assert hidden.status_code == nowhere.status_code == 400


def test_a_flag_that_it_is_illegal_leads_here(as_, comment, bob):
    client = as_(bob)
    sent = {"reason": "illegal", "note": "It is libel."}
    answer = client.post(reverse("post-flag", args=[comment.pk]), sent)
    assert answer["Location"] == reverse("post-notice", args=[comment.pk])
    assert "It is libel." in text(client.get(answer["Location"]))
    assert not Case.objects.exists()


class TestDeciding:
    @pytest.fixture
    def notice(self, comment, rules):
        return factories.make_notice(comment)

    def test_it_is_told_by_e_mail_and_behind_the_link(self, client, notice, carol, rules):
        decision = close(
            notice.case, carol, "remove", rule=rules["lawful"], reason="It is libel indeed."
        )
        notice.refresh_from_db()
        assert (notice.state, notice.decision) == ("decided", decision)
        deliver_letters.call()
        message = mail.outbox[-1]
        assert "It was removed." in message.body
        assert "It is libel indeed." in message.body
        assert "no automated means" in message.body
        # It is what they asked for.
        assert "appeal" not in message.body
        link = re.search(r"http://\S+?(/notices/\S+)", str(message.body))
        assert link
        page = text(client.get(link[1]))
        assert "It was removed." in page
        assert "It is libel indeed." in page

    def test_what_was_kept_can_be_appealed_for_half_a_year(self, notice, carol):
        decision = close(notice.case, carol)
        letter = Letter.objects.get(key=f"notice:{notice.pk}:decided-{decision.pk}")
        until = decision.created_at + timedelta(days=184)
        assert f"appeal until {date_format(until, 'DATE_FORMAT')}" in letter.body
        assert "court" in letter.body

    def test_who_has_an_account_is_told_on_the_site(self, comment, bob, carol, rules):
        notice = factories.make_notice(comment, notifier=bob)
        close(notice.case, carol)
        told = Notification.objects.filter(recipient=bob, kind="outcome").order_by("pk")
        assert ["It stays." in notice.body for notice in told] == [False, True]

    def test_in_their_language(self, comment, carol, rules):
        with override("de"):
            notice = factories.make_notice(comment)
        close(notice.case, carol)
        letters = Letter.objects.filter(subject__contains="Hinweis")
        # To the last line, which whoever sends it knows no language for.
        assert ["Keine E-Mails mehr hierzu" in letter.body for letter in letters] == [True, True]

    def test_what_is_decided_later_is_told_as_well(self, notice, carol, mallory, rules):
        first = close(notice.case, carol, "remove", rule=rules["lawful"], reason="Libel.")
        Case.objects.filter(pk=notice.case_id).update(state="open")
        close(notice.case, mallory, "restore", reason="It is true.")
        notice.refresh_from_db()
        assert notice.decision == first
        assert Letter.objects.filter(key__startswith=f"notice:{notice.pk}:decided").count() == 2

    def test_only_moderators_read_who_gave_it(self, as_, notice, alice, carol):
        page = as_(carol).get(notice.case.get_absolute_url())
        assert "nora@example.org" in text(page)
        close(notice.case, carol)
        for person in (None, alice):
            client = as_(person) if person else as_(alice)
            for address in (notice.case.post.get_absolute_url(), "/notifications/"):
                assert "nora" not in text(client.get(address, follow=True)).lower()
        assert not Notification.objects.filter(body__icontains="nora").exists()
        assert not Event.objects.filter(detail__icontains="nora").exists()

    def test_a_decided_notice_has_its_decision(self, notice):
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.filter(pk=notice.pk).update(state="decided")


class TestForgetting:
    @pytest.fixture
    def notice(self, comment, rules):
        return factories.make_notice(comment)

    def test_a_month_after_the_appeal_window(self, notice, carol):
        close(notice.case, carol)
        late = timezone.now() - kept_for()
        Notice.objects.filter(pk=notice.pk).update(decided_at=late + timedelta(hours=1))
        assert forget_notifiers() == 0
        Notice.objects.filter(pk=notice.pk).update(decided_at=late - timedelta(hours=1))
        assert forget_notifiers() == 1
        notice.refresh_from_db()
        assert (notice.name, notice.email, notice.email_digest) == ("", "", "")
        assert notice.state == "decided"

    def test_at_once_when_asked(self, client, notice, carol):
        address = stop_page_of(notice)
        assert client.get(address).status_code == 200
        notice.refresh_from_db()
        assert notice.email
        assert client.post(address).status_code == 200
        notice.refresh_from_db()
        assert (notice.name, notice.email) == ("", "")
        assert not Letter.objects.exclude(to="").exists()
        close(notice.case, carol)
        assert not Letter.objects.exclude(to="").exists()

    def test_it_takes_no_letters_of_others(self, article, comment):
        """Keys of letters begin with the number of the notice, whole."""
        first = factories.make_notice(comment)
        Letter.objects.filter(key__startswith="notice:").update(key=f"notice:{first.pk}9:received")
        forget_notifier(first)
        assert Letter.objects.get().to == "nora@example.org"

    def test_with_the_account(self, comment, bob):
        notice = factories.make_notice(comment, notifier=bob)
        erase_account(person=bob, posts="kept")
        notice.refresh_from_db()
        assert (notice.notifier, notice.name, notice.explanation) == (None, "", "erased")
        assert not Event.objects.filter(actor_name__contains="Cratchit").exists()

    def test_with_the_post(self, comment, alice):
        notice = factories.make_notice(comment)
        erase_account(person=alice, posts="erased")
        notice.refresh_from_db()
        assert notice.explanation == "erased"
        assert notice.email == "nora@example.org"


class TestLinks:
    def test_nobody_makes_up_a_link(self, client, comment):
        notice = factories.make_notice(comment)
        real = page_of(notice)
        for address in (real[:-3] + "x/", reverse("notice", args=[str(notice.pk)])):
            assert client.get(address).status_code == 404
        token = stop_page_of(notice).split("/")[2]
        assert client.get(reverse("notice", args=[token])).status_code == 404
        assert read_page(real.split("/")[2]) == notice

    def test_programs_that_open_links_change_nothing(self, client, comment):
        notice = factories.make_notice(comment)
        client.get(page_of(notice))
        assert client.post(page_of(notice)).status_code == 404
        assert not Appeal.objects.exists()

    def test_an_appeal_names_its_notice(self, comment, carol, rules):
        notice = factories.make_notice(comment)
        decision = close(notice.case, carol)
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.create(decision=decision, party="notifier", text="It is libel.")
        Appeal.objects.create(decision=decision, party="notifier", notice=notice, text="Libel.")
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.create(decision=decision, party="notifier", notice=notice, text="No.")


def test_what_is_taken_back_waits_again(comment, carol, rules):
    heard, unheard = (
        factories.make_notice(comment, email=f"{who}@example.org") for who in ("heard", "unheard")
    )
    decision = close(heard.case, carol, "remove", rule=rules["lawful"], reason="Libel.")
    Letter.objects.filter(key=f"notice:{heard.pk}:decided-{decision.pk}").update(attempts=1)
    reverse_decision(decision=decision, moderator=carol, basis="undo")
    for notice in (heard, unheard):
        notice.refresh_from_db()
        assert (notice.state, notice.decision) == ("received", None)
    told = Letter.objects.filter(key__contains="taken-back").values_list("to", flat=True)
    assert list(told) == ["heard@example.org"]
    assert not Letter.objects.filter(key=f"notice:{unheard.pk}:decided-{decision.pk}").exists()
    # Before what is only flagged, as it was.
    heard.case.refresh_from_db()
    assert band_of(heard.case, carol) == "notice"
    again = close(heard.case, carol)
    assert set(Notice.objects.values_list("decision", flat=True)) == {again.pk}


def test_who_had_heard_of_an_earlier_decision_hears_that_a_later_one_was_taken_back(
    comment, carol, rules
):
    notice = factories.make_notice(comment, email="nora@example.org")
    close(notice.case, carol)
    Case.objects.filter(pk=notice.case_id).update(state="open")
    later = close(notice.case, carol, "remove", rule=rules["lawful"], reason="Libel.")
    Letter.objects.filter(key=f"notice:{notice.pk}:decided-{later.pk}").update(attempts=1)
    reverse_decision(decision=later, moderator=carol, basis="undo")
    assert Letter.objects.filter(key=f"notice:{notice.pk}:taken-back-{later.pk}").exists()


def test_what_was_overturned_is_decided_anew(client, comment, carol, mallory, rules):
    notice = factories.make_notice(comment)
    kept = close(notice.case, carol)
    appeal = file_appeal_as_notifier(notice=notice, decision=kept, text="It is libel.")
    decide_appeal(moderator=mallory, appeal=appeal, outcome="overturned", answer="It may be.")
    notice.refresh_from_db()
    notice.case.refresh_from_db()
    assert (notice.state, notice.decision, notice.case.state) == ("received", None, "open")
    assert band_of(notice.case, carol) == "notice"
    page = text(client.get(page_of(notice)))
    assert "It is looked at again" in page
    removal = close(notice.case, mallory, "remove", rule=rules["lawful"], reason="Libel.")
    notice.refresh_from_db()
    assert notice.decision == removal
    assert "It is looked at again" not in text(client.get(page_of(notice)))


@pytest.mark.parametrize("outcome", ["varied", "overturned"])
def test_of_an_appeal_that_succeeds_each_has_one_letter(comment, carol, mallory, rules, outcome):
    notice = factories.make_notice(comment)
    other = factories.make_notice(comment, name="Vera", email="vera@example.org")
    kept = close(notice.case, carol)
    appeal = file_appeal_as_notifier(notice=notice, decision=kept, text="It is libel.")
    before = list(Letter.objects.values_list("pk", flat=True))
    instead = {"action": "remove", "rule": rules["lawful"]} if outcome == "varied" else {}
    decide_appeal(
        moderator=mallory, appeal=appeal, outcome=outcome, answer="You are right.", **instead
    )
    sent = Letter.objects.exclude(pk__in=before).order_by("to")
    assert [letter.to for letter in sent] == [notice.email, other.email]
    answer, decision = (letter.body for letter in sent)
    assert answer.count("You are right.") == decision.count("You are right.") == 1
    assert "Answer: You are right." in answer
    done = "It was removed." if instead else "what was decided before was turned back"
    for body in (answer, decision):
        assert done in body
        assert "A person decided" in body


def test_what_is_decided_instead_answers_it(comment, carol, mallory, rules):
    notice = factories.make_notice(comment)
    appeal = file_appeal_as_notifier(
        notice=notice, decision=close(notice.case, carol), text="It is libel."
    )
    decide_appeal(
        moderator=mallory,
        appeal=appeal,
        outcome="varied",
        answer="It is.",
        action="remove",
        rule=rules["lawful"],
    )
    appeal.refresh_from_db()
    notice.refresh_from_db()
    assert notice.decision == appeal.result


def test_a_statement_names_notices_and_not_who_gave_them(as_, comment, alice, carol, rules):
    notice = factories.make_notice(comment)
    factories.make_notice(notice.case.post, category="VIOLENCE", name="Vera Vigilant")
    decision = close(notice.case, carol, "remove", rule=rules["lawful"], reason="Libel.")
    page = text(as_(alice).get(reverse("decision", args=[decision.pk])))
    assert "Notice was given 2 times that it is illegal (article 16" in page
    assert "Illegal or harmful speech; Violence." in page
    assert "Nobody had flagged it" not in page
    assert "Vera" not in page
    told = Notification.objects.get(key=f"decision:{decision.pk}")
    assert "Notice was given 2 times" in told.body


class TestAppealing:
    """By whoever gave notice, behind the signed link; decided by somebody else."""

    @pytest.fixture
    def kept(self, comment, carol, rules):
        notice = factories.make_notice(comment)
        close(notice.case, carol)
        return notice

    def test_from_the_link_to_the_answer(self, client, kept, mallory, rules):
        address = page_of(kept)
        assert "Send the appeal" in text(client.get(address))
        answer = client.post(address, {"text": "It is libel all the same."})
        assert answer.status_code == 302
        appeal = Appeal.objects.get()
        assert (appeal.party, appeal.notice, appeal.appellant) == ("notifier", kept, None)
        page = text(client.get(address))
        assert "It is libel all the same." in page
        assert "Send the appeal" not in page
        decide_appeal(
            moderator=mallory,
            appeal=appeal,
            outcome="varied",
            answer="You are right.",
            action="remove",
            rule=rules["lawful"],
        )
        page = text(client.get(address))
        assert "You are right." in page
        assert "It was removed." in page
        letter = Letter.objects.get(key=f"notice:{kept.pk}:appeal-{appeal.pk}")
        assert "You are right." in letter.body

    def test_what_is_upheld_is_told_too(self, client, kept, mallory):
        client.post(page_of(kept), {"text": "No."})
        decide_appeal(
            moderator=mallory, appeal=Appeal.objects.get(), outcome="upheld", answer="It stays."
        )
        assert Letter.objects.filter(key__contains=":appeal-", body__contains="It stays.").exists()

    def test_once(self, client, kept):
        assert client.post(page_of(kept), {"text": "No."}).status_code == 302
        again = client.post(page_of(kept), {"text": "No, no."})
        assert again.status_code == 409
        assert Appeal.objects.count() == 1

    def test_nothing_to_say_and_too_late(self, client, kept, monkeypatch):
        assert client.post(page_of(kept), {"text": " "}).status_code == 400
        monkeypatch.setattr(standing, "appeal_until", lambda *_: timezone.now())
        monkeypatch.setattr(permissions.appeals, "appeal_until", lambda *_: timezone.now())
        late = client.post(page_of(kept), {"text": "No."})
        assert late.status_code == 403
        assert "The time for an appeal is over" in text(late)

    def test_not_against_a_removal_nor_by_who_is_forgotten(self, client, comment, carol, rules):
        notice = factories.make_notice(comment)
        close(notice.case, carol, "remove", rule=rules["lawful"], reason="Libel.")
        assert "Send the appeal" not in text(client.get(page_of(notice)))
        assert client.post(page_of(notice), {"text": "No."}).status_code == 403
        forget_notifier(notice)
        assert client.post(page_of(notice), {"text": "No."}).status_code == 403

    def test_who_is_forgotten_is_forgotten_in_the_appeal(self, client, kept):
        name = kept.name
        client.post(page_of(kept), {"text": "No."})
        assert Appeal.objects.get().appellant_name == name
        Notice.objects.filter(pk=kept.pk).update(decided_at=timezone.now() - 2 * kept_for())
        assert forget_notifiers() == 1
        assert Appeal.objects.get().filed_by == "Somebody without an account"

    def test_who_asks_to_be_forgotten_too(self, comment, bob, carol, rules):
        notice = factories.make_notice(comment, notifier=bob)
        file_appeal(decision=close(notice.case, carol), appellant=bob, text="No.")
        forget_notifier(notice)
        appeal = Appeal.objects.get()
        assert (appeal.appellant, appeal.filed_by) == (None, "Somebody without an account")

    def test_with_an_account(self, comment, bob, carol, rules):
        notice = factories.make_notice(comment, notifier=bob)
        decision = close(notice.case, carol)
        appeal = file_appeal(decision=decision, appellant=bob, text="No.")
        assert (appeal.party, appeal.notice) == ("notifier", notice)
