"""A checkpoint in, the folder that the runtime loads out: two ONNX files and their companions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto

from kg.nlp.package import FORMAT_VERSION
from training.fit import Checkpoint, read_vocabulary
from training.graph import GraphBuilder, quantise_rows
from training.lemmas import Table
from training.network import Sizes

__all__ = ["encoder_model", "export_package", "label_model"]

State = Mapping[str, NDArray[np.float32]]


def encoder_model(state: State, sizes: Sizes, tag_rows: Sequence[int], *, quantised: bool) -> onnx.ModelProto:
    """Everything but the dependency labels, as one graph.

    `tag_rows` are the rows of the mention layer to keep. Inputs: ``ids`` and
    ``shapes`` [batch, piece], ``first`` [batch, 1 + word]. Outputs are those of
    `training.network.Output`, with the tag scores in one matrix (``tags``:
    mentions, upos, xpos, sentence).
    """
    g = GraphBuilder(quantised=quantised)
    h, n_heads = sizes.hidden, sizes.n_heads
    x = _embedded(g, state, quantised)
    # [row, column] from here on: one row for each piece of the batch.
    ids_shape = g.node("Shape", "ids")
    batch = g.node("Slice", ids_shape, g.numbers(0), g.numbers(1))
    length = g.node("Slice", ids_shape, g.numbers(1), g.numbers(2))
    x = g.node("Reshape", x, g.numbers(-1, h))
    is_padding = g.node(
        "Cast",
        g.node("Equal", "ids", g.constant("padding", np.array(0, dtype=np.int64))),
        to=TensorProto.FLOAT,
    )
    mask = g.node("Mul", is_padding, g.constant("hidden_score", np.array(-1e4, dtype=np.float32)))
    mask = g.node("Unsqueeze", mask, g.numbers(1, 2))
    by_head = g.node("Concat", batch, length, g.numbers(3, n_heads, h // n_heads), axis=0)
    for i in range(sizes.n_layers):
        x = _layer(g, x, mask, by_head, f"layers.{i}", state, sizes)
    x = g.node("Reshape", x, g.node("Concat", batch, length, g.numbers(h), axis=0))
    # One vector for each word, the root's (that of [CLS]) in front.
    vectors = g.node("GatherND", x, g.node("Unsqueeze", "first", g.numbers(2)), batch_dims=1)
    return _heads(g, vectors, state, sizes, tag_rows)


def _embedded(g: GraphBuilder, state: State, quantised: bool) -> str:
    if quantised:
        integers, scale = quantise_rows(state["pieces.weight"])
        pieces = g.node("Gather", g.constant("pieces.weight", integers), "ids")
        pieces = g.node("Cast", pieces, to=TensorProto.FLOAT)
        pieces = g.node("Mul", pieces, g.node("Gather", g.constant("pieces.scale", scale), "ids"))
    else:
        pieces = g.node("Gather", g.constant("pieces.weight", state["pieces.weight"]), "ids")
    shapes = g.node("Gather", g.constant("shapes.weight", state["shapes.weight"]), "shapes")
    length = g.node("Slice", g.node("Shape", "ids"), g.numbers(1), g.numbers(2))
    table = g.constant("positions.weight", state["positions.weight"][:256])
    positions = g.node("Slice", table, g.numbers(0), length, g.numbers(0))
    x = g.node("Add", g.node("Add", pieces, shapes), positions)
    return g.layer_norm(x, "input_norm", state)


def _transposed(state: State, *names: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights ([in, out]) and biases of linear layers, side by side."""
    weight = np.concatenate([state[f"{n}.weight"] for n in names], axis=0).T
    return np.ascontiguousarray(weight), np.concatenate([state[f"{n}.bias"] for n in names])


