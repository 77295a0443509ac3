"""Windows cover a text, and give each word context."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.nlp.windows import Window, plan_windows

# Most words are short; some fill a window.
LENGTHS = st.lists(st.integers(1, 4) | st.integers(1, 40), max_size=300)


@given(LENGTHS, st.integers(0, 10))
def test_cores_cover_every_word_once(lengths: list[int], margin: int) -> None:
    windows = plan_windows(lengths, most=40, margin=margin)
    covered = [i for w in windows for i in range(w.core_start, w.core_end)]
    assert covered == list(range(len(lengths)))


@given(LENGTHS, st.integers(0, 10))
def test_windows_fit(lengths: list[int], margin: int) -> None:
    for w in plan_windows(lengths, most=40, margin=margin):
        assert sum(lengths[w.start : w.end]) <= 40


@given(st.integers(1, 2000), st.integers(1, 30))
def test_words_of_one_piece_see_the_whole_margin(n: int, margin: int) -> None:
    for w in plan_windows([1] * n, most=100, margin=margin):
        assert w.core_start - w.start >= min(margin, w.core_start) - 1
        assert w.end - w.core_end >= min(margin, n - w.core_end) - 1


def test_a_short_text_is_one_window() -> None:
    assert plan_windows([2, 3], most=10, margin=2) == [Window(0, 2, 0, 2)]
    assert plan_windows([], most=10, margin=2) == []


def test_a_word_longer_than_a_window_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 10"):
        plan_windows([11], most=10, margin=2)
