"""Responses without an account: confirmed by e-mail, held, told of, forgotten, claimed."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from forum.accounts.erasing import erase_account
from forum.discussion.models import Article, Post
from forum.guests import forms, limits
from forum.guests.actions import claim, confirm, digest_of, forget, respond_as_guest
from forum.guests.letters import deliver_letters, page_of, stop_page_of, try_letters_at_once
from forum.guests.models import GuestResponse, Letter
from forum.lib.errors import Conflict
from forum.moderation.actions import decide, decide_appeal, file_appeal_as_guest
from forum.moderation.models import Case
from forum.notifications.models import Notification
from tests.factories import make_annotation, make_comment, make_user

ADDRESS = "Gwen@example.org"
WORDS = "The *ferry* matters."


@pytest.fixture(autouse=True)
def _guests(settings, monkeypatch):
    """Guests may respond; nobody is too quick, and nobody was here before."""
    settings.GUEST_RESPONSES = "always"
    monkeypatch.setattr(forms, "QUICKEST", 0)
    cache.clear()


@pytest.fixture
def guest(article):
    """Gwen's response, which she has not confirmed."""
    return respond_as_guest(article=article, name="Gwen", email=ADDRESS, source=WORDS, token="t")


@pytest.fixture
def confirmed(guest):
    confirm(guest)
    return guest


@pytest.fixture
def send(client, article):
    """Send the form as the page has it, with other values for some fields."""

    def post(answer_to=None, **fields):
        asked = {"parent": answer_to.pk} if answer_to else {}
        address = reverse("respond", args=[article.slug])
        form = client.get(address, asked).context["form"]
        sent = {"name": "Gwen", "email": ADDRESS, "source": WORDS}
        sent |= {"token": form["token"].value(), "began": form["began"].value()}
        return client.post(address, sent | asked | fields)

    return post


def text(response) -> str:
    return unescape(response.content.decode())


def link_in(message) -> str:
    found = re.search(r"http://\S+(/guests/\S+)", message.body)
    assert found
    return found.group(1)


def let_through(post, moderator, action="keep", **fields):
    case = Case.objects.get(post=post)
    decide(moderator=moderator, case=case, action=action, version=case.version, **fields)
    post.refresh_from_db()


# From the form to the queue


