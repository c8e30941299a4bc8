"""The styleguide: every part of the site in every state, made from the site's own templates.

For those who work on the site: it answers 404 unless ``DEBUG`` is on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from annotations.models import PlacementState, Tag
from annotations.page.fragments import Around, notes_html, response_html
from annotations.page.marks import marked_body
from annotations.page.notes import Note, Place, TagRow
from annotations.styleguide_case import case_context
from forum.discussion.models import Article, Audience, State
from forum.discussion.reading import Body, CommentRow, Fragment
from forum.discussion.templatetags.revision_html import fragment_html
from forum.discussion.threads import Step
from forum.discussion.writing.forms import ResponseForm
from forum.lib.html import Format
from forum.lib.html import render as render_text

#: A state and the class that ``styleguide.js`` gives its rules to.
STATES = [
    ("Rest", ""),
    ("Hover", "force-hover"),
    ("Focus", "force-focus-visible"),
    ("Active", "force-active"),
]
_BUTTONS = ["", "button-primary", "button-quiet", "button-danger", "button-small"]
_NOTICES = ["", "notice-good", "notice-warn", "notice-bad"]
_TAGS = [
    "Bias claim",
    "Missing factor",
    "Loaded wording",
    "Unsupported claim",
    "Factual error",
    "Good evidence",
    "Question",
]
_TEXT = """\
The committee says the bridge must close at once, and *everyone knows* what that means.

## What the report leaves out

- the ferry that ran until last spring
- the school on the far bank

> The bridge must close at once.

