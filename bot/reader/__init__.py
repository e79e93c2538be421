"""The reader: assigns a code to each unit of what a manager says."""

from .by_rules import RulesReader
from .read import EncoderReader, Reader, default_reader
from .split import split

__all__ = ["EncoderReader", "Reader", "RulesReader", "default_reader", "split"]
