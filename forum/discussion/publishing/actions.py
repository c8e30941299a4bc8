"""What those who publish do: put an article on the site, revise it, publish a draft."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import astuple, dataclass, fields
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.models import Article, Kind, Policy, Post, Revision, State
from forum.discussion.search.index import write_heading
from forum.discussion.writing.revisions import (
    bump_activity,
    create_once,
    lock_current,
    write_first_revision,
    write_next_revision,
)
from forum.lib.errors import Conflict, Refused
from forum.lib.html import Format, Rendered, render
from forum.lib.language import clean_language
from forum.lib.text import ARTICLE_LIMIT, clean_line, clean_source
from forum.permissions import require

#: Limits of the paratext, in code points.
LINE_LIMITS = {"title": 200, "byline": 200, "figure_alt": 300}
TEXT_LIMITS = {"standfirst": 2_000, "about_author": 2_000, "series": 1_000, "figure_caption": 1_000}


@dataclass(frozen=True, slots=True)
class Paratext:
    """What stands around an article's text. All of it is plain text.

    ``language`` is that of the text: a BCP 47 code, or empty where nobody has said.
    """

    title: str
    byline: str = ""
    language: str = ""
    standfirst: str = ""
    about_author: str = ""
    series: str = ""
    figure_alt: str = ""
    figure_caption: str = ""

    @classmethod
    def of(cls, article: Article) -> Paratext:
        """What stands around the text of ``article``, as it was loaded."""
        return cls(**{field.name: getattr(article, field.name) for field in fields(cls)})

    def cleaned(self) -> Paratext:
        """The same, fit to be stored. Raises ``Refused`` naming the field."""
        values = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "language":
                values[field.name] = clean_language(value, field=field.name)
            elif field.name in LINE_LIMITS:
                values[field.name] = clean_line(
                    value,
                    field=field.name,
                    limit=LINE_LIMITS[field.name],
                    required=field.name == "title",
                )
            else:
                values[field.name] = clean_source(
                    value, field=field.name, limit=TEXT_LIMITS[field.name], required=False
                ).strip()
        return Paratext(**values)

    def heading(self) -> str:
        """What a search finds of an article as what stands above its text."""
        return "\n".join((self.title, self.byline, self.standfirst))


def paratext_digest(article: Article) -> str:
    """What stands for all that is around the text of ``article``, its figure included."""
    around = [*astuple(Paratext.of(article)), article.figure.name or ""]
    return hashlib.sha256(json.dumps(around).encode()).hexdigest()


def render_article(source: str, format: Format) -> tuple[str, Rendered]:
    """The source of an article, fit to be stored, and what readers will see of it.

    Raises ``Refused`` naming ``source``.
    """
    source = clean_source(source, field="source", limit=ARTICLE_LIMIT)
    rendered = render(source, format=format)
    if not rendered.text:
        raise Refused("source", _("Nothing is left of this text after sanitising."))
    return source, rendered


def publish_article(
    *,
    author: User,
    paratext: Paratext,
    source: str,
    format: Format,
    draft: bool = False,
    slug: str = "",
    figure: ContentFile | None = None,
    published_at: datetime | None = None,
    token: str = "",
    imported: tuple[str, str] | None = None,
) -> tuple[Article, bool]:
    """Put an article on the site as revision 1, or keep it as a draft.

    Returns the article and whether it is new: the same ``token`` from the same author gives
    back the one it made the first time. ``imported`` is where it comes from and what it goes by
    there. Raises ``Refused`` naming the field that cannot be taken.
    """
    require(author, "article.create")
    paratext = paratext.cleaned()
    source, rendered = render_article(source, format)

    def create() -> Post:
        post = Post.objects.create(
            kind=Kind.ARTICLE,
            author=author,
            author_name=author.public_name,
            state=State.DRAFT if draft else State.PUBLISHED,
            token=token,
            source=imported[0] if imported else None,
            source_id=imported[1] if imported else None,
        )
        article = Article(
            post=post,
            slug=free_slug(slug or paratext.title, post),
            published_at=None if draft else published_at or timezone.now(),
            **{field.name: getattr(paratext, field.name) for field in fields(paratext)},
        )
        if figure:
            article.figure = figure
        article.save(force_insert=True)
        write_first_revision(
            *(post, rendered),
            source=source,
            format=format,
            editor=author,
            heading=paratext.heading(),
        )
        return post

    try:
        post, new = create_once(create, author=author, token=token, kind=Kind.ARTICLE, root=None)
    except IntegrityError:
        raise Conflict(_("Another article took this address a moment ago; try again.")) from None
    return Article.objects.select_related("post").get(pk=post.pk), new


def revise_article(
    *,
    editor: User,
    article: Article,
    source: str | None = None,
    format: Format | None = None,
    paratext: Paratext | None = None,
    figure: ContentFile | None = None,
    changed: Collection[str] | None = None,
    expected: int | None = None,
    expected_paratext: str | None = None,
    publish: bool = False,
) -> Revision:
    """Write a new revision of an article's text, and its paratext, of both what is given.

    Of the paratext, the fields that are named in ``changed`` are written; all, unless it is given.

    ``publish`` publishes a draft with it, or both fail; of a published article it changes nothing.

    ``expected`` is the id of the revision the editor started from, and ``expected_paratext`` the
    ``paratext_digest``; ``Conflict`` when either is no longer current. An unchanged text makes no
    new revision.
    """
    require(editor, "article.revise", article.post)
    current = article.post.current
    format = format or Format(current.format)
    paratext = paratext.cleaned() if paratext else None
    source, rendered = render_article(current.source if source is None else source, format)
    with transaction.atomic():
        # Before the article's row: whoever annotates takes the two in this order.
        held = lock_current(article.post)
        if held.pk != current.pk or expected not in (None, held.pk):
            raise Conflict(
                _("Somebody published another revision while you were editing."),
                {"revision": held.pk},
            )
        if expected_paratext is not None:
            present = Article.objects.get(pk=article.pk)
            if paratext_digest(present) != expected_paratext:
                raise Conflict(
                    _(
                        "Somebody changed the title, or what else stands around the text, "
                        "while you "
                        "were editing."
                    )
                )
        if (current.source, current.format) != (source, format):
            current = write_next_revision(
                current, rendered, source=source, format=format, editor=editor
            )
        # Once the passages are carried, which takes time: whoever responds waits for this row.
        if paratext:
            _save_paratext(article, paratext, figure, changed)
        if publish and article.post.state == State.DRAFT:
            publish_draft(editor=editor, article=article)
    return current


def publish_draft(*, editor: User, article: Article) -> None:
    """Publish a draft as it stands."""
    require(editor, "article.publish", article.post)
    with transaction.atomic():
        drafts = Post.objects.filter(pk=article.pk, state=State.DRAFT)
        if not drafts.update(state=State.PUBLISHED):
            raise Conflict(_("This article is published already."))
        article.published_at = timezone.now()
        article.save(update_fields=["published_at"])
    article.post.state = State.PUBLISHED


def set_discussion(
    *, editor: User, article: Article, policy: str, premoderated: bool, closed: bool
) -> None:
    """Say who may respond to ``article``, whether it is read first, and whether it is closed."""
    require(editor, "article.revise", article.post)
    if policy not in Policy.values:
        raise Refused("policy", f"Choose one of: {', '.join(Policy.values)}.")
    article.policy, article.premoderated = policy, premoderated
    if closed != (article.closed_at is not None):
        article.closed_at = timezone.now() if closed else None
    with transaction.atomic():
        article.save(update_fields=["policy", "premoderated", "closed_at"])
        bump_activity(article.post)


def free_slug(wanted: str, post: Post) -> str:
    """A slug nobody has. Titles without a Latin letter get one from the post's id."""
    base = slugify(wanted)[:100].strip("-") or "article"
    taken = Article.objects.filter(slug=base).exists()
    return f"{base}-{post.pk}" if taken or base == "article" else base


def _save_paratext(
    article: Article,
    paratext: Paratext,
    figure: ContentFile | None,
    changed: Collection[str] | None,
) -> None:
    names = [field.name for field in fields(paratext) if changed is None or field.name in changed]
    for name in names:
        setattr(article, name, getattr(paratext, name))
    if figure:
        article.figure = figure
        names += ["figure", "figure_width", "figure_height"]
    article.save(update_fields=names)
    write_heading(article.pk, Paratext.of(article).heading())
    bump_activity(article.post)
