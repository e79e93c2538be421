"""The reader: assigns a code to each unit of what a manager says."""

from .by_rules import RulesReader
from .read import EncoderReader, Reader, Reading, TurnReader, default_reader, read_turn
from .split import split

__all__ = ["EncoderReader", "Reader", "Reading", "RulesReader", "TurnReader", "default_reader", "read_turn", "split"]
