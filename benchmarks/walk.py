"""Speed and memory of the walk, stage by stage, on growing collections.

Copies of the given transcripts with the names of people varied (so that resolution has new work in each
copy) are built in a fresh process per size; peak memory is the process's own.

    python -m benchmarks.walk --inputs ../shared/seeds --copies 1 10 100 --processes 1
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_CHILD = "benchmarks.walk"


def vary(text: str, names: list[str], copy: int) -> str:
    """The text with each of the names given an ending of its own for this copy."""
    ending = "".join(chr(ord("a") + int(digit)) for digit in str(copy))
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, name + ending)
    return text


def make_copies(inputs: list[Path], copies: int, target: Path) -> int:
    """Writes the copies and returns how many words they have."""
    import kg

    names: set[str] = set()
    for entity in kg.build(inputs).entities:
        if entity.type == "Person" and not entity.same_as:
            names.update(word for word in entity.name.split() if len(word) > 3 and word[:1].isupper())
    n_words = 0
    for path in inputs:
        text = path.read_text("utf-8")
        for copy in range(copies):
            varied = vary(text, sorted(names), copy) if copy else text
            (target / f"{path.stem}-{copy:03}{path.suffix}").write_text(varied, "utf-8")
            n_words += len(varied.split())
    return n_words


def measure(folder: Path, processes: int) -> dict[str, object]:
    """Seconds by stage, counts and peak memory in MB of one build of `folder`."""
    import kg
    from kg.publish import summary

    started = time.perf_counter()
    graph = kg.build(folder, processes=processes)
    built_s = time.perf_counter() - started
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as output:
        graph.save(Path(output) / "build")
    saved_s = time.perf_counter() - started
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        **summary(graph.data),
        "seconds": {name: round(value, 2) for name, value in graph.timings_s},
        "build_s": round(built_s, 2),
        "validate_and_write_s": round(saved_s, 2),
        "peak_mb": round(own),
        "peak_mb_of_largest_worker": round(children),
    }


def main() -> None:
    """Runs the sizes one after the other and prints a table; ``--json`` prints the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=Path, default=Path("examples"))
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(measure(arguments.child, arguments.processes)))
        return
    inputs = sorted(p for p in arguments.inputs.iterdir() if p.is_file() and p.name != "README.md")
    rows = []
    for copies in arguments.copies:
        with tempfile.TemporaryDirectory() as folder:
            n_words = make_copies(inputs, copies, Path(folder))
            command = [
                sys.executable,
                "-m",
                _CHILD,
                "--child",
                folder,
                "--processes",
                str(arguments.processes),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            rows.append({"copies": copies, "raw_words": n_words, **json.loads(done.stdout)})
            if not arguments.json:
                _print(rows[-1])
    if arguments.json:
        print(json.dumps(rows, indent=1))


def _print(row: dict[str, object]) -> None:
    seconds = row["seconds"]
    assert isinstance(seconds, dict)
    stages = "  ".join(f"{name} {value:.1f}" for name, value in seconds.items())
    total = float(str(row["build_s"])) + float(str(row["validate_and_write_s"]))
    print(
        f"{row['copies']:>4} copies  {row['words']:>9,} words  {total:7.1f} s  "
        f"{int(str(row['words'])) / total:7,.0f} words/s  {row['peak_mb']:>6} MB   "
        f"[{stages}  write {row['validate_and_write_s']}]  "
        f"{row['entities']} entities, {row['claims']} claims",
        flush=True,
    )


if __name__ == "__main__":
    main()
