"""``@name`` in Markdown, where it names somebody: a link, whose text is what was typed.

Not in code, in a link or in a quoted block, nor where it is part of an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

#: Different names looked for in one text.
NAMES_LIMIT = 50

# A name as ``accounts.validators`` has it. Letters of other scripts may stand right beside it, as
# they do where words are not parted; Latin ones would make it another word.
_AT = re.compile(
    r"(?<![A-Za-z0-9_.+@/\\\u00c0-\u024f-])"
    r"@([A-Za-z0-9][A-Za-z0-9_.-]{1,59}+)"
    r"(?![A-Za-z0-9@/\u00c0-\u024f])"
)
#: The same, whatever stands around it: signs that Markdown takes away, say.
_MAYBE = re.compile(r"@([A-Za-z0-9][A-Za-z0-9_.-]{1,59}+)")
#: What may end a name, and may as well stand behind one.
_BEHIND = "._-"
#: Where the rule finds who is known, and leaves whom it has found.
_KNOWN, _FOUND = "people", "mentioned"
#: What may come right before a name that begins a stretch of text.
_BREAKS = ("softbreak", "hardbreak")


def names_in(source: str) -> list[str]:
    """The names that ``source`` may mention, in small letters; at most ``NAMES_LIMIT`` of them.

    More than it does: what is code, say, is found out when it is parsed.
    """
    found: dict[str, None] = {}
    for match in _MAYBE.finditer(source):
        found.update(dict.fromkeys(_readings(match[1])))
        if len(found) >= NAMES_LIMIT:
            break
    return list(found)[:NAMES_LIMIT]


def environment(people: Mapping[str, str]) -> dict[str, object]:
    """What the parser is given so that ``link_mentions`` knows ``people``: names in small letters,
    and the address of each."""
    return {_KNOWN: people, _FOUND: {}}


def found_in(env: Mapping[str, object]) -> tuple[str, ...]:
    """The names that ``link_mentions`` has linked, in small letters, each once, in order."""
    found = env.get(_FOUND)
    return tuple(found) if isinstance(found, dict) else ()


def link_mentions(state: StateCore) -> None:
    """A rule of the Markdown parser, for after its inline pass."""
    people = state.env.get(_KNOWN)
    if not people:
        return
    found = state.env[_FOUND]
    quoted = 0
    for token in state.tokens:
        if token.type == "blockquote_open":
            quoted += 1
        elif token.type == "blockquote_close":
            quoted -= 1
        elif token.children and not quoted:
            token.children = list(_linked(token.children, people, found))


def _linked(
    tokens: Sequence[Token], people: Mapping[str, str], found: dict[str, None]
) -> Iterator[Token]:
    links = 0
    before: Token | None = None
    for token, behind in zip(tokens, [*tokens[1:], None], strict=True):
        links += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "text" and not links and "@" in token.content:
            ends = not _goes_on(behind)
            yield from _split(token, people, found, begins=_may_begin(before), ends=ends)
        else:
            yield token
        before = token


def _may_begin(before: Token | None) -> bool:
    """Whether a name may come right behind ``before``: it is no word that it would belong to."""
    if before is None or before.nesting == 1 or before.type in _BREAKS:
        return True
    # A sign that was escaped, such as the bracket in ``\(@name``.
    return before.type == "text_special" and not before.content.isalnum()


def _goes_on(behind: Token | None) -> bool:
    """Whether a name that ends right before ``behind`` goes on in it, as ``@bob\\_b`` does."""
    if behind is None or behind.nesting == -1 or behind.type in _BREAKS:
        return False
    return behind.type != "text_special" or behind.content[0].isalnum() or behind.content in _BEHIND


def _split(
    token: Token,
    people: Mapping[str, str],
    found: dict[str, None],
    *,
    begins: bool,
    ends: bool,
) -> Iterator[Token]:
    text, done = token.content, 0
    for match in _AT.finditer(text):
        known = [name for name in _readings(match[1]) if name in people]
        cut = (match.start() == 0 and not begins) or (match.end() == len(text) and not ends)
        if cut or not known:
            continue
        found[known[0]] = None
        end = match.start() + 1 + len(known[0])
        if not people[known[0]]:
            # Mentioned all the same.
            continue
        yield _text(text[done : match.start()], token.level)
        yield Token("link_open", "a", 1, attrs={"href": people[known[0]]}, level=token.level)
        yield _text(text[match.start() : end], token.level + 1)
        yield Token("link_close", "a", -1, level=token.level)
        done = end
    yield _text(text[done:], token.level)


def _readings(typed: str) -> Iterable[str]:
    """The names that ``typed`` may be, the longest first: a dot ends a name, or a sentence."""
    name = typed.lower()
    yield name
    while name[-1] in _BEHIND and len(name) > 2:
        name = name[:-1]
        yield name


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)
