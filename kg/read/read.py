"""One input to one transcript: decode, recognise the format, parse."""

from __future__ import annotations

import difflib
import hashlib
from functools import cache
from pathlib import PurePosixPath
from types import MappingProxyType

from kg import registry
from kg.errors import DataError
from kg.iri import slug
from kg.model import Metadata, Transcript
from kg.read.decode import check_text, decode
from kg.read.errors import NoSpeechError, UnknownFormatError
from kg.read.front_matter import read_front_matter
from kg.read.inputs import DEFAULT_MAX_BYTES, Input
from kg.read.reader import Reader

__all__ = ["formats", "read", "read_text"]


@cache
def _reader(name: str) -> Reader:
    made = registry.load("reader", name)
    reader = made() if callable(made) else made
    if not isinstance(reader, Reader):
        raise TypeError(f"{name!r} is registered as a reader, but lacks the methods of one")
    return reader


def formats() -> tuple[tuple[str, str], ...]:
    """Names of the formats that can be read, each with a description of one line."""
    return tuple((name, _reader(name).description) for name in registry.names("reader"))


def read(input: Input, *, format: str | None = None, max_bytes: int = DEFAULT_MAX_BYTES) -> Transcript:
    """The transcript in an input.

    Args:
        input: From `find_inputs`.
        format: Name of the reader to use; the one that recognises the text best if not given.
        max_bytes: Inputs with more bytes are refused.

    Raises:
        KgError: If the input is at fault, with what, where and what to try.
    """
    data = input.read_bytes(max_bytes)
    raw, warnings = decode(data, where=input.source)
    return _transcript(raw, input.source, hashlib.sha256(data).hexdigest(), format, warnings)


def read_text(text: str, *, source: str = "text", format: str | None = None) -> Transcript:
    """The transcript in a string; `source` names it in messages and gives it its name.

    >>> read_text("JANE: Hello.\\nTOM: Hello, Jane.\\nJANE: Ready?\\nTOM: Yes.").turns[1].speaker
    'TOM'
    """
    raw = check_text(text.removeprefix("\ufeff"), where=source)
    sha256 = hashlib.sha256(raw.encode("utf-8")).hexdigest()
    return _transcript(raw, source, sha256, format, ())


def recognise(text: str, suffix: str) -> str:
    """Name of the reader that is surest; ties go to the one that stands first in the registry."""
    best, best_score = "prose", 0.0
    for name in registry.names("reader"):
        score = _reader(name).recognises(text, suffix)
        if score > best_score:
            best, best_score = name, score
    return best


def _transcript(
    raw: str, source: str, sha256: str, format: str | None, warnings: tuple[str, ...]
) -> Transcript:
    path = PurePosixPath(source)
    _check_format(format)
    front = read_front_matter(raw, where=source)
    name = format or recognise(raw[front.end :] if front.end else raw, path.suffix.lower())
    try:
        reading = _reader(name).parse(raw, front.end)
    except DataError as error:
        # A reader knows the place in the text, not the name of the file.
        raise type(error)(error.what, where=source + error.where, hint=error.hint) from None
    if not reading.turns:
        raise NoSpeechError(
            f"no words of speech were found (read as {name})",
            where=source,
            hint="another format with --format: " + ", ".join(registry.names("reader")),
        )
    return Transcript(
        name=slug(path.stem or "text") or "text",
        source=source,
        sha256=sha256,
        format=name,
        raw=raw,
        turns=reading.turns,
        metadata=_merge(front.fields.build(), reading.metadata),
        asides=reading.asides,
        warnings=(*warnings, *front.warnings, *reading.warnings),
    )


def _check_format(format: str | None) -> None:
    known = registry.names("reader")
    if format is None or format in known:
        return
    near = difflib.get_close_matches(format.lower(), known, n=3, cutoff=0.4) or list(known)
    raise UnknownFormatError(f"there is no format {format!r}", where="--format", hint=" or ".join(near))


def _merge(first: Metadata, second: Metadata) -> Metadata:
    """The fields of `first`, and those of `second` that it lacks."""
    values: dict[str, object] = {}
    spans = dict(first.spans)
    for name in Metadata.__dataclass_fields__:
        if name == "spans":
            continue
        own = getattr(first, name)
        if own is None or own == ():
            own = getattr(second, name)
            if name in second.spans:
                spans[name] = second.spans[name]
        values[name] = own
    return Metadata(**values, spans=MappingProxyType(dict(sorted(spans.items()))))  # type: ignore[arg-type]
