#!/usr/bin/env python3
"""Fails if a tracked file names a place of somebody's machine: a home folder, or where this checkout lies.

Usage: check_paths.py SOURCE_DIR
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HOME = re.compile(r"(?<![\w.~-])(?:/home/[a-z][\w-]*/|/root/|/Users/\w+/|[A-Z]:\\Users\\)")
ALLOWED = {"tests/layers/check_paths.py", "tests/layers/check_paths_test.py"}  # they name what they look for


def find_places(text: str, checkout: str) -> list[tuple[int, str]]:
    """Line numbers and the lines that name a home folder or the checkout's own place."""
    own = re.compile(re.escape(checkout) + r"(?![\w.-])") if checkout.count("/") > 1 else None
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if HOME.search(line) or (own and own.search(line)):
            found.append((number, line.strip()[:120]))
    return found


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    root = Path(arguments[0]).resolve()
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True)
    if listed.returncode != 0:
        print("not a git checkout: nothing to check")
        return 0
    problems = 0
    names = [name for name in listed.stdout.decode().split("\0") if name and name not in ALLOWED]
    for name in names:
        path = root / name
        if not path.is_file() or path.is_symlink():
            continue
        data = path.read_bytes()
        if b"\0" in data[:8192]:
            continue
        for number, line in find_places(data.decode(errors="replace"), str(root)):
            print(f"{name}:{number}: names a place of one machine: {line}")
            problems += 1
    print(f"{len(names)} files, {problems} places of one machine")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
