"""One node for each thing: mentions to entities, claims to statements."""

from __future__ import annotations

from kg.resolve.entities import EntityResolver, ResolvedEntities
from kg.resolve.statements import resolve_claims, to_statements

__all__ = ["EntityResolver", "ResolvedEntities", "resolve_claims", "to_statements"]
