"""What a rep knows: the file of entries, and the entries about the talk that every rep has."""

from __future__ import annotations

import pytest

from bot.errors import ScenarioError
from bot.scenario import EntryLevel, Form, Mood, PlanTag, load_files
from bot.scenario.folder import in_folder
from bot.scenario.knows import parse_knows, talk_entries
from bot.scenario.library import Library
from bot.testing import small_files

KNOWS = """\
# Ada's world

## lund-who: who runs the plant at Lund
level: open
- Berit Holm runs it, and she walks the floor twice a day.
- [when] Berit took it over in the spring.
+ Berit used to be the night shift's foreman.
? who runs lund
? who's in charge over there

## lund-worry: what worries her about Lund
level: hidden
~ It's a long drive home from Lund.
~ I think about Lund more than I should.
- [feel, open] I lie awake over Lund, if you want to know.
? what keeps you up at night
"""


def loaded(knows: str = KNOWS):
    return load_files(in_folder("small-deal", {**dict(small_files().files), "knows.md": knows}))


def problems(knows: str) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        parse_knows(knows, "knows.md")
    return str(raised.value).splitlines()


def test_an_entry_has_a_subject_a_level_lines_with_their_tags_and_questions():
    entry = loaded().entry("lund-who")

    assert (entry.about, entry.level) == ("who runs the plant at Lund", EntryLevel.OPEN)
    assert [line.form for line in entry.says] == [None, Form.WHEN]
    assert entry.says[1].text == "Berit took it over in the spring."
    assert entry.asked == ("who runs lund", "who's in charge over there")
    assert loaded().entry("lund-worry").says[0].mood is Mood.OPEN


STEPS = """\
## lund-next: what she would do about Lund
level: open
step: ask-the-plant
- [plan] I'd ring Berit first.
- [when, promise] Tomorrow, before the tide.
? what would you do about lund
"""


def test_a_line_may_name_a_step_of_the_reps_own():
    entry = loaded(STEPS).entry("lund-next")

    assert entry.step == "ask-the-plant"
    assert [line.plan for line in entry.says] == [PlanTag.NAMED, PlanTag.DATED]


def test_a_step_that_the_scenario_does_not_have_is_told_with_its_line():
    with pytest.raises(ScenarioError, match=r"knows\.md:3:1: .*no-such-step"):
        loaded(STEPS.replace("ask-the-plant", "no-such-step"))


def test_a_plan_outside_what_the_rep_knows_is_told_with_its_line():
    files = dict(small_files().files)
    voice = files["voice.md"].replace("## hand_over\n- ", "## hand_over\n- [plan] ", 1)
    assert voice != files["voice.md"]

    with pytest.raises(ScenarioError, match=r"voice\.md:\d+:1: .*'plan' belongs to lines of knows\.md"):
        load_files(in_folder("small-deal", {**files, "voice.md": voice}))


def test_every_rep_can_speak_about_the_talk_itself():
    scenario = loaded()
    ids = {entry.id for entry in scenario.entries}

    assert {entry.id for entry in talk_entries()} <= ids
    assert all(entry.says and entry.asked for entry in talk_entries() if entry.id != "talk-which")


def test_a_scenarios_own_words_about_the_talk_come_before_the_default_ones():
    own = "## talk-thanks: thanks\n- You're welcome, Bo.\n"
    entry = loaded(own).entry("talk-thanks")
    default = next(entry for entry in talk_entries() if entry.id == "talk-thanks")

    assert [line.text for line in entry.says] == ["You're welcome, Bo."]
    assert entry.more == default.says
    assert entry.asked == default.asked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("level: open\n", "knows.md:1:1: write a heading '## id: what it is about' first"),
        ("## Lund\n", "knows.md:1:1: a heading must read '## id: what it is about'"),
        ("## a: b\nwords\n", "knows.md:2:1: 'words' is not understood"),
        ("## a: b\nlevel: open\nlevel: open\n", "knows.md:3:1: level appears twice in this entry"),
        ("## a: b\n- [whe] Words.\n", "knows.md:2:1: the tag 'whe' is not one of who, what"),
        ("## a: b\n- W\x07rds.\n", "knows.md:2:1: control characters are not allowed"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, said: str):
    assert problems(text)[0].startswith(said)


def test_a_mistake_in_a_field_is_told_with_its_line():
    with pytest.raises(ScenarioError, match=r"^small-deal/knows\.md:3:1: entries\[0\]\.level: 'secret' is not one of"):
        loaded("## a: b\n- Words.\nlevel: secret\n")


def test_entries_are_true_in_the_variants_they_name():
    library = Library()
    base, other = (library.scenario("jones-deal", variant) for variant in ("base", "budget-freeze"))

    assert "agreement-number-bf" in {entry.id for entry in other.entries}
    assert "agreement-number-bf" not in {entry.id for entry in base.entries}
