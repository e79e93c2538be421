"""Prints a scripted conversation as Markdown: `python -m evals.conversation SCRIPT > docs/conversation.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from bot import Practice
from bot.practice import Debrief


def _play(script: Path, seed: int = 0) -> Debrief:
    """Play every line of a script in the Jones deal."""
    practice = Practice.start("jones-deal", seed=seed)
    for line in script.read_text(encoding="utf-8").splitlines():
        if line.strip():
            practice.say(line)
            for _ in practice.reply():
                pass
    return practice.finish()


def _as_markdown(debrief: Debrief, script: str) -> str:
    """The conversation with each turn's codes, and its score. Words are shown as typed."""
    names = {True: debrief.scenario.manager.name, False: debrief.scenario.rep.name}
    lines = [
        f"# A conversation of {len(debrief.transcript.manager_turns)} turns",
        "",
        f"Printed by `python -m evals.conversation {script}`; the manager's turns are that script, the replies are the",
        "product's, offline, seed 0. The codes stand behind each of her turns.",
        "",
    ]
    for turn in debrief.transcript:
        codes = ", ".join(str(unit.code) for unit in turn.units)
        lines += [
            f"**{names[turn.is_manager]}:** `{turn.text}`"
            + (f" <sub>{codes or 'no words'}</sub>" if turn.is_manager else ""),
            "",
        ]
        if not turn.is_manager:
            lines[-2] = f"**{names[False]}:** {turn.text}"
    lines += [f"*{debrief.scorecard.sentence}*", "", debrief.epilogue.text, ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(_as_markdown(_play(Path(sys.argv[1])), sys.argv[1]), end="")
