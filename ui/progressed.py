"""Progress in words: the sentence, the trend, minutes, habits and the focus. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence

from bot.progress.focus import HELD_FOR, FocusCourse, FocusOutcome, Stage
from bot.progress.habits import CHECKS, Habit, HabitCourse, Seen
from bot.progress.minutes import HALF_HOUR_SOURCE
from bot.progress.overview import SHARE_AS_GOOD_AS, Compared, CriterionCourse, Progress
from bot.progress.rhythm import WEEKDAYS, Rhythm, ThisWeek
from bot.progress.selfcheck import HearingGap
from bot.progress.talks import EndedTalk
from bot.progress.trend import THREE, ScoreTrend, Way, trend
from bot.scoring.saying import count_word, number_word, portion, sentence_case, times_word

from .wording import LEVEL_NAMES, OVERALL, count

FOCUS_WORDS = {
    "exploring": "Ask openly first",
    "inspection": "Check status less",
    "ownership": "Leave the plan",
    "balance": "Ask, don’t tell",
    "discovery": "Find out more",
    "instruction": "Say it plainly",
    "view_asked": "Ask their view",
    "debrief": "Ask again afterwards",
    "one_at_a_time": "One question only",
    "no_takeover": "Don’t take over",
    "listening": "Say it back",
    "affirming": "Name a strength",
    "forward": "Look ahead more",
    "airtime": "Let them talk",
    Habit.HIDDEN_ADVICE: "No hidden advice",
    Habit.ORDERS: "Give no orders",
    Habit.TAKING_OVER: "Don’t take over",
    Habit.UNASKED_ADVICE: "Ask before advising",
    Habit.BLAME: "Leave blame out",
    Habit.STATUS_CHECKS: "Check status less",
    Habit.STACKING: "One question only",
}
"""What a focus is called, in three words, by what it is about."""
HABIT_NAMES = {
    Habit.HIDDEN_ADVICE: "Advice inside a question",
    Habit.ORDERS: "Orders",
    Habit.TAKING_OVER: "Taking over",
    Habit.UNASKED_ADVICE: "Advice that nobody asked for",
    Habit.BLAME: "Blame",
    Habit.STATUS_CHECKS: f"Checking where things stand, {number_word(CHECKS)} times or more",
    Habit.STACKING: "Two questions at once",
}
TOO_FEW_TO_SAY = "Too few to say"
HALF_HOUR_NOTE = (
    f"A yardstick: nearly half of sales managers (47.1%) spend half an hour a week or less on coaching "
    f"skills. Source: {HALF_HOUR_SOURCE}."
)


def progress_sentence(scored: Sequence[EndedTalk], compared: Compared | None, played: int) -> str:
    """How it stands in one sentence; `played` counts all first goes, scored or not. Empty where there is none."""
    if compared is not None:
        return _since_last_time(compared)
    if scored:
        return f"Your first talk was {_level(scored[-1])}{_made_up(scored[-1])}."
    if played:
        return "What you’ve said so far was too short to score. Three turns of yours are enough."
    return ""


def trend_line(progress: Progress) -> str:
    """What may be said of the score over time: a direction from two first goes, a trend from three."""
    found, compared = progress.scores, progress.compared
    if compared is not None and len(found.values) == 2:
        before, now = found.values
        went = {Way.UP: "went up", Way.DOWN: "went down"}.get(compared.way, "stayed about the same")
        return f"Your score {went}, from {before:.0f} to {now:.0f}. That’s a direction. A trend takes three talks."
    if compared is None:
        return "One more first go shows a direction. A trend takes three or more."
    return _trend(found)


def criterion_trend(course: CriterionCourse, at_most: bool) -> str:
    """Whether a criterion got better, by its values so far; for those of which less is better, less is better."""
    values = [-value for value in course.values] if at_most else list(course.values)
    way = trend(values[-12:]).way
    said = {Way.UP: "better", Way.DOWN: "worse", Way.SAME: "the same", Way.UNCLEAR: "up and down"}
    if way is Way.TOO_FEW and len(values) >= THREE:
        return said[Way.UNCLEAR]
    return said.get(way, TOO_FEW_TO_SAY.lower())


def differences_line(progress: Progress) -> str:
    """A line where old and new figures were not made alike, or corrections could not be counted; else empty."""
    told = []
    if len(progress.readers) > 1 or len(progress.rubrics) > 1:
        what = "readers" if len(progress.readers) > 1 else "versions of the scoring"
        told.append(f"Different {what} made these figures, so a small change may come from that and not from you.")
    if any(talk.as_it_was for talk in progress.firsts):
        told.append("Where a scenario has changed since, your corrections could not be counted again.")
    return " ".join(told)


def minutes_line(minutes: int) -> str:
    """How much was practised this week."""
    spent = f"About {count(minutes, 'minute')}" if minutes else "No minutes"
    return f"{spent} in conversation this week."


def habit_line(seen: Seen) -> str:
    """What has become of a habit, in one sentence."""
    talks = "your only talk" if seen.talks == 1 else f"your last {number_word(seen.talks)} talks"
    where = f"in {number_word(len(seen.sightings))} of {talks}"
    return {
        HabitCourse.RETURNED: f"It came back: it was gone, and now it’s there again ({where}).",
        HabitCourse.THERE: f"It’s there {where}." if seen.talks > 1 else "It was there in your only talk.",
        HabitCourse.ONCE: f"We first heard it in your last talk: {where}.",
        HabitCourse.GONE: f"We didn’t hear it in your last talk; you had it {where}.",
    }[seen.course]


def focus_line(course: FocusCourse) -> str:
    """How a focus stands, in one sentence."""
    if course.stage is Stage.LOOK_AGAIN:
        if not course.since:
            return "You retired it two weeks ago or more, and haven’t practised since. Look again: is it still so?"
        told = f"it has slipped {times_word(course.slips)} since" if course.slips else "it has held ever since"
        return f"You retired it two weeks ago or more, and {told}."
    if course.worked_on and course.stage is Stage.RETIRED:
        return f"It held in {number_word(HELD_FOR)} new variants running, then slipped. Keep it, or choose another."
    if course.stage is Stage.RETIRED:
        return f"It held in {number_word(HELD_FOR)} new variants running, so you can retire it. Choose the next one."
    tried = [
        went for talk, went in course.went if talk.id in course.firsts and went.outcome is not FocusOutcome.TOO_LITTLE
    ]
    if not tried:
        return "You haven’t tried it in a new variant yet."
    held = sum(went.outcome is FocusOutcome.HELD for went in tried)
    tries = count_word(len(tried), "new variant")
    told = f"It has held {times_word(held)} in {tries}." if held else f"You’ve tried it in {tries}; it hasn’t held yet."
    return f"{told} Once it holds in {number_word(HELD_FOR)} running, it’s retired."


def week_line(rhythm: Rhythm, done: ThisWeek) -> str:
    """What was done this week of what was planned. What is missing is no fault."""
    parts = [_of(done.practices, rhythm.practices, "practice")] if rhythm.practices else []
    parts += [_of(done.drills, rhythm.drills, "drill")] if rhythm.drills else []
    return f"This week: {', '.join(parts)}." if parts else ""


def rhythm_line(rhythm: Rhythm) -> str:
    """What was committed to."""
    parts = [count_word(rhythm.practices, "practice")] if rhythm.practices else []
    parts += [count_word(rhythm.drills, "drill")] if rhythm.drills else []
    said = sentence_case(" and ".join(parts)) if parts else "Nothing"
    return f"{said} a week, on {WEEKDAYS[rhythm.weekday]} at {rhythm.at:%H:%M}."


def gap_line(gap: HearingGap) -> str:
    """How well somebody hears themselves, over time."""
    if not gap.gaps:
        return "Rate a talk before you read its debrief, and you’ll see here how well you hear yourself."
    if gap.mean is None:
        return f"You’ve rated {count_word(len(gap.gaps), 'talk')}. {TOO_FEW_TO_SAY}; it takes three."
    heard = f"You heard yourself well in {number_word(gap.well)} of {count_word(len(gap.gaps), 'talk')}."
    if abs(gap.mean) <= SHARE_AS_GOOD_AS:
        return f"{heard} On average you’re right about how much you ask."
    side = "less" if gap.mean > 0 else "more"
    return f"{heard} On average you ask {side} than you think."


def _since_last_time(compared: Compared) -> str:
    before, now = compared.before, compared.now
    levels = (
        f"{sentence_case(_level(now))} again"
        if before.level == now.level
        else f"You went from {_level(before)} to {_level(now)}"
    )
    return f"{levels}{_made_up(now, before)}."


def _made_up(now: EndedTalk, before: EndedTalk | None = None) -> str:
    """How much of the talk was asking, after how much last time, as the second half of a sentence."""
    if now.ask_share is None:
        return ""
    said = f": asking openly and listening made up {_part(now.ask_share)} of what counted"
    if before is None or before.ask_share is None:
        return said
    if abs(now.ask_share - before.ask_share) < SHARE_AS_GOOD_AS or _part(now.ask_share) == _part(before.ask_share):
        return f"{said}, much as last time"
    return f"{said}, after {_part(before.ask_share)} of it last time"


def _part(share: float) -> str:
    return portion(share) if share else "none"


def _level(talk: EndedTalk) -> str:
    return OVERALL.get(talk.level, talk.level).lower()


def _trend(found: ScoreTrend) -> str:
    goes = f"your last {number_word(len(found.values))} first goes"

    if found.way is Way.SAME:
        return f"Over {goes} your score stayed the same."
    if found.interval is None:
        if found.way is Way.TOO_FEW:
            return f"Over {goes} your score goes up and down, without a direction."
        went = "rose" if found.way is Way.UP else "fell"
        return f"Over {goes} your score {went} each time. {TOO_FEW_TO_SAY} whether that lasts."
    low, high = found.interval
    if found.way is Way.UNCLEAR:
        return f"Over {goes} your score goes up and down, without a clear trend."
    went = "rose" if found.way is Way.UP else "fell"
    least, most = sorted((abs(low), abs(high)))
    each = f"about {count(round(abs(found.each or 0)), 'point')} a talk"
    return f"Over {goes} your score {went} by {each}: between {least:.0f} and {most:.0f}, 19 times in 20."


def _of(done: int, planned: int, noun: str) -> str:
    return f"{min(done, planned)} of {count(planned, noun)}" if done <= planned else f"{count(done, noun)}"


def level_name(level: str | None) -> str:
    """A criterion's level in words; a dash where there is none."""
    return LEVEL_NAMES.get(level or "", "–")
