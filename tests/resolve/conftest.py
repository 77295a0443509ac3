"""Documents built by hand, for the resolver."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.model import Mention, MentionKind, Span, Transcript, Turn
from kg.stages import Extracted, Speaker


def _document(
    name: str,
    *mentions: tuple[str, str] | tuple[str, str, str],
    speakers: tuple[Speaker, ...] = (),
    title: str | None = None,
    series: str | None = None,
) -> Extracted:
    raw = "x" * 4000
    transcript = Transcript(name, f"{name}.txt", name.ljust(64, "0"), "plain", raw, (Turn((Span(0, 4000),)),))
    found = []
    for place, (surface, kind, *iri) in enumerate(mentions):
        found.append(
            Mention(
                Span(place * 10, place * 10 + 5),
                surface,
                kind,
                vocabulary_iri=f"https://kg.example/id/{iri[0]}" if iri else None,
            )
        )
    recording = Mention(
        Span(3990, 3995),
        title or f"Recording {name}",
        "Work",
        MentionKind.LABEL,
        source="metadata" if title else "untitled",
    )
    show = Mention(Span(3980, 3985), series, "Work") if series else None
    extra = [recording, *([show] if show else [])]
    return Extracted(transcript, 100, (*found, *extra), (), speakers, recording, show)


@pytest.fixture(scope="session")
def document() -> Callable[..., Extracted]:
    return _document
