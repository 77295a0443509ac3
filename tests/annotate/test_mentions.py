"""Mentions: what the vocabulary and the model find, brought together over the document."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.annotate.candidates import is_caseless, trim
from kg.annotate.mentions import find_mentions
from kg.model import Mention
from kg.ontology.cues import load_cues
from kg.ontology.vocabulary import Vocabulary, parse_words

Annotate = Callable[..., list[Mention]]


@pytest.fixture
def annotate(speak: Callable, parse: Callable, vocabulary: Vocabulary) -> Annotate:  # type: ignore[type-arg]
    def run(text: str, *named: tuple[str, str, float]) -> list[Mention]:
        speech = speak(text)
        return find_mentions(speech, parse(speech, named), vocabulary=vocabulary, cues=load_cues())

    return run


def _found(mentions: list[Mention]) -> list[tuple[str, str]]:
    return [(m.surface, m.type) for m in mentions]


def test_longest_known_name_wins(annotate: Annotate) -> None:
    assert _found(annotate("I was at Google Brain then.")) == [("Google Brain", "Organization")]


def test_version_is_not_lost_to_the_maker(annotate: Annotate) -> None:
    found = annotate("and Google TPU 2.0 is faster")
    assert [m.surface for m in found] == ["Google", "TPU 2.0"]


def test_possessive_and_plural_are_the_name(annotate: Annotate) -> None:
    assert _found(annotate("OpenAI's models run on TPUs.")) == [
        ("OpenAI", "Organization"),
        ("TPUs", "Hardware"),
    ]


def test_us_is_no_country_in_lower_case(annotate: Annotate) -> None:
    assert _found(annotate("It helped us in the US.")) == [("US", "Place")]


def test_guarded_label_needs_its_context(annotate: Annotate) -> None:
    assert _found(annotate("Go home.")) == []
    assert _found(annotate("Go will compile the goroutine.")) == [("Go", "Software")]


def test_class_noun_behind_a_known_name_adds_nothing(annotate: Annotate) -> None:
    found = annotate("We wrote a Python interpreter.", ("Python interpreter", "Software", 0.9))
    assert [m.surface for m in found] == ["Python"]


def test_name_found_once_is_found_everywhere(annotate: Annotate) -> None:
    # The model sees it in its longer context alone.
    found = annotate(
        "We met QuillLabs, and quilllabs, and QuillLabs.",
        ("met", "Concept", 0.1),
        ("QuillLabs", "Organization", 0.9),
    )
    assert _found(found) == [("QuillLabs", "Organization")] * 2


def test_one_surface_form_has_one_type(annotate: Annotate) -> None:
    found = annotate("Zorbo is fast. I like Zorbo.", ("Zorbo", "Software", 0.9))
    assert {m.type for m in found} == {"Software"}


@pytest.mark.parametrize("noun", ["people", "thing", "stuff", "this company", "data point"])
def test_generic_nouns_are_no_mentions(annotate: Annotate, noun: str) -> None:
    assert _found(annotate(f"It is about {noun} mostly.", (noun, "Concept", 0.95))) == []


def test_lone_common_word_needs_more_than_the_models_word(annotate: Annotate) -> None:
    assert _found(annotate("There was water.", ("water", "Concept", 0.55))) == []


def test_term_that_the_document_repeats_is_kept(annotate: Annotate) -> None:
    text = "An inverted index helps. The inverted index is small. Every inverted index is."
    assert len(annotate(text, ("inverted index", "Method", 0.5))) == 3


def test_misheard_name_of_several_words_is_read_right(annotate: Annotate) -> None:
    (found,) = annotate("Then Ilya Suskover spoke.", ("Ilya Suskover", "Person", 0.9))
    assert found.vocabulary_iri == "https://kg.example/id/ilya-sutskever"
    assert found.misheard
    assert found.source == "sound"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(
            ["Google", "Brain", "TPU", "2.0", "us", "US", "the", "Python", "OpenAI's", "AGI", ",", "."]
        ),
        min_size=1,
        max_size=14,
    )
)
def test_mentions_ascend_and_never_overlap(annotate: Annotate, words: list[str]) -> None:
    text = " ".join(["so", *words])
    found = annotate(text, ("Python", "Software", 0.7), ("Brain TPU", "Hardware", 0.8))
    for before, after in itertools.pairwise(found):
        assert before.span.end <= after.span.start
    for mention in found:
        assert mention.span.cut(text) == mention.surface
    assert found == annotate(text, ("Python", "Software", 0.7), ("Brain TPU", "Hardware", 0.8))


@given(st.text(max_size=40), st.data())
def test_trimmed_range_lies_inside(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    borders = trim(text, start, end)
    if borders is not None:
        assert start <= borders[0] < borders[1] <= end
        assert text[borders[0] : borders[1]] == text[borders[0] : borders[1]].strip()


def test_caseless_text_is_told() -> None:
    assert is_caseless("so we were at open ai and i said")
    assert not is_caseless("So we were at OpenAI.")
    assert not is_caseless("123")


def test_vocabulary_leaves_a_word_to_the_longer_reading(vocabulary: Vocabulary) -> None:
    text = "google tpu 2.0"
    words = parse_words(text)
    assert [(first, last) for first, last, _ in vocabulary.find(words, text)] == [(0, 1), (1, 3)]
