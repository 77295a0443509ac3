"""The same checks on every registered reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg import registry
from kg.model import Transcript
from kg.read import Input, Reader, find_inputs, formats, read, read_text
from kg.read.errors import UnknownFormatError

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
EXAMPLES = sorted(
    path for path in (Path(__file__).parents[2] / "examples").glob("*.*") if path.name != "README.md"
)
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"


def make(name: str) -> Reader:
    made = registry.load("reader", name)
    assert callable(made)
    reader = made()
    assert isinstance(reader, Reader)
    return reader


def test_every_reader_has_a_sample() -> None:
    assert {path.name.split("--")[0] for path in SAMPLES} == set(registry.names("reader"))


@pytest.mark.parametrize("name", registry.names("reader"))
def test_reader_describes_itself_in_one_line(name: str) -> None:
    reader = make(name)
    assert reader.name == name
    assert dict(formats())[name] == reader.description
    assert "\n" not in reader.description and len(reader.description) < 110
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in reader.suffixes)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_each_reader_recognises_its_own_samples_best(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    own = path.name.split("--")[0]
    for suffix in (path.suffix, "", ".txt"):
        scores = {name: make(name).recognises(text, suffix) for name in registry.names("reader")}
        assert all(0.0 <= score <= 1.0 for score in scores.values())
        assert max(scores.values()) == scores[own] > sorted(scores.values())[-2]


@pytest.mark.parametrize("path", [*SAMPLES, *EXAMPLES], ids=lambda path: path.name)
def test_samples_are_read_lawfully_and_without_warnings(
    path: Path, lawful: Callable[[Transcript], None]
) -> None:
    transcript = read(Input(path.name, path))
    lawful(transcript)
    assert transcript.warnings == ()
    assert read(Input(path.name, path)) == transcript


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_do_not_change_what_is_said(
    path: Path, line_end: str, said: Callable[[Transcript], list[tuple[str | None, float | None, str]]]
) -> None:
    text = path.read_text(encoding="utf-8")
    one, other = read_text(text, source=path.name), read_text(text.replace("\n", line_end), source=path.name)
    assert said(one) == said(other)
    assert one.metadata.title == other.metadata.title


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_front_matter_goes_before_any_text_format(
    path: Path, said: Callable[[Transcript], list[tuple[str | None, float | None, str]]]
) -> None:
    if path.suffix in (".json", ".vtt", ".html", ".srt"):
        pytest.skip("no front matter in this format")
    text = path.read_text(encoding="utf-8")
    header = "---\ntitle: A header\nguests: [Ann Coe, Bo Dunn]\n---\n"
    plain, headed = read_text(text), read_text(header + text)
    assert headed.format == plain.format
    assert headed.metadata.title == "A header"
    assert headed.metadata.guests == ("Ann Coe", "Bo Dunn")
    assert said(headed)[-1][2] == said(plain)[-1][2]


@pytest.mark.parametrize("name", registry.names("reader"))
def test_forcing_a_format_uses_its_reader(name: str) -> None:
    path = next(path for path in SAMPLES if path.name.startswith(f"{name}--"))
    assert read(Input(path.name, path), format=name).format == name


def test_unknown_format_names_the_nearest() -> None:
    with pytest.raises(UnknownFormatError, match="webvtt") as caught:
        read_text("hello there", format="vebvtt")
    assert caught.value.exit_code == 2


@pytest.mark.skipif(not SEEDS.is_dir(), reason="../shared/seeds is not here")
class TestSeeds:
    def load(self, number: str) -> Transcript:
        inputs, errors = find_inputs([SEEDS])
        assert not errors
        return read(next(item for item in inputs if item.source.startswith(number)))

    def test_turns_with_initials(self, lawful: Callable[[Transcript], None]) -> None:
        transcript = self.load("000")
        lawful(transcript)
        assert transcript.format == "markdown"
        assert {turn.speaker for turn in transcript.turns} == {"SC", "GB"}
        assert transcript.metadata.episode == "74"
        turn = next(turn for turn in transcript.turns if turn.start_s == 821.2 and turn.speaker == "GB")
        assert turn.end_s is not None and turn.end_s > 1300
        assert len(turn.pieces) > 10
        assert [span.cut(transcript.raw) for span in transcript.asides].count("[END]") == 1
        assert transcript.warnings == ()

    def test_page_with_comments(self, lawful: Callable[[Transcript], None]) -> None:
        transcript = self.load("001")
        lawful(transcript)
        metadata = transcript.metadata
        assert transcript.format == "caption-page"
        assert metadata.title is not None and metadata.title.startswith("Ilya Sutskever")
        assert (metadata.channel, metadata.views, metadata.duration_s) == ("Dwarkesh Patel", 419795, 2861.0)
        assert metadata.date == "2023-03-27"
        assert metadata.url == "https://www.youtube.com/watch?v=Yf1o0TQzry8"
        spoken = " ".join(piece.cut(transcript.raw) for turn in transcript.turns for piece in turn.pieces)
        assert "Altman is behind" not in spoken and "Statistics" not in spoken and "Channel" not in spoken
        assert spoken.startswith("Today I have") and spoken.endswith("Thank you very much.")

    def test_whisper_lines(self, lawful: Callable[[Transcript], None]) -> None:
        transcript = self.load("002")
        lawful(transcript)
        assert transcript.format == "whisper-lines"
        # The lines are wrapped; seven paragraphs end before the width is used up.
        assert [turn.start_s for turn in transcript.turns] == [
            0.0,
            34.12,
            61.08,
            257.72,
            271.2,
            286.04,
            303.4,
        ]
        assert transcript.turns[-1].end_s == 403.76
