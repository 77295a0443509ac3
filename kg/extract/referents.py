"""What the words of a tree refer to: tokens to mentions, "I" to the speaker, "you" to the addressee."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.extract.arguments import base
from kg.model import Mention, MentionKind
from kg.ontology.cues import load_cues
from kg.stages import Annotated, Parsed, Speaker

if TYPE_CHECKING:
    from spacy.tokens import Span as SpacySpan
    from spacy.tokens import Token

__all__ = ["Referents"]

# The pronouns of English are a closed class of the language.
_FIRST = frozenset({"i", "me", "my", "mine", "myself"})
_SECOND = frozenset({"you", "your", "yours", "yourself"})
_PLURAL = frozenset({"we", "us", "our", "ours", "ourselves"})
_PERSON = frozenset({"he", "she", "him", "her", "his", "hers"})
_THING = frozenset({"it", "its", "this", "that"})
_THEY = frozenset({"they", "them", "their"})
_DEFINITE = frozenset({"the", "this", "that", "these", "those"})
# An antecedent stands in the sentence itself or in the two before it.
_SENTENCES_BACK = 2
# How often the most recent compatible subject is who is meant; else the most recent mention.
_SUBJECT_CONFIDENCE = 0.7
_OTHER_CONFIDENCE = 0.5


class Referents:
    """Finds the mention that a token stands for, in one annotated document.

    Args:
        annotated: The document.
        organizations: For whom a speaker says "we", by the speaker's name.
    """

    def __init__(self, annotated: Annotated, organizations: Mapping[str, Mention] | None = None) -> None:
        self._annotated = annotated
        self._organizations = organizations or {}
        names = [m for m in annotated.mentions if m.kind is not MentionKind.LABEL]
        mapped = annotated.speech.mapped
        self._ranges = sorted((*mapped.from_raw(mention.span), index) for index, mention in enumerate(names))
        self._starts = [start for start, _, _ in self._ranges]
        self._names = names
        self._type_of_noun = {
            noun: type_ for type_, nouns in load_cues().class_nouns.items() for noun in nouns
        }

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
        if word in _SECOND and not _is_generic(token):
            return self._person(self.addressee(parsed.turn), token, parsed)
        return None

    def readings(self, token: Token, parsed: Parsed) -> Iterator[tuple[Mention, str]]:
        """What a pronoun or a description may stand for, with the sort of expression."""
        word = token.lower_
        if token.pos_ not in ("PRON", "DET", "NOUN"):
            return
        if word in _FIRST:
            if (mention := self._person(self._annotated.speaker_of(parsed.turn), token, parsed)) is not None:
                yield mention, "I"
        elif word in _SECOND:
            if (mention := self._person(self.addressee(parsed.turn), token, parsed)) is not None:
                yield mention, "you"
        elif word in _PLURAL:
            speaker = self._annotated.speaker_of(parsed.turn)
            organization = self._organizations.get(speaker.name) if speaker else None
            if organization is not None:
                yield self._standing_for(token, parsed, organization, 0.8), "we-org"
            if (mention := self._person(speaker, token, parsed)) is not None:
                yield mention, "we" if organization is None else "we-alone"
        elif (mention := self.antecedent(token, parsed)) is not None:
            yield (
                mention,
                "he" if word in _PERSON else "they" if word in _THEY else "it" if word in _THING else "noun",
            )

    def unspoken(self, parsed: Parsed, sentence: SpacySpan) -> Mention | None:
        """The speaker of a sentence in which no word stands for the speaker, or None."""
        speaker = self._annotated.speaker_of(parsed.turn)
        if speaker is None or any(token.lower_ in _FIRST or token.lower_ in _PLURAL for token in sentence):
            return None
        start = parsed.offset + sentence.start_char
        return Mention(
            span=self._annotated.speech.to_raw(start, start + len(sentence.text)),
            surface=speaker.name,
            type="Person",
            kind=MentionKind.LABEL,
            confidence=speaker.confidence,
            refers_to=speaker.name,
            source="speaker",
        )

    def antecedent(self, token: Token, parsed: Parsed) -> Mention | None:
        """What a third-person pronoun or "the company" stands for, marked as a pronoun, or None.

        The most recent compatible subject within two sentences; else the most recent compatible mention,
        if no other thing of these types is named since. Source: ours, after Hobbs (1978) and the salience
        order of Lappin & Leass (1994), much simplified.
        """
        types = self._antecedent_types(token)
        if not types:
            return None
        doc = parsed.doc
        start = token.sent.start
        for _ in range(_SENTENCES_BACK):
            if start > 0:
                start = doc[start - 1].sent.start
        others: list[Mention] = []
        subjects: list[Mention] = []
        own_clause = {token.i}
        for each in doc[start : token.i]:
            mention = self.named(each, parsed)
            if mention is None or mention.type not in types:
                continue
            if each.head.i == token.head.i and each.sent.start == token.sent.start:
                own_clause.add(each.i)
                continue
            (subjects if base(each) == "nsubj" else others).append(mention)
        if subjects:
            return self._standing_for(token, parsed, subjects[-1], _SUBJECT_CONFIDENCE)
        if others:
            return self._standing_for(token, parsed, others[-1], _OTHER_CONFIDENCE)
        return None

    def _antecedent_types(self, token: Token) -> frozenset[str]:
        word = token.lower_
        if token.pos_ == "PRON":
            if word in _PERSON:
                return frozenset({"Person"})
            if word in _THEY:
                return frozenset({"Organization", "Person"})
            if word in ("this", "that") and base(token) not in ("nsubj", "obj", "obl"):
                return frozenset()
            if word in _THING:
                return frozenset(
                    {"Software", "Hardware", "Organization", "Method", "Dataset", "Work", "Concept"}
                )
            return frozenset()
        if token.pos_ == "NOUN" and any(
            base(child) == "det" and child.lower_ in _DEFINITE for child in token.children
        ):
            type_ = self._type_of_noun.get(token.lemma_.lower())
            return frozenset({type_}) if type_ else frozenset()
        return frozenset()

    def _standing_for(self, token: Token, parsed: Parsed, meant: Mention, confidence: float) -> Mention:
        start = parsed.offset + token.idx
        return replace(
            meant,
            span=self._annotated.speech.to_raw(start, start + len(token.text)),
            surface=token.text,
            kind=MentionKind.PRONOUN,
            refers_to=meant.refers_to or meant.surface,
            confidence=round(meant.confidence * confidence, 3),
            source="coreference",
        )

    def _apposed(self, token: Token, parsed: Parsed) -> Mention | None:
        """The name that a description right behind a comma describes ("OpenAI, the lab founded by …")."""
        # Parsers hang the comma on either side.
        first = min([token.i, *(c.i for c in token.children if c.i < token.i and c.pos_ != "PUNCT")])
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


def _is_generic(you: Token) -> bool:
    """Whether "you" may mean anybody: the clause neither asks nor tells of the past.

    "You can use Redis" says nothing of the addressee; "you founded Cruise" and "do you use Redis?" do.
    """
    if you.sent.text.rstrip().endswith("?"):
        return False
    verb = you.head
    for _ in range(2):
        if verb.pos_ in ("VERB", "AUX") or any(base(child) == "cop" for child in verb.children):
            break
        verb = verb.head
    helpers = [child for child in verb.children if base(child) in ("aux", "cop")]
    if any(child.tag_ == "MD" for child in helpers):
        return True
    return not (
        verb.tag_ in ("VBD", "VBN")
        or any(child.tag_ in ("VBD", "VBN") for child in helpers)
        or (any(base(child) == "cop" for child in verb.children) and verb.pos_ in ("NOUN", "PROPN"))
    )
