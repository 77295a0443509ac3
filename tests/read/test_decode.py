"""Encodings with and without byte order mark."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import DataError
from kg.read.decode import decode
from kg.read.errors import BinaryError, EmptyError, EncodingError

TEXT = "**Zoë:** It's “naïve” — says who? Größe 5 µm, 90 €.\n\n**Bo:** The café at Orsay does. \n" * 3


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
@pytest.mark.parametrize("mark", [True, False])
def test_unicode_with_and_without_mark(encoding: str, mark: bool) -> None:
    data = TEXT.encode(encoding)
    if mark and encoding.endswith(("le", "be")):
        width = "32" if "32" in encoding else "16"
        data = getattr(codecs, f"BOM_UTF{width}_{encoding[-2:].upper()}") + data
    text, warnings = decode(data, where="talk.txt")
    assert text == TEXT
    assert bool(warnings) == (encoding.endswith(("le", "be")) and not mark)


def test_windows_1252_with_a_warning() -> None:
    text, warnings = decode(TEXT.encode("cp1252"), where="talk.txt")
    assert text == TEXT
    assert warnings == ("not UTF-8; read as Windows-1252",)


@pytest.mark.parametrize("encoding", ["cp1251", "shift_jis", "gb18030"])
def test_other_encodings_are_guessed_with_a_warning(encoding: str) -> None:
    words = {
        "cp1251": "Здравствуйте, это разговор о воде и о чипах. ",
        "shift_jis": "こんにちは、これは水についての話です。",
        "gb18030": "你好，这是关于水和芯片的谈话。",
    }
    text, warnings = decode((words[encoding] * 30).encode(encoding), where="talk.txt")
    assert "guess" in warnings[0]
    assert text.startswith(words[encoding][:5])


def test_cut_off_in_a_character() -> None:
    text, warnings = decode("Hello, café — é".encode()[:-1], where="talk.txt")
    assert text == "Hello, café — "
    assert "cut off" in warnings[0]


def test_a_few_wrong_bytes_among_many_right_ones() -> None:
    text, warnings = decode(TEXT.encode() + b"\xff\xfe" + TEXT.encode(), where="talk.txt")
    assert text.count("\ufffd") == 2
    assert "2 bytes are not UTF-8" in warnings[0]


def test_wrong_mark_is_an_error() -> None:
    with pytest.raises(EncodingError, match="UTF-16-LE"):
        decode(codecs.BOM_UTF16_LE + b"\x00\xd8a", where="talk.txt")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04aaaa", "ZIP"),
        (b"ID3\x04\x00", "MP3"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"{\\rtf1 Hello}", "rich"),
    ],
)
def test_known_kinds_are_named(data: bytes, kind: str) -> None:
    with pytest.raises(BinaryError, match=kind):
        decode(data, where="talk.txt")


def test_nul_and_control_characters_are_refused() -> None:
    with pytest.raises(BinaryError, match="byte 5"):
        decode(b"Hello\x00 there, this is text.", where="talk.txt")
    with pytest.raises(BinaryError, match="control"):
        decode(bytes(range(1, 32)) * 20, where="talk.txt")
    with pytest.raises(BinaryError):
        decode(codecs.BOM_UTF16_LE + "Hi\x00".encode("utf-16-le"), where="talk.txt")


@pytest.mark.parametrize("data", [b"", b"\n \t\r\n", codecs.BOM_UTF8, codecs.BOM_UTF8 + b"\n"])
def test_nothing_to_read(data: bytes) -> None:
    with pytest.raises(EmptyError):
        decode(data, where="talk.txt")


@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_a_coded_error(data: bytes) -> None:
    try:
        text, _ = decode(data, where="x")
    except DataError as error:
        assert error.code.startswith("KG11")
    else:
        assert text.strip() and "\x00" not in text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_utf8_comes_back_as_it_is(text: str) -> None:
    data = text.encode()
    if not text.startswith("\ufeff") and not data.startswith(
        (b"%PDF", b"ID3", b"RIFF", b"OggS", b"GIF8", b"fLaC")
    ):
        assert decode(data, where="x") == (text, ())
