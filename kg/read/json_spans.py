"""JSON with places: every string knows where it stands in the raw text.

The standard library's parser forgets places and recurses; this one keeps a stack of its own, so that
depth costs no more than memory, and bounds that.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum

from kg.read.errors import JsonError

__all__ = ["JsonString", "JsonValue", "parse_json"]

_MAX_DEPTH = 64
_MAX_NUMBER = 60
# A string with a colon after it is a key.
_TOKEN = re.compile(
    r"""[ \t\n\r]*(?:
        (?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")(?P<colon>[ \t\n\r]*:)?
      | (?P<number>-?\d[\d.eE+-]*)
      | (?P<comma>,)
      | (?P<open>[\[{])
      | (?P<close>[\]}])
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


class _Want(Enum):
    """What may come next: a value, a key, a comma (or the end of what is open), or nothing."""

    VALUE = "value"
    FIRST_VALUE = "value or end of list"
    KEY = "key"
    FIRST_KEY = "key or end of object"
    COMMA = "comma"
    END = "end"


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
    keys: list[str] = []
    want = _Want.VALUE
    while match := _TOKEN.match(raw, at):
        kind = match.lastgroup
        at = match.end()
        if kind == "comma" and want is _Want.COMMA:
            want = _Want.KEY if isinstance(stack[-1], dict) else _Want.VALUE
            continue
        if kind == "colon" and want in (_Want.KEY, _Want.FIRST_KEY):
            begin, end = match.span("string")
            keys[-1] = JsonString(raw, begin + 1, end - 1).text
            want = _Want.VALUE
            continue
        if kind == "close" and want in (_Want.COMMA, _Want.FIRST_KEY, _Want.FIRST_VALUE):
            if isinstance(stack.pop(), dict) != (raw[at - 1] == "}"):
                raise _fault(raw, at - 1, where)
            keys.pop()
            want = _Want.COMMA if stack else _Want.END
            continue
        if want not in (_Want.VALUE, _Want.FIRST_VALUE) or kind in ("comma", "colon", "close"):
            raise _fault(raw, match.start(kind or 0) if kind != "colon" else match.start("string"), where)
        value = _value(raw, match, where)
        if not stack:
            root = value
        elif isinstance(top := stack[-1], dict):
            top[keys[-1]] = value
        else:
            top.append(value)
        if isinstance(value, (list, dict)):
            if len(stack) >= _MAX_DEPTH:
                raise JsonError(
                    f"the JSON is nested more than {_MAX_DEPTH} deep",
                    where=_place(raw, at - 1, where),
                    hint="a transcript as Whisper writes it",
                )
            stack.append(value)
            keys.append("")
            want = _Want.FIRST_KEY if isinstance(value, dict) else _Want.FIRST_VALUE
        else:
            want = _Want.COMMA if stack else _Want.END
    at = _end(raw, at)
    if at >= len(raw) and want is _Want.END:
        return root
    raise _fault(raw, at, where)


def _value(raw: str, match: re.Match[str], where: str) -> JsonValue:
    if match["string"] is not None:
        return JsonString(raw, match.start("string") + 1, match.end("string") - 1)
    if match["number"] is not None:
        return _number(raw, match.start("number"), match["number"], where)
    if match["open"] is not None:
        return [] if match["open"] == "[" else {}
    return _WORDS.get(match["word"])


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
