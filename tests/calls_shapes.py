"""One conversation in the shapes that tools write, for the tests of reading calls."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

Turns = Sequence[tuple[str, str]]
PRIYA, TOM = "Priya Nair", "Tom Okafor"
TALK: Turns = (
    (PRIYA, "How did the visit to Halden go on Monday?"),
    (TOM, "Fine, I think. They liked the tracker. The warehouse lead was quiet, though."),
    (PRIYA, "She was quiet. What do you make of that?"),
    (TOM, "She may be afraid of the change: two systems at 10:30 every night."),
    (PRIYA, "What could you ask her?"),
    (TOM, "I could ask what a night looks like. I'll ring her on Thursday."),
    (PRIYA, "What might get in the way?"),
    (TOM, "Her shift. I'll write first, and not through purchasing."),
)


def clock(number: int, style: str = "h:mm:ss") -> str:
    """The time of a turn, each seven seconds after the one before, in a tool's style."""
    at = 4 + 7 * number
    minutes, seconds = divmod(at, 60)
    return {
        "m:ss": f"{minutes}:{seconds:02d}",
        "mm:ss": f"{minutes:02d}:{seconds:02d}",
        "h:mm:ss": f"0:{minutes:02d}:{seconds:02d}",
        "vtt": f"00:{minutes:02d}:{seconds:02d}.000",
        "srt": f"00:{minutes:02d}:{seconds:02d},000",
        "am": f"10:{31 + minutes}:{seconds:02d} AM",
        "short": f"{minutes}m {seconds}s",
    }[style]


def each(form: str, between: str = "\n", above: str = "", below: str = "") -> Callable[[Turns], str]:
    """A shape that is one template a turn."""

    def written(turns: Turns) -> str:
        parts = []
        for number, (who, words) in enumerate(turns):
            first, _, last = who.partition(" ")
            times = {style.replace(":", ""): clock(number, style) for style in ("m:ss", "mm:ss", "h:mm:ss")}
            times |= {style: clock(number, style) for style in ("vtt", "srt", "am", "short")}
            ends = {"vtt_end": clock(number + 1, "vtt"), "srt_end": clock(number + 1, "srt")}
            names = {"who": who, "first": first, "last": last or first, "upper": who.upper(), "n": number + 1}
            parts.append(form.format(words=words, **names, **times, **ends))
        return above + between.join(parts) + below

    return written


def as_json(entry: Callable[[int, str, str], Any], wrap: Callable[[list[Any]], Any] = lambda rows: rows):
    """A shape that is one JSON value a turn, wrapped."""

    def written(turns: Turns) -> str:
        return json.dumps(wrap([entry(number, who, words) for number, (who, words) in enumerate(turns)]), indent=1)

    return written


def speaker_number(who: str) -> int:
    return 0 if who == PRIYA else 1


def by_word(turns: Turns) -> list[dict[str, Any]]:
    return [
        {"word": word.lower().strip("?.,"), "punctuated_word": word, "speaker": speaker_number(who), "start": 4.0 + at}
        for at, (who, words) in enumerate(turns)
        for word in words.split()
    ]


def as_csv(header: Sequence[str] | None, row: Callable[[int, str, str], Sequence[str]], delimiter: str = ","):
    def written(turns: Turns) -> str:
        file = io.StringIO(newline="")
        rows = csv.writer(file, delimiter=delimiter)
        if header:
            rows.writerow(header)
        rows.writerows(row(number, who, words) for number, (who, words) in enumerate(turns))
        return file.getvalue()

    return written


