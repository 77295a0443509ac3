"""Takes the pictures of the page for the documentation, in headless Chromium.

kg build examples -o build/demo
python benchmarks/screenshots.py build/demo docs/images
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import kg
from benchmarks.view import chromium
from kg.view import write_html

_READY = "return !!(window.kg && performance.getEntriesByName('kg-first-draw').length)"
_HUB = "kg.canvas.order()[0]"

# The statement with most passages of the most central entity that has one: a page worth reading.
_BEST = """
const { graph } = kg; let best = 0, most = -1;
for (let s = 0; s < graph.m; s++) {
  const mark = graph.statements.n_claims[s] * 2 + (graph.statements.object[s] < 0 ? 1 : 0) + (graph.denied[s] ? 2 : 0);
  if (kg.derived().holds[s] && mark > most) { most = mark; best = s; }
}
"""

# Name, width, height, dark, view, and what is done before the picture is taken.
PICTURES = (
    ("samples-light", 1280, 800, False, "", "document.getElementById('hint').hidden = true"),
    ("samples-dark", 1920, 1080, True, "", "document.getElementById('hint').hidden = true"),
    ("samples-evidence", 1280, 800, True, "", _BEST + "kg.actions.selectStatement(best)"),
    ("samples-focus", 1280, 800, False, "", f"kg.actions.focus({_HUB})"),
    ("samples-timeline", 1280, 800, False, "view=timeline", ""),
    ("samples-compare", 1280, 800, False, "view=compare", ""),
    ("samples-phone", 390, 844, False, "", _BEST + "kg.actions.selectStatement(best)"),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("build", type=Path, help="folder of a build")
    parser.add_argument("output", type=Path, help="folder for the pictures")
    parser.add_argument("--title", help="heading of the page")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    content = write_html(kg.open(options.build).data, title=options.title)
    with chromium() as driver, tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "graph.html"
        page.write_bytes(content)
        for name, width, height, dark, hash_, script in PICTURES:
            driver.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
            )
            features = [
                {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ]
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
            driver.get("about:blank")
            driver.get(page.as_uri() + (f"#{hash_}" if hash_ else ""))
            while not driver.execute_script(_READY):
                time.sleep(0.05)
            driver.execute_script(script)
            time.sleep(0.5)
            target = options.output / f"{name}.png"
            driver.save_screenshot(str(target))
            print(target, f"{target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
