"""Documents in, training windows out: runs of tokens, altered as speech alters them.

A window is cut anywhere, holds several sentences or turns, and is seen in a new
form in every pass. Syntax survives because tokens keep the index of their head.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from training.corpora import Document, Token
from training.speech import FILLERS, is_punctuation, mishear

__all__ = ["Augmentation", "Window", "cut_windows", "vary"]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How often (0 to 1) each change is made; see `training/config.toml`."""

    lower: float = 0.0
    lower_without_punctuation: float = 0.0
    without_punctuation: float = 0.0
    upper: float = 0.0
    fillers: float = 0.0
    repetition: float = 0.0
    mishear: float = 0.0
    swap_mention: float = 0.0
    speaker_label: float = 0.0
    drop_speaker_label: float = 0.0


@dataclass(slots=True)
class Window:
    """Consecutive tokens of one document."""

    tokens: list[Token]
    label_set: str | None


def cut_windows(
    document: Document, rng: random.Random, *, least: int, most: int, single: float
) -> Iterator[Window]:
    """Windows of `least` to `most` tokens; a share `single` of single sentences.

    A treebank's windows end at a sentence's end three times in four; all others
    end anywhere. Mentions cut in two at the edge are marked by span number -2
    (unknown).
    """
    tokens = document.tokens
    if len(tokens) <= least:
        yield Window(list(tokens), document.label_set)
        return
    starts = [i for i, t in enumerate(tokens) if i == 0 or t.sentence != tokens[i - 1].sentence]
    ends = [*starts[1:], len(tokens)]
    has_sentences = tokens[0].sentence >= 0
    at = 0
    if not has_sentences:
        at = -rng.randint(0, least)
    while at < len(tokens):
        after = max(at, 0) + rng.randint(least, most) if at >= 0 else at + most
        if has_sentences:
            if rng.random() < single:
                after = next(e for e in ends if e > at)
            elif rng.random() < 0.75:
                after = max((e for e in ends if at < e <= after), default=after)
        first, last = max(at, 0), min(max(after, 1), len(tokens))
        if last > first:
            yield Window(_without_cut_mentions(tokens, first, last), document.label_set)
        at = last


def _without_cut_mentions(tokens: Sequence[Token], first: int, last: int) -> list[Token]:
    window = list(tokens[first:last])
    for edge, outside in ((0, first - 1), (len(window) - 1, last)):
        span = window[edge].span
        if 0 <= outside < len(tokens) and span >= 0 and tokens[outside].span == span:
            for i, token in enumerate(window):
                if token.span == span:
                    window[i] = copy(token)
                    window[i].span = -2
    return window


def vary(
    window: Window,
    how: Augmentation,
    rng: random.Random,
    pool: Mapping[tuple[str, str], Sequence[tuple[str, ...]]],
) -> Window:
    """The window as speech might have it; `pool` holds mentions by label set and type."""
    tokens = window.tokens
    if window.label_set == "kg" and rng.random() < how.drop_speaker_label:
        tokens = _without_speaker_labels(tokens)
    if how.swap_mention and window.label_set and tokens and tokens[0].upos is None:
        tokens = _swap_mentions(tokens, window.label_set, how.swap_mention, rng, pool)
    tokens = _misheard(tokens, how.mishear, rng)
    tokens = _disfluent(tokens, how, rng)
    dice = rng.random()
    for share, change in (
        (how.lower_without_punctuation, "lower bare"),
        (how.lower, "lower"),
        (how.without_punctuation, "bare"),
        (how.upper, "upper"),
    ):
        if dice < share:
            tokens = _recased(tokens, change)
            break
        dice -= share
    return Window(tokens or window.tokens, window.label_set)


def _changed(token: Token, new_form: str) -> Token:
    token = copy(token)
    token.form = new_form
    return token


def _recased(tokens: Sequence[Token], change: str) -> list[Token]:
    result = []
    for token in tokens:
        if "bare" in change and is_punctuation(token.form):
            continue
        new = token.form
        if "bare" in change:
            # "Node.js" is heard as two words, like the text without its marks.
            new = "".join(" " if is_punctuation(c) and c not in "'’" else c for c in new).strip()
        if "lower" in change:
            new = new.lower()
        elif change == "upper":
            new = new.upper()
        result.append(token if new == token.form else _changed(token, new))
    return result


