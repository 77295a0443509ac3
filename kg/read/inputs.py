"""Finds what to read: files, folders, patterns, standard input. Never hangs on what is no file."""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.errors import KgError
from kg.read.errors import (
    EmptyError,
    LinkLoopError,
    NotAFileError,
    NotFoundError,
    NothingFoundError,
    TooLargeError,
    UnreadableError,
)

__all__ = ["DEFAULT_MAX_BYTES", "SUFFIXES", "Input", "find_inputs", "portable"]

DEFAULT_MAX_BYTES = 64 * 1024 * 1024
"""A three-hour recording with a time for every word is some 6 MB of JSON."""

SUFFIXES = frozenset(
    (".txt", ".text", ".transcript", ".md", ".markdown", ".vtt", ".srt", ".json", ".html", ".htm", ".xhtml")
)
"""Endings that a file in a folder must have to be taken; a file that is named is taken whatever its ending."""

# Files that lie beside transcripts but are none.
_BESIDE = re.compile(
    r"(?:readme|licen[cs]e|notice|changelog|contributing|code_of_conduct|security)(?:[._-].*)?", re.IGNORECASE
)
# A folder that holds both was written by a build; its files are no transcripts.
_OUTPUT = ("manifest.json", "claims.jsonl")
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\\\\]"
)
_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Input:
    """Something to read.

    Args:
        source: Portable name: relative, with forward slashes, without invisible characters.
        path: Of the file, or None for standard input.
        data: The bytes, where they are already here.
    """

    source: str
    path: Path | None = None
    data: bytes | None = None

    def read_bytes(self, max_bytes: int = DEFAULT_MAX_BYTES) -> bytes:
        """The bytes; raises a `DataError` if they cannot be read or are too many."""
        data = self.data if self.data is not None else _read_file(self.path, self.source, max_bytes)
        if len(data) > max_bytes:
            raise TooLargeError(
                f"more than {max_bytes:,} bytes",
                where=self.source,
                hint="the file cut into parts, or a higher limit",
            )
        return data


def portable(name: str) -> str:
    """A file's name that is safe to show and to keep: NFC, no control, direction or broken characters.

    >>> portable("a\\nb.txt")
    'a\\ufffdb.txt'
    """
    return _UNSAFE.sub("\ufffd", unicodedata.normalize("NFC", name))


def find_inputs(paths: Sequence[str | Path], *, recursive: bool = True) -> tuple[list[Input], list[KgError]]:
    """The inputs that `paths` name, sorted by source, each once; and one error for each that cannot be read.

    Args:
        paths: Files, folders, patterns with ``*``, ``?``, ``[…]`` or ``**``, or ``-`` for standard input.
        recursive: Whether folders inside folders are searched.
    """
    found: dict[str, tuple[tuple[str, ...], Path]] = {}
    errors: list[KgError] = []
    streams: list[Input] = []
    for given in dict.fromkeys(str(path) for path in paths):
        if given == "-":
            streams.extend(_standard_input(errors))
            continue
        for root, path in _expand(given, errors):
            _collect(root, path, found, errors, recursive=recursive)
    inputs = [*_name(found), *streams]
    unique = {(str(error), type(error)): error for error in errors}
    return sorted(inputs, key=lambda item: item.source), [
        unique[key] for key in sorted(unique, key=lambda key: key[0])
    ]


