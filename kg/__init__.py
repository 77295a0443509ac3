"""kg turns recorded conversations into knowledge graphs.

>>> import kg
>>> callable(kg.build) and callable(kg.open) and callable(kg.load_model)
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kg.version import __version__

__all__ = ["Graph", "__version__", "build", "load_model", "open"]

if TYPE_CHECKING:
    from kg.api import Graph, build
    from kg.api import open_build as open
    from kg.nlp import load_model


def __getattr__(name: str) -> Any:
    # Loaded when first used, so that `import kg` and `kg --help` answer at once.
    if name in ("Graph", "build"):
        from kg import api

        return getattr(api, name)
    if name == "open":
        from kg.api import open_build

        return open_build
    if name == "load_model":
        from kg.nlp import load_model as found

        return found
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
