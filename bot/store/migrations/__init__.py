"""The schema of the store, one revision a file; bot.store runs them when it opens a database."""
