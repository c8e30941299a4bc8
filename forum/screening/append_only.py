"""Signals are written once, with their revision: what keeps them from being rewritten."""

from __future__ import annotations

from forum.moderation.triggers import Log

#: What a signal says of a person, or of words that are erased, may be taken away; that there was
#: one, what it came to and what it weighed stays, as long as there is the revision it is about.
TABLES = {"screening_signal": Log(accounts=(), emptied=("evidence",), goes=True)}
