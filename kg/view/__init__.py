"""The interactive page of a graph: one HTML file that opens offline.

In: a `KnowledgeGraph`. Out: the bytes of a page (`write_html`), a `pyvis.network.Network` (`to_pyvis`), a frame
for notebooks (`display_html`), or a browser window (`open_page`).
"""

from __future__ import annotations

from kg.view.page import ViewError, as_served, display_html, open_page, write_html
from kg.view.payload import page_data
from kg.view.pyvis_network import to_pyvis

__all__ = ["ViewError", "as_served", "display_html", "open_page", "page_data", "to_pyvis", "write_html"]
