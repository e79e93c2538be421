"""The sense check: every planted mistake is told with its line, and the bundled scenarios are nearly silent."""

# ruff: noqa: E501  (tables of mistakes, one a row)

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.authoring import Beginning, Report, check_files, new_scenario, write_new
from bot.authoring.words import digit_runs, edits, name_words
from bot.engine import Engine
from bot.errors import ScenarioError
from bot.scenario import Area, ScenarioFiles, load_files
from bot.scenario.folder import in_folder
from bot.scenario.library import Library
from bot.testing import small_files

FILES = small_files()
BEGINNING = Beginning("Ana", "Account executive", "Bo", "account", "They like us", "I have not met the new director")


def place(files: ScenarioFiles, marker: str) -> str:
    """file:line of the first occurrence of `marker`."""
    file, text = next((files.called(name), text) for name, text in files.files if marker in text)
    return f"{file}:{text[: text.index(marker)].count(chr(10)) + 1}"


def check(engine: Engine, files: ScenarioFiles) -> Report:
    return check_files(files, engine.embedder, engine.vectors)


def without_counts(lines: tuple[str, ...]) -> list[str]:
    """Advice but for short pools, of which the small scenario has many."""
    return [line for line in lines if not re.search(r"has \d+; write", line)]


# Planted: what is changed, into what, where the mistake is told, what it says

