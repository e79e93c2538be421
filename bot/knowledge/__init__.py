"""Knowledge: the rep's lines and the coaching guidance, retrieved from an index."""

from .guidance import BankQuestion, Passage, read_passages, read_questions
from .guides import ByWords, Found
from .retrieval import Knowledge, SpokenLine, spoken_lines

__all__ = [
    "BankQuestion",
    "ByWords",
    "Found",
    "Knowledge",
    "Passage",
    "SpokenLine",
    "read_passages",
    "read_questions",
    "spoken_lines",
]
