"""The same page over HTTP: entities lead to their pages, and a new build is announced."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kg.view import as_served

from .conftest import Browser

pytestmark = pytest.mark.browser


class Server(ThreadingHTTPServer):
    """Gives one page, under a tag that the test can change."""

    content = b""
    tag = '"1"'


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("ETag", self.server.tag)
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        self.wfile.write(self.server.content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(page: bytes) -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.content = as_served(page, entity_url="id/", live_url="graph")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def test_served_page_links_to_entity_pages_and_announces_a_new_build(
    browser: Browser, server: Server
) -> None:
    root = f"http://127.0.0.1:{server.server_address[1]}"
    browser.driver.get("about:blank")
    browser.logs()
    browser.driver.get(f"{root}/graph")
    browser.until("return !!window.kg")
    browser.js("kg.actions.selectEntity(0, true)")
    address = browser.js("return [...document.querySelectorAll('#panel a')].map((a) => a.href)")[0]
    assert address == f"{root}/id/" + browser.js("return kg.graph.entities.id[0]")
    assert browser.js("return document.getElementById('hint').dataset.kept") is None
    server.tag = '"2"'
    browser.js("document.dispatchEvent(new Event('visibilitychange'))")
    browser.until("return document.getElementById('hint').dataset.kept === '1'", seconds=25)
    assert "built anew" in browser.text("#hint")
    assert browser.logs() == []
