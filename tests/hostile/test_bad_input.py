"""One test for each kind of bad input: a coded message or a lawful reading, never a crash, never a hang."""

from __future__ import annotations

import json
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.errors import KgError
from kg.model import Transcript
from kg.read import Input, find_inputs, read, read_text
from kg.read.errors import (
    BinaryError,
    EmptyError,
    FrontMatterError,
    JsonError,
    LinkLoopError,
    NoSpeechError,
    NotAFileError,
    NotFoundError,
    UnreadableError,
)
from kg.speech import normalise

GOOD = "ANN: Hello.\n\nBO: Hi.\n\nANN: So.\n\nBO: Yes.\n"
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX file system")


def only_error(*paths: Path) -> KgError:
    inputs, errors = find_inputs(paths)
    assert [item.source for item in inputs] == []
    assert len(errors) == 1
    error = errors[0]
    assert error.exit_code == 1 and error.what and error.where and error.hint
    assert str(error).count("\n") == 2
    return error


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails if the block takes longer; counts the process's own time, as machines are busy at times."""
    begin = time.process_time()
    yield
    assert time.process_time() - begin < seconds


@pytest.mark.parametrize("data", [b"", b"   \n\n", b"\xef\xbb\xbf"], ids=["nothing", "blank", "mark"])
def test_empty(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "talk.txt"
    path.write_bytes(data)
    with pytest.raises(EmptyError, match=r"at talk\.txt\n  try"):
        read(Input("talk.txt", path))


@pytest.mark.parametrize(
    "text",
    ["WEBVTT\n", "WEBVTT\n\nNOTE nobody speaks\n", "---\ntitle: x\n---\n", "[END]\n", "{}", "<html></html>"],
)
def test_no_speech(text: str) -> None:
    with pytest.raises(KgError) as caught:
        read_text(text, source="talk")
    assert caught.value.exit_code == 1 and caught.value.where.startswith("talk")


def test_no_speech_names_the_formats() -> None:
    with pytest.raises(NoSpeechError, match="read as webvtt") as caught:
        read_text("WEBVTT\n\nNOTE nobody speaks\n")
    assert "srt" in caught.value.hint


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 40,
        b"\x7fELF\x02\x01\x01\x00" + b"\x00" * 90,
        b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 50,
    ],
)
def test_binary(data: bytes) -> None:
    with pytest.raises(BinaryError):
        read(Input("talk.txt", data=data))


def test_nul_bytes() -> None:
    with pytest.raises(BinaryError, match="NUL byte stands at byte 5"):
        read(Input("talk.txt", data=b"ANN: \x00 Hello.\n"))


@pytest.mark.parametrize("cut", range(5, 200, 13))
def test_truncated_files_are_read_up_to_the_cut_or_refused(cut: int) -> None:
    vtt = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hello — there.\n\n00:02.000 --> 00:03.000\n<v Bo>Hi.</v>\n"
        * 3
    )
    text = json.dumps({"segments": [{"start": n, "end": n + 1, "text": "Hello there."} for n in range(5)]})
    for data in (vtt.encode()[:cut], text.encode()[:cut]):
        try:
            normalise(read(Input("talk.vtt", data=data)))
        except KgError as error:
            assert error.where.startswith("talk.vtt")


def test_wrong_encoding_is_read_with_a_warning() -> None:
    transcript = read(
        Input("talk.txt", data="ANN: Café “ouvert”.\n\nBO: Où ?\n\nANN: À Orsay.\n\nBO: Ah.".encode("cp1252"))
    )
    assert transcript.warnings == ("not UTF-8; read as Windows-1252",)
    assert "Café “ouvert”" in transcript.raw


@pytest.mark.parametrize(
    "line",
    ["word " * 1_000_000, "a" * 5_000_000, "ANN: " + "yes: " * 1_000_000, "[" * 5_000_000, "**" * 2_500_000, "<b " * 1_600_000, ">>" * 2_500_000, "(a" * 2_500_000, "_ " * 2_500_000, "\\[" * 2_500_000, "♪" * 2_500_000, "&" * 5_000_000, "0:00 " * 1_000_000, '{"a' * 1_600_000],
    ids=lambda line: line[:6].strip(),
)  # fmt: skip
def test_single_line_of_5_mb(line: str) -> None:
    with within(60):
        try:
            transcript = read_text(line)
        except KgError:
            return
        assert all(turn.span.end - turn.span.start < 200_000 for turn in transcript.turns)


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def cues(n: int, form: str) -> str:
    words = ("so we talk about water", "and about the way", "it cools a chip.", "Does it work?")
    head = "WEBVTT\n\n" if form == "vtt" else ""
    point = "," if form == "srt" else "."
    parts = []
    for index in range(n):
        text, start, end = words[index % 4], clock(index), clock(index + 1)
        if form == "lines":
            parts.append(f"[{start}.000 --> {end}.000]  {text}\n")
        else:
            parts.append(f"{index + 1}\n{start}{point}000 --> {end}{point}000\n{text}\n\n")
    return head + "".join(parts)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["vtt", "srt", "lines"])
