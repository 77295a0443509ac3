"""What the words of a tree refer to: tokens to mentions, "I" to the speaker, "you" to the addressee."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.model import Mention, MentionKind
from kg.stages import Annotated, Parsed, Speaker

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Referents"]

_FIRST = frozenset({"i", "me", "my", "mine", "myself"})
_SECOND = frozenset({"you", "your", "yours", "yourself"})
_PLURAL = frozenset({"we", "us", "our", "ours", "ourselves"})


class Referents:
    """Finds the mention that a token stands for, in one annotated document."""

    def __init__(self, annotated: Annotated) -> None:
        self._annotated = annotated
        names = [m for m in annotated.mentions if m.kind is not MentionKind.LABEL]
        mapped = annotated.speech.mapped
        self._ranges = sorted((*mapped.from_raw(mention.span), index) for index, mention in enumerate(names))
        self._starts = [start for start, _, _ in self._ranges]
        self._names = names

    def named(self, token: Token, parsed: Parsed) -> Mention | None:
        """The name or term that covers `token`, or None."""
        return self.at(parsed.offset + token.idx, parsed.offset + token.idx + len(token.text))

    def at(self, start: int, end: int) -> Mention | None:
        """The name or term that covers this range of the normalised speech, or None."""
        place = bisect_right(self._starts, start) - 1
        if place < 0:
            return None
        first, last, index = self._ranges[place]
        return self._names[index] if first <= start and end <= last + 2 and start < last else None

    def within(self, start: int, end: int) -> Sequence[Mention]:
        """Names and terms inside this range, ascending."""
        place = bisect_right(self._starts, start - 1)
        found = []
        while place < len(self._ranges) and self._ranges[place][0] < end:
            if self._ranges[place][1] <= end:
                found.append(self._names[self._ranges[place][2]])
            place += 1
        return found

    def of(self, token: Token, parsed: Parsed) -> Mention | None:
        """Whom or what `token` refers to: a name, the speaker, the addressee; else None."""
        named = self.named(token, parsed)
        if named is not None:
            return named
        word = token.lower_
        if token.pos_ in ("NOUN", "PROPN"):
            return self._apposed(token, parsed)
        if word in _FIRST:
            return self._person(self._annotated.speaker_of(parsed.turn), token, parsed)
        if word in _SECOND:
            return self._person(self.addressee(parsed.turn), token, parsed)
        return None

    def _apposed(self, token: Token, parsed: Parsed) -> Mention | None:
        """The name that a description right behind a comma describes ("OpenAI, the lab founded by …")."""
        first = min([token.i, *(child.i for child in token.children if child.i < token.i)])
        if first < 2 or parsed.doc[first].lower_ not in ("the", "a", "an", "which", "our", "my", "this"):
            return None
        if parsed.doc[first - 1].text not in (",", "-", "–", "—", "("):
            return None
        return self.named(parsed.doc[first - 2], parsed)

    def addressee(self, turn: int) -> Speaker | None:
        """Who is spoken to in a turn: the one other speaker, or the one who spoke last; else None."""
        speaker = self._annotated.speaker_of(turn)
        if speaker is None:
            return None
        others = {s.name: s for s in self._annotated.speakers.values() if s.name != speaker.name}
        if len(others) == 1:
            return next(iter(others.values()))
        for earlier in range(turn - 1, -1, -1):
            other = self._annotated.speaker_of(earlier)
            if other is not None and other.name != speaker.name:
                return other
        return None

    def _person(self, speaker: Speaker | None, token: Token, parsed: Parsed) -> Mention | None:
        if speaker is None:
            return None
        start = parsed.offset + token.idx
        return Mention(
            span=self._annotated.speech.to_raw(start, start + len(token.text)),
            surface=token.text,
            type="Person",
            kind=MentionKind.PRONOUN,
            confidence=speaker.confidence * 0.95,
            refers_to=speaker.name,
            source="speaker",
        )
