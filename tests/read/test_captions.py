"""WebVTT, SRT, Whisper's lines, timed lines, caption streams and saved pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.model import TimePrecision, Transcript
from kg.read import read_text

Said = Callable[[Transcript], list[tuple[str | None, float | None, str]]]


def vtt(*cues: tuple[str, str, str]) -> str:
    return "WEBVTT\n\n" + "\n\n".join(f"{start} --> {end}\n{text}" for start, end, text in cues) + "\n"


def srt(*texts: str) -> str:
    cues = (
        f"{n}\n00:00:{2 * n:02},000 --> 00:00:{2 * n + 1:02},500\n{text}\n" for n, text in enumerate(texts, 1)
    )
    return "\n".join(cues)


def test_voices_notes_and_styles(sample: Callable[[str], Transcript], said: Said) -> None:
    transcript = sample("webvtt--voices.vtt")
    assert said(transcript) == [
        ("Jane Roe", 1.0, "Welcome to Night Shift, Tom."),
        ("Tom Poe", 4.5, "Thank you."),
        ("Jane Roe", 4.5, "So, water?"),
        ("Tom Poe", 7.0, "Water, yes & oil."),
    ]
    metadata = transcript.metadata
    assert (metadata.title, metadata.hosts, metadata.guests) == ("Night Shift", ("Jane Roe",), ("Tom Poe",))
    assert metadata.language == "en"


def test_rolling_captions_give_each_word_once_with_its_first_time(
    sample: Callable[[str], Transcript], said: Said
) -> None:
    transcript = sample("webvtt--rolling.vtt")
    assert [words for _, _, words in said(transcript)] == [
        "welcome back to the show today we talk about water and why air fails"
    ]
    words = {cue.span.cut(transcript.raw): cue for turn in transcript.turns for cue in turn.cues}
    assert (words["back"].start_s, words["back"].end_s) == (0.48, 0.64)
    assert words["today"].start_s == 2.56
    assert all(cue.precision is TimePrecision.EXACT for cue in words.values())


def test_growing_captions(said: Said) -> None:
    text = vtt(
        ("00:01.000", "00:02.000", "so today"),
        ("00:02.000", "00:03.000", "so today we talk"),
        ("00:03.000", "00:04.000", "so today we talk about water"),
        ("00:04.000", "00:05.000", "and air"),
    )
    transcript = read_text(text)
    assert [words for _, _, words in said(transcript)] == ["so today we talk about water and air"]
    assert [cue.start_s for cue in transcript.turns[0].cues] == [1.0, 2.0, 3.0, 4.0]


def test_captions_repeated_three_times(said: Said) -> None:
    lines = ["so today we talk", "about water and air", "and about time too"]
    text = srt(*[line for line in lines for _ in range(3)])
    assert [words for _, _, words in said(read_text(text))] == [" ".join(lines)]


def test_words_that_are_really_said_twice_stay(said: Said) -> None:
    text = srt(
        "No, no.",
        "Are you sure about that?",
        "Yes, yes.",
        "Yes, yes.",
        "Well, then go on with it.",
        "I will.",
    )
    assert "Yes, yes. Yes, yes." in said(read_text(text))[0][2]


def test_rolling_captions_keep_the_voice(said: Said) -> None:
    text = vtt(
        ("00:01.000", "00:02.000", "<v Ann>so today we talk"),
        ("00:02.000", "00:03.000", "<v Ann>so today we talk\nabout water and air"),
        ("00:03.000", "00:04.000", "about water and air\n<v Bo>and about time too"),
        ("00:04.000", "00:05.000", "<v Bo>and about time too\nas we all know"),
    )
    assert said(read_text(text)) == [
        ("Ann", 1.0, "so today we talk about water and air"),
        ("Bo", 3.0, "and about time too as we all know"),
    ]


def test_time_inside_a_word_does_not_part_it(said: Said) -> None:
    text = vtt(("00:01.000", "00:03.000", "ka<00:01.500>ra<00:02.000>o<00:02.200>ke <00:02.500>night"))
    transcript = read_text(text)
    assert said(transcript)[0][2] == "karaoke night"
    assert [cue.start_s for cue in transcript.turns[0].cues] == [1.0, 2.5]


def test_cue_settings_identifiers_and_hours_are_no_speech(said: Said) -> None:
    text = "WEBVTT\n\nintro - 1\n100:00:01.000 --> 100:00:02.000 line:0 position:20% size:60% align:start\nHello.\n"
    assert said(read_text(text)) == [(None, 360001.0, "Hello.")]


def test_srt_speakers(sample: Callable[[str], Transcript], said: Said) -> None:
    assert said(sample("srt--speakers.srt")) == [
        ("JANE", 1.0, "Welcome to the show, Tom."),
        ("TOM", 3.2, "Thank you."),
        ("JANE", 5.0, "So, water?"),
        (None, 7.1, "Water."),
        (None, 7.1, "And oil?"),
    ]


def test_chevrons_change_the_speaker(sample: Callable[[str], Transcript], said: Said) -> None:
    transcript = sample("srt--chevrons.srt")
    assert [words for _, _, words in said(transcript)] == ["Welcome to the show. Good evening.", "Thank you."]
    assert [aside.cut(transcript.raw) for aside in transcript.asides] == ["[Applause]"]


def test_chevrons_with_names(said: Said) -> None:
    text = srt("&gt;&gt; ANN: Hello.", ">> BO: Hi. >> So.", ">>> In other news, water.")
    assert [(who, words) for who, _, words in said(read_text(text))] == [
        ("ANN", "Hello."),
        ("BO", "Hi."),
        (None, "So."),
        (None, "In other news, water."),
    ]


def test_single_dashes_are_speakers_only_where_they_recur(said: Said) -> None:
    assert len(said(read_text(srt("Hello.", "- and then", "we went.", "Yes we did.")))) == 1
    assert len(said(read_text(srt("- Hello.", "- Hi.", "we went.", "- Yes we did.")))) == 3


def test_srt_without_numbers_with_blank_lines_inside_and_without_blank_lines_between(said: Said) -> None:
    text = (
        "00:00:01,000 --> 00:00:02,000\nOne\n\ntwo\n\n7\n00:00:03,000 --> 00:00:04,000\nthree\n"
        "8\n00:00:05,000 --> 00:00:06,000\nfour\n"
    )
    assert said(read_text(text))[0][2] == "One two three four"


def test_colon_in_a_caption_is_no_label(said: Said) -> None:
    text = srt("I said: go home.", "And the answer: no.", "There is one Rule: go.")
    assert [who for who, _, _ in said(read_text(text))] == [None]


def test_times_out_of_order_are_kept_in_text_order_with_a_warning(said: Said) -> None:
    text = vtt(
        ("00:10.000", "00:12.000", "First."),
        ("00:05.000", "00:06.000", "Second."),
        ("00:20.000", "00:15.000", "Third."),
    )
    transcript = read_text(text)
    assert said(transcript)[0][2] == "First. Second. Third."
    assert transcript.turns[0].cues[2].end_s is None
    assert len(transcript.warnings) == 2 and "line 7" in transcript.warnings[0]


def test_wrapped_whisper_lines_end_paragraphs_early(said: Said) -> None:
    lines = [
        "Today we want to talk about water and about the way it cools",
        "a chip, and then we want to talk about air, and why it is not",
        "enough. How did you start?",
        "I started with a fan, like everybody did in those days, and it",
        "broke after a week, so I bought another one, and that broke as",
        "well. And then I tried water.",
        "Good.",
        "It was good, but it was also expensive, and nobody wanted that",
    ]
    text = "\n".join(f"[00:{2 * n:02}.000 --> 00:{2 * n + 2:02}.000]  {line}" for n, line in enumerate(lines))
    turns = said(read_text(text))
    assert [words.split()[0] for _, _, words in turns] == ["Today", "I", "Good.", "It"]


def test_whisper_lines_go_on_where_the_line_has_no_times(said: Said) -> None:
    text = "[00:00.000 --> 00:02.000]  One,\ntwo,\n[00:02.000 --> 00:04.000]  three.\n"
    assert said(read_text(text))[0][2] == "One, two, three."


def test_timed_paragraphs_are_turns_with_interpolated_times() -> None:
    words = "word " * 60
    transcript = read_text(f"[00:00] {words}\n\n[00:30] {words}\n\n[01:00] {words}\n")
    assert transcript.format == "timed-lines"
    assert [(turn.start_s, turn.end_s) for turn in transcript.turns] == [
        (0.0, 30.0),
        (30.0, 60.0),
        (60.0, None),
    ]
    assert transcript.turns[0].cues == ()


def test_caption_page_without_the_usual_headings_around(said: Said) -> None:
    text = (
        "How to cool a chip\nSubscribe now\n\nTranscript:\nwell hello there and welcome\nto the show of shows\n"
        "Comments\nfirst!\nAnn: this is great\n"
    )
    transcript = read_text(text, format="caption-page")
    assert said(transcript)[0][2] == "well hello there and welcome to the show of shows"
    assert transcript.metadata.title == "How to cool a chip"


@pytest.mark.parametrize("value", ["undefined", "null", "N/A", ""])
def test_undefined_facts_of_a_page_are_left_out(value: str) -> None:
    text = f"A title\n\nCaptions\nhello there and welcome.\nInfo\nChannel: {value}\nViews: {value}\nLength: {value}\n"
    metadata = read_text(text, format="caption-page").metadata
    assert (metadata.channel, metadata.views, metadata.duration_s) == (None, None, None)


def test_caption_line_is_one_turn_of_nobody(sample: Callable[[str], Transcript], said: Said) -> None:
    assert len(said(sample("caption-line--stream.txt"))) == 1
    assert len(said(sample("caption-line--changes.txt"))) == 4
