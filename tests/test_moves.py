"""The codebook as types: what a unit counts as, and the shape in which it is written."""

from __future__ import annotations

import json

import pytest

from bot.talk.codebook import Code, Flag, Focus, Group, Unit
from bot.testing import Label, labelled

ADVICE_ASKED_FOR = (Code.ADVICE, Flag.WITH_PERMISSION)
RHETORICAL = (Code.OPEN_QUESTION, Flag.RHETORICAL)


@pytest.mark.parametrize(
    ("label", "group", "genuine", "pushing", "exploring"),
    [
        (Code.OPEN_QUESTION, "A", True, False, True),
        ((Code.OPEN_QUESTION, Focus.ACTION), "A", True, False, True),
        ((Code.OPEN_QUESTION, Focus.STATUS), "A", True, False, False),
        (Code.CLOSED_QUESTION, "A", True, False, False),
        ((Code.CLOSED_QUESTION, Flag.STACKED), "A", True, False, False),
        (RHETORICAL, "-", False, False, False),
        ((Code.CLOSED_QUESTION, Flag.RHETORICAL), "-", False, False, False),
        (Code.LEADING_QUESTION, "P", False, True, False),
        (Code.REFLECTION, "L", False, False, False),
        (Code.AFFIRMATION, "L", False, False, False),
        (Code.COLLABORATION, "L", False, False, False),
        (Code.INFORMATION, "T", False, False, False),
        (Code.ADVICE, "P", False, True, False),
        (ADVICE_ASKED_FOR, "T", False, False, False),
        (Code.DIRECTIVE, "P", False, True, False),
        (Code.CONFRONT, "P", False, True, False),
        (Code.TAKEOVER, "P", False, True, False),
        (Code.OTHER, "-", False, False, False),
    ],
)
def test_what_a_unit_counts_as(label: Label, group: str, genuine: bool, pushing: bool, exploring: bool):
    unit = labelled("Words.", label)

    assert (unit.group, unit.genuine, unit.pushing, unit.exploring) == (Group(group), genuine, pushing, exploring)


def test_every_code_has_a_group():
    assert {labelled("Words.", code).group for code in Code} == set(Group)


def test_a_unit_is_written_in_the_documented_shape():
    unit = Unit("What next?", 6, 16, Code.OPEN_QUESTION, Focus.ACTION, (Flag.STACKED, Flag.NEXT), 2 / 3)

    assert unit.as_json() == {
        "text": "What next?",
        "start": 6,
        "end": 16,
        "code": "open_question",
        "focus": "action",
        "flags": ["stacked", "next"],
        "confidence": 0.667,
    }
    assert list(unit.as_json()) == ["text", "start", "end", "code", "focus", "flags", "confidence"]
    assert Unit("Hm.", 0, 3, Code.OTHER).as_json()["focus"] is None


@pytest.mark.parametrize(
    "unit",
    [
        Unit("What next?", 6, 16, Code.OPEN_QUESTION, Focus.ACTION, (Flag.STACKED, Flag.NEXT), 0.667),
        Unit("Hm.", 0, 3, Code.OTHER),
    ],
)
def test_what_is_written_is_read_back(unit: Unit):
    assert Unit.from_json(json.loads(json.dumps(unit.as_json()))) == unit


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code": "question"}, ValueError),
        ({"focus": "future"}, ValueError),
        ({"flags": ["loud"]}, ValueError),
        ({"flags": "stacked"}, ValueError),
        ({"start": "soon"}, ValueError),
        ({"text": None, "code": None}, ValueError),
    ],
)
def test_a_name_that_is_not_the_codebooks_is_refused(change: dict[str, object], error: type[Exception]):
    data = {**Unit("What next?", 0, 10, Code.OPEN_QUESTION, Focus.ACTION).as_json(), **change}

    with pytest.raises(error):
        Unit.from_json(data)


def test_a_unit_without_text_is_refused():
    with pytest.raises(KeyError):
        Unit.from_json({"start": 0, "end": 1, "code": "other"})
