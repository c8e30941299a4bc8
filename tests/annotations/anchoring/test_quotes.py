"""Which passages a comment quotes: every style of marks, slips, and what is no quote at all."""

from __future__ import annotations

import json
import random
import re
import time
from html import escape
from itertools import pairwise
from pathlib import Path

import pytest
from rapidfuzz.distance import Indel

from annotations.anchoring.folding import words_of
from annotations.anchoring.quotes import find_quotes
from forum.discussion.importers.files import read_article
from forum.lib.html import Format, render
from tests.properties import given, settings, st

_VECTORS = Path(__file__).parents[2] / "vectors/quotes.json"
VECTORS = json.loads(_VECTORS.read_text(encoding="utf-8"))
ARTICLE, OTHER = VECTORS["article"], VECTORS["other"]
CLOSE = "the bridge must close at once"
PIERS = "found cracks in four of the nine piers"
GONE = "it is who pays when it is gone"


def quotes(source, *sources, html=None):
    """The pairs of what a comment says and what it quotes, with the source if not the first."""
    rendered = render(source, format=Format.HTML if html else Format.COMMENT)
    texts = sources or (ARTICLE,)
    found = find_quotes(rendered.html, rendered.text, texts)
    for quote in found:
        assert 0.8 <= quote.score <= 1.0
    return [
        (
            rendered.text[q.comment_start : q.comment_end],
            texts[q.source][q.start : q.end],
            *([q.source] if q.source else []),
        )
        for q in found
    ]


def same(*passages):
    return [(passage, passage) for passage in passages]


STYLES = [
    '"{}"', "“{}”", "‘{}’", "'{}'", "«{}»", "« {} »", "«\u202f{}\u202f»", "»{}«", "„{}“", "„{}”",
    "‚{}‘", "「{}」", "『{}』", "‹{}›", "›{}‹", "《{}》", "\\`\\`{}''", "”{}”", "“{}“", "„{}\"",
    '"{}“', "“{}\"", "’{}’", "<q>{}</q>",
]  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("passage", [CLOSE, "it's what we don't say that counts", GONE])
def test_marks_of_every_style(style, passage):
    html = "q>" in style
    around = f"As the author puts it, {style.format(passage)}, and I agree."
    assert quotes(around, html=html) == same(passage)
    assert quotes(f"({style.format(passage)})", html=html) == same(passage)
    assert quotes(style.format(passage), html=html) == same(passage)


@pytest.mark.parametrize("case", VECTORS["quotes"], ids=lambda case: case["comment"])
def test_one_quote(case):
    assert quotes(case["comment"]) == [(case["says"], case["quotes"])]


@pytest.mark.parametrize("comment", VECTORS["none"])
def test_no_quote(comment):
    assert quotes(comment) == []


def test_several_in_one_sentence_and_one_twice():
    comment = f'“{CLOSE}” and "{PIERS}": both, and again “{CLOSE}”, matter.'
    assert quotes(comment) == same(CLOSE, PIERS, CLOSE)


def test_a_quote_with_words_of_the_commenter_between_its_parts():
    first, last = "the bridge must close", "at once, and everyone in the valley knows"
    assert quotes(f'"{first}," writes he, "{last}"') == [(f"{first},", first), (last, last)]


@pytest.mark.parametrize(
    "quote", ["[T]he committee says the bridge must close", "which found crack[s] in four"]
)
def test_brackets_inside_a_word_are_no_slip(quote):
    (found,) = find_quotes("", f"“{quote}”", [ARTICLE])
    assert found.score >= 0.99


def test_a_margin_is_asked_for():
    one = "The engineer wrote the report of the harbour in a week."
    other = "The engineer wrote the reports of the harbours in a week."
    slip = "The enginer wrote the report of the harbour in a week."
    assert quotes(f"“{slip}”", one) == [(slip, one)]
    assert quotes(f"“{slip}”", f"{one} So it goes. {other}") == []


def test_pieces_far_apart_are_linked_one_by_one():
    comment = f"“{CLOSE} … {'and the school bus waits for it at the pier'}”"
    assert quotes(comment) == same(CLOSE, "and the school bus waits for it at the pier")


def test_a_piece_that_stands_nowhere_does_not_take_the_other_with_it():
    assert quotes(f"“{PIERS} … and the moon is cheese”") == same(PIERS)


def test_words_around_a_quote_tell_which_of_two_it_is():
    twice = "Nobody asked the people who live on the far bank."
    found = find_quotes(
        "",
        f"When it is gone. “{twice}” So the ferry runs again.",
        [ARTICLE],
    )
    assert [(q.start, q.end) for q in found] == [
        (ARTICLE.rindex(twice), ARTICLE.rindex(twice) + len(twice))
    ]


