"""Text in, a spaCy `Doc` of raw tokens out.

The tokens are slices of the text as it stands, so every offset is one of the
raw text, HTML entities (``&#39;``) included; `form` gives what a token says.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from spacy.lang.en import English
from spacy.symbols import ORTH
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex
from spacy.vocab import Vocab

__all__ = ["TranscriptTokenizer", "form"]

_ENTITY = re.compile(r"&(?:#[0-9]{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,12});")

# spaCy's rules keep these as emoticons; in transcripts they are a bold
# speaker label's end ("**Ada:**").
_NOT_EMOTICONS = frozenset({":*", ":**", ":-*", "*:"})
_LANGUAGE_NAMES = ("C#", "F#", "c#", "f#")


def form(token_text: str) -> str:
    """What a token says: its text with HTML entities decoded.

    >>> form("&#39;m"), form("AT&T")
    ("'m", 'AT&T')
    """
    return html.unescape(token_text) if "&" in token_text else token_text


def _base_tokenizer(vocab: Vocab) -> Tokenizer:
    defaults = English.Defaults
    rules = {
        text: analysis
        for text, analysis in (defaults.tokenizer_exceptions or {}).items()
        if text not in _NOT_EMOTICONS
    }
    rules |= {name: [{ORTH: name}] for name in _LANGUAGE_NAMES}
    return Tokenizer(
        vocab,
        rules=rules,
        prefix_search=compile_prefix_regex(defaults.prefixes or ()).search,
        suffix_search=compile_suffix_regex(defaults.suffixes or ()).search,
        infix_finditer=compile_infix_regex([*(defaults.infixes or ()), r"\*\*|\]\("]).finditer,
        token_match=defaults.token_match,
        url_match=defaults.url_match,
    )


class TranscriptTokenizer:
    """spaCy's English rules, minus what misreads transcripts; loses no character."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self._base = _base_tokenizer(vocab)

    def __call__(self, text: str) -> Doc:
        """A Doc whose text is `text` exactly.

        >>> [t.text for t in TranscriptTokenizer(Vocab())("I&#39;m **Ada:** here")]
        ['I', '&#39;m', '*', '*', 'Ada', ':', '*', '*', 'here']
        """
        if "&" not in text or not _ENTITY.search(text):
            doc: Doc = self._base(text)
            return doc
        clean, offsets = _decode(text)
        tokens = self._base(clean)
        ends = [token.idx + len(token.text) for token in tokens]
        return Doc(
            self.vocab,
            words=[text[offsets[token.idx] : offsets[end]] for token, end in zip(tokens, ends, strict=True)],
            spaces=[bool(token.whitespace_) for token in tokens],
        )

    # spaCy writes and reads its tokenizer with the pipeline. Ours has no
    # settings, so there is nothing to keep.
    def to_bytes(self, **_: Any) -> bytes:
        """Nothing: the rules are part of the program."""
        return b""

    def from_bytes(self, _data: bytes, **_: Any) -> TranscriptTokenizer:
        """This tokenizer, unchanged."""
        return self

    def to_disk(self, _path: str | Path, **_: Any) -> None:
        """Write nothing."""

    def from_disk(self, _path: str | Path, **_: Any) -> TranscriptTokenizer:
        """This tokenizer, unchanged."""
        return self


def _decode(text: str) -> tuple[str, list[int]]:
    """The text without HTML entities, and each character's raw offset."""
    parts: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in _ENTITY.finditer(text):
        plain = html.unescape(match.group())
        if len(plain) != 1 or plain.isspace():
            continue
        parts += (text[at : match.start()], plain)
        offsets += range(at, match.start() + 1)
        at = match.end()
    parts.append(text[at:])
    offsets += range(at, len(text) + 1)
    return "".join(parts), offsets
