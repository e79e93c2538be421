"""Topic matching: the facts, steps and news that a turn's units touch, and what each unit asks for."""

from .match import TopicMatcher

__all__ = ["TopicMatcher"]
