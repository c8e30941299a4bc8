"""The record: roles, rules, cases, flags, notices, decisions, appeals, sanctions, the log."""

from forum.moderation.models.cases import (
    WAITING,
    Case,
    CaseKind,
    CaseReason,
    CaseState,
    Flag,
    FlagReason,
    Queue,
)
from forum.moderation.models.decisions import (
    RESTRICTIONS,
    Action,
    Appeal,
    Basis,
    Bulk,
    Decision,
    Ground,
    Outcome,
    Party,
)
from forum.moderation.models.log import GONE, Event, EventKind
from forum.moderation.models.notices import (
    LAW_LIMIT,
    URL_LIMIT,
    Notice,
    NoticeState,
    Order,
    OrderKind,
)
from forum.moderation.models.reviews import SecondReview
from forum.moderation.models.roles import ModerationRole, RoleAssignment
from forum.moderation.models.rules import Category, ReasonTemplate, Rule
from forum.moderation.models.sanctions import (
    FlagSetAside,
    Misuse,
    PersonNote,
    Sanction,
    Sanctioning,
    Scope,
)

__all__ = [
    "GONE",
    "LAW_LIMIT",
    "RESTRICTIONS",
    "URL_LIMIT",
    "WAITING",
    "Action",
    "Appeal",
    "Basis",
    "Bulk",
    "Case",
    "CaseKind",
    "CaseReason",
    "CaseState",
    "Category",
    "Decision",
    "Event",
    "EventKind",
    "Flag",
    "FlagReason",
    "FlagSetAside",
    "Ground",
    "Misuse",
    "ModerationRole",
    "Notice",
    "NoticeState",
    "Order",
    "OrderKind",
    "Outcome",
    "Party",
    "PersonNote",
    "Queue",
    "ReasonTemplate",
    "RoleAssignment",
    "Rule",
    "Sanction",
    "Sanctioning",
    "Scope",
    "SecondReview",
]
