"""Normalised speech maps back to the raw text, code point by code point."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.model import Cue, Span, TimePrecision, Transcript, Turn
from kg.speech import normalise

markup = st.text(
    alphabet=st.sampled_from([*"abc XYZ.,'\n\t*_<>&;#()[]/\\\"-1é\u200b"]), min_size=1, max_size=80
)


def transcript(raw: str, *turns: Turn, format: str = "markdown") -> Transcript:
    return Transcript("t", "t.md", "0" * 64, format, raw, turns or (Turn((Span(0, len(raw)),)),))


def test_markup_entities_and_line_ends_are_taken_out() -> None:
    raw = "It&#39;s **the** [GPU  page](http://x.example/y) of\n\nthe 13<sup>th</sup>"
    speech = normalise(transcript(raw))
    assert speech.text == "It's the GPU page of the 13th"
    start = speech.text.index("GPU page")
    assert speech.to_raw(start, start + 8).cut(raw) == "GPU  page"


@given(markup)
def test_every_normalised_code_point_stands_in_the_raw_text(raw: str) -> None:
    speech = normalise(transcript(raw))
    previous = 0
    for place in range(len(speech.text)):
        span = speech.to_raw(place, place + 1)
        assert previous <= span.start < span.end <= len(raw)
        previous = span.start


@given(markup, st.data())
def test_reading_of_a_range_is_the_range(raw: str, data: st.DataObject) -> None:
    speech = normalise(transcript(raw))
    if not speech.text:
        return
    start = data.draw(st.integers(0, len(speech.text) - 1))
    end = data.draw(st.integers(start + 1, len(speech.text)))
    assert speech.text[start:end] in speech.mapped.reading(speech.to_raw(start, end))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_json_escapes_are_decoded(text: str) -> None:
    import json

    raw = json.dumps({"text": text})
    start = raw.index(":") + 3
    speech = normalise(transcript(raw, Turn((Span(start, len(raw) - 2),)), format="whisper-json"))
    assert "".join(speech.text.split()) == "".join(text.split())


def test_time_between_marks_is_interpolated_by_words() -> None:
    raw = "one two three four five six seven eight nine ten"
    speech = normalise(transcript(raw, Turn((Span(0, len(raw)),), start_s=100.0, end_s=200.0)))
    time = speech.time_at(Span(raw.index("six"), raw.index("six") + 3))
    assert time is not None
    assert (time.start_s, time.end_s, time.precision) == (150.0, 160.0, TimePrecision.INTERPOLATED)


def test_time_of_a_cue_is_the_cues() -> None:
    raw = "hello there general"
    cues = (Cue(Span(0, 5), 1.0, 2.0), Cue(Span(6, 19), 2.0, 4.0))
    speech = normalise(transcript(raw, Turn((Span(0, 5), Span(6, 19)), start_s=1.0, end_s=4.0, cues=cues)))
    time = speech.time_at(Span(6, 11))
    assert time is not None
    assert (time.start_s, time.precision) == (2.0, TimePrecision.CUE)


def test_no_marks_give_no_time() -> None:
    assert normalise(transcript("hello")).time_at(Span(0, 5)) is None
