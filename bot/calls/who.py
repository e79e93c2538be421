"""Who is who: which labels are one person, who is the manager, who the rep, and whom to leave out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import TranscriptError
from ..text.words import word_set
from .label import SpeakerLabel, name_key
from .utterance import Utterance, opening_words

_MANAGERS = word_set("manager coach leader boss supervisor me")
_REPS = word_set("rep representative seller salesperson coachee ae bdr sdr them")
_REP_TITLES = ("account manager", "account executive", "sales rep", "sales representative", "account rep")
_MOST_SHOWN = 8
_OPENING = 12
"""Words may be one by one, so somebody's first words are those of this many utterances."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who speaks: the name as shown, what stood around it, the number of utterances, and the first words.

    `unnamed` says that the tool didn't know the name, so that a page should show the first words beside it.
    """

    name: str
    key: str
    note: str
    utterances: int
    first_words: str
    unnamed: bool


@dataclass(frozen=True, slots=True)
class Roles:
    """Who was taken for whom: the keys of both sides' labels, their names, and why the manager is the manager.

    `why` is "named", "called so" or "speaks first"; only the last is a guess.
    """

    manager: Participant
    rep: Participant
    manager_keys: frozenset[str]
    rep_keys: frozenset[str]
    why: str

    @property
    def sentence(self) -> str:
        """One line that names the manager and the rep, with their first words where a name says nothing."""
        reason = {"named": "", "called so": "", "speaks first": ", who speaks first"}[self.why]
        return f"Manager: {_shown(self.manager)}{reason}. Rep: {_shown(self.rep)}."


def aliases(labels: Iterable[SpeakerLabel]) -> dict[str, str]:
    """Which key stands for which longer one: "Luis" and "L. Ferrer" for "Luis Ferrer", if nobody else fits.

    Only where more than two seem to speak; two people may well be Luis and Luis Ferrer.
    """
    known = {label.key: label for label in labels}
    if len(known) < 3:
        return {}
    found: dict[str, str] = {}
    for key, label in known.items():
        if label.placeholder or key in _MANAGERS or key in _REPS:
            continue
        longer = [other for other in known if other != key and not known[other].placeholder and _within(key, other)]
        if len(longer) == 1:
            found[key] = longer[0]
    found = {key: found.get(target, target) for key, target in found.items()}
    return found if len(known) - len(found) > 1 else {}


def participants(utterances: Sequence[Utterance]) -> tuple[Participant, ...]:
    """Everybody who speaks, in the order of their first words."""
    same = aliases(utterance.label for utterance in utterances)
    by_key: dict[str, list[Utterance]] = {}
    for utterance in utterances:
        by_key.setdefault(same.get(utterance.label.key, utterance.label.key), []).append(utterance)
    return tuple(_participant(key, said) for key, said in by_key.items())


def decide(
    utterances: Sequence[Utterance], name: str, manager: Sequence[str], rep: Sequence[str], ignore: Sequence[str]
) -> Roles:
    """Who is who, from the names that the user gave and, for the rest, from who speaks first.

    Raises TranscriptError that names the people who could be meant.
    """
    people = {person.key: person for person in participants(utterances)}
    if not people:
        raise TranscriptError(f"{name}: no one speaks; write 'Name: words', one turn per line")
    sides = [_found(given, people, name) for given in (manager, rep, ignore)]
    if twice := next((key for key in people if sum(key in side for side in sides) > 1), None):
        raise TranscriptError(f"{name}: {people[twice].name!r} can't be two of manager, rep and ignored")
    managers, reps, ignored = sides
    rest = [person for key, person in people.items() if key not in managers + reps + ignored]
    why = "named"
    if not managers and not reps and len(rest) == 2:
        chosen, why = _manager_of(rest)
        managers, rest = [chosen.key], [person for person in rest if person is not chosen]
    if not managers and reps and len(rest) == 1:
        managers, rest = [rest[0].key], []
    if managers and not reps and len(rest) == 1:
        reps, rest = [rest[0].key], []
    if rest or not managers or not reps:
        raise _undecided([people[key] for key in people if key not in ignored], name)
    return Roles(people[managers[0]], people[reps[0]], frozenset(managers), frozenset(reps), why)


def _manager_of(two: Sequence[Participant]) -> tuple[Participant, str]:
    """The manager of two people: whoever is called just that, else who speaks first, whatever their titles say."""
    for person, other in (two, two[::-1]):
        if _is(person, _MANAGERS) and not _is(other, _MANAGERS):
            return person, "called so"
        if _is(other, _REPS) and not _is(person, _REPS):
            return person, "called so"
    return two[0], "speaks first"


def _is(person: Participant, roles: frozenset[str]) -> bool:
    """Whether a label is nothing but the role: "Manager", "Rep", "Sales manager"; an account manager sells."""
    bare = person.key.removeprefix("the ")
    if bare in _REP_TITLES:
        return roles is _REPS
    return bare.removeprefix("sales ").removeprefix("regional ") in roles


def _found(given: Sequence[str], people: dict[str, Participant], name: str) -> list[str]:
    keys = []
    for one in given:
        key = name_key(one)
        near = [other for other in people if other == key] or [other for other in people if key and _within(key, other)]
        if len(near) != 1:
            names = ", ".join(person.name for person in people.values())
            raise TranscriptError(f"{name}: {one!r} doesn't speak; choose one of {names}")
        keys += [near[0]] if near[0] not in keys else []
    return keys


def _within(short: str, long: str) -> bool:
    """Whether every word of a name stands in another one, initials counting, and the other has more."""
    words, others = short.split(), long.split()
    if len(short) >= len(long) or not words:
        return False
    return all(any(word == other or (len(word) == 1 and other[0] == word) for other in others) for word in words)


def _participant(key: str, said: Sequence[Utterance]) -> Participant:
    labels = [utterance.label for utterance in said]
    names = Counter(label.name for label in labels)
    best = max(labels, key=lambda label: (names[label.name], not label.name.isupper(), len(label.name)))
    note = next((label.note for label in labels if label.note), "")
    return Participant(
        best.name,
        key,
        note,
        len(said),
        opening_words(" ".join(utterance.text for utterance in said[:_OPENING])),
        best.placeholder,
    )


def _undecided(people: Sequence[Participant], name: str) -> TranscriptError:
    names = ", ".join(person.name for person in people)
    if len(people) == 1:
        return TranscriptError(f"{name}: only {names!r} speaks; a conversation needs a manager and a rep")
    if not people:
        return TranscriptError(f"{name}: everybody who speaks is ignored; a conversation needs a manager and a rep")
    heard = "; ".join(f'{person.name} "{person.first_words}"' for person in people[:_MOST_SHOWN])
    return TranscriptError(
        f"{name}: {len(people)} people speak ({names}); there must be two. "
        f"Say who is who with --manager NAME, --rep NAME and --ignore NAME: {heard}"
    )


def _shown(person: Participant) -> str:
    return f'{person.name} ("{person.first_words}")' if person.unnamed else person.name
