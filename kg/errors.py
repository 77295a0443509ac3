"""Errors that a user can cause: each has a code, and says what, where and what to try."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

__all__ = [
    "ConfigError",
    "DataError",
    "KgError",
    "ManyErrors",
    "RequestError",
    "SchemaError",
    "SpanError",
    "ValidationError",
]


class KgError(Exception):
    """Base of the errors that a user can cause. Codes are never reused.

    >>> print(KgError("the file is empty", where="talk.txt", hint="a transcript with words"))
    [KG000] the file is empty
      at talk.txt
      try a transcript with words
    """

    code: ClassVar[str] = "KG000"
    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str, hint: str) -> None:
        super().__init__(f"[{self.code}] {what}\n  at {where}\n  try {hint}")
        self.what = what
        self.where = where
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders when documents run in parallel.
        return (_rebuild, (type(self), self.what, self.where, self.hint))


def _rebuild(cls: type[KgError], what: str, where: str, hint: str) -> KgError:
    return cls(what, where=where, hint=hint)


class DataError(KgError):
    """An input is at fault; other inputs go on."""

    code = "KG100"


class SpanError(DataError):
    """A span does not fit its text."""

    code = "KG101"


class ConfigError(KgError):
    """A setting or a settings file is wrong."""

    code = "KG200"
    exit_code = 2


class RequestError(KgError):
    """The user asked for something that does not exist or makes no sense."""

    code = "KG201"
    exit_code = 2


class SchemaError(KgError):
    """A file of the schema is wrong."""

    code = "KG300"


class ValidationError(KgError):
    """A graph breaks its shapes."""

    code = "KG400"


class ManyErrors(KgError):
    """Several faults at once, reported together."""

    code = "KG102"

    def __init__(self, errors: Sequence[KgError]) -> None:
        self.errors = tuple(errors)
        Exception.__init__(self, "\n".join(str(error) for error in errors))
        self.what = f"{len(self.errors)} faults"
        self.where = ", ".join(error.where for error in errors)
        self.hint = "each message says what to try"

    def __reduce__(self) -> tuple[object, ...]:
        return (ManyErrors, (self.errors,))
