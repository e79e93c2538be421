"""Turns a scenario in one file, as they used to be, into the files of a folder.

Comments in the file are lost, and so are the facts' `also` lines, which the rep no longer says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..errors import ScenarioError
from ..scenario import Mood
from ..scenario.assembly import assemble
from ..scenario.folder import KNOWS, MAIN, NOT_HELD, VOICE, ScenarioFiles, in_folder
from ..scenario.markup import rep_line
from ..scenario.problems import SourceText
from ..scenario.strictyaml import Path, parse
from ..scenario.voice import ANSWERS_VERBS, default_voice
from .plainyaml import plain_yaml

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_ACT = re.compile(r"[a-z0-9][a-z0-9_]*")
_TAGS = {"mood", "form", "needs", "verbs", "text"}


def convert_scenario(text: str, name: str, knows: str = "") -> ScenarioFiles:
    """The folder of the scenario in `text`; `knows` is the text of its entries, `name` the file's name.

    The same text always gives the same bytes. The scenario may have mistakes, but all its text must have a place in the
    folder. Raises ScenarioError with the place of each part that has none.
    """
    data, positions = parse(text, name)
    source = SourceText(name, positions)
    if not isinstance(data, dict) or not _is_id(data.get("id")):
        raise ScenarioError(f"{name}:1:1: has no id to name the folder after; write one, such as 'id: my-deal'")
    source.refuse(_misfits(data))
    data = _without_also(data)
    moved = [fact for fact in data.get("facts") or [] if _moves(fact, data["facts"])]
    files = {
        MAIN: plain_yaml(_head(data)),
        **{f"asks/{fact['id']}.txt": _asks(fact["asks"]) for fact in moved},
        **{
            f"variants/{variant['id']}.yaml": plain_yaml({key: held for key, held in variant.items() if key != "id"})
            for variant in data.get("variants") or []
        },
    }
    if data.get("not_held"):
        files["asks/none.txt"] = _asks(data["not_held"])
    if data.get("replies"):
        files[VOICE] = "\n".join(_heading(act, said) for act, said in data["replies"].items())
    if _comparable(assemble(in_folder(data["id"], files)).data) != _comparable(data):
        raise ScenarioError(f"{name}:1:1: can't be converted without changing it; please report this file")
    return in_folder(data["id"], {**files, **({KNOWS: knows} if knows else {})})


def _without_also(data: dict[str, Any]) -> dict[str, Any]:
    """The scenario and its variants without what facts used to have."""
    kept = dict(data)
    if isinstance(data.get("facts"), list):
        kept["facts"] = [
            {key: value for key, value in fact.items() if key != "also"} if isinstance(fact, dict) else fact
            for fact in data["facts"]
        ]
    if isinstance(data.get("variants"), list):
        kept["variants"] = [_without_also(one) if isinstance(one, dict) else one for one in data["variants"]]
    return kept


def _head(data: dict[str, Any]) -> dict[str, Any]:
    """What stays in scenario.yaml."""
    head = {key: value for key, value in data.items() if key not in ("not_held", "replies", "variants")}
    if isinstance(data.get("facts"), list):
        head["facts"] = [
            {key: value for key, value in fact.items() if key != "asks"} if _moves(fact, data["facts"]) else fact
            for fact in data["facts"]
        ]
    order = [variant["id"] for variant in data.get("variants") or []]
    return {"id": data["id"], "variants": order, **head} if order != sorted(order) else head


def _moves(fact: Any, facts: list[Any]) -> bool:
    """Whether a fact's questions get a file. Those that no line can hold stay, and those of facts with the same id."""
    if not isinstance(fact, dict) or not _is_id(fact.get("id")) or fact["id"] == NOT_HELD:
        return False
    alike = [other for other in facts if isinstance(other, dict) and other.get("id") == fact["id"]]
    asks = fact.get("asks")
    return len(alike) == 1 and isinstance(asks, list) and bool(asks) and all(map(_is_line, asks))


