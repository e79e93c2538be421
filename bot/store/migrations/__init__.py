"""The store's schema, one revision per file. bot.store runs them when it opens a database."""
