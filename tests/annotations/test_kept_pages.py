"""The public page, kept as it is sent: never stale, never somebody's, the same for every client."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import override_script_prefix
from django.urls import reverse

from annotations.models import Codebook, Quotation, QuotationPlacement
from annotations.page import kept, marking, page_parts
from annotations.page.loading import notes_on
from annotations.placement.reattaching import place_by_hand, take_off
from annotations.quotations.quoting import catch_up, mark_quoted
from forum.discussion.actions import reinstate_post, revise_post, withdraw_post
from forum.discussion.models import Article, Audience, Post, State
from forum.discussion.publishing.actions import Paratext, revise_article
from forum.discussion.writing.revisions import bump_every_activity
from forum.lib.gzipped import part_of
from forum.moderation.actions import decide, reopen
from forum.moderation.models import Case
from tests import memory
from tests.annotations.crowds import make_notes, make_people
from tests.factories import (
    ARTICLE_TEXT,
    make_annotation,
    make_article,
    make_comment,
    make_flag,
)

SENTENCE = "The committee says the bridge must close at once"
GZIP = {"Accept-Encoding": "gzip, deflate"}


def address(article: Article) -> str:
    return reverse("article", args=[article.slug])


def read(article: Article, **headers: str) -> bytes:
    """What a stranger is sent."""
    response = Client().get(address(article), headers=headers)
    assert response.status_code == 200
    return response.content


def lists(article: Article) -> list[bytes]:
    """What a stranger is sent of the API's lists."""
    here = f"/api/v1/articles/{article.slug}"
    return [Client().get(f"{here}/{kind}/").content for kind in ("comments", "annotations")]


# Whatever changes the page changes what is sent


@pytest.fixture
def world(article, alice, bob, carol, dan, erin, frances, rules, codebook):
    """An article with a response of each kind that something can happen to, and who does it."""
    comment = make_comment(article, author=alice, source=f"“{SENTENCE}”. So it does.")
    withdrawn = make_comment(article, author=alice, source="Words taken back.")
    withdraw_post(author=alice, post=withdrawn)
    note = make_annotation(article, author=bob)
    on_comment = make_annotation(comment, author=bob, quote="So it does")
    reply = make_comment(article, author=alice, source="Is that so?", parent=note)
    admin = Client()
    admin.force_login(frances, backend="allauth.account.auth_backends.AuthenticationBackend")
    made = SimpleNamespace(
        article=article, alice=alice, bob=bob, carol=carol, dan=dan, erin=erin,
        comment=comment, withdrawn=withdrawn, note=note, on_comment=on_comment, reply=reply,
        rule=next(iter(rules.values())), codebook=codebook, admin=admin,
    )  # fmt: skip
    gone = make_comment(article, author=bob, source="Removed words.")
    judge(made, gone, "remove")
    made.removed = gone
    return made


def judge(world, post: Post, action: str) -> None:
    case = make_flag(post).case
    decide(
        moderator=world.carol, case=case, action=action, version=case.version,
        rule=world.rule, reason="It was.",
    )  # fmt: skip


def restore(world) -> None:
    case = Case.objects.get(post=world.removed)
    reopen(moderator=world.carol, case=case, version=case.version, reason="Again.")
    case.refresh_from_db()
    decide(moderator=world.carol, case=case, action="restore", version=case.version)


def place(world, act) -> None:
    placement = world.note.annotation.placements.get(revision__superseded_at=None)
    before = placement.start, placement.end
    current = world.article.post.current
    if act is take_off:
        take_off(
            editor=world.erin, post=world.note, revision=current.pk, before=before,
            reason="Wrong words.",
        )  # fmt: skip
        return
    start = current.text.index("who pays")
    place_by_hand(
        editor=world.erin, post=world.note, start=start, end=start + 8, words="who pays",
        revision=current.pk, before=before,
    )  # fmt: skip


