"""Knowledge: the lines that the rep may say and the coaching guidance, retrieved from Chroma."""

from .guidance import BankQuestion, Passage, read_passages, read_questions
from .retrieval import Found, Knowledge, Spoken, spoken_lines

__all__ = ["BankQuestion", "Found", "Knowledge", "Passage", "Spoken", "read_passages", "read_questions", "spoken_lines"]
