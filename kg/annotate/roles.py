"""Who hosts a recording and who is its guest: from metadata and introductions.

Comes in: speech, mentions, cue words, the series. Goes out: `Role`s, each person once a role.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from kg.annotate.names import FIRST_PERSON, NAME_RUN, clean_label
from kg.model import Mention, Span
from kg.ontology.cues import Cues, IntroductionCue
from kg.ontology.vocabulary import Vocabulary
from kg.speech import Speech
from kg.stages import Role

__all__ = ["INTRODUCTION_TURNS", "find_roles"]

# First turns are where people are introduced; later "I'm Jane" is often a quotation.
INTRODUCTION_TURNS = 6
# The same for recordings in one long turn, in characters (about five minutes of speech).
_OPENING = 5000
# How far behind the show's name its host says their own, in characters (about 50 words).
_NEAR_SERIES = 300
# Auxiliaries that put "talking to X" into the past, where it introduces nobody.
_PAST = re.compile(r"\b(?:was|were|been|had|did|'d)\s+(?:\w+\s+)?$")


def find_roles(
    speech: Speech,
    mentions: Sequence[Mention],
    cues: Cues,
    *,
    vocabulary: Vocabulary,
    series: Mention | None = None,
    is_person: Callable[[str], bool] = lambda name: False,
) -> list[Role]:
    """Hosts and guests, surest first.

    Args:
        speech: Normalised speech.
        mentions: Its mentions.
        cues: Introduction cues.
        vocabulary: For the full names of known people.
        series: The show, where it is known; who says their own name right after it is a host.
        is_person: Whether a name is a person's; asked of the channel's name alone.
    """
    roles = [*_from_metadata(speech), *_introductions(speech, mentions, cues, vocabulary)]
    roles += _self_introduced(speech, series)
    channel = speech.transcript.metadata.channel
    guests = [role for role in roles if role.role == "guest"]
    if channel and guests and not any(role.role == "host" for role in roles) and is_person(channel):
        # A channel named after a person, and somebody who is interviewed: the person asks.
        span = speech.transcript.metadata.spans.get("channel") or guests[0].span
        if channel.lower() not in {guest.name.lower() for guest in guests}:
            roles.append(Role(channel, "host", span, 0.75, "metadata"))
    best: dict[tuple[str, str], Role] = {}
    for role in roles:
        key = (role.name.lower(), role.role)
        if key not in best or role.confidence > best[key].confidence:
            best[key] = role
    return sorted(best.values(), key=lambda role: (-role.confidence, role.span, role.name))


def _from_metadata(speech: Speech) -> Iterator[Role]:
    metadata = speech.transcript.metadata
    whole = speech.to_raw(0, min(len(speech.text), 200)) if speech.text else Span(0, 1)
    for kind, names in (("host", metadata.hosts), ("guest", metadata.guests)):
        span = metadata.spans.get(f"{kind}s") or metadata.spans.get(kind) or whole
        for name in names:
            yield Role(name, kind, span, 0.95, "metadata")


def _introductions(
    speech: Speech, mentions: Sequence[Mention], cues: Cues, vocabulary: Vocabulary
) -> Iterator[Role]:
    opening = _opening(speech)
    for mention in mentions:
        start, end = speech.mapped.from_raw(mention.span)
        if mention.type != "Person" or start > opening:
            continue
        name = mention.surface
        if mention.vocabulary_iri:
            # Misheard or short, a known person is introduced under the real name.
            name = vocabulary.entry_by_iri[mention.vocabulary_iri].name
        for cue in cues.introductions:
            shown = _introduced(speech, start, end, cue)
            if shown is not None:
                weight = cue.weight if " " in name else cue.weight - 0.15
                yield Role(name, cue.role, shown, weight, "introduction")


def _self_introduced(speech: Speech, series: Mention | None) -> Iterator[Role]:
    """Whoever names the show and then themselves: "Welcome to Open Questions. I'm Jun Marchetti." """
    if series is None or not speech.turns:
        return
    named_at = speech.text.find(series.surface)
    if not 0 <= named_at <= _opening(speech):
        return
    turn = speech.turn_at(named_at)
    for match in NAME_RUN.finditer(speech.text, named_at, named_at + _NEAR_SERIES):
        if not FIRST_PERSON.search(speech.text[max(0, match.start() - 14) : match.start()]):
            continue
        same = match.start() < turn.end
        also = re.search(r"\band\s+\S+\s+$", speech.text[: match.start()][-20:], re.IGNORECASE)
        if same or also:
            name = clean_label(match.group())
            span = speech.to_raw(match.start(), match.end())
            yield Role(name, "host", span, 0.8 if same else 0.7, "introduction")


def _opening(speech: Speech) -> int:
    """Where the opening ends, in the normalised text: people are introduced before it."""
    if len(speech.turns) > INTRODUCTION_TURNS:
        return min(speech.turns[INTRODUCTION_TURNS - 1].end, 2 * _OPENING)
    return min(len(speech.text), _OPENING)


def _introduced(speech: Speech, start: int, end: int, cue: IntroductionCue) -> Span | None:
    """The words from the cue to the name (or back), in the raw text, or None."""
    text = speech.text
    left = text[max(0, start - 120) : start]
    # A gap never crosses the end of a sentence or of a turn.
    clause = re.split(r"[.!?\n]\s", left)[-1]
    lowered = _plain(clause)
    for phrase in cue.before:
        at = lowered.rfind(phrase)
        if at >= 0 and not lowered[at - 1 : at].isalnum() and not _PAST.search(lowered[:at]):
            between = lowered[at + len(phrase) :]
            if not between[:1].isalnum() and len(re.findall(r"\w+", between)) <= cue.gap:
                return speech.to_raw(start - len(clause) + at, end)
    right = text[end : end + 80]
    follow = _plain(right)
    for phrase in cue.after:
        at = follow.find(phrase)
        if at >= 0 and not follow[at - 1 : at].isalnum():
            between = follow[:at]
            if "?" not in between and len(re.findall(r"\w+", between)) <= cue.gap:
                return speech.to_raw(start, end + at + len(phrase))
    return None


def _plain(text: str) -> str:
    return text.replace("’", "'").lower()
