"""YAML front matter: the block between ``---`` lines at the top of a text.

Only plain data is taken: scalars and lists of them under known keys. Aliases and tags are refused, and
size and depth are bounded, so that no block can blow up or run code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from kg.model import Span
from kg.read.errors import FrontMatterError
from kg.read.fields import KEYS, MetadataBuilder
from kg.read.lines import iter_lines, strip

__all__ = ["FrontMatter", "read_front_matter"]

# A header of a recording has a dozen short lines; the limits leave room for show notes.
_MAX_CHARS = 64_000
_MAX_DEPTH = 12
_MAX_NODES = 5_000
# No blank line follows: there, "---" is a rule between paragraphs.
_OPEN = re.compile(r"\s*---[ \t]*(?:\r\n|\n|\r)(?=[ \t]*\S)")
_CLOSE = re.compile(r"(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)")
_KEY = re.compile(r"[ \t]*(?:#.*|[\"']?[\w][\w .\-]{0,60}[\"']?[ \t]*:(?:[ \t].*)?|[{].*)?")
_LINE = re.compile(r"(?P<key>[A-Za-z][\w .-]{0,60}?)[ \t]*:[ \t]+(?P<value>\S.*)")
_NAME_KEYS = ("name", "title", "full_name", "label")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Where the text after the block starts, what the block says, and what had to be mended."""

    end: int
    fields: MetadataBuilder
    warnings: tuple[str, ...] = ()


def read_front_matter(raw: str, *, where: str) -> FrontMatter:
    """The front matter of a text; `end` is 0 where there is none.

    Raises:
        FrontMatterError: If the block has aliases, tags, or too much depth or size.

    >>> found = read_front_matter("---\\ntitle: On chips\\nhost: Jane Roe\\n---\\nHello.", where="talk.md")
    >>> found.end, found.fields.build().title, found.fields.build().hosts
    (38, 'On chips', ('Jane Roe',))
    """
    fields = MetadataBuilder()
    opened = _OPEN.match(raw)
    if not opened:
        return FrontMatter(0, fields)
    start = opened.end()
    # A few more characters, so that a block that is too long is told from one that never ends.
    closed = _CLOSE.search(raw, start, min(len(raw), start + 4 * _MAX_CHARS))
    if not closed or not _looks_like_mapping(raw, start, closed.start()):
        return FrontMatter(0, fields)
    line = raw.count("\n", 0, start) + 1
    if closed.start() - start > _MAX_CHARS:
        raise FrontMatterError(
            f"the front matter has {closed.start() - start} characters, more than {_MAX_CHARS}",
            where=f"{where}:{line}",
            hint="a header of title, series, episode, date, hosts, guests and url",
        )
    warnings: tuple[str, ...] = ()
    block = raw[start : closed.start()]
    try:
        found = _values(block, where=where, first_line=line)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        at = line + (mark.line if mark is not None else 0)
        warnings = (f"the front matter is no valid YAML (line {at}); it was read line by line",)
        found = _line_values(block)
    _take(found, start, fields)
    return FrontMatter(closed.end(), fields, warnings)


def _looks_like_mapping(raw: str, start: int, end: int) -> bool:
    for left, right in iter_lines(raw, start, end):
        text = raw[left:right]
        if text.strip() and not text.lstrip().startswith("#"):
            return _KEY.fullmatch(text) is not None
    return False


def _values(block: str, *, where: str, first_line: int) -> list[tuple[str, str, int, int]]:
    """Key, value, and the value's place in the block, for scalars and for items of lists.

    Works on the parser's events: nothing is ever built from the block, whatever it asks for.
    """
    found: list[tuple[str, str, int, int]] = []
    # Per open collection: whether it is a mapping, and the key that waits for its value there.
    stack: list[tuple[bool, str | None]] = []
    n_nodes = 0
    for event in yaml.parse(block, Loader=yaml.SafeLoader):
        mark = event.start_mark
        at = f"{where}:{first_line + (mark.line if mark else 0)}"
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise FrontMatterError(
                "the front matter uses an anchor or alias", where=at, hint="the value written out"
            )
        if isinstance(event, yaml.NodeEvent):
            n_nodes += 1
            if n_nodes > _MAX_NODES or len(stack) > _MAX_DEPTH:
                raise FrontMatterError(
                    f"the front matter is nested more than {_MAX_DEPTH} deep or has more than {_MAX_NODES} values",
                    where=at,
                    hint="a flat header",
                )
            tag = getattr(event, "tag", None)
            if tag is not None and tag not in ("!", "tag:yaml.org,2002:str"):
                raise FrontMatterError(
                    f"the front matter uses the tag {tag!r}", where=at, hint="plain values without tags"
                )
        if isinstance(event, yaml.ScalarEvent):
            _scalar(event, stack, found)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            stack.append((isinstance(event, yaml.MappingStartEvent), None))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            stack.pop()
            if stack and stack[-1][0]:
                stack[-1] = (True, None)
    return found


def _scalar(
    event: yaml.ScalarEvent, stack: list[tuple[bool, str | None]], found: list[tuple[str, str, int, int]]
) -> None:
    value = str(event.value)
    if stack and stack[-1][0] and stack[-1][1] is None:
        stack[-1] = (True, value[:100])
        return
    key = _key(stack)
    if key is not None and event.start_mark is not None and event.end_mark is not None:
        start, end = event.start_mark.index, event.end_mark.index
        if event.style in ("'", '"') and end - start > 2:
            start, end = start + 1, end - 1
        found.append((key, value, start, end))
    if stack and stack[-1][0]:
        stack[-1] = (True, None)


def _key(stack: list[tuple[bool, str | None]]) -> str | None:
    """The key under which a scalar stands: its own at the top, the outer one in a list of names."""
    if not stack or not stack[0][0] or stack[0][1] is None:
        return None
    inner = stack[1:]
    if all(not mapping or (key or "").lower() in _NAME_KEYS for mapping, key in inner) and len(inner) <= 2:
        return stack[0][1]
    return None


def _line_values(block: str) -> list[tuple[str, str, int, int]]:
    found = []
    for left, right in iter_lines(block, 0):
        match = _LINE.fullmatch(block, *strip(block, left, right))
        if match:
            start, end = match.span("value")
            if end - start > 2 and block[start] == block[end - 1] and block[start] in "\"'":
                start, end = start + 1, end - 1
            found.append((match["key"], block[start:end], start, end))
    return found


def _take(found: list[tuple[str, str, int, int]], offset: int, fields: MetadataBuilder) -> None:
    by_field: dict[str, list[tuple[str, Span]]] = {}
    for key, value, start, end in found:
        name = KEYS.get(" ".join(re.split(r"[ _.-]+", key.strip().lower())))
        if name and value.strip() and start < end:
            by_field.setdefault(name, []).append((value, Span(offset + start, offset + end)))
    for name, values in by_field.items():
        if name in ("hosts", "guests") and len(values) > 1:
            fields.put_names(name, values)
        else:
            for value, span in values:
                fields.put(name, value, span)
