"""The colours that our own markup and the charts use, for light and dark. config.toml holds those of the widgets."""

from __future__ import annotations

from dataclasses import dataclass

from bot.talk.codebook import Group


@dataclass(frozen=True, slots=True)
class Shade:
    """A colour for each theme."""

    light: str
    dark: str

    def on(self, theme: str) -> str:
        """The colour for a theme, light unless it is dark."""
        return self.dark if theme == "dark" else self.light


INK = {
    Group.ASKS: Shade("#17549b", "#9cc7fa"),
    Group.LISTENS: Shade("#0b6656", "#7fd6c0"),
    Group.TELLS: Shade("#7a4d00", "#ebc27a"),
    Group.PUSHES: Shade("#a02b20", "#f7a597"),
    Group.NEUTRAL: Shade("#5a6369", "#a7afb3"),
}
"""The colour of a group's letter, label and bar."""

TINT = {
    Group.ASKS: Shade("#e6effa", "#16304c"),
    Group.LISTENS: Shade("#dff2ec", "#10362e"),
    Group.TELLS: Shade("#faefd8", "#3c2c0e"),
    Group.PUSHES: Shade("#fbe6e2", "#48201b"),
    Group.NEUTRAL: Shade("#f0eee8", "#262c2f"),
}
"""The colour behind a group's words."""

PAPER = Shade("#fcfbf8", "#15191b")
CARD = Shade("#ffffff", "#1b2023")
WORDS = Shade("#1d2528", "#ece9e2")
QUIET = Shade("#5a6369", "#a7afb3")
EDGE = Shade("#dcd8ce", "#3a4347")
ACCENT = Shade("#0e5a61", "#84cfcc")
MINE = Shade("#e7f0ef", "#173134")
"""Behind what the manager said."""

GROUP_NAMES = {
    Group.ASKS: "asks",
    Group.LISTENS: "listens",
    Group.TELLS: "tells",
    Group.PUSHES: "pushes",
    Group.NEUTRAL: "neutral",
}


def variables() -> str:
    """The palette as CSS custom properties; `light-dark()` follows the theme that is chosen in the app."""
    plain = {"paper": PAPER, "card": CARD, "words": WORDS, "quiet": QUIET, "edge": EDGE, "accent": ACCENT, "mine": MINE}
    shades = {
        **plain,
        **{GROUP_NAMES[group]: shade for group, shade in INK.items()},
        **{f"{GROUP_NAMES[group]}-tint": shade for group, shade in TINT.items()},
    }
    rules = "".join(f"--{name}:light-dark({shade.light},{shade.dark});" for name, shade in shades.items())
    return f":root{{{rules}}}"
