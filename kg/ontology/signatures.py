"""SHACL shapes for the signatures of the predicates, generated from the ontology.

For every predicate: the subjects of the claims and statements that use it, and of its plain triples, are of
the types that the signature names; the objects likewise; literals have the right datatype. The predicate
itself is the target and the claims are reached by a path, which is plain SHACL Core and quick: one target
for all claims of a predicate.
"""

from __future__ import annotations

from kg.ontology.ontology import Ontology, Predicate

__all__ = ["signatures_turtle"]

_HEADER = """\
# Generated from ontology.ttl by `kg schema`; do not edit. Version {version}.

@prefix kgs: <https://kg.example/shapes#> .
@prefix kg: <{namespace}> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix qudt: <http://qudt.org/schema/qudt/> .

kgs:KnownPredicate a sh:NodeShape ;
    sh:targetClass kg:Claim, kg:Statement ;
    sh:property kgs:known-predicate .
kgs:known-predicate a sh:PropertyShape ; sh:path kg:predicate ; sh:minCount 1 ; sh:maxCount 1 ;
    sh:in ( {predicates} ) ;
    sh:message "A claim or statement has exactly one predicate of the schema."@en .
"""

# Not `sh:maxCount 0`: that would say that there is one too many, but not which.
_NONE = "sh:in ()"
_USES = "[ sh:inversePath kg:predicate ]"
# A date may be given in words that name none ("this year"); the words are then the value.
_DATATYPES = {"date": ("date", "gYearMonth", "gYear", "string"), "text": ("string",), "quantity": ("string",)}


def signatures_turtle(ontology: Ontology) -> str:
    """The text of ``schema/signatures.ttl``."""
    header = _HEADER.format(
        version=ontology.version,
        namespace=ontology.namespace,
        predicates=" ".join(f"kg:{term.name}" for term in ontology.predicates),
    )
    return header + "".join(_shapes(term, ontology) for term in ontology.predicates)


def _shapes(term: Predicate, ontology: Ontology) -> str:
    subjects = _classes(term.domain)
    objects = _classes(term.range)
    if term.literal_kind == "quantity":
        objects.append("[ sh:class qudt:QuantityValue ]")
    named = " or ".join(ontology.entity_type(name).label for name in term.domain)
    things = [ontology.entity_type(name).label for name in term.range]
    if term.literal_kind is not None:
        things.append(f"a {term.literal_kind}")
    parts = [
        _path_shape(term, "subject", "kg:subject", _or(subjects), f"The subject of {term.name} is {named}."),
    ]
    fits = f"The object of {term.name} is {' or '.join(things)}."
    parts.append(_path_shape(term, "object", "kg:object", _or(objects) if objects else _NONE, fits))
    # Numbers that could not be read stay as words; worth a look, but no fault.
    severity = " sh:severity sh:Warning ;" if term.literal_kind == "quantity" else ""
    values = _NONE
    if term.literal_kind in ("date", "text"):
        values = _or([f"[ sh:datatype xsd:{name} ]" for name in _DATATYPES[term.literal_kind]])
    parts.append(
        _path_shape(
            term, "value", "kg:value", values + (f" ;{severity}".rstrip(" ;") if severity else ""), fits
        )
    )
    literals = [] if term.literal_kind in (None, "quantity") else _datatypes(term.literal_kind)
    node_shapes = (
        f"\nkgs:{term.name} a sh:NodeShape ; sh:targetNode kg:{term.name} ;\n"
        f"    sh:property kgs:{term.name}-subject, kgs:{term.name}-object, kgs:{term.name}-value .\n"
    )
    triples = (
        f"kgs:{term.name}-triple-subject a sh:NodeShape ; sh:targetSubjectsOf kg:{term.name} ; {_or(subjects)} ;\n"
        f'    sh:message "The subject of {term.name} is {named}."@en .\n'
        f"kgs:{term.name}-triple-object a sh:NodeShape ; sh:targetObjectsOf kg:{term.name} ; "
        f"{_or([*objects, *literals])} ;\n"
        f'    sh:message "{fits}"@en .\n'
    )
    return node_shapes + "".join(parts) + triples


def _path_shape(term: Predicate, role: str, last: str, constraint: str, message: str) -> str:
    return (
        f"kgs:{term.name}-{role} a sh:PropertyShape ; sh:path ( {_USES} {last} ) ; {constraint} ;\n"
        f'    sh:message "{message}"@en .\n'
    )


def _classes(names: tuple[str, ...]) -> list[str]:
    return [f"[ sh:class kg:{name} ]" for name in names]


def _datatypes(kind: str) -> list[str]:
    return [f"[ sh:datatype xsd:{name} ]" for name in _DATATYPES[kind]]


def _or(choices: list[str]) -> str:
    if len(choices) == 1:
        return choices[0].removeprefix("[ ").removesuffix(" ]")
    return f"sh:or ( {' '.join(choices)} )"
