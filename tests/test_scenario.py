"""Scenario files: every mistake is named with its place, variants are laid over by id, nothing hostile gets in."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ScenarioError
from bot.scenario import Mood, Scenario, ScenarioFiles, load_files, load_scenario, problems_in
from bot.scenario.folder import in_folder
from bot.scenario.library import Library
from bot.scenario.schema import REPLIES
from bot.scenario.strictyaml import MAX_BYTES, parse
from bot.scenario.voice import default_replies
from bot.testing import small_files, small_scenario

FILES = small_files()
TEXT = FILES.text("scenario.yaml") or ""
NAME = "small-deal.yaml"


def place(files: ScenarioFiles, marker: str) -> str:
    """file:line:column of the first occurrence of `marker`, both from 1."""
    file, text = next((files.called(name), text) for name, text in files.files if marker in text)
    before = text[: text.index(marker)]
    return f"{file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def problems(files: ScenarioFiles, variant: str = "base") -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_files(files, variant)
    return str(caught.value).splitlines()


def with_file(name: str, text: str, *edits: tuple[str, str]) -> ScenarioFiles:
    """The small scenario with a file more, or with another in its place."""
    return in_folder(FILES.name, {**dict(small_files(*edits).files), name: text})


# What the schema refuses

MISTAKES = [
    # old, new, where the message points, what it says
    ("difficulty: 1", "colour: 1\ndifficulty: 1", "colour:", "colour: is not a field here; the fields are id, version, "),
    ("difficulty: 1", "dificulty: 1", "dificulty", "dificulty: is not a field here; did you mean difficulty?"),
    ("openness: 0.3}", "opennes: 0.3}", "opennes:", "facts[1].opens.opennes: is not a field here; did you mean openness?"),
    ("        answer: [There is a budget", "        lines: [There is a budget", "lines: [There", "facts[0].closed[0].lines: is not a field here; the fields are asks, answer, gives"),
    ("name: Nora,", "nmae: Nora,", "nmae", "manager.nmae: is not a field here; did you mean name?"),
    ("- The pump budget is half", "- {txet: Half.}\n      - The pump budget is half", "txet", "facts[0].lines[1].txet: is not a field here; did you mean text?"),
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
    files = small_files((old, new))
    expected = place(files, marker)
    if marker.startswith("\n"):  # an empty entry of a list has no words; it ends where its line does
        expected = f"{expected.rpartition(':')[0]}:8"

    assert problems(files)[0].startswith(f"{expected}: {said}")


def test_every_mistake_is_named_at_once():
    files = small_files(("difficulty: 1", "dificulty: 1"), ("lens: deal", "lens: mood"))

    assert problems(files) == [
        f"{place(files, 'dificulty')}: dificulty: is not a field here; did you mean difficulty?",
        f"{place(files, 'lens')}: lens: 'mood' is not one of deal, skill",
        f"{place(files, 'id: small')}: difficulty: is missing",
    ]


MOON = ("lens: deal", "lens: moon")
MOON_SAID = "small-deal/scenario.yaml:9:1: lens: 'moon' is not one of deal, skill"
LATE = "told_afterwards: It was late.\n"


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("knows.md", "## lund: the plant\nlevel: opne\n- Paper.\n",
         "small-deal/knows.md:2:1: entries[0].level: 'opne' is not one of guarded, hidden, open, public"),
        ("knows.md", "## lund: the plant\nfact: rivall\n- Paper.\n",
         "small-deal/knows.md:2:1: entries[0].fact: 'rivall' is not one of budget, rival, tired"),
        ("knows.md", "## lund: the plant\nvariants: late\n- [needs rivall] Paper.\n",
         "small-deal/knows.md:3:1: variant late: entries[0].says[0].needs[0]: 'rivall' is not one of budget, rival, tired"),
        ("knows.md", "- Paper.\n", "small-deal/knows.md:1:1: write a heading '## id: what it is about' first"),
        ("voice.md", "## nood\n- Hm.\n", "small-deal/voice.md:1:1: replies.nood: is not an act; did you mean nod?"),
        ("asks/rivall.txt", "who else\n",
         "small-deal/asks/rivall.txt:1:1: there is no fact 'rivall'; name the file after one of budget, rival, tired, or none"),
        ("variants/late.yaml", f"{LATE}replaces: {{facts: [{{id: budget, topik: x}}]}}\n",
         "small-deal/variants/late.yaml:2:33: variant late: facts[0].topik: is not a field here; did you mean topic?"),
        ("variants/late.yaml", f"{LATE}replaces: {{facts: [{{id: budget, leads: rivall}}]}}\n",
         "small-deal/variants/late.yaml:2:33: variant late: facts[0].leads: 'rivall' is not one of budget, rival, tired"),
        ("variants/late.yaml", f"{LATE}replaces: {{version: 2}}\n",
         "small-deal/variants/late.yaml:2:12: variants[0].replaces.version: can't be replaced"),
        ("variants/late.yaml", LATE, "small-deal/variants/late.yaml:1:1: variants[0].replaces: is missing"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_beside_one_in_another_file(file: str, text: str, said: str):
    held = {name: text for name, text in small_files(MOON).files if "variants/" not in name}
    late = {"variants/late.yaml": f"{LATE}replaces: {{}}\n"}

    assert sorted(problems(in_folder("small-deal", {**held, **late, file: text}))) == sorted([MOON_SAID, said])


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("scenario.yaml", "id: [\n", "scenario.yaml:2:1: not valid YAML: "),
        ("asks/budget.txt", "how\x07\n", "asks/budget.txt:1:1: control characters are not allowed"),
        ("variants/late.yaml", "replaces: [\n", "variants/late.yaml:2:1: not valid YAML: "),
        ("voice.md", "Hm.\n", "voice.md:1:1: write a heading "),
    ],
)
def test_what_a_malformed_file_would_have_said_is_missed_nowhere_else(file: str, text: str, said: str):
    asks = TEXT.partition("    asks:\n")[2].partition("    states:")[0]
    held = {**dict(FILES.files), "knows.md": "## lund: the plant\nvariants: late\nlevel: opne\n- Paper.\n"}
    held["scenario.yaml"] = held["scenario.yaml"].replace(f"    asks:\n{asks}", "", 1)
    held |= {"asks/budget.txt": asks.replace("      - ", ""), "variants/late.yaml": f"{LATE}replaces: {{}}\n"}

    found = problems(in_folder("small-deal", {**held, file: text}))
    assert [line.partition(" entries")[0] for line in found if "knows.md" in line] == ["small-deal/knows.md:3:1:"]
    assert len(found) == 2
    assert found[0].startswith(f"small-deal/{said}")


def test_a_variant_repeats_nothing_of_the_base():
    held = {
        **dict(FILES.files),
        "variants/late.yaml": f"{LATE}replaces: {{facts: [{{id: budget, topic: late money}}]}}\n",
    }
    held["scenario.yaml"] = held["scenario.yaml"].replace("    text: The pump", "    txt: The pump", 1)

    assert [line.partition(": ")[2] for line in problems(in_folder("small-deal", held))] == [
        "facts[0].txt: is not a field here; did you mean text?",
        "facts[0].text: is missing",
    ]


def test_a_long_value_is_cut_in_the_message():
    files = small_files(("lens: deal", f"lens: {'x' * 3000}"))

    assert problems(files) == [f"{place(files, 'lens')}: lens: '{'x' * 59}… is not one of deal, skill"]


# What only the whole scenario shows

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
    ("[call, ring]", "[needs calls]", "- [needs calls]", "replies.comply[1].needs[0]: 'calls' is not one of budget, rival, tired"),
    ("  - id: tired", "  - id: rival", "  - id: rival\n    topic: how", "facts[2].id: 'rival' is already taken; choose another"),
    ("  - id: price-is-not-it", "  - id: budget", "  - id: budget\n    topic: what the", "insights[0].id: 'budget' is already taken; choose another"),
    ("  - id: smaller-quote", "  - id: ask-the-plant", "  - id: ask-the-plant\n    title: Send", "steps[1].id: 'ask-the-plant' is already taken; choose another"),
    ("  - id: silence", "  - id: she-asked", "  - id: she-asked\n    text: The", "epilogues[1].id: 'she-asked' is already taken; choose another"),
    ("  - id: tired", "  - id: none", "  - id: none", "facts[2].id: 'none' is reserved by Askwell; choose another"),
    ("  - id: silence", "  - id: silence\n    when: {takeovers_at_least: 1}", "  - id: silence", "epilogues[1]: the last epilogue must not have a 'when'"),
    ("## yours_now", "## your_snow", "## your_snow", "replies.your_snow: is not an act; did you mean yours_now?"),
    ("## yours_now", "## xyz", "## xyz", "replies.xyz: is not an act; the acts are ack_affirmation, ack_reflection, "),
    ("## nod\n- I see.\n- Right.\n", "## nod\n", "## nod", "replies.nod: has no line; write one, or remove it and the rep says Askwell's"),
    ("replaces:\n", "replaces:\n  version: 2\n", "version: 2", "variants[0].replaces.version: can't be replaced"),
    ("id: small-deal\n", "id: small\n", "id: small\n", "id: 'small' must be the folder's name, 'small-deal'"),
    ("summary: Ada", "digest: 12\nsummary: Ada", "digest", "digest: is filled in by Askwell; remove it"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "marker", "said"), NONSENSE, ids=[said.partition(":")[0] for *_, said in NONSENSE]
)
def test_what_makes_no_sense_is_named_with_its_place(old: str, new: str, marker: str, said: str):
    files = small_files((old, new))
    expected = place(files, marker)
    if marker.startswith("  - "):  # the entry or its id: both stand behind the dash
        expected = f"{expected.rpartition(':')[0]}:5"

    assert [line for line in problems(files) if line.startswith(f"{expected}: {said}")]


KNOWN = """\
## lund: the plant at Lund
level: hidden
fact: budget
after: tired
variants: old-friend
- [needs rival] They make paper.

