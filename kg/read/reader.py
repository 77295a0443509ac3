"""What a reader is: it recognises one format and turns its text into turns and metadata."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from kg.model import Metadata, Span, Turn

__all__ = ["Reader", "Reading"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a text; the parts of a `Transcript` that depend on its format.

    Args:
        turns: In text order; may be empty, which the caller reports as a fault.
        metadata: Of the recording.
        asides: Ascending spans that are text but not speech; they overlap no piece of speech.
        warnings: What had to be mended or left out.
    """

    turns: tuple[Turn, ...]
    metadata: Metadata = field(default_factory=Metadata)
    asides: tuple[Span, ...] = ()
    warnings: tuple[str, ...] = ()


@runtime_checkable
class Reader(Protocol):
    """Reads one format. Outside packages offer theirs under the entry-point group ``kg.readers``."""

    name: str
    description: str
    suffixes: tuple[str, ...]

    def recognises(self, text: str, suffix: str) -> float:
        """How sure the reader is that `text` is its own, in [0, 1].

        Args:
            text: The text after its front matter.
            suffix: Of the file's name, lower case with its dot, or empty.
        """

    def parse(self, raw: str, start: int) -> Reading:
        """What ``raw[start:]`` holds; all spans count from the start of `raw`.

        Raises:
            DataError: If the text breaks the rules of the format beyond mending; its `where` says what
                follows the file's name (":12:3"), which the caller puts before it.
        """
