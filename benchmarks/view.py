"""Measures the page against its budgets: file size, first draw, selection, a key in the search, panning.

Each figure is the median of five runs in headless Chromium without a GPU and without a network, on invented graphs
with 2.5 statements an entity and one quote a statement. Prints a Markdown table; ``--json FILE`` also writes it.

    python benchmarks/view.py
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.synthetic_graphs import synthetic_graph
from kg.view import write_html

# Entities: megabytes of the file, seconds to the first draw, milliseconds to select and for a key, frames a second.
BUDGETS = {
    100: (0.7, 0.5, 100, 50, 30),
    1_000: (1.2, 0.6, 150, 50, 30),
    5_000: (3.2, 1.0, 200, 50, 30),
    20_000: (11.0, 1.5, 200, 50, 30),
}

# Each script gives its milliseconds after the next frame is on screen.
_SELECT = """
const done = arguments[0], i = arguments[1], start = performance.now();
kg.actions.selectEntity(i, true);
requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0));
"""
_KEY = """
const done = arguments[0], text = arguments[1], input = document.getElementById('query'), start = performance.now();
input.value = text;
input.dispatchEvent(new Event('input'));
requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0));
"""
_PAN = """
const done = arguments[0], start = performance.now();
let frames = 0;
const step = () => {
  const at = kg.canvas.network.getViewPosition();
  kg.canvas.network.moveTo({ position: { x: at.x + 4 * Math.cos(frames / 9), y: at.y + 4 * Math.sin(frames / 9) } });
  frames += 1;
  if (performance.now() - start < 1000) requestAnimationFrame(step);
  else done((1000 * frames) / (performance.now() - start));
};
requestAnimationFrame(step);
"""
_FIRST_DRAW = "const m = performance.getEntriesByName('kg-first-draw'); return m.length ? m[0].startTime : 0"


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium without a network."""
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    arguments = [
        "--headless=new",
        "--disable-gpu",
        "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    for argument in arguments:
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False},
    )
    driver.set_script_timeout(60)
    try:
        yield driver
    finally:
        driver.quit()


def measure(driver: Any, path: Path, n: int, runs: int) -> tuple[float, ...]:
    """Medians for one page, in the order of `BUDGETS`."""
    first, select, key, pan = [], [], [], []
    for run in range(runs):
        driver.get("about:blank")
        driver.get(path.as_uri())
        end = time.monotonic() + 60
        while not (drawn := driver.execute_script(_FIRST_DRAW)) and time.monotonic() < end:
            time.sleep(0.02)
        first.append(drawn / 1000)
        time.sleep(0.3)
        # The biggest hub, one in the middle, and one that is not on screen yet; the slowest counts.
        chosen = (0, min(n - 1, 150 + run), min(n - 1, n // 2 + run))
        select.append(max(driver.execute_async_script(_async(_SELECT), i) for i in chosen))
        name = driver.execute_script("return kg.graph.entities.name[arguments[0]]", n // 3)
        key.append(max(driver.execute_async_script(_async(_KEY), name[:k]) for k in (1, 2, 4)))
        driver.execute_script("kg.actions.clear(); kg.canvas.fit(undefined, false)")
        pan.append(driver.execute_async_script(_async(_PAN)))
    size = path.stat().st_size / 1e6
    return (size, *(statistics.median(values) for values in (first, select, key, pan)))


def _async(script: str) -> str:
    """The driver hands its callback over last; the scripts want it first."""
    return f"const all = [...arguments], back = all.pop(); (function () {{ {script} }})(back, ...all);"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nodes", type=int, nargs="*", default=list(BUDGETS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = []
    with chromium() as driver, tempfile.TemporaryDirectory() as folder:
        for n in options.nodes:
            graph = synthetic_graph(n)
            start = time.perf_counter()
            page = write_html(graph)
            built = time.perf_counter() - start
            path = Path(folder) / f"{n}.html"
            path.write_bytes(page)
            rows.append({"nodes": n, "build_s": built, "figures": measure(driver, path, n, options.runs)})
    print("| nodes | file MB | first draw s | select ms | search key ms | pan fps | build s |")
    print("|---|---|---|---|---|---|---|")
    kept = True
    for row in rows:
        budget = BUDGETS.get(row["nodes"], (float("inf"),) * 4 + (0.0,))
        cells = []
        for k, (value, most) in enumerate(zip(row["figures"], budget, strict=True)):
            good = value >= most if k == 4 else value <= most
            kept = kept and good
            digits = (2, 2, 0, 0, 0)[k]
            cells.append(f"{value:.{digits}f} ({'≥' if k == 4 else '≤'} {most}){'' if good else ' **over**'}")
        print(f"| {row['nodes']:,} | " + " | ".join(cells) + f" | {row['build_s']:.2f} |")
    print(
        f"\n{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}, median of {options.runs} runs"
    )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
