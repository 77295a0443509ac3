"""Words with their part of speech in, lemmas out: exceptions, then suffix rules, both learned."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["Lemmatizer"]

# Longest suffix that a rule may look at, in characters.
LONGEST_SUFFIX = 5


class Lemmatizer:
    """Applies the table that `training.lemmas` learns from the treebanks.

    `table` has ``exceptions`` (part of speech → word → lemma) and ``rules``
    (part of speech → suffix → "CUT ADD": drop CUT characters, add ADD).
    """

    def __init__(self, table: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
        self._exceptions = table["exceptions"]
        self._rules = {
            upos: {suffix: _parsed(rule) for suffix, rule in rules.items()}
            for upos, rules in table["rules"].items()
        }
        self._known: dict[tuple[str, str], str] = {}

    def __call__(self, word: str, upos: str) -> str:
        """The lemma; proper names, numbers and symbols keep their spelling."""
        key = (word, upos)
        lemma = self._known.get(key)
        if lemma is None:
            lemma = self._known[key] = self._lemma(word, upos)
        return lemma

    def _lemma(self, word: str, upos: str) -> str:
        exceptions = self._exceptions.get(upos, {})
        if word in exceptions:
            return exceptions[word]
        rules = self._rules.get(upos)
        if rules is None:
            return word
        low = word.lower()
        if low in exceptions:
            return exceptions[low]
        for n in range(min(LONGEST_SUFFIX, len(low) - 1), -1, -1):
            rule = rules.get(low[len(low) - n :])
            if rule and rule[0] < len(low):
                return low[: len(low) - rule[0]] + rule[1]
        return low


def _parsed(rule: str) -> tuple[int, str]:
    cut, _, add = rule.partition(" ")
    return int(cut), add
