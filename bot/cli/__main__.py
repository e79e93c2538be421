"""`python -m bot.cli`: the same as `askwell`."""

from .main import main

main()
