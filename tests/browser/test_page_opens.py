"""The page opens offline, safely and without a word in the console, whatever the text in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from pyvis.network import Network

from benchmarks.synthetic_graphs import HOSTILE, synthetic_graph
from kg.view import display_html, to_pyvis, write_html

from .conftest import Browser

pytestmark = pytest.mark.browser

VIEWS = ("graph", "table", "timeline", "compare")


def broken(browser: Browser) -> bool:
    """Whether hostile text ran: all of it would set this mark on the body or open a dialog."""
    from selenium.common.exceptions import UnexpectedAlertPresentException

    try:
        return bool(browser.js("return document.body.dataset.broken === '1'"))
    except UnexpectedAlertPresentException:
        return True


def test_opens_with_no_request_and_a_quiet_console(browser: Browser, page: bytes) -> None:
    browser.open(page)
    for view in VIEWS:
        browser.click(f"#tab-{view}")
    browser.js("kg.actions.selectEntity(1, true); kg.actions.selectStatement(2); kg.actions.focus(0)")
    browser.until("return kg.state().focus === 0")
    assert browser.requests() == []
    assert browser.logs() == []


def test_policy_blocks_an_injected_script(browser: Browser, page: bytes) -> None:
    browser.open(page)
    browser.js(
        "const s = document.createElement('script'); try { s.textContent = \"document.body.dataset.broken='1'\"; } "
        "catch (e) {} document.body.append(s);"
        "const i = document.createElement('img'); i.setAttribute('src', 'https://example.org/x.png'); document.body.append(i);"
    )
    assert not broken(browser)
    try:
        browser.js("document.body.innerHTML = '<b>x</b>'")
        html_allowed = True
    except Exception:  # the policy's refusal comes back as an error of the driver
        html_allowed = False
    assert not html_allowed, "text cannot become HTML, even by mistake"
    assert any("Content Security Policy" in line for line in browser.logs())


def test_hostile_graph_runs_nothing_in_any_view(browser: Browser) -> None:
    graph = synthetic_graph(40, hostile=True)
    browser.open(write_html(graph, title=HOSTILE[0]))
    for view in VIEWS:
        browser.click(f"#tab-{view}")
        browser.js(
            "const step = arguments[0] === 'graph' ? 1 : 9;"
            "for (let i = 0; i < kg.graph.n; i += step) kg.actions.selectEntity(i, true);"
            "for (let s = 0; s < kg.graph.m; s += step) kg.actions.selectStatement(s);",
            view,
        )
        browser.js("for (const kind of ['drawing', 'csv', 'json']) kg.files[kind]()")
    browser.js(
        "document.getElementById('query').value = arguments[0];"
        "document.getElementById('query').dispatchEvent(new Event('input'))",
        HOSTILE[0],
    )
    assert not broken(browser)
    assert (
        browser.js(
            "return document.querySelectorAll('img, iframe, object, embed, script:not([type])').length"
        )
        == 2
    )
    links = browser.js("return [...document.querySelectorAll('a')].map((a) => a.protocol)")
    assert set(links) <= {"http:", "https:"}
    assert browser.requests() == []
    assert browser.logs() == []


def test_hostile_text_is_shown_as_text(browser: Browser) -> None:
    browser.open(write_html(synthetic_graph(40, hostile=True)))
    at = browser.js("return kg.graph.entities.name.indexOf(arguments[0])", HOSTILE[0])
    browser.js("kg.actions.selectEntity(arguments[0], true)", at)
    assert HOSTILE[0] in browser.text("#panel h2")


@pytest.mark.parametrize(
    "hash_",
    [
        quote(HOSTILE[0]),
        "entity=" + quote(HOSTILE[1]) + "&view=" + quote(HOSTILE[0]),
        "entity=__proto__&statement=constructor&focus=toString&types=__proto__",
        "steps=1e99&group=-7&confidence=NaN&degree=Infinity&compare=speakers,-1,99999&recording=__proto__&view=compare",
        "from=" + quote("<b>") + "&to=9999-99-99&view=timeline",
        "%E0%A4%A",
        "path=__proto__&path-to=x",
    ],
)
def test_hostile_address_is_passed_over(browser: Browser, page: bytes, hash_: str) -> None:
    browser.open(page, hash_)
    assert not broken(browser)
    assert browser.logs() == []
    assert browser.js("return document.querySelector('.failure')") is None


def stock_page_with_hostile_heading() -> str:
    network = Network(directed=True, heading=HOSTILE[0], cdn_resources="in_line")
    network.add_node(1, label="one")
    return str(network.generate_html())


def stock_page_with_hostile_identifier() -> str:
    network = Network(directed=True, select_menu=True, cdn_resources="in_line")
    network.add_node('"></option></select>' + HOSTILE[0], label="one")
    return str(network.generate_html())


@pytest.mark.parametrize("stock", [stock_page_with_hostile_heading, stock_page_with_hostile_identifier])
def test_the_hostile_text_test_bites_on_stock_pyvis_pages(
    browser: Browser, stock: Callable[[], str], tmp_path: Path
) -> None:
    path = tmp_path / "stock.html"
    path.write_text(stock(), encoding="utf-8")
    browser.open(path, wait=False)
    browser.until("return document.readyState === 'complete'")
    browser.until("return document.body.dataset.broken === '1'")
    assert broken(browser)
    assert browser.requests() != [], "the stock page also asks for files from elsewhere"


def test_our_pyvis_network_runs_nothing_in_the_stock_page(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "ours.html"
    path.write_text(
        to_pyvis(synthetic_graph(40, hostile=True)).generate_html(), encoding="utf-8", errors="replace"
    )
    browser.open(path, wait=False)
    browser.until("return document.readyState === 'complete'")
    browser.until("return typeof network !== 'undefined' && !!network")
    assert not broken(browser)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"n": 0, "documents": 0}, "no recording"),
        ({"n": 0, "documents": 1}, "No entity was found"),
        ({"n": 1, "density": 0.0}, None),
        ({"n": 12, "density": 0.0}, None),
        ({"n": 2}, None),
    ],
)
def test_small_and_empty_graphs_have_a_page(
    browser: Browser, make_page: Callable[..., bytes], options: dict[str, int], says: str | None
) -> None:
    browser.open(make_page(**options), wait=False)
    browser.until("return !!window.kg")
    for view in VIEWS:
        browser.click(f"#tab-{view}")
    browser.click("#tab-graph")
    assert browser.logs() == []
    if says is None:
        assert browser.js("return document.getElementById('empty').hidden")
    else:
        assert says in browser.text("#empty")


def test_a_cut_off_file_says_so(browser: Browser, page: bytes, tmp_path: Path) -> None:
    text = page.decode()
    at = text.index('"entities":')
    end = text.index("</script>", at)
    path = tmp_path / "cut.html"
    path.write_text(text[:at] + text[end:], encoding="utf-8")
    browser.open(path, wait=False)
    browser.until("return !!document.querySelector('.failure')")
    assert "cannot be shown" in browser.text("#stage")


def test_notebook_frame_shows_the_graph(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "notebook.html"
    frame = display_html(synthetic_graph(30, scripts=True))
    path.write_text(f"<!doctype html><meta charset='utf-8'><title>notebook</title>{frame}", encoding="utf-8")
    browser.open(path, wait=False)
    browser.driver.switch_to.frame(0)
    try:
        browser.until("return !!(window.kg && performance.getEntriesByName('kg-first-draw').length)")
        browser.js("kg.actions.selectEntity(0, true); kg.actions.focus(1)")
        assert browser.text("#panel h2") in browser.js("return kg.graph.entities.name")
    finally:
        browser.driver.switch_to.default_content()
    assert browser.logs() == []
