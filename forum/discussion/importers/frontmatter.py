"""Front matter: the lines of YAML between two ``---`` at the head of a file."""

from __future__ import annotations

import re

import yaml
from django.utils.translation import gettext as _

from forum.lib.errors import Refused
from forum.lib.words import number

#: Front matter is a handful of lines; parsing YAML costs far more than reading it.
LIMIT = 20_000
#: ``byline: [A, B]`` is as deep as it gets.
_DEEPEST = 2

_FENCED = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(?:.*\n){1,200}?\+\+\+[ \t]*(?:\n|\Z)")
_NULL = "tag:yaml.org,2002:null"


def split(text: str) -> tuple[dict[str, str], str]:
    """The front matter of ``text``, its names in lower case, and what follows it.

    Values are what was written, not what YAML makes of it: ``1984`` and ``no`` are titles too.
    Lists become "one, two". Raises ``Refused`` naming ``file``.
    """
    if _TOML.match(text):
        raise Refused(
            "file", _("Its front matter is TOML (“+++”); write it as YAML, between “---”.")
        )
    found = _FENCED.match(text)
    if found is None:
        return {}, text
    return _parse(found.group(1)), text[found.end() :].lstrip("\n")


def _parse(block: str) -> dict[str, str]:
    if len(block) > LIMIT:
        raise Refused(
            "file",
            _("The front matter is longer than %(limit)s characters.") % {"limit": number(LIMIT)},
        )
    try:
        _check(block)
        # Composed, never constructed: no YAML type has a chance to turn into anything.
        root = yaml.compose(block, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        what = error.problem or _("it is not YAML")
        raise Refused(
            "file",
            _("The front matter cannot be read: %(what)s (line %(line)s).")
            % {"what": what, "line": line},
        ) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        # The last two: escapes of characters that do not exist, such as "\UFFFFFFFF".
        raise Refused(
            "file", _("The front matter holds characters that cannot be right.")
        ) from None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise Refused("file", _("The front matter has to consist of lines like “title: …”."))
    return {_scalar(key, "name").strip().lower(): _value(key, node) for key, node in root.value}


def _check(block: str) -> None:
    """Refuse what would make a short text large or deep, before anything is built from it."""
    depth = 0
    for event in yaml.parse(block, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise Refused("file", _("The front matter must not refer to itself with “*”."))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise Refused("file", _("The front matter is nested too deeply."))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _value(key: yaml.Node, node: yaml.Node) -> str:
    name = _scalar(key, "name")
    if isinstance(node, yaml.SequenceNode):
        return ", ".join(_scalar(item, name) for item in node.value)
    return _scalar(node, name)


def _scalar(node: yaml.Node, name: str) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise Refused(
            "file", _("The front matter's “%(name)s” has to be a line of text.") % {"name": name}
        )
    value = "" if node.tag == _NULL else str(node.value)
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise Refused(
            "file", _("The front matter's “%(name)s” holds half of a character.") % {"name": name}
        )
    return value