def test_from_the_form_to_the_page(
    client, article, send, carol, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = send()
    assert answer["Location"] == reverse("guest-sent")
    assert "sent you a link" in text(client.get(answer["Location"]))
    assert not Post.objects.filter(kind="comment").exists()
    (message,) = mail.outbox
    assert message.to == [ADDRESS]
    page = link_in(message)
    assert "Confirm" in text(client.get(page))
    assert not Post.objects.filter(kind="comment").exists()
    assert client.post(page, follow=True).status_code == 200
    post = Post.objects.get(kind="comment")
    assert (post.state, post.held_for, post.author) == ("held", "guest", None)
    assert post.author_name == "Gwen (guest)"
    told = text(client.get(page))
    assert "Held for review" in told
    assert "What guests write is always read by a moderator first." in told
    assert "<em>ferry</em>" not in text(client.get(article.get_absolute_url()))
    client.force_login(carol)
    assert "A guest wrote it." in text(client.get(reverse("moderation") + "?tab=held"))
    case = text(client.get(Case.objects.get(post=post).get_absolute_url()))
    assert "A guest, who has confirmed an e-mail address." in case
    with django_capture_on_commit_callbacks(execute=True):
        let_through(post, carol)
    client.logout()
    shown = text(client.get(article.get_absolute_url()))
    assert "Gwen (guest)" in shown
    assert "<em>ferry</em>" in shown
    assert "gwen@" not in (shown + told + case).lower()
    _, decision = mail.outbox
    assert "it is published" in decision.subject
    assert decision.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "It is published." in text(client.get(link_in(decision)))


def test_a_removal_is_told_with_its_reason(client, confirmed, carol, rules):
    rule = next(iter(rules.values()))
    let_through(confirmed.post, carol, action="remove", rule=rule, reason="It is about boats.")
    letter = Letter.objects.get(key__startswith="decision:")
    assert "It is about boats." in letter.body
    assert rule.title in letter.body
    page = text(client.get(page_of(confirmed)))
    assert "It is not published." in page
    assert "It is about boats." in page


def test_whoever_is_answered_hears_of_it_once_it_is_let_through(article, alice, carol):
    comment = make_comment(article, author=alice)
    guest = respond_as_guest(
        article=article, parent=comment, name="Gwen", email=ADDRESS, source=WORDS
    )
    confirm(guest)
    assert not Notification.objects.exists()
    let_through(guest.post, carol)
    assert Notification.objects.get(recipient=alice).subject == (
        "Gwen (guest) answered your response"
    )


def test_a_guest_replies_to_a_note(article, alice, send):
    note = make_annotation(article, author=alice)
    assert send(answer_to=note).status_code == 302
    post = confirm(GuestResponse.objects.get())
    assert (post.note, post.number, post.state) == (note, None, "held")


# The link


def test_a_link_works_once_and_says_so_after(client, guest):
    page = page_of(guest)
    for _ in range(3):
        assert client.get(page).status_code == 200
    for _ in range(2):
        assert client.post(page).status_code == 302
    assert Post.objects.filter(kind="comment").count() == 1


def test_a_link_expires_and_keeps_the_words_to_be_read(client, guest):
    GuestResponse.objects.update(expires_at=timezone.now())
    answer = client.post(page_of(guest))
    assert answer.status_code == 409
    assert "expired" in text(answer)
    assert "<em>ferry</em>" in text(answer)
    with pytest.raises(Conflict):
        confirm(GuestResponse.objects.get())


@pytest.mark.parametrize("token", ["nonsense", "MQ:1abc:xyz", "x" * 900])
def test_no_other_link_leads_anywhere(client, guest, token):
    for name in ("guest-response", "guest-stop"):
        for act in (client.get, client.post):
            assert act(reverse(name, args=[token])).status_code == 404
    swapped = stop_page_of(guest).replace("/stop/", "/")
    assert client.get(swapped).status_code == 404


def test_if_the_discussion_closes_meanwhile_it_is_said(client, article, guest):
    Article.objects.filter(pk=article.pk).update(closed_at=timezone.now())
    answer = client.post(page_of(guest))
    assert answer.status_code == 409
    assert "<em>ferry</em>" in text(answer)


def test_mail_is_stopped_by_one_post_and_forgets_the_address(client, confirmed, carol):
    stop = stop_page_of(confirmed)
    assert "Forget my address" in text(client.get(stop))
    assert GuestResponse.objects.get().email == ADDRESS
    outside = client.__class__(enforce_csrf_checks=True)
    assert outside.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert GuestResponse.objects.get().email == ""
    assert not Letter.objects.filter(sent_at=None).exists()
    let_through(confirmed.post, carol)
    assert not Letter.objects.filter(key__startswith="decision:").exists()


# What is refused, with the words kept


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "nobody"}, "This is not an e-mail address."),
        ({"email": ""}, "Please give an e-mail address."),
        ({"email": f"{'x' * 300}@example.org"}, "the limit is 254"),
        ({"name": " "}, "Please give a name."),
        ({"name": "alice"}, "somebody’s user name"),
        ({"name": "y" * 90}, "the limit is 60"),
        ({"website": "http://spam"}, "Leave this field empty"),
        ({"began": ""}, "open for very long"),
        ({"began": "forged:stamp"}, "open for very long"),
    ],
)
def test_refusals_name_what_is_wrong_and_keep_what_was_typed(send, alice, fields, said):
    answer = send(**fields)
    assert answer.status_code == 400
    assert said in text(answer)
    assert WORDS in text(answer)
    assert not GuestResponse.objects.exists()
    assert not Letter.objects.exists()


def test_a_form_that_comes_back_in_a_moment_was_not_typed(send, monkeypatch):
    monkeypatch.setattr(forms, "QUICKEST", 3)
    answer = send()
    assert answer.status_code == 400
    assert "very quick" in text(answer)
    assert WORDS in text(answer)


def test_a_form_sent_twice_is_one_response(send):
    assert send(token="same").status_code == send(token="same").status_code == 302
    assert GuestResponse.objects.count() == Letter.objects.count() == 1


