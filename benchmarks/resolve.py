"""Seconds to resolve mentions of synthetic documents, by number of documents; 50 mentions each.

python benchmarks/resolve.py [DOCUMENTS ...]
"""

from __future__ import annotations

import random
import resource
import sys
import time

from kg.iri import Minter
from kg.model import Mention, MentionKind, Span, Transcript, Turn
from kg.ontology.vocabulary import load_vocabulary
from kg.resolve import EntityResolver
from kg.stages import Extracted

MENTIONS = 50
SYLLABLES = ("ka", "lor", "min", "ta", "ve", "son", "dri", "pel", "qua", "zen", "mor", "ith")


def made_up(rng: random.Random, words: int) -> str:
    """A name of nobody."""
    return " ".join("".join(rng.choices(SYLLABLES, k=3)).capitalize() for _ in range(words))


def synthetic(index: int, rng: random.Random, known: list[tuple[str, str, str]]) -> Extracted:
    """A document with known things, people by full and first names, new names and terms."""
    people = [made_up(rng, 2) for _ in range(3)]
    mentions = []
    for place in range(MENTIONS):
        span = Span(place * 10, place * 10 + 8)
        kind = place % 5
        if kind < 2:
            iri, name, entity_type = rng.choice(known)
            mentions.append(Mention(span, name, entity_type, vocabulary_iri=iri))
        elif kind == 2:
            person = rng.choice(people)
            mentions.append(Mention(span, rng.choice((person, person.split()[0])), "Person"))
        elif kind == 3:
            mentions.append(Mention(span, made_up(rng, rng.choice((1, 2))), "Organization"))
        else:
            mentions.append(Mention(span, made_up(rng, 2).lower(), "Concept", MentionKind.TERM))
    raw = "x" * (MENTIONS * 10)
    transcript = Transcript(
        f"talk-{index:05}", f"{index}.txt", f"{index:064}", "plain", raw, (Turn((Span(0, len(raw)),)),)
    )
    recording = Mention(Span(0, 1), f"Talk {index}", "Work", MentionKind.LABEL, source="metadata")
    return Extracted(transcript, 500, (*mentions, recording), (), (), recording, None)


def main() -> None:
    counts = [int(argument) for argument in sys.argv[1:]] or [250, 500, 1000, 2000]
    vocabulary = load_vocabulary()
    known = [(entry.iri, entry.name, entry.type) for entry in vocabulary.entries]
    print("documents  mentions  entities  seconds  peak MB")
    for count in counts:
        rng = random.Random(20261121)
        documents = [synthetic(index, rng, known) for index in range(count)]
        started = time.perf_counter()
        resolved = EntityResolver(vocabulary, Minter())(documents)
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{count:9} {sum(len(d.mentions) for d in documents):9} {len(resolved.entities):9}"
            f" {seconds:8.1f} {peak:8.0f}"
        )


if __name__ == "__main__":
    main()
