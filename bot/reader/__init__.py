"""The reader: codes what a manager's words do, unit by unit."""

from .read import LinearReader, Reader, default_reader
from .split import split
from .steps import next_steps

__all__ = ["LinearReader", "Reader", "default_reader", "next_steps", "split"]
