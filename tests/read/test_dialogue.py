"""Markdown and plain turns: labels, times, page breaks, headings, what is no speaker."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.model import Span, TimePrecision, Transcript
from kg.read import read_text
from kg.speech import normalise

Said = Callable[[Transcript], list[tuple[str | None, float | None, str]]]


def turns_of(text: str, said: Said, **options: str) -> list[tuple[str | None, float | None, str]]:
    return said(read_text(text, **options))


@pytest.mark.parametrize(
    "opener",
    [
        "**[0:01:02.5] JR:** ",
        "**JR [0:01:02.5]:** ",
        "**JR:** [01:02.5] ",
        "**JR** [01:02.5]: ",
        "**JR** (01:02.5) ",
        "**JR:** \\[01:02.5\\] ",
        "[01:02.5] **JR:** ",
        "[01:02.5] JR: ",
        "(01:02.5) JR: ",
        "JR (01:02.5): ",
        "JR [01:02.5]: ",
        "01:02.5 JR: ",
        "> **JR** — 01:02.5: ",
        "__JR [01:02.5]:__ ",
        "- **JR** (01:02.5): ",
        "JR  01:02.5\n",
        "JR (01:02.5)\n",
        "**JR** (01:02.5)\n\n",
        "### JR [01:02.5]\n\n",
        "01:02.5 JR\n",
        "[01:02.5] JR\n",
        "JR\n01:02.5\n",
        "<b>JR</b> (01:02.5): ",
        "[01:02.5]\tJR\t",
    ],
)
def test_openers_in_many_spellings(opener: str, said: Said) -> None:
    other = opener.replace("JR", "TP").replace("01:02.5", "01:10").replace("0:01:02.5", "0:01:10")
    text = f"{opener}Where were we then?\n\n{other}At the start.\n\n" * 2
    text = text.replace("0:01:02.5", "0:01:02.5", 1)
    transcript = read_text(text)
    assert [(who, words) for who, _, words in said(transcript)] == [
        ("JR", "Where were we then?"),
        ("TP", "At the start."),
    ] * 2
    assert transcript.turns[0].start_s == 62.5 and transcript.turns[1].start_s == 70.0
    label = transcript.turns[0].label_span
    assert label is not None and label.cut(text) == "JR"


def test_page_break_in_mid_sentence_does_not_end_the_turn(said: Said) -> None:
    text = "**A B:** It was the first\n\n12\n\ncomputer with a fan.\n\n**C D:** Yes.\n"
    assert turns_of(text, said)[0] == ("A B", None, "It was the first computer with a fan.")


def test_running_headers_are_furniture(said: Said) -> None:
    page = "\n\nNight Shift Transcript Page {}\n\n"
    text = (
        "**Ann:** One "
        + page.format(1)
        + "two."
        + "\n\n**Bo:** Three"
        + page.format(2)
        + "four.\n\n**Ann:** Five."
    )
    transcript = read_text(text)
    assert [words for _, _, words in said(transcript)] == ["One two.", "Three four.", "Five."]
    assert len(transcript.asides) == 2


def test_speech_before_the_first_label_belongs_to_nobody(said: Said) -> None:
    text = "And that was how we did it in the old days.\n\n**Ann:** I see.\n\n**Bo:** Good."
    assert turns_of(text, said)[0] == (None, None, "And that was how we did it in the old days.")


def test_description_under_a_title_is_no_speech(said: Said) -> None:
    text = "# Boards\n\nIn this episode Ann talks to Bo about boards, at some length.\n\n**Ann:** Hi.\n\n**Bo:** Hi."
    transcript = read_text(text)
    assert transcript.metadata.title == "Boards"
    assert [who for who, _, _ in said(transcript)] == ["Ann", "Bo"]


def test_break_is_a_mark_and_no_speaker(said: Said) -> None:
    text = "**Ann:** One.\n\n**Break:** [10:00]\n\n**Bo:** Two.\n\n**Break:** [20:00]\n\n**Ann:** Three."
    transcript = read_text(text)
    assert [who for who, _, _ in said(transcript)] == ["Ann", "Bo", "Ann"]
    assert len(transcript.asides) == 2


def test_header_fields_are_metadata_even_where_they_look_like_labels() -> None:
    text = (
        "Title: Water: a history\nEpisode: 12\nDate: 3 May 2024\nHost: Ann Coe\nGuests: Bo Dunn, Cy Elm\n"
        "Duration: 1:02:03\nURL: https://example.org/a_b?c=d\n\nANN: Hello.\n\nBO: Hi.\n\nANN: So.\n\nCY: Well.\n"
    )
    metadata = read_text(text).metadata
    assert metadata.title == "Water: a history"
    assert (metadata.episode, metadata.date, metadata.duration_s) == ("12", "2024-05-03", 3723.0)
    assert (metadata.hosts, metadata.guests) == (("Ann Coe",), ("Bo Dunn", "Cy Elm"))
    assert metadata.url == "https://example.org/a_b?c=d"
    for name, span in metadata.spans.items():
        assert span.cut(text) in text, name
    assert metadata.spans["hosts"].cut(text) == "Ann Coe"


def test_host_and_guest_as_labels_are_speakers(said: Said) -> None:
    text = "Host: Hello.\n\nGuest: Hi.\n\nHost: So?\n\nGuest: Well."
    assert [who for who, _, _ in turns_of(text, said)] == ["Host", "Guest", "Host", "Guest"]


def test_colon_in_prose_is_no_label() -> None:
    text = (
        "There is one thing to know about fans: they break. I said it before.\n\n"
        "Then he told me: never again. It was a long story, and nobody believed it.\n\n"
        "My answer: water. It is cheap, it is clean, and there is a lot of it.\n"
    )
    assert read_text(text).format == "prose"


def test_lower_case_roles_are_labels_when_they_recur(said: Said) -> None:
    text = (
        "interviewer: Hello.\n\nada: Hi.\n\ninterviewer: So?\n\nada: Well.\n\ninterviewer: Yes?\n\nada: No."
    )
    assert {who for who, _, _ in turns_of(text, said)} == {"interviewer", "ada"}


def test_labels_in_other_scripts(said: Said) -> None:
    text = "田中: こんにちは。\n\n佐藤: はい、どうも。\n\n田中: では。\n\n佐藤: はい。"
    assert {who for who, _, _ in turns_of(text, said)} == {"田中", "佐藤"}


def test_names_with_titles_initials_and_particles(said: Said) -> None:
    names = ["Dr. Jane O'Neil-Smith", "J. R. van der Berg", "MR. POE", "Speaker 1", "Tom (Acme Inc.)"]
    text = "\n\n".join(f"{name}: This is what I say." for name in names * 2)
    assert [who for who, _, _ in turns_of(text, said)] == names * 2


def test_gap_in_the_recording_breaks_the_sentence(said: Said) -> None:
    # Without the break, the text would say that one bought the other.
    text = "**Ann:** Acme [inaudible 0:01:02] bought Zenith.\n\n**Bo:** Oh. [unintelligible] So it did."
    assert [words for _, _, words in turns_of(text, said)] == ["Acme", "bought Zenith.", "Oh. So it did."]


def test_sound_notes_do_not_break_the_sentence(said: Said) -> None:
    text = (
        "**Ann:** It was [laughs] a fan, (upbeat music) I [sic] mean [yocto Linux].\n\n**Bo:** (I guess) yes."
    )
    words = [words for _, _, words in turns_of(text, said)]
    assert words == ["It was a fan, I [sic] mean [yocto Linux].", "(I guess) yes."]


def test_end_of_transcript_ends_speech(said: Said) -> None:
    text = "**Ann:** Bye.\n\n**Bo:** Bye.\n\n[END OF TRANSCRIPT]\n\nVisit our shop for shirts and mugs.\n"
    assert turns_of(text, said)[-1] == ("Bo", None, "Bye.")


def test_speech_after_the_end_of_the_interview_goes_on_with_a_label(said: Said) -> None:
    text = "**Ann:** Bye.\n\n**Bo:** Bye.\n\n[END OF INTERVIEW]\n\n**Ann:** That was Bo.\n\n[END]"
    assert turns_of(text, said)[-1][2] == "That was Bo."


def test_credits_are_furniture(said: Said) -> None:
    text = "Ann: Hello.\n\nBo: Hi.\n\nAnn: Bye.\n\nTranscribed by https://example.org\n"
    assert turns_of(text, said)[-1][2] == "Bye."


def test_turn_ends_where_the_next_marked_one_starts() -> None:
    text = "**[00:10] A:** One.\n\n**[00:20] B:** Two.\n\n**[00:15] A:** Three.\n\n**[00:30] B:** Four."
    transcript = read_text(text)
    assert [(turn.start_s, turn.end_s) for turn in transcript.turns][:2] == [(10.0, 20.0), (20.0, None)]
    assert "times go backwards, first at line 5" in transcript.warnings[0]


def test_times_between_sparse_marks_are_interpolated_by_words() -> None:
    speech = "word " * 29 + "word."
    text = f"**Ann:** [00:10] {speech}\n\n**Bo:** {speech}\n\n**Ann:** {speech}\n\n[00:40] {speech}\n\n**Bo:** End."
    transcript = read_text(text)
    normal = normalise(transcript)
    times = [normal.time_at(turn.pieces[0]) for turn in transcript.turns]
    assert [time and (time.start_s, time.end_s) for time in times] == [
        (10.0, 20.0),
        (20.0, 30.0),
        (30.0, 40.0),
        None,
    ]
    assert all(time is None or time.precision is TimePrecision.INTERPOLATED for time in times)
    second = transcript.turns[2].pieces[1]
    late = normal.time_at(second)
    assert late is not None and (late.start_s, late.end_s) == (40.0, None)
    assert transcript.turns[1].start_s is None


def test_a_break_does_not_slow_the_speech_around_it() -> None:
    speech = "word " * 60
    text = (
        f"**Ann:** [00:00] {speech}\n\n**Bo:** [00:20] {speech}\n\n**Break:** [00:40]\n\n**Ann:** {speech}\n\n"
        f"**Bo:** [02:00] {speech}\n\n**Ann:** [02:20] Bye."
    )
    transcript = read_text(text)
    time = normalise(transcript).time_at(transcript.turns[2].pieces[0])
    # Sixty words take twenty seconds here; the advertising before them took a minute.
    assert time is not None and (time.start_s, time.end_s) == (100.0, 120.0)


def test_words_before_the_first_mark_have_no_time() -> None:
    text = "**Ann:** One two.\n\nThree [00:10] four.\n\n**Bo:** [00:20] Five.\n\n**Ann:** Six."
    transcript = read_text(text)
    at = text.index("One")
    assert normalise(transcript).time_at(Span(at, at + 3)) is None


def test_markup_in_labels_is_cleaned() -> None:
    text = "**[Ann &amp; Bo](https://example.org):** Hello.\n\n**Cy:** Hi.\n\n**[Ann &amp; Bo](https://example.org):** So."
    assert {turn.speaker for turn in read_text(text).turns} == {"Ann & Bo", "Cy"}


@pytest.mark.parametrize(
    ("heading", "series", "episode", "title"),
    [
        ("# Night Shift, episode 7: Boards", "Night Shift", "7", "Boards"),
        ("# Night Shift Ep. 12 - Boards", "Night Shift", "12", "Boards"),
        ("# 12 ways to cool a chip", None, None, "12 ways to cool a chip"),
        ("# Boards (#45)", None, "45", "Boards (#45)"),
        ("# Episode 9", None, "9", "Episode 9"),
        ("# Boards: a history | Night Shift #12", "Night Shift", "12", "Boards: a history"),
        ("# Night Shift #12 | Boards", "Night Shift", "12", "Boards"),
        ("# Boards: part one, episode 4", None, "4", "Boards: part one, episode 4"),
        ("# The No. 1 rule of C#8", None, None, "The No. 1 rule of C#8"),
    ],
)
def test_headings_name_series_episode_and_title(
    heading: str, series: str | None, episode: str | None, title: str
) -> None:
    metadata = read_text(f"{heading}\n\n**Ann:** Hi.\n\n**Bo:** Hi.").metadata
    assert (metadata.series, metadata.episode, metadata.title) == (series, episode, title)


def test_very_long_turn_is_cut_at_sentence_ends() -> None:
    sentence = "This is a sentence of some length that is said again and again. "
    transcript = read_text("**Ann:** Hi.\n\n**Bo:** " + sentence * 3000 + "\n\n**Ann:** Oh.")
    assert len(transcript.turns) > 3
    assert all(turn.span.end - turn.span.start <= 60_100 for turn in transcript.turns)
    assert all(turn.pieces[-1].cut(transcript.raw).endswith(".") for turn in transcript.turns)
    assert {turn.speaker for turn in transcript.turns[1:-1]} == {"Bo"}
