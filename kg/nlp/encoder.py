"""Words in, scores of every task out, through two ONNX sessions.

The numbers of a text depend on that text alone: windows are padded to fixed
lengths and batched only with windows of the same length, and the model
quantises each piece by itself (`training.graph`), so neither the company in a
batch nor the number of threads changes a bit of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from kg.nlp.errors import ModelCorruptError
from kg.nlp.package import ModelPackage
from kg.nlp.windows import Window, plan_windows
from kg.nlp.wordpiece import Shape, WordPiece, word_shape

__all__ = ["Encoder", "TextScores", "WindowScores"]

# Padded lengths, in pieces: every multiple up to the longest window. Finer steps
# pad less, coarser ones fill batches better.
_LENGTH_STEP = 32
# Pieces in one run of the encoder: two windows of 256, which stay in the
# processor's cache; 2048 were a sixth slower on one core.
_BATCH_PIECES = 512

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WindowScores:
    """What the encoder says of one window; `arc` is [word, 1 + word], column 0 the root."""

    window: Window
    tags: Floats
    arc: Floats
    label_dependent: Floats
    label_head: Floats


@dataclass(frozen=True, slots=True)
class TextScores:
    """What the encoder says of a whole text: `tags` [word, class], each word from its core window."""

    tags: Floats
    windows: tuple[WindowScores, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    text: int
    window: Window
    ids: list[int]
    shapes: list[int]
    first: list[int]
    length: int


class Encoder:
    """The encoder of one model, with its own thread pool."""

    def __init__(self, package: ModelPackage, *, threads: int = 1) -> None:
        if threads < 1:
            raise ValueError(f"want at least one thread, got {threads}")
        self._package = package
        self._wordpiece = WordPiece(package.vocabulary)
        self._shapes: dict[str, int] = {}
        self._encoder = _session(package.encoder, threads, "encoder.onnx", package.name)
        self._labels = _session(package.labels, threads, "labels.onnx", package.name)

    def scores(self, texts: Sequence[Sequence[str]]) -> list[TextScores]:
        """The scores of texts given as words (their forms, no blanks)."""
        jobs = [job for i, words in enumerate(texts) for job in self._jobs(i, words)]
        results: list[list[WindowScores]] = [[] for _ in texts]
        for batch in _batches(jobs):
            for job, scores in zip(batch, self._run(batch), strict=True):
                results[job.text].append(scores)
        return [self._joined(len(words), found) for words, found in zip(texts, results, strict=True)]

    def labels(self, dependent: Floats, head: Floats) -> Floats:
        """Dependency label scores ([pair, label]) for pairs of vectors ([pair, width])."""
        n_labels = len(self._package.deps)
        if not len(dependent):
            return np.zeros((0, n_labels), dtype=np.float32)
        parts = [
            self._labels.run(
                ["labels"], {"dependent": dependent[at : at + 1024], "head": head[at : at + 1024]}
            )[0]
            for at in range(0, len(dependent), 1024)
        ]
        return np.asarray(np.concatenate(parts), dtype=np.float32)

    def _jobs(self, text: int, words: Sequence[str]) -> Iterator[_Job]:
        room = self._package.most_pieces - 2
        ids_by_word = [ids[:room] for ids in self._wordpiece.encode(words)]
        shapes = [self._shape(word) for word in words]
        lengths = [len(ids) for ids in ids_by_word]
        for window in plan_windows(lengths, most=room, margin=self._package.margin):
            ids, piece_shapes, first = [self._wordpiece.begin], [int(Shape.NONE)], [0]
            for i in range(window.start, window.end):
                first.append(len(ids))
                ids += ids_by_word[i]
                piece_shapes += [shapes[i]] * lengths[i]
            ids.append(self._wordpiece.end)
            piece_shapes.append(int(Shape.NONE))
            length = min(-(-len(ids) // _LENGTH_STEP) * _LENGTH_STEP, self._package.most_pieces)
            yield _Job(text, window, ids, piece_shapes, first, length)

    def _shape(self, word: str) -> int:
        shape = self._shapes.get(word)
        if shape is None:
            shape = self._shapes[word] = int(word_shape(word))
        return shape

    def _run(self, batch: Sequence[_Job]) -> Iterator[WindowScores]:
        size, length = len(batch), batch[0].length
        n_positions = max(len(job.first) for job in batch)
        ids = np.full((size, length), self._wordpiece.padding, dtype=np.int64)
        shapes = np.full((size, length), int(Shape.NONE), dtype=np.int64)
        first = np.zeros((size, n_positions), dtype=np.int64)
        for row, job in enumerate(batch):
            ids[row, : len(job.ids)] = job.ids
            shapes[row, : len(job.shapes)] = job.shapes
            first[row, : len(job.first)] = job.first
        tags, arc, label_dependent, label_head = self._encoder.run(
            ["tags", "arc", "label_dependent", "label_head"],
            {"ids": ids, "shapes": shapes, "first": first},
        )
        for row, job in enumerate(batch):
            n = len(job.first) - 1
            yield WindowScores(
                job.window,
                tags[row, :n],
                arc[row, :n, : n + 1],
                label_dependent[row, :n],
                label_head[row, : n + 1],
            )

    def _joined(self, n_words: int, found: Sequence[WindowScores]) -> TextScores:
        windows = tuple(sorted(found, key=lambda s: s.window.start))
        width = (
            sum(len(tags) for tags in self._package.label_sets.values())
            + len(self._package.upos)
            + len(self._package.xpos)
            + 1
        )
        tags = np.zeros((n_words, width), dtype=np.float32)
        for scores in windows:
            window = scores.window
            core = slice(window.core_start - window.start, window.core_end - window.start)
            tags[window.core_start : window.core_end] = scores.tags[core]
        return TextScores(tags, windows)


def _batches(jobs: Sequence[_Job]) -> Iterator[list[_Job]]:
    """Jobs of one length together, in a fixed order."""
    by_length: dict[int, list[_Job]] = {}
    for job in jobs:
        by_length.setdefault(job.length, []).append(job)
    for length in sorted(by_length):
        group = by_length[length]
        size = max(1, _BATCH_PIECES // length)
        for at in range(0, len(group), size):
            yield group[at : at + size]


def _session(model: bytes, threads: int, name: str, package: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Waiting threads sleep rather than spin: documents run in parallel processes.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises bare Exceptions of many kinds
        raise ModelCorruptError(
            f"onnxruntime cannot load the model ({error})",
            where=str(Path(package) / name),
            hint="onnxruntime of the version that the requirements name",
        ) from error
