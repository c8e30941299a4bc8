"""gzip (RFC 1952) written from parts that are compressed apart, so that each can be remembered.

A part ends where a byte does and looks back at nothing before it, so parts can be joined in any
order; the price is a few per cent of size while they are tens of kilobytes long.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

#: No name, no time: the same parts make the same bytes.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
#: An empty last block.
_END = b"\x03\x00"
#: zlib's own middle between speed and size.
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Part:
    """Some bytes, as they are and deflated."""

    plain: bytes
    deflated: bytes


def part_of(text: str) -> Part:
    """``text`` in UTF-8 as a part."""
    plain = text.encode()
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Part(plain, deflate.compress(plain) + deflate.flush(zlib.Z_FULL_FLUSH))


def joined(parts: Iterable[Part]) -> bytes:
    """A gzip file that holds ``parts`` one after another."""
    check = length = 0
    out = [_HEADER]
    for part in parts:
        check = zlib.crc32(part.plain, check)
        length += len(part.plain)
        out.append(part.deflated)
    out += [_END, struct.pack("<LL", check, length & 0xFFFFFFFF)]
    return b"".join(out)


def plain(file: bytes) -> bytes:
    """What the gzip file ``file`` holds."""
    return gzip.decompress(file)


def is_accepted(accept_encoding: str) -> bool:
    """Whether a client that sent ``Accept-Encoding: …`` takes gzip."""
    weights = {}
    for item in accept_encoding.lower().split(","):
        name, _, parameters = item.partition(";")
        weight = parameters.replace(" ", "").partition("q=")[2]
        weights[name.strip()] = weight.rstrip("0.") if weight else "1"
    return bool(weights.get("gzip", weights.get("*", "")))
