"""Scenario files: every mistake is named with its place, variants are laid over by id, nothing hostile gets in."""

from __future__ import annotations

import re
import time
import tracemalloc
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ScenarioError
from bot.scenario import Mood, Scenario, load_scenario, problems_in
from bot.scenario.library import Library
from bot.scenario.schema import REPLIES
from bot.scenario.strictyaml import MAX_BYTES, parse
from bot.testing import small_scenario, small_scenario_text

TEXT = small_scenario_text()
NAME = "small-deal.yaml"


def edited(old: str, new: str) -> str:
    """The small scenario with one thing changed."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def place(text: str, marker: str) -> str:
    """line:column of the first occurrence of `marker`, both from 1."""
    before = text[: text.index(marker)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def problems(text: str, variant: str = "base") -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(text, NAME, variant)
    return str(caught.value).splitlines()


# What the schema refuses

MISTAKES = [
    # old, new, where the message points, what it says
    ("difficulty: 1", "colour: 1\ndifficulty: 1", "colour", "colour: is not a field here; the fields are id, version, "),
    ("difficulty: 1", "dificulty: 1", "dificulty", "dificulty: is not a field here; did you mean difficulty?"),
    ("openness: 0.3}", "opennes: 0.3}", "opennes:", "facts[1].opens.opennes: is not a field here; did you mean openness?"),
    ("name: Nora,", "nmae: Nora,", "nmae", "manager.nmae: is not a field here; did you mean name?"),
    ("{text: I will call., verbs", "{txet: I will call., verbs", "txet", "replies.comply[1].txet: is not a field here; did"),
    ("minutes: 5\n", "", "id: small-deal", "minutes: is missing"),
    ("    topic: who else is quoting\n", "", "id: rival", "facts[1].topic: is missing"),
    ("ask: open, openness: 0.3", "ask: opne, openness: 0.3", "ask: opne", "facts[1].opens.ask: 'opne' is not one of any, closed, open, reflection"),
    ("lens: deal", "lens: mood", "lens", "lens: 'mood' is not one of deal, skill"),
    ("area: lead_and_opportunity", "area: no", "area", "area: 'no' is not one of account, lead_and_opportunity, pipeline, skills_and_behaviours, territory"),
    ("openness: 0.4", "openness: nan", "openness: nan", "rep.openness: 'nan' is not a number"),
    ("openness: 0.4", "openness: .inf", "openness: .inf", "rep.openness: '.inf' is not a number"),
    ("openness: 0.4", "openness: inf", "openness: inf", "rep.openness: 'inf' is not a number"),
    ("openness: 0.4", "openness: 1.2", "openness: 1.2", "rep.openness: '1.2' is more than 1.0"),
    ("openness: 0.4", "openness: -0.1", "openness: -0.1", "rep.openness: '-0.1' is less than 0.0"),
    ("minutes: 5", "minutes: five", "minutes", "minutes: 'five' is not a whole number"),
    ("minutes: 5", "minutes: 2026-01-05", "minutes", "minutes: '2026-01-05' is not a whole number"),
    ("minutes: 5", "minutes:", "minutes", "minutes: is not a whole number"),
    ("minutes: 5", "minutes: 90", "minutes", "minutes: '90' is more than 60"),
    ("directive_ok: false", "directive_ok: maybe", "directive_ok", "directive_ok: 'maybe' is not true or false"),
    ("title: A small deal", "title: ''", "title", "title: is empty"),
    ("title: A small deal", "title:", "title", "title: is not text"),
    ("title: A small deal", "title: [A, deal]", "title", "title: is not text"),
    ("title: A small deal", f"title: {'x' * 4001}", "title", "title: is too long; the limit is 4,000 characters"),
    ("id: small-deal", "id: Small Deal", "id: Small", "id: 'Small Deal' must be lower-case letters, digits, - or _, at most 64"),
    ("aliases: [Lund, Ada, Nora]", "aliases: Lund", "aliases", "aliases: 'Lund' is not a list"),
    ("manager: {name: Nora, role: Sales manager}", "manager: Nora", "manager", "manager: 'Nora' is not a mapping of fields"),
    ("      - who holds the budget\n", "", "asks:", "facts[0].asks: has 14; needs at least 15"),
    ("      - who holds the budget\n", "      -\n", "\n      - how sure", "facts[0].asks[7]: is not text"),
    ("Amount: 20 000 euros", "Amount: [20 000]", "Amount", "crm.Amount: is not text"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "marker", "said"), MISTAKES, ids=[f"{new[:30]!r}" for _, new, _, _ in MISTAKES])
def test_a_mistake_is_named_with_its_place(old: str, new: str, marker: str, said: str):
    text = edited(old, new)
    if marker.startswith("\n"):  # an empty entry of a list has no words; it ends where its line does
        expected = f"{text[: text.index(marker)].count(chr(10)) + 1}:8"
    else:
        expected = place(text, marker)

    assert problems(text)[0].startswith(f"{NAME}:{expected}: {said}")


def test_every_mistake_is_named_at_once():
    text = edited("difficulty: 1", "dificulty: 1").replace("lens: deal", "lens: mood")

    assert problems(text) == [
        f"{NAME}:{place(text, 'dificulty')}: dificulty: is not a field here; did you mean difficulty?",
        f"{NAME}:{place(text, 'lens')}: lens: 'mood' is not one of deal, skill",
        f"{NAME}:{place(text, 'id: small')}: difficulty: is missing",
    ]


def test_a_long_value_is_cut_in_the_message():
    text = edited("lens: deal", f"lens: {'x' * 3000}")

    assert problems(text) == [f"{NAME}:{place(text, 'lens')}: lens: '{'x' * 59}… is not one of deal, skill"]


# What only the whole file shows

NONSENSE = [
    ("leads: rival", "leads: rivel", "leads", "facts[0].leads: 'rivel' is not one of budget, rival, tired"),
    ("leads: rival", "leads: budget", "leads", "facts[0].leads: 'budget' leads to itself"),
    ("gives: budget", "gives: money", "gives", "facts[0].closed[0].gives: 'money' is not one of budget, rival, tired"),
    ("needs: [budget, rival]", "needs: [budget, rivol]", "rivol", "insights[0].needs[1]: 'rivol' is not one of budget, rival, tired"),
    ("about: [budget, rival]", "about: [bugdet]", "bugdet", "insights[0].about[0]: 'bugdet' is not one of budget, rival, tired"),
    ("needs: [price-is-not-it]", "needs: [price]", "price]", "steps[1].needs[0]: 'price' is not one of budget, price-is-not-it, rival, tired"),
    ("title: A new buyer starts in June", "title: In June\n    counts_as: june", "counts_as", "news[0].counts_as: 'june' is not one of budget, rival, tired"),
    ("{rep_steps_at_least: 1}", "{insights: [price]}", "price]", "epilogues[0].when.insights[0]: 'price' is not one of price-is-not-it"),
    ("{rep_steps_at_least: 1}", "{elicited: [price]}", "price]", "epilogues[0].when.elicited[0]: 'price' is not one of budget, rival, tired"),
    ("verbs: [call, ring]}", "needs: [calls]}", "calls]", "replies.comply[1].needs[0]: 'calls' is not one of budget, rival, tired"),
    ("  - id: tired", "  - id: rival", "  - id: rival\n    topic: how", "facts[2].id: 'rival' is already taken; choose another"),
    ("  - id: price-is-not-it", "  - id: budget", "  - id: budget\n    topic: what the", "insights[0].id: 'budget' is already taken; choose another"),
    ("  - id: smaller-quote", "  - id: ask-the-plant", "  - id: ask-the-plant\n    title: Send", "steps[1].id: 'ask-the-plant' is already taken; choose another"),
    ("  - id: silence", "  - id: she-asked", "  - id: she-asked\n    text: The", "epilogues[1].id: 'she-asked' is already taken; choose another"),
    ("  - id: old-friend", "  - id: random", "  - id: random", "variants[0].id: 'random' is reserved by Askwell; choose another"),
    ("  - id: silence", "  - id: silence\n    when: {takeovers_at_least: 1}", "  - id: silence", "epilogues[1]: the last epilogue must not have a 'when'"),
    ("  yours_now:", "  your_snow:", "replies:", "replies.yours_now: is missing, so the rep would have nothing to say"),
    ("    replaces:\n", "    replaces:\n      version: 2\n", "version: 2", "variants[0].replaces.version: can't be replaced"),
    ("summary: Ada", "digest: 12\nsummary: Ada", "digest", "digest: is filled in by Askwell; remove it"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "marker", "said"), NONSENSE, ids=[said.partition(":")[0] for *_, said in NONSENSE]
)
def test_what_makes_no_sense_is_named_with_its_place(old: str, new: str, marker: str, said: str):
    text = edited(old, new)
    line, column = place(text, marker).split(":")
    if marker.startswith("  - "):  # the entry or its id: both stand behind the dash
        column = "5"

    assert f"{NAME}:{line}:{column}: {said}" in problems(text)


# YAML that may not be


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1:1: the file is empty"),
        ("# nothing but a remark\n", "1:1: the file is empty"),
        ("---\n", "1:1: a scenario must be a mapping of fields"),
        ("- a list\n- of two\n", "1:1: a scenario must be a mapping of fields"),
        ("id: a\ntitle: one\nid: b\n", "3:1: the key 'id' appears twice"),
        ("facts:\n- id: a\n  topic: one\n  id: b\n", "4:3: the key 'id' appears twice"),
        ("id: &here a\n", "1:5: anchors and aliases are not allowed; write the value out"),
        ("id: *there\n", "1:5: anchors and aliases are not allowed; write the value out"),
        ("brief: &a [x, x]\ncrm: [*a, *a]\n", "1:8: anchors and aliases are not allowed; write the value out"),
        ("minutes: !!int 5\n", "1:10: the tag 'tag:yaml.org,2002:int' is not allowed; write the value as text"),
        ("brief: !include /etc/passwd\n", "1:8: the tag '!include' is not allowed; write the value as text"),
        ("scene: !!python/name:print ''\n", "1:8: the tag 'tag:yaml.org,2002:python/name:print' is not allowed; write the value as text"),
        ("id: a\n---\nid: b\n", "2:1: a second document starts here; the file must have only one"),
        ("a:\n  b: [c\nd: e\n", "3:2: not valid YAML: expected ',' or ']', but got ':'"),
        ("a:\n\tb: c\n", "2:1: not valid YAML: found character '\\t' that cannot start any token"),
        ("title: 'never closed\n", "2:1: not valid YAML: found unexpected end of stream"),
        ("? [a, b]\n: c\n", "1:3: a key must be plain text"),
        (f"a: {'[' * 19}{']' * 19}\n", None),
        (f"a: {'[' * 20}{']' * 20}\n", "1:23: nested deeper than 20 levels"),
        (f"{'{a: ' * 100_000}\n"[: MAX_BYTES - 10], "1:81: nested deeper than 20 levels"),
        (f"brief: {'x' * MAX_BYTES}\n", "1:1: the file is larger than 256 KB"),
        ('title: "red \\e[31m text"\n', "1:8: control characters are not allowed"),
        ('title: "half \\ud83d of a pair"\n', "1:8: control characters are not allowed"),
        ("id: a\ntitle: bell \x07 rings\n", "2:13: control characters are not allowed"),
    ],
)  # fmt: skip
def test_yaml_that_is_refused(text: str, said: str | None):
    if said is None:
        parse(text, "f.yaml")
    else:
        with pytest.raises(ScenarioError) as caught:
            load_scenario(text, "f.yaml")
        assert str(caught.value) == f"f.yaml:{said}"


@given(st.text(alphabet=st.sampled_from("ab:-[]{},&*!|>'\"%@#?~ \n\t\r\x00\x07\ud800é\u2028\ufeff"), max_size=60))
def test_no_text_breaks_the_parser(text: str):
    said = ""
    try:
        parse(text, "f.yaml")
    except ScenarioError as error:
        said = str(error)

    assert not said or re.match(r"f\.yaml:\d+:\d+: ", said)


def test_words_stay_words():
    text = edited("title: A small deal", "title: no")
    text = text.replace("scene: Monday morning, on the phone. You speak first.", "scene: 2026-01-05")
    text = text.replace("summary: Ada has a quote out at Lund and says that it is fine.", "summary: 012")
    text = text.replace("{Stage: Quote sent,", "{Stage: 1_000, Won: yes, Next: ~,")

    loaded = load_scenario(text, NAME)

    assert (loaded.title, loaded.scene, loaded.summary) == ("no", "2026-01-05", "012")
    assert loaded.crm == {"Stage": "1_000", "Won": "yes", "Next": "", "Amount": "20 000 euros", "Competitors": ""}


def test_markup_stays_as_it_was_typed():
    loaded = load_scenario(edited("brief: Ada", "brief: '<b>$name</b> {x} ![](http://h) *Ada*'\nscenee: Ada").replace("scenee: Ada has a quote out at Lund, and it has been quiet.\n", ""), NAME)  # fmt: skip

    assert loaded.brief == "<b>$name</b> {x} ![](http://h) *Ada*"


# Files that mean harm: refused or read as text, quickly and in little memory

FULL = MAX_BYTES - 4096


def filled(unit: str) -> str:
    """`unit` again and again, almost as large as a file may be."""
    return unit * (FULL // len(unit))


def with_entries(field: str, entry: str, count: int) -> str:
    """The small scenario with further entries in front of a list of its own."""
    return TEXT.replace(f"\n{field}:\n", f"\n{field}:\n" + "".join(entry.format(i) for i in range(count)), 1)


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
    ("many-keys-after", TEXT + "".join(f"k{i}: v\n" for i in range(20000)), "241:1: k0: is not a field here"),
    ("same-key", filled("a: 1\n"), "2:1: the key 'a' appears twice"),
    ("many-facts", with_entries("facts", "  - {{id: f{}}}\n", 12000), "28:1: facts: has 12003; the limit is 60"),
    ("many-variants", with_entries("variants", "  - {{id: v{}, told_afterwards: x, replaces: {{}}}}\n", 4000), "variants: has 4001; the limit is 20"),
    ("many-needs", TEXT.replace("needs: [budget, rival]", f"needs: [{'zz,' * 60000}]"), "130:13: insights[0].needs[0]: 'zz' is not one of"),
    ("many-ids", TEXT + f"  - {{id: q, told_afterwards: x, replaces: {{zz: [{','.join(f'{{id: a{i}}}' for i in range(15000))}]}}}}\n", "variant q: zz: is not a field here"),
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
    ("python-names", TEXT + "__class__: x\nmodel_config: y\n", "241:1: __class__: is not a field here"),
    ("no-and-zeros", TEXT.replace("title: A small deal", "title: no").replace("Stage: Quote sent", "012: 2026-01-05"), None),
    ("template", TEXT.replace("title: A small deal", 'title: "{{ 7 * 7 }} ${x} %s {0}"'), None),
    ("mark-and-crlf", "\ufeff" + TEXT.replace("\n", "\r\n"), None),
    ("old-mac", TEXT.replace("\n", "\r"), None),
    ("turned-letters", TEXT.replace("title: A small deal", "title: a\u202eb\u200dc"), None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), [pytest.param(text, said, id=name) for name, text, said in HOSTILE])
def test_a_hostile_file_is_refused_or_read_as_text(text: str, said: str | None):
    assert len(text.encode()) <= MAX_BYTES
    began = time.process_time()
    found = problems_in(lambda variant: load_scenario(text, NAME, variant))
    took = time.process_time() - began

    assert took < 0.5 * SLOWEST
    assert len(found) <= 101
    assert max(map(len, found), default=0) < 500
    if said is None:
        assert found == []
    else:
        assert re.match(rf"{NAME}:\d+:\d+: ", found[0])
        assert said in found[0]


SLOWEST = 3
"""How much slower than one's own a machine that runs tests may be."""


