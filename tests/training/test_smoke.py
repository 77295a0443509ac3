"""A short run of the whole training: data, fit, export, evaluation, card."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPORA = Path(os.environ.get("KG_CORPORA", ROOT / "../shared/corpora"))


def training_python() -> str:
    """An interpreter that has PyTorch: this one, that of `make train`, or $KG_TRAINING_PYTHON."""
    if importlib.util.find_spec("torch"):
        return sys.executable
    for path in (os.environ.get("KG_TRAINING_PYTHON"), str(ROOT / ".venv-train/bin/python")):
        if path and Path(path).exists():
            return path
    pytest.skip("needs PyTorch (make .venv-train/.installed)")


@pytest.mark.slow
def test_a_short_training_gives_a_model_that_loads(tmp_path: Path) -> None:
    if not CORPORA.is_dir():
        pytest.skip(f"needs the corpora ({CORPORA})")
    python = training_python()
    config = (ROOT / "training/config.toml").read_text(encoding="utf-8")
    short = [line if not line.startswith("passes") else "passes = 1" for line in config.split("\n")]
    (tmp_path / "config.toml").write_text("\n".join(short), encoding="utf-8")
    shutil.copy(ROOT / "training/MODEL_CARD.md", tmp_path / "card.md")
    arguments = [
        "--corpora",
        CORPORA,
        "--share",
        "0.005",
        "--work",
        tmp_path / "work",
        "--out",
        tmp_path / "model",
    ]
    arguments += ["--config", tmp_path / "config.toml", "--card", tmp_path / "card.md", "--documents", "1"]
    command = [python, "-m", "training", "all", "--quantised-only", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    log = json.loads((tmp_path / "work/checkpoint.json").read_text(encoding="utf-8"))
    assert [entry["pass"] for entry in log] == [0, 1]
    assert log[1]["loss_mentions"] < log[0]["loss_mentions"]
    assert log[1]["loss_upos"] < log[0]["loss_upos"]
    figures = json.loads((tmp_path / "work/figures.json").read_text(encoding="utf-8"))
    assert figures["quantised"]["gum"]["n_words"] > 100
    assert "| podcasts |" in (tmp_path / "card.md").read_text(encoding="utf-8")

    from kg.nlp import load_model

    doc = load_model(tmp_path / "model")("Ada wrote the notes. She was the first.")
    assert all(token.pos_ and token.dep_ for token in doc)
