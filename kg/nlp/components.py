"""The components of the spaCy pipeline: one ONNX pass, then each fills its attributes.

`kg_encoder` scores a text once and leaves the scores on the Doc; `kg_tagger`,
`kg_lemmatizer`, `kg_parser` and `kg_mentions` read them, and the last one
(`kg_mentions`) clears them away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD, LEMMA, POS, TAG
from spacy.language import Language
from spacy.parts_of_speech import IDS as POS_IDS
from spacy.tokens import Doc, Span

from kg.nlp.consistency import share_evidence
from kg.nlp.encoder import Encoder, TextScores
from kg.nlp.lemmas import Lemmatizer
from kg.nlp.mentions import MentionDecoder, MentionSpan, log_softmax
from kg.nlp.package import SHIPPED, ModelPackage
from kg.nlp.parse import find_sentences, parse_text
from kg.nlp.tokens import form

__all__ = ["COMPONENTS", "EncoderComponent"]

COMPONENTS = ("kg_encoder", "kg_tagger", "kg_lemmatizer", "kg_parser", "kg_mentions")
_SCORES = "kg_scores"
_ROOT = "root"
# `Token.is_sent_start` to sign: a sentence starts here, does not, or nobody has said.
_GIVEN: dict[bool | None, int] = {True: 1, False: -1, None: 0}

# The probability (0 to 1) that a mention's span and type are right; None
# where another pipeline gives none.
Span.set_extension("confidence", default=None, force=True)


def _is_word(doc: Doc) -> NDArray[np.int64]:
    """Places of the tokens that are not white space."""
    return np.array([i for i, token in enumerate(doc) if not token.is_space], dtype=np.int64)


class _Scored:
    """A text's scores, and which tokens they are of."""

    __slots__ = ("places", "scores")

    def __init__(self, places: NDArray[np.int64], scores: TextScores) -> None:
        self.places = places
        self.scores = scores


def _scored(doc: Doc) -> _Scored:
    found = doc.user_data.get(_SCORES)
    if not isinstance(found, _Scored):
        raise ValueError("kg_encoder must come before the other components of kg")
    return found


def _fill(doc: Doc, attributes: Any, values: Any) -> None:
    """Set token attributes; spaCy's stubs do not know that numpy arrays will do."""
    doc.from_array(attributes, values)


def _batched(docs: Iterable[Doc], size: int) -> Iterator[list[Doc]]:
    stream = iter(docs)
    while batch := list(islice(stream, size)):
        yield batch


class EncoderComponent:
    """Scores texts; several at a time in `pipe`, with the same result."""

    def __init__(self, package: ModelPackage, *, threads: int) -> None:
        self.package = package
        self.encoder = Encoder(package, threads=threads)
        sizes = {name: len(tags) for name, tags in package.label_sets.items()}
        sizes |= {"upos": len(package.upos), "xpos": len(package.xpos), "sentence": 1}
        ends = np.cumsum(list(sizes.values())).tolist()
        self.columns = {
            name: slice(end - size, end) for (name, size), end in zip(sizes.items(), ends, strict=True)
        }

    def __call__(self, doc: Doc) -> Doc:
        """The Doc, with scores."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64, **_: Any) -> Iterator[Doc]:
        """The Docs in their order, with scores."""
        for docs in _batched(stream, batch_size):
            places = [_is_word(doc) for doc in docs]
            words = [
                [form(doc[i].text) for i in found.tolist()] for doc, found in zip(docs, places, strict=True)
            ]
            for doc, found, scores in zip(docs, places, self.encoder.scores(words), strict=True):
                doc.user_data[_SCORES] = _Scored(found, scores)
                yield doc


class TaggerComponent:
    """Fills `pos_` (UD) and `tag_` (Penn Treebank)."""

    def __init__(self, encoder: EncoderComponent, nlp: Language) -> None:
        package = encoder.package
        self._columns = encoder.columns
        self._upos = np.array([POS_IDS[u] for u in package.upos], dtype=np.uint64)
        self._xpos = np.array([nlp.vocab.strings.add(x) for x in package.xpos], dtype=np.uint64)
        self._space = (POS_IDS["SPACE"], nlp.vocab.strings.add("_SP"))

    def __call__(self, doc: Doc) -> Doc:
        """The Doc, tagged."""
        scored = _scored(doc)
        values = np.empty((len(doc), 2), dtype=np.uint64)
        values[:] = self._space
        tags = scored.scores.tags
        values[scored.places, 0] = self._upos[tags[:, self._columns["upos"]].argmax(axis=1)]
        values[scored.places, 1] = self._xpos[tags[:, self._columns["xpos"]].argmax(axis=1)]
        _fill(doc, [POS, TAG], values)
        return doc


class LemmatizerComponent:
    """Fills `lemma_` from the word and its part of speech."""

    def __init__(self, encoder: EncoderComponent, nlp: Language) -> None:
        self._lemmatizer = Lemmatizer(encoder.package.lemmas)
        self._strings = nlp.vocab.strings

    def __call__(self, doc: Doc) -> Doc:
        """The Doc, with lemmas."""
        add, lemma = self._strings.add, self._lemmatizer
        lemmas = [add(token.text if token.is_space else lemma(form(token.text), token.pos_)) for token in doc]
        _fill(doc, [LEMMA], np.array(lemmas, dtype=np.uint64).reshape(-1, 1))
        return doc


class ParserComponent:
    """Fills `head`, `dep_` (Universal Dependencies) and with them the sentences."""

    def __init__(self, encoder: EncoderComponent, nlp: Language) -> None:
        package = encoder.package
        self._encoder = encoder.encoder
        self._column = encoder.columns["sentence"]
        self._threshold = package.sentence_threshold
        self._root = package.deps.index(_ROOT)
        # spaCy calls a sentence's root ROOT; the matchers and displaCy know it by that.
        names = ["ROOT" if dep == _ROOT else dep for dep in package.deps]
        self._deps = np.array([nlp.vocab.strings.add(name) for name in names], dtype=np.uint64)
        self._space = nlp.vocab.strings.add("dep")

    def __call__(self, doc: Doc) -> Doc:
        """The Doc, parsed; white space hangs from a word beside it."""
        scored = _scored(doc)
        places = scored.places
        if not len(places):
            return doc
        logits = scored.scores.tags[:, self._column][:, 0]
        # As spaCy's parser does: boundaries that are there already stand.
        given = _given_starts(doc, places)
        logits = np.select([given > 0, given < 0], [np.inf, -np.inf], logits).astype(np.float32)
        sentences = find_sentences(logits, _paragraphs(doc, places), threshold=self._threshold)
        parse = parse_text(scored.scores, sentences, self._encoder, self._root)
        deps = np.full(len(doc), self._space, dtype=np.uint64)
        heads = _heads_of_space(doc, places)
        heads[places] = places[parse.heads]
        deps[places] = self._deps[parse.labels]
        values = np.empty((len(doc), 2), dtype=np.uint64)
        values[:, 0] = (heads - np.arange(len(doc))).view(np.uint64)
        values[:, 1] = deps
        _fill(doc, [HEAD, DEP], values)
        return doc


def _given_starts(doc: Doc, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each word 1, -1 or 0; a start given to the white space before a word is the word's."""
    signs = np.array([_GIVEN[token.is_sent_start] for token in doc])
    given = signs[places]
    for after in np.flatnonzero(np.diff(places, prepend=-1) > 1).tolist():
        first = int(places[after - 1]) + 1 if after else 0
        given[after] = signs[first : int(places[after]) + 1].max()
    return np.asarray(given, dtype=np.int64)


