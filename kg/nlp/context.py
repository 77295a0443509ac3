"""The turns of one transcript in, one filled `Doc` for each out, read with the others as context."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

__all__ = ["pipe_in_context"]


def pipe_in_context(nlp: Language, texts: Sequence[str]) -> list[Doc]:
    """A Doc for each text, as `nlp.pipe` gives, but judged within the whole sequence.

    A short answer says little by itself: what a name is, and where a sentence
    in a caption ends, is decided with the neighbouring turns in sight, and names
    are made consistent over all of them. Works with any spaCy pipeline. Each
    text starts a sentence; each Doc has exactly its text.
    """
    parts = [nlp.make_doc(text) for text in texts]
    filled = [part for part in parts if len(part)]
    if not filled:
        return parts
    joined = Doc(
        nlp.vocab,
        words=[token.text for part in filled for token in part],
        spaces=[bool(token.whitespace_) for part in filled for token in part],
        # None: for the pipeline to decide.
        sent_starts=[True if i == 0 else None for part in filled for i in range(len(part))],
    )
    for _, component in nlp.pipeline:
        joined = component(joined)
    done: list[Doc] = []
    at = 0
    for part in parts:
        if not len(part):
            done.append(part)
            continue
        span = joined[at : at + len(part)]
        doc = span.as_doc()
        if doc.ents and doc.ents[0].has_extension("confidence"):
            for new, old in zip(doc.ents, span.ents, strict=True):
                new._.confidence = old._.confidence
        done.append(doc)
        at += len(part)
    return done
