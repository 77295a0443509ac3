"""Candidates for relations: pairs of arguments that share a sentence, described by features.

Comes in: an annotated document. Goes out: ordered pairs with the features by which
`kg.extract.relations` judges what, if anything, the passage says of them. Source of the features: ours,
after the usual ones of feature-based relation extraction (words between, dependency path, types).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.arguments import base
from kg.model import Mention, MentionKind
from kg.ontology.vocabulary import name_key

if TYPE_CHECKING:
    from spacy.tokens import Span as SpacySpan
    from spacy.tokens import Token

    from kg.extract.referents import Referents
    from kg.stages import Annotated, Parsed

__all__ = ["Argument", "Pair", "find_pairs", "pair_features"]

# Beyond these, what two words say of each other is chance (train part of the podcasts: under 2 % of facts).
_MAX_TOKENS = 30
_MAX_PATH = 7
_MAX_BETWEEN = 7
_WINDOW = 4
_MAX_ARGUMENTS = 14


@dataclass(frozen=True, slots=True)
class Argument:
    """A word that refers to something, or the unspoken speaker of a sentence.

    Args:
        token: Its head, or None for the speaker who is not named in the sentence.
        mention: What it refers to.
        kind: "name", "term", "I", "you", "we", "it", "he", "they", "noun" or "speaker".
        first: Index of its first token, -1 for the unspoken speaker.
        last: Index of its last token, -1 for the unspoken speaker.
    """

    token: Token | None
    mention: Mention
    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Pair:
    """An ordered pair of arguments of one sentence."""

    subject: Argument
    object: Argument
    sentence: SpacySpan
    parsed: Parsed
    n_between: int


def find_pairs(annotated: Annotated, referents: Referents) -> Iterator[Pair]:
    """The pairs of one document, in text order."""
    for parsed in annotated.parsed:
        for sentence in parsed.doc.sents:
            arguments = _arguments(sentence, parsed, referents)
            if not arguments:
                continue
            unspoken = referents.unspoken(parsed, sentence)
            for place, right in enumerate(arguments):
                if right.kind not in ("name", "term", "I", "you"):
                    continue
                for other, left in enumerate(arguments):
                    if other == place or _who(left.mention) == _who(right.mention):
                        continue
                    if right.kind in ("I", "you") and left.kind != "name":
                        continue
                    if abs(left.first - right.first) > _MAX_TOKENS:
                        continue
                    if _too_far(left.token, right.token):
                        continue
                    yield Pair(left, right, sentence, parsed, abs(other - place) - 1)
                named = right.kind in ("name", "term")
                if unspoken is not None and named and _who(unspoken) != _who(right.mention):
                    yield Pair(Argument(None, unspoken, "speaker", -1, -1), right, sentence, parsed, 0)


def _who(mention: Mention) -> str:
    return mention.vocabulary_iri or name_key(mention.refers_to or mention.surface)


def _arguments(sentence: SpacySpan, parsed: Parsed, referents: Referents) -> list[Argument]:
    """What refers to something in a sentence; sentences with more than a few are lists and cut short."""
    found: list[Argument] = []
    tokens = list(sentence)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        named = referents.named(token, parsed)
        if named is not None:
            end = place
            while end + 1 < len(tokens) and referents.named(tokens[end + 1], parsed) is named:
                end += 1
            inside = tokens[place : end + 1]
            members = {each.i for each in inside}
            head = next((t for t in reversed(inside) if t.head.i not in members or t.head is t), token)
            kind = "name" if named.kind is MentionKind.NAME else "term"
            found.append(Argument(head, named, kind, token.i, inside[-1].i))
            place = end + 1
            continue
        for mention, kind in referents.readings(token, parsed):
            found.append(Argument(token, mention, kind, token.i, token.i))
        place += 1
    return found[:_MAX_ARGUMENTS]


class DocumentCounts:
    """How often the things of a document are mentioned."""

    def __init__(self, annotated: Annotated) -> None:
        self._counts = Counter(_who(m) for m in annotated.mentions if m.kind is not MentionKind.LABEL)

    def bucket(self, mention: Mention) -> str:
        """A coarse frequency: "1", "2", "4", "8" or "many"."""
        count = self._counts[_who(mention)]
        return (
            "1"
            if count <= 1
            else "2"
            if count <= 3
            else "4"
            if count <= 7
            else "8"
            if count <= 15
            else "many"
        )


def pair_features(pair: Pair, counts: DocumentCounts, frames: Sequence[str] = ()) -> list[str]:
    """Features of a pair, as strings; `frames` are what the schema's frames say of it."""
    left, right = pair.subject, pair.object
    types = f"{left.mention.type}>{right.mention.type}"
    kinds = f"{left.kind}>{right.kind}"
    token = right.token
    assert token is not None
    found = [
        f"t={types}",
        f"k={kinds}",
        f"tk={types} {kinds}",
        f"cs={left.kind}{counts.bucket(left.mention)}",
        f"co={counts.bucket(right.mention)}",
        f"co={right.mention.type}{counts.bucket(right.mention)}",
        f"o={name_key(right.mention.surface).split(' ')[-1]}",
        f"od={base(token)}",
        f"oh={token.head.lemma_.lower()}",
        f"odh={left.kind} {base(token)} {token.head.lemma_.lower()}",
    ]
    found += [f"f={name}" for name in frames]
    if not frames:
        found.append("f=")
    for child in token.children:
        if base(child) in ("amod", "det", "case", "compound", "acl", "nmod", "cop"):
            found.append(f"oc={base(child)} {child.lemma_.lower()}")
            found.append(f"oct={left.kind} {right.mention.type} {child.lemma_.lower()}")
    doc = token.doc
    _context(found, "o", right, doc)
    if left.token is None:
        sentence = pair.sentence
        found += [
            f"w={t.lemma_.lower()}"
            for t in sentence
            if t.pos_ in ("ADJ", "VERB", "ADV") and abs(t.i - token.i) <= 12
        ]
        found.append(f"len={min(len(sentence) // 6, 5)}")
        found.append(f"pos={min((token.i - sentence.start) // 4, 4)}")
        found.append("q" if sentence.text.rstrip().endswith("?") else "nq")
        current = token
        for _ in range(4):
            if current.head is current:
                break
            current = current.head
            found.append(f"up={current.lemma_.lower()}")
            found += [
                f"upc={c.lemma_.lower()}"
                for c in current.children
                if base(c) in ("amod", "advmod", "nsubj", "obj", "aux")
            ]
        return found
    found.append(
        f"s={name_key(left.mention.surface).split(' ')[-1]}" if left.kind in ("name", "term") else "s="
    )
    _context(found, "s", left, doc)
    forward = left.first < right.first
    first, second = (left, right) if forward else (right, left)
    gap = second.first - first.last - 1
    direction = ">" if forward else "<"
    found.append(
        f"d={direction}{min(max(gap, 0), 3) if gap < 4 else 4 if gap < 8 else 8 if gap < 15 else 15}"
    )
    found.append(f"n={direction}{min(pair.n_between, 4)}")
    between = [t.lower_ for t in doc[first.last + 1 : second.first]]
    if len(between) <= _MAX_BETWEEN:
        words = " ".join(between)
        found += [f"b={direction}{words}", f"tb={types}{direction}{words}"]
    if len(between) <= 14:
        found += [f"bl={direction}{t.lemma_.lower()}" for t in doc[first.last + 1 : second.first]]
        found += [
            f"tbl={types}{direction}{t.lemma_.lower()}"
            for t in doc[first.last + 1 : second.first]
            if t.pos_ in ("VERB", "ADP", "NOUN", "ADJ", "AUX", "SCONJ")
        ]
    path, lemmas, top = _path(left.token, token)
    if path:
        found += [
            f"p={path}",
            f"tp={types}{path}",
            f"pl={path} {top}",
            f"tl={types} {top}",
            f"ktl={left.kind} {right.mention.type} {top}",
            f"top={top}",
        ]
        found += [f"on={lemma}" for lemma in lemmas]
        found += [f"ton={types} {lemma}" for lemma in lemmas]
    else:
        found.append("p=")
    return found


