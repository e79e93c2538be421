"""The command line and the Inspect AI tasks. The library itself is `bot`."""
