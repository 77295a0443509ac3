"""A model folder that is not as it should be is refused with a clear error."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import KgError, ManyErrors
from kg.nlp import load_model
from kg.nlp.errors import ModelCorruptError, ModelMissingError, ModelPackageError, ModelVersionError
from kg.nlp.package import SHIPPED, ModelPackage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "model"))


def alter(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    path = folder / "model.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_the_shipped_model_is_whole_and_small() -> None:
    assert ModelPackage.load(SHIPPED).label_sets["kg"][0] == "O"
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 30e6


@pytest.mark.parametrize("name", ["no/such/folder", "./nowhere"])
def test_a_missing_folder(name: str) -> None:
    with pytest.raises(ModelMissingError, match="KG501"):
        load_model(name)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="no language model here"):
        load_model(tmp_path)


def test_an_unknown_package() -> None:
    with pytest.raises(ModelPackageError, match=r"KG504.*en_core_web_nope"):
        load_model("en_core_web_nope")


def test_a_file_cut_short(folder: Path) -> None:
    path = folder / "encoder.onnx"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ModelCorruptError, match=r"KG502.*encoder.onnx is cut short or altered: 1000 bytes"):
        load_model(folder)


def test_all_faults_of_a_folder_come_together(folder: Path) -> None:
    (folder / "encoder.onnx").unlink()
    (folder / "vocabulary.txt").write_text("", encoding="utf-8")
    with pytest.raises(ManyErrors, match=r"(?s)encoder.onnx.*vocabulary.txt"):
        load_model(folder)


def test_another_version(folder: Path) -> None:
    alter(folder, lambda m: m.update(format_version=99))
    with pytest.raises(ModelVersionError, match=r"KG503.*99"):
        load_model(folder)


def test_a_manifest_that_is_no_json(folder: Path) -> None:
    (folder / "model.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelCorruptError, match="KG502"):
        load_model(folder)


@pytest.mark.parametrize("key", ["upos", "label_sets", "margin", "name"])
def test_a_manifest_that_lacks_a_field(folder: Path, key: str) -> None:
    alter(folder, lambda m: m.pop(key))
    with pytest.raises(KgError, match=f"KG502.*{key}"):
        load_model(folder)
