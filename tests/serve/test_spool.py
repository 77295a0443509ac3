"""Long answers wait for slow readers in memory and on disk, in order and whole."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.serve import spool
from kg.serve.spool import IncompleteError, Spool


def nothing() -> None:
    """Called when a reader leaves."""


@settings(max_examples=50, deadline=None)
@given(
    parts=st.lists(st.binary(min_size=1, max_size=40), max_size=20),
    early=st.integers(0, 20),
    memory=st.integers(0, 200),
)
def test_what_goes_in_comes_out_in_order(parts: list[bytes], early: int, memory: int) -> None:
    async def run() -> bytes:
        held = Spool(nothing)

        async def fill() -> None:
            for index, part in enumerate(parts):
                held.put(part)
                if index >= early:
                    await asyncio.sleep(0)
            held.close(complete=True)

        filling = asyncio.create_task(fill())
        found = b"".join([part async for part in held])
        await filling
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "_MEMORY_BYTES", memory)
        assert asyncio.run(run()) == b"".join(parts)


def test_an_answer_that_was_stopped_is_not_taken_for_whole() -> None:
    async def run() -> None:
        held = Spool(nothing)
        held.put(b"start")
        held.close(complete=False)
        async for _ in held:
            pass

    with pytest.raises(IncompleteError):
        asyncio.run(run())


def test_a_reader_that_leaves_stops_the_worker() -> None:
    calls: list[str] = []

    async def run(on_abandon: Callable[[], None]) -> None:
        held = Spool(on_abandon)
        held.put(b"start")
        parts = held.__aiter__()
        await anext(parts)
        await parts.aclose()  # type: ignore[attr-defined]
        held.put(b"more")

    asyncio.run(run(lambda: calls.append("stopped")))
    assert calls == ["stopped"]