def test_blockquotes():
    assert quotes(f"> {GONE}\n\nYes.") == same(GONE)
    assert quotes(f"> “{GONE}”\n\nYes.") == same(GONE)
    assert quotes("> The survey was never published. This is a scandal, if you ask me.") == same(
        "The survey was never published."
    )
    assert quotes(f"> {CLOSE}\n>\n> {PIERS}\n> — The Author, page 3") == same(CLOSE, PIERS)
    both = "The survey was never published. It is not whether the bridge is old; "
    assert quotes(f"> {both}{GONE}.\n") == same(f"{both}{GONE}.")
    assert quotes(f"> Before that, something. {both}{GONE}.\n") == same(f"{both}{GONE}.")
    assert quotes("> The survey was not published. The mayor resigned.") == []
    assert quotes(
        "> twice a day, and the school bus waits for it [...] in every kind of weather"
    ) == [
        (
            "twice a day, and the school bus waits for it [...] in every kind of weather",
            "twice a day, and the school bus waits for it at the pier in every kind of weather",
        )
    ]


def test_a_quote_within_a_blockquote_that_is_otherwise_nowhere():
    assert quotes(f"> As he says, “{GONE}”, and so on.") == same(GONE)


def test_verbatim_without_marks_from_forty_code_points_on():
    words = "So the ferry runs again, twice a day, and the school bus waits"
    assert quotes(f"I see: {words}, as ever.") == same(words)
    assert quotes(f"I see that {words.replace(' ', '  ')} as ever") == same(words)
    assert quotes(f"I see: {words.replace(',', ';')}, as ever.") == []
    exactly = "the school bus waits for it at the pier "
    assert len(exactly.strip()) == 39
    assert quotes(f"yes, {exactly}") == []
    assert quotes(f"yes, {exactly}in spring") == same(f"{exactly}in")


def test_what_is_refused_between_marks_is_not_linked_in_part():
    assert quotes("“In 1998 the council of Ashford paid for a second survey, which found”") == []


def test_a_quote_of_another_comment():
    passage = "he says that the survey was rubbish"
    assert quotes(f"“{passage}”", ARTICLE, OTHER) == [(passage, passage, 1)]
    assert quotes(f"> {passage}", ARTICLE, OTHER) == [(passage, passage, 1)]
    answer = f"Somebody wrote “{CLOSE}”, and the cousin that {passage}."
    assert quotes(f"“{CLOSE}”", ARTICLE, answer) == same(CLOSE)
    assert quotes(f"“{CLOSE}”", answer, ARTICLE) == same(CLOSE)
    # The article inside a quote of the comment: the outer one is quoted.
    outer = f"Somebody wrote “{CLOSE}”, and the cousin"
    assert quotes(f"> {outer}", ARTICLE, answer) == [(outer, outer, 1)]


def test_the_best_of_several_sources():
    slip = "found craks in four of the nine piers"
    assert quotes(f"“{slip}”", ARTICLE, f"They {slip}, I read.") == [(slip, slip, 1)]
    # Which of the two in the article is quoted nobody knows, so nobody else is.
    assert quotes("“who live on the far bank”", ARTICLE, "those who live on the far bank") == []


def test_lookalike_paragraphs():
    names = ("Alder", "Birch", "Cedar")
    text = "\n".join(
        f"Team {name} won {n} of its matches in the spring and lost the others by a goal at most."
        for n, name in enumerate(names, 5)
    )
    for n, name in enumerate(names, 5):
        passage = f"Team {name} won {n} of its matches in the spring"
        assert quotes(f"“{passage}”", text) == same(passage)
        slip = passage.replace("matches", "matchs")
        assert quotes(f"“{slip}”", text) == [(slip, passage)]
    assert (
        quotes("“Team Dogwood won 5 of its matches in the spring and lost the others”", text) == []
    )
    assert quotes("“Team Alder won 7 of its matches in the spring”", text) == []
    assert quotes("“won some of its matches in the spring and lost the others”", text) == []


SCRIPTS = {
    "„Die Brücke muß sofort geschlossen werden“": "Die Brücke muss sofort geschlossen werden",
    "« Le pont doit fermer tout de suite »": "Le pont doit fermer tout de suite",
    "「橋は直ちに閉鎖しなければならない」": "橋は直ちに閉鎖しなければならない",
    "《桥梁必须立即关闭》": "桥梁必须立即关闭",
    "«Мост необходимо закрыть немедленно»": "Мост необходимо закрыть немедленно",
    "”הגשר חייב להיסגר מיד ולתמיד“": "הגשר חייב להיסגר מיד ולתמיד",
    "“cafe\u0301 near the old nai\u0308ve bakery”": "café near the old naïve bakery",
}


@pytest.mark.parametrize("comment", SCRIPTS)
def test_every_script(comment):
    said = comment[1:-1].strip()
    passage = SCRIPTS[comment]
    assert quotes(f"So: {comment}.", f"Before it. {passage}, and 然后 more.") == [(said, passage)]


