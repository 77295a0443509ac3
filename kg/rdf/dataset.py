"""The graph as RDF quads: one named graph a transcript, and one for what concerns entities over all of them.

Comes in: a `KnowledgeGraph`. Goes out: sorted, unique quads, from which `kg.rdf.rebuild` makes the same
graph again. docs/rdf.md explains the model; docs/decisions/ why it is so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import pyoxigraph as ox

from kg.graph import Document, KnowledgeGraph
from kg.iri import Minter, digest, slug
from kg.model import Assertion, Entity, EvidenceClaim, Literal, Statement
from kg.ontology import load_ontology
from kg.ontology.units import load_units
from kg.rdf.redact import without_quotes
from kg.rdf.terms import (
    DCT,
    KG,
    OA,
    PROV,
    QUDT,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    UNIT,
    boolean,
    decimal,
    integer,
    label,
    named_node,
    quantity_number,
    string,
    typed,
)

__all__ = ["MEDIA_FRAGMENTS", "entities_graph", "sort_quads", "to_quads"]

MEDIA_FRAGMENTS = "http://www.w3.org/TR/media-frags/"

Term: TypeAlias = ox.NamedNode | ox.Literal


def entities_graph(base: str) -> str:
    """IRI of the graph that holds entities, statements, documents and the run."""
    return base + "graph-entities"


def sort_quads(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads without repetition, in the order of their canonical N-Quads lines."""
    return sorted(set(quads), key=str)


def to_quads(graph: KnowledgeGraph) -> list[ox.Quad]:
    """The whole graph as quads, sorted and unique; without blank nodes.

    A graph whose `quotes` is false is written without the speakers' words (`without_quotes`).

    Raises:
        BadTextError: If a text holds half of a surrogate pair.
        BadIriError: If a link or unit is no IRI.
        UnknownTermError: If a type, predicate or qualifier is not in the schema.
    """
    writer = _Writer(graph if graph.quotes else without_quotes(graph))
    return sort_quads(writer.write())


