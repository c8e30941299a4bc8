"""What becomes of posts and edits by what the steps find, and the signals that stay."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from forum.discussion.actions import post_comment, revise_post
from forum.discussion.models import Article, Post
from forum.lib.errors import Nudge, Refused
from forum.moderation.models import Case
from forum.screening.models import Signal
from forum.screening.outcomes import Finding, Outcome, points, weight, worst
from forum.screening.steps import as_read, hosts_in
from forum.screening.submission import Sending, Step, nothing_said
from tests.factories import make_annotation, make_comment

HTMX = {"HTTP_HX_REQUEST": "true"}


def text(response) -> str:
    return unescape(response.content.decode())


def signals(post) -> dict[str, Signal]:
    return {signal.step: signal for signal in Signal.objects.filter(revision__post=post)}


# Outcomes


def test_every_step_leaves_a_signal(article, alice):
    post = make_comment(article, author=alice)
    assert list(signals(post)) == ["article", "newcomer", "removals", "words", "repeats", "links"]
    assert {signal.outcome for signal in signals(post).values()} == {"publish"}
    assert post.state == "published"


def test_all_of_them_in_one_statement(article, alice):
    make_comment(article, author=alice)
    with CaptureQueriesContext(connection) as captured:
        make_comment(article, author=alice)
    said = [query["sql"] for query in captured if "screening_signal" in query["sql"]]
    assert len(said) == 1


def test_the_worst_wins_and_the_first_of_these_says_why(article, alice, listed):
    Article.objects.filter(pk=article.pk).update(premoderated=True)
    article.refresh_from_db()
    listed("suspect", "ferry")
    post = make_comment(article, author=alice)
    assert (post.state, post.held_for) == ("held", "premoderated")
    assert signals(post)["words"].outcome == "hold"


def test_a_suspect_word_has_it_held_with_a_case(article, alice, listed):
    listed("suspect", "ferry")
    post = make_comment(article, author=alice, source="The *f3rry*.")
    assert (post.state, post.held_for) == ("held", "words")
    (hit,) = signals(post)["words"].evidence["hits"]
    assert (hit["word"], hit["list"], hit["rule"]) == ("ferry", "The suspect ones", "civility")
    assert post.current.text[hit["start"] : hit["end"]] == "f3rry"
    assert Case.objects.get(post=post).events.get().detail == (
        "It has words of a list of suspect words."
    )


def test_a_banned_word_is_refused_by_the_rule_and_not_told(article, alice, listed):
    listed("banned", "ferry")
    with pytest.raises(Refused) as refused:
        make_comment(article, author=alice)
    assert (refused.value.field, refused.value.code) == ("source", "words")
    assert "rule 1, “Argue with the argument”" in refused.value.message
    assert "ferry" not in refused.value.message
    assert not Post.objects.filter(author=alice).exists()
    assert not Signal.objects.exists()


def test_a_nudge_is_a_question(article, alice, listed):
    listed("nudge", "ferry")
    with pytest.raises(Nudge) as asked:
        make_comment(article, author=alice)
    assert asked.value.anyway == "words:civility"
    assert asked.value.message == "This may break rule 1, “Argue with the argument”."
    assert not Post.objects.filter(author=alice).exists()
    sending = Sending(anyway=asked.value.anyway)
    post, _new = post_comment(author=alice, article=article, source="A ferry.", sending=sending)
    assert post.state == "published"
    assert signals(post)["words"].outcome == "nudge"


def test_an_answer_to_another_question_is_none(article, alice, listed):
    listed("nudge", "ferry")
    listed("nudge", "tram", rule="on-topic", name="Others")
    for source, answered in (("A ferry.", "words:on-topic"), ("A ferry.", "yes true words")):
        with pytest.raises(Nudge):
            post_comment(
                author=alice, article=article, source=source, sending=Sending(anyway=answered)
            )


def test_what_is_held_is_not_asked_about(article, alice, listed):
    listed("nudge", "ferry")
    listed("suspect", "bridge")
    assert make_comment(article, author=alice).state == "held"


def test_words_in_addresses_count(article, alice, listed):
    listed("suspect", "casino")
    post = make_comment(article, author=alice, source="Look [here](https://casino.example/a).")
    (hit,) = signals(post)["words"].evidence["hits"]
    assert (hit["start"], hit["address"]) == (None, "https://casino.example/a")


def test_staff_and_private_and_course_posts_are_left_alone(article, carol, dan, alice, listed):
    listed("banned", "ferry")
    for person in (carol, dan):
        assert make_comment(article, author=person).state == "published"
    note = make_annotation(article, author=alice, note="A ferry.", audience="private")
    assert note.state == "published"
    assert not Signal.objects.exists()


def test_a_form_that_is_sent_twice_is_asked_about_once(article, alice, settings):
    settings.NUDGE_REPEATS = 1
    said = {"article": article, "source": "The ferry matters more than the bridge.", "token": "t"}
    first, new = post_comment(author=alice, **said)
    again, twice = post_comment(author=alice, **said)
    assert (again, new, twice) == (first, True, False)
    with pytest.raises(Nudge):
        post_comment(author=alice, **said | {"token": "u"})


def test_a_list_that_is_banned_meanwhile_leaves_a_form_sent_twice_alone(article, alice, listed):
    said = {"article": article, "source": "The ferry.", "token": "t"}
    first, _new = post_comment(author=alice, **said)
    listed("banned", "ferry")
    assert post_comment(author=alice, **said) == (first, False)


# Edits and notes


def test_an_edit_is_looked_at_like_a_post(article, alice, listed):
    post = make_comment(article, author=alice, source="A tram.")
    listed("banned", "ferry")
    listed("suspect", "bridge")
    listed("nudge", "boat")
    with pytest.raises(Refused):
        revise_post(editor=alice, post=post, source="A ferry.")
    with pytest.raises(Nudge):
        revise_post(editor=alice, post=post, source="A boat.")
    assert post.current.source == "A tram."
    revise_post(editor=alice, post=post, source="A boat.", sending=Sending(anyway="words:civility"))
    assert post.state == "published"
    revision = revise_post(editor=alice, post=post, source="A bridge.")
    assert (post.state, post.held_for) == ("hidden", "edited")
    assert revision.signals.get(step="words").outcome == "hold"
    assert post.revisions.get(number=1).signals.count() == 6


def test_notes_and_replies_are_looked_at(article, alice, bob, listed):
    note = make_annotation(article, author=alice)
    listed("banned", "ferry")
    listed("suspect", "boat")
    with pytest.raises(Refused) as refused:
        make_annotation(article, author=alice, note="A ferry.")
    assert refused.value.field == "note"
    with pytest.raises(Refused):
        make_comment(article, author=bob, parent=note)
    held = make_annotation(article, author=alice, note="A boat.", quote="always")
    assert (held.state, held.held_for) == ("held", "words")
    assert make_comment(article, author=bob, parent=note, source="A boat.").state == "held"
    assert signals(held)["words"].outcome == "hold"


# The steps


def test_repeats_are_asked_about_then_held(article, alice, bob, settings):
    settings.NUDGE_REPEATS, settings.HOLD_REPEATS = 1, 2
    said = "The ferry matters, more than the bridge!"
    make_comment(article, author=alice)
    with pytest.raises(Nudge) as asked:
        make_comment(article, author=alice, source=said)
    assert asked.value.message == "You have posted the same words before."
    sending = Sending(anyway=asked.value.anyway)
    post_comment(author=alice, article=article, source=said, sending=sending)
    third = make_comment(article, author=alice)
    assert (third.state, third.held_for) == ("held", "repeats")
    assert len(signals(third)["repeats"].evidence["posts"]) == 2
    assert make_comment(article, author=bob).state == "published"
    make_comment(article, author=bob, source="Thank you!")
    assert make_comment(article, author=bob, source="Thank you!").state == "published"


def test_a_repeat_is_one_in_disguise_too(article, alice, settings):
    settings.NUDGE_REPEATS = 1
    make_comment(article, author=alice, source="The casino of the ferry is open!")
    with pytest.raises(Nudge):
        make_comment(article, author=alice, source="Thе cаsínо of\u200b the ｆerry is орen.")


def test_old_posts_that_are_made_to_say_the_same_are_repeats(article, alice, settings):
    settings.NUDGE_REPEATS = 1
    old = [make_comment(article, author=alice, source=f"It is number {n}.") for n in range(12)]
    Post.objects.filter(author=alice).update(created_at=timezone.now() - timedelta(days=60))
    note = make_annotation(article, author=alice, note="Why so?")
    said = "Come to the casino of the ferry!"
    revise_post(editor=alice, post=old[0], source=said)
    for post in (old[1], note):
        with pytest.raises(Nudge):
            revise_post(editor=alice, post=Post.objects.get(pk=post.pk), source=said)


def test_an_edit_does_not_repeat_itself(article, alice, settings):
    settings.NUDGE_REPEATS = 1
    post = make_comment(article, author=alice)
    revise_post(editor=alice, post=post, source=post.current.source + "!")
    assert post.current.number == 2


def test_whose_posts_were_removed_lately_waits(article, alice, settings):
    settings.HOLD_AFTER_REMOVALS = 2
    for number in range(2):
        post = make_comment(article, author=alice, source=f"{number}")
        assert post.state == "published"
        Post.objects.filter(pk=post.pk).update(state="removed")
    post = make_comment(article, author=alice)
    assert (post.state, post.held_for) == ("held", "removals")
    assert signals(post)["removals"].evidence == {"removed": 2, "of": 2}


def test_many_links_to_other_sites_wait(article, alice, settings):
    settings.HOLD_LINKS = 2
    settings.SITE_URL = "http://here.example"
    links = [f"https://{host}/" for host in ("a.example", "b.example", "here.example")]
    assert make_comment(article, author=alice, source=" ".join(links)).state == "published"
    post = make_comment(article, author=alice, source=" ".join([*links, "https://c.example/"]))
    assert (post.state, post.held_for) == ("held", "links")
    hosts = signals(post)["links"].evidence["hosts"]
    assert hosts == ["a.example", "b.example", "c.example"]


def test_whatever_a_browser_takes_for_a_link_to_another_site_counts():
    links = ["//a.example", "HTTPS://B.example/", "https:c.example", "https:/d.example/", "#e"]
    html = "".join(f'<a href="{link}">x</a>' for link in links)
    assert hosts_in(html) == ["a.example", "b.example", "c.example", "d.example"]


@pytest.mark.parametrize(
    "address",
    [
        "https://casino.example/",
        "https://cаsino.example/",
        "https://www.сasíno.example/",
        "https://a.example/win/%63asino",
        "https://a.example/?to=c%D0%B0s1no",
        "https://casino@a.example/",
        "mailto:casino@a.example",
    ],
)
def test_words_are_found_in_addresses_as_people_read_them(article, alice, listed, address):
    listed("suspect", "casino")
    post = make_comment(article, author=alice, source=f"[Here]({address}).")
    assert (post.state, post.held_for) == ("held", "words")
    (hit,) = signals(post)["words"].evidence["hits"]
    assert (hit["word"], hit["start"]) == ("casino", None)


@pytest.mark.parametrize("address", ["https://xn--.example/%ff%", "https://xn--\u00e9/", "//", "x"])
def test_what_is_no_address_is_read_as_it_is(address):
    assert as_read(address)


# What it weighs


def test_what_signals_weigh():
    assert worst([]) == Outcome.PUBLISH
    assert worst([Outcome.HOLD, Outcome.NUDGE]) == Outcome.HOLD
    assert (weight(0), weight(0.5), weight(2), weight(-1)) == (0, 2.5, 5, 0)
    assert points([]) == 0
    assert points([0.5, 0.1]) == 3
    assert points([1, 1, 1]) == 10


# On pages and in the API


@pytest.fixture
def respond(client, article, alice, listed):
    """Send a response about ferries, which are asked about, as a form does."""
    listed("nudge", "ferry")
    client.force_login(alice)

    def send(**fields):
        headers = fields.pop("headers", {})
        sent = {"source": "The *ferry* matters.", "token": "t"} | fields
        return client.post(reverse("respond", args=[article.slug]), sent, **headers)

    return send


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_form_comes_back_with_the_words_and_a_second_button(respond, headers):
    answer = respond(headers=headers)
    assert answer.status_code == 409
    page = text(answer)
    assert "This may break rule 1" in page
    assert "The *ferry* matters." in page
    assert 'name="anyway" value="words:civility"' in page
    assert not Post.objects.filter(kind="comment").exists()
    answer = respond(headers=headers, anyway="words:civility")
    assert answer.status_code == (200 if headers else 302)
    assert Post.objects.get(kind="comment").state == "published"


def test_an_edit_comes_back_so_too(client, article, alice, listed):
    post = make_comment(article, author=alice, source="A tram.")
    listed("nudge", "ferry")
    client.force_login(alice)
    address = reverse("post-edit", args=[post.pk])
    sent = {"source": "A ferry.", "expected": post.current.pk}
    answer = client.post(address, sent)
    assert answer.status_code == 409
    assert "Save anyway" in text(answer)
    assert client.post(address, sent | {"anyway": "words:civility"}).status_code == 302
    assert post.current.source == "A ferry."


def test_a_refusal_stands_beside_the_field(client, article, alice, listed):
    listed("banned", "ferry")
    client.force_login(alice)
    answer = client.post(reverse("respond", args=[article.slug]), {"source": "A *ferry*."})
    assert answer.status_code == 400
    assert "is against rule 1" in text(answer)
    assert "A *ferry*." in text(answer)


def test_the_api_names_it_and_takes_the_answer(api, article, alice, listed):
    listed("nudge", "ferry")
    listed("banned", "boat", rule="")
    api.force_authenticate(alice)
    path = reverse("api-comments", args=[article.slug])
    asked = api.post(path, {"source": "A ferry."})
    assert asked.status_code == 409
    said = asked.json()
    assert (said["code"], said["anyway"]) == ("nudge", "words:civility")
    assert said["nudges"] == [{"step": "words", "rule": "civility", "text": said["detail"]}]
    made = api.post(path, {"source": "A ferry.", "anyway": said["anyway"]})
    assert made.status_code == 201
    own = reverse("api-comment", args=[made.json()["id"]])
    refused = api.patch(own, {"source": "A boat."})
    assert (refused.status_code, refused.json()["code"]) == (400, "words")
    assert list(refused.json()["errors"]) == ["source"]


def test_the_api_of_notes_does_too(api, article, alice, listed):
    listed("nudge", "ferry")
    listed("banned", "boat")
    api.force_authenticate(alice)
    current = article.post.current
    sent = {"revision": current.pk, "start": 0, "end": 3, "quote": "The", "tags": ["bias-claim"]}
    path = reverse("api-annotations", args=[article.slug])
    asked = api.post(path, sent | {"note": "A ferry."})
    assert (asked.status_code, asked.json()["code"]) == (409, "nudge")
    made = api.post(path, sent | {"note": "A ferry.", "anyway": asked.json()["anyway"]})
    assert made.status_code == 201
    own = reverse("api-annotation", args=[made.json()["id"]])
    refused = api.patch(own, {"note": "A boat."})
    assert (refused.status_code, refused.json()["code"]) == (400, "words")
    assert list(refused.json()["errors"]) == ["note"]


def test_the_form_about_a_passage_is_told_so_too(client, article, alice, listed):
    listed("nudge", "ferry")
    client.force_login(alice)
    sent = {
        "revision": article.post.current.pk,
        "start": 0,
        "end": 3,
        "quote": "The",
        "tags": "bias-claim",
        "note": "A ferry.",
        "audience": "public",
        "token": "t",
    }
    address = reverse("annotate", args=[article.slug])
    asked = client.post(address, sent)
    assert asked.status_code == 409
    assert asked.json()["code"] == "nudge"
    made = client.post(address, sent | {"anyway": asked.json()["anyway"]})
    assert made.status_code == 201


# A step of another app


def look_for_trams(submission):
    if "tram" in submission.words.text:
        return Finding(Outcome.REFUSE, message="No trams.")
    return None


TRAMS = Step("trams", look_for_trams, gettext_lazy("Trams"), nothing_said)


def test_a_step_of_another_app_says_it_in_its_own_words(settings, article, alice):
    settings.SCREENING_STEPS = [f"{__name__}.TRAMS"]
    with pytest.raises(Refused, match=r"^No trams\.$"):
        make_comment(article, author=alice, source="A tram.")
    assert not signals(make_comment(article, author=alice, source="A ferry."))


def test_every_step_has_a_name_of_its_own_that_fits(settings):
    from forum.screening.models import STEP_LIMIT
    from forum.screening.pipeline import steps

    names = [step.name for step in steps()]
    assert len(set(names)) == len(names)
    for step in steps():
        assert 0 < len(step.name) <= STEP_LIMIT
        assert str(step.label)
        assert isinstance(step.describe({}), str)
