"""Generates docs: `python -m evals.reference` writes cli.md, the schemas of YAML files and tables in authoring.md."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import shorten

from bot.director.answer import AT_ALL
from bot.director.entries import ASKS_SURELY
from bot.director.state import ASK_BACK_EVERY
from bot.programmes import programme_schema
from bot.scenario import file_schema
from bot.scenario.knows import talk_entries
from bot.scenario.schema import REPLIES
from bot.topics.match import EITHER_BELOW, EITHER_RATIO, OTHERS_FROM, SURE, UNSURE_BELOW

from .runs.suite import suite_schema

DOCS = Path(__file__).resolve().parents[1] / "docs"
FIRST_WORDS = 50
"""Maximum length of the first words of a line, in characters."""
_COLUMNS = "88"
_TABLE = re.compile(r"(<!-- (\w+): .*?-->\n).*?(<!-- end of \2 -->)", re.DOTALL)
# In its own process, because no code may import the command line.
_PRINT_HELPS = """
import json, re
from typer.testing import CliRunner
from askwell.cli.main import app

def helps(path):
    text = CliRunner().invoke(app, [*path, "--help"], prog_name="askwell").output.strip()
    found = [(" ".join(("askwell", *path)), text)]
    for name in re.findall(r"^  ([a-z-]+)  ", text.partition("\\nCommands:\\n")[2], re.MULTILINE):
        found += helps((*path, name))
    return found

print(json.dumps(helps(())))
"""

_HEAD = """# Command line

`python -m evals.reference` generates this page from the commands; a test fails when it is out of date.

Exit codes: 0 done; 1 a check or a target failed; 2 wrong usage or bad input, explained in one line on standard error,
with `file:line:column: field: problem` if it is about a file. Errors print nothing on standard output and save nothing.

## JSON

Shapes are stable: within a major version we may add fields at the end of an object, but never rename or remove any.
`speaker` is `manager` or `rep`; turns count from 0 over the whole transcript; `start` and `end` are offsets in
characters of `text`; shares run from 0 to 1. JSON of an unsaved script has no id, path or time, so equal runs give
equal bytes.

