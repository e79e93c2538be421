"""Voices word a direction: authored lines, or a language model that may say no more than they would."""

from .lines import LineVoice
from .words import Cue, Keep, Voice, Wording, sentences

__all__ = ["Cue", "Keep", "LineVoice", "Voice", "Wording", "sentences"]
