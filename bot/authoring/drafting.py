"""A scenario drafted by a language model from an author's notes, in several short requests.

The notes are somebody else's words: they travel as data, in a message of their own, and the instructions are the same
whatever they say. The model writes; code lays out the files, and says for each fact and entry whether the words that it
was drafted from are in the notes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ..models.llm import Message, Model, connect
from ..models.prompts import Prompt, load_prompt
from ..scenario import ScenarioFiles
from ..scenario.folder import DRAFTED, KNOWS, MAIN, in_folder
from ..scenario.library import Library
from ..settings import Settings
from ..writeup.cited import lines
from .drafted import DraftedEntries, DraftedFacts, DraftedOutline, DraftedPart, DraftedPlan, DraftedWords
from .laying import Drafts, knows_text, main_text, plain_id
from .notes import QuoteFound, quote_found
from .sourced import Sourced, draft_text

_Shape = TypeVar("_Shape", bound=DraftedPart)


@dataclass(frozen=True, slots=True)
class ScenarioDraft:
    """A drafted folder, its `draft.md` included, and where each fact and entry comes from, in order."""

    files: ScenarioFiles
    sourced: tuple[Sourced, ...]

    @property
    def unfounded(self) -> tuple[Sourced, ...]:
        """The facts and entries whose quote isn't in the notes."""
        return tuple(one for one in self.sourced if one.found is not QuoteFound.YES)


class Drafter:
    """Drafts scenarios with a model. `begun` hears the name of each part before the model is asked for it."""

    def __init__(self, model: Model, prompt: Prompt, begun: Callable[[str], None] = lambda _: None) -> None:
        self._model = model
        self._prompt = prompt
        self._begun = begun

    def draft(self, scenario_id: str, notes: str, name: str) -> ScenarioDraft:
        """The draft of a scenario from notes, the text of the file `name`. It may have mistakes: check it.

        Raises ModelError when the endpoint fails, or when an answer doesn't fit its shape.
        """
        outline = self._part("outline", DraftedOutline, notes)
        facts = self._part("facts", DraftedFacts, notes, outline)
        words = [
            self._part("words", DraftedWords, notes, outline, facts, only=plain_id(fact.id)) for fact in facts.facts
        ]
        entries = self._part("entries", DraftedEntries, notes, outline, facts)
        plan = self._part("plan", DraftedPlan, notes, outline, facts)
        drafts = Drafts(outline, tuple(facts.facts), tuple(words), tuple(entries.entries), plan)
        sourced = _sources(drafts, notes)
        by = f"{self._model.name}, prompt {self._prompt.id} {self._prompt.version}"
        texts = {
            MAIN: main_text(scenario_id, drafts),
            KNOWS: knows_text(drafts),
            DRAFTED: draft_text(sourced, by, name),
        }
        return ScenarioDraft(in_folder(scenario_id, texts), sourced)

    def _part(self, part: str, shape: type[_Shape], notes: str, *before: DraftedPart, only: str = "") -> _Shape:
        """One part of the draft, given the parts before it; `only` is the id of the fact that it is about."""
        self._begun(f"{part} of {only}" if only else part)
        system = self._prompt.fill({"part": f"{part}, for the fact {only}" if only else part})
        so_far = "\n".join(one.model_dump_json(indent=1) for one in before)
        data = f"The notes:\n=====\n{_fenced(notes)}\n=====\nDrafted so far:\n=====\n{_fenced(so_far)}\n====="
        return self._model.structured([Message("system", system), Message("user", data)], shape).value


def draft_scenario(
    scenario_id: str, notes: str, name: str, config: Settings, begun: Callable[[str], None] = lambda _: None
) -> ScenarioDraft:
    """A draft by the model configured for feedback. Raises ModelError, also when no model is configured."""
    model, prompt = connect(config, "feedback"), load_prompt(Library(config.data), "draft")
    return Drafter(model, prompt, begun).draft(scenario_id, notes, name)


def _fenced(text: str) -> str:
    """Text as lines of data, of which none looks like the fence around them."""
    return lines(text.split("\n")) if text else "(nothing yet)"


def _sources(drafts: Drafts, notes: str) -> tuple[Sourced, ...]:
    facts = [(f"fact {plain_id(fact.id)}", fact.text, fact.quote) for fact in drafts.facts]
    entries = [(f"entry {plain_id(entry.id)}", " ".join(entry.says[:1]), entry.quote) for entry in drafts.entries]
    return tuple(Sourced(part, said, quote, quote_found(quote, notes)) for part, said, quote in (*facts, *entries))
