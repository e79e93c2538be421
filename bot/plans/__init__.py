"""Plans for a real talk: five lines before it, three questions that fit, and five lines afterwards."""

from __future__ import annotations

from .fitting import fitted_by_meaning, fitted_by_words
from .kept import drop_plan, keep_plan, plan_of, plans
from .plan import LONGEST_LINE, LookBack, PlanLines, PlannedTalk, clean_line, plan_notes

__all__ = [
    "LONGEST_LINE",
    "LookBack",
    "PlanLines",
    "PlannedTalk",
    "clean_line",
    "drop_plan",
    "fitted_by_meaning",
    "fitted_by_words",
    "keep_plan",
    "plan_notes",
    "plan_of",
    "plans",
]
