"""Scores a build against hand-annotated truth: entities found, types right, facts found.

The measure: an entity is found when one of its names equals an annotated surface form (case, articles,
accents and a plural s aside); a fact strictly, when subject, predicate and object all match (a literal
by its numbers, or by most of its words); relaxed, when its two entities are linked in any way.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from kg.config import Settings
from kg.errors import DataError, RequestError
from kg.graph import KnowledgeGraph
from kg.ontology import load_ontology
from kg.pipeline import build

__all__ = ["GoldError", "Measure", "Score", "evaluate", "evaluate_folder", "gold_names"]

_ARTICLE = re.compile(r"\b(?:the|a|an)\b")
_NUMBER = re.compile(r"\d[\d,]*\.?\d*")
_LITERAL_OVERLAP = 0.6


class GoldError(DataError):
    """An annotation file is missing or malformed."""

    code = "KG170"


@dataclass(frozen=True, slots=True)
class Measure:
    """Precision, recall and their harmonic mean, each in [0, 1]."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean; 0 where nothing is right."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """How a build compares with one annotated document."""

    name: str
    entities: Measure
    types_right: float
    duplicates: int
    facts: Measure
    facts_relaxed: Measure
    recall_by_difficulty: tuple[tuple[str, float], ...]

    def as_dict(self) -> dict[str, object]:
        """Plain values, rounded to three places, for JSON."""

        def plain(measure: Measure) -> dict[str, float]:
            return {
                "p": round(measure.precision, 3),
                "r": round(measure.recall, 3),
                "f": round(measure.f1, 3),
            }

        return {
            "name": self.name,
            "entities": plain(self.entities),
            "types_right": round(self.types_right, 3),
            "duplicates": self.duplicates,
            "facts": plain(self.facts),
            "facts_relaxed": plain(self.facts_relaxed),
            "recall_by_difficulty": {name: round(share, 3) for name, share in self.recall_by_difficulty},
        }


def gold_names(folder: Path) -> list[str]:
    """Names of the annotated documents in a folder (``NAME.entities.jsonl``), sorted."""
    names = sorted(
        path.name.removesuffix(".entities.jsonl") for path in Path(folder).glob("*.entities.jsonl")
    )
    if not names:
        raise RequestError(
            "there are no annotations", where=str(folder), hint="a folder with NAME.entities.jsonl files"
        )
    return names


def evaluate_folder(inputs: Path, gold: Path, *, model: str | None = None) -> list[Score]:
    """Scores of all annotated documents, each built alone, by name.

    The transcript of ``NAME.entities.jsonl`` is the file in `inputs` whose stem is NAME or starts with
    NAME and an underscore.

    Raises:
        RequestError: If there are no annotations, or no transcript belongs to one.
    """
    scores = []
    for name in gold_names(gold):
        fits = sorted(
            path
            for path in Path(inputs).iterdir()
            if (path.stem == name or path.stem.startswith(f"{name}_")) and path.suffix != ".jsonl"
        )
        if not fits:
            raise RequestError(
                f"no transcript is called {name}", where=str(inputs), hint=f"{name}.txt or {name}_….txt"
            )
        result = build([fits[0]], Settings(model=model))
        scores.append(evaluate(result.graph, gold, name))
    return scores


def evaluate(graph: KnowledgeGraph, folder: Path, name: str) -> Score:
    """The score of `graph`, which must be built from the document `name` alone.

    Raises:
        GoldError: If an annotation file is missing or malformed.
    """
    gold_entities = _read(Path(folder) / f"{name}.entities.jsonl")
    gold_facts = [f for f in _read(Path(folder) / f"{name}.facts.jsonl") if not _left_out(str(f["p"]))]
    surfaces: dict[str, set[str]] = defaultdict(set)
    for gold in gold_entities:
        for surface in [gold.get("name"), *_strings(gold.get("aliases")), *_strings(gold.get("mentions"))]:
            folded = _fold(surface)
            if len(folded) > 1:
                surfaces[folded].add(str(gold["id"]))
                surfaces[_singular(folded)].add(str(gold["id"]))
    link: dict[str, str] = {}
    for entity in graph.entities:
        candidates = [
            (place, gold_id)
            for place, surface in enumerate((entity.name, *entity.aliases))
            for gold_id in surfaces.get(_fold(surface), set())
            | surfaces.get(_singular(_fold(surface)), set())
        ]
        if candidates:
            link[entity.iri] = min(candidates)[1]
    found: dict[str, str] = {}
    for iri, gold_id in link.items():
        found.setdefault(gold_id, iri)
    salient = {str(g["id"]) for g in gold_entities if g.get("salient", True)}
    type_of = {str(g["id"]): g.get("type") for g in gold_entities}
    hits = [gold_id for gold_id in found if gold_id in salient]
    n_beside = sum(gold_id not in salient for gold_id in link.values())
    right = sum(type_of[g] == graph.entity_by_iri[found[g]].type for g in hits)
    predicted = len(graph.entities) - n_beside
    strict, relaxed, by_difficulty = _facts(graph, link, gold_facts)
    return Score(
        name=name,
        entities=Measure(_share(len(hits), predicted), _share(len(hits), len(salient))),
        types_right=_share(right, len(hits)),
        duplicates=len(link) - len(found),
        facts=strict,
        facts_relaxed=relaxed,
        recall_by_difficulty=by_difficulty,
    )