def _misfits(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """What has no place in a folder."""
    if "entries" in data:
        yield ("entries",), "goes in knows.md; write it there as lines of text"
    shapes: tuple[tuple[str, type], ...] = (("facts", list), ("not_held", list), ("replies", dict), ("variants", list))
    wrong = [field for field, shape in shapes if not isinstance(data.get(field), shape | None)]
    yield from (((field,), "can't be converted; see what askwell scenario new writes") for field in wrong)
    if wrong:
        return
    for n, question in enumerate(data.get("not_held") or []):
        if not _is_line(question):
            yield ("not_held", n), "must be text on one line that doesn't begin with '# '"
    for act, said in (data.get("replies") or {}).items():
        if not _ACT.fullmatch(act) or not isinstance(said, list):
            yield ("replies", act), "must be an act with a list of lines"
            continue
        for n, line in enumerate(said):
            if _bullet(line, act) is None:
                yield ("replies", act, n), "must be text on one line, with tags that voice.md can hold"
    seen: set[str] = set()
    for n, variant in enumerate(data.get("variants") or []):
        if not isinstance(variant, dict) or not _is_id(variant.get("id")) or variant["id"] in seen:
            yield ("variants", n), "must be a mapping of fields with an id of its own"
        else:
            seen.add(variant["id"])


def _asks(questions: list[str]) -> str:
    return "".join(f"{question.strip()}\n" for question in questions)


def _heading(act: str, said: list[Any]) -> str:
    return "".join(f"{line}\n" for line in (f"## {act}", *(_bullet(line, act) for line in said)))


def _bullet(line: Any, act: str) -> str | None:
    """A reply as voice.md has it; None if it can't."""
    said = {"text": line} if isinstance(line, str) else line
    if not isinstance(said, dict) or not _is_line(said.get("text")) or not _TAGS.issuperset(said):
        return None
    verbs, needs = said.get("verbs") or [], said.get("needs") or []
    if not isinstance(verbs, list) or not isinstance(needs, list):
        return None
    mood = said.get("mood") or ("any" if verbs and verbs[0] in list(Mood) else None)
    tags = [*filter(None, (mood, said.get("form"))), *(f"needs {need}" for need in needs), *verbs]
    words = said["text"].strip()
    bracket = f"[{', '.join(map(str, tags))}] " if tags or words.startswith("[") else ""
    try:
        same = _tagged(rep_line(bracket + words, act in ANSWERS_VERBS)) == _tagged(said)
    except ScenarioError:
        return None
    return f"- {bracket}{words}" if same else None


def _tagged(line: Any) -> Any:
    """A reply with the tags that it has, however it was written."""
    said = {"text": line} if isinstance(line, str) else line
    kept = {key: value for key, value in said.items() if value and (key, value) != ("mood", "any")}
    return {**kept, "text": said["text"].strip()}


def _comparable(data: dict[str, Any]) -> dict[str, Any]:
    """A scenario's fields, the same for the same scenario in one file and in a folder."""
    replies = {**default_voice(), **(data.get("replies") or {})}
    return {
        **data,
        "facts": [
            {**fact, "asks": [ask.strip() if isinstance(ask, str) else ask for ask in fact["asks"]]}
            if isinstance(fact, dict) and isinstance(fact.get("asks"), list)
            else fact
            for fact in data.get("facts") or []
        ],
        "not_held": [question.strip() for question in data.get("not_held") or []],
        "replies": {act: list(map(_tagged, said)) for act, said in replies.items()},
        "variants": data.get("variants") or [],
    }


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _is_line(value: Any) -> bool:
    """Whether a line of text can hold this."""
    if not isinstance(value, str):
        return False
    words = value.strip()
    return bool(words) and "\n" not in words and words != "#" and not words.startswith(("# ", "\ufeff"))
