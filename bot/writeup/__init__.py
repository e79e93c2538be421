"""A language model's write-up of a finished conversation: the narrative and the ratings."""
