"""Weights in, ONNX graph out, built node by node.

Built by hand rather than traced, for two reasons. The quantisation is ours:
every row (one word piece) is quantised by its own range, so that a window's
numbers do not depend on what else is in its batch, which per-tensor dynamic
quantisation cannot promise; the weights have 7 bits, so that processors
without VNNI instructions give the same sums as those with them. And the graph
stays small enough to read.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

__all__ = ["GraphBuilder", "quantise_columns", "quantise_rows"]

_MICROSOFT = "com.microsoft"


def quantise_columns(weight: NDArray[np.float32], limit: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Integers in [-limit, limit] and one scale for each column.

    Of several scales, the one with the least squared error is taken: clipping
    a rare large weight costs less than coarser steps for all others.
    """
    largest = np.maximum(np.abs(weight).max(axis=0), 1e-8)
    best_scale = largest / limit
    best_error = np.full(weight.shape[1], np.inf)
    for share in np.linspace(0.7, 1.0, 16):
        scale = largest * share / limit
        rounded = np.clip(np.rint(weight / scale), -limit, limit)
        error = ((rounded * scale - weight) ** 2).sum(axis=0)
        better = error < best_error
        best_error = np.where(better, error, best_error)
        best_scale = np.where(better, scale, best_scale)
    integers = np.clip(np.rint(weight / best_scale), -limit, limit).astype(np.int8)
    return integers, best_scale.astype(np.float32)


def quantise_rows(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """An embedding table as int8, with one scale for each row ([row, 1])."""
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-8) / 127
    return np.rint(table / scale).astype(np.int8), scale.astype(np.float32)


class GraphBuilder:
    """Collects nodes and constants; each method returns the name of its result."""

    def __init__(self, *, quantised: bool, weight_limit: int = 63) -> None:
        self.quantised = quantised
        self.weight_limit = weight_limit
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}
        self._rows: dict[str, tuple[str, str]] = {}

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """A tensor stored in the file."""
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def numbers(self, *values: int) -> str:
        """A small int64 vector."""
        return self.constant("ints_" + "_".join(map(str, values)), np.array(values, dtype=np.int64))

    def node(self, op: str, *inputs: str, domain: str = "", n_outputs: int = 1, **attributes: object) -> str:
        """One operation; with several outputs, the name of the first ("NAME", then "NAME:1")."""
        name = f"{op}_{len(self.nodes)}"
        outputs = [name] + [f"{name}:{i}" for i in range(1, n_outputs)]
        self.nodes.append(helper.make_node(op, list(inputs), outputs, name=name, domain=domain, **attributes))
        return name

    def linear(
        self, x: str, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32] | None, width: int
    ) -> str:
        """``x @ weight + bias``; `x` is [row, column], `weight` [column, width]."""
        if not self.quantised:
            y = self.node("MatMul", x, self.constant(f"{name}.weight", weight))
        else:
            integers, scale = quantise_columns(weight, self.weight_limit)
            rows, row_scale = self._quantised_rows(x)
            y = self.node(
                "MatMulIntegerToFloat",
                rows,
                self.constant(f"{name}.weight", integers),
                self.constant("one", np.array(1.0, dtype=np.float32)),
                self.constant(f"{name}.scale", scale),
                self.constant("zero_point", np.array(128, dtype=np.uint8)),
                domain=_MICROSOFT,
            )
            y = self.node("Mul", y, row_scale)
        if bias is not None:
            y = self.node("Add", y, self.constant(f"{name}.bias", bias))
        return y

    def _quantised_rows(self, x: str) -> tuple[str, str]:
        """`x` as uint8 around 128, and the scale of each row ([row, 1])."""
        if x not in self._rows:
            largest = self.node("ReduceMax", self.node("Abs", x), self.numbers(1), keepdims=1)
            floor = self.constant("smallest", np.array(1e-6, dtype=np.float32))
            largest = self.node("Max", largest, floor)
            scale = self.node("Mul", largest, self.constant("step", np.array(1 / 127, dtype=np.float32)))
            flat = self.node("Squeeze", scale, self.numbers(1))
            zero = self.node(
                "Expand",
                self.constant("zero_points", np.array([128], dtype=np.uint8)),
                self.node("Shape", flat),
            )
            self._rows[x] = (self.node("QuantizeLinear", x, flat, zero, axis=0), scale)
        return self._rows[x]

    def layer_norm(self, x: str, name: str, state: Mapping[str, NDArray[np.float32]]) -> str:
        """Normalised over the last axis, scaled and shifted by NAME.weight and NAME.bias."""
        return self.node(
            "LayerNormalization",
            x,
            self.constant(f"{name}.weight", state[f"{name}.weight"]),
            self.constant(f"{name}.bias", state[f"{name}.bias"]),
            axis=-1,
            epsilon=1e-12,
        )

    def gelu(self, x: str) -> str:
        """The exact (erf) GELU."""
        return self.node("Gelu", x, domain=_MICROSOFT)

    def model(
        self,
        inputs: Mapping[str, tuple[int, list[str | int]]],
        outputs: Mapping[str, tuple[str, list[str | int]]],
        *,
        producer: str,
    ) -> onnx.ModelProto:
        """The model with named inputs (element type, shape) and float outputs (node, shape)."""
        nodes = [*self.nodes]
        for name, (source, _) in outputs.items():
            nodes.append(helper.make_node("Identity", [source], [name], name=f"out_{name}"))
        graph = helper.make_graph(
            nodes,
            "kg",
            [helper.make_tensor_value_info(k, t, s) for k, (t, s) in inputs.items()],
            [helper.make_tensor_value_info(k, TensorProto.FLOAT, s) for k, (_, s) in outputs.items()],
            initializer=list(self.constants.values()),
        )
        model = helper.make_model(
            graph,
            producer_name=producer,
            opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)],
        )
        model.ir_version = 9
        return model
