"""Scenario files that mean harm: refused or read as text, quickly and in little memory."""

from __future__ import annotations

import re
import time
import tracemalloc
from functools import cache
from pathlib import Path

import pytest

from bot.errors import ScenarioError
from bot.scenario import load_files, load_scenario, problems_in
from bot.scenario.folder import in_folder
from bot.scenario.library import Library
from bot.scenario.strictyaml import MAX_BYTES
from bot.testing import small_files

FILES = small_files()
TEXT = FILES.text("scenario.yaml") or ""
NAME = "small-deal.yaml"
FULL = MAX_BYTES - 4096


def filled(unit: str) -> str:
    """`unit` again and again, almost as large as a file may be."""
    return unit * (FULL // len(unit))


def with_entries(field: str, entry: str, count: int) -> str:
    """The small scenario with further entries in front of a list of its own."""
    return TEXT.replace(f"\n{field}:\n", f"\n{field}:\n" + "".join(entry.format(i) for i in range(count)), 1)


END = TEXT.count("\n") + 1
"""The line of what follows the small scenario."""

HOSTILE = [
    # what is tried, what is said of it; None where it loads
    ("doubled", 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n', "1:4: anchors and aliases are not allowed"),
    ("anchor-on-key", "&k id: a\n", "1:1: anchors and aliases are not allowed"),
    ("anchor-on-map", TEXT.replace("manager: {", "manager: &m {"), "13:10: anchors and aliases are not allowed"),
    ("alias-as-key", "{*a : b}\n", "1:2: anchors and aliases are not allowed"),
    ("merge-key", TEXT.replace("difficulty: 1", "<<: {difficulty: 1}"), "10:1: <<: is not a field here"),
    ("mapping-as-key", "{{a: b}: c}\n", "1:2: a key must be plain text"),
    ("list-as-key", "{[a, b]: c}\n", "1:2: a key must be plain text"),
    ("many-questions", filled("? "), "1:3: a key must be plain text"),
    ("deep-lists", filled("["), "1:21: nested deeper than 20 levels"),
    ("deep-dashes", filled("- "), "1:41: nested deeper than 20 levels"),
    ("deep-indent", "".join(f"{' ' * i}a:\n" for i in range(500)), "21:21: nested deeper than 20 levels"),
    ("python-tag", '!!python/object/apply:os.system ["true"]\n', "1:1: the tag 'tag:yaml.org,2002:python/object"),
    ("short-tag", "%TAG ! tag:example,2026:\n---\nid: !x a\n", "3:5: the tag 'tag:example,2026:x' is not allowed"),
    ("verbatim-tag", "id: !<tag:yaml.org,2002:str> a\n", "1:5: the tag 'tag:yaml.org,2002:str' is not allowed"),
    ("plain-tag", "id: ! a\n", "1:5: the tag '!' is not allowed"),
    ("binary", "id: !!binary R0lG\n", "1:5: the tag 'tag:yaml.org,2002:binary' is not allowed"),
    ("set", "id: !!set {a, b}\n", "1:5: the tag 'tag:yaml.org,2002:set' is not allowed"),
    ("long-tag", f"id: !{'x' * 9000} a\n", "1:5: the tag '!xxxxx"),
    ("long-key", f"{'x' * 900}: a\n", "1:1: xxxxxxxxxx"),
    ("long-key-twice", f"{'x' * 900}: a\n{'x' * 900}: b\n", "2:1: the key 'xxxxxxxxxx"),
    ("many-keys", "".join(f"k{i}:\n" for i in range(29000)), "1:1: k0: is not a field here"),
    ("many-keys-after", TEXT + "".join(f"k{i}: v\n" for i in range(20000)), f"{END}:1: k0: is not a field here"),
    ("same-key", filled("a: 1\n"), "2:1: the key 'a' appears twice"),
    ("many-facts", with_entries("facts", "  - {{id: f{}}}\n", 12000), "28:1: facts: has 12003; the limit is 60"),
    ("many-variants", TEXT + "variants:\n" + "  - {id: v, told_afterwards: x, replaces: {}}\n" * 4000, f"{END}:1: variants: must list the id of each file"),
    ("many-needs", TEXT.replace("needs: [budget, rival]", f"needs: [{'zz,' * 60000}]"), "127:13: insights[0].needs[0]: 'zz' is not one of"),
    ("many-commas", f"a: [{filled('a,')}]\n", "1:1: a: is not a field here"),
    ("never-closed", f"a: [{filled('a,')}\n", "2:1: not valid YAML: "),
    ("late-mistake", "z:\n" + filled("  - a: [b, {c: d}]\n") + " bad: [\n", "not valid YAML: "),
    ("open-quote", 'a: "' + filled("x "), "not valid YAML: "),
    ("long-line", TEXT.replace("title: A small deal", f"title: {'x' * 200000}"), "5:1: title: is too long; the limit is 4,000 characters"),
    ("long-comment", f"# {'x' * 200000}\n{TEXT}", None),
    ("only-newlines", filled("\n"), "1:1: the file is empty"),
    ("only-documents", filled("---\n"), "2:1: a second document starts here"),
    ("only-colons", filled(": "), "1:1: not valid YAML: "),
    ("tab", "id:\ta\n\ttitle: x\n", "not valid YAML: "),
    ("newer-yaml", "%YAML 9.9\n---\nid: a\n", "1:1: not valid YAML: "),
    ("zero-byte", "id: a\0b\n", "1:6: control characters are not allowed"),
    ("escaped-zero", 'id: "a\\0b"\n', "1:5: control characters are not allowed"),
    ("too-large-letter", 'id: "\\U00110000"\n', "1:1: not valid YAML: "),
    ("look-alike-id", TEXT.replace("id: small-deal", "id: sm\u0430ll-deal"), "3:1: id: 'sm\u0430ll-deal' must be lower-case letters"),
    ("path-as-id", TEXT.replace("id: small-deal", "id: ../../etc/passwd"), "3:1: id: '../../etc/passwd' must be lower-case"),
    ("octal", TEXT.replace("minutes: 5", "minutes: 0o5"), "11:1: minutes: '0o5' is not a whole number"),
    ("sexagesimal", TEXT.replace("minutes: 5", "minutes: 1:30"), "11:1: minutes: '1:30' is not a whole number"),
    ("huge-number", TEXT.replace("minutes: 5", f"minutes: {'9' * 5000}"), "11:1: minutes: '999"),
    ("beyond-a-float", TEXT.replace("openness: 0.4", "openness: 1e999"), "21:3: rep.openness: '1e999' is not a number"),
    ("python-names", TEXT + "__class__: x\nmodel_config: y\n", f"{END}:1: __class__: is not a field here"),
    ("no-and-zeros", TEXT.replace("title: A small deal", "title: no").replace("Stage: Quote sent", "012: 2026-01-05"), None),
    ("template", TEXT.replace("title: A small deal", 'title: "{{ 7 * 7 }} ${x} %s {0}"'), None),
    ("mark-and-crlf", "\ufeff" + TEXT.replace("\n", "\r\n"), None),
    ("old-mac", TEXT.replace("\n", "\r"), None),
    ("turned-letters", TEXT.replace("title: A small deal", "title: a\u202eb\u200dc"), None),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("text", "said"), [pytest.param(text, said, id=name) for name, text, said in HOSTILE])
def test_a_hostile_file_is_refused_or_read_as_text(text: str, said: str | None):
    assert len(text.encode()) <= MAX_BYTES
    began = time.process_time()
    found = problems_in(lambda variant: load_scenario(text, NAME, variant))
    took = time.process_time() - began

    assert took < MOST * ordinary_time()
    assert len(found) <= 101
    assert max(map(len, found), default=0) < 500
    if said is None:
        assert found == []
    else:
        assert re.match(rf"{NAME}:\d+:\d+: ", found[0])
        assert said in found[0]


MANY_IDS = f"told_afterwards: x\nreplaces: {{zz: [{','.join(f'{{id: a{i}}}' for i in range(15000))}]}}\n"
HOSTILE_FILES = [
    ("variants/q.yaml", MANY_IDS, "q.yaml:2:12: variant q: zz: is not a field here"),
    ("variants/q.yaml", "told_afterwards: &a x\nreplaces: {}\n", "q.yaml:1:18: anchors and aliases are not allowed"),
    ("variants/q.yaml", filled("["), "q.yaml:1:21: nested deeper than 20 levels"),
    ("knows.md", "## e: x\n- y\n" * 4500, "knows.md:1:1: entries: has 4500; the limit is 600"),
    ("knows.md", "## e: x\n" + "- y\n" * 9000, None),
    ("knows.md", "## e: x\n" + filled("- y\n"), "knows.md:20001:1: the file has more than 20,000 lines"),
    (
        "knows.md",
        f"## e: x\n- {'[open, ' * 30000}\n",
        "knows.md:2:1: entries[0].says[0].text: is too long; the limit is 4,000",
    ),
    ("knows.md", filled("x\n"), "knows.md:1:1: write a heading '## id: what it is about' first"),
    ("knows.md", "## e: x\n- a\0b\n", "knows.md:2:1: control characters are not allowed"),
    ("knows.md", "## e: x\n- half \ud83d\n", "knows.md:2:1: control characters are not allowed"),
    ("voice.md", "".join(f"## a{i}\n" for i in range(9000)), "voice.md:1:1: replies.a0: is not an act"),
    ("voice.md", "## nod\n" + "- y\n" * 9000, None),
    ("voice.md", f"## comply\n- [{'call, ' * 30000}] x\n", None),
    ("voice.md", "## nod\n- \x1b[31m\n", "voice.md:2:1: control characters are not allowed"),
    ("asks/budget.txt", "who\n" * 9000, None),
    ("asks/budget.txt", filled("x"), "budget.txt:1:1: facts[0].asks[15]: is too long; the limit is 4,000 characters"),
    ("asks/budget.txt", "who\x07\n", "budget.txt:1:1: control characters are not allowed"),
    ("asks/none.txt", "\n" * 9000, "none.txt:1:1: has no questions; write one a line, or delete the file"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("file", "text", "said"), HOSTILE_FILES)
def test_a_hostile_file_beside_it_is_refused_or_read_as_text(file: str, text: str, said: str | None):
    files = in_folder(FILES.name, {**dict(FILES.files), file: text})
    began = time.process_time()
    found = problems_in(lambda variant: load_files(files, variant))
    took = time.process_time() - began

    assert took < MOST * ordinary_time()
    assert len(found) <= 101
    assert max(map(len, found), default=0) < 1000
    assert (found == []) if said is None else said in found[0]


MOST = 1000
"""How many times as long as an ordinary file of a sixtieth of its size a hostile one may take, on any machine."""


@cache
def ordinary_time() -> float:
    """The processor time that the small scenario takes to read, at best of a few."""
    taken = []
    for n in range(5):
        began = time.process_time()
        load_scenario(f"{TEXT}# {n}\n", NAME)  # one that was read before is remembered
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.nightly
def test_a_hostile_file_needs_little_memory():
    tracemalloc.start()
    for name, text, _ in HOSTILE:
        if name in ("many-facts", "many-commas", "late-mistake"):
            problems_in(lambda variant, text=text: load_scenario(text, NAME, variant))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 64 * 1024 * 1024


def test_a_large_file_on_disk_is_not_read_whole(tmp_path: Path):
    (tmp_path / "scenarios" / "huge").mkdir(parents=True)
    with (tmp_path / "scenarios" / "huge" / "scenario.yaml").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    tracemalloc.start()
    with pytest.raises(ScenarioError) as caught:
        Library(tmp_path).scenario("huge")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert str(caught.value) == "huge/scenario.yaml:1:1: the file is larger than 512 KB"
    assert most < 4 * 1024 * 1024
