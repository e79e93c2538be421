"""What a language model writes about a finished conversation: the narrative, and the judge's opinion."""
