"""Time and memory of each reader on recordings of growing length.

Run ``python -m benchmarks.readers``; ``--cues 10000 100000`` sets the lengths, ``--json`` prints one object
a line. The transcripts are made up here: the same words in every format. A factor near ten between two
lengths that differ by ten says that a reader is linear.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import tracemalloc
from collections.abc import Callable

from kg.read import read_text

_WORDS = (
    "So we talk about water,",
    "and about the way it cools",
    "a chip in a rack.",
    "Does it work at scale?",
)
_SPEAKERS = ("Ann Coe", "Bo Dunn", "Cy Elm")


def _clock(seconds: int, *, point: str = ".") -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}{point}000"


def _cue(n: int) -> tuple[str, str, str]:
    return _clock(n), _clock(n + 1), _WORDS[n % 4]


def _webvtt(n: int) -> str:
    return "WEBVTT\n\n" + "".join(
        f"{a} --> {b}\n<v {_SPEAKERS[i // 9 % 3]}>{text}\n\n" for i in range(n) for a, b, text in [_cue(i)]
    )


def _rolling(n: int) -> str:
    parts = ["WEBVTT\n\n"]
    for i in range(n):
        start, end, text = _cue(i)
        words = text.split()
        timed = words[0] + "".join(
            f"<{_clock(i)[:-3]}{k:03}><c> {word}</c>" for k, word in enumerate(words[1:], 1)
        )
        parts.append(f"{start} --> {end}\n{_WORDS[(i - 1) % 4] if i else ' '}\n{timed}\n\n")
    return "".join(parts)


def _srt(n: int) -> str:
    return "".join(
        f"{i + 1}\n{_clock(i, point=',')} --> {_clock(i + 1, point=',')}\n{_WORDS[i % 4]}\n\n"
        for i in range(n)
    )


def _whisper_lines(n: int) -> str:
    return "".join(f"[{a} --> {b}]  {text}\n" for i in range(n) for a, b, text in [_cue(i)])


def _whisper_json(n: int) -> str:
    segments = []
    for i in range(n):
        words = _WORDS[i % 4].split()
        timed = [
            {"word": f" {word}", "start": i + k / 10, "end": i + (k + 1) / 10} for k, word in enumerate(words)
        ]
        segments.append({"id": i, "start": i, "end": i + 1, "text": f" {_WORDS[i % 4]}", "words": timed})
    return json.dumps({"language": "en", "segments": segments})


def _turns(form: str) -> Callable[[int], str]:
    return lambda n: "".join(
        form.format(time=_clock(i)[:-4], who=_SPEAKERS[i % 3], text=_WORDS[i % 4]) for i in range(n)
    )


def _caption_page(n: int) -> str:
    speech = "   ".join(_WORDS[i % 4] for i in range(n))
    return f"On water\n\nComments\nfirst!\nCaptions\n{speech}\nInfo\nChannel: Ann Coe\nViews: 12\nLength: 10min\n"


FORMATS: dict[str, Callable[[int], str]] = {
    "webvtt": _webvtt,
    "webvtt (rolling)": _rolling,
    "srt": _srt,
    "whisper-lines": _whisper_lines,
    "whisper-json": _whisper_json,
    "markdown": _turns("**[{time}] {who}:** {text}\n\n"),
    "plain-turns": _turns("{who}: {text}\n\n"),
    "timed-lines": _turns("{time}\n{text}\n"),
    "html": lambda n: (
        "<!doctype html><html><body>" + _turns("<p><b>{who}:</b> {text}</p>\n")(n) + "</body></html>"
    ),
    "caption-page": _caption_page,
    "caption-line": lambda n: " ".join(_WORDS[i % 4].lower().strip("?.,") for i in range(n)),
    "prose": lambda n: "".join(f"{_WORDS[i % 4].rstrip('?,.')}.\n\n" for i in range(n)),
}


def measure(name: str, n_cues: int) -> dict[str, object]:
    """Seconds (of this process, without other load), peak memory and throughput of one reader."""
    text = FORMATS[name](n_cues)
    begin = time.process_time()
    transcript = read_text(text, source="talk")
    seconds = time.process_time() - begin
    tracemalloc.start()
    read_text(text, source="talk")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    if transcript.format != name.split(" ")[0]:
        raise AssertionError(f"{name} was read as {transcript.format}")
    return {
        "format": name,
        "n_cues": n_cues,
        "megabytes": round(len(text) / 1e6, 2),
        "seconds": round(seconds, 3),
        "megabytes_a_second": round(len(text) / 1e6 / seconds, 2),
        "peak_memory_mb": round(peak / 1e6, 1),
        "n_turns": len(transcript.turns),
    }


def main() -> None:
    """Prints one row for each format and length."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cues", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--format", choices=sorted(FORMATS), nargs="+", default=list(FORMATS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not options.json:
        sys.stdout.write(
            f"{'format':18}{'cues':>9}{'MB':>8}{'seconds':>10}{'MB/s':>8}{'peak MB':>10}{'turns':>9}\n"
        )
    for name in options.format:
        for n_cues in options.cues:
            row = measure(name, n_cues)
            if options.json:
                sys.stdout.write(json.dumps(row) + "\n")
                continue
            sys.stdout.write(
                f"{name:18}{n_cues:>9,}{row['megabytes']:>8}{row['seconds']:>10}{row['megabytes_a_second']:>8}"
                f"{row['peak_memory_mb']:>10}{row['n_turns']:>9,}\n"
            )


if __name__ == "__main__":
    main()
