"""How often somebody without an account may do something, counted in the cache alone."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from forum.guests.actions import digest_of
from forum.lib.errors import TooOften

#: Seconds in which it is counted.
WINDOW = 3_600
#: Responses with one e-mail address, and from one part of the network.
PER_ADDRESS, PER_NETWORK = 3, 10
#: Bits of an address that count: behind one are many people, and one has many at a home.
_BITS = {4: 24, 6: 56}


def count(
    email: str,
    client: str,
    *,
    what: str = "guest",
    per_address: int | None = None,
    per_network: int | None = None,
) -> None:
    """Count what is done with the address ``email``, if there is one, from the IP address
    ``client``; each ``what`` by itself.

    Raises ``TooOften``, with the same words whichever of the two there was too much of.
    """
    keys = [(f"{what}:a:{digest_of(email)}", per_address or PER_ADDRESS)] if email else []
    keys.append((_network(client, what), per_network or PER_NETWORK))
    for key, most in keys:
        cache.add(key, 0, WINDOW)
        try:
            number = cache.incr(key)
        except ValueError:
            # It ran out a moment ago.
            continue
        if number > most:
            raise TooOften(
                _("There was too much of this in the last hour. Try again in an hour, or log in."),
                wait=WINDOW,
            )


def _network(client: str, what: str = "guest") -> str:
    """The key for where ``client`` is: nothing that leads back there."""
    try:
        address = ip_address(client)
    except ValueError:
        return f"{what}:n:unknown"
    network = ip_network((address, _BITS[address.version]), strict=False)
    return f"{what}:n:" + salted_hmac("forum.guests.network", str(network)).hexdigest()
