"""A scenario in one file, as they used to be, becomes a folder: the same text, in the same order, or nothing at all."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring import convert_scenario
from bot.authoring.plainyaml import plain_yaml
from bot.errors import ScenarioError
from bot.scenario.assembly import assemble
from bot.scenario.strictyaml import parse

OLD = """\
# yaml-language-server: $schema=x
id: old-deal
version: 1
title: "No: not yet"
scene: >-
  A long line that is folded, since it would not fit into the hundred and twenty columns that a line of the file may
  have.
brief: |
  Two lines.
  The second.
crm: {Stage: Quote sent, Competitors: "", Next: ~, "Odd: label": "012"}
aliases: [Lund, the deal]
facts:
  - id: budget
    opens: {ask: open, openness: 0.2}
    asks: [who pays, "wheres the money, then"]  # as people type them
    lines: [Half of it went., {text: "In March, it went.", form: when}]
    hints: []
  - id: none
    asks:
      - who else
  - id: odd
    asks: ["# not a comment", other]
not_held: [whats the weather]
replies:
  nod: [Hm., {text: I see., mood: guarded}]
  comply:
    - All right.
    - {text: I'll call., verbs: [call, ring]}
    - {text: I'll open it., verbs: [open, show]}
    - {text: Gladly., mood: open, verbs: [send], needs: [budget]}
    - "[Sighs] Fine."
variants:
  - id: late
    told_afterwards: It was late.
    replaces:
      facts:
        - id: budget
          asks: [when]
  - {id: early, told_afterwards: It was early., replaces: {}}
"""
NEW = {
    "asks/budget.txt": "who pays\nwheres the money, then\n",
    "asks/none.txt": "whats the weather\n",
    "knows.md": "## lund: the plant\n- Paper.\n",
    "scenario.yaml": """\
id: old-deal
variants: [late, early]
version: 1
title: "No: not yet"
scene: >-
  A long line that is folded, since it would not fit into the hundred and twenty columns that a line of the file may
  have.
brief: "Two lines.\\nThe second.\\n"
crm:
  Stage: Quote sent
  Competitors: ""
  Next: null
  "Odd: label": 012
aliases:
  - Lund
  - the deal

facts:
  - id: budget
    opens: {ask: open, openness: 0.2}
    lines:
      - Half of it went.
      - {text: "In March, it went.", form: when}
    hints: []
  - id: none
    asks:
      - who else
  - id: odd
    asks:
      - "# not a comment"
      - other
""",
    "variants/early.yaml": "told_afterwards: It was early.\nreplaces: {}\n",
    "variants/late.yaml": (
        "told_afterwards: It was late.\nreplaces:\n  facts:\n    - id: budget\n      asks: [when]\n"
    ),
    "voice.md": """\
## nod
- Hm.
- [guarded] I see.

## comply
- All right.
- [call, ring] I'll call.
- [any, open, show] I'll open it.
- [open, needs budget, send] Gladly.
- [] [Sighs] Fine.
""",
}


def test_every_part_gets_its_file():
    files = convert_scenario(OLD, "old-deal.yaml", NEW["knows.md"])

    assert files.name == "old-deal"
    assert dict(files.files) == NEW
    assert convert_scenario(OLD, "old-deal.yaml", NEW["knows.md"]) == files


def test_what_is_read_from_the_folder_is_what_the_file_said():
    before, _ = parse(OLD, "old-deal.yaml")
    after = assemble(convert_scenario(OLD, "old-deal.yaml")).data

    assert {key: after[key] for key in before if key != "replies"} == {
        key: value for key, value in before.items() if key != "replies"
    }
    assert list(after["replies"])[:2] == ["nod", "comply"]


def test_a_small_file_becomes_a_small_folder():
    assert dict(convert_scenario("id: old-deal\ntitle: A\n", "old-deal.yaml").files) == {
        "scenario.yaml": "id: old-deal\ntitle: A\n"
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: A\n", "1:1: has no id to name the folder after; write one, such as 'id: my-deal'"),
        ("id: ../x\n", "1:1: has no id to name the folder after"),
        ("- a\n", "1:1: has no id to name the folder after"),
        ("id: a\nid: b\n", "2:1: the key 'id' appears twice"),
        ("id: a\nfacts: none yet\n", "2:1: facts: can't be converted; see what askwell scenario new writes"),
        ("id: a\nnot_held: ['# who']\n", "2:12: not_held[0]: must be text on one line that doesn't begin with '# '"),
        ("id: a\nreplies: {nod: Hm.}\n", "2:11: replies.nod: must be an act with a list of lines"),
        ("id: a\nreplies: {nod: [\"Hm.\\nHm.\"]}\n", "2:17: replies.nod[0]: must be text on one line, with tags that"),
        ("id: a\nreplies: {comply: [{text: Hm., form: when}]}\n", "2:20: replies.comply[0]: must be text on one line"),
        ("id: a\nreplies: {nod: [{text: Hm., mood: loud}]}\n", "2:17: replies.nod[0]: must be text on one line"),
        ("id: a\nreplies: {nod: [{text: Hm., txet: x}]}\n", "2:17: replies.nod[0]: must be text on one line"),
        ("id: a\nvariants: [late]\n", "2:12: variants[0]: must be a mapping of fields with an id of its own"),
        ("id: a\nvariants: [{id: b}, {id: b}]\n", "2:21: variants[1]: must be a mapping of fields with an id"),
        ("id: a\nentries: []\n", "2:1: entries: goes in knows.md; write it there as lines of text"),
    ],
)  # fmt: skip
def test_what_has_no_place_in_a_folder_is_told_with_its_place(text: str, said: str):
    with pytest.raises(ScenarioError) as caught:
        convert_scenario(text, "a.yaml")

    assert str(caught.value).startswith(f"a.yaml:{said}")


TEXTS = st.text(st.sampled_from("ab :#-[]{},&*!|>'\"%@?~.\\\n\u2028\ufeff0é😀"), max_size=12) | st.sampled_from(
    ["null", "~", "no", "---", "...", "word " * 30, "a\n\n  b", "x  y " * 30]
)
TREES = st.recursive(
    TEXTS | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "id", "opens", "when", "a b", "a: b", "#", "~"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["id", "facts", "crm"]), TREES, min_size=1))
def test_whatever_is_written_is_read_back(data: dict[str, Any]):
    assert parse(plain_yaml(data), "f.yaml")[0] == data


def test_no_line_of_folded_text_is_wider_than_the_page():
    text = plain_yaml({"brief": "one two three four five " * 40 + "end"})

    assert max(map(len, text.splitlines())) <= 120
    assert re.match(r"brief: >-\n  one", text)
