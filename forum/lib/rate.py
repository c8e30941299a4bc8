"""How often something is done: counted in the cache, by whoever does it."""

from __future__ import annotations

import time

from django.core.cache import cache


def too_often(what: str, who: int, *, most: int, seconds: int) -> bool:
    """Count that ``who`` does ``what`` once more; whether that is more than ``most`` times in the
    present stretch of ``seconds``.

    Without a cache that all workers share, each of them counts for itself.
    """
    key = f"rate:{what}:{who}:{int(time.time()) // seconds}"
    if cache.add(key, 1, timeout=2 * seconds):
        return most < 1
    try:
        return cache.incr(key) > most
    except ValueError:
        # It was dropped a moment ago, to make room.
        return False