def _inserted(form: str, like: Token, *, upos: str | None = None) -> Token:
    span = like.span if like.span != -1 else -1
    return Token(form, True, -1, sentence=like.sentence, upos=upos, span=span, entity_type=like.entity_type)


def _disfluent(tokens: Sequence[Token], how: Augmentation, rng: random.Random) -> list[Token]:
    result: list[Token] = []
    for i, token in enumerate(tokens):
        inside_mention = i > 0 and token.span != -1 and tokens[i - 1].span == token.span
        new_sentence = token.sentence >= 0 and (i == 0 or tokens[i - 1].sentence != token.sentence)
        if new_sentence and rng.random() < how.speaker_label:
            result += _speaker_label(token, rng)
        if not inside_mention:
            if rng.random() < how.fillers:
                for word in rng.choice(FILLERS):
                    filler = _inserted(word, token, upos="INTJ")
                    filler.span, filler.entity_type = -1, ""
                    result.append(filler)
            if token.span == -1 and rng.random() < how.repetition and not is_punctuation(token.form):
                result.append(_inserted(token.form, token, upos=token.upos))
        result.append(token)
    return result


def _speaker_label(before: Token, rng: random.Random) -> list[Token]:
    # A sentence of its own, with a number that no other sentence has.
    words = rng.choice(
        (
            ["Speaker", str(rng.randint(1, 9)), ":"],
            ["SPEAKER", f"{rng.randint(0, 9):02d}", ":"],
            ["Q", ":"],
            ["A", ":"],
            [">>"],
            ["HOST", ":"],
            ["*", "*", "Guest", ":", "*", "*"],
        )
    )
    return [
        Token(w, i + 1 < len(words), -1, sentence=-10 - before.sentence, span=-2) for i, w in enumerate(words)
    ]


def _without_speaker_labels(tokens: Sequence[Token]) -> list[Token]:
    """Without ``** Name : **`` or its asterisks (a label starts a turn: bold, then a colon)."""
    result: list[Token] = []
    i = 0
    while i < len(tokens):
        if tokens[i].form == "*" and i + 1 < len(tokens) and tokens[i + 1].form == "*":
            end = next((j for j in range(i + 2, min(i + 12, len(tokens))) if tokens[j].form == "*"), -1)
            if end > 0 and tokens[end - 1].form == ":":
                i = end + 2
                continue
        result.append(tokens[i])
        i += 1
    return result


def _runs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """First and after-last positions of the mentions."""
    i = 0
    while i < len(tokens):
        j = i + 1
        if tokens[i].span >= 0:
            while j < len(tokens) and tokens[j].span == tokens[i].span:
                j += 1
            yield i, j
        i = j


def _misheard(tokens: list[Token], share: float, rng: random.Random) -> list[Token]:
    if not share:
        return tokens
    result = list(tokens)
    for first, after in list(_runs(tokens)):
        if rng.random() < share:
            at = rng.randrange(first, after)
            result[at] = _changed(result[at], mishear(result[at].form, rng))
    return result


def _swap_mentions(
    tokens: Sequence[Token],
    label_set: str,
    share: float,
    rng: random.Random,
    pool: Mapping[tuple[str, str], Sequence[tuple[str, ...]]],
) -> list[Token]:
    result: list[Token] = []
    at = 0
    chosen: dict[tuple[str, ...], tuple[str, ...] | None] = {}
    for first, after in _runs(tokens):
        result += tokens[at:first]
        surface = tuple(t.form for t in tokens[first:after])
        if surface not in chosen:
            others = pool.get((label_set, tokens[first].entity_type), ())
            chosen[surface] = rng.choice(others) if others and rng.random() < share else None
        other = chosen[surface]
        if other is None:
            result += tokens[first:after]
        else:
            result += [_changed(tokens[first], word) for word in other]
        at = after
    result += tokens[at:]
    return result
