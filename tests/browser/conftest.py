"""One headless Chromium for all browser tests; they skip with a reason where there is none."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.synthetic_graphs import synthetic_graph
from kg.graph import KnowledgeGraph
from kg.view import write_html


class Browser:
    """A page in a browser, with what the tests ask of it."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver = driver
        self.folder = folder
        self.size(1280, 800)
        self.media()

    def size(self, width: int, height: int) -> None:
        """Sets the window's inner size in CSS pixels."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def media(self, *, dark: bool = False, still: bool = True) -> None:
        """Sets what the reader prefers."""
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def open(self, page: bytes | Path, hash_: str = "", *, wait: bool = True) -> None:
        """Opens a page from a file and waits until it is drawn."""
        path = page if isinstance(page, Path) else self.folder / f"{hash(page) & 0xFFFFFFFF:x}.html"
        if isinstance(page, bytes):
            path.write_bytes(page)
        self.driver.get("about:blank")
        self.logs()
        self.requests()
        self.driver.get(path.as_uri() + (f"#{hash_}" if hash_ else ""))
        if wait:
            self.until("return !!(window.kg && performance.getEntriesByName('kg-first-draw').length)")

    def js(self, script: str, *values: object) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script, *values)

    def until(self, script: str, *, seconds: float = 15.0) -> Any:
        """Waits until the script returns something true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.js(script)
            if found:
                return found
            time.sleep(0.03)
        raise AssertionError(f"never came true: {script}; console: {self.logs()}")

    def text(self, selector: str) -> str:
        """The visible text of an element."""
        return str(self.js("return document.querySelector(arguments[0]).innerText", selector))

    def press(self, *keys: str) -> None:
        """Presses keys where the focus is."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def click(self, selector: str) -> None:
        """Clicks an element as a reader would."""
        self.driver.find_element("css selector", selector).click()

    def click_at(self, x: float, y: float, *, selector: str = "#canvas", times: int = 1) -> None:
        """Clicks a point of an element, counted from its top left corner."""
        box = self.js(
            "const b = document.querySelector(arguments[0]).getBoundingClientRect(); return [b.left, b.top]",
            selector,
        )
        at = {"x": box[0] + x, "y": box[1] + y, "button": "left", "clickCount": 1}
        for _ in range(times):
            for kind in ("mousePressed", "mouseReleased"):
                self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": kind, **at})

    def logs(self) -> list[str]:
        """Messages in the console since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Addresses asked for since the last call, the page itself left out."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        return [url for url in found if not url.startswith(("file:", "about:"))]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    pytest.importorskip("selenium", reason="selenium is not installed (pip install kg[dev])")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if not chromium or not chromedriver:
        pytest.skip("no Chromium with its driver here (Debian: apt-get install chromium chromium-driver)")
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--disable-gpu",
        "--hide-scrollbars",
        "--force-device-scale-factor=1",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):
        options.add_argument(argument)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Chromium refuses to run as root (in a container) with its sandbox on.
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    downloads = tmp_path_factory.mktemp("downloads")
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(downloads)}
    )
    driver.set_script_timeout(60)
    try:
        session = Browser(driver, tmp_path_factory.mktemp("pages"))
        session.downloads = downloads  # type: ignore[attr-defined]
        yield session
    finally:
        driver.quit()


@pytest.fixture(autouse=True)
def calm(request: pytest.FixtureRequest) -> None:
    """Each test starts with the same window and the same preferences."""
    if "browser" in request.fixturenames:
        session: Browser = request.getfixturevalue("browser")
        session.size(1280, 800)
        session.media()


@pytest.fixture(scope="session")
def graph() -> KnowledgeGraph:
    return synthetic_graph(60, scripts=True)


@pytest.fixture(scope="session")
def page(graph: KnowledgeGraph) -> bytes:
    return write_html(graph)


@pytest.fixture(scope="session")
def make_page() -> Callable[..., bytes]:
    """Pages of invented graphs, by the arguments of `synthetic_graph`."""

    def make(n: int, **options: Any) -> bytes:
        return write_html(synthetic_graph(n, **options))

    return make
