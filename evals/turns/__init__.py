"""Trains what tells a manager's turns apart: the encoder of turns and a head for each bundled scenario."""
