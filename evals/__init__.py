"""Askwell's evaluations: benchmarks (`askwell eval bench NAME`), runs of simulated managers, and reports."""
