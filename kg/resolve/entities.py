"""From mentions to entities: one node for each thing, over all documents.

Within a document, surface forms with the same key and parts of one person's name come together; across
documents, vocabulary entries and full names do. A first name alone never merges two documents, and two
different full names never merge.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from kg.iri import Minter, digest, slug
from kg.model import Entity, Mention, MentionKind
from kg.ontology.vocabulary import Entry, Vocabulary
from kg.resolve.within import DocumentResolver, Identity, identity_of
from kg.stages import Extracted

__all__ = ["EntityResolver", "ResolvedEntities"]


@dataclass(slots=True)
class _Cluster:
    key: str
    entry: Entry | None = None
    types: Counter[str] = field(default_factory=Counter)
    own_names: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    documents: set[str] = field(default_factory=set)
    n_mentions: int = 0
    subtype: str | None = None

    @property
    def bound_to(self) -> str | None:
        """The document outside of which this cluster means nothing, or None."""
        kind, _, rest = self.key.partition("|")
        return rest.split("|")[0] if kind in ("unnamed", "local") else None

    @property
    def type(self) -> str:
        if self.entry is not None:
            return self.entry.type
        return min(self.types, key=lambda name: (-self.types[name], name))

    @property
    def name(self) -> str:
        """Among people the longest name; else the most frequent own one, in the singular where it is met."""
        if self.entry is not None:
            return self.entry.name
        names = self.own_names or self.names or self.hidden
        if self.type == "Person":
            return min(names, key=lambda n: (-len(n.split()), -names[n], n))
        return min(names, key=lambda n: (_is_plural_of_another(n, names), -names[n], len(n), n))


@dataclass(frozen=True)
class ResolvedEntities:
    """Entities, and which of them a mention of a document stands for."""

    entities: tuple[Entity, ...]
    iri_by_key: dict[str, str]
    keys: tuple[dict[Identity, str], ...]
    recordings: tuple[str | None, ...]

    def iri_of(self, document: int, mention: Mention) -> str:
        """The IRI of what `mention` of the document with this index refers to; KeyError if unknown."""
        return self.iri_by_key[self.keys[document][identity_of(mention)]]

    def recording_of(self, document: int) -> str | None:
        """The IRI of a document's recording, or None where it has no title and nothing is said of it."""
        return self.recordings[document]


class EntityResolver:
    """Decides identity from names, vocabulary and documents; never rereads the text."""

    def __init__(self, vocabulary: Vocabulary, minter: Minter) -> None:
        self._vocabulary = vocabulary
        self._minter = minter
        self._within = DocumentResolver(vocabulary)

    def __call__(self, documents: Sequence[Extracted]) -> ResolvedEntities:
        """The entities of all documents, sorted by IRI, the same for any order of the documents."""
        clusters: dict[str, _Cluster] = {}
        keys: list[dict[Identity, str]] = [{} for _ in documents]
        named: list[bool] = [False] * len(documents)
        for index in sorted(range(len(documents)), key=lambda i: documents[i].transcript.name):
            document = documents[index]
            within = self._within(document)
            keys[index] = within.key_by_identity
            nameless = _nameless(document)
            named[index] = nameless is None
            for mention in document.mentions:
                identity = identity_of(mention)
                if identity != nameless:
                    key = within.key_by_identity[identity]
                    self._add(clusters, key, mention, document, own=identity in within.own)
        iris = self._mint(clusters)
        entities = [self._entity(cluster, iris[key]) for key, cluster in clusters.items()]
        recordings = [
            iris[keys[index][identity_of(document.recording)]] if named[index] else None
            for index, document in enumerate(documents)
        ]
        return ResolvedEntities(
            tuple(sorted(entities, key=lambda e: e.iri)), iris, tuple(keys), tuple(recordings)
        )

    def _add(
        self,
        clusters: dict[str, _Cluster],
        key: str,
        mention: Mention,
        document: Extracted,
        *,
        own: bool,
    ) -> None:
        cluster = clusters.get(key)
        if cluster is None:
            cluster = clusters[key] = _Cluster(key, self._vocabulary.entry_by_iri.get(key))
        cluster.types[mention.type] += 1
        cluster.documents.add(document.transcript.name)
        cluster.n_mentions += 1
        if mention.type == "Work":
            if document.series is not None and mention.surface == document.series.surface:
                cluster.subtype = "Podcast"
            elif mention.surface == document.recording.surface:
                cluster.subtype = "Episode"
        surface = " ".join(mention.surface.split())
        if mention.misheard:
            cluster.hidden[surface] += 1
            if mention.refers_to:
                cluster.names[mention.refers_to] += 0
            return
        if mention.kind is MentionKind.PRONOUN or mention.refers_to:
            # "I" is no name of anybody, and a label's initials are none either.
            surface = mention.refers_to or surface
        cluster.names[surface] += 1
        if own:
            cluster.own_names[surface] += 1

    def _mint(self, clusters: dict[str, _Cluster]) -> dict[str, str]:
        """IRIs by key, told apart by type, or by document, where two things would share one."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for key, cluster in clusters.items():
            if cluster.entry is not None:
                iri = self._minter.thing(cluster.entry.iri.rsplit("/", 1)[-1])
            else:
                iri = self._minter.entity(cluster.name, apart=cluster.bound_to)
            wanted[iri].append(key)
        result: dict[str, str] = {}
        taken = set(wanted)
        for iri in sorted(wanted):
            # What the vocabulary knows keeps its IRI, then people, then the rest by key.
            ranked = sorted(
                wanted[iri],
                key=lambda key: (clusters[key].entry is None, clusters[key].type != "Person", key),
            )
            result[ranked[0]] = iri
            for key in ranked[1:]:
                apart = f"{iri}-{slug(clusters[key].type)}"
                if apart in taken:
                    apart = f"{iri}-{digest(key)}"
                taken.add(apart)
                result[key] = apart
        return result

    def _entity(self, cluster: _Cluster, iri: str) -> Entity:
        entry, name, kind = cluster.entry, cluster.name, cluster.type
        names = {n for n in cluster.names if cluster.names[n]} or set(cluster.names)
        aliases = names | set(entry.aliases if entry else ())
        return Entity(
            iri=iri,
            name=name,
            type=kind,
            subtype=(entry.subtype if entry else None) or (cluster.subtype if kind == "Work" else None),
            aliases=tuple(sorted(aliases - {name})),
            hidden=tuple(sorted(set(cluster.hidden) - aliases - {name})),
            same_as=entry.same_as if entry else (),
            n_mentions=cluster.n_mentions,
            documents=tuple(sorted(self._minter.document(document) for document in cluster.documents)),
        )


def _nameless(document: Extracted) -> Identity | None:
    """The identity of a recording that has no title and of which nothing is said, or None."""
    if document.recording.source != "untitled":
        return None
    identity = identity_of(document.recording)
    for cited in document.claims:
        for mention in (cited.claim.subject, cited.claim.object):
            if mention is not None and identity_of(mention) == identity:
                return None
    return identity


def _is_plural_of_another(name: str, names: Collection[str]) -> bool:
    return name.endswith("s") and (name[:-1] in names or name[:-2] in names)