def retag(world, **changed: object) -> None:
    """Save the codebook's page in the admin with something changed."""
    url = reverse("admin:annotations_codebook_change", args=[world.codebook.pk])
    page = world.admin.get(url)
    forms = [page.context["adminform"].form]
    for formset in page.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    sent = {
        bound.html_name: getattr(value, "pk", value)
        for form in forms
        for bound in form
        if (value := bound.value()) is not None and value is not False
    }
    assert world.admin.post(url, sent | changed).status_code == 302


def close(world) -> None:
    url = reverse("admin:discussion_article_change", args=[world.article.pk])
    sent = {"closed_at_0": "2026-11-22", "closed_at_1": "12:00:00"}
    assert world.admin.post(url, sent).status_code == 302


def new_codebook(world) -> None:
    Codebook.objects.filter(pk=world.codebook.pk).update(is_default=False)
    url = reverse("admin:annotations_codebook_add")
    page = world.admin.get(url)
    management = page.context["inline_admin_formsets"][0].formset.management_form
    sent = {bound.html_name: bound.value() for bound in management}
    sent |= {"name": "Other", "slug": "other", "max_tags": 1, "is_default": "on"}
    assert world.admin.post(url, sent).status_code == 302


def unused_codebook(world) -> Codebook:
    """One that annotations are made with, none yet, as every page shows."""
    Codebook.objects.filter(pk=world.codebook.pk).update(is_default=False)
    other = Codebook.objects.create(name="Other", slug="other", is_default=True)
    other.tags.create(slug="odd", label="An odd tag", short="OT", definition="Odd.", colour=1)
    bump_every_activity()
    assert b"An odd tag" in read(world.article)
    return other


def delete_codebook(world) -> None:
    gone = unused_codebook(world)
    url = reverse("admin:annotations_codebook_delete", args=[gone.pk])
    assert world.admin.post(url, {"post": "yes"}).status_code == 302
    assert not Codebook.objects.filter(pk=gone.pk).exists()


def delete_codebooks(world) -> None:
    gone = unused_codebook(world)
    sent = {"action": "delete_selected", "_selected_action": [gone.pk], "post": "yes"}
    url = reverse("admin:annotations_codebook_changelist")
    assert world.admin.post(url, sent).status_code == 302
    assert not Codebook.objects.filter(pk=gone.pk).exists()


def lose_place(world) -> None:
    """A quotation that whoever revised the text had not seen yet."""
    current = world.article.post.current
    QuotationPlacement.objects.filter(revision=current).delete()


def mark_ones_quote(world) -> None:
    found = QuotationPlacement.objects.get(
        quotation__comment_revision=world.comment.current, revision__superseded_at=None
    )
    revision = found.revision
    assert found.start is not None
    assert found.end is not None
    mark_quoted(
        author=world.alice, comment=world.comment, revision=revision,
        start=found.start, end=found.end, quote=revision.text[found.start : found.end],
        tags=["question"],
    )  # fmt: skip


def edit_words_of_note(world) -> None:
    mark_ones_quote(world)
    read(world.article)
    revise_post(editor=world.alice, post=world.comment, source=f"“{SENTENCE}”. Does it?")


def revise(world, source: str = ARTICLE_TEXT, paratext: Paratext | None = None) -> None:
    revise_article(editor=world.dan, article=world.article, source=source, paratext=paratext)


def revise_as_a_draft(world) -> None:
    """The editor's request began before the draft was published."""
    loaded = Article.objects.select_related("post").get(pk=world.article.pk)
    loaded.post.state = State.DRAFT
    source = ARTICLE_TEXT.replace("two", "three")
    revise_article(editor=world.erin, article=loaded, source=source)


def paratext_as_a_draft(world) -> None:
    """The same, of its title alone."""
    loaded = Article.objects.select_related("post").get(pk=world.article.pk)
    loaded.post.state = State.DRAFT
    revise_article(
        editor=world.erin, article=loaded, source=ARTICLE_TEXT, paratext=Paratext(title="Other")
    )


