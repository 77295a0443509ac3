"""Tokens are slices of the raw text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from kg.nlp.tokens import TranscriptTokenizer, form

TOKENIZE = TranscriptTokenizer(Vocab())

PIECES = st.sampled_from(
    [
        "&#39;",
        "&quot;",
        "&amp;",
        "&nope;",
        "&",
        ";",
        "don",
        "t",
        " ",
        "\n\n",
        "**",
        "Ada",
        ":",
        "é",
        "3.5",
        "](",
    ]
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_no_character_is_lost(text: str) -> None:
    assert TOKENIZE(text).text == text


@given(st.text(max_size=60))
def test_no_character_of_any_text_is_lost(text: str) -> None:
    assert TOKENIZE(text).text == text


def test_html_entities_are_read_but_kept() -> None:
    doc = TOKENIZE("I&#39;m at AT&amp;T, &quot;really&quot;.")
    assert [t.text for t in doc][:4] == ["I", "&#39;m", "at", "AT&amp;T"]
    assert [form(t.text) for t in doc][:4] == ["I", "'m", "at", "AT&T"]


def test_bold_speaker_labels_leave_the_name_alone() -> None:
    assert [t.text for t in TOKENIZE("**Ada Byron:** Yes")] == [
        *("*", "*", "Ada", "Byron", ":", "*", "*", "Yes")
    ]


def test_markdown_links_and_language_names() -> None:
    assert "C#" in [t.text for t in TOKENIZE("We use C# here")]
    assert "post" in [t.text for t in TOKENIZE("a [post](https://example.org)")]
