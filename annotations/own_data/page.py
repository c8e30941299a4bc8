"""The export of one's own data as a page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from annotations.own_data.account import profile
from annotations.own_data.pieces import Row, utc
from annotations.own_data.rows import OTHERS, POSTS, written
from forum.discussion.models import Audience, State
from forum.discussion.reading import Body
from forum.discussion.templatetags.revision_html import body_html

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from forum.accounts.models import User

_TITLES = {
    "articles": _("Articles"),
    "responses": _("Responses and replies"),
    "notes": _("Notes"),
    "edits": _("What you changed in articles of others"),
    "flags": _("What you flagged"),
    "notices_given": _("Notices of illegal content that you gave"),
    "refused": _("What was not taken"),
    "decisions": _("What you decided as a moderator"),
    "sanctions": _("What moderators decided about you"),
    "appeals": _("Your appeals against decisions"),
    "endorsements": _("What you endorse"),
    "follows": _("What you follow"),
    "mutes": _("Whom you have muted"),
    "notices": _("What you were told"),
}
#: It opens from a disk, so nothing of it may lead out but links.
_HEAD = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
body {{ max-width: 42rem; margin: 0 auto; padding: 2rem 1rem 6rem; overflow-wrap: break-word;
  font: 1.0625rem/1.6 Georgia, "Times New Roman", serif; color: #1d1b18; background: #fbfaf7; }}
h1, h2, h3 {{ line-height: 1.25; text-wrap: balance; }}
h2 {{ margin-top: 3.5rem; border-bottom: 1px solid #b9b2a6; }}
a {{ color: #7a1f2b; }}
article, .row {{ margin: 2rem 0; }}
.about, dt {{ font: 0.875rem/1.5 system-ui, sans-serif; color: #5c574f; }}
dd {{ margin: 0 0 0.75rem; }}
blockquote {{ margin: 1rem 0; padding-inline-start: 1rem; border-inline-start: 3px solid #b9b2a6; }}
details {{ margin: 1rem 0; }}
pre, table {{ overflow-x: auto; }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #e8e5de; background: #15161a; }}
  a {{ color: #e39aa3; }}
  .about, dt {{ color: #a8a49b; }}
}}
</style>
</head>
<body>
"""


def pieces(person: User) -> Iterator[str]:
    """The page, in pieces. Whatever people have typed is escaped, or is canonical HTML."""
    title = gettext("What you wrote on %(site)s") % {"site": settings.SITE_NAME}
    yield format_html(_HEAD, lang=get_language() or "en", title=title)
    yield format_html("<h1>{}</h1>\n", title)
    yield format_html(
        '<p class="about">{} <a href="{}">{}</a>, {}</p>\n',
        person.public_name,
        settings.SITE_URL,
        settings.SITE_NAME,
        utc(timezone.now()),
    )
    yield from _profile(profile(person))
    for name, kind in POSTS.items():
        yield from _section(name, (_post(row, of) for row, of in written(person, kind)))
    for name, rows in OTHERS.items():
        yield from _section(name, ([_SHOWN[name](row)] for row in rows(person)))
    yield "</body>\n</html>\n"


def _section(name: str, rows: Iterator[Iterator[str] | list[SafeString]]) -> Iterator[str]:
    yield format_html("<section>\n<h2>{}</h2>\n", _TITLES[name])
    empty = True
    for row in rows:
        empty = False
        yield from row
    if empty:
        yield format_html("<p>{}</p>\n", gettext("None."))
    yield "</section>\n"


def _profile(said: Row) -> Iterator[str]:
    yield format_html("<section>\n<h2>{}</h2>\n<dl>\n", gettext("Your account"))
    addresses = [one["address"] for one in said["email_addresses"]] or [said["email"]]
    courses = [f"{one['course']} ({one['role']})" for one in said["courses"]]
    roles = [role["role"] for role in said["roles"] if role["taken_at"] is None]
    factors = [one["name"] or one["kind"] for one in said["second_factors"]]
    sessions = [f"{one['device']} ({one['began_at']})" for one in said["sessions"]]
    facts = [
        (gettext("User name"), said["username"]),
        (gettext("Name beside what you write"), said["display_name"] or said["username"]),
        (gettext("E-mail"), ", ".join(addresses)),
        (gettext("Joined"), said["joined_at"]),
        (gettext("Last logged in"), said["last_login_at"] or "–"),
        (gettext("Courses"), ", ".join(courses) or "–"),
        (gettext("Roles"), ", ".join(roles) or "–"),
        (gettext("Second step"), ", ".join(factors) or "–"),
        (gettext("Sessions"), ", ".join(sessions) or "–"),
        (gettext("API tokens"), ", ".join(one["name"] for one in said["api_tokens"]) or "–"),
    ]
    for term, fact in facts:
        yield format_html("<dt>{}</dt><dd>{}</dd>\n", term, fact)
    yield "</dl>\n</section>\n"


