"""Voices put a direction into words: authored lines, or a language model limited to what those lines say."""

from .lines import LineVoice
from .words import Cue, Keep, Voice, Wording, reply_sentences

__all__ = ["Cue", "Keep", "LineVoice", "Voice", "Wording", "reply_sentences"]
