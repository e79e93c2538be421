"""The app: pages over the library `bot`. It shows and asks; what is right or wrong is decided there."""