class _Writer:
    """Collects the quads of one graph."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.graph = graph
        self.ontology = load_ontology()
        self.units = load_units()
        self.minter = Minter(graph.base)
        self.entities = named_node(entities_graph(graph.base))
        self.run = named_node(graph.run.iri)
        self.names = {entity.iri: entity.name for entity in graph.entities}
        self.quads: set[ox.Quad] = set()
        self.passages: set[str] = set()

    def write(self) -> set[ox.Quad]:
        self._write_run()
        for document in self.graph.documents:
            self._write_document(document)
        for entity in self.graph.entities:
            self._write_entity(entity)
        for statement in self.graph.statements:
            self._write_statement(statement)
        for claim in self.graph.claims:
            self._write_claim(claim)
        return self.quads

    def _add(
        self, subject: ox.NamedNode, predicate: ox.NamedNode, object_: Term, graph: ox.NamedNode
    ) -> None:
        self.quads.add(ox.Quad(subject, predicate, object_, graph))

    def _describe(
        self, subject: ox.NamedNode, graph: ox.NamedNode, *pairs: tuple[ox.NamedNode, Term | None]
    ) -> None:
        for predicate, object_ in pairs:
            if object_ is not None:
                self._add(subject, predicate, object_, graph)

    def _write_sequence(
        self, owner: ox.NamedNode, predicate: ox.NamedNode, name: str, items: Iterable[Term]
    ) -> None:
        """An rdf:Seq with a name: order without blank nodes."""
        sequence = named_node(f"{owner.value}-{name}")
        for index, item in enumerate(items, 1):
            if index == 1:
                self._add(owner, predicate, sequence, self.entities)
                self._add(sequence, RDF("type"), RDF("Seq"), self.entities)
            self._add(sequence, RDF(f"_{index}"), item, self.entities)

    # --- Run and documents ------------------------------------------------------------------------------

    def _write_run(self) -> None:
        graph, run = self.graph, self.graph.run
        self._describe(
            self.run,
            self.entities,
            (RDF("type"), KG("Run")),
            (RDF("type"), PROV("Activity")),
            (SCHEMA("softwareVersion"), string(run.version)),
            (KG("languageModel"), string(run.model)),
            (KG("baseIri"), string(graph.base)),
            (KG("threshold"), decimal(graph.threshold)),
            (KG("includesQuotes"), boolean(graph.quotes)),
        )
        for name, value in run.settings:
            node = named_node(f"{run.iri}-setting-{slug(name)}-{digest(name, value, length=6)}")
            self._describe(
                node,
                self.entities,
                (RDF("type"), SCHEMA("PropertyValue")),
                (SCHEMA("name"), string(name)),
                (SCHEMA("value"), string(value)),
            )
            self._add(self.run, KG("setting"), node, self.entities)
        for document in graph.documents:
            self._add(self.run, PROV("used"), named_node(document.iri), self.entities)

    def _write_document(self, document: Document) -> None:
        node, metadata = named_node(document.iri), document.metadata
        self._describe(
            node,
            self.entities,
            (RDF("type"), KG("Transcript")),
            (RDF("type"), PROV("Entity")),
            (
                RDFS("label"),
                label(metadata.title or self.names.get(document.recording or "") or document.name),
            ),
            (KG("shortName"), string(document.name)),
            (DCT("source"), string(document.source)),
            (KG("sha256"), string(document.sha256)),
            (KG("readerFormat"), string(document.format)),
            (KG("codePointCount"), integer(document.n_code_points)),
            (KG("wordCount"), integer(document.n_words)),
            (KG("turnCount"), integer(document.n_turns)),
            (KG("recording"), _node(document.recording)),
            (DCT("title"), _string(metadata.title)),
            (KG("seriesName"), _string(metadata.series)),
            (SCHEMA("episodeNumber"), _string(metadata.episode)),
            (SCHEMA("datePublished"), _date(metadata.date)),
            (KG("channel"), _string(metadata.channel)),
            (
                SCHEMA("url"),
                None if metadata.url is None else ox.Literal(string(metadata.url).value, datatype=_ANY_URI),
            ),
            (KG("durationSeconds"), None if metadata.duration_s is None else decimal(metadata.duration_s)),
            (KG("views"), None if metadata.views is None else integer(metadata.views)),
            (DCT("language"), _string(metadata.language)),
        )
        for iri in document.speakers:
            self._add(node, KG("speaker"), named_node(iri), self.entities)
        self._write_sequence(node, KG("speakerOrder"), "speakers", map(named_node, document.speakers))
        self._write_sequence(node, KG("hostNames"), "hosts", map(string, metadata.hosts))
        self._write_sequence(node, KG("guestNames"), "guests", map(string, metadata.guests))
        self._write_sequence(node, KG("warnings"), "warnings", map(string, document.warnings))
        for field, span in metadata.spans.items():
            place = named_node(f"{document.iri}-metadata-{slug(field)}-{digest(field, length=6)}")
            self._add(node, KG("metadataField"), place, self.entities)
            self._describe(
                place,
                self.entities,
                (RDF("type"), OA("TextPositionSelector")),
                (KG("fieldName"), string(field)),
                (OA("start"), integer(span.start)),
                (OA("end"), integer(span.end)),
            )

    # --- Entities and statements ------------------------------------------------------------------------

    def _write_entity(self, entity: Entity) -> None:
        node = named_node(entity.iri)
        kind = self.ontology.entity_type(entity.type)
        self._describe(
            node,
            self.entities,
            (RDF("type"), named_node(kind.iri)),
            (RDFS("label"), label(entity.name)),
            (KG("mentionCount"), integer(entity.n_mentions)),
        )
        if entity.subtype is not None:
            self._add(node, RDF("type"), named_node(self.ontology.subtype(entity.subtype).iri), self.entities)
        for name in entity.aliases:
            self._add(node, SKOS("altLabel"), label(name), self.entities)
        for name in entity.hidden:
            self._add(node, SKOS("hiddenLabel"), label(name), self.entities)
        for iri in entity.same_as:
            self._add(node, SCHEMA("sameAs"), named_node(iri), self.entities)
        for iri in entity.documents:
            self._add(node, KG("mentionedIn"), named_node(iri), self.entities)

    def _write_statement(self, statement: Statement) -> None:
        node, predicate = named_node(statement.iri), self.ontology.predicate(statement.predicate)
        object_name = self._name(statement.object) if statement.literal is None else statement.literal.value
        self._describe(
            node,
            self.entities,
            (RDF("type"), KG("Statement")),
            (RDFS("label"), label(predicate.say(self._name(statement.subject), object_name))),
            (KG("subject"), named_node(statement.subject)),
            (KG("predicate"), named_node(predicate.iri)),
            (KG("isAsserted"), boolean(statement.asserted)),
            (KG("confidence"), decimal(statement.confidence)),
        )
        self._write_object(node, statement.object, statement.literal, self.entities)
        for iri in statement.claims:
            self._add(node, KG("restsOn"), named_node(iri), self.entities)

    def _name(self, iri: str | None) -> str:
        return "" if iri is None else self.names.get(iri, iri)

    # --- Claims -----------------------------------------------------------------------------------------

    def _write_claim(self, claim: EvidenceClaim) -> None:
        node, graph = named_node(claim.iri), named_node(claim.document)
        predicate = named_node(self.ontology.predicate(claim.predicate).iri)
        passage = self._write_passage(claim, graph)
        self._describe(
            node,
            graph,
            (RDF("type"), KG("Claim")),
            (RDF("type"), PROV("Entity")),
            (KG("subject"), named_node(claim.subject)),
            (KG("predicate"), predicate),
            (KG("assertion"), KG(claim.assertion.value.capitalize())),
            (KG("approximate"), boolean(True) if claim.approximate else None),
            (KG("confidence"), decimal(claim.confidence)),
            (KG("saidBy"), _node(claim.speaker)),
            (KG("statusCue"), _string(claim.status_cue)),
            (KG("extractor"), string(claim.extractor)),
            (PROV("wasQuotedFrom"), passage),
            (PROV("wasGeneratedBy"), self.run),
        )
        for name, value in claim.qualifiers:
            known = value in self.names
            self._add(
                node,
                named_node(self.ontology.qualifier(name).iri),
                named_node(value) if known else string(value),
                graph,
            )
        object_ = self._write_object(node, claim.object, claim.literal, graph)
        if claim.assertion is Assertion.ASSERTED and claim.confidence >= self.graph.threshold:
            self._add(named_node(claim.subject), predicate, object_, graph)

    def _write_passage(self, claim: EvidenceClaim, graph: ox.NamedNode) -> ox.NamedNode:
        iri = self.minter.passage(claim.document, claim.start, claim.end)
        node = named_node(iri)
        if iri in self.passages:
            return node
        self.passages.add(iri)
        start = None if claim.start_s is None else decimal(claim.start_s)
        end = None if claim.end_s is None else decimal(claim.end_s)
        precision = None if claim.time_precision is None else KG(claim.time_precision.value.capitalize())
        self._describe(
            node,
            graph,
            (RDF("type"), OA("SpecificResource")),
            (OA("hasSource"), graph),
            (KG("quoteSha256"), string(claim.quote_sha256)),
            (KG("reading"), _string(claim.reading)),
            (SCHEMA("startTime"), start),
            (SCHEMA("endTime"), end),
            (KG("timePrecision"), precision),
        )
        position = named_node(iri + "-position")
        self._add(node, OA("hasSelector"), position, graph)
        self._describe(
            position,
            graph,
            (RDF("type"), OA("TextPositionSelector")),
            (OA("start"), integer(claim.start)),
            (OA("end"), integer(claim.end)),
        )
        if claim.quote is not None:
            quote = named_node(iri + "-quote")
            self._add(node, OA("hasSelector"), quote, graph)
            self._describe(
                quote, graph, (RDF("type"), OA("TextQuoteSelector")), (OA("exact"), string(claim.quote))
            )
        if start is not None:
            time = named_node(iri + "-time")
            self._add(node, OA("hasSelector"), time, graph)
            self._describe(
                time,
                graph,
                (RDF("type"), OA("FragmentSelector")),
                (DCT("conformsTo"), named_node(MEDIA_FRAGMENTS)),
                (RDF("value"), string(f"t={start.value}" + ("" if end is None else f",{end.value}"))),
            )
        return node

    # --- Objects and values -----------------------------------------------------------------------------

    def _write_object(
        self, node: ox.NamedNode, object_: str | None, literal: Literal | None, graph: ox.NamedNode
    ) -> Term:
        """Writes what a claim or statement says of its subject; comes back as the plain triple's object."""
        if object_ is not None:
            target = named_node(object_)
            self._add(node, KG("object"), target, graph)
            return target
        assert literal is not None
        if (literal.datatype is None) != (literal.iso is None):
            raise ValueError(f"a date needs both datatype and lexical form, got {literal}")
        if literal.unit_label is not None:
            self._add(node, KG("unitLabel"), string(literal.unit_label), graph)
        value = string(literal.value)
        if literal.datatype is not None and literal.iso is not None:
            value = typed(literal.iso, literal.datatype)
            self._add(node, KG("value"), value, graph)
        if literal.number is not None:
            self._add(node, KG("asSaid"), string(literal.value), graph)
            quantity = self._write_quantity(literal)
            self._add(node, KG("object"), quantity, graph)
            return quantity
        if literal.unit is not None:
            self._add(node, QUDT("unit"), self._unit(literal.unit), graph)
        if literal.iso is not None:
            self._add(node, KG("asSaid"), string(literal.value), graph)
        else:
            self._add(node, KG("value"), value, graph)
        return value

    def _write_quantity(self, literal: Literal) -> ox.NamedNode:
        """The node of a number with its unit; one node for equal values, whatever the words.

        It is shared by transcripts, so it stands in the entities' graph: a triple that stood in several
        graphs would be found several times by queries over all of them.
        """
        assert literal.number is not None
        number = quantity_number(literal.number)
        if literal.unit is not None:
            known = self.units.local(literal.unit)
            name = literal.unit if known is None else known.name
            key = literal.unit
        else:
            name = literal.unit_label or ""
            # Counted things are apart from units of the same name ("90 teraflops" without a known unit).
            key = f"count {name}" if name == slug(name) else f"count {name} {digest(name, length=6)}"
        # The minter drops signs; "minus" keeps -5 and 5 apart.
        node = named_node(self.minter.quantity(number.value.replace("-", "minus "), key))
        self._describe(
            node,
            self.entities,
            (RDF("type"), QUDT("QuantityValue")),
            (RDFS("label"), label(f"{number.value} {name}".rstrip())),
            (QUDT("numericValue"), number),
            (QUDT("unit"), None if literal.unit is None else self._unit(literal.unit)),
        )
        return node

    def _unit(self, local: str) -> ox.NamedNode:
        known = self.units.local(local)
        return UNIT(local) if known is None else named_node(known.iri)


_ANY_URI = ox.NamedNode("http://www.w3.org/2001/XMLSchema#anyURI")
# By length of the ISO form: a year, a month, a day.
_DATE_TYPE_BY_LENGTH = {4: "gYear", 7: "gYearMonth", 10: "date"}


def _node(iri: str | None) -> ox.NamedNode | None:
    return None if iri is None else named_node(iri)


def _string(text: str | None) -> ox.Literal | None:
    return None if text is None else string(text)


def _date(iso: str | None) -> ox.Literal | None:
    if iso is None:
        return None
    datatype = _DATE_TYPE_BY_LENGTH.get(len(iso))
    return string(iso) if datatype is None else typed(string(iso).value, datatype)
