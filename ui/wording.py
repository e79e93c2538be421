"""Names that people read: of codes, levels, measures, scenarios and dates. Wording only; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from bot.scenario import Area, Lens
from bot.scoring.evidence import REP_STEP
from bot.talk.codebook import Code, Flag, Focus, Group, Unit
from bot.talk.transcript import Transcript

GROUPS = {
    Group.ASKS: "asks",
    Group.LISTENS: "listens",
    Group.TELLS: "tells",
    Group.PUSHES: "pushes",
    Group.NEUTRAL: "neither",
}
GROUP_MEANS = {
    Group.ASKS: "genuine questions, open and closed",
    Group.LISTENS: "reflects back, affirms, shares the choice",
    Group.TELLS: "information, and advice the rep wanted",
    Group.PUSHES: "leads, gives unasked advice, orders, blames, takes over",
    Group.NEUTRAL: "greetings, agreement, closing",
}
CODES = {
    Code.OPEN_QUESTION: ("open question", "Invites thinking without implying an answer."),
    Code.CLOSED_QUESTION: ("closed question", "Can be answered with yes or no, a name, a number, a date or a choice."),
    Code.LEADING_QUESTION: ("leading question", "A question in form only: the answer or advice is built in."),
    Code.REFLECTION: ("reflection", "Repeats back what the rep said or felt, or adds meaning to it."),
    Code.AFFIRMATION: ("affirmation", "Recognises a strength, effort or behaviour."),
    Code.COLLABORATION: ("collaboration", "Asks permission, shares control, or leaves the choice to the rep."),
    Code.INFORMATION: ("information", "States a fact, opinion or experience neutrally."),
    Code.ADVICE: ("advice", "Suggests what the rep should or could do."),
    Code.DIRECTIVE: ("directive", "Orders, assigns or forbids, politely or not."),
    Code.CONFRONT: ("confronting", "Corrects, blames, shames or threatens."),
    Code.TAKEOVER: ("takeover", "Takes over the rep's task, contact or decision."),
    Code.OTHER: ("other", "Greeting, agreement, logistics or closing."),
}
_FOCUS = {Focus.STATUS: "on status", Focus.ACTION: "on next steps", Focus.EXPLORE: "exploring"}
_FLAGS = {
    Flag.STACKED: "stacked",
    Flag.RHETORICAL: "rhetorical",
    Flag.ADVICE_AS_QUESTION: "advice with a question mark",
    Flag.WITH_PERMISSION: "with permission",
    Flag.SPECIFIC: "specific",
    Flag.YOURS: "yours",
}
LEVEL_NAMES = {"below": "Below", "basic": "Basic", "proficient": "Proficient", "not_scored": "Not scored"}
OVERALL = {
    "coaching_well": "Coaching well",
    "coaching": "Coaching",
    "mixed": "Mixed",
    "telling": "Telling",
    "not_scored": "Not scored",
}
RATINGS = {
    1: "1 · hardly any",
    2: "2 · a little",
    3: "3 · about half",
    4: "4 · most of it",
    5: "5 · nearly all",
}
AREAS = {
    Area.LEAD_AND_OPPORTUNITY: "Leads and opportunities",
    Area.PIPELINE: "Pipeline",
    Area.SKILLS_AND_BEHAVIOURS: "Skills and behaviours",
    Area.ACCOUNT: "Accounts",
    Area.TERRITORY: "Territory",
}
ANYWHERE = "any"
"""The area of a question, or of a passage, that belongs to none."""
LENSES = {Lens.DEAL: "a deal", Lens.SKILL: "a skill"}
GATES = {
    "awareness": "Awareness",
    "interest": "Interest",
    "consideration": "Consideration",
    "evaluation": "Evaluation",
    "purchase": "Purchase",
    "implementation": "Implementation",
    "adoption": "Adoption",
    "renewal": "Renewal",
    "advocacy": "Advocacy",
}
"""Gates of a customer's journey, in its order; authors may name others."""
BADGE_TEXTS = {
    "draft": ("Not checked yet", "Nobody has checked this text since it last changed. It may have rough edges."),
    "checked": ("Checked", "The file has been checked: nothing is missing, and all the parts fit together."),
    "qualified": (
        "Tested",
        "Simulated managers have played it to the end: good questions bring everything out; telling doesn’t.",
    ),
}
"""What a scenario's badge is called, and what it means."""
THEMES = {
    "What coaching is": (
        "what coaching is",
        "managing",
        "activities",
        "teaching",
        "deal reviews",
        "Karen and Mike",
        "coaching maturity",
        "frontline manager role",
        "purpose",
    ),
    "Asking": (
        "asking",
        "opening a conversation",
        "checking",
        "following up",
        "stacked questions",
        "generic questions",
        "status questions",
        "advice as question",
        "focus",
        "coaching guidelines",
    ),
    "Listening": ("listening", "reflections", "double-sided reflections", "silence", "airtime", "affirmation"),
    "Not taking over": ("takeover", "advice", "direction"),
    "Next steps": ("next step", "concerns", "past and future"),
    "The five areas": (
        "coaching areas",
        "lead and opportunity coaching",
        "journey gates",
        "pipeline coaching",
        "forecast",
        "skills and behaviours coaching",
        "account coaching",
        "territory coaching",
    ),
    "People and occasions": (
        "new hires",
        "veteran reps",
        "defensive reps",
        "agreement",
        "personal goals",
        "lost deals",
        "debrief",
        "phone coaching",
    ),
    "Habits and time": (
        "time for coaching",
        "self-assessment",
        "reinforcement",
        "training",
        "adaptive competence",
        "second-line managers",
        "certification",
    ),
}
"""The shelves of the guidance, in the order in which a newcomer would read, and the topics that each holds."""
OTHER_THEME = "More"
_NEAR = ((0.5, "very close"), (0.38, "close"), (0.25, "related"))
ORDER_NAMES = {"easiest": "Easiest first", "hardest": "Hardest first", "shortest": "Shortest first"}
_COUNTED = frozenset(
    {"takeovers", "specific_affirmations", "rep_owned_steps", "instruction", "view_questions", "debrief_questions"}
)
_RATIOS = frozenset({"reflection_ratio"})


