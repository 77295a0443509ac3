"""Training windows: nothing known is lost or invented by the changes."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from training.corpora import Document, Token
from training.labels import OURS, OWN_TYPES, TRANSLATIONS, LabelSets
from training.windows import Augmentation, Window, cut_windows, vary

WORDS = ["Ada", "Byron", "wrote", "Note-G", ",", "in", "1843", "."]


def document(n_sentences: int) -> Document:
    tokens = []
    for number in range(n_sentences):
        for i, word in enumerate(WORDS):
            index = len(tokens)
            span = 2 * number if i < 2 else 2 * number + 1 if i == 3 else -1
            label = ("Person", "Person", "", "Work")[i] if span >= 0 else ""
            head = -1 if i == 2 else number * len(WORDS) + 2
            tokens.append(
                Token(word, True, index, number, "X", "X", "dep", head, word, span=span, entity_type=label)
            )
    return Document("d", "test", tokens, OURS)


@given(st.integers(1, 12), st.integers(0, 99), st.floats(0, 1))
def test_windows_cover_the_document_in_order(n: int, seed: int, single: float) -> None:
    source = document(n)
    windows = list(cut_windows(source, random.Random(seed), least=5, most=30, single=single))
    assert [t.index for w in windows for t in w.tokens] == list(range(len(source.tokens)))


@given(st.integers(2, 12), st.integers(0, 99))
def test_a_mention_cut_in_two_is_unknown_rather_than_wrong(n: int, seed: int) -> None:
    for window in cut_windows(document(n), random.Random(seed), least=5, most=9, single=0.0):
        by_span: dict[int, int] = {}
        for token in window.tokens:
            by_span[token.span] = by_span.get(token.span, 0) + 1
        assert all(by_span[s] == (2 if s % 2 == 0 else 1) for s in by_span if s >= 0)


ALWAYS = Augmentation(
    lower_without_punctuation=1.0, fillers=0.5, repetition=0.3, mishear=0.5, speaker_label=0.5
)


@given(st.integers(1, 5), st.integers(0, 999))
def test_changes_keep_heads_sentences_and_mentions(n: int, seed: int) -> None:
    window = Window(document(n).tokens, OURS)
    varied = vary(window, ALWAYS, random.Random(seed), {})
    kept = [t for t in varied.tokens if t.index >= 0]
    by_index = {t.index: t for t in window.tokens}
    assert [t.index for t in kept] == [i for i in by_index if WORDS[i % 8] not in ",."]
    for token in kept:
        before = by_index[token.index]
        assert (token.head, token.sentence, token.span) == (before.head, before.sentence, before.span)
        assert token.form == token.form.lower()
    assert all(t.head == -2 for t in varied.tokens if t.index < 0)


def test_tags_of_one_family_are_shared_but_not_their_o() -> None:
    sets = LabelSets.of({"crossner-ai": ["person"], "crossner-music": ["person"], "gum": ["person"]})
    ai, music, gum = (sets.members[s] for s in ("crossner-ai", "crossner-music", "gum"))
    assert ai[1:] == music[1:] != gum[1:]
    assert len({ai[0], music[0], gum[0]}) == 3


def test_translations_name_only_our_types() -> None:
    allowed = {"O", *OWN_TYPES}
    assert all(set(targets) <= allowed for table in TRANSLATIONS.values() for targets in table.values())


def test_silence_of_another_corpus_does_not_deny_our_types() -> None:
    sets = LabelSets.of({"crossner-ai": ["researcher", "product"]})
    allowed = sets.allowed_of_ours("crossner-ai")
    names = sets.names(OURS)

    def may_be(tag: str) -> set[str]:
        index = sets.index("crossner-ai", tag)
        assert index is not None
        return {names[i] for i in allowed[index].nonzero()[0]}

    assert {"O", "B-Hardware", "I-Hardware"} <= may_be("O")
    assert "B-Person" not in may_be("O")
    assert may_be("B-researcher") == {"B-Person"}
    assert may_be("I-product") == {"I-Software", "I-Hardware"}
