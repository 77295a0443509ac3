"""Canonical N-Quads: one line a quad, sorted, unique; whole or in compressed parts with checksums."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Iterable

import pyoxigraph as ox

__all__ = ["read_nquads", "shard_nquads", "write_nquads"]


def write_nquads(quads: Iterable[ox.Quad]) -> bytes:
    """The quads as canonical N-Quads, in code point order of the lines, each once."""
    return b"".join(_lines(quads))


def _lines(quads: Iterable[ox.Quad]) -> list[bytes]:
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    # Literals hold no raw line end in N-Quads, so lines are quads.
    return sorted({line + b"\n" for line in text.split(b"\n") if line})


def read_nquads(data: bytes) -> list[ox.Quad]:
    """The quads of an N-Quads file, compressed or not; raises `SyntaxError` if it is none."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return list(ox.parse(data, format=ox.RdfFormat.N_QUADS))


def shard_nquads(quads: Iterable[ox.Quad], n_shards: int) -> dict[str, bytes]:
    """Compressed parts for bulk loaders, by file name, with ``manifest.json``.

    All quads of one subject are in one part, so that a part can be read by itself. Which part is decided
    by a checksum of the subject: adding quads moves no others. The manifest gives each part's SHA-256,
    size in bytes and number of quads. Same quads, same bytes: the gzip header bears no time.

    Raises:
        ValueError: If `n_shards` is less than one.
    """
    if n_shards < 1:
        raise ValueError(f"want at least one shard, got {n_shards}")
    parts: list[list[bytes]] = [[] for _ in range(n_shards)]
    for line in _lines(quads):
        subject = line.split(b" ", 1)[0]
        parts[int.from_bytes(hashlib.sha256(subject).digest()[:8], "big") % n_shards].append(line)
    width = len(str(n_shards - 1))
    files: dict[str, bytes] = {}
    entries: list[dict[str, object]] = []
    for index, lines in enumerate(parts):
        name, data = f"graph-{index:0{width}d}.nq.gz", _compress(b"".join(lines))
        files[name] = data
        entries.append(
            {
                "file": name,
                "sha256": hashlib.sha256(data).hexdigest(),
                "bytes": len(data),
                "quads": len(lines),
            }
        )
    manifest = {
        "format": "application/n-quads",
        "compression": "gzip",
        "quads": sum(map(len, parts)),
        "shards": entries,
    }
    files["manifest.json"] = (json.dumps(manifest, indent=2) + "\n").encode()
    return files


def _compress(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0, compresslevel=6) as file:
        file.write(data)
    return buffer.getvalue()
