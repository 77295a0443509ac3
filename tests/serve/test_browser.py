"""The query page in a real browser: coloured, run by keyboard, shown three ways, silent on the console."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from kg.serve import create_app

webdriver = pytest.importorskip("selenium.webdriver")
By = pytest.importorskip("selenium.webdriver.common.by").By
Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
Select = pytest.importorskip("selenium.webdriver.support.ui").Select

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
DRIVER = shutil.which("chromedriver")


@pytest.fixture(scope="module")
def address(build: Path) -> Iterator[str]:
    """A real server in a thread."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(build, workers=1), log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(15)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("there is no Chromium with its driver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1100,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def wait_for(check: object, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not check():  # type: ignore[operator]
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.05)


def ask(browser: object, text: str) -> None:
    """Types a query and runs it by keyboard."""
    area = browser.find_element(By.ID, "query")  # type: ignore[attr-defined]
    area.send_keys(Keys.CONTROL, "a")
    area.send_keys(text)
    status = browser.find_element(By.ID, "status")  # type: ignore[attr-defined]
    area.send_keys(Keys.CONTROL, Keys.ENTER)
    wait_for(lambda: "Running" not in status.text and ("row" in status.text or fault(browser)))


def fault(browser: object) -> str:
    return str(browser.find_element(By.ID, "fault").text)  # type: ignore[attr-defined]


def test_the_query_page(browser: object, address: str) -> None:
    page = browser
    page.get(address + "/sparql")  # type: ignore[attr-defined]
    find = page.find_element  # type: ignore[attr-defined]
    wait_for(lambda: find(By.CSS_SELECTOR, "#coloured .token-keyword").text == "SELECT")

    ask(page, "SELECT ?type (COUNT(?s) AS ?n) { ?s a ?type } GROUP BY ?type ORDER BY DESC(?n) ?type")
    rows = page.find_elements(By.CSS_SELECTOR, "#view-table tbody tr")  # type: ignore[attr-defined]
    assert len(rows) > 5
    find(By.ID, "tab-table").send_keys(Keys.ARROW_RIGHT)
    wait_for(lambda: find(By.CSS_SELECTOR, "svg.chart rect").is_displayed())

    ask(page, "SELECT ?name { ?s a kg:Concept ; rdfs:label ?name }")
    assert "<script>alert(1)</script>" in find(By.CSS_SELECTOR, "#view-table td").text
    assert find(By.ID, "tab-chart").get_attribute("disabled")

    ask(page, "DESCRIBE d:ada-byron")
    wait_for(lambda: find(By.CSS_SELECTOR, "svg.network circle").is_displayed())

    ask(page, "SELECT nonsense")
    assert "400" in fault(page) and "line 1" in fault(page)

    # A way out of the field for those without a mouse.
    area = find(By.ID, "query")
    area.send_keys(Keys.ESCAPE)
    area.send_keys(Keys.TAB)
    assert page.switch_to.active_element.get_attribute("id") == "run"  # type: ignore[attr-defined]

    questions = Select(find(By.ID, "question"))
    if len(questions.options) > 1:
        questions.select_by_index(1)
        status = find(By.ID, "status")
        wait_for(lambda: "row" in status.text and "Running" not in status.text)
        assert fault(page) == ""
    # The nonsense above is the one request that may be complained about.
    complaints = [
        entry["message"] for entry in page.get_log("browser") if "400 (Bad Request)" not in entry["message"]
    ]  # type: ignore[attr-defined]
    assert complaints == []


def test_search_by_keyboard_leads_to_the_page(browser: object, address: str) -> None:
    browser.get(address + "/")  # type: ignore[attr-defined]
    field = browser.find_element(By.ID, "search")  # type: ignore[attr-defined]
    field.send_keys("lovelace")
    wait_for(lambda: field.get_attribute("aria-expanded") == "true")
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    wait_for(lambda: browser.current_url.endswith("/page/ada-byron"))  # type: ignore[attr-defined]
    assert browser.find_element(By.TAG_NAME, "h1").text == "Ada Byron"  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/", "/sparql", "/page/ada-byron", "/ns"])
def test_nothing_is_wider_than_a_phone(browser: object, address: str, path: str) -> None:
    browser.set_window_size(500, 900)  # type: ignore[attr-defined]
    browser.get(address + path)  # type: ignore[attr-defined]
    width, inner = browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]")  # type: ignore[attr-defined]
    browser.set_window_size(1100, 900)  # type: ignore[attr-defined]
    assert width <= inner


@pytest.mark.parametrize("path", ["/", "/sparql", "/page/ada-byron", "/search?q=a"])
def test_no_accessibility_faults(browser: object, address: str, path: str) -> None:
    axe = pytest.importorskip("axe_core_python.selenium").Axe()
    browser.get(address + path)  # type: ignore[attr-defined]
    # The checker's own script is let in past the page's policy by the driver.
    found = axe.run(browser)
    assert [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]] == []