DEMO = Path(__file__).parents[3] / "annotations/demo"
RESPONSES = json.loads((DEMO / "responses.json").read_text(encoding="utf-8"))


def demo_article(slug):
    file = read_article((DEMO / f"articles/{slug}.md").read_bytes(), f"{slug}.md")
    return render(file.source, format=file.format).text


def demo_quotes(key):
    """What a response of the demo quotes of its article, or of another response."""
    mine = next(r for r in RESPONSES if r["key"] == key)
    beside = [
        render(r["source"], format=Format.COMMENT).text
        for r in RESPONSES
        if r["article"] == mine["article"] and r["key"] != key
    ]
    return quotes(mine["source"], demo_article(mine["article"]), *beside)


def test_the_third_response_of_the_demo():
    """It quotes thirteen passages, six with slips, and has one sentence that is not there."""
    assert demo_quotes("na-3") == [
        (
            "like a spoiled child between quarrelling parents",
            "like a spoilt child between quarrelling parents",
        ),
        *same("a reckless client and a nervous ally", "the hermit kingdom"),
        (
            "What had been the most closely watched sanctions regime in the world became almost"
            " overnight an honour system.",
            "What had been the most closely watched sanctions regime in the world became, almost"
            " overnight, an honour system.",
        ),
        # Without marks, and long enough.
        (
            "in the spring of 2024 the panel of experts",
            "In the spring of 2024 the panel of experts",
        ),
        *same("was allowed to lapse", "China vetoed an American draft"),
        (
            "Its hand and its hand alone is on the tap.",
            "Its hand, and its hand alone, is on the tap.",
        ),
        *same(
            "its trade still crosses one river",
            "When it is even half closed, Pyongyang talks.",
        ),
        (
            "Seoul and Tokyo would, of course, be consulted.",
            "Seoul and Tokyo would of course be consulted.",
        ),
        *same("those whose text named a particular thing to be stopped"),
        (
            "Leverage that is not used is not the same as leverage that is gone",
            "Leverage that is not used is not the same as leverage that has gone",
        ),
        (
            "cooperation worked whenever it was seriously tried",
            "cooperation worked every time it was seriously tried",
        ),
    ]


def test_the_other_responses_of_the_demo():
    found = {r["key"]: demo_quotes(r["key"]) for r in RESPONSES if r["key"] != "na-3"}
    assert {key: links for key, links in found.items() if links} == {
        "na-1": same("One price for a test"),
        "na-2": same("cooperation worked every time it was seriously tried"),
        "pk-1": same("The people who lose"),
        "pk-2": [("it will always be full", "will always be full")],
        "pk-6": [("in this country", "in this country", 5)],
        "ra-1": [
            (
                "would a reasonable reader believe the conclusion less?",
                "would a reasonable reader believe the conclusion less",
            )
        ],
    }


@pytest.mark.parametrize(
    "comment",
    [
        '"' * 100_000,
        "'\"'\"" * 5_000,
        '"a ' * 33_000,
        "“a b “" * 15_000,
        "「" * 50_000 + "」" * 50_000,
        "« a » " * 15_000,
        '"' + "must close ... " * 6_000 + '"',
        '"' + "[a]b (…) " * 10_000 + '"',
        '"' + ". " * 50_000 + '"',
        "https://" + '"a' * 40_000,
        "e" + "\u0301" * 90_000,
        "a " * 50_000,
        "“a a a a a a a a a a a a a a a a a a a a a a” " * 2_000,
    ],
    ids=lambda comment: comment[:20],
)
def test_hostile_comments_cost_little(comment):
    article = f"{ARTICLE * 300}{'a ' * 100_000}"
    assert len(article) > 400_000
    started = time.process_time()
    find_quotes(f"<p>{escape(comment, quote=False)}</p>", comment, [article, ARTICLE])
    assert time.process_time() - started < 3


def test_a_long_comment_on_a_long_article_costs_little():
    chosen = random.Random(7)
    words = ["".join(chosen.choices("abcdefghijklmnop", k=7)) for _ in range(4_000)]
    sentences = [" ".join(chosen.sample(words, 12)) for _ in range(1_100)]
    article = ". ".join(sentences)
    slipped = [s[:40] + s[41:] for s in chosen.sample(sentences, 90)]
    comment = " ".join(f"He says “{s}”." for s in slipped)
    assert len(article) > 100_000
    started = time.process_time()
    found = find_quotes("", comment, [article])
    assert time.process_time() - started < 2
    assert len(found) >= 85


