#!/usr/bin/env python3
"""What becomes of the console's files: types, hashes, compressed forms, and where they lie."""

import gzip
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from embed_console import embed, entries_of

SCRIPT = b"export const answer = 42;\n" * 200


def unbrotli(compressed):
    return subprocess.run(["brotli", "--decompress", "--stdout"], input=compressed, stdout=subprocess.PIPE, check=True).stdout


class EmbedConsole(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dist = Path(folder.name) / "dist"
        self.out = Path(folder.name) / "out"
        self.write("index.html", b"<!doctype html>")
        self.write("assets/app-1.js", SCRIPT)
        self.write("assets/dot-2.svg", b"<svg/>")
        self.write(".vite/manifest.json", b"{}")

    def write(self, path, content):
        file = self.dist / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def test_files_are_sorted_and_the_bundlers_own_are_left_out(self):
        self.assertEqual(
            [entry.path for entry in entries_of(self.dist)], ["assets/app-1.js", "assets/dot-2.svg", "index.html"]
        )

    def test_compressed_forms_give_the_file_and_are_left_out_where_they_are_not_smaller(self):
        script, dot, _ = entries_of(self.dist)
        self.assertEqual(unbrotli(script.br), SCRIPT)
        self.assertEqual(gzip.decompress(script.gzip), SCRIPT)
        self.assertEqual(dot.gzip, b"")
        self.assertEqual(script.content_type, "text/javascript; charset=utf-8")

    def test_the_same_content_gives_the_same_bytes_and_another_content_another_hash(self):
        first = entries_of(self.dist)
        self.assertEqual(first, entries_of(self.dist))
        self.write("assets/app-1.js", SCRIPT + b"\n")
        self.assertNotEqual(first[0].hash, entries_of(self.dist)[0].hash)

    def test_the_table_says_where_the_bytes_are(self):
        embed(self.dist, self.out)
        blob = (self.out / "console.bin").read_bytes()
        row = next(line for line in (self.out / "console_files.cpp").read_text().splitlines() if "app-1.js" in line)
        places = [(int(offset), int(size)) for offset, size in re.findall(r"at\((\d+), (\d+)\)", row)]
        plain, br, zipped = (blob[offset : offset + size] for offset, size in places)
        self.assertEqual((plain, unbrotli(br), gzip.decompress(zipped)), (SCRIPT, SCRIPT, SCRIPT))

    def test_what_cannot_be_served_is_refused(self):
        self.write("assets/thing.xyz", b"?")
        with self.assertRaisesRegex(SystemExit, "no content type"):
            entries_of(self.dist)
        with self.assertRaisesRegex(SystemExit, "not built"):
            entries_of(self.out)


if __name__ == "__main__":
    unittest.main()
