"""A model folder in, its checked contents out.

A folder holds ``model.json`` (format version, classes, SHA-256 of the other
files), ``encoder.onnx``, ``labels.onnx``, ``vocabulary.txt`` and ``lemmas.json``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kg.errors import KgError, ManyErrors
from kg.nlp.errors import ModelCorruptError, ModelMissingError, ModelVersionError

__all__ = ["FORMAT_VERSION", "SHIPPED", "ModelPackage", "is_package_folder"]

FORMAT_VERSION = 1
SHIPPED = Path(__file__).parent / "data" / "default"
_MANIFEST = "model.json"
_FILES = ("encoder.onnx", "labels.onnx", "vocabulary.txt", "lemmas.json")
_REBUILD = "the folder as `python -m training export` wrote it, or reinstall kg"

T = TypeVar("T")


def is_package_folder(path: Path) -> bool:
    """Whether the folder claims to hold a model of this format."""
    return (path / _MANIFEST).is_file()


@dataclass(frozen=True, slots=True)
class ModelPackage:
    """The contents of a model folder; the byte strings are whole and unaltered."""

    name: str
    version: str
    label_sets: Mapping[str, tuple[str, ...]]
    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    deps: tuple[str, ...]
    most_pieces: int
    margin: int
    sentence_threshold: float
    entity_bias: float
    consistency: float
    vocabulary: tuple[str, ...]
    lemmas: Mapping[str, Mapping[str, Mapping[str, str]]]
    encoder: bytes
    labels: bytes

    @classmethod
    def load(cls, folder: Path) -> ModelPackage:
        """Read and check a folder.

        Raises:
            ModelMissingError: No such folder, or no ``model.json`` in it.
            ModelVersionError: Another version of the format.
            ModelCorruptError: A file is missing, cut short or altered; several
                such faults come together as `ManyErrors`.
        """
        manifest_path = folder / _MANIFEST
        if not manifest_path.is_file():
            raise ModelMissingError(
                "no language model here" if folder.is_dir() else "no such folder",
                where=str(folder),
                hint=f"a folder with a {_MANIFEST}, or no model name to use the shipped one",
            )
        try:
            manifest = json.loads(manifest_path.read_bytes())
            found = manifest["format_version"]
        except (ValueError, KeyError, TypeError) as error:
            raise ModelCorruptError(
                f"{_MANIFEST} cannot be read ({error})", where=str(manifest_path), hint=_REBUILD
            ) from error
        if found != FORMAT_VERSION:
            raise ModelVersionError(
                f"the model has format version {found}, this program reads {FORMAT_VERSION}",
                where=str(manifest_path),
                hint="to export the model again with this version's `python -m training export`",
            )
        contents = _checked_files(folder, manifest.get("sha256", {}))
        try:
            return cls(
                name=str(manifest["name"]),
                version=str(manifest["version"]),
                label_sets={k: tuple(v) for k, v in manifest["label_sets"].items()},
                upos=tuple(manifest["upos"]),
                xpos=tuple(manifest["xpos"]),
                deps=tuple(manifest["deps"]),
                most_pieces=int(manifest["most_pieces"]),
                margin=int(manifest["margin"]),
                sentence_threshold=float(manifest["sentence_threshold"]),
                entity_bias=float(manifest["entity_bias"]),
                consistency=float(manifest["consistency"]),
                vocabulary=tuple(contents["vocabulary.txt"].decode("utf-8").rstrip("\n").split("\n")),
                lemmas=json.loads(contents["lemmas.json"]),
                encoder=contents["encoder.onnx"],
                labels=contents["labels.onnx"],
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelCorruptError(
                f"{_MANIFEST} lacks a field or has a wrong one ({error!r})",
                where=str(manifest_path),
                hint=_REBUILD,
            ) from error


def _checked_files(folder: Path, digests: Mapping[str, str]) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    faults: list[KgError] = []
    for name in _FILES:
        path = folder / name
        try:
            contents[name] = path.read_bytes()
        except OSError as error:
            faults.append(
                ModelCorruptError(
                    f"the model's {name} cannot be read ({error.strerror})", where=str(path), hint=_REBUILD
                )
            )
            continue
        digest = hashlib.sha256(contents[name]).hexdigest()
        if digest != digests.get(name):
            faults.append(
                ModelCorruptError(
                    f"the model's {name} is cut short or altered: {len(contents[name])} bytes,"
                    f" SHA-256 {digest[:12]}…, want {str(digests.get(name))[:12]}…",
                    where=str(path),
                    hint=_REBUILD,
                )
            )
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise ManyErrors(faults)
    return contents