def test_a_hundred_thousand_cues(form: str) -> None:
    with within(90):
        transcript = read_text(cues(100_000, form))
    assert sum(len(turn.cues) for turn in transcript.turns) == 100_000


@pytest.mark.slow
def test_a_hundred_thousand_segments_of_json() -> None:
    segments = [
        {
            "start": n,
            "end": n + 1,
            "text": f" word {n}",
            "words": [{"word": " word", "start": n, "end": n + 1}],
        }
        for n in range(100_000)
    ]
    with within(90):
        transcript = read_text(json.dumps({"segments": segments}))
    assert sum(len(turn.cues) for turn in transcript.turns) == 100_000


def test_times_out_of_order() -> None:
    text = "1\n00:00:10,000 --> 00:00:05,000\nOne.\n\n2\n00:00:02,000 --> 00:00:03,000\nTwo.\n"
    transcript = read_text(text)
    assert [cue.start_s for turn in transcript.turns for cue in turn.cues] == [10.0, 2.0]
    assert all(
        cue.end_s is None or cue.end_s >= cue.start_s for turn in transcript.turns for cue in turn.cues
    )
    assert len(transcript.warnings) == 2


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"segments":' + "[" * 100_000, '{"a":' * 100_000, '[{"text": ' * 50_000]
)
def test_deep_json(text: str) -> None:
    with within(5), pytest.raises(JsonError, match=r"nested more than 64 deep|breaks off|malformed"):
        read_text(text, format="whisper-json")


@pytest.mark.parametrize(
    "text",
    [
        '{"segments": [{"start": 1e999, "end": -1, "text": "Hi."}]}',
        '{"segments": [{"start": NaN, "end": Infinity, "text": "Hi."}]}',
        '{"segments": [{"start": "x", "end": {}, "text": "Hi.", "words": [1, null, {"word": 3}, {"word": "", "start": 1}]}]}',
        '{"segments": [{"start": 1, "end": 2, "text": "Hi.", "speaker": ["a"], "words": {"a": 1}}], "language": 7}',
        '{"segments": [{"text": "Hi.", "text": "Ho."}, null, 7, "x", []]}',
        '{"segments": [{"text": "\\ud800 Hi. \\u0000", "start": 1, "end": 2}]}',
    ],
)
def test_hostile_values_in_json(text: str) -> None:
    speech = normalise(read_text(text, source="talk.json"))
    assert "H" in speech.text


def test_endless_number_in_json() -> None:
    with within(5), pytest.raises(JsonError, match="number of 1000000 characters"):
        read_text('{"segments": [{"text": "Hi.", "start": ' + "9" * 1_000_000 + "}]}")


def test_yaml_bomb() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join('*' + a for _ in range(9))}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with within(2), pytest.raises(FrontMatterError, match=r"anchor or alias\n  at talk\.md:2"):
        read_text(f"---\n{bomb}---\n{GOOD}", source="talk.md")


@pytest.mark.parametrize(
    "value", ["!!python/object/apply:os.system ['true']", "!!python/name:os.system", "!!binary aGk=", "!x y"]
)
def test_yaml_tags(value: str) -> None:
    with pytest.raises(FrontMatterError, match="tag"):
        read_text(f"---\ntitle: {value}\n---\n{GOOD}")


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", 'quo"te', "quo'te", "back\\slash", "new\u2028line", "\u202eLTR", "../../etc/passwd", "Ann <b>", "a" * 64, "𝔄nn", "${x}"],
)  # fmt: skip
@pytest.mark.parametrize(
    "form", ["**{}:** Hello there.", "{}: Hello there.", "<p><b>{}:</b> Hello there.</p>"]
)
def test_hostile_names_of_speakers(name: str, form: str) -> None:
    other = "Bo Dunn"
    text = "\n\n".join(form.format(who) for who in (name, other) * 4)
    transcript = read_text(text)
    normalise(transcript)
    for turn in transcript.turns:
        assert turn.speaker is None or not any(char in turn.speaker for char in "\n\r\u202e\u2028<")


def test_hostile_names_in_captions_and_json() -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v \u202e<script>>Hello.\n\n00:02.000 --> 00:03.000\n<v A\\n\"'/../b>Hi.\n"
    normalise(read_text(vtt))
    raw = json.dumps(
        {"segments": [{"start": 0, "end": 1, "text": "Hi.", "speaker": 'a"\n\u202e<script>\\/../'}]}
    )
    transcript = read_text(raw)
    assert transcript.turns[0].speaker is not None
    assert not any(char in transcript.turns[0].speaker for char in "\n\u202e")