ACTS = {
    "respond": lambda w: make_comment(w.article, source="New words."),
    "reply": lambda w: make_comment(w.article, source="New words.", parent=w.comment),
    "edit a response": lambda w: revise_post(editor=w.alice, post=w.comment, source="Other."),
    "withdraw": lambda w: withdraw_post(author=w.alice, post=w.comment),
    "reinstate": lambda w: reinstate_post(author=w.alice, post=w.withdrawn),
    "remove": lambda w: judge(w, w.comment, "remove"),
    "restore": restore,
    "annotate": lambda w: make_annotation(w.article, quote="who pays"),
    "annotate a response": lambda w: make_annotation(w.comment, quote="So it"),
    "edit a note": lambda w: revise_post(editor=w.bob, post=w.note, source="Other."),
    "withdraw a note": lambda w: withdraw_post(author=w.bob, post=w.on_comment),
    "remove a note": lambda w: judge(w, w.note, "remove"),
    "reply to a note": lambda w: make_comment(w.article, source="New words.", parent=w.note),
    "answer a reply": lambda w: make_comment(w.article, source="New words.", parent=w.reply),
    "edit a reply": lambda w: revise_post(editor=w.alice, post=w.reply, source="Other."),
    "withdraw a reply": lambda w: withdraw_post(author=w.alice, post=w.reply),
    "remove a reply": lambda w: judge(w, w.reply, "remove"),
    "place by hand": lambda w: place(w, place_by_hand),
    "take off": lambda w: place(w, take_off),
    "mark what one quotes": mark_ones_quote,
    "edit a response that is a note": edit_words_of_note,
    "revise": lambda w: revise(w, source=ARTICLE_TEXT.replace("two", "three")),
    "paratext": lambda w: revise(w, paratext=Paratext(title="Other", standfirst="Brief.")),
    "revise what was a draft": revise_as_a_draft,
    "paratext of what was a draft": paratext_as_a_draft,
    "close": close,
    "relabel a tag": lambda w: retag(w, **{"tags-0-label": "Other label"}),
    "redefine a tag": lambda w: retag(w, **{"tags-0-definition": "Other definition."}),
    "retire a tag": lambda w: retag(
        w, **{"tags-1-retired_at_0": "2026-11-22", "tags-1-retired_at_1": "12:00:00"}
    ),
    "a codebook": new_codebook,
    "delete a codebook": delete_codebook,
    "delete chosen codebooks": delete_codebooks,
}


