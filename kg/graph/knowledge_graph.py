"""The graph that a build makes: documents, entities, statements and the claims that they rest on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kg.errors import RequestError
from kg.iri import DEFAULT_BASE
from kg.model import Entity, EvidenceClaim, Metadata, Statement

__all__ = ["Document", "KnowledgeGraph", "Run", "fold"]


def fold(name: str) -> str:
    """A name without case, accents and extra space, for look-ups.

    >>> fold("  Gonçalves "), fold("OpenAI")
    ('goncalves', 'openai')
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).split())


@dataclass(frozen=True, slots=True)
class Document:
    """One transcript as the graph knows it.

    Args:
        iri: Of the transcript; also the name of its graph.
        name: Short name ("twiml-74").
        source: The file's name as given, never absolute.
        sha256: Of the file's bytes.
        format: Name of the reader.
        n_code_points: Length of the raw text.
        n_words: Words of speech.
        n_turns: Turns of speech.
        metadata: What the source says of the recording.
        recording: IRI of the episode (a Work among the entities), or None.
        speakers: IRIs of the people who speak, in the order in which they first speak.
        warnings: What the reader had to mend.
    """

    iri: str
    name: str
    source: str
    sha256: str
    format: str
    n_code_points: int
    n_words: int
    n_turns: int
    metadata: Metadata
    recording: str | None = None
    speakers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """The build itself, for provenance; says nothing of time or machine, so that bytes stay equal.

    Args:
        iri: Minted from versions, settings and the documents' checksums.
        version: Of kg.
        model: Name and version of the language model.
        settings: Names and values that shape the result, sorted.
    """

    iri: str
    version: str
    model: str
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class KnowledgeGraph:
    """Entities, statements, claims and documents, each sorted by IRI.

    `dataset` (kg.rdf) and `networkx` views are made from it; nothing is decided here any more.
    """

    documents: tuple[Document, ...]
    entities: tuple[Entity, ...]
    statements: tuple[Statement, ...]
    claims: tuple[EvidenceClaim, ...]
    run: Run
    base: str = DEFAULT_BASE
    threshold: float = 0.5
    quotes: bool = True

    @cached_property
    def entity_by_iri(self) -> dict[str, Entity]:
        """Entities by their IRI."""
        return {entity.iri: entity for entity in self.entities}

    @cached_property
    def claim_by_iri(self) -> dict[str, EvidenceClaim]:
        """Claims by their IRI."""
        return {claim.iri: claim for claim in self.claims}

    @cached_property
    def document_by_iri(self) -> dict[str, Document]:
        """Documents by their IRI."""
        return {document.iri: document for document in self.documents}

    @cached_property
    def _iris_by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for names in (lambda e: (e.name,), lambda e: e.aliases, lambda e: e.hidden):
            for entity in self.entities:
                for name in names(entity):
                    found.setdefault(fold(name), {})[entity.iri] = None
        return {name: tuple(iris) for name, iris in found.items()}

    def find(self, name: str) -> tuple[Entity, ...]:
        """Entities of this name, preferred names before other and misheard ones; IRIs work too."""
        if name in self.entity_by_iri:
            return (self.entity_by_iri[name],)
        return tuple(self.entity_by_iri[iri] for iri in self._iris_by_name.get(fold(name), ()))

    def entity(self, name: str) -> Entity:
        """The entity of this name, case and accents ignored.

        Raises:
            RequestError: If there is none; the message names the nearest ones.
        """
        found = self.find(name)
        if found:
            return found[0]
        from rapidfuzz import process

        near = [match for match, _, _ in process.extract(fold(name), list(self._iris_by_name), limit=3)]
        names = ", ".join(self.entity_by_iri[self._iris_by_name[n][0]].name for n in near)
        raise RequestError(
            f"there is no entity called {name!r}",
            where="the graph",
            hint=f"one of: {names}" if names else "a build with entities",
        )

    def claims_of(self, statement: Statement) -> Iterator[EvidenceClaim]:
        """The claims that a statement rests on, in order of their IRIs."""
        for iri in statement.claims:
            yield self.claim_by_iri[iri]
