"""The reader: assigns a code to each unit of what a manager says."""

from .by_rules import RulesReader
from .read import LinearReader, Reader, default_reader
from .split import split

__all__ = ["LinearReader", "Reader", "RulesReader", "default_reader", "split"]
