"""Mentions, speakers, quantities and dates of one transcript."""

from __future__ import annotations

from kg.annotate.document import DocumentAnnotator, NoSpeechError

__all__ = ["DocumentAnnotator", "NoSpeechError"]
