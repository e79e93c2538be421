"""Runs of simulated managers: suites, playing them, and their records."""
