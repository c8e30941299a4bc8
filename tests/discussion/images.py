"""Images to upload."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def png(width: int = 40, height: int = 30) -> bytes:
    """A PNG of that size."""
    return image("PNG", width, height)


def image(format: str, width: int = 40, height: int = 30) -> bytes:
    """An image in ``format``."""
    out = BytesIO()
    Image.new("RGB", (width, height), (122, 31, 43)).save(out, format)
    return out.getvalue()
