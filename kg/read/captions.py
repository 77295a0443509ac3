"""Captions (WebVTT, SRT, Whisper lines) to turns: each word once, with the earliest time it is shown."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.model import Span
from kg.read.builder import TurnBuilder
from kg.read.fields import MetadataBuilder
from kg.read.labels import clean, is_name_like
from kg.read.lines import strip
from kg.read.reader import Reading
from kg.read.times import parse_clock

__all__ = ["Caption", "read_captions"]


@dataclass(frozen=True, slots=True)
class Caption:
    """What is shown from `start_s` to `end_s`.

    `lines` are spans of its lines of text; `voice` is the span of the speaker's name where it stands
    before words that were left out because an earlier caption had shown them.
    """

    start_s: float
    end_s: float | None
    lines: tuple[tuple[int, int], ...]
    voice: tuple[int, int] | None = None


_TAG = re.compile(r"<[^<>\r\n]{0,300}>|\{\\[^{}\r\n]{0,100}\}")
_WORD = re.compile(r"[^\s]+")
_STAMP = re.compile(r"<((?:\d{1,3}:)?\d{1,3}:\d{2}[.,]\d{1,3})>")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{1,100})*[ \t]+(?P<voice>[^<>\r\n]{1,200})>")
_STYLE = re.compile(r"\{\\[^{}\r\n]{0,100}\}")
_CHANGE = re.compile(r"(?:(?<=\s)|(?<![^\s])|(?<=>))(?:>>+|&gt;&gt;(?:&gt;)*)[ \t]*")
_DASH = re.compile(r"[ \t]*(?:<[^<>]{1,60}>)*[ \t]*[-–—‐][ \t]*(?=\S)")
_LABEL = re.compile(
    r"[ \t]*(?:<[^<>]{1,60}>|\*{1,2})*[\[(]?(?P<label>[^\W_][^:<>\[\]{}|=\r\n]{0,48}?)[\])]?[ \t]*(?:</[^<>]{1,20}>|\*{1,2})?:(?:</[^<>]{1,20}>|\*{1,2})?(?=\s|$)[ \t]*"
)
_BRACKETED = re.compile(r"[ \t]*\[(?P<label>SPEAKER[ _]?\w{1,10}|[^\W\d_][^\[\]\r\n]{0,40})\][ \t]*(?=\S)")
_DIARISED = re.compile(r"speaker[ _]?\w{1,10}", re.IGNORECASE)
# Captions roll where one repeats words of the one before, and so does another within so many captions.
_NEAR = 3
# Words of what was shown that are kept for comparison; no caption shows more.
_SHOWN = 400
# Share of lines that must come close to the longest for the lines to count as wrapped.
_WRAPPED = 0.6
# A line counts as ended on purpose if it has more room left than this share of the lines that end in
# mid-sentence; one that ends in mid-sentence itself ("is that a fair way to-") must be shorter than this
# share of the width.
_RAGGED = 0.98
_SHORT = 0.45
_ENDERS = '.?!…"”’'


def read_captions(
    raw: str, captions: Sequence[Caption], builder: TurnBuilder, metadata: MetadataBuilder
) -> Reading:
    """The turns that these captions make, with a cue for each caption or word.

    A turn ends where the source shows a change of speaker: a voice tag, a label, ``>>``, dashes of a
    dialogue, or, in text wrapped at a fixed width, a line that ends although the next word would fit.
    """
    captions = _unroll(raw, captions)
    labels = _labels(raw, captions)
    dashes = _dashes_speak(raw, captions)
    names = _name_lines(raw, captions)
    # Where speakers are named, nobody has to guess where one ends.
    voiced = any(_VOICE.search(raw, *line) for caption in captions[:200] for line in caption.lines)
    ends = frozenset() if labels or names or voiced else _paragraph_ends(raw, captions)
    for index, caption in enumerate(captions):
        if caption.voice is not None:
            _open_voice(raw, *caption.voice, builder)
        lines = caption.lines
        if names and len(lines) > 1 and clean(raw[slice(*lines[0])]).casefold() in names:
            _open_voice(raw, *lines[0], builder)
            lines = lines[1:]
        for start, end in lines:
            _line(raw, start, end, caption, builder, labels, dashes=dashes)
        if index in ends:
            builder.resume()
    return builder.build(metadata.build())


def _line(
    raw: str,
    start: int,
    end: int,
    caption: Caption,
    builder: TurnBuilder,
    labels: frozenset[str],
    *,
    dashes: bool,
) -> None:
    if dashes:
        dash = _DASH.match(raw, start, end)
        if dash:
            builder.open(None)
            start = dash.end()
    style = _STYLE.match(raw, start, end)
    if style:
        start = style.end()
    for left, right in _voices(raw, start, end, builder):
        for place, (a, b) in enumerate(_changes(raw, left, right)):
            if place:
                builder.open(None)
            a = _open_label(raw, a, b, builder, labels)
            _timed(raw, a, b, caption, builder)


def _voices(raw: str, start: int, end: int, builder: TurnBuilder) -> Iterator[tuple[int, int]]:
    """The parts of a line between voice tags; opens the turns of their speakers on the way."""
    at = start
    for match in _VOICE.finditer(raw, start, end):
        yield at, match.start()
        _open_voice(raw, *match.span("voice"), builder)
        at = match.end()
    yield at, end


def _open_voice(raw: str, start: int, end: int, builder: TurnBuilder) -> None:
    left, right = strip(raw, start, end)
    name = clean(raw[left:right])
    if name and builder.speaking != name:
        builder.open(name, Span(left, right))


def _changes(raw: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a line at ``>>``; the first is empty where the line starts with one."""
    at = start
    for match in _CHANGE.finditer(raw, start, end):
        yield at, match.start()
        at = match.end()
    yield at, end


