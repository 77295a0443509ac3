"""The vocabulary of known things: names, other names and misheard names, read from ``schema/vocabulary.ttl``.

Goes out: a `Vocabulary` that finds the longest labels in a sequence of words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.errors import SchemaError
from kg.iri import NAMESPACE

__all__ = ["Entry", "Match", "Vocabulary", "Word", "load_vocabulary", "name_key", "parse_words"]

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SAME_AS = "https://schema.org/sameAs"

_WORD = re.compile(r"[^\W_]+(?:(?<=\d)[.,](?=\d)[^\W_]+)*|[+#]+(?=\s|$)|(?<=\w)\+\+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its folded form and its range."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of the vocabulary.

    Args:
        iri: Of the thing, under kg's own base.
        name: Preferred label.
        type: Local name of one of the ten types.
        subtype: Local name of a subclass, or None.
        aliases: Other correct names.
        hidden: Misheard and misspelt names.
        same_as: Pages of the thing elsewhere.
        case_sensitive: Whether labels count only in their own case.
        context: Folded words of which one must stand near; empty where none is needed.
    """

    iri: str
    name: str
    type: str
    subtype: str | None
    aliases: tuple[str, ...]
    hidden: tuple[str, ...]
    same_as: tuple[str, ...]
    case_sensitive: bool
    context: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """A label found: words `first` to `last` (exclusive) read as this entry.

    `label` is the vocabulary's spelling; `misheard` says that it is a hidden one.
    """

    entry: Entry
    label: str
    first: int
    last: int
    misheard: bool


def _fold(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word).casefold()
    return "".join(char for char in folded if not unicodedata.combining(char))


