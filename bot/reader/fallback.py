"""A model reader that never fails: the packaged reader reads any turn that the model can't."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..errors import ModelError
from ..models.breaker import FAILURES, Breaker
from ..talk.codebook import Unit
from ..talk.transcript import Speaker, Turn
from .read import Reader, Reading, last_words

if TYPE_CHECKING:
    from ..topics.candidates import Candidate
    from .model import ModelReader


class FallbackReader:
    """Reads with a model, and with the packaged reader where that fails. Safe to share between threads.

    `problem` says why the model's last reading failed, empty if it didn't.
    """

    def __init__(self, model: ModelReader, packaged: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self.id = model.id
        self.problem = ""
        self._model = model
        self._packaged = packaged
        self._breaker = Breaker(clock)

    def read(self, text: str, context: str = "") -> tuple[Unit, ...]:
        """The coded units of a manager's turn, in order. Never raises."""
        return self.reading(text, (Turn(0, Speaker.REP, context),) if context else ()).units

    def reading(self, text: str, before: Sequence[Turn] = (), candidates: Sequence[Candidate] = ()) -> Reading:
        """The units of a turn, who really read them, and what each means if it was the model. Never raises."""
        if self._breaker.resting():
            self.problem = f"{self.id} failed {FAILURES} times in a row; we'll try it again in a minute"
        else:
            try:
                found = self._model.reading(text, before, candidates)
            except ModelError as error:
                self._breaker.went(well=False)
                self.problem = str(error)
            else:
                self._breaker.went(well=True)
                self.problem = ""
                return found
        return Reading(self._packaged.read(text, last_words(before)), self._packaged.id)
