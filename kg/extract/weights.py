"""The weights of the relation classifier: a linear softmax over hashed features, in eight bits.

Sums of whole numbers are the same on every machine, so that builds stay equal to the byte.
Written by ``benchmarks/fit_relations.py``.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.errors import SchemaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HASH_BITS", "RelationWeights", "bucket", "load_weights"]

HASH_BITS = 17
_FILE = Path(__file__).parent / "data" / "relations.npz"


def bucket(feature: str) -> int:
    """The bucket of a feature; the same in every process.

    >>> bucket("t=Person>Organization") == bucket("t=Person>Organization") < 2**HASH_BITS
    True
    """
    return zlib.crc32(feature.encode("utf-8")) & ((1 << HASH_BITS) - 1)


@dataclass(frozen=True)
class RelationWeights:
    """Weights by bucket and class.

    Args:
        classes: Names of predicates; the first one, empty, stands for no relation.
        row_of: For each bucket the row of `weights`, 0 (zeros) for those that carry none.
        weights: Whole numbers; times `scale` they are log-odds.
        scale: One step of `weights`.
        calibration: For each class, slope and offset that make its log-odds those of being right.
    """

    classes: tuple[str, ...]
    row_of: NDArray[np.int32]
    weights: NDArray[np.int8]
    scale: float
    calibration: tuple[tuple[float, float], ...]

    def calibrated(self, place: int, probability: float) -> float:
        """The probability that a reading as class `place` is right, measured on unseen documents."""
        slope, offset = self.calibration[place]
        odds = math.log(probability / (1.0 - probability + 1e-6))
        return 1.0 / (1.0 + math.exp(-(slope * odds + offset)))

    def scores(self, features: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Unnormalised log-probabilities, one row for each list of features."""
        rows = [np.unique(self.row_of[[bucket(name) for name in each]]) for each in features]
        starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
        picked = self.weights[np.concatenate(rows)].astype(np.int32)
        sums: NDArray[np.int32] = np.add.reduceat(picked, starts, axis=0)
        return sums.astype(np.float64) * self.scale


@lru_cache(maxsize=1)
def load_weights() -> RelationWeights:
    """The shipped weights; raises `SchemaError` where the file is missing or damaged."""
    try:
        with np.load(_FILE, allow_pickle=False) as data:
            meta = json.loads(bytes(data["meta"]).decode("utf-8"))
            row_of = np.zeros(1 << HASH_BITS, dtype=np.int32)
            row_of[data["buckets"]] = np.arange(1, len(data["buckets"]) + 1, dtype=np.int32)
            weights = np.vstack([np.zeros((1, len(meta["classes"])), dtype=np.int8), data["weights"]])
    except (OSError, ValueError, KeyError) as error:
        raise SchemaError(
            f"the weights of the relations cannot be read ({error})",
            where=_FILE.name,
            hint="installing kg again, or benchmarks/fit_relations.py",
        ) from None
    lines = tuple((float(slope), float(offset)) for slope, offset in meta["calibration"])
    return RelationWeights(tuple(meta["classes"]), row_of, weights, float(meta["scale"]), lines)