def code_name(unit: Unit) -> str:
    """The code of a unit in words, with its focus and whatever flags a reader should see."""
    # Only open questions explore; the figures count no others as exploring.
    shown = unit.genuine and (unit.exploring or unit.focus is not Focus.EXPLORE)
    focus = [_FOCUS[unit.focus]] if unit.focus and shown else []
    flags = [_FLAGS[flag] for flag in unit.flags if flag in _FLAGS]
    right = ["right here"] if Flag.INSTRUCTED in unit.flags else []
    return ", ".join((CODES[unit.code][0], *right, *focus, *flags))


def mark_name(unit: Unit) -> str:
    """What a unit is marked as: its code, or what the manager says it isn't.

    Of one that the reader isn't sure of, it says no more than that: a guess beside somebody's words reads as a claim.
    """
    if unit.claimed:
        return code_name(unit)
    if Flag.YOURS in unit.flags:
        return f"not {CODES[unit.code][0]}, yours"
    return "not sure"


def turning_title(turn: int, transcript: Transcript) -> str:
    """What the moment to do otherwise is called. After the manager's last turn nothing can turn."""
    return "How it ended" if turn == transcript.manager_turns[-1].index else "The turning point"


def code_label(code: str) -> str:
    """The name of a code given as the scorecard writes it."""
    return "a step of the rep’s own" if code == REP_STEP else CODES[Code(code)][0]


def gate_name(gate: str) -> str:
    """A gate of the customer's journey in words: `evaluation` as `Evaluation`."""
    return GATES.get(gate) or gate.replace("-", " ").replace("_", " ").strip().capitalize() or gate


def gates_in_order(gates: Iterable[str]) -> list[str]:
    """Gates in the order of the journey, those of an author's own at the end."""
    known = list(GATES)
    return sorted(gates, key=lambda gate: (known.index(gate) if gate in known else len(known), gate))


def area_name(area: str) -> str:
    """A coaching area in words; `any` as `Anywhere`, one of an author's own as it may be read."""
    names = {**{str(known): name for known, name in AREAS.items()}, ANYWHERE: "Anywhere"}
    return names.get(area) or area.replace("_", " ").replace("-", " ").strip().capitalize() or area


def nearness(score: float) -> str:
    """How near a passage is to what was asked, from the cosine; under the floor it was found by its words."""
    return next((name for least, name in _NEAR if score >= least), "contains your words")


def percent(share: float | None) -> str:
    """A share of 0 to 1 as a whole percentage; a dash where there is none."""
    return "–" if share is None else f"{round(100 * share)}%"


def measured(measure: str, value: float | int | None) -> str:
    """A measure's value as it is read: a count, a ratio or a percentage."""
    if value is None:
        return "–"
    if measure in _COUNTED:
        return str(int(value))
    return f"{value:.1f}" if measure in _RATIOS else percent(value)


def threshold(measure: str, limit: float, at_most: bool) -> str:
    """What a level asks for: `at most 30%`, `70%`, `none`."""
    if not at_most:
        return measured(measure, limit)
    return f"at most {measured(measure, limit)}" if limit else "none"


def turn_number(index: int) -> int:
    """The manager's turns counted from 1, by a turn's place in a practice: the manager begins, and both take turns."""
    return index // 2 + 1


def count(number: int, noun: str) -> str:
    """`1 turn`, `2 turns`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def when(moment: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A moment as its reader would say it: `today, 14:05`, `yesterday, 09:12`, `2 March 2026, 09:00`."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()).days
    day = {0: "today", 1: "yesterday"}.get(days, f"{local.day} {local:%B %Y}")
    return f"{day}, {local:%H:%M}"


def lasted(start: datetime, end: datetime) -> str:
    """How long something took: `under a minute`, `12 minutes`, `2 days`."""
    minutes = minutes_between(start, end)
    if minutes >= 2 * 24 * 60:
        return count(minutes // (24 * 60), "day")
    return count(minutes, "minute") if minutes else "under a minute"


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes, never negative."""
    return max(0, int((end - start).total_seconds() // 60))
