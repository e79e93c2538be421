"""The scenario schema: one authored situation, every field documented.

The models refuse unknown keys and are frozen. All text is plain: never a template, Markdown or HTML.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Strict(BaseModel):
    """A model that refuses unknown keys and cannot be changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Area(StrEnum):
    """The coaching areas of CSO Insights' framework."""

    LEAD_AND_OPPORTUNITY = "lead_and_opportunity"
    PIPELINE = "pipeline"
    SKILLS_AND_BEHAVIOURS = "skills_and_behaviours"
    ACCOUNT = "account"
    TERRITORY = "territory"


class Lens(StrEnum):
    """Whether the conversation is about a deal or about a skill."""

    DEAL = "deal"
    SKILL = "skill"


class AskKind(StrEnum):
    """The least that a manager must do before a fact opens."""

    ANY = "any"
    CLOSED = "closed"
    OPEN = "open"
    REFLECTION = "reflection"


class Form(StrEnum):
    """The form of the question that a line answers."""

    WHO = "who"
    WHAT = "what"
    WHY = "why"
    HOW = "how"
    HOW_MANY = "how_many"
    WHEN = "when"
    YES_NO = "yes_no"


class Mood(StrEnum):
    """How the rep feels while he says it; `any` fits both."""

    GUARDED = "guarded"
    OPEN = "open"
    ANY = "any"


class Pronoun(StrEnum):
    """How others speak of the rep."""

    HE = "he"
    SHE = "she"
    THEY = "they"


class Line(Strict):
    """One thing that the rep may say. Written as plain text, or as a mapping when it needs a tag."""

    text: Text = Field(description="What the rep says.")
    needs: tuple[Id, ...] = Field((), description="Facts that this line mentions; said only once they are released.")
    form: Form | None = Field(None, description="The form of question that this line answers best.")
    mood: Mood = Field(Mood.ANY, description="guarded, open or any.")
    verbs: tuple[str, ...] = Field((), description="Manager's verbs that this line answers (comply and on_my_list).")


