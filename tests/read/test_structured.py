"""JSON, HTML and front matter: values with places, and what must not be believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Span, TimePrecision, Transcript
from kg.read import read_text
from kg.read.errors import FrontMatterError, JsonError, JsonShapeError
from kg.read.html_blocks import scan_page
from kg.read.json_spans import JsonString, JsonValue, parse_json
from kg.speech import normalise

Said = Callable[[Transcript], list[tuple[str | None, float | None, str]]]

plain_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=5)
    ),
    max_leaves=20,
)


def bare(value: JsonValue) -> object:
    if isinstance(value, JsonString):
        return value.text
    if isinstance(value, list):
        return [bare(item) for item in value]
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items()}
    return value


@given(value=plain_json, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_parser_agrees_with_the_standard_library(value: object, ascii_only: bool, indent: int | None) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert bare(parse_json(raw, 0, where="")) == json.loads(raw)


@given(text=st.text('{}[]",:\\ tru1e-.n\n', max_size=30))
def test_parser_refuses_what_the_standard_library_refuses(text: str) -> None:
    try:
        expected = json.loads(text, strict=False)
    except ValueError:
        expected = ValueError
    try:
        found = bare(parse_json(text, 0, where=""))
    except JsonError:
        found = ValueError
    # Ours takes numbers and escapes that JSON writes otherwise ("1.", "\\:"), never the other way round.
    assert found == expected or (expected is ValueError and any(char in "1\\" for char in text))


def test_words_point_into_the_raw_json(sample: Callable[[str], Transcript], said: Said) -> None:
    transcript = sample("whisper-json--openai.json")
    assert said(transcript) == [(None, 0.0, 'Welcome back. He said "water".')]
    last = transcript.turns[0].cues[-1]
    assert last.span.cut(transcript.raw) == r"\"water\"."
    assert (last.start_s, last.precision) == (2.2, TimePrecision.EXACT)
    time = normalise(transcript).time_at(Span(last.span.start + 2, last.span.start + 7))
    assert time is not None and time.start_s == 2.2


def test_speakers_of_whisperx_and_words_without_times(
    sample: Callable[[str], Transcript], said: Said
) -> None:
    transcript = sample("whisper-json--whisperx.json")
    assert said(transcript) == [("SPEAKER_00", 0.1, "Welcome back."), ("SPEAKER_01", 1.5, "Thank you.")]
    assert transcript.turns[0].end_s == 1.4


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("whisper-json--whisper-cpp.json", [(None, 0.0, "Welcome back. It is water.")]),
        ("whisper-json--list.json", [(None, 0.0, "Welcome back it is water")]),
        ("whisper-json--podcast.json", [("Jane Roe", 0.5, "Welcome back."), ("Tom Poe", 1.5, "Thanks.")]),
    ],
)
def test_relatives_of_whispers_json(
    name: str, expected: object, sample: Callable[[str], Transcript], said: Said
) -> None:
    assert said(sample(name)) == expected


def test_escapes_of_every_kind(said: Said) -> None:
    words = 'Zoë\tsaid "naïve" \\ 🎧 — fin.'
    for ascii_only in (True, False):
        raw = json.dumps({"segments": [{"start": 0, "end": 1, "text": words}]}, ensure_ascii=ascii_only)
        assert said(read_text(raw))[0][2] == 'Zoë said "naïve" \\ 🎧 — fin.'


def test_only_text_has_no_times(said: Said) -> None:
    assert said(read_text('{"text": "Hello there.", "language": "en"}')) == [(None, None, "Hello there.")]


def test_wrong_shape_and_broken_json_say_where() -> None:
    with pytest.raises(JsonShapeError, match=r"data\.json"):
        read_text('{"name": "kg", "version": [1, 2]}', source="data.json")
    with pytest.raises(JsonError, match=r"at talk\.json:2:"):
        read_text('{"segments": [{"text": "Hi",\n "start" 1}]}', source="talk.json")
    with pytest.raises(JsonError, match="breaks off"):
        read_text('{"segments": [{"text": "Hi", "start": 1', source="talk.json")


def test_page_with_bold_names(sample: Callable[[str], Transcript], said: Said) -> None:
    transcript = sample("html--bold.html")
    assert said(transcript) == [
        ("Jane Roe", None, "Welcome, Tom. How do you cool a chip?"),
        ("Tom Poe", None, "With water & patience. And with time."),
        ("Jane Roe", None, "Thank you."),
    ]
    metadata = transcript.metadata
    assert (metadata.series, metadata.episode, metadata.title) == ("Night Shift", "3", "Boards")
    assert (metadata.url, metadata.date) == ("https://example.org/night-shift/3", "2024-05-06")
    asides = [aside.cut(transcript.raw) for aside in transcript.asides]
    assert "Subscribe to our newsletter now." in asides and "Home" in asides


def test_page_with_names_in_elements_of_their_own(sample: Callable[[str], Transcript], said: Said) -> None:
    assert said(sample("html--elements.html"))[1] == ("Tom Poe", 9.0, "Good to be here.")


def test_page_without_speakers(sample: Callable[[str], Transcript], said: Said) -> None:
    transcript = sample("html--prose.html")
    assert said(transcript) == [(None, None, "Good evening, everybody. Water cools chips.")]
    assert transcript.metadata.title == "A talk"


def test_definition_lists_tables_and_breaks(said: Said) -> None:
    lists = "<html><dl><dt>Ann</dt><dd>Hello there.</dd><dt>Bo</dt><dd>Hi.</dd><dt>Ann</dt><dd>So.</dd><dt>Bo</dt><dd>Yes.</dd></dl>"
    assert [who for who, _, _ in said(read_text(lists))] == ["Ann", "Bo", "Ann", "Bo"]
    breaks = "<html><p>ANN: Hello there.<br>BO: Hi.<br/>ANN: So.<br>BO: Yes.</p>"
    assert [words for _, _, words in said(read_text(breaks))] == ["Hello there.", "Hi.", "So.", "Yes."]


def test_scripts_comments_and_long_tags_are_never_speech(said: Said) -> None:
    page = (
        "<html><body><!-- <p><b>Eve:</b> no</p> --><script>'<p><b>Eve:</b> no</p>'</script>"
        f"<p><b>Ann:</b> Hello <a href='https://example.org/{'x' * 400}'>there</a>.</p><p><b>Bo:</b> Hi.</p>"
        "<style>p{}</style><noscript>no</noscript><p><b>Ann:</b> So.</p></body></html>"
    )
    assert [words for _, _, words in said(read_text(page))] == ["Hello there.", "Hi.", "So."]


@given(st.text("<>/apdivbr!-=\"' script", max_size=200))
def test_blocks_ascend_and_do_not_overlap(text: str) -> None:
    page = scan_page(text, 0)
    blocks = sorted([*page.blocks, *page.skipped], key=lambda block: block.start)
    assert all(before.end <= after.start for before, after in pairwise(blocks))
    assert all(0 <= block.start < block.end <= len(text) for block in blocks)
    assert all(-1 <= parent < node for node, parent in enumerate(page.parents))


def test_front_matter_of_every_field() -> None:
    text = (
        '---\ntitle: "Water: a history"\nseries: Night Shift\nepisode: 12\ndate: 2024-05-03\n'
        "hosts:\n  - Ann Coe\n  - name: Bo Dunn\n    role: co-host\nguest: Cy Elm\nduration: 01:02:03\nviews: 1,204\n"
        "url: https://example.org/a_b\nlanguage: en\nchannel: Night\ncolour: red\n---\n\n**Ann:** Hi.\n\n**Cy:** Hi.\n"
    )
    metadata = read_text(text).metadata
    assert metadata.title == "Water: a history"
    assert (metadata.series, metadata.episode, metadata.date) == ("Night Shift", "12", "2024-05-03")
    assert (metadata.hosts, metadata.guests) == (("Ann Coe", "Bo Dunn"), ("Cy Elm",))
    assert (metadata.duration_s, metadata.views, metadata.language) == (3723.0, 1204, "en")
    assert (metadata.url, metadata.channel) == ("https://example.org/a_b", "Night")
    assert metadata.spans["title"].cut(text) == "Water: a history"
    assert metadata.spans["guests"].cut(text) == "Cy Elm"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_front_matter_with_any_line_ends(line_end: str) -> None:
    text = "---\ntitle: Water\nhosts: [Ann Coe, Bo Dunn]\n---\n**Ann:** Hi.\n\n**Bo:** Hi.\n".replace(
        "\n", line_end
    )
    metadata = read_text(text).metadata
    assert (metadata.title, metadata.hosts) == ("Water", ("Ann Coe", "Bo Dunn"))
    assert metadata.spans["title"].cut(text) == "Water"


def test_front_matter_that_is_no_yaml_is_read_line_by_line() -> None:
    transcript = read_text(
        "---\ntitle: Water: a history\nhost: 'Ann Coe'\n---\n**Ann:** Hi.\n\n**Cy:** Hi.\n"
    )
    assert transcript.metadata.title == "Water: a history"
    assert transcript.metadata.hosts == ("Ann Coe",)
    assert "no valid YAML (line 2)" in transcript.warnings[0]


@pytest.mark.parametrize(
    "block",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\ntitle: *c",
        "title: !!python/object/apply:os.system ['true']",
        "title: !custom x",
        "title: " + "[" * 200 + "]" * 200,
        "title: x\n" + "".join(f"k{n}: v\n" for n in range(6000)),
        "title: " + "x" * 70_000,
    ],
    ids=["bomb", "python-tag", "tag", "deep", "many", "long"],
)
def test_front_matter_refuses_what_data_has_no_need_of(block: str) -> None:
    with pytest.raises(FrontMatterError, match=r"at talk\.md:"):
        read_text(f"---\n{block}\n---\n**Ann:** Hi.\n\n**Bo:** Hi.\n", source="talk.md")


def test_rule_at_the_top_is_no_front_matter(said: Said) -> None:
    transcript = read_text("---\n\nANN: Hello.\n\n---\n\nBO: Hi.\n\nANN: So.\n\nBO: Yes.\n")
    assert len(said(transcript)) == 4