def voiced(close: str, ids: bool) -> Callable[[Turns], str]:
    """Teams: a voice tag in every cue, with or without its end, every cue no longer than a few words."""

    def written(turns: Turns) -> str:
        blocks = ["WEBVTT"]
        for number, (who, words) in enumerate(turns):
            spoken = words.replace("<", "&lt;").replace(">", "&gt;").split()
            for at in range(0, len(spoken), 5):
                name = f"5f2c1a9e-77aa-4b{number:02d}-9d00-0123456789ab/{number}-{at}\n" if ids else ""
                times = f"{clock(number, 'vtt')} --> {clock(number + 1, 'vtt')}"
                blocks.append(f"{name}{times}\n<v {who}>{' '.join(spoken[at : at + 5])}{close}")
        return "\n\n".join(blocks) + "\n"

    return written


Shape = tuple[str, Callable[[Turns], str]]
TEXT_SHAPES: dict[str, Shape] = {
    "plain": ("call.txt", each("{who}: {words}")),
    "zoom vtt": (
        "GMT_Recording.transcript.vtt",
        each("{n}\n{vtt} --> {vtt_end}\n{who}: {words}", "\n\n", "WEBVTT\n\n"),
    ),
    "zoom captions": ("meeting_saved_closed_caption.txt", each("[{who}] {mss}\n{words}", "\n\n")),
    "zoom chat": ("chat.txt", each("{mss}:04\t From {who} to Everyone: {words}")),
    "teams vtt": ("teams.vtt", voiced("</v>", True)),
    "teams vtt unclosed": ("teams.vtt", voiced("", False)),
    "teams text": ("teams.txt", each("{vtt} --> {vtt_end}\n{who}\n{words}", "\n\n")),
    "teams copied": ("teams.txt", each("{who}   {mss}\n{words}", "\n\n")),
    "teams surname first": ("teams.txt", each("{last}, {first}   {mss}\n{words}", "\n\n")),
    "webex vtt": (
        "webex.vtt",
        each('{n} "{who}" (1904)\n{vtt} --> {vtt_end}\n{words}', "\n\n", "WEBVTT\n\nNOTE made by hand\n\n"),
    ),
    "srt": ("call.srt", each("{n}\n{srt} --> {srt_end}\n{who}: {words}\n")),
    "srt with dashes": ("call.srt", each("{n}\n{srt} --> {srt_end}\n- {upper}: {words}\n")),
    "sbv": ("captions.sbv", each("{hmmss}.000,{hmmss}.900\n{who}: {words}\n")),
    "meet": (
        "Halden - Transcript.txt",
        each(
            "{who}: {words}",
            "\n",
            "Nov 3, 2026\nHalden review - Transcript\n00:00:00\n \n",
            "\n\nMeeting ended after 00:01:02\nThis editable transcript was computer generated and might contain "
            "errors. People can also change the text after it was created.\n",
        ),
    ),
    "granola": ("granola.md", each("**{first}:** {words}", "  \n", "# Halden\n\n## Transcript\n\n")),
    "otter": ("otter.txt", each("{who}  {mss}  \n{words}\n", "\n", "", "\n\nTranscribed by https://otter.ai\n")),
    "stamp before": ("call.txt", each("[{mmss}] {who}: {words}")),
    "stamp before, no brackets": ("call.txt", each("{mmss} {who}: {words}")),
    "stamp after the name": ("call.txt", each("{who} ({mmss}): {words}")),
    "stamp after the colon": ("call.txt", each("{who}: [{mmss}] {words}")),
    "stamp above": ("call.txt", each("{mmss}\n{who}\n{words}", "\n\n")),
    "stamp below the name": ("call.txt", each("{who}\n{mmss}\n{words}", "\n\n")),
    "stamp and bar": ("call.txt", each("{mss} | {first}\n{words}", "\n\n")),
    "fathom text": ("fathom.txt", each("{mss} - {who} (Halden)\n  {words}\n")),
    "fireflies text": ("fireflies.txt", each("{who} - {mmss}\n{words}\n")),
    "descript": ("descript.md", each("[{hmmss}] **{who}:** {words}", "\n\n")),
    "minutes and seconds": ("call.txt", each("{who} {short}\n{words}\n")),
    "morning times": ("slack.txt", each("{who}  [{am}]\n{words}", "\n")),
    "chat log": ("chat.txt", each("[03/11/2026, {am}] {who}: {words}")),
    "chat log with dash": ("chat.txt", each("03/11/2026, 10:31 - {who}: {words}")),
    "list": ("call.md", each("- **{who}**: {words}")),
    "numbered": ("call.txt", each("{n}. {who}: {words}")),
    "quoted": ("call.md", each("> **{who}:** {words}\n")),
    "role": ("call.txt", each("{who} (Halden team):\n{words}\n")),
    "pronouns": ("call.txt", each("{who} (they/them): {words}")),
    "firm": ("call.txt", each("{who} | Halden: {words}")),
    "title": ("call.txt", each("{who}, Regional Director: {words}")),
    "square": ("call.md", each("[{upper}] {words}\n")),
    "angle": ("chat.log", each("<{first}> {words}")),
    "closed captions": ("cc.txt", each(">> {upper}: {words}")),
    "screenplay": ("call.txt", each("{upper}\n{words}\n")),
    "name alone": ("call.txt", each("{who}\n{words}\n")),
    "bold name above": ("call.md", each("**{who}**\n\n{words}\n")),
    "name in a heading": ("call.md", each("### {who}\n\n{words}\n")),
    "bold name and time above": ("call.md", each("**{who}** · {mmss}\n\n{words}\n")),
    "dash": ("call.txt", each("{first} - {words}")),
    "lower case": ("call.txt", each("{first}: {words}")),
    "wide colon": ("call.txt", each("{who}：{words}")),
    "front matter": ("call.md", each("{who}: {words}", "\n", "---\ntitle: Halden\ndate: 2026-11-03\n---\n")),
    "header": (
        "call.txt",
        each(
            "{who}: {words}",
            "\n",
            "Title: Halden review\nDate: 3 November 2026, 10:30\nParticipants: Priya Nair, Tom Okafor\n"
            "Deal size: 40 thousand\n\n",
        ),
    ),
    "notes around": (
        "call.md",
        each(
            "**{who}:** {words}",
            "\n\n",
            "# Halden\n\n## Summary\n\nThey spoke about the warehouse.\n\n## Action items\n\n- Tom Okafor: ring her\n"
            "- Priya Nair: wait\n\n## Transcript\n\n",
            "\n\n## Next steps\n\n- Tom Okafor: write first\n",
        ),
    ),
    "markdown table": (
        "call.md",
        each("| {mss} | {who} | {words} |", "\n", "| Time | Speaker | Text |\n|---|---|---|\n"),
    ),
    "records": ("log.txt", each("Speaker: {who}\nTime: {mmss}\nText: {words}\n")),
    "yaml": ("call.yaml", each("- speaker: {who}\n  text: {words}")),
    "time between name and words": ("call.txt", each("{who} {mmss} {words}")),
    "times as a range": ("call.txt", each("[{vtt} --> {vtt_end}] {who}: {words}")),
    "numbered lines": ("call.txt", each("{n} {who}: {words}")),
    "numbered turns": ("call.txt", each("Turn {n} - {who}: {words}")),
    "says": ("call.txt", each("{who} says: {words}")),
    "arrow": ("call.txt", each("{who} → {words}")),
    "lyrics": ("call.lrc", each("[{mmss}.00]{who}: {words}")),
    "teams metadata": (
        "teams.vtt",
        lambda turns: (
            "WEBVTT\n\n"
            + "\n\n".join(
                f"{clock(n, 'vtt')} --> {clock(n + 1, 'vtt')}\n{json.dumps({'speakerName': who, 'spokenText': words})}"
                for n, (who, words) in enumerate(turns)
            )
        ),
    ),
    "json by number": (
        "call.json",
        lambda turns: json.dumps({str(n): {"speaker": who, "text": words} for n, (who, words) in enumerate(turns)}),
    ),
    "json own": ("call.json", as_json(lambda n, who, words: {"speaker": who, "text": words}, lambda r: {"turns": r})),
    "json list": ("call.json", as_json(lambda n, who, words: {"speaker": who, "text": words})),
    "json pairs": ("call.json", as_json(lambda n, who, words: [who, words])),
    "json one key": ("call.json", as_json(lambda n, who, words: {who: words})),
    "json lines": (
        "call.jsonl",
        lambda turns: "\n".join(json.dumps({"speaker": who, "text": words}) for who, words in turns),
    ),
    "json of text": ("call.json", lambda turns: json.dumps({"transcript": each("{who}: {words}")(turns)})),
    "chat messages": ("call.json", as_json(lambda n, who, words: {"role": who, "content": words})),
    "fireflies json": (
        "fireflies.json",
        as_json(
            lambda n, who, words: {
                "index": n,
                "speaker_name": who,
                "speaker_id": speaker_number(who),
                "raw_text": words,
                "text": words,
                "start_time": 4.0 + 7 * n,
            },
            lambda rows: {"data": {"transcript": {"title": "Halden", "sentences": rows}}},
        ),
    ),
    "gong json": (
        "gong.json",
        as_json(
            lambda n, who, words: {
                "speakerId": f"77{speaker_number(who)}",
                "topic": None,
                "sentences": [{"start": 4000 + 7000 * n, "end": 5000 + 7000 * n, "text": words}],
            },
            lambda rows: {
                "callTranscripts": [{"callId": "9", "transcript": rows}],
                "parties": [{"speakerId": "770", "name": PRIYA}, {"speakerId": "771", "name": TOM}],
            },
        ),
    ),
    "chorus json": (
        "chorus.json",
        as_json(
            lambda n, who, words: {
                "speaker_name": who,
                "speaker_type": "rep",
                "snippet": words,
                "snippet_time": 7.0 * n,
            },
            lambda rows: {"recording": {"utterances": rows}},
        ),
    ),
    "fathom json": (
        "fathom.json",
        as_json(
            lambda n, who, words: {"speaker": {"display_name": who}, "text": words, "timestamp": clock(n, "h:mm:ss")},
            lambda rows: {"title": "Halden", "transcript": rows},
        ),
    ),
    "avoma json": (
        "avoma.json",
        as_json(
            lambda n, who, words: {"transcript": words, "speaker_id": speaker_number(who), "timestamps": [7.0 * n]},
            lambda rows: {
                "transcript": rows,
                "speakers": [{"id": 0, "name": PRIYA, "is_rep": False}, {"id": 1, "name": TOM, "is_rep": True}],
            },
        ),
    ),
    "recall json": (
        "recall.json",
        as_json(
            lambda n, who, words: {
                "participant": {"id": 1, "name": who},
                "words": [{"text": word, "start_timestamp": {"relative": 7.0 * n}} for word in words.split()],
            }
        ),
    ),
    "read.ai json": (
        "read.json",
        as_json(
            lambda n, who, words: {"start_time": str(n), "speaker": {"name": who}, "words": words},
            lambda rows: {"transcript": {"speaker_blocks": rows, "speakers": [{"name": PRIYA}, {"name": TOM}]}},
        ),
    ),
}
UNNAMED_SHAPES: dict[str, Shape] = {
    "whisperx": (
        "whisperx.json",
        as_json(
            lambda n, who, words: {
                "start": 7.0 * n,
                "text": f" {words}",
                "words": [{"word": word, "speaker": f"SPEAKER_0{speaker_number(who)}"} for word in words.split()],
                "speaker": f"SPEAKER_0{speaker_number(who)}",
            },
            lambda rows: {"segments": rows},
        ),
    ),
    "deepgram utterances": (
        "deepgram.json",
        lambda turns: json.dumps(
            {
                "results": {
                    "channels": [{"alternatives": [{"transcript": "all of it", "words": by_word(turns)}]}],
                    "utterances": [
                        {"speaker": speaker_number(who), "transcript": words, "start": 7.0 * n}
                        for n, (who, words) in enumerate(turns)
                    ],
                }
            }
        ),
    ),
    "deepgram words": (
        "deepgram.json",
        lambda turns: json.dumps(
            {"results": {"channels": [{"alternatives": [{"transcript": "all", "words": by_word(turns)}]}]}}
        ),
    ),
    "deepgram paragraphs": (
        "deepgram.json",
        as_json(
            lambda n, who, words: {
                "speaker": speaker_number(who),
                "num_words": 9,
                "sentences": [{"text": words, "start": 7.0 * n, "end": 7.0 * n + 5}],
            },
            lambda rows: {"results": {"channels": [{"alternatives": [{"paragraphs": {"paragraphs": rows}}]}]}},
        ),
    ),
    "assemblyai": (
        "assembly.json",
        as_json(
            lambda n, who, words: {"speaker": "AB"[speaker_number(who)], "text": words, "start": 7000 * n},
            lambda rows: {"id": "x", "text": "all of it", "utterances": rows},
        ),
    ),
    "rev.ai": (
        "rev.json",
        as_json(
            lambda n, who, words: {
                "speaker": speaker_number(who),
                "elements": [{"type": "text", "value": word, "ts": 7.0 * n} for word in words.split()],
            },
            lambda rows: {"monologues": rows},
        ),
    ),
    "azure": (
        "azure.json",
        as_json(
            lambda n, who, words: {
                "speaker": speaker_number(who) + 1,
                "offset": f"PT{7 * n}S",
                "nBest": [{"confidence": 0.9, "display": words}],
            },
            lambda rows: {"recognizedPhrases": rows, "combinedRecognizedPhrases": [{"display": "all"}]},
        ),
    ),
    "amazon": (
        "transcribe.json",
        as_json(
            lambda n, who, words: {
                "speaker_label": f"spk_{speaker_number(who)}",
                "transcript": words,
                "start_time": "1",
            },
            lambda rows: {"results": {"transcripts": [{"transcript": "all"}], "audio_segments": rows}},
        ),
    ),
    "numbered speakers": (
        "call.txt",
        lambda turns: each("{first}: {words}")(
            [(f"Speaker-{speaker_number(who) + 1} x".split()[0], words) for who, words in turns]
        ),
    ),
    "question and answer": (
        "call.txt",
        lambda turns: "\n".join(f"{'QA'[speaker_number(who)]}: {words}" for who, words in turns),
    ),
    "me and them": (
        "granola.txt",
        lambda turns: "\n\n".join(f"{('Me', 'Them')[speaker_number(who)]}: {words}" for who, words in turns),
    ),
    "lower-case names": (
        "call.txt",
        lambda turns: "\n".join(f"{who.split()[0].lower()}: {words}" for who, words in turns),
    ),
}
TABLE_SHAPES: dict[str, Shape] = {
    "csv": ("call.csv", as_csv(["Speaker", "Text"], lambda n, who, words: [who, words])),
    "csv, more columns": (
        "call.csv",
        as_csv(["id", "start_time", "speaker_name", "sentence"], lambda n, who, words: [str(n), clock(n), who, words]),
    ),
    "csv with semicolons": ("call.csv", as_csv(["Time", "Name", "Words"], lambda n, w, s: [clock(n), w, s], ";")),
    "tsv": ("call.tsv", as_csv(["start", "end", "speaker", "text"], lambda n, w, s: [str(7 * n), "9", w, s], "\t")),
    "csv without a header": ("call.csv", as_csv(None, lambda n, who, words: [clock(n), who, words])),
    "csv named .txt": ("call.txt", as_csv(["Speaker", "Transcript"], lambda n, who, words: [who, words])),
}
