"""What people post in a benchmark: small talk in words of its own, some of it with a quote.

Not ``_prose``'s words: everything written in those few hundred looks like a quote of everything
else, and what would be measured is the search for quotes alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

#: One post in so many quotes a sentence of the article, one in so many answers a comment.
QUOTING, ANSWERING = 5, 2

_WORDS = (
    "I you we they my your someone nobody actually maybe honestly frankly certainly really think "
    "believe doubt wonder hope agree disagree suppose guess know see find feel point argument "
    "claim evidence example number reason question answer detail idea opinion experience fact "
    "source mistake paragraph headline piece strong weak fair unfair clear vague useful odd "
    "convincing missing obvious careful thorough biased balanced because although unless whenever "
    "however still even also too just here there where what why how which about without against "
    "between during since until would could should might cannot never always sometimes often "
    "already perhaps thanks please well first second other another same different more less most"
).split()


class Talk:
    """Posts by seed, none like another."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def paragraph(self) -> str:
        """Three to seven sentences, some 350 characters."""
        return " ".join(self._sentence() for _ in range(self.random.randint(3, 7)))

    def _sentence(self) -> str:
        words = " ".join(self.random.choices(_WORDS, k=self.random.randint(7, 16)))
        return f"{words[0].upper()}{words[1:]}{self.random.choice('....?!')}"

    def sources(self, text: str) -> Iterator[str]:
        """Comments, some of them with a sentence of ``text`` in a block quotation."""
        sentences = [s for line in text.split("\n") for s in line.split(". ") if len(s) > 60]
        number = 0
        while True:
            number += 1
            said = self.paragraph()
            if number % QUOTING == 0:
                said = f"> {self.random.choice(sentences)}\n\n{said}"
            yield said
