"""Bytes to text: any Unicode encoding with or without byte order mark, Windows-1252, others as a last resort."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from kg.read.errors import BinaryError, EmptyError, EncodingError

__all__ = ["check_text", "decode"]

# The longer mark first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KINDS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"RIFF", "a WAV recording or a video"),
    (b"fLaC", "a FLAC recording"),
    (b"\x1aE\xdf\xa3", "a Matroska video"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
    (b"SQLite format", "a database"),
)
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FOREIGN_RUN = re.compile(rb"[\xc0-\xff]{3,}")
_SAMPLE = 200_000


def decode(data: bytes, *, where: str) -> tuple[str, tuple[str, ...]]:
    """The text and what the user should know about how it was decoded.

    Raises:
        EmptyError, BinaryError, EncodingError: If there is nothing to read.

    >>> decode("caf\\u00e9 — naïve".encode("cp1252"), where="talk.txt")[0]
    'café — naïve'
    """
    if not data.strip():
        raise EmptyError("the file is empty", where=where, hint="a transcript with words")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, where=where), ()
    for magic, kind in _KINDS:
        if data.startswith(magic) or (magic == b"ID3" and data[4:8] == b"ftyp"):
            hint = (
                "the transcript saved as text"
                if "document" in kind or "PDF" in kind
                else "a transcript of it, as text"
            )
            raise BinaryError(f"this is {kind}, not text", where=where, hint=hint)
    if b"\x00" in data:
        wide = _wide(data)
        if wide is None:
            raise BinaryError(
                f"a NUL byte stands at byte {data.index(0)}: this is no text",
                where=where,
                hint="the transcript saved as UTF-8 text",
            )
        return _strict(data, wide, where=where), (f"no byte order mark; read as {wide.upper()}",)
    try:
        return check_text(data.decode("utf-8"), where=where), ()
    except UnicodeDecodeError as error:
        return _mend(data, error, where=where)


def check_text(text: str, *, where: str) -> str:
    """`text`, if it can be a transcript.

    Raises:
        EmptyError: If nothing but white space stands there.
        BinaryError: If it has NUL characters, lone surrogates, or is full of control characters.
    """
    if not text.strip():
        raise EmptyError("there is nothing but white space", where=where, hint="a transcript with words")
    at = text.find("\x00")
    if at >= 0:
        raise BinaryError(
            f"a NUL character stands at offset {at}", where=where, hint="the transcript without it"
        )
    lone = _SURROGATE.search(text)
    if lone:
        raise BinaryError(
            f"half a surrogate pair stands at offset {lone.start()}", where=where, hint="valid Unicode text"
        )
    n_control = sum(1 for _ in _CONTROL.finditer(text))
    if n_control > 8 and n_control * 20 > len(text):
        raise BinaryError(
            f"{n_control} of {len(text)} characters are control characters: this is no text",
            where=where,
            hint="the transcript saved as UTF-8 text",
        )
    return text


def _strict(data: bytes, encoding: str, *, where: str) -> str:
    try:
        return check_text(data.decode(encoding), where=where)
    except UnicodeDecodeError as error:
        raise EncodingError(
            f"the file says that it is {encoding.upper()}, but byte {error.start} is not ({error.reason})",
            where=where,
            hint="the file saved again as UTF-8; it may be cut off",
        ) from None


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: in Latin text, NUL bytes stand at fixed places."""
    sample = data[:4096]
    sample = sample[: len(sample) // 4 * 4]
    if len(data) % 2 or len(sample) < 4:
        return None
    quarters = [sample[place::4].count(0) / (len(sample) // 4) for place in range(4)]
    zero = [share > 0.7 for share in quarters]
    if zero == [False, True, True, True]:
        return "utf-32-le"
    if zero == [True, True, True, False]:
        return "utf-32-be"
    few = [share < 0.1 for share in quarters]
    if zero[1] and zero[3] and few[0] and few[2]:
        return "utf-16-le"
    if zero[0] and zero[2] and few[1] and few[3]:
        return "utf-16-be"
    return None


def _mend(data: bytes, error: UnicodeDecodeError, *, where: str) -> tuple[str, tuple[str, ...]]:
    """Text that is not quite UTF-8, or something else."""
    if error.start >= len(data) - 3 and "unexpected end" in error.reason:
        text = check_text(data[: error.start].decode("utf-8"), where=where)
        return text, ("the file breaks off in the middle of a character; it may be cut off",)
    replaced = data.decode("utf-8", errors="replace")
    n_bad = replaced.count("\ufffd")
    n_good = sum(char > "\x7f" and char != "\ufffd" for char in replaced)
    if n_good >= 10 * n_bad:
        text = check_text(replaced, where=where)
        return text, (f"{n_bad} bytes are not UTF-8, the first at byte {error.start}; they were replaced",)
    runs = sum(len(run) for run in _FOREIGN_RUN.findall(data[:_SAMPLE]))
    n_high = sum(byte > 0x7F for byte in data[:_SAMPLE])
    # In the languages of Windows-1252, letters beyond ASCII seldom stand three in a row.
    if runs * 5 <= n_high and n_high * 3 <= min(len(data), _SAMPLE):
        try:
            text = check_text(data.decode("cp1252"), where=where)
            return text, ("not UTF-8; read as Windows-1252",)
        except UnicodeDecodeError:
            pass
    return _guess(data, where=where)


def _guess(data: bytes, *, where: str) -> tuple[str, tuple[str, ...]]:
    best = from_bytes(data[:_SAMPLE]).best()
    if best is not None:
        try:
            text = check_text(data.decode(best.encoding), where=where)
        except (UnicodeDecodeError, LookupError):
            pass
        else:
            return text, (f"the encoding is a guess: {best.encoding}; save the file as UTF-8 to be sure",)
    raise EncodingError(
        "the bytes are text in no encoding that could be recognised",
        where=where,
        hint="the file saved again as UTF-8",
    )
