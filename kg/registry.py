"""Which components there are: one lazy table of kind → name → ``module:object``.

Packages outside kg add theirs through the entry-point group ``kg.<kind>s`` ("kg.readers"). Nothing is
imported before it is asked for.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

__all__ = ["load", "names"]

# Readers stand in the order in which equal scores are settled: the stricter format first.
_TABLE: dict[str, dict[str, str]] = {
    "reader": {
        "webvtt": "kg.read.webvtt:WebVttReader",
        "srt": "kg.read.srt:SrtReader",
        "whisper-json": "kg.read.whisper_json:WhisperJsonReader",
        "whisper-lines": "kg.read.whisper_lines:WhisperLinesReader",
        "html": "kg.read.webpage:HtmlReader",
        "caption-page": "kg.read.caption_page:CaptionPageReader",
        "markdown": "kg.read.markdown:MarkdownReader",
        "plain-turns": "kg.read.plain_turns:PlainTurnsReader",
        "timed-lines": "kg.read.timed_lines:TimedLinesReader",
        "caption-line": "kg.read.caption_line:CaptionLineReader",
        "prose": "kg.read.prose:ProseReader",
    },
    "annotator": {},
    "extractor": {},
    "resolver": {},
    "exporter": {},
}


@cache
def _outside(kind: str) -> dict[str, str]:
    found = entry_points(group=f"kg.{kind}s")
    return {point.name: point.value for point in sorted(found, key=lambda point: (point.name, point.value))}


def names(kind: str) -> tuple[str, ...]:
    """Names of the components of a kind: our own in the table's order, then others by name.

    >>> "webvtt" in names("reader")
    True
    """
    own = _TABLE[kind]
    return (*own, *(name for name in _outside(kind) if name not in own))


def load(kind: str, name: str) -> object:
    """The class or function registered under `name`; `KeyError` if there is none.

    >>> load("reader", "prose").__name__
    'ProseReader'
    """
    path = _TABLE[kind].get(name) or _outside(kind)[name]
    module, _, attribute = path.partition(":")
    loaded: object = getattr(import_module(module), attribute)
    return loaded
