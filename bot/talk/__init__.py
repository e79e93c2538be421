"""Conversations as plain values: the transcript, the codebook, and the director's touches and directions."""
