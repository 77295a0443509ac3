"""Notes in brackets inside speech: sounds, gaps in the recording, times.

Knows the conventions of captioners, not the subject matter: a sound note ("[Laughter]", "(music)")
stands beside the sentence, which goes on without it; a gap ("[inaudible 0:53:16.1]") stands for words
of the sentence, which must not be read as if they had never been there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from kg.read.times import CLOCK, parse_clock

__all__ = ["Note", "NoteKind", "classify", "is_note", "iter_notes"]


class NoteKind(Enum):
    """What a bracket holds."""

    SOUND = "sound"
    GAP = "gap"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Note:
    """A bracket that is not speech, ``[start, end)`` in the raw text; `time_s` where it names one."""

    start: int
    end: int
    kind: NoteKind
    time_s: float | None = None


_BRACKET = re.compile(
    r"""
      \\?\[(?P<square>[^\[\]\n\r]{1,100}?)\\?\](?!\()
    | \((?P<round>[^()\[\]\n\r]{2,60})\)
    | (?<![\w*])\*(?P<star>[A-Za-z ]{3,40})\*(?![\w*])
    | [♪♫](?P<song>[^♪♫\n\r]{0,300})[♪♫]*
    """,
    re.VERBOSE,
)
_TIME = re.compile(rf"\s*@?({CLOCK})(?:\s*(?:-->|[-–—])\s*{CLOCK})?\s*")
_CLOCK_INSIDE = re.compile(rf"@?({CLOCK})")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_GAP = re.compile(
    r"(?:in|un)audible|unintelligible|indiscernible|indecipherable|indistinct|unclear|inaud|crosstalk|"
    r"overtalk(?:ing)?|censored|redacted|bleep(?:ed)?|foreign|phonetic|missing",
    re.IGNORECASE,
)
_SOUND = re.compile(
    r"laugh(?:s|ter|ing|ed)?|chuckl(?:es?|ing|ed)|giggl(?:es?|ing)|snicker(?:s|ing)?|snort(?:s|ing)?|"
    r"applau(?:se|ds?|ding)|clap(?:s|ping)?|cheer(?:s|ing)?|music(?:al)?|song|sing(?:s|ing)?|humm?(?:s|ing)|"
    r"cough(?:s|ing)?|sigh(?:s|ing)?|gasp(?:s|ing)?|sneez(?:es?|ing)|sniff(?:s|ing|les)?|breath(?:s|es|ing)?|"
    r"inhal(?:es?|ing)|exhal(?:es?|ing)|groan(?:s|ing)?|whistl(?:es?|ing)|yawn(?:s|ing)?|sob(?:s|bing)?|"
    r"silence|paus(?:es?|ing)|beep(?:s|ing)?|ring(?:s|ing|tone)?|buzz(?:es|ing)?|click(?:s|ing)?|"
    r"nois(?:es?|y)|sounds?|soundbites?|static|jingle|intro|outro|interlude|theme|sfx|advert(?:isement)?|commercial|break|"
    r"typing|barks?|barking|knock(?:s|ing)?|doorbell|siren|thunder|footsteps|screams?|screaming|crying|cries|"
    r"whisper(?:s|ing)?|mumbl(?:es?|ing)|stutter(?:s|ing)?|smack(?:s|ing)?",
    re.IGNORECASE,
)
# Words that go with a sound without naming one.
_BESIDE = re.compile(
    r"a|the|and|in|of|to|by|for|from|with|audience|crowd|background|upbeat|soft|loud|light|lightly|softly|loudly|"
    r"gentle|dramatic|electronic|playing|plays|fades?|fading|out|up|continues|begins?|starts?|ends?|stops?|both|all|"
    r"everyone|everybody|group|together|again|nervous(?:ly)?|heavy|heavily|deep(?:ly)?|long|short|brief|clears?|"
    r"clearing|throat|lip|lips|phone|dog|door|keyboard|voice|voices|speaks?|speaking|language|effect|effects|"
    r"instrumental|ambient|rock|jazz|piano|guitar|guitars|drum|drums|roll|commercial",
    re.IGNORECASE,
)
_PADDED = re.compile(r"\s*(?:0\d?:\d\d|\d{1,2}:\d\d:\d\d)(?:[.,]\d{1,3})?\s*")
_BLANKED = re.compile(r"[\s_?.…\-–—*]+")


def classify(content: str, *, square: bool = True) -> tuple[NoteKind, float | None] | None:
    """What a bracket with this content is, and the time it names; None if it is speech.

    Args:
        content: Without the brackets.
        square: Whether the brackets are square; round ones are speech unless all words name sounds.

    >>> classify("inaudible 0:53:16.1")
    (<NoteKind.GAP: 'gap'>, 3196.1)
    >>> classify("upbeat music", square=False), classify("I guess", square=False), classify("yocto Linux")
    ((<NoteKind.SOUND: 'sound'>, None), None, None)
    """
    time = _TIME.fullmatch(content)
    if time:
        seconds = parse_clock(time.group(1))
        return None if seconds is None else (NoteKind.TIME, seconds)
    clock = _CLOCK_INSIDE.search(content)
    time_s = parse_clock(clock.group(1)) if clock else None
    words = _WORD.findall(content if clock is None else content.replace(clock.group(), " "))
    if square and not words and _BLANKED.fullmatch(content):
        return NoteKind.GAP, time_s
    gaps = [word for word in words if _GAP.fullmatch(word)]
    if gaps and (square or len(gaps) == len(words)):
        return NoteKind.GAP, time_s
    named = [word for word in words if _SOUND.fullmatch(word)]
    known = all(_SOUND.fullmatch(word) or _BESIDE.fullmatch(word) for word in words)
    if words and known and (named or words[0].lower() in ("clears", "clearing", "speaks", "speaking")):
        return NoteKind.SOUND, time_s
    if square and len(words) <= 6 and words and any(_SOUND.fullmatch(word) for word in (words[0], words[-1])):
        return NoteKind.SOUND, time_s
    if square and time_s is not None and len(words) <= 3:
        # "[sample 00:12]", "[audio 1:02:03]": a transcriber's pointer into the recording.
        return NoteKind.GAP, time_s
    return None


def iter_notes(raw: str, start: int, end: int) -> Iterator[Note]:
    """The notes in ``raw[start:end]``, ascending; brackets that hold speech are passed over."""
    for match in _BRACKET.finditer(raw, start, end):
        if match["song"] is not None:
            yield Note(match.start(), match.end(), NoteKind.SOUND)
            continue
        square = match["square"] is not None
        content = match["square"] or match["round"] or match["star"]
        found = classify(content, square=square)
        # "(3:16)" inside a sentence may be a verse or a score, "(03:16)" and "(0:03:16)" are times.
        if found is None or (not square and found[0] is NoteKind.TIME and not _PADDED.fullmatch(content)):
            continue
        yield Note(match.start(), match.end(), *found)


def is_note(raw: str, start: int, end: int) -> bool:
    """Whether nothing but notes stands there."""
    at = start
    for note in iter_notes(raw, start, end):
        if re.search(r"\w", raw[at : note.start]):
            return False
        at = note.end
    return at > start and not re.search(r"\w", raw[at:end])