def _too_far(left: Token | None, right: Token | None) -> bool:
    """Whether the words of the tree between two arguments are too many to relate them."""
    if left is None or right is None:
        return False
    path, _, _ = _path(left, right)
    return not path


def _context(found: list[str], side: str, argument: Argument, doc: object) -> None:
    from spacy.tokens import Doc

    assert isinstance(doc, Doc)
    before = doc[argument.first - 1].lower_ if argument.first > 0 else "^"
    before2 = doc[argument.first - 2].lower_ if argument.first > 1 else "^"
    after = doc[argument.last + 1].lower_ if argument.last + 1 < len(doc) else "$"
    after2 = doc[argument.last + 2].lower_ if argument.last + 2 < len(doc) else "$"
    found += [
        f"{side}-1={before}",
        f"{side}+1={after}",
        f"{side}-2={before2} {before}",
        f"{side}+2={after} {after2}",
    ]


def _path(start: Token, end: Token) -> tuple[str, list[str], str]:
    """Relations from one token to another over their lowest common governor, the lemmas on the way, and it."""
    up = [start]
    while up[-1].head is not up[-1] and len(up) <= _MAX_PATH:
        up.append(up[-1].head)
    places = {token.i: index for index, token in enumerate(up)}
    down = [end]
    while down[-1].i not in places:
        if down[-1].head is down[-1] or len(down) > _MAX_PATH:
            return "", [], ""
        down.append(down[-1].head)
    top = places[down[-1].i]
    if top + len(down) - 1 > _MAX_PATH:
        return "", [], ""
    steps = [f"{_relation(token)}↑" for token in up[:top]] + [
        f"{_relation(token)}↓" for token in reversed(down[:-1])
    ]
    lemmas = [t.lemma_.lower() for t in (*up[1 : top + 1], *down[1:-1])]
    return " ".join(steps), lemmas, up[top].lemma_.lower() if top or len(down) > 1 else ""


def _relation(token: Token) -> str:
    dep = token.dep_
    if base(token) in ("obl", "nmod"):
        case = next((c.lower_ for c in token.children if base(c) == "case"), "")
        return f"{dep}:{case}"
    return dep
