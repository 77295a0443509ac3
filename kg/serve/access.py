"""Who may write."""

from __future__ import annotations

import hmac

from starlette.requests import Request

from kg.serve.errors import Refusal, TokenError

__all__ = ["check_token", "require_token"]

# A shorter token can be guessed.
_LEAST_TOKEN = 16


def check_token(token: str | None) -> str:
    """The token if it protects anything; raises `TokenError` if not."""
    hint = "the output of `python -c 'import secrets; print(secrets.token_urlsafe(32))'`, in a file or in KG_TOKEN"
    if not token:
        raise TokenError("writing needs a token", where="--writable", hint=hint)
    if len(token) < _LEAST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise TokenError(
            f"the token must have {_LEAST_TOKEN} printable ASCII characters at least, and no spaces",
            where="the token",
            hint=hint,
        )
    return token


def require_token(request: Request, token: str | None) -> None:
    """Raises `Refusal` unless the request may write: 403 on a read-only server, 401 without the right token."""
    if token is None:
        raise Refusal(403, "this server is read-only", "a server that was started with --writable")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    # Compared in constant time, so that the time of the answer says nothing of the token.
    same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())
    if scheme.lower() != "bearer" or not same:
        fault = ', error="invalid_token"' if given else ""
        raise Refusal(
            401,
            "writing needs the server's token" if not given else "that is not the server's token",
            "Authorization: Bearer TOKEN",
            {"WWW-Authenticate": f'Bearer realm="kg"{fault}'},
        )
