"""The walk: files → transcripts → claims → statements → graph → files, documents side by side.

Comes in: paths and settings. Goes out: a `BuildResult` with the graph and what went wrong.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from kg.annotate import DocumentAnnotator
from kg.config import Settings
from kg.errors import DataError, KgError, ManyErrors
from kg.extract import DocumentExtractor
from kg.graph import Document, KnowledgeGraph, Run
from kg.iri import Minter
from kg.model import Transcript
from kg.nlp import load_model
from kg.ontology.vocabulary import load_vocabulary
from kg.read import find_inputs, read
from kg.resolve import EntityResolver, resolve_claims, to_statements
from kg.stages import Annotated, Extracted
from kg.version import __version__

__all__ = [
    "BuildResult",
    "NothingBuiltError",
    "Progress",
    "build",
    "build_from_transcripts",
    "extract_document",
    "inspect_input",
]

Progress = Callable[[str, int, int, str], None]
"""Called with stage, how many are done, how many there are, and the name of the current one."""


class NothingBuiltError(DataError):
    """No input could be read, so there is no graph."""

    code = "KG160"


@dataclass(frozen=True)
class BuildResult:
    """The graph, the files at fault, the readers' warnings, and seconds by stage."""

    graph: KnowledgeGraph
    errors: tuple[KgError, ...]
    warnings: tuple[tuple[str, str], ...]
    timings_s: tuple[tuple[str, float], ...]


def _silent(stage: str, done: int, total: int, name: str) -> None:
    """Reports to nobody."""


def build(
    paths: Sequence[str | Path], settings: Settings | None = None, progress: Progress = _silent
) -> BuildResult:
    """The graph of all transcripts at `paths` (files, folders, globs, ``-``).

    Files at fault are reported in the result and the others are still built, unless
    ``settings.strict``.

    Raises:
        NothingBuiltError: If no file could be read.
        KgError: With ``settings.strict``, the first fault.
    """
    settings = settings or Settings()
    inputs, errors = find_inputs(paths)
    if errors and settings.strict:
        raise errors[0]
    started = time.perf_counter()
    transcripts: list[Transcript] = []
    for place, item in enumerate(inputs):
        progress("read", place, len(inputs), item.source)
        try:
            transcripts.append(read(item, format=settings.format))
        except KgError as error:
            if settings.strict:
                raise
            errors.append(error)
    progress("read", len(inputs), len(inputs), "")
    reading_s = time.perf_counter() - started
    if not transcripts:
        if errors:
            raise ManyErrors(errors)
        raise NothingBuiltError(
            "there is nothing to build from", where=", ".join(map(str, paths)), hint="files with transcripts"
        )
    result = build_from_transcripts(transcripts, settings, progress)
    return replace(
        result,
        errors=(*errors, *result.errors),
        timings_s=(("read", reading_s), *result.timings_s),
    )


def build_from_transcripts(
    transcripts: Sequence[Transcript], settings: Settings | None = None, progress: Progress = _silent
) -> BuildResult:
    """The graph of transcripts that are already read; their order does not matter."""
    settings = settings or Settings()
    unique = _unique(transcripts)
    documents: list[Extracted] = []
    errors: list[KgError] = []
    started = time.perf_counter()
    for place, outcome in enumerate(_extract_all(unique, settings)):
        progress("extract", place + 1, len(unique), unique[place].source)
        if isinstance(outcome, KgError):
            if settings.strict:
                raise outcome
            errors.append(outcome)
        else:
            documents.append(outcome)
    extracting_s = time.perf_counter() - started
    if not documents:
        raise ManyErrors(errors)
    progress("resolve", 0, 1, "")
    started = time.perf_counter()
    graph = _assemble(documents, settings)
    resolving_s = time.perf_counter() - started
    progress("resolve", 1, 1, "")
    by_stage: Counter[str] = Counter()
    for document in documents:
        for stage, seconds in document.timings_s:
            by_stage[stage] += seconds  # type: ignore[assignment]
    warnings = tuple((t.source, warning) for t in unique for warning in t.warnings)
    timings = (*sorted(by_stage.items()), ("extract, wall", extracting_s), ("resolve", resolving_s))
    return BuildResult(graph, tuple(errors), warnings, timings)


