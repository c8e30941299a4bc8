"""Posts as headings name them."""

from django import template
from django.utils.translation import gettext as _

from forum.accounts.models import shown_name
from forum.discussion.models import Kind, Post

register = template.Library()
register.filter("named", shown_name)


@register.simple_tag
def post_by(post: Post) -> str:
    """``post`` with the name beside it: “response 3 by Ada”. For ``{% blocktranslate %}``."""
    if post.note_id:
        words = _("a reply by %(name)s")
    else:
        words = {
            Kind.COMMENT: _("response %(number)s by %(name)s"),
            Kind.ANNOTATION: _("a note by %(name)s"),
            Kind.ARTICLE: _("an article by %(name)s"),
        }[Kind(post.kind)]
    return words % {"number": post.number, "name": shown_name(post.author_name)}
