"""Hand-built inputs for the annotators: speech, parsed turns without a model, a small vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import spacy
from spacy.tokens import Doc, Span

from kg.model import Metadata, Transcript, Turn
from kg.model import Span as RawSpan
from kg.ontology.vocabulary import Entry, Vocabulary
from kg.speech import Speech, normalise
from kg.stages import Parsed

Named = Sequence[tuple[str, str, float]]


def entry(
    name: str,
    kind: str,
    *aliases: str,
    hidden: tuple[str, ...] = (),
    context: tuple[str, ...] = (),
    case_sensitive: bool = False,
) -> Entry:
    local = name.lower().replace(" ", "-").replace(".", "-")
    return Entry(
        f"https://kg.example/id/{local}",
        name,
        kind,
        None,
        aliases,
        hidden,
        (),
        case_sensitive,
        frozenset(context),
    )


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(
        [
            entry("Google", "Organization"),
            entry("Google Brain", "Organization"),
            entry("OpenAI", "Organization", hidden=("open eye",)),
            entry("Tensor Processing Unit", "Hardware", "TPU", "Google TPU"),
            entry("TPU v2", "Hardware", "TPU 2.0"),
            entry("Go", "Software", "Golang", context=("goroutine", "compile"), case_sensitive=True),
            entry("United States", "Place", "US", "America", case_sensitive=True),
            entry("Python", "Software"),
            entry("Ilya Sutskever", "Person"),
            entry("artificial general intelligence", "Concept", "AGI"),
        ]
    )


@pytest.fixture
def speak() -> Callable[..., Speech]:
    """Speech from turns: strings, or pairs of label and words."""

    def make(*turns: str | tuple[str, str], metadata: Metadata | None = None) -> Speech:
        raw, built = "", []
        for turn in turns:
            label, words = turn if isinstance(turn, tuple) else (None, turn)
            label_span = None
            if label is not None:
                label_span = RawSpan(len(raw), len(raw) + len(label))
                raw += f"{label}: "
            start = len(raw)
            raw += words
            built.append(Turn((RawSpan(start, len(raw)),), speaker=label, label_span=label_span))
            raw += "\n\n"
        return normalise(
            Transcript("talk", "talk.txt", "0" * 64, "plain", raw, tuple(built), metadata or Metadata())
        )

    return make


@pytest.fixture
def parse() -> Callable[..., tuple[Parsed, ...]]:
    """Turns with the given names as the model would have found them, and every word a noun."""
    nlp = spacy.blank("en")
    if not Span.has_extension("confidence"):
        Span.set_extension("confidence", default=None)

    def make(speech: Speech, named: Named = ()) -> tuple[Parsed, ...]:
        found = []
        for turn in speech.turns:
            doc: Doc = nlp(speech.text[turn.start : turn.end])
            for token in doc:
                token.pos_ = "PROPN" if token.text[:1].isupper() else "NOUN"
            ents = []
            for surface, kind, confidence in named:
                at = doc.text.find(surface)
                while at >= 0:
                    span = doc.char_span(at, at + len(surface), label=kind)
                    if span is not None:
                        span._.confidence = confidence
                        ents.append(span)
                    at = doc.text.find(surface, at + 1)
            doc.ents = spacy.util.filter_spans(ents)
            found.append(Parsed(doc, turn.start, turn.index))
        return tuple(found)

    return make
