"""A model's name or folder in, a spaCy pipeline out."""

from __future__ import annotations

import difflib
from pathlib import Path

import spacy
from spacy.lang.en import English
from spacy.language import Language

from kg.nlp.components import COMPONENTS, EncoderComponent
from kg.nlp.errors import ModelMissingError, ModelPackageError
from kg.nlp.package import SHIPPED, is_package_folder
from kg.nlp.tokens import TranscriptTokenizer

__all__ = ["load_model"]


def load_model(name: str | Path | None = None, *, threads: int = 1, label_set: str = "kg") -> Language:
    """A pipeline that fills tags, lemmas, heads, labels, sentences and entities.

    Args:
        name: Nothing for the model that is shipped with kg; the name of an
            installed spaCy package (``en_core_web_trf``); or a folder, of a
            model trained with `training` or of any spaCy pipeline.
        threads: Threads inside one ONNX operation. The result is the same for
            any number.
        label_set: Which of the model's sets of entity types to use.

    Raises:
        ModelMissingError, ModelCorruptError, ModelVersionError: The folder is
            at fault.
        ModelPackageError: No such package, or spaCy cannot load it.
    """
    if name is None:
        return _own_pipeline(SHIPPED, threads, label_set)
    path = Path(name)
    if is_package_folder(path):
        return _own_pipeline(path, threads, label_set)
    if path.is_dir() or isinstance(name, Path) or path.name != str(name):
        return _spacy_folder(path)
    return _spacy_package(str(name))


def _own_pipeline(folder: Path, threads: int, label_set: str) -> Language:
    nlp = English()
    nlp.tokenizer = TranscriptTokenizer(nlp.vocab)
    settings: dict[str, dict[str, object]] = {
        "kg_encoder": {"threads": threads, "model": None if folder == SHIPPED else str(folder)},
        "kg_mentions": {"label_set": label_set},
    }
    for component in COMPONENTS:
        nlp.add_pipe(component, config=settings.get(component, {}))
    encoder = nlp.get_pipe("kg_encoder")
    if isinstance(encoder, EncoderComponent):
        nlp.meta["name"], nlp.meta["version"] = encoder.package.name, encoder.package.version
    return nlp


def _spacy_folder(path: Path) -> Language:
    if not (path / "config.cfg").is_file():
        raise ModelMissingError(
            "no language model here" if path.is_dir() else "no such folder",
            where=str(path),
            hint="a folder with a model.json (ours) or a config.cfg (spaCy's)",
        )
    try:
        return spacy.load(path)
    except (OSError, ValueError, ImportError) as error:
        raise ModelPackageError(
            f"spaCy cannot load this pipeline ({error})", where=str(path), hint="spacy validate"
        ) from error


def _spacy_package(name: str) -> Language:
    if not spacy.util.is_package(name):
        installed = sorted(spacy.util.get_installed_models())
        near = difflib.get_close_matches(name, installed, n=1) or installed
        hint = f"{near[0]}, which is installed" if near else f"pip install {name}"
        raise ModelPackageError(
            f"no installed spaCy package is called {name}",
            where="--model",
            hint=f"{hint}, or no model name to use the shipped one",
        )
    try:
        return spacy.load(name)
    except (OSError, ValueError, ImportError) as error:
        raise ModelPackageError(
            f"spaCy cannot load {name} ({error})", where="--model", hint="spacy validate"
        ) from error
