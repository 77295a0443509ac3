"""Puts a finished folder in the place of another one, so that nobody ever sees half of either."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from pathlib import Path

__all__ = ["fresh_sibling", "recover", "replace_folder"]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_PREVIOUS = ".{name}.previous"


def fresh_sibling(target: Path) -> Path:
    """A new empty folder beside `target`, on the same file system, so that it can be renamed into place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent))


def replace_folder(fresh: Path, target: Path) -> None:
    """Renames `fresh` to `target` and removes what was there.

    Where the system can exchange two names at once (Linux), `target` is whole at every moment. Elsewhere
    the old folder steps aside first; if the process dies between the two renamings, `recover` puts it back.

    Raises:
        OSError: If the folders cannot be renamed; `target` is then as before.
    """
    previous = target.with_name(_PREVIOUS.format(name=target.name))
    if not os.path.lexists(target):
        fresh.rename(target)
    elif _exchange(fresh, target):
        _remove(fresh)
    else:
        _remove(previous)
        target.rename(previous)
        try:
            fresh.rename(target)
        except OSError:
            previous.rename(target)
            raise
    _remove(previous)


def recover(target: Path) -> None:
    """Puts the previous folder back if a replacement died half way and left `target` missing."""
    previous = target.with_name(_PREVIOUS.format(name=target.name))
    if not os.path.lexists(target) and previous.is_dir():
        previous.rename(target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _exchange(first: Path, second: Path) -> bool:
    """Whether the system exchanged the two names in one step (Linux's renameat2)."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done: int = renameat2(
        _AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), ctypes.c_uint(_RENAME_EXCHANGE)
    )
    # Some file systems (network, overlay) do not know how; the caller then goes the long way.
    return done == 0
