"""What the readers' tests share: sample files, and the laws that every reading keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.model import Transcript
from kg.read import Input, read
from kg.speech import normalise

SAMPLES = Path(__file__).parent / "samples"


def assert_lawful(transcript: Transcript) -> None:
    """Pieces, cues, labels, asides and metadata stand where they say, in order, without overlap."""
    raw = transcript.raw
    last = 0
    for turn in transcript.turns:
        for piece in turn.pieces:
            assert last <= piece.start < piece.end <= len(raw)
            assert piece.cut(raw).strip()
            last = piece.end
        assert turn.start_s is None or turn.start_s >= 0
        assert turn.end_s is None or (turn.start_s is not None and turn.end_s >= turn.start_s)
        if turn.label_span is not None:
            assert turn.speaker
            assert turn.label_span.end <= turn.pieces[0].start or transcript.format == "whisper-json"
            assert turn.label_span.end <= len(raw)
        before = 0
        for cue in turn.cues:
            assert before <= cue.span.start
            assert turn.span.contains(cue.span)
            assert cue.end_s is None or cue.end_s >= cue.start_s
            before = cue.span.start
    pieces = [piece for turn in transcript.turns for piece in turn.pieces]
    assert list(transcript.asides) == sorted(transcript.asides)
    at = 0
    for aside in transcript.asides:
        assert aside.end <= len(raw)
        while at < len(pieces) and pieces[at].end <= aside.start:
            at += 1
        assert at == len(pieces) or not pieces[at].overlaps(aside)
    for name, span in transcript.metadata.spans.items():
        assert getattr(transcript.metadata, name) not in (None, ())
        assert span.end <= len(raw)
    normalise(transcript)


@pytest.fixture
def lawful() -> Callable[[Transcript], None]:
    return assert_lawful


@pytest.fixture
def said() -> Callable[[Transcript], list[tuple[str | None, float | None, str]]]:
    """Speaker, start and words of each turn."""

    def turns(transcript: Transcript) -> list[tuple[str | None, float | None, str]]:
        speech = normalise(transcript)
        return [
            (turn.speaker, transcript.turns[turn.index].start_s, speech.text[turn.start : turn.end])
            for turn in speech.turns
        ]

    return turns


@pytest.fixture
def sample() -> Callable[[str], Transcript]:
    """Reads a sample by its file's name; the format is recognised, not given."""

    def load(name: str) -> Transcript:
        return read(Input(name, SAMPLES / name))

    return load
