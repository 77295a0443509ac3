"""How many planted corruptions of known names are recovered, and how many of these rightly.

    python benchmarks/misheard.py [--curve]

Each name of the vocabulary that is written with a capital is corrupted as speech recognition corrupts
names: one or two sounds replaced by near ones, taken from a table by phonetic class. Names that are left
as they are, and made-up names of nobody, stand for the other things that a transcript names: to correct
one of those is an error too. Seeds are fixed.
"""

from __future__ import annotations

import argparse
import random

import kg.annotate.misheard as misheard
from kg.annotate.misheard import Misheard
from kg.ontology.vocabulary import Entry, load_vocabulary, name_key

# What recognition puts for what, by phonetic class: vowels, voiced and unvoiced stops, fricatives,
# liquids and nasals, and spellings of one sound.
CONFUSIONS = {
    "a": ("e", "u", "o"),
    "e": ("i", "a"),
    "i": ("e", "ee"),
    "o": ("a", "u"),
    "u": ("o", "oo"),
    "y": ("i", "ee"),
    "b": ("p",),
    "p": ("b",),
    "d": ("t",),
    "t": ("d",),
    "g": ("k",),
    "k": ("c", "g"),
    "c": ("k", "s"),
    "s": ("z", "ss"),
    "z": ("s",),
    "f": ("v", "ph"),
    "v": ("f", "w"),
    "w": ("v",),
    "m": ("n",),
    "n": ("m", "nn"),
    "l": ("ll", "r"),
    "r": ("rr", "l"),
    "j": ("g", "ch"),
    "h": ("",),
    "x": ("ks",),
    "q": ("k",),
}


def corrupt(name: str, rng: random.Random) -> str:
    """`name` with one sound in six replaced, at least one; its first letter is left alone."""
    letters = list(name)
    places = [i for i, char in enumerate(letters) if i > 0 and char.lower() in CONFUSIONS]
    for place in rng.sample(places, min(len(places), max(1, len(letters) // 6))):
        letters[place] = rng.choice(CONFUSIONS[letters[place].lower()])
    return "".join(letters)


def names_of(entries: tuple[Entry, ...]) -> list[tuple[str, Entry]]:
    """Preferred names without guards, long enough to be told apart by sound."""
    return [
        (entry.name, entry)
        for entry in entries
        if any(c.isupper() for c in entry.name)
        and not entry.context
        and len(name_key(entry.name)) >= misheard.SHORTEST
        and not any(c.isdigit() for c in entry.name)
        and not entry.name.isupper()
    ]


def measure() -> tuple[int, int, int, int]:
    """Planted, corrected, rightly corrected, and names left alone that were corrected all the same."""
    vocabulary = load_vocabulary()
    corrector = Misheard(
        (label, entry.type, entry)
        for entry in vocabulary.entries
        for label in (entry.name, *entry.aliases)
        if any(char.isupper() for char in label)
    )
    rng = random.Random(20261121)
    planted = corrected = right = 0
    for name, entry in names_of(vocabulary.entries):
        surface = corrupt(name, rng)
        if vocabulary.named(surface):
            continue
        planted += 1
        found = corrector.correct(surface, entry.type)
        if found is not None:
            corrected += 1
            right += found.entry is not None and found.entry.iri == entry.iri
    # Names that are right as they are: each is taken out of the corrector, and must not become another.
    wrong = 0
    for name, entry in names_of(vocabulary.entries):
        found = corrector.correct(name, entry.type)
        wrong += found is not None and found.entry is not None and found.entry.iri != entry.iri
    return planted, corrected, right, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--curve", action="store_true", help="over thresholds")
    offsets = (-0.1, -0.05, 0.0, 0.05, 0.08) if parser.parse_args().curve else (0.0,)
    chosen = misheard.ONE_WORD, misheard.SEVERAL_WORDS, misheard.IN_CONTEXT
    print("thresholds planted  corrected  recall  precision  others corrected")
    for offset in offsets:
        misheard.ONE_WORD, misheard.SEVERAL_WORDS, misheard.IN_CONTEXT = (x + offset for x in chosen)
        planted, corrected, right, wrong = measure()
        print(
            f"{offset:+10.2f} {planted:7} {corrected:10} {right / planted:7.3f}"
            f" {right / max(1, corrected):10.3f} {wrong:17}"
        )


if __name__ == "__main__":
    main()