def test_the_page_says_the_same_whether_the_address_has_an_account(client, send, alice):
    known, unknown = send(email=alice.email), send(email="nobody@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    letters = Letter.objects.values_list("subject", flat=True)
    assert len(set(letters)) == 1


def test_what_was_typed_is_in_no_letter_to_an_unconfirmed_address(guest):
    letter = Letter.objects.get()
    assert "Gwen" not in letter.body
    assert "ferry" not in letter.body


def test_an_address_is_not_filled_with_letters(send):
    for n in range(limits.PER_ADDRESS):
        assert send(source=f"Words {n}.").status_code == 302
    refused = send(source="Words that are kept.", email=ADDRESS.upper())
    assert refused.status_code == 429
    assert refused["Retry-After"] == "3600"
    assert "Words that are kept." in text(refused)
    assert send(email="another@example.org").status_code == 302


def test_nor_does_one_corner_of_the_network_send_many(send, monkeypatch):
    monkeypatch.setattr(limits, "PER_NETWORK", 2)
    for n in range(2):
        assert send(email=f"n{n}@example.org").status_code == 302
    assert send(email="n3@example.org").status_code == 429
    assert GuestResponse.objects.count() == 2


def test_neighbours_count_together_and_nothing_leads_back():
    key = limits._network
    assert key("192.0.2.1") == key("192.0.2.200") != key("192.0.3.1")
    assert key("2001:db8::1") == key("2001:db8:0:00ff::1") != key("2001:db9::1")
    assert "192" not in key("192.0.2.1")
    assert key("nonsense") == key("")


# Where guests may


@pytest.mark.parametrize(
    ("site", "policy", "may"),
    [
        *(("never", policy, False) for policy in ("site", "guests", "members")),
        *(("chosen", policy, policy == "guests") for policy in ("site", "guests", "members")),
        *(("always", policy, policy != "members") for policy in ("site", "guests", "members")),
    ],
)
def test_where_guests_may_respond(client, settings, article, site, policy, may):
    settings.GUEST_RESPONSES = site
    Article.objects.filter(pk=article.pk).update(policy=policy)
    answer = client.get(reverse("respond", args=[article.slug]))
    assert answer.status_code == (200 if may else 302)
    if may:
        assert "Your e-mail address" in text(answer)
    else:
        assert answer["Location"].startswith(reverse("account_login"))


def test_people_with_an_account_respond_with_it(client, article, alice):
    client.force_login(alice)
    assert "e-mail" not in text(client.get(reverse("respond", args=[article.slug])))


def test_whoever_logs_in_instead_finds_their_words(client, send, article, alice):
    answer = send(act="login")
    assert answer["Location"].startswith(reverse("account_login"))
    client.force_login(alice)
    assert WORDS in text(client.get(reverse("respond", args=[article.slug])))


def test_the_form_in_its_place_on_the_page(client, article):
    answer = client.get(reverse("respond", args=[article.slug]), HTTP_HX_REQUEST="true")
    assert "<html" not in text(answer)
    assert 'name="email"' in text(answer)


# What is kept, and how long


def test_unconfirmed_nothing_is_left_when_the_link_expires(guest):
    assert forget() == (0, 0)
    GuestResponse.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert forget() == (1, 0)
    assert not GuestResponse.objects.exists()


def test_a_guest_is_written_to_in_the_language_they_read(article, carol, frances, rules):
    with override("de"):
        guest = respond_as_guest(article=article, name="Gwen", email=ADDRESS, source=WORDS)
    post = confirm(guest)
    case = Case.objects.get(post=post)
    decision = decide(
        moderator=carol,
        case=case,
        version=case.version,
        action="remove",
        rule=rules["civility"],
        reason="Rude.",
    )
    file_appeal_as_guest(guest=guest, decision=decision, text="No.")
    appeal = decision.appeals.get()
    decide_appeal(moderator=frances, appeal=appeal, outcome="upheld", answer="No.")
    letters = Letter.objects.order_by("pk")
    assert [letter.key.partition(":")[0] for letter in letters] == ["confirm", "decision", "appeal"]
    for letter in letters:
        # From the subject to the last line, whoever has decided.
        assert re.search(r"\b(Bestätige|Dein|Einspruch)\b", letter.subject)
        assert "Keine E-Mails mehr hierzu" in letter.body
        assert not re.search(r"\b(your|you)\b", letter.body)


def test_an_address_is_forgotten_a_month_after_the_decision(confirmed, carol):
    let_through(confirmed.post, carol)
    assert forget() == (0, 0)
    GuestResponse.objects.update(decided_at=timezone.now() - timedelta(days=29))
    assert forget() == (0, 0)
    GuestResponse.objects.update(decided_at=timezone.now() - timedelta(days=31))
    call_command("send_outbox", verbosity=0)
    left = GuestResponse.objects.get()
    assert (left.email, left.email_digest) == ("", digest_of(ADDRESS))
    assert ADDRESS.lower() not in left.email_digest


def test_a_letter_that_has_left_holds_nothing(guest):
    assert deliver_letters.call() == 1
    letter = Letter.objects.get()
    assert (letter.to, letter.body) == ("", "")
    assert deliver_letters.call() == 0


def test_a_server_that_is_away_loses_nothing(guest, monkeypatch):
    def away(self, **kwargs):
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(mail.EmailMessage, "send", away)
        assert deliver_letters.call() == 0
    # Not at once: the server may be away for long.
    assert deliver_letters.call() == 0
    assert try_letters_at_once() == 1
    assert deliver_letters.call() == 1


# Claiming


def test_whoever_confirms_the_address_may_claim_it(client, article, confirmed, carol):
    let_through(confirmed.post, carol)
    gwen = make_user("gwen", email=ADDRESS, display_name="Gwendolen")
    client.force_login(gwen)
    assert "as a guest" not in text(client.get(reverse("you")))
    client.post(reverse("guest-claim"))
    assert Post.objects.get(pk=confirmed.post.pk).author is None
    EmailAddress.objects.create(user=gwen, email=ADDRESS.lower(), verified=True)
    assert "You wrote 1 response as a guest" in text(client.get(reverse("you")))
    client.get(article.get_absolute_url())
    assert "is yours now" in text(client.post(reverse("guest-claim"), follow=True))
    post = Post.objects.get(pk=confirmed.post.pk)
    assert (post.author, post.author_name) == (gwen, "Gwendolen")
    assert GuestResponse.objects.get().email == ""
    assert "Gwendolen" in text(client.get(article.get_absolute_url()))
    assert claim(gwen, [ADDRESS]) == 0


def test_nobody_else_claims_it(confirmed, bob):
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True)
    assert claim(bob, [bob.email]) == 0
    assert claim(bob, []) == 0


