"""Which mentions of one document mean the same thing.

Comes in: one document's mentions. Goes out: for each identity (a vocabulary entry, or a surface form
without case and number) the key of the cluster that it belongs to, over all documents.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kg.model import Mention
from kg.ontology.cues import Cues, load_cues
from kg.ontology.vocabulary import Vocabulary, name_key, parse_words
from kg.resolve.stems import stem
from kg.stages import Extracted

__all__ = ["DocumentResolver", "Identity", "Within", "identity_of"]

Identity = tuple[str, str]

# Things of these types are never the same as things of another type, even under one name.
_APART = ("Person", "Place")

# Things of these types are ideas: one word more or less makes another idea of it.
_IDEAS = ("Concept", "Method")

# A part of a name must be this much more often the one person's than the other's to be believed.
_CLEARLY = 2


def identity_of(mention: Mention) -> Identity:
    """What two mentions of one document must share to be the same thing before any merging."""
    if mention.vocabulary_iri:
        return ("vocabulary", mention.vocabulary_iri)
    text = mention.refers_to or mention.surface
    apart = mention.type if mention.type in _APART else ""
    return (apart, name_key(text) or text)


@dataclass(slots=True)
class _Form:
    """One identity of a document: its names by frequency, its type, and its words without case."""

    identity: Identity
    names: Counter[str]
    types: Counter[str]

    @property
    def label(self) -> str:
        return min(self.names, key=lambda name: (-self.names[name], name))

    @property
    def type(self) -> str:
        return min(self.types, key=lambda name: (-self.types[name], name))

    @property
    def count(self) -> int:
        return sum(self.names.values())

    @property
    def is_name(self) -> bool:
        return any(char.isupper() for char in self.label)

    @property
    def is_known(self) -> bool:
        return self.identity[0] == "vocabulary"


@dataclass(frozen=True, slots=True)
class Within:
    """How one document's identities come together.

    Args:
        key_by_identity: Of the cluster, over all documents.
        own: Identities that are no short, inflected or abbreviated form of another one.
    """

    key_by_identity: dict[Identity, str]
    own: frozenset[Identity]


class DocumentResolver:
    """Joins the identities of one document: parts of names, short forms, abbreviations, inflections."""

    def __init__(self, vocabulary: Vocabulary, cues: Cues | None = None) -> None:
        self._vocabulary = vocabulary
        cues = cues or load_cues()
        self._class_nouns = frozenset(noun for nouns in cues.class_nouns.values() for noun in nouns)
        self._series_nouns = cues.series_nouns

    def __call__(self, document: Extracted) -> Within:
        """For each identity of the document, the key of its cluster, and which ones go by their own name."""
        forms = _forms(document.mentions)
        target = self._joined(forms)
        unnamed = {speaker.name for speaker in document.speakers if not speaker.named}
        keys = {identity: self._key(forms[_root(target, identity)], document, unnamed) for identity in forms}
        return Within(keys, frozenset(identity for identity in forms if identity not in target))

    def _joined(self, forms: dict[Identity, _Form]) -> dict[Identity, Identity]:
        """For each identity that means another one, that one."""
        target: dict[Identity, Identity] = {}
        for joins in (
            self._known_labels(forms),
            self._people(forms),
            self._short_forms(forms),
            self._abbreviations(forms),
            self._inflections(forms),
        ):
            for identity, other in joins:
                if identity not in target and _root(target, other) != identity:
                    target[identity] = other
        return target

    def _known_labels(self, forms: dict[Identity, _Form]) -> Iterable[tuple[Identity, Identity]]:
        """A form that a guard kept from its entry means it after all where the document names the entry."""
        by_key: dict[str, set[Identity]] = defaultdict(set)
        for form in forms.values():
            for label in self._labels(form) if form.is_known else ():
                by_key[name_key(label)].add(form.identity)
        for form in forms.values():
            fits = by_key.get(form.identity[1], set())
            if form.is_known or len(fits) != 1:
                continue
            (known,) = fits
            if form.type == forms[known].type or not {form.type, forms[known].type} & set(_APART):
                yield form.identity, known

    def _labels(self, form: _Form) -> tuple[str, ...]:
        """The names of a form: as met, and those that the vocabulary gives."""
        if not form.is_known:
            return tuple(sorted(form.names))
        entry = self._vocabulary.entry_by_iri[form.identity[1]]
        return (entry.name, *entry.aliases, *entry.hidden)

    def _people(self, forms: dict[Identity, _Form]) -> Iterable[tuple[Identity, Identity]]:
        """First and last names, and short first names, mean the one person of the document who fits."""
        by_part: dict[str, list[_Form]] = defaultdict(list)
        firsts: list[tuple[str, _Form]] = []
        for form in forms.values():
            if form.type != "Person":
                continue
            label = self._vocabulary.entry_by_iri[form.identity[1]].name if form.is_known else form.label
            words = label.split()
            if len(words) < 2:
                continue
            for word in {words[0], words[-1]}:
                by_part[name_key(word)].append(form)
            firsts.append((name_key(words[0]), form))
        for form in forms.values():
            if form.is_known or not form.label[:1].isupper() or len(form.label.split()) != 1:
                continue
            if form.type == "Place":
                continue
            key = name_key(form.label)
            fits = by_part.get(key, [])
            if not fits and form.type == "Person" and len(key) >= 3:
                fits = [other for first, other in firsts if first.startswith(key)]
            if (best := _clearest(fits)) is not None:
                yield form.identity, best.identity

    def _short_forms(self, forms: dict[Identity, _Form]) -> Iterable[tuple[Identity, Identity]]:
        """Names with or without their maker, their legal form or a noun that says what they are."""
        named = {f.identity: tuple(w.folded for w in parse_words(f.label)) for f in forms.values()}
        by_words: dict[tuple[str, ...], list[_Form]] = defaultdict(list)
        for form in forms.values():
            for key in {tuple(w.folded for w in parse_words(label)) for label in self._labels(form)}:
                by_words[key].append(form)
        organizations = {named[f.identity] for f in forms.values() if f.type == "Organization"}
        begun: dict[tuple[str, ...], list[_Form]] = defaultdict(list)
        for form in forms.values():
            words = named[form.identity]
            if form.type not in _APART:
                for length in range(1, len(words)):
                    begun[words[:length]].append(form)
        for form in forms.values():
            words = named[form.identity]
            if form.is_known or form.type in _APART or not form.is_name:
                continue
            base = [b for b in by_words.get(words[:-1], ()) if b.is_name and b.type not in (*_APART, *_IDEAS)]
            last = words[-1] if words else ""
            if len(base) == 1 and (last in self._class_nouns or last in self._series_nouns):
                yield form.identity, base[0].identity
                continue
            made = [length for length in range(1, len(words)) if words[:length] in organizations]
            rest = [f for length in made for f in by_words.get(words[length:], ()) if f.is_name]
            if len(rest) == 1 and rest[0].type == form.type:
                # "M1" is short for "Apple M1"; what the vocabulary knows keeps its name.
                pair = (rest[0].identity, form.identity)
                yield pair if not rest[0].is_known else (pair[1], pair[0])
                continue
            longer = [
                f for f in begun.get(words, ()) if f.type == form.type and f.type in ("Organization", "Event")
            ]
            if len(longer) == 1:
                yield form.identity, longer[0].identity

    def _abbreviations(self, forms: dict[Identity, _Form]) -> Iterable[tuple[Identity, Identity]]:
        """Capital letters that spell the initials of one longer name of the document mean that name."""
        long_forms: dict[str, list[_Form]] = defaultdict(list)
        for form in forms.values():
            words = [word for word in form.label.replace("-", " ").split() if word[:1].isalpha()]
            if len(words) >= 2 and form.type != "Person":
                long_forms["".join(word[0] for word in words).upper()].append(form)
        for form in forms.values():
            label = form.label.removesuffix("s")
            if form.is_known or not (label.isupper() and label.isalpha() and 2 <= len(label) <= 6):
                continue
            fits = long_forms.get(label, [])
            if len(fits) == 1:
                yield form.identity, fits[0].identity

    def _inflections(self, forms: dict[Identity, _Form]) -> Iterable[tuple[Identity, Identity]]:
        """Terms that differ in the ending of their last word alone: "quantize", "quantization"."""
        by_stem: dict[tuple[str, ...], list[_Form]] = defaultdict(list)
        for form in forms.values():
            if form.type not in _IDEAS:
                continue
            label = self._vocabulary.entry_by_iri[form.identity[1]].name if form.is_known else form.label
            words = tuple(word.folded for word in parse_words(label))
            if words and (key := stem(words[-1])) is not None:
                by_stem[(*words[:-1], key)].append(form)
        for group in by_stem.values():
            if len(group) < 2 or sum(form.is_known for form in group) > 1:
                continue
            # The known one; else the noun (the longest form), the most frequent of these.
            best = min(group, key=lambda f: (not f.is_known, -len(f.label), -f.count, f.identity))
            for form in group:
                if form is not best:
                    yield form.identity, best.identity

    def _key(self, form: _Form, document: Extracted, unnamed: set[str]) -> str:
        identity, label = form.identity, form.label
        if form.is_known:
            return identity[1]
        name = document.transcript.name
        if form.type == "Person":
            if label in unnamed:
                return f"unnamed|{name}|{identity[1]}"
            if len(label.split()) == 1:
                return f"local|{name}|{identity[1]}"
            known = [e for e, _, hidden in self._vocabulary.named(label) if not hidden and not e.context]
            if len(known) == 1 and known[0].type == form.type:
                # A speaker's label that the vocabulary knows, never named in the speech.
                return known[0].iri
        series = document.series.surface if document.series else None
        if label == document.recording.surface != series:
            return f"recording|{name}|{identity[1]}"
        return f"name|{identity[0]}|{identity[1]}"


def _forms(mentions: Iterable[Mention]) -> dict[Identity, _Form]:
    forms: dict[Identity, _Form] = {}
    for mention in mentions:
        identity = identity_of(mention)
        form = forms.get(identity)
        if form is None:
            form = forms[identity] = _Form(identity, Counter(), Counter())
        form.names[mention.refers_to or mention.surface] += 1
        form.types[mention.type] += 1
    return forms


def _root(target: dict[Identity, Identity], identity: Identity) -> Identity:
    seen = {identity}
    while (following := target.get(identity)) is not None and following not in seen:
        identity = following
        seen.add(identity)
    return identity


def _clearest(fits: Iterable[_Form]) -> _Form | None:
    """The only one, or the one named clearly more often than the next; None where it is a guess."""
    unique = {form.identity: form for form in fits}
    ranked = sorted(unique.values(), key=lambda form: (-form.count, form.identity))
    if not ranked or (len(ranked) > 1 and ranked[0].count <= _CLEARLY * ranked[1].count):
        return None
    return ranked[0]
