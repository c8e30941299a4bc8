"""What may be added to and never rewritten: the log of placing by hand."""

from forum.moderation.triggers import Log

#: For ``forum.moderation.triggers``.
TABLES = {"annotations_reattachment": Log((("placed_by_id", "placed_by_name"),), ("reason",))}