```
practice --json     {"session","scenario","variant","seed",
                     "turns":[{"index","speaker","text","units":[...],"said"}],
                     "facts":{"elicited":[],"donated":[],"told":[],"missed":[]},
                     "insights":[],"steps":[{"id","author","committed","outcome"}],
                     "spoken_steps":[{"words","committed"}],"epilogue":{"id","text"},"scorecard",
                     "nudges":[{"turn","text"}]}; a nudge comes before "turn", if that was said
score --json        {"scorecard"}; with --coach also {"coach":{"narrative","judgement"}}
code TEXT           one unit per line
code --jsonl FILE   lines {"id"?,"text","context"?} in; lines {"id"?,"text","units":[...]} out, in order
scenario list       [{"id","title","area","journey_gate","lens","difficulty","minutes","badge"}]
programme list      [{"id","title","weeks"}]
sessions list       [{"id","scenario","title","variant","started_at","ended_at","turns","level",
                     "parent","rep"}]; "parent" is the session that a retry goes back to; "rep" is his name.
                     Times are in UTC; without --json they are local, with the zone beside them
sessions labels     lines {"text","context","was","says","scenario","reader"}; "says" is null where you only said
                     that the code is wrong
knowledge search    [{"id","title","score","source","words":[]}]
eval bench NAME     {"title","met","figures":[{"name","value","unit","target","met","peers":{},"ratios":{}}],
                     "details":[],"failed":[],"absent":[]}
eval bench          {"met","benches":[{"name",...}]}, each with the keys above, or "met" and "error"
eval golden         {"figures":{name: value},"codes":[{"code","hand","reader","both"}],
                     "criteria":[{"id","right","of"}],"levels":[{"id","hand","product","score"}],
                     "misses":[{"hand","reader","times"}],
                     "differences":[{"file","turn","words","recorded","now"}]}
eval run            {"suite","directory","conversations","played","kept","replies",
                     "faults":[{"why","replies"}],"errors":[{"key","error"}],"seconds"}
eval corpus --json  {"conversations","scored","levels":{},"failed":{},"not_scored":{},"left_alone",
                     "this_run":{"conversations","seconds","per_second"}}; the lines it writes: docs/corpus.md
doctor              [{"name","ok","said"}], with "endpoint" once for each language model
units               [{"text","start","end","code","focus","flags":[],"confidence"}]
said                null for the manager; for the rep {"voice","lines":[],"prompt","objections":[],"note",
                     "tokens_in","tokens_out","steps":[{"words","day","step","again"}]},
                     empty fields left out: "note" is there if a scripted line stood in.
                     Tokens are those of this run, so a reply from the cache has none
scorecard           {"measures":{...},
                     "criteria":[{"id","level","value","why","evidence":[{"turn","quote","code"}]}],
                     a quote of the rep's own next step has the code "rep_step";
                     "overall":{"level","score","sentence"},
                     "feedback":[{"turn","quote","try_instead","source"}],"provenance":{...}}
narrative           {"paragraphs":[[{"said","turn","quote","about","value"}]],
                     "rewrites":[{"turn","quote","question"}],
                     "plan":{"opening","questions":[],"listen_for":[],"close"},
                     "dropped":[{"what","why","text"}],"left_out":[],"provenance":{...}}
judgement           {"dimensions":[{"id","level","median","spread","why",
                                    "runs":[{"rating","reason","turn","quote"}],"times"}],"provenance":{...}}
eval report         {"suite","conversations","verdict","reasons":[],
                     "figures":{name:{"value","interval":[low,high],"of","why","target","met"}},
                     "unmet":[{"fault","key","manager","turn","why"}]}; verdict: Ship, Look before shipping, Do not ship
eval compare        {"a","b","pairs","only_a":[],"only_b":[],"inputs":[{"name","a","b"}],"level",
                     "figures":[{"name","a","b","difference","interval","pairs","finding","tolerance","regression",
                                 "why","where":[]}],"regressions":[]}
```
"""


def cli_reference() -> str:
    """docs/cli.md: the help of every command, in order."""
    environment = {**os.environ, "COLUMNS": _COLUMNS, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", _PRINT_HELPS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=True)
    sections = [f"## {name}\n\n```\n{text}\n```\n" for name, text in json.loads(done.stdout)]
    return "\n".join([_HEAD, *sections])


def schema_reference() -> str:
    """docs/scenario.schema.json: the JSON Schema of scenario files."""
    return json.dumps(file_schema(), ensure_ascii=False, indent=1) + "\n"


def programme_reference() -> str:
    """docs/programme.schema.json: the JSON Schema of programmes."""
    return json.dumps(programme_schema(), ensure_ascii=False, indent=1) + "\n"


def suite_reference() -> str:
    """docs/suite.schema.json: the JSON Schema of suites."""
    return json.dumps(suite_schema(), ensure_ascii=False, indent=1) + "\n"


def authoring_page(page: str) -> str:
    """docs/authoring.md with its tables: the acts, the thresholds, and what every rep can say about the talk.

    Each stands between `<!-- NAME: ... -->` and `<!-- end of NAME -->`. Raises KeyError for an unknown name.
    """
    tables = {"acts": _acts, "thresholds": _thresholds, "talk": _talk}
    return _TABLE.sub(lambda found: f"{found[1]}{tables[found[2]]()}{found[3]}", page)


def _acts() -> str:
    rows = "".join(f"| `{act}` | {when} |\n" for act, when in REPLIES.items())
    return f"| act | when the rep says it |\n|---|---|\n{rows}"


def _thresholds() -> str:
    last_resort = f"the rep tells the likeliest entry from {OTHERS_FROM:.2f} up that is no secret"
    rows = (
        (f"{SURE:.2f} or more", "a fact, with its entries", "is told, if the question opens it; below that, a hint"),
        (f"{ASKS_SURELY:.2f} or more", "a `guarded` or `hidden` entry", "is told, if the rep trusts you enough"),
        (f"{UNSURE_BELOW:.2f} or more", "any other entry", "is told"),
        (
            f"{UNSURE_BELOW:.2f} to {EITHER_BELOW:.2f}",
            f"the likeliest, if another subject is at least {EITHER_RATIO:.0%} as likely",
            f"the rep asks which you mean, at most once in {ASK_BACK_EVERY} of your turns",
        ),
        (
            f"below {UNSURE_BELOW:.2f}",
            "everything",
            f"{last_resort}; if there is none, the rep asks what you mean",
        ),
        ("any", "`off_topic`", f"the rep doesn't know, unless an entry is at least {AT_ALL:.0%} as likely"),
    )
    return "| probability | of | what happens |\n|---|---|---|\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _talk() -> str:
    rows = [
        f"| `{entry.id}` | {entry.about} | {shorten(entry.says[0].text, FIRST_WORDS, placeholder='...')} |\n"
        for entry in talk_entries()
    ]
    return f"| id | what it answers | first words |\n|---|---|---|\n{''.join(rows)}"


if __name__ == "__main__":
    written = {
        "cli.md": cli_reference(),
        "scenario.schema.json": schema_reference(),
        "suite.schema.json": suite_reference(),
        "programme.schema.json": programme_reference(),
        "authoring.md": authoring_page((DOCS / "authoring.md").read_text(encoding="utf-8")),
    }
    for name, text in written.items():
        (DOCS / name).write_text(text, encoding="utf-8")
    print(f"wrote {', '.join(written)} in {DOCS}")
