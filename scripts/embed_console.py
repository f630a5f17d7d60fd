#!/usr/bin/env python3
"""Makes the files of the built console into what the program embeds: one file of bytes and a table of what is where.

Usage: embed_console.py DIST_DIR OUT_DIR

Writes OUT_DIR/console.bin (each file as it is, by brotli and by gzip; a compressed form that is not smaller is left out)
and OUT_DIR/console_files.cpp, which defines console::embedded_files() over the symbol tollgate_console_bytes.
"""

import gzip
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}

TABLE = """// Made by scripts/embed_console.py.
#include <array>

#include "console/files.h"

extern "C" const char tollgate_console_bytes[];

namespace tollgate::console {{
namespace {{

std::string_view at(std::size_t offset, std::size_t size) {{ return {{tollgate_console_bytes + offset, size}}; }}

const std::array<File, {count}> kFiles{{{{
{rows}
}}}};

}}  // namespace

std::span<const File> embedded_files() {{ return kFiles; }}

}}  // namespace tollgate::console
"""


class Entry(NamedTuple):
    path: str
    content_type: str
    hash: str
    plain: bytes
    br: bytes
    gzip: bytes


def by_brotli(plain):
    return subprocess.run(["brotli", "--quality=11", "--stdout"], input=plain, stdout=subprocess.PIPE, check=True).stdout


def smaller(compressed, plain):
    return compressed if len(compressed) < len(plain) else b""


def entry_of(path, plain):
    suffix = Path(path).suffix
    if suffix not in TYPES:
        sys.exit(f"{path}: no content type is known for '{suffix}'; add it to TYPES in scripts/embed_console.py")
    return Entry(
        path=path,
        content_type=TYPES[suffix],
        hash=hashlib.sha256(plain).hexdigest()[:32],
        plain=plain,
        br=smaller(by_brotli(plain), plain),
        gzip=smaller(gzip.compress(plain, 9, mtime=0), plain),
    )


def entries_of(dist):
    """Sorted by path, as bytes compare. What begins with a dot is the bundler's own."""
    files = (file for file in dist.rglob("*") if file.is_file())
    paths = {file.relative_to(dist).as_posix(): file for file in files}
    shown = sorted(path for path in paths if not any(part.startswith(".") for part in path.split("/")))
    if "index.html" not in shown:
        sys.exit(f"{dist} has no index.html: the console is not built")
    return [entry_of(path, paths[path].read_bytes()) for path in shown]


def place(blob, piece):
    row = f"at({len(blob)}, {len(piece)})" if piece else "{}"
    blob += piece
    return row


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def embed(dist, out):
    blob = bytearray()
    rows = []
    for entry in entries_of(dist):
        texts = [quoted(text) for text in (entry.path, entry.content_type, entry.hash)]
        pieces = [place(blob, piece) for piece in (entry.plain, entry.br, entry.gzip)]
        rows.append("    File{" + ", ".join(texts + pieces) + "},")
    out.mkdir(parents=True, exist_ok=True)
    (out / "console.bin").write_bytes(blob)
    (out / "console_files.cpp").write_text(TABLE.format(count=len(rows), rows="\n".join(rows)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    embed(Path(sys.argv[1]), Path(sys.argv[2]))
