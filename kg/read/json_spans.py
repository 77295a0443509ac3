"""JSON with places: every string knows where it stands in the raw text.

The standard library's parser forgets places and recurses; this one keeps a stack of its own, so that
depth costs no more than memory, and bounds that.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from kg.read.errors import JsonError

__all__ = ["JsonString", "JsonValue", "parse_json"]

_MAX_DEPTH = 64
_MAX_NUMBER = 60
_TOKEN = re.compile(
    r"""[ \t\n\r]*(?:
        (?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")
      | (?P<number>-?\d[\d.eE+-]*)
      | (?P<mark>[\[\]{},:])
      | (?P<word>true|false|null|NaN|-?Infinity)
    )""",
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"[ \t\n\r]*")
_WORDS: dict[str, bool | None] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class JsonString:
    """A string: ``raw[start:end]`` without its quotes, escapes as they are."""

    raw: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """The decoded string; what no decoder takes is left out."""
        inner = self.raw[self.start : self.end]
        if "\\" not in inner:
            return inner
        try:
            return str(json.loads(f'"{inner}"', strict=False))
        except ValueError:
            return inner.replace("\\", " ")


JsonValue = JsonString | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


def parse_json(raw: str, start: int, *, where: str) -> JsonValue:
    """The value that ``raw[start:]`` holds. Of keys that come twice, the last counts.

    Raises:
        JsonError: If it is malformed, broken off, nested more than 64 deep, or has endless numbers.

    >>> value = parse_json('{"text": "Hi"}', 0, where="talk.json")
    >>> isinstance(value, dict) and value["text"].text
    'Hi'
    """
    at = start
    root: JsonValue = None
    stack: list[list[JsonValue] | dict[str, JsonValue]] = []
    keys: list[str | None] = []
    # What may come next: a value, a key, a colon, a comma or an end, or the end of all.
    want = "value"
    while True:
        match = _TOKEN.match(raw, at)
        if match is None:
            at = _end(raw, at)
            if at >= len(raw) and want == "end":
                return root
            raise _fault(raw, at, where)
        kind, lexeme = match.lastgroup, match.group(match.lastgroup or 0)
        begin = match.end() - len(lexeme)
        at = match.end()
        if want == "end":
            raise _fault(raw, begin, where)
        if kind == "mark" and lexeme in "}]":
            closes = stack and isinstance(stack[-1], dict if lexeme == "}" else list)
            empty = want in ("first key", "first value")
            if not closes or not (empty or want == "comma"):
                raise _fault(raw, begin, where)
            stack.pop()
            keys.pop()
            want = "comma" if stack else "end"
            continue
        if want == "comma":
            if lexeme != ",":
                raise _fault(raw, begin, where)
            want = "key" if isinstance(stack[-1], dict) else "value"
            continue
        if want in ("key", "first key"):
            if kind != "string":
                raise _fault(raw, begin, where)
            keys[-1] = JsonString(raw, begin + 1, at - 1).text
            want = "colon"
            continue
        if want == "colon":
            if lexeme != ":":
                raise _fault(raw, begin, where)
            want = "value"
            continue
        value: JsonValue
        if kind == "string":
            value = JsonString(raw, begin + 1, at - 1)
        elif kind == "number":
            value = _number(raw, begin, lexeme, where)
        elif kind == "word":
            value = _WORDS.get(lexeme)
        elif lexeme in "[{":
            value = [] if lexeme == "[" else {}
        else:
            raise _fault(raw, begin, where)
        if not stack:
            root = value
        else:
            top = stack[-1]
            if isinstance(top, dict):
                top[keys[-1] or ""] = value
            else:
                top.append(value)
        if isinstance(value, (list, dict)):
            if len(stack) >= _MAX_DEPTH:
                raise JsonError(
                    f"the JSON is nested more than {_MAX_DEPTH} deep",
                    where=_place(raw, begin, where),
                    hint="a transcript as Whisper writes it",
                )
            stack.append(value)
            keys.append(None)
            want = "first key" if isinstance(value, dict) else "first value"
        else:
            want = "comma" if stack else "end"


def _number(raw: str, at: int, lexeme: str, where: str) -> float | None:
    if len(lexeme) > _MAX_NUMBER:
        raise JsonError(
            f"a number of {len(lexeme)} characters",
            where=_place(raw, at, where),
            hint="seconds with a few digits",
        )
    try:
        value = float(lexeme)
    except ValueError:
        raise _fault(raw, at, where) from None
    # 1e999 is read as infinite, which is no time.
    return value if abs(value) < 1e15 else None


def _end(raw: str, at: int) -> int:
    match = _SPACE.match(raw, at)
    return match.end() if match else at


def _place(raw: str, at: int, where: str) -> str:
    line = raw.count("\n", 0, at) + 1
    column = at - (raw.rfind("\n", 0, at) + 1) + 1
    return f"{where}:{line}:{column}"


def _fault(raw: str, at: int, where: str) -> JsonError:
    if at >= len(raw) or (raw[at] == '"' and raw.find('"', at + 1) < 0):
        return JsonError(
            "the JSON breaks off", where=_place(raw, at, where), hint="the whole file; it may be cut off"
        )
    return JsonError(
        f"the JSON is malformed at {raw[at : at + 20]!r}", where=_place(raw, at, where), hint="valid JSON"
    )
