"""`python -m askwell.cli`: the same as `askwell`."""

from .main import main

main()
