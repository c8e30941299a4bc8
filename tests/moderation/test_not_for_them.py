"""What those whom a decision concerns are not shown, and what their rank does not reach."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from forum.discussion.actions import revise_post
from forum.discussion.models import Post
from forum.guests import letters
from forum.lib.errors import Forbidden, NotFound
from forum.moderation import standing
from forum.moderation.actions import decide, decide_all, decide_appeal, file_appeal, reopen
from forum.moderation.actions import reverse as reverse_decision
from forum.moderation.links import link_of
from forum.moderation.models import Case, Decision, Party
from forum.moderation.notices.letters import page_of as notice_page
from forum.moderation.oversight import reverting
from forum.moderation.people import sanctioning
from forum.moderation.people.grounds import Grounds
from forum.moderation.transparency.log import Wanted
from forum.moderation.transparency.log import decisions as decisions_told
from forum.notifications.models import Notification
from forum.permissions import can
from tests import factories

WORDS = "Zanzibar is not mentioned."


@pytest.fixture
def grounds(rules) -> Grounds:
    return Grounds(reason="Insults, again.", rule=rules["civility"])


def page_of(as_, person, decision: Decision):
    return as_(person).get(reverse("decision", args=[decision.pk]))


class TestHiddenWords:
    @pytest.fixture
    def hidden(self, article, alice, bob, carol, rules) -> Decision:
        note = factories.make_annotation(article, author=alice, note=WORDS)
        case = factories.make_flag(note, flagger=bob).case
        return decide(
            moderator=carol,
            case=case,
            action="hide-note",
            version=case.version,
            rule=rules["civility"],
            reason="It mocks.",
        )

    def test_who_flagged_them_reads_what_they_flagged(self, as_, hidden, bob):
        assert WORDS in page_of(as_, bob, hidden).text

    def test_who_objects_afterwards_does_not(self, as_, api, hidden, sam, erin):
        factories.make_flag(hidden.case.post, flagger=sam)
        factories.make_notice(hidden.case.post, notifier=erin)
        for person in (sam, erin):
            assert page_of(as_, person, hidden).status_code == 404
            api.force_authenticate(person)
            assert api.get(f"/api/v1/decisions/{hidden.pk}/").status_code == 404


def test_a_notifier_is_shown_what_they_gave_notice_of(as_, alice, sam, carol, rules, comment):
    factories.make_notice(comment, notifier=sam)
    factories.make_word_list("unseenword")
    revise_post(editor=alice, post=Post.objects.get(pk=comment.pk), source="An unseenword, new.")
    case = Case.objects.get(post=comment)
    assert Post.objects.get(pk=comment.pk).state == "hidden"
    removal = decide(
        moderator=carol,
        case=case,
        action="remove",
        version=case.version,
        rule=rules["civility"],
        reason="It insults.",
    )
    page = page_of(as_, sam, removal).text
    assert "unseenword" not in page
    assert " on Sundays." in page
    assert "unseenword" in page_of(as_, alice, removal).text


def test_readers_are_not_told_why_somebody_is_read_first(as_, article, alice, sam, carol, grounds):
    sanctioning.impose(
        moderator=carol, person=alice, kind="premoderate", seen=0, days=30, grounds=grounds
    )
    alice.refresh_from_db()
    post = factories.make_comment(article, author=alice, source="Hello, everybody.")
    case = Case.objects.get(post=post)
    decide(moderator=carol, case=case, action="keep", version=case.version)
    factories.make_flag(Post.objects.get(pk=post.pk), flagger=sam)
    case.refresh_from_db()
    reopen(moderator=carol, case=case, version=case.version, reason="Once more.")
    again = decide(moderator=carol, case=case, action="keep", version=case.version)
    page = page_of(as_, sam, again)
    assert page.status_code == 200
    assert "pre-moderated" not in page.text


def test_nobody_answers_their_own_appeal_with_that_of_another(bob, carol, mallory, rules, comment):
    factories.make_flag(comment, flagger=bob)
    case = factories.make_flag(comment, flagger=mallory).case
    case.refresh_from_db()
    kept = decide(moderator=carol, case=case, action="keep", version=case.version)
    first = file_appeal(decision=kept, appellant=bob, text="No.")
    file_appeal(decision=kept, appellant=mallory, text="No.")
    with pytest.raises(Forbidden, match="You have appealed yourself"):
        decide_appeal(
            moderator=mallory, appeal=first, outcome="varied", answer="Yes.", action="remove"
        )


def test_what_was_decided_together_is_no_list_of_what_was_turned_back(bob, frances, rules, comment):
    lead = factories.make_user("lead", leads_appeals=True)
    lead.refresh_from_db()
    case = factories.make_flag(comment, flagger=bob).case
    case.refresh_from_db()
    done = decide_all(
        moderator=frances,
        cases=[(case, case.version)],
        action="remove",
        rule=rules["civility"],
        reason="It insults.",
    )
    assert done.bulk
    with pytest.raises(NotFound):
        reverting.undo_revert(person=lead, bulk=done.bulk)
    comment.refresh_from_db()
    assert comment.state == "removed"


def test_what_one_may_not_lift_one_cannot_replace(alice, carol, frances, grounds):
    long = sanctioning.impose(
        moderator=frances, person=alice, kind="suspend", seen=0, days=300, grounds=grounds
    )
    assert not can(carol, "sanction.lift", long)
    with pytest.raises(Forbidden, match="higher rank"):
        sanctioning.impose(
            moderator=carol, person=alice, kind="suspend", seen=1, days=1, grounds=grounds
        )
    long.refresh_from_db()
    assert long.lifted_at is None


def test_who_moderates_a_part_is_not_told_of_the_rest(as_, article, alice, carol, rules, grounds):
    part = factories.make_user("part")
    factories.make_role(part, article=article)
    sanctioning.impose(
        moderator=carol, person=alice, kind="ban", seen=0, meanwhile=False, grounds=grounds
    )
    sent = {"kind": "warn", "scope": "article", "article": article.slug, "seen": 0, "act": "give"}
    answer = as_(part).post(
        "/moderation/people/alice/sanction/", sent | {"rule": rules["civility"].pk, "reason": "No."}
    )
    # There nothing stood against them.
    assert answer.status_code == 404
    factories.make_comment(article, author=alice)
    page = as_(part).get("/moderation/people/alice/sanction/")
    assert page.context["seen"] == 0
    assert carol.public_name not in page.text
    answer = as_(part).post(
        "/moderation/people/alice/sanction/", sent | {"rule": rules["civility"].pk, "reason": "No."}
    )
    assert answer.status_code == 302
    assert as_(part).get("/moderation/people/alice/sanction/").context["seen"] == 1


def test_numbers_longer_than_any(as_, carol, comment):
    case = factories.make_flag(comment).case
    assert as_(carol).get("/moderation/news/", {"cases": "9" * 5000}).json() == {"cases": []}
    sent = {"act": "take-over", "claimant": "9" * 5000}
    assert as_(carol).post(f"/moderation/cases/{case.pk}/claim/", sent).status_code < 500


def test_an_escalation_that_was_taken_back_is_told_to_nobody(as_, client, bob, carol, comment):
    case = factories.make_flag(comment, flagger=bob).case
    case.refresh_from_db()
    passed_on = decide(moderator=carol, case=case, action="escalate", version=case.version)
    back = reverse_decision(decision=passed_on, moderator=carol, basis="undo")
    assert page_of(as_, bob, back).status_code == 404
    assert f"/decisions/{back.pk}/" not in client.get(reverse("moderation-log")).text
    assert back not in decisions_told(Wanted())
    assert standing.appeal_until(back, Party.AUTHOR) is None


class TestWhatWasPassedOn:
    """Neither that, nor that it was taken back, nor that this was put back."""

    @pytest.fixture(params=[0, 1, 2])
    def steps(self, request):
        return request.param

    def passed_on(self, case, moderator, lead, steps) -> list[Decision]:
        case.refresh_from_db()
        found = [decide(moderator=moderator, case=case, action="escalate", version=case.version)]
        for _ in range(steps):
            found.append(reverse_decision(decision=found[-1], moderator=lead, basis="revert"))
        return found

    @pytest.fixture
    def lead(self):
        return factories.make_user("lead", leads_appeals=True)

    def test_is_not_told_a_guest(self, client, article, settings, lead, carol, steps):
        settings.GUEST_RESPONSES = "always"
        guest = factories.make_guest_response(article)
        made = self.passed_on(Case.objects.get(post=guest.post), carol, lead, steps)
        page = client.get(letters.page_of(guest))
        assert page.status_code == 200
        assert page.context["decisions"] == []
        for decision in made:
            assert client.get(link_of(guest, decision)).status_code == 404

    def test_is_not_told_whoever_gave_notice(self, client, comment, lead, carol, steps):
        notice = factories.make_notice(comment)
        said = client.get(notice_page(notice)).text
        self.passed_on(notice.case, carol, lead, steps)
        page = client.get(notice_page(notice))
        assert page.context["rows"] == []
        assert page.text == said

    def test_is_told_nobody(self, as_, comment, alice, bob, lead, carol, steps):
        case = factories.make_flag(comment, flagger=bob).case
        before = Notification.objects.count()
        made = self.passed_on(case, carol, lead, steps)
        assert Notification.objects.count() == before
        for person in (alice, bob):
            for decision in made:
                assert page_of(as_, person, decision).status_code == 404

    def test_does_not_show_in_what_was_decided_before(
        self, as_, api, comment, bob, lead, carol, steps
    ):
        case = factories.make_flag(comment, flagger=bob).case
        case.refresh_from_db()
        kept = decide(moderator=carol, case=case, action="keep", version=case.version)
        read = page_of(as_, bob, kept).context["statement"].stands
        reopen(moderator=carol, case=case, version=case.version, reason="Again.")
        made = self.passed_on(case, carol, lead, steps)
        assert page_of(as_, bob, kept).context["statement"].stands is read is True
        api.force_authenticate(bob)
        answer = api.post(f"/api/v1/decisions/{kept.pk}/appeals/", {"text": "It stays wrong."})
        assert not {one.pk for one in made} & {answer.json().get("decision")}


class TestWhatWasNeverPublished:
    """Of a guest or of a member, refused: nobody can tell that there was something."""

    @pytest.fixture(params=["guest", "member"])
    def held(self, request, article, settings):
        settings.GUEST_RESPONSES = "always"
        if request.param == "guest":
            return lambda: factories.make_guest_response(article).post
        settings.HOLD_FIRST_POSTS = 99
        newcomer = factories.make_user()
        return lambda: factories.make_comment(article, author=newcomer, source="Hello, hello.")

    def all_that_is_public(self, client, article) -> list[str]:
        other = re.compile(r"\b[A-Za-z0-9]{64}\b|>[^<]*</time>|<updated>[^<]*")
        addresses = [
            article.get_absolute_url(),
            "/",
            f"/articles/{article.slug}/feed/",
            f"/articles/{article.slug}/news/",
            f"/api/v1/articles/{article.slug}/",
            f"/api/v1/articles/{article.slug}/comments/",
            "/moderation/log/",
            "/moderation/log.csv",
            "/api/v1/moderation-log/",
            "/search/?q=hello",
            "/sitemap.xml",
        ]
        answers = []
        for address in addresses:
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            answers.append(address + other.sub("", body.decode()))
        return answers

    def test_leaves_no_trace(self, client, article, carol, rules, held):
        factories.make_comment(article, author=carol, source="The first.")
        before = self.all_that_is_public(client, article)
        post = held()
        assert post.state == "held"
        assert self.all_that_is_public(client, article) == before
        case = Case.objects.get(post=post)
        decide(
            moderator=carol, case=case, action="remove", version=case.version,
            rule=rules["civility"], reason="An insult.",
        )  # fmt: skip
        assert self.all_that_is_public(client, article) == before
        nothing = client.get("/posts/999999/")
        for address in (f"/posts/{post.pk}/", f"/posts/{post.pk}/history/"):
            answer = client.get(address)
            assert (answer.status_code, nothing.status_code) == (404, 404)
