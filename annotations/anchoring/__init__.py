"""Passages that hold: described, carried from revision to revision, and found again."""

from annotations.anchoring.carry import Carried, carry
from annotations.anchoring.locate import locate
from annotations.anchoring.selectors import Selector, describe

__all__ = ["Carried", "Selector", "carry", "describe", "locate"]
