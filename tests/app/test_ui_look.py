"""Colours that can be read, charts, and nothing that is fetched from elsewhere."""

from __future__ import annotations

import re
import tomllib
from itertools import product

import pytest
from pages import UI

from bot.talk.codebook import Code, Group
from bot.talk.transcript import Transcript
from bot.testing import manager_turn, rep_turn
from ui import charts, palette


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


CONFIG = tomllib.loads((UI / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_of_words_reaches_contrast_aa(theme: str) -> None:
    own = CONFIG["theme"][theme]
    grounds = [palette.PAPER, palette.CARD, palette.MINE]
    pairs = [(ink.on(theme), ground.on(theme)) for ink, ground in product((palette.WORDS, palette.QUIET), grounds)]
    pairs += [(palette.WORDS.on(theme), tint.on(theme)) for tint in palette.TINT.values()]
    pairs += [(palette.INK[group].on(theme), palette.TINT[group].on(theme)) for group in Group]
    pairs += [(palette.PAPER.on(theme), ink.on(theme)) for ink in palette.INK.values()]
    pairs += [(palette.ACCENT.on(theme), ground.on(theme)) for ground in (palette.PAPER, palette.CARD)]
    pairs += [("#ffffff", own["primaryColor"]), (own["linkColor"], own["backgroundColor"])]
    pairs += [(own["textColor"], own[name]) for name in ("backgroundColor", "secondaryBackgroundColor")]
    pairs += [(own["textColor"], own["sidebar"]["backgroundColor"])]
    assert {pair: round(_contrast(*pair), 2) for pair in pairs if _contrast(*pair) < 4.5} == {}


def test_the_palette_and_the_theme_are_one() -> None:
    for theme in ("light", "dark"):
        assert CONFIG["theme"][theme]["backgroundColor"] == palette.PAPER.on(theme)
        assert CONFIG["theme"][theme]["textColor"] == palette.WORDS.on(theme)


def test_the_app_stays_on_this_machine() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    sources = "".join(
        path.read_text(encoding="utf-8") for path in UI.rglob("*") if path.suffix in (".py", ".css", ".toml")
    )
    assert re.findall(r"https?://[^\s\"')]+|@import|url\(", sources) == []


def test_the_first_chart_puts_asking_above_the_line_and_telling_below() -> None:
    turns = (
        manager_turn(
            0, ("What?", Code.OPEN_QUESTION), ("So you wait.", Code.REFLECTION), ("Call him.", Code.DIRECTIVE)
        ),
        rep_turn(1, "Yes."),
        manager_turn(2, ("Good.", Code.OTHER)),
    )
    rows = [(row["turn"], row["letter"], row["from"], row["to"]) for row in charts.segments(Transcript(turns))]
    assert rows == [(1, "A", 0, 1), (1, "L", 1, 2), (1, "P", 0, -1)]
    for theme in ("light", "dark"):
        assert charts.ask_and_tell(Transcript(turns), theme)["height"] == 240
