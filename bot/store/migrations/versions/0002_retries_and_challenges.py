"""Retries, which go back to another session, and the manager's own marks on what the reader said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    # Plain SQL: Alembic adds a foreign key to a SQLite table only by making the table anew, and dropping the old one
    # would delete the turns of every session.
    op.execute("ALTER TABLE sessions ADD COLUMN parent VARCHAR(64) REFERENCES sessions (id)")
    op.add_column("sessions", sa.Column("from_turn", sa.Integer))
    op.create_index("ix_sessions_parent", "sessions", ["parent"])
    op.create_table(
        "challenges",
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("unit_start", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("unit_end", sa.Integer, nullable=False),
        sa.Column("was", sa.String(32), nullable=False),
        sa.Column("says", sa.String(32)),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "turn", "unit_start"),
        sa.ForeignKeyConstraint(["session_id", "turn"], ["turns.session_id", "turns.turn_index"], ondelete="CASCADE"),
    )
