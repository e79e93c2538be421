"""The scenario schema, with every field documented.

The models are frozen and reject unknown keys. All text is plain: never a template, Markdown or HTML.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Strict(BaseModel):
    """A frozen model that rejects unknown keys."""

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
    """The least a manager must do before a fact opens."""

    ANY = "any"
    CLOSED = "closed"
    OPEN = "open"
    REFLECTION = "reflection"


class Form(StrEnum):
    """The form of question that a line answers."""

    WHO = "who"
    WHAT = "what"
    WHY = "why"
    HOW = "how"
    HOW_MANY = "how_many"
    WHEN = "when"
    WHERE = "where"
    WHICH = "which"
    SAID = "said"
    FEEL = "feel"
    YES_NO = "yes_no"


class Mood(StrEnum):
    """The mood in which the rep says it; `any` fits both."""

    GUARDED = "guarded"
    OPEN = "open"
    ANY = "any"


class Pronoun(StrEnum):
    """The rep's pronoun."""

    HE = "he"
    SHE = "she"
    THEY = "they"


class PlanTag(StrEnum):
    """A next step of the rep's own in a line: named, or with the time it will be done as well."""

    NAMED = "plan"
    DATED = "promise"


class Line(Strict):
    """Something the rep may say. Plain text, or a mapping if it needs tags."""

    text: Text = Field(description="What the rep says.")
    needs: tuple[Id, ...] = Field((), description="Facts this line mentions. It waits until they are released.")
    form: Form | None = Field(None, description="The form of question this line answers best.")
    mood: Mood = Field(Mood.ANY, description="guarded, open or any.")
    verbs: tuple[str, ...] = Field((), description="The manager's verbs this line answers (comply and on_my_list).")
    plan: PlanTag | None = Field(
        None, description="plan: saying this names a next step of the rep's own. promise: it also says when."
    )