ERRORS = [
    ("openness: 0.3}\n    question: Who else", "openness: 1.0}\n    question: Who else", "openness: 1.0",
     "facts[1].opens.openness: 1 is never reached: the rep starts at 0.4 and gets to 0.999 in 20 perfect turns; set it lower"),
    ("  openness: 0.4\n", "  openness: 0.1\n", "openness: 0.1",
     "rep.openness: 0.1 opens nothing at the start (the lowest gate is 0.2); lower one"),
    ("openness: 0.3}\n    question: Who else", "openness: 1.0}\n    question: Who else", "needs: [budget, rival]",
     "insights[0].needs[1]: 'rival' can never be reached, so 'price-is-not-it' can't either; remove it"),
    ("openness: 0.3}\n    question: Who else", "openness: 1.0}\n    question: Who else", "needs: [price-is-not-it]",
     "steps[1].needs[0]: 'price-is-not-it' can never be reached, so 'smaller-quote' can't either"),
    ("when: {rep_steps_at_least: 1}", "when: {rep_steps_at_least: 3}", "when: {rep_steps_at_least: 3}",
     "epilogues[0].when.rep_steps_at_least: 3 can't be reached: the rep can come up with 2 steps; lower it"),
    ("when: {rep_steps_at_least: 1}", "when: {committed_at_least: 3}", "when: {committed",
     "epilogues[0].when.committed_at_least: 3 can't be reached"),
    ("when: {rep_steps_at_least: 1}", "when: {told_steps_at_least: 3}", "when: {told",
     "epilogues[0].when.told_steps_at_least: 3 can't be reached: there are 2 steps; lower it"),
    ("when: {rep_steps_at_least: 1}", "when: {rep_steps_at_least: 1, told_steps_at_least: 2}", "when: {rep",
     "epilogues[0].when: needs 1 steps from the rep and 2 from the manager, but there are only 2 in all"),
    ("when: {named: [ask-the-plant]}", "when: {named: [ask-the-plant], done: [ask-the-plant]}", "when: {named",
     "epilogues[0].parts[0].when: needs 'ask-the-plant' to be both done and named, but a step ends in one way"),
    ("when: {named: [ask-the-plant]}", "when: {told_steps_at_least: 3}", "when: {told",
     "epilogues[0].parts[0].when.told_steps_at_least: 3 can't be reached: there are 2 steps; lower it"),
    ("when: {rep_steps_at_least: 1}", "when: {elicited_at_least: 4}", "when: {elicited",
     "epilogues[0].when.elicited_at_least: 4 can't be reached: 3 facts can come out"),
    ("when: {rep_steps_at_least: 1}", "when: {openness_at_least: 1}", "when: {openness",
     "epilogues[0].when.openness_at_least: 1 can't be reached: the rep reaches at most 0.999"),
    ("when: {rep_steps_at_least: 1}", "when: {ownership_at_least: 0.6, ownership_at_most: 0.4}", "when: {own",
     "epilogues[0].when: needs an ownership of at least 0.6 and at most 0.4; swap the two"),
    ("  - id: silence\n", "  - id: hers\n    when: {committed_at_least: 1}\n    text: x\n  - id: silence\n", "id: hers",
     "epilogues[1]: 'hers' is never shown: whenever it applies, 'she-asked' above it also applies; move it up"),
    ("    when: {rep_steps_at_least: 1}\n", "", "id: silence",
     "epilogues[1]: 'silence' is never shown: whenever it applies, 'she-asked' above it also applies; move it up"),
    ("      - who else is quoting\n", "      - What do you know about their budget?\n", "What do you know about their",
     "facts[1].asks[0]: 'What do you know about their budget?' is also under 'budget', so it opens neither"),
    ("brief: Ada has a quote out at Lund, and it has been quiet.", "brief: The pump budget was cut in half in March.", "brief:",
     "brief: tells 'budget' with 'the pump budget was cut', and the manager reads it first; leave it out"),
    ("## greet\n", "## greet\n- Is this about Nordpump?\n", "- Is this about Nordpump",
     "replies.greet[0]: gives 'rival' away with 'Nordpump'; add '[needs rival]' to the line, or remove that"),
    ("The plant manager told me on the stairs.", "Nordpump told me on the stairs.", "Nordpump told me",
     "facts[0].more[0]: gives 'rival' away with 'Nordpump'"),
    ("hints: [There is always somebody", "hints: [Nordpump sells pumps., There is always somebody", "Nordpump sells",
     "facts[1].hints[0]: gives 'rival' away with 'Nordpump'; name the topic, not the fact"),
    ("hints: [Money is money.", "hints: [Something was cut in half in March., Money is money.", "Something was cut",
     "facts[0].hints[0]: gives 'budget' away with 'was cut in half in'; name the topic, not the fact"),
    ("What do you know about where the money comes from?", "Was the pump budget cut in half in March?", "Was the pump",
     "facts[0].question: gives 'budget' away with 'cut in half in march'; ask about it without saying what it is"),
    ("topic: who else is quoting", "topic: what Nordpump quotes", "topic: what Nordpump",
     "facts[1].topic: gives 'rival' away with 'Nordpump'; name it without saying what it is"),
    ("What do you know about where the money comes from?", "You should ask them about the money.", "You should ask",
     "facts[0].question: reads as "),
    ("What do you know about where the money comes from?", "Is there a budget?", "Is there a budget?",
     "facts[0].question: reads as a closed question, not an open question; start with what"),
    ("    rank: 1\n", "    rank: 1\n    instructed: true\n", "instructed: true",
     "steps[0].instructed: is true but directive_ok isn't"),
    ("directive_ok: false", "directive_ok: true", "directive_ok",
     "directive_ok: is true, but the manager has no step to order; set 'instructed: true'"),
    ("      text: The pump budget is whole.", "      opens: {openness: 1.0}\n      text: The pump budget is whole.",
     "opens: {openness: 1.0}", "variant old-friend: facts[0].opens.openness: 1 is never reached"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "marker", "said"), ERRORS, ids=[f"{e[3][:40]} {e[1][:20]!r}" for e in ERRORS])
def test_a_planted_mistake_is_told_with_its_line(engine: Engine, old: str, new: str, marker: str, said: str):
    files = small_files((old, new))

    begins = re.compile(rf"{place(files, marker)}:\d+: {re.escape(said)}")
    assert [line for line in check(engine, files).errors if begins.match(line)]


CLOSED = ("openness: 0.3}\n    question: Who else", "openness: 1.0}\n    question: Who else")


def test_needs_that_go_round_in_a_circle_are_named(engine: Engine):
    gives = ('    again: ["As I said, it is the budget."', '    gives: [rival]\n    again: ["As I said, it is."')
    files = small_files(CLOSED, gives)

    said = (
        "insights[0].needs[1]: 'rival' comes only with 'price-is-not-it', which needs it: this is circular; "
        "remove it, or let 'rival' open by itself"
    )
    assert f"{place(files, 'needs: [budget, rival]')}:21: {said}" in check(engine, files).errors


def test_a_fact_that_an_insight_gives_needs_no_gate_that_opens(engine: Engine):
    gives = ("    needs: [budget, rival]\n", "    needs: [budget]\n    gives: [rival]\n")

    assert check(engine, small_files(CLOSED, gives)).errors == ()


