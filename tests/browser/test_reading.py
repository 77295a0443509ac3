"""What a reader does: search, click, filter, focus, compare, share, save, with the mouse and with keys alone."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks.synthetic_graphs import SCRIPTS, synthetic_graph
from kg.graph import KnowledgeGraph
from kg.view import write_html

from .conftest import Browser

pytestmark = pytest.mark.browser


def timed_statement(graph: KnowledgeGraph) -> Any:
    """A statement between two entities with a single passage that has a time."""
    return next(s for s in graph.statements if s.object is not None and len(s.claims) == 1 and s.asserted)


def at(browser: Browser, iri: str, kind: str = "entities") -> int:
    """The position of an entity or statement in the page."""
    local = iri.rsplit("/", 1)[-1]
    if kind == "statements":
        return int(
            browser.js(
                "return kg.graph.statements.id.indexOf(arguments[0].slice(kg.graph.statements.prefix.length))",
                local,
            )
        )
    return int(browser.js("return kg.graph.entities.id.indexOf(arguments[0])", local))


def test_search_leads_to_quote_speaker_and_second(
    browser: Browser, graph: KnowledgeGraph, page: bytes
) -> None:
    from selenium.webdriver.common.keys import Keys

    statement = timed_statement(graph)
    claim = next(graph.claims_of(statement))
    subject = graph.entity_by_iri[statement.subject]
    browser.open(page)
    browser.press("/")
    assert browser.js("return document.activeElement.id") == "query"
    browser.press(subject.name[:4].upper())
    assert browser.js("return document.getElementById('query').getAttribute('aria-expanded')") == "true"
    browser.js("document.getElementById('query').value = ''")
    browser.press(subject.name)
    browser.press(Keys.ENTER)
    assert browser.text("#panel h2") == subject.name
    browser.js("kg.actions.selectStatement(arguments[0])", at(browser, statement.iri, "statements"))
    panel = browser.text("#panel")
    assert claim.reading is not None and claim.reading in panel.replace("\n", " ")
    assert graph.entity_by_iri[claim.speaker or ""].name in panel
    assert claim.start_s is not None
    minutes, seconds = divmod(int(claim.start_s), 60)
    assert f"{minutes}:{seconds:02}" in panel
    marks = browser.js(
        "return [...document.querySelectorAll('#panel blockquote mark')].map((m) => m.textContent)"
    )
    assert subject.name in marks


def test_time_links_open_the_recording_at_the_second(browser: Browser, page: bytes) -> None:
    browser.open(page)
    links = browser.js(
        "const found = []; for (let s = 0; s < kg.graph.m; s++) { kg.actions.selectStatement(s);"
        "found.push(...[...document.querySelectorAll('#panel figcaption a')].map((a) => [a.href, a.rel, a.target])); } return found"
    )
    kinds = {
        "youtube.com": lambda url: "&t=" in url and url.endswith("s"),
        "youtu.be": lambda url: "?t=" in url,
        ".mp3": lambda url: "#t=" in url,
    }
    for part, fits in kinds.items():
        some = [url for url, _, _ in links if part in url]
        assert all(fits(url) for url in some)
        assert some or part == "youtu.be"
    assert {(rel, target) for _, rel, target in links} == {("noopener noreferrer", "_blank")}


@pytest.mark.parametrize("name", SCRIPTS)
def test_search_ignores_case_and_accents_in_every_script(browser: Browser, page: bytes, name: str) -> None:
    if not browser.driver.current_url.startswith("file:") or not browser.js("return !!window.kg"):
        browser.open(page)
    found = browser.js(
        "const input = document.getElementById('query'); input.value = arguments[0].toLowerCase();"
        "input.dispatchEvent(new Event('input'));"
        "return [...document.querySelectorAll('#suggestions .name')].map((n) => n.textContent)",
        name.replace("Ö", "o").replace("ç", "c"),
    )
    assert name in found


def test_clicks_on_nodes_and_relations_select_them(browser: Browser, page: bytes) -> None:
    browser.open(page)
    for i in (0, 3, 20):
        x, y = browser.js("const p = kg.canvas.spotOf(arguments[0]); return [p.x, p.y]", i)
        hit = browser.js("return kg.canvas.nodeAt(arguments[0], arguments[1])", x, y)
        browser.click_at(x, y)
        browser.until(f"return kg.state().entity === {hit}")
        assert browser.text("#panel h2") == browser.js("return kg.graph.entities.name[arguments[0]]", hit)
        browser.js("kg.actions.clear()")
    x, y = browser.js(
        "const w = document.getElementById('canvas').clientWidth, h = document.getElementById('canvas').clientHeight;"
        "for (const edge of kg.canvas.drawn()) { const c = kg.canvas.curve()(edge);"
        "  const x = (c.x1 + 2 * c.cx + c.x2) / 4, y = (c.y1 + 2 * c.cy + c.y2) / 4;"
        "  if (x > 0 && y > 60 && x < w - 60 && y < h && kg.canvas.nodeAt(x, y) < 0) return [x, y]; }"
    )
    browser.click_at(x, y)
    browser.until("return kg.state().statement >= 0")
    assert "Statement" in browser.text("#panel .kind")


def test_nodes_are_painted_wherever_the_camera_looks(browser: Browser, page: bytes) -> None:
    browser.open(page)
    painted = browser.js(
        """
        const wanted = [], found = [], { graph, canvas } = kg;
        for (const i of canvas.order()) {
          canvas.network.moveTo({ position: { x: 0, y: 0 }, scale: 2 });
          const here = canvas.spotOf(i), view = canvas.view();
          // Far from the middle of the map, so that its origin is off screen.
          canvas.network.moveTo({ position: { x: (here.x - view.x) / 2, y: (here.y - view.y) / 2 }, scale: 2 });
          canvas.network.redraw();
          const spot = canvas.spotOf(i), box = canvas.network.canvas.frame.canvas;
          const ratio = box.width / box.clientWidth;
          const [r, g, b] = box.getContext('2d').getImageData(spot.x * ratio, spot.y * ratio, 1, 1).data;
          const hex = '#' + [r, g, b].map((v) => v.toString(16).padStart(2, '0')).join('');
          wanted.push(canvas.colours().types[graph.entities.type[i]]);
          found.push(hex);
        }
        return [wanted, found];
        """
    )
    assert painted[0] == painted[1]


def test_a_dragged_node_stays_where_it_was_put(browser: Browser, page: bytes) -> None:
    browser.open(page)
    x, y = browser.js("const p = kg.canvas.spotOf(0); return [p.x, p.y]")
    left, top = browser.js(
        "const b = document.getElementById('canvas').getBoundingClientRect(); return [b.left, b.top]"
    )
    for kind, dx in (("mousePressed", 0), ("mouseMoved", 30), ("mouseMoved", 60), ("mouseReleased", 60)):
        at = {"type": kind, "x": left + x + dx, "y": top + y, "button": "left", "buttons": 1, "clickCount": 1}
        browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", at)
    browser.until(f"return Math.abs(kg.canvas.spotOf(0).x - {x + 60}) < 6")
    assert browser.js("return kg.canvas.nodeAt(arguments[0], arguments[1])", x + 60, y) == 0


def test_double_click_focuses_and_escape_leaves(browser: Browser, page: bytes) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.open(page)
    x, y = browser.js("const p = kg.canvas.spotOf(0); return [p.x, p.y]")
    browser.click_at(x, y)
    browser.js("kg.actions.focus(0)")
    near = browser.js("return kg.derived().shown.size")
    assert 1 < near < 55
    browser.js("kg.actions.change({ steps: 2 })")
    assert browser.js("return kg.derived().shown.size") >= near
    for _ in range(3):
        browser.press(Keys.ESCAPE)
    assert browser.js("const s = kg.state(); return s.focus === -1 && s.entity === -1")


def test_legend_switches_types_off_everywhere(browser: Browser, page: bytes) -> None:
    browser.open(page)
    before = browser.js("return [kg.derived().shown.size, kg.graph.typeCount[0]]")
    browser.click("#type-0")
    after = browser.js(
        "return [kg.derived().shown.size, [...kg.derived().shown].filter((i) => kg.graph.entities.type[i] === 0).length]"
    )
    assert after[1] == 0
    assert after[0] == before[0] - browser.js(
        "return kg.graph.entities.type.filter((t, i) => t === 0 && kg.graph.entities.degree[i] > 0).length"
    )
    browser.click("#tab-table")
    assert browser.js("return [...document.querySelectorAll('#view-table tbody tr')].length") <= browser.js(
        "return kg.derived().relations"
    )
    browser.js("kg.actions.resetFilters()")
    assert browser.js("return kg.derived().shown.size") == before[0]


def test_status_line_says_how_many_of_how_many(browser: Browser, make_page: Callable[..., bytes]) -> None:
    browser.open(make_page(1000))
    assert "400 of 1,000 entities on screen" in browser.text("#status")
    assert browser.js("return kg.canvas.order().length") == 400
    hidden = browser.js("for (let i = 999; i > 0; i--) if (!kg.derived().shown.has(i)) return i")
    browser.js("kg.actions.selectEntity(arguments[0], true)", hidden)
    assert "401 of 1,000" in browser.text("#status")


def test_address_brings_back_the_same_view(browser: Browser, page: bytes) -> None:
    browser.open(page)
    browser.click("#type-5")
    browser.js(
        "kg.actions.change({ confidence: 0.5, view: 'timeline', timeline: 1 }); kg.actions.selectEntity(2, false); kg.actions.selectStatement(4)"
    )
    browser.until("return location.hash.includes('statement')")
    keep = "const s = kg.state(); return JSON.stringify({...s, types: [...s.types], statuses: [...s.statuses], extra: 0})"
    wanted, address = browser.js(keep), browser.js("return location.hash.slice(1)")
    browser.open(page, address)
    assert browser.js(keep) == wanted
    browser.js("kg.actions.change({ view: 'graph' })")
    browser.until("return !location.hash.includes('view')")
    browser.js("history.back()")
    browser.until("return kg.state().view === 'timeline'")


def test_keyboard_alone_walks_reads_and_focuses(browser: Browser, page: bytes) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.open(page)
    browser.js("document.getElementById('hint').hidden = true")
    for _ in range(60):
        browser.press(Keys.TAB)
        if browser.js("return document.activeElement.id") == "canvas":
            break
    else:
        raise AssertionError("Tab never reaches the graph")
    browser.press(Keys.ARROW_RIGHT)
    first = browser.js("return kg.state().entity")
    assert first == 0
    seen = {first}
    for key in (Keys.ARROW_RIGHT, Keys.ARROW_UP, Keys.ARROW_LEFT, Keys.ARROW_DOWN) * 2:
        browser.press(key)
        seen.add(browser.js("return kg.state().entity"))
    assert len(seen) > 2
    assert browser.js("return kg.graph.entities.name[kg.state().entity]") in browser.text("#status")
    browser.press(Keys.ENTER)
    assert browser.js("const s = kg.state(); return s.focus === s.entity")
    browser.press(Keys.ESCAPE, Keys.ESCAPE)
    assert browser.js("return kg.state().focus") == -1
    for _ in range(40):
        browser.press(Keys.TAB)
        if browser.js("return !!document.activeElement.closest('#panel')"):
            break
    else:
        raise AssertionError("Tab never reaches the panel")
    browser.press(Keys.TAB, Keys.ENTER)
    assert browser.js("return !!document.activeElement.closest('#panel')"), (
        "a choice keeps the focus in the panel"
    )


def test_table_holds_every_relation_and_entity(browser: Browser, graph: KnowledgeGraph, page: bytes) -> None:
    browser.open(page, "degree=0")
    browser.click("#tab-table")
    rows: list[str] = []
    while True:
        rows += browser.js(
            "return [...document.querySelectorAll('#view-table tbody tr')].map((r) => kg.graph.statements.prefix + r.dataset.statement)"
        )
        if not browser.js(
            "const b = [...document.querySelectorAll('#view-table button')].find((b) => b.textContent === 'Next'); if (b.disabled) return false; b.click(); return true"
        ):
            break
    assert sorted(rows) == sorted(s.iri.rsplit("/", 1)[-1] for s in graph.statements)
    browser.js(
        "[...document.querySelectorAll('#view-table button')].find((b) => b.textContent === 'Entities').click()"
    )
    assert f"{len(graph.entities)} entities" in browser.text("#view-table caption")
    browser.js("document.querySelectorAll('#view-table th button')[2].click()")
    numbers = browser.js(
        "return [...document.querySelectorAll('#view-table tbody tr')].map((r) => Number(r.cells[2].textContent))"
    )
    assert numbers == sorted(numbers, reverse=True)
    assert (
        browser.js("return document.querySelector('#view-table th[aria-sort]').getAttribute('aria-sort')")
        == "descending"
    )


def test_timeline_lists_what_was_said_in_order(browser: Browser, graph: KnowledgeGraph, page: bytes) -> None:
    browser.open(page, "degree=0")
    browser.click("#tab-timeline")
    document = graph.documents[0]
    claims = [c for s in graph.statements for c in graph.claims_of(s) if c.document == document.iri]
    assert f"{len(claims)} passages" in browser.text("#view-timeline")
    speaker = document.speakers[0]
    browser.js("kg.actions.selectEntity(arguments[0], false)", at(browser, speaker))
    said = sum(any(c.speaker == speaker for c in graph.claims_of(s)) for s in graph.statements)
    assert f"What they said {said}" in browser.text("#panel")
    browser.js("kg.actions.clear()")
    times = browser.js("return [...document.querySelectorAll('.moment .when')].map((n) => n.textContent)")
    seconds = [sum(int(part) * 60**k for k, part in enumerate(reversed(t.split(":")))) for t in times]
    assert seconds == sorted(seconds)
    browser.js("document.querySelector('.mark').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert browser.js("return kg.state().statement") >= 0


def test_timeline_without_times_says_so(browser: Browser, make_page: Callable[..., bytes]) -> None:
    browser.open(make_page(40, times=False), "view=timeline")
    assert "has no times" in browser.text("#view-timeline")


def test_comparison_names_what_both_say(browser: Browser, graph: KnowledgeGraph, page: bytes) -> None:
    browser.open(page, "degree=0&view=compare")
    a, b = graph.documents[0], graph.documents[1]
    said: dict[str, set[str]] = {}
    for statement in graph.statements:
        for claim in graph.claims_of(statement):
            for iri in (statement.subject, statement.object):
                if iri is not None:
                    said.setdefault(claim.document, set()).add(iri)
    both = said[a.iri] & said[b.iri]
    heads = browser.js("return [...document.querySelectorAll('.columns h2')].map((n) => n.textContent)")
    assert heads[1] == f"Both {len(both)}"
    assert heads[0] == f"Only {a.metadata.title} {len(said[a.iri] - said[b.iri])}"
    browser.js(
        "[...document.querySelectorAll('#view-compare button')].find((b) => b.textContent === 'Speakers').click()"
    )
    assert browser.js("return kg.state().compare.kind") == "speakers"


def test_path_between_two_entities_is_the_shortest(
    browser: Browser, graph: KnowledgeGraph, page: bytes
) -> None:
    import networkx as nx

    network = nx.Graph((s.subject, s.object) for s in graph.statements if s.object is not None)
    component = max(nx.connected_components(network), key=len)
    distances = nx.single_source_shortest_path_length(network, min(component))
    far = max(distances, key=lambda iri: (distances[iri], iri))
    browser.open(page, "degree=0")
    browser.js("kg.actions.path(arguments[0], arguments[1])", at(browser, min(component)), at(browser, far))
    assert browser.js("return kg.derived().path.statements.length") == distances[far]
    assert browser.js("return document.querySelectorAll('.steps-list li').length") == distances[far]


def test_graph_without_quotes_says_so_kindly(browser: Browser, make_page: Callable[..., bytes]) -> None:
    browser.open(make_page(30, quotes=False))
    browser.js("kg.actions.selectStatement(0)")
    assert "published without the words" in browser.text("#panel")
    assert browser.js("return document.querySelector('#panel blockquote')") is None


def test_phone_has_no_sideways_scroll_and_large_targets(browser: Browser, page: bytes) -> None:
    browser.size(390, 844)
    browser.open(page)
    for view in ("graph", "table", "timeline", "compare"):
        browser.click(f"#tab-{view}")
        assert browser.js("return document.documentElement.scrollWidth") <= 390
    browser.click("#tab-graph")
    browser.js("kg.actions.selectStatement(1)")
    small = browser.js(
        "return [...document.querySelectorAll('#bar button, #bar summary, #camera button, #panel button, #panel a')]"
        ".filter((n) => n.offsetParent && !n.closest('h2, figcaption')).map((n) => [n.textContent, n.getBoundingClientRect()])"
        ".filter(([, b]) => b.width < 24 || b.height < 24).map(([t]) => t)"
    )
    assert small == []
    box = browser.js(
        "const b = document.getElementById('canvas').getBoundingClientRect(); return [b.width, b.height]"
    )
    assert box[0] == 390 and box[1] > 200


def test_start_options_shape_the_page(browser: Browser) -> None:
    graph = synthetic_graph(60)
    person = next(e for e in graph.entities if e.n_mentions > 4)
    browser.open(
        write_html(graph, title="A title of our own", focus=person.name, types=[person.type], max_nodes=20)
    )
    assert browser.text("#title") == "A title of our own"
    assert browser.js("return kg.graph.entities.name[kg.state().focus]") == person.name
    assert browser.js("return kg.state().types.size") == 1
    assert browser.text("#panel h2") == person.name
    browser.open(write_html(graph, date_from="2016", date_to="2016"))
    dates = [d.metadata.date or "" for d in graph.documents]
    assert browser.js("return kg.derived().open") == [date.startswith("2016") for date in dates]


def test_saved_files_hold_what_passes(browser: Browser, graph: KnowledgeGraph, page: bytes) -> None:
    browser.open(page, "degree=0")
    rows = list(csv.reader(io.StringIO(browser.js("return kg.files.csv()"))))
    assert len(rows) == len(graph.statements) + 1
    data = json.loads(browser.js("return kg.files.json()"))
    assert {s["id"] for s in data["statements"]} == {s.iri for s in graph.statements}
    assert sum(len(s["claims"]) for s in data["statements"]) == len(graph.claims)
    drawing = ElementTree.fromstring(browser.js("return kg.files.drawing()"))
    assert len(drawing.findall(".//{http://www.w3.org/2000/svg}text")) == browser.js(
        "return kg.canvas.labels().length + kg.canvas.values().length"
    )
    folder: Path = browser.downloads  # type: ignore[attr-defined]
    for kind, starts in (
        ("png", b"\x89PNG"),
        ("svg", b"<svg"),
        ("csv", b"\xef\xbb\xbfsubject"),
        ("json", b"{"),
    ):
        browser.js("document.getElementById('save').open = true")
        browser.click(f"[data-save={kind}]")
        end = time.monotonic() + 10
        while not (found := list(folder.glob(f"*.{kind}"))) and time.monotonic() < end:
            time.sleep(0.05)
        assert found and found[0].read_bytes().startswith(starts)


def test_formulas_are_defused_in_csv(browser: Browser) -> None:
    browser.open(write_html(synthetic_graph(40, hostile=True)), "degree=0")
    rows = list(csv.reader(io.StringIO(browser.js("return kg.files.csv()"), newline="")))
    assert all(len(row) == 11 for row in rows)
    assert not any(cell[:1] in ("=", "+", "@") for row in rows[1:] for cell in row)


def test_theme_follows_the_system_until_chosen(browser: Browser, page: bytes) -> None:
    browser.open(page)
    back = "return getComputedStyle(document.body).backgroundColor"
    light = browser.js(back)
    browser.media(dark=True)
    dark = browser.js(back)
    assert light != dark
    browser.click("#theme")
    assert browser.js(back) == light
    browser.js("localStorage.clear()")
