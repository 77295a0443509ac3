"""Who speaks: labels and initials to names, hosts and guests.

Names come only from the transcript itself: full labels, the page's metadata, introductions ("I'm your
host, …", "joined by …") and people who are mentioned. A label for which nothing speaks stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Mention, MentionKind, Span
from kg.ontology.cues import Cues, IntroductionCue
from kg.speech import Speech
from kg.stages import Role, Speaker

__all__ = ["find_roles", "find_series", "resolve_labels"]

_INITIALS = re.compile(r"^(?:[A-Z]\.?\s?){2,4}$")
_SUFFIX = re.compile(r",.*$|\s*\((?:.*)\)$|\b(?:Ph\.?D|M\.?D|Psy\.?D|Jr|Sr)\.?$")
_HONORIFIC = re.compile(r"^(?:dr|prof|professor|mr|mrs|ms|sir)\.?\s+", re.IGNORECASE)
_NAME_RUN = re.compile(
    r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms)\.?\s+)?[A-ZÀ-Þ][\w'’\-]*(?:\s+(?:[A-ZÀ-Þ]\.|[a-z]{1,3}(?=\s+[A-ZÀ-Þ])|[A-ZÀ-Þ][\w'’\-]*)){1,3}"
)
_FIRST_PERSON = re.compile(r"\b(?:I'm|I’m|I am|my name is|My name is|My name's)\s+$")
# First turns are where people are introduced; later "I'm Jane" is often a quotation.
_INTRODUCTION_TURNS = 6
# The same for recordings in one long turn, in characters (about five minutes of speech).
_OPENING = 5000


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    span: Span
    weight: float
    role: str | None


def clean_label(label: str) -> str:
    """A speaker label without titles, degrees and brackets.

    >>> clean_label("Dr. Jane Roe, Ph.D:")
    'Jane Roe'
    """
    text = unicodedata.normalize("NFC", " ".join(label.replace(":", " ").split()))
    text = _SUFFIX.sub("", text).strip(" ,;*_")
    text = _HONORIFIC.sub("", text).strip()
    if len(text) > 4 and text.isupper() and " " in text:
        text = text.title()
    return text


def find_roles(speech: Speech, mentions: Sequence[Mention], cues: Cues) -> list[Role]:
    """Hosts and guests from metadata and introductions, each person once a role, surest first."""
    metadata = speech.transcript.metadata
    roles: list[Role] = []
    whole = speech.to_raw(0, min(len(speech.text), 200)) if speech.text else Span(0, 1)
    for kind, names in (("host", metadata.hosts), ("guest", metadata.guests)):
        for name in names:
            span = metadata.spans.get(f"{kind}s") or metadata.spans.get(kind) or whole
            roles.append(Role(name, kind, span, 0.95, "metadata"))
    opening = _opening(speech)
    for mention in mentions:
        start, end = speech.mapped.from_raw(mention.span)
        if mention.type != "Person" or start > opening:
            continue
        for cue in cues.introductions:
            shown = _introduced(speech, start, end, cue)
            if shown is not None:
                weight = cue.weight if " " in mention.surface else cue.weight - 0.15
                roles.append(Role(mention.surface, cue.role, shown, weight, "introduction"))
    best: dict[tuple[str, str], Role] = {}
    for role in roles:
        key = (role.name.lower(), role.role)
        if key not in best or role.confidence > best[key].confidence:
            best[key] = role
    return sorted(best.values(), key=lambda role: (-role.confidence, role.span, role.name))


def _opening(speech: Speech) -> int:
    """Where the opening ends, in the normalised text: people are introduced before it."""
    if len(speech.turns) > _INTRODUCTION_TURNS:
        return min(speech.turns[_INTRODUCTION_TURNS - 1].end, 2 * _OPENING)
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
        if at >= 0 and not lowered[at - 1 : at].isalnum():
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
        if len(words) >= 2 and not _INITIALS.match(cleaned) and _looks_like_name(words):
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
    for turn in speech.turns[:_INTRODUCTION_TURNS]:
        # Names that no model knows: capitalised runs in the first turns.
        for match in _NAME_RUN.finditer(speech.text, turn.start, turn.end):
            weight = (
                1.5 if _FIRST_PERSON.search(speech.text[max(0, match.start() - 14) : match.start()]) else 0.1
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
        return folded in (initials.upper(), (words[0][0] + words[-1][0]).upper())
    return label.lower() in (words[0].lower(), words[-1].lower())


def _says_own_name(speech: Speech, label: str, people: Sequence[_Person]) -> str | None:
    """The name after "I'm" or "my name is" in a turn with this label, or None."""
    for turn in speech.turns[:_INTRODUCTION_TURNS]:
        if speech.transcript.turns[turn.index].speaker != label:
            continue
        for match in _NAME_RUN.finditer(speech.text, turn.start, turn.end):
            before = speech.text[max(0, match.start() - 30) : match.start()]
            if _FIRST_PERSON.search(before) or re.search(r"your host,?\s+$", before):
                return clean_label(match.group())
    return None


def find_series(speech: Speech, mentions: Sequence[Mention], cues: Cues) -> Mention | None:
    """The show that the recording belongs to, from metadata or from its opening words, or None."""
    metadata = speech.transcript.metadata
    if metadata.series:
        span = metadata.spans.get("series") or speech.to_raw(0, 1)
        return Mention(span, metadata.series, "Work", MentionKind.LABEL, confidence=0.95, source="metadata")
    opening = speech.text[: 6000 if speech.turns else 0]
    works = {speech.mapped.from_raw(m.span)[0]: m for m in mentions if m.type == "Work"}
    lowered = _plain(opening)
    best: tuple[float, int, Mention] | None = None
    for phrase in cues.series_before:
        for match in re.finditer(rf"(?<!\w){re.escape(phrase)}\s+(?:the\s+)?", lowered):
            at = match.end()
            work = works.get(at) or works.get(
                match.end() - 4 if lowered[match.end() - 4 : match.end()] == "the " else at
            )
            name_match = re.compile(
                r"(?:The\s+)?[A-Z][\w'’&.\-]*(?:\s+(?:of|the|in|and|on|for|&)(?=\s+[A-Z])|\s+[A-Z][\w'’&\-]*){0,6}"
            ).match(
                opening,
                at - 4
                if opening[max(0, at - 4) : at].lower() == "the " and opening[max(0, at - 4)] == "T"
                else at,
            )
            if work is not None:
                start, end = speech.mapped.from_raw(work.span)
            elif name_match:
                start, end = name_match.start(), name_match.end()
            else:
                continue
            surface = opening[start:end].rstrip(".,;:!? ")
            last = surface.split()[-1].lower() if surface else ""
            score = (
                (1.0 if work is not None else 0.0)
                + (1.0 if last in cues.series_nouns else 0.0)
                + 0.1 * len(phrase.split())
            )
            if len(surface.split()) >= 2 and surface.split()[0].lower() == "the":
                score += 0.4
            if score < 0.9 or not surface:
                continue
            if best is None or (score, -start) > (best[0], -best[1]):
                mention = Mention(
                    speech.to_raw(start, start + len(surface)),
                    surface,
                    "Work",
                    MentionKind.NAME,
                    vocabulary_iri=work.vocabulary_iri if work else None,
                    confidence=min(0.9, 0.5 + 0.2 * score),
                    source="introduction",
                )
                best = (score, start, mention)
    return best[2] if best else None
