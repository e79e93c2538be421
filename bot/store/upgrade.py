"""Upgrades the schema with Alembic, from an installed wheel: no alembic.ini, no command line."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from ..errors import StoreError


def check_known(revisions: set[str], problem: Callable[[str], StoreError]) -> None:
    """Raises a `problem` of the database if a newer Askwell, or another program, created its schema."""
    unknown = revisions - {script.revision for script in scripts().walk_revisions()}
    if unknown:
        schema = ", ".join(sorted(unknown))
        raise problem(
            f"saved by a newer Askwell (schema {schema}); update Askwell, or set ASKWELL_HOME or "
            "ASKWELL_DATABASE_URL to keep sessions elsewhere"
        )


def upgrade(connection: Connection) -> None:
    """Run missing upgrades in the connection's transaction, all or none. Raises StoreError."""
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(f"the schema can't be upgraded: {error}") from None


def scripts() -> ScriptDirectory:
    """The revisions this version of Askwell knows."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")  # found wherever it is installed
    return config
