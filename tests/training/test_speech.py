"""Text as captions have it: spans move with their words."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("spacy")

from training.speech import is_punctuation, mishear, strip_text


def test_case_and_marks_go_and_spans_follow() -> None:
    text = "**Ada Byron:** It's state-of-the-art, e.g. Node.js!"
    spans = [(2, 11, "Person"), (text.index("Node"), text.index("!"), "Software")]
    stripped, moved = strip_text(text, spans)
    assert stripped == "ada byron it's state of the art e g node js"
    assert [(stripped[a:b], label) for a, b, label in moved] == [
        ("ada byron", "Person"),
        ("node js", "Software"),
    ]


@given(st.text("aB.,'- \n*", max_size=40), st.data())
def test_spans_stay_inside_and_keep_their_letters(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    stripped, moved = strip_text(text, [(start, end, "x")])
    letters = [c.lower() for c in text[start:end] if c.isalpha()]
    kept = [c for a, b, _ in moved for c in stripped[a:b] if c.isalpha()]
    assert kept == letters
    assert not any(c in stripped for c in ".,-*B")


def test_misheard_names_sound_alike_and_depend_on_the_seed_alone() -> None:
    heard = [mishear("Sutskever", random.Random(seed)) for seed in range(20)]
    assert heard == [mishear("Sutskever", random.Random(seed)) for seed in range(20)]
    assert len(set(heard)) > 5
    assert all(h and h != "Sutskever" for h in heard)
    assert mishear("H100", random.Random(1)) == "H100"


@given(st.text(max_size=15), st.integers(0, 999))
def test_no_word_disappears(word: str, seed: int) -> None:
    assert bool(mishear(word, random.Random(seed))) == bool(word)


def test_punctuation() -> None:
    assert is_punctuation("--")
    assert is_punctuation("**")
    assert not is_punctuation("C++")