def parse_words(text: str) -> list[Word]:
    """The words of a text, folded (no case, no accents), with their ranges; hyphens part words.

    >>> [word.folded for word in parse_words("GPT-3's Gonçalves, TPU 2.0")]
    ['gpt', '3', 's', 'goncalves', 'tpu', '2.0']
    """
    return [Word(_fold(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]


def name_key(surface: str) -> str:
    """A surface form without case, accents, spaces and a plural ending, to tell whether two are alike.

    >>> name_key("Open AI") == name_key("OpenAI"), name_key("GPUs") == name_key("GPU")
    (True, True)
    """
    words = [word.folded for word in parse_words(surface)]
    if words and words[-1] == "s":
        words.pop()
    key = "".join(words)
    # "status" and "analysis" are no plurals, but a small s behind capitals ("GPUs") is one.
    of_capitals = len(surface) > 2 and surface.endswith("s") and surface[-3:-1].isupper()
    if of_capitals or (len(key) > 3 and key.endswith("s") and not key.endswith(("ss", "us", "is"))):
        key = key[:-1]
    return key


class Vocabulary:
    """Entries, by IRI and by the words of their labels."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(sorted(entries, key=lambda entry: entry.iri))
        self.entry_by_iri = {entry.iri: entry for entry in self.entries}
        self._index: dict[tuple[str, ...], list[tuple[Entry, str, bool]]] = {}
        self._longest: dict[str, int] = {}
        for entry in self.entries:
            for label, hidden in _labels(entry):
                key = tuple(word.folded for word in parse_words(label))
                if not key:
                    continue
                self._index.setdefault(key, []).append((entry, label, hidden))
                self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))

    def __len__(self) -> int:
        return len(self.entries)

    def find(self, words: Sequence[Word], text: str) -> Iterator[tuple[int, int, list[Match]]]:
        """Longest labels first from left to right: (first word, after last word, readings).

        Readings are what the label could stand for; the caller decides. A plural or a possessive
        ending on the last word is allowed. Guards (case, context) are for the caller too.
        """
        place = 0
        while place < len(words):
            length = self._length_at(words, text, place)
            if not length:
                place += 1
                continue
            length = self._leave_to_next(words, text, place, length)
            found = self._lookup(tuple(word.folded for word in words[place : place + length]))
            yield (
                place,
                place + length,
                [Match(e, label, place, place + length, hidden) for e, label, hidden in found],
            )
            place += length

    def _length_at(self, words: Sequence[Word], text: str, place: int) -> int:
        """How many words the longest label at `place` has; 0 where there is none."""
        for length in range(self._longest_from(words, place), 0, -1):
            key = tuple(word.folded for word in words[place : place + length])
            if self._lookup(key) and _is_tight(words, text, place, length):
                return length
        return 0

    def _leave_to_next(self, words: Sequence[Word], text: str, place: int, length: int) -> int:
        """A shorter length where the rest begins a label that reaches further and is as long.

        "Google TPU 2.0" is Google and TPU 2.0, not Google TPU and a number.
        """
        for shorter in range(length - 1, 0, -1):
            beyond = self._length_at(words, text, place + shorter)
            if (
                beyond >= length
                and shorter + beyond > length
                and self._lookup(tuple(word.folded for word in words[place : place + shorter]))
            ):
                return shorter
        return length

    def named(self, name: str) -> list[tuple[Entry, str, bool]]:
        """Entries of which `name` is a label: (entry, label as written, whether it is hidden)."""
        return self._lookup(tuple(word.folded for word in parse_words(name)))

    def _longest_from(self, words: Sequence[Word], place: int) -> int:
        first = words[place].folded
        longest = self._longest.get(first, 0)
        for stem in _singulars(first):
            longest = max(longest, self._longest.get(stem, 0))
        return min(longest, len(words) - place)

    def _lookup(self, key: tuple[str, ...]) -> list[tuple[Entry, str, bool]]:
        if not key:
            return []
        found = self._index.get(key, [])
        if not found:
            for stem in _singulars(key[-1]):
                found = self._index.get((*key[:-1], stem), [])
                if found:
                    break
        return found


def _labels(entry: Entry) -> Iterator[tuple[str, bool]]:
    for label in (entry.name, *entry.aliases):
        yield label, False
    for label in entry.hidden:
        yield label, True


def _singulars(word: str) -> Iterator[str]:
    # Short words ending in s (iOS, AWS, DOS) are names rather than plurals.
    if len(word) > 3 and word.endswith("ies"):
        yield word[:-3] + "y"
    if len(word) > 4 and word.endswith("es"):
        yield word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]


def _is_tight(words: Sequence[Word], text: str, place: int, length: int) -> bool:
    """Whether only spaces, hyphens and the like stand between the words, no comma or full stop."""
    for before, after in zip(words[place : place + length], words[place + 1 : place + length], strict=False):
        between = text[before.end : after.start]
        if any(char in between for char in ',;:!?()[]"“”\n') or (
            "." in between and not (len(before.folded) <= 2 or between == ".")
        ):
            return False
    return True


def load_vocabulary(path: Path | None = None) -> Vocabulary:
    """The vocabulary of the schema, or of the Turtle file at `path`.

    Raises:
        SchemaError: If the file is no Turtle or an entry lacks a label or a type.
    """
    if path is None:
        from kg.ontology import schema_dir

        path = schema_dir() / "vocabulary.ttl"
    return _load(path)


@lru_cache(maxsize=4)
def _load(path: Path) -> Vocabulary:
    from kg.ontology import load_ontology

    ontology = load_ontology()
    types = {entity_type.name for entity_type in ontology.entity_types}
    values: dict[str, dict[str, list[str]]] = {}
    try:
        for triple in parse(path=str(path), format=RdfFormat.TURTLE):
            subject, predicate, value = triple.subject, triple.predicate, triple.object
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                values.setdefault(subject.value, {}).setdefault(predicate.value, []).append(value.value)
    except (OSError, SyntaxError, ValueError) as error:
        raise SchemaError(
            f"the vocabulary cannot be read: {error}", where=path.name, hint="valid Turtle"
        ) from None
    entries = []
    for iri, fields in sorted(values.items()):
        kinds = [kind.removeprefix(NAMESPACE) for kind in fields.get(_TYPE, []) if kind.startswith(NAMESPACE)]
        main = [kind for kind in kinds if kind in types]
        labels = fields.get(_SKOS + "prefLabel", [])
        if not kinds and _SKOS + "prefLabel" not in fields:
            continue
        if len(main) != 1 or len(labels) != 1:
            raise SchemaError(
                f"the entry {iri} has {len(main)} types and {len(labels)} preferred labels",
                where=path.name,
                hint="exactly one of the ten types and one skos:prefLabel",
            )
        sub = sorted(kind for kind in kinds if kind not in types)
        entries.append(
            Entry(
                iri=iri,
                name=labels[0],
                type=main[0],
                subtype=sub[0] if sub else None,
                aliases=tuple(sorted(fields.get(_SKOS + "altLabel", []))),
                hidden=tuple(sorted(fields.get(_SKOS + "hiddenLabel", []))),
                same_as=tuple(sorted(fields.get(_SAME_AS, []))),
                case_sensitive=fields.get(NAMESPACE + "caseSensitive", ["false"])[0] == "true",
                context=frozenset(_fold(word) for word in fields.get(NAMESPACE + "contextWord", [])),
            )
        )
    return Vocabulary(entries)
