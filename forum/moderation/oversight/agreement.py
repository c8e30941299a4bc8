"""How far two who judge alike agree beyond chance. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


def krippendorff_alpha(pairs: Mapping[tuple[str, str], int]) -> float | None:
    """Krippendorff's alpha for nominal values, of units that two people judged, each unit by both.

    ``pairs`` counts the units by what each of the two said. 1 is full agreement, 0 what chance
    gives, below 0 is worse. ``None`` where it is not defined: with no unit, or with one value
    only, for then nothing tells agreement from chance.

    From the coincidence matrix: Krippendorff, *Content Analysis* (2004), chapter 11:
    ``1 - (n - 1) · Σ o(c, k) / Σ n(c) · n(k)``, both over values that differ.
    """
    values: Counter[str] = Counter()
    disagreements = 0
    for (one, other), number in pairs.items():
        values[one] += number
        values[other] += number
        if one != other:
            # Each pair stands in the matrix twice, one way round and the other.
            disagreements += 2 * number
    total = values.total()
    by_chance = total * total - sum(number * number for number in values.values())
    if not by_chance:
        return None
    return 1 - (total - 1) * disagreements / by_chance
