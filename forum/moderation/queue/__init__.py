"""The queue of cases: where each stands in it, who is deciding it, and what moderators see."""
