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
from kg.ontology.vocabulary import Vocabulary, name_key
from kg.stages import Extracted

__all__ = ["EntityResolver", "ResolvedEntities"]

# Things of these types are never the same as things of another type, even under one name.
_APART = ("Person", "Place")


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
        return self.iri_by_key[self.keys[document][_identity(mention)]]


def _identity(mention: Mention) -> tuple[str, str]:
    """What two mentions of one document must share to be the same thing before any merging."""
    if mention.vocabulary_iri:
        return ("vocabulary", mention.vocabulary_iri)
    text = mention.refers_to or mention.surface
    apart = mention.type if mention.type in _APART else ""
    return (apart, name_key(text) or text)


class EntityResolver:
    """Decides identity from names, vocabulary and documents; never rereads the text."""

    def __init__(self, vocabulary: Vocabulary, minter: Minter) -> None:
        self._vocabulary = vocabulary
        self._minter = minter

    def __call__(self, documents: Sequence[Extracted]) -> ResolvedEntities:
        """The entities of all documents, sorted by IRI."""
        clusters: dict[str, _Cluster] = {}
        keys: list[dict[tuple[str, str], str]] = []
        for index, document in enumerate(documents):
            local = self._within(document)
            keys.append(local)
            claimed = {
                _identity(mention)
                for cited in document.claims
                for mention in (cited.claim.subject, cited.claim.object)
                if mention is not None
            }
            for mention in document.mentions:
                identity = _identity(mention)
                if mention.kind is MentionKind.PRONOUN and identity not in local:
                    continue
                self._add(clusters, local[identity], mention, index, document, claimed=identity in claimed)
        iris = self._mint(clusters, documents)
        entities = [self._entity(cluster, iris[key], documents) for key, cluster in clusters.items()]
        return ResolvedEntities(tuple(sorted(entities, key=lambda e: e.iri)), iris, tuple(keys))

    def _within(self, document: Extracted) -> dict[tuple[str, str], str]:
        """For each identity of a document, the key of its cluster."""
        names: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        types: dict[tuple[str, str], str] = {}
        for mention in document.mentions:
            identity = _identity(mention)
            names[identity][mention.refers_to or mention.surface] += 1
            types[identity] = mention.type
        speakers = {speaker.name for speaker in document.speakers if not speaker.named}
        full = self._full_names(names, types)
        keys: dict[tuple[str, str], str] = {}
        for identity, counter in names.items():
            keys[identity] = self._key(identity, counter, types[identity], full, speakers, document)
        self._join_abbreviations(keys, names, types)
        return keys

    def _full_names(
        self, names: dict[tuple[str, str], Counter[str]], types: dict[tuple[str, str], str]
    ) -> dict[str, list[tuple[int, tuple[str, str]]]]:
        """Identities of people by each word of their full names, most often named first."""
        found: dict[str, list[tuple[int, tuple[str, str]]]] = defaultdict(list)
        for identity, counter in names.items():
            if types[identity] != "Person":
                continue
            if identity[0] == "vocabulary":
                labels = [self._vocabulary.entry_by_iri[identity[1]].name]
            else:
                labels = [counter.most_common(1)[0][0]]
            for label in labels:
                words = label.split()
                if len(words) < 2:
                    continue
                for word in {words[0], words[-1]}:
                    found[name_key(word)].append((sum(counter.values()), identity))
        for candidates in found.values():
            candidates.sort(key=lambda item: (-item[0], item[1]))
        return found

    def _key(
        self,
        identity: tuple[str, str],
        counter: Counter[str],
        kind: str,
        full: dict[str, list[tuple[int, tuple[str, str]]]],
        unnamed: set[str],
        document: Extracted,
    ) -> str:
        if identity[0] == "vocabulary":
            return identity[1]
        label = min(counter, key=lambda name: (-counter[name], name))
        if kind == "Person":
            if label in unnamed:
                return f"unnamed|{document.transcript.name}|{identity[1]}"
            if len(label.split()) == 1:
                candidates = full.get(identity[1], [])
                if len(candidates) == 1 or (len(candidates) > 1 and candidates[0][0] > 2 * candidates[1][0]):
                    other = candidates[0][1]
                    return other[1] if other[0] == "vocabulary" else f"name|{other[0]}|{other[1]}"
                return f"local|{document.transcript.name}|{identity[1]}"
        if label == document.recording.surface:
            return f"recording|{document.transcript.name}|{identity[1]}"
        return f"name|{identity[0]}|{identity[1]}"

    def _join_abbreviations(
        self,
        keys: dict[tuple[str, str], str],
        names: dict[tuple[str, str], Counter[str]],
        types: dict[tuple[str, str], str],
    ) -> None:
        """Capital letters that spell the initials of one longer name of the document mean that name."""
        long_forms: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for identity, counter in names.items():
            label = counter.most_common(1)[0][0]
            words = [word for word in label.replace("-", " ").split() if word[:1].isalpha()]
            if len(words) >= 3 and types[identity] != "Person":
                long_forms["".join(word[0] for word in words).upper()].append(identity)
        for identity, counter in names.items():
            label = counter.most_common(1)[0][0].rstrip("s")
            if identity[0] == "vocabulary" or not (label.isupper() and 3 <= len(label) <= 6):
                continue
            fits = long_forms.get(label, [])
            if len(fits) == 1:
                keys[identity] = keys[fits[0]]

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
