"""The graph in memory, made again from its quads: the way back of `kg.rdf.dataset`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox

from kg.errors import DataError
from kg.graph import Document, KnowledgeGraph, Run
from kg.model import Assertion, Entity, EvidenceClaim, Literal, Metadata, Span, Statement, TimePrecision
from kg.ontology import load_ontology
from kg.rdf.terms import DCT, KG, OA, PROV, QUDT, RDF, RDFS, SCHEMA, SKOS, XSD, parse_decimal

__all__ = ["NotAGraphError", "from_quads", "read_build"]


class NotAGraphError(DataError):
    """RDF that kg did not write, or only a part of what it wrote."""

    code = "KG412"


def read_build(folder: Path) -> KnowledgeGraph:
    """The graph of a folder that ``kg build`` wrote.

    Raises:
        NotAGraphError: If the folder has no ``graph.nq``, or that is no N-Quads or no graph of kg's.
    """
    path = Path(folder) / "graph.nq"
    try:
        return from_quads(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS))
    except FileNotFoundError:
        raise NotAGraphError(
            f"{path.name} is missing", where=str(folder), hint="a folder that `kg build` wrote"
        ) from None
    except (SyntaxError, OSError) as error:
        raise NotAGraphError(str(error), where=str(path), hint="building the graph again") from None


def from_quads(quads: Iterable[ox.Quad]) -> KnowledgeGraph:
    """The graph that these quads were written from, whatever their order.

    Text comes back in Unicode's composed form where it is a label. Triples that kg does not write are
    passed over.

    Raises:
        NotAGraphError: If something that belongs to every graph is missing: the run, an entity's type,
            a claim's passage and so on.
    """
    return _Reader(quads).read()


class _Reader:
    """Quads by subject and predicate."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.ontology = load_ontology()
        self.objects: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self.by_class: dict[str, set[str]] = defaultdict(set)
        rdf_type = RDF("type").value
        for quad in quads:
            if not isinstance(quad.subject, ox.NamedNode) or isinstance(
                quad.object, ox.BlankNode | ox.Triple
            ):
                continue
            values = self.objects[quad.subject.value][quad.predicate.value]
            # The same triple may stand in several graphs.
            if quad.object not in values:
                values.append(quad.object)
            if quad.predicate.value == rdf_type:
                self.by_class[quad.object.value].add(quad.subject.value)
        self.predicate_by_iri = {term.iri: term.name for term in self.ontology.predicates}
        self.qualifiers = tuple((term.name, term.iri) for term in self.ontology.qualifiers)

    def read(self) -> KnowledgeGraph:
        runs = sorted(self.by_class[KG("Run").value])
        if len(runs) != 1:
            raise NotAGraphError(
                f"{len(runs)} runs where one belongs",
                where="kg:Run",
                hint="the quads of one build, all of them",
            )
        run = runs[0]
        return KnowledgeGraph(
            documents=tuple(self._document(iri) for iri in sorted(self.by_class[KG("Transcript").value])),
            entities=self._entities(),
            statements=tuple(self._statement(iri) for iri in sorted(self.by_class[KG("Statement").value])),
            claims=tuple(self._claim(iri) for iri in sorted(self.by_class[KG("Claim").value])),
            run=self._run(run),
            base=self._text(run, KG("baseIri")),
            threshold=float(self._number(run, KG("threshold"))),
            quotes=self._text(run, KG("includesQuotes")) in ("true", "1"),
        )

    # --- Values -----------------------------------------------------------------------------------------

    def _all(self, iri: str, predicate: ox.NamedNode) -> list[ox.NamedNode | ox.Literal]:
        return self.objects[iri][predicate.value] if iri in self.objects else []

    def _maybe(self, iri: str, predicate: ox.NamedNode) -> ox.NamedNode | ox.Literal | None:
        values = self._all(iri, predicate)
        if len(values) > 1:
            raise NotAGraphError(
                f"{len(values)} values of <{predicate.value}> where one belongs",
                where=f"<{iri}>",
                hint="the quads of one build",
            )
        return values[0] if values else None

    def _one(self, iri: str, predicate: ox.NamedNode) -> ox.NamedNode | ox.Literal:
        value = self._maybe(iri, predicate)
        if value is None:
            raise NotAGraphError(
                f"<{predicate.value}> is missing", where=f"<{iri}>", hint="the quads of a build, all of them"
            )
        return value

    def _text(self, iri: str, predicate: ox.NamedNode) -> str:
        return self._one(iri, predicate).value

    def _maybe_text(self, iri: str, predicate: ox.NamedNode) -> str | None:
        value = self._maybe(iri, predicate)
        return None if value is None else value.value

    def _number(self, iri: str, predicate: ox.NamedNode) -> Decimal:
        value = self._maybe_number(iri, predicate)
        if value is None:
            raise NotAGraphError(f"<{predicate.value}> is missing", where=f"<{iri}>", hint="a number")
        return value

    def _maybe_number(self, iri: str, predicate: ox.NamedNode) -> Decimal | None:
        value = self._maybe(iri, predicate)
        if value is None:
            return None
        try:
            assert isinstance(value, ox.Literal)
            return parse_decimal(value)
        except (ArithmeticError, AssertionError):
            raise NotAGraphError(
                f"{value} is no number", where=f"<{iri}> <{predicate.value}>", hint="a number"
            ) from None

    def _maybe_float(self, iri: str, predicate: ox.NamedNode) -> float | None:
        value = self._maybe_number(iri, predicate)
        return None if value is None else float(value)

    def _sorted(self, iri: str, predicate: ox.NamedNode) -> tuple[str, ...]:
        return tuple(sorted(value.value for value in self._all(iri, predicate)))

    def _sequence(self, iri: str, predicate: ox.NamedNode) -> tuple[str, ...]:
        sequence = self._maybe_text(iri, predicate)
        if sequence is None:
            return ()
        items: list[str] = []
        while (item := self._maybe(sequence, RDF(f"_{len(items) + 1}"))) is not None:
            items.append(item.value)
        return tuple(items)

    # --- Things -----------------------------------------------------------------------------------------

    def _run(self, iri: str) -> Run:
        settings = (
            (self._text(node.value, SCHEMA("name")), self._text(node.value, SCHEMA("value")))
            for node in self._all(iri, KG("setting"))
        )
        return Run(
            iri=iri,
            version=self._text(iri, SCHEMA("softwareVersion")),
            model=self._text(iri, KG("languageModel")),
            settings=tuple(sorted(settings)),
        )

    def _document(self, iri: str) -> Document:
        views = self._maybe_number(iri, KG("views"))
        spans = {
            self._text(node.value, KG("fieldName")): self._span(node.value)
            for node in self._all(iri, KG("metadataField"))
        }
        return Document(
            iri=iri,
            name=self._text(iri, KG("shortName")),
            source=self._text(iri, DCT("source")),
            sha256=self._text(iri, KG("sha256")),
            format=self._text(iri, KG("readerFormat")),
            n_code_points=int(self._number(iri, KG("codePointCount"))),
            n_words=int(self._number(iri, KG("wordCount"))),
            n_turns=int(self._number(iri, KG("turnCount"))),
            metadata=Metadata(
                title=self._maybe_text(iri, DCT("title")),
                series=self._maybe_text(iri, KG("seriesName")),
                episode=self._maybe_text(iri, SCHEMA("episodeNumber")),
                date=self._maybe_text(iri, SCHEMA("datePublished")),
                hosts=self._sequence(iri, KG("hostNames")),
                guests=self._sequence(iri, KG("guestNames")),
                channel=self._maybe_text(iri, KG("channel")),
                url=self._maybe_text(iri, SCHEMA("url")),
                duration_s=self._maybe_float(iri, KG("durationSeconds")),
                views=None if views is None else int(views),
                language=self._maybe_text(iri, DCT("language")),
                spans=dict(sorted(spans.items())),
            ),
            recording=self._maybe_text(iri, KG("recording")),
            speakers=self._sequence(iri, KG("speakerOrder")),
            warnings=self._sequence(iri, KG("warnings")),
        )

    def _span(self, iri: str) -> Span:
        start, end = int(self._number(iri, OA("start"))), int(self._number(iri, OA("end")))
        try:
            return Span(start, end)
        except ValueError as error:
            raise NotAGraphError(str(error), where=f"<{iri}>", hint="0 <= oa:start < oa:end") from None

    def _entities(self) -> tuple[Entity, ...]:
        type_by_iri: dict[str, str] = {}
        for kind in self.ontology.entity_types:
            for iri in self.by_class.get(kind.iri, ()):
                if iri in type_by_iri:
                    raise NotAGraphError(
                        f"both {type_by_iri[iri]} and {kind.name}",
                        where=f"<{iri}>",
                        hint="one type an entity",
                    )
                type_by_iri[iri] = kind.name
        subtype_by_iri = {
            iri: kind.name for kind in self.ontology.subtypes for iri in self.by_class.get(kind.iri, ())
        }
        return tuple(
            Entity(
                iri=iri,
                name=self._text(iri, RDFS("label")),
                type=type_by_iri[iri],
                subtype=subtype_by_iri.get(iri),
                aliases=self._sorted(iri, SKOS("altLabel")),
                hidden=self._sorted(iri, SKOS("hiddenLabel")),
                same_as=self._sorted(iri, SCHEMA("sameAs")),
                n_mentions=int(self._number(iri, KG("mentionCount"))),
                documents=self._sorted(iri, KG("mentionedIn")),
            )
            for iri in sorted(type_by_iri)
        )

    def _statement(self, iri: str) -> Statement:
        object_, literal = self._object(iri)
        return Statement(
            iri=iri,
            subject=self._text(iri, KG("subject")),
            predicate=self._predicate(iri),
            object=object_,
            literal=literal,
            claims=self._sorted(iri, KG("restsOn")),
            asserted=self._text(iri, KG("isAsserted")) in ("true", "1"),
            confidence=float(self._number(iri, KG("confidence"))),
        )

    def _claim(self, iri: str) -> EvidenceClaim:
        passage = self._text(iri, PROV("wasQuotedFrom"))
        span, quote = self._selectors(passage)
        object_, literal = self._object(iri)
        precision = self._maybe_text(passage, KG("timePrecision"))
        return EvidenceClaim(
            iri=iri,
            subject=self._text(iri, KG("subject")),
            predicate=self._predicate(iri),
            object=object_,
            literal=literal,
            assertion=self._assertion(iri),
            confidence=float(self._number(iri, KG("confidence"))),
            speaker=self._maybe_text(iri, KG("saidBy")),
            document=self._text(passage, OA("hasSource")),
            quote=quote,
            quote_sha256=self._text(passage, KG("quoteSha256")),
            reading=self._maybe_text(passage, KG("reading")),
            start=span.start,
            end=span.end,
            start_s=self._maybe_float(passage, SCHEMA("startTime")),
            end_s=self._maybe_float(passage, SCHEMA("endTime")),
            time_precision=None if precision is None else TimePrecision(_local(precision)),
            qualifiers=tuple(
                sorted(
                    (name, value.value) for name, term in self.qualifiers for value in self.objects[iri][term]
                )
            ),
            extractor=self._text(iri, KG("extractor")),
            approximate=self._maybe_text(iri, KG("approximate")) in ("true", "1"),
            status_cue=self._maybe_text(iri, KG("statusCue")),
        )

    def _assertion(self, iri: str) -> Assertion:
        status = self._text(iri, KG("assertion"))
        try:
            return Assertion(_local(status))
        except ValueError:
            raise NotAGraphError(
                f"<{status}> is no assertion status",
                where=f"<{iri}>",
                hint="kg:Asserted, kg:Hedged and so on",
            ) from None

    def _predicate(self, iri: str) -> str:
        predicate = self._text(iri, KG("predicate"))
        if predicate not in self.predicate_by_iri:
            raise NotAGraphError(
                f"<{predicate}> is no predicate of the schema",
                where=f"<{iri}>",
                hint="the schema of the build",
            )
        return self.predicate_by_iri[predicate]

    def _selectors(self, passage: str) -> tuple[Span, str | None]:
        span: Span | None = None
        quote: str | None = None
        for node in self._all(passage, OA("hasSelector")):
            if self._all(node.value, OA("start")):
                span = self._span(node.value)
            quote = self._maybe_text(node.value, OA("exact")) if quote is None else quote
        if span is None:
            raise NotAGraphError("no position", where=f"<{passage}>", hint="an oa:TextPositionSelector")
        return span, quote

    def _object(self, iri: str) -> tuple[str | None, Literal | None]:
        target, value = self._maybe(iri, KG("object")), self._maybe(iri, KG("value"))
        said, unit_label = self._maybe_text(iri, KG("asSaid")), self._maybe_text(iri, KG("unitLabel"))
        if target is not None and said is None:
            return target.value, None
        datatype = iso = None
        if isinstance(value, ox.Literal) and value.datatype != XSD("string"):
            datatype, iso = value.datatype.value.removeprefix(XSD.iri), value.value
        number, unit = None, self._maybe_text(iri, QUDT("unit"))
        if target is not None:
            number = self._number(target.value, QUDT("numericValue"))
            unit = self._maybe_text(target.value, QUDT("unit"))
        if said is None:
            if value is None:
                raise NotAGraphError("neither kg:object nor kg:value", where=f"<{iri}>", hint="one of them")
            said = value.value
        return None, Literal(
            value=said,
            number=number,
            unit=None if unit is None else unit.rsplit("/", 1)[-1],
            unit_label=unit_label,
            datatype=datatype,
            iso=iso,
        )


def _local(iri: str) -> str:
    return iri.removeprefix(KG.iri).lower()
