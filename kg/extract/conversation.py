"""Who interviews whom, from who asks and who answers.

Comes in: turns with labels. Goes out: claims between the speakers. Source: ours; counted on the podcasts'
training part, where whoever asks someone twice as often as the other way, and says less, interviews them in
three of four cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.model import Assertion, Claim, Mention, MentionKind, Span
from kg.ontology import load_ontology

if TYPE_CHECKING:
    from kg.stages import Annotated, Speaker

__all__ = ["ConversationExtractor"]

# A question counts where it stands among the last words of a turn and somebody else goes on.
_END = 200
_OFTEN = 3


class ConversationExtractor:
    """Proposes who interviewed whom among speakers that have names."""

    name = "conversation"

    def __init__(self) -> None:
        self._interviewed = load_ontology().predicate("interviewed").name

    def __call__(self, annotated: Annotated) -> Iterable[Claim]:
        """The claims of one document, sorted by the names of the two."""
        turns = annotated.speech.turns
        text = annotated.speech.text
        asked: Counter[tuple[str, str]] = Counter()
        words: Counter[str] = Counter()
        evidence: dict[tuple[str, str], Span] = {}
        by_name: dict[str, Speaker] = {}
        for place, turn in enumerate(turns):
            speaker = annotated.speaker_of(turn.index)
            if speaker is None or not speaker.named:
                continue
            by_name.setdefault(speaker.name, speaker)
            words[speaker.name] += len(text[turn.start : turn.end].split())
            if place + 1 == len(turns):
                continue
            other = annotated.speaker_of(turns[place + 1].index)
            if other is None or not other.named or other.name == speaker.name:
                continue
            mark = text.rfind("?", max(turn.start, turn.end - _END), turn.end)
            if mark < 0:
                continue
            pair = (speaker.name, other.name)
            asked[pair] += 1
            if pair not in evidence:
                begin = max(text.rfind(stop, turn.start, mark) + 1 for stop in ".?!")
                begin = max(begin, turn.start)
                begin += len(text[begin:mark]) - len(text[begin:mark].lstrip())
                evidence[pair] = annotated.speech.to_raw(begin, mark + 1)
        for (asker, answerer), count in sorted(asked.items()):
            back = asked[answerer, asker]
            if words[asker] >= words[answerer] or not (
                count >= 2 * max(back, 1) or (count >= _OFTEN and count > back) or back == 0
            ):
                continue
            weight = 0.75 if count >= 2 else 0.55
            yield Claim(
                subject=_mention(by_name[asker], evidence[asker, answerer]),
                predicate=self._interviewed,
                object=_mention(by_name[answerer], evidence[asker, answerer]),
                literal=None,
                span=evidence[asker, answerer],
                assertion=Assertion.ASSERTED,
                confidence=round(weight * by_name[asker].confidence * by_name[answerer].confidence, 3),
                speaker=asker,
                extractor=self.name,
            )


def _mention(speaker: Speaker, span: Span) -> Mention:
    return Mention(
        span=span,
        surface=speaker.name,
        type="Person",
        kind=MentionKind.LABEL,
        confidence=speaker.confidence,
        refers_to=speaker.name,
        source="speaker",
    )