@pytest.mark.slow
def test_a_hostile_file_needs_little_memory():
    tracemalloc.start()
    for name, text, _ in HOSTILE:
        if name.startswith(("many", "late", "never")):
            problems_in(lambda variant, text=text: load_scenario(text, NAME, variant))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 64 * 1024 * 1024


def test_a_byte_order_mark_moves_no_column():
    assert f"{NAME}:1:1: id: is not text" in problems("\ufeffid: [a]\n")


def test_a_large_file_on_disk_is_not_read_whole(tmp_path: Path):
    (tmp_path / "scenarios").mkdir()
    with (tmp_path / "scenarios" / "huge.yaml").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    tracemalloc.start()
    with pytest.raises(ScenarioError) as caught:
        Library(tmp_path).scenario("huge")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert str(caught.value) == "huge.yaml:1:1: the file is larger than 256 KB"
    assert most < 4 * 1024 * 1024


# What is loaded


def test_a_line_may_be_plain_text_or_a_mapping():
    comply = small_scenario().replies["comply"]

    assert [(line.text, line.verbs, line.mood) for line in comply] == [
        ("All right, I will do that.", (), Mood.ANY),
        ("I will call.", ("call", "ring"), Mood.ANY),
    ]


def test_a_variant_is_laid_over_by_id():
    base, other = small_scenario(), small_scenario("old-friend")

    assert base.variant_ids == other.variant_ids == ("base", "old-friend")
    assert (base.variant, other.variant) == ("base", "old-friend")
    assert other.fact("budget").text == "The pump budget is whole."
    assert [line.text[:24] for line in other.fact("budget").lines] == [
        "The money is all there. ",
        "The pump budget is whole",
        "It is all there, the mon",
    ]
    assert other.fact("budget").asks == base.fact("budget").asks
    assert other.facts[1:] == base.facts[1:]
    assert other.digest == base.digest != ""


