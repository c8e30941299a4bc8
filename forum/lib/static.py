"""Style sheets and scripts as a site serves them: small, and named by what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import rcssmin
import rjsmin
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: Where our own files are; those of libraries come as their makers want them served.
_OURS = ("annotations/", "forum/")


def lean(name: str, text: str) -> str:
    """What the file ``name`` says without comments and indentation, which only we read."""
    if not name.startswith(_OURS):
        return text
    if name.endswith(".js"):
        return str(rjsmin.jsmin(text))
    return str(rcssmin.cssmin(text)) if name.endswith(".css") else text


class LeanStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Whitenoise's storage, fed with lean files. Modules import one another by hashed names too."""

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: Mapping[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        lean_paths = {name: (_Lean(name, storage), path) for name, (storage, path) in paths.items()}
        yield from super().post_process(lean_paths, dry_run, **options)

    def url_converter(
        self, name: str, hashed_files: dict[str, str], template: str | None = None
    ) -> Callable[[re.Match[str]], str]:
        """What puts hashed names into a file; scripts of libraries are left alone, for some of
        them speak in comments of imports that are not there."""
        if name.endswith(".js") and not name.startswith(_OURS):
            return re.Match.group
        converter: Callable[[re.Match[str]], str]
        converter = super().url_converter(name, hashed_files, template)
        return converter


class _Lean:
    """Opens one file of a storage."""

    def __init__(self, name: str, storage: Storage) -> None:
        self._name, self._storage = name, storage

    def open(self, path: str) -> Any:
        opened = self._storage.open(path)
        if not self._name.startswith(_OURS) or not self._name.endswith((".css", ".js")):
            return opened
        with opened:
            text = opened.read().decode()
        return ContentFile(lean(self._name, text).encode())