def _standard_input(errors: list[KgError]) -> Iterator[Input]:
    # Read now: the bytes may be wanted in another process, which has no such stream.
    try:
        data = sys.stdin.buffer.read(DEFAULT_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        errors.append(
            UnreadableError(f"standard input cannot be read: {error}", where="-", hint="a file's name")
        )
        return
    if not data:
        errors.append(
            EmptyError("standard input is empty", where="-", hint="text piped in, or a file's name")
        )
        return
    yield Input("stdin", None, data)


def _expand(given: str, errors: list[KgError]) -> Iterator[tuple[Path, Path]]:
    """The paths that one argument names, each with the folder that its name is relative to."""
    path = Path(given)
    if "\x00" in given:
        errors.append(
            NotFoundError("a path cannot hold a NUL character", where=portable(given), hint="another name")
        )
        return
    if not os.path.lexists(path) and _MAGIC.search(given):
        fixed = list(path.parts)
        for index, part in enumerate(fixed):
            if _MAGIC.search(part):
                fixed = fixed[:index]
                break
        root = Path(*fixed) if fixed else Path()
        matches = sorted(glob.glob(given, recursive=True))  # noqa: PTH207 - patterns may be absolute
        wanted = [Path(match) for match in matches if Path(match).is_file() or not Path(match).is_dir()]
        if not wanted:
            errors.append(
                NothingFoundError(
                    "no file matches the pattern", where=portable(given), hint="a folder or a file's name"
                )
            )
        yield from ((root, match) for match in wanted)
        return
    yield path.parent, path


def _collect(
    root: Path,
    path: Path,
    found: dict[str, tuple[tuple[str, ...], Path]],
    errors: list[KgError],
    *,
    recursive: bool,
) -> None:
    shown = portable(path.as_posix())
    try:
        mode = path.stat().st_mode
    except OSError as error:
        errors.append(_os_error(error, shown))
        return
    if stat.S_ISDIR(mode):
        before, faults = len(found), len(errors)
        _walk(path, found, errors, recursive=recursive)
        if len(found) == before and len(errors) == faults:
            kinds = " ".join(sorted(SUFFIXES))
            errors.append(
                NothingFoundError(
                    "the folder holds no transcript", where=shown, hint=f"files with these endings: {kinds}"
                )
            )
        return
    if not stat.S_ISREG(mode):
        errors.append(_special(mode, shown))
        return
    _keep(root, path, found)


def _walk(
    top: Path, found: dict[str, tuple[tuple[str, ...], Path]], errors: list[KgError], *, recursive: bool
) -> None:
    """All transcripts below a folder. Real folders come before links to folders, so that names do not depend on chance."""
    # Each entry: folder, and the real paths of the folders above it.
    waiting: list[tuple[Path, frozenset[str]]] = [(top, frozenset())]
    linked: list[tuple[Path, frozenset[str]]] = []
    seen: set[str] = set()
    while waiting or linked:
        folder, above = waiting.pop(0) if waiting else linked.pop(0)
        real = os.path.realpath(folder)
        shown = portable(folder.relative_to(top).as_posix() if folder != top else folder.as_posix())
        if real in above:
            errors.append(
                LinkLoopError(
                    "the link leads back to a folder above it", where=shown, hint="a folder without the link"
                )
            )
            continue
        if real in seen:
            continue
        seen.add(real)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            errors.append(_os_error(error, shown))
            continue
        names = {entry.name for entry in entries}
        if all(name in names for name in _OUTPUT):
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            _entry(top, folder, entry, above | {real}, waiting, linked, found, errors, recursive=recursive)


def _entry(
    top: Path,
    folder: Path,
    entry: os.DirEntry[str],
    above: frozenset[str],
    waiting: list[tuple[Path, frozenset[str]]],
    linked: list[tuple[Path, frozenset[str]]],
    found: dict[str, tuple[tuple[str, ...], Path]],
    errors: list[KgError],
    *,
    recursive: bool,
) -> None:
    path = folder / entry.name
    wanted = path.suffix.lower() in SUFFIXES and not _BESIDE.fullmatch(path.stem)
    shown = portable(path.relative_to(top).as_posix())
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if wanted or error.errno == errno.ELOOP:
            errors.append(_os_error(error, shown))
        return
    if stat.S_ISDIR(mode):
        if recursive:
            (linked if entry.is_symlink() else waiting).append((path, above))
    elif wanted and not stat.S_ISREG(mode):
        errors.append(_special(mode, shown))
    elif wanted:
        _keep(top, path, found)


def _keep(root: Path, path: Path, found: dict[str, tuple[tuple[str, ...], Path]]) -> None:
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        parts = (path.name,)
    real = os.path.realpath(path)
    # A file that is named and also lies in a folder that is named: the longer name tells more.
    known = found.get(real)
    if known is None or (len(parts), parts) > (len(known[0]), known[0]):
        found[real] = (parts, path)


def _name(found: dict[str, tuple[tuple[str, ...], Path]]) -> list[Input]:
    """Inputs with distinct sources: namesakes from different folders get the folder's name, then a number."""
    inputs: list[Input] = []
    by_source: dict[str, list[tuple[str, Path]]] = {}
    for real, (parts, path) in sorted(found.items()):
        by_source.setdefault(portable("/".join(parts)), []).append((real, path))
    for source, own in sorted(by_source.items()):
        made = [Input(source, path) for _, path in own]
        if len(own) > 1:
            made = [
                replace(item, source=f"{portable(Path(real).parent.name)}/{source}")
                for item, (real, _) in zip(made, own, strict=True)
            ]
        inputs.extend(made)
    taken: set[str] = set()
    for place, item in enumerate(inputs):
        source, number = item.source, 2
        while source in taken:
            source = f"{item.source} ({number})"
            number += 1
        taken.add(source)
        inputs[place] = replace(item, source=source)
    return inputs


def _special(mode: int, where: str) -> NotAFileError:
    kinds = (
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    kind = next((name for test, name in kinds if test(mode)), "no regular file")
    return NotAFileError(
        f"this is {kind}, not a file", where=where, hint="a regular file, or '-' to read what is piped in"
    )


def _os_error(error: OSError, where: str) -> KgError:
    if error.errno == errno.ELOOP:
        return LinkLoopError(
            "the link leads back to itself", where=where, hint="the file that it should lead to"
        )
    if isinstance(error, FileNotFoundError):
        return NotFoundError(
            "there is no such file or folder, or a link leads nowhere", where=where, hint="an existing path"
        )
    reason = (error.strerror or type(error).__name__).lower()
    return UnreadableError(
        f"it cannot be read: {reason}", where=where, hint="its permissions, or a copy that you may read"
    )


def _read_file(path: Path | None, source: str, max_bytes: int) -> bytes:
    if path is None:
        raise ValueError("an input needs a path or data")
    # Without O_NONBLOCK, opening a pipe that has come in the file's place would wait for ever.
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    )
    flags |= getattr(os, "O_NOCTTY", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise _os_error(error, source) from None
    with os.fdopen(descriptor, "rb") as stream:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise _special(mode, source)
        try:
            return stream.read(max_bytes + 1)
        except OSError as error:
            raise _os_error(error, source) from None
