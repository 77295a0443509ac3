"""The embedded language model: text in, a filled spaCy `Doc` out.

``load_model()`` gives the pipeline; `docs/model.md` says what it fills.
"""

from __future__ import annotations

from kg.nlp.errors import ModelCorruptError, ModelMissingError, ModelPackageError, ModelVersionError
from kg.nlp.loading import load_model

__all__ = [
    "ModelCorruptError",
    "ModelMissingError",
    "ModelPackageError",
    "ModelVersionError",
    "load_model",
]
