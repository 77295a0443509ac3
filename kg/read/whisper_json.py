"""Whisper's JSON and its relatives: segments with times, words with times, speakers.

Takes what openai-whisper, faster-whisper, whisperX and whisper.cpp write, lists of segments
(``text``, ``start``, ``duration`` or ``end``), and the segments of podcast feeds (``body``,
``startTime``, ``endTime``). Spans point into the raw JSON; escapes in it are decoded later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.model import Metadata, Span
from kg.read.builder import TurnBuilder
from kg.read.errors import JsonShapeError
from kg.read.fields import KEYS, MetadataBuilder
from kg.read.json_spans import JsonString, JsonValue, parse_json
from kg.read.labels import clean
from kg.read.reader import Reading
from kg.read.times import parse_clock

__all__ = ["WhisperJsonReader"]

_SEGMENTS = ("segments", "transcription", "utterances", "captions", "transcript", "results")
_TEXT = ("text", "body", "transcript", "content", "utf8")
_SHAPE = re.compile(r'"(?:segments|transcription|utterances|words|startTime|start|text|body|captions)"\s*:')
# A word that is found this many code points on is another one of the same letters.
_FAR = 200
_WORD = ("word", "text", "punctuated_word")
_SPEAKER = ("speaker", "speaker_label", "speaker_id", "speakerId", "speakerName")


class WhisperJsonReader:
    """Segments of recognised speech."""

    name = "whisper-json"
    description = (
        "Whisper's JSON (openai-whisper, faster-whisper, whisperX, whisper.cpp) and lists of segments"
    )
    suffixes = (".json",)

    def recognises(self, text: str, suffix: str) -> float:
        """By the first bracket and the names of the fields."""
        head = text[:20_000].lstrip()
        if not head.startswith(("{", "[")) or not head[1:].lstrip().startswith(('"', "{", "}", "]", "[")):
            return 0.0
        shaped = _SHAPE.search(head) is not None
        return 0.98 if shaped else 0.7 if suffix in self.suffixes else 0.3

    def parse(self, raw: str, start: int) -> Reading:
        """A turn for each change of speaker; words with their own times as exact cues."""
        root = parse_json(raw, start, where="")
        metadata = _metadata(root)
        segments = _segments(root)
        if segments is None:
            return _text_only(raw, root, metadata)
        builder = TurnBuilder(raw, timed=True)
        for index, segment in enumerate(segments):
            speaker = _string(segment, _SPEAKER)
            label = clean(speaker.text)[:200] if speaker else None
            if speaker is None and isinstance(segment.get("speaker"), float):
                label = f"Speaker {segment['speaker']:g}"
            if index == 0 or (label or None) != builder.speaking:
                span = Span(speaker.start, speaker.end) if speaker and speaker.end > speaker.start else None
                builder.open(label or None, span)
            _segment(raw, segment, builder)
        return builder.build(metadata)


def _metadata(root: JsonValue) -> Metadata:
    fields = MetadataBuilder()
    if isinstance(root, dict):
        result = root.get("result")
        for source in (root, result if isinstance(result, dict) else {}):
            for key, value in source.items():
                name = KEYS.get(key.replace("_", " ").lower())
                if name and isinstance(value, JsonString) and value.end > value.start:
                    fields.put(name, value.text, Span(value.start, value.end))
                elif name == "duration_s" and isinstance(value, float) and value > 0:
                    fields.put(name, f"{value:.3f}", None)
    return fields.build()


def _segments(root: JsonValue) -> list[dict[str, JsonValue]] | None:
    """The list of segments, or None where there is only a text."""
    found: JsonValue = root
    if isinstance(root, dict):
        found = next(
            (value for name in _SEGMENTS if isinstance(value := root.get(name), list) and value), None
        )
        if found is None and _string(root, _TEXT) is None and isinstance(root.get("words"), list):
            return [root]
    if isinstance(found, list):
        segments = [item for item in found if isinstance(item, dict)]
        if any(_string(item, _TEXT) is not None or isinstance(item.get("words"), list) for item in segments):
            return segments
    if isinstance(root, dict) and _string(root, _TEXT) is not None:
        return None
    raise JsonShapeError(
        "the JSON holds no transcript",
        where="",
        hint="an object with segments, each with text, start and end, as Whisper writes it",
    )


def _text_only(raw: str, root: JsonValue, metadata: Metadata) -> Reading:
    builder = TurnBuilder(raw)
    text = _string(root, _TEXT) if isinstance(root, dict) else None
    if text is not None:
        builder.speech(text.start, text.end)
    return builder.build(metadata)


def _segment(raw: str, segment: dict[str, JsonValue], builder: TurnBuilder) -> None:
    text = _string(segment, _TEXT)
    start_s, end_s = _times(segment)
    words = [word for word in _list(segment.get("words")) if isinstance(word, dict)]
    if text is None:
        # Only words: each is a piece of its own.
        for word in words:
            own = _string(word, _WORD)
            begin_s, stop_s = _times(word)
            if own is not None:
                builder.words(own.start, own.end, [] if begin_s is None else [(own.start, begin_s, stop_s)])
        return
    timed = list(_place_words(raw, text, words))
    if not timed:
        builder.speech(text.start, text.end, start_s, end_s)
        return
    # A word without a time (a number, for whisperX) belongs to the one before it, up to the next.
    next_s = [*(begin_s for _, begin_s, _, _ in timed[1:]), end_s]
    times = [
        (at, begin_s, stop_s if lone else until_s)
        for (at, begin_s, stop_s, lone), until_s in zip(timed, next_s, strict=True)
    ]
    # What stands before the first timed word goes with it.
    builder.words(text.start, text.end, [(text.start, *times[0][1:]), *times[1:]])


def _place_words(
    raw: str, text: JsonString, words: list[dict[str, JsonValue]]
) -> Iterator[tuple[int, float, float | None, bool]]:
    """Where in the raw text each timed word starts, its times, and whether the next word has times too."""
    at = text.start
    waiting: tuple[int, float, float | None] | None = None
    for word in words:
        own = _string(word, _WORD)
        start_s, end_s = _times(word)
        # The same program wrote both, so it escaped both the same way.
        surface = raw[own.start : own.end].strip() if own else ""
        place = raw.find(surface, at, min(text.end, at + len(surface) + _FAR)) if surface else -1
        whole = place == text.start or (place > text.start and _starts_word(raw, place))
        if place >= 0:
            at = place + len(surface)
        if start_s is None or place < 0 or not whole:
            # Unknown time or place, or the middle of a word: Whisper's tokens are not always whole words.
            if waiting is not None:
                yield (*waiting, False)
            waiting = None
            continue
        if waiting is not None:
            yield (*waiting, True)
        waiting = (place, start_s, end_s)
    if waiting is not None:
        yield (*waiting, True)


def _starts_word(raw: str, place: int) -> bool:
    before = raw[place - 1]
    # An escaped line end or tab is white space too.
    return not before.isalnum() or raw[place - 2 : place] in ("\\n", "\\t", "\\r")


def _times(item: dict[str, JsonValue]) -> tuple[float | None, float | None]:
    offsets = item.get("offsets")
    if isinstance(offsets, dict):
        # whisper.cpp counts in milliseconds there.
        begin, end = _seconds(offsets.get("from")), _seconds(offsets.get("to"))
        return None if begin is None else begin / 1000, None if end is None else end / 1000
    start_s = next(
        (
            value
            for key in ("start", "startTime", "start_time")
            if (value := _seconds(item.get(key))) is not None
        ),
        None,
    )
    end_s = next(
        (value for key in ("end", "endTime", "end_time") if (value := _seconds(item.get(key))) is not None),
        None,
    )
    duration_s = _seconds(item.get("duration")) or _seconds(item.get("dur"))
    if end_s is None and start_s is not None and duration_s is not None:
        end_s = round(start_s + duration_s, 3)
    return start_s, end_s


def _seconds(value: JsonValue) -> float | None:
    if isinstance(value, JsonString):
        text = value.text.strip()
        clock = parse_clock(text)
        if clock is not None:
            return clock
        try:
            number = float(text[:30])
        except ValueError:
            return None
        return number if 0 <= number < 1e9 else None
    if isinstance(value, float) and not isinstance(value, bool) and 0 <= value < 1e9:
        return round(value, 3)
    return None


def _string(item: dict[str, JsonValue], names: tuple[str, ...]) -> JsonString | None:
    for name in names:
        value = item.get(name)
        if isinstance(value, JsonString) and value.end > value.start:
            return value
    return None


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