@POSIX
class TestSpecialFiles:
    def test_fifo(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "talk.txt")
        with within(2):
            for path in (tmp_path, tmp_path / "talk.txt"):
                error = only_error(path)
                assert isinstance(error, NotAFileError) and "a pipe" in error.what
            with pytest.raises(NotAFileError):
                read(Input("talk.txt", tmp_path / "talk.txt"))

    def test_socket(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        # A socket's path may have about a hundred bytes only.
        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("talk.txt")
            error = only_error(Path("talk.txt"))
        assert isinstance(error, NotAFileError) and "a socket" in error.what

    @pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
    def test_device(self, device: str) -> None:
        path = Path(device)
        if not path.exists() or not stat.S_ISCHR(path.stat().st_mode):
            pytest.skip(f"{device} is no device here")
        with within(2):
            error = only_error(path)
        assert isinstance(error, NotAFileError) and "a device" in error.what

    def test_link_to_itself(self, tmp_path: Path) -> None:
        (tmp_path / "talk.txt").symlink_to("talk.txt")
        assert isinstance(only_error(tmp_path), LinkLoopError)
        assert isinstance(only_error(tmp_path / "talk.txt"), LinkLoopError)

    def test_link_to_the_folder_above(self, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "loop").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "sub" / "talk.txt").write_text(GOOD, encoding="utf-8")
        inputs, errors = find_inputs([tmp_path])
        assert [item.source for item in inputs] == ["sub/talk.txt"]
        assert [type(error) for error in errors] == [LinkLoopError]
        assert errors[0].where == "sub/loop"

    def test_link_to_nowhere(self, tmp_path: Path) -> None:
        (tmp_path / "talk.txt").symlink_to("gone.txt")
        assert isinstance(only_error(tmp_path), NotFoundError)

    def test_unreadable_file(self, tmp_path: Path) -> None:
        path = tmp_path / "talk.txt"
        path.write_text(GOOD, encoding="utf-8")
        path.chmod(0)
        with as_nobody(tmp_path), pytest.raises(UnreadableError, match="permission denied"):
            read(Input("talk.txt", path))

    def test_unreadable_folder(self, tmp_path: Path) -> None:
        folder = tmp_path / "sub"
        folder.mkdir()
        folder.chmod(0)
        with as_nobody(tmp_path):
            error = only_error(folder)
        assert isinstance(error, UnreadableError)
        folder.chmod(0o700)

    def test_file_that_goes_away(self, tmp_path: Path) -> None:
        path = tmp_path / "talk.txt"
        path.write_text(GOOD, encoding="utf-8")
        inputs, _ = find_inputs([path])
        path.unlink()
        with pytest.raises(NotFoundError):
            read(inputs[0])


@contextmanager
def as_nobody(folder: Path) -> Iterator[None]:
    """As a user without rights: permissions do not stop root."""
    if os.geteuid() != 0:
        yield
        return
    above = [path for path in (folder, *folder.parents) if not path.stat().st_mode & stat.S_IXOTH]
    modes = [path.stat().st_mode for path in above]
    for path, mode in zip(above, modes, strict=True):
        path.chmod(mode | stat.S_IXOTH)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        for path, mode in zip(above, modes, strict=True):
            path.chmod(mode)


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00\x01\x02")
    (tmp_path / "b.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "c.json").write_text('{"segments": [', encoding="utf-8")
    inputs, errors = find_inputs([tmp_path, tmp_path / "no.txt"])
    read_ones: list[Transcript] = []
    faults: list[KgError] = list(errors)
    for item in inputs:
        try:
            read_ones.append(read(item))
        except KgError as error:
            faults.append(error)
    assert [transcript.source for transcript in read_ones] == ["b.txt"]
    assert sorted(error.code for error in faults) == ["KG111", "KG116", "KG122"]


def test_hostile_html() -> None:
    for part in (
        "<div>" * 100_000,
        "<svg>" * 100_000,
        '<a "' * 400_000,
        "<!--" * 400_000,
        "</p>" * 400_000,
        "<b>x" * 400_000,
        "<p>ANN: x" * 40_000,
    ):
        with within(60):
            try:
                read_text("<!doctype html><html>" + part + "<p>Hello there, everybody.</p>")
            except KgError as error:
                assert error.exit_code == 1


def test_hostile_headings_and_fields_take_no_exponential_time() -> None:
    lines = [
        "[a]****" * 50 + "x",
        "**a** " * 60 + "?",
        "a - " * 100,
        "Host: " + "a. Guest: " * 70,
        "- " * 200,
        "#" * 300,
        "__a__" * 70 + "!",
    ]
    with within(5):
        for line in lines:
            for text in (
                line,
                f"{line}\n\n**Ann:** Hi.\n\n**Bo:** Hi.",
                f"---\n{line}\n---\nANN: Hi.\n\nBO: Hi.",
            ):
                try:
                    read_text(text)
                except KgError as error:
                    assert error.exit_code == 1
