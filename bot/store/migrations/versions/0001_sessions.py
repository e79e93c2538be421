"""Sessions, their turns and the nudges shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("scenario_version", sa.Integer, nullable=False),
        sa.Column("scenario_digest", sa.Text, nullable=False),
        sa.Column("variant", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("voice", sa.Text, nullable=False),
        sa.Column("manager", sa.Text, nullable=False),
        sa.Column("rep", sa.Text, nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(32)),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("scorecard", sa.Text),
        sa.Column("self_rating", sa.Integer),
    )
    op.create_index("ix_sessions_started_at", "sessions", ["started_at"])
    op.create_table(
        "turns",
        sa.Column("session_id", sa.String(64), sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("turn_index", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("turn_id", sa.String(64)),
        sa.Column("at", sa.String(32)),
        sa.Column("speaker", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("reader", sa.Text),
        sa.Column("units", sa.Text),
        sa.Column("touches", sa.Text),
        sa.Column("direction", sa.Text),
        sa.Column("said", sa.Text),
        sa.PrimaryKeyConstraint("session_id", "turn_index"),
        sa.UniqueConstraint("session_id", "turn_id", name="uq_turns_turn_id"),
    )
    op.create_table(
        "nudges",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("session_id", sa.String(64), sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
    )
    op.create_index("ix_nudges_session_id", "nudges", ["session_id"])
