"""What can be wrong with an input: one class and one code for each fault (KG110 to KG149)."""

from __future__ import annotations

from kg.errors import DataError, RequestError

__all__ = [
    "BinaryError",
    "EmptyError",
    "EncodingError",
    "FrontMatterError",
    "JsonError",
    "JsonShapeError",
    "LinkLoopError",
    "NoSpeechError",
    "NotAFileError",
    "NotFoundError",
    "NothingFoundError",
    "TooLargeError",
    "UnknownFormatError",
    "UnreadableError",
]


class UnknownFormatError(RequestError):
    """No reader has this name."""

    code = "KG110"


class NotFoundError(DataError):
    """There is no such file or folder, or a link leads nowhere."""

    code = "KG111"


class NotAFileError(DataError):
    """A pipe, socket or device stands where a file was expected."""

    code = "KG112"


class LinkLoopError(DataError):
    """A symbolic link leads back to itself or to a folder above it."""

    code = "KG113"


class UnreadableError(DataError):
    """The system refuses to open or read the file."""

    code = "KG114"


class EmptyError(DataError):
    """Nothing but white space."""

    code = "KG115"


class BinaryError(DataError):
    """The bytes are no text."""

    code = "KG116"


class EncodingError(DataError):
    """The bytes are text in no encoding that could be recognised."""

    code = "KG117"


class TooLargeError(DataError):
    """More bytes than the limit allows."""

    code = "KG118"


class NoSpeechError(DataError):
    """The file could be read, but holds no words of speech."""

    code = "KG119"


class NothingFoundError(DataError):
    """A folder or pattern holds no file of a known kind."""

    code = "KG120"


class FrontMatterError(DataError):
    """The YAML block at the top uses aliases, tags or nesting that data has no need of."""

    code = "KG121"


class JsonError(DataError):
    """The JSON is broken off, malformed, or beyond the limits of depth and size."""

    code = "KG122"


class JsonShapeError(DataError):
    """The JSON is sound, but holds no transcript."""

    code = "KG123"
