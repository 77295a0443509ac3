"""Who speaks: labels and initials to names.

Names come only from the transcript itself: full labels, the page's metadata, introductions ("I'm your
host, …", "joined by …") and people who are mentioned. A label for which nothing speaks stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kg.annotate.names import FIRST_PERSON, INITIALS, NAME_RUN, clean_label
from kg.annotate.roles import INTRODUCTION_TURNS
from kg.model import Mention, MentionKind, Span
from kg.speech import Speech
from kg.stages import Role, Speaker

__all__ = ["resolve_labels"]


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    span: Span
    weight: float
    role: str | None


def resolve_labels(speech: Speech, mentions: Sequence[Mention], roles: Sequence[Role]) -> dict[str, Speaker]:
    """A `Speaker` for each label of the transcript.

    A full name stands for itself; a first name or initials stand for the one person of the
    transcript who fits (most firmly introduced first); else the label is kept, unnamed.
    """
    labels = Counter(turn.speaker for turn in speech.transcript.turns if turn.speaker)
    people = _people(speech, mentions, roles, labels)
    found: dict[str, Speaker] = {}
    taken: set[str] = set()
    for label in sorted(labels, key=lambda text: (-labels[text], text)):
        cleaned = clean_label(label)
        words = cleaned.split()
        if len(words) >= 2 and not INITIALS.match(cleaned) and _looks_like_name(words):
            found[label] = Speaker(label, cleaned, True, 0.95)
            taken.add(found[label].name)
    for label in sorted(set(labels) - set(found), key=lambda text: (-labels[text], text)):
        cleaned = clean_label(label)
        fits = [p for p in people if p.name not in taken and _fits(cleaned, p.name)]
        if fits:
            chosen = max(fits, key=lambda p: (p.weight, -p.span.start))
            found[label] = Speaker(label, chosen.name, True, min(0.95, 0.6 + 0.1 * chosen.weight))
            taken.add(chosen.name)
        elif (own := _says_own_name(speech, label, people)) is not None:
            found[label] = Speaker(label, own, True, 0.8)
            taken.add(own)
        elif (
            len(cleaned.split()) == 1
            and cleaned[:1].isupper()
            and cleaned.isalpha()
            and not cleaned.isupper()
            and not _is_generic(cleaned)
        ):
            found[label] = Speaker(label, cleaned, True, 0.7)
        else:
            found[label] = Speaker(label, cleaned or label, False, 0.5)
    return found


def _is_generic(word: str) -> bool:
    # Parts, not people: the closed class of words that transcribers put before a colon.
    return word.lower() in {
        "speaker",
        "host",
        "guest",
        "interviewer",
        "interviewee",
        "moderator",
        "audience",
        "narrator",
        "announcer",
        "unknown",
        "operator",
        "man",
        "woman",
        "question",
        "answer",
        "all",
        "both",
        "participant",
        "caller",
        "q",
        "a",
    }


def _looks_like_name(words: Sequence[str]) -> bool:
    return (
        all(w[:1].isupper() or len(w) <= 3 for w in words)
        and not _is_generic(words[0])
        and not any(any(char.isdigit() for char in w) for w in words)
    )


def _people(
    speech: Speech, mentions: Sequence[Mention], roles: Sequence[Role], labels: Counter[str]
) -> list[_Person]:
    """Everybody who could be a speaker, with how firmly the transcript brings them up."""
    people: dict[str, _Person] = {}

    def add(name: str, span: Span, weight: float, role: str | None) -> None:
        name = clean_label(name)
        if not name:
            return
        known = people.get(name)
        if known is None:
            people[name] = _Person(name, span, weight, role)
        else:
            people[name] = _Person(name, known.span, known.weight + weight, known.role or role)

    for role in roles:
        add(role.name, role.span, 3.0 * role.confidence, role.role)
    for mention in mentions:
        if mention.type == "Person" and mention.kind is not MentionKind.LABEL:
            add(mention.surface, mention.span, 0.2, None)
    for turn in speech.turns[:INTRODUCTION_TURNS]:
        # Names that no model knows: capitalised runs in the first turns.
        for match in NAME_RUN.finditer(speech.text, turn.start, turn.end):
            weight = (
                1.5 if FIRST_PERSON.search(speech.text[max(0, match.start() - 14) : match.start()]) else 0.1
            )
            add(match.group(), speech.to_raw(match.start(), match.end()), weight, None)
    return sorted(people.values(), key=lambda person: (-person.weight, person.span, person.name))


def _fits(label: str, name: str) -> bool:
    words = [word for word in re.split(r"[\s\-]+", name) if word[:1].isalpha()]
    if len(words) < 2:
        return False
    folded = label.replace(".", "").replace(" ", "")
    if folded.isupper() and 2 <= len(folded) <= 4:
        initials = "".join(word[0] for word in words if word[0].isupper())
        if folded in (initials.upper(), (words[0][0] + words[-1][0]).upper()):
            return True
    return label.lower() in (words[0].lower(), words[-1].lower())


def _says_own_name(speech: Speech, label: str, people: Sequence[_Person]) -> str | None:
    """The name after "I'm" or "my name is" in a turn with this label, or None."""
    for turn in speech.turns[:INTRODUCTION_TURNS]:
        if speech.transcript.turns[turn.index].speaker != label:
            continue
        for match in NAME_RUN.finditer(speech.text, turn.start, turn.end):
            before = speech.text[max(0, match.start() - 30) : match.start()]
            if FIRST_PERSON.search(before) or re.search(r"your host,?\s+$", before):
                return clean_label(match.group())
    return None