## paper: what they make there
- Paper.
"""
UNKNOWN = [
    ("fact: budget", "fact: bugdet", "base", []),
    ("fact: budget", "fact: bugdet", "old-friend", ["3:1: variant old-friend: entries[0].fact: 'bugdet' is not one of budget, rival, tired"]),
    ("after: tired", "after: tired, tried", "old-friend", ["4:1: variant old-friend: entries[0].after[1]: 'tried' is not one of budget, rival, tired"]),
    ("after: tired", "after: tired\nuntil: ask-the-plnat", "old-friend", ["5:1: variant old-friend: entries[0].until[0]: 'ask-the-plnat' is not one of ask-the-plant, smaller-quote"]),
    ("after: tired", "after: tired\nonce: budget", "old-friend", ["5:1: variant old-friend: entries[0].once[0]: 'budget' is not one of ask-the-plant, smaller-quote"]),
    ("needs rival", "needs rivel", "old-friend", ["6:1: variant old-friend: entries[0].says[0].needs[0]: 'rivel' is not one of budget, rival, tired"]),
    ("variants: old-friend", "variants: old-fiend", "base", ["5:1: entries[0].variants[0]: 'old-fiend' is not one of base, old-friend"]),
    ("## paper", "## lund", "base", ["8:1: entries[1].id: 'lund' is already taken; choose another"]),
    ("fact: budget\nafter: tired\n", "", "base", ["1:1: entries[0]: is hidden, but no fact and no hint leads to it; add a line that begins with '~ ', or 'fact: ID'"]),
    ("level: hidden", "level: secret", "base", ["2:1: entries[0].level: 'secret' is not one of guarded, hidden, open, public"]),
    ("- Paper.\n", "", "base", ["8:1: entries[1].says: is missing"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "variant", "said"), UNKNOWN)
def test_what_the_rep_knows_is_checked_in_the_variants_it_is_true_in(old: str, new: str, variant: str, said: list[str]):
    assert KNOWN.count(old) == 1
    files = with_file("knows.md", KNOWN.replace(old, new))

    if said:
        assert problems(files, variant) == [f"small-deal/knows.md:{line}" for line in said]
    else:
        load_files(files, variant)


def test_what_the_rep_knows_is_there_in_the_variants_it_is_true_in():
    files = with_file("knows.md", KNOWN)
    talk = {entry.id for entry in small_scenario().entries}

    assert {entry.id for entry in load_files(files).entries} - talk == {"paper"}
    assert {entry.id for entry in load_files(files, "old-friend").entries} - talk == {"lund", "paper"}


def test_a_variant_cannot_have_a_name_that_is_taken():
    files = with_file("variants/random.yaml", "told_afterwards: x\nreplaces: {}\n")

    assert problems(files) == [
        "small-deal/variants/random.yaml:1:1: variants[1].id: 'random' is reserved by Askwell; choose another"
    ]


def test_an_act_without_lines_gets_askwells():
    files = small_files(("## nod\n- I see.\n- Right.\n", ""))

    assert load_files(files).replies == {**small_scenario().replies, "nod": default_replies()["nod"]}


def test_questions_may_stand_in_a_file_of_their_own():
    files = with_file("asks/budget.txt", "anything about the bugdet\n")

    assert load_files(files).fact("budget").asks == (*small_scenario().fact("budget").asks, "anything about the bugdet")
    assert problems(with_file("asks/budget.txt", f"{'x' * 4001}\n")) == [
        "small-deal/asks/budget.txt:1:1: facts[0].asks[15]: is too long; the limit is 4,000 characters"
    ]


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
        ("a:\n  b: [c\nd: e\n", "2:6: not valid YAML: the [ that opens here isn't closed, or lacks a comma; text with commas needs quotes"),
        ("a:\n\tb: c\n", "2:1: not valid YAML: a tab can't indent a line; use spaces"),
        ("title: 'never closed\n", "1:8: not valid YAML: the quotation mark that opens here is never closed"),
        ("? [a, b]\n: c\n", "1:3: a key must be plain text"),
        (f"a: {'[' * 19}{']' * 19}\n", None),
        (f"a: {'[' * 20}{']' * 20}\n", "1:23: nested deeper than 20 levels"),
        (f"{'{a: ' * 100_000}\n"[: MAX_BYTES - 10], "1:81: nested deeper than 20 levels"),
        (f"brief: {'x' * MAX_BYTES}\n", "1:1: the file is larger than 512 KB"),
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


@pytest.mark.slow
@given(st.text(alphabet=st.sampled_from("ab:-[]{},&*!|>'\"%@#?~ \n\t\r\x00\x07\ud800é\u2028\ufeff"), max_size=60))
def test_no_text_breaks_the_parser(text: str):
    said = ""
    try:
        parse(text, "f.yaml")
    except ScenarioError as error:
        said = str(error)

    assert not said or re.match(r"f\.yaml:\d+:\d+: ", said)


def test_words_stay_words():
    text = TEXT.replace("title: A small deal", "title: no")
    text = text.replace("scene: Monday morning, on the phone. You speak first.", "scene: 2026-01-05")
    text = text.replace("summary: Ada has a quote out at Lund and says that it is fine.", "summary: 012")
    text = text.replace("{Stage: Quote sent,", "{Stage: 1_000, Won: yes, Next: ~,")

    loaded = load_scenario(text, NAME)

    assert (loaded.title, loaded.scene, loaded.summary) == ("no", "2026-01-05", "012")
    assert loaded.crm == {"Stage": "1_000", "Won": "yes", "Next": "", "Amount": "20 000 euros", "Competitors": ""}


def test_markup_stays_as_it_was_typed():
    brief = "brief: Ada has a quote out at Lund, and it has been quiet."
    loaded = load_scenario(TEXT.replace(brief, "brief: '<b>$name</b> {x} ![](http://h) *Ada*'"), NAME)

    assert loaded.brief == "<b>$name</b> {x} ![](http://h) *Ada*"


def test_a_byte_order_mark_moves_no_column():
    assert "small-deal/scenario.yaml:1:1: id: is not text" in problems(with_file("scenario.yaml", "\ufeffid: [a]\n"))


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
    files = small_files(("replaces:\n", "replaces:\n  title: Another\n  rep: {openness: 0.1}\n  not_held: [who]\n"))

    loaded = load_files(files, "old-friend")

    assert (loaded.title, loaded.rep.openness, loaded.rep.name, loaded.not_held) == ("Another", 0.1, "Ada", ("who",))


@pytest.mark.parametrize(
    ("old", "new", "marker", "said"),
    [
        ("      lines:\n        - The money", "      opens: {ask: opne}\n      lines:\n        - The money",
         "ask: opne", "facts[0].opens.ask: 'opne' is not one of any, closed, open, reflection"),
        ("    - id: budget\n      text: The pump budget is whole.", "    - id: budgit\n      text: whole",
         "id: budgit", "facts[3].topic: is missing"),
        ("    - id: budget\n      text: The pump budget is whole.", "    - id: [budget]\n      text: whole",
         "id: [budget]", "facts[0].id: is not text"),
        ("replaces:\n", "replaces:\n  steps: [{id: smaller-quote, needs: [nothing]}]\n",
         "nothing]", "steps[1].needs[0]: 'nothing' is not one of budget, price-is-not-it, rival, tired"),
        ("replaces:\n", "replaces:\n  rep: {openess: 0.1}\n",
         "openess", "rep.openess: is not a field here; did you mean openness?"),
        ("replaces:\n", "replaces:\n  replies: {nodd: [Hm.]}\n",
         "nodd", "replies.nodd: is not an act; did you mean nod?"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_variant_is_named_where_it_was_typed(old: str, new: str, marker: str, said: str):
    files = small_files((old, new))

    assert load_files(files).variant == "base"
    assert f"{place(files, marker)}: variant old-friend: {said}" in problems(files, "old-friend")
    assert problems_in(lambda variant: load_files(files, variant)) == problems(files, "old-friend")


def test_an_id_that_a_variant_replaces_twice_is_refused():
    files = small_files(
        (
            "    - id: budget\n      text: The pump",
            "    - id: budget\n      topic: a\n    - id: budget\n      text: The pump",
        )
    )

    assert problems(files)[0].endswith("variants[0].replaces.facts[1].id: 'budget' appears twice")


def test_a_variant_that_there_is_not_is_named_with_the_choices():
    assert problems(FILES, "nobody") == [
        "small-deal: there is no variant 'nobody'; choose one of base, old-friend, random"
    ]


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
    assert (len(deal.insights), len(deal.steps), len(deal.epilogues)) == (4, 6, 6)


def test_a_misspelt_list_is_told_once_and_not_again_for_each_variant_that_changes_it():
    told = problems(small_files(("\nfacts:\n", "\nfcats:\n")))

    assert any("fcats: is not a field here; did you mean facts?" in line for line in told)
    assert not any("variant" in line for line in told)