def _open_label(raw: str, start: int, end: int, builder: TurnBuilder, labels: frozenset[str]) -> int:
    for pattern in (_LABEL, _BRACKETED):
        match = pattern.match(raw, start, end)
        if match and clean(match["label"]).casefold() in labels:
            name = clean(match["label"])
            if builder.speaking != name:
                builder.open(name, Span(match.start("label"), match.end("label")))
            return match.end()
    return start


def _timed(raw: str, start: int, end: int, caption: Caption, builder: TurnBuilder) -> None:
    """Adds speech; words with a time of their own become exact cues."""
    known = [
        (match.start(), match.end(), seconds)
        for match in _STAMP.finditer(raw, start, end)
        if (seconds := parse_clock(match[1])) is not None and not _splits_word(raw, start, end, *match.span())
    ]
    if not known:
        builder.speech(start, end, caption.start_s, caption.end_s)
        return
    times: list[tuple[int, float, float | None]] = []
    since_s = caption.start_s
    begins = [(start, since_s), *((right, max(since_s, seconds)) for _, right, seconds in known)]
    for (begin, begin_s), (_, next_s) in pairwise(begins):
        times.append((begin, begin_s, next_s if next_s > begin_s else None))
    times.append((*begins[-1], caption.end_s))
    builder.words(start, end, times)


def _splits_word(raw: str, start: int, end: int, left: int, right: int) -> bool:
    """Whether a time stands inside a word, as in karaoke; the word then keeps its first time."""
    before, after = (
        _TAG.sub("", raw[max(start, left - 40) : left]),
        _TAG.sub("", raw[right : min(end, right + 40)]),
    )
    return bool(before and after and not before[-1].isspace() and not after[0].isspace())


def _dashes_speak(raw: str, captions: Sequence[Caption]) -> bool:
    """Whether dashes at the start of lines change the speaker: two in one caption, or several in all."""
    n_all = 0
    for caption in captions:
        own = sum(_DASH.match(raw, *line) is not None for line in caption.lines)
        n_all += own
        if own >= 2:
            return True
    return n_all >= 3


# Labels ----------------------------------------------------------------------------------------------


def _labels(raw: str, captions: Sequence[Caption]) -> frozenset[str]:
    """Labels before a colon or in brackets that come again, are set in capitals, or come beside such."""
    counts: Counter[str] = Counter()
    certain: set[str] = set()
    colons: set[str] = set()
    for caption in captions:
        for start, end in caption.lines:
            for left, right in _changes(raw, start, end):
                head = _STYLE.match(raw, left, right) or _DASH.match(raw, left, right)
                place = head.end() if head else left
                match = _LABEL.match(raw, place, right) or _BRACKETED.match(raw, place, right)
                if not match or len(match["label"].split()) > 5:
                    continue
                name = clean(match["label"])
                if not is_name_like(name):
                    continue
                key = name.casefold()
                counts[key] += 1
                if match.re is _LABEL:
                    colons.add(key)
                if name.upper() == name if match.re is _LABEL else _DIARISED.fullmatch(name):
                    certain.add(key)
    again = {key for key, n in counts.items() if n >= 2}
    # Where some labels come again, one that comes once is a speaker with one turn.
    return frozenset(again | certain | (colons if again & colons else set()))


def _name_lines(raw: str, captions: Sequence[Caption]) -> frozenset[str]:
    """Names that stand on the first line of most captions, as in what meeting programs export."""
    firsts: Counter[str] = Counter()
    for caption in captions:
        if len(caption.lines) > 1 and caption.lines[0][1] - caption.lines[0][0] <= 64:
            name = clean(raw[slice(*caption.lines[0])])
            if is_name_like(name) and len(name.split()) <= 5 and name[-1] not in ".,?!:;…-–—":
                firsts[name.casefold()] += 1
    known = {name: n for name, n in firsts.items() if n >= 2 or len(name.split()) > 1}
    recurring = sum(n for n in known.values() if n >= 2)
    return frozenset(known) if recurring >= 2 and sum(known.values()) >= 0.6 * len(captions) else frozenset()


# Rolling captions ------------------------------------------------------------------------------------


