"""What can go wrong with a server: when it starts (`KgError`), and for one request (`Refusal`)."""

from __future__ import annotations

from typing import ClassVar

from kg.errors import RequestError

__all__ = ["AddressError", "NoBuildError", "PortError", "Refusal", "TokenError"]


class NoBuildError(RequestError):
    """The folder to serve is no build, or has no store."""

    code: ClassVar[str] = "KG520"


class PortError(RequestError):
    """The port cannot be listened on."""

    code: ClassVar[str] = "KG521"


class AddressError(RequestError):
    """The address is open to other machines, and that was not asked for."""

    code: ClassVar[str] = "KG522"


class TokenError(RequestError):
    """Writing was allowed without a token that protects it."""

    code: ClassVar[str] = "KG523"


class Refusal(Exception):
    """A request that is answered with an error.

    Args:
        status: HTTP status code.
        what: What is wrong, in a sentence; never a path of this machine.
        hint: What to try.
        headers: Additional response headers.
    """

    def __init__(self, status: int, what: str, hint: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {what}")
        self.status = status
        self.what = what
        self.hint = hint
        self.headers = headers or {}
