"""Hypothesis strategies that make whole graphs, hostile texts included; for any test that takes a graph."""

from __future__ import annotations

import hashlib
import unicodedata
from decimal import Decimal

from hypothesis import strategies as st

from kg.graph import Document, KnowledgeGraph, Run
from kg.iri import Minter
from kg.model import Assertion, Entity, EvidenceClaim, Literal, Metadata, Span, Statement, TimePrecision
from kg.ontology import load_ontology

HOSTILE = (
    '"',
    "\\",
    "\\u0041",
    'a "quoted" name',
    "it's",
    "two\nlines",
    "cr\rlf\r\n",
    "tab\t",
    "<script>alert(1)</script>",
    "]]>",
    "<!--",
    "&amp;",
    "\u202egnp.exe",
    "\u200f\u2066x\u2069",
    "\u2028\u2029\x85",
    "\ufeffbom",
    "👩🏽‍🚀",
    "𝔘",
    "C:\\temp\\new",
    "../../etc/passwd",
    '"""',
    "'''",
    "@en",
    "^^<http://example.org/>",
    "{s} {o} {}",
    "%s",
    "$x ?y",
    "#",
    ";",
    " ",
    "",
    ".",
    "ſ",
    "Å",
    "\x01\x7f",
    "=1+1",
)

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(["OpenAI", "about 20 teraflops", "Ada Lovelace"]),
)
names = texts.map(lambda text: unicodedata.normalize("NFC", text))
seconds = st.one_of(st.none(), st.floats(0, 1e5, allow_nan=False).map(lambda value: round(value, 2)))
probabilities = st.floats(0, 1, allow_nan=False)
numbers = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
    st.integers(-(10**6), 10**6).map(Decimal),
    st.sampled_from([Decimal("90.0"), Decimal("1E+25"), Decimal("-1.5E+24"), Decimal("0.001"), Decimal(0)]),
)


@st.composite
def literals(draw: st.DrawFn, kind: str | None = None) -> Literal:
    """A quantity, a date or a text."""
    kind = draw(st.sampled_from(["quantity", "date", "text"])) if kind is None else kind
    if kind == "quantity":
        return Literal(
            value=draw(texts),
            number=draw(numbers),
            unit=draw(st.sampled_from([None, "TeraFLOPS", "SEC", "KiloGM"])),
            unit_label=draw(st.one_of(st.none(), texts)),
        )
    if kind == "date":
        datatype, iso = draw(
            st.sampled_from(
                [("gYear", "2017"), ("gYearMonth", "2015-12"), ("date", "2017-12-13"), ("date", "2016-02-29")]
            )
        )
        return Literal(value=draw(texts), datatype=datatype, iso=iso)
    return Literal(value=draw(texts))


@st.composite
def documents(draw: st.DrawFn, iri: str, people: list[str]) -> Document:
    """A transcript with metadata."""
    spans = draw(
        st.dictionaries(texts, st.tuples(st.integers(0, 99), st.integers(1, 9)), max_size=2),
    )
    return Document(
        iri=iri,
        name=draw(texts),
        source=draw(texts),
        sha256=hashlib.sha256(iri.encode()).hexdigest(),
        format=draw(st.sampled_from(["whisper", "webvtt"])),
        n_code_points=draw(st.integers(1, 10**6)),
        n_words=draw(st.integers(0, 10**5)),
        n_turns=draw(st.integers(1, 10**4)),
        metadata=Metadata(
            title=draw(st.one_of(st.none(), texts)),
            series=draw(st.one_of(st.none(), texts)),
            episode=draw(st.one_of(st.none(), st.just("74"))),
            date=draw(st.sampled_from([None, "2017", "2017-12", "2017-12-13"])),
            hosts=tuple(draw(st.lists(texts, max_size=2))),
            guests=tuple(draw(st.lists(texts, max_size=2))),
            channel=draw(st.one_of(st.none(), texts)),
            url=draw(st.one_of(st.none(), st.sampled_from(["https://example.org/a?b=c#d", "no url at all"]))),
            duration_s=draw(seconds),
            views=draw(st.one_of(st.none(), st.integers(0, 10**9))),
            language=draw(st.sampled_from([None, "en"])),
            spans={name: Span(start, start + length) for name, (start, length) in sorted(spans.items())},
        ),
        recording=None,
        speakers=tuple(draw(st.lists(st.sampled_from(people), unique=True, max_size=3))) if people else (),
        warnings=tuple(draw(st.lists(texts, max_size=2))),
    )


