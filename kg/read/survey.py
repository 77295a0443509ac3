"""A first look at a conversation: which lines open turns, which labels are speakers, what is furniture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.read.fields import KEYS, fields_at
from kg.read.furniture import is_page_line, running_lines
from kg.read.labels import is_name_like
from kg.read.lines import is_blank
from kg.read.openers import Opener, scan_opener

__all__ = ["Survey", "scan", "survey"]

_ABBREVIATION = re.compile(r"(?:[A-Z]|Jr|Sr|Dr|Mr|Ms|Mrs|Prof|Ph\.?D|M\.?D|Esq)\.", re.IGNORECASE)
# Share of lines that labels must open for plain text to count as labelled at all, and for a label that
# comes once to be believed. In running prose, lines with a colon are rarer.
_SOME = 0.05
_MANY = 0.15


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
    labels: frozenset[str] = frozenset()

    @property
    def first(self) -> int | None:
        """Index of the first line that opens a turn or carries a time, or None."""
        return min(self.openers, default=None)


def scan(raw: str, lines: Sequence[tuple[int, int]]) -> list[Opener | None]:
    """What may open a turn at each line."""
    return [None if is_blank(raw, start, end) else scan_opener(raw, start, end) for start, end in lines]


@dataclass(slots=True)
class _Candidates:
    """What may open turns, by line index.

    `firm` openers have a colon or a time, `loose` ones are names on a line of their own; `times` are marks
    without a label.
    """

    firm: dict[int, Opener] = field(default_factory=dict)
    loose: dict[int, Opener] = field(default_factory=dict)
    times: dict[int, Opener] = field(default_factory=dict)
    n_lines: int = 0

    @property
    def labelled(self) -> dict[int, Opener]:
        return dict(sorted((*self.firm.items(), *self.loose.items())))


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
    candidates = _candidates(raw, lines, scanned, emphasised=emphasised)
    labels, density = _speakers(candidates, emphasised=emphasised)
    openers = {index: opener for index, opener in candidates.labelled.items() if opener.key in labels}
    if not emphasised and density < _SOME:
        openers = {}
    _drop_fields(raw, lines, openers)
    sections = _sections(raw, lines, openers, candidates.times)
    openers = {
        index: opener
        for index, opener in openers.items()
        if index not in sections or opener.colon or opener.emphasised
    }
    openers.update({index: opener for index, opener in candidates.times.items() if index not in openers})
    plain = [index for index, (start, end) in enumerate(lines) if index not in openers and end - start <= 120]
    furniture = set(running_lines(raw, lines, plain)) if openers else set()
    furniture.update(index for index in plain if index in sections or is_page_line(raw, *lines[index]))
    named = [index for index, opener in openers.items() if opener.label is not None and index not in sections]
    return Survey(
        openers=dict(sorted(openers.items())),
        sections=sections & openers.keys(),
        furniture=frozenset(furniture),
        n_lines=candidates.n_lines,
        n_labelled=len(named),
        labels=frozenset(openers[index].key for index in named),
    )


def _candidates(
    raw: str, lines: Sequence[tuple[int, int]], scanned: Sequence[Opener | None], *, emphasised: bool
) -> _Candidates:
    found = _Candidates()
    after_blank = True
    for index, (start, end) in enumerate(lines):
        if is_blank(raw, start, end):
            after_blank = True
            continue
        found.n_lines += 1
        opener = scanned[index]
        was_blank, after_blank = after_blank, False
        if opener is None:
            continue
        alone = is_blank(raw, opener.rest, end)
        if opener.label is None:
            if opener.bracketed or alone:
                found.times[index] = opener
        elif emphasised and not opener.emphasised and not (opener.heading and alone):
            if opener.start_s is not None and not opener.colon and opener.bracketed:
                found.times[index] = _time_only(opener)
        elif (opener.colon or opener.start_s is not None) and not opener.heading:
            found.firm[index] = opener
        elif alone and _stands_alone(opener.text):
            following = scanned[index + 1] if index + 1 < len(lines) else None
            if (
                following is not None
                and following.label is None
                and is_blank(raw, following.rest, lines[index + 1][1])
            ):
                # A name on a line, its time on the next.
                found.firm[index] = opener
            elif was_blank:
                found.loose[index] = opener
    return found


def _time_only(opener: Opener) -> Opener:
    """The time alone; the words after it are speech that happens to look like a label."""
    rest = opener.label.start if opener.label is not None else opener.rest
    return Opener(None, "", opener.start_s, rest, opener.emphasised, False, opener.heading, opener.bracketed)


def _stands_alone(text: str) -> bool:
    words = text.split()
    if not is_name_like(text) or len(words) > 5:
        return False
    return text[-1] not in ".?!,;…" or (len(words) > 1 and _ABBREVIATION.fullmatch(words[-1]) is not None)


def _speakers(candidates: _Candidates, *, emphasised: bool) -> tuple[frozenset[str], float]:
    """The labels that are speakers, and the share of lines that they open."""
    labelled = candidates.labelled.values()
    counts = Counter(opener.key for opener in labelled)
    inline = {opener.key for opener in candidates.firm.values()}
    names = {opener.key for opener in candidates.firm.values() if is_name_like(opener.text)}
    speakers = {key for key in names if counts[key] >= 2}
    # Small letters only ("interviewer:") are believed when they come often.
    speakers |= {key for key in inline if counts[key] >= 3 and len(key.split()) <= 2}
    alone = Counter(opener.key for opener in candidates.loose.values())
    often = {key for key, n in alone.items() if n >= 2}
    if len(often) >= 2 or any(alone[key] >= 3 for key in often) or (often and emphasised):
        speakers |= often
        if emphasised:
            # Beside names that come again, a name of several words that comes once is a speaker too.
            speakers |= {key for key in alone if len(key.split()) >= 2}
    n_lines = max(candidates.n_lines, 1)
    density = sum(opener.key in speakers for opener in labelled) / n_lines
    if emphasised or density >= _MANY or (len(names) >= 2 and len(candidates.firm) * 2 >= n_lines):
        speakers |= {key for key in names if counts[key] == 1}
        density = sum(opener.key in speakers for opener in labelled) / n_lines
    return frozenset(speakers), density


def _drop_fields(raw: str, lines: Sequence[tuple[int, int]], openers: dict[int, Opener]) -> None:
    """Takes out header lines ("Guest: Jane Roe") that stand before the first turn."""
    counts = Counter(opener.key for opener in openers.values())
    for index in sorted(openers):
        key = openers[index].key
        if key not in KEYS or counts[key] > 1 or not fields_at(raw, *lines[index]):
            break
        del openers[index]


def _sections(
    raw: str, lines: Sequence[tuple[int, int]], openers: dict[int, Opener], times: dict[int, Opener]
) -> frozenset[int]:
    """Openers of labels that never have words: breaks, chapters, tables of contents."""
    empty = {index for index, opener in openers.items() if is_blank(raw, opener.rest, lines[index][1])}
    inline = len(empty) * 2 < len(openers)
    wordless = set()
    # From the end: whether words come before the next opener.
    words = False
    for index in range(len(lines) - 1, -1, -1):
        if index in openers:
            # Where speech follows the label on its line, a label with a time alone is a break.
            timed = inline and openers[index].start_s is not None
            if index in empty and (not words or timed):
                wordless.add(index)
            words = False
        elif not is_blank(raw, *lines[index]):
            words = words or index not in times or not is_blank(raw, times[index].rest, lines[index][1])
    speaking = {opener.key for index, opener in openers.items() if index not in wordless}
    return frozenset(index for index in wordless if openers[index].key not in speaking)