def test_a_variant_may_add_an_entry_and_replace_a_field():
    text = edited(
        "    replaces:\n", "    replaces:\n      title: Another\n      rep: {openness: 0.1}\n      not_held: [who]\n"
    )

    loaded = load_scenario(text, NAME, "old-friend")

    assert (loaded.title, loaded.rep.openness, loaded.rep.name, loaded.not_held) == ("Another", 0.1, "Ada", ("who",))


@pytest.mark.parametrize(
    ("old", "new", "marker", "said"),
    [
        ("          lines:\n            - The money", "          opens: {ask: opne}\n          lines:\n            - The money",
         "ask: opne", "facts[0].opens.ask: 'opne' is not one of any, closed, open, reflection"),
        ("        - id: budget\n          text: The pump budget is whole.", "        - id: budgit\n          text: whole",
         "id: budgit", "facts[3].topic: is missing"),
        ("        - id: budget\n          text: The pump budget is whole.", "        - id: [budget]\n          text: whole",
         "id: [budget]", "facts[0].id: is not text"),
        ("    replaces:\n", "    replaces:\n      steps: [{id: smaller-quote, needs: [nothing]}]\n",
         "nothing]", "steps[1].needs[0]: 'nothing' is not one of budget, price-is-not-it, rival, tired"),
        ("    replaces:\n", "    replaces:\n      rep: {openess: 0.1}\n",
         "openess", "rep.openess: is not a field here; did you mean openness?"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_variant_is_named_where_it_was_typed(old: str, new: str, marker: str, said: str):
    text = edited(old, new)

    assert load_scenario(text, NAME).variant == "base"
    assert f"{NAME}:{place(text, marker)}: variant old-friend: {said}" in problems(text, "old-friend")
    assert problems_in(lambda variant: load_scenario(text, NAME, variant)) == problems(text, "old-friend")


def test_an_id_that_a_variant_replaces_twice_is_refused():
    text = edited(
        "      facts:\n        - id: budget\n",
        "      facts:\n        - id: budget\n          topic: a\n        - id: budget\n",
    )

    assert problems(text)[0].endswith("variants[0].replaces.facts[1].id: 'budget' appears twice")


def test_a_variant_that_there_is_not_is_named_with_the_choices():
    assert problems(TEXT, "nobody") == [f"{NAME}: there is no variant 'nobody'; choose one of base, old-friend, random"]


def test_an_entry_that_there_is_not_is_a_key_error():
    loaded = small_scenario()

    for find in (loaded.fact, loaded.insight, loaded.step):
        with pytest.raises(KeyError):
            find("nothing")


def test_every_act_that_the_director_chooses_has_lines():
    import ast

    sources = [path for path in resources.files("bot").joinpath("director").iterdir() if path.name.endswith(".py")]
    sources.append(resources.files("bot").joinpath("voice", "lines.py"))
    named = set()
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reply":
                named |= {child.value for child in ast.walk(node.args[0]) if isinstance(child, ast.Constant)}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("reply/"):
                named.add(node.value.removeprefix("reply/"))
    # Chosen by the name of an intent, or looked up in a table.
    named |= {"small_talk", "other_account", "puzzled", "rude"}

    assert {name for name in named if isinstance(name, str) and name.isidentifier() and name != "ack_"} == set(REPLIES)


# The bundled scenarios


@pytest.mark.parametrize("scenario_id", Library().scenario_ids())
def test_a_bundled_scenario_loads_in_every_variant(scenario_id: str):
    library = Library()

    assert library.problems(scenario_id) == []
    loaded = [library.scenario(scenario_id, variant) for variant in library.scenario(scenario_id).variant_ids]
    assert len({entry.facts for entry in loaded}) == len(loaded)


def test_the_jones_deal_has_what_a_rehearsal_needs():
    deal: Scenario = Library().scenario("jones-deal")

    assert deal.variant_ids == ("base", "budget-freeze", "new-boss")
    assert deal.crm["Competitors"] == ""
    assert len([fact for fact in deal.facts if not fact.feeling]) in (8, 9)
    assert len([fact for fact in deal.facts if fact.feeling]) >= 2
    assert (len(deal.insights), len(deal.steps), len(deal.epilogues)) == (4, 6, 5)
