"""Conversations with labelled turns, as lines: what Markdown, plain text and HTML pages have in common.

A first pass finds what may open a turn and decides, over the whole text, which labels are speakers; a
second one puts the turns together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.read.builder import TurnBuilder
from kg.read.fields import KEYS, MetadataBuilder, fields_at
from kg.read.furniture import closes_speech, is_break, is_heading, is_page_line, opens_speech, running_lines
from kg.read.labels import is_name_like
from kg.read.lines import is_blank, strip
from kg.read.openers import Opener, scan_opener
from kg.read.reader import Reading

__all__ = ["Survey", "assemble", "scan", "survey"]

_ENDS = re.compile(r"[.?!…。？！][\"'”’)\]*_]*$")
_PROSE_WORDS = 12
_ABBREVIATION = re.compile(r"(?:[A-Z]|Jr|Sr|Dr|Mr|Ms|Mrs|Prof|Ph\.?D|M\.?D|Esq)\.", re.IGNORECASE)


@dataclass(slots=True)
class Survey:
    """What a first look at the lines of a text finds.

    Args:
        openers: By line index: what opens a turn or carries a time there.
        sections: Lines whose label names a break or a section, not a speaker.
        furniture: Lines of the page.
        n_lines: Lines that are not blank.
        n_labelled: Lines that open a turn of a labelled speaker.
        labels: Distinct labels.
    """

    openers: dict[int, Opener] = field(default_factory=dict)
    sections: frozenset[int] = frozenset()
    furniture: frozenset[int] = frozenset()
    n_lines: int = 0
    n_labelled: int = 0
    n_timed: int = 0
    labels: frozenset[str] = frozenset()

    @property
    def first(self) -> int | None:
        """Index of the first line that opens a turn or carries a time, or None."""
        return min(self.openers, default=None)


def scan(raw: str, lines: Sequence[tuple[int, int]]) -> list[Opener | None]:
    """What may open a turn at each line."""
    return [None if is_blank(raw, start, end) else scan_opener(raw, start, end) for start, end in lines]


def survey(
    raw: str,
    lines: Sequence[tuple[int, int]],
    *,
    emphasised: bool,
    scanned: Sequence[Opener | None] | None = None,
) -> Survey:
    """What opens turns in these lines.

    Args:
        raw: The raw text.
        lines: Spans of all lines, blank ones included.
        emphasised: Whether labels must be set in emphasis (Markdown, HTML).
        scanned: What `scan` made of the lines, where it is known already.
    """
    scanned = scan(raw, lines) if scanned is None else scanned
    found: dict[int, Opener] = {}
    times: dict[int, Opener] = {}
    loose: dict[int, Opener] = {}
    counts: Counter[str] = Counter()
    n_lines = 0
    after_blank = True
    for index, (start, end) in enumerate(lines):
        if is_blank(raw, start, end):
            after_blank = True
            continue
        n_lines += 1
        opener = scanned[index]
        was_blank, after_blank = after_blank, False
        if opener is None:
            continue
        if opener.label is None:
            if opener.bracketed or opener.rest >= end:
                times[index] = opener
            continue
        firm = opener.colon or opener.start_s is not None
        alone = strip(raw, opener.rest, end)[0] >= end or is_blank(raw, opener.rest, end)
        if emphasised and not opener.emphasised and not (opener.heading and alone):
            if opener.start_s is not None and not opener.colon:
                times[index] = _time_only(opener)
            continue
        if not firm and not alone:
            continue
        counts[opener.key] += 1
        if firm and not opener.heading:
            found[index] = opener
        elif was_blank and _stands_alone(opener.text):
            loose[index] = opener
    labels, density = _speakers(found, loose, counts, n_lines, emphasised=emphasised)
    openers = {index: opener for index, opener in (*found.items(), *loose.items()) if opener.key in labels}
    if not emphasised and density < 0.05:
        openers = {}
    _drop_fields(raw, lines, openers)
    sections = _sections(raw, lines, openers)
    openers.update({index: opener for index, opener in times.items() if index not in openers})
    plain = [index for index, (start, end) in enumerate(lines) if index not in openers and end - start <= 120]
    furniture = set(running_lines(raw, lines, plain)) if openers else set()
    furniture.update(index for index in plain if is_page_line(raw, *lines[index]))
    named = [index for index, opener in openers.items() if opener.label is not None and index not in sections]
    return Survey(
        openers=dict(sorted(openers.items())),
        sections=sections,
        furniture=frozenset(furniture),
        n_lines=n_lines,
        n_labelled=len(named),
        n_timed=sum(opener.start_s is not None for opener in openers.values()),
        labels=frozenset(openers[index].key for index in named),
    )


def _time_only(opener: Opener) -> Opener:
    """The time alone; the words after it are speech that happens to look like a label."""
    rest = opener.label.start if opener.label is not None else opener.rest
    return Opener(None, "", opener.start_s, rest, opener.emphasised, False, opener.heading, opener.bracketed)


def _stands_alone(text: str) -> bool:
    if not is_name_like(text) or len(text.split()) > 5:
        return False
    return text[-1] not in ".?!,;…" or bool(
        _ABBREVIATION.fullmatch(text.split()[-1]) and len(text.split()) > 1
    )


def _speakers(
    found: dict[int, Opener],
    loose: dict[int, Opener],
    counts: Counter[str],
    n_lines: int,
    *,
    emphasised: bool,
) -> tuple[frozenset[str], float]:
    """The labels that are speakers, and the share of lines that they open."""
    recurring = {key for key, n in counts.items() if n >= 2}
    names = {opener.key for opener in found.values() if is_name_like(opener.text)}
    firm = {key for key in recurring if key in names}
    # Small letters only ("interviewer:") are believed when they come often.
    inline = {opener.key for opener in found.values()}
    firm |= {key for key in recurring & inline if counts[key] >= 3 and len(key.split()) <= 2}
    lone_loose = Counter(opener.key for opener in loose.values())
    often = {key for key, n in lone_loose.items() if n >= 2}
    if sum(lone_loose[key] for key in often) >= 3 or len(often) >= 2:
        firm |= often
    opened = sum(opener.key in firm for opener in (*found.values(), *loose.values()))
    density = opened / n_lines if n_lines else 0.0
    singles = {key for key in names if counts[key] == 1}
    if emphasised or density >= 0.15 or (len(names) >= 2 and len(found) >= 0.5 * n_lines):
        firm |= singles
        opened = sum(opener.key in firm for opener in (*found.values(), *loose.values()))
        density = opened / n_lines if n_lines else 0.0
    return frozenset(firm), density


def _drop_fields(raw: str, lines: Sequence[tuple[int, int]], openers: dict[int, Opener]) -> None:
    """Takes out header lines ("Guest: Jane Roe") that stand before the first turn."""
    counts = Counter(opener.key for opener in openers.values())
    for index in sorted(openers):
        key = openers[index].key
        if key not in KEYS or counts[key] > 1 or not fields_at(raw, *lines[index]):
            break
        del openers[index]


def _sections(raw: str, lines: Sequence[tuple[int, int]], openers: dict[int, Opener]) -> frozenset[int]:
    """Openers of labels that never have words, in a text where speech follows the label on its line."""
    empty = {index for index, opener in openers.items() if is_blank(raw, opener.rest, lines[index][1])}
    if len(empty) * 2 >= len(openers):
        return frozenset()
    speaking = {opener.key for index, opener in openers.items() if index not in empty}
    return frozenset(index for index in empty if openers[index].key not in speaking)


def assemble(
    raw: str,
    lines: Sequence[tuple[int, int]],
    found: Survey,
    metadata: MetadataBuilder,
    *,
    headed: bool = False,
    headings: frozenset[int] = frozenset(),
) -> Reading:
    """The turns of a surveyed text; `metadata` gains what headings and header lines say.

    `headed` says that the text begins with a header, front matter for instance: then what stands between
    it and the first turn is a description, else it is the end of a turn whose label is missing.
    `headings` are indices of lines that are known to be headings.
    """
    builder = TurnBuilder(raw)
    first = found.first if found.first is not None else len(lines)
    _preamble(raw, lines[:first], metadata, builder, headed=headed)
    ended = False
    for index in range(first, len(lines)):
        start, end = lines[index]
        if is_blank(raw, start, end):
            continue
        opener = found.openers.get(index)
        if opener is not None:
            if index in found.sections:
                builder.aside(start, end)
                if opener.start_s is not None:
                    builder.mark(start, opener.start_s, gap_after=True)
                builder.close()
                continue
            if opener.label is not None:
                ended = False
                builder.open(opener.text, opener.label, opener.start_s)
            elif opener.start_s is not None:
                builder.start_at(opener.rest, opener.start_s)
            start = opener.rest
        elif index in found.furniture:
            builder.aside(start, end)
            continue
        elif index in headings or is_heading(raw, start, end):
            _heading(raw, start, end, metadata, builder)
            ended = ended or closes_speech(raw, start, end)
            builder.resume()
            continue
        if ended:
            builder.aside(start, end)
        elif is_break(raw, start, end):
            builder.break_at(start)
            builder.speech(start, end)
        else:
            builder.speech(start, end)
    return builder.build(metadata.build())


def _heading(raw: str, start: int, end: int, metadata: MetadataBuilder, builder: TurnBuilder) -> None:
    builder.aside(start, end)
    left, right = strip(raw, start, end)
    if raw[left] == "#" and raw[left : left + 2] != "##" and not opens_speech(raw, left, right):
        metadata.put_heading(raw, left, right)
    metadata.put_episode(raw, start, end)


def _preamble(
    raw: str,
    lines: Sequence[tuple[int, int]],
    metadata: MetadataBuilder,
    builder: TurnBuilder,
    *,
    headed: bool,
) -> None:
    """What stands before the first opener: a header with title and fields, or speech in mid-conversation."""
    visible = [(start, end) for start, end in lines if not is_blank(raw, start, end)]
    headed = headed or any(
        bool(fields_at(raw, start, end)) or (is_heading(raw, start, end) and _titles(raw, start, end))
        for start, end in visible
    )
    for place, (start, end) in enumerate(visible):
        fields = fields_at(raw, start, end)
        if fields:
            for field in fields:
                metadata.put(*field)
            builder.aside(start, end)
        elif is_heading(raw, start, end):
            _heading(raw, start, end, metadata, builder)
        elif is_page_line(raw, start, end):
            builder.aside(start, end)
        elif not headed and _is_prose(raw, start, end, place):
            builder.speech(start, end)
        else:
            builder.aside(start, end)
            if place == 0 and end - start <= 200:
                metadata.put_heading(raw, start, end)
            metadata.put_episode(raw, start, min(end, start + 200))
    builder.close()


def _titles(raw: str, start: int, end: int) -> bool:
    return raw[strip(raw, start, end)[0]] == "#"


def _is_prose(raw: str, start: int, end: int, place: int) -> bool:
    start, end = strip(raw, start, end)
    ended = _ENDS.search(raw, max(start, end - 8), end)
    question = ended is not None and ended.group()[0] in "?？" and place == 0
    n_words = len(raw[start : min(end, start + 400)].split())
    return n_words >= _PROSE_WORDS or (ended is not None and not question)