def _left_out(predicate: str) -> bool:
    # Topics are a matter of taste; two annotators seldom list the same.
    return predicate == load_ontology().predicate("discusses").name


def _facts(
    graph: KnowledgeGraph, link: dict[str, str], gold: list[dict[str, object]]
) -> tuple[Measure, Measure, tuple[tuple[str, float], ...]]:
    strict_found: set[int] = set()
    relaxed_found: set[int] = set()
    strict_right = relaxed_right = n_predicted = 0
    seen: set[tuple[str, str, str]] = set()
    for claim in graph.claims:
        if _left_out(claim.predicate):
            continue
        value = claim.literal.value if claim.literal else None
        key = (claim.subject, claim.predicate, claim.object or _fold(value))
        if key in seen:
            continue
        seen.add(key)
        n_predicted += 1
        subject = link.get(claim.subject)
        target = link.get(claim.object) if claim.object else None
        is_right = is_near = False
        for place, fact in enumerate(gold):
            if fact.get("literal"):
                same = value is not None and subject == fact["s"] and _same_literal(value, str(fact["o"]))
            else:
                same = target is not None and subject == fact["s"] and target == fact["o"]
            if same:
                is_near = True
                relaxed_found.add(place)
                if claim.predicate == fact["p"]:
                    is_right = True
                    strict_found.add(place)
            elif (
                not fact.get("literal")
                and target is not None
                and target == fact["s"]
                and subject == fact["o"]
            ):
                is_near = True
                relaxed_found.add(place)
        strict_right += is_right
        relaxed_right += is_near
    difficulties = sorted({str(f["difficulty"]) for f in gold if f.get("difficulty")})
    by_difficulty = []
    for difficulty in difficulties:
        places = [i for i, f in enumerate(gold) if f.get("difficulty") == difficulty]
        by_difficulty.append((difficulty, _share(sum(i in strict_found for i in places), len(places))))
    return (
        Measure(_share(strict_right, n_predicted), _share(len(strict_found), len(gold))),
        Measure(_share(relaxed_right, n_predicted), _share(len(relaxed_found), len(gold))),
        tuple(by_difficulty),
    )


def _read(path: Path) -> list[dict[str, object]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise GoldError(
            f"cannot be read: {error.strerror}",
            where=str(path),
            hint="NAME.entities.jsonl and NAME.facts.jsonl",
        ) from None
    rows = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise GoldError(
                    f"no JSON: {error.msg}", where=f"{path}:{number}", hint="one JSON object a line"
                ) from None
            rows.append(row)
    return rows


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _fold(text: object) -> str:
    folded = unicodedata.normalize("NFKD", str(text or "")).encode("ascii", "ignore").decode().lower()
    folded = re.sub(r"'s\b", "", _ARTICLE.sub(" ", folded))
    return re.sub(r"[^a-z0-9]+", " ", folded).strip()


def _singular(folded: str) -> str:
    return folded.removesuffix("s") if len(folded) > 4 else folded


def _same_literal(left: str, right: str) -> bool:
    numbers = [{n.replace(",", "").rstrip(".") for n in _NUMBER.findall(text)} for text in (left, right)]
    if numbers[0] or numbers[1]:
        return bool(numbers[0] & numbers[1])
    words = [set(_fold(text).split()) for text in (left, right)]
    return bool(words[0] and words[1]) and len(words[0] & words[1]) / min(map(len, words)) >= _LITERAL_OVERLAP


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