#: Those that change the API's list of responses, of annotations, or both.
CHANGE_RESPONSES = {
    "respond", "reply", "edit a response", "withdraw", "reinstate", "remove", "restore",
    "edit a response that is a note", "revise", "revise what was a draft",
}  # fmt: skip
CHANGE_ANNOTATIONS = {
    "edit a response", "withdraw", "remove", "annotate", "annotate a response", "edit a note",
    "withdraw a note", "remove a note", "place by hand", "take off", "mark what one quotes",
    "edit a response that is a note", "revise", "revise what was a draft",
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_what_is_sent_after_a_change_is_what_would_be_rendered_anew(world, name):
    before, had = read(world.article), lists(world.article)
    ACTS[name](world)
    sent, listed = read(world.article), lists(world.article)
    assert sent != before
    changed = [one != other for one, other in zip(had, listed, strict=True)]
    assert changed == [name in CHANGE_RESPONSES, name in CHANGE_ANNOTATIONS]
    memory.forget_everything()
    assert sent == read(world.article)
    assert listed == lists(world.article)


def test_codebooks_are_deleted_with_the_count_or_not_at_all(world, monkeypatch):
    def fail():
        raise RuntimeError("The database is gone.")

    monkeypatch.setattr("annotations.admin.bump_every_activity", fail)
    with pytest.raises(RuntimeError):
        delete_codebooks(world)
    assert Codebook.objects.filter(slug="other").exists()


def test_a_kept_post_changes_nothing_on_it(world):
    sent = read(world.article)
    judge(world, world.comment, "keep")
    assert read(world.article) == sent
    memory.forget_everything()
    assert read(world.article) == sent


def test_of_a_deleted_account_a_name_stays_that_leads_nowhere(world):
    """Deleted, not erased, which counts: what was written stays, under the name it had."""
    sent = read(world.article)
    world.bob.delete()
    # The link says that there is no account; it goes when the page is next made.
    assert read(world.article) == sent
    memory.forget_everything()
    name = re.compile(rb'<a class="person" href="[^"]*">(Bob Cratchit)</a>')
    assert name.search(sent)
    assert read(world.article) == name.sub(rb'<span class="person">\1</span>', sent)


def test_a_quotation_that_is_placed_late_shows_at_once(world):
    lose_place(world)
    before = read(world.article)
    assert catch_up(world.comment.current) == 1
    assert read(world.article) != before


def test_quotes_that_are_linked_later_show_at_once(world):
    Quotation.objects.all().delete()
    before = read(world.article)
    call_command("link_quotes")
    assert read(world.article) != before


def test_what_one_person_alone_reads_changes_nothing(world):
    activity = Article.objects.get(pk=world.article.pk).activity
    make_annotation(world.article, author=world.alice, note="Mine alone.", audience="private")
    assert Article.objects.get(pk=world.article.pk).activity == activity
    assert b"Mine alone." not in read(world.article)


# Who is sent it


def test_a_draft_is_never_kept(client, dan, codebook):
    memory.forget_everything()
    draft = make_article(author=dan, draft=True, title="Secret plans")
    client.force_login(dan)
    response = client.get(address(draft), headers=GZIP)
    assert b"Secret plans" in response.content
    assert "no-store" in response["Cache-Control"]
    assert "ETag" not in response
    assert len(kept.PAGES) == len(page_parts._PARTS) == 0
    assert Client().get(address(draft)).status_code == 404


@pytest.mark.parametrize("state", [s for s in State.values if s != State.PUBLISHED])
def test_a_page_that_is_not_public_any_more_is_gone(client, article, state):
    etag = client.get(address(article))["ETag"]
    assert len(kept.PAGES) == 1
    # Without a word to anybody: what counts is asked each time.
    Post.objects.filter(pk=article.pk).update(state=state)
    for headers in ({}, GZIP, {"If-None-Match": etag}, {"If-None-Match": "*"}):
        assert client.get(address(article), headers=headers).status_code == 404
    assert len(kept.PAGES) == 0


def test_an_article_that_goes_while_it_is_rendered_is_not_sent(client, article, monkeypatch):
    def vanish(slug, reader):
        Post.objects.filter(pk=article.pk).update(state=State.REMOVED)

    monkeypatch.setattr("annotations.views.current_text", vanish)
    assert client.get(address(article)).status_code == 404


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("audience", Audience.values)
def test_the_quick_question_asks_what_the_one_rule_says(article, dan, state, audience):
    course = dan.memberships.get().course if audience == Audience.COURSE else None
    Post.objects.filter(pk=article.pk).update(state=state, audience=audience, course=course)
    rule = Article.objects.visible_to(AnonymousUser()).filter(slug=article.slug)
    expected = rule.values_list("pk", "activity").first()
    assert kept.public_now(article.slug) == expected
    assert (expected is not None) is (state == "published" and audience == "public")
    assert kept.public_now("the slug") is None


def test_nothing_of_the_session_is_touched(client, article, alice):
    client.force_login(alice)
    for _ in range(2):
        response = client.get(address(article))
        assert not response.wsgi_request.session.accessed
        assert not response.cookies


# What a client may say


def test_the_compressed_page_holds_the_page(article):
    plain = Client().get(address(article))
    compressed = Client().get(address(article), headers=GZIP)
    assert "Content-Encoding" not in plain
    assert compressed["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.content) == plain.content
    assert plain["ETag"] != compressed["ETag"]
    for response in (plain, compressed):
        assert response["Vary"] == "Accept-Encoding"
        assert response["Cache-Control"] == "no-cache"
        assert int(response["Content-Length"]) == len(response.content)


@pytest.mark.parametrize("headers", [{}, GZIP])
def test_whoever_has_the_page_is_told_so(client, article, headers):
    etag = client.get(address(article), headers=headers)["ETag"]
    for said in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = client.get(address(article), headers=headers | {"If-None-Match": said})
        assert response.status_code == 304
        assert response.content == b""
        assert response["ETag"] == etag
        assert response["Vary"] == "Accept-Encoding"
        assert response["Cache-Control"] == "no-cache"
    make_comment(article)
    response = client.get(address(article), headers=headers | {"If-None-Match": etag})
    assert response.status_code == 200
    assert response["ETag"] != etag


def test_the_tag_of_one_encoding_is_not_that_of_the_other(client, article):
    etag = client.get(address(article), headers=GZIP)["ETag"]
    assert client.get(address(article), headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("headers", [{}, GZIP])
def test_head_says_what_get_would(client, article, headers):
    asked = client.get(address(article), headers=headers)
    told = client.head(address(article), headers=headers)
    assert told.status_code == 200
    assert told.content == b""
    for name in ("ETag", "Vary", "Cache-Control", "Content-Length", "Content-Type"):
        assert told[name] == asked[name]
    assert told.get("Content-Encoding") == asked.get("Content-Encoding")


# What it costs


def test_all_that_is_kept_shares_the_memory_for_pages(settings):
    assert sum(memo.most for memo in memory.ALL) == settings.PAGE_MEMORY


def test_no_query_string_makes_anything_be_kept(client, article):
    make_annotation(article)
    plain = client.get(address(article)).content
    weights = [memo.weight for memo in memory.ALL]
    for query in ("?x=1", "?utm_source=a&b", "?tag=nonsense", "?tag=bias-claim", "?quotes=off"):
        assert client.get(address(article) + query).status_code == 200
    assert client.get(address(article) + "?fbclid=1").content == plain
    assert weights == [memo.weight for memo in memory.ALL]


def test_a_path_that_the_request_made_up_is_kept_for_nobody(client, article):
    memory.forget_everything()
    path = address(article)
    with override_script_prefix("/evil/"):
        crooked = client.get(path)
    assert b'"/evil/' in crooked.content
    assert len(kept.PAGES) == len(page_parts._PARTS) == 0
    assert b"/evil" not in client.get(path).content


@override_settings(DEBUG=True)
def test_while_templates_are_being_written_nothing_is_kept(client, article):
    client.get(address(article))
    assert len(kept.PAGES) == 0


class Counted:
    """Counts the calls of a function."""

    def __init__(self, monkeypatch, module, name):
        self.calls = 0
        real = getattr(module, name)

        def counting(*args, **kwargs):
            self.calls += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, counting)


@pytest.mark.parametrize("count", [20, 300])
def test_after_a_write_only_what_changed_is_made_anew(article, alice, monkeypatch, count):
    words = [w for w in article.post.current.text.split() if len(w) > 4]
    make_notes(article, [words[n % len(words)] for n in range(count)], make_people(3))
    for number in range(4):
        make_comment(article, author=alice, source=f"The ferry, {number}.")
    memory.forget_everything()
    notes = Counted(monkeypatch, page_parts, "note_html")
    bodies = Counted(monkeypatch, marking, "marked_body")
    parts = Counted(monkeypatch, page_parts, "part_of")
    read(article)
    assert (notes.calls, bodies.calls) == (count, 1)
    notes.calls = bodies.calls = parts.calls = 0
    make_annotation(article, author=alice)
    read(article)
    assert bodies.calls == 1
    # Those of its piece and of the next, which is compressed with it in view.
    assert notes.calls <= 2 * page_parts._LONGEST
    # The frame, in four pieces, with its counts; the paragraphs; one piece of notes or two.
    assert parts.calls <= 8


def test_many_who_ask_at_once_have_it_rendered_once(monkeypatch):
    now = kept.Now(1, 5)
    monkeypatch.setattr(kept, "public_now", lambda slug: now)
    rendered = []
    waiting = threading.Barrier(8)

    def render(latest):
        rendered.append(latest)
        threading.Event().wait(0.1)
        return kept.Sent.of([part_of("page")])

    def ask():
        waiting.wait()
        answers.append(kept.PAGES.at(("slug", "en"), "slug", now, render))

    answers: list[kept.Sent | None] = []
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rendered == [now]
    assert len(answers) == 8
    assert len(set(answers)) == 1


def test_a_page_that_a_change_overtakes_is_rendered_again(monkeypatch):
    current = [kept.Now(1, 5)]
    monkeypatch.setattr(kept, "public_now", lambda slug: current[0])
    before, after = (kept.Sent.of([part_of(words)]) for words in ("before", "after"))

    def overtaken(latest):
        if latest.activity == 6:
            return after
        # Somebody writes while this is being rendered.
        current[0] = kept.Now(1, 6)
        return before

    assert kept.PAGES.at(("slug", "en"), "slug", kept.Now(1, 5), overtaken) == after
    assert kept.PAGES.at(("slug", "en"), "slug", current[0], lambda latest: before) == after


def test_a_page_that_is_overtaken_each_time_is_sent_and_not_kept(monkeypatch):
    current = [kept.Now(1, 5)]
    monkeypatch.setattr(kept, "public_now", lambda slug: current[0])
    made = []

    def overtaken(latest):
        current[0] = kept.Now(1, latest.activity + 1)
        made.append(kept.Sent.of([part_of(f"page {latest.activity}")]))
        return made[-1]

    assert kept.PAGES.at(("slug", "en"), "slug", kept.Now(1, 5), overtaken) == made[2]
    assert len(made) == 3
    assert len(kept.PAGES) == 0


def test_a_page_that_goes_while_it_is_rendered_is_not_sent(monkeypatch):
    answers = [kept.Now(1, 5), None]
    monkeypatch.setattr(kept, "public_now", lambda slug: answers.pop(0))
    sent = kept.Sent.of([part_of("page")])
    assert kept.PAGES.at(("slug", "en"), "slug", kept.Now(1, 5), lambda latest: sent) is None


@pytest.mark.parametrize("query", ["", "?tag=bias-claim", "?quotes=off"])
def test_no_marks_of_one_text_stand_in_another(article, dan, alice, monkeypatch, query):
    make_annotation(article, author=alice, quote="ferry")
    edits = ["All new at the beginning.\n\n" + ARTICLE_TEXT]

    def revise_first(*args, **given):
        # Between the query for the text and the one for the notes on it.
        if edits:
            revise_article(editor=dan, article=article, source=edits.pop())
        return notes_on(*args, **given)

    monkeypatch.setattr("annotations.page.gathering.notes_on", revise_first)
    page = Client().get(address(article) + query).content.decode()
    assert not edits
    assert "All new at the beginning." in page
    marks = re.findall(r"<mark\b.*?</mark>", page, re.DOTALL)
    assert [re.sub(r"<.*?>", "", mark) for mark in marks] == ["ferry"]


# Several processes


class Worker:
    """Another process that serves the site from the same database, with a memory of its own."""

    SCRIPT = """
import os, sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.test import Client
for line in sys.stdin:
    response = Client().get(line.strip())
    print(response.status_code, response.get("ETag"), flush=True)
"""

    def __init__(self) -> None:
        name = str(connection.settings_dict["NAME"])
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.SCRIPT, name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def read(self, article: Article) -> list[str]:
        """Status and ETag, which is a digest of the page, of what this process sends."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(address(article) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()


@pytest.fixture
def worker():
    other = Worker()
    yield other
    other.process.communicate(timeout=30)


@pytest.mark.django_db(transaction=True)
def test_no_worker_sends_a_page_that_another_has_changed(worker, dan, alice, codebook):
    article = make_article(author=dan)
    sent = [worker.read(article)]

    def both_are_up_to_date(status: str = "200") -> None:
        theirs = worker.read(article)
        ours = Client().get(address(article))
        assert theirs == [str(ours.status_code), str(ours.get("ETag"))]
        assert theirs[0] == status
        assert theirs not in sent
        sent.append(theirs)

    comment = make_comment(article, author=alice)
    both_are_up_to_date()
    make_annotation(article, author=alice)
    both_are_up_to_date()
    withdraw_post(author=alice, post=comment)
    both_are_up_to_date()
    revise_article(editor=dan, article=article, source=ARTICLE_TEXT + "\nMore.\n")
    both_are_up_to_date()
    Post.objects.filter(pk=article.pk).update(state=State.REMOVED)
    both_are_up_to_date("404")
