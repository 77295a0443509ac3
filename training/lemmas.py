"""Treebanks in, the lemmatiser's table out: suffix rules, and the words they get wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from kg.nlp.lemmas import LONGEST_SUFFIX, Lemmatizer
from training.corpora import Document

__all__ = ["learn_lemmas", "lemma_accuracy"]

# These keep their spelling; a table still corrects single words of them.
_KEPT = frozenset({"PROPN", "PUNCT", "NUM", "SYM", "X"})

Table = Mapping[str, Mapping[str, Mapping[str, str]]]


def learn_lemmas(documents: Iterable[Document]) -> Table:
    """Rules (seen for two words or more) and exceptions, in the form of `Lemmatizer`."""
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for document in documents:
        for token in document.tokens:
            if token.upos and token.lemma:
                kept = token.upos in _KEPT
                seen[token.upos, token.form if kept else token.form.lower()][token.lemma] += 1
    best = {key: _most_common(counts) for key, counts in seen.items()}
    votes: dict[tuple[str, str], Counter[tuple[int, str]]] = defaultdict(Counter)
    for (upos, word), lemma in best.items():
        if upos in _KEPT:
            continue
        same = 0
        while same < min(len(word), len(lemma)) and word[same] == lemma[same]:
            same += 1
        cut, add = len(word) - same, lemma[same:]
        if cut < LONGEST_SUFFIX:
            for n in range(cut, min(LONGEST_SUFFIX + 1, len(word))):
                votes[upos, word[len(word) - n :]][cut, add] += 1
    rules: dict[str, dict[str, str]] = defaultdict(dict)
    for (upos, suffix), counts in sorted(votes.items()):
        if sum(counts.values()) >= 2:
            cut, add = min(counts, key=lambda rule: (-counts[rule], rule))
            rules[upos][suffix] = f"{cut} {add}"
    by_rules = Lemmatizer({"exceptions": {}, "rules": rules})
    exceptions: dict[str, dict[str, str]] = defaultdict(dict)
    for (upos, word), lemma in sorted(best.items()):
        once = sum(seen[upos, word].values()) == 1
        if by_rules(word, upos) != lemma and not (once and upos in _KEPT):
            exceptions[upos][word] = lemma
    return {"exceptions": exceptions, "rules": rules}


def _most_common(counts: Counter[str]) -> str:
    return min(counts, key=lambda lemma: (-counts[lemma], lemma))


def lemma_accuracy(table: Table, documents: Iterable[Document]) -> float:
    """Share of words whose lemma is right, given the treebank's own parts of speech."""
    lemmatizer = Lemmatizer(table)
    right = total = 0
    for document in documents:
        for token in document.tokens:
            if token.upos and token.lemma:
                total += 1
                right += lemmatizer(token.form, token.upos) == token.lemma
    return right / max(total, 1)
