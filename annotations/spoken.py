"""Compiled templates that speak one language each: their words are looked up once, not per row."""

from __future__ import annotations

import gettext
import re
from functools import cache
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.template import engines
from django.utils.translation import get_language
from jinja2 import TemplateAssertionError, nodes
from jinja2.ext import InternationalizationExtension

if TYPE_CHECKING:
    from django.template.backends.jinja2 import Jinja2
    from jinja2 import Environment, Template

#: Where a value belongs in a message, or a percent sign that is one.
_HOLE = re.compile(r"%\((\w+)\)s|(%%)")


def template(name: str) -> Template:
    """The compiled template ``name`` in the language that is spoken now."""
    return _template(name, get_language() or settings.LANGUAGE_CODE)


@cache
def _template(name: str, language: str) -> Template:
    return environment_for(language).get_template(name)


@cache
def environment_for(language: str) -> Environment:
    """The environment of compiled templates, with templates of its own for ``language``."""
    environment = cast("Jinja2", engines["jinja2"]).env.overlay()
    environment.extend(language=language)
    return environment


def forget_languages() -> None:
    """Look every word up again: there are other catalogues."""
    for kept in (_template, environment_for, _catalogue):
        kept.cache_clear()


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(
        "django", settings.LOCALE_PATHS[0], [language.replace("-", "_")], fallback=True
    )


def plural_form(language: str, count: int) -> int:
    """Which of the forms of a message ``language`` uses for ``count``, from 0."""
    return int(getattr(_catalogue(language), "plural", lambda n: n != 1)(count))


class Spoken(InternationalizationExtension):
    """``{% trans %}``, translated as the template is compiled: a page of three thousand responses
    would look up the same dozen words for each."""

    def _make_node(  # type: ignore[override]  # what is made is an If where there is a plural
        self,
        singular: str,
        plural: str | None,
        context: str | None,
        variables: dict[str, nodes.Expr],
        plural_expr: nodes.Expr | None,
        vars_referenced: bool,
        num_called_num: bool,
    ) -> nodes.Stmt:
        if context is not None:
            raise TemplateAssertionError("give each meaning words of its own", 1)
        language: str = getattr(self.environment, "language", settings.LANGUAGE_CODE)
        catalogue = _catalogue(language)
        if plural is None or plural_expr is None:
            return _said(catalogue.gettext(singular), variables)
        forms: dict[int, str] = {}
        for count in range(200):
            form = plural_form(language, count)
            forms.setdefault(form, catalogue.ngettext(singular, plural, count))
        index = nodes.Call(
            nodes.Name("plural_form", "load"), [nodes.Const(language), plural_expr], [], None, None
        )
        last, *others = sorted(forms, reverse=True)
        said: list[nodes.Node] = [_said(forms[last], variables)]
        for form in others:
            test = nodes.Compare(index, [nodes.Operand("eq", nodes.Const(form))])
            said = [nodes.If(test, [_said(forms[form], variables)], [], said)]
        return cast("nodes.Stmt", said[0])


def _said(message: str, variables: dict[str, nodes.Expr]) -> nodes.Output:
    """``message`` with its values in their places; they are escaped, it is not."""
    parts: list[nodes.Expr] = []
    end = 0
    for hole in _HOLE.finditer(message):
        parts.append(nodes.TemplateData(message[end : hole.start()]))
        name = hole.group(1)
        parts.append(variables[name] if name else nodes.TemplateData("%"))
        end = hole.end()
    parts.append(nodes.TemplateData(message[end:]))
    return nodes.Output(parts)
