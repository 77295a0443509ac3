"""What can be wrong with a language model that a user names."""

from __future__ import annotations

from typing import ClassVar

from kg.errors import KgError

__all__ = [
    "ModelCorruptError",
    "ModelMissingError",
    "ModelPackageError",
    "ModelVersionError",
]


class ModelMissingError(KgError):
    """There is no language model where the user pointed."""

    code: ClassVar[str] = "KG501"
    exit_code: ClassVar[int] = 2


class ModelCorruptError(KgError):
    """A file of the model is missing, cut short or altered."""

    code: ClassVar[str] = "KG502"


class ModelVersionError(KgError):
    """The model was written for another version of its format."""

    code: ClassVar[str] = "KG503"


class ModelPackageError(KgError):
    """No installed spaCy package has this name, or it cannot be loaded."""

    code: ClassVar[str] = "KG504"
    exit_code: ClassVar[int] = 2
