"""Drills of two minutes: name the move, ask instead, one question, hand it back, when. Offline and repeatable.

Importing this loads neither the reader nor the spacing; grading an answer does.
"""

from __future__ import annotations

from .item import DrillItem, DrillKind, DrillMoment, Grade
from .rounds import ROUND, choose_round

__all__ = ["ROUND", "DrillItem", "DrillKind", "DrillMoment", "Grade", "choose_round"]
