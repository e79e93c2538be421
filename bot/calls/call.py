"""A recorded call as it was read from a file, and the transcript that it makes once you say who is who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..talk.transcript import Speaker, Transcript, Turn, clean_text
from .utterance import Utterance
from .who import Participant, Roles, aliases, decide, participants


@dataclass(frozen=True, slots=True)
class Call:
    """A call: its file's name, the shape it was read as ("WebVTT", "Word"), its utterances in the order of speech.

    `remarks` are sentences for people about what was passed over or assumed, and may quote the call; `passed_over` is
    the number of lines or entries that nobody's turn holds. Nothing here is escaped: names and
    words are as the file has them, without control characters.
    """

    name: str
    shape: str
    utterances: tuple[Utterance, ...]
    remarks: tuple[str, ...] = ()
    passed_over: int = 0

    @property
    def participants(self) -> tuple[Participant, ...]:
        """Everybody who speaks, in the order of their first words, with those words, so that a user can choose."""
        return participants(self.utterances)

    def roles(self, manager: Sequence[str] = (), rep: Sequence[str] = (), ignore: Sequence[str] = ()) -> Roles:
        """Who is who. Several names on one side are one person; part of a name will do where it fits one only.

        Without names, the manager is whoever is labelled just "Manager" or the like, else who speaks first. Raises
        TranscriptError that names everybody who speaks, with their first words, where that leaves more than two.
        """
        return decide(self.utterances, self.name, manager, rep, ignore)

    def transcript(
        self, manager: Sequence[str] = (), rep: Sequence[str] = (), ignore: Sequence[str] = ()
    ) -> Transcript:
        """The turns of manager and rep, alternating: consecutive utterances by one of them make one turn.

        Raises TranscriptError as `roles` does.
        """
        roles = self.roles(manager, rep, ignore)
        same = aliases(utterance.label for utterance in self.utterances)
        joined: list[tuple[Speaker, list[str]]] = []
        for utterance in self.utterances:
            key = same.get(utterance.label.key, utterance.label.key)
            if key not in roles.manager_keys and key not in roles.rep_keys:
                continue
            speaker = Speaker.MANAGER if key in roles.manager_keys else Speaker.REP
            if joined and joined[-1][0] is speaker:
                joined[-1][1].append(utterance.text)
            else:
                joined.append((speaker, [utterance.text]))
        turns = tuple(
            Turn(index, speaker, clean_text(" ".join(words))) for index, (speaker, words) in enumerate(joined)
        )
        return Transcript(turns, clean_text(roles.manager.name), clean_text(roles.rep.name))