@st.composite
def graphs(draw: st.DrawFn, quotes: bool | None = None) -> KnowledgeGraph:
    """A consistent graph: signatures hold, statements rest on their claims, all is sorted."""
    ontology = load_ontology()
    minter = Minter(draw(st.sampled_from(["https://kg.example/id/", "https://data.example.org/talks#"])))
    quotes = draw(st.booleans()) if quotes is None else quotes
    document_iris = sorted(
        minter.document(name) for name in draw(st.sets(st.sampled_from(["a", "b", "c"]), min_size=1))
    )
    entities = {}
    for kind in draw(st.lists(st.sampled_from(ontology.entity_types), max_size=6)):
        iri = minter.thing(f"thing-{len(entities)}")
        subtypes = [None, *(term.name for term in ontology.subtypes if term.parent == kind.name)]
        entities[iri] = Entity(
            iri=iri,
            name=draw(names),
            type=kind.name,
            subtype=draw(st.sampled_from(subtypes)),
            aliases=tuple(sorted(draw(st.sets(names, max_size=2)))),
            hidden=tuple(sorted(draw(st.sets(names, max_size=2)))),
            same_as=draw(st.sampled_from([(), ("https://en.wikipedia.org/wiki/Volta_(microarchitecture)",)])),
            n_mentions=draw(st.integers(1, 99)),
            documents=tuple(sorted(draw(st.sets(st.sampled_from(document_iris), min_size=1)))),
        )
    people = [iri for iri, entity in entities.items() if entity.type == "Person"]
    threshold = draw(st.sampled_from([0.0, 0.5, 1.0]))
    passages: dict[tuple[str, int, int], tuple[object, ...]] = {}
    claims: dict[str, EvidenceClaim] = {}
    for _ in range(draw(st.integers(0, 6)) if entities else 0):
        subject = draw(st.sampled_from(sorted(entities)))
        fitting = [term for term in ontology.predicates if entities[subject].type in term.domain]
        predicate = draw(st.sampled_from(fitting))
        objects = sorted(iri for iri, entity in entities.items() if entity.type in predicate.range)
        object_, literal = None, None
        if objects and (predicate.literal_kind is None or draw(st.booleans())):
            object_ = draw(st.sampled_from(objects))
        elif predicate.literal_kind is not None:
            literal = draw(literals(predicate.literal_kind))
        else:
            continue
        document = draw(st.sampled_from(document_iris))
        start = draw(st.integers(0, 5))
        end = start + draw(st.integers(1, 3))
        if (document, start, end) not in passages:
            quote = draw(texts)
            start_s = draw(seconds)
            passages[document, start, end] = (
                quote,
                hashlib.sha256(quote.encode()).hexdigest(),
                draw(texts),
                start_s,
                None if start_s is None else draw(seconds),
                None if start_s is None else draw(st.sampled_from(TimePrecision)),
            )
        quote, sha256, reading, start_s, end_s, precision = passages[document, start, end]
        qualifiers = draw(
            st.sets(
                st.tuples(
                    st.sampled_from([term.name for term in ontology.qualifiers]),
                    st.one_of(texts, st.sampled_from(sorted(entities))),
                ),
                max_size=3,
            )
        )
        iri = minter.claim(subject, predicate.name, object_, literal, document, start, end)
        claims[iri] = EvidenceClaim(
            iri=iri,
            subject=subject,
            predicate=predicate.name,
            object=object_,
            literal=literal,
            assertion=draw(st.sampled_from(Assertion)),
            confidence=draw(probabilities),
            speaker=draw(st.sampled_from([None, *people])),
            document=document,
            quote=quote,
            quote_sha256=sha256,
            reading=reading,
            start=start,
            end=end,
            start_s=start_s,
            end_s=end_s,
            time_precision=precision,
            qualifiers=tuple(sorted(qualifiers)),
            extractor=draw(st.sampled_from(["frames", "metadata"])),
            approximate=draw(st.booleans()),
            status_cue=draw(st.one_of(st.none(), texts)),
        )
    grouped: dict[tuple[object, ...], list[EvidenceClaim]] = {}
    for claim in claims.values():
        grouped.setdefault((claim.subject, claim.predicate, claim.object, claim.literal), []).append(claim)
    statements = [
        Statement(
            iri=minter.statement(*key),
            subject=members[0].subject,
            predicate=members[0].predicate,
            object=members[0].object,
            literal=members[0].literal,
            claims=tuple(sorted(claim.iri for claim in members)),
            asserted=any(
                claim.assertion is Assertion.ASSERTED and claim.confidence >= threshold for claim in members
            ),
            confidence=max(claim.confidence for claim in members),
        )
        for key, members in grouped.items()
    ]
    graph = KnowledgeGraph(
        documents=tuple(draw(documents(iri, people)) for iri in document_iris),
        entities=tuple(entities[iri] for iri in sorted(entities)),
        statements=tuple(sorted(statements, key=lambda statement: statement.iri)),
        claims=tuple(claims[iri] for iri in sorted(claims)),
        run=Run(
            iri=minter.run("test"),
            version="0.1.0",
            model=draw(texts),
            settings=tuple(sorted(draw(st.sets(st.tuples(texts, texts), max_size=2)))),
        ),
        base=minter.base,
        threshold=threshold,
    )
    if quotes:
        return graph
    from kg.rdf.redact import without_quotes

    return without_quotes(graph)
