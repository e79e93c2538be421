"""What a turn is about: the facts, steps and news that its units touch, and what each is after."""

from .match import TopicMatcher

__all__ = ["TopicMatcher"]