def _line(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Spoken = Annotated[Line, BeforeValidator(_line)]
Lines = tuple[Spoken, ...]


class Person(Strict):
    """The manager whose part the user plays."""

    name: Text = Field(description="First name, as the rep says it.")
    role: Text = Field(description="Job title.")


class Rep(Person):
    """The simulated person."""

    pronoun: Pronoun = Field(Pronoun.THEY, description="How hints and the debrief speak of the rep: he, she or they.")
    style: Text = Field(description="How he talks and works, in a few sentences.")
    goals: tuple[Text, ...] = Field(min_length=1, description="What he wants, for himself and this year.")
    strengths: tuple[Text, ...] = Field(min_length=1, description="What he is good at.")
    openness: Share = Field(description="Where his openness starts, 0 to 1.")
    ownership: Share = Field(description="How far he feels the plan is his at the start, 0 to 1.")


class Opens(Strict):
    """The gate of a fact: what must be asked, and how open the rep must be."""

    ask: AskKind = Field(AskKind.OPEN, description="open, closed (or better), reflection first, or any.")
    openness: Share = Field(0.0, description="The least openness, 0 to 1.")


class ClosedAnswer(Strict):
    """A short true answer to yes-or-no and which questions about a fact."""

    asks: tuple[Text, ...] = Field(min_length=3, description="The closed questions, as people type them.")
    answer: Lines = Field(min_length=1, description="The short true answer, in two or more wordings.")
    gives: Id | None = Field(None, description="The fact that the answer gives away, if it does.")


class Fact(Strict):
    """Something that the rep knows, feels or has not looked at."""

    id: Id
    topic: Text = Field(description="What it is about, safe to name before it is released.")
    text: Text = Field(description="The fact itself, secret until released.")
    feeling: bool = Field(False, description="True for what he feels or wants; counted apart.")
    opens: Opens = Field(default=Opens(), description="Its gate.")
    question: Text = Field(description="The question that opens it, as a good coach would ask it.")
    asks: tuple[Text, ...] = Field(min_length=15, description="Questions about it, as people type them.")
    states: tuple[Text, ...] = Field(
        (), description="How a manager would say that it is so; then it is told, not elicited."
    )
    lines: Lines = Field(min_length=3, description="How he tells it, 12 to 35 words.")
    hints: Lines = Field(min_length=2, description="What he lets slip while he is not ready: the topic, not the fact.")
    more: Lines = Field(min_length=2, description="What he adds when asked to say more.")
    also: Lines = Field(min_length=2, description="A shorter telling, when volunteered beside another fact.")
    confirm: Lines = Field(min_length=2, description="What he says when the manager states or presupposes it.")
    closed: tuple[ClosedAnswer, ...] = Field((), description="Short true answers.")
    leads: Id | None = Field(None, description="The fact that it brings to mind next.")
    volunteer: bool = Field(True, description="False where a general question should not bring it out.")


class Insight(Strict):
    """A conclusion that the rep reaches aloud once its facts are on the table."""

    id: Id
    topic: Text = Field(description="What it is about, safe to name.")
    about: tuple[Id, ...] = Field(
        min_length=1, description="Facts on which a 'why' or 'what do you make of that' leads here."
    )
    needs: tuple[Id, ...] = Field(min_length=1, description="Facts that must be released first.")
    lines: Lines = Field(min_length=3)
    again: Lines = Field(min_length=2, description="When he is asked a second time.")
    gives: tuple[Id, ...] = Field((), description="Facts that he works out with it.")


class Step(Strict):
    """A next action that the rep could author and own."""

    id: Id
    title: Text = Field(description="The action in a few words, for the debrief.")
    about: tuple[Id, ...] = Field((), description="Facts that make him think of it.")
    needs: tuple[Id, ...] = Field((), description="Facts or insights that must be there first.")
    rank: int = Field(ge=1, le=99, description="Lower comes first.")
    instructed: bool = Field(
        False, description="True where the manager is right to order it today; only where directive_ok is true."
    )
    lines: Lines = Field(min_length=3, description="How he proposes it.")
    commit: Lines = Field(min_length=2, description="When and how he will do it.")
    proposals: tuple[Text, ...] = Field(min_length=5, description="How a manager would tell him to do it.")
    told: Lines = Field(min_length=2, description="What he says when the manager proposes it.")
    gives: tuple[Id, ...] = Field((), description="Facts that proposing it gives away.")


class News(Strict):
    """Something that the manager may tell the rep."""

    id: Id
    title: Text
    says: tuple[Text, ...] = Field(min_length=5, description="How a manager would say it.")
    acknowledge: Lines = Field(min_length=2, description="The rep's reply, and what he makes of it.")
    counts_as: Id | None = Field(None, description="A fact that it amounts to telling.")


class When(Strict):
    """Conditions on how a session ended; all that are given must hold."""

    openness_at_least: Share | None = None
    ownership_at_least: Share | None = None
    ownership_at_most: Share | None = None
    rep_steps_at_least: int | None = Field(None, ge=0)
    committed_at_least: int | None = Field(None, ge=0)
    told_steps_at_least: int | None = Field(None, ge=0)
    takeovers_at_least: int | None = Field(None, ge=0)
    elicited_at_least: int | None = Field(None, ge=0)
    elicited: tuple[Id, ...] = ()
    insights: tuple[Id, ...] = ()
    steps: tuple[Id, ...] = Field((), description="Steps that somebody voiced: the rep, or the manager.")


class Epilogue(Strict):
    """What happened next; the first whose conditions hold is told."""

    id: Id
    when: When = Field(default=When(), description="Left out in the last, which always holds.")
    text: Text


class Variant(Strict):
    """The same scenario with another hidden cause."""

    id: Id
    told_afterwards: Text = Field(description="What was different, told in the debrief.")
    replaces: dict[str, Any] = Field(description="Fields to replace; entries of a list with an id are merged by id.")


Replies = dict[str, Lines]

REPLIES = (
    "ack_affirmation",
    "ack_reflection",
    "ack_tell",
    "advice_asked",
    "advice_taken",
    "affirmed",
    "agree",
    "already",
    "blank",
    "check",
    "closing",
    "committed",
    "comply",
    "defend",
    "evade",
    "feeling_closed",
    "greet",
    "hand_over",
    "help_me",
    "no_more_steps",
    "no_step_yet",
    "nod",
    "on_my_list",
    "other_account",
    "part_unclear",
    "permission",
    "puzzled",
    "reflected",
    "repeat",
    "rude",
    "small_talk",
    "sunny",
    "the_lot",
    "unknown",
    "yours_now",
)
"""The acts that the director may choose: a scenario needs lines for each, or the rep would fall silent."""

MOST = {"facts": 60, "insights": 60, "steps": 60, "news": 60, "epilogues": 60, "variants": 20}
"""Entries that a file may hold; a conversation gets to twenty."""

FILLED_IN = ("variant", "digest")
"""Fields of a loaded scenario that no author types."""


class Scenario(Strict):
    """One authored situation. `facts` are those of the variant that was asked for."""

    id: Id
    version: int = Field(1, ge=1, description="Raised by the author when the scenario changes in substance.")
    title: Text
    summary: Text = Field(description="One sentence for the library.")
    area: Area
    journey_gate: Id = Field(description="The customer's journey gate, for instance evaluation.")
    lens: Lens
    difficulty: int = Field(ge=1, le=5)
    minutes: int = Field(ge=1, le=60, description="How long a practice takes.")
    directive_ok: bool = Field(False, description="True where a clear instruction with its reason is right.")
    manager: Person
    rep: Rep
    scene: Text = Field(description="One line that sets the scene; the manager speaks first.")
    brief: Text = Field(description="What the manager may read beforehand.")
    crm: dict[str, str] = Field(description="The CRM card: label and value; a value may be empty.")
    aliases: tuple[Text, ...] = Field((), description="Names that are masked before matching.")
    facts: tuple[Fact, ...] = Field(min_length=1)
    insights: tuple[Insight, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)
    news: tuple[News, ...] = ()
    not_held: tuple[Text, ...] = Field(
        (), description="Questions near the facts that nothing in this scenario answers."
    )
    replies: Replies = Field(description="Lines for each act, tagged by mood.")
    epilogues: tuple[Epilogue, ...] = Field(min_length=1)
    variants: tuple[Variant, ...] = ()
    variant: Id = Field("base", description="Filled in when a variant is taken; never typed.")
    digest: str = Field("", description="SHA-256 of the file; filled in when it is read.")

    @field_validator("crm", mode="before")
    @classmethod
    def _blank_is_empty(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: "" if entry is None else entry for key, entry in value.items()}
        return value

    def fact(self, fact_id: str) -> Fact:
        """The fact with this id; KeyError when there is none."""
        return _by_id(self.facts, fact_id)

    def insight(self, insight_id: str) -> Insight:
        """The insight with this id; KeyError when there is none."""
        return _by_id(self.insights, insight_id)

    def step(self, step_id: str) -> Step:
        """The step with this id; KeyError when there is none."""
        return _by_id(self.steps, step_id)

    @property
    def variant_ids(self) -> tuple[str, ...]:
        """`base` and the authored variants, in the file's order."""
        return ("base", *(variant.id for variant in self.variants))


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Named = TypeVar("Named", bound=_Named)


def _by_id(items: tuple[Named, ...], wanted: str) -> Named:
    for item in items:
        if item.id == wanted:
            return item
    raise KeyError(wanted)
