"""Where somebody is in the queue: chips, taking the next of it, and coming back to it."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from forum.accounts.models import User
from forum.moderation.actions import decide
from forum.moderation.appealing import file_appeal
from forum.moderation.models import Case
from forum.moderation.queue.claims import claim
from forum.moderation.queue.leases import claimant_of
from forum.moderation.queue.listing import MINE, Place, Wanted, in_order, rank_for
from forum.moderation.queue.placing import place as place_case
from tests import factories

QUEUE = "/moderation/"
NEXT = "/moderation/next/"


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


@pytest.fixture
def cases(article, rules) -> dict[str, Case]:
    """Three that wait in their order, the second with a reason of its own; one note."""
    posts = [factories.make_comment(article) for _ in range(3)]
    return {
        "rude": factories.make_flag(posts[0], reason="abuse").case,
        "spam": factories.make_flag(posts[1], reason="spam").case,
        "other": factories.make_flag(posts[2], reason="other").case,
        "note": factories.make_flag(factories.make_annotation(article), reason="mis-tagged").case,
    }


def decide_and_go_on(client, case: Case):
    return client.post(
        f"{case.get_absolute_url()}decide/",
        {"version": case.version, "action": "keep", "next": "yes"},
    )


class TestChips:
    def test_each_can_be_taken_away(self, as_, cases, carol, article):
        page = as_(carol).get(f"{QUEUE}?kind=comment&reason=spam&article={article.pk}&age=x&a=b")
        chips = {chip.label: (chip.value, chip.without) for chip in page.context["filter"].chips}
        assert chips == {
            "Kind": ("Responses", f"?tab=reported&reason=spam&article={article.pk}"),
            "Flagged because": (
                "It is spam or advertising", f"?tab=reported&kind=comment&article={article.pk}",
            ),
            "Article": (article.title, "?tab=reported&kind=comment&reason=spam"),
        }  # fmt: skip
        assert text_of(page).count("(take this away)") == 3

    def test_an_article_that_is_not_offered_is_found_all_the_same(
        self, as_, cases, carol, article, monkeypatch
    ):
        monkeypatch.setattr("forum.moderation.queue.forms.OFFERED", 1)
        factories.make_article(title="Another")
        page = as_(carol).get(f"{QUEUE}?article={article.pk}")
        assert [chip.value for chip in page.context["filter"].chips] == [article.title]
        assert len(page.context["rows"]) == 4
        assert not as_(carol).get(f"{QUEUE}?article=99999").context["filter"].chips

    @pytest.mark.parametrize(
        "query",
        [
            "kind=%00&reason=%F0%9F%90%8D&author=%00", "article=-1&course=1e9&rule=<b>",
            "article=99999999999999999999999&after=1_2&before=3_4", "age=newer-&tab=%00",
            "age=older-3&kind=annotation&reason=spam&rule=civility&author=x&tab=decided",
            "after=" + "9" * 40 + "_1", "author=" + "x" * 500, "kind=comment&kind=x",
            "age=newer-1&reason=spam&tab=mine", "after=-1_1&age=newer-1&author=x&reason=spam",
        ],
    )  # fmt: skip
    def test_odd_values_break_nothing(self, as_, cases, carol, query):
        # What is no text at all is refused wherever it stands in an address.
        expected = 400 if "%00" in query else 200
        assert as_(carol).get(f"{QUEUE}?{query}").status_code == expected
        back = as_(carol).get(f"{QUEUE}?back", follow=True)
        assert back.status_code == 200


class TestComingBack:
    def test_to_the_same_part_and_page(self, as_, cases, carol):
        moderator = as_(carol)
        place = moderator.get(QUEUE).context["rows"][0].case
        address = f"?kind=comment&after={place.rank}_{place.pk}"
        page = moderator.get(QUEUE + address)
        assert [row.case for row in page.context["rows"]] == [cases["spam"], cases["other"]]
        case = moderator.get(cases["spam"].get_absolute_url())
        assert f'href="{QUEUE}?back"' in text_of(case)
        assert moderator.get(f"{QUEUE}?back")["Location"] == QUEUE + address
        moderator.post(f"{cases['spam'].get_absolute_url()}claim/")
        released = moderator.post(f"{cases['spam'].get_absolute_url()}claim/", {"act": "release"})
        assert released["Location"] == QUEUE + address
        for name in ("spam", "other"):
            decide(moderator=carol, case=cases[name], action="keep", version=1)
        assert "Nothing is left on this page" in text_of(moderator.get(QUEUE + address))

    def test_what_is_next_is_of_that_part(self, as_, cases, carol):
        moderator = as_(carol)
        moderator.get(f"{QUEUE}?reason=spam")
        gone = decide_and_go_on(moderator, cases["rude"])
        assert gone["Location"] == cases["spam"].get_absolute_url()
        moderator.get(f"{QUEUE}?kind=annotation")
        gone = decide_and_go_on(moderator, cases["spam"])
        assert gone["Location"] == cases["note"].get_absolute_url()
        back = decide_and_go_on(moderator, cases["note"])
        assert back["Location"] == f"{QUEUE}?kind=annotation"
        # What was decided is looked at among what is decided; next is what waits.
        moderator.get(f"{QUEUE}?tab=decided")
        decided = moderator.get(cases["note"].get_absolute_url())
        assert decided.context["next_case"] == cases["other"]

    def test_without_having_been_there(self, as_, cases, carol):
        moderator = as_(carol)
        assert moderator.get(f"{QUEUE}?back")["Location"] == QUEUE
        gone = decide_and_go_on(moderator, cases["rude"])
        assert gone["Location"] == cases["spam"].get_absolute_url()


class TestTakingTheNext:
    def test_of_what_it_is_narrowed_to(self, as_, cases, carol, mallory):
        asked = {"tab": "reported", "reason": "spam"}
        page = as_(carol).get(QUEUE, asked)
        assert '<input type="hidden" name="reason" value="spam">' in text_of(page)
        assert as_(carol).post(NEXT, asked)["Location"] == cases["spam"].get_absolute_url()
        assert claimant_of(Case.objects.get(pk=cases["spam"].pk)) == carol
        page = as_(mallory).post(NEXT, asked, follow=True)
        assert "Nothing else like that waits" in text_of(page)
        assert page.redirect_chain[-1][0] == f"{QUEUE}?tab=reported&reason=spam"

    @pytest.fixture
    def escalated(self, cases, carol) -> Case:
        case: Case = cases["rude"]
        decide(moderator=carol, case=case, action="escalate", version=1)
        return case

    def test_what_was_escalated_is_for_those_who_lead_appeals(
        self, as_, escalated, carol, mallory, frances
    ):
        page = as_(mallory).get(f"{QUEUE}?tab=escalated")
        assert [row.case for row in page.context["rows"]] == [escalated]
        text = text_of(page)
        assert "Those who lead appeals decide what is here." in text
        for button in ("Take the next", "Take it", "Select case"):
            assert button not in text
        told = as_(mallory).post(NEXT, {"tab": "escalated"}, follow=True)
        assert (told.status_code, told.redirect_chain[-1][0]) == (200, f"{QUEUE}?tab=escalated")
        assert "Those who lead appeals decide what is here." in text_of(told)
        # Nor is it taken on the way to something else.
        claim(moderator=frances, case=escalated)
        assert "Take the next" in text_of(as_(frances).get(f"{QUEUE}?tab=escalated"))
        answer = as_(frances).post(NEXT, {"tab": "escalated"})
        assert answer["Location"] == escalated.get_absolute_url()

    def test_of_appeals_it_is_one_that_one_may_decide(
        self, as_, cases, carol, mallory, frances, rules
    ):
        case = cases["rude"]
        decide(moderator=carol, case=case, action="keep", version=1)
        flag = case.flags.get()
        appeal = file_appeal(
            decision=case.decisions.get(), appellant=flag.flagger, text="It is rude."
        )
        page = as_(frances).get(f"{QUEUE}?tab=appealed")
        assert [row.case for row in page.context["rows"]] == [case]
        assert as_(frances).post(NEXT, {"tab": "appealed"})["Location"] == (
            f"/moderation/appeals/{appeal.pk}/"
        )
        assert "Take the next" not in text_of(as_(carol).get(f"{QUEUE}?tab=appealed"))
        told = as_(carol).post(NEXT, {"tab": "appealed"}, follow=True)
        assert told.status_code == 200
        assert "Those who lead appeals decide what is here." in text_of(told)

    def test_there_is_none_to_take_of_what_is_decided(self, as_, cases, carol):
        assert "Take the next" not in text_of(as_(carol).get(f"{QUEUE}?tab=decided"))
        answer = as_(carol).post(NEXT, {"tab": "decided"})
        assert answer["Location"] == cases["rude"].get_absolute_url()


def test_what_was_just_decided_is_taken_back_from_the_next(as_, cases, carol):
    moderator = as_(carol)
    gone = decide_and_go_on(moderator, cases["rude"])
    page = moderator.get(gone["Location"])
    text = text_of(page)
    assert "data-undo" in text
    assert f'You have just decided <a href="{cases["rude"].get_absolute_url()}">' in text
    moderator.post("/moderation/undo/", {"decision": page.context["undo"].pk})
    assert Case.objects.get(pk=cases["rude"].pk).state == "open"


@pytest.mark.parametrize(
    ("who", "there", "not_there"),
    [
        ("frances", ["words", "reasons", "people", "roles", "statements", "oversight", "log"], []),
        ("carol", ["words", "reasons", "people", "oversight", "log"], ["roles", "statements"]),
        ("erin", ["oversight", "log", "reviews"], ["words", "reasons", "people", "roles"]),
    ],
)
def test_it_leads_where_ones_role_may_go(as_, request, article, who, there, not_there):
    person = request.getfixturevalue(who)
    if who == "erin":
        factories.make_role(person, article=article)
    page = as_(person).get(QUEUE).content.decode()
    for name in there:
        address = f"/moderation/{name}/"
        assert f'href="{address}"' in page
        assert as_(person).get(address).status_code == 200
    for name in not_there:
        assert f'href="/moderation/{name}/"' not in page
    for public in ("/rules/", "/transparency/"):
        assert f'href="{public}"' in page


def test_filters_together_find_what_each_would(article, carol, alice, bob):
    """In combination, from any place on, against a look at every case there is."""
    other = factories.make_article(title="Another")
    scoped = factories.make_user("of-parts")
    for part in (article, other):
        factories.make_role(scoped, article=part)
    flaggers = [factories.make_user() for _ in range(3)]
    now = timezone.now()
    for number in range(36):
        author = (alice, bob)[number % 2]
        place = (article, other)[number // 2 % 2]
        note = number % 3 == 0 and place == article
        make = factories.make_annotation if note else factories.make_comment
        post = make(place, author=author)
        for flagger, reason in zip(
            flaggers, ("spam", "abuse", "other")[number % 3 :], strict=False
        ):
            case = factories.make_flag(post, flagger=flagger, reason=reason).case
        Case.objects.filter(pk=case.pk).update(waits_since=now - timedelta(days=number % 5))
        with transaction.atomic():
            place_case(Case.objects.get(pk=case.pk))
        if number % 4 == 0:
            claim(moderator=(carol, scoped)[number // 4 % 2], case=Case.objects.get(pk=case.pk))
    every = list(Case.objects.prefetch_related("reasons"))

    def fits(case: Case, moderator: User, wanted: Wanted) -> bool:
        days = (now - case.waits_since) / timedelta(days=1)
        return (
            (wanted.tab != MINE or case.claimed_by_id == moderator.pk)
            and wanted.kind in ("", case.kind)
            and wanted.article in (None, case.article_id)
            and wanted.author in (None, case.author_id)
            and (not wanted.reason or wanted.reason in {one.reason for one in case.reasons.all()})
            and {"": True, "older-3": days > 2.9, "newer-1": days < 0.9}[wanted.age]
        )

    combinations = itertools.product(
        *((carol, scoped), ("reported", MINE), ("", "comment"), ("", "spam", "abuse")),
        *((None, article.pk), (None, alice.pk), ("", "older-3", "newer-1")),
    )
    # One in five, which no filter divides: each meets each.
    for moderator, tab, kind, reason, within, author, age in itertools.islice(
        combinations, 0, None, 5
    ):
        wanted = Wanted(
            tab=tab, kind=kind, reason=reason, article=within, author=author, age=age
        )  # fmt: skip
        rank = rank_for(moderator)
        expected = sorted(
            (getattr(case, rank), case.pk) for case in every if fits(case, moderator, wanted)
        )
        found = in_order(moderator, wanted, 100)
        assert [case.pk for case in found] == [pk for _rank, pk in expected], wanted
        if len(expected) > 2:
            middle = Place(*expected[1])
            after = in_order(moderator, wanted, 100, beyond=middle)
            assert [case.pk for case in after] == [pk for _rank, pk in expected[2:]], wanted
            before = in_order(moderator, wanted, 100, beyond=middle, back=True)
            assert [case.pk for case in before] == [expected[0][1]], wanted
