"""What is read of many sessions at once: no session is loaded whole for it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import RowMapping, Select, func, select

from ..talk.transcript import Speaker, Turn
from . import tables
from .database import Database
from .tables import challenges, sessions, turns

MOST_IDS = 500
"""Ids in one query. SQLite takes 32,766, others fewer; above this nothing gets faster."""
ScorecardJson = Mapping[str, Any]
"""A scorecard as it was saved at the end of its session."""


class Many:
    """Reads across sessions. Every method raises StoreError, in one line, if the database fails.

    What is damaged is left out: one bad row must not hide all that is well.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def scorecards(self, ids: Collection[str]) -> dict[str, ScorecardJson]:
        """The scorecards of these sessions by id, as they were at the end."""
        found: dict[str, ScorecardJson] = {}
        for row in self._rows(select(sessions.c.id, sessions.c.scorecard), ids, sessions.c.id):
            try:
                card = json.loads(row["scorecard"] or "")
            except ValueError:
                continue
            if isinstance(card, dict):
                found[row["id"]] = card
        return found

    def manager_turns(self, ids: Collection[str]) -> dict[str, tuple[Turn, ...]]:
        """What the manager said in these sessions, as it was coded; without the rep's turns and the directions."""
        columns = (turns.c.session_id, turns.c.turn_index, turns.c.speaker, turns.c.text, turns.c.reader, turns.c.units)
        query = select(*columns).where(turns.c.speaker == Speaker.MANAGER).order_by(turns.c.turn_index)
        found: dict[str, list[Turn]] = {}
        damaged: set[str] = set()
        for row in self._rows(query, ids, turns.c.session_id):
            try:
                turn = tables.turn_from({**row, "touches": None, "direction": None, "said": None})
            except (ValueError, KeyError, TypeError):
                damaged.add(row["session_id"])
                continue
            found.setdefault(row["session_id"], []).append(turn)
        return {name: tuple(spoken) for name, spoken in found.items() if name not in damaged}

    def corrections(self) -> dict[str, tuple[int, str]]:
        """How many codes were corrected in each session that has any, and when last: it changes with each of them."""
        query = select(challenges.c.session_id, func.count(), func.max(challenges.c.at))
        with self.database.read() as connection:
            rows = connection.execute(query.group_by(challenges.c.session_id)).all()
        return {str(row[0]): (int(row[1]), str(row[2])) for row in rows}

    def spoken_at(self, since: datetime) -> dict[str, tuple[datetime, ...]]:
        """When things were said since then, by session: both speakers' turns, in the order of the conversation.

        The turns that a retry has from the session that it goes back to have no time, and are not among them.
        """
        query = select(turns.c.session_id, turns.c.at).where(turns.c.at >= tables.time_text(since))
        found: dict[str, list[datetime]] = {}
        with self.database.read() as connection:
            for name, at in connection.execute(query.order_by(turns.c.session_id, turns.c.turn_index)):
                try:
                    found.setdefault(name, []).append(datetime.fromisoformat(at))
                except ValueError:
                    continue
        return {name: tuple(times) for name, times in found.items()}

    def _rows(self, query: Select[Any], ids: Collection[str], column: Any) -> Iterator[RowMapping]:
        left = iter(dict.fromkeys(ids))
        with self.database.read() as connection:
            while some := tuple(islice(left, MOST_IDS)):
                yield from connection.execute(query.where(column.in_(some))).mappings()
