#!/usr/bin/env python3
"""Fails on an include that the layers do not allow.

Usage: check_layers.py SOURCE_DIR LAYERS_FILE

LAYERS_FILE is written when configuring, a line for each library: name, level, folder, libraries it may use, heavy files
(the last two comma-separated, either may be "-"). Rules:

  1. A file of a library includes only that library and the ones it lists in DEPS.
  2. What it lists is of a lower level (also checked when configuring; here so that the file alone proves it).
  3. Sibling folders of dialects/ and providers/ do not know each other, nor does what stands above them know one:
     one provider, one folder.
  4. Heavy third-party headers stand only where HEAVY_HEADERS allows them.
  5. No tests, fixtures or test support in what ships, and no file outside every library.
"""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from pathlib import Path

SUFFIXES = {".h", ".cpp"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')

# Folders whose subfolders are islands, with those that are not: the table of OpenAI-compatible providers is one folder.
ISLANDS = {"src/dialects": frozenset(), "src/providers": frozenset({"compatible"})}

# Tests, and what only they use, beside the sources.
TEST_FILE = re.compile(r"(_test\.cpp|_fixture\.(h|cpp)|/testing\.(h|cpp))$")


@dataclasses.dataclass(frozen=True)
class Heavy:
    """Headers that cost compile time or belong behind one wall, and the libraries that may include them anywhere.

    Elsewhere only a file that its CMakeLists.txt names under HEAVY may, if `heavy_files` says so.
    """

    pattern: re.Pattern[str]
    libraries: frozenset[str]
    heavy_files: bool
    reason: str


HEAVY_HEADERS = (
    Heavy(re.compile(r"^boost/asio(/|\.hpp)"), frozenset({"net"}), True, "Asio stays in net and in files named HEAVY"),
    Heavy(re.compile(r"^boost/beast(/|\.hpp)"), frozenset(), True, "Beast stays in files named HEAVY"),
    Heavy(
        re.compile(r"^(soci/|soci\.h|sqlite3\.h|libpq-fe\.h|mysql\.h|mariadb/)"),
        frozenset({"store"}),
        False,
        "databases stay in store",
    ),
)


@dataclasses.dataclass(frozen=True)
class Library:
    name: str
    level: int
    folder: str
    deps: frozenset[str]
    heavy: frozenset[str]


def split_list(text: str) -> frozenset[str]:
    return frozenset() if text == "-" else frozenset(filter(None, text.split(",")))


def read_layers(path: Path) -> dict[str, Library]:
    libraries: dict[str, Library] = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip():
            continue
        fields = line.split()
        if len(fields) != 5:
            raise SystemExit(f"{path}:{number}: expected name, level, folder, deps, heavy files; got: {line!r}")
        name, level, folder, deps, heavy = fields
        libraries[name] = Library(name, int(level), folder, split_list(deps), split_list(heavy))
    if not libraries:
        raise SystemExit(f"{path}: no library is listed")
    return libraries


class Checker:
    def __init__(self, root: Path, libraries: dict[str, Library]):
        self.root = root
        self.libraries = libraries
        self.by_folder = {library.folder: library for library in libraries.values()}
        self.problems: list[str] = []

    def run(self) -> int:
        """Checks every source; returns how many were read."""
        for library in self.libraries.values():
            for dep in sorted(library.deps):
                if dep not in self.libraries:
                    self.problems.append(f"{library.folder}: DEPS names '{dep}', which is no library")
                elif self.libraries[dep].level >= library.level:
                    self.problems.append(
                        f"{library.folder}: level {library.level} may not use '{dep}' of level {self.libraries[dep].level}"
                    )
        count = 0
        for folder, _, names in sorted(os.walk(self.root / "src")):
            for name in sorted(names):
                path = Path(folder) / name
                if path.suffix in SUFFIXES:
                    self.check_file(path)
                    count += 1
        return count

    def library_of(self, relative: str) -> Library | None:
        """The library whose folder holds this path, the innermost one if folders are nested."""
        folder = os.path.dirname(relative)
        while folder:
            if folder in self.by_folder:
                return self.by_folder[folder]
            folder = os.path.dirname(folder)
        return None

    def check_file(self, path: Path) -> None:
        relative = path.relative_to(self.root).as_posix()
        library = self.library_of(relative)
        if library is None:
            self.problems.append(f"{relative}:1: belongs to no library of cmake's tollgate_library()")
            return
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            match = INCLUDE.match(line)
            if match:
                problem = self.check_include(library, relative, match[1] or match[2])
                if problem:
                    self.problems.append(f"{relative}:{number}: {problem}")

    def check_include(self, library: Library, relative: str, header: str) -> str | None:
        for heavy in HEAVY_HEADERS:
            if heavy.pattern.match(header):
                named = heavy.heavy_files and relative in library.heavy
                if library.name not in heavy.libraries and not named:
                    return f"includes <{header}>: {heavy.reason}"
        target = self.resolve(relative, header)
        if target is None:
            return None
        if not is_test(relative) and is_test(target):
            return f"includes {header}: tests and their support do not ship"
        if target.startswith("tests/"):
            return None
        owner = self.library_of(target)
        if owner is None:
            return f"includes {header}, which belongs to no library"
        if owner.name != library.name and owner.name not in library.deps:
            if owner.level >= library.level:
                return (
                    f"includes {header}: {library.name} (level {library.level}) "
                    f"may not use {owner.name} (level {owner.level})"
                )
            return f"includes {header}: {library.name} does not list {owner.name} in DEPS"
        return self.check_islands(relative, target, header)

    def check_islands(self, relative: str, target: str, header: str) -> str | None:
        for parent, shared in ISLANDS.items():
            ours, theirs = island(parent, relative), island(parent, target)
            if theirs and theirs not in shared and relative.startswith(parent + "/") and ours != theirs and not is_test(relative):
                return f"includes {header}: folders of {parent} do not know each other, nor does {parent} know them"
        return None

    def resolve(self, relative: str, header: str) -> str | None:
        """The file in the tree that an include means, relative to the root; none for third-party and generated ones."""
        for base in (os.path.dirname(relative), "src", "tests"):
            candidate = os.path.normpath(os.path.join(base, header))
            if not candidate.startswith("..") and (self.root / candidate).is_file():
                return candidate
        return None


def is_test(path: str) -> bool:
    return path.startswith("tests/") or bool(TEST_FILE.search(path))


def island(parent: str, path: str) -> str:
    """The subfolder of `parent` that holds this path; empty for files directly in it, and for others."""
    if not path.startswith(parent + "/"):
        return ""
    rest = path[len(parent) + 1 :]
    return rest.split("/", 1)[0] if "/" in rest else ""


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    root, layers = Path(arguments[0]).resolve(), Path(arguments[1])
    checker = Checker(root, read_layers(layers))
    count = checker.run()
    if count == 0:
        print(f"{root}/src holds no source", file=sys.stderr)
        return 1
    for problem in checker.problems:
        print(problem)
    print(f"{count} files of {len(checker.libraries)} libraries, {len(checker.problems)} forbidden includes")
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
