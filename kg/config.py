"""Settings of a build: what the command line and Python callers can choose, checked at the door."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from kg.iri import DEFAULT_BASE, check_base

__all__ = ["Settings"]


class Settings(BaseModel):
    """What shapes a build. Unknown names are refused.

    >>> Settings(threshold=0.6).threshold
    0.6
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_iri: str = Field(default=DEFAULT_BASE, description="base of the things' IRIs")
    threshold: float = Field(default=0.5, ge=0.0, le=1.0, description="claims below it make no plain triple")
    min_confidence: float = Field(default=0.2, ge=0.0, le=1.0, description="claims below it are left out")
    quotes: bool = Field(default=True, description="keep the words of the quotes")
    model: str | None = Field(
        default=None, description="a spaCy model's name or folder; the shipped one if not given"
    )
    format: str | None = Field(default=None, description="forces one reader")
    processes: int = Field(default=1, ge=1, le=256, description="documents worked on at once")
    strict: bool = Field(default=False, description="stop at the first file at fault")
    title: str | None = Field(default=None, description="title of the page")

    @field_validator("base_iri")
    @classmethod
    def _check_base(cls, value: str) -> str:
        return check_base(value)

    def shaping(self) -> tuple[tuple[str, str], ...]:
        """The settings that change the result, as sorted names and values.

        `processes` and `strict` change how a build runs, not what it says.
        """
        names = ("base_iri", "format", "min_confidence", "model", "quotes", "threshold", "title")
        return tuple((name, str(value)) for name in names if (value := getattr(self, name)) is not None)
