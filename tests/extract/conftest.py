"""Conversations made by hand, annotated with the shipped model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache

import pytest

from kg.annotate import DocumentAnnotator
from kg.extract import DocumentExtractor
from kg.model import Claim, Metadata, Span, Transcript, Turn
from kg.nlp import load_model

Talk = Callable[..., "Said"]


class Said:
    """The claims of a conversation, by what they say in words."""

    def __init__(self, transcript: Transcript, claims: Sequence[Claim]) -> None:
        self.transcript = transcript
        self.claims = tuple(claims)

    @property
    def lines(self) -> set[tuple[str, str, str, str]]:
        """Subject, predicate, object or literal, and status."""
        return {
            (
                claim.subject.refers_to or claim.subject.surface,
                claim.predicate,
                (claim.object.refers_to or claim.object.surface) if claim.object else _value(claim),
                claim.assertion.value,
            )
            for claim in self.claims
        }


def _value(claim: Claim) -> str:
    assert claim.literal is not None
    return claim.literal.value


def transcript_of(turns: Sequence[tuple[str | None, str]], metadata: Metadata | None = None) -> Transcript:
    """A transcript whose raw text is the turns, one a line, with labels."""
    raw = ""
    made = []
    for speaker, words in turns:
        label = f"{speaker}: " if speaker else ""
        start = len(raw) + len(label)
        raw += f"{label}{words}\n"
        made.append(Turn((Span(start, start + len(words)),), speaker=speaker))
    return Transcript(
        name="talk",
        source="talk.txt",
        sha256=hashlib.sha256(raw.encode()).hexdigest(),
        format="plain-turns",
        raw=raw,
        turns=tuple(made),
        metadata=metadata or Metadata(),
    )


@lru_cache(maxsize=1)
def stages() -> tuple[DocumentAnnotator, DocumentExtractor]:
    """The annotator with the shipped model, and all extractors."""
    return DocumentAnnotator(load_model()), DocumentExtractor()


@pytest.fixture(scope="session")
def talk() -> Talk:
    """A function from turns (speaker, words) to what is claimed in them."""

    def run(*turns: tuple[str | None, str]) -> Said:
        annotator, extractor = stages()
        transcript = transcript_of(turns)
        extracted = extractor(annotator(transcript))
        return Said(transcript, [cited.claim for cited in extracted.claims])

    return run