def _words(raw: str, lines: Sequence[tuple[int, int]]) -> list[tuple[str, int, int]]:
    """Words of lines, bare of tags, with their places in the raw text."""
    found: list[tuple[str, int, int]] = []
    for start, end in lines:
        at = start
        for left, right in [*((m.start(), m.end()) for m in _TAG.finditer(raw, start, end)), (end, end)]:
            for match in _WORD.finditer(raw, at, left):
                found.append((html.unescape(match.group()).casefold(), match.start(), match.end()))
            at = right
    return found


def _overlap(before: Sequence[str], after: Sequence[str]) -> int:
    """Length of the longest tail of `before` that is a head of `after`.

    Source: prefix function of Knuth, Morris & Pratt (1977), SIAM J. Comput. 6(2); linear.
    """
    tail = before[-len(after) :] if after else ()
    sequence: list[str | None] = [*after, None, *tail]
    prefix = [0] * len(sequence)
    for index in range(1, len(sequence)):
        length = prefix[index - 1]
        while length and sequence[index] != sequence[length]:
            length = prefix[length - 1]
        prefix[index] = length + (sequence[index] == sequence[length])
    return prefix[-1] if tail else 0


def _repeats(raw: str, captions: Sequence[Caption]) -> list[bool]:
    """For each caption, whether it stands where captions roll."""
    hits: list[bool] = []
    before: list[str] = []
    for caption in captions:
        words = [word for word, _, _ in _words(raw, caption.lines)]
        shared = _overlap(before, words)
        hits.append(shared >= 2 and (shared in (len(words), len(before)) or shared * 3 >= len(words)))
        before = words or before
    before_s = [index for index, hit in enumerate(hits) if hit]
    rolls = [False] * len(hits)
    for left, right in pairwise(before_s):
        if right - left <= _NEAR:
            rolls[left : right + 1] = [True] * (right + 1 - left)
    return rolls


def _unroll(raw: str, captions: Sequence[Caption]) -> list[Caption]:
    """The captions without the words that an earlier one has already shown."""
    rolls = _repeats(raw, captions)
    if not any(rolls):
        return list(captions)
    kept: list[Caption] = []
    shown: list[str] = []
    for caption, rolling in zip(captions, rolls, strict=True):
        words = _words(raw, caption.lines)
        shared = _overlap(shown, [word for word, _, _ in words]) if rolling else 0
        fresh = [word for word, _, _ in words[shared:]]
        shown = [*shown[-_SHOWN:], *fresh][-max(_SHOWN, len(fresh)) :]
        if not shared:
            kept.append(caption)
        if not shared or not fresh:
            continue
        at = words[shared][1]
        lines = tuple(
            (_with_tags(raw, max(start, at), start), end) for start, end in caption.lines if end > at
        )
        voices = [
            match
            for start, end in caption.lines
            for match in _VOICE.finditer(raw, start, min(end, at))
            if start < at
        ]
        kept.append(
            Caption(caption.start_s, caption.end_s, lines, voices[-1].span("voice") if voices else None)
        )
    return kept


def _with_tags(raw: str, at: int, start: int) -> int:
    """`at`, moved before the tags that stand directly before it, so that no tag is cut in two."""
    head = raw[max(start, at - 400) : at]
    start = at - len(head)
    for _ in range(8):
        trimmed = head.rstrip()
        opened = trimmed.rfind("<")
        if not trimmed.endswith(">") or opened < 0 or ">" in trimmed[opened:-1]:
            break
        head = trimmed[:opened]
    return start + len(head)


# Wrapped lines ---------------------------------------------------------------------------------------


def _paragraph_ends(raw: str, captions: Sequence[Caption]) -> frozenset[int]:
    """Captions after which a paragraph ends, in text that is wrapped at a fixed width.

    Such a caption is much shorter than the width although the first word of the next one would fit:
    whoever wrapped the text began a new line on purpose. Where lines are not wrapped, nothing can be told.
    """
    if any(len(caption.lines) > 1 for caption in captions) or len(captions) < 4:
        return frozenset()
    texts = [raw[start:end].strip() for caption in captions for start, end in caption.lines]
    if len(texts) != len(captions):
        return frozenset()
    lengths = sorted(len(text) for text in texts)
    width = lengths[-1]
    near = sum(length >= width * 0.8 for length in lengths)
    if width < 30 or width > 120 or near < _WRAPPED * len(texts):
        return frozenset()
    slack: list[int] = []
    for text, following in pairwise(texts):
        first = following.split(maxsplit=1)
        slack.append(width - len(text) - 1 - len(first[0]) if first and text else -1)
    # A line in mid-sentence was not ended on purpose: its slack shows how ragged the wrapping is.
    ragged = sorted(
        room for room, text in zip(slack, texts, strict=False) if text and text[-1] not in _ENDERS
    )
    usual = ragged[int(len(ragged) * _RAGGED)] if ragged else 0
    return frozenset(
        index
        for index, (room, text) in enumerate(zip(slack, texts, strict=False))
        if room > max(usual, 0) and (text[-1] in _ENDERS or len(text) <= width * _SHORT)
    )
