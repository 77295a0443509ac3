"""Laws that hold for every reader and every text."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import registry
from kg.errors import KgError
from kg.model import Transcript
from kg.read import read_text

# What transcripts are made of, and what is not supposed to be in them.
_PARTS = st.sampled_from(
    [
        "\n", "\n\n", "\r\n", " ", "  ", "\t", "\f", ":", ": ", "**", "__", "*", "_", "`", "#", "# ", "> ", ">> ", "- ", "---\n",
        "[", "]", "(", ")", "\\", "<", ">", "{", "}", '"', "'", ",", ".", "?", "♪", "&amp;", "&nbsp;", "&gt;&gt;", "&#1;",
        "[00:10]", "\\[0:01:02.5\\]", "(1:02)", "00:00:01.000 --> 00:00:02.000\n", "00:00:01,000 --> 00:00:00,000\n",
        "[00:00.000 --> 00:03.440]", "99:99", "0:12", "<00:00:01.500>", "<c>", "</c>", "<v Ann>", "<p>", "</p>", "<div>",
        "</div>", "<b>", "</b>", "<script>", "</script>", "<!--", "-->", "<br>", "<h1>", "<nav>", "WEBVTT\n\n", "NOTE\n",
        "STYLE\n", "1\n", "ANN", "Bo Dunn", "Speaker 1", "SC", "hello there", "and so it goes.", "Yes.", "Captions\n", "Info\n",
        "Channel: X\n", "Views: 1\n", "[laughs]", "[inaudible 0:01:02]", "[END]\n", "(music)", "title: x\n", "&a [*a]\n",
        '{"segments": [', '{"text": "hi", "start": 1, "end": 2}', "]}", '"words": [', "\u202e", "\u200b", "\ufeff", "é", "田中", "🎧",
        "<script>alert(1)</script>", "../../etc", "'; DROP", "\x0b", "\x85", "\u2028", "\ud7ff", "\U0010ffff",
    ]
)  # fmt: skip
texts = st.lists(
    _PARTS | st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=1, max_size=60
).map("".join)


def check(text: str, name: str | None, lawful: Callable[[Transcript], None]) -> None:
    try:
        transcript = read_text(text, format=name)
    except KgError as error:
        assert error.code != "KG000" and error.what and error.hint
    else:
        lawful(transcript)
        assert transcript == read_text(text, format=name)


@given(text=texts)
@settings(max_examples=200, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_transcripts_neither_crash_nor_hang(text: str, lawful: Callable[[Transcript], None]) -> None:
    check(text, None, lawful)


@given(text=texts, name=st.sampled_from(registry.names("reader")))
@settings(max_examples=400, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_reader_reads_any_text_lawfully_or_says_why_not(
    text: str, name: str, lawful: Callable[[Transcript], None]
) -> None:
    check(text, name, lawful)


_names = st.sampled_from(["Ann Coe", "BO", "Dr. Cy Elm", "Speaker 1"])
_words = (
    st.text("abcdefg hij", min_size=3, max_size=40)
    .map(str.strip)
    .filter(bool)
    .map(lambda text: text.capitalize() + ".")
)


@given(
    turns=st.lists(st.tuples(_names, _words), min_size=8, max_size=30),
    form=st.sampled_from(["**{}:** {}", "{}: {}"]),
)
@settings(max_examples=60, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_read(
    turns: list[tuple[str, str]],
    form: str,
    said: Callable[[Transcript], list[tuple[str | None, float | None, str]]],
) -> None:
    text = "\n\n".join(form.format(*turn) for turn in turns)
    found = said(read_text(text))
    assert [(who, " ".join(words.split())) for who, _, words in found] == [
        (who, " ".join(words.split())) for who, words in turns
    ]