ADVICE = [
    ("## nod", "## nod", "## nod", "replies.nod: has 2; write 6 more, or the rep will repeat lines"),
    ("## sunny\n", "## sunny\n- All right.\n", "- All right.\n- It looks good", "replies.sunny[0]: 'All right.' is already under reply/ack_tell"),
    ("- I do not know that.", "- I do not know that.\n- I do not know that!", "- I do not know that!", "replies.unknown[2]: 'I do not know that!' is already in this list; write another"),
    ("## sunny\n", "## sunny\n- The pump budget was halved in March you know.\n", "- The pump budget was halved in March you", "replies.sunny[0]: seems to tell 'budget' (nearness "),
    ("## sunny\n", "## sunny\n- They quoted last week and they are a tenth under us.\n", "- They quoted last week and they",
     "replies.sunny[0]: seems to tell 'rival' (nearness "),
    ("brief: Ada has a quote out at Lund, and it has been quiet.", "brief: The quote that our Norra sent out is at Lund.", "brief:",
     "brief: 'Norra' appears only once; did you mean 'Nora'?"),
    ("brief: Ada has a quote out at Lund, and it has been quiet.", "brief: Half of the pump money went in March and she never asked which half.", "brief:",
     "brief: seems to tell 'budget' (nearness "),
    ("    opens: {ask: open, openness: 0.3}\n    question: Who else", "    opens: {ask: any, openness: 0.3}\n    question: Who else", "opens: {ask: any",
     "facts[1].opens: 1 of 2 facts open to anything that is said, so that asking makes no difference; set 'ask: open' on most"),
    ("openness: 0.3}\n    question: Who else", "openness: 0.9}\n    question: Who else", "openness: 0.9}",
     "facts[1].opens.openness: 0.9 is more than a good coach gets to in time (0.88 after 5 perfect turns); about 0.5"),
    ("      text: The pump budget is whole.\n      lines:\n        - The money is all there. I asked.\n        - The pump budget is whole, so it is something else.\n        - It is all there, the money, every coin of it.\n",
     "      text: The pump budget is whole.\n", "    lines:\n      - It was cut in half in March, the pump budget.",
     "variant old-friend: facts[0].lines: are those of the base, but the variant changes the text of 'budget'; write its lines anew"),
    ("Ada had thought of something herself.", "Ada asked the plant manager.", "text: Ada asked",
     "epilogues[0].text: 'Ada asked the plant manager.' seems to be about 'Ask the plant manager what is left', which may not have happened; "),
    ("afterwards: Lund signed for two pumps.", "afterwards: The plant manager signed.", "afterwards: The plant manager signed",
     "steps[1].afterwards: 'The plant manager signed.' seems to be about 'Ask the plant manager what is left'"),
    ("      - how is the budget looking\n", "      - how is the budget looking at Lundt\n", "looking at Lundt", "facts[0].asks[1]: 'Lundt' appears only once; did you mean 'Lund'?"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "marker", "said"), ADVICE, ids=[said[:50] for *_, said in ADVICE])
def test_advice_is_told_with_its_line(engine: Engine, old: str, new: str, marker: str, said: str):
    files = small_files((old, new))
    report = check(engine, files)
    begins = re.compile(rf"{place(files, marker)}:\d+: {re.escape(said)}")

    assert report.errors == ()
    assert [line for line in report.advice if begins.match(line)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("who-berit: who runs the plant", True),
        ("boss: who Berit is", True),
        ("boss: Berit", True),
        ("boss: who runs the plant under Berit", False),
        ("who-ada: who Ada is", False),
    ],
)
def test_an_alias_that_an_entry_is_about_is_told(engine: Engine, heading: str, told: bool):
    files = small_files(("aliases: [Lund, Ada, Nora]", "aliases: [Lund, Ada, Nora, Berit]"))
    knows = f"## {heading}\n- She walks the floor twice a day, Berit does.\n? who is that\n"
    found = check(engine, in_folder("small-deal", {**dict(files.files), "knows.md": knows})).advice

    assert any(" aliases: 'Berit': an entry or a topic is about this name, but" in line for line in found) is told


