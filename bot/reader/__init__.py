"""The reader: codes what a manager's words do, unit by unit."""

from .by_rules import RulesReader
from .read import LinearReader, Reader, default_reader
from .split import split

__all__ = ["LinearReader", "Reader", "RulesReader", "default_reader", "split"]
