"""Figures on their way in: looked at before they are kept, kept under a name of ours."""

from __future__ import annotations

import secrets
import warnings
from datetime import timedelta
from io import BytesIO
from pathlib import PurePosixPath

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from forum.lib.errors import Refused

#: Bytes of a figure, at most.
FIGURE_LIMIT = 5_000_000
#: Pixels of a figure: of one side, and in all. A small file can unpack to a huge image.
SIDE_LIMIT = 10_000
PIXEL_LIMIT = 40_000_000

_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
#: Where a figure waits between a preview and its publication, and for how long at least.
_WAITING = "waiting"
_PATIENCE = timedelta(days=2)
_SALT = "forum.discussion.figures"


def check_figure(data: bytes) -> ContentFile:
    """The image in ``data`` under a random name. Raises ``Refused`` naming ``figure``."""
    if len(data) > FIGURE_LIMIT:
        megabytes = FIGURE_LIMIT // 1_000_000
        raise Refused(
            "figure",
            _("This figure is larger than %(megabytes)s MB; make it smaller.")
            % {"megabytes": megabytes},
        )
    try:
        # Pillow warns of a decompression bomb before it fails at one.
        with warnings.catch_warnings(action="error"):
            with Image.open(BytesIO(data), formats=list(_EXTENSIONS)) as image:
                format, (width, height) = str(image.format), image.size
                if max(width, height) > SIDE_LIMIT or width * height > PIXEL_LIMIT:
                    raise Refused(
                        "figure",
                        _("This figure has %(width)s × %(height)s pixels; make it smaller.")
                        % {"width": width, "height": height},
                    )
                image.verify()
            # Verifying reads the frame of the file; loading finds one that was cut off.
            with Image.open(BytesIO(data), formats=[format]) as image:
                image.load()
    except UnidentifiedImageError:
        raise Refused("figure", _("Choose a PNG, JPEG, WebP or GIF image.")) from None
    except (OSError, ValueError, SyntaxError, EOFError, Warning, Image.DecompressionBombError):
        raise Refused("figure", _("This image is damaged, or not what it says it is.")) from None
    return ContentFile(data, f"{secrets.token_urlsafe(16)}.{_EXTENSIONS[format]}")


def keep_waiting(figure: ContentFile) -> str:
    """Keep ``figure`` until its article is published; the ticket returned fetches it again."""
    _clear_forgotten()
    return signing.dumps(default_storage.save(f"{_WAITING}/{figure.name}", figure), salt=_SALT)


def waiting_figure(ticket: str) -> ContentFile | None:
    """The figure that was kept for ``ticket``, or ``None`` when there is none any more."""
    name = _name_on(ticket)
    if not name or not default_storage.exists(name):
        return None
    with default_storage.open(name) as file:
        return ContentFile(file.read(), PurePosixPath(name).name)


def waiting_url(ticket: str) -> str:
    """Where the figure kept for ``ticket`` can be seen; empty when there is none any more."""
    name = _name_on(ticket)
    return default_storage.url(name) if name and default_storage.exists(name) else ""


def _name_on(ticket: str) -> str:
    try:
        return str(signing.loads(ticket, salt=_SALT))
    except signing.BadSignature:
        return ""


def _clear_forgotten() -> None:
    """Delete figures of previews that nobody came back to."""
    if not default_storage.exists(_WAITING):
        return
    for name in default_storage.listdir(_WAITING)[1]:
        path = f"{_WAITING}/{name}"
        if default_storage.get_modified_time(path) < timezone.now() - _PATIENCE:
            default_storage.delete(path)
