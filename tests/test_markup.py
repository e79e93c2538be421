"""What a rep knows and says: entries and replies as lines of text, each mistake with its line."""

from __future__ import annotations

import pytest

from bot.authoring.enough import FLOORS, same
from bot.errors import ScenarioError
from bot.scenario import Line
from bot.scenario.knows import parse_knows
from bot.scenario.schema import REPLIES
from bot.scenario.voice import default_voice, parse_voice

KNOWS = """\
# What Ada knows

## lund: the plant at Lund
level: guarded
fact: budget
after: rival, tired
variants: base
- They make paper there.
- [where, open] Out at Lund, past the lake.
- [needs rival] Nordpump sold them the old ones.
- [] [Sighs] Paper, mostly.
+ It smells of it.
~ It's a big place.
? what is lund
"""

VOICE = """\
# How Ada talks

## comply
- All right.
- [call, ring] I'll call.
- [open, send] Gladly.
- [any, open] I'll open it.
## nod
- [guarded, needs rival] I see.
"""


def test_an_entry_is_a_heading_fields_and_lines():
    entries, positions = parse_knows(KNOWS, "knows.md")

    assert entries == [
        {
            "id": "lund",
            "about": "the plant at Lund",
            "level": "guarded",
            "fact": "budget",
            "after": ["rival", "tired"],
            "variants": ["base"],
            "says": [
                "They make paper there.",
                {"text": "Out at Lund, past the lake.", "form": "where", "mood": "open"},
                {"text": "Nordpump sold them the old ones.", "needs": ["rival"]},
                {"text": "[Sighs] Paper, mostly."},
            ],
            "more": ["It smells of it."],
            "hints": ["It's a big place."],
            "asked": ["what is lund"],
        }
    ]
    assert positions["entries", 0] == (3, 1)
    assert positions["entries", 0, "fact"] == (5, 1)
    assert positions["entries", 0, "says", 2] == (10, 1)


def test_a_reply_is_a_line_under_its_act():
    replies, positions = parse_voice(VOICE, "voice.md")

    assert replies == {
        "comply": [
            "All right.",
            {"text": "I'll call.", "verbs": ["call", "ring"]},
            {"text": "Gladly.", "mood": "open", "verbs": ["send"]},
            {"text": "I'll open it.", "mood": "any", "verbs": ["open"]},
        ],
        "nod": [{"text": "I see.", "mood": "guarded", "needs": ["rival"]}],
    }
    assert positions["replies", "nod"] == (8, 1)
    assert positions["replies", "comply", 2] == (6, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- Early.\n", "1:1: write a heading '## act' first, such as '## nod'"),
        ("## nod: hm\n", "1:1: a heading must read '## act', such as '## nod'"),
        ("## nod\n- Hm.\n## nod\n", "3:1: nod appears twice; write its lines under one heading"),
        ("## nod\nHm.\n", "2:1: 'Hm.' is not understood; a line begins with '- '"),
        ("## nod\n- [call] Hm.\n", "2:1: the tag 'call' is not one of who, "),
        ("## nod\n- Hm\x00\n", "2:1: control characters are not allowed"),
        ("# \x1b[31m\n", "1:1: control characters are not allowed"),
    ],
)
def test_a_mistake_in_a_voice_is_told_with_its_line(text: str, said: str):
    with pytest.raises(ScenarioError) as caught:
        parse_voice(text, "voice.md")

    assert str(caught.value).startswith(f"voice.md:{said}")


def test_at_most_a_hundred_mistakes_are_told():
    with pytest.raises(ScenarioError) as caught:
        parse_voice("x\n" * 5000, "voice.md")

    assert len(str(caught.value).splitlines()) == 100


def test_the_default_voice_has_enough_lines_for_every_act():
    voice = default_voice()

    assert set(voice) == set(REPLIES)
    assert [act for act, lines in voice.items() if not max(4, FLOORS.get(act, 0)) <= len(lines) <= 10] == []


def test_the_default_voice_says_nothing_twice_and_has_lines_for_any_mood():
    lines = {act: [Line.model_validate(said if isinstance(said, dict) else {"text": said}) for said in held]
             for act, held in default_voice().items()}  # fmt: skip
    texts = [same(line.text) for held in lines.values() for line in held]

    assert sorted(texts) == sorted(set(texts))
    assert [act for act, held in lines.items() if sum(line.mood == "any" for line in held) < 4] == []
