"""Benchmarks of Askwell, each a command that anyone can run: `askwell eval bench NAME`."""