_STRAIGHT = [style for style in STYLES if "q>" not in style and "`" not in style]
_WORDS = st.sampled_from(
    "harbour council of the engine letter and whether sixty orchard is naïve witness isn't "
    "railway budget in village quarry to lantern telescope for meadow".split()
)
_STRANGE = st.sampled_from(
    "copper whale of the biscuit violin and trumpet is sailor isn't glacier lemon pepper in "
    "cactus to pyramid saddle for thunder 6'2\" James’ (well) – ’tis".split()
)
_SENTENCES = st.lists(_WORDS, min_size=8, max_size=16, unique=True).map(" ".join)
_AROUND = st.lists(_STRANGE, max_size=8).map(" ".join)


def _stands_once(passage, texts):
    folded = " ".join(words_of(passage).folded)
    return sum(" ".join(words_of(text).folded).count(folded) for text in texts) == 1


@given(st.lists(_SENTENCES, min_size=2, max_size=6), _AROUND, _AROUND, st.data())
@settings(max_examples=200)
def test_a_sentence_in_marks_of_any_style_is_found(sentences, before, after, data):
    passage = data.draw(st.sampled_from(sentences))
    if not _stands_once(passage, sentences):
        return
    article = ". ".join(sentences)
    style = data.draw(st.sampled_from(_STRAIGHT))
    # By its marks, “’tis ‘harbour …’” is a quote that begins at “tis”, as Swedish writes them;
    # and “’tis 'harbour …'” may be one.
    if "’tis" in before and style[-1] in "’'":
        return
    comment = f"{before} {style.format(passage)} {after}"
    found = find_quotes("", comment, [article])
    assert [(comment[q.comment_start : q.comment_end], q.start) for q in found] == [
        (passage, article.index(passage))
    ]
    assert found[0].end - found[0].start == len(passage)


def _likest_elsewhere(passage, article):
    """How like a passage the likest other words of its article are, in a row of about as many.

    They may cross the ends of sentences, and have up to half of the passage in them: it is in
    doubt where such words are from, and nothing is linked in doubt.
    """
    at = article.index(passage)
    words = [(found.start(), found.end()) for found in re.finditer(r"\S+", article)]
    count = len(passage.split())
    likest = 0.0
    for size in range(count - 2, count + 3):
        for (start, _), (_, end) in zip(words, words[size - 1 :], strict=False):
            shared = min(end, at + len(passage)) - max(start, at)
            if shared <= len(passage) / 2:
                likeness = Indel.normalized_similarity(passage, article[start:end])
                likest = max(likest, likeness)
    return likest


@given(st.lists(_SENTENCES, min_size=2, max_size=6), _AROUND, st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_a_sentence_with_slips_is_found(sentences, before, chosen):
    passage = chosen.choice(sentences)
    long = [w for w in words_of(passage).folded if len(w) > 5 and w != "telescope"]
    article = ". ".join(sentences)
    if len(set(long)) < 4 or _likest_elsewhere(passage, article) > 0.7:
        return
    slipped = passage
    for word in chosen.sample(sorted(set(long)), max(1, len(passage) // 40)):
        at = chosen.randrange(2, len(word) - 1)
        slipped = slipped.replace(word, word[:at] + word[at + 1 :], 1)
    found = find_quotes("", f"{before} “{slipped}” so", [article])
    assert len(found) == 1
    assert abs(found[0].start - article.index(passage)) <= 10
    assert abs(found[0].end - article.index(passage) - len(passage)) <= 10


@given(st.lists(_SENTENCES, max_size=6), st.lists(_STRANGE, max_size=20).map(" ".join), st.data())
@settings(max_examples=200)
def test_what_is_not_there_is_not_linked(sentences, strange, data):
    style = data.draw(st.sampled_from(_STRAIGHT))
    assert find_quotes("", f"so {style.format(strange)} so", [". ".join(sentences)]) == []


_TYPED = st.lists(
    st.sampled_from(
        [*"\"'“”‘’«»「」….[]()>\n ", "the bridge", "must", "close", " at once", "é\u0301"]
    ),
    max_size=60,
).map("".join)


@given(_TYPED, st.lists(_TYPED, max_size=3))
@settings(max_examples=300)
def test_links_lie_in_their_texts_in_order(source, sources):
    rendered = render(source, format=Format.COMMENT)
    sources = [*sources, ARTICLE]
    found = find_quotes(rendered.html, rendered.text, sources)
    for quote in found:
        assert 0 <= quote.comment_start < quote.comment_end <= len(rendered.text)
        assert 0 <= quote.start < quote.end <= len(sources[quote.source])
        said = words_of(rendered.text[quote.comment_start : quote.comment_end]).folded
        stands = words_of(sources[quote.source][quote.start : quote.end]).folded
        assert Indel.normalized_similarity(said, stands) > 0.3
        assert 0.8 <= quote.score <= 1
    for one, other in pairwise(found):
        assert one.comment_end <= other.comment_start
