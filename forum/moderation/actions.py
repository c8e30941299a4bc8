"""What is done in moderation, from wherever it is asked: flag, decide, turn back, open again.

Each writes the post's state, the case and its log together. The rooms behind this door are
``flagging``, ``deciding``, ``reversing``, ``appealing``, ``reopening``, ``withdrawals`` and
``telling``.
"""

from forum.moderation.appealing import decide_appeal, file_appeal, file_appeal_as_guest
from forum.moderation.deciding import Done, decide, decide_all
from forum.moderation.flagging import flag_post
from forum.moderation.reopening import note_new_revision, reopen
from forum.moderation.reversing import reverse, reverse_all, reverse_bulk
from forum.moderation.withdrawals import note_withdrawal

__all__ = [
    "Done",
    "decide",
    "decide_all",
    "decide_appeal",
    "file_appeal",
    "file_appeal_as_guest",
    "flag_post",
    "note_new_revision",
    "note_withdrawal",
    "reopen",
    "reverse",
    "reverse_all",
    "reverse_bulk",
]
