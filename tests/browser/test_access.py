"""No fault that axe can find, in any view, light and dark, wide and narrow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def axe() -> str:
    package = pytest.importorskip(
        "axe_core_python", reason="axe-core-python is not installed (pip install kg[dev])"
    )
    return (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def faults(browser: Browser, axe: str) -> list[tuple[str, Any]]:
    """What axe reports: rule and elements."""
    # The page's policy lets no foreign script in; the driver's own world does.
    browser.js(axe + "; window.axe = axe;")
    result = browser.driver.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations'], "
        "runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        ".then((r) => done(r.violations.map((v) => [v.id, v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary)])))"
        ".catch((e) => done([['error', String(e)]]))"
    )
    return [tuple(item) for item in result]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(browser: Browser, page: bytes, axe: str, dark: bool, width: int) -> None:
    browser.media(dark=dark)
    browser.size(width, 800)
    browser.open(page)
    found = {}
    for name, script in {
        "overview": "",
        "entity": "kg.actions.selectEntity(0, true)",
        "statement": "kg.actions.selectStatement(2)",
        "suggestions": "const q = document.getElementById('query'); q.value = 'a'; q.dispatchEvent(new Event('input'))",
        "menu": "document.getElementById('query').value = ''; document.getElementById('query').dispatchEvent(new Event('input')); document.getElementById('save').open = true",
        "focus": "document.getElementById('save').open = false; kg.actions.focus(0)",
        "table": "document.getElementById('tab-table').click()",
        "timeline": "document.getElementById('tab-timeline').click()",
        "compare": "document.getElementById('tab-compare').click()",
    }.items():
        browser.js(script)
        if width < 1280 and dark and name not in ("statement", "timeline"):
            # Colours are the same as in the wide window, and layout the same as in the light one.
            continue
        result = faults(browser, axe)
        if result:
            found[name] = result
    assert found == {}


def test_page_has_language_title_and_landmarks(browser: Browser, page: bytes) -> None:
    browser.open(page)
    assert browser.js("return document.documentElement.lang") == "en"
    assert browser.js("return document.title")
    assert browser.js(
        "return ['header', 'main', 'aside', 'footer'].map((t) => document.querySelectorAll(t).length)"
    ) == [1, 1, 2, 1]
    assert browser.js("return document.getElementById('status').getAttribute('aria-live')") == "polite"
    unnamed = browser.js(
        "return [...document.querySelectorAll('input, select')].filter((n) => !n.labels.length && !n.ariaLabel).length"
    )
    assert unnamed == 0


def test_types_differ_in_shape_and_status_in_line(browser: Browser, page: bytes) -> None:
    browser.open(page)
    shapes = browser.js(
        "return [...document.querySelectorAll('#filters label[for^=type-] path')].map((p) => p.getAttribute('d'))"
    )
    assert len(set(shapes)) == len(shapes) > 5
    lines = browser.js(
        "return [...document.querySelectorAll('#filters label[for^=status-] svg')].map((p) => p.innerHTML)"
    )
    assert len(set(lines)) == len(lines) >= 4
