"""Encodes one unit of a manager's turn with what came before it: tuned on units that people coded.

`python -m evals.units.train` makes the file; docs/reader.md says how, and how well it reads.
"""

from __future__ import annotations

from ..once import once
from ..text.withheld import filled
from .context import ContextEncoder, one_line

UNITS_FILE = "units.onnx"
REP_TOKENS, PREVIOUS_TOKENS, UNIT_TOKENS = 28, 12, 64


def unit_text(rep: str, previous: str, unit: str) -> str:
    """A unit's text for the encoder: the rep's last turn and the turn's previous unit, which may be empty, then it."""
    return "\n".join(one_line(filled(words)) for words in (rep, previous, unit))


def new_unit_encoder() -> ContextEncoder:
    """The packaged encoder, with no text cached."""
    return ContextEncoder(UNITS_FILE, (REP_TOKENS, PREVIOUS_TOKENS), UNIT_TOKENS)


@once
def unit_encoder() -> ContextEncoder:
    """The packaged encoder, loaded once per process."""
    return new_unit_encoder()