| Year | Crossings |
| ---- | --------: |
| 1962 | 1,204 |
| 1989 | 3,870 |
"""
#: Passages of the text above: alone, and two and three deep.
_MARKED = [
    "The committee says the bridge",
    "everyone knows what that means",
    "what that",
    "that means",
]
_COLOUR = re.compile(r"^\s*--([a-z0-9-]+):\s*(light-dark\([^;]*\)|#[0-9a-f]{6});", re.MULTILINE)


class SampleForm(forms.Form):
    """One field of each kind; sent empty, so that what is required complains."""

    name = forms.CharField(help_text="What the help under a label says.")
    reason = forms.ChoiceField(choices=[("", "No rule"), ("1", "Attack ideas, not people")])
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    audience = forms.ChoiceField(
        choices=[("public", "Everyone"), ("private", "Only me")], widget=forms.RadioSelect
    )
    notices = forms.BooleanField(label="Send me notices by e-mail too")
    locked = forms.CharField(label="Disabled", disabled=True, initial="It cannot be changed now.")


@dataclass(frozen=True)
class Side:
    """Everything there is to show, once for each theme, with ids of its own."""

    theme: str
    #: Added to every id, for no two elements of a page may share one.
    base: int

    @cached_property
    def tags(self) -> list[Tag]:
        return [
            Tag(
                slug=f"{self.theme}-{colour}",
                label=label,
                short="".join(word[0] for word in label.split()).upper()[:2],
                colour=colour,
                definition="What it is, in a line or two.",
            )
            for colour, label in enumerate(_TAGS, start=1)
        ]

    @cached_property
    def form(self) -> forms.Form:
        return SampleForm(auto_id=f"{self.theme}_%s")

    @cached_property
    def wrong_form(self) -> forms.Form:
        form = SampleForm({}, auto_id=f"{self.theme}_wrong_%s")
        form.add_error(None, "Nothing was saved: two fields below want something else.")
        return form

    @cached_property
    def response_form(self) -> forms.Form:
        return ResponseForm(auto_id=f"{self.theme}_response_%s")

    @cached_property
    def prose(self) -> Body:
        rendered = render_text(_TEXT, format=Format.MARKDOWN)
        marks = []
        for number, (quote, tag) in enumerate(zip(_MARKED, self.tags, strict=False), start=1):
            start = rendered.text.index(quote)
            marks.append(
                SimpleNamespace(
                    id=self.base + number,
                    start=start,
                    end=start + len(quote),
                    hue=tag.colour,
                    short=tag.short,
                )
            )
        return marked_body(rendered.html, marks)

    @cached_property
    def outline(self) -> SimpleNamespace:
        """A page as far as its list of contents wants it."""
        headings = [(2, "What the report leaves out"), (3, "The ferry"), (2, "Who pays")]
        return SimpleNamespace(
            contents=[{"level": level, "id": "prose", "text": text} for level, text in headings]
        )

    @cached_property
    def notes(self) -> Fragment:
        notes = [
            self._note(1, "kept"),
            self._note(2, "changed since it was marked", state=PlacementState.CHANGED),
            self._note(3, "without a passage", state=PlacementState.ORPHANED),
            self._note(4, "for one reader only", audience=Audience.PRIVATE),
        ]
        return notes_html(notes, Article(slug="styleguide"))

    def _note(
        self,
        number: int,
        what: str,
        *,
        state: str = PlacementState.EXACT,
        audience: str = Audience.PUBLIC,
    ) -> Note:
        lost = state == PlacementState.ORPHANED
        return Note(
            id=self.base + number,
            target_id=self.base,
            response=None,
            made_on=1,
            author_name="Ada Byron",
            tags=tuple(
                TagRow(tag.pk, tag.slug, tag.label, tag.short, tag.definition, tag.colour)
                for tag in self.tags[number - 1 : number + 1]
            ),
            quote=_MARKED[number - 1],
            body=Body(f"<p>A note that is {what}.</p>"),
            said=None,
            place=Place(None if lost else number, None if lost else number + 1, state),
            state=State.PUBLISHED,
            audience=audience,
            written=str(timezone.now() - timedelta(days=3)),
            edited=False,
            shown=True,
        )

    @cached_property
    def responses(self) -> SafeString:
        """A response, an answer to it, and the place of one that was withdrawn."""
        steps = [
            Step(self._row(11, "It is the *ferry* that matters."), opens=True, closes=range(0)),
            Step(self._row(12, "Which ferry?"), opens=False, closes=range(1)),
            Step(self._row(13, "", stub=True), opens=False, closes=range(0)),
        ]
        made = (response_html(step, (), 2, Around("#thread-part", False, "")) for step in steps)
        return fragment_html(Fragment("".join(made)))

    def _row(self, number: int, source: str, *, stub: bool = False) -> CommentRow:
        return CommentRow(
            id=self.base + number,
            number=number,
            note_id=None,
            parent_id=None,
            depth=0,
            author_name="Bob Cratchit",
            html=render_text(source, format=Format.COMMENT).html,
            state=State.WITHDRAWN if stub else State.PUBLISHED,
            stub=stub,
            written=str(timezone.now() - timedelta(hours=5)),
            revision_id=self.base + number,
            edited=False,
        )

    @cached_property
    def case(self) -> dict[str, Any]:
        """What a row of the moderators' queue wants."""
        return {
            "case": {"get_absolute_url": "#queue", "opened_at": timezone.now(), "state": "open"},
            "post": {"kind": "comment", "number": 3, "author_name": "Bob", "state": "published"},
            "article": {"title": "Who pays for the bridge"},
            "row": {"excerpt": "You have never waited for a bus.", "reasons": [("It attacks", 2)]},
        }


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Tokens and parts, light beside dark."""
    if not settings.DEBUG:
        raise Http404("The styleguide is for those who work on the site.")
    sides = [Side("light", 1_000), Side("dark", 2_000)]
    context = {
        "sides": sides,
        "slots": {"responses": sides[0].responses},
        "states": STATES,
        "buttons": _BUTTONS,
        "notices": _NOTICES,
        "colours": _colours(),
        "sizes": range(1, 8),
        "spaces": range(1, 9),
        "hues": range(1, 8),
        "page": _second_of_three(),
        "discussion": {"thread": {"count": 2}},
        "view": case_context(),
        "article": {"slug": "styleguide", "title": "Who pays for the bridge"},
    }
    return render(request, "styleguide/page.html", context)


def _colours() -> list[str]:
    """The names of the colours in the style sheet that defines them."""
    tokens = (settings.BASE_DIR / "forum/static/forum/css/tokens.css").read_text()
    names = (name for name, _ in _COLOUR.findall(tokens))
    return list(dict.fromkeys(name for name in names if not name.startswith("hue-")))


def _second_of_three() -> Page[int]:
    return Paginator(range(30), 10).page(2)
