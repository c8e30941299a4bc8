"""What may be added to and never rewritten: the log of placing by hand."""

#: For ``forum.moderation.triggers``: each table, with the one column that may be set to NULL.
TABLES = {"annotations_reattachment": "placed_by_id"}
