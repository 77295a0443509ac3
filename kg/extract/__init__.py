"""Claims from annotated transcripts: several extractors propose, one decision keeps."""

from __future__ import annotations

from kg.extract.decide import DocumentExtractor

__all__ = ["DocumentExtractor"]
