"""Fits the weights of `kg.annotate.support` on labelled surface forms.

    python benchmarks/fit_support.py FORMS.jsonl

One object a line: ``surface``, ``type``, ``confidence``, ``n_occurrences``, ``last_pos``, ``wanted`` (whether
a reader wants a node for it) and optionally ``weight``. Prints the weights, to be copied into the module.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from kg.annotate.support import WEIGHTS, Evidence, features


def main() -> None:
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines() if line.strip()]
    types = sorted({row["type"] for row in rows})
    plain = [name for name in WEIGHTS if name != "of type"]
    table = []
    for row in rows:
        evidence = Evidence(
            row["surface"],
            row["type"],
            row["confidence"],
            row["n_occurrences"],
            row["last_pos"],
            caseless=False,
        )
        values = features(evidence)
        table.append([values[name] for name in plain] + [float(row["type"] == name) for name in types])
    x = np.array(table)
    y = np.array([float(row["wanted"]) for row in rows])
    weight = np.array([float(row.get("weight", 1.0)) for row in rows])
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-x @ beta))
        gradient = x.T @ (weight * (y - p)) - beta
        hessian = (x * (weight * (p * (1.0 - p) + 1e-6))[:, None]).T @ x + np.eye(x.shape[1])
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if np.abs(step).max() < 1e-7:
            break
    for name, value in zip([*plain, *(f"of type {name}" for name in types)], beta, strict=True):
        print(f"{name:32} {value:+.2f}")


if __name__ == "__main__":
    main()
