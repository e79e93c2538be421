"""Simulated sessions for the tests of progress: three ways of talking, played once each, kept as often as wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bot.practice import Practice
from bot.scenario.library import Library
from bot.store import Session, Store
from bot.talk.codebook import Code, Focus
from bot.testing import SMALL, ScriptedClock, small_engine
from bot.testing.doubles import Label

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)  # a Monday
ASKS = (
    "What worries you about the plant?",
    "What makes you say so?",
    "You carry a lot of quotes.",
    "What will you do?",
)
ORDER = "Send me the numbers today."
HIDDEN = "Don't you think you should have called?"
TELLS = (ORDER, "You should call the plant manager.", HIDDEN, "Let me do it.")
MIXES = (ASKS[0], ASKS[1], ORDER, ASKS[3])
READER: dict[str, Label] = {
    ASKS[0]: Code.OPEN_QUESTION,
    ASKS[1]: Code.OPEN_QUESTION,
    ASKS[2]: Code.REFLECTION,
    ASKS[3]: (Code.OPEN_QUESTION, Focus.ACTION),
    ORDER: Code.DIRECTIVE,
    TELLS[1]: Code.ADVICE,
    HIDDEN: Code.LEADING_QUESTION,
    TELLS[3]: Code.TAKEOVER,
}


class Diary:
    """A store in which talks are kept a day apart, each in a variant that nobody has seen, unless said otherwise."""

    def __init__(self, directory: Path) -> None:
        self.engine = small_engine(directory / "data", READER)
        self.library: Library = self.engine.library
        self.store = Store.open(f"sqlite:///{directory / 'kept.db'}")
        self._numbers = count(1)
        self._played: dict[tuple[str, ...], Session] = {}

    def talk(
        self,
        lines: tuple[str, ...] = ASKS,
        *,
        day: float | None = None,
        variant: str | None = None,
        scenario: str = SMALL,
        rating: int | None = None,
        ended: bool = True,
    ) -> str:
        """Keep a talk of these lines, of ten minutes, `day` days after the start; its id."""
        number = next(self._numbers)
        begins = START + timedelta(days=number if day is None else day)
        played = self._play(lines)
        kept = replace(
            played,
            id=f"talk-{number}",
            scenario=scenario,
            variant=variant or f"variant-{number}",
            started_at=begins,
            ended_at=begins + timedelta(minutes=10) if ended else None,
            scorecard=played.scorecard if ended else None,
            self_rating=rating,
        )
        self.store.create(kept)
        return kept.id

    def _play(self, lines: tuple[str, ...]) -> Session:
        if lines not in self._played:
            with Store.open("sqlite://") as store:
                practice = Practice.start(SMALL, engine=self.engine, store=store, clock=ScriptedClock(START))
                for line in lines:
                    practice.say(line)
                    "".join(practice.reply())
                practice.finish()
                self._played[lines] = store.load(str(practice.session_id))
        return self._played[lines]
