"""Two conversations about one deal, told and coached, with every unit's code beside it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from bot import Scorecard, Transcript, score
from bot.scoring.score import coded

from .. import annotated, figures, frame, resources
from ..markup import Html, element, join
from ..wording import OVERALL, percent

_FOLDER = "knowledge/conversations"


@dataclass(frozen=True, slots=True)
class _Example:
    """A bundled conversation, coded and scored."""

    title: str
    transcript: Transcript
    card: Scorecard


@frame.calm
def page() -> None:
    """The pair, what separates it, and both in full."""
    frame.show(
        element(
            "header",
            element("h1", "The same deal, twice"),
            element(
                "p",
                "Karen calls Mike about Jones. In one conversation she tells, in the other she asks. What differs is "
                "the kind of question, who takes over, and who owns the next step.",
                class_="lead",
            ),
            class_="hero",
        )
    )
    files = resources.library().files(_FOLDER, "*.txt")
    if not files:
        frame.notice("This copy has no example conversations. They belong in knowledge/conversations.", "quiet")
        return
    with st.spinner("Reading both conversations…"):
        examples = [_read(path.stem, path.read_text(encoding="utf-8")) for path in files]
    examples.sort(key=lambda entry: entry.card.measures.ask_share or 0.0)
    frame.show(join(_compared(examples), annotated.legend()))
    for tab, example in zip(st.tabs([entry.title for entry in examples]), examples, strict=True):
        with tab:
            frame.show(join(figures.level_sentence(example.card), annotated.annotated_turns(example.transcript)))


@st.cache_resource(show_spinner=False, max_entries=16)
def _read(stem: str, text: str) -> _Example:
    engine = resources.engine().packaged()  # an example is read the same everywhere
    transcript = Transcript.parse(text, name=stem)
    turns = coded(transcript, engine.reader)
    transcript = Transcript(turns, manager=transcript.manager, rep=transcript.rep)
    return _Example(_title(stem), transcript, score(transcript, reader=engine.reader, knowledge=engine.knowledge))


def _title(stem: str) -> str:
    """`karen-telling` as `Karen telling`, with nothing in it that a tab's label would read as markup."""
    words = "".join(letter if letter.isalnum() else " " for letter in stem).split()
    return " ".join(words).capitalize() or "Conversation"


def _compared(examples: list[_Example]) -> Html:
    """Side by side: what the two have in common, and what separates them."""
    rows = [
        ("Question ratio", [percent(entry.card.measures.question_ratio) for entry in examples]),
        ("Questions that explore", [percent(entry.card.measures.exploring_share) for entry in examples]),
        ("Directiveness", [percent(entry.card.measures.directiveness) for entry in examples]),
        ("Asking over telling", [percent(entry.card.measures.ask_share) for entry in examples]),
        ("Takeovers", [str(entry.card.measures.takeovers) for entry in examples]),
        ("Next steps the rep owns", [str(entry.card.measures.rep_owned_steps) for entry in examples]),
        ("Share of the words", [percent(entry.card.measures.talk_share) for entry in examples]),
    ]
    head = element(
        "tr", element("td", class_="corner"), *(element("th", entry.title, scope="col") for entry in examples)
    )
    body = [
        element("tr", element("th", name, scope="row"), *(element("td", value) for value in values))
        for name, values in rows
    ]
    levels = [element("span", OVERALL[entry.card.level], class_=f"level {entry.card.level}") for entry in examples]
    body.insert(0, element("tr", element("th", "Level", scope="row"), *(element("td", level) for level in levels)))
    return element("table", element("thead", head), element("tbody", *body), class_="compared")