def _heads_of_space(doc: Doc, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each token the word before it; the word after it where a given sentence begins between."""
    at = np.searchsorted(places, np.arange(len(doc)), side="right") - 1
    heads = places[np.maximum(at, 0)]
    for place in sorted(set(range(len(doc))) - set(places.tolist())):
        begins = doc[place].is_sent_start is True or heads[place - 1] > place
        if begins and at[place] + 1 < len(places):
            heads[place] = places[at[place] + 1]
    return np.asarray(heads, dtype=np.int64)


def _paragraphs(doc: Doc, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether an empty line stands before each word."""
    breaks = np.zeros(len(places), dtype=bool)
    for after in np.flatnonzero(np.diff(places) > 1).tolist():
        between = doc[int(places[after]) + 1 : int(places[after + 1])].text
        breaks[after + 1] = between.count("\n") > 1
    return breaks


class MentionsComponent:
    """Fills `ents`, with a probability in `span._.confidence`, and clears the scores away."""

    def __init__(self, encoder: EncoderComponent, label_set: str) -> None:
        package = encoder.package
        if label_set not in package.label_sets:
            known = ", ".join(package.label_sets)
            raise ValueError(f"no label set {label_set!r} in this model; it has {known}")
        self.decoder = MentionDecoder(package.label_sets[label_set])
        self._column = encoder.columns[label_set]
        self._bias = package.entity_bias
        self._weight = package.consistency

    def __call__(self, doc: Doc) -> Doc:
        """The Doc, with entities."""
        scored = _scored(doc)
        scores = scored.scores.tags[:, self._column].copy()
        scores[:, 0] -= self._bias
        places = scored.places.tolist()
        found = self._mentions(log_softmax(scores), [form(doc[i].text) for i in places]) if places else []
        spans = []
        for mention in found:
            span = Span(doc, places[mention.start], places[mention.end - 1] + 1, label=mention.label)
            span._.confidence = round(mention.probability, 4)
            spans.append(span)
        doc.set_ents(spans)
        del doc.user_data[_SCORES]
        return doc

    def _mentions(self, log_probabilities: NDArray[np.float32], words: list[str]) -> list[MentionSpan]:
        first = self.decoder.spans(log_probabilities)
        shared = share_evidence(
            log_probabilities, words, ((m.start, m.end) for m in first), weight=self._weight
        )
        return self.decoder.spans(shared)


@Language.factory("kg_encoder", default_config={"model": None, "threads": 1})
def _make_encoder(nlp: Language, name: str, model: str | None, threads: int) -> EncoderComponent:
    folder = Path(model) if model else SHIPPED
    return EncoderComponent(ModelPackage.load(folder), threads=threads)


def _encoder_of(nlp: Language) -> EncoderComponent:
    component = nlp.get_pipe("kg_encoder")
    if not isinstance(component, EncoderComponent):
        raise ValueError("kg_encoder is another component")
    return component


@Language.factory("kg_tagger")
def _make_tagger(nlp: Language, name: str) -> TaggerComponent:
    return TaggerComponent(_encoder_of(nlp), nlp)


@Language.factory("kg_lemmatizer")
def _make_lemmatizer(nlp: Language, name: str) -> LemmatizerComponent:
    return LemmatizerComponent(_encoder_of(nlp), nlp)


@Language.factory("kg_parser")
def _make_parser(nlp: Language, name: str) -> ParserComponent:
    return ParserComponent(_encoder_of(nlp), nlp)


@Language.factory("kg_mentions", default_config={"label_set": "kg"})
def _make_mentions(nlp: Language, name: str, label_set: str) -> MentionsComponent:
    return MentionsComponent(_encoder_of(nlp), label_set)
