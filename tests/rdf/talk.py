"""A small graph made by hand: two invented conversations about public facts of AI hardware."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal

from kg.graph import Document, KnowledgeGraph, Run
from kg.iri import Minter
from kg.model import Assertion, Entity, EvidenceClaim, Literal, Metadata, Span, Statement, TimePrecision

MINTER = Minter()
FIRST, SECOND = MINTER.document("chips-1"), MINTER.document("chips-2")


def _entity(name: str, kind: str, subtype: str | None = None, n: int = 3, *more: str) -> Entity:
    return Entity(
        iri=MINTER.entity(name),
        name=name,
        type=kind,
        subtype=subtype,
        aliases=tuple(sorted(more)),
        same_as=(f"https://en.wikipedia.org/wiki/{name.replace(' ', '_')}",) if kind != "Work" else (),
        n_mentions=n,
        documents=(FIRST, SECOND) if n > 3 else (FIRST,),
    )


_ENTITIES = (
    _entity("Mira Host", "Person", None, 4),
    _entity("Theo Guest", "Person", None, 3),
    _entity("Ana Visitor", "Person", None, 5),
    _entity("Example Labs", "Organization", "ResearchLab", 6, "Labs"),
    _entity("Big Chips", "Organization", "Company", 2),
    _entity("Volta", "Hardware", "ChipArchitecture", 7, "NVIDIA Volta"),
    _entity("Pascal", "Hardware", "ChipArchitecture", 5),
    _entity("Machine learning", "Concept", "ResearchField", 9, "ML"),
    _entity("Chips Weekly", "Work", "Podcast", 2),
    _entity("Chips Weekly 1", "Work", "Episode", 1),
    _entity("Chips Weekly 2", "Work", "Episode", 1),
)


class _Claims:
    """Claims one after the other, ten code points each."""

    def __init__(self) -> None:
        self.items: list[EvidenceClaim] = []

    def add(
        self,
        subject: str,
        predicate: str,
        object_: str | Literal,
        quote: str,
        *,
        speaker: str | None = "Theo Guest",
        document: str = FIRST,
        assertion: Assertion = Assertion.ASSERTED,
        confidence: float = 0.9,
        approximate: bool = False,
        qualifiers: tuple[tuple[str, str], ...] = (),
        cue: str | None = None,
    ) -> None:
        start = len(self.items) * 100
        entity = MINTER.entity(object_) if isinstance(object_, str) else None
        self.items.append(
            EvidenceClaim(
                iri=MINTER.claim(subject, predicate, object_, document, start),
                subject=MINTER.entity(subject),
                predicate=predicate,
                object=entity,
                literal=object_ if isinstance(object_, Literal) else None,
                assertion=assertion,
                confidence=confidence,
                speaker=None if speaker is None else MINTER.entity(speaker),
                document=document,
                quote=quote,
                quote_sha256=hashlib.sha256(quote.encode()).hexdigest(),
                reading=quote,
                start=start,
                end=start + len(quote),
                start_s=start / 10,
                end_s=start / 10 + 2.5,
                time_precision=TimePrecision.INTERPOLATED,
                qualifiers=qualifiers,
                extractor="frames",
                approximate=approximate,
                status_cue=cue,
            )
        )


def _claims() -> tuple[EvidenceClaim, ...]:
    made = _Claims()

    def flops(number: int, said: str) -> Literal:
        return Literal(said, Decimal(number), "TeraFLOPS", "teraflops")

    made.add("Mira Host", "hosts", "Chips Weekly 1", "I'm Mira", speaker="Mira Host")
    made.add("Theo Guest", "guestOn", "Chips Weekly 1", "my guest is Theo", speaker="Mira Host")
    made.add("Chips Weekly 1", "partOf", "Chips Weekly", "this is Chips Weekly", speaker="Mira Host")
    made.add(
        "Chips Weekly 1", "discusses", "Machine learning", "today: machine learning", speaker="Mira Host"
    )
    made.add("Theo Guest", "worksFor", "Example Labs", "I work at the Labs")
    made.add("Theo Guest", "formerlyWorkedFor", "Big Chips", "I left Big Chips")
    made.add(
        "Theo Guest",
        "holdsRole",
        Literal("chief scientist"),
        "as chief scientist",
        qualifiers=(("org", MINTER.entity("Example Labs")),),
    )
    made.add("Theo Guest", "founded", "Example Labs", "when we started the Labs")
    made.add(
        "Example Labs",
        "foundedIn",
        Literal("December 2015", None, None, None, "gYearMonth", "2015-12"),
        "in 2015",
    )
    made.add(
        "Pascal", "hasPerformance", flops(20, "about 20 teraflops"), "about 20 teraflops", approximate=True
    )
    made.add("Volta", "hasPerformance", flops(90, "more like 90"), "more like 90", approximate=True)
    made.add("Volta", "surpasses", "Pascal", "Volta beats Pascal")
    made.add("Big Chips", "developed", "Volta", "Big Chips made Volta")
    made.add("Volta", "successorOf", "Pascal", "after Pascal", assertion=Assertion.HEDGED, cue="I think")
    made.add(
        "Theo Guest",
        "opinion",
        "Machine learning",
        "it is wonderful",
        qualifiers=(("stance", "praises"), ("summary", "it is wonderful work")),
    )
    made.add("Theo Guest", "predicts", Literal("chips get ten times faster"), "ten times faster")
    made.add(
        "Example Labs",
        "hasQuantity",
        Literal("sixty people", Decimal(60), None, "people"),
        "sixty people",
        qualifiers=(("date", "2017"),),
    )
    second = {"document": SECOND, "speaker": "Ana Visitor"}
    made.add("Ana Visitor", "guestOn", "Chips Weekly 2", "with Ana", document=SECOND, speaker="Mira Host")
    made.add("Mira Host", "hosts", "Chips Weekly 2", "I'm Mira again", document=SECOND, speaker="Mira Host")
    made.add(
        "Ana Visitor",
        "founded",
        "Example Labs",
        "I never",
        assertion=Assertion.NEGATED,
        cue="never",
        **second,
    )
    made.add(
        "Volta", "surpasses", "Pascal", "no, Volta does not", assertion=Assertion.NEGATED, cue="not", **second
    )
    made.add("Big Chips", "developed", "Volta", "Volta by Big Chips", **second)
    made.add(
        "Ana Visitor",
        "opinion",
        "Machine learning",
        "I doubt it",
        qualifiers=(("stance", "doubts"),),
        **second,
    )
    made.add(
        "Volta",
        "hasPerformance",
        flops(100, "100 teraflops"),
        "is it 100",
        assertion=Assertion.QUESTION,
        **second,
    )
    return tuple(sorted(made.items, key=lambda claim: claim.iri))


def talk_graph(*, quotes: bool = True) -> KnowledgeGraph:
    """The graph; consistent with its schema and shapes."""
    claims = _claims()
    grouped: dict[tuple[object, ...], list[EvidenceClaim]] = {}
    for claim in claims:
        grouped.setdefault((claim.subject, claim.predicate, claim.object, claim.literal), []).append(claim)
    statements = tuple(
        Statement(
            iri=MINTER.statement(*key),
            subject=members[0].subject,
            predicate=members[0].predicate,
            object=members[0].object,
            literal=members[0].literal,
            claims=tuple(claim.iri for claim in members),
            asserted=any(
                claim.assertion is Assertion.ASSERTED and claim.confidence >= 0.5 for claim in members
            ),
            confidence=max(claim.confidence for claim in members),
        )
        for key, members in grouped.items()
    )

    def document(iri: str, name: str, episode: str, guest: str) -> Document:
        return Document(
            iri=iri,
            name=name,
            source=f"examples/{name}.md",
            sha256=hashlib.sha256(name.encode()).hexdigest(),
            format="markdown",
            n_code_points=5000,
            n_words=900,
            n_turns=12,
            metadata=Metadata(
                title=f"{episode}: chips",
                series="Chips Weekly",
                date="2017-12-13",
                hosts=("Mira Host",),
                guests=(guest,),
                url="https://example.org/chips",
                duration_s=1800.5,
                spans={"title": Span(0, 10)},
            ),
            recording=MINTER.entity(episode),
            speakers=(MINTER.entity("Mira Host"), MINTER.entity(guest)),
        )

    graph = KnowledgeGraph(
        documents=(
            document(FIRST, "chips-1", "Chips Weekly 1", "Theo Guest"),
            document(SECOND, "chips-2", "Chips Weekly 2", "Ana Visitor"),
        ),
        entities=tuple(sorted(_ENTITIES, key=lambda entity: entity.iri)),
        statements=tuple(sorted(statements, key=lambda statement: statement.iri)),
        claims=claims,
        run=Run(MINTER.run("talk"), "0.1.0", "test-model", (("threshold", "0.5"),)),
    )
    return graph if quotes else replace(graph, quotes=False)
