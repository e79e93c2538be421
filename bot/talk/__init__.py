"""A conversation as values: the transcript, the codebook, and what passes between hearing a turn and answering it."""
