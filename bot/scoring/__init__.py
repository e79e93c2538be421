"""The score of a conversation: measures, the rubric's levels with quotes, and what to ask instead."""
