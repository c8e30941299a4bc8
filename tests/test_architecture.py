"""The shape of the code, held to: who may import whom, and what stands in one place only."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.template import engines

ROOT = Path(__file__).parent.parent
PACKAGES = ("forum", "annotations")
APPS = [
    "forum.accounts",
    "forum.courses",
    "forum.discussion",
    "forum.notifications",
    "forum.guests",
    "forum.moderation",
    "forum.screening",
    "annotations",
]
#: Actions tell people things, so notifications come first among them.
ACTION_ORDER = [
    "forum.notifications",
    "forum.accounts",
    "forum.courses",
    # Whoever posts has it looked at first.
    "forum.screening",
    "forum.discussion",
    "forum.guests",
    "forum.moderation",
    "annotations",
]
#: Modules that know no Django and no database, wherever they stand.
PURE = [
    "forum.lib.avatar",
    "forum.lib.canonical",
    "forum.lib.devices",
    "forum.lib.diff",
    "forum.lib.errors",
    "forum.lib.html",
    "forum.lib.language",
    "forum.lib.memo",
    "forum.lib.mentions",
    "forum.lib.outline",
    "forum.lib.scrollable",
    "forum.lib.searchwords",
    "forum.lib.tags",
    "forum.lib.text",
    "forum.lib.words",
    "forum.discussion.threads",
    "forum.discussion.importers.comment_text",
    "forum.discussion.importers.disqus",
    "forum.discussion.importers.exports",
    "forum.discussion.importers.forest",
    "forum.discussion.importers.ids",
    "forum.discussion.importers.page_text",
    "forum.discussion.importers.pages",
    "forum.discussion.importers.spool",
    "forum.discussion.importers.tally",
    "forum.discussion.importers.wordpress",
    "forum.discussion.importers.wordpress_text",
    "forum.discussion.importers.xml_records",
    "forum.discussion.search.excerpts",
    "forum.discussion.search.query",
    "forum.moderation.people.effects",
    "forum.moderation.oversight.agreement",
    "forum.moderation.roles.ranks",
    "forum.moderation.priority",
    "forum.moderation.transitions",
    "forum.moderation.transparency.schema",
    "forum.moderation.transparency.statements",
    "forum.moderation.transparency.vocabulary",
    "forum.screening.folding",
    "forum.screening.lookalikes",
    "forum.screening.matching",
    "forum.screening.outcomes",
    "annotations.anchoring",
]
#: What pure modules may use beside the standard library and one another.
PURE_DEPENDENCIES = {"bleach", "nh3", "markdown_it", "linkify_it", "rapidfuzz", "defusedxml"}
MODEL_MODULES = (
    "models",
    "visibility",
    "prepared",
    "scope",
    "sessions",
    "validators",
    "tables",
    "index",
    "finding",
    "holding",
    "standing",
    "windows",
    "locks",
    "reviewed",
)
ACTION_MODULES = (
    "actions",
    "admins",
    "endorsing",
    "erasing",
    "akismet",
    "feedback",
    "hook",
    "letters",
    "lists",
    "limits",
    "muting",
    "revisions",
    "claims",
    "leases",
    "hiding",
    "grounds",
    "premoderation",
    "setting_aside",
    "sanctioning",
    "bookkeeping",
    "lifting",
    "approving",
    "acknowledging",
    "noting",
    "statements",
    "misuse",
    "reverting",
    "reviewing",
    "sampling",
    "placing",
    "quoting",
    "reattaching",
    "reporters",
    "screened",
    "telling",
    "messages",
    "outbox",
    "outside",
    "pacing",
    "pipeline",
    "refusals",
    "steps",
    "submission",
    "preferences",
    "defaults",
    "deciding",
    "effects",
    "flagging",
    "record",
    "reopening",
    "withdrawals",
    "retagging",
    "reversing",
    "answering",
    "varying",
    "appealing",
    "statement",
    "reasons",
    "links",
)
#: The edge: nothing below it may import it.
LIB, MODELS, PERMISSIONS, ACTIONS, EDGE = range(1, 6)
#: Part of forum.lib, yet above everything: answers to requests.
LIB_EDGE = (
    "forum.lib.middleware",
    "forum.lib.views",
    "forum.lib.context",
    "forum.lib.web",
    "forum.lib.problems",
    "forum.lib.paging",
    "forum.lib.parsing",
    "forum.lib.fields",
    "forum.lib.api",
)


def modules() -> dict[str, Path]:
    """Every module of the project by dotted name, migrations left out."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports_of(tree: ast.AST) -> set[str]:
    """The modules a file imports when it runs; what only a type checker reads is left out."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            found |= set().union(*map(imports_of, node.orelse)) if node.orelse else set()
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        else:
            found |= imports_of(node)
    return found


IMPORTS = {name: imports_of(ast.parse(path.read_text())) for name, path in MODULES.items()}


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def layer(module: str) -> int:
    """How high a module stands."""
    last = module.rsplit(".", 1)[-1]
    if within(module, "forum.permissions"):
        return PERMISSIONS
    if any(within(module, pure) for pure in PURE):
        return LIB
    if within(module, "forum.lib"):
        return EDGE if module in LIB_EDGE else LIB
    if last in MODEL_MODULES or ".models." in module:
        return MODELS
    if last in ACTION_MODULES:
        return ACTIONS
    return EDGE


def app_of(module: str) -> str | None:
    return next((app for app in reversed(APPS) if within(module, app)), None)


def ours(name: str) -> set[str]:
    return {imported for imported in IMPORTS[name] if imported in MODULES}


def checked() -> list[str]:
    """Modules with a place in the order: all but those that wire the project together."""
    wiring = {"forum.settings_test", "forum.urls", "forum.api_urls", "forum.wsgi"}
    wiring |= {"forum.rehearsal", "forum.serving"}
    wiring |= {name for name in MODULES if within(name, "forum.settings")}
    return sorted(
        name
        for name in MODULES
        if name not in wiring and MODULES[name].name not in ("__init__.py", "apps.py")
    )


@pytest.mark.parametrize("name", checked())
def test_imports_point_downwards(name):
    for imported in ours(name):
        assert layer(imported) <= layer(name), f"{name} imports {imported} from above"


@pytest.mark.parametrize("name", checked())
def test_apps_keep_their_order(name):
    order = ACTION_ORDER if layer(name) == ACTIONS else APPS
    mine = app_of(name)
    if layer(name) == EDGE or mine is None:
        return
    for imported in ours(name):
        theirs = app_of(imported)
        if layer(imported) == layer(name) and theirs:
            assert order.index(theirs) <= order.index(mine), f"{name} imports later {imported}"


@pytest.mark.parametrize("name", checked())
def test_forum_knows_nothing_of_annotations(name):
    if within(name, "forum"):
        assert not any(within(imported, "annotations") for imported in IMPORTS[name])


@pytest.mark.parametrize("name", [n for n in checked() if any(within(n, p) for p in PURE)])
def test_pure_modules_know_no_framework(name):
    import sys

    for imported in IMPORTS[name]:
        top = imported.split(".")[0]
        allowed = (
            top in sys.stdlib_module_names
            or top in PURE_DEPENDENCIES
            or any(within(imported, pure) for pure in [*PURE, "forum.lib"])
        )
        assert allowed, f"{name} is pure, yet imports {imported}"


#: A module that grows past about 400 lines has become two things.
MOST_LINES = 450


def test_modules_are_about_one_thing():
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.*")]
    code = [path for path in found if path.suffix in (".py", ".js", ".css", ".html")]
    ours = [path for path in code if not {"migrations", "languages"} & set(path.parts)]
    assert {path for path in ours if len(path.read_text().splitlines()) > MOST_LINES} == set()


def test_one_importer_of_the_sanitisers():
    importers = {n for n, imports in IMPORTS.items() if {"bleach", "nh3"} & imports}
    assert importers == {"forum.lib.html"}


def test_one_mark_safe():
    uses = [
        name
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("mark_safe", "SafeString", "SafeData", "Markup"))
    ]
    assert uses == ["forum.discussion.templatetags.revision_html"]


def test_no_template_trusts_a_string():
    pattern = re.compile(r"\|\s*(safe|safeseq)\b|autoescape\s+(off|false)")
    for path in templates():
        assert not pattern.search(path.read_text()), f"{path} switches escaping off"


def test_compiled_templates_escape_too():
    environment = getattr(engines["jinja2"], "env")  # noqa: B009  # not for a type checker
    for path in templates():
        if "jinja2" in path.parts:
            template = environment.get_template(f"{path.parent.name}/{path.name}")
            assert template.environment.autoescape is True
    assert environment.from_string("{{ word }}").render(word="<b>") == "&lt;b&gt;"


def test_templates_hold_no_inline_script_or_style():
    pattern = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", re.I)
    for path in templates():
        found = pattern.search(path.read_text())
        assert found is None, f"{path} holds what the CSP blocks: {found}"


def test_no_signals_between_our_apps():
    for name, imports in IMPORTS.items():
        assert not any(i.startswith("django.dispatch") or "signals" in i for i in imports), name


def templates() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.html")]
    return [path for path in found if {"templates", "jinja2"} & set(path.parts)]


def test_nothing_hides_the_name_that_translates():
    """``_`` is ``gettext`` where it is imported: a throw-away of that name would be called."""
    for name, path in MODULES.items():
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef | ast.Lambda):
                continue
            found = list(ast.walk(function))
            hides = any(
                (isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Store))
                or (isinstance(node, ast.arg) and node.arg == "_")
                for node in found
            )
            calls = any(
                isinstance(node, ast.Call) and ast.unparse(node.func) == "_" for node in found
            )
            assert not (hides and calls), f"{name}, line {function.lineno}"
