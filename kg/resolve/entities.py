"""From mentions to entities: one node for each thing, over all documents.

Within a document, surface forms with the same key and parts of one person's name come together; across
documents, vocabulary entries and full names do. A first name alone never merges two documents, and two
different full names never merge.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.iri import Minter
from kg.model import Entity, Mention, MentionKind
from kg.ontology.vocabulary import Vocabulary
from kg.resolve.within import DocumentResolver, identity_of
from kg.stages import Extracted

__all__ = ["EntityResolver", "ResolvedEntities"]


@dataclass(slots=True)
class _Cluster:
    key: str
    entry_iri: str | None = None
    types: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    documents: set[int] = field(default_factory=set)
    n_mentions: int = 0
    best_confidence: float = 0.0
    subtype: str | None = None
    document_bound: bool = False


@dataclass(frozen=True)
class ResolvedEntities:
    """Entities, and which of them a mention of a document stands for."""

    entities: tuple[Entity, ...]
    iri_by_key: dict[str, str]
    keys: tuple[dict[tuple[str, str], str], ...]

    def iri_of(self, document: int, mention: Mention) -> str:
        """The IRI of what `mention` of the document with this index refers to; KeyError if unknown."""
        return self.iri_by_key[self.keys[document][identity_of(mention)]]


class EntityResolver:
    """Decides identity from names, vocabulary and documents; never rereads the text."""

    def __init__(self, vocabulary: Vocabulary, minter: Minter) -> None:
        self._vocabulary = vocabulary
        self._minter = minter
        self._within = DocumentResolver(vocabulary)

    def __call__(self, documents: Sequence[Extracted]) -> ResolvedEntities:
        """The entities of all documents, sorted by IRI."""
        clusters: dict[str, _Cluster] = {}
        keys: list[dict[tuple[str, str], str]] = []
        for index, document in enumerate(documents):
            local = self._within(document)
            keys.append(local)
            claimed = {
                identity_of(mention)
                for cited in document.claims
                for mention in (cited.claim.subject, cited.claim.object)
                if mention is not None
            }
            for mention in document.mentions:
                identity = identity_of(mention)
                if mention.kind is MentionKind.PRONOUN and identity not in local:
                    continue
                self._add(clusters, local[identity], mention, index, document, claimed=identity in claimed)
        iris = self._mint(clusters, documents)
        entities = [self._entity(cluster, iris[key], documents) for key, cluster in clusters.items()]
        return ResolvedEntities(tuple(sorted(entities, key=lambda e: e.iri)), iris, tuple(keys))

    def _add(
        self,
        clusters: dict[str, _Cluster],
        key: str,
        mention: Mention,
        index: int,
        document: Extracted,
        *,
        claimed: bool,
    ) -> None:
        cluster = clusters.setdefault(key, _Cluster(key))
        if mention.vocabulary_iri:
            cluster.entry_iri = mention.vocabulary_iri
        cluster.types[mention.type] += 1
        cluster.documents.add(index)
        cluster.document_bound = key.startswith(("unnamed|", "local|", "recording|"))
        cluster.n_mentions += 1
        cluster.best_confidence = max(cluster.best_confidence, mention.confidence)
        if mention is document.recording or mention.surface == document.recording.surface:
            cluster.subtype = "Episode"
        elif (
            document.series is not None
            and mention.surface == document.series.surface
            and mention.type == "Work"
        ):
            cluster.subtype = "Podcast"
        if mention.misheard:
            cluster.hidden[mention.surface] += 1
        elif mention.kind in (MentionKind.PRONOUN,) or (
            mention.kind is MentionKind.LABEL and mention.refers_to
        ):
            # "I" is no name of anybody, and a label's initials are none either.
            cluster.names[mention.refers_to or mention.surface] += 1
        else:
            cluster.names[" ".join(mention.surface.split())] += 1

    def _mint(self, clusters: dict[str, _Cluster], documents: Sequence[Extracted]) -> dict[str, str]:
        """IRIs, told apart by type or document where two things would share one."""
        base_of: dict[str, str] = {}
        wanted: dict[str, list[str]] = defaultdict(list)
        for key, cluster in clusters.items():
            if cluster.entry_iri is not None:
                local = cluster.entry_iri.rsplit("/", 1)[-1]
                iri = self._minter.thing(local)
            elif cluster.document_bound and not key.startswith("recording|"):
                iri = self._minter.entity(_preferred(cluster), apart=key.split("|")[1])
            else:
                iri = self._minter.entity(_preferred(cluster))
            base_of[key] = iri
            wanted[iri].append(key)
        result = {}
        for iri, keys in wanted.items():
            if len(keys) == 1:
                result[keys[0]] = iri
                continue
            for key in sorted(keys):
                cluster = clusters[key]
                if cluster.entry_iri is not None:
                    result[key] = iri
                    continue
                apart = _majority(cluster)
                if cluster.document_bound:
                    apart = key.split("|")[1]
                candidate = f"{iri}-{Minter(self._minter.base).entity(apart).removeprefix(self._minter.base)}"
                while candidate in result.values():
                    candidate += "-2"
                result[key] = candidate
        return result

    def _entity(self, cluster: _Cluster, iri: str, documents: Sequence[Extracted]) -> Entity:
        entry = self._vocabulary.entry_by_iri.get(cluster.entry_iri or "")
        name = entry.name if entry else _preferred(cluster)
        kind = entry.type if entry else _majority(cluster)
        aliases = set(cluster.names) | set(entry.aliases if entry else ())
        return Entity(
            iri=iri,
            name=name,
            type=kind,
            subtype=(entry.subtype if entry else None) or (cluster.subtype if kind == "Work" else None),
            aliases=tuple(sorted(aliases - {name})),
            hidden=tuple(sorted(set(cluster.hidden) - aliases - {name})),
            same_as=entry.same_as if entry else (),
            n_mentions=cluster.n_mentions,
            documents=tuple(
                sorted(self._minter.document(documents[i].transcript.name) for i in cluster.documents)
            ),
        )


def _majority(cluster: _Cluster) -> str:
    return min(cluster.types, key=lambda name: (-cluster.types[name], name))


def _preferred(cluster: _Cluster) -> str:
    """The most frequent name; among people the longest, among terms the singular."""
    names = cluster.names or cluster.hidden
    if _majority(cluster) == "Person":
        return min(names, key=lambda n: (-len(n.split()), -names[n], n))
    return min(names, key=lambda n: (-names[n], len(n), n))