def test_an_alias_that_a_topic_is_about_is_told(engine: Engine):
    aliases = ("aliases: [Lund, Ada, Nora]", "aliases: [Lund, Ada, Nora, Berit]")
    about, beside = (
        check(engine, small_files(aliases, ("topic: who else is quoting", f"topic: {topic}"))).advice
        for topic in ("what Berit thinks", "what else is on the desk of Berit")
    )

    assert any(" aliases: 'Berit': " in line for line in about)
    assert not any(" aliases: " in line for line in beside)


def test_asks_under_the_wrong_fact_are_told(engine: Engine):
    one, other = FILES.text("scenario.yaml").split("    asks:\n")[1:3]  # type: ignore[union-attr]
    asks, others = (part[: part.index("    states:")] for part in (one, other))
    swapped = small_files((asks, "SWAP\n"), (others, asks), ("SWAP\n", others))

    assert without_counts(check(engine, swapped).advice) == [
        f"{place(swapped, 'asks:')}:5: facts[0].asks: are about 'rival' rather than 'budget'; are they under the wrong fact?",
        f"small-deal/scenario.yaml:{place_of_second(swapped)}:5: facts[1].asks: are about 'budget' rather than 'rival'; are they under the wrong fact?",
    ]


def place_of_second(files: ScenarioFiles) -> int:
    """The line of the second fact's asks."""
    text = files.text("scenario.yaml") or ""
    return text[: text.index("    asks:\n", text.index("id: rival"))].count("\n") + 1


def test_asks_that_are_no_questions_are_told(engine: Engine):
    asks = re.findall(r"      - (?:what|how|tell|where|who) .*\n", FILES.text("scenario.yaml") or "")[:12]
    edits = [(ask, f"      - you should call them about number {n} today\n") for n, ask in enumerate(asks)]
    found = check(engine, small_files(*edits)).advice

    assert [line for line in found if "facts[0].asks: " in line and "don't read as questions" in line]


LOST = "; put the text in quotes, or a comment on a line of its own"
CUT = [
    ("text: The pump budget was cut in half in March.", "text: The pump budget is line #4 # of the plan", "#4 # of",
     f"facts[0].text: '#4 # of the plan' is lost, because ' #' begins a comment{LOST}"),
    ("title: A small deal", "title: Deal #4", "#4", f"title: '#4' is lost, because ' #' begins a comment{LOST}"),
    ("      - It was cut in half in March, the pump budget. I have", "      - It was cut # in half. I have", "# in half",
     "facts[0].lines[0]: '# in half. I have not asked what is left.' is lost, because"),
    ("Quote sent,", "Quote sent # in May\n ,", "# in May", "crm.Stage: '# in May' is lost"),
    ("hints: [Money is money.", "hints: [Well, I'd say so, He'd know, Money is money.", "Well, I'd",
     "facts[0].hints[0]: reads like the start of \"Well, I'd say so\"; a comma ends it here, so put the line in quotes"),
    ("hints: [Money is money. They", "hints: [Money is money, they", "Money is money, they",
     "facts[0].hints[0]: reads like the start of 'Money is money, they will find it.'"),
    ("commit: [Tomorrow at nine. I", "commit: [At nine, I", "At nine, I",
     "steps[0].commit[0]: reads like the start of 'At nine, I will ask the plant manager.'"),
    ("      text: The pump budget is whole.", "      text: The pump budget is whole #now", "#now",
     "replaces.facts[0].text: '#now' is lost"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "marker", "said"), CUT, ids=[marker for _, _, marker, _ in CUT])
def test_text_that_yaml_cuts_is_told(engine: Engine, old: str, new: str, marker: str, said: str):
    files = small_files((old, new))
    begins = re.compile(rf"{place(files, marker)}:\d+: {re.escape(said)}")

    assert [line for line in check(engine, files).advice if begins.match(line)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("difficulty: 1", "difficulty: 1 # an easy one"),
        ("lens: deal", "lens: deal # or skill"),
        ("title: A small deal", "title: A small deal  # the second of two"),
        ("      - how is the budget looking\n", "      # how they ask #1\n      - how is the budget looking\n"),
        ("brief: Ada has a quote out at Lund, and it has been quiet.", "brief: Ada has a quote out. # not much"),
        ("title: A small deal", "title: 'A small deal #4' # of five"),
        ("title: A small deal", "title: A small deal#4"),
        ("scene: Monday morning, on the phone. You speak first.", "scene: >-\n  Monday, line #4 # on the phone."),
        ("states: [their budget was cut in half,", "states: [Their budget, they say, was cut in half,"),
        ("hints: [Money is money. They will", 'hints: ["Money, they say.", They will'),
        ("[It is fine. It is a quote., I do not think about it much.]", "[It is fine, I do not mind it]"),
        ("## nod\n", "## nod\n- I see # and [well, I see] more.\n"),
    ],
)
@pytest.mark.slow
def test_a_real_comment_and_a_real_list_are_fine(engine: Engine, old: str, new: str):
    found = check(engine, small_files((old, new))).advice

    assert [line for line in found if " is lost" in line or "a comma ends" in line] == []


