"""What each kind of sanction takes from whoever has it: the whole table, pure.

Reading is never taken, nor what the law leaves to everybody: to take back one's own words, to have
one's data, to erase one's account, to appeal, to acknowledge a warning.
"""

#: What puts words, marks or quotes of somebody's before others.
POSTING = frozenset(
    {
        "comment.post",
        "annotation.post",
        "post.revise",
        "post.reinstate",
        "quotation.mark",
        "article.create",
        "article.revise",
        "article.publish",
    }
)
#: Flags stay, so that whoever cannot speak can still say that something breaks the rules.
SPEAKING = POSTING | {"post.endorse"}
#: What is left to whoever may not act here at all. All else is taken, whatever it is.
LEFT_TO_ALL = frozenset(
    {
        "post.read",
        "post.withdraw",
        "account.erase",
        "article.follow",
        "thread.follow",
        "person.follow",
        "person.mute",
        "sanction.acknowledge",
        "decision.read",
        "appeal.file",
        "sanction.appeal",
    }
)
#: What leaves somebody no right of a moderator either, while it holds.
SUSPENDING = ("suspend", "ban")
#: Kinds that forbid something, the strongest first.
FORBIDDING = ("ban", "suspend", "silence", "warn")


def forbids(kind: str, act: str) -> bool:
    """Whether a sanction of ``kind`` that is in force forbids ``act``, within its scope."""
    if kind in SUSPENDING:
        return act not in LEFT_TO_ALL
    if kind == "silence":
        return act in SPEAKING
    # Until it is acknowledged; then it is in force no more.
    return kind == "warn" and act in POSTING
