"""Annotating a passage."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from annotations.anchoring.carry import carry
from annotations.anchoring.locate import locate
from annotations.anchoring.selectors import Selector, describe
from annotations.models import (
    Annotation,
    AnnotationTag,
    Codebook,
    Tag,
)
from annotations.placement.placing import place_at_once, plan, write_places
from annotations.placement.telling import tell_authors
from forum.accounts.models import User
from forum.discussion.following.actions import announce
from forum.discussion.mentions.actions import tell_mentioned, write
from forum.discussion.models import Article, Audience, Kind, Post, Revision, State
from forum.discussion.writing.revisions import (
    bump_activity,
    create_once,
    lock_current,
    write_first_revision,
)
from forum.lib.errors import Conflict, Refused
from forum.lib.html import Format
from forum.lib.insert import insert
from forum.lib.prepared import Prepared
from forum.lib.text import NOTE_LIMIT, check_choice, clean_source
from forum.lib.words import number
from forum.permissions import require, require_still
from forum.screening.pacing import require_room
from forum.screening.pipeline import screen
from forum.screening.submission import AS_IT_IS, Sending, Submission

#: Longest passage one annotation may mark, in code points.
QUOTE_LIMIT = 10_000
AUDIENCES = (Audience.PUBLIC, Audience.PRIVATE)


def annotate(
    *,
    author: User,
    revision: Revision,
    start: int,
    end: int,
    quote: str,
    tags: Sequence[str],
    note: str = "",
    audience: str = Audience.PUBLIC,
    comment: Post | None = None,
    token: str = "",
    sending: Sending = AS_IT_IS,
) -> tuple[Post, bool]:
    """Mark ``[start, end)`` of ``revision`` with ``tags``; return the post and if it is new.

    The note is ``note`` or, for what ``quoting.mark_quoted`` has looked at, ``comment``.

    ``quote`` is what the author saw there. When the revision says something else, ``Conflict``
    carries ``proposal``: where the quote stands in the present text, or ``None``. A passage of
    a revision that has been replaced since is carried to the present one at once; when its words
    are others there, the proposal says which, as ``quote``: the author has not read them.

    The same ``token`` from the same author gives back the post it made the first time;
    ``Conflict`` when it comes with anything else than then. The note is screened first
    (``screening``), which may raise ``Refused`` naming ``note``, or ``Nudge``.
    """
    target = revision.post
    _check_target(target)
    require(author, "annotation.post", target)
    past = require_room(author, token=token) if comment is None else None
    check_choice(audience, AUDIENCES, field="audience")
    codebook, chosen = _tags(tags)
    note = clean_source(note, field="note", limit=NOTE_LIMIT, required=False)
    written = write(note, field="note")
    _check_passage(revision, start, end, quote)
    selector = describe(revision.text, start, end)
    article = target.loaded_article or Article.objects.get(pk=target.article_id)

    post = Post(
        kind=Kind.ANNOTATION,
        author=author,
        author_name=author.public_name,
        root_id=target.article_id,
        parent=target,
        note_from=comment,
        audience=_audience(audience, target),
        course_id=target.course_id if audience == Audience.PUBLIC else None,
        token=token,
    )
    # Before anything is locked: it may take its time.
    screening = screen(
        Submission(post, article, written.rendered, "note", sending=sending, known=past)
    )
    post.held_for = screening.held_for
    post.state = State.HELD if post.held_for else State.PUBLISHED

    def create() -> Post:
        current = lock_current(target)
        # It may be the second try.
        post.pk = None
        insert(post)
        require_still(author, "annotation.post", target, named=True)
        if comment is None and current.pk != revision.pk:
            # After the post, so that a form sent twice is known first.
            _check_words_stayed(revision, current, start, end)
        write_first_revision(
            *(post, written.rendered),
            source=note,
            format=Format.COMMENT,
            editor=author,
            heading=selector.exact,
            then=[screening.keep],
        )
        annotation = Annotation(
            post=post,
            revision=revision,
            start=start,
            end=end,
            quote=selector.exact,
            prefix=selector.prefix,
            suffix=selector.suffix,
        )
        _save_with_tags(annotation, codebook, chosen)
        place_at_once(annotation, current)
        if post.state == State.PUBLISHED:
            bump_activity(post)
            tell_mentioned(post, None, written.mentioned)
            announce(post)
        return post

    made, new = create_once(
        create, author=author, token=token, kind=Kind.ANNOTATION, root=target.article_id
    )
    if new:
        return made, new
    if comment is None:
        same = (
            made.audience == _audience(audience, target)
            and made.revisions.filter(source=note).exists()
            and _marks(made.annotation, revision, start, end)
            and set(made.annotation.tags.all()) == set(chosen)
        )
    else:
        # Its token is made of what it marks.
        same = made.note_from_id == comment.pk
    if not same:
        raise _saved_before(made)
    return made, new


def follow_revision(old: Revision | None, new: Revision) -> None:
    """Keep in place what is marked on ``old`` when ``new`` replaces it, and tell its authors."""
    if old is not None:
        steps = plan(old, new.text)
        write_places(steps, new)
        tell_authors(steps, old, new)


def _check_target(target: Post) -> None:
    if target.kind == Kind.ANNOTATION or target.note_id:
        raise Refused(
            "revision",
            _("Notes and the replies to them cannot be annotated; articles and responses can."),
        )


def _save_with_tags(annotation: Annotation, codebook: Codebook, tags: Sequence[Tag]) -> None:
    annotation.codebook = codebook
    annotation.codebook_version = codebook.version
    annotation.save(force_insert=True)
    AnnotationTag.objects.bulk_create(AnnotationTag(annotation=annotation, tag=tag) for tag in tags)


def _saved_before(made: Post) -> Conflict:
    """That a form came twice, with something else: taken for a double submit, it would be lost."""
    passage = Truncator(" ".join(made.annotation.quote.split())).chars(80)
    return Conflict(
        _(
            "You have saved this form before, as a note on “%(passage)s”. What you sent "
            "now is not saved."
        )
        % {"passage": passage},
        {"post": made.pk},
    )


def _tags(slugs: Sequence[str]) -> tuple[Codebook, list[Tag]]:
    codebook = next(iter(_DEFAULT.instances()), None)
    if codebook is None:
        raise Refused("tags", _("This site has no codebook yet; an admin can make one."))
    wanted = list(dict.fromkeys(slugs))
    if not wanted:
        raise Refused("tags", _("Choose at least one tag."))
    if len(wanted) > codebook.max_tags:
        raise Refused(
            "tags", _("Choose at most %(max_tags)s tags.") % {"max_tags": codebook.max_tags}
        )
    known = {tag.slug: tag for tag in _TAGS.instances(codebook=codebook.pk)}
    unknown = [slug for slug in wanted if slug not in known]
    if unknown:
        raise Refused("tags", _("The codebook has no tag “%(value)s”.") % {"value": unknown[0]})
    return codebook, [known[slug] for slug in wanted]


_DEFAULT = Prepared(lambda: Codebook.objects.filter(is_default=True))
_TAGS = Prepared(lambda codebook: Tag.objects.filter(codebook=codebook, retired_at=None))


def _check_passage(revision: Revision, start: int, end: int, quote: str) -> None:
    if end <= start or start < 0:
        raise Refused("end", _("A passage ends after it starts."))
    if end - start > QUOTE_LIMIT:
        raise Refused(
            "end",
            _("A passage may be %(quote_limit)s characters long at most.")
            % {"quote_limit": number(QUOTE_LIMIT)},
        )
    if end <= len(revision.text) and revision.text[start:end] == quote:
        return
    current = revision if revision.superseded_at is None else revision.post.current
    selector = Selector(exact=quote, start=start, end=end)
    place: tuple[int, int] | None = None
    if found := locate(selector, current.text):
        place = found.start, found.end
    elif quote and current.text.count(quote) == 1:
        # Short, but nowhere else. That is enough to propose it; whoever quoted it decides.
        start = current.text.index(quote)
        place = start, start + len(quote)
    proposal: dict[str, object] | None = None
    if place:
        proposal = {"revision": current.pk, "start": place[0], "end": place[1]}
        words = current.text[slice(*place)]
        if words != quote:
            proposal["quote"] = words
    raise Conflict(_("The text at that place is not what you quoted."), {"proposal": proposal})


def _check_words_stayed(revision: Revision, current: Revision, start: int, end: int) -> None:
    """Raise ``Conflict`` when ``current`` says something else in place of a passage, or nothing."""
    (now,) = carry(revision.text, current.text, [(start, end)])
    if now.start is None or now.end is None:
        raise Conflict(
            _("The text was revised while you wrote, and the passage is no longer in it."),
            {"proposal": None},
        )
    quote = current.text[now.start : now.end]
    if quote != revision.text[start:end]:
        proposal = {"revision": current.pk, "start": now.start, "end": now.end, "quote": quote}
        raise Conflict(
            _("The text was revised while you wrote, and the passage reads otherwise now."),
            {"proposal": proposal},
        )


def _marks(annotation: Annotation, revision: Revision, start: int, end: int) -> bool:
    """Whether that is what it was put on, or where it has stood since."""
    first = annotation.revision_id, annotation.start, annotation.end
    if first == (revision.pk, start, end):
        return True
    return annotation.placements.filter(revision=revision, start=start, end=end).exists()


def _audience(audience: str, target: Post) -> str:
    """A public note on something that only a course sees is for that course."""
    return target.audience if audience == Audience.PUBLIC else audience
