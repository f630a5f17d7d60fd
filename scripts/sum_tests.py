#!/usr/bin/env python3
"""Adds up JUnit files and prints one plain line, `N passed, N failed`.

Usage: sum_tests.py RESULTS_DIR...

Every *.xml of the folders counts, each test case once. A CTest entry that is a GoogleTest binary counts as its cases,
read from its captured output; one that broke without a failed case (a crash, a leak, a time-out) counts as one failure.
Exits 1 if anything failed, or if nothing ran.
"""

from __future__ import annotations

import dataclasses
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

CASE = re.compile(r"\[(?P<mark>       OK |  FAILED  |  SKIPPED )\] (?P<name>\S+?),?( where .*)? \(\d+ ms\)$", re.MULTILINE)
BANNER = "[==========] Running "


@dataclasses.dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = dataclasses.field(default_factory=list)

    def fail(self, name: str) -> None:
        self.failed += 1
        self.failures.append(name)


def is_failure(case: ElementTree.Element) -> bool:
    return case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail"


def is_skipped(case: ElementTree.Element) -> bool:
    return case.find("skipped") is not None or case.get("status") in ("notrun", "disabled")


def add_case(case: ElementTree.Element, count: Count) -> None:
    name = ".".join(filter(None, (case.get("classname"), case.get("name"))))
    output = case.findtext("system-out") or ""
    if BANNER in output:
        add_googletest(name, output, is_failure(case), count)
    elif is_failure(case):
        count.fail(name)
    elif is_skipped(case):
        count.skipped += 1
    else:
        count.passed += 1


def add_googletest(binary: str, output: str, broken: bool, count: Count) -> None:
    failed_before = count.failed
    for case in CASE.finditer(output):
        if case["mark"] == "       OK ":
            count.passed += 1
        elif case["mark"] == "  FAILED  ":
            count.fail(case["name"])
        else:
            count.skipped += 1
    if broken and count.failed == failed_before:
        count.fail(f"{binary} (ended badly without a failed case)")


def add_file(path: Path, count: Count) -> None:
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        count.fail(f"{path}: unreadable results: {error}")
        return
    for case in root.iter("testcase"):
        add_case(case, count)


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    count = Count()
    for folder in arguments:
        for path in sorted(Path(folder).glob("*.xml")):
            add_file(path, count)
    for name in count.failures:
        print(f"failed: {name}")
    skipped = f", {count.skipped} skipped" if count.skipped else ""
    print(f"{count.passed} passed, {count.failed} failed{skipped}")
    return 1 if count.failed or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
