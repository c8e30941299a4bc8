"""What things go by that have no name, or too many."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

#: Code points of an id as it is stored, and of what stands before it.
_LONGEST = 200


def site_name(address: str) -> str:
    """An address as the name of a site: ``https://Example.org/blog/`` is ``example.org/blog``."""
    address = address.strip()
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}"[:_LONGEST]
    except ValueError:
        return ""


def derived_id(*parts: object) -> str:
    """An id for what has none, the same whenever it is imported."""
    return "sha256-" + hashlib.sha256("\x00".join(map(str, parts)).encode()).hexdigest()[:40]


def bounded(name: str) -> str:
    """``name``, or what stands for it if it is longer than can be stored."""
    return name if len(name) <= _LONGEST else derived_id(name)
