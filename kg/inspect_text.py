"""What was found in a text, marked up for the terminal.

Comes in: an annotated transcript and its claims. Goes out: rich renderables.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from kg.model import MentionKind
from kg.stages import Annotated, Extracted
from kg.trace import clock

__all__ = ["inspect_document"]

# One calm colour a type; terminals with eight colours show them too.
_COLOURS = (
    "cyan",
    "green",
    "magenta",
    "yellow",
    "blue",
    "red",
    "bright_cyan",
    "bright_green",
    "bright_magenta",
    "bright_yellow",
)


def inspect_document(
    annotated: Annotated, extracted: Extracted, *, max_turns: int | None = None
) -> Iterator[RenderableType]:
    """The speech with its mentions and quantities highlighted, turn by turn, then the claims."""
    speech = annotated.speech
    types = sorted({mention.type for mention in annotated.mentions})
    style_by_type = {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(types)}
    legend = Text("types: ")
    for name in types:
        legend.append(name, style=f"bold {style_by_type[name]}").append("  ")
    legend.append("quantity", style="underline")
    yield legend
    names = [m for m in annotated.mentions if m.kind is not MentionKind.LABEL]
    for turn in islice(speech.turns, max_turns):
        source = speech.transcript.turns[turn.index]
        speaker = annotated.speaker_of(turn.index)
        head = Text(f"\n[{clock(source.start_s)}] ", style="dim")
        head.append(speaker.name if speaker else "?", style="bold")
        yield head
        body = Text(speech.text[turn.start : turn.end])
        for mention in names:
            start, end = speech.mapped.from_raw(mention.span)
            if turn.start <= start < turn.end:
                body.stylize(f"bold {style_by_type[mention.type]}", start - turn.start, end - turn.start)
        for quantity in annotated.quantities:
            start, end = speech.mapped.from_raw(quantity.span)
            if turn.start <= start < turn.end:
                body.stylize("underline", start - turn.start, end - turn.start)
        yield body
    yield _claims(extracted)


def _claims(extracted: Extracted) -> Table:
    table = Table(title=f"\n{len(extracted.claims)} claims", title_justify="left", box=None, pad_edge=False)
    for column in ("time", "status", "conf.", "subject", "predicate", "object", "speaker"):
        table.add_column(column, overflow="fold")
    for cited in extracted.claims:
        claim = cited.claim
        target = (
            claim.object.refers_to or claim.object.surface
            if claim.object
            else (claim.literal.value if claim.literal else "")
        )
        table.add_row(
            clock(cited.evidence.start_s),
            claim.assertion.value,
            f"{claim.confidence:.2f}",
            Text(claim.subject.refers_to or claim.subject.surface),
            claim.predicate,
            Text(target),
            Text(claim.speaker or "-"),
        )
    return table