def _layer(g: GraphBuilder, x: str, mask: str, by_head: str, name: str, state: State, sizes: Sizes) -> str:
    h, n_heads = sizes.hidden, sizes.n_heads
    weight, bias = _transposed(state, f"{name}.query", f"{name}.key", f"{name}.value")
    # The score's scale goes into the query's weights.
    shrink = np.float32((h // n_heads) ** -0.5)
    weight[:, :h] *= shrink
    bias[:h] *= shrink
    y = g.linear(x, f"{name}.qkv", weight, bias, 3 * h)
    y = g.node("Reshape", y, by_head)  # [batch, piece, 3, head, width]
    y = g.node("Transpose", y, perm=[2, 0, 3, 1, 4])
    query, key, value = (
        g.node("Gather", y, g.constant(f"index_{i}", np.array(i, dtype=np.int64)), axis=0) for i in range(3)
    )
    scores = g.node("MatMul", query, g.node("Transpose", key, perm=[0, 1, 3, 2]))
    weights = g.node("Softmax", g.node("Add", scores, mask), axis=-1)
    seen = g.node("Transpose", g.node("MatMul", weights, value), perm=[0, 2, 1, 3])
    seen = g.node("Reshape", seen, g.numbers(-1, h))
    y = g.linear(seen, f"{name}.attended", *_transposed(state, f"{name}.attended"), h)
    x = g.layer_norm(g.node("Add", y, x), f"{name}.attended_norm", state)
    y = g.gelu(g.linear(x, f"{name}.wide", *_transposed(state, f"{name}.wide"), sizes.feed_forward))
    y = g.linear(y, f"{name}.narrow", *_transposed(state, f"{name}.narrow"), h)
    return g.layer_norm(g.node("Add", y, x), f"{name}.output_norm", state)


def _heads(
    g: GraphBuilder, vectors: str, state: State, sizes: Sizes, tag_rows: Sequence[int]
) -> onnx.ModelProto:
    h, arc, label = sizes.hidden, sizes.arc_width, sizes.label_width
    shape = g.node("Shape", vectors)
    two = g.node("Slice", shape, g.numbers(0), g.numbers(2))
    flat = g.node("Reshape", vectors, g.numbers(-1, h))

    tags = dict(state)
    tags["mentions.weight"] = state["mentions.weight"][list(tag_rows)]
    tags["mentions.bias"] = state["mentions.bias"][list(tag_rows)]
    n_tags = len(tag_rows) + sizes.n_upos + sizes.n_xpos + 1
    weight, bias = _transposed(tags, "mentions", "upos", "xpos", "sentence")
    scores = g.linear(flat, "tags", weight, bias, n_tags)
    scores = g.node("Reshape", scores, g.node("Concat", two, g.numbers(n_tags), axis=0))
    scores = g.node("Slice", scores, g.numbers(1), g.numbers(1 << 30), g.numbers(1))

    # Dependent and head vectors of arcs and labels, side by side.
    weight, bias = _transposed(state, "arc_dependent", "arc_head", "label_dependent", "label_head")
    bent = g.gelu(g.linear(flat, "bent", weight, bias, 2 * (arc + label)))
    bounds = [0, arc, 2 * arc, 2 * arc + label, 2 * (arc + label)]
    parts = [g.node("Slice", bent, g.numbers(a), g.numbers(b), g.numbers(1)) for a, b in pairwise(bounds)]
    arc_weight = state["arc_weight"]
    dependent = g.linear(parts[0], "arc", np.ascontiguousarray(arc_weight[:arc]), arc_weight[arc], arc)

    def by_window(x: str, width: int) -> str:
        return g.node("Reshape", x, g.node("Concat", two, g.numbers(width), axis=0))

    def words(x: str) -> str:
        return g.node("Slice", x, g.numbers(1), g.numbers(1 << 30), g.numbers(1))

    heads = g.node("Transpose", by_window(parts[1], arc), perm=[0, 2, 1])
    arcs = g.node("MatMul", words(by_window(dependent, arc)), heads)
    return g.model(
        {
            "ids": (TensorProto.INT64, ["batch", "piece"]),
            "shapes": (TensorProto.INT64, ["batch", "piece"]),
            "first": (TensorProto.INT64, ["batch", "position"]),
        },
        {
            "tags": (scores, ["batch", "word", n_tags]),
            "arc": (arcs, ["batch", "word", "position"]),
            "label_dependent": (words(by_window(parts[2], label)), ["batch", "word", label]),
            "label_head": (by_window(parts[3], label), ["batch", "position", label]),
        },
        producer="kg training",
    )


def label_model(state: State, sizes: Sizes, *, quantised: bool) -> onnx.ModelProto:
    """Dependency label scores for pairs: ``dependent`` and ``head`` [pair, width] to ``labels``."""
    g = GraphBuilder(quantised=quantised)
    n, width = sizes.n_deps, sizes.label_width
    bilinear = state["label_weight"]  # [label, 1 + width, 1 + width]
    # Weights [width, label * (1 + width)]: for each label, what a dependent asks of a head.
    weight = np.ascontiguousarray(bilinear[:, :width].transpose(1, 0, 2).reshape(width, -1))
    asked = g.linear("dependent", "label", weight, bilinear[:, width].reshape(-1), n * (width + 1))
    asked = g.node("Reshape", asked, g.numbers(-1, n, width + 1))
    last = g.constant("one_more", np.ones((1, 1), dtype=np.float32))
    ones = g.node(
        "Expand",
        last,
        g.node(
            "Concat",
            g.node("Slice", g.node("Shape", "head"), g.numbers(0), g.numbers(1)),
            g.numbers(1),
            axis=0,
        ),
    )
    heads = g.node("Unsqueeze", g.node("Concat", "head", ones, axis=1), g.numbers(2))
    labels = g.node("Squeeze", g.node("MatMul", asked, heads), g.numbers(2))
    return g.model(
        {
            "dependent": (TensorProto.FLOAT, ["pair", width]),
            "head": (TensorProto.FLOAT, ["pair", width]),
        },
        {"labels": (labels, ["pair", n])},
        producer="kg training",
    )


def export_package(
    checkpoint: Checkpoint, lemmas: Table, folder: Path, *, name: str, version: str, quantised: bool = True
) -> None:
    """Write the folder that `kg.load_model` reads (its form: `kg.nlp.package`)."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {key: value.float().numpy() for key, value in checkpoint.weights.items()}
    labels, settings = checkpoint.labels, checkpoint.config["runtime"]
    label_sets: dict[str, list[str]] = {}
    rows: list[int] = []
    for label_set in settings["label_sets"]:
        label_sets[label_set] = labels.names(label_set)
        rows += labels.members[label_set]
    files = {
        "encoder.onnx": encoder_model(state, checkpoint.sizes, rows, quantised=quantised).SerializeToString(
            deterministic=True
        ),
        "labels.onnx": label_model(state, checkpoint.sizes, quantised=quantised).SerializeToString(
            deterministic=True
        ),
        "vocabulary.txt": "".join(f"{piece}\n" for piece in read_vocabulary()).encode(),
        "lemmas.json": json.dumps(lemmas, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(),
    }
    manifest = {
        "format_version": FORMAT_VERSION,
        "name": name,
        "version": version,
        "label_sets": label_sets,
        "upos": checkpoint.upos,
        "xpos": checkpoint.xpos,
        "deps": checkpoint.deps,
        "most_pieces": checkpoint.config["most_pieces"],
        "margin": settings["margin"],
        "sentence_threshold": settings["sentence_threshold"],
        "entity_bias": settings["entity_bias"],
        "consistency": settings["consistency"],
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    for file_name, data in files.items():
        (folder / file_name).write_bytes(data)
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (folder / "model.json").write_text(text, encoding="utf-8")