# The tables


def test_a_confirmed_response_has_a_post_and_no_words(guest):
    with pytest.raises(IntegrityError), transaction.atomic():
        GuestResponse.objects.update(confirmed_at=timezone.now())


# Who says where guests may


def test_those_who_publish_say_how_a_discussion_goes(client, article, erin, alice):
    client.force_login(erin)
    address = reverse("article-discussion", args=[article.slug])
    assert "people with an account" in text(client.get(address))
    before = Article.objects.get(pk=article.pk).activity
    assert client.post(address, {"policy": "nobody"}).status_code == 400
    sent = {"policy": "members", "premoderated": "on", "closed": "on"}
    assert client.post(address, sent).status_code == 302
    saved = Article.objects.get(pk=article.pk)
    assert (saved.policy, saved.premoderated, saved.activity) == ("members", True, before + 1)
    closed = saved.closed_at
    assert closed
    client.post(address, sent)
    assert Article.objects.get(pk=article.pk).closed_at == closed
    client.post(address, {"policy": "guests"})
    saved = Article.objects.get(pk=article.pk)
    assert (saved.policy, saved.premoderated, saved.closed_at) == ("guests", False, None)
    listed = client.get(reverse("api-article", args=[article.slug])).json()
    assert (listed["policy"], listed["premoderated"]) == ("guests", False)


def test_an_erased_account_leaves_nothing_to_claim(confirmed):
    gwen = make_user("gwen", email=ADDRESS)
    assert claim(gwen, [ADDRESS]) == 1
    erase_account(person=gwen, posts="kept")
    left = GuestResponse.objects.get()
    assert (left.name, left.email, left.email_digest) == ("", "", "")
    assert claim(make_user("again", email=ADDRESS), [ADDRESS]) == 0
