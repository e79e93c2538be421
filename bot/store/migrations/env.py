"""Runs revisions on the connection that bot.store hands over, inside its transaction. There is no alembic.ini."""

from __future__ import annotations

from alembic import context

from bot.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
