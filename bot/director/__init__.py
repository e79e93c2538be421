"""The director decides what the rep does next. Pure: no clock, randomness, reader or model."""

from .direct import direct
from .entries import tellable
from .epilogue import epilogue, step_ends
from .state import EFFECTS, State, StepState, fold, hear, record, start, trace

__all__ = [
    "EFFECTS",
    "State",
    "StepState",
    "direct",
    "epilogue",
    "fold",
    "hear",
    "record",
    "start",
    "step_ends",
    "tellable",
    "trace",
]
