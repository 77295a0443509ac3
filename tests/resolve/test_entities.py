"""Entities: one node for each thing, the same for any order of the documents."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.iri import Minter
from kg.model import Entity
from kg.ontology.vocabulary import Entry, Vocabulary
from kg.resolve.entities import EntityResolver, ResolvedEntities
from kg.stages import Extracted, Speaker
from tests.resolve.conftest import _document

Document = Callable[..., Extracted]

VOCABULARY = Vocabulary(
    [
        Entry(
            "https://kg.example/id/torch",
            "Torch",
            "Software",
            None,
            ("LuaTorch",),
            (),
            (),
            False,
            frozenset({"lua"}),
        ),
        Entry(
            "https://kg.example/id/elon-musk",
            "Elon Musk",
            "Person",
            None,
            ("Musk",),
            (),
            (),
            False,
            frozenset(),
        ),
        Entry(
            "https://kg.example/id/quantization",
            "quantization",
            "Method",
            None,
            (),
            (),
            (),
            False,
            frozenset(),
        ),
    ]
)


def resolve(*documents: Extracted) -> ResolvedEntities:
    return EntityResolver(VOCABULARY, Minter())(documents)


def named(resolved: ResolvedEntities) -> dict[str, Entity]:
    return {entity.name: entity for entity in resolved.entities}


def test_parts_of_a_name_are_the_person(document: Document) -> None:
    found = named(resolve(document("a", ("Greg Brock", "Person"), ("Greg", "Person"), ("Brock", "Software"))))
    assert set(found) == {"Greg Brock"}
    assert found["Greg Brock"].n_mentions == 3


def test_first_name_of_two_people_is_a_guess(document: Document) -> None:
    found = named(resolve(document("a", ("Sam Roe", "Person"), ("Sam Poe", "Person"), ("Sam", "Person"))))
    assert set(found) == {"Sam Roe", "Sam Poe", "Sam"}


def test_short_first_name_is_the_person(document: Document) -> None:
    assert set(named(resolve(document("a", ("Daniel Roe", "Person"), ("Dan", "Person"))))) == {"Daniel Roe"}


def test_first_name_alone_never_joins_two_documents(document: Document) -> None:
    resolved = resolve(document("a", ("Sam", "Person")), document("b", ("Sam", "Person")))
    assert len(resolved.entities) == 2
    assert len({entity.iri for entity in resolved.entities}) == 2


def test_full_name_joins_two_documents(document: Document) -> None:
    resolved = resolve(
        document("a", ("Sam Roe", "Person")), document("b", ("Sam Roe", "Person"), ("Roe", "Person"))
    )
    (entity,) = resolved.entities
    assert len(entity.documents) == 2


def test_different_full_names_never_merge(document: Document) -> None:
    assert len(resolve(document("a", ("Sam Roe", "Person"), ("Sam Rowe", "Person"))).entities) == 2


def test_namesakes_of_other_type_stay_apart(document: Document) -> None:
    resolved = resolve(document("a", ("Orion Vale", "Person")), document("b", ("Orion Vale", "Software")))
    assert {e.type for e in resolved.entities} == {"Person", "Software"}
    assert len({e.iri for e in resolved.entities}) == 2


def test_one_thing_under_two_types_is_one_node(document: Document) -> None:
    (entity,) = resolve(
        document("a", ("Zorbo", "Software"), ("Zorbo", "Software"), ("Zorbo", "Organization"))
    ).entities
    assert entity.type == "Software"


@pytest.mark.parametrize(
    ("names", "kind", "expected"),
    [
        (("Quill Research", "Quill"), "Organization", "Quill Research"),
        (("Quill podcast", "Quill"), "Work", "Quill"),
        (("Zorbo framework", "Zorbo"), "Software", "Zorbo"),
        (("Grand Unified Benchmark", "GUB"), "Dataset", "Grand Unified Benchmark"),
        (("flame graphs", "flame graph", "flame graphs"), "Method", "flame graph"),
        (("prioritize", "prioritization"), "Concept", "prioritization"),
    ],
)
def test_short_and_long_forms_are_one(
    document: Document, names: tuple[str, ...], kind: str, expected: str
) -> None:
    (entity,) = resolve(document("a", *((name, kind) for name in names))).entities
    assert entity.name == expected
    assert set(names) <= {entity.name, *entity.aliases}


def test_product_with_and_without_its_maker_is_one(document: Document) -> None:
    resolved = resolve(document("a", ("Acme", "Organization"), ("Acme R1", "Hardware"), ("R1", "Hardware")))
    assert set(named(resolved)) == {"Acme", "Acme R1"}


def test_two_ideas_with_a_word_in_common_are_two(document: Document) -> None:
    resolved = resolve(
        document("a", ("machine learning", "Concept"), ("machine learning algorithm", "Method"))
    )
    assert len(resolved.entities) == 2


def test_form_that_a_guard_held_back_means_the_entry(document: Document) -> None:
    resolved = resolve(document("a", ("Torch", "Software", "torch"), ("Torch", "Software")))
    (entity,) = resolved.entities
    assert entity.n_mentions == 2


def test_inflection_of_a_known_term_is_the_term(document: Document) -> None:
    (entity,) = resolve(
        document("a", ("quantization", "Method", "quantization"), ("quantized", "Method"))
    ).entities
    assert entity.name == "quantization"


def test_speaker_whom_the_vocabulary_knows_is_linked(document: Document) -> None:
    (entity,) = resolve(document("a", ("Elon Musk", "Person"))).entities
    assert entity.iri == "https://kg.example/id/elon-musk"


def test_unnamed_speakers_are_one_person_a_document(document: Document) -> None:
    nobody = Speaker("Speaker 1", "Speaker 1", False, 0.5)
    resolved = resolve(
        document("a", ("Speaker 1", "Person"), speakers=(nobody,)),
        document("b", ("Speaker 1", "Person"), speakers=(nobody,)),
    )
    assert len(resolved.entities) == 2


def test_recording_without_title_or_role_is_no_node(document: Document) -> None:
    resolved = resolve(document("a", ("Zorbo", "Software")))
    assert resolved.recording_of(0) is None
    assert set(named(resolved)) == {"Zorbo"}


def test_episode_and_podcast_are_told_apart(document: Document) -> None:
    resolved = resolve(
        document("a", title="Watts", series="Chip Hour"), document("b", title="Volts", series="Chip Hour")
    )
    found = named(resolved)
    assert {name: found[name].subtype for name in found} == {
        "Watts": "Episode",
        "Volts": "Episode",
        "Chip Hour": "Podcast",
    }
    assert resolved.recording_of(0) == found["Watts"].iri


NAMES = st.sampled_from(
    ["Sam", "Sam Roe", "Roe", "Zorbo", "zorbos", "Acme", "Acme R1", "R1", "Torch", "GUB", "A", "a"]
)
KINDS = st.sampled_from(["Person", "Software", "Organization", "Place", "Concept"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(NAMES, KINDS), max_size=6), min_size=1, max_size=4))
def test_order_of_documents_does_not_matter(contents: list[list[tuple[str, str]]]) -> None:
    documents = [_document(f"d{i}", *mentions) for i, mentions in enumerate(contents)]
    first = resolve(*documents)
    assert len({e.iri for e in first.entities}) == len(first.entities)
    for order in list(permutations(documents))[:8]:
        assert resolve(*order).entities == first.entities
    for index, document in enumerate(documents):
        for mention in document.mentions:
            if mention.source != "untitled":
                assert first.iri_of(index, mention) in {e.iri for e in first.entities}