def _line(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Spoken = Annotated[Line, BeforeValidator(_line)]
Lines = tuple[Spoken, ...]


class Person(Strict):
    """The manager, played by the user."""

    name: Text = Field(description="First name, as the rep says it.")
    role: Text = Field(description="Job title.")


class Rep(Person):
    """The simulated rep."""

    pronoun: Pronoun = Field(Pronoun.THEY, description="The rep's pronoun in hints and the debrief: he, she or they.")
    style: Text = Field(description="How the rep talks and works, in a few sentences.")
    goals: tuple[Text, ...] = Field(min_length=1, description="What the rep wants, personally and this year.")
    strengths: tuple[Text, ...] = Field(min_length=1, description="What the rep is good at.")
    openness: Share = Field(description="The rep's openness at the start, 0 to 1.")
    ownership: Share = Field(description="How much the rep feels they own the plan at the start, 0 to 1.")


class Opens(Strict):
    """The gate of a fact: what to ask, and how open the rep must be."""

    ask: AskKind = Field(AskKind.OPEN, description="open, closed (or better), reflection first, or any.")
    openness: Share = Field(0.0, description="The minimum openness, 0 to 1.")


class ClosedAnswer(Strict):
    """A short true answer to closed questions about a fact."""

    asks: tuple[Text, ...] = Field(min_length=3, description="The closed questions, as people type them.")
    answer: Lines = Field(min_length=1, description="The short true answer, in several wordings.")
    gives: Id | None = Field(None, description="The fact this answer gives away, if any.")


class Fact(Strict):
    """Something the rep knows, feels or hasn't looked at."""

    id: Id
    topic: Text = Field(description="What it's about. Safe to mention before the fact is released.")
    text: Text = Field(description="The fact itself. Secret until released.")
    feeling: bool = Field(False, description="True for something the rep feels or wants; counted separately.")
    opens: Opens = Field(default=Opens(), description="The fact's gate.")
    question: Text = Field(description="A question that opens it, as a good coach would ask it.")
    asks: tuple[Text, ...] = Field(
        min_length=15, description="Questions about it, as people type them. More can be in asks/ID.txt."
    )
    states: tuple[Text, ...] = Field(
        (), description="How a manager would state it. The fact then counts as told, not elicited."
    )
    lines: Lines = Field(min_length=3, description="How the rep tells it, 12 to 35 words.")
    hints: Lines = Field(min_length=2, description="What the rep lets slip before opening up: the topic, not the fact.")
    more: Lines = Field(min_length=2, description="What the rep adds when asked to say more.")
    confirm: Lines = Field(min_length=2, description="What the rep says when the manager states or assumes it.")
    closed: tuple[ClosedAnswer, ...] = Field((), description="Short true answers.")
    leads: Id | None = Field(None, description="The fact it brings to mind next.")
    volunteer: bool = Field(True, description="False if a general question shouldn't bring it out.")


class EntryLevel(StrEnum):
    """Who gets to hear an entry."""

    PUBLIC = "public"
    OPEN = "open"
    GUARDED = "guarded"
    HIDDEN = "hidden"


class Entry(Strict):
    """One thing the rep knows: an atom that could answer a question. Written in `knows.md`."""

    id: Id
    about: Text = Field(description="What it's about. Safe to mention before it is told.")
    level: EntryLevel = Field(
        EntryLevel.OPEN, description="public: both know it. open: told to anybody. guarded, hidden: told with trust."
    )
    fact: Id | None = Field(None, description="The fact that telling this gives away; it opens with that fact's gate.")
    after: tuple[Id, ...] = Field((), description="Facts that must be out before this can be said.")
    once: tuple[Id, ...] = Field((), description="Steps that make it true: the rep must have taken on one of them.")
    until: tuple[Id, ...] = Field(
        (), description="Steps that end it: it isn't true once the rep has taken on one of them."
    )
    variants: tuple[Id, ...] = Field((), description="The variants it is true in. All if empty.")
    step: Id | None = Field(None, description="The step that its lines tagged plan or promise take on.")
    says: Lines = Field(min_length=1, description="What the rep says.")
    more: Lines = Field((), description="What the rep adds when asked to say more.")
    hints: Lines = Field((), description="What the rep lets slip before being ready to tell it.")
    asked: tuple[Text, ...] = Field((), description="Questions it answers, as people type them.")

    def true_in(self, variant: str) -> bool:
        """Whether the rep knows this in a variant."""
        return not self.variants or variant in self.variants


class Insight(Strict):
    """A conclusion the rep reaches aloud once its facts are out."""

    id: Id
    topic: Text = Field(description="What it's about. Safe to mention.")
    about: tuple[Id, ...] = Field(
        min_length=1, description="Facts from which 'why' or 'what do you make of that' leads here."
    )
    needs: tuple[Id, ...] = Field(min_length=1, description="Facts that must be released first.")
    lines: Lines = Field(min_length=3)
    again: Lines = Field(min_length=2, description="What the rep says when asked a second time.")
    gives: tuple[Id, ...] = Field((), description="Facts the rep works out with it.")


class Step(Strict):
    """A next step the rep could come up with and own."""

    id: Id
    title: Text = Field(description="The step in a few words, for the debrief.")
    about: tuple[Id, ...] = Field((), description="Facts that make the rep think of it.")
    needs: tuple[Id, ...] = Field((), description="Facts or insights that must come first.")
    rank: int = Field(ge=1, le=99, description="Lower comes first.")
    instructed: bool = Field(
        False, description="True if the manager is right to order it today; only with directive_ok: true."
    )
    lines: Lines = Field(min_length=3, description="How the rep proposes it.")
    commit: Lines = Field(min_length=2, description="When and how the rep will do it.")
    afterwards: Text | None = Field(None, description="What comes of it. The epilogue says so if it gets done.")
    proposals: tuple[Text, ...] = Field(min_length=5, description="How a manager would tell the rep to do it.")
    told: Lines = Field(min_length=2, description="What the rep says when the manager proposes it.")
    gives: tuple[Id, ...] = Field((), description="Facts the proposal gives away.")


class News(Strict):
    """News the manager may tell the rep."""

    id: Id
    title: Text
    says: tuple[Text, ...] = Field(min_length=5, description="How a manager would say it.")
    acknowledge: Lines = Field(min_length=2, description="The rep's reply and reaction.")
    counts_as: Id | None = Field(None, description="The fact this news amounts to telling, if any.")


class StepEnd(StrEnum):
    """How a step that came up ends: in exactly one of these ways, each of which `When` can ask for."""

    DONE = "done"
    NAMED = "named"
    TOLD = "told"
    TAKEN = "taken"


class When(Strict):
    """Conditions on how a session ended. All of them must hold."""

    openness_at_least: Share | None = None
    ownership_at_least: Share | None = None
    ownership_at_most: Share | None = None
    rep_steps_at_least: int | None = Field(None, ge=0, description="Steps that the rep came up with.")
    committed_at_least: int | None = Field(None, ge=0, description="Those of them that get done.")
    told_steps_at_least: int | None = Field(None, ge=0, description="Steps that were the manager's idea.")
    takeovers_at_least: int | None = Field(None, ge=0)
    elicited_at_least: int | None = Field(None, ge=0)
    elicited: tuple[Id, ...] = ()
    insights: tuple[Id, ...] = ()
    done: tuple[Id, ...] = Field((), description="Steps that get done: the rep came up with them and said when.")
    named: tuple[Id, ...] = Field((), description="Steps that the rep came up with but never said when.")
    told: tuple[Id, ...] = Field((), description="Steps that were the manager's idea.")
    taken: tuple[Id, ...] = Field((), description="Steps that the manager took over.")


class EpiloguePart(Strict):
    """More of an epilogue, shown if its own conditions hold."""

    when: When = Field(default=When(), description="When it is shown. Always if left out.")
    text: Text


class Epilogue(Strict):
    """What happened next. The first epilogue whose conditions hold is shown.

    It begins with `text`. What came of each step that gets done follows, and then those `parts` that apply.
    """

    id: Id
    when: When = Field(
        default=When(), description="When it applies. The last epilogue, which always applies, has none."
    )
    text: Text = Field(description="How it begins. It mentions no step.")
    parts: tuple[EpiloguePart, ...] = Field((), description="How it goes on after what came of the steps.")


class Variant(Strict):
    """The same scenario with a different hidden cause."""

    id: Id
    told_afterwards: Text = Field(description="What was different, shown in the debrief.")
    replaces: dict[str, Any] = Field(description="Fields to replace. List entries with ids are merged by id.")


Replies = dict[str, Lines]

REPLIES = {
    "ack_affirmation": "you praise, then ask: said before the answer",
    "ack_reflection": "you reflect, then ask: said before the answer",
    "ack_tell": "you order or advise, then ask: said before the answer",
    "advice_asked": "an open rep has just had no idea, and you ask for one again: wants to hear yours",
    "advice_taken": "you advise after asking whether you may",
    "affirmed": "you praise, and ask nothing",
    "agree": "you advise or ask a leading question, and it is none of the steps",
    "already": "you ask about feelings that are all out; or a fact or an insight has no more lines",
    "blank": "your turn has no words in it",
    "check": "you check whether the rep follows; `talk-summary` usually answers that",
    "closing": "you say goodbye; `talk-wrap` or `talk-bye` usually answers that",
    "committed": "you ask when, and every step the rep came up with has its time already",
    "comply": "you give an order that is none of the steps",
    "defend": "you blame or accuse",
    "evade": "you ask for a guarded entry too early, and it has no `~ ` line; or all hints are used up",
    "feeling_closed": "you ask about feelings too early, or for a hidden entry that has no `~ ` line",
    "greet": "you open the call",
    "hand_over": "you take a step or the whole plan over",
    "help_me": "you ask how you can help; `talk-need` usually answers that",
    "leave_it": "you tell the rep to leave something alone",
    "no_more_steps": "you ask what else the rep could do, and every step that is ready has come up",
    "no_step_yet": "you ask what the rep could do, before any step is ready",
    "nod": "you tell the rep something that calls for no other reply",
    "on_my_list": "you tell the rep to do what was his or her own idea",
    "other_account": "you ask about another customer or deal",
    "part_unclear": "you ask what it means, before the insight on it is ready",
    "permission": "you ask whether you may say, ask or suggest something",
    "puzzled": "you try to break the play",
    "reflected": "you reflect or offer to work on it together, and the rep adds no detail",
    "repeat": "you say again, word for word, what you said before",
    "rude": "you are rude",
    "small_talk": "you chat, or say hello again; `talk-how-are-you` often answers that",
    "soon": "you ask when, and there is no step to do",
    "sunny": "you ask how it is going, before the rep is open; or ask in general, but not openly",
    "the_lot": "you ask for more, and there is no more to tell now",
    "unclear": "you ask something that nothing answers",
    "unknown": "you ask what nothing answers twice in a row, what `asks/none.txt` lists, or what isn't true yet",
    "yours_now": "you ask what the rep could do, after taking the plan over",
}
"""The acts the director may choose, each with when the rep says it, for authors. A scenario needs lines for each, or
the rep would have nothing to say."""

MOST = {"entries": 600, "facts": 60, "insights": 60, "steps": 60, "news": 60, "epilogues": 60, "variants": 20}
"""Maximum entries per list. A conversation gets to about twenty."""

FILLED_IN = ("variant", "digest")
"""Fields that Askwell fills in."""


class Scenario(Strict):
    """One authored situation. `facts` are those of the requested variant."""

    id: Id
    version: int = Field(1, ge=1, description="Raise it when the scenario changes in substance.")
    title: Text
    summary: Text = Field(description="One sentence for the list of scenarios.")
    area: Area
    journey_gate: Id = Field(description="The customer's buying stage, such as evaluation.")
    lens: Lens
    difficulty: int = Field(ge=1, le=5)
    minutes: int = Field(ge=1, le=60, description="How long a practice takes.")
    directive_ok: bool = Field(False, description="True if a clear instruction with its reason is right here.")
    manager: Person
    rep: Rep
    scene: Text = Field(description="One line that sets the scene. The manager speaks first.")
    brief: Text = Field(description="What the manager reads beforehand.")
    crm: dict[str, str] = Field(description="The CRM card: labels and values. A value may be empty.")
    aliases: tuple[Text, ...] = Field((), description="Names to mask before matching: rep, manager, customer, product.")
    facts: tuple[Fact, ...] = Field(min_length=1)
    entries: tuple[Entry, ...] = Field((), description="What else the rep knows, from `knows.md`.")
    insights: tuple[Insight, ...] = ()
    steps: tuple[Step, ...] = Field(min_length=1)
    news: tuple[News, ...] = ()
    not_held: tuple[Text, ...] = Field(
        (), description="Questions close to the facts that nothing in this scenario answers."
    )
    replies: Replies = Field(description="Lines for each act, tagged by mood.")
    epilogues: tuple[Epilogue, ...] = Field(min_length=1)
    variants: tuple[Variant, ...] = ()
    variant: Id = Field("base", description="Filled in by Askwell.")
    digest: str = Field("", description="SHA-256 of the files. Filled in by Askwell.")

    @field_validator("crm", mode="before")
    @classmethod
    def _blank_is_empty(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: "" if entry is None else entry for key, entry in value.items()}
        return value

    def fact(self, fact_id: str) -> Fact:
        """The fact with this id. Raises KeyError for an unknown id."""
        return _by_id(self.facts, fact_id)

    def entry(self, entry_id: str) -> Entry:
        """The entry with this id. Raises KeyError for an unknown id."""
        return _by_id(self.entries, entry_id)

    def insight(self, insight_id: str) -> Insight:
        """The insight with this id. Raises KeyError for an unknown id."""
        return _by_id(self.insights, insight_id)

    def step(self, step_id: str) -> Step:
        """The step with this id. Raises KeyError for an unknown id."""
        return _by_id(self.steps, step_id)

    @property
    def variant_ids(self) -> tuple[str, ...]:
        """`base` and the authored variants, in their order."""
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
