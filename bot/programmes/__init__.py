"""Programmes: cycles of some weeks that an enablement team writes, and where somebody stands in one."""

from __future__ import annotations

from .course import Course, Done, WeekStep, course_of
from .joined import join_programme, joined_programme, leave_programmes
from .programme import Programme, ProgrammeWeek, ScenarioStep, programme_schema
from .reading import known_programmes, programme_problems, read_programme

__all__ = [
    "Course",
    "Done",
    "Programme",
    "ProgrammeWeek",
    "ScenarioStep",
    "WeekStep",
    "course_of",
    "join_programme",
    "joined_programme",
    "known_programmes",
    "leave_programmes",
    "programme_problems",
    "programme_schema",
    "read_programme",
]
