"""How often notice may be given: enough for a trusted flagger, too little to drown the desk."""

from __future__ import annotations

from forum.guests.limits import count as count_one

#: In an hour, with one address or account, and from one part of the network.
PER_ADDRESS, PER_NETWORK = 10, 30


def count(who: str, client: str) -> None:
    """Count a notice of ``who``, an address or an account, from the IP address ``client``.

    Raises ``TooOften``.
    """
    count_one(who, client, what="notice", per_address=PER_ADDRESS, per_network=PER_NETWORK)
