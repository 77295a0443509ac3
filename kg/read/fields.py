"""Metadata of a recording, gathered from front matter, page headers and headings.

A field is taken from the first place that names it; `spans` says where its value stands.
"""

from __future__ import annotations

import html
import re
from types import MappingProxyType

from kg.model import Metadata, Span
from kg.read.labels import clean, is_name_like
from kg.read.lines import iter_lines, strip
from kg.read.times import parse_date, parse_duration

__all__ = ["KEYS", "NUMBERED_HEADING", "MetadataBuilder", "fields_at"]

# What transcripts call the fields of `Metadata`.
KEYS = {
    "title": "title",
    "episode title": "title",
    "name": "title",
    "series": "series",
    "show": "series",
    "podcast": "series",
    "program": "series",
    "programme": "series",
    "episode": "episode",
    "episode number": "episode",
    "episode no": "episode",
    "number": "episode",
    "date": "date",
    "published": "date",
    "publish date": "date",
    "published on": "date",
    "pubdate": "date",
    "release date": "date",
    "released": "date",
    "recorded": "date",
    "recorded on": "date",
    "recording date": "date",
    "upload date": "date",
    "aired": "date",
    "host": "hosts",
    "hosts": "hosts",
    "hosted by": "hosts",
    "interviewer": "hosts",
    "interviewers": "hosts",
    "moderator": "hosts",
    "guest": "guests",
    "guests": "guests",
    "interviewee": "guests",
    "interviewees": "guests",
    "with guest": "guests",
    "channel": "channel",
    "url": "url",
    "link": "url",
    "permalink": "url",
    "source": "url",
    "source url": "url",
    "canonical": "url",
    "video": "url",
    "duration": "duration_s",
    "length": "duration_s",
    "runtime": "duration_s",
    "running time": "duration_s",
    "views": "views",
    "view count": "views",
    "language": "language",
    "lang": "language",
}
_SEVERAL = frozenset({"hosts", "guests"})
_FIELD = re.compile(
    r"[ \t>*_#-]*(?P<key>[A-Za-z][A-Za-z _-]{1,24}?)[ \t*_]*[:=][*_]*[ \t]+(?P<value>\S[^\r\n]{0,500})"
)
_DATED = re.compile(
    r"[ \t>*_]*(?P<key>Recorded|Published|Released|Aired)[ \t]+(?:on[ \t]+)?(?P<value>[^\r\n]{4,40}?)[.*_ \t]*",
    re.IGNORECASE,
)
# What parts several fields on one line.
_BETWEEN = re.compile(
    r"[.;|·•][*_]*[ \t]+(?=[*_]*(?:[A-Z][a-z]+|host|guest|hosts|guests|date|episode|recorded|published)\b)"
)
_LONGEST_LINE = 700
_VIEWS = re.compile(r"(\d{1,3}(?:[,. ]\d{3})+|\d{1,15})(?:\.(\d))?\s*([KMB])?\b", re.IGNORECASE)
_SCALE = {"": 1, "K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
NUMBERED_HEADING = re.compile(
    r"(?P<series>[^\r\n|]{2,100}?)[,:–—-]?\s+(?:(?:episode|ep\.?)\s*\#?\s*|\#)(?P<number>\d{1,5}[a-z]?)"
    r"(?:\s*[:–—|-]\s*(?P<title>\S[^\r\n]{1,300}))?",
    re.IGNORECASE,
)
"""Pattern of a heading "Show, episode 7: Subject" or "Show #7"."""

_BAR = re.compile(r"\s+[|•·]\s+")
_NO_TITLE = re.compile(
    r"(?:table of )?contents|(?:full |episode |interview )?transcript(?:ion)?|captions|menu|introduction|intro",
    re.IGNORECASE,
)
_EPISODE = re.compile(
    r"(?:\b(?:episode|ep\.?)\s{0,3}(?:number\s|no\.?\s)?\s{0,3}#?\s{0,3}|(?<!\w)#)(?P<number>\d{1,5}[a-z]?(?:\.\d{1,3})?)\b",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*|[A-Z][a-z]{2,20}")
_URL = re.compile(r"https?://[^\s<>\"'{}|\\^`\[\]]{3,1000}", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:,\s*and\b|[;&|]|\band\b)\s*")
_ASIDE = re.compile(r"\([^()]{0,200}\)")
_LONGEST_VALUE = 500


def fields_at(raw: str, start: int, end: int) -> list[tuple[str, str, Span]]:
    """Field, value and the value's span of each field that a header line names; empty if it is no such line.

    >>> [(field, value) for field, value, _ in fields_at("**Episode:** 12", 0, 15)]
    [('episode', '12')]
    >>> line = "*Host: Jane Roe. Guest: Tom Poe. Recorded on 11 March 2025.*"
    >>> [(field, value) for field, value, _ in fields_at(line, 0, len(line))]
    [('hosts', 'Jane Roe'), ('guests', 'Tom Poe'), ('date', '11 March 2025')]
    """
    start, end = strip(raw, start, end)
    if end - start > _LONGEST_LINE:
        return []
    found: list[tuple[str, str, Span]] = []
    first: re.Match[str] | None = None
    for left, right in _parts(raw, start, end):
        match = _FIELD.fullmatch(raw, left, right) or _DATED.fullmatch(raw, left, right)
        name = _field_name(match["key"]) if match else None
        if match is None or name is None:
            continue
        first = first or match
        a, b = strip(raw, match.start("value"), match.end("value"))
        while a < b and raw[b - 1] in "*_ ":
            b -= 1
        if name in _SEVERAL and not _names_people(raw[a:b]):
            continue
        if a < b and clean(raw[a:b]):
            found.append((name, raw[a:b] if name == "url" else clean(raw[a:b]), Span(a, b)))
    if not found or first is None or first.start() > start + 3:
        return []
    return found


def _names_people(value: str) -> bool:
    """Whether the value of "Host:" is a name, not what the host says."""
    first = re.split(r"[,(;&]|\band\b", clean(value))[0].strip()
    return is_name_like(first) and len(first.split()) <= 5 and value.rstrip()[-1:] not in ("?", "!")


def _segments(raw: str, start: int, end: int) -> list[tuple[int, int]]:
    """The heading as a whole, or its parts at bars if its show and number stand after one."""
    bars = [match.span() for match in _BAR.finditer(raw, start, end)]
    if not bars:
        return [(start, end)]
    parts = list(zip([start, *(right for _, right in bars)], [*(left for left, _ in bars), end], strict=True))
    if NUMBERED_HEADING.fullmatch(raw, *parts[0]):
        return [(start, end)]
    return parts


def _field_name(key: str) -> str | None:
    return KEYS.get(" ".join(re.split(r"[ _-]+", key.strip().lower())))


def _parts(raw: str, start: int, end: int) -> list[tuple[int, int]]:
    """The line as a whole, or its parts where several of them look like fields."""
    cuts = [match.span() for match in _BETWEEN.finditer(raw, start, end)]
    parts = list(zip([start, *(right for _, right in cuts)], [*(left for left, _ in cuts), end], strict=True))
    known = [part for part in parts if _FIELD.fullmatch(raw, *part) or _DATED.fullmatch(raw, *part)]
    return parts if len(known) >= 2 else [(start, end)]


class MetadataBuilder:
    """Collects fields; the first value of a field stays."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}
        self._spans: dict[str, Span] = {}

    def __contains__(self, field: str) -> bool:
        return field in self._values

    def put(self, field: str, value: str, span: Span | None) -> bool:
        """Takes a field's text; says whether it was one and was new. Values that make no sense are left."""
        # In an address, "_" and "*" are no markup.
        value = html.unescape(value).strip()[:2000] if field == "url" else clean(value)[:_LONGEST_VALUE]
        if not value or value.lower() in ("undefined", "null", "none", "n/a", "unknown"):
            return False
        parsed = _parse(field, value)
        if parsed is None:
            return False
        if field in self._values:
            return False
        self._values[field] = parsed
        if span is not None:
            self._spans[field] = span
        return True

    def put_names(self, field: str, names: list[tuple[str, Span]]) -> None:
        """Takes several names of one field ("hosts", "guests")."""
        known = [(clean(name)[:200], span) for name, span in names]
        known = [(name, span) for name, span in known if name]
        if known and field not in self._values:
            self._values[field] = tuple(dict.fromkeys(name for name, _ in known))
            self._spans[field] = Span(known[0][1].start, known[-1][1].end)

    def put_episode(self, raw: str, start: int, end: int) -> bool:
        """Takes the number of the episode from a heading such as "EPISODE 74"."""
        match = _EPISODE.search(raw, start, min(end, start + 300))
        if match is None:
            return False
        return self.put("episode", match["number"], Span(match.start("number"), match.end("number")))

    def put_heading(self, raw: str, start: int, end: int) -> None:
        """Takes the title from a heading; a heading "Show, episode 7: Subject" names all three."""
        start, end = strip(raw, start, end)
        if end - start > _LONGEST_LINE:
            return
        while start < end and raw[start] in "#*_ ":
            start += 1
        while start < end and raw[end - 1] in "#*_ ":
            end -= 1
        if start >= end or "title" in self._values or _NO_TITLE.fullmatch(raw, start, end):
            return
        left, right = start, end
        for at, stop in _segments(raw, start, end):
            parts = NUMBERED_HEADING.fullmatch(raw, at, stop)
            if parts is None:
                continue
            if ":" not in parts["series"]:
                self.put("series", parts["series"], Span(*parts.span("series")))
            self.put("episode", parts["number"], Span(*parts.span("number")))
            if parts["title"]:
                left, right = parts.span("title")
            elif at > start:
                # "Subject | Show #7"
                right = _segments(raw, start, end)[0][1]
            break
        self.put("title", raw[left:right], Span(left, right))

    def put_lines(self, raw: str, start: int, end: int) -> None:
        """Takes every header line in a range."""
        for left, right in iter_lines(raw, start, end):
            for found in fields_at(raw, left, right):
                self.put(*found)

    def build(self) -> Metadata:
        """What was collected."""
        values = self._values
        return Metadata(spans=MappingProxyType(dict(sorted(self._spans.items()))), **values)  # type: ignore[arg-type]


def _names(value: str) -> tuple[str, ...]:
    """The names in a list; what follows a comma and is no name ("co-founder of …") belongs to the one before.

    >>> _names("Jane Roe and Tom Poe"), _names("Ruben Roe, co-founder of Thistle (London)")
    (('Jane Roe', 'Tom Poe'), ('Ruben Roe',))
    """
    names: list[str] = []
    for group in _LIST.split(_ASIDE.sub("", value)):
        parts = [part.strip() for part in group.split(",") if part.strip()]
        whole = all(
            is_name_like(part) and (len(part.split()) > 1 or place == 0) for place, part in enumerate(parts)
        )
        names.extend(parts if whole else parts[:1])
    return tuple(dict.fromkeys(name.strip(" .") for name in names if any(char.isalpha() for char in name)))


def _parse(field: str, value: str) -> object:
    if field in _SEVERAL:
        return _names(value) or None
    if field == "date":
        return parse_date(value)
    if field == "duration_s":
        return parse_duration(value)
    if field == "views":
        match = _VIEWS.match(value)
        if not match:
            return None
        whole = int(re.sub(r"\D", "", match[1]))
        scale = _SCALE[(match[3] or "").upper()]
        return whole * scale + (int(match[2]) * scale // 10 if match[2] and scale > 1 else 0)
    if field == "url":
        match = _URL.search(value)
        return match.group() if match else None
    if field == "episode":
        match = re.search(r"\d{1,5}[a-z]?(?:\.\d{1,3})?", value)
        return match.group() if match else value[:40]
    if field == "language":
        return value if _LANGUAGE.fullmatch(value) else None
    return value
