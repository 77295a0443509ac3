"""The embedded language model: text in, a filled spaCy `Doc` out.

``load_model()`` gives the pipeline, `pipe_in_context` reads the turns of one
transcript together; `docs/model.md` says what is filled.
"""

from __future__ import annotations

from kg.nlp.context import pipe_in_context
from kg.nlp.errors import ModelCorruptError, ModelMissingError, ModelPackageError, ModelVersionError
from kg.nlp.loading import load_model

__all__ = [
    "ModelCorruptError",
    "ModelMissingError",
    "ModelPackageError",
    "ModelVersionError",
    "load_model",
    "pipe_in_context",
]
