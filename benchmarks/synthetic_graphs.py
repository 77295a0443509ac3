"""Invented graphs of any size for tests, benchmarks and pictures: no transcript, no model, no network needed.

Names are put together from syllables (and, on wish, written in many scripts), so nobody real is spoken of. Types
and predicates come from the schema. The same arguments give the same graph.
"""

from __future__ import annotations

import random
from hashlib import sha256

from kg.graph import Document, KnowledgeGraph, Run
from kg.iri import Minter
from kg.model import (
    Assertion,
    Entity,
    EvidenceClaim,
    Literal,
    Metadata,
    Statement,
    TimePrecision,
)
from kg.ontology import Predicate, load_ontology

__all__ = ["HOSTILE", "SCRIPTS", "synthetic_graph"]

SCRIPTS = (
    "Åsa Öström", "François Lefèvre", "Анна Ковалёва", "Ελένη Παππά", "שרה כהן", "ليلى حداد", "नीला शर्मा",
    "李雪 實驗室", "さくら研究所", "김하늘", "สมหญิง", "Ŋgũgĩ", "e\u0301clair", "İstanbul Çipi", "ქეთი", "Զարեհ",
    "𝔉𝔯𝔞𝔨𝔱𝔲𝔯", "👩🏽‍🔬 Lab", "ﬁrst ligature", "Straße",
)  # fmt: skip
"""Names in many scripts, with combining marks, ligatures, emoji and right-to-left text."""

HOSTILE = (
    "<img src=x onerror=\"document.body.dataset.broken='1'\">",
    "</script><script>document.body.dataset.broken='1'</script>",
    "<!--<script>document.body.dataset.broken='1'",
    "javascript:document.body.dataset.broken='1'",
    "\"><svg onload=\"document.body.dataset.broken='1'\"> href=\"x\"",
    "{{ policy }} ${document.body.dataset.broken='1'} {s} {o}",
    "'; document.body.dataset.broken='1'; //",
    "\u202eright to left\u202c \u2028 \u2029 line ends",
    "nul \x00 bell \x07 and a lone surrogate \ud800",
    "__proto__",
    "constructor",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    " \t\n ",
    "W" * 400,
    "../../etc/passwd",
    "%3Cscript%3E &lt;b&gt; &amp;",
)  # fmt: skip
"""Text that would run, break out, reorder or overflow wherever it is not treated as plain text."""

_SYLLABLES = [
    "ba",
    "ko",
    "ra",
    "mi",
    "ten",
    "vo",
    "lu",
    "sha",
    "dri",
    "qua",
    "zen",
    "por",
    "ti",
    "na",
    "mor",
    "el",
    "fi",
    "gra",
    "hun",
    "jo",
    "ka",
    "le",
]
_SAID = (
    "and the way {a} comes up next to {b} is what surprised most of us that year",
    "so {a}, as far as I can tell, has a lot to do with {b} these days",
    "people ask me about {a} all the time and I always send them to {b} first",
    "it was {a} that made the whole {b} thing possible, if you look back at it now",
)


def synthetic_graph(
    n: int,
    *,
    seed: int = 1,
    density: float = 2.5,
    documents: int = 3,
    hostile: bool = False,
    scripts: bool = False,
    quotes: bool = True,
    times: bool = True,
    loners: float = 0.05,
) -> KnowledgeGraph:
    """A graph of `n` entities, of `density` statements an entity, with one passage or a few a statement.

    Entities gather around a few topics and hubs, as they do in talk. `loners` is the share of entities that are
    mentioned but stand in no statement.
    """
    return _Maker(n, seed, density, documents, hostile, scripts, quotes, times, loners).graph()