def test_a_number_sign_within_a_plain_file_is_text():
    plain = {"knows.md": "## unit: the unit\n- Unit #4 # by the door.\n", "asks/budget.txt": "is it unit #4 # or #5\n"}
    loaded = load_files(in_folder("small-deal", {**dict(FILES.files), **plain}))

    assert loaded.entry("unit").says[0].text == "Unit #4 # by the door."
    assert loaded.fact("budget").asks[-1] == "is it unit #4 # or #5"


def with_asks(fact: str, asks: list[str], *edits: tuple[str, str]) -> ScenarioFiles:
    """The small scenario with other asks for a fact."""
    text = FILES.text("scenario.yaml") or ""
    before, _, after = text[text.index(f"  - id: {fact}\n") :].partition("    asks:\n")[2].partition("    lines:\n")
    listed = "".join(line for line in before.splitlines(keepends=True) if line.startswith("      - "))
    assert after
    return small_files((listed, "".join(f"      - {ask}\n" for ask in asks)), *edits)


MOODS = (
    "tired",
    "upset",
    "fine",
    "worried",
    "angry",
    "okay",
    "bored",
    "sad",
    "happy",
    "busy",
    "ill",
    "calm",
    "low",
    "sore",
    "off",
)
YES_OR_NO = [f"are you {mood}" for mood in MOODS]
STATUS = [f"is it at {n}0 percent yet" for n in range(1, 10)] + [f"did you log stage {n}" for n in range(1, 8)]
ON_FEELINGS = ": a feeling needs an open question; write more that start with what or how"
OR_CLOSED = "; write more that start with what, how, who or why, or set 'ask: closed'"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fact", "asks", "edits", "said"),
    [
        ("tired", YES_OR_NO, [], f"facts[2].opens.ask: only 1 of its 16 questions{{}}{ON_FEELINGS}"),
        ("tired", [*YES_OR_NO[6:], *["how is it for you"] * 6], [], None),
        ("budget", STATUS, [], f"facts[0].opens.ask: only 1 of its 17 questions{{}}{OR_CLOSED}"),
        ("budget", STATUS, [("ask: open, openness: 0.2", "ask: closed, openness: 0.2")], None),
        ("budget", [ask.replace("did you log", "why is it at") for ask in STATUS], [], None),
    ],
    ids=["feeling", "feeling-some-open", "open", "closed", "open-some-why"],
)
def test_a_gate_that_few_of_a_facts_own_questions_pass_is_told(
    engine: Engine, fact: str, asks: list[str], edits: list[tuple[str, str]], said: str | None
):
    report = check(engine, with_asks(fact, asks, *edits))
    told = [line.partition(": ")[2] for line in report.advice if "can open it" in line]

    assert report.errors == ()
    assert told == ([said.format(", 'question' included, can open it, however open the rep is")] if said else [])


def test_a_gate_that_none_of_a_facts_own_questions_passes_is_a_mistake(engine: Engine):
    files = with_asks("tired", YES_OR_NO, ("How are you with all this waiting?", "Are you tired?"))

    said = "facts[2].opens.ask: none of its 16 questions, 'question' included, can open it, however open the rep is"
    assert f"{place(files, 'opens: {ask: open}')}:13: {said}{ON_FEELINGS}" in check(engine, files).errors


TELLS = ("## greet\n", "## greet\n- Is this about Nordpump?\n")


def test_a_line_with_its_needs_is_fine(engine: Engine):
    files = small_files(("## greet\n", "## greet\n- [needs rival] Is this about Nordpump?\n"))

    assert check(engine, files).errors == ()