def _unique(transcripts: Sequence[Transcript]) -> list[Transcript]:
    """Transcripts sorted by name, each content once, each name once.

    Names that two contents share get the first digits of the content's checksum, all of them, so
    that the order of the files does not matter.
    """
    by_content: dict[str, Transcript] = {}
    for transcript in sorted(transcripts, key=lambda t: (t.name, t.source)):
        by_content.setdefault(transcript.sha256, transcript)
    names = Counter(transcript.name for transcript in by_content.values())
    renamed = [
        replace(t, name=f"{t.name}-{t.sha256[:8]}") if names[t.name] > 1 else t for t in by_content.values()
    ]
    return sorted(renamed, key=lambda t: t.name)


def _extract_all(transcripts: Sequence[Transcript], settings: Settings) -> Iterator[Extracted | KgError]:
    """Outcomes in the order of `transcripts`, whatever the number of processes."""
    workers = min(settings.processes, len(transcripts))
    jobs: Iterable[tuple[Transcript, Settings]] = [(t, settings) for t in transcripts]
    if workers <= 1:
        yield from map(_try_extract, jobs)
        return
    # A forked child would inherit the threads of the parent's runtime in an unknown state.
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_try_extract, jobs)


def _try_extract(job: tuple[Transcript, Settings]) -> Extracted | KgError:
    transcript, settings = job
    try:
        return extract_document(transcript, settings)
    except KgError as error:
        return error


def extract_document(transcript: Transcript, settings: Settings) -> Extracted:
    """What one transcript contributes: mentions, claims, evidence, speakers."""
    annotator, extractor = _stages(settings.model, settings.min_confidence)
    started = time.perf_counter()
    annotated = annotator(transcript)
    annotating_s = time.perf_counter() - started
    started = time.perf_counter()
    extracted = extractor(annotated)
    extracting_s = time.perf_counter() - started
    return replace(extracted, timings_s=(("annotate", annotating_s), ("claims", extracting_s)))


def inspect_input(
    path: str, *, format: str | None = None, model: str | None = None
) -> tuple[Annotated, Extracted]:
    """What is found in one input, before any graph is made of it.

    Raises:
        KgError: If the input cannot be read.
    """
    inputs, errors = find_inputs([path])
    if errors:
        raise ManyErrors(errors)
    if len(inputs) != 1:
        raise NothingBuiltError(f"there are {len(inputs)} inputs", where=path, hint="one file")
    annotator, extractor = _stages(model, Settings().min_confidence)
    annotated = annotator(read(inputs[0], format=format))
    return annotated, extractor(annotated)


@lru_cache(maxsize=2)
def _stages(model: str | None, min_confidence: float) -> tuple[DocumentAnnotator, DocumentExtractor]:
    return DocumentAnnotator(load_model(model)), DocumentExtractor(min_confidence=min_confidence)


def _assemble(documents: Sequence[Extracted], settings: Settings) -> KnowledgeGraph:
    minter = Minter(settings.base_iri)
    resolved = EntityResolver(load_vocabulary(), minter)(documents)
    claims = resolve_claims(documents, resolved, minter, quotes=settings.quotes)
    statements = to_statements(claims, minter, threshold=settings.threshold)
    nlp_name = _model_name(settings.model)
    shaping = settings.shaping()
    run = Run(
        iri=minter.run(__version__, nlp_name, shaping, *sorted(d.transcript.sha256 for d in documents)),
        version=__version__,
        model=nlp_name,
        settings=shaping,
    )
    cards = []
    for index, document in enumerate(documents):
        transcript = document.transcript
        speaking = {
            mention.refers_to: resolved.iri_of(index, mention)
            for mention in document.mentions
            if mention.refers_to is not None and mention.type == "Person"
        }
        cards.append(
            Document(
                iri=minter.document(transcript.name),
                name=transcript.name,
                source=transcript.source,
                sha256=transcript.sha256,
                format=transcript.format,
                n_code_points=len(transcript.raw),
                n_words=document.n_words,
                n_turns=len(transcript.turns),
                metadata=transcript.metadata,
                recording=resolved.recording_of(index),
                speakers=tuple(
                    dict.fromkeys(speaking[s.name] for s in document.speakers if s.name in speaking)
                ),
                warnings=transcript.warnings,
            )
        )
    return KnowledgeGraph(
        documents=tuple(sorted(cards, key=lambda card: card.iri)),
        entities=resolved.entities,
        statements=tuple(statements),
        claims=tuple(claims),
        run=run,
        base=minter.base,
        threshold=settings.threshold,
        quotes=settings.quotes,
    )


@lru_cache(maxsize=4)
def _model_name(model: str | None) -> str:
    meta = load_model(model).meta
    return f"{meta.get('lang', 'en')}_{meta.get('name', 'model')} {meta.get('version', '')}".strip()