def _post(post: Row, revisions: Iterator[Row]) -> Iterator[str]:
    yield format_html("<article>\n<h3>{}</h3>\n", _heading(post))
    yield format_html(
        '<p class="about">{} · <a href="{}">{}</a></p>\n',
        " · ".join([post["created_at"], *_fate(post)]),
        post["address"],
        post["address"],
    )
    for name in ("standfirst", "byline", "about_author", "series", "figure_caption"):
        if post.get(name):
            yield format_html('<p dir="auto">{}</p>\n', post[name])
    if passage := post.get("passage"):
        yield _passage(passage)
        labels = ", ".join(tag["label"] for tag in post["tags"])
        yield format_html('<p class="about">{}: {}</p>\n', gettext("Tags"), labels)
    for decision in post["decisions"]:
        yield _decided(decision)
    for place, revision in enumerate(revisions):
        if place:
            yield _earlier(revision)
        else:
            yield format_html('<div dir="auto">{}</div>\n', body_html(Body(revision["html"])))
    yield "</article>\n"


def _heading(post: Row) -> str:
    if "slug" in post:
        return str(post["title"])
    title = post["article"]["title"] or gettext("an article that you cannot read any more")
    if "passage" in post:
        return gettext("A note on “%(title)s”") % {"title": title}
    if post["number"]:
        said = {"number": post["number"], "title": title}
        heading = gettext("Response %(number)s to “%(title)s”") % said
    else:
        heading = gettext("A reply to a note on “%(title)s”") % {"title": title}
    answered = post["answers"]
    if answered and answered["author"]:
        heading += gettext(", in answer to %(name)s") % {"name": answered["author"]}
    return heading


def _fate(post: Row) -> list[str]:
    said = []
    if post["state"] != State.PUBLISHED:
        said.append(str(State(post["state"]).label))
    if post["audience"] != Audience.PUBLIC:
        said.append(str(Audience(post["audience"]).label))
    return said


def _passage(passage: Row) -> SafeString:
    if passage["quote"] is None:
        text = gettext("What you marked you cannot read any more.")
        return format_html('<p class="about">{}</p>\n', text)
    return format_html('<blockquote dir="auto">{}</blockquote>\n', passage["quote"])


def _earlier(revision: Row) -> SafeString:
    summary = gettext("Revision %(number)s, %(at)s") % {
        "number": revision["number"],
        "at": revision["created_at"],
    }
    return format_html(
        '<details><summary class="about">{}</summary><div dir="auto">{}</div></details>\n',
        summary,
        body_html(Body(revision["html"])),
    )


def _decided(decision: Row) -> SafeString:
    named = ("action", "rule", "reason", "note")
    said = _joined(*(decision.get(name) for name in named))
    return format_html(
        '<p class="about">{}: {} ({})</p>\n',
        gettext("A moderator’s decision"),
        said,
        decision["created_at"],
    )


def _linked(address: str, words: str, at: str, more: str = "") -> SafeString:
    return format_html(
        '<div class="row"><p class="about">{} · <a href="{}">{}</a></p>{}</div>\n',
        at,
        address,
        words,
        format_html('<p dir="auto">{}</p>', more) if more else "",
    )


def _edit(row: Row) -> SafeString:
    return format_html(
        "{}{}",
        _linked(row["post"], row["title"] or row["post"], row["created_at"]),
        _earlier(row),
    )


def _flag(row: Row) -> SafeString:
    about = [row["created_at"], row["reason"]]
    if not row["counts"]:
        about.append(gettext("set aside"))
    return _linked(row["post"], row["post"], " · ".join(about), row["note"])


def _notice_given(row: Row) -> SafeString:
    about = f"{row['created_at']} · {row['category']}"
    return _linked(row["post"], row["url"], about, _joined(row["law"], row["explanation"]))


def _appealed(row: Row) -> SafeString:
    said = _joined(row["text"], row["outcome"], row["answer"])
    return _linked(row["address"], row["post"], row["filed_at"], said)


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _refused(row: Row) -> SafeString:
    where = row["article"] or ""
    return _linked(where, where, str(row["created_at"]), row["text"])


def _followed(row: Row) -> SafeString:
    if row["person"]:
        return _named(row)
    return _linked(row["post"], row["title"] or row["post"], row["created_at"])


def _named(row: Row) -> SafeString:
    said = '<div class="row"><p class="about">{} · {}</p></div>\n'
    return format_html(said, row["created_at"], row["person"])


def _made(row: Row) -> SafeString:
    return format_html("{}{}", _linked(row["post"], row["post"], row["created_at"]), _decided(row))


def _sanction(row: Row) -> SafeString:
    until = f" – {row['expires_at']}" if row["expires_at"] else ""
    parts = [row["where"], row["rule"], row["law"], row["reason"], row["lifted_reason"]]
    appeal = row["appeal"] or {}
    said = _joined(*parts, *(appeal.get(name) for name in ("text", "outcome", "answer")))
    return _linked(row["address"], row["kind"], row["created_at"] + until, said)


#: How a row of each other section is shown.
_SHOWN: dict[str, Callable[[Row], SafeString]] = {
    "edits": _edit,
    "flags": _flag,
    "notices_given": _notice_given,
    "refused": _refused,
    "decisions": _made,
    "sanctions": _sanction,
    "appeals": _appealed,
    "endorsements": lambda row: _linked(row["post"], row["post"], row["created_at"]),
    "follows": _followed,
    "mutes": _named,
    "notices": lambda row: _linked(row["address"], row["subject"], row["created_at"], row["body"]),
}