class _Maker:
    def __init__(
        self,
        n: int,
        seed: int,
        density: float,
        documents: int,
        hostile: bool,
        scripts: bool,
        quotes: bool,
        times: bool,
        loners: float,
    ) -> None:
        self.random = random.Random(seed)
        self.n, self.n_statements, self.n_documents = n, int(n * density), documents
        self.hostile, self.scripts, self.quotes, self.times = hostile, scripts, quotes, times
        self.linked = max(1, int(n * (1.0 - loners)))
        self.mint = Minter()
        self.ontology = load_ontology()

    def graph(self) -> KnowledgeGraph:
        entities = self._entities()
        documents = self._documents(entities)
        statements, claims = self._statements(entities, documents)
        met: dict[str, set[str]] = {entity.iri: set() for entity in entities}
        count: dict[str, int] = dict.fromkeys(met, 1)
        for claim in claims:
            for iri in (claim.subject, claim.object):
                if iri is not None:
                    met[iri].add(claim.document)
                    count[iri] += 1
        entities = [
            Entity(
                iri=e.iri,
                name=e.name,
                type=e.type,
                subtype=e.subtype,
                aliases=e.aliases,
                hidden=e.hidden,
                same_as=e.same_as,
                n_mentions=count[e.iri],
                documents=tuple(sorted(met[e.iri])) or (documents[0].iri,) if documents else (),
            )
            for e in entities
        ]
        return KnowledgeGraph(
            documents=tuple(sorted(documents, key=lambda d: d.iri)),
            entities=tuple(sorted(entities, key=lambda e: e.iri)),
            statements=tuple(sorted(statements, key=lambda s: s.iri)),
            claims=tuple(sorted(claims, key=lambda c: c.iri)),
            run=Run(iri=self.mint.run("synthetic"), version="0", model="none"),
            quotes=self.quotes,
        )

    def _word(self) -> str:
        return "".join(self.random.choice(_SYLLABLES) for _ in range(self.random.randint(2, 3))).capitalize()

    def _name(self, i: int, type_name: str) -> str:
        if self.hostile and i < len(HOSTILE):
            return HOSTILE[i]
        if self.scripts and i < len(SCRIPTS):
            return SCRIPTS[i]
        if type_name == self.ontology.entity_types[0].name:
            return f"{self._word()} {self._word()}"
        return self._word() if self.random.random() < 0.6 else f"{self._word()} {self._word().lower()}"

    def _entities(self) -> list[Entity]:
        types = [term.name for term in self.ontology.entity_types]
        weights = [6, 4, 4, 3, 1, 6, 2, 1, 2, 1][: len(types)] + [1] * max(0, len(types) - 10)
        subtypes: dict[str, list[str]] = {}
        for term in self.ontology.subtypes:
            subtypes.setdefault(term.parent, []).append(term.name)
        entities, names = [], set()
        for i in range(self.n):
            type_name = types[0] if i < 2 else self.random.choices(types, weights)[0]
            name = self._name(i, type_name)
            while name in names:
                name = f"{self._name(self.n, type_name)} {self.random.randint(2, 99)}"
            names.add(name)
            known = subtypes.get(type_name, [])
            aliases = (
                (f"{name.split()[0]} {self._word()}",) if self.random.random() < 0.3 and name.split() else ()
            )
            entities.append(
                Entity(
                    iri=self.mint.thing(f"e{i:05d}-{sha256(repr(name).encode()).hexdigest()[:6]}"),
                    name=name,
                    type=type_name,
                    subtype=self.random.choice(known) if known and self.random.random() < 0.3 else None,
                    aliases=aliases,
                    hidden=(self._word().lower(),) if self.random.random() < 0.1 else (),
                    same_as=(
                        ("javascript:document.body.dataset.broken='1'", "data:text/html,<script>x</script>")
                        if self.hostile
                        else (f"https://en.wikipedia.org/wiki/{i}",)
                        if self.random.random() < 0.4
                        else ()
                    ),
                )
            )
        return entities

    def _documents(self, entities: list[Entity]) -> list[Document]:
        addresses = (
            "https://www.youtube.com/watch?v=abc&list=x",
            "https://media.example.org/talks/two.mp3",
            "https://youtu.be/xyz",
            "https://example.org/episodes/4",
        )
        people = [e.iri for e in entities if e.type == self.ontology.entity_types[0].name][:40]
        found = []
        for d in range(self.n_documents):
            title = HOSTILE[d % len(HOSTILE)] if self.hostile else f"{self._word()} on {self._word().lower()}"
            meta = Metadata(
                title=title,
                series=HOSTILE[(d + 1) % len(HOSTILE)] if self.hostile else "Invented talks",
                date=f"20{15 + d % 10}-0{1 + d % 9}-12",
                url="javascript:document.body.dataset.broken='1'"
                if self.hostile
                else addresses[d % len(addresses)],
                duration_s=3600.0,
            )
            found.append(
                Document(
                    iri=self.mint.document(f"talk {d:03d}"),
                    name=f"talk-{d:03d}",
                    source=f"talk-{d:03d}.txt",
                    sha256=sha256(str(d).encode()).hexdigest(),
                    format="markdown",
                    n_code_points=60_000,
                    n_words=10_000,
                    n_turns=200,
                    metadata=meta,
                    speakers=tuple(people[(d + k) % len(people)] for k in range(min(2, len(people)))),
                )
            )
        return found

    def _statements(
        self, entities: list[Entity], documents: list[Document]
    ) -> tuple[list[Statement], list[EvidenceClaim]]:
        if not documents or not entities:
            return [], []
        by_type: dict[tuple[str, str], list[Predicate]] = {}
        literal: dict[str, list[Predicate]] = {}
        for predicate in self.ontology.predicates:
            for a in predicate.domain:
                if predicate.literal_kind is not None:
                    literal.setdefault(a, []).append(predicate)
                for b in predicate.range:
                    by_type.setdefault((a, b), []).append(predicate)
        statements: dict[str, Statement] = {}
        claims: list[EvidenceClaim] = []
        topics = max(1, self.linked // 30)
        tries = 0
        while len(statements) < self.n_statements and tries < self.n_statements * 40 + 100:
            tries += 1
            subject = entities[self._pick()]
            if self.random.random() < 0.12 and literal.get(subject.type):
                predicate = self.random.choice(literal[subject.type])
                value = (
                    HOSTILE[tries % len(HOSTILE)]
                    if self.hostile
                    else f"about {self.random.randint(2, 900)} units"
                )
                iri = self.mint.statement(subject.iri, predicate.name, value)
                target, said = None, Literal(value=value)
            else:
                home = int(self.random.random() ** 1.6 * topics)
                i = (
                    self._pick()
                    if self.random.random() < 0.25
                    else home * self.linked // topics + self._pick(self.linked // topics)
                )
                other = entities[min(i, self.linked - 1)]
                if self.random.random() < 0.75:
                    subject = entities[
                        min(self.linked - 1, home * self.linked // topics + self._pick(self.linked // topics))
                    ]
                known = by_type.get((subject.type, other.type), [])
                if other is subject or not known:
                    continue
                predicate = self.random.choice(known)
                iri = self.mint.statement(subject.iri, predicate.name, other.iri)
                target, said = other, None
            if iri in statements:
                continue
            mine = self._claims(subject, predicate.name, target, said, documents)
            claims.extend(mine)
            asserted = any(c.assertion is Assertion.ASSERTED and c.confidence >= 0.5 for c in mine)
            statements[iri] = Statement(
                iri=iri,
                subject=subject.iri,
                predicate=predicate.name,
                object=target.iri if target else None,
                literal=said,
                claims=tuple(sorted(c.iri for c in mine)),
                asserted=asserted,
                confidence=max(c.confidence for c in mine),
            )
        return list(statements.values()), claims

    def _pick(self, n: int | None = None) -> int:
        """Low numbers far more often than high ones: a few hubs, many leaves."""
        return int(self.random.random() ** 2.6 * (self.linked if n is None else max(1, n)))

    def _claims(
        self,
        subject: Entity,
        predicate: str,
        target: Entity | None,
        said: Literal | None,
        documents: list[Document],
    ) -> list[EvidenceClaim]:
        found = []
        n = 1 if self.n > 500 or self.random.random() < 0.8 else self.random.randint(2, 4)
        for _ in range(n):
            document = self.random.choice(documents)
            at = self.random.randint(0, 55_000)
            value = target.name if target else said.value if said else ""
            quote = (
                self.random.choice(_SAID)
                .format(a="{a}", b="{b}")
                .replace("{a}", subject.name)
                .replace("{b}", value)
            )
            status = self.random.choices(tuple(Assertion), (80, 10, 4, 3, 3))[0]
            start_s = round(at * 3600 / 60_000, 2) if self.times else None
            found.append(
                EvidenceClaim(
                    iri=self.mint.claim(subject.iri, predicate, value, document.iri, at),
                    subject=subject.iri,
                    predicate=predicate,
                    object=target.iri if target else None,
                    literal=said,
                    assertion=status,
                    confidence=round(self.random.uniform(0.35, 0.99), 2),
                    speaker=self.random.choice(document.speakers) if document.speakers else None,
                    document=document.iri,
                    quote=quote if self.quotes else None,
                    quote_sha256=sha256(quote.encode("utf-8", "surrogatepass")).hexdigest(),
                    reading=quote if self.quotes else None,
                    start=at,
                    end=at + len(quote),
                    start_s=start_s,
                    end_s=None if start_s is None else start_s + 5.0,
                    time_precision=TimePrecision.INTERPOLATED if self.times else None,
                    qualifiers=((HOSTILE[0], HOSTILE[1]),) if self.hostile else (),
                    extractor="frames",
                    status_cue=None
                    if status is Assertion.ASSERTED
                    else HOSTILE[2]
                    if self.hostile
                    else "maybe",
                )
            )
        return found
