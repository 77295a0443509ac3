"""For whom a speaker says "we": the one organization that the transcript puts the speaker at.

Comes in: what the other extractors propose. Goes out: an organization by the speaker's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kg.model import Assertion, Claim, Mention
from kg.ontology import Ontology
from kg.ontology.vocabulary import name_key
from kg.stages import Annotated

__all__ = ["find_employers"]

# One organization must be named for a speaker more often than any other by this factor.
_CLEARLY = 2


def find_employers(
    annotated: Annotated, proposals: Iterable[Claim], ontology: Ontology
) -> dict[str, Mention]:
    """Organizations by the names of those speakers who work for or founded just one (or one above all)."""
    ties = {ontology.predicate("worksFor").name, ontology.predicate("founded").name}
    speakers = {name_key(s.name): s.name for s in annotated.speakers.values()}
    counts: dict[str, Counter[str]] = {}
    mention_of: dict[str, Mention] = {}
    for claim in proposals:
        if claim.predicate not in ties or claim.assertion is not Assertion.ASSERTED or claim.object is None:
            continue
        speaker = speakers.get(name_key(claim.subject.refers_to or claim.subject.surface))
        if speaker is None or claim.object.type != "Organization":
            continue
        organization = claim.object.vocabulary_iri or name_key(claim.object.surface)
        mention_of.setdefault(organization, claim.object)
        counts.setdefault(speaker, Counter())[organization] += 1
    found = {}
    for speaker in sorted(counts):
        ranked = sorted(counts[speaker].items(), key=lambda item: (-item[1], item[0]))
        if len(ranked) == 1 or ranked[0][1] >= _CLEARLY * ranked[1][1]:
            found[speaker] = mention_of[ranked[0][0]]
    return found
