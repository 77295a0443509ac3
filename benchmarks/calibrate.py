"""How often claims are right, by confidence and by extractor: a reliability table.

    python -m benchmarks.calibrate CORPUS [--limit N]

CORPUS is a folder of NAME.txt, NAME.entities.jsonl and NAME.facts.jsonl that nothing was fitted on. A claim is
right where the annotation has the same subject, predicate and object; literals match by their numbers, or by
words where they have none.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from itertools import islice
from pathlib import Path

from benchmarks.fit_relations import Truth, annotated_documents
from kg.extract import DocumentExtractor
from kg.model import Claim

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def is_right(claim: Claim, truth: Truth) -> bool:
    """Whether the annotation has the claim."""
    subjects = truth.identify(claim.subject)
    if claim.object is not None:
        pairs = ((s, o) for s in subjects for o in truth.identify(claim.object))
        return any(fact["p"] == claim.predicate for pair in pairs for fact in truth.facts.get(pair, ()))
    assert claim.literal is not None
    return any(
        fact["p"] == claim.predicate and _same(claim.literal.value, str(fact["o"]))
        for s in subjects
        for fact in truth.literals.get(s, ())
    )


def _same(left: str, right: str) -> bool:
    numbers = [set(_NUMBER.findall(text.replace(",", ""))) for text in (left, right)]
    if any(numbers):
        return bool(numbers[0] & numbers[1])
    words = [set(re.findall(r"\w+", text.lower())) for text in (left, right)]
    return len(words[0] & words[1]) >= 0.6 * max(1, min(map(len, words)))


def main() -> None:
    """Print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--limit", type=int, default=None, help="documents at most")
    args = parser.parse_args()
    made: Counter[str] = Counter()
    right: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    extractor = DocumentExtractor()
    for name, document in islice(annotated_documents(args.corpus), args.limit):
        truth = Truth(args.corpus, name)
        for cited in extractor(document).claims:
            claim = cited.claim
            for row in (f"{int(claim.confidence * 10) / 10:.1f}", claim.extractor):
                made[row] += 1
                expected[row] += claim.confidence  # type: ignore[assignment]
                right[row] += is_right(claim, truth)
    print(f"{'confidence or extractor':32}{'claims':>8}{'said':>8}{'right':>8}")
    for row in sorted(made, key=lambda each: (not each[0].isdigit(), each)):
        print(f"{row:32}{made[row]:8}{expected[row] / made[row]:8.2f}{right[row] / made[row]:8.2f}")


if __name__ == "__main__":
    main()
