"""Files to transcripts: finds inputs, decodes them, recognises their format and reads it.

Comes in: paths, folders, patterns, standard input. Goes out: `kg.model.Transcript`.
"""

from __future__ import annotations

from kg.read.inputs import DEFAULT_MAX_BYTES, Input, find_inputs
from kg.read.read import formats, read, read_text
from kg.read.reader import Reader, Reading

__all__ = ["DEFAULT_MAX_BYTES", "Input", "Reader", "Reading", "find_inputs", "formats", "read", "read_text"]