def test_a_name_that_the_manager_knows_or_brings_is_no_secret(engine: Engine):
    assert check(engine, small_files(TELLS, ("it has been quiet.", "Nordpump is quoting."))).errors == ()
    brought = ("acknowledge: [A new buyer.", "acknowledge: [Nordpump has a buyer., A new buyer.")
    assert len(check(engine, small_files(brought)).errors) == 1
    title = ("    title: A new buyer", "    title: A Nordpump buyer")
    assert check(engine, small_files(brought, title)).errors == ()


def test_what_a_variant_shares_with_the_base_is_told_once(engine: Engine):
    found = check(engine, small_files(TELLS))

    assert len(found.errors) == 1
    assert "variant" not in "".join(found.advice)


def test_a_scenario_that_does_not_load_is_told_as_such(engine: Engine):
    found = check(engine, small_files(("lens: deal", "lens: moon")))

    assert found == Report(("small-deal/scenario.yaml:9:1: lens: 'moon' is not one of deal, skill",))


def test_what_the_rep_knows_and_gives_a_fact_away_is_told(engine: Engine):
    knows = "## pumps: the pumps\n- Nordpump has pumps too.\n- [needs rival] Nordpump has them.\n"
    other = "## rivals: who else\nfact: rival\n- Nordpump quoted.\n~ Nordpump, perhaps.\n"
    files = in_folder("small-deal", {**dict(FILES.files), "knows.md": f"{knows}\n{other}"})

    assert check(engine, files).errors == ()
    assert [line.partition("; ")[0] for line in check(engine, files).advice if "gives" in line] == [
        "small-deal/knows.md:2:1: entries.pumps.says[0]: gives 'rival' away with 'Nordpump'",
        "small-deal/knows.md:8:1: entries.rivals.hints[0]: gives 'rival' away with 'Nordpump'",
    ]


def test_findings_come_file_by_file_and_line_by_line(engine: Engine):
    files = small_files(TELLS, ("  openness: 0.4\n", "  openness: 0.1\n"), ("- I see.\n", "- Nordpump, I see.\n"))

    assert [line.partition(": ")[0] for line in check(engine, files).errors] == [
        "small-deal/scenario.yaml:21:3",
        "small-deal/voice.md:66:1",
        "small-deal/voice.md:87:1",
    ]


def test_what_askwell_says_for_the_author_is_not_the_authors_to_mend(engine: Engine):
    files = in_folder("small-deal", {name: text for name, text in FILES.files if name != "voice.md"})

    assert check(engine, files) == Report()


def test_the_small_scenario_makes_sense(engine: Engine):
    report = check(engine, FILES)

    assert report.errors == ()
    assert without_counts(report.advice) == []


# The others' badges stand for the same check: a file that has changed since has none, which test_qualify.py notices.
@pytest.mark.nightly
@pytest.mark.parametrize("scenario_id", Library().scenario_ids())
def test_bundled_scenarios_are_nearly_silent(engine: Engine, scenario_id: str):
    report = check(engine, Library().text(scenario_id))

    assert len(report.errors) <= 2
    told = [line for line in report.advice if "/knows.md:" not in line and "nothing in knows.md says" not in line]
    assert len(told) <= 8
    assert all(re.match(rf"{scenario_id}/[a-z/.-]+:\d+:\d+: ", line) for line in (*report.errors, *report.advice))


# Words


def test_names_are_capitalised_words_inside_a_sentence():
    text = "Warren rang. He and O'Neil's man met Priya at Lake Harlan on Monday, as I said. \"Then\" 1,200 or 12 or 7 left."

    assert name_words(text) == ("O'Neil", "Priya", "Lake", "Harlan")
    assert name_words(text, everywhere=True)[:2] == ("Warren", "He")
    assert list(digit_runs(text)) == ["1200", "12"]


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [
        ("priya", "prya", 1),
        ("priya", "pirya", 1),
        ("lund", "lnud", 1),
        ("ada", "ada", 0),
        ("a", "abcd", 3),
        ("", "ab", 2),
    ],
)
def test_letters_are_counted(one: str, other: str, away: int):
    assert edits(one, other, 2) == away


# A new scenario

