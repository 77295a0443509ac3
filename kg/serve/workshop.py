"""Changes of a build's store: made in a copy, which then takes the store's place in one step.

Readers open what they always open, and see the store before a change or after it. A server that is killed
leaves one of the two.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
from pathlib import Path
from typing import Any

from kg.rdf import prefixes
from kg.rdf.folder import replace_folder
from kg.serve.errors import NoBuildError, Refusal
from kg.serve.pool import Pool

if sys.platform != "win32":
    import fcntl

__all__ = ["Workshop"]

# Folder inside the build for the copy that is written to.
_PLACE = ".serving"


class Workshop:
    """Where a build's store is changed; one server a build has one.

    Args:
        folder: Of the build.
        writer: Pool of the process that changes the copy.
    """

    def __init__(self, folder: Path, writer: Pool) -> None:
        self._folder = folder
        self._writer = writer
        self._handle: int | None = None
        self._name = ""
        self._n_changes = 0

    def open(self) -> None:
        """Takes hold of the build that the folder is now, so that no other server writes to it.

        Raises:
            NoBuildError: If another server does.
        """
        if self._handle is not None:
            if self._is_here():
                return
            self.close()
        if sys.platform != "win32":
            handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(handle)
                raise NoBuildError(
                    "another server writes to this build", where=str(self._folder), hint="stopping that one"
                ) from None
            self._handle = handle
        # What a server left that was killed; nobody else uses it now.
        shutil.rmtree(self._folder / _PLACE, ignore_errors=True)
        # A name of its own: nothing may ever write to the copy of an earlier build.
        self._name = secrets.token_hex(8)
        (self._folder / _PLACE / self._name).mkdir(parents=True)

    def close(self) -> None:
        """Lets the build go, and removes the copy."""
        shutil.rmtree(self._root() / _PLACE, ignore_errors=True)
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    async def change(self, store: tuple[int, int], base: str, request: dict[str, Any]) -> bool:
        """Carries out a change of the store with this device and inode; returns whether it made a graph.

        Raises:
            Fault: If the request is at fault, or the store was replaced.
            Refusal: If it takes too long or the build was replaced; nothing is changed then.
        """
        self._n_changes += 1
        place = self._folder / _PLACE / self._name
        fresh = f"store-{self._n_changes}"
        about = {
            "op": "write",
            "store": str(self._folder / "store"),
            "id": store,
            "work": str(place / "work"),
            "fresh": str(place / fresh),
            "base": base,
            "prefixes": prefixes(base),
        }
        answer = await self._writer.ask({**about, **request})
        root = self._root()
        try:
            await asyncio.to_thread(replace_folder, root / _PLACE / self._name / fresh, root / "store")
        except OSError:
            raise Refusal(503, "the change could not be kept", "the change once more") from None
        if not self._is_here():
            raise Refusal(503, "the build was replaced, and the change with it", "the change once more")
        return bool(answer.head["created"])

    def _root(self) -> Path:
        """The build's folder, where possible even when it was moved away to make room for another."""
        if self._handle is not None:
            root = Path(f"/proc/self/fd/{self._handle}")
            if root.is_dir():
                return root
        return self._folder

    def _is_here(self) -> bool:
        if self._handle is None:
            return True
        try:
            return os.path.samestat(os.fstat(self._handle), self._folder.stat())
        except OSError:
            return False
