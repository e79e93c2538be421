"""Runs of simulated managers: suites, how they are played, and what is kept."""