ODD = [
    "plain",
    'a "quoted" word',
    "it's: a # colon",
    "- [x, {y: z}] & *a !b %c @d `e",
    "two\nlines\r\nand\ttabs",
    "$truth and ${looks} $$ $unknown",
    "back\\slash \\n \\u0041",
    "smile 😀 über 東京 \u2028 there",
    "012",
    "no",
    "~",
    "--- ...",
    "{{ 7 * 7 }} %(x)s {0}",
    "<b>bold</b> ![](http://h)",
]


@pytest.mark.parametrize("odd", ODD)
def test_whatever_an_author_types_stays_text(odd: str):
    files = new_scenario("my-deal", Beginning(odd, odd, odd, "account", odd, odd))
    loaded = load_files(files)
    said = " ".join(odd.split())

    assert (loaded.rep.name, loaded.rep.role, loaded.manager.name) == (said, said, said)
    assert loaded.brief.startswith(said)
    assert loaded.fact("truth").text.rstrip(".") == said.rstrip(".")
    assert not re.search(r"\$(?!truth|\{|\$| |unknown)", files.text("scenario.yaml") or "")


@pytest.mark.slow
@pytest.mark.parametrize("area", list(Area))
def test_a_new_scenario_makes_sense_at_once(engine: Engine, area: str):
    files = new_scenario("my-deal", Beginning("Ana", "Rep", "Bo", area, "They like us.", "Nordpump bid 1,200 in May"))

    assert [name for name, _ in files.files] == ["knows.md", "scenario.yaml"]
    assert check(engine, files) == Report()


@pytest.mark.parametrize(
    ("scenario_id", "changed", "said"),
    [
        ("My Deal", {}, "'My Deal' can't be an id; use lower-case letters"),
        ("../x", {}, "'../x' can't be an id"),
        ("", {}, "'' can't be an id"),
        ("my-deal\n", {}, "'my-deal\\n' can't be an id"),
        ("x" * 65, {}, "can't be an id"),
        ("my-deal", {"area": "moon"}, "--area: 'moon' is not one of lead_and_opportunity, pipeline, "),
        ("my-deal", {"rep": " \n"}, "--rep: is empty"),
        ("my-deal", {"rep": "x" * 81}, "--rep: 81 characters is too long; the limit is 80"),
        ("my-deal", {"truth": "x" * 1001}, "--truth: 1,001 characters is too long; the limit is 1,000"),
        ("my-deal", {"looks": "bell \x07"}, "--looks: control characters are not allowed"),
        ("my-deal", {"looks": "half \ud83d"}, "--looks: control characters are not allowed"),
        ("my-deal", {"looks": "not a letter \uffff"}, "--looks: control characters are not allowed"),
    ],
)
def test_what_cannot_be_used_is_named(scenario_id: str, changed: dict[str, str], said: str):
    values = {name: getattr(BEGINNING, name) for name in Beginning.__slots__}

    with pytest.raises(ScenarioError) as caught:
        new_scenario(scenario_id, Beginning(**{**values, **changed}))
    assert said in str(caught.value)


def test_a_new_scenario_overwrites_nothing(tmp_path: Path):
    folder = write_new(tmp_path, small_files(scenario_id="my-deal"))
    assert folder == tmp_path / "scenarios" / "my-deal"
    before = (folder / "scenario.yaml").read_text(encoding="utf-8")
    (tmp_path / "scenarios" / "hanging").symlink_to(tmp_path / "elsewhere")

    for scenario_id, said in (
        ("my-deal", "my-deal: already exists; choose another id, or move it away"),
        ("hanging", "hanging: already exists; choose another id, or move it away"),
        ("jones-deal", "'jones-deal' is the id of a bundled scenario; choose another"),
    ):
        with pytest.raises(ScenarioError) as caught:
            write_new(tmp_path, small_files(("title: A small deal", "title: Two"), scenario_id=scenario_id))
        assert said in str(caught.value)
    assert (folder / "scenario.yaml").read_text(encoding="utf-8") == before
    assert not (tmp_path / "elsewhere").exists()


def test_a_new_scenario_stays_inside_its_directory(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory):
    (tmp_path / "scenarios").symlink_to(tmp_path_factory.mktemp("outside"))

    with pytest.raises(ScenarioError, match="leads outside"):
        write_new(tmp_path, FILES)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ScenarioError):
        write_new(tmp_path / "file", FILES)
