"""Scenarios: the schema and the loader."""

from .loader import load_scenario, load_with_source, problems_in
from .problems import SourceText, file_schema
from .schema import (
    Area,
    AskKind,
    ClosedAnswer,
    Epilogue,
    Fact,
    Form,
    Insight,
    Lens,
    Line,
    Mood,
    News,
    Pronoun,
    Rep,
    Scenario,
    Step,
    Variant,
    When,
)

__all__ = [
    "Area",
    "AskKind",
    "ClosedAnswer",
    "Epilogue",
    "Fact",
    "Form",
    "Insight",
    "Lens",
    "Line",
    "Mood",
    "News",
    "Pronoun",
    "Rep",
    "Scenario",
    "SourceText",
    "Step",
    "Variant",
    "When",
    "file_schema",
    "load_scenario",
    "load_with_source",
    "problems_in",
]
