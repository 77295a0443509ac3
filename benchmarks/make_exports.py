"""Rebuilds ``exports/``: what `kg build` makes of the samples, and of the real transcripts without their words.

The store is left out (``kg build`` makes it; it is no text). ``--check`` only says whether they are fresh.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from pathlib import Path

import kg
from kg.publish import FILES

ROOT = Path(__file__).resolve().parent.parent


def exports() -> dict[str, tuple[Path, bool, str]]:
    """Name of the export → inputs, whether quotes are kept, and the title of the page."""
    found = {"samples": (ROOT / "examples", True, "kg samples")}
    seeds = ROOT.parent / "shared" / "seeds"
    if seeds.is_dir():
        found["seeds"] = (seeds, False, "Three conversations on AI")
    return found


def build(name: str, target: Path) -> None:
    """Writes one export into `target`."""
    inputs, quotes, title = exports()[name]
    kg.build(inputs, quotes=quotes, title=title).save(target, title=title)


def stale(name: str) -> list[str]:
    """Files of the export that differ from what a build makes now."""
    with tempfile.TemporaryDirectory() as folder:
        build(name, Path(folder) / "build")
        return [
            file
            for file in FILES
            if not (ROOT / "exports" / name / file).is_file()
            or (ROOT / "exports" / name / file).read_bytes() != (Path(folder) / "build" / file).read_bytes()
        ]


def arithmetic() -> dict[str, object]:
    """What decides the last digit of the language model's arithmetic: instruction sets and runtime.

    Integer kernels round differently where the processor has other vector instructions; a
    confidence may then differ in its last digit, so exports are compared to the byte only on the
    arithmetic that made them.
    """
    import onnxruntime

    flags: list[str] = []
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        line = next(
            (row for row in cpuinfo.read_text().splitlines() if row.startswith(("flags", "Features"))), ""
        )
        wanted = ("avx2", "fma", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm")
        flags = [flag for flag in wanted if flag in line.split()]
    return {"machine": platform.machine(), "vector": flags, "onnxruntime": onnxruntime.__version__}


def same_arithmetic() -> bool:
    """Whether the exports were made with this machine's arithmetic."""
    path = ROOT / "exports" / "made-with.json"
    return path.is_file() and json.loads(path.read_text("utf-8")) == arithmetic()


def main() -> None:
    """Rebuilds, or checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    bad = False
    for name in exports():
        if arguments.check:
            old = stale(name)
            bad |= bool(old)
            print(f"{name}: {'fresh' if not old else 'stale: ' + ', '.join(old)}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            build(name, Path(folder) / "build")
            target = ROOT / "exports" / name
            target.mkdir(parents=True, exist_ok=True)
            for file in FILES:
                (target / file).write_bytes((Path(folder) / "build" / file).read_bytes())
        print(f"{name}: written")
    if not arguments.check:
        (ROOT / "exports" / "made-with.json").write_text(json.dumps(arithmetic(), indent=1) + "\n", "utf-8")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
