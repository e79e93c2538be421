"""Everything that is kept, as one readable HTML file: it needs no other file, no script and no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from .. import palette
from ..markup import Html, element, join
from ..wording import OVERALL, count

RECORD_NAMES = {
    "focus": "What you worked on",
    "rhythm": "Your weekly rhythm",
    "drill": "Lines you have drilled",
    "plan": "Plans for real talks",
    "self_check": "How you see yourself",
    "programme": "Programmes",
    "call": "Real calls",
}
"""What each kind of record is called, in the plural where there may be several."""
_SHEET = Path(__file__).with_name("page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_MORE = (
    ".talk,.kind{margin-top:2rem}.talk p{margin:.25rem 0;white-space:pre-wrap}"
    "summary{font-weight:600;cursor:pointer;min-height:2.75rem}.kind dl{margin:.6rem 0 1.2rem}.kind dt{font-size:1rem}"
)


def as_readable(everything: Mapping[str, Any], zone: tzinfo | None) -> str:
    """The page of an export (`everything_json`). What people typed is text in it, and a browser may load nothing."""
    about = join(
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("title", "Everything you keep in Askwell"),
    )
    # A style element is raw text, so nothing in it is escaped; what people typed never gets there.
    styles = palette.variables() + _SHEET.read_text(encoding="utf-8") + _MORE
    body = element("body", _main(everything, zone))
    return f'<!doctype html>\n<html lang="en"><head>{about}<style>{styles}</style></head>{body}</html>\n'


def moment_words(text: str, zone: tzinfo | None) -> str:
    """An ISO moment as its reader's calendar has it: `2 March 2026, 09:00`; as it stands if it is none."""
    try:
        local = datetime.fromisoformat(text).astimezone(zone)
    except ValueError:
        return text
    return f"{local.day} {local:%B %Y, %H:%M}"


def _main(everything: Mapping[str, Any], zone: tzinfo | None) -> Html:
    sessions, kept = everything["sessions"], everything["records"]
    named = f"{count(len(sessions), 'session')}, and what you keep beside them"
    header = element(
        "header",
        element("p", f"Exported on {moment_words(everything['exported_at'], zone)}", class_="quiet"),
        element("h1", "Everything you keep in Askwell"),
        element("p", f"{named}. Practice, not for appraisal."),
    )
    parts = [_session(one, zone) for one in sessions]
    parts += [_kind(kind, records, zone) for kind, records in kept.items() if records]
    if everything["damaged"]:
        lost = element("ul", *(element("li", name, dir="auto") for name in everything["damaged"]))
        parts.append(element("section", element("h2", "What can’t be read"), lost, class_="kind"))
    return element("main", header, *parts)


def _session(saved: Mapping[str, Any], zone: tzinfo | None) -> Html:
    card = saved["scorecard"] or {}
    overall = card.get("overall") or {}
    level = OVERALL.get(str(overall.get("level")), "In progress" if saved["ended_at"] is None else "Ended")
    rated = f" · you rated yourself {saved['self_rating']} of 5" if saved["self_rating"] else ""
    retry = " · another try at a moment" if saved["parent"] else ""
    about = f"{moment_words(saved['started_at'], zone)} · {level}{rated}{retry}"
    names = {"manager": saved["manager"], "rep": saved["rep"]}
    said = [
        element("p", element("b", names.get(turn["speaker"], turn["speaker"])), ": ", turn["text"], dir="auto")
        for turn in saved["turns"]
    ]
    sentence = element("p", str(overall.get("sentence", "")), dir="auto")
    talk = element("details", element("summary", count(len(said), "turn")), *said)
    return element(
        "section",
        element("h2", saved.get("title") or saved["scenario"], dir="auto"),
        element("p", about, class_="quiet"),
        sentence,
        talk,
        class_="talk",
    )


def _kind(kind: str, kept: Iterable[Mapping[str, Any]], zone: tzinfo | None) -> Html:
    records = [
        join(element("p", moment_words(one["at"], zone), class_="quiet"), element("dl", *_rows(one["body"])))
        for one in kept
    ]
    return element("section", element("h2", RECORD_NAMES.get(kind, kind)), *records, class_="kind")


def _rows(body: Mapping[str, Any]) -> Iterable[Html]:
    """What a record holds, by name; what holds more is written out below."""
    for name, value in body.items():
        yield element("dt", str(name).replace("_", " "), dir="auto")
        yield element("dd", _value(value), dir="auto")


def _value(value: object) -> Html:
    if isinstance(value, Mapping):
        return element("dl", *_rows(value))
    if isinstance(value, list):
        return element("ul", *(element("li", _value(one), dir="auto") for one in value))
    if isinstance(value, bool):
        return join("yes" if value else "no")
    return join("–" if value is None or value == "" else str(value))
