"""The catalogues: what there is to translate is found, and what is translated is compiled.

``script/messages`` brings the catalogues up to date and compiles them; with ``--check`` it changes
nothing, and fails if they are not up to date and whole. Python, Django's templates, compiled
templates and scripts are each read in their own way, which no single tool of GNU or Django does.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent.parent
LOCALES = ROOT / "locale"
SCRIPTS = ROOT / "forum/static/forum/languages"

_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": None,
    "tr": None,
    "trn": (1, 2),
}
#: Nothing in a catalogue changes but what is translated.
_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
_NOTE = "Translators:"
#: What Django makes of a template is not Python, but each call in it is.
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"(?:gettext|ngettext|_)\(\s*{_STRING}(?:\s*,\s*(?:{_STRING}|count))*\s*\)")
#: What must be in a translation as it is in the message.
_HOLE = re.compile(r"%\(\w+\)s")
_ELEMENT = re.compile(r"</?[a-z][^>]*>")
_ENDS = re.compile(r"^\s|\s$")


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return sorted(path.name for path in LOCALES.iterdir() if path.is_dir())


def found() -> Catalog:
    """Everything that there is to translate, without a translation."""
    catalogue = Catalog(charset="utf-8")
    for path in _sources():
        name = path.relative_to(ROOT).as_posix()
        for _line, message, notes, _context in _messages(path):
            # No line numbers: every change of a file would change the catalogues.
            catalogue.add(message, locations=[(name, 0)], auto_comments=notes)
    return catalogue


def _sources() -> Iterator[Path]:
    for package in ("forum", "annotations"):
        for path in sorted((ROOT / package).rglob("*")):
            parts = path.relative_to(ROOT).parts
            if "migrations" in parts or "languages" in parts or not path.is_file():
                continue
            templates = {"templates", "jinja2"} & set(parts)
            if path.suffix in (".py", ".js") or (templates and path.suffix in (".html", ".txt")):
                yield path


def _messages(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    source = path.read_bytes()
    if path.suffix == ".js":
        method = "javascript"
    elif "jinja2" in path.parts:
        method = "jinja2.ext:babel_extract"
    else:
        method = "python"
        if path.suffix != ".py":
            calls = _CALL.finditer(templatize(source.decode(), origin=str(path)))
            source = "\n".join(call.group() for call in calls).encode()
    options = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
    yield from extract(
        method,
        io.BytesIO(source),
        keywords=_KEYWORDS,
        comment_tags=[_NOTE],
        options=options if "jinja2" in path.parts else {"parse_template_string": "true"},
        strip_comment_tags=True,
    )


def po_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES/django.po"


def read(language: str) -> Catalog:
    """The catalogue of ``language`` as it is."""
    with po_of(language).open("rb") as file:
        return read_po(file, locale=language, charset="utf-8", ignore_obsolete=True)


def updated(catalogue: Catalog, template: Catalog) -> Catalog:
    """``catalogue`` with what is new, and without what is no longer there. Nothing is guessed."""
    fresh = Catalog(
        locale=catalogue.locale,
        charset="utf-8",
        project="Postil",
        fuzzy=False,
        creation_date=_ALWAYS,
        revision_date=_ALWAYS,
        header_comment="# Postil, in another language. docs/translating.md says how.",
    )
    for message in template:
        if not message.id:
            continue
        before = catalogue.get(message.id, message.context)
        fresh.add(
            message.id,
            before.string if before is not None else None,
            locations=[(name, None) for name, _ in message.locations],  # type: ignore[misc]  # no line numbers
            flags=(before.flags & {"fuzzy"}) if before is not None else (),
            auto_comments=message.auto_comments,
            user_comments=before.user_comments if before is not None else (),
        )
    return fresh


def as_po(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalogue, width=96, sort_output=True, include_lineno=False)
    lines = file.getvalue().decode().splitlines(keepends=True)
    # Which version of a tool wrote it is nobody's business, and differs.
    kept = (line for line in lines if not line.startswith('"Generated-By:'))
    return "".join(kept).encode()


def as_mo(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def as_script(catalogue: Catalog) -> bytes:
    """What our scripts say, as a module: a message, or its forms, by the message in English."""
    said = {}
    for message in catalogue:
        if any(name.endswith(".js") for name, _ in message.locations) and message.string:
            one = message.id if isinstance(message.id, str) else message.id[0]
            said[one] = message.string
    lines = [
        f"  {json.dumps(one, ensure_ascii=False)}: {json.dumps(many, ensure_ascii=False)},\n"
        for one, many in sorted(said.items())
    ]
    plural = str(catalogue.plural_expr).replace("==", "===").replace("!=", "!==")
    return (
        "// Made by script/messages.\n\n"
        "/** Which form of a message a number wants. */\n"
        f"export const form = (n) => Number({plural});\n\n"
        "export const words = {\n" + "".join(lines) + "};\n"
    ).encode()


def files_of(language: str, catalogue: Catalog) -> dict[Path, bytes]:
    """What is kept of ``catalogue``, by where it is kept."""
    po = po_of(language)
    return {
        po: as_po(catalogue),
        po.with_suffix(".mo"): as_mo(catalogue),
        SCRIPTS / f"{language}.js": as_script(catalogue),
    }


def faults(catalogue: Catalog) -> Iterator[str]:
    """What is missing from ``catalogue`` or cannot be right in it."""
    for message in catalogue:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"uncertain: {message.id!r}"
        string = message.string
        strings = [s or "" for s in (string if isinstance(string, tuple | list) else [string])]
        if not all(strings):
            yield f"not translated: {message.id!r}"
            continue
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        for what, parts in (("values", _HOLE), ("elements", _ELEMENT), ("spaces", _ENDS)):
            # A form for one may say "a note" where the others say "%(count)s notes".
            must, may = (fold(*(_parts(parts, one) for one in ids)) for fold in (_all_of, _any_of))
            for string in strings:
                if not must <= _parts(parts, string) <= may:
                    yield f"other {what}: {string!r} for {message.id!r}"


def _parts(pattern: re.Pattern[str], text: str) -> set[str]:
    return set(pattern.findall(text))


def _all_of(*sets: set[str]) -> set[str]:
    return set.intersection(*sets)


def _any_of(*sets: set[str]) -> set[str]:
    return set.union(*sets)


def main(*, check: bool) -> int:
    """Write the catalogues, or say what is wrong with them; how many faults there are."""
    settings.configure(USE_I18N=True)
    template = found()
    count = 0
    for language in languages():
        catalogue = updated(read(language), template)
        for fault in faults(catalogue):
            count += 1
            sys.stderr.write(f"{language}: {fault}\n")
        for path, content in files_of(language, catalogue).items():
            if path.exists() and path.read_bytes() == content:
                continue
            if check:
                count += 1
                sys.stderr.write(f"{path.relative_to(ROOT)} is not up to date: script/messages\n")
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    return count


if __name__ == "__main__":
    checks = "--check" in sys.argv[1:]
    sys.exit(1 if main(check=checks) and checks else 0)
