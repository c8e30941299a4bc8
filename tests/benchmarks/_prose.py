"""Writes long texts and revises them; every word of it is ours."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeVar

from tests.benchmarks._tracked import SENTENCE as SENTENCE
from tests.benchmarks._tracked import Tracked, joined

_T = TypeVar("_T")

_WORD = re.compile(r"\S+")
#: In Chinese every character can be changed by itself, as a word can elsewhere.
_CHARACTER = re.compile(r"\w")

_NOUNS = (
    "bridge council harbour teacher archive winter river committee ferry engine orchard letter "
    "railway witness budget village hospital survey student market museum bakery cousin lantern "
    "library tenant farmer valley senator painter contract kitchen meadow journal passenger café "
    "naïveté cafe\u0301 re\u0301sume\u0301 telescope quarry gardener"
).split()
_VERBS = (
    "repaired forgot described questioned carried measured painted refused followed inherited "
    "defended abandoned counted remembered opposed borrowed supported delayed discovered "
    "explained praised closed"
).split()
_ADJECTIVES = (
    "old quiet public wooden famous narrow broken generous early local patient expensive northern "
    "careful empty brilliant modest private annual forgotten"
).split()
_ADVERBS = "slowly once rarely again openly twice almost never calmly always".split()
_PLACES = (
    "near the station|in the autumn|after the flood|behind the town hall|before the vote|"
    "across the water|for eleven years|without a permit|at the edge of town|in the second report"
).split("|")
_NAMES = "Maren Okafor Lindqvist Aurelio Teresa Hạnh Bjørn Zoë Priya Dubois".split()
_EMOJI = "😀 👩‍🔬 🏳️‍🌈 👍🏽 🚲".split()
_REPEATED = (
    "The figures speak for themselves.",
    "Nobody asked the people who live there.",
    "That is the whole of the matter.",
    "It was, of course, too late by then.",
    "We shall come back to this.",
    "Why was that?",
    "Of this the report says nothing at all, and it says so twice.",
)
_HEBREW = (
    "הגשר הישן נסגר בחורף שעבר אחד לא שאל את התושבים קראנו הדו״ח עד סופו השוק נפתח מחדש אחרי "
    "השיטפון שָׁלוֹם אמר המורה לתלמידים הספינה הגיעה אל הנמל בלילה"
).split()
_ARABIC = (
    "الجسر القديم مغلق منذ الشتاء قال المجلس إن التقرير كامل وصل المهندس إلى القرية متأخرا لم يكن "
    "في المكتبة أحد السوق مفتوح بعد الفيضان كُتِبَ الخطاب أمس"
).split()
_HAN_NOUNS = (
    "老桥 议会 港口 老师 档案馆 冬天 小河 委员会 渡船 工程师 果园 书信 铁路 证人 预算 村庄 医院 "
    "学生 市场 博物馆 面包店 灯笼 图书馆 农民 山谷 画家 厨房 草地 日记 乘客 园丁"
).split()
_HAN_VERBS = "修好了 忘记了 描述了 反对 支持 测量了 数过 记得 借走了 解释了 关闭了 找到了".split()
_HAN_ADJECTIVES = "古老 安静 公共 木头 著名 狭窄 破旧 慷慨 本地 耐心 昂贵 北方 空荡 谦虚".split()
_HAN_PLACES = "在车站旁边 在秋天里 在洪水之后 在表决之前 在河的对岸 在镇子边上 十一年来".split()
_HAN_REPEATED = (
    "数字自己会说话。",
    "没有人问过住在那里的人。",
    "事情从头到尾就是这样。",
    "那时候当然已经太晚了。",
    "这一点我们以后再谈。",
    "为什么呢？",
    "关于这件事，报告一个字也没有提，而且说了两遍。",
)
#: Styles of quotation marks, outer and apostrophe.
_MARKS = (("“", "”", "’"), ("«", "»", "’"), ("„", "“", "’"), ("‘", "’", "’"), ("「", "」", "'"))


class Writer:
    """Writes texts and revises them; the same seed writes the same.

    ``script`` is ``latin``, ``right to left`` (Hebrew and Arabic among it), ``han`` (Chinese) or
    ``wrapped`` (Latin with its lines broken by hand).
    """

    def __init__(self, seed: int, script: str = "latin") -> None:
        self.random = random.Random(seed)
        self.script = script
        #: What stands between sentences, and between paragraphs.
        self.space = "" if script == "han" else " "
        self.gap = "\n\n" if script == "wrapped" else "\n"

    def text(self, length: int) -> Tracked:
        """A text of about ``length`` code points, with paragraphs that look like others."""
        paragraphs: list[str] = []
        size = 0
        while size < length:
            fresh = not paragraphs or self.random.random() > 0.12
            paragraph = self.paragraph() if fresh else self._lookalike(self._any(paragraphs))
            paragraphs.append(paragraph)
            size += len(paragraph) + 1
        text = Tracked.first(self.gap.join(paragraphs))
        return Tracked.first(self.wrap(text, 72).text) if self.script == "wrapped" else text

    def paragraph(self, repeating: float = 0.15) -> str:
        """Two to eight sentences, some of them refrains."""
        sentences: list[str] = []
        for _ in range(self.random.randint(2, 8)):
            repeated = self.random.random() < repeating
            sentence = self._any(self._refrains) if repeated else self.sentence()
            if sentence not in sentences:
                sentences.append(sentence)
        return self.space.join(sentences)

    @property
    def _refrains(self) -> Sequence[str]:
        return _HAN_REPEATED if self.script == "han" else _REPEATED

    def sentence(self) -> str:
        """A sentence nobody has written before, as a rule."""
        if self.script == "han":
            return self._han()
        if self.script == "right to left" and self.random.random() < 0.7:
            script = self.random.choice((_HEBREW, _ARABIC))
            words = self.random.sample(script, self.random.randint(5, 12))
            words[3] += "،" if script is _ARABIC else ","
            return " ".join([*words, str(self.random.randint(1800, 2100))]) + "."
        clause, more = self._clause(), self._clause()
        shape = self.random.random()
        if shape < 0.15:
            return f'"{clause[0].upper()}{clause[1:]}," {self._any(_NAMES)} said, "and {more}."'
        if shape < 0.25:
            return f"{self._any(_NAMES)}'s {clause[4:]}, they say, wasn't so {self._any(_EMOJI)}."
        if shape < 0.6:
            return f"{clause[0].upper()}{clause[1:]}, and {more}."
        if shape < 0.8:
            return f"{clause[0].upper()}{clause[1:]}!"
        return f"In {self.random.randint(1800, 2030)} {clause}."

    def _han(self) -> str:
        clauses = [
            f"{self._any(_HAN_ADJECTIVES)}的{self._any(_HAN_NOUNS)}{self._any(_HAN_PLACES)}"
            f"{self._any(_HAN_VERBS)}{self._any(_HAN_ADJECTIVES)}的{self._any(_HAN_NOUNS)}"
            for _ in range(2)
        ]
        shape = self.random.random()
        if shape < 0.2:
            return f"“{clauses[0]}，”他说，“{clauses[1]}。”"
        if shape < 0.5:
            return f"{self.random.randint(1800, 2030)}年{clauses[0]}。"
        return f"{clauses[0]}，{clauses[1]}。"

    def _clause(self) -> str:
        noun, other = self._any(_NOUNS), self._any(_NOUNS)
        verb = f"{self._any(_ADVERBS)} {self._any(_VERBS)}"
        place = f" {self._any(_PLACES)}" if self.random.random() < 0.5 else ""
        return f"the {self._any(_ADJECTIVES)} {noun} {verb} the {other}{place}"

    def _lookalike(self, paragraph: str) -> str:
        """The same paragraph with another name, number or noun here and there."""
        if self.script == "han":
            others = (*_HAN_NOUNS, *_HAN_PLACES)
            return re.sub(
                "|".join(others),
                lambda word: self._any(others) if self.random.random() < 0.3 else word.group(),
                paragraph,
            )
        others = (*_NOUNS, *_NAMES)
        return _WORD.sub(
            lambda word: (
                self._any(others)
                if word.group() in others or self.random.random() < 0.04
                else word.group()
            ),
            paragraph,
        )

    def _any(self, choices: Sequence[_T]) -> _T:
        return self.random.choice(choices)

    def _some(self, units: Sequence[tuple[int, int]], part: float) -> list[tuple[int, int]]:
        return sorted(self.random.sample(units, max(1, round(len(units) * part))))

    # Edits: each takes a text to its next revision.

    def insert(self, text: Tracked, part: float = 0.15) -> Tracked:
        """New sentences and new paragraphs. No refrains: typed beside its like, which is new?"""
        some = self._some(text.sentences(), part)
        edits = [
            (
                start,
                start,
                self.random.choice(
                    [f"{self.sentence()}{self.space}", f"{self.paragraph(0)}{self.gap}"]
                ),
            )
            for start, _ in some
        ]
        return text.replaced(edits)

    def delete(self, text: Tracked, part: float = 0.15) -> Tracked:
        """Sentences gone, with the space after them; and a few paragraphs."""
        some = self._some(text.sentences(), part)
        lines = text.replaced([(a, b + self._spaced(text, b), "") for a, b in some])
        kept = [p for p in lines.paragraphs() if self.random.random() > part / 3]
        return joined(kept, self.gap)

    def _spaced(self, text: Tracked, at: int) -> bool:
        return text.text[at : at + 1] == " "

    def reword(self, text: Tracked, part: float = 0.3) -> Tracked:
        """A word or two changed, added or left out in some sentences."""
        edits = []
        for start, end in self._some(text.sentences(), part):
            words = self.words(text.text, start, end)[1:-1]
            if not words:
                continue
            for a, b in self._some(words, 0.15):
                if self.script == "han":
                    new = self._any((*_HAN_NOUNS, *_HAN_ADJECTIVES))
                    choices = [(a, b, new), (a, a, new), (a, b, "")]
                else:
                    new = self._any((*_NOUNS, *_ADJECTIVES, *_VERBS))
                    choices = [(a, b, new), (a, a, f"{new} "), (a, b + 1, "")]
                edits.append(self.random.choice(choices))
        return text.replaced(edits)

    def words(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """The words of a sentence, or its characters in Chinese."""
        word = _CHARACTER if self.script == "han" else _WORD
        return [found.span() for found in word.finditer(text, start, end)]

    def move_paragraphs(self, text: Tracked, part: float = 0.1) -> Tracked:
        """Some paragraphs put elsewhere."""
        paragraphs = text.paragraphs()
        for _ in range(max(1, round(len(paragraphs) * part))):
            paragraph = paragraphs.pop(self.random.randrange(len(paragraphs)))
            paragraphs.insert(self.random.randrange(len(paragraphs) + 1), paragraph)
        return joined(paragraphs, self.gap)

    def move_sentences(self, text: Tracked, part: float = 0.05) -> Tracked:
        """Some sentences put elsewhere, into other paragraphs too."""
        taken = self._some(text.sentences(), part)
        sentences = [text.cut(*span) for span in taken]
        rest = text.replaced([(a, b + self._spaced(text, b), "") for a, b in taken])
        for sentence in sentences:
            places = [a for a, _ in rest.sentences()]
            # Beside its like nobody could say which is which.
            free = [a for a in places if sentence.text not in rest.text[max(0, a - 200) : a + 200]]
            at = self.random.choice(free)
            before, after = rest.cut(0, at), rest.cut(at, len(rest.text))
            rest = joined([before, sentence, Tracked.typed(self.space), after], "")
        return rest

    def split(self, text: Tracked, part: float = 0.3) -> Tracked:
        """Paragraphs cut in two."""
        starts = [a for a, _ in text.sentences() if a and text.text[a - 1] != "\n"]
        spaces = [(a - len(self.space), a) for a in starts if text.text[:a].endswith(self.space)]
        return text.replaced([(a, b, self.gap) for a, b in self._some(spaces, part)])

    def join(self, text: Tracked, part: float = 0.3) -> Tracked:
        """Paragraphs made one."""
        ends = [end.span() for end in re.finditer(self.gap, text.text)]
        return text.replaced([(a, b, self.space) for a, b in self._some(ends, part)])

    def quote_styles(self, text: Tracked) -> Tracked:
        """Straight quotation marks and apostrophes made those of another style."""
        before, after, apostrophe = self._any(_MARKS)
        opening = re.compile(r"(?<!\S)\"")
        edits = [(m.start(), m.end(), before) for m in opening.finditer(text.text)]
        opened = {start for start, *_ in edits}
        for mark in re.finditer("[\"']", text.text):
            if mark.start() not in opened:
                edits.append((*mark.span(), after if mark.group() == '"' else apostrophe))
        return text.replaced(edits)

    def written_otherwise(self, text: Tracked) -> Tracked:
        """Letters with accents composed or decomposed, emoji of another kind; a few new words."""
        edits = []
        for found in re.finditer("[^\\W\\d_][\u0300-\u036f]+|[\u00c0-\u1eff]", text.text):
            form: str = unicodedata.normalize("NFD", found.group())
            form = unicodedata.normalize("NFC", form) if form == found.group() else form
            edits.append((*found.span(), form))
        for emoji in re.finditer("|".join(_EMOJI), text.text):
            if self.random.random() < 0.3:
                edits.append((*emoji.span(), self._any(_EMOJI)))
        return self.reword(text.replaced(edits), 0.05)

    def wrap(self, text: Tracked, width: int) -> Tracked:
        """Lines broken so that none is longer than ``width`` code points."""
        edits = []
        column = 0
        words = [word.span() for word in _WORD.finditer(text.text)]
        for (_, end), (start, stop) in zip([(0, 0), *words], words, strict=False):
            space = text.text[end:start]
            if "\n\n" in space or not end:
                column = stop - start
                continue
            broken = column + 1 + stop - start > width
            column = stop - start if broken else column + 1 + stop - start
            if space != ("\n" if broken else " "):
                edits.append((end, start, "\n" if broken else " "))
        return text.replaced(edits)

    def wrap_anew(self, text: Tracked) -> Tracked:
        """Some words changed, some sentences new, and all lines broken at another width."""
        edited = self.insert(self.reword(text, 0.05), 0.03)
        return self.wrap(edited, self.random.choice((40, 60, 80, 100_000)))

    def drop_lookalikes(self, text: Tracked) -> Tracked:
        """Of two paragraphs that look alike one goes."""
        kept: list[Tracked] = []
        seen: set[tuple[str, ...]] = set()
        for paragraph in text.paragraphs():
            shape = tuple(re.findall(r"\b[a-z]{2,}\w*|\d+", paragraph.text))
            likeness = tuple(word for word in shape if word not in _NOUNS)[:12]
            if likeness not in seen or self.random.random() < 0.3:
                kept.append(paragraph)
            seen.add(likeness)
        return joined([p for p in kept if self.random.random() > 0.05], self.gap)

    def mixed(self, text: Tracked, part: float = 0.05) -> Tracked:
        """A little of everything."""
        for edit in self.random.sample(self.edits(), 4):
            text = edit(text, part)
        return text

    def heavy(self, text: Tracked) -> Tracked:
        """Much of everything."""
        for edit in self.edits():
            text = edit(text, 0.15)
        return text

    def edits(self) -> list[Callable[[Tracked, float], Tracked]]:
        """Those that can be done to any part of a text."""
        moves = [self.move_paragraphs, self.move_sentences]
        return [self.insert, self.delete, self.reword, *moves, self.split, self.join]
